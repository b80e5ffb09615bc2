"""The manifest: campaign §1 to §3. Its rules of §4 are in `rules`."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import strict_json as js
import urls
from conventions import WHITE_SPACE, Broken, check, from_base64url, from_hex, sha256
from notes import VerifierKey
from tokens import TokenKey, challenge

LONGEST = 262_144
LONGEST_TEXT = 16_384
METHODS = ("email", "invitation", "oidc")
_TOP = (
    "headcount",
    "title",
    "text",
    "threshold",
    "schedule",
    "classes",
    "issuers",
    "email_rules",
    "oprf",
    "counter",
    "witnesses",
    "regions",
    "delay",
    "batch",
    "organiser_key",
    "amendment_key",
)
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Class:
    """A set of issuers that must all sign."""

    name: str
    issuers: list[int]


@dataclass(frozen=True)
class Issuer:
    """An issuer and its attester."""

    method: str
    url: str
    token_key: TokenKey
    attester_url: str
    attester_key: bytes
    log: VerifierKey
    challenge_digest: bytes


@dataclass(frozen=True)
class Region:
    """What a supporter may name."""

    id: int
    latitude: int
    longitude: int


@dataclass(frozen=True)
class Manifest:
    """A campaign, as far as a verifier reads it: texts are checked and not kept."""

    campaign: bytes
    version: int
    count: int
    of: str | int
    """`"sum"`, `"maximum"`, or the index of a class."""
    opens: int
    issuance_closes: int
    redemption_closes: int
    classes: list[Class]
    issuers: list[Issuer]
    email_rules: int
    guardians: int
    guardian_threshold: int
    commitments: list[bytes]
    counter_url: str
    counter_log: VerifierKey
    receipt_key: bytes
    quorum: int
    faulty: int
    witnesses: list[VerifierKey]
    regions: list[Region]
    delay: tuple[int, int]
    interval: int
    minimum_size: int
    maximum_wait: int
    organiser_key: bytes
    amendment_key: bytes

    @cached_property
    def region_ids(self) -> set[int]:
        """What a pledge may name beside 0."""
        return {region.id for region in self.regions}

    def class_of(self, issuer: int) -> int:
        """The one class that an issuer belongs to [CAM-16]."""
        return next(i for i, c in enumerate(self.classes) if issuer in c.issuers)


def read(data: bytes) -> Manifest:
    """Parses a manifest, campaign §2 and §3; the rules of §4 are not applied."""
    check(len(data) <= LONGEST, "CAM-2", "the manifest is too long")
    check(not data.startswith(b"\xef\xbb\xbf"), "CAM-3", "the manifest has a byte-order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken("CAM-3", "the manifest is not UTF-8") from error
    top = dict(zip(_TOP, js.fields(js.parse(text, "CAM-4"), *_TOP), strict=True))
    campaign = sha256(data)
    version = js.integer(top["headcount"], 16)
    _texts(top["title"])
    _texts(top["text"])
    count, of = js.fields(top["threshold"], "count", "of")
    schedule = js.fields(top["schedule"], "opens", "issuance_closes", "redemption_closes")
    opens, issuance_closes, redemption_closes = (js.integer(time, 64) for time in schedule)
    oprf = js.fields(top["oprf"], "guardians", "threshold", "commitments")
    counter_url, counter_log, receipt_key = js.fields(top["counter"], "url", "log", "receipt_key")
    origin = urls.authority(_url(counter_url))
    quorum, faulty, witnesses = js.fields(top["witnesses"], "quorum", "faulty", "keys")
    minimum, maximum = js.fields(top["delay"], "minimum", "maximum")
    interval, size, wait = js.fields(top["batch"], "interval", "minimum_size", "maximum_wait")
    return Manifest(
        campaign=campaign,
        version=version,
        count=js.integer(count, 64),
        of=_threshold_of(of),
        opens=opens,
        issuance_closes=issuance_closes,
        redemption_closes=redemption_closes,
        classes=[_class(value) for value in js.array(top["classes"])],
        issuers=[_issuer(value, campaign, origin) for value in js.array(top["issuers"])],
        email_rules=js.integer(top["email_rules"], 16),
        guardians=js.integer(oprf[0], 16),
        guardian_threshold=js.integer(oprf[1], 16),
        commitments=[_bytes(value) for value in js.array(oprf[2])],
        counter_url=counter_url,
        counter_log=_key(counter_log),
        receipt_key=_bytes(receipt_key),
        quorum=js.integer(quorum, 16),
        faulty=js.integer(faulty, 16),
        witnesses=[_key(value) for value in js.array(witnesses)],
        regions=[_region(value) for value in js.array(top["regions"])],
        delay=(js.integer(minimum, 64), js.integer(maximum, 64)),
        interval=js.integer(interval, 64),
        minimum_size=js.integer(size, 32),
        maximum_wait=js.integer(wait, 64),
        organiser_key=_bytes(top["organiser_key"]),
        amendment_key=_bytes(top["amendment_key"]),
    )


def _texts(value: Any) -> None:
    """A text in each of some languages, campaign §3.1."""
    texts = js.members(value)
    check(bool(texts), "CAM-7", "a text in no language")
    for tag, text in texts:
        check(_LANGUAGE.fullmatch(tag) is not None, "CAM-25", "not a language tag")
        characters = js.string(text)
        visible = any(c not in WHITE_SPACE for c in characters)
        check(visible, "CAM-26", "a text of white space alone")
        check(len(characters.encode()) <= LONGEST_TEXT, "CAM-26", "a text is too long")
        check(not _CONTROL.search(characters), "CAM-26", "a text with a control character")


def _threshold_of(value: Any) -> str | int:
    if isinstance(value, js.Object):
        (index,) = js.fields(value, "class")
        return js.integer(index, 16)
    of = js.string(value)
    check(of in ("sum", "maximum"), "CAM-7", "not a count that can be compared")
    return of


def _class(value: Any) -> Class:
    name, issuers = js.fields(value, "name", "issuers")
    return Class(js.string(name), [js.integer(index, 16) for index in js.array(issuers)])


def _issuer(value: Any, campaign: bytes, origin: str) -> Issuer:
    method, url, token_key, attester, log = js.fields(
        value, "method", "url", "token_key", "attester", "log"
    )
    check(js.string(method) in METHODS, "CAM-7", "not a method")
    _url(url)
    spki = from_base64url(js.string(token_key), padded=True, rule="CAM-7")
    try:
        key = TokenKey.parse(spki)
    except Broken as error:
        raise Broken("CAM-7", error.reason) from error
    attester_url, attester_key = js.fields(attester, "url", "key")
    return Issuer(
        method,
        url,
        key,
        _url(attester_url),
        _bytes(attester_key),
        _key(log),
        sha256(challenge(urls.authority(url), campaign, origin)),
    )


def _region(value: Any) -> Region:
    number, names, latitude, longitude = js.fields(value, "id", "names", "latitude", "longitude")
    region = js.integer(number, 16)
    _texts(names)
    return Region(region, js.integer(latitude, 32, True), js.integer(longitude, 32, True))


def _url(value: Any) -> str:
    url = js.string(value)
    urls.check_url(url)
    return url


def _key(value: Any) -> VerifierKey:
    return VerifierKey.parse(js.string(value))


def _bytes(value: Any) -> bytes:
    """32 bytes in hex: a key or a commitment."""
    return from_hex(js.string(value), 32, "CAM-7")


def check_id(data: bytes, campaign: str) -> None:
    """Refuses a manifest that is not that of the campaign [CAM-1]."""
    check(sha256(data).hex() == campaign, "CAM-1", "the manifest of another campaign")
