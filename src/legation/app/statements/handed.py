"""What somebody hands in: a statement's file, what carries one, or a text. One rule for every door.

What surrounds a statement borrows nothing from it. So an answer on a file that was taken out of
something says so; two different files in one thing, and a block that says something else than the
file beside it, have no answer. `page/carriers.js` does the same in a browser, step by step.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal, final

import msgspec

from legation.errors import BadInputError, ConflictError
from legation.safeguards.statements.carriers.page import files_on
from legation.safeguards.statements.carriers.plain import files_in, require_said, text_in
from legation.safeguards.statements.carriers.short_form import read_short
from legation.safeguards.statements.statement import read_statement
from legation.safeguards.statements.statement_file import read_file

MAX_SOURCE: Final = 60_000_000
"""Bytes of a file in which a statement is looked for."""
OWN: Final = "legation statement file "
"""What a statement's own file begins with."""
PDF: Final = b"%PDF-"
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
ALONE: Final = {
    "file": "This answer is on the .statement inside alone. Words around it are no part of it: look"
    " them up by themselves.",
    "text": "This answer is on the text of the block alone: the lines above it, and words around"
    " the block, are no part of it.",
}
"""What is told with a verdict, by what it is on."""

_LOOK_UP: Final = "look its text up in the register"
_PAGE: Final = re.compile(r"\s*+<(?:!doctype|html|\?xml)", re.IGNORECASE | re.ASCII)


@final
class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed in.

    Attributes:
        data: A statement's file; empty for a text.
        text: A text; empty for a file.
        alone: What of it is answered: `file` taken out of something, `text` of a block, or empty
            for all of it.
    """

    data: bytes = b""
    text: str = ""
    alone: Literal["", "file", "text"] = ""


def handed_in(data: bytes) -> Handed:
    """Tell what a file holds.

    Args:
        data: A `.statement`, a PDF, a page, a text.

    Raises:
        BadInputError: It is too large, broken, or holds neither a statement nor a text.
        ConflictError: It holds two statements.
        VerificationError: A block in it says something else than the statement beside it.
    """
    if data.startswith(OWN.encode()):
        return Handed(data=data)
    if data.startswith(PICTURES):
        raise BadInputError(
            "this is a picture", place="", hint="see `statement lookup --image`, and `extract`"
        )
    if data.startswith(PDF):
        from legation.safeguards.statements.carriers.told import files_apart

        return _carried(files_apart(data)) or _nothing("the PDF holds no .statement")
    return text_handed_in(text_of(data))


def text_handed_in(given: str) -> Handed:
    """Tell what a text holds.

    Raises:
        LegationError: As `handed_in`.
    """
    text = given.removeprefix("\ufeff")
    if text.startswith(OWN):
        return Handed(data=text.encode("utf-8", "replace"))
    block = text_in(text)
    handed = _carried(files_in_text(text))
    if handed is not None:
        if block is not None:
            require_said(block, read_statement(read_file(handed.data).signed))
        return handed
    if block is not None:
        return Handed(text=block.text, alone="text")
    _refuse_short(text.strip())
    return _nothing("the page holds no .statement") if _PAGE.match(text) else Handed(text=text)


def refuse_larger(data: bytes) -> None:
    """Refuse a file that is larger than any in which a statement is looked for.

    Raises:
        BadInputError: It is.
    """
    if len(data) > MAX_SOURCE:
        raise BadInputError(
            f"a statement is looked for in at most {MAX_SOURCE:,} bytes", place="", hint=_LOOK_UP
        )


def text_of(data: bytes) -> str:
    """Return the text that a file is.

    Raises:
        BadInputError: It is too large, or no text in UTF-8.
    """
    refuse_larger(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError(
            "it is neither text in UTF-8, nor a PDF, JPEG or PNG", place="", hint=_LOOK_UP
        ) from bad
    if "\0" in text:
        raise BadInputError("it is no text in UTF-8", place="", hint="save the text as UTF-8")
    return text


def files_in_text(text: str) -> list[bytes]:
    """Return the `.statement` files in the blocks and the scripts of a text, each once.

    Raises:
        BadInputError: A block or a script of them is broken.
    """
    return list(dict.fromkeys([*files_in(text), *files_on(text)]))


def only(files: Sequence[bytes]) -> bytes:
    """Return the one file among those that were found.

    Raises:
        ConflictError: There are several; the error names two.
    """
    if len(files) > 1:
        raise ConflictError(
            f"it holds {len(files)} statements that differ, such as {_named(files[0])} and"
            f" {_named(files[1])}",
            hint="ask the issuer which one is meant, and verify that one",
        )
    return files[0]


def _carried(files: Sequence[bytes]) -> Handed | None:
    return Handed(data=only(files), alone="file") if files else None


def _nothing(what: str) -> Handed:
    raise BadInputError(what, place="", hint="look its text up in the register by itself")


def _named(file: bytes) -> str:
    """Return what a file claims to be."""
    try:
        said = read_statement(read_file(file).signed)
    except BadInputError:
        return "one that is damaged"
    return f"{said.number} of {said.issuer!r:.60}"


def _refuse_short(text: str) -> None:
    try:
        form = read_short(text)
    except BadInputError:
        return
    raise BadInputError(
        f"this is a short form, which names statement {form.number}",
        place="short form",
        hint="see it by: legation statement show NUMBER; then look up the text beside the code",
    )
