"""A statement as plain text: what a mail or a messenger carries, and a person can read.

A block says who speaks, under which number, where the register is, and holds the text; a second
one, in armour, holds the whole `.statement`. Copies come with other line ends and blanks at their
ends, so these are passed over; all else has one spelling. A text may hold anything, so a line of
it that could end the block has a dash and a blank put before it.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, final

import msgspec

from legation.errors import BadInputError
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
    lines = _between(pasted, _TEXT)
    if lines is None:
        return None
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


def file_in(pasted: str) -> bytes | None:
    """Return the `.statement` that what was pasted holds in armour; None when it holds none.

    Raises:
        BadInputError: The armour is broken, or there are two.
    """
    lines = _between(pasted, _FILE)
    return None if lines is None else read_base64("\n".join(lines))


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


def _between(pasted: str, name: str) -> list[str] | None:
    """Return the lines of the one block of that name, without blanks at their ends."""
    if len(pasted) > MAX_PASTED:
        raise _refusal(f"blocks are looked for in at most {MAX_PASTED:,} characters")
    lines = [line.rstrip() for line in pasted.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    begins = [at for at, line in enumerate(lines) if line == f"-----BEGIN {name}-----"]
    if not begins:
        return None
    end = f"-----END {name}-----"
    if len(begins) > 1 or lines.count(end) != 1:
        raise _refusal("there are two blocks, or one without its end")
    found = lines[begins[0] + 1 : lines.index(end)]
    if lines.index(end) < begins[0]:
        raise _refusal("the block ends before it begins")
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
