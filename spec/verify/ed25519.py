"""Ed25519 with one answer: overview §2.3.

`cryptography` (OpenSSL) computes the equation of [OVR-8]. It also takes what [OVR-5] and [OVR-6]
refuse, so those are checked here before it is asked.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import edwards
from conventions import Broken, check


def _small_points() -> frozenset[bytes]:
    """The canonical encodings of the eight points of small order."""
    found: set[bytes] = set()
    y = 2
    while len(found) < 8:
        point = edwards.decompress(y.to_bytes(32, "little"))
        y += 1
        if point is not None:
            torsion = edwards.multiply(edwards.ORDER, point)
            found |= {edwards.compress(edwards.multiply(n, torsion)) for n in range(8)}
    return frozenset(found)


SMALL_POINTS = _small_points()


@lru_cache(maxsize=4096)
def check_key(public_key: bytes) -> None:
    """Refuses a key that is no point in its canonical form [OVR-5], or of small order [OVR-6]."""
    canonical = edwards.decompress(public_key) is not None
    check(canonical, "OVR-5", "the key is not the canonical encoding of a point")
    check(public_key not in SMALL_POINTS, "OVR-6", "the key is of small order")


def verify(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Refuses a signature that does not verify, by [OVR-5] to [OVR-8] in this order."""
    check_key(public_key)
    check(len(signature) == 64, "OVR-2", "a signature has 64 bytes")
    check(signature[:32] not in SMALL_POINTS, "OVR-6", "R is of small order")
    s = int.from_bytes(signature[32:], "little")
    check(s < edwards.ORDER, "OVR-7", "s is not below the order of the base point")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature as error:
        raise Broken("OVR-8", "the signature does not verify") from error


def public_key(seed: bytes) -> bytes:
    """The public key of a private key of RFC 8032 §5.1.5."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """A signature as RFC 8032 §5.1.6 makes it [OVR-9]."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
