"""Complaints, which show that a counter or an issuer has broken its word: evidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import entries
import report
import rules
import strict_json as js
from attestations import Vouching
from batches import walk
from conventions import Broken, Reader, check, from_base64url, from_hex, sha256, under
from logs import Log, Refused
from manifest import Manifest
from merkle import leaf, verify_inclusion
from notes import Checkpoint
from pledges import Receipt
from sources import Source
from tokens import EXPONENT, TOKEN_TYPE

Json = dict[str, Any]
LONGEST = 4_194_304
FORM = "EVI-1"


@dataclass(frozen=True)
class Proved:
    """An entry, and the proof that it stands at an index of a tree."""

    index: int
    entry: bytes
    proof: list[bytes]

    @staticmethod
    def read(value: Any) -> "Proved":
        """Reads the object `PROVED` of evidence §2."""
        index, entry, proof = _fields(value, "index", "entry", "proof")
        hashes = [from_hex(_text(node), 32, FORM) for node in js.array(proof, FORM)]
        return Proved(_number(64)(index), _bytes(entry), hashes)

    def verify(self, tree: Checkpoint) -> None:
        """Refuses what does not stand in the tree at its index [EVI-4]."""
        with under("EVI-4"):
            verify_inclusion(self.index, tree.size, leaf(self.entry), self.proof, tree.root)

    def key(self, campaign: bytes) -> bytes:
        """The sort key of the entry."""
        return entries.sort_key(campaign, entries.parse(self.entry))


@dataclass(frozen=True)
class Promise:
    """The counter's receipt for an entry that is not in its batch, evidence §2."""

    manifest: Manifest
    receipt: Receipt
    entry: bytes
    checkpoint: str
    begin: Proved
    low: Proved
    high: Proved
    end: Proved
    elsewhere: Proved | None

    def judge(self, source: Source | None) -> Json:
        """The steps of evidence §2; who has the log looks there for what is absent."""
        self.receipt.verify(self.manifest, self.entry, "EVI-3")
        with under("EVI-4"):
            tree = self.manifest.checkpoint(self.checkpoint.encode(), self.manifest.counter.log)
        for proved in (self.begin, self.low, self.high, self.end):
            proved.verify(tree)
        if self.elsewhere is not None:
            self.elsewhere.verify(tree)
        self._check_batch()
        self._check_neighbours()
        index = self._elsewhere(source)
        found = "absent"
        if index is not None:
            found = "late" if index > self.end.index else "early"
        return {"verdict": "upheld", "batch": self.receipt.batch, "found": found, "index": index}

    def _check_batch(self) -> None:
        """Step 3 [EVI-5]."""
        batch = self.receipt.batch
        with under("EVI-5"):
            begin, end = entries.parse(self.begin.entry), entries.parse(self.end.entry)
        starts = isinstance(begin, entries.Seal) and begin.batch + 1 == batch
        if batch == 0:
            starts = begin == entries.Campaign(self.manifest.campaign) and self.begin.index == 0
        check(starts, "EVI-5", "the batch does not begin there")
        ends = isinstance(end, entries.Seal) and (
            end.batch == batch and self.end.index == self.begin.index + end.count + 1
        )
        check(ends, "EVI-5", "the batch does not end there")

    def _check_neighbours(self) -> None:
        """Step 4 [EVI-6]."""
        campaign, begin, end = self.manifest.campaign, self.begin.index, self.end.index
        low, high = self.low, self.high
        between = begin <= low.index and high.index == low.index + 1 and high.index <= end
        check(between, "EVI-6", "no neighbours of the batch")
        with under("EVI-6"):
            key = entries.sort_key(campaign, entries.parse(self.entry))
            below = low.index == begin or (low.key(campaign) <= key and low.entry != self.entry)
            above = high.index == end or high.key(campaign) > key
        check(below and above, "EVI-6", "the entry does not belong between the two")

    def _elsewhere(self, source: Source | None) -> int | None:
        """Step 5 [EVI-7]: the index at which the entry stands, if it is known."""
        if self.elsewhere is not None:
            index = self.elsewhere.index
            outside = index > self.end.index or index < self.begin.index
            good = outside and self.elsewhere.entry == self.entry
            check(good, "EVI-7", "not the entry, or in its batch")
            return index
        if source is None:
            return None
        log = Log(source, self.manifest, None, None)
        found = [index for index, data, _ in _whole(log) if data == self.entry]
        return found[0] if found else None


