"""A campaign keeps its line when later posts change its members."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.lineage import lines
from legation.threats.disinformation.findings import Campaign
from worlds.found_campaigns import found_campaign


def campaign(name: str, members: str, lineage: str = "") -> Campaign:
    """Return a campaign with one member for each letter."""
    base = found_campaign(members=1)
    accounts = tuple(
        msgspec.structs.replace(base.accounts[0], account_id=f"acct-{letter}")
        for letter in sorted(set(members))
    )
    return msgspec.structs.replace(base, campaign_id=name, accounts=accounts, lineage=lineage)


def test_a_campaign_that_gains_members_goes_on_under_its_first_id() -> None:
    first, second = campaign("c-1", "abcd"), campaign("c-2", "abcdefgh")
    assert lines([first], [second]) == {"c-2": "c-1"}
    again = msgspec.structs.replace(second, lineage="c-1")
    assert lines([again], [campaign("c-3", "bcdefghi")]) == {"c-3": "c-1"}


def test_what_is_unchanged_or_new_has_no_other_id() -> None:
    same = campaign("c-1", "abcd")
    assert lines([same], [same, campaign("c-9", "xyz")]) == {}


def test_of_two_halves_the_larger_goes_on_and_of_two_that_merge_the_larger_is_kept() -> None:
    whole, large, small = (
        campaign("c-1", "abcdefg"),
        campaign("c-2", "abcd"),
        campaign("c-3", "efg"),
    )
    assert lines([whole], [small, large]) == {"c-2": "c-1"}
    assert lines([small, large], [whole]) == {"c-1": "c-2"}


def test_some_shared_accounts_make_no_line() -> None:
    assert lines([campaign("c-1", "abcdef")], [campaign("c-2", "afghijk")]) == {}


def test_one_that_was_missing_goes_on_where_none_of_the_run_before_claims_it() -> None:
    missing, other = campaign("c-5", "abcdef", lineage="c-1"), campaign("c-9", "abcxyz")
    assert lines([], [campaign("c-6", "abcdeg")], earlier=[missing]) == {"c-6": "c-1"}
    assert lines([other], [campaign("c-6", "abcde")], earlier=[missing]) == {"c-6": "c-9"}
    near = campaign("c-9", "abxyz")
    both = [campaign("c-6", "abcde"), campaign("c-7", "xyz")]
    assert lines([near], both, earlier=[missing]) == {"c-7": "c-9", "c-6": "c-1"}


@pytest.mark.parametrize("gone", ["c-1", "c-5"])
def test_a_campaign_that_came_back_to_its_first_members_is_itself(gone: str) -> None:
    before = campaign("c-5", "abcde", lineage="c-1")
    assert lines([before], [campaign("c-1", "abcd")]) == {}
    assert gone not in lines([before], [campaign("c-1", "abcd")])


@given(
    st.lists(st.text("abcdef", min_size=1), max_size=4),
    st.lists(st.text("abcdef", min_size=1), max_size=4),
)
def test_each_line_goes_on_once(old: list[str], new: list[str]) -> None:
    before = [campaign(f"o-{n}", members) for n, members in enumerate(old)]
    now = [campaign(f"n-{n}", members) for n, members in enumerate(new)]
    found = lines(before, now)
    assert len(set(found.values())) == len(found)
    assert set(found) <= {one.campaign_id for one in now}
