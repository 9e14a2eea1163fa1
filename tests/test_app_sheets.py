"""Sheets: the balance and what is known leave as table, JSON and STIX, under label and caveat."""

import csv
import dataclasses
import hashlib
import io
import json
import math
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from legation.app.balancing import Balancing, Standing
from legation.app.caveats import BALANCE, KNOWLEDGE
from legation.app.home import Home
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.registers import Registers
from legation.app.scope import Scope
from legation.app.sheets.known import FACT_TABLES, agreement_of, agreement_sheet, state_sheet
from legation.app.sheets.sheet import FILE_KINDS, Sheet, hand_out
from legation.app.sheets.weighed import balance_sheet, mission_sheet, tree_sheet
from legation.app.weighable import with_names
from legation.errors import DeniedError, NotFoundError, StepUpError
from legation.stix.extensions import extension_id, schema
from legation.stix.labels import Label, label_of
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.judges import judge_by_stix2, oasis_faults, validator_faults
from worlds.ministry import TABLES
from worlds.packs import PACK

Make = Callable[[Scope], Sheet]


def _of_all(scope: Scope) -> Sheet:
    weighed = Balancing().balance(scope)
    return balance_sheet(weighed, weighed.standings)


def _of_one(scope: Scope) -> Sheet:
    weighed = Balancing().balance(scope)
    return mission_sheet(weighed, weighed.standings[0])


def _of_a_tree(scope: Scope) -> Sheet:
    weighed = Balancing().balance(scope)
    return tree_sheet(weighed, weighed.standings[0], weighed.standings[0].balances[5])


def _of_a_state(scope: Scope) -> Sheet:
    known = Knowledge(scope)
    return state_sheet(known, known.page("XA", on=scope.now()))


def _of_an_agreement(scope: Scope) -> Sheet:
    known = Knowledge(scope)
    return agreement_sheet(known, agreement_of(known, "grain"), scope.now().date())


WEIGHED: dict[str, Make] = {"balance": _of_all, "mission": _of_one, "tree": _of_a_tree}
KNOWN: dict[str, Make] = {"state": _of_a_state, "agreement": _of_an_agreement}
SHEETS = {**WEIGHED, **KNOWN}


@pytest.fixture
def home(settled: Home) -> Home:
    """The home of the ministry with all its registers."""
    return settled


@pytest.fixture
def scope(home: Home, store: Store) -> Scope:
    found = home.library(store, "command line").scope()
    knowledge = Knowledge(found)
    knowledge.add(knowledge.offer(PACK, "accords.toml", Given(unsigned=True)))
    return found


def content_of(scope: Scope, page: str, kind: str) -> bytes:
    return hand_out(scope, SHEETS[page](scope), kind).content


