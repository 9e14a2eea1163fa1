"""How a state stands: no is not the same as not known, and states differ in their data alone."""

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.knowledge.comparing import checked, difference
from legation.knowledge.facts import Agreement, Check, Fact, Party
from legation.knowledge.marks import MARKS
from legation.knowledge.pack_file import Pack, read_pack
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.standing import QUESTIONS, StatePage, state_counts, state_page
from legation.knowledge.telling import Told
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


def test_a_doubt_that_nobody_signed_takes_no_answer_away_and_is_shown() -> None:
    doubt = msgspec.structs.replace(
        changed('parties = "complete"', 'parties = "incomplete"'),
        publisher="Office of Bevora",
        unsigned=True,
    )
    for packs in ((ACCORDS, doubt), (doubt, ACCORDS)):
        one = next(one for one in page_of("XB", *packs).standings if one.agreement == "grain")
        assert (one.question, one.said) == ("signed", "no")
        assert "contradicted by Office of Bevora/accords (parties: incomplete" in one.sentence


def test_a_new_whole_list_warns_of_what_it_says_of_everybody_else() -> None:
    first = difference(ACCORDS, None, today=TODAY)
    assert first.absent == ("grain",)
    assert first.warnings()[0].startswith("grain: each state that is not in its list is told")
    assert difference(ACCORDS, ACCORDS, today=TODAY).warnings() == []
    between = changed(
        'key = "grain", title = "Grain pact", kind = "treaty"',
        'key = "grain", title = "Grain pact", kind = "bilateral"',
    )
    assert difference(between, None, today=TODAY).absent == ()


def test_what_may_have_changed_since_is_counted_as_stale_in_the_list_of_states() -> None:
    later = date(2027, 3, 2)
    (now,) = state_counts(["XA"], [ACCORDS], on=TODAY, today=TODAY)
    (then,) = state_counts(["XA"], [ACCORDS], on=later, today=later)
    page = state_page("XA", [ACCORDS], on=later, today=later)
    stale = [
        one
        for one in page.standings
        if one.said != "not known" and any(fact.stale for fact in one.evidence)
    ]
    assert (now.stale, then.stale) == (0, len(stale))
    assert stale


def test_where_no_list_is_here_a_fact_does_not_say_that_nobody_takes_part() -> None:
    told = Told([ACCORDS], TODAY)
    lines = [told.shown(row, ACCORDS).line() for row in ACCORDS.rows if isinstance(row, Agreement)]
    assert not [line for line in lines if "parties: none" in line]
    assert any("parties: a list with gaps here" in line for line in lines)


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


@pytest.mark.parametrize(
    ("row", "on", "said", "status"),
    [
        ("suspended = 2010-05-01", TODAY, "suspended", "suspended since 2010-05-01"),
        ("suspended = 2010-05-01", date(2009, 1, 1), "yes", ""),
        ('suspended = "2010"', date(2010, 6, 1), "yes", "suspended in 2010, the day is not known"),
        ("withdrawn = 2010-05-01", TODAY, "no", "ended on 2010-05-01"),
    ],
)
def test_what_is_suspended_or_over_says_so_and_does_not_count_as_in_use(
    row: str, on: date, said: str, status: str
) -> None:
    page = page_of("XA", changed("in_force = 2003-01-01", f"in_force = 2003-01-01, {row}"), on=on)
    grain = {one.question: one for one in page.standings if one.agreement == "grain"}
    assert {one.status for one in grain.values()} == {status}
    assert grain["ratified"].said == said
    assert grain["signed"].said == "yes"
    assert all(status in one.sentence for one in grain.values())
    assert all(one.evidence and one.sources for one in grain.values())
    if status:
        assert all(one in page.gaps() for one in grain.values())
    if said == "suspended":
        assert grain["implemented"].said == "suspended"
        assert grain["implemented"].sentence.startswith(
            "for Aldria, Grain pact is suspended since 2010-05-01: it does not count as in use"
        )


def test_an_agreement_that_is_suspended_as_a_whole_is_so_for_each_state() -> None:
    pack = changed('title = "Hotline"', 'title = "Hotline", suspended = 2022-03-01')
    for state in ("XA", "XB"):
        answers = said(page_of(state, pack))
        assert answers["hotline implemented"] == "suspended"
        assert answers["hotline signed"] == "yes"


def test_what_ships_says_that_the_talks_of_2021_are_suspended() -> None:
    for state in ("US", "RU"):
        page = page_of(state, *shipped_packs())
        talks = [one for one in page.standings if one.agreement == "us-ru-2021"]
        assert {one.status for one in talks} == {"suspended since 2022"}
        assert all(one in page.gaps() for one in talks)
        assert "suspended" in {one.said for one in talks}
    counts = {
        one.state: one
        for one in state_counts(["US", "RU", "CN"], shipped_packs(), on=TODAY, today=TODAY)
    }
    assert {code: one.suspended for code, one in counts.items()} == {"US": 1, "RU": 1, "CN": 0}


def other(old: str, new: str) -> Pack:
    """Return the pack of another publisher, which states something else."""
    return msgspec.structs.replace(changed(old, new), publisher="Another Office")


