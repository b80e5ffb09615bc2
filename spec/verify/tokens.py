"""Tokens as a verifier sees them: token §1, §2 and §4.3."""

from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384

from conventions import Reader, check, sha256, u16

TOKEN_TYPE = b"\x00\x02"
EXPONENT = 65537
SALT = 48
_SPKI_HEAD = bytes.fromhex(
    "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a"
    "864886f70d010108300b0609608648016503040202a2030201300382010f003082010a0282010100"
)
_SPKI_EXPONENT = bytes.fromhex("0203010001")


@dataclass(frozen=True)
class TokenKey:
    """An issuer's RSA key, token §1."""

    modulus: int

    @staticmethod
    def parse(spki: bytes) -> "TokenKey":
        """Reads the one form of the SPKI [TOK-1] to [TOK-3]."""
        check(len(spki) == 342, "TOK-1", "an SPKI has 342 bytes")
        head, modulus, tail = spki[:81], spki[81:337], spki[337:]
        check(head == _SPKI_HEAD, "TOK-1", "not the SPKI of RFC 9578 §6.5")
        check(tail[:2] == _SPKI_EXPONENT[:2], "TOK-1", "not the SPKI of RFC 9578 §6.5")
        key = TokenKey(int.from_bytes(modulus, "big"))
        good = key.modulus >> 2047 == 1 and key.modulus % 2 == 1
        check(good, "TOK-2", "not an odd modulus of 2048 bits")
        check(tail == _SPKI_EXPONENT, "TOK-3", "the exponent is not 65537")
        return key

    @cached_property
    def spki(self) -> bytes:
        """The 342 bytes in which the key travels."""
        return _SPKI_HEAD + self.modulus.to_bytes(256, "big") + _SPKI_EXPONENT

    @cached_property
    def id(self) -> bytes:
        """`token_key_id`."""
        return sha256(self.spki)

    @cached_property
    def _openssl(self) -> RSAPublicKey:
        return RSAPublicNumbers(EXPONENT, self.modulus).public_key()

    def verify(self, token_input: bytes, authenticator: bytes) -> None:
        """Refuses a signature not below `n` [TOK-7] or that does not verify [TOK-16]."""
        below = int.from_bytes(authenticator, "big") < self.modulus
        check(below, "TOK-7", "the authenticator is not below the modulus")
        scheme = padding.PSS(padding.MGF1(SHA384()), SALT)
        try:
            self._openssl.verify(authenticator, token_input, scheme, SHA384())
        except InvalidSignature:
            check(False, "TOK-16", "the authenticator does not verify")


@dataclass(frozen=True)
class Token:
    """A token, token §2."""

    LEN = 354

    nonce: bytes
    challenge_digest: bytes
    key_id: bytes
    authenticator: bytes

    @staticmethod
    def parse(data: bytes) -> "Token":
        """Reads 354 bytes [TOK-6]."""
        reader = Reader(data, "TOK-6")
        check(reader.take(2) == TOKEN_TYPE, "TOK-6", "a token of another type")
        token = Token(reader.take(32), reader.take(32), reader.take(32), reader.take(256))
        reader.end()
        return token

    @property
    def input(self) -> bytes:
        """`TokenInput`: what is signed."""
        return TOKEN_TYPE + self.nonce + self.challenge_digest + self.key_id


def challenge(issuer_name: str, campaign: bytes, origin: str) -> bytes:
    """`TokenChallenge`, token §2.1."""
    name, info = issuer_name.encode(), origin.encode()
    return TOKEN_TYPE + u16(len(name)) + name + b"\x20" + campaign + u16(len(info)) + info
