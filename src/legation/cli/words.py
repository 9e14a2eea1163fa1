"""What commands say: answers on standard output, everything else on standard error.

So an answer can be piped into a file or a program while a person still reads what
is going on. All that a command says passes here: names of columns and files, keys and
options come from strangers, and nothing of them may steer the terminal.
"""

import json
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from legation.threats.disinformation.findings import LEAST_SHOWN


def answer(text: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{_safe(text)}\n")


def answer_json(value: Any) -> None:
    """Write the whole answer as JSON."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    sys.stdout.write(f"{_steering(text, _escaped)}\n")


def pour(content: str) -> None:
    """Write data that was asked for: unchanged into files and programs, safely on a terminal."""
    sys.stdout.write(_safe(content) if sys.stdout.isatty() else content)


def tell(text: str) -> None:
    """Say what is going on."""
    sys.stderr.write(f"{_safe(text)}\n")


def complain(message: str, hint: str) -> None:
    """Say what went wrong, on a line of its own, and what helps."""
    tell(f"legation: error: {_in_one_line(message)}\nlegation: hint: {_in_one_line(hint)}")


def typed(command: str, home: Path | None) -> str:
    """Write a command as it works when it is typed: with the home that was given.

    >>> typed("legation desk", None), typed("legation desk", Path("our desk"))
    ('legation desk', "legation desk --home 'our desk'")
    """
    return command if home is None else f"{command} --home {shlex.quote(str(home))}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out rows in columns.

    >>> print(table(("id", "posts"), [("a", "12"), ("bcd", "3")]))
    id   posts
    a    12
    bcd  3
    """
    lines = [tuple(header), *(tuple(map(_in_one_line, row)) for row in rows)]
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


def chance(p: float) -> str:
    """Write a probability or a rate, never as zero.

    >>> chance(0.0), chance(4e-16), chance(0.0123)
    ('under 0.0001', 'under 0.0001', '0.012')
    """
    return f"under {LEAST_SHOWN:.4f}" if p < LEAST_SHOWN else f"{p:.2g}"


def share(part: float) -> str:
    """Write a share in percent, one that is there never as nothing.

    >>> share(0.731), share(0.0004), share(0.0)
    ('73 %', 'under 1 %', '0 %')
    """
    return "under 1 %" if 0 < part < 0.01 else f"{part:.0%}".replace("%", " %")  # noqa: PLR2004 -- a hundredth


def language(code: str) -> str:
    """Write a language by its name, or by its code where we have none.

    >>> language("bg"), language("und"), language("xx")
    ('Bulgarian', 'unknown', 'xx')
    """
    from legation.text.language_names import LANGUAGE_NAMES

    return "unknown" if code == "und" else LANGUAGE_NAMES.get(code, code)


def day(seconds: int) -> str:
    """Write the day of a time, UTC.

    >>> day(1_772_409_600)
    '2026-03-02'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def _safe(text: str) -> str:
    """Keep a stranger's control characters away from the terminal."""
    return _steering(text, lambda _: "\N{REPLACEMENT CHARACTER}")


def _steering(text: str, shown: Callable[[str], str]) -> str:
    """Show what is no letter, sign, blank, tab or line end in another way."""
    return "\n".join(
        line
        if line.isprintable()
        else "".join(c if c.isprintable() or c == "\t" else shown(c) for c in line)
        for line in text.split("\n")
    )


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1]


def _in_one_line(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines())
