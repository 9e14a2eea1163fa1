"""Entries of a case: read strictly, folded alike in any order, corrected and never changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, get_args, get_origin

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import ConflictError, LegationError, RecordError
from legation.knowledge.norms import Norms
from legation.safeguards.cases.attribution.naming import Agreed, Attributed
from legation.safeguards.cases.attribution.state_link import Linked
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import _NUMBERED, case_of
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.safeguards.cases.effects import Effect, Poll
from legation.safeguards.cases.entries import KINDS, TAGS, Entry, read_body, tag_of
from legation.safeguards.cases.facts import (
    Attached,
    Link,
    Moved,
    Opened,
    TaskDone,
    Told,
    Withdrawn,
    Work,
)
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.objects import Stated, entry_id, entry_of, incident_of, note_of
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.rules import CORRECTED, next_statuses, verify_entry
from legation.stix.codec import encode_object
from legation.stix.extensions import extension_id, schema
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from worlds.invented_cases import FACT, OPENED, TASK, VICTIM, bodies

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOOK = Book(norms=Norms([], today=NOW.date()))
CASE = "incident--11111111-1111-4111-8111-111111111111"
OTHER = "incident--22222222-2222-4222-8222-222222222222"
FILE = "observed-data--33333333-3333-4333-8333-333333333333"


def entry(number: int, body: Body, corrects: int | None = None, at: datetime = NOW) -> Entry:
    return Entry(number=number, author="person-1", written=at, body=body, corrects=corrects)


def entries(*told: Body) -> list[Entry]:
    return [entry(number, body) for number, body in enumerate(told, 1)]


def refused(*before: Body, body: Body, corrects: int | None = None) -> LegationError:
    case = case_of("2026-0001", CASE, entries(*before))
    with pytest.raises((RecordError, ConflictError)) as found:
        verify_entry(case, entry(len(before) + 1, body, corrects), BOOK, NOW)
    return found.value


def test_each_kind_has_a_name_of_its_own() -> None:
    assert len(TAGS) == len(KINDS)


def test_what_is_entered_comes_back_as_it_was() -> None:
    for number, body in enumerate(
        [
            *bodies(),
            TaskDone(task=4, outcome="done", on="2026-03-01"),
            Work(kind="démarche", on="2026-03-01", parties=("FR", "UN"), state="held", source="us"),
            Link(to=OTHER, kind="part of"),
            Told(partner="a press agency", on="2026-03-01", what="the letters", marking="green"),
            Moved(to="triaged"),
            Withdrawn(what=3, why="said of another letter"),
            msgspec.structs.replace(FACT, files=(Attached(evidence=FILE, sha256="a" * 64),)),
        ],
        1,
    ):
        stated = Stated(author=OTHER, created=NOW, modified=NOW, label=Label(tlp=Tlp.AMBER))
        kept = entry(number, body, corrects=2 if number > 4 else None)
        raw = encode_object(note_of(CASE, kept, stated))
        assert entry_of(raw, NOW, case=CASE, author="identity--of-somebody-else") is None
        assert entry_of(raw, NOW, case=OTHER, author=OTHER) is None
        assert entry_of(raw, NOW, case=CASE, author=OTHER) == msgspec.structs.replace(
            kept, id=entry_id(CASE, number)
        )
        value: dict[str, Any] = msgspec.json.decode(raw)
        judge = jsonschema_rs.validator_for(schema("entry"))
        judge.validate(value["extensions"][extension_id("entry")])
        assert value["object_refs"][0] == CASE


def test_the_incident_holds_to_the_published_schema() -> None:
    case = case_of("2026-0001", CASE, entries(*bodies()))
    stated = Stated(author=OTHER, created=NOW, modified=NOW, label=Label(tlp=Tlp.AMBER))
    value: dict[str, Any] = msgspec.json.decode(encode_object(incident_of(case, stated)))
    content = value["extensions"][extension_id("case")]
    jsonschema_rs.validator_for(schema("case")).validate(content)
    assert (content["status"], content["parties"], content["due"]) == (
        "reported",
        ["FR"],
        "2026-03-04",
    )


@given(st.permutations(range(6)))
def test_the_order_of_arrival_does_not_change_a_case(order: list[int]) -> None:
    told = [*entries(*bodies()), entry(5, Moved(to="triaged")), entry(6, VICTIM, corrects=2)]
    assert case_of("1", CASE, [told[one] for one in order]) == case_of("1", CASE, told)


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    other = msgspec.structs.replace(FACT, says="four letters were sent")
    told = [*entries(*bodies()), entry(5, other, corrects=3), entry(6, other, corrects=3)]
    case = case_of("1", CASE, told)
    assert [number for number, _ in case.facts()] == [3]
    assert [one.number for one in case.holding if one.body == other] == [6]
    assert case.entry(3).body == FACT
    gone = case_of("1", CASE, [*told, entry(7, Withdrawn(what=3, why="it was none of ours"))])
    assert gone.facts() == ()


def test_an_earlier_view_is_that_of_the_entries_of_then() -> None:
    told = [*entries(*bodies()), entry(5, Moved(to="triaged"), at=NOW + timedelta(days=1))]
    assert case_of("1", CASE, told).status == "triaged"
    then = [one for one in told if one.written <= NOW]
    assert case_of("1", CASE, then).status == "reported"


WORK = Work(kind="round", on="2026-99-99", state="planned", source="the calendar")
POLL = Poll(share=0.4, on="2026-02-31", source="an institute")
EFFECT = Effect(
    of="trust", institution="the ministry", score=-1, low=-2, high=0, source="us",
    on="2026-02-20", known="2026-02-21",
)  # fmt: skip


def test_every_number_by_which_an_entry_cites_another_is_known_as_one() -> None:
    """What a field missing in that list cites, nobody would look whether it holds."""

    def numbers(kind: Any, name: str = "") -> Iterator[str]:
        bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        if kind is Number or bare is Number:
            yield name
        if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
            for one in msgspec.structs.fields(bare):
                yield from numbers(one.type, one.name)
        elif kind is not Number:
            for one in get_args(bare):
                yield from numbers(one, name)

    found = {name for kind in KINDS for name in numbers(kind)}
    assert found <= _NUMBERED
    assert {"rests_on", "answers_to"} <= found


def test_what_shows_nothing_was_not_said() -> None:
    said = {"entry": "said", "on": "2026", "source": "us"}
    for text in ("", "  ", "\u200b", "\u2066 \u2069"):
        with pytest.raises(RecordError, match="says: this is missing"):
            read_body(said | {"says": text})


def test_open_tasks_come_by_deadline_and_end_once() -> None:
    sooner = msgspec.structs.replace(TASK, due="2026-03-02")
    told = entries(OPENED, TASK, sooner)
    case = case_of("1", CASE, told)
    assert [number for number, _ in case.open_tasks()] == [3, 2]
    assert str(case.due()) == "2026-03-02"
    done = TaskDone(task=3, outcome="done", on="2026-03-01")
    assert [number for number, _ in case_of("1", CASE, [*told, entry(4, done)]).open_tasks()] == [2]
    assert refused(OPENED, TASK, sooner, done, body=done).args[0] == "task: entry 3 is no open task"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (msgspec.structs.replace(OPENED, ended="2026-01"), "ended"),
        (msgspec.structs.replace(OPENED, known="2026-01-31"), "known"),
        (msgspec.structs.replace(OPENED, began="2026-13"), "began"),
        (msgspec.structs.replace(OPENED, began="2026-03-05", known="2026-03-05"), "began"),
        (msgspec.structs.replace(FACT, on="2026-03-03", known=None), "on"),
        (msgspec.structs.replace(FACT, on="2026-03-01T12:00:01Z", known=None), "on"),
        (msgspec.structs.replace(FACT, known="2026-02-18"), "known"),
        (msgspec.structs.replace(VICTIM, party="JJ"), "party"),
        (msgspec.structs.replace(TASK, rests_on=(9,)), "rests_on"),
        (msgspec.structs.replace(TASK, due="2026-02-30"), "due"),
        (msgspec.structs.replace(TASK, due="2026-03-04T99:99Z"), "due"),
        (WORK, "on"),
        (msgspec.structs.replace(EFFECT, before=POLL), "before/on"),
        (TaskDone(task=1, outcome="done", on="2026-03-01"), "task"),
        (Link(to=CASE), "to"),
        (Link(to=entry_id(CASE, 1)), "to"),
        (Link(to="identity--11111111-1111-4111-8111-111111111111"), "to"),
        (Link(to=FILE, kind="part of"), "kind"),
        (Moved(to="assessed"), "why"),
        (Moved(to="closed", why="nothing more can be done here"), "outcome"),
        (Withdrawn(what=1, why="it was a mistake"), "what"),
        (Told(partner="x", party="JJ", on="2026-03-01", what="x", marking="red"), "party"),
    ],
)
def test_what_cannot_be_so_is_refused_with_its_place(body: Body, place: str) -> None:
    before = () if isinstance(body, Opened) else (OPENED,)
    fault = refused(*before, body=body)
    assert isinstance(fault, RecordError)
    assert fault.place == place
    assert fault.hint


def test_a_day_that_has_begun_somewhere_may_be_entered() -> None:
    case = case_of("1", CASE, entries(OPENED))
    verify_entry(
        case, entry(2, msgspec.structs.replace(FACT, on="2026-03-02", known=None)), BOOK, NOW
    )
    planned = Work(kind="round", on="2026-09-01", state="planned", source="the calendar")
    verify_entry(case, entry(2, planned), BOOK, NOW)


def test_a_case_moves_forward_and_says_why_it_leaves_out_a_step() -> None:
    case = case_of("1", CASE, entries(OPENED))
    assert next_statuses(case) == ("triaged", "assessed", "attributed", "answered", "closed")
    verify_entry(case, entry(2, Moved(to="triaged")), BOOK, NOW)
    fault = refused(OPENED, Moved(to="triaged"), body=Moved(to="reported"))
    assert "cannot become reported" in str(fault)
    closed = Moved(to="closed", why="the letters were a school play", outcome="no threat")
    verify_entry(case, entry(2, closed), BOOK, NOW)
    again = refused(OPENED, closed, body=Moved(to="answered", why="we answered all the same"))
    assert "can become: triaged" in again.hint
    verify_entry(
        case_of("1", CASE, entries(OPENED, closed)),
        entry(3, Moved(to="triaged", why="a fourth letter came in May")),
        BOOK,
        NOW,
    )


@pytest.mark.parametrize(
    ("body", "corrects", "said"),
    [
        (VICTIM, 3, "is of the kind said"),
        (FACT, 9, "has no entry 9"),
        (Moved(to="triaged"), 5, "is not corrected"),
    ],
)
def test_a_correction_is_of_the_kind_of_what_it_corrects(
    body: Body, corrects: int, said: str
) -> None:
    case = case_of("1", CASE, entries(*bodies(), Moved(to="triaged")))
    with pytest.raises(LegationError, match=said):
        verify_entry(case, entry(6, body, corrects), BOOK, NOW)


def test_an_entry_is_corrected_by_the_number_that_others_cite_it_by() -> None:
    told = [*entries(*bodies()), entry(5, FACT, corrects=3)]
    case = case_of("1", CASE, told)
    verify_entry(case, entry(6, FACT, corrects=3), BOOK, NOW)
    with pytest.raises(ConflictError, match="entry 5 does not hold any more") as found:
        verify_entry(case, entry(6, FACT, corrects=5), BOOK, NOW)
    assert found.value.hint == "it stood for entry 3: correct that"
    task = msgspec.structs.replace(TASK, rests_on=(5,))
    with pytest.raises(RecordError, match="there is no entry 5 that holds") as cited:
        verify_entry(case, entry(6, task), BOOK, NOW)
    assert cited.value.hint == "it stands for entry 3: cite that"
    verify_entry(case, entry(6, msgspec.structs.replace(TASK, rests_on=(3,))), BOOK, NOW)


def test_what_others_agreed_to_or_did_is_not_corrected() -> None:
    agreed = [kind for kind in KINDS if kind not in CORRECTED]
    assert {Attributed, Agreed, Decision, Signed, Chosen, Step, Answered, Linked} <= {*agreed}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"entry": "sayd"}, "is no kind of entry"),
        ("opened", "is no kind of entry"),
        ({"entry": "victim", "kind": "person"}, "it says nothing of the victim"),
        ({"entry": "victim", "what": "x"}, "kind: this is missing"),
        ({"entry": "victim", "kind": "ghost", "what": "x"}, "'ghost' is none of its values"),
        ({"entry": "victim", "kind": "state", "what": "x", "name": "y"}, "there is no field name"),
    ],
)
def test_what_is_no_entry_is_told(value: Any, said: str) -> None:
    with pytest.raises(RecordError, match=said) as found:
        read_body(value, "file/3")
    assert found.value.place.startswith("file/3")


def test_a_kind_is_named_as_its_tag() -> None:
    assert [tag_of(one) for one in bodies()] == ["opened", "victim", "said", "task"]
