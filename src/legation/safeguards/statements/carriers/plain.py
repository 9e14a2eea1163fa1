"""A statement as plain text: what a mail or a messenger carries, and a person can read.

A block says who speaks, under which number, where the register is, and holds the text; a second
one, in armour, holds the whole `.statement`. Copies come with other line ends and blanks at their
ends, so these are passed over; all else has one spelling. A text may hold anything, so a line of
it that could end the block has a dash and a blank put before it. Two different statements in one
text, or a block that says something else than the statement beside it, have no answer.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, final

import msgspec

from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.carriers.short_form import ShortForm, read_short
from legation.safeguards.statements.limits import MAX_TEXT
from legation.safeguards.statements.statement import Statement, Version, time_text
from legation.safeguards.statements.statement_file import MAX_FILE

COURTESY: Final = "This block proves nothing by itself: look the text up in the register."
MAX_PASTED: Final = 10_000_000
"""Characters of a text in which blocks are looked for."""

_TEXT: Final = "LEGATION STATEMENT TEXT"
_FILE: Final = "LEGATION STATEMENT"
_COLUMNS: Final = 64
_BLANKS: Final = (
    "\t\v\f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What is passed over at the ends of lines; ECMAScript's `trimEnd` takes the same."""
_MOST_FIELDS: Final = 20
_DASHES: Final = re.compile(r"(?:- )*+-----")
_FIELD: Final = re.compile(r"([A-Z][a-z]{1,19}+): (.{1,600}+)")


@final
class TextBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block of text as it was pasted. What it says is a claim; the text can be looked up.

    Attributes:
        fields: Its lines of name and value.
        text: The statement's text.
    """

    fields: dict[str, str]
    text: str

    @property
    def short(self) -> ShortForm | None:
        """The short form that it holds; None when it holds none.

        Raises:
            BadInputError: What stands there is no short form.
        """
        form = self.fields.get("Short")
        return read_short(form) if form else None


def write_text(statement: Statement, version: Version, form: ShortForm) -> str:
    """Write one language version of a statement as a block that a person can read.

    Args:
        statement: The statement.
        version: Which language version.
        form: Its short form, signed or not.
    """
    fields = {
        "Issuer": statement.issuer,
        "Office": statement.office,
        "Number": statement.number,
        "Issued": time_text(statement.issued),
        "Language": version.language,
        "Wording": version.wording,
        "Register": form.address,
        "Short": str(form),
        "Note": COURTESY,
    }
    head = [f"{name}: {value}" for name, value in fields.items()]
    return _framed(_TEXT, [*head, "", *map(_dashed, version.text.split("\n"))])


def write_armoured(data: bytes) -> str:
    """Write a whole `.statement` in armour: base64 in lines of 64 between two lines of dashes.

    Raises:
        BadInputError: It is larger than any statement file.
    """
    if len(data) > MAX_FILE:
        raise _refusal(f"a statement file has at most {MAX_FILE} bytes")
    return _framed(_FILE, list(base64_lines(data)))


def text_in(pasted: str) -> TextBlock | None:
    """Return the block of text in what was pasted; None when there is none.

    Raises:
        BadInputError: It is broken, or there are two.
    """
    found = _blocks(pasted, _TEXT)
    if not found:
        return None
    if len(found) > 1:
        raise _refusal("there are two blocks of text")
    (lines,) = found
    fields: dict[str, str] = {}
    while lines and lines[0]:
        field = _FIELD.fullmatch(lines.pop(0))
        if field is None or field[1] in fields or len(fields) == _MOST_FIELDS:
            raise _refusal("the block's lines of name and value are broken")
        fields[field[1]] = field[2]
    text = "\n".join(map(_undashed, lines[1:]))
    if not text or len(text.encode()) > 2 * MAX_TEXT:
        raise _refusal("the block has no text, or too long a one")
    return TextBlock(fields=fields, text=text)


def files_in(pasted: str) -> list[bytes]:
    """Return the `.statement` files that what was pasted holds in armour, each once.

    Raises:
        BadInputError: An armour is broken.
    """
    return list(dict.fromkeys(read_base64("\n".join(lines)) for lines in _blocks(pasted, _FILE)))


def require_said(block: TextBlock, statement: Statement) -> None:
    """Require that a block of text is what `write_text` writes of the statement beside it.

    Raises:
        VerificationError: A line of it, or its text, says something else.
    """
    language = block.fields.get("Language")
    version = next((one for one in statement.versions if one.language == language), None)
    try:
        form = block.short
    except BadInputError:
        form = None
    if version is not None and form is not None:
        meant = text_in(write_text(statement, version, form))
        same = meant is not None and list(meant.fields.items()) == list(block.fields.items())
        names = form.number == statement.number
        worded = bytes.fromhex(version.wording).startswith(form.wording)
        if same and names and worded and block.text == version.text:
            return
    raise VerificationError(
        "the block of text says something else than the statement in it",
        hint="believe neither; look the text up by itself, and ask the issuer",
    )


def base64_lines(data: bytes) -> Iterator[str]:
    """Write bytes as base64, in lines of 64 letters."""
    text = base64.b64encode(data).decode()
    for at in range(0, len(text), _COLUMNS):
        yield text[at : at + _COLUMNS]


def read_base64(text: str) -> bytes:
    """Read what `base64_lines` wrote, lines parted by line feeds.

    Raises:
        BadInputError: It is written in another way, or is too long.
    """
    joined = text.replace("\n", "")
    try:
        data = base64.b64decode(joined, validate=True)
    except (binascii.Error, ValueError) as bad:
        raise _refusal("the armour holds no base64") from bad
    if not data or len(data) > MAX_FILE or "\n".join(base64_lines(data)) != text:
        raise _refusal("the armour is not written in its one way")
    return data


def _blocks(pasted: str, name: str) -> list[list[str]]:
    """Return the lines of each block of that name, without blanks at their ends."""
    if len(pasted) > MAX_PASTED:
        raise _refusal(f"blocks are looked for in at most {MAX_PASTED:,} characters")
    plain = pasted.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.rstrip(_BLANKS) for line in plain.split("\n")]
    begin, end = f"-----BEGIN {name}-----", f"-----END {name}-----"
    if begin not in lines:
        return []
    found: list[list[str]] = []
    inside = False
    for line in lines:
        if line in (begin, end):
            if inside is (line == begin):
                raise _refusal("a block begins in another, or ends before it begins")
            inside = not inside
            if inside:
                found.append([])
        elif inside:
            found[-1].append(line)
    if inside:
        raise _refusal("a block has no end")
    return found


def _framed(name: str, lines: list[str]) -> str:
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""])


def _dashed(line: str) -> str:
    return f"- {line}" if _DASHES.match(line) else line


def _undashed(line: str) -> str:
    return line[2:] if line.startswith("- ") and _DASHES.match(line) else line


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        what,
        place="block",
        hint="copy it again from -----BEGIN to -----END, or look the text up in the register",
    )
