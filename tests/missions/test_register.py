"""The registers: what a row may say, and what two rows may not say together."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import LegationError, RecordError, UsageError
from legation.knowledge.states import state_name, states, verify_state
from legation.missions.register import (
    REGISTERS,
    Channel,
    Mission,
    Plan,
    Proof,
    Voice,
    verify_apart,
    verify_row,
)

SINCE = date(2020, 1, 1)


def mission(**more: object) -> Mission:
    said = {
        "key": "paris",
        "name": "Embassy in Paris",
        "state": "XA",
        "kind": "embassy",
        "host": "FR",
        "seat": "Paris",
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


def test_a_country_is_a_code_of_the_standard_or_one_left_to_users() -> None:
    assert len(states()) == 250
    for code in (*states(), "XA", "QM", "ZZ"):
        verify_state(code)
    assert state_name("XA", {"XA": "Aldria"}) == "Aldria"


@pytest.mark.parametrize(
    ("code", "hint"), [("Sweden", "SE (Sweden)"), ("XYZ", "ISO"), ("SEE", "ISO"), ("", "ISO")]
)
def test_an_unknown_country_is_refused_with_the_nearest(code: str, hint: str) -> None:
    with pytest.raises(UsageError, match="unknown country") as refused:
        verify_state(code)
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (mission(state="Aldria"), "unknown country"),
        (mission(host="Nowhere"), "unknown country"),
        (mission(until=date(2019, 1, 1)), "ends before it begins"),
        (mission(host=""), "without the state that receives it"),
        (mission(kind="virtual", host="", seat=""), "without its platform"),
        (mission(host="XA"), "at the state that sends it"),
        (voice(platform=""), "without its platform"),
        (voice(kind="domain", name="no domain"), "is no domain"),
        (voice(state="Q"), "unknown country"),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_words(row: msgspec.Struct, said: str) -> None:
    with pytest.raises(LegationError, match=said) as refused:
        verify_row(row)
    assert refused.value.hint


def test_a_proof_names_its_threats_and_is_not_known_before_it_happened() -> None:
    proof = Proof(
        key="a",
        mission="paris",
        kind="test",
        threats=("T6",),
        on=SINCE,
        known=SINCE,
        by="the desk",
        source="report",
    )
    verify_row(proof)
    for change, said in (
        ({"known": date(2019, 12, 31)}, "known before"),
        ({"threats": ()}, "no threat"),
        ({"kind": "breach", "outcome": "held"}, "did not hold"),
    ):
        with pytest.raises(RecordError, match=said):
            verify_row(msgspec.structs.replace(proof, **change))


def test_a_plan_names_a_channel_once() -> None:
    plan = Plan(
        key="a",
        mission="paris",
        decides="deputy",
        fallbacks=("one", "one"),
        source="plan",
        as_of=SINCE,
    )
    with pytest.raises(RecordError, match="comes twice"):
        verify_row(plan)


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
    assert (line, str(fault)) == (3, "the key paris comes twice, first in line 2")


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


def test_every_register_has_a_key() -> None:
    assert all("key" in shape.__struct_fields__ for shape in REGISTERS.values())
