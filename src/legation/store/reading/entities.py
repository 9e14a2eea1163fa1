"""Entities of HTML in a cell, written as their characters: all of the standard's, each once.

SQL has no word for it, so a function is lent to the connection while a file is read. It must be
taken back, or the process ends with complaints.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

FUNCTION: Final = "legation_without_entities"
# No character has so many figures; Python refuses to read a number of thousands of them.
_LONG: Final = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]{20,})|(?P<dec>[0-9]{20,}));?")
_MOST_FIGURES: Final = 7


def without_entities(text: str) -> str:
    """Return a text with the characters that its entities stand for.

    >>> without_entities("caf&eacute; &hellip; &#x27; &amp;lt;")
    "café … ' &lt;"
    """
    return html.unescape(_LONG.sub(_short, text))


@contextmanager
def lent(connection: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    """Lend the function to a connection."""
    lend(connection)
    try:
        yield
    finally:
        connection.remove_function(FUNCTION)


def lend(connection: "duckdb.DuckDBPyConnection") -> None:
    """Lend the function to a connection that is closed when it is done."""
    connection.create_function(FUNCTION, without_entities, ["VARCHAR"], "VARCHAR")


def _short(found: re.Match[str]) -> str:
    """Return the same number without its leading noughts, or the sign for what is no character."""
    figures = (found["hex"] or found["dec"]).lstrip("0") or "0"
    if len(figures) > _MOST_FIGURES:
        return "\N{REPLACEMENT CHARACTER}"
    return f"&#{'x' if found['hex'] else ''}{figures};"
