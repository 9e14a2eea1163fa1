"""Markings of every family are read, and reading never widens."""

import json
from random import Random
from typing import Any

import pytest
import stix2
from hypothesis import assume, given
from hypothesis import strategies as st

from legation.errors import UsageError, VerificationError
from legation.stix.codec import mapping_of, object_of
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import (
    TLP2_EXTENSION,
    Family,
    Tlp,
    level_of,
    level_of_object,
    marking_definition,
    marking_ref,
    refuse_forged,
    strictest,
)
from legation.stix.vocabulary import MarkingDefinition
from worlds.judges import judge_by_stix2, oasis_faults

_FAMILIES: tuple[Family, ...] = ("oasis", "opencti", "tlp1")
_MADE = Timestamp("2026-11-23T10:00:00.000Z")
_UNKNOWN = fact_id("marking-definition", "somebody else's")
_LICENCE = MarkingDefinition(
    spec_version=SPEC,
    id=fact_id("marking-definition", "licence"),
    created=_MADE,
    definition_type="statement",
    definition={"statement": "CC-BY-SA-4.0"},
)
_levels = st.sampled_from(Tlp)
_families = st.sampled_from(_FAMILIES)
_defaults = st.sampled_from([level for level in Tlp if level is not Tlp.CLEAR])
_markings = st.builds(marking_ref, _levels, _families) | st.sampled_from([_UNKNOWN, _LICENCE.id])
_DEFINITIONS = {_LICENCE.id: _LICENCE}


def test_the_levels_are_ordered_as_first_orders_them() -> None:
    assert [str(level) for level in sorted(Tlp)] == [
        "TLP:CLEAR",
        "TLP:GREEN",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "TLP:RED",
    ]


@given(_levels, _families)
def test_a_level_said_in_any_family_is_read_no_wider(level: Tlp, family: Family) -> None:
    read = level_of(marking_ref(level, family))
    assert read is not None
    assert read >= level
    if (level, family) != (Tlp.AMBER_STRICT, "tlp1"):
        assert read is level


@given(st.lists(_markings), st.lists(_markings), _defaults)
def test_more_markings_never_widen(first: list[str], more: list[str], default: Tlp) -> None:
    # A default stands in for a missing statement; it is none itself.
    assume(any(marking != _LICENCE.id for marking in first))
    alone = strictest(first, default=default, definitions=_DEFINITIONS)
    together = strictest(first + more, default=default, definitions=_DEFINITIONS)
    assert together >= alone


@given(st.lists(_markings), _defaults, st.randoms())
def test_the_order_of_markings_does_not_matter(
    markings: list[str], default: Tlp, chance: Random
) -> None:
    before = strictest(markings, default=default)
    chance.shuffle(markings)
    assert strictest(markings, default=default) is before


@given(st.lists(st.tuples(_levels, _families), min_size=1), _defaults)
def test_of_several_levels_the_strictest_holds(
    said: list[tuple[Tlp, Family]], default: Tlp
) -> None:
    markings = [marking_ref(level, family) for level, family in said]
    assert strictest(markings, default=default) >= max(level for level, _ in said)


def test_no_marking_means_the_readers_default_and_never_clear() -> None:
    assert strictest([], default=Tlp.AMBER) is Tlp.AMBER
    with pytest.raises(UsageError, match="never TLP:CLEAR"):
        strictest([], default=Tlp.CLEAR)


def test_a_marking_that_cannot_be_read_counts_as_red_and_a_licence_does_not() -> None:
    clear = marking_ref(Tlp.CLEAR)
    assert strictest([clear, _UNKNOWN], default=Tlp.GREEN) is Tlp.RED
    assert strictest([clear, _LICENCE.id], default=Tlp.GREEN) is Tlp.RED
    assert strictest([clear, _LICENCE.id], default=Tlp.GREEN, definitions=_DEFINITIONS) is Tlp.CLEAR


def test_a_marking_on_one_property_holds_for_the_object() -> None:
    thing = StixObject(
        type="x",
        id=fact_id("xx", 1),
        object_marking_refs=(marking_ref(Tlp.CLEAR),),
        granular_markings=(
            {"marking_ref": marking_ref(Tlp.RED, "tlp1"), "selectors": ["name"]},
            {"lang": "fr", "selectors": ["name"]},
        ),
    )
    assert level_of_object(thing, default=Tlp.GREEN) is Tlp.RED


@pytest.mark.parametrize("family", _FAMILIES)
@pytest.mark.parametrize("level", Tlp)
def test_published_definitions_please_the_judges_and_are_no_forgeries(
    level: Tlp, family: Family
) -> None:
    made = marking_definition(level, family)
    refuse_forged(made)
    thing = mapping_of(made)
    assert object_of(thing) == made
    if (level, family) == (Tlp.AMBER_STRICT, "opencti"):
        judge_by_stix2(thing, allow_custom=True)  # OpenCTI's own has custom properties
    else:
        judge_by_stix2(thing)
        assert oasis_faults(thing) == []


@pytest.mark.parametrize(
    ("level", "published"),
    [
        (Tlp.CLEAR, stix2.v21.TLP_WHITE),
        (Tlp.GREEN, stix2.v21.TLP_GREEN),
        (Tlp.AMBER, stix2.v21.TLP_AMBER),
        (Tlp.RED, stix2.v21.TLP_RED),
    ],
)
def test_the_first_version_is_that_of_stix2(level: Tlp, published: object) -> None:
    assert mapping_of(marking_definition(level, "tlp1")) == json.loads(str(published))


def _forgeries() -> list[MarkingDefinition]:
    red = marking_ref(Tlp.RED)
    clear = {TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "clear"}}
    shape: dict[str, Any] = {"spec_version": SPEC, "created": _MADE}
    return [
        MarkingDefinition(**shape, id=red, extensions=clear),
        MarkingDefinition(**shape, id=red, definition_type="statement", definition={"a": "b"}),
        MarkingDefinition(**shape, id=_UNKNOWN, extensions=clear),
        MarkingDefinition(**shape, id=_UNKNOWN, definition_type="tlp", definition={"tlp": "green"}),
        MarkingDefinition(
            **shape,
            id=marking_ref(Tlp.AMBER_STRICT, "opencti"),
            definition_type="statement",
            definition={"statement": "custom"},
            extra={"x_opencti_definition_type": "TLP", "x_opencti_definition": "TLP:GREEN"},
        ),
        MarkingDefinition(
            **shape, id=marking_ref(Tlp.GREEN), definition_type="tlp", definition={"tlp": "white"}
        ),
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_forged_definition_is_refused(number: int) -> None:
    forged = _forgeries()[number]
    with pytest.raises(VerificationError, match="not the published definition"):
        refuse_forged(forged)
    held = strictest([forged.id], default=Tlp.GREEN, definitions={forged.id: forged})
    assert held is (level_of(forged.id) or Tlp.RED)


def test_a_statement_of_a_licence_is_no_forgery() -> None:
    refuse_forged(_LICENCE)
