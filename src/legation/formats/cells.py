"""Cells of a table that a spreadsheet may open.

A cell that begins with `=` or one of its kin is run as a formula, and the text of a
stranger's post can begin so. Such a cell gets an apostrophe in front, which a
spreadsheet takes as "this is text".
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# OWASP, CSV injection: the characters, with their full-width forms.
_STARTERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet runs it.

    >>> safe_cell("=1+1"), safe_cell("plain")
    ("'=1+1", 'plain')
    """
    plain = text.replace("\x00", "\ufffd")
    return f"'{plain}" if plain.lstrip(" \u00a0\ufeff").startswith(_STARTERS) else plain


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
