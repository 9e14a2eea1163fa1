"""Files hold what the view lists, and nothing that a spreadsheet would run."""

import csv
import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk.exports import as_may_leave, download
from legation.desk.reading import EvidenceRow, Tie
from legation.errors import NotFoundError
from legation.threats.disinformation.findings import CAVEAT
from worlds.readings import a_row, a_tie


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@given(st.text(max_size=40))
def test_no_cell_is_a_formula_and_none_breaks_its_row(text: str) -> None:
    row = a_row(text_a=text, object=text)
    header, cells = _read(download("evidence", "csv", [row], EvidenceRow, caveat=CAVEAT).content)
    assert header == list(EvidenceRow.__struct_fields__)
    assert len(cells) == len(header)
    assert not cells[header.index("text_a")].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_empty_list_has_its_header() -> None:
    assert _read(download("ties", "csv", [], Tie, caveat=CAVEAT).content) == [
        list(Tie.__struct_fields__)
    ]


def test_a_number_below_nought_stays_a_number() -> None:
    header, cells = _read(
        download("e", "csv", [a_row(lag_s=-24)], EvidenceRow, caveat=CAVEAT).content
    )
    assert cells[header.index("lag_s")] == "-24"


def test_a_table_tells_times_as_people_read_them() -> None:
    header, cells = _read(
        download("ties", "csv", [a_tie(first=1_772_496_000)], Tie, caveat=CAVEAT).content
    )
    assert cells[header.index("first")] == "2026-03-03T00:00:00+00:00"
    header, cells = _read(
        download("e", "csv", [a_row(time_b=1_772_496_024)], EvidenceRow, caveat=CAVEAT).content
    )
    assert cells[header.index("time_b")] == "2026-03-03T00:00:24+00:00"
    (told,) = msgspec.json.decode(
        download("ties", "json", [a_tie(first=5)], Tie, caveat=CAVEAT).content
    )["rows"]
    assert told["first"] == 5


def test_a_number_that_is_no_time_stays_a_number() -> None:
    header, cells = _read(
        download("ties", "csv", [a_tie(first=10**18)], Tie, caveat=CAVEAT).content
    )
    assert cells[header.index("first")] == "1000000000000000000"


def test_json_carries_the_caveat_and_reads_back() -> None:
    content = msgspec.json.decode(download("ties", "json", [a_tie()], Tie, caveat=CAVEAT).content)
    assert content["caveat"].startswith("Coordination is not inauthenticity")
    assert msgspec.convert(content["rows"], list[Tie]) == [a_tie()]


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as found:
        download("ties", "xls", [], Tie, caveat=CAVEAT)
    assert "csv, json" in found.value.hint


def test_below_high_nothing_leads_to_an_author_and_texts_are_short() -> None:
    row = a_row(text_a="@some_one " + "word " * 100, text_b=None, post_a="p77", post_b="p78")
    (low,) = as_may_leave([row], "low")
    assert low.text_a is not None
    assert "some_one" not in low.text_a
    assert len(low.text_a) <= 80
    assert low.text_b is None
    assert {low.post_a, low.post_b, low.object} == {"…"}
    assert as_may_leave([row], "high") == [row]


def test_below_high_a_link_keeps_its_place_but_not_its_path() -> None:
    (low,) = as_may_leave([a_row(layer="link", object="https://courier.example/a")], "moderate")
    assert low.object == "https://courier.example/…"
