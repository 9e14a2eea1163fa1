"""What STIX lacks is declared, and what we carry keeps to its own declaration."""

import json
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from legation.formats.campaign import campaign_objects
from legation.stix.codec import mapping_of
from legation.stix.extensions import (
    AUTHOR,
    KINDS,
    ExtensionKind,
    carried,
    carry,
    definition,
    extension_id,
    kinds_in,
    schema,
)
from legation.stix.labels import Label, Pap, label_of, labelled
from legation.stix.objects import StixObject
from legation.stix.tlp import Tlp
from legation.threats.disinformation.findings import Campaign, Run
from worlds.found_campaigns import RUN, found_campaign, statement
from worlds.judges import judge_by_stix2, oasis_faults

# What no campaign carries: tests/test_app_sheets has them.
OF_SHEETS = {"balance", "standing"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_pleases_the_judges_and_carries_its_schema(kind: ExtensionKind) -> None:
    made = definition(kind)
    for thing in (made, AUTHOR):
        judge_by_stix2(mapping_of(thing))
        assert oasis_faults(mapping_of(thing)) == []
    assert json.loads(made.schema) == schema(kind)
    assert made.id == extension_id(kind)
    assert made.created_by_ref == AUTHOR.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: ExtensionKind) -> None:
    assert jsonschema_rs.meta.is_valid(schema(kind))


def test_the_ids_of_published_extensions_do_not_move() -> None:
    assert extension_id("campaign") == (
        "extension-definition--20c6662f-e6e4-5390-906b-a9ecfe6079e2"
    )
    assert len({extension_id(kind) for kind in KINDS}) == len(KINDS)


def test_everything_that_a_campaign_carries_fits_its_schema() -> None:
    seen = set()
    label = Label(
        tlp=Tlp.RED,
        pap=Pap.AMBER,
        levels=("secret",),
        compartments=("talks",),
        restricted=True,
        releasable_to=("XA",),
    )
    for bare in campaign_objects(found_campaign(), RUN, statement()):
        thing = labelled(bare, label)
        assert label_of(mapping_of(thing)) == label
        for kind in kinds_in(thing):
            jsonschema_rs.validate(schema(kind), carried(thing, kind))
            seen.add(kind)
    apart = {"capture", "translation", "register", "knowledge", "case", "entry", "sending"}
    assert seen == set(KINDS) - apart - OF_SHEETS


@pytest.mark.parametrize(("kind", "shape"), [("campaign", Campaign), ("run", Run)])
def test_a_schema_names_every_field_of_the_finding(
    kind: ExtensionKind, shape: type[msgspec.Struct]
) -> None:
    published = schema(kind)["$defs"]
    current = msgspec.json.schema(shape)["$defs"]
    assert _fields(published) == _fields(current)


def _fields(shapes: dict[str, Any]) -> dict[str, tuple[list[str], list[str]]]:
    return {
        name: (sorted(shape["properties"]), sorted(shape.get("required", ())))
        for name, shape in shapes.items()
    }


def test_empty_lists_are_left_out() -> None:
    carrying = carry("lake", {"a": [], "b": {"c": (), "d": [{"e": {}}, 0]}, "f": 0, "g": ""})
    assert carrying == {
        extension_id("lake"): {
            "extension_type": "property-extension",
            "b": {"d": [{}, 0]},
            "f": 0,
            "g": "",
        }
    }


def test_an_object_without_an_extension_carries_nothing() -> None:
    bare = StixObject(type="note", id=f"note--{extension_id('run').split('--')[1]}")
    assert carried(bare, "run") is None
    assert kinds_in(bare) == ()


def test_a_score_above_one_does_not_fit() -> None:
    part = {"role": "bridge", "score": 1.1, "q_value": 0, "layers": [], "objects": 1, "partners": 1}
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(
            schema("membership"), part | {"extension_type": "property-extension"}
        )
