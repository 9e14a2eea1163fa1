"""Cells of a table that a spreadsheet may open, and words that may stand in one.

A cell that begins with `=` or one of its kin is run as a formula, and the text of a
stranger's post can begin so. Such a cell gets an apostrophe in front, which a
spreadsheet takes as "this is text". Where the list separator is a semicolon, as in French
settings, a spreadsheet cuts our lines at each of those too, whatever stands in quotes: so what
follows one inside a text is a beginning as well, and so is a new line. What a reader cannot
see, or what turns the way their line runs, is written by its name.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from legation.errors import RecordError

# OWASP, CSV injection; other forms of them (full-width, small, raised) are told by NFKC.
_STARTERS: Final = ("=", "+", "-", "@")
_TURNS: Final = ("\t", "\r", "\n")
# Where a spreadsheet may cut a line, by its settings or by what its reader tells it.
_CUTS: Final = re.compile("(?<=[;,\t\r\n])")
_COMMA: Final = ","
# What ends or begins a run of the other direction: with it a line can be read as another.
_DIRECTIONS: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SEEN: Final = (
    {code: chr(0x2400 + code) for code in range(32) if chr(code) not in _TURNS}
    | {code: f"⟨U+{code:04X}⟩" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *_DIRECTIONS)}
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    | {0: "\ufffd"}
)


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet runs it, and nothing in it is hidden.

    >>> safe_cell("=1+1"), safe_cell("plain"), safe_cell("\u200b\uff1d1"), safe_cell("a\u202eb")
    ("'=1+1", 'plain', "'\u200b\uff1d1", 'a⟨U+202E⟩b')
    >>> safe_cell("see this;=1+1"), safe_cell("one, -two"), safe_cell("one,-two")
    ("see this;'=1+1", 'one, -two', "one,'-two")
    """
    shown = text.translate(_SEEN)
    return "".join(f"'{part}" if _begins(before, part) else part for before, part in _parts(shown))


def bare_cell(cell: str) -> str:
    """Take off each apostrophe that `safe_cell` put into a text.

    >>> bare_cell("'=1+1"), bare_cell("'tis"), bare_cell("''=1"), bare_cell("see;'=1")
    ('=1+1', "'tis", "'=1", 'see;=1')
    """
    return "".join(
        part[1:] if part.startswith("'") and _begins(before, part[1:]) else part
        for before, part in _parts(cell)
    )


def clean(text: str, column: str = "") -> str:
    r"""Return a text of a register on one line, without blanks around it.

    Raises:
        RecordError: It holds what nobody sees, or what turns the way a line runs.

    >>> clean(" two\r\n lines ")
    'two lines'
    """
    line = " ".join(text.split())
    for sign in line:
        if ord(sign) in _SEEN:
            turns = ord(sign) in _DIRECTIONS
            raise RecordError(
                f"holds U+{ord(sign):04X}, "
                + ("which turns the way that words run" if turns else "a control character"),
                place=column,
                hint="remove it, or type the text anew",
            )
    return line


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Write rows as CSV that a spreadsheet may open.

    >>> write_rows(("who",), [("=1+1",)])
    "who\r\n'=1+1\r\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a text that may become a cell, with the sign that cuts it off before."""
    before = ""
    for part in _CUTS.split(text):
        yield before, part
        before = part[-1:]


def _begins(before: str, part: str) -> bool:
    """Tell whether a spreadsheet would run a part of a text."""
    if not before:
        return _runs(part)
    # Lists go on after a comma and a blank, and no spreadsheet overlooks a blank there: our own
    # separator is the comma, so a text that holds one is in quotes.
    overlooked = "C" if before == _COMMA else "CZ"
    for sign in part:
        if _CUTS.search(sign):
            return False
        if sign == "'" or unicodedata.category(sign)[0] in overlooked:
            continue
        return unicodedata.normalize("NFKC", sign).startswith(_STARTERS)
    return False


def _runs(text: str) -> bool:
    """Tell whether a spreadsheet would run a text, with whatever it may overlook before it."""
    for sign in text:
        if sign in _TURNS:
            return True
        if sign == "'" or unicodedata.category(sign)[0] in "CZ":
            continue
        return unicodedata.normalize("NFKC", sign).startswith(_STARTERS)
    return False
