"""How a state stands: no is not the same as not known, and states differ in their data alone."""

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge.comparing import checked, difference
from legation.knowledge.facts import Agreement, Fact, Party
from legation.knowledge.marks import MARKS
from legation.knowledge.pack_file import Pack, read_pack, shipped_packs
from legation.knowledge.standing import QUESTIONS, StatePage, state_page
from worlds.packs import PACK

TODAY = date(2026, 3, 2)
ACCORDS = read_pack(PACK, place="x")


def said(page: StatePage) -> dict[str, str]:
    return {f"{one.agreement} {one.question}": one.said for one in page.standings}


def page_of(state: str, *packs: Pack, on: date = TODAY) -> StatePage:
    return state_page(state, packs or (ACCORDS,), on=on, today=TODAY)


def swapped(pack: Pack, one: str, other: str) -> Pack:
    turn = {one: other, other: one}

    def row_of(row: Fact) -> Fact:
        state = getattr(row, "state", "")
        return msgspec.structs.replace(row, state=turn.get(state, state)) if state else row

    return msgspec.structs.replace(pack, rows=tuple(map(row_of, pack.rows)))


def test_each_answer_has_its_evidence_and_its_mark() -> None:
    page = page_of("XA")
    assert said(page) == {
        "grain signed": "yes",
        "grain ratified": "yes",
        "grain implemented": "yes",
        "grain tried": "yes",
        "hotline signed": "yes",
        "hotline implemented": "not known",
        "river signed": "yes",
        "river ratified": "no",
        "river implemented": "not known",
    }
    assert all(one.evidence for one in page.standings)
    bound = next(one for one in page.standings if one.question == "ratified" and one.said == "no")
    assert bound.sentence == (
        "Aldria is not bound by River pact [as of 2026-02-01; from memory, not checked]"
    )
    assert bound.mark == MARKS["from-memory"]
    assert [one.agreement for one in page.gaps()] == ["hotline", "river", "river"]


def test_who_is_absent_from_a_whole_list_has_not_signed_and_from_one_with_gaps_is_not_known() -> (
    None
):
    page = page_of("XB")
    answers = said(page)
    assert (answers["grain signed"], answers["grain ratified"]) == ("no", "no")
    assert (answers["river signed"], answers["river ratified"]) == ("not known", "not known")
    assert answers["grain tried"] == "not known"
    unknown = next(one for one in page.standings if one.agreement == "river")
    assert unknown.sentence == (
        "whether Bevora has signed River pact is not known: the list is incomplete "
        "[as of 2026-02-01; from memory, not checked]"
    )


def test_a_list_is_whole_only_when_nobody_says_otherwise() -> None:
    other = changed('parties = "complete"', 'parties = "incomplete"')
    doubt = msgspec.structs.replace(other, publisher="Office of Bevora")
    assert said(page_of("XB", ACCORDS, doubt))["grain signed"] == "not known"
    assert said(page_of("XB", doubt, ACCORDS))["grain signed"] == "not known"


def test_nobody_is_asked_about_a_bilateral_agreement_of_others() -> None:
    assert not any(one.agreement == "hotline" for one in page_of("FR").standings)


@pytest.mark.parametrize(
    ("on", "signed", "bound"),
    [
        (date(2000, 1, 1), "no", "no"),
        (date(2001, 6, 1), "yes", "no"),
        (date(2002, 6, 1), "yes", "yes"),
    ],
)
def test_a_page_is_for_a_day(on: date, signed: str, bound: str) -> None:
    answers = said(page_of("XA", on=on))
    assert (answers["grain signed"], answers["grain ratified"]) == (signed, bound)


def test_within_a_year_of_which_no_day_is_known_nothing_is_said() -> None:
    assert said(page_of("XA", on=date(2001, 6, 1)))["river signed"] == "not known"
    assert said(page_of("XA", on=date(2002, 1, 1)))["river signed"] == "yes"
    assert said(page_of("XA", on=date(2000, 1, 1)))["river signed"] == "no"


def test_who_withdrew_is_bound_no_more_and_who_came_back_is() -> None:
    gone = changed("in_force = 2003-01-01", "in_force = 2003-01-01, withdrawn = 2010-05-01")
    assert said(page_of("XA", gone, on=date(2009, 1, 1)))["grain ratified"] == "yes"
    assert said(page_of("XA", gone))["grain ratified"] == "no"
    back = read_pack(
        PACK.replace(b"in_force = 2003-01-01", b"in_force = 2003-01-01, withdrawn = 2010-05-01")
        .replace(b"law = [", b"# law\nlaw = [")
        .replace(
            b'  { key = "river.xa"',
            b'  { key = "grain.xa.2", agreement = "grain", state = "XA", ratified = 2015-01-01, '
            b'source = "gazette", verified = "verified-excerpt" },\n  { key = "river.xa"',
        ),
        place="x",
    )
    assert said(page_of("XA", back))["grain ratified"] == "yes"
    assert said(page_of("XA", back, on=date(2012, 1, 1)))["grain ratified"] == "no"


