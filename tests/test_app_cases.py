"""Cases of a home: opened, written, corrected, believed at a time, and never half-written."""

import os
import random
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.app.cases.shared import verify_cases, versions_of
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.home import Home, author_of
from legation.crypto.key_files import UNPROTECTED
from legation.errors import (
    ConflictError,
    DeniedError,
    LegationError,
    NotFoundError,
    RecordError,
)
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.facts import (
    Attached,
    Link,
    Moved,
    Said,
    Task,
    TaskDone,
    Told,
    Victim,
    Withdrawn,
)
from legation.safeguards.cases.objects import entry_id
from legation.safeguards.cases.persons import SpeechNamed
from legation.stix.extensions import extension_id
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.cases import Wanted
from legation.store.clearances import Held
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.invented_cases import FACT, OPENED, TASK, VICTIM, bodies


def filing(home: Home, store: Store, actor: str = "command line") -> Filing:
    scope = home.library(store, actor).scope()
    return Filing(scope, home.folder / "evidence", book_of(scope))


def docket(home: Home, store: Store, actor: str = "command line") -> Docket:
    return Docket(home.library(store, actor).scope())


def test_a_case_has_a_number_of_its_year_and_stands_in_the_list(home: Home, store: Store) -> None:
    filed = filing(home, store)
    first, second = filed.open(bodies()), filed.open([OPENED])
    assert (first.number, second.number) == ("2026-0001", "2026-0002")
    assert (first.status, first.due, first.parties, first.entries) == (
        "reported",
        "2026-03-04",
        ("FR",),
        4,
    )
    found = docket(home, store).find(Wanted())
    assert [one.number for one in found] == ["2026-0002", "2026-0001"]
    (only,) = docket(home, store).find(Wanted(party="FR", status="reported", type="T4"))
    assert only.number == "2026-0001"
    assert docket(home, store).find(Wanted(party="DE")) == []


def test_what_is_written_stands_in_the_case_and_in_its_row(
    home: Home, store: Store, clock: Clock
) -> None:
    filed = filing(home, store)
    case = filed.open(bodies())
    clock.pass_time(hours=1)
    filed.add(case.number, [Moved(to="triaged"), TaskDone(task=4, outcome="done", on="2026-02")])
    row = docket(home, store).row(case.number)
    assert (row.status, row.due, row.entries) == ("triaged", "", 6)
    read = docket(home, store).case(case.number)
    assert read.status == "triaged"
    assert [one.number for one in read.entries] == [1, 2, 3, 4, 5, 6]
    incident = store.objects.get(case.object_id)
    assert len(store.objects.history(case.object_id)) == 2
    filed.add(case.number, [FACT])
    assert store.objects.get(case.object_id).seq == incident.seq


def test_a_part_that_cannot_be_so_leaves_nothing_behind(home: Home, store: Store) -> None:
    filed = filing(home, store)
    with pytest.raises(RecordError) as found:
        filed.open([OPENED, VICTIM, msgspec.structs.replace(FACT, on="2031")])
    assert found.value.place == "3/on"
    assert store.cases.every() == []
    assert store.objects.counts().get("note", 0) == 0
    case = filed.open([OPENED])
    with pytest.raises(RecordError):
        filed.add(case.number, [FACT, TaskDone(task=2, outcome="done", on="2026-03-01")])
    assert docket(home, store).row(case.number).entries == 1
    assert filed.open([OPENED]).number == "2026-0002"


def test_the_trail_tells_which_entries_came_and_not_what_they_say(home: Home, store: Store) -> None:
    filed = filing(home, store)
    case = filed.open(bodies())
    filed.add(case.number, [FACT])
    opened, written = (
        store.audit.entries(verb=verb)[-1].event for verb in ("case.open", "case.write")
    )
    assert (opened.subject, opened.detail["entries"]) == (case.object_id, [1, 2, 3, 4])
    assert written.detail == {"number": "2026-0001", "entries": [5], "kinds": ["said"]}
    store.audit.verify()


