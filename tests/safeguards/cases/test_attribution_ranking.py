"""The hypothesis with least against it leads, and only if nothing that is unknown could undo it."""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.safeguards.cases.attribution import ranking
from legation.safeguards.cases.attribution.grades import weight_of
from legation.safeguards.cases.attribution.matrix import Cell, Column, Item, Matrix, MatrixLine
from legation.safeguards.cases.attribution.ranking import NOTHING_WEIGHED, OVERLAP, rank

KINDS = ("state", "group", "false flag", "insider", "error")
FITS = st.one_of(st.none(), st.integers(-2, 2))
GRADES = st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("123456"))


def columns(keys: list[str]) -> tuple[Column, ...]:
    return tuple(
        Column(key=key, kind=kind, says=f"{key} did it")  # type: ignore[arg-type]  # of KINDS
        for key, kind in zip(keys, KINDS, strict=True)
    )


def line(
    number: int, fits: list[int | None], grade: tuple[str, str], source: str = ""
) -> MatrixLine:
    return MatrixLine(
        item=Item(
            number=number,
            says=f"fact {number}",
            source=source or f"source {number % 3}",
            reliability=grade[0],  # type: ignore[arg-type]  # of GRADES
            credibility=grade[1],  # type: ignore[arg-type]
        ),
        cells=tuple(None if fit is None else Cell(fit=fit, why="so", entry=1) for fit in fits),
    )


def told(
    lines: tuple[MatrixLine, ...], keys: tuple[str, ...] = ("a", "b", "c", "d", "e")
) -> Matrix:
    return Matrix(columns=columns([*keys]), lines=lines, unweighed=(), aside=(), stray=())


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    number = draw(st.integers(0, 7))
    return told(
        tuple(
            line(at, draw(st.lists(FITS, min_size=5, max_size=5)), draw(GRADES))
            for at in range(1, number + 1)
        )
    )


# Whole matrices that tell something come up by chance too rarely.
@st.composite
def led(draw: st.DrawFn) -> Matrix:
    fits = st.lists(st.integers(-2, -1), min_size=4, max_size=4)
    number = draw(st.integers(1, 5))
    some = draw(matrices()).lines
    clear = (
        line(100 + at, [draw(st.sampled_from((0, 1, 2))), *draw(fits)], ("A", "1"))
        for at in range(number)
    )
    return told((*some, *clear))


MATRICES = st.one_of(matrices(), led())


@given(MATRICES)
def test_without_an_item_the_answer_is_that_of_a_matrix_that_never_had_it(some: Matrix) -> None:
    for at, one in enumerate(rank(some).without_items):
        fresh = rank(told((*some.lines[:at], *some.lines[at + 1 :])))
        assert one.leader == fresh.leader
        assert one.changes == (fresh.leader != rank(some).leader)


@given(MATRICES)
def test_without_a_source_the_answer_is_that_of_a_matrix_that_never_had_it(some: Matrix) -> None:
    for one in rank(some).without_sources:
        left = tuple(each for each in some.lines if each.item.number not in one.items)
        assert {each.item.source for each in left}.isdisjoint({one.source})
        assert one.leader == rank(told(left)).leader


@given(MATRICES, st.integers(-2, 2), GRADES)
def test_an_item_that_fits_all_alike_changes_no_answer(
    some: Matrix, fit: int, grade: tuple[str, str]
) -> None:
    more = rank(told((*some.lines, line(900, [fit] * 5, grade))))
    assert more.leader == rank(some).leader
    assert more.front == rank(some).front
    assert more.items[-1].telling == "tells nothing"
    assert more.items[-1].shared == (fit < 0)


@given(MATRICES, st.permutations(("v", "w", "x", "y", "z")))
def test_other_names_give_the_same_answer_under_those_names(some: Matrix, names: list[str]) -> None:
    old = [one.key for one in some.columns]
    renamed = dict(zip(old, names, strict=True))
    one, other = rank(some), rank(told(some.lines, tuple(names)))
    assert [renamed[score.hypothesis] for score in one.scores] == [
        score.hypothesis for score in other.scores
    ]
    assert (renamed[one.leader] if one.leader else None) == other.leader
    assert [renamed[key] for key in one.front] == [*other.front]
    assert [drop.leader and renamed[drop.leader] for drop in one.without_items] == [
        drop.leader for drop in other.without_items
    ]


@given(MATRICES, st.randoms(use_true_random=False))
def test_the_order_of_items_changes_no_score(some: Matrix, chance: Any) -> None:
    lines = [*some.lines]
    chance.shuffle(lines)
    one, other = rank(some), rank(told(tuple(lines)))
    assert one.leader == other.leader
    for mine, theirs in zip(one.scores, other.scores, strict=True):
        assert (mine.hypothesis, mine.low, mine.mid, mine.high) == (
            theirs.hypothesis,
            theirs.low,
            theirs.mid,
            theirs.high,
        )


@given(MATRICES, st.data())
def test_a_leader_leads_whatever_the_unknown_weights_and_cells_turn_out_to_be(
    some: Matrix, data: st.DataObject
) -> None:
    leader = rank(some).leader
    if leader is None:
        return
    sums = dict.fromkeys((one.key for one in some.columns), 0)
    for each in some.lines:
        weight = weight_of(each.item.reliability, each.item.credibility)
        drawn = data.draw(st.integers(weight.low, weight.high))
        for one, cell in zip(some.columns, each.cells, strict=True):
            fit = data.draw(st.integers(-2, 2)) if cell is None else cell.fit
            sums[one.key] += drawn * max(0, -fit)
    assert all(sums[leader] < one for key, one in sums.items() if key != leader)