@dataclass(frozen=True)
class Issuance:
    """An issuer's signature for what its log does not show, evidence §3."""

    manifest: Manifest
    issuer: int
    request: bytes
    vouching: bytes
    response: bytes
    checkpoint: str | None

    def judge(self, source: Source | None) -> Json:
        """The steps of evidence §3."""
        exists = self.issuer < len(self.manifest.issuers)
        check(exists, "EVI-8", "no such issuer")
        issuer, vouching = self.manifest.issuers[self.issuer], Vouching.parse(self.vouching)
        digest = sha256(self.request)
        own = vouching.issuer == self.issuer and vouching.request_digest == digest
        check(own, "EVI-8", "a vouching for another issuer or request")
        with under("EVI-8"):
            vouching.verify(self.manifest.campaign, issuer.attester.key)
        n, response = issuer.token_key.modulus, int.from_bytes(self.response, "big")
        signed = response < n and pow(response, EXPONENT, n) == _blinded(self.request)
        check(signed, "EVI-9", "the issuer did not sign the request")
        with under("EVI-10"):
            if self.checkpoint is not None:
                self.manifest.checkpoint(self.checkpoint.encode(), issuer.log)
        return {"issuer": self.issuer, **self._look(digest, source)}

    def _look(self, digest: bytes, source: Source | None) -> Json:
        """Step 4: whether the log has the entry."""
        if source is None:
            return {"verdict": "open", "size": None}
        log, verdict = Log(source, self.manifest, self.issuer, None), "upheld"
        for _, _, entry in _whole(log):
            if isinstance(entry, Vouching) and entry.request_digest == digest:
                verdict = "refuted"
        return {"verdict": verdict, "size": log.head.size}


def _blinded(request: bytes) -> int:
    """`blinded_msg` of a token request, token §2."""
    reader = Reader(request, "EVI-9")
    check(reader.take(2) == TOKEN_TYPE, "EVI-9", "a request of another type")
    reader.take(1)
    return int.from_bytes(reader.take(256), "big")


def _whole(log: Log) -> Iterator[tuple[int, bytes, entries.Entry]]:
    """All entries of a log, compared with its tiles and its checkpoint."""
    for index, data, entry in walk(log):
        yield index, data, entry
        log.push(data, 0)
    log.finish(0)


def _fields(value: Any, *names: str) -> list[Any]:
    return js.fields(value, *names, keys=FORM, form=FORM)


def _text(value: Any) -> str:
    return js.string(value, FORM)


def _number(bits: int) -> Callable[[Any], int]:
    return lambda value: js.integer(value, bits, number=FORM, form=FORM)


def _bytes(value: Any) -> bytes:
    return from_base64url(_text(value), rule=FORM)


def _sized(length: int) -> Callable[[Any], bytes]:
    def read(value: Any) -> bytes:
        data = _bytes(value)
        check(len(data) == length, FORM, f"not {length} bytes")
        return data

    return read


FORMS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "promise": {
        "receipt": lambda value: Receipt.read(value, FORM),
        "entry": _bytes,
        "checkpoint": _text,
        "begin": Proved.read,
        "low": Proved.read,
        "high": Proved.read,
        "end": Proved.read,
        "elsewhere": lambda value: None if value is None else Proved.read(value),
    },
    "issuance": {
        "issuer": _number(16),
        "request": _sized(259),
        "vouching": _sized(130),
        "response": _sized(256),
        "checkpoint": lambda value: None if value is None else _text(value),
    },
}
"""The members of each kind, beside `complaint` and `manifest`."""


def judge(data: bytes, campaigns: list[str | None], source: Source | None) -> Json:
    """Judges a complaint, which must be of the campaigns that are named; a source has the logs."""
    check(len(data) <= LONGEST, FORM, "the complaint is too long")
    try:
        value = js.parse(data.decode("utf-8"), FORM)
    except UnicodeDecodeError as error:
        raise Broken(FORM, "the complaint is not UTF-8") from error
    kind = _text(dict(js.members(value, FORM, FORM)).get("complaint"))
    check(kind in FORMS, FORM, "not a kind of complaint")
    forms = {"complaint": _text, "manifest": _bytes, **FORMS[kind]}
    values = zip(forms.items(), _fields(value, *forms), strict=True)
    members = {name: form(given) for (name, form), given in values}
    with under("EVI-2"):
        manifest = rules.parse(members.pop("manifest"))
    same = all(campaign in (None, manifest.campaign.hex()) for campaign in campaigns)
    check(same, "EVI-2", "a complaint of another campaign")
    complaint = Promise if members.pop("complaint") == "promise" else Issuance
    try:
        found = complaint(manifest, **members).judge(source)
    except Refused as error:
        return report.refused_log(manifest, error)
    return {"complaint": kind, "campaign": manifest.campaign.hex(), **found}
