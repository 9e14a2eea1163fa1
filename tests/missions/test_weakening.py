"""What a breach said counts on until its row names a source that no earlier one named."""

from datetime import date

import msgspec
import pytest

from legation.missions.register import Proof
from legation.missions.weakening import weaker, what_counts

BREACH = Proof(
    key="b1",
    mission="emb-a",
    channel="mail",
    kind="breach",
    threats=("T2", "T6"),
    on=date(2026, 11, 20),
    known=date(2026, 11, 26),
    outcome="failed",
    by="team",
    source="report",
)
LESS = [
    ({"kind": "attempt"}, ("kind",)),
    ({"kind": "case", "outcome": "held"}, ("kind",)),
    ({"kind": "test", "outcome": "held"}, ("kind",)),
    ({"on": date(2024, 1, 1), "known": date(2024, 1, 1)}, ("known",)),
    ({"threats": ("T6",)}, ("threats",)),
    ({"threats": ("T1", "T6")}, ("threats",)),
    ({"mission": "emb-b"}, ("mission",)),
    ({"channel": "site"}, ("channel",)),
    ({"channel": "", "mission": "emb-b"}, ("mission", "channel")),
]


def turned(row: Proof, **more: object) -> Proof:
    return msgspec.structs.replace(row, **more)


@pytest.mark.parametrize(("change", "columns"), LESS)
def test_a_breach_that_says_less_counts_as_it_was(
    change: dict[str, object], columns: tuple[str, ...]
) -> None:
    after = turned(BREACH, **change)
    assert weaker(BREACH, after) == columns
    row, (found,) = what_counts([BREACH, after])
    assert (found.number, found.columns, found.counts) == (1, columns, True)
    assert (row.kind, row.mission, row.channel, row.known) == (
        "breach",
        "emb-a",
        "mail",
        BREACH.known,
    )
    assert set(row.threats) >= {"T2", "T6"}


@pytest.mark.parametrize(("change", "columns"), LESS)
def test_another_source_is_a_reason_and_the_change_is_told_all_the_same(
    change: dict[str, object], columns: tuple[str, ...]
) -> None:
    after = turned(BREACH, **change, source="second report")
    row, (found,) = what_counts([BREACH, after])
    assert row == after
    assert (found.columns, found.counts) == (columns, False)


@pytest.mark.parametrize("source", ["report", " Report ", "REPORT"])
def test_the_same_source_in_other_letters_is_no_other_source(source: str) -> None:
    row, _ = what_counts([BREACH, turned(BREACH, kind="attempt", source=source)])
    assert row == BREACH


def test_a_source_that_an_earlier_version_named_is_no_other_source() -> None:
    renamed = turned(BREACH, source="second report")
    row, (found,) = what_counts([BREACH, renamed, turned(BREACH, kind="attempt")])
    assert row == renamed
    assert found.counts


def test_many_small_steps_take_away_no_more_than_one() -> None:
    steps = [
        BREACH,
        turned(BREACH, kind="attempt"),
        turned(BREACH, kind="attempt", threats=("T1",)),
    ]
    row, found = what_counts(steps)
    assert row == BREACH
    assert [one.number for one in found] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        {"threats": ("T1", "T2", "T6")},
        {"known": date(2026, 11, 27)},
        {"on": date(2026, 11, 19)},
        {"consequence": "a talk was lost"},
        {"kind": "case"},
        {"outcome": "unknown"},
    ],
)
def test_what_says_no_less_counts_at_once(change: dict[str, object]) -> None:
    after = turned(BREACH, **change)
    assert what_counts([BREACH, after]) == (after, ())


def test_a_consequence_in_other_words_is_told_and_words_added_to_it_are_no_less() -> None:
    told = turned(BREACH, consequence="The line was read by others.")
    added = turned(told, consequence="the line was  read by others. Talks were put off.")
    row, (found,) = what_counts([told, turned(told, consequence="Nothing happened.")])
    assert (found.columns, found.counts) == (("consequence",), True)
    assert row.consequence == told.consequence
    assert what_counts([told, added]) == (added, ())


def test_a_channel_that_is_named_at_last_is_no_less() -> None:
    assert weaker(turned(BREACH, channel=""), BREACH) == ()


def test_a_case_that_did_not_hold_is_as_a_breach_and_a_test_that_failed_stays_so() -> None:
    case = turned(BREACH, kind="case")
    assert weaker(case, turned(case, outcome="unknown")) == ("outcome",)
    test = turned(BREACH, kind="test")
    assert weaker(test, turned(test, outcome="held")) == ("outcome",)
    assert weaker(test, turned(test, kind="attempt")) == ("kind",)
    assert weaker(turned(test, outcome="held"), test) == ()


def test_what_a_weaker_row_adds_is_not_lost() -> None:
    row, _ = what_counts([BREACH, turned(BREACH, threats=("T1", "T6"))])
    assert row.threats == ("T1", "T2", "T6")


def test_a_breach_that_is_put_right_again_counts_as_it_says() -> None:
    row, (found,) = what_counts([BREACH, turned(BREACH, kind="attempt"), BREACH])
    assert row == BREACH
    assert not found.counts