@given(led())
def test_a_case_in_which_something_tells_comes_up(some: Matrix) -> None:
    # The properties above would hold of a rule that never names anybody.
    only = tuple(each for each in some.lines if each.item.number >= 100)
    assert rank(told(only)).leader == "a"


def test_heuers_rule_counts_what_speaks_against_and_not_what_fits() -> None:
    answer = rank(told((line(1, [0, 2, -2, -2, -2], ("A", "1")), line(2, [1, -1, 1, 1, 1], "A1"))))  # type: ignore[arg-type]  # two letters are two grades
    assert [(one.hypothesis, one.mid) for one in answer.scores[:2]] == [("a", 0.0), ("b", 1.0)]
    assert answer.leader == "a"
    assert answer.scores[1].against == (2,)


def test_what_cannot_be_judged_keeps_an_interval_and_names_nobody() -> None:
    clear = line(1, [0, -1, -2, -2, -2], ("D", "2"))
    assert rank(told((clear,))).leader == "a"
    answer = rank(told((clear, line(2, [-1, 0, -2, -2, -2], ("F", "1")))))
    scores = {one.hypothesis: (one.low, one.mid, one.high) for one in answer.scores}
    assert scores["a"] == (0.2, 0.6, 1.0)
    assert scores["b"] == (0.4, 0.4, 0.4)
    assert answer.leader is None
    assert answer.why == OVERLAP
    assert answer.front == ("a", "b")


def test_the_middle_of_an_interval_names_nobody() -> None:
    # In the middle a stands below all of b; but what cannot be judged may count for the whole.
    lines = (
        line(1, [0, -1, -2, -2, -2], ("B", "2")),
        line(2, [-1, 0, -2, -2, -2], ("F", "1")),
        line(3, [0, -1, -2, -2, -2], ("F", "1")),
    )
    answer = rank(told(lines))
    one, other = answer.scores[:2]
    assert (one.hypothesis, one.low, one.mid, one.high) == ("a", 0.2, 0.6, 1.0)
    assert (other.hypothesis, other.low, other.mid, other.high) == ("b", 1.0, 1.4, 1.8)
    assert answer.leader is None


def test_a_cell_that_nobody_weighed_is_no_0() -> None:
    answer = rank(told((line(1, [0, -2, -2, -2, None], ("A", "1")),)))
    open_cell = next(one for one in answer.scores if one.hypothesis == "e")
    assert (open_cell.low, open_cell.mid, open_cell.high) == (0.0, 1.0, 2.0)
    assert open_cell.unweighed == 1
    assert answer.leader is None
    assert answer.front == ("a", "e")


def test_where_nothing_was_weighed_nobody_leads() -> None:
    assert rank(told(())).why == NOTHING_WEIGHED


def test_the_items_and_the_source_that_carry_an_answer_are_named() -> None:
    lines = (
        line(1, [0, -1, -1, -1, -1], ("A", "1"), "a report"),
        line(2, [0, 0, -2, -2, -2], ("A", "1"), "the press"),
        line(3, [0, -1, -2, -2, -2], ("A", "1"), "A  Report"),
    )
    answer = rank(told(lines))
    assert answer.leader == "a"
    assert answer.carried_by == ()
    # Case and blanks make no other source of it: without both of them nothing is left.
    assert [(one.items, one.leader) for one in answer.without_sources] == [
        ((1, 3), None),
        ((2,), "a"),
    ]
    assert rank(told(lines[:2])).carried_by == (1,)


def test_a_leader_by_grades_alone_is_told() -> None:
    lines = (
        line(1, [0, -1, -2, -2, -2], ("A", "1")),
        line(2, [-2, 0, -2, -2, -2], ("E", "2")),
    )
    answer = rank(told(lines))
    assert answer.leader == "a"
    assert answer.alike == "b"


@pytest.mark.parametrize(
    ("fits", "telling"),
    [
        ([1, 1, 1, 1, 1], "tells nothing"),
        ([1, 0, 0, 1, 1], "tells little"),
        ([1, -1, 0, 1, 1], "tells"),
        ([2, -1, 0, 1, 1], "tells much"),
        ([1, 1, 1, 1, None], "cannot tell"),
    ],
)
def test_an_item_tells_by_how_far_its_fits_lie_apart(fits: list[int | None], telling: str) -> None:
    assert rank(told((line(1, fits, ("B", "2")),))).items[0].telling == telling


class Counted(tuple[Cell | None, ...]):
    """Cells that count how many of them were handed out."""

    __slots__ = ()
    seen = 0

    def __iter__(self) -> Iterator[Cell | None]:
        for one in super().__iter__():
            type(self).seen += 1
            yield one


@pytest.mark.parametrize("items", [1, 10, 200])
def test_each_cell_is_read_once(items: int) -> None:
    lines = [line(at, [0, -1, -1, -2, 1], ("B", "2")) for at in range(1, items + 1)]
    Counted.seen = 0
    counting = tuple(msgspec.structs.replace(one, cells=Counted(tuple(one.cells))) for one in lines)
    answer = rank(told(counting))
    assert len(answer.without_items) == items
    assert Counted.seen == items * 5


def _steps(items: int) -> int:
    """Return how many lines of the ranking are run for so many items."""
    some = told(tuple(line(at, [0, -1, -1, -2, 1], ("B", "2"), f"s{at}") for at in range(items)))
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != ranking.__file__:
            return None
        count += event == "line"
        return trace

    old = sys.gettrace()
    sys.settrace(trace)
    try:
        rank(some)
    finally:
        sys.settrace(old)
    return count


def test_work_grows_with_items_and_not_with_their_square() -> None:
    assert _steps(200) < 2.1 * _steps(100)
