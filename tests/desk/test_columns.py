"""The columns of a paper's tables are told by their words, and setting costs what the rows do."""

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, SubElement, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk.columns import tell_columns
from legation.desk.paper import set_page

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200)


def shares(table: Element) -> list[float]:
    page = Element("body")
    page.append(table)
    tell_columns(page)
    return [
        float(col.get("style", "").removeprefix("width:").removesuffix("%"))
        for col in table.iter("col")
    ]


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.lists(_WORDS, min_size=n, max_size=n))))
def test_the_columns_of_any_table_share_the_whole_line(rows: list[list[str]]) -> None:
    table = Element("table")
    for row in rows:
        line = SubElement(table, "tr")
        for words in row:
            SubElement(line, "td").text = words
    told = shares(table)
    assert len(told) == (len(rows[0]) if rows else 0)
    assert all(share > 0 for share in told)
    if told:
        assert sum(told) == pytest.approx(100, abs=0.01)


def test_a_number_a_word_and_a_drawing_keep_their_room_beside_a_long_text() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="96"/>'
    cells = (
        '<td class="number">1,234,567</td>'
        "<td>implemented</td>"
        f"<td>{drawing}</td>"
        f"<td>{'many words of one sentence ' * 40}</td>"
    )
    number, word, drawn, text = shares(fromstring(f"<table><tr>{cells}</tr></table>"))  # noqa: S314
    letter = 100 / 101
    assert number >= 9 * letter
    assert word >= 11 * letter
    # 96 pixels are 72 of the 482 points of a line.
    assert drawn >= 100 * 72 / 482
    assert text > 40


def test_a_cell_over_several_columns_and_a_caption_are_left_as_they_are() -> None:
    table = fromstring(  # noqa: S314
        '<table><caption>c</caption><tr><td colspan="2">over both of them</td></tr>'
        "<tr><td>a</td><td>b</td></tr></table>"
    )
    assert len(shares(table)) == 2
    assert [part.tag for part in table] == ["caption", "colgroup", "tr", "tr"]


def test_each_cell_is_broken_into_lines_once_and_not_for_each_page_and_letter() -> None:
    rows, cells, lines_of_a_cell = 200, 3, 2
    assert rows * cells <= broken(rows) <= 2 * rows * cells * lines_of_a_cell


def broken(rows: int) -> int:
    row = "<tr><th>Convention of many states</th><td>implemented</td><td>no list is known</td></tr>"
    with counting() as lines:
        set_page(f"<html lang='en'><title>t</title><table>{row * rows}</table></html>", b"{}")
    return len(lines)


@contextmanager
def counting() -> Iterator[list[int]]:
    """Count how often a line is broken while a paper is set."""
    from weasyprint.layout import inline, preferred
    from weasyprint.text import line_break

    lines: list[int] = []
    real = line_break.split_first_line

    def counted(*args: object, **more: object) -> object:
        lines.append(1)
        return real(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        for module in (inline, preferred):
            patch.setattr(module, "split_first_line", counted)
        yield lines
