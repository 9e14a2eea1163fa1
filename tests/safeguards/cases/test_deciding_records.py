"""A decision is complete when two persons signed it as it stands, and not before."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import ConflictError, NotFoundError, RecordError
from legation.safeguards.cases.deciding.bodies import Considered, Decision, Signed
from legation.safeguards.cases.deciding.gaps import (
    WORDS,
    DecisionGapKind,
    Stands,
    decision_gaps,
    require_decided,
)
from legation.safeguards.cases.deciding.records import (
    Record,
    Row,
    record_of,
    records_of,
    require_decision,
)

CASE = "2026-0017"
BEGUN = datetime(2026, 11, 27, 10, tzinfo=UTC)
FIRST = 20
DECISION = Decision(
    what="Hand over a note.",
    answers=(11,),
    considered=(
        Considered(option="Say nothing", answer=12, why_not="It was asked for in public."),
        Considered(option="Expel a diplomat", why_not="Out of proportion."),
    ),
    legal_basis="VCDR art. 3; no basis is needed for a note.",
    attribution=9,
    likelihood="very likely",
    confidence="moderate",
    rights_test=8,
    touches_persons=True,
    review="2027-05-27",
)
STANDS = Stands(
    today=date(2026, 11, 27),
    answers=frozenset({11, 12, 13}),
    touching=frozenset({13}),
    attributions={9: ("very likely", "moderate")},
    rights_tests=frozenset({7, 8}),
    tested={11: 8},
)


class Case:
    """A case that is being written."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.decide(DECISION)

    def add(self, body: Decision | Signed, author: str) -> int:
        number = FIRST + len(self.rows)
        self.rows.append((number, author, BEGUN + timedelta(minutes=number), body))
        return number

    def decide(self, body: Decision, author: str = "ann") -> int:
        return self.add(body, author)

    def change(self, author: str = "ann", **to: Any) -> int:
        return self.decide(
            msgspec.structs.replace(self.record().body, **{"changes": FIRST, **to}), author
        )

    def sign(self, who: str, sha256: str = "") -> int:
        body = Signed(to=FIRST, role="legal adviser", sha256=sha256 or self.record().sha256)
        return self.add(body, who)

    def record(self) -> Record:
        return record_of(self.rows, FIRST, case=CASE)

    def gaps(self, stands: Stands = STANDS) -> list[str]:
        return [gap.kind for gap in decision_gaps(self.record(), stands)]


def signed() -> Case:
    case = Case()
    case.sign("ann")
    case.sign("ben")
    return case


def test_two_different_persons_make_it_complete() -> None:
    case = Case()
    assert not case.record().is_complete
    case.sign("ann")
    assert not case.record().is_complete
    case.sign("ann")
    assert not case.record().is_complete
    case.sign("ben")
    assert case.record().is_complete
    assert case.gaps() == []
    require_decided(case.record(), STANDS)


def test_a_change_takes_the_force_of_every_signature_before_it() -> None:
    case = signed()
    before = case.record()
    case.change(what="Hand over a sharper note.")
    assert not case.record().is_complete
    assert case.record().body.what == "Hand over a sharper note."
    assert case.record().sha256 != before.sha256
    assert case.gaps() == ["unsigned", "signed-before-change", "signed-before-change"]
    case.sign("ben")
    case.sign("cid")
    assert case.record().is_complete
    assert case.gaps() == []


def test_a_change_back_to_the_same_words_is_a_change() -> None:
    case = signed()
    case.change(what="Something else.")
    case.change(what=DECISION.what)
    assert not case.record().is_complete


def test_signatures_do_not_count_again_once_the_change_is_taken_back() -> None:
    case = signed()
    number = case.change(what="Something else.")
    every, left = case.rows, [row for row in case.rows if row[0] != number]
    back = record_of(left, FIRST, case=CASE, every=every)
    assert back.body == DECISION
    assert back.counting == ()
    later = (number + 2, "ann", BEGUN, Signed(to=FIRST, role="legal", sha256=back.sha256))
    again = record_of([*left, later], FIRST, case=CASE, every=[*every, later])
    assert [hand.who for hand in again.counting] == ["ann"]


def test_a_later_signature_over_other_bytes_does_not_count() -> None:
    case = Case()
    old = case.record().sha256
    case.change(what="Hand over a sharper note.")
    case.sign("ann", old)
    case.sign("ben", old)
    case.sign("cid", "0" * 64)
    assert case.record().counting == ()
    assert len(case.record().hands) == 3


def test_the_bytes_hold_case_entry_author_and_hour() -> None:
    here = Case().record()
    there = record_of(Case().rows, FIRST, case="2026-0018")
    assert here.sha256 != there.sha256
    assert here.sha256 == hashlib.sha256(here.signed_bytes).hexdigest()
    number, _, written, body = Case().rows[0]
    for row in ((number, "ben", written, body), (number, "ann", BEGUN, body)):
        assert record_of([row], FIRST, case=CASE).sha256 != here.sha256


def test_the_hour_is_the_same_instant_in_every_zone() -> None:
    number, author, written, body = Case().rows[0]
    east = written.astimezone(timezone(timedelta(hours=4)))
    moved = record_of([(number, author, east, body)], FIRST, case=CASE)
    assert moved.signed_bytes == Case().record().signed_bytes


