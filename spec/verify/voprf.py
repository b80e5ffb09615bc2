"""The VOPRF of tag §2: RFC 9497, mode VOPRF, suite ristretto255-SHA512."""

import hashlib
from collections.abc import Sequence

import edwards
import ristretto
from conventions import Broken, u16
from edwards import BASE, IDENTITY, ORDER, Point

CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"


def _expand(message: bytes, dst: bytes) -> bytes:
    """`expand_message_xmd` of RFC 9380 §5.3.1 with SHA-512, to 64 bytes: one block."""
    dst_prime = dst + bytes([len(dst)])
    b0 = hashlib.sha512(bytes(128) + message + u16(64) + b"\x00" + dst_prime).digest()
    return hashlib.sha512(b0 + b"\x01" + dst_prime).digest()


def hash_to_group(data: bytes) -> Point:
    """`HashToGroup` of RFC 9497 §4.1."""
    return ristretto.derive(_expand(data, b"HashToGroup-" + CONTEXT))


def hash_to_scalar(data: bytes) -> int:
    """`HashToScalar` of RFC 9497 §4.1."""
    return int.from_bytes(_expand(data, b"HashToScalar-" + CONTEXT), "little") % ORDER


def blind(data: bytes, r: int) -> Point:
    """`Blind`, RFC 9497 §3.3.1, with the blind that is given."""
    element = hash_to_group(data)
    if ristretto.is_identity(element):
        raise Broken("TAG-9", "the input hashes to the identity")
    return edwards.multiply(r, element)


def finalize(data: bytes, r: int, evaluated: Point) -> bytes:
    """`Finalize`, RFC 9497 §3.3.1: 64 bytes."""
    unblinded = ristretto.encode(edwards.multiply(pow(r, -1, ORDER), evaluated))
    hashed = u16(len(data)) + data + u16(len(unblinded)) + unblinded + b"Finalize"
    return hashlib.sha512(hashed).digest()


def _composites(key: Point, blinded: Sequence[Point], evaluated: Sequence[Point]) -> list[Point]:
    """`ComputeComposites` of RFC 9497 §2.2.1: M and Z."""
    encoded_key = ristretto.encode(key)
    dst = b"Seed-" + CONTEXT
    seed = hashlib.sha512(u16(32) + encoded_key + u16(len(dst)) + dst).digest()
    m = z = IDENTITY
    for i, (c, d) in enumerate(zip(blinded, evaluated, strict=True)):
        elements = u16(32) + ristretto.encode(c) + u16(32) + ristretto.encode(d)
        weight = hash_to_scalar(u16(64) + seed + u16(i) + elements + b"Composite")
        m = edwards.add(m, edwards.multiply(weight, c))
        z = edwards.add(z, edwards.multiply(weight, d))
    return [m, z]


def _challenge(*points: Point) -> int:
    """The challenge of RFC 9497 §2.2.1 over key, M, Z and the two commitments."""
    encoded = b"".join(u16(32) + ristretto.encode(point) for point in points)
    return hash_to_scalar(encoded + b"Challenge")


def prove(k: int, nonce: int, blinded: Sequence[Point], evaluated: Sequence[Point]) -> bytes:
    """`GenerateProof` of RFC 9497 §2.2.1 for the key `k`, with the nonce that is given: c ‖ s."""
    key = edwards.multiply(k, BASE)
    m, z = _composites(key, blinded, evaluated)
    c = _challenge(key, m, z, edwards.multiply(nonce, BASE), edwards.multiply(nonce, m))
    return ristretto.scalar_bytes(c) + ristretto.scalar_bytes(nonce - c * k)


def verify(key: Point, blinded: Sequence[Point], evaluated: Sequence[Point], proof: bytes) -> bool:
    """`VerifyProof` of RFC 9497 §2.2.2: whether the proof holds for this key."""
    c, s = ristretto.scalar(proof[:32]), ristretto.scalar(proof[32:])
    m, z = _composites(key, blinded, evaluated)
    t2 = edwards.add(edwards.multiply(s, BASE), edwards.multiply(c, key))
    t3 = edwards.add(edwards.multiply(s, m), edwards.multiply(c, z))
    return _challenge(key, m, z, t2, t3) == c
