"""The registers: what a row may say, and what two rows may not say together."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from legation.errors import RecordError, UsageError
from legation.knowledge.organisations import RESERVED, organisations
from legation.knowledge.states import alpha2, state_name, states, verify_party, verify_state
from legation.missions.register import (
    REGISTERS,
    Mission,
    Plan,
    Proof,
    Voice,
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
    ("code", "hint"),
    [
        ("Sweden", "SE (Sweden)"),
        ("swedn", "SE (Sweden)"),
        ("is", "IS (Iceland)"),
        ("UK", "GB (United Kingdom)"),
        ("EL", "GR (Greece)"),
        ("fra", "FR (France)"),
        ("XYZ", "ive the two letters of ISO"),
        ("", "ive the two letters of ISO"),
        ("Q" * 10_000, "ive the two letters of ISO"),
    ],
)
@pytest.mark.parametrize("verify", [verify_state, verify_party])
def test_an_unknown_country_is_refused_with_the_one_that_was_meant(
    verify: Callable[[str], None], code: str, hint: str
) -> None:
    with pytest.raises(UsageError, match="unknown country") as refused:
        verify(code)
    assert hint in refused.value.hint
    assert ("did you mean" in refused.value.hint) == ("(" in hint)


def test_an_organisation_is_a_party_and_no_state() -> None:
    assert {"EU", "UN", "NATO", "OSCE", "SCO", "CSTO", "ASEAN", "AUORG"} <= organisations().keys()
    for code, body in organisations().items():
        verify_party(code)
        assert state_name(code) == body.name
        assert body.instrument
        assert body.verified == "from-memory"
        with pytest.raises(UsageError, match="is an organisation"):
            verify_state(code)
    verify_row(mission(state="EU"))
    verify_row(voice(state="NATO"))


def test_no_code_of_an_organisation_is_or_becomes_that_of_a_state() -> None:
    for code in organisations():
        assert code in RESERVED or (len(code) > 2 and code.isascii() and code.isupper())
        assert code not in states()
        assert alpha2(code) == code


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (mission(state="Aldria"), "unknown country"),
        (mission(host="Nowhere"), "unknown country"),
        (mission(until=date(2019, 1, 1)), "ends before it begins"),
        (mission(host=""), "without the state that receives it"),
        (mission(kind="virtual", host="", seat=""), "without its platform"),
        (mission(host="XA"), "at the state that sends it"),
        (mission(host="EU"), "is an organisation"),
        (voice(state="Q"), "unknown country"),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_words(row: msgspec.Struct, said: str) -> None:
    with pytest.raises(RecordError, match=said) as refused:
        verify_row(row)
    assert refused.value.hint
    assert refused.value.place in type(row).__struct_fields__


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


def test_every_register_has_a_key() -> None:
    assert all("key" in shape.__struct_fields__ for shape in REGISTERS.values())
