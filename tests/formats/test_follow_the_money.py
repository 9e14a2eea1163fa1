"""Entities are what the model asks, and the package that owns the model reads them unchanged."""

import csv
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.formats.follow_the_money import (
    PROPERTIES,
    Entity,
    Schema,
    entity,
    entity_id,
    write_entities,
)
from legation.knowledge.states import states
from legation.safeguards.cases.dossier.bodies import Identified
from legation.safeguards.cases.dossier.entities import dossier_entities
from worlds.dossiers import REGIME, Draft, body, person

TESTS = Path(__file__).parents[1]


def judge(entities: Iterable[Entity]) -> str:
    run = subprocess.run(
        [sys.executable, "-P", TESTS / "worlds" / "follow_the_money_judge.py"],
        input=write_entities(entities),
        capture_output=True,
        check=False,
    )
    return (run.stdout + run.stderr).decode() if run.returncode else ""


def written(draft: Draft, case: str = "2026-0017") -> tuple[Entity, ...]:
    return dossier_entities(draft.folded(), REGIME, draft.beside(), case=case)


def named(name: str) -> Entity:
    return entity("Person", entity_id("Person", name), {"name": [name]})


@pytest.mark.parametrize("draft", [person(), body()], ids=["person", "body"])
def test_the_package_reads_a_dossier_as_it_was_written(draft: Draft) -> None:
    assert judge(written(draft)) == ""


@pytest.mark.parametrize("draft", [person(), body()], ids=["person", "body"])
def test_each_entity_says_its_marking_where_its_schema_has_the_place(draft: Draft) -> None:
    bare = written(draft)
    lines = write_entities(bare, marking="TLP:RED · PAP:RED").splitlines()
    marked = [msgspec.json.decode(line, type=Entity) for line in lines]
    assert judge(marked) == ""
    for one, before in zip(marked, bare, strict=True):
        name = "notes" if "notes" in PROPERTIES[one.schema] else "summary"
        assert one.properties[name][-1] == "Marking: TLP:RED · PAP:RED"
        assert one.properties[name][:-1] == before.properties.get(name, ())
        assert one.id == before.id


@pytest.mark.data
def test_the_package_reads_the_shape_of_real_listings(shared: Path) -> None:
    text = (shared / "agreements" / "eu_cyber_sanctions.csv").read_text("utf-8")
    entities: list[Entity] = []
    for row in csv.DictReader(text.splitlines()):
        schema: Schema = "Person" if row["kind"] == "P" else "Organization"
        subject = entity(schema, entity_id(schema, row["name"]), {"name": [row["name"]]})
        told = {
            "entity": [subject.id],
            "authority": [REGIME.authority],
            "program": [REGIME.name],
            "authorityId": [row["act"]],
            "reason": [row["reason_short"]],
            "listingDate": [row["listed_on"]],
        }
        entities += [subject, entity("Sanction", entity_id("Sanction", row["name"]), told)]
    assert len(entities) > 20
    assert judge(entities) == ""


def test_the_judge_finds_what_is_wrong() -> None:
    good = named("Jan Example")
    wrong = [
        msgspec.structs.replace(good, properties={"name": ("Jan",), "nationality": ("atlantis",)}),
        msgspec.structs.replace(good, properties={"name": ("Jan",), "birthDate": ("spring",)}),
        msgspec.structs.replace(good, properties={"alias": ("Jan",)}),
        msgspec.structs.replace(good, properties={"name": ("Jan",), "shoeSize": ("44",)}),
    ]
    assert all(judge([one]) for one in wrong)
    ends = {"document": [good.id], "entity": [good.id]}
    assert judge([good, entity("Documentation", entity_id("Documentation", "1"), ends)])
    assert judge([good]) == ""


def test_the_package_knows_each_property_and_each_state() -> None:
    values = {
        "text": "Some words",
        "address": "5 Harbour Road, Easton",
        "day": "1985-04",
        "state": "FR",
        "gender": "other",
        "identifier": "HR 12345",
        "url": "https://example.org/1",
        "entity": entity_id("Person", "Jan Example"),
    }
    of_each = [
        entity(schema, entity_id(schema, "1"), {name: [values[to]] for name, to in known.items()})
        for schema in get_args(Schema)
        for known in [PROPERTIES[schema]]
    ]
    assert judge(of_each) == ""
    everywhere = {"name": ["Jan Example"], "nationality": [*states()]}
    assert judge([entity("Person", entity_id("Person", "1"), everywhere)]) == ""


def test_a_dossier_is_written_as_a_proposal_with_its_documents() -> None:
    told = written(person())
    assert [one.schema for one in told[:2]] == ["Person", "Sanction"]
    subject, listing = told[:2]
    assert subject.properties["birthDate"] == ("1985-04-03",)
    assert subject.properties["position"] == ("engineer of Unit Nine",)
    assert "passportNumber" not in subject.properties
    assert listing.properties["status"] == ("Proposed",)
    assert listing.properties["entity"] == (subject.id,)
    papers = [one for one in told if one.schema == "Documentation"]
    assert {one.properties["entity"] for one in papers} == {(subject.id,)}
    documents = {one.id for one in told if one.schema == "Document"}
    assert {one.properties["document"][0] for one in papers} == documents
    assert len(documents) == 4


def test_a_state_that_the_model_does_not_know_is_kept_as_a_note() -> None:
    draft = person()
    assert written(draft)[0].properties["notes"] == ("Nationality: XA",)
    draft.change(Identified, {"field": "nationality"}, value="FR")
    assert written(draft)[0].properties["nationality"] == ("fr",)
    assert "notes" not in written(draft)[0].properties


def test_a_body_is_written_with_whom_it_is_linked_to() -> None:
    told = written(body())
    link = next(one for one in told if one.schema == "UnknownLink")
    linked = next(one for one in told if one.id == link.properties["object"][0])
    assert linked.properties["name"] == ("Jan Example",)
    assert link.properties["subject"] == (told[0].id,)


def test_the_same_dossier_gives_the_same_bytes_and_another_case_other_ids() -> None:
    assert write_entities(written(person())) == write_entities(written(person()))
    here, there = written(person()), written(person(), case="2026-0018")
    assert {one.id for one in here}.isdisjoint(one.id for one in there)


@pytest.mark.parametrize(
    ("properties", "place"),
    [
        ({"name": ["Jan"], "shoeSize": ["44"]}, "Person.shoeSize"),
        ({"name": ["Jan"], "birthDate": ["spring"]}, "Person.birthDate"),
        ({"name": ["Jan"], "birthDate": ["1985-02-30"]}, "Person.birthDate"),
        ({"name": ["Jan"], "nationality": ["Aldria"]}, "Person.nationality"),
        ({"name": ["Jan"], "gender": ["clerk"]}, "Person.gender"),
        ({"name": ["Jan"], "sourceUrl": ["a shelf"]}, "Person.sourceUrl"),
        ({"name": ["Jan"], "passportNumber": ["1" * 65]}, "Person.passportNumber"),
        ({"name": [" "]}, "Person.name"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    properties: dict[str, list[str]], place: str
) -> None:
    with pytest.raises(RecordError) as refused:
        entity("Person", entity_id("Person", "1"), properties)
    assert refused.value.place == place
    assert refused.value.hint


@given(st.lists(st.text(), min_size=1))
def test_a_line_stays_a_line_whatever_a_name_holds(names: list[str]) -> None:
    some = [named(name) for name in names if name.strip()]
    lines = write_entities(some).split(b"\n")
    assert lines.pop() == b""
    assert [msgspec.json.decode(line, type=Entity) for line in lines] == some
