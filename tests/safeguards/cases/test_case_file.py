"""A case as a file: whatever is typed into it is read whole or refused with its place."""

import json
import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, RecordError
from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.attribution.naming import Claimed
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.case_file import read_case_file, read_entries
from legation.safeguards.cases.entries import Entry, tag_of
from legation.safeguards.cases.facts import (
    Link,
    Opened,
    Said,
    Task,
    Told,
    Victim,
    VictimKind,
    Work,
)
from legation.safeguards.cases.gathering import assessed
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.playbooks.plays import offered
from legation.safeguards.cases.rules import verify_entry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOOK = Book(norms=Norms(shipped_packs(), today=NOW.date()))
HEAD = """
title = "Letters in the name of a ministry"
type = "T4"
domain = "political"
began = 2026-02
known = 2026-02-20
""".replace("2026-02\n", '"2026-02"\n')
FACT = """
[[evidence]]
says = "three letters reached editors"
on = 2026-02-19
source = "the press office"
"""
MOST = 5_000_000


def entry(kind: str, **fields: str | int) -> str:
    """Return an entry as a file writes it."""
    parts = (f"{name} = {json.dumps(value)}" for name, value in fields.items())
    return "\n".join(("[[entries]]", f"entry = '{kind}'", *parts)) + "\n"


DUTY = {"binds": "yes", "by": "treaty", "why": "so", "source": "us"}


def refused(text: str | bytes, reader: Any = read_case_file) -> BadInputError | RecordError:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises((BadInputError, RecordError)) as found:
        reader(raw, "case.toml")
    return found.value


def entered(text: str) -> Case:
    """Return the case of a file, with each entry held against those before it."""
    case = case_of("2026-0001", "incident--11111111-1111-4111-8111-111111111111", ())
    for number, body in enumerate(read_case_file(text.encode(), "case.toml"), 1):
        one = Entry(number=number, author="person-1", written=NOW, body=body)
        verify_entry(case, one, BOOK, NOW)
        case = case_of(case.number, case.id, (*case.entries, one))
    return case


