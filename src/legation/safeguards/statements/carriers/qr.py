"""QR codes, drawn on this machine: a short form for print, or what stands on a fingerprint sheet.

Error correction is at least M (15 %), so a code survives a fold; the quiet zone of four modules
that ISO/IEC 18004 asks for is always there.
"""

import io
from typing import Final, Literal, get_args

import segno

from legation.errors import BadInputError, UsageError

QrKind = Literal["png", "svg"]
QUIET_ZONE: Final = 4
"""Modules around a code."""
_MOST_SCALE: Final = 40


def draw_qr(text: str, kind: QrKind, *, scale: int = 6) -> bytes:
    """Draw a QR code.

    Args:
        text: What it says, ASCII.
        kind: `png` or `svg`.
        scale: Pixels of a module in a PNG, units in an SVG.

    Raises:
        BadInputError: The text is not ASCII, or too long.
        UsageError: There is no such kind, or the scale is out of range.
    """
    if kind not in get_args(QrKind) or not 1 <= scale <= _MOST_SCALE:
        raise UsageError(
            f"no QR code as {kind!r} at scale {scale}",
            hint=f"ask for png or svg, at 1 to {_MOST_SCALE}",
        )
    try:
        code = segno.make(text.encode("ascii"), error="m", micro=False, boost_error=True)
    except (UnicodeEncodeError, segno.DataOverflowError) as bad:
        raise BadInputError(
            "the text does not fit into a QR code", place="QR", hint="shorten it; ASCII only"
        ) from bad
    drawn = io.BytesIO()
    if kind == "png":
        code.save(drawn, kind=kind, scale=scale, border=QUIET_ZONE, light="white")
    else:
        code.save(
            drawn, kind=kind, scale=scale, border=QUIET_ZONE, light="white", xmldecl=False,
            svgclass=None, lineclass=None, nl=False,
        )  # fmt: skip
    return drawn.getvalue()
