"""The curve edwards25519 in plain Python, for Ed25519 (overview §2.3) and ristretto255 (tag §2).

A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and T = XY/Z. Nothing here is constant in time: this
program verifies public bytes and holds no secrets.
"""

Point = tuple[int, int, int, int]

P = 2**255 - 19
"""The prime of the field."""
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point: `L` of overview §2.3, `q` of tag."""
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
"""The square root of −1 that is even."""
IDENTITY: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """Sum of two points, RFC 8032 §5.1.4."""
    m = (a[1] - a[0]) * (b[1] - b[0]) % P
    n = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    d = 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def negate(a: Point) -> Point:
    """The point that gives the identity with this one."""
    return (-a[0] % P, a[1], a[2], -a[3] % P)


def multiply(scalar: int, point: Point) -> Point:
    """`scalar` times the point."""
    result = IDENTITY
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def decompress(data: bytes) -> Point | None:
    """The point of 32 bytes, RFC 8032 §5.1.3, if they are the canonical encoding of one."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * SQRT_M1 % P
    if v * x * x % P != u or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def compress(point: Point) -> bytes:
    """The canonical encoding of a point, RFC 8032 §5.1.2."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _base() -> Point:
    point = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert point is not None, "RFC 8032 §5.1 gives the base point"
    return point


BASE: Point = _base()