def test_what_is_for_fewer_people_is_absent_for_the_others(home: Home, store: Store) -> None:
    filed = filing(home, store)
    case = filed.open(bodies())
    filed.add(case.number, [FACT, Task(what="x", owner="legal", due="2026-03-02")], tlp=Tlp.RED)
    known = store.cases.as_read_by(_Amber())
    row = known.get(case.number)
    assert row.due == "2026-03-04"  # the task for fewer people is in no row
    entries = [
        one.number
        for one, _ in versions_of(
            store.objects.as_read_by(_Amber()), case.object_id, author_of(store)
        )
    ]
    assert entries == [1, 2, 3, 4]
    with pytest.raises(NotFoundError):
        store.cases.as_read_by(_Green()).get(case.number)
    assert store.cases.as_read_by(_Green()).count(Wanted()) == 0
    secret = filed.open([OPENED], tlp=Tlp.RED)
    with pytest.raises(NotFoundError):
        known.get(secret.object_id)


class _Amber:
    tlp = int(Tlp.AMBER)
    pap = 3
    levels: tuple[str, ...] = ()
    compartments: tuple[str, ...] = ()
    party = ""


class _Green(_Amber):
    tlp = int(Tlp.GREEN)


def test_a_file_that_is_cited_is_there_as_it_was_captured(home: Home, store: Store) -> None:
    room = Room(home, store, UNPROTECTED)
    filed = filing(home, store)
    case = filed.open([OPENED])
    given = Given(name="fax.txt", campaign=case.object_id, source="the registry")
    kept = room.take(room.prepare(b"a fax of two pages"), given, actor="command line")

    def cited(sha256: str = kept.sha256, evidence: str = kept.evidence_id) -> Said:
        return msgspec.structs.replace(
            FACT, medium="fax", files=(Attached(evidence=evidence, sha256=sha256),)
        )

    filed.add(case.number, [cited()])
    for body, place in (
        (cited(sha256="b" * 64), "files/1/sha256"),
        (cited(evidence="observed-data--33333333-3333-4333-8333-333333333333"), "files/1/evidence"),
    ):
        with pytest.raises(RecordError) as found:
            filed.add(case.number, [body])
        assert found.value.place == place
    (path,) = (one for one in (home.folder / "evidence").rglob(kept.sha256))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    with pytest.raises(LegationError, match="files/1: the captured file is damaged"):
        filed.add(case.number, [cited()])
    path.unlink()
    with pytest.raises(LegationError, match="files/1: the captured file is missing"):
        filed.add(case.number, [cited()])
    assert docket(home, store).row(case.number).entries == 2


def test_links_lead_to_what_is_there_and_never_in_a_circle(home: Home, store: Store) -> None:
    filed = filing(home, store)
    first, second, third = (filed.open([OPENED]) for _ in range(3))
    filed.add(first.number, [Link(to=second.object_id, kind="part of")])
    filed.add(second.number, [Link(to=third.object_id, kind="follows from")])
    with pytest.raises(ConflictError, match="to: this link would lead back"):
        filed.add(third.number, [Link(to=first.object_id, kind="part of")])
    filed.add(third.number, [Link(to=first.object_id, kind="same as")])
    with pytest.raises(RecordError, match="there is no such object"):
        filed.add(third.number, [Link(to="campaign--33333333-3333-4333-8333-333333333333")])
    # Once the way is taken back, the other direction is open.
    filed.add(second.number, [Withdrawn(what=2, why="it follows from nothing")])
    filed.add(third.number, [Link(to=first.object_id, kind="part of")])


def test_a_case_leads_neither_to_itself_nor_to_its_entries_nor_to_whoever_keeps_it(
    home: Home, store: Store
) -> None:
    filed = filing(home, store)
    case = filed.open(bodies())
    for to in (case.object_id, case.first_id, entry_id(case.object_id, 3), author_of(store)):
        with pytest.raises(RecordError, match="a case does not lead to") as found:
            filed.add(case.number, [Link(to=to)])
        assert found.value.place == "to"
    assert docket(home, store).row(case.number).entries == len(bodies())


