"""Conventions of all files: overview §2.

Bytes, lengths, hex, base64 in its two forms, numbers in text, transcripts. Every refusal is a
`Broken`, which carries the id of the rule that was broken, such as `OVR-2`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

LABELS = {
    "headcount/v1 tag input",
    "headcount/v1 code",
    "headcount/v1 invitation",
    "headcount/v1 commitment opening",
    "headcount/v1 commitment",
    "headcount/v1 attestation",
    "headcount/v1 pledge key",
    "headcount/v1 salt",
    "headcount/v1 blinding factor",
    "headcount/v1 pledge nonce",
    "headcount/v1 receipt",
    "headcount/v1 withdrawal",
    "headcount/v1 announcement",
    "headcount/v1 amendment",
    "headcount/v1 closing",
    "headcount/v1 certificate leaf",
    "headcount/v1 certificate node",
    "headcount/v1 certificate challenge",
    "headcount/v1 certificate sample",
}

# Unicode's White_Space property, as log §3.1 lists it. Python's `str.isspace` is true of four more.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)


class Broken(Exception):
    """A rule of the specification does not hold."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{reason} [{rule}]")
        self.rule = rule
        self.reason = reason


def check(holds: bool, rule: str, reason: str) -> None:
    """Refuses with `rule` unless the condition holds."""
    if not holds:
        raise Broken(rule, reason)


@contextmanager
def under(rule: str) -> Iterator[None]:
    """Names this rule in the place of the one that is broken inside: that of the outer thing."""
    try:
        yield
    except Broken as error:
        raise Broken(rule, error.reason) from error


class Reader:
    """Reads a structure of overview §2 from its first byte to its last, under one rule."""

    def __init__(self, data: bytes, rule: str = "OVR-1") -> None:
        self._data = data
        self._at = 0
        self._rule = rule

    def take(self, length: int) -> bytes:
        """`x[length]`: exactly so many bytes."""
        end = self._at + length
        check(end <= len(self._data), self._rule, "the structure ends too early")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self, width: int) -> int:
        """`u8`, `u16`, `u32`, `u64` by their width in bytes, big-endian."""
        return int.from_bytes(self.take(width), "big")

    def string(self) -> bytes:
        """`u16 ‖ x`: a length of two bytes, then the string."""
        return self.take(self.number(2))

    def end(self) -> None:
        """Nothing may be left over."""
        check(self._at == len(self._data), self._rule, "bytes are left over")


def u16(number: int) -> bytes:
    """`u16`, big-endian."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """`u32`, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """`u64`, big-endian."""
    return number.to_bytes(8, "big")


def sha256(data: bytes) -> bytes:
    """`H`."""
    return hashlib.sha256(data).digest()


def transcript(label: str, campaign: bytes, *fields: bytes) -> bytes:
    """The bytes that are hashed, signed or used to derive a key, overview §2.2 [OVR-4]."""
    check(label in LABELS, "OVR-4", f"{label!r} is no label")
    check(len(campaign) == 32, "OVR-1", "a campaign id has 32 bytes")
    head = u16(len(label)) + label.encode() + campaign
    return head + b"".join(u16(len(field)) + field for field in fields)


def from_hex(text: str, length: int, rule: str = "OVR-2") -> bytes:
    """A value of `length` bytes as lowercase hex [OVR-2]."""
    good = len(text) == 2 * length and re.fullmatch("[0-9a-f]*", text) is not None
    check(good, rule, f"not {length} bytes in lowercase hex")
    return bytes.fromhex(text)


def _decode(text: str, padded: bool, rule: str) -> bytes:
    """Base64 that is what an encoder writes for the same bytes, or a refusal."""
    check(re.fullmatch("[A-Za-z0-9+/]*={0,2}", text) is not None, rule, "not base64")
    padding = "" if padded else "=" * (-len(text) % 4)
    try:
        data = base64.b64decode(text + padding)
    except binascii.Error as error:
        raise Broken(rule, "not base64") from error
    again = base64.b64encode(data).decode()
    check((again if padded else again.rstrip("=")) == text, rule, "not the one base64 form")
    return data


def from_base64(text: str, rule: str = "LOG-1") -> bytes:
    """Base64 of the logs, with padding [LOG-1]."""
    return _decode(text, True, rule)


def to_base64(data: bytes) -> str:
    """Base64 of the logs, with padding."""
    return base64.b64encode(data).decode()


def from_base64url(text: str, padded: bool = False, rule: str = "OVR-3") -> bytes:
    """Base64url, in JSON without padding, in keys and headers with it [OVR-3]."""
    check("+" not in text and "/" not in text, rule, "not base64url")
    return _decode(text.replace("-", "+").replace("_", "/"), padded, rule)


def to_base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_decimal(text: str) -> int:
    """A number in the text of a log: no sign, no superfluous zero, below 2^64 [LOG-2]."""
    good = re.fullmatch("0|[1-9][0-9]{0,19}", text) is not None
    check(good and int(text) < 2**64, "LOG-2", "not a number in its one form")
    return int(text)