@pytest.mark.parametrize("turned", [False, True])
def test_two_packs_that_say_yes_and_no_contradict_each_other_in_any_order(turned: bool) -> None:
    theirs = other(
        "signed = 2001-05-01, ratified = 2002-05-01, in_force = 2003-01-01", 'signed = "no"'
    )
    packs = (theirs, ACCORDS) if turned else (ACCORDS, theirs)
    one = next(one for one in page_of("XA", *packs).standings if one.question == "signed")
    assert (one.agreement, one.said) == ("grain", "contradicted")
    assert len(one.says) == 2
    assert "Office of Aldria/accords: yes [" in one.sentence
    assert "Another Office/accords: no [" in one.sentence
    assert (
        "contradicted by Another Office/accords (signed: no, ratified: -, in_force: -)" in one.mark
    )
    assert one in page_of("XA", *packs).gaps()


@pytest.mark.parametrize("turned", [False, True])
def test_two_titles_and_weights_of_one_agreement_are_both_shown(turned: bool) -> None:
    theirs = other(
        'title = "Grain pact", kind = "treaty", weight = "binding"',
        'title = "Grain deal", kind = "treaty", weight = "political"',
    )
    packs = (theirs, ACCORDS) if turned else (ACCORDS, theirs)
    for one in page_of("XB", *packs).standings:
        if one.agreement == "grain":
            for said_of in (one.title, one.weight, one.sentence):
                assert "(as Office of Aldria/accords says)" in said_of or said_of is one.sentence
                assert "Another Office/accords" in said_of
            assert {"Grain pact", "Grain deal"} <= {
                part.rpartition(" (")[0] for part in one.title.split(" / ")
            }


def test_a_list_that_lacks_whom_another_pack_names_contradicts_it() -> None:
    key = 'key = "grain.xa", agreement = "grain", state = "XA"'
    theirs = other(key, 'key = "grain.xb", agreement = "grain", state = "XB"')
    answers = said(page_of("XA", ACCORDS, theirs))
    assert answers["grain signed"] == "contradicted"


def test_a_check_of_one_source_does_not_hide_the_other() -> None:
    theirs = other('signed = "2001", ratified = "no"', 'signed = "2001", ratified = "2002"')
    check = Check(
        key="c", about="party:river.xa", by="Registrar", on="2026-02-20", found="holds",
        source="chart", as_of=date(2026, 2, 20), verified="verified-excerpt",
    )  # fmt: skip
    ours = msgspec.structs.replace(ACCORDS, rows=(*ACCORDS.rows, check))
    one = next(
        one
        for one in page_of("XA", ours, theirs).standings
        if (one.agreement, one.question) == ("river", "ratified")
    )
    assert one.said == "contradicted"
    assert "Another Office/accords: yes [as of 2026-02-01; from memory, not checked" in one.sentence
    assert "checked by Registrar on 2026-02-20: holds (chart)" in one.sentence


def test_that_a_state_signed_on_a_day_grows_not_stale_and_that_it_is_bound_does() -> None:
    later = date(2027, 3, 2)
    page = state_page("XA", [ACCORDS], on=later, today=later)
    grain = {one.question: one for one in page.standings if one.agreement == "grain"}
    assert (grain["signed"].stale, grain["ratified"].stale) == (False, True)
    assert "stale" in grain["ratified"].sentence
    assert "stale" not in grain["signed"].sentence


def test_states_are_counted_with_what_nobody_knows() -> None:
    counts = {
        one.state: one for one in state_counts(["XA", "XB", "FR"], [ACCORDS], on=TODAY, today=TODAY)
    }
    assert counts["XA"].no == {"signed": 0, "ratified": 1, "implemented": 0, "tried": 0}
    assert counts["XA"].unknown == {"signed": 0, "ratified": 0, "implemented": 2, "tried": 0}
    assert counts["XB"].no == {"signed": 1, "ratified": 1, "implemented": 0, "tried": 0}
    # That the river pact is not ratified is from memory; that XB is absent from a list was seen.
    assert (counts["XA"].unchecked["ratified"], counts["XB"].unchecked["ratified"]) == (1, 0)
    assert counts["XA"].as_of == date(2026, 2, 1)
    assert (counts["XA"].name, counts["FR"].name) == ("Aldria", "France")
    for code, one in counts.items():
        page = page_of(code)
        assert one.asked == len(page.standings)
        assert one.known == sum(each.said != "not known" for each in page.standings)
    nothing = msgspec.structs.replace(ACCORDS, rows=())
    (none,) = state_counts(["FR"], [nothing], on=TODAY, today=TODAY)
    assert (none.asked, none.known, none.as_of) == (0, 0, None)


def test_a_name_that_nobody_checked_keeps_its_mark_in_every_sentence() -> None:
    pack = changed(
        'name = "Aldria", source = "gazette", verified = "verified-excerpt"',
        'name = "Aldria", source = "gazette", verified = "from-memory"',
    )
    page = page_of("XA", pack)
    assert page.name == "Aldria [from memory, not checked]"
    assert all(page.name in one.sentence for one in page.standings)
    told = Told([pack], TODAY)
    about = [told.shown(*one) for one in told.rows if getattr(one[0], "state", "") == "XA"]
    assert len(about) > 3
    for one in about:
        assert "from memory, not checked" in one.line()
        assert "from memory, not checked" in (one.fields["name"] + one.mark)


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