def test_every_earlier_view_comes_back_after_a_thousand_random_edits(
    home: Home, store: Store, clock: Clock
) -> None:
    draw = random.Random(5)  # noqa: S311 - edits, no secret
    filed, read = filing(home, store), docket(home, store)
    case = filed.open(bodies())
    seen: dict[datetime, str] = {}

    def told() -> str:
        found = read.case(case.number)
        return repr((found.holding, found.status, found.parties(), found.open_tasks()))

    def some() -> int:
        """Make up to ten edits: a correction, what is taken back, and new entries."""
        now, edits = read.case(case.number), 1
        facts, tasks = now.facts(), now.open_tasks()
        if facts and draw.random() < 0.5:
            filed.add(case.number, [FACT], corrects=draw.choice(facts)[0])
        elif facts:
            filed.add(case.number, [Withdrawn(what=draw.choice(facts)[0], why="not ours")])
        if tasks:
            ended = TaskDone(task=draw.choice(tasks)[0], outcome="dropped", on="2026-03-01")
            filed.add(case.number, [ended])
            edits += 1
        new: list[Body] = [
            msgspec.structs.replace(FACT, says=f"said {draw.random()}"),
            Victim(kind="company", party="DE", what="a firm"),
            TASK,
        ]
        drawn = draw.choices(new, k=draw.randrange(1, 9))
        filed.add(case.number, drawn)
        return edits + len(drawn)

    edits = 0
    while edits < 1000:
        clock.pass_time(minutes=1)
        edits += some()
        clock.pass_time(seconds=1)  # entries of one moment are told apart by microseconds
        seen[clock()] = told()
    for when, before in seen.items():
        found = read.case(case.number, as_of=when)
        again = repr((found.holding, found.status, found.parties(), found.open_tasks()))
        assert again == before
    with pytest.raises(NotFoundError, match="was not open then"):
        read.case(case.number, as_of=min(seen) - (max(seen) - min(seen)))


def test_a_case_of_another_desk_is_not_of_this_one(
    home: Home, store: Store, tmp_path: Path
) -> None:
    del tmp_path
    case = filing(home, store).open(bodies())
    theirs = store.objects.get(case.object_id).value()
    note = {
        "type": "note",
        "spec_version": "2.1",
        "id": "note--44444444-4444-4444-8444-444444444444",
        "created_by_ref": "identity--55555555-5555-4555-8555-555555555555",
        "created": theirs["created"],
        "modified": theirs["modified"],
        "content": "they say it was somebody else",
        "object_refs": [case.object_id],
        "object_marking_refs": theirs["object_marking_refs"],
    }
    store.objects.put(msgspec.json.encode(note))
    assert len(docket(home, store).case(case.number).entries) == 4
    assert store.labels.in_force([case.object_id])[case.object_id] == Label(tlp=Tlp.AMBER)


def test_the_doctor_finds_a_case_that_does_not_stand_as_its_entries_say(
    home: Home, store: Store
) -> None:
    case = filing(home, store).open(bodies())
    assert verify_cases(store, author_of(store)) == 1
    with store.cases._database.write() as connection:
        connection.execute(text("UPDATE cases SET status = 'closed'"))
    with pytest.raises(LegationError, match="case 2026-0001: its status is not"):
        verify_cases(store, author_of(store))
    with store.cases._database.write() as connection:
        connection.execute(text("UPDATE cases SET status = 'reported'"))
    value = store.objects.get(case.object_id).value()
    value["extensions"][extension_id("case")]["status"] = "closed"
    value["modified"] = "2026-03-02T00:00:00.000Z"
    home.now.pass_time(days=2)  # type: ignore[attr-defined]  # the clock of these tests
    store.objects.put(msgspec.json.encode(value))
    with pytest.raises(LegationError, match="its incident does not say"):
        verify_cases(store, author_of(store))