def test_a_failed_trial_is_a_no_with_its_evidence() -> None:
    failed = changed('outcome = "held"', 'outcome = "failed"')
    tried = next(one for one in page_of("XA", failed).standings if one.question == "tried")
    assert (tried.said, tried.evidence[0].table) == ("no", "trial")


def changed(old: str, new: str) -> Pack:
    assert old.encode() in PACK
    return read_pack(PACK.replace(old.encode(), new.encode(), 1), place="x")


def exchanged(text: str, pairs: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, pairs)), lambda found: pairs[found[0]], text)


DONE = st.sampled_from(["", "yes", "no", "2001", "2019-05-06"])


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    agreements = [
        Agreement(
            key=f"a{n}",
            title=f"Pact {n}",
            kind=draw(st.sampled_from(["treaty", "bilateral", "cbm", "norms", "regime"])),
            weight=draw(st.sampled_from(["binding", "political"])),
            contact=draw(st.booleans()),
            parties=draw(st.sampled_from(["complete", "incomplete", "none"])),
            source="s",
            as_of=TODAY,
            verified=draw(st.sampled_from(sorted(MARKS))),
        )
        for n in range(3)
    ]
    parties = [
        Party(
            key=f"p{n}{state.lower()}",
            agreement=f"a{n}",
            state=state,
            signed=draw(DONE),
            ratified=draw(DONE),
            withdrawn=draw(st.sampled_from(["", "2020"])),
            source="s",
            as_of=TODAY,
            verified=draw(st.sampled_from(sorted(MARKS))),
        )
        for n in range(3)
        for state in ("QX", "QY", "QZ")
        if draw(st.booleans())
    ]
    return msgspec.structs.replace(ACCORDS, rows=(*agreements, *parties))


@given(packs(), st.dates(date(1999, 1, 1), date(2026, 1, 1)))
def test_swapping_two_states_swaps_every_answer_and_sentence(pack: Pack, on: date) -> None:
    turned = swapped(pack, "QX", "QY")
    for state, other in (("QX", "QY"), ("QY", "QX"), ("QZ", "QZ")):
        here = page_of(state, pack, on=on)
        there = page_of(other, turned, on=on)
        assert said(here) == said(there)
        pairs = {"QX": "QY", "QY": "QX"}
        assert [exchanged(one.sentence, pairs) for one in here.standings] == [
            one.sentence for one in there.standings
        ]


@given(packs())
def test_swapping_two_states_swaps_every_line_of_facts_changes_and_checks(pack: Pack) -> None:
    turned = swapped(pack, "QX", "QY")
    rows = (*(msgspec.structs.replace(row, source="t") for row in pack.rows[1:3]), *pack.rows[3:])
    doubled = msgspec.structs.replace(pack, publisher="Office of Bevora", rows=rows)
    pairs = {"QX": "QY", "QY": "QX"}
    other = swapped(doubled, "QX", "QY")
    mine, theirs = checked([pack, doubled], today=TODAY), checked([turned, other], today=TODAY)
    assert [exchanged(row.what, pairs) for row in mine.contradictions] == [
        row.what for row in theirs.contradictions
    ]
    assert [exchanged(row.line(), pairs) for row in mine.unverified] == [
        row.line() for row in theirs.unverified
    ]
    here = difference(pack, doubled, today=TODAY)
    there = difference(turned, other, today=TODAY)
    assert [exchanged(row.line(), pairs) for row in here.changes] == [
        row.line() for row in there.changes
    ]


@pytest.mark.parametrize(("one", "other"), [("US", "CN"), ("RU", "UA"), ("GB", "IE")])
def test_swapping_two_states_in_what_ships_swaps_their_pages(one: str, other: str) -> None:
    packs = shipped_packs()
    turned = tuple(swapped(pack, one, other) for pack in packs)
    mine, theirs = page_of(one, *packs), page_of(other, *turned)
    name, others = mine.name, theirs.name
    assert said(mine) == said(theirs)
    assert [row.sentence.replace(name, "?", 1) for row in mine.standings] == [
        row.sentence.replace(others, "?", 1) for row in theirs.standings
    ]


@pytest.mark.parametrize("state", ["US", "FR", "IE", "BR", "ZA", "XK", "EU"])
def test_every_sentence_on_a_fact_that_is_not_checked_carries_its_mark(state: str) -> None:
    page = page_of(state, *shipped_packs())
    assert {one.question for one in page.standings} <= set(QUESTIONS)
    for one in page.standings:
        assert one.evidence
        for fact in one.evidence:
            assert fact.mark in one.sentence
