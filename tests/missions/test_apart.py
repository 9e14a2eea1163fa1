"""What only one row may hold: judged in order, with what it displaces, in few comparisons."""

from datetime import date, timedelta
from math import log2
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.missions.apart import verify_apart
from legation.missions.register import Channel, Mission, Voice

SINCE = date(2020, 1, 1)
DAY = timedelta(days=1)


def mission(**more: object) -> Mission:
    said = {
        "key": "paris",
        "name": "Embassy in Paris",
        "state": "XA",
        "kind": "embassy",
        "host": "FR",
        "since": SINCE,
        "source": "gazette",
        "as_of": SINCE,
    }
    return msgspec.convert(said | more, Mission)


def voice(**more: object) -> Voice:
    said = {
        "key": "mfa",
        "state": "XA",
        "kind": "account",
        "name": "MFA_Aldria",
        "platform": "x",
        "office": "foreign ministry",
        "rule": "named on the ministry's site",
        "since": SINCE,
        "source": "site",
        "as_of": SINCE,
    }
    return msgspec.convert(said | more, Voice)


def test_two_rows_may_not_hold_one_account_in_the_same_days() -> None:
    first = voice(until=date(2022, 12, 31))
    later = voice(key="mfa-2", since=date(2023, 1, 1), state="XB")
    assert verify_apart([(2, first), (3, later)]) == []
    meets = msgspec.structs.replace(later, since=date(2022, 12, 31))
    ((line, fault),) = verify_apart([(2, first), (3, meets)])
    assert line == 3
    assert "held in the same days by line 2" in str(fault)
    # Upper and lower case are one account.
    same = msgspec.structs.replace(meets, name="mfa_aldria")
    assert verify_apart([(2, first), (3, same)])


def test_a_key_names_one_row() -> None:
    ((line, fault),) = verify_apart([(2, mission()), (3, mission(since=date(2025, 1, 1)))])
    assert (line, str(fault)) == (3, "key: the key paris comes twice, first in line 2")


def test_two_channels_may_not_have_one_place_in_the_order_of_fallbacks() -> None:
    one = Channel(
        key="a",
        mission="paris",
        kind="mail",
        name="mail",
        fallback=1,
        since=SINCE,
        source="s",
        as_of=SINCE,
    )
    other = msgspec.structs.replace(one, key="b")
    assert verify_apart([(2, one), (3, other)])
    assert not verify_apart([(2, one), (3, msgspec.structs.replace(other, fallback=2))])
    assert not verify_apart([(2, one), (3, msgspec.structs.replace(other, mission="oslo"))])


@given(st.permutations(["XA", "XB"]))
def test_what_is_refused_does_not_depend_on_the_state(codes: list[str]) -> None:
    rows = [(2, voice(state=codes[0])), (3, voice(key="b", state=codes[1]))]
    assert [line for line, _ in verify_apart(rows)] == [3]


def days(key: str, name: str, first: int, last: int) -> Voice:
    return voice(key=key, name=name, since=SINCE + first * DAY, until=SINCE + last * DAY)


def test_what_says_what_is_on_record_is_never_refused() -> None:
    # Two that meet may stand, where nobody who entered them knew of both.
    one, other = voice(), voice(key="b")
    assert verify_apart([(2, one), (3, other)], {"mfa": one, "b": other}) == []
    ((line, fault),) = verify_apart([(4, voice(key="c"))], {"mfa": one})
    assert line == 4
    assert "by the row 'mfa' on record" in str(fault)


def test_two_rows_may_exchange_what_they_hold() -> None:
    old = {"a": voice(key="a", name="one"), "b": voice(key="b", name="two")}
    assert (
        verify_apart([(2, voice(key="a", name="two")), (3, voice(key="b", name="one"))], old) == []
    )


def test_what_a_refused_row_would_have_left_stands_in_the_way_of_others() -> None:
    old = {"a": voice(key="a", name="one"), "b": voice(key="b", name="two")}
    rows = [(2, voice(key="a", name="two")), (3, voice(key="new", name="one"))]
    assert [line for line, _ in verify_apart(rows, old)] == [2, 3]


