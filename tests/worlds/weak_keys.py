"""The public keys of Ed25519 that nobody should trust, worked out from the curve's equation."""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 1 << 255


def _roots(square: int) -> list[int]:
    """Return the square roots modulo P, if there are any (RFC 8032, section 5.1.3)."""
    root = pow(square, (P + 3) // 8, P)
    for each in (root, root * pow(2, (P - 1) // 4, P) % P):
        if each * each % P == square % P:
            return [each, -each % P]
    return []


def _small_points() -> set[tuple[int, int]]:
    """Return the points of order 1, 2, 4 and 8, worked out from the curve's equation."""
    quarter = [(x, 0) for x in _roots(-1)]
    # A point of order 8 doubles to (x, 0), which needs y^2 = -x^2. Put into the curve's
    # equation: d x^4 - 2 x^2 - 1 = 0, so x^2 = (1 + root(1 + d)) / d.
    eighth = {
        (x, y)
        for root in _roots(1 + D)
        for x in _roots((1 + root) * pow(D, -1, P) % P)
        for y in _roots(-x * x)
    }
    return {(0, 1), (0, P - 1), *quarter, *eighth}


SMALL = _small_points()
# Every spelling: y or y + p (where it fits in 255 bits), with either sign bit.
SPELLINGS = sorted(
    {
        (value | sign).to_bytes(32, "little")
        for _, y in SMALL
        for value in (y, y + P)
        if value < SIGN
        for sign in (0, SIGN)
    }
)
