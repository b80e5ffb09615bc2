"""From public bytes to a verdict: recount §2 to §5."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import entries
from attestations import Vouching
from conventions import Broken, check
from logs import Head, Log
from manifest import Manifest
from notes import Checkpoint
from pledges import Pledge
from sources import Source

Finding = dict[str, Any]


@dataclass
class Batches:
    """The place of entries in a log, recount §3 step 2."""

    campaign: bytes
    seals: int = 0
    open_entries: int = 0
    last_key: bytes = b""

    def place(self, index: int, entry: entries.Entry) -> None:
        """Applies [REC-9] and [REC-11] to [REC-14]."""
        if index == 0 or isinstance(entry, entries.Campaign):
            good = index == 0 and entry == entries.Campaign(self.campaign)
            check(good, "REC-9", "not this campaign's entry, or not at index 0")
        elif isinstance(entry, entries.Seal):
            check(entry.batch == self.seals, "REC-12", "a seal with another number")
            check(self.open_entries > 0, "REC-14", "a seal of no entries")
            counted = entry.count == self.open_entries
            check(counted, "REC-13", "a seal counts another number of entries")
            self.seals += 1
            self.open_entries, self.last_key = 0, b""
        else:
            key = entries.sort_key(self.campaign, entry)
            check(self.last_key <= key, "REC-11", "the batch is not sorted")
            self.open_entries += 1
            self.last_key = key


@dataclass
class IssuanceCount:
    """What is counted in an issuance log, recount §4."""

    log: Log
    batches: Batches
    issued: int = 0
    states: dict[Head, int] = field(default_factory=dict)
    """`issued` at index 0 and at each seal."""
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Batch:
    """The counts at a seal of the pledge log."""

    size: int
    count: int
    counted: list[int]


@dataclass
class PledgeCount:
    """What is counted in the pledge log, recount §5."""

    log: Log
    batches: Batches
    gross: list[int]
    regions: dict[int, int] = field(default_factory=dict)
    sealed: list[Batch] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _entries(log: Log) -> Iterator[tuple[int, bytes, entries.Entry]]:
    for index, data in log.entries():
        with log.naming(index, "REC-8"):
            entry = entries.parse(data)
        yield index, data, entry


def count_issuances(manifest: Manifest, log: Log) -> IssuanceCount:
    """Walks an issuance log, recount §4."""
    assert log.issuer is not None
    count = IssuanceCount(log, Batches(manifest.campaign))
    seen: dict[str, set[bytes]] = {"commitment": set(), "request-digest": set()}
    for index, data, entry in _entries(log):
        with log.naming(index):
            _check_issuance(manifest, log.issuer, entry)
            count.batches.place(index, entry)
        if isinstance(entry, Vouching):
            values = {"commitment": entry.commitment, "request-digest": entry.request_digest}
            repeated = [what for what, value in values.items() if value in seen[what]]
            if repeated:
                place = {"issuer": log.issuer, "index": index, "what": repeated[0]}
                count.findings.append({"finding": "repeated-issuance", **place})
            else:
                count.issued += 1
            for what, value in values.items():
                seen[what].add(value)
        log.push(data)
        if not isinstance(entry, Vouching):
            count.states[log.head] = count.issued
    log.finish(count.batches.open_entries)
    return count


def _check_issuance(manifest: Manifest, issuer: int, entry: entries.Entry) -> None:
    """The rules of an entry by itself [REC-10], [REC-16], [REC-20]."""
    check(not isinstance(entry, Pledge), "REC-10", "a pledge in an issuance log")
    if isinstance(entry, entries.Seal):
        check(not entry.checkpoints, "REC-16", "a seal of an issuance log with a checkpoint")
    if isinstance(entry, Vouching):
        check(entry.issuer == issuer, "REC-10", "an issuance of another issuer")
        try:
            entry.verify(manifest.campaign, manifest.issuers[issuer].attester.key)
        except Broken as error:
            raise Broken("REC-20", error.reason) from error


def count_pledges(manifest: Manifest, log: Log, issuances: list[IssuanceCount]) -> PledgeCount:
    """Walks the pledge log, recount §5."""
    count = PledgeCount(log, Batches(manifest.campaign), [0] * len(manifest.classes))
    seals = Seals(manifest, issuances)
    nonces: set[bytes] = set()
    for index, data, entry in _entries(log):
        with log.naming(index):
            nonce = _check_pledge(manifest, entry)
            check(nonce not in nonces, "REC-22", "a nonce that stands in the log before")
            count.batches.place(index, entry)
            if isinstance(entry, Pledge):
                nonces.add(nonce)
                count.gross[entry.opening.class_index] += 1
                region = entry.opening.region
                count.regions[region] = count.regions.get(region, 0) + 1
            if isinstance(entry, entries.Seal):
                count.findings += seals.apply(entry, count.gross)
                counted = seals.counted(count.gross)
                count.sealed.append(Batch(index + 1, entry.count, counted))
        log.push(data)
    log.finish(count.batches.open_entries)
    return count


def _check_pledge(manifest: Manifest, entry: entries.Entry) -> bytes:
    """The rules of an entry by itself [REC-10], [REC-16], [REC-21]; gives the nonce of a pledge."""
    check(not isinstance(entry, Vouching), "REC-10", "an issuance in the pledge log")
    if isinstance(entry, entries.Seal):
        good = len(entry.checkpoints) == len(manifest.issuers)
        check(good, "REC-16", "a seal without one checkpoint for each issuer")
    if isinstance(entry, Pledge):
        try:
            return entry.verify(manifest)
        except Broken as error:
            raise Broken("REC-21", error.reason) from error
    return b""


class Seals:
    """What the seals of the pledge log say of the issuance logs, recount §5."""

    def __init__(self, manifest: Manifest, issuances: list[IssuanceCount]) -> None:
        self._manifest = manifest
        self._issuances = issuances
        self._sizes = [0] * len(issuances)
        self._issued = [0] * len(issuances)

    def apply(self, seal: entries.Seal, gross: list[int]) -> list[Finding]:
        """Steps 1 and 2 at a seal, each for all issuers [REC-17] to [REC-19]: what was found."""
        findings: list[Finding] = []
        for i, (data, issuance) in enumerate(zip(seal.checkpoints, self._issuances, strict=True)):
            head = self._head(i, data)
            check(head.size >= self._sizes[i], "REC-18", "a smaller checkpoint than before")
            self._sizes[i] = head.size
            if head in issuance.states:
                self._issued[i] = issuance.states[head]
            elif data != b"":
                behind = head.size > issuance.log.checkpoint.size
                kind = "issuance-behind" if behind else "issuance-fork"
                place = {"issuer": i, "batch": seal.batch}
                findings.append({"finding": kind, **place, "size": head.size})
        for i, issued in enumerate(self._issued):
            pledges = gross[self._manifest.class_of(i)]
            if pledges > issued:
                covered = pledges <= self._issuances[i].issued
                place = {"issuer": i, "batch": seal.batch}
                excess = {"excess": pledges - issued, "covered": covered}
                findings.append({"finding": "excess", **place, **excess})
        return findings

    def _head(self, issuer: int, data: bytes) -> Head:
        """Size and root of a checkpoint in a seal [REC-17]; an empty one has size 0."""
        if data == b"":
            return Head(0, b"")
        try:
            checkpoint = Checkpoint.parse(data, self._manifest.issuers[issuer].log)
        except Broken as error:
            raise Broken("REC-17", error.reason) from error
        return Head(checkpoint.size, checkpoint.root)

    def counted(self, gross: list[int]) -> list[int]:
        """Step 3: what counts of each class."""
        classes = zip(gross, self._manifest.classes, strict=True)
        return [min([pledges, *(self._issued[i] for i in c.issuers)]) for pledges, c in classes]


def recount(
    source: Source, manifest: Manifest, earlier: list[Head] | None
) -> tuple[list[IssuanceCount], PledgeCount]:
    """Reads the checkpoint of the pledge log first [REC-23], then the others, then each log.

    `earlier` has the heads of the pledge log and of each issuance log at an earlier audit.
    """

    def open_log(issuer: int | None) -> Log:
        place = 0 if issuer is None else 1 + issuer
        return Log(source, manifest, issuer, earlier[place] if earlier else None)

    pledge_log = open_log(None)
    logs = [open_log(i) for i in range(len(manifest.issuers))]
    issuances = [count_issuances(manifest, log) for log in logs]
    return issuances, count_pledges(manifest, pledge_log, issuances)
