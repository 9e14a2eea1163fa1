"""A false flag, somebody inside and an error are hypotheses of every case, weighed or not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.safeguards.cases.attribution.matrix import (
    NO_HYPOTHESIS,
    NO_ITEM,
    STANDING,
    Hypothesis,
    Item,
    Kind,
    Weighed,
    matrix,
    require_whole,
)
from legation.safeguards.cases.attribution.ranking import rank
from legation.safeguards.cases.attribution.rows import Row
from legation.safeguards.cases.bodies import Body

DAY = datetime(2026, 3, 1, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("state", "group", "insider", "false flag", "error", "other")


def row(number: int, body: Body, author: str = "ann") -> Row:
    return number, author, DAY, body


def item(number: int, source: str = "a report") -> Item:
    return Item(number=number, says="so", source=source, reliability="B", credibility="2")


def hypothesis(key: str, kind: Kind = "state", party: str | None = None) -> Hypothesis:
    return Hypothesis(key=key, kind=kind, says=f"{key} did it", party=party)


def weighed(number: int, key: str, fit: int) -> Weighed:
    return Weighed(item=number, hypothesis=key, fit=fit, why="so")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(KINDS)), max_size=8))
def test_every_matrix_has_the_three_standing_kinds(entered: list[tuple[str, Kind]]) -> None:
    rows = [row(at, hypothesis(key, kind)) for at, (key, kind) in enumerate(entered, 1)]
    told = matrix(rows, [])
    kinds = {one.kind for one in told.columns}
    assert STANDING.keys() <= kinds
    # The latest entry of a key stands, and a row of our own takes no place that is taken.
    assert {one.key: one.kind for one in told.columns if one.entry} == dict(entered)
    own = {one.kind for one in told.columns if one.entry}
    assert own.isdisjoint(one.kind for one in told.columns if one.entry is None)


def test_a_standing_row_that_was_weighed_stays_beside_a_hypothesis_of_its_kind() -> None:
    rows = [
        row(2, weighed(1, "standing.insider", -1)),
        row(3, hypothesis("a-clerk", "insider")),
    ]
    keys = {one.key for one in matrix(rows, [item(1)]).columns if one.kind == "insider"}
    assert keys == {"a-clerk", "standing.insider"}


def test_no_entry_can_hide_a_standing_row() -> None:
    with pytest.raises(RecordError) as refused:
        hypothesis("standing.insider", "state")
    assert refused.value.place == "key"


def test_a_cell_that_nobody_weighed_is_counted_and_named() -> None:
    rows = [row(2, hypothesis("x")), row(3, weighed(1, "x", 0))]
    told = matrix(rows, [item(1), item(9)])
    assert [one and one.fit for one in told.lines[0].cells] == [0, None, None, None]
    assert told.unweighed == tuple((1, key) for key, _ in STANDING.values())
    assert told.aside == (9,)


def test_a_later_weighing_takes_the_place_of_an_earlier_one() -> None:
    rows = [row(5, weighed(1, "x", 2)), row(2, hypothesis("x")), row(3, weighed(1, "x", -2))]
    cell = matrix(rows, [item(1)]).lines[0].cells[0]
    assert cell is not None
    assert (cell.fit, cell.entry) == (2, 5)


@pytest.mark.parametrize(
    ("bad", "place", "words"),
    [
        (weighed(7, "x", 0), "entry 3: item", NO_ITEM),
        (weighed(1, "y", 0), "entry 3: hypothesis", NO_HYPOTHESIS),
    ],
)
def test_weighing_what_is_not_there_is_refused_with_its_place(
    bad: Weighed, place: str, words: str
) -> None:
    told = matrix([row(2, hypothesis("x")), row(3, bad)], [item(1)])
    with pytest.raises(RecordError, match=words) as refused:
        require_whole(told)
    assert refused.value.place == place
    # Reading goes on: a fact that was taken back must not hide the rest of a case.
    assert not told.lines
    require_whole(matrix([row(2, hypothesis("x")), row(3, weighed(1, "x", 0))], [item(1)]))


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 4), st.sampled_from(("x", "y", "standing.error"))),
    st.integers(-2, 2),
)


def case(cells: dict[tuple[int, str], int]) -> list[Row]:
    told = [hypothesis("x", "state", "XA"), hypothesis("y", "state", "XB")]
    bodies = [*told, *(weighed(number, key, fit) for (number, key), fit in cells.items())]
    return [row(at, body) for at, body in enumerate(bodies, 11)]


@given(CELLS, st.randoms(use_true_random=False))
def test_entries_in_any_order_give_the_same_matrix(
    cells: dict[tuple[int, str], int], chance: Any
) -> None:
    rows, items = case(cells), [item(number) for number in range(1, 5)]
    told = matrix(rows, items)
    chance.shuffle(rows)
    chance.shuffle(items)
    assert matrix(rows, items) == told


@given(CELLS)
def test_two_states_that_change_places_change_places_in_the_answer(
    cells: dict[tuple[int, str], int],
) -> None:
    swap = {"x": "y", "y": "x"}
    items = [item(number) for number in range(1, 5)]
    swapped = case({(number, swap.get(key, key)): fit for (number, key), fit in cells.items()})
    one, other = rank(matrix(case(cells), items)), rank(matrix(swapped, items))
    assert {(swap.get(told.hypothesis, told.hypothesis), told.mid) for told in one.scores} == {
        (told.hypothesis, told.mid) for told in other.scores
    }
    assert (swap.get(one.leader, one.leader) if one.leader else None) == other.leader
