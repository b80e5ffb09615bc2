"""The manifest: campaign §1 to §3. The rules of §4 are in `rules`."""

import re
from collections.abc import Callable
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import strict_json as js
import urls
from conventions import WHITE_SPACE, Broken, check, from_base64url, from_hex, sha256, under
from notes import Checkpoint, CosignatureKey, VerifierKey
from tokens import TokenKey, challenge

LONGEST = 262_144
LONGEST_TEXT = 16_384
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Manifest(SimpleNamespace):
    """A campaign: its id, and below it the fields under the names of campaign §3."""

    campaign: bytes

    @cached_property
    def region_ids(self) -> set[int]:
        """What a pledge may name beside 0."""
        return {region.id for region in self.regions}

    @cached_property
    def challenge_digests(self) -> list[bytes]:
        """What the tokens of each issuer answer, token §2.1."""
        origin = urls.authority(self.counter.url)
        names = [urls.authority(issuer.url) for issuer in self.issuers]
        return [sha256(challenge(name, self.campaign, origin)) for name in names]

    def checkpoint(self, note: bytes, log: VerifierKey) -> Checkpoint:
        """A checkpoint of a log, with the lines of this campaign's witnesses."""
        return Checkpoint.parse(note, log, self.witnesses.keys)

    def witnessed(self, note: bytes, log: VerifierKey) -> Checkpoint:
        """One that a quorum has cosigned [WIT-4]; without witnesses, a signed one [WIT-5]."""
        checkpoint = self.checkpoint(note, log)
        enough = len(checkpoint.witnesses) >= self.witnesses.quorum
        check(enough, "WIT-4", "not enough witnesses have cosigned the checkpoint")
        return checkpoint

    def class_of(self, issuer: int) -> int:
        """The one class that an issuer belongs to [CAM-16]."""
        return next(i for i, c in enumerate(self.classes) if issuer in c.issuers)


def check_length(data: bytes) -> None:
    """Refuses a file that is too long [CAM-2]."""
    check(len(data) <= LONGEST, "CAM-2", "the manifest is too long")


def check_id(data: bytes, campaign: str) -> None:
    """Refuses a manifest that is not that of the campaign [CAM-1]."""
    check(sha256(data).hex() == campaign, "CAM-1", "the manifest of another campaign")


def read(data: bytes) -> Manifest:
    """Parses a manifest in the order of campaign §2; the rules of §4 are not applied."""
    check_length(data)
    check(not data.startswith(b"\xef\xbb\xbf"), "CAM-3", "the manifest has a byte-order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken("CAM-3", "the manifest is not UTF-8") from error
    fields = _read(FIELDS, js.parse(text, "CAM-4"))
    return Manifest(campaign=sha256(data), **vars(fields))


def _read(shape: Any, value: Any) -> Any:
    """A value of the shape of `FIELDS`: an object, an array of one shape, or a reader."""
    if isinstance(shape, dict):
        values = zip(shape.items(), js.fields(value, *shape), strict=True)
        return SimpleNamespace(**{name: _read(field, given) for (name, field), given in values})
    if isinstance(shape, list):
        return [_read(shape[0], element) for element in js.array(value)]
    return shape(value)


def _integer(bits: int, signed: bool = False) -> Callable[[Any], int]:
    return lambda value: js.integer(value, bits, signed)


def _texts(value: Any) -> list[str]:
    """A text in each of some languages, campaign §3.1."""
    texts = js.members(value)
    check(bool(texts), "CAM-7", "a text in no language")
    return [_text(tag, text) for tag, text in texts]


def _text(tag: str, value: Any) -> str:
    check_tag(tag)
    text = js.string(value)
    check_text(text)
    return text


def check_tag(tag: str) -> None:
    """Refuses what is no language tag [CAM-25]."""
    check(_LANGUAGE.fullmatch(tag) is not None, "CAM-25", "not a language tag")


def check_text(text: str) -> None:
    """Refuses what is no text for people [CAM-26]."""
    check(any(c not in WHITE_SPACE for c in text), "CAM-26", "a text of white space alone")
    check(len(text.encode()) <= LONGEST_TEXT, "CAM-26", "a text is too long")
    check(not _CONTROL.search(text), "CAM-26", "a text with a control character")


def _threshold_of(value: Any) -> str | int:
    """`"sum"`, `"maximum"`, or the index of a class."""
    if isinstance(value, js.Object):
        (index,) = js.fields(value, "class")
        return js.integer(index, 16)
    of = js.string(value)
    check(of in ("sum", "maximum"), "CAM-7", "not a count that can be compared")
    return of


def _method(value: Any) -> str:
    method = js.string(value)
    check(method in ("email", "invitation", "oidc"), "CAM-7", "not a method")
    return method


def _url(value: Any) -> str:
    url = js.string(value)
    urls.check_url(url)
    return url


def _token_key(value: Any) -> TokenKey:
    spki = from_base64url(js.string(value), padded=True, rule="CAM-7")
    with under("CAM-7"):
        return TokenKey.parse(spki)


def _verifier_key(value: Any) -> VerifierKey:
    return VerifierKey.parse(js.string(value))


def _witness_key(value: Any) -> CosignatureKey:
    return CosignatureKey.parse(js.string(value))


def _bytes(value: Any) -> bytes:
    """A key or a commitment."""
    return from_hex(js.string(value), 32, "CAM-7")


def _email_rules(value: Any) -> int:
    version = js.integer(value, 16)
    check(version == 1, "TAG-3", "a version of the e-mail rules that is not known")
    return version


FIELDS = {
    "headcount": _integer(16),
    "title": _texts,
    "text": _texts,
    "threshold": {
        "count": _integer(64),
        "of": _threshold_of,
        "milestones": [_integer(64)],
        "spread": {"regions": _integer(16), "pledges": _integer(64)},
    },
    "schedule": {
        "opens": _integer(64),
        "issuance_closes": _integer(64),
        "redemption_closes": _integer(64),
    },
    "classes": [{"name": js.string, "issuers": [_integer(16)]}],
    "issuers": [
        {
            "method": _method,
            "url": _url,
            "token_key": _token_key,
            "attester": {"url": _url, "key": _bytes},
            "log": _verifier_key,
        }
    ],
    "email_rules": _email_rules,
    "oprf": {"guardians": _integer(16), "threshold": _integer(16), "commitments": [_bytes]},
    "counter": {"url": _url, "log": _verifier_key, "receipt_key": _bytes},
    "witnesses": {"quorum": _integer(16), "faulty": _integer(16), "keys": [_witness_key]},
    "regions": [
        {
            "id": _integer(16),
            "names": _texts,
            "latitude": _integer(32, True),
            "longitude": _integer(32, True),
        }
    ],
    "delay": {"minimum": _integer(64), "maximum": _integer(64)},
    "batch": {
        "interval": _integer(64),
        "minimum_size": _integer(32),
        "maximum_wait": _integer(64),
    },
    "organiser_key": _bytes,
    "amendment_key": _bytes,
}
"""The table of campaign §3."""
