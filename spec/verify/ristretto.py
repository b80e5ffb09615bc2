"""The group ristretto255, RFC 9496 §4: elements and scalars of tag §2.1."""

import edwards
from conventions import Broken, check
from edwards import ORDER, SQRT_M1, D, P, Point

IDENTITY_BYTES = bytes(32)


def _is_negative(x: int) -> bool:
    return x % P % 2 == 1


def _absolute(x: int) -> int:
    return -x % P if _is_negative(x) else x % P


def _square_root_ratio(u: int, v: int) -> tuple[bool, int]:
    """`SQRT_RATIO_M1` of RFC 9496 §4.2: whether u/v is a square, and the root it gives."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    checked = v * r * r % P
    correct = checked == u % P
    flipped = checked == -u % P
    flipped_i = checked == -u * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return correct or flipped, _absolute(r)


INVSQRT_A_MINUS_D = _square_root_ratio(1, -1 - D)[1]
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235


def decode(data: bytes) -> Point:
    """An element, RFC 9496 §4.3.1 [TAG-8], that is not the identity [TAG-9]."""
    s = int.from_bytes(data, "little")
    check(len(data) == 32 and s < P and not _is_negative(s), "TAG-8", "not a canonical element")
    check(s != 0, "TAG-9", "the element is the identity")
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, invsqrt = _square_root_ratio(1, v * u2 * u2)
    den_x = invsqrt * u2 % P
    den_y = invsqrt * den_x * v % P
    x = _absolute(2 * s * den_x)
    y = u1 * den_y % P
    t = x * y % P
    check(square and not _is_negative(t) and y != 0, "TAG-8", "not a canonical element")
    return (x, y, 1, t)


def encode(point: Point) -> bytes:
    """The canonical encoding of an element, RFC 9496 §4.3.2."""
    x0, y0, z0, t0 = point
    u1 = (z0 + y0) * (z0 - y0) % P
    u2 = x0 * y0 % P
    invsqrt = _square_root_ratio(1, u1 * u2 * u2)[1]
    den1, den2 = invsqrt * u1 % P, invsqrt * u2 % P
    z_inv = den1 * den2 * t0 % P
    if _is_negative(t0 * z_inv):
        x, y, den_inv = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den_inv = x0, y0, den2
    if _is_negative(x * z_inv):
        y = -y % P
    return _absolute(den_inv * (z0 - y)).to_bytes(32, "little")


def _map(data: bytes) -> Point:
    """`MAP` of RFC 9496 §4.3.4."""
    t = (int.from_bytes(data, "little") & (2**255 - 1)) % P
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = _square_root_ratio(u, v)
    c = -1 % P
    if not was_square:
        s, c = -_absolute(s * t) % P, r
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return (w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def derive(data: bytes) -> Point:
    """An element from 64 uniform bytes, RFC 9496 §4.3.4."""
    return edwards.add(_map(data[:32]), _map(data[32:]))


def is_identity(point: Point) -> bool:
    """Whether the element is the identity."""
    return encode(point) == IDENTITY_BYTES


def scalar(data: bytes) -> int:
    """A scalar: 32 bytes, little-endian, below `q` [TAG-10]."""
    number = int.from_bytes(data, "little")
    check(len(data) == 32 and number < ORDER, "TAG-10", "a scalar that is not below the order")
    return number


def secret_scalar(data: bytes) -> int:
    """A key, share or blind: a scalar that is not zero [TAG-10]."""
    number = scalar(data)
    if number == 0:
        raise Broken("TAG-10", "a key, share or blind of zero")
    return number


def scalar_bytes(number: int) -> bytes:
    """The 32 bytes of a scalar."""
    return (number % ORDER).to_bytes(32, "little")
