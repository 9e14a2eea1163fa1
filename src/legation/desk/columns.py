"""The columns of a paper's tables, measured once from their words.

What sets papers would find a table's columns by trying to break every word of every row anew
on each page that the table reaches, so that a table of a hundred missions takes minutes. Here
each cell is read once, and the columns are told to it as shares of the line: those with which
the rows are least high.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final
from unicodedata import combining, east_asian_width
from xml.etree.ElementTree import Element

_LINE: Final = 101
"""Letters on a line of 170 mm: a wide word of Noto Sans at 8.5 pt takes 0.56 of it a letter."""
_PIXEL: Final = 0.75 / (8.5 * 0.56)
"""Letters that a pixel of a drawing takes."""
_PAD: Final = 1.3
"""Letters that the space after a cell (2 mm) takes."""
_DRAWING: Final = "{http://www.w3.org/2000/svg}svg"
_LONG: Final = 16
"""A longer word may be broken anywhere, as addresses and ids are."""
_BOLD: Final = 1.1
_HELD: Final = frozenset({"number", "dates"})
"""Classes of cells that stand on one line."""
_ROWS: Final = 64
"""As many rows, evenly spread, show how high a table will be."""


def tell_columns(page: Element) -> None:
    """Tell each table of a page the widths of its columns, in place."""
    for table in list(page.iter("table")):
        shares = _shares(table)
        if shares:
            told = Element("colgroup")
            told.extend(Element("col", style=f"width:{share:.3%}") for share in shares)
            caption = table.find("caption")
            table.insert(0 if caption is None else list(table).index(caption) + 1, told)


def _shares(table: Element) -> list[float]:
    """Return the share of the line for each column; none of a table without cells."""
    in_words = "words" in table.get("class", "").split()
    rows = [list(_wants(row, in_words)) for row in table.iter("tr")]
    columns = max((at for row in rows for at, _, _ in row), default=-1) + 1
    least = [_PAD] * columns
    for row in rows:
        for at, low, _ in row:
            least[at] = max(least[at], low + _PAD)
    apart = max(1, len(rows) // _ROWS)
    shown = [[(at, high) for at, _, high in row] for row in rows[::apart]]
    widths = _share_out(least, [row for row in shown if row])
    return [width / sum(widths) for width in widths]


def _share_out(least: list[float], rows: list[list[tuple[int, float]]]) -> list[float]:
    """Give what is left of a line, letter by letter, to the column that it helps most."""
    widths = list(least)

    def lines(at: int, high: float, wider: float = 0.0) -> float:
        return max(1.0, high / max(1.0, widths[at] + wider - _PAD))

    def gain(column: int) -> float:
        won = 0.0
        for row in rows:
            here = [high for at, high in row if at == column]
            if here:
                now, then = lines(column, here[0]), lines(column, here[0], 1.0)
                others = max((lines(at, high) for at, high in row if at != column), default=1.0)
                # The height of a row is that of its highest cell; of equals, the fuller one.
                won += max(now, others) - max(then, others) + (now - then) / 20
        return won

    while widths and sum(widths) < _LINE:
        gains = [gain(column) for column in range(len(widths))]
        best = max(gains)
        if best <= 0:
            break
        widths[gains.index(best)] += 1
    return widths


def _wants(row: Element, in_words: bool) -> Iterator[tuple[int, float, float]]:
    """Yield of each cell of one column: its column, and the least and most letters it can use."""
    at = 0
    for cell in row:
        span = int(cell.get("colspan", "1"))
        if span == 1:
            yield at, *_letters(cell, in_words)
        at += span


def _letters(cell: Element, in_words: bool) -> tuple[float, float]:
    kinds = set(chain.from_iterable(part.get("class", "").split() for part in cell.iter()))
    drawn = (
        max((float(part.get("width", "0")) for part in cell.iter(_DRAWING)), default=0.0) * _PIXEL
    )
    heavy = _BOLD if cell.tag == "th" else 1.0
    most = max(drawn, *(heavy * _width(line) for line in _lines(cell)))
    if kinds & _HELD:
        return most, most
    words = "".join(cell.itertext()).split()
    longest = heavy * max((_width(word) for word in words), default=0.0)
    whole = "said" in kinds or (in_words and cell.tag == "td")
    return max(drawn, longest if whole else min(longest, _LONG)), most


def _lines(cell: Element) -> Iterator[str]:
    line = [cell.text or ""]
    for part in cell:
        if part.tag in ("br", "p", "div", "li", "ul"):
            yield " ".join("".join(line).split())
            line = []
        line += [*part.itertext(), part.tail or ""]
    yield " ".join("".join(line).split())


def _width(text: str) -> float:
    return sum(
        0.0 if combining(sign) else 1.9 if east_asian_width(sign) in "WF" else 1.0 for sign in text
    )
