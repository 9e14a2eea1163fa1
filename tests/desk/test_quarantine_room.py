"""The room of what was put aside: who sees it, why it is there, what stands in its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from worlds.received_desk import AMBER, GREEN, NOTE, ReceivedDesk, received_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReceivedDesk]:
    with received_desk(tmp_path) as opened:
        yield opened


def main(text: str) -> str:
    return text.partition("<main")[2].partition("</main")[0]


def test_what_contradicts_stands_beside_what_it_contradicts(desk: ReceivedDesk) -> None:
    desk.come(GREEN)
    desk.come(GREEN | {"name": "another printer"})
    page = main(desk.page("Ann", "/quarantine"))
    assert "in contradiction" in page.lower() or "conflict" in page
    one = main(desk.page("Ann", "/quarantine/1"))
    assert "another printer" in one
    assert "green printer" in one
    assert "other content" in one


def test_what_is_not_as_the_standard_asks_is_shown_to_who_may_know_its_sender(
    desk: ReceivedDesk,
) -> None:
    desk.come(b"no JSON \xe2\x80\xae<script>x</script>", {"type": "note", "id": "odd-thing"})
    assert "odd-thing" not in desk.page("Ann", "/quarantine")
    assert "Nothing that you may know of was put aside." in desk.page("Ann", "/quarantine")
    desk.page("Ann", "/quarantine/1", 404)
    desk.page("Ann", "/quarantine/2", 404)
    assert "odd-thing" not in desk.get("Ann", "/quarantine/as/csv").text
    page = main(desk.page("Cyn", "/quarantine"))
    assert "odd-thing" in page
    assert "Aldria" in page
    one = main(desk.page("Cyn", "/quarantine/1"))
    assert "⟨U+202E⟩" in one
    assert "&lt;script&gt;" in one
    desk.proven("Cyn")  # what cannot be read may be anything
    assert "odd-thing" in desk.get("Cyn", "/quarantine/as/csv").text


def test_what_contradicts_and_is_above_a_reader_is_not_there_for_them(desk: ReceivedDesk) -> None:
    desk.come(AMBER, GREEN)
    desk.come(AMBER | {"name": "amber-secret again"}, GREEN | {"name": "another printer"})
    page = main(desk.page("Gus", "/quarantine"))
    assert "another" not in page  # a name stands on the page of one alone
    assert GREEN["id"] in page
    assert AMBER["id"] not in page
    desk.page("Gus", "/quarantine/1", 404)
    assert desk.get("Gus", "/quarantine/as/json").json()["rows"][0]["object_id"] == GREEN["id"]
    assert len(desk.get("Ann", "/quarantine/as/json").json()["rows"]) == 2


def test_what_stands_there_is_not_shown_to_who_may_not_know_it(desk: ReceivedDesk) -> None:
    desk.come(AMBER)
    desk.come(AMBER | {"object_marking_refs": GREEN["object_marking_refs"], "name": "widened"})
    page = main(desk.page("Gus", "/quarantine/1"))
    assert "widened" in page
    assert "amber-secret" not in page
    assert "Nothing that you may know of." in page


def test_a_large_object_is_cut_and_the_page_says_so(desk: ReceivedDesk) -> None:
    desk.come(NOTE)
    desk.come(NOTE | {"content": "x" * 150_000})
    page = main(desk.page("Ann", "/quarantine/1"))
    assert "Bytes that are not shown: 5" in page
    assert len(page) < 200_000


def test_a_number_that_is_none_is_not_found(desk: ReceivedDesk) -> None:
    for number in ("1", "0", "x", "9" * 30, "-1"):
        desk.page("Cyn", f"/quarantine/{number}", 404)
