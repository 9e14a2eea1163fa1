"""What commands say: answers on standard output, everything else on standard error.

So an answer can be piped into a file or a program while a person still reads what
is going on.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec


def answer(text: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{_safe(text)}\n")


def answer_json(value: Any) -> None:
    """Write the whole answer as JSON."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def tell(text: str) -> None:
    """Say what is going on."""
    sys.stderr.write(f"{_safe(text)}\n")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out rows in columns.

    >>> print(table(("id", "posts"), [("a", "12"), ("bcd", "3")]))
    id   posts
    a    12
    bcd  3
    """
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def counted(number: int, what: str) -> str:
    """Write a number of things.

    >>> counted(1, "campaign"), counted(1200, "account")
    ('1 campaign', '1,200 accounts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def day(seconds: int) -> str:
    """Write the day of a time, UTC.

    >>> day(1_772_409_600)
    '2026-03-02'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def _safe(text: str) -> str:
    """Keep a stranger's control characters away from the terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
