"""The registers of a home: tables in and out, versions kept, nothing half-applied."""

import csv
import io
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from legation.app.home import DEMONSTRATION, Home
from legation.app.registers import Registers, TakenRows
from legation.errors import BadInputError, ConflictError
from legation.missions.calendar import Assumed
from legation.missions.objects import SHAPES
from legation.missions.register import Mission
from legation.missions.talks import Talk
from legation.settings import Settings
from legation.stix.extensions import extension_id, schema
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.ministry import TABLES


def registers(home: Home, store: Store) -> Registers:
    return Registers(home.library(store, "command line").scope())


def filled(home: Home, store: Store) -> Registers:
    found = registers(home, store)
    for name, content in TABLES.items():
        taken = found.take(content, f"{name}.csv")
        assert (taken.register, taken.refused) == (name, ())
    return found


def test_every_register_is_known_by_its_columns_and_comes_out_as_it_went_in(
    home: Home, store: Store
) -> None:
    found = filled(home, store)
    for name, shape in SHAPES.items():
        rows = found.rows(name)
        assert rows
        assert all(isinstance(one.row, shape) for one in rows)
        again = found.take(found.export(name), f"{name}.csv")
        assert (again.added, again.changed, again.same) == (0, 0, len(rows))


def test_the_objects_are_stix_of_the_desk_and_hold_to_the_published_schema(
    home: Home, store: Store
) -> None:
    found = filled(home, store)
    judge = jsonschema_rs.validator_for(schema("register"))
    seen = 0
    for name in SHAPES:
        for one in found.rows(name):
            value: dict[str, Any] = msgspec.json.decode(one.raw)
            judge.validate(value["extensions"][extension_id("register")])
            assert value["spec_version"] == "2.1"
            assert value["object_marking_refs"]
            seen += 1
    assert seen > 40


def test_a_changed_row_is_a_new_version_and_the_old_one_is_what_was_believed(
    home: Home, store: Store, clock: Clock
) -> None:
    found = filled(home, store)
    before = clock.pass_time(hours=1)
    clock.pass_time(days=1)
    table = TABLES["missions"].replace(b"Embassy in Paris", b"Embassy in Paris (new seat)")
    taken = found.take(table, "missions.csv")
    assert (taken.added, taken.changed) == (0, 1)
    names = {one.row.key: one.row.name for one in found.rows("missions")}  # type: ignore[union-attr]  # missions have names
    assert names["paris"] == "Embassy in Paris (new seat)"
    then = {one.row.key: one.row for one in found.rows("missions", as_of=before)}
    assert then["paris"].name == "Embassy in Paris"  # type: ignore[union-attr]  # as above


def test_a_row_that_points_to_nothing_is_refused_with_its_line(home: Home, store: Store) -> None:
    found = registers(home, store)
    taken = found.take(TABLES["channels"], "channels.csv")
    assert taken.added == 0
    assert taken.refused
    assert taken.refused[0].line == 2
    assert "among the missions" in taken.refused[0].reason


def test_a_name_that_a_row_of_the_store_holds_is_not_given_again(home: Home, store: Store) -> None:
    found = filled(home, store)
    lines = TABLES["voices"].split(b"\n")
    again = b"another-key," + lines[1].partition(b",")[2]
    taken = found.take(b"\n".join([lines[0], again, b""]), "voices.csv")
    assert taken.added == 0
    assert "held in the same days" in taken.refused[0].reason


@pytest.mark.parametrize(
    "content", [b"", b"colour\nred\n", b"key\nx\n", b"\xff\xfe", TABLES["missions"][:40] + b'\n"']
)
def test_a_file_that_is_no_register_changes_nothing(
    home: Home, store: Store, content: bytes
) -> None:
    with pytest.raises(BadInputError):
        registers(home, store).take(content, "x.csv")
    assert registers(home, store).rows("missions") == []
    assert not store.audit.entries(verb="mission.write")


@pytest.mark.parametrize("state", ["XA", "XB"])
@pytest.mark.parametrize("part", ["rule", "source", "as_of"])
def test_an_official_voice_needs_its_rule_source_and_day_whosever_it_is(
    home: Home, store: Store, state: str, part: str
) -> None:
    heads = ("key", "state", "kind", "name", "office", "rule", "since", "source", "as_of")
    cells = ("news", state, "domain", "news.example", "state broadcaster", "by its statute")
    row = dict(zip(heads, (*cells, "2015-01-01", "the gazette", "2026-03-01"), strict=True))
    found = registers(home, store)
    for bad in ({part: ""}, {}):
        content = "\n".join((",".join(heads), ",".join((row | bad).values()), ""))
        taken = found.take(content.encode(), "voices.csv")
        assert taken.added == (0 if bad else 1)
        assert [one.column for one in taken.refused] == ([part] if bad else [])


