"""A name that looks like an official account's is told with its way; what is none is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.rights.likeness import Alike, OfficialAccount, OfficialHandles

MFA = OfficialAccount(
    name="mfa_aldria",
    platform="x",
    state="XA",
    office="foreign ministry",
    rule="its own list",
    source="the list",
)
OTHER = msgspec.structs.replace(MFA, name="MfaBevora", state="XB", office="ministry of Bevora")
SHORT = msgspec.structs.replace(MFA, name="un", office="a body")
OFFICIAL = OfficialHandles((MFA, OTHER, SHORT))


def judged(handle: str) -> tuple[str, str, float] | None:
    found = OFFICIAL.judge(handle)
    return (found.official.name, found.way, found.score) if found else None


@pytest.mark.parametrize(
    ("handle", "way", "score"),
    [
        ("mfa_\u0430ldria", "same letters", 1.0),  # a Cyrillic letter
        ("mfa.aldria", "same letters", 1.0),
        ("MFAaldria", "same letters", 1.0),
        ("mfa_a1dria", "same letters", 1.0),
        ("mfa_aldrja", "one letter off", 0.89),
        ("mfa_aldrria", "one letter off", 0.9),
        ("mfa_aldra", "one letter off", 0.89),
        ("mfa_adlria", "one letter off", 0.89),
        ("mfa_aldria_official", "official name inside", 0.53),
        ("real.mfa.aldria", "official name inside", 0.69),
        ("TheMfaAldria", "official name inside", 0.75),
    ],
)
def test_a_name_like_an_official_one_is_told_with_its_way(
    handle: str, way: str, score: float
) -> None:
    assert judged(handle) == ("mfa_aldria", way, score)


@pytest.mark.parametrize(
    "handle",
    [
        "mfa_aldria",
        "@MFA_Aldria",
        "anna_berg",
        "mfa_brevia",
        "mfa_alddrja",
        "unfold",  # what is short is in every second name
        "sun",
        "aldria_mfa",
        "",
        "@",
    ],
)
def test_the_official_account_itself_and_what_is_like_none_are_not_told(
    handle: str,
) -> None:
    assert judged(handle) is None


def turned(one: OfficialAccount) -> OfficialAccount:
    return msgspec.structs.replace(one, state={"XA": "XB", "XB": "XA"}[one.state])


@given(st.text("mfaldribevo_. 1", max_size=16))
def test_which_state_an_account_is_of_changes_nothing_but_the_state(handle: str) -> None:
    here = OFFICIAL.judge(handle)
    there = OfficialHandles(map(turned, (MFA, OTHER, SHORT))).judge(handle)
    back: Alike | None = there and msgspec.structs.replace(there, official=turned(there.official))
    assert here == back


@given(st.text(max_size=60))
def test_any_name_can_be_judged(handle: str) -> None:
    found = OFFICIAL.judge(handle)
    assert found is None or 0 < found.score <= 1


def test_the_order_of_the_register_changes_nothing() -> None:
    twice = msgspec.structs.replace(OTHER, name="mfa_aldria", platform="telegram")
    names = ("mfa_aldrja", "mfa_aldria_official", "mfa_aldria")
    for handle in names:
        one = OfficialHandles((MFA, twice)).judge(handle)
        assert one == OfficialHandles((twice, MFA)).judge(handle)


def test_among_many_the_one_that_is_meant_is_found_and_a_huge_name_is_cut() -> None:
    many = [msgspec.structs.replace(MFA, name=f"ministry_{number:04}") for number in range(2_000)]
    official = OfficialHandles(many)
    for handle in ("ministry_0042_real", "ministry_0042_x" + "y" * 1_000_000):
        found = official.judge(handle)
        assert found is not None
        assert (found.official.name, found.way) == ("ministry_0042", "official name inside")
