"""Each numbered step keeps the rows that were there before it."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, inspect, text
from sqlalchemy.exc import DatabaseError

from legation.errors import UsageError
from legation.stix.extensions import carry
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store import migrations, open_store
from legation.store.audit import Audit, Event
from legation.store.cases import Standing
from legation.store.clearances import Held
from legation.store.database import Database
from legation.store.imports import Imports
from legation.store.labels import keep_kinds, label_id
from legation.store.migrating import STEPS, current, upgrade
from legation.store.names import Names, SealedRow
from legation.store.outbox import Outbox
from legation.store.people import People
from legation.store.runs import Runs
from legation.store.statements import DraftStanding, StatementEntry
from legation.store.tables import metadata

from .conftest import START, Clock
from .objects_made import (
    ACCOUNT,
    CAMPAIGN,
    GREEN,
    RED,
    account,
    campaign,
    cleared,
    labelled_by,
    relation,
)
from .personal_made import personal_record

GREEN_LABEL = Label(tlp=Tlp.GREEN)


def put_as_then(database: Database, *raws: bytes) -> None:
    """Put versions into the tables that the first step laid."""
    with database.write() as connection:
        for seq, raw in enumerate(raws, 1):
            value = msgspec.json.decode(raw) if raw.startswith(b"{") else {}
            row = {
                "seq": seq,
                "object_id": value.get("id", "x"),
                "object_type": value.get("type", "x"),
                "version": value.get("modified", "v"),
                "revoked": False,
                "recorded_us": seq,
                "raw": raw,
            } | dict.fromkeys(
                ("modified", "created", "created_by", "content_sha256", "raw_sha256"), ""
            )
            connection.execute(insert(metadata.tables["object_versions"]), row)
            heads = metadata.tables["object_heads"]
            connection.execute(delete(heads).where(heads.c.object_id == row["object_id"]))
            head = {name: row[name] for name in ("object_id", "seq", "object_type", "revoked")}
            connection.execute(insert(heads), head)


def test_the_listed_steps_are_those_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(sorted(step.revision for step in steps)) == STEPS


def test_the_steps_lead_to_the_tables_as_defined(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    database.close()


def test_a_store_is_brought_up_to_date_with_its_rows(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0001")
    put_as_then(old, campaign())
    Audit(old).append(Event(at=START, actor="analyst", verb="put", subject=CAMPAIGN))
    with old.read() as connection:
        assert current(connection) == "0001"
        assert not inspect(connection).has_table("runs")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.objects.get(CAMPAIGN).raw == campaign()
        assert store.audit.verify().entries == 1
        store.runs.record("r-1", detector="coordination", input_sha256="", rule={})
        assert store.runs.get("r-1").created == START


def test_a_store_of_a_time_without_people_keeps_its_rows_and_takes_people(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0002")
    Outbox(old).draft("mail", "case--1", b"words")
    Runs(old).record("r-1", detector="coordination", input_sha256="", rule={})
    with old.read() as connection:
        assert not inspect(connection).has_table("people")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert [draft.body for draft in store.outbox.pending()] == [b"words"]
        assert store.runs.get("r-1").created == START
        assert store.people.count() == 0
        store.people.add("p-1", "Omar Haddad", ("analyst",))
        assert store.people.get("p-1").created == START
        assert store.verify_cells() == 3


def test_objects_that_were_there_get_the_label_that_they_state(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0003")
    put_as_then(
        old,
        campaign(object_marking_refs=[GREEN]),
        campaign("2026-02-02T00:00:00.000Z", object_marking_refs=[RED]),
        account(object_marking_refs=[GREEN], **labelled_by(compartments=["talks"])),
        relation(ACCOUNT, CAMPAIGN, object_marking_refs=[GREEN]),
        b"no object",
    )
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.labels.in_force([CAMPAIGN]) == {CAMPAIGN: Label(tlp=Tlp.RED)}
        assert store.labels.in_force([ACCOUNT])[ACCOUNT].compartments == ("talks",)
        known = store.objects.as_read_by(cleared(compartments=frozenset()))
        assert known.counts() == {"campaign": 1}
        known = store.objects.as_read_by(cleared(compartments=frozenset({"talks"})))
        assert known.counts() == {"campaign": 1, "user-account": 1, "relationship": 1}


def test_the_step_of_jobs_keeps_the_logs_that_were_there(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0004")
    before = Imports(old).begin("posts", Path("posts.csv"), "ab" * 32)
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.imports.get(before.import_id) == before
        job = store.jobs.add("watch", "Look", {}, actor="ann", place="")
        assert store.jobs.get(job.job_id) == job


def test_jobs_that_were_there_are_hidden_with_what_they_tell_of(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0003")
    stated = carry("campaign", {"finding": {"campaign_id": "c-1", "accounts": []}})
    closed = labelled_by(compartments=["talks"])["extensions"]
    put_as_then(old, campaign(object_marking_refs=[GREEN], extensions=stated | closed))
    Runs(old).record("r-1", detector="x", input_sha256="", rule={}, facts={"campaigns": [CAMPAIGN]})
    upgrade(old, "0005")
    results = {
        "export": {"campaigns": ["c-1"]},
        "gone": {"campaigns": ["c-2"]},
        "watch": {"run_id": "r-1", "campaigns": 1},
        "import": {"rows": 3},
    }
    with old.write() as connection:
        for seq, (job_id, result) in enumerate(results.items(), 1):
            row = {
                "job_id": job_id,
                "seq": seq,
                "kind": "export" if job_id == "gone" else job_id,
                "title": job_id,
                "given": b"{}",
                "actor": "ann",
                "place": "",
                "state": "done",
                "percent": 100,
                "words": "",
                "result": msgspec.json.encode(result),
                "hint": "",
                "cancelling": False,
                "attempts": 1,
                "created_us": seq,
            }
            connection.execute(insert(metadata.tables["jobs"]), row)
    People(old).add("p-1", "Omar Haddad", ("analyst",))
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        inside = cleared(compartments=frozenset({"talks"}))
        seen = {
            reader: {one.job_id for one in store.jobs.as_read_by(held).find()}
            for reader, held in (("outside", cleared()), ("inside", inside))
        }
        assert seen == {"outside": {"import"}, "inside": {"import", "export", "watch"}}
        assert {one.job_id for one in store.jobs.find()} == set(results)
        assert store.clearances.in_force("p-1") is None
        assert store.decisions.find() == []


def test_a_clearance_is_never_changed_or_deleted(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        store.people.add("p-1", "Omar Haddad", ("analyst",))
        store.clearances.set("p-1", Held(tlp=Tlp.RED, pap=Pap.RED), actor="host", reason="")
        for act in ("DELETE FROM clearances", "UPDATE clearances SET tlp = 4"):
            with (
                pytest.raises(DatabaseError, match="only grows"),
                store.objects._database.write() as connection,
            ):
                connection.execute(text(act))


def test_the_step_of_waking_keeps_jobs_and_drafts_and_lays_a_log_that_only_grows(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0007")
    draft = Outbox(old).draft("mail", "case--1", b"words")
    with old.read() as connection:
        assert not inspect(connection).has_table("notices")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.outbox.pending() == [draft]
        assert store.sendings.take("me") is None  # what another room drafted is its own to send
        store.people.add("p-1", "Omar Haddad", ("analyst",))
        assert store.rota.add("p-1", START, clock.pass_time(hours=1), zone="UTC")[1]
        store.shift_log.add("done", "words", person_id="p-1", tlp=0)
        assert store.verify_triggers() > 0
        assert store.verify_cells() == 4


def test_the_step_of_rights_keeps_sealed_names_and_takes_personal_records(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0013")
    kept = SealedRow(pseudonym="acct-a", platform="x", sealed=b"s", until=date(2027, 1, 1))
    Names(old, Audit(old)).put_names([kept])
    Audit(old).append(Event(at=START, actor="analyst", verb="put", subject=CAMPAIGN))
    with old.read() as connection:
        assert not inspect(connection).has_table("personal_fields")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.names.held() == (1, kept.until, kept.until)
        assert store.personal.held() == []
        store.personal.put([personal_record(1)], actor="ann")
        assert store.personal.verify(START.date()) == 1
        assert store.verify_triggers() > 0
        assert store.verify_cells() == 5  # with the number of names kept
        assert store.audit.verify().entries == 3


def test_the_step_of_cases_keeps_orders_and_takes_cases(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0014")
    Audit(old).append(Event(at=START, actor="analyst", verb="put", subject=CAMPAIGN))
    with old.read() as connection:
        assert not inspect(connection).has_table("cases")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.cases.every() == []
        standing = Standing(
            title="letters", type="T4", domain="political", status="reported", began="2026",
            due="2026-03-04", entries=1, parties=("FR",),
        )  # fmt: skip
        store.cases.open("incident--1", "2026-0001", "note--1", standing, START)
        (row,) = store.cases.every()
        assert (row.due, row.parties) == ("2026-03-04", ("FR",))
        assert store.verify_triggers() > 0
        assert store.verify_cells() == 3
        assert store.audit.verify().entries == 1


def test_a_store_up_to_date_is_left_alone(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    upgrade(database)
    with database.read() as connection:
        assert current(connection) == STEPS[-1]
    database.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database, "0001")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE runs (blocked TEXT)"))
    with pytest.raises(Exception, match="runs"):
        upgrade(database)
    with database.read() as connection:
        assert current(connection) == "0001"
        assert not inspect(connection).has_table("outbox_drafts")
    database.close()


def test_a_store_of_a_newer_program_is_refused(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(UsageError, match="newer legation"):
        open_store(empty_url, home=tmp_path, now=clock)


def test_the_step_of_entry_keeps_keys_sessions_and_kits_in_their_state(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0007")
    people = {"p-1": ("Omar Haddad", 5), "p-2": ("Ada Brunel", None)}
    with old.write() as connection:
        for seq, (person_id, (name, kit_us)) in enumerate(people.items(), 1):
            given = {"id": person_id, "seq": seq, "name": name, "kit": kit_us, "key": b"k"}
            for statement in (
                (
                    "INSERT INTO people (person_id, seq, name, roles, created_us, kit_us) "
                    "VALUES (:id, :seq, :name, 'analyst', 1, :kit)"
                ),
                (
                    "INSERT INTO passkeys (credential_id, person_id, public_key, uses, created_us) "
                    "VALUES (:id, :id, :key, 3, 1)"
                ),
                "INSERT INTO recovery_codes (selector, person_id, hash) VALUES (:id, :id, 'h')",
            ):
                connection.execute(text(statement), given)
        connection.execute(
            text(
                "INSERT INTO desk_sessions (session_sha256, person_id, begun_us, seen_us) "
                "VALUES ('s', 'p-1', :now, :now)"
            ),
            {"now": int(START.timestamp() * 1_000_000)},
        )
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.people.passkey("p-1").uses == 3
        assert [key.name for key in store.held_keys.of("p-1")] == [""]
        assert store.sessions.get("s").issuer == ""
        # A kit that was confirmed holds; one that was not still waits for that.
        assert store.people.recovery_code("p-1") is not None
        assert store.people.recovery_code("p-2") is None
        assert store.people.recovery_code("p-2", offered=True) is not None
        assert store.provided.find("https://id.example", "s-1") is None
        store.verify_cells()


def test_a_draft_that_was_begun_before_keeps_the_key_that_it_may_have_been_signed_by(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0017")
    with old.write() as connection:
        keep_kinds(connection, [GREEN_LABEL])
        given = {"label": label_id(GREEN_LABEL), "body": b"{}"}
        connection.execute(
            text(
                "INSERT INTO statement_entries (seq, draft, kind, label_id, actor, at_us, body) "
                "VALUES (1, 1, 'drafted', :label, 'p-1', 1, :body)"
            ),
            given,
        )
        connection.execute(
            text(
                "INSERT INTO statement_drafts (draft, seq, label_id, state, title, issuer, number, "
                "answers, begun_us, touched_us) "
                "VALUES (1, 1, :label, 'approved', 'The harbour', 'Aldria', '', '', 1, 1)"
            ),
            given,
        )
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        before = store.statements.get(1)
        assert (before.key, before.title) == ("draft 1", "The harbour")
        deed = StatementEntry(draft=0, kind="drafted", actor="p-1", at=START, body=b"{}")
        standing = DraftStanding(label=GREEN_LABEL, state="waiting", title="x", issuer="Aldria")
        assert store.statements.begin(deed, standing, "a word of its own").key == (
            "a word of its own"
        )
        assert [one.seq for one in store.statements.entries(1)] == [1]
        store.verify_cells()