def test_a_partner_s_object_with_our_extension_is_no_row_of_ours(home: Home, store: Store) -> None:
    found = filled(home, store)
    value = msgspec.json.decode(found.rows("missions")[0].raw)
    value |= {
        "id": value["id"][:-1] + ("0" if value["id"][-1] != "0" else "1"),
        "created_by_ref": "identity--00000000-0000-4000-8000-000000000000",
    }
    store.objects.put(msgspec.json.encode(value))
    assert value["id"] not in {one.object_id for one in found.rows("missions")}


def test_who_may_not_know_a_mission_does_not_find_it(home: Home, store: Store) -> None:
    found = filled(home, store)
    hidden = found.rows("missions")[0]
    store.labels.set(
        hidden.object_id,
        Label(tlp=Tlp.RED, compartments=("grain",)),
        actor="a",
        reason="for the few",
    )
    assert hidden.row.key not in {one.row.key for one in found.rows("missions")}
    assert len(found.rows("missions")) > 1


def test_each_table_that_is_taken_in_is_in_the_trail(home: Home, store: Store) -> None:
    filled(home, store)
    entries = store.audit.entries(verb="mission.write")
    assert [entry.event.subject for entry in entries] == list(TABLES)
    assert entries[0].event.detail["added"] == 12


HIDDEN = Label(tlp=Tlp.RED, compartments=("grain",))


def test_who_may_not_know_a_row_neither_changes_it_nor_points_to_it(
    home: Home, store: Store
) -> None:
    found = filled(home, store)
    (mission, *_) = found.rows("missions")
    assert isinstance(mission.row, Mission)
    store.labels.set(mission.object_id, HIDDEN, actor="a", reason="for the few")
    lines = TABLES["missions"].decode().splitlines()
    (row,) = [line for line in lines if line.startswith(f"{mission.row.key},")]
    for said in (row, row.replace(mission.row.name, "Overwritten")):
        taken = found.take(f"{lines[0]}\n{said}\n".encode(), "missions.csv")
        assert [one.reason for one in taken.refused] == ["this key is taken"]
    assert store.objects.get(mission.object_id).raw == mission.raw
    channels = TABLES["channels"].decode().splitlines()
    at = channels[0].split(",").index("mission")
    mine = [line for line in channels[1:] if line.split(",")[at] == mission.row.key]
    new = f"new-{mine[0]}"
    taken = found.take(f"{channels[0]}\n{new}\n".encode(), "channels.csv")
    assert [(one.column, one.reason) for one in taken.refused] == [
        ("mission", f"no {mission.row.key!r} among the missions")
    ]


def test_a_row_that_is_refused_still_stands_in_the_way_of_others(home: Home, store: Store) -> None:
    found = filled(home, store)
    lines = TABLES["voices"].decode().splitlines()
    accounts = [line for line in lines[1:] if ",account," in line]
    first, second = accounts[:2]
    name, other = (next(csv.DictReader([lines[0], one]))["name"] for one in (first, second))
    # The first takes what the second holds, and is refused; a new one asks for what it held.
    wrong = first.replace(f",{name},", f",{other},")
    platform = next(csv.DictReader([lines[0], first]))["platform"]
    held = next(csv.DictReader([lines[0], second]))["platform"]
    wrong = wrong.replace(f",{platform},", f",{held},")
    new = f"new-{first}"
    taken = found.take("\n".join([lines[0], wrong, new, ""]).encode(), "voices.csv")
    assert (taken.added, taken.changed, len(taken.refused)) == (0, 0, 2)
    assert all(one.line for one in taken.refused)


def table(register: str, **cells: str) -> bytes:
    """Return a table of one row: the first of the invented ones, with other cells."""
    row = next(csv.DictReader(TABLES[register].decode().splitlines()))
    out = io.StringIO(newline="")
    csv.writer(out).writerows((list(row | cells), list((row | cells).values())))
    return out.getvalue().encode()


ACCOUNT = {"key": "secret", "name": "quiet_desk", "platform": "x", "state": "XA", "mission": ""}
PLACE = {"key": "secret", "mission": "paris", "name": "Spare mail", "fallback": "9"}


