"""A statement in a PDF: taking out the `.statement` that is attached to any paper.

Any PDF may come from a stranger, so sizes and counts are limited before anything is unpacked, and
a door calls this in a process of its own (`reader`). The papers themselves are set by the desk.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

from legation.errors import BadInputError
from legation.safeguards.statements.statement_file import MAX_FILE, SUFFIX

MAX_PDF: Final = 50_000_000
"""Bytes of a PDF that is opened."""
MAX_ATTACHMENTS: Final = 200
"""Names in its table of attachments."""
_MOST_NODES: Final = 1_000
_ANGRY: Final = (
    RecursionError, KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError,
    NotImplementedError, AssertionError, OSError, zlib.error,
)  # fmt: skip


def files_in_pdf(data: bytes) -> list[bytes]:
    """Return the `.statement` files that are attached to a PDF, each once.

    Raises:
        BadInputError: It is no PDF, is encrypted or damaged, or has too many attachments, or one
            that is larger than any statement file.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    if len(data) > MAX_PDF:
        raise _refusal(f"a PDF is opened up to {MAX_PDF:,} bytes")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise _refusal("the PDF is encrypted")
        found: dict[bytes, None] = {}
        for name, told in _attached(reader.trailer["/Root"]):
            if name.casefold().endswith(SUFFIX):
                found[_unpacked(told)] = None
    except (PyPdfError, *_ANGRY) as bad:
        raise _refusal(f"the PDF is damaged ({type(bad).__name__})") from bad
    return list(found)


def _attached(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names of attachments with what the PDF tells of each, from the tree of names."""
    names = root.get("/Names")
    tree = names.get_object().get("/EmbeddedFiles") if names is not None else None
    waiting, nodes, count = ([tree] if tree is not None else []), 0, 0
    while waiting:
        node = waiting.pop().get_object()
        nodes += 1
        pairs = node.get("/Names") or []
        count += len(pairs) // 2
        if nodes > _MOST_NODES or count > MAX_ATTACHMENTS:
            raise _refusal(f"the PDF has more than {MAX_ATTACHMENTS} attachments")
        for at in range(1, len(pairs), 2):
            told = pairs[at].get_object()
            yield str(told.get("/UF") or told.get("/F") or pairs[at - 1]), told
        kids = node.get("/Kids") or []
        if len(kids) > _MOST_NODES:
            raise _refusal("the PDF's table of attachments has too many parts")
        waiting.extend(kids)


def _unpacked(told: Any) -> bytes:
    packed = told["/EF"]
    stream = (packed.get("/F") or packed["/UF"]).get_object()
    data = bytes(stream.get_data())
    if len(data) > MAX_FILE:
        raise _refusal("an attachment is larger than any statement file")
    return data


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        what,
        place="PDF",
        hint="look its text up in the register, or get the .statement from the issuer",
    )