def test_each_part_becomes_entries_in_a_stated_order_and_answers_rest_on_their_fact() -> None:
    link = '[[links]]\nto = "campaign--33333333-3333-4333-8333-333333333333"\n'
    case = entered(
        HEAD
        + '[[victims]]\nkind = "state"\nstate = "FR"\n'
        + '[[tasks]]\nwhat = "ask the editors"\nowner = "press"\ndue = 2026-03-04\n'
        + link
        + '[[work]]\nkind = "vote"\non = 2026-02-20\nstate = "held"\nsource = "us"\n'
        + '[[attributed]]\nstate = "SE"\nby = "FI"\non = 2026-02-25\nhow = "a statement"\n'
        + FACT
        + 'answers = { forged = "yes", access = "unknown" }\n'
        + FACT
        + '[[entries]]\nentry = "told"\npartner = "press"\non = 2026-02-21\nwhat = "the letters"\n'
        + 'marking = "green"\n'
    )
    assert [type(one.body) for one in case.entries] == [
        *(Opened, Victim, Task, Link, Work, Claimed, Said, Answered, Answered, Said, Told)
    ]
    answers = [body for _, body in case.of(Answered)]
    assert [(one.question, one.answer, one.rests_on) for one in answers] == [
        ("forged", "yes", (7,)),
        ("access", "unknown", (7,)),
    ]
    claim = case.of(Claimed)[0][1]
    assert (claim.party, claim.source) == ("SE", "FI")
    assert case.opened.known == "2026-02-20"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "case.toml", "title"),
        (HEAD + "tone = 3\n", "case.toml: tone", "unknown part"),
        (HEAD.replace("T4", "T9"), "case.toml/type", "T9"),
        (HEAD.replace('"political"', '"weather"'), "case.toml/domain", "weather"),
        (HEAD.replace("2026-02-20", '"soon"'), "case.toml/known", "this is no day, month"),
        (HEAD + "[[victims]]\nkind = 'state'\n", "case.toml: victims/1/what", "nothing"),
        (HEAD + "[[victims]]\nkind = 'horse'\n", "case.toml: victims/1/kind", "horse"),
        (HEAD + FACT + "[[evidence]]\nsays = 'x'\n", "case.toml: evidence/2", "missing"),
        (HEAD + FACT + "answers = 3\n", "case.toml: evidence/1/answers", "no table"),
        (HEAD + FACT + "answers = ['yes']\n", "case.toml: evidence/1/answers", "no table"),
        (HEAD + FACT + "answers = { access = 'maybe' }\n", "evidence/1/answers/access", "maybe"),
        (HEAD + FACT + "answers = { access = true }\n", "evidence/1/answers/access", "no text"),
        (HEAD + FACT + "reliability = 'G'\n", "evidence/1/reliability", "G"),
        (HEAD + FACT + "url = 'ftp://a'\n", "evidence/1/url", "this is no address"),
        (HEAD + FACT + "files = ['a.png']\n", "evidence/1/files", "no table"),
        (HEAD + "evidence = 3\n", "case.toml: evidence", "no list of tables"),
        (HEAD + "evidence = [3]\n", "case.toml: evidence/1", "no table"),
        (HEAD + "attributed = [3]\n", "case.toml: attributed/1", "no table"),
        (HEAD + "entries = [3]\n", "case.toml: entries/1", "no kind"),
        (HEAD + "victims = [3]\n", "case.toml: victims/1", "no table"),
        (HEAD + "[victims]\nkind = 'state'\n", "case.toml: victims", "no list of tables"),
        (HEAD + "[[entries]]\nentry = 'lie'\n", "case.toml: entries/1", "no kind of entry"),
        (HEAD + "[[entries]]\nsays = 'x'\n", "case.toml: entries/1", "no kind of entry"),
        (HEAD + "[[attributed]]\nby = 'FI'\non = 20260\nhow = 'x'\n", "attributed/1", "no text"),
        (HEAD + "[[attributed]]\nby = 5\non = 2026\nhow = 'x'\n", "attributed/1/", "no text"),
        (HEAD + "[[attributed]]\nby = 'FI'\non = '2026'\nhow = 'x'\n", "1/party", "nobody"),
    ],
)
def test_what_does_not_fit_is_told_with_file_part_number_and_field(
    text: str, place: str, said: str
) -> None:
    fault = refused(text)
    assert place in fault.place
    assert re.search(said, str(fault))
    assert fault.hint


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"title = ", "not TOML"),
        (b'title = "a"\ntitle = "b"\n', "not TOML"),
        (b'title = "a\n', "not TOML"),
        (b"\xff\xfet\x00", "not UTF-8"),
        (b"title = '" + b"\xe9" + b"'", "not UTF-8"),
        (b"\x00", "not TOML"),
        (b"#" * (MOST + 1), "larger than it may be (5,000,000 bytes)"),
        (b"a = " + b"[" * 5_000 + b"]" * 5_000, "nested too deep"),
        (b"a = " + b"{ b = " * 5_000 + b"1" + b"}" * 5_000, "nested too deep"),
        (b"began = " + b"9" * 6_000, "a number too large to read"),
        # The parser would take minutes for it.
        (b"title = 'a'\n" + b"a." * 500_000 + b"a = 1", "case.toml:2: a key of too many parts"),
    ],
)
@pytest.mark.parametrize("reader", [read_case_file, read_entries])
def test_what_is_no_file_of_ours_is_refused_as_such(reader: Any, raw: bytes, said: str) -> None:
    fault = refused(raw, reader)
    assert said in str(fault)
    assert fault.place.startswith("case.toml")


def test_a_fault_of_toml_is_told_with_its_line() -> None:
    assert "line 3" in refused("title = 'a'\ntype = 'T4'\n= 3\n").place


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (FACT + "answers = { acces = 'yes' }\n", "question"),
        (FACT.replace("2026-02-19", "2026-04-19"), "on"),
        (FACT + "known = 2026-02-18\n", "known"),
        (FACT.replace("2026-02-19", "'2026-02-31'"), "on"),
        ("[[victims]]\nkind = 'state'\nstate = 'ZQ'\n", "party"),
        ("[[links]]\nto = 'incident--11111111-1111-4111-8111-111111111111'\n", "to"),
        (FACT + entry("task-done", task=2, outcome="done", on="2026-02-20"), "task"),
        (entry("duty", norm="budapest 99", **DUTY), "norm"),
        (entry("duty", norm="nonsense", **DUTY), "norm"),
        (FACT + entry("weighed", item=2, hypothesis="nobody", fit=1, why="so"), "hypothesis"),
        (FACT + entry("weighed", item=9, hypothesis="standing.error", fit=1, why="so"), "item"),
    ],
)
def test_what_is_read_and_cannot_be_so_is_refused_by_its_field(more: str, place: str) -> None:
    with pytest.raises(RecordError) as found:
        entered(HEAD + more)
    assert found.value.place == place
    assert found.value.hint


def test_an_unknown_article_number_names_those_that_are_known() -> None:
    with pytest.raises(RecordError, match="unknown article number") as found:
        entered(HEAD + entry("duty", norm="budapest 99", **DUTY))
    assert "2" in found.value.hint


