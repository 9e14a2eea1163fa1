"""A picture as PNG, for programs that take no SVG: set by Pango, drawn by PDFium, both here.

It is the very SVG that the page shows, so there is one picture and not two that differ.
"""

import struct
import zlib
from typing import Any, Final

from legation.desk.paper import need, refusal
from legation.errors import MissingPartError

_SCALE: Final = 2.0
_CSS_PX: Final = 96 / 72
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def require() -> None:
    """Refuse to begin without what draws.

    Raises:
        MissingPartError: It is not installed.
    """
    need("pdf")
    _pdfium()


def png(svg: str, width: float, height: float) -> bytes:
    """Draw an SVG on white."""
    weasyprint = need("pdf")
    pdfium = _pdfium()
    style = f"@page {{ size: {width}px {height}px; margin: 0 }} svg {{ display: block }}"
    paper = weasyprint.HTML(
        string=f"<!doctype html><title>.</title><body style='margin:0'>{svg}",
        url_fetcher=refusal(weasyprint)(),
    ).write_pdf(stylesheets=[weasyprint.CSS(string=style)])
    document = pdfium.PdfDocument(paper)
    try:
        # A point of PDF is a third more than a pixel.
        drawn = document[0].render(scale=_SCALE * _CSS_PX, rev_byteorder=True, prefer_bgrx=False)
        return _written(drawn.width, drawn.height, drawn.n_channels, drawn.stride, drawn.buffer)
    finally:
        document.close()


def _pdfium() -> Any:
    try:
        import pypdfium2
    except ImportError as absent:
        raise MissingPartError(
            "pictures as png need a part that is not installed",
            hint="add the extra `pdf`: in the folder that legation was installed from, "
            "run: make pdf",
        ) from absent
    return pypdfium2


def _written(width: int, height: int, channels: int, stride: int, buffer: Any) -> bytes:
    """Write rows of eight-bit colours as PNG (ISO/IEC 15948)."""
    rows = bytes(buffer)
    lines = b"".join(
        b"\0" + rows[row * stride : row * stride + width * channels] for row in range(height)
    )
    kind = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    sum_ = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_)