acts = st.lists(
    st.one_of(
        st.tuples(st.just("sign"), st.sampled_from(["ann", "ben", "cid"])),
        st.tuples(st.just("change"), st.sampled_from(["ann", "ben"])),
        st.tuples(st.just("old"), st.sampled_from(["ann", "ben", "cid"])),
    ),
    max_size=10,
)


@given(acts, st.randoms(use_true_random=False))
def test_complete_means_two_persons_after_the_last_change_in_any_order_of_arrival(
    plan: list[tuple[str, str]], chance: Random
) -> None:
    case = Case()
    hands: set[str] = set()
    for at, (act, who) in enumerate(plan):
        if act == "sign":
            case.sign(who)
            hands.add(who)
        elif act == "old":
            case.sign(who, hashlib.sha256(str(at).encode()).hexdigest())
        else:
            case.change(who, what=f"Step {at}.")
            hands = set()
    assert case.record().is_complete == (len(hands) >= 2)
    assert {hand.who for hand in case.record().counting} == hands
    mixed = list(case.rows)
    chance.shuffle(mixed)
    assert records_of(mixed, case=CASE) == (case.record(),)


def test_decisions_of_one_case_are_kept_apart() -> None:
    case = signed()
    second = case.decide(msgspec.structs.replace(DECISION, what="Ask the contact point."))
    one, other = records_of(case.rows, case=CASE)
    assert one.is_complete
    assert (other.entry, other.hands) == (second, ())
    with pytest.raises(NotFoundError):
        record_of(case.rows, 21, case=CASE)


PLANTS: dict[DecisionGapKind, Callable[[], Case]] = {}


def plant(kind: DecisionGapKind, **to: Any) -> None:
    def planted() -> Case:
        case = Case()
        case.change(**to)
        case.sign("ann")
        case.sign("ben")
        return case

    PLANTS[kind] = planted


plant("answer-missing", answers=())
plant("answer-unknown", answers=(99,))
plant("considered-missing", considered=())
plant("option-unknown", considered=(Considered(option="x", answer=98, why_not="y"),))
plant("option-chosen", considered=(Considered(option="x", answer=11, why_not="y"),))
plant("legal-basis-missing", legal_basis=None)
plant("attribution-unknown", attribution=7)
plant("attribution-differs", likelihood="likely")
plant("rights-missing", rights_test=None)
plant("rights-unknown", rights_test=97)
plant("rights-other", rights_test=7)
plant("answer-untested", answers=(11, 13))
plant("review-missing", review=None)
plant("review-malformed", review="2027-02-30")
plant("review-past", review="2026-11-27")


def unsigned() -> Case:
    return Case()


def one_hand() -> Case:
    case = Case()
    case.sign("ann")
    return case


PLANTS["unsigned"] = unsigned
PLANTS["one-hand"] = one_hand


@pytest.mark.parametrize("kind", PLANTS)
def test_a_planted_gap_of_a_decision_is_found_and_nothing_else(kind: DecisionGapKind) -> None:
    case = PLANTS[kind]()
    found = decision_gaps(case.record(), STANDS)
    assert [gap.kind for gap in found] == [kind]
    assert all(gap.place and gap.says and gap.hint for gap in found)
    with pytest.raises(ConflictError) as refused:
        require_decided(case.record(), STANDS)
    assert found[0].says in refused.value.hint


def test_each_kind_of_gap_is_planted() -> None:
    # The last is planted by a change after a signature, above.
    assert {*PLANTS} | {"signed-before-change"} == {*WORDS}


def test_an_answer_that_touches_persons_needs_the_test_whatever_the_decision_says() -> None:
    case = Case()
    case.change(answers=(13,), touches_persons=False, rights_test=None)
    case.sign("ann")
    case.sign("ben")
    assert case.gaps() == ["rights-missing"]


def test_one_hand_is_told_who_has_to_sign_again() -> None:
    case = Case()
    case.sign("ben")
    case.change(what="Hand over a sharper note.")
    case.sign("ann")
    found = decision_gaps(case.record(), STANDS)
    assert [(gap.kind, gap.about) for gap in found] == [
        ("one-hand", "ann"),
        ("signed-before-change", "ben"),
    ]


def test_a_signature_that_does_not_fit_is_refused_before_it_is_written() -> None:
    case = signed()
    fits = Signed(to=FIRST, role="r", sha256=case.record().sha256)
    require_decision(fits, case.rows, case=CASE)
    require_decision(DECISION, case.rows, case=CASE)
    for wrong, place in (
        (Signed(to=FIRST, role="r", sha256="0" * 64), "sha256"),
        (Signed(to=99, role="r", sha256="0" * 64), "to"),
        (msgspec.structs.replace(DECISION, changes=99), "changes"),
    ):
        with pytest.raises(RecordError) as refused:
            require_decision(wrong, case.rows, case=CASE)
        assert refused.value.place == place


def test_an_attribution_is_relied_on_with_both_its_words() -> None:
    for left_out in ("attribution", "likelihood", "confidence"):
        with pytest.raises(RecordError):
            msgspec.structs.replace(DECISION, **{left_out: None})
    none = {"attribution": None, "likelihood": None, "confidence": None}
    assert msgspec.structs.replace(DECISION, **none).attribution is None


def test_bodies_of_a_decision_are_read_again_as_they_were_written() -> None:
    for one in (DECISION, Signed(to=FIRST, role="r", sha256="0" * 64, words="w")):
        assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one