@pytest.mark.parametrize("kind", get_args(VictimKind))
def test_each_kind_of_victim_is_entered_by_what_it_is_and_whose(kind: str) -> None:
    more = f"[[victims]]\nkind = '{kind}'\nstate = 'FR'\nwhat = 'some of them'\n"
    (told,) = entered(HEAD + more).of(Victim)
    assert (told[1].kind, told[1].party, told[1].what) == (kind, "FR", "some of them")


@pytest.mark.parametrize("state", ["FR", "SE", "KE", "XA"])
def test_digital_repression_is_a_case_whichever_state_is_said_to_do_it(state: str) -> None:
    head = HEAD.replace("T4", "digital repression")
    claim = f"[[attributed]]\nstate = '{state}'\nby = 'press'\non = 2026-02-25\nhow = 'a report'\n"
    victim = "[[victims]]\nkind = 'person'\nwhat = 'reporters'\n"
    case = entered(head + claim + victim + FACT + "answers = { privacy = 'yes' }\n")
    results = [
        [(one.name, one.result) for one in assessed(case, Book(norms=BOOK.norms, own=own))]
        for own in (state, "IN")
    ]
    assert results[0] == results[1]
    assert offered(BOOK.playbooks.values(), "digital repression")


def test_days_of_toml_and_words_for_days_are_read_alike() -> None:
    typed = read_case_file((HEAD + FACT).encode(), "a")
    worded = read_case_file(
        (HEAD + FACT).replace("2026-02-19", '"2026-02-19"').replace("2026-02-20", '"2026-02-20"')
        .encode(),
        "a",
    )  # fmt: skip
    assert typed == worded
    with_hour = HEAD + FACT.replace("2026-02-19", "2026-02-19T08:30:00Z")
    assert read_case_file(with_hour.encode(), "a")[1].on == "2026-02-19T08:30:00Z"  # type: ignore[attr-defined]  # a fact


def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert read_case_file(b"\xef\xbb\xbf" + HEAD.encode(), "a") == read_case_file(
        HEAD.encode(), "a"
    )


def test_entries_alone_are_read_and_nothing_else_beside_them() -> None:
    more = "[[entries]]\nentry = 'moved'\nto = 'triaged'\n"
    assert len(read_entries(more.encode() * 2, "a")) == 2
    assert "write [[entries]]" in refused("", read_entries).hint
    assert "'title'" in str(refused(HEAD, read_entries))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PARTS = ("victims", "evidence", "attributed", "entries", "tasks", "links", "work", "title", "odd")


def _toml(value: Any) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(max(-(2**62), min(2**62, value)))
    if isinstance(value, str):
        return json.dumps(value).replace("\\u007f", "").replace("\x7f", "")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return "{ " + ", ".join(f"{_toml(key)} = {_toml(part)}" for key, part in value.items()) + " }"


@given(st.dictionaries(st.sampled_from(PARTS), VALUES, min_size=1))
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_its_place(
    parts: dict[str, Any],
) -> None:
    head = "\n".join(line for line in HEAD.splitlines() if line.partition(" ")[0] not in parts)
    text = head + "\n" + "\n".join(f"{name} = {_toml(part)}" for name, part in parts.items())
    assert _outcome(text.encode("utf-8", "replace")).startswith(("opened", "case.toml"))


def _outcome(raw: bytes) -> str:
    """Return the kind of the first entry of a file, or the place of its fault."""
    try:
        return tag_of(read_case_file(raw, "case.toml")[0])
    except (BadInputError, RecordError) as fault:
        return fault.place


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises((BadInputError, RecordError)):
        read_case_file(raw, "case.toml")


def test_a_year_may_stand_without_marks() -> None:
    text = HEAD.replace('"2026-02"', "2026") + FACT.replace("2026-02-19", "2026")
    case = entered(text)
    assert (case.opened.began, case.of(Said)[0][1].on) == ("2026", "2026")


@pytest.mark.parametrize(
    "line",
    ["on = 2015-04", "on=2015-04  # or so", "days = [2015-04, 2015-05]", "a = { on = 2015-04 }"],
)
def test_a_month_without_quotes_is_told_with_the_way_to_write_it(line: str) -> None:
    with pytest.raises(BadInputError) as found:
        read_entries(f"[[entries]]\nentry = 'said'\n{line}\n".encode(), "e.toml")
    assert "line 3" in found.value.place
    assert found.value.hint == 'a month stands in quotes, such as on = "2015-04"'
    with pytest.raises(BadInputError) as other:
        read_entries(b"[[entries]]\non = 2015-04-30 x\n", "e.toml")
    assert "month" not in other.value.hint
