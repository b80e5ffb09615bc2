"""From a seed to a token, and the issuer's side of it: token §2 to §4."""

import hashlib
from dataclasses import dataclass
from math import gcd

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conventions import Broken, Reader, check, transcript, u16
from tokens import EXPONENT, SALT, TOKEN_TYPE, TokenKey

HASH = 48
"""Bytes of SHA-384."""


def derive(length: int, seed: bytes, label: str, campaign: bytes, *fields: bytes) -> bytes:
    """`derive` of token §3."""
    info = transcript(label, campaign, *fields)
    return HKDF(SHA512(), length, b"headcount/v1 seed", info).derive(seed)


def pledge_key(seed: bytes, campaign: bytes, class_index: int) -> bytes:
    """The Ed25519 private key of token §3.1."""
    return derive(32, seed, "headcount/v1 pledge key", campaign, u16(class_index))


def salt(seed: bytes, campaign: bytes, issuer: int, token_input: bytes) -> bytes:
    """The salt of token §3.2."""
    return derive(SALT, seed, "headcount/v1 salt", campaign, u16(issuer), token_input)


def blinding_factor(
    seed: bytes, campaign: bytes, issuer: int, token_input: bytes, key: TokenKey
) -> tuple[int, int]:
    """`r` and the attempt `j` that gave it, token §3.2 [TOK-12]."""
    for attempt in range(2**16):
        fields = (u16(issuer), token_input, u16(attempt))
        r = derive(256, seed, "headcount/v1 blinding factor", campaign, *fields)
        number = int.from_bytes(r, "big")
        if 0 < number < key.modulus:
            return number, attempt
    raise Broken("TOK-12", "no attempt gives a factor")


def check_factor(r: int, key: TokenKey) -> None:
    """Refuses a factor of 0, not below the modulus, or without an inverse [TOK-13]."""
    good = 0 < r < key.modulus and gcd(r, key.modulus) == 1
    check(good, "TOK-13", "a blinding factor out of range or without an inverse")


def _mgf1(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-384, RFC 8017 §B.2.1."""
    blocks = range(-(-length // HASH))
    mask = b"".join(hashlib.sha384(seed + i.to_bytes(4, "big")).digest() for i in blocks)
    return mask[:length]


def encode(message: bytes, salt_bytes: bytes) -> bytes:
    """`EMSA-PSS-ENCODE` of RFC 8017 §9.1.1 to 2047 bits, in 256 bytes."""
    digest = hashlib.sha384(message).digest()
    h = hashlib.sha384(bytes(8) + digest + salt_bytes).digest()
    db = bytes(256 - SALT - HASH - 2) + b"\x01" + salt_bytes
    masked = bytes(a ^ b for a, b in zip(db, _mgf1(h, len(db)), strict=True))
    return bytes([masked[0] & 0x7F]) + masked[1:] + h + b"\xbc"


@dataclass(frozen=True)
class TokenRequest:
    """`TokenRequest` of token §2."""

    truncated_key_id: int
    blinded: bytes

    @staticmethod
    def parse(data: bytes) -> "TokenRequest":
        """Reads 259 bytes [TOK-6]."""
        reader = Reader(data, "TOK-6")
        check(reader.take(2) == TOKEN_TYPE, "TOK-6", "a request of another type")
        request = TokenRequest(reader.number(1), reader.take(256))
        reader.end()
        return request

    def encode(self) -> bytes:
        """The 259 bytes."""
        return TOKEN_TYPE + bytes([self.truncated_key_id]) + self.blinded


def blind(encoded: bytes, r: int, key: TokenKey) -> TokenRequest:
    """Steps 3 and 4 of token §4.1."""
    check_factor(r, key)
    m, n = int.from_bytes(encoded, "big"), key.modulus
    check(gcd(m, n) == 1, "token §4.1 step 3", "the message shares a factor with the modulus")
    blinded = m * pow(r, EXPONENT, n) % n
    return TokenRequest(key.id[-1], blinded.to_bytes(256, "big"))


def blind_sign(request: TokenRequest, p: int, q: int) -> bytes:
    """The issuer's answer, token §4.2 [TOK-14], [TOK-15]."""
    n = p * q
    m = int.from_bytes(request.blinded, "big")
    check(m < n, "TOK-14", "a blinded message that is not below the modulus")
    s = pow(m, pow(EXPONENT, -1, (p - 1) * (q - 1)), n)
    check(pow(s, EXPONENT, n) == m, "TOK-15", "a fault while signing")
    return s.to_bytes(256, "big")


def finish(key: TokenKey, token_input: bytes, r: int, response: bytes) -> bytes:
    """The token, token §4.3 [TOK-16]."""
    check_factor(r, key)
    check(len(response) == 256, "TOK-6", "a response has 256 bytes")
    blind_signature = int.from_bytes(response, "big")
    check(blind_signature < key.modulus, "TOK-16", "an answer that is not below the modulus")
    s = blind_signature * pow(r, -1, key.modulus) % key.modulus
    authenticator = s.to_bytes(256, "big")
    key.verify(token_input, authenticator)
    return token_input + authenticator
