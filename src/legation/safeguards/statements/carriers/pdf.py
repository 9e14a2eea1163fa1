"""A statement in a PDF: taking out the `.statement` that is attached to any paper.

Beside what the PDF names as attached, whatever stands in its bytes counts, as it is or in a
deflated stream: a page in a browser finds no more than that, and two readers of one paper must
not find two statements. Any PDF may come from a stranger, so sizes and counts are limited before
anything is unpacked, and a door calls this in a process of its own (`reader`). The papers
themselves are set by the desk.
"""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

from legation.crypto.parts import Cursor
from legation.errors import BadInputError
from legation.safeguards.statements.limits import MAX_PROOF, MAX_SIGNED
from legation.safeguards.statements.statement_file import MAX_FILE, SUFFIX

MAX_PDF: Final = 50_000_000
"""Bytes of a PDF that is opened."""
MAX_ATTACHMENTS: Final = 200
"""Names in its table of attachments."""
MOST_STREAMS: Final = 20_000
"""Compressed streams, and beginnings of files, that are tried."""
_MOST_NODES: Final = 1_000
_MAGIC: Final = b"legation statement file 1\n"
_END: Final = b"end\n"
_STREAM: Final = re.compile(rb"stream\r?\n(?=x)")
_FIRST: Final = 4_096
_ANGRY: Final = (
    RecursionError, KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError,
    NotImplementedError, AssertionError, OSError, zlib.error,
)  # fmt: skip


def files_in_pdf(data: bytes) -> list[bytes]:
    """Return the `.statement` files in a PDF, each once: those attached, then all that it holds.

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
        found |= dict.fromkeys(_standing(data))
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


def _standing(data: bytes) -> Iterator[bytes]:
    """Yield the files that stand in the bytes as they are, then those in deflated streams."""
    tries = 0
    at = data.find(_MAGIC)
    while at >= 0:
        tries = _tried(tries)
        whole = _file_at(data, at)
        if whole:
            yield whole
        at = data.find(_MAGIC, at + max(len(whole), 1))
    for stream in _STREAM.finditer(data):
        tries = _tried(tries)
        rest = memoryview(data)[stream.end() :]
        try:
            if zlib.decompressobj().decompress(rest[:_FIRST], len(_MAGIC)) == _MAGIC:
                whole = zlib.decompressobj().decompress(rest, MAX_FILE + 1)
                if len(whole) <= MAX_FILE:
                    yield whole
        except zlib.error:
            continue


def _tried(tries: int) -> int:
    if tries == MOST_STREAMS:
        raise _refusal(f"the PDF has more than {MOST_STREAMS:,} streams")
    return tries + 1


def _file_at(data: bytes, at: int) -> bytes:
    """Return the file that stands whole at a place; nothing where none does."""
    part = data[at : at + MAX_FILE]
    cursor = Cursor(part, len(_MAGIC), hint="")
    try:
        cursor.part("signed", MAX_SIGNED)
        for name in ("ed25519", "ml-dsa-65"):
            cursor.line(name)
        for name in ("proof", "cosignatures"):
            if cursor.has(name):
                cursor.part(name, MAX_PROOF)
    except BadInputError:
        return b""
    return part[: cursor.at + len(_END)] if part.startswith(_END, cursor.at) else b""


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