def test_the_doctor_finds_what_decides_who_may_know_a_case_and_a_case_that_is_gone(
    home: Home, store: Store
) -> None:
    filed = filing(home, store)
    first, second = filed.open(bodies()), filed.open([OPENED])
    changes = {
        f"UPDATE cases SET first_id = 'note--x' WHERE number = '{first.number}'": "first entry",
        f"UPDATE cases SET touched_us = 1 WHERE number = '{first.number}'": "its times",
        f"UPDATE cases SET opened_us = 1 WHERE number = '{first.number}'": "its times",
        "DELETE FROM case_subjects": "its parties",
        f"DELETE FROM cases WHERE number = '{second.number}'": "not in the list of cases",
    }
    author = author_of(store)

    def changed(change: str) -> None:
        with store.cases._database.write() as connection:
            connection.execute(text(change))
            verify_cases(store, author)

    for change, told in changes.items():
        with pytest.raises(LegationError, match=told):
            changed(change)
        # What was changed went with the fault: the next change comes alone.
        assert verify_cases(store, author) == 2


def test_what_bars_an_entry_bars_it_also_for_whoever_may_not_know_that(
    home: Home, store: Store
) -> None:
    number = filing(home, store).open([*bodies(), Moved(to="triaged")]).number
    speech = SpeechNamed(kind="genuine", why="people say what they think of a state")
    filing(home, store).add(number, [speech], tlp=Tlp.RED)
    person = store.people.add("p-fay", "Fay", ("press",))
    held = Held(tlp=Tlp.AMBER, pap=Pap.RED)
    store.clearances.set(person.person_id, held, actor="command line", reason="only so far")
    fay = filing(home, store, person.person_id)
    closed = Moved(to="closed", outcome="not pursued", why="nobody has time for it")
    with pytest.raises(DeniedError, match="you may not know") as refused:
        fay.add(number, [closed])
    assert "speech" not in f"{refused.value} {refused.value.hint}"
    with pytest.raises(DeniedError, match="for fewer people"):
        fay.add(number, [FACT], tlp=Tlp.RED)
    assert len(fay.add(number, [FACT])) == 1
    with pytest.raises(RecordError, match="genuine speech"):
        filing(home, store).add(number, [closed])


def test_nobody_is_told_an_entry_under_a_wider_marking_than_it_has(
    home: Home, store: Store
) -> None:
    filed = filing(home, store)
    number = filed.open(bodies()).number
    told = Told(partner="CERT of XB", on="2026-02-25", what="the letters", marking="green")
    with pytest.raises(RecordError, match="entry 3 is TLP:AMBER") as refused:
        filed.add(number, [msgspec.structs.replace(told, entries=(3,))])
    assert refused.value.place == "marking"
    filed.add(number, [told, msgspec.structs.replace(told, marking="amber", entries=(3,))])


def test_thousands_of_entries_at_once_are_taken_and_more_are_refused(
    home: Home, store: Store
) -> None:
    filed = filing(home, store)
    many = [msgspec.structs.replace(FACT, says=f"fact {number}") for number in range(5_001)]
    with pytest.raises(RecordError, match="more than 5000 entries at once"):
        filed.open([OPENED, *many])
    assert store.cases.every() == []


WRITER = Path(__file__).parent / "worlds" / "case_writer.py"
KILLS = int(os.environ.get("LEGATION_TEST_KILLS", "8"))


def test_a_status_is_the_old_one_or_the_new_one_after_any_kill(home: Home) -> None:
    chance = random.Random(20260101)  # noqa: S311 - a moment, no secret
    with home.store() as store:
        case = filing(home, store).open([OPENED])
    acknowledged: list[int] = []
    for number in range(KILLS):
        command = [sys.executable, str(WRITER), str(home.folder), case.number]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            read = [writer.stdout.readline() for _ in range(1 + number % 3)]
            time.sleep(chance.uniform(0.0, 0.05))
            writer.kill()
            told = [*read, *writer.stdout.read().splitlines()]
        acknowledged += [int(line) for line in told if line.strip()]
        with home.store() as store:
            assert verify_cases(store, author_of(store)) == 1
            assert {*acknowledged} <= {
                one.number for one in docket(home, store).case(case.number).entries
            }
            store.audit.verify()
    assert len(acknowledged) >= KILLS // 2