@pytest.mark.parametrize(
    "case",
    [
        # The same account in the same days, one that looks like it, the same place in an order.
        ("voices", ACCOUNT, ACCOUNT | {"key": "probe"}),
        (
            "voices",
            ACCOUNT,
            ACCOUNT | {"key": "probe", "name": "@Quiet_Desk", "platform": "Twitter"},
        ),
        ("voices", ACCOUNT, ACCOUNT | {"key": "probe", "name": "qu1et_desk"}),
        ("channels", PLACE, PLACE | {"key": "probe", "name": "Other"}),
        ("missions", {"key": "secret"}, {"key": "probe", "name": "Other"}),
    ],
)
def test_an_answer_is_the_same_as_if_what_somebody_may_not_know_were_not_there(
    home: Home, store: Store, tmp_path: Path, case: tuple[str, dict[str, str], dict[str, str]]
) -> None:
    register, hidden, asked = case
    other = Home(Settings(home=tmp_path / "other"), Clock())
    make_home(other)
    answers: list[TakenRows] = []
    with other.store() as without:
        for there, where, with_it in ((home, store, True), (other, without, False)):
            found = filled(there, where)
            if with_it:
                assert found.take(table(register, **hidden), "h.csv").added == 1
                where.labels.set(
                    found.id_of(register, "secret"), HIDDEN, actor="a", reason="for the few"
                )
            answers.append(found.take(table(register, **asked), "t.csv"))
    assert answers[0] == answers[1]


def test_a_row_whose_mission_somebody_may_not_know_is_not_there_for_them(
    home: Home, store: Store
) -> None:
    found = filled(home, store)
    row = next(csv.DictReader(TABLES["channels"].decode().splitlines()))
    store.labels.set(
        found.id_of("missions", row["mission"]), HIDDEN, actor="a", reason="for the few"
    )
    proof = table("proofs", key="probe", mission="paris", channel=row["key"])
    never = table("proofs", key="probe", mission="paris", channel="never")
    reasons = [
        [one.reason.replace(key, "KEY") for one in found.take(content, "p.csv").refused]
        for content, key in ((proof, row["key"]), (never, "never"))
    ]
    assert reasons[0] == reasons[1] == ["no 'KEY' among the channels"]


CALLED_OFF = (
    "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
INVITED = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:A visit\r\nCATEGORIES:VISIT\r\n"
    "DTSTART:20260401T100000Z\r\nDTEND:20260401T120000Z\r\nX-LEGATION-PARTIES:XA|EU\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_talks_that_a_calendar_calls_off_end_and_what_was_believed_before_stays(
    home: Home, store: Store, clock: Clock
) -> None:
    found = registers(home, store)
    assert (
        found.take(INVITED.format(uid="\u0432\u0438\u0437\u0438\u0442").encode(), "a.ics").added
        == 1
    )
    before = clock.pass_time(hours=1)
    clock.pass_time(days=1)
    off = CALLED_OFF.format(uid="\u0432\u0438\u0437\u0438\u0442").encode()
    assert found.take(off, "b.ics").changed == 1
    ((now,), (then,)) = (found.rows("talks"), found.rows("talks", as_of=before))
    assert isinstance(now.row, Talk)
    assert isinstance(then.row, Talk)
    assert (now.row.status, then.row.status) == ("cancelled", "planned")
    assert msgspec.structs.replace(now.row, status="planned") == then.row
    assert msgspec.json.decode(now.raw)["status"] == "not-occurred"
    assert found.take(off, "b.ics").same == 1
    # The calendar that is taken along tells of it, and comes in again as it was.
    assert found.take(found.calendar(), "c.ics").same == 1
    # The invitation that comes again plans nothing anew; a newer one does.
    invited = INVITED.format(uid="\u0432\u0438\u0437\u0438\u0442").encode()
    late = found.take(invited, "a.ics")
    assert (late.changed, late.same) == (0, 0)
    assert "were called off, and this message is no newer" in late.refused[0].reason
    newer = found.take(invited.replace(b"SUMMARY", b"SEQUENCE:1\r\nSUMMARY"), "a.ics")
    assert (newer.changed, newer.columns) == (1, ("status", "sequence"))


def test_an_older_message_is_refused_and_the_other_events_of_its_file_are_kept(
    home: Home, store: Store
) -> None:
    found = registers(home, store)
    first = INVITED.format(uid="one").encode()
    assert found.take(first, "a.ics").added == 1
    off = CALLED_OFF.format(uid="one").replace("UID", "SEQUENCE:1\r\nUID").encode()
    assert found.take(off, "b.ics").changed == 1
    other = INVITED.format(uid="two").partition("BEGIN:VCALENDAR\r\n")[2].encode()
    taken = found.take(first.replace(b"END:VCALENDAR\r\n", other), "a.ics")
    assert (taken.added, taken.changed) == (1, 0)
    (refused,) = taken.refused
    assert (refused.line, refused.column) == (2, "SEQUENCE")
    assert "an older message of this calendar" in refused.reason
    (kept,) = [one for one in found.rows("talks") if one.row.key.startswith("one")]
    assert isinstance(kept.row, Talk)
    assert kept.row.status == "cancelled"