def naive(rows: list[tuple[int, Voice]], old: dict[str, Voice]) -> set[int]:
    """Judge by the meaning of the rule alone, each row with each, until nothing changes."""
    refused: set[int] = set()
    while True:
        fits = [(line, row) for line, row in rows if line not in refused]
        replaced = {row.key for _, row in fits}
        held = [one for key, one in old.items() if key not in replaced]
        more = set()
        for line, row in fits:
            if any(
                one.name == row.name
                and one.since <= (row.until or date.max)
                and row.since <= (one.until or date.max)
                for one in held
            ):
                more.add(line)
            else:
                held.append(row)
        if not more:
            return refused
        refused |= more


VOICES = st.builds(
    lambda key, name, first, long: days(key, name, first, first + long),
    st.sampled_from("abcdef"),
    st.sampled_from(["one", "two"]),
    st.integers(0, 12),
    st.integers(0, 5),
)


def apart(voices: list[Voice]) -> dict[str, Voice]:
    """Return voices that may stand together, by key."""
    kept: dict[str, Voice] = {}
    for one in voices:
        if one.key not in kept and not naive([(1, one)], kept):
            kept[one.key] = one
    return kept


@given(
    st.lists(VOICES, max_size=6).map(apart),
    st.lists(VOICES, max_size=6, unique_by=lambda one: one.key),
)
def test_the_quick_answer_is_that_of_the_rule(old: dict[str, Voice], new: list[Voice]) -> None:
    rows = [(number, row) for number, row in enumerate(new, 2) if old.get(row.key) != row]
    assert {line for line, _ in verify_apart(rows, old)} == naive(rows, old)


class Counted(date):
    """A day that counts how often days are compared."""

    met: ClassVar[int] = 0

    def __lt__(self, other: date) -> bool:
        Counted.met += 1
        return date.__lt__(self, other)

    def __le__(self, other: date) -> bool:
        Counted.met += 1
        return date.__le__(self, other)

    def __gt__(self, other: date) -> bool:
        Counted.met += 1
        return date.__gt__(self, other)

    def __ge__(self, other: date) -> bool:
        Counted.met += 1
        return date.__ge__(self, other)


def counted(number: int, name: str) -> Voice:
    at = SINCE + 2 * number * DAY
    day = Counted(at.year, at.month, at.day)
    return msgspec.structs.replace(voice(key=f"v{number}", name=name), since=day, until=day)


@pytest.mark.parametrize("order", ["rising", "falling", "mixed"])
@pytest.mark.parametrize("stand", [False, True])
def test_days_are_compared_little_more_often_than_there_are_rows(order: str, stand: bool) -> None:
    size = 20_000
    numbers = list(range(size))
    if order == "falling":
        numbers.reverse()
    if order == "mixed":
        numbers.sort(key=lambda number: number * 7919 % size)
    old = {
        f"o{n}": msgspec.structs.replace(counted(n, "one"), key=f"o{n}") for n in numbers if n % 2
    }
    rows = [
        (line, counted(n, "one")) for line, n in enumerate(numbers, 2) if not stand or not n % 2
    ]
    Counted.met = 0
    assert verify_apart(rows, old if stand else {}) == []
    assert 0 < Counted.met < 4 * size * log2(size)


def test_a_chain_of_refusals_is_followed_once() -> None:
    # Each row moves to what the next one holds, and the last of them finds its place taken.
    size = 2_000
    old: dict[str, msgspec.Struct] = {
        f"v{n}": msgspec.structs.replace(counted(n, f"a{n}"), until=None) for n in range(size)
    }
    taken = msgspec.structs.replace(counted(size, f"a{size}"), key="last", until=None)
    rows = [
        (n + 2, msgspec.structs.replace(counted(n, f"a{n + 1}"), until=None)) for n in range(size)
    ]
    Counted.met = 0
    refused = verify_apart(rows, old | {"last": taken})
    assert len(refused) == size
    assert 0 < Counted.met < 40 * size