def notes_of(bundle: bytes, kind: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    things = json.loads(bundle)["objects"]
    notes = [thing for thing in things if thing["type"] == "note"]
    return [(note, note["extensions"][extension_id(kind)]) for note in notes]


@pytest.mark.parametrize("page", SHEETS)
def test_a_bundle_of_a_sheet_pleases_every_judge_and_needs_nothing_else(
    scope: Scope, page: str
) -> None:
    bundle = content_of(scope, page, "stix")
    things = json.loads(bundle)["objects"]
    assert len({thing["id"] for thing in things}) == len(things)
    for thing in things:
        # The event of the OASIS incident extension is of a type that neither judge has.
        of_events = "event--" in json.dumps(thing.get("object_refs", ()))
        judge_by_stix2(thing, allow_custom=of_events or thing["type"] == "event")
        if thing["type"] != "event":
            assert oasis_faults(thing) == [], thing["id"]
    assert [fault for fault in validator_faults(bundle) if "event" not in fault] == []
    there = {thing["id"] for thing in things}
    for thing in things:
        if thing["type"] == "note":
            assert set(thing["object_refs"]) <= there


@pytest.mark.parametrize(("page", "kind"), [*dict.fromkeys(WEIGHED, "balance").items()])
def test_a_balance_as_stix_says_its_interval_what_is_unknown_and_its_tree(
    scope: Scope, page: str, kind: str
) -> None:
    sheet = SHEETS[page](scope)
    notes = notes_of(hand_out(scope, sheet, "stix").content, kind)
    assert len(notes) == {"balance": 72, "mission": 6, "tree": 1}[page]
    for note, carried in notes:
        jsonschema_rs.validate(schema("balance"), carried)
        top = carried["nodes"][0]
        assert top["low"] <= top.get("value", top["low"]) <= top["high"]
        for said in (
            f"{math.ceil(round(100 * carried['unknown'], 4))} % of the weight is unknown",
            carried["verdict"],
            BALANCE,
        ):
            assert said in note["content"]
        leaves = {name for node in carried["nodes"] for name in node.get("evidence", ())}
        assert leaves | {carried["mission"]} == set(note["object_refs"])


def changed_breach(scope: Scope) -> tuple[str, Standing]:
    """State a breach of the ministry again as an attempt; return its key and whose it is."""
    rows = list(csv.DictReader(io.StringIO(TABLES["proofs"].decode())))
    breach = next(row for row in rows if row["kind"] == "breach")
    out = io.StringIO()
    writer = csv.DictWriter(out, [*breach])
    writer.writeheader()
    writer.writerow(breach | {"kind": "attempt", "outcome": ""})
    taken = Registers(scope).take(out.getvalue().encode(), "proofs.csv")
    assert [one.counts for one in taken.weakened] == [True]
    standings = Balancing().balance(scope).standings
    return breach["key"], next(one for one in standings if one.mission.key == breach["mission"])


@pytest.mark.parametrize("page", WEIGHED)
def test_a_sheet_tells_in_each_kind_of_file_that_a_breach_was_changed(
    scope: Scope, page: str
) -> None:
    key, standing = changed_breach(scope)
    weighed = Balancing().balance(scope)
    weighed = msgspec.structs.replace(weighed, altered=with_names(scope, weighed.altered))
    sheet = {
        "balance": lambda: balance_sheet(weighed, weighed.standings),
        "mission": lambda: mission_sheet(weighed, standing),
        "tree": lambda: tree_sheet(weighed, standing, standing.balances[0]),
    }[page]()
    said = f"{key}: a breach was changed on {weighed.day} by command line: it counts as it was"
    rows = list(csv.DictReader(io.StringIO(hand_out(scope, sheet, "csv").content.decode())))
    told = json.loads(hand_out(scope, sheet, "json").content)["rows"]
    for row, other in zip(rows, told, strict=True):
        of_it = row.get("mission", "") == standing.mission.key or row.get("depth") == "0"
        assert row["altered"].startswith(said) == of_it
        assert bool(other["altered"]) == of_it
    notes = notes_of(hand_out(scope, sheet, "stix").content, "balance")
    name = Registers(scope).id_of("proofs", key)
    for note, carried in notes:
        of_it = carried["mission"] == standing.id
        assert (said in note["content"]) == of_it
        assert [one["object"] for one in carried.get("altered", ())] == [name] * of_it
        jsonschema_rs.validate(schema("balance"), carried)
    assert name in sheet.ids


@pytest.mark.parametrize("page", KNOWN)
def test_a_fact_as_stix_has_its_mark_in_its_words_and_in_its_fields(
    scope: Scope, page: str
) -> None:
    notes = notes_of(content_of(scope, page, "stix"), "standing")
    assert len(notes) == len(SHEETS[page](scope).rows)
    for note, carried in notes:
        jsonschema_rs.validate(schema("standing"), carried)
        assert KNOWLEDGE in note["content"]
        # Of several facts the marks are joined; each of them stands beside its own.
        assert all(mark in note["content"] for mark in carried.get("mark", "").split("; "))
        for fact in carried["facts"]:
            assert fact["mark"] in note["content"]


@pytest.mark.parametrize("page", SHEETS)
def test_the_same_on_the_same_day_is_the_same_bundle_and_another_day_another_note(
    scope: Scope, page: str, clock: Any
) -> None:
    first = content_of(scope, page, "stix")
    assert content_of(scope, page, "stix") == first
    clock.pass_time(days=1)
    ids = [
        {thing["id"] for thing in json.loads(each)["objects"] if thing["type"] == "note"}
        for each in (first, content_of(scope, page, "stix"))
    ]
    assert ids[0].isdisjoint(ids[1])


@pytest.mark.parametrize("page", SHEETS)
def test_table_and_json_carry_the_caveat_of_their_room(scope: Scope, page: str) -> None:
    caveat = BALANCE if page in WEIGHED else KNOWLEDGE
    sheet = SHEETS[page](scope)
    rows = list(csv.DictReader(io.StringIO(hand_out(scope, sheet, "csv").content.decode())))
    told = json.loads(hand_out(scope, sheet, "json").content)
    assert len(rows) == len(told["rows"]) == len(sheet.rows) > 0
    assert {row["caveat"] for row in rows} == {told["caveat"]} == {caveat}
    assert told["day"] == "2026-03-01"


@pytest.mark.parametrize("page", WEIGHED)
def test_no_number_of_a_balance_leaves_without_its_interval(scope: Scope, page: str) -> None:
    names = ("value",) if page == "tree" else ("exposure", "safeguards")
    told = json.loads(content_of(scope, page, "json"))
    for row in told["rows"]:
        assert 0 <= row["unknown_share"] <= 1
        for name in names:
            stem = "" if page == "tree" else f"{name}_"
            low, high, said = (row[f"{stem}{end}"] for end in ("low", "high", "said"))
            between = f"({low:.2f} to {high:.2f})"
            if row[name] is None:
                told_so = (f"unknown {between}", f"between {low:.2f} and {high:.2f}")
                assert said.startswith(told_so)
            else:
                assert low <= row[name] <= high
                assert said.startswith(f"{row[name]:.2f} {between}")


def test_what_is_missing_leaves_under_the_name_of_its_object(scope: Scope) -> None:
    rows = json.loads(content_of(scope, "balance", "json"))["rows"]
    missing = [word for row in rows for word in row["missing"]]
    assert any(word.startswith("nobody said what safeguards it: ") for word in missing)
    assert not any("--" in word for word in missing)


def test_the_order_of_the_list_is_that_of_the_file(scope: Scope) -> None:
    weighed = Balancing().balance(scope)
    turned = list(reversed(weighed.standings))
    forth = balance_sheet(weighed, weighed.standings).rows
    back = balance_sheet(weighed, turned, backwards=True).rows
    assert back == tuple(reversed(forth))


def test_an_agreement_leaves_with_all_that_names_it_and_nothing_else(scope: Scope) -> None:
    told = agreement_of(Knowledge(scope), "grain")
    assert {(one.table, one.key) for one in told.facts} == {
        ("agreement", "grain"),
        ("party", "grain.xa"),
        ("law", "xa-1"),
        ("trial", "t1"),
    }
    assert set(told.tables()) <= set(FACT_TABLES)
    with pytest.raises(NotFoundError):
        agreement_of(Knowledge(scope), "atlantis")


@pytest.mark.parametrize("kind", FILE_KINDS)
@pytest.mark.parametrize("page", SHEETS)
def test_each_leaving_is_in_the_trail_with_its_label_and_its_contents(
    scope: Scope, page: str, kind: str
) -> None:
    made = hand_out(scope, SHEETS[page](scope), kind)
    last = scope.store.audit.last("page.export")
    assert last is not None
    detail = last.event.detail
    assert (detail["page"], detail["kind"], detail["label"]) == (page, kind, "TLP:AMBER")
    assert detail["contents"] == hashlib.sha256(made.content).hexdigest()
    assert made.name.startswith(last.event.subject)


def test_another_kind_is_refused_and_nothing_is_noted(scope: Scope) -> None:
    with pytest.raises(NotFoundError):
        content_of(scope, "mission", "docx")
    assert scope.store.audit.last("page.export") is None


@pytest.mark.parametrize("page", SHEETS)
def test_what_rests_on_something_above_amber_leaves_only_after_a_passkey_and_so_marked(
    scope: Scope, page: str
) -> None:
    sheet = SHEETS[page](scope)
    red = next(name for name in sheet.ids if scope.store.labels.in_force([name]))
    scope.store.labels.set(red, Label(tlp=Tlp.RED), actor="a", reason="the few")
    unproven = msgspec.structs.replace(scope.reader, proven=False)
    with pytest.raises(StepUpError):
        hand_out(dataclasses.replace(scope, reader=unproven), sheet, "csv")
    assert scope.store.audit.last("page.export") is None
    bundle = hand_out(scope, sheet, "stix").content
    stated = [one for one in json.loads(bundle)["objects"] if one["type"] in ("note", "grouping")]
    assert {label_of(one).tlp for one in stated} == {Tlp.RED}
    last = scope.store.audit.last("page.export")
    assert last is not None
    assert last.event.detail["label"] == "TLP:RED"


@pytest.mark.parametrize("page", SHEETS)
def test_who_may_not_export_takes_nothing_out(scope: Scope, page: str) -> None:
    sheet = SHEETS[page](scope)
    press = msgspec.structs.replace(scope.reader, roles=frozenset({"press"}))
    with pytest.raises(DeniedError):
        hand_out(dataclasses.replace(scope, reader=press), sheet, "json")
    assert scope.store.audit.last("page.export") is None


def test_a_cell_is_never_a_formula(home: Home, store: Store) -> None:
    scope = home.library(store, "command line").scope()
    table = TABLES["missions"].replace(b"Embassy in Paris", b"=1+1")
    assert not Registers(scope).take(table, "missions").refused
    rows = csv.reader(io.StringIO(hand_out(scope, _of_all(scope), "csv").content.decode()))
    assert not any(cell.startswith("=") for row in rows for cell in row)