def test_a_table_never_takes_back_the_number_of_the_last_message(home: Home, store: Store) -> None:
    found = registers(home, store)
    numbered = INVITED.format(uid="one").replace("UID", "SEQUENCE:4\r\nUID").encode()
    assert found.take(numbered, "a.ics").added == 1
    table_of = found.export("talks")
    assert b",sequence," in table_of
    assert found.take(table_of, "t.csv").same == 1
    assert found.take(table_of.replace(b",4,", b",0,"), "t.csv").same == 1
    rows = list(csv.DictReader(table_of.decode().splitlines()))
    without = {name: text for name, text in rows[0].items() if name != "sequence"}
    plain = f"{','.join(without)}\n{','.join(without.values())}\n".encode()
    assert found.take(plain, "t.csv").same == 1
    taken = found.take(plain.replace(b"A visit", b"A long visit"), "t.csv")
    assert (taken.changed, taken.columns) == (1, ("name",))
    ((kept,),) = (found.rows("talks"),)
    assert isinstance(kept.row, Talk)
    assert kept.row.sequence == 4


BARE = INVITED.replace("CATEGORIES:VISIT\r\n", "").replace("X-LEGATION-PARTIES:XA|EU\r\n", "")


def test_a_calendar_that_comes_again_wipes_nothing_and_tells_in_what_it_changes(
    home: Home, store: Store
) -> None:
    found = filled(home, store)
    content = BARE.format(uid="one").encode()
    full = Assumed(
        kind="round",
        parties=("XA", "XB"),
        missions=("paris", "tokyo"),
        before="30",
        after="1",
        stakes="the accord",
        source="protocol office",
    )
    assert found.take(content, "a.ics", assumed=full).added == 1
    again = found.take(content, "a.ics")
    assert (again.same, again.columns) == (1, ())
    other = Assumed(kind="vote", parties=("XA",))
    taken = found.take(content, "a.ics", assumed=other)
    assert (taken.changed, taken.columns) == (1, ("kind", "parties"))
    never = found.take(content, "a.ics", assumed=Assumed(missions=("never",)))
    assert "no 'never' among the missions" in never.refused[0].reason


def test_calling_off_what_is_not_there_tells_nothing_of_what_is_hidden(
    home: Home, store: Store
) -> None:
    found = registers(home, store)
    found.take(INVITED.format(uid="known").encode(), "a.ics")
    (kept,) = found.rows("talks")
    store.labels.set(kept.object_id, HIDDEN, actor="a", reason="for the few")
    answers = [
        found.take(CALLED_OFF.format(uid=uid).encode(), "b.ics") for uid in ("known", "never")
    ]
    assert answers[0] == answers[1]
    assert "not on record" in answers[0].refused[0].reason
    assert store.objects.get(kept.object_id).raw == kept.raw


def test_nothing_real_is_taken_into_a_demonstration(tmp_path: Path) -> None:
    demonstration = Home(Settings(home=tmp_path / "demo"), Clock())
    make_home(demonstration, DEMONSTRATION)
    with demonstration.store() as opened:
        with pytest.raises(ConflictError, match="is a demonstration") as refused:
            registers(demonstration, opened).take(TABLES["missions"], "missions.csv")
        assert "legation init" in refused.value.hint
        assert registers(demonstration, opened).rows("missions") == []
        assert not opened.audit.entries(verb="mission.write")


def test_organisations_speak_and_take_part_as_states_do(home: Home, store: Store) -> None:
    found = registers(home, store)
    voice = table("voices", key="eu", state="EU", name="eu_desk", mission="")
    talks = table("talks", key="summit-1", parties="XA|NATO|UN", missions="")
    assert found.take(voice, "voices.csv").refused == ()
    assert found.take(talks, "talks.csv").refused == ()
    state = table("voices", key="uk", state="UK", name="uk_desk", mission="")
    ((column, hint),) = [(one.column, one.hint) for one in found.take(state, "v.csv").refused]
    assert column == "state"
    assert "did you mean GB (United Kingdom)?" in hint


def test_a_look_alike_of_an_official_account_is_taken_in_once_somebody_says_so(
    home: Home, store: Store
) -> None:
    found = registers(home, store)
    real = {"key": "real", "mission": "", "state": "XA", "name": "mfa_aldria", "platform": "X"}
    twin = real | {"key": "twin", "state": "XB", "name": "rnfa_aldria"}
    assert found.take(table("voices", **real), "v.csv").added == 1
    (refused,) = found.take(table("voices", **twin), "v.csv").refused
    assert (refused.line, refused.column) == (2, "name")
    assert "looks like 'mfa_aldria', the official account of XA in the row 'real'" in refused.reason
    assert found.take(table("voices", **twin, alike="real"), "v.csv").added == 1
    # Both leave and come again as they are.
    assert found.take(found.export("voices"), "v.csv").same == 2
