"""Documents with open gaps, the time to each answer, and counts that name nobody."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError, UsageError
from legation.safeguards.cases.policy.pack import Asked, Policy, default_policy
from legation.safeguards.cases.policy.words import ATTRIBUTION_PARTS, FIELDS
from legation.safeguards.cases.responses.answering.clocks import Clock, Days, clocks
from legation.safeguards.cases.responses.answering.drafting import draft_text
from legation.safeguards.cases.responses.answering.steps import Chosen, Step, What
from legation.safeguards.cases.responses.answering.takedowns import TakedownCount, takedown_counts
from legation.safeguards.cases.responses.catalogue import RESPONSES, response
from legation.safeguards.cases.responses.response import Response

SHIPPED = default_policy()
NOTE = response("note-verbale")
FACTS = dict.fromkeys([*FIELDS, *ATTRIBUTION_PARTS], "a fact")
del FACTS["attribution"]


def step(what: What, of: int, on: str = "2026-03-09") -> Step:
    return Step(of=of, what=what, on=on, words="it was done", source="the mission")


@pytest.mark.parametrize("one", RESPONSES, ids=lambda one: one.key)
def test_a_document_without_facts_shows_each_gap_and_with_all_of_them_none(one: Response) -> None:
    empty = draft_text(one, {}, SHIPPED)
    assert empty.missing
    for name in empty.missing:
        assert f"[{FIELDS[name]}: not known]" in empty.subject + empty.text
    full = draft_text(one, FACTS, SHIPPED)
    assert full.missing == ()
    assert ": not known]" not in full.subject + full.text
    assert "{" not in empty.subject + empty.text + full.text


def test_a_note_says_who_attributes_to_whom_since_when() -> None:
    facts = {"attributed_to": "a group", "attributed_by": "XA", "attributed_on": "2026-03-01"}
    text = draft_text(NOTE, facts, SHIPPED).text
    assert "attributed to a group by XA on 2026-03-01" in text
    half = draft_text(NOTE, {"attributed_to": "a group"}, SHIPPED)
    assert "attributed to a group by [by whom it is attributed: not known] on [day" in half.text
    assert {"attributed_by", "attributed_on"} <= {*half.missing}
    assert "The act is [attribution: not known]" in draft_text(NOTE, {}, SHIPPED).text


def test_no_document_says_that_an_act_is_against_the_law() -> None:
    for one in RESPONSES:
        text = draft_text(one, FACTS, SHIPPED).text.casefold()
        assert not [word for word in ("lawful", "illegal", "violat", "wrongful") if word in text]


@given(st.text(max_size=40))
def test_what_a_fact_says_is_never_read_as_a_template(said: str) -> None:
    policy = Policy(name="p", answers={"note-verbale": Asked(subject="s", words="<{what}>")})
    text = draft_text(NOTE, {"what": "{reference}" + said}, policy).text
    assert text == "<" + ("{reference}" + said).strip() + ">\n"


def test_a_subject_is_one_line() -> None:
    assert draft_text(NOTE, {"reference": "a\nBcc: b"}, SHIPPED).subject == "Note a Bcc: b"


def test_a_fact_that_no_document_knows_names_the_nearest() -> None:
    with pytest.raises(UsageError) as found:
        draft_text(NOTE, {"hapened": "x"}, SHIPPED)
    assert found.value.hint == "did you mean 'happened'?"
    with pytest.raises(UsageError, match="too long"):
        draft_text(NOTE, {"what": "x" * 20_001}, SHIPPED)


def test_the_time_to_an_answer_runs_from_what_happened_and_from_when_it_was_known() -> None:
    assert clocks("2015-04-30", "2015-05-15", [step("sent", 4, "2020-10-22")]) == (
        Clock(
            of=4,
            on="2020-10-22",
            since_happened=Days(least=2002, most=2002),
            since_known=Days(least=1987, most=1987),
        ),
    )


@pytest.mark.parametrize(
    ("happened", "answered", "days"),
    [
        ("2015-05", "2015-06-10", (10, 40)),
        ("2015", "2015-06-10", (0, 160)),
        ("2015", "2016", (1, 730)),
        ("2016-02", "2016-03", (1, 59)),
        ("2015-05-15T10:00Z", "2015-05-15T09:00Z", (0, 0)),
    ],
)
def test_a_day_that_is_known_in_part_gives_the_least_and_the_most(
    happened: str, answered: str, days: tuple[int, int]
) -> None:
    (found,) = clocks(happened, "", [step("sent", 1, answered)])
    assert found.since_happened == Days(least=days[0], most=days[1])
    assert found.since_known is None


def test_the_first_step_that_went_out_counts_and_a_document_that_lies_ready_does_not() -> None:
    steps = [
        step("prepared", 1, "2026-03-01"),
        step("taken", 2, "2026-03-08"),
        step("acknowledged", 1, "2026-03-02"),
        step("sent", 1, "2026-03-05"),
        step("called", 1, "2026-03-04"),
        step("prepared", 3, "2026-03-01"),
    ]
    found = clocks("2026-03-01", "", steps)
    assert [(one.of, one.on) for one in found] == [(1, "2026-03-04"), (2, "2026-03-08")]


def test_an_answer_before_the_incident_is_a_fault_and_before_it_was_known_here_is_none() -> None:
    with pytest.raises(RecordError, match="precedes"):
        clocks("2026-03-10", "", [step("sent", 1, "2026-03-09")])
    (found,) = clocks("2026-03-01", "2026-03-10", [step("sent", 1, "2026-03-09")])
    assert found.since_known == Days(least=0, most=0)


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_the_true_number_of_days_lies_within_the_interval(
    one: Any, other: Any, kept: int, held: int
) -> None:
    first, last = sorted((one, other))
    (found,) = clocks(first.isoformat()[:kept], "", [step("sent", 1, last.isoformat()[:held])])
    assert found.since_happened is not None
    assert found.since_happened.least <= (last - first).days <= found.since_happened.most


def takedown(**said: Any) -> Chosen:
    return Chosen(
        answer="takedown-request", touches=True, why="the letter is forged", rests_on=(1,), **said
    )


def test_takedowns_are_counted_by_ground_and_platform_and_each_once() -> None:
    chosen = {
        1: takedown(ground="xa-act-7", platform="one"),
        2: takedown(ground="xa-act-7", platform="one"),
        3: takedown(ground="xa-act-7", platform="one"),
        4: takedown(rule="rule-4", platform="two"),
        5: takedown(rule="rule-4", platform="two"),
        6: Chosen(answer="note-verbale", touches=False, why="a note", rests_on=(1,)),
    }
    steps = [
        *(step("sent", of) for of in (1, 2, 3, 4, 6, 1)),
        step("prepared", 5),
        step("refused", 1),
        step("complied", 1),
        step("refused", 2),
        step("complied", 6),
        step("complied", 9),
    ]
    assert takedown_counts(chosen, steps) == (
        TakedownCount(
            ground="xa-act-7", rule="", platform="one", asked=3, granted=1, refused=1, waiting=1
        ),
        TakedownCount(
            ground="", rule="rule-4", platform="two", asked=1, granted=0, refused=0, waiting=1
        ),
    )
    assert takedown_counts({}, []) == ()


def test_what_is_published_of_a_takedown_holds_no_free_words() -> None:
    assert {*TakedownCount.__struct_fields__} == {
        "ground",
        "rule",
        "platform",
        "asked",
        "granted",
        "refused",
        "waiting",
    }
    said = {"entry": "chosen", "answer": "takedown-request", "touches": True, "why": "w"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said | {"rests_on": [1], "platform": "A Person"}, Chosen)
