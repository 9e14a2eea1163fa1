"""Labels join without widening, are read closed when in doubt, and travel as an extension."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.formats.campaign import campaign_objects
from legation.stix.codec import decode_object, encode_object, mapping_of
from legation.stix.labels import (
    UNREADABLE,
    Label,
    Pap,
    all_joined,
    highest,
    label_of,
    labelled,
    widens,
)
from legation.stix.tlp import Tlp
from worlds.found_campaigns import RUN, found_campaign, statement

LADDER = ("restricted", "confidential", "secret")
NAMES = st.sets(st.sampled_from(["a", "b", "c"])).map(lambda some: tuple(sorted(some)))
LABELS = st.builds(
    Label,
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    levels=st.sets(st.sampled_from(LADDER), max_size=1).map(tuple),
    compartments=NAMES,
    restricted=st.booleans(),
    releasable_to=NAMES,
).map(lambda label: label if label.restricted else msgspec.structs.replace(label, releasable_to=()))


@given(LABELS, LABELS)
def test_a_joined_label_is_never_wider_than_its_parts(one: Label, other: Label) -> None:
    joined = one.joined(other)
    assert not widens(joined, one, LADDER)
    assert not widens(joined, other, LADDER)
    assert joined == other.joined(one)
    assert joined.joined(one) == joined


@given(LABELS)
def test_a_label_travels_with_its_object_and_is_read_back(label: Label) -> None:
    thing = labelled(campaign_objects(found_campaign(), RUN, statement())[0], label)
    assert label_of(mapping_of(decode_object(encode_object(thing)))) == label
    assert labelled(thing, label) == thing


@given(LABELS, LABELS)
def test_what_widens_is_what_is_not_at_least_as_strict_in_every_part(
    new: Label, old: Label
) -> None:
    rank = {"": -1} | {rung: place for place, rung in enumerate(LADDER)}
    stricter = (
        new.tlp >= old.tlp
        and new.pap >= old.pap
        and rank[highest(new.levels, LADDER)] >= rank[highest(old.levels, LADDER)]
        and {*old.compartments} <= {*new.compartments}
        and (not old.restricted or new.restricted)
        and (not old.restricted or {*new.releasable_to} <= {*old.releasable_to})
    )
    assert widens(new, old, LADDER) is not stricter


def test_two_limits_to_parties_leave_those_in_both() -> None:
    one = Label(tlp=Tlp.GREEN, restricted=True, releasable_to=("XA", "XB"))
    other = Label(tlp=Tlp.GREEN, restricted=True, releasable_to=("XC",))
    joined = one.joined(other)
    assert (joined.restricted, joined.releasable_to) == (True, ())
    assert joined.text() == "TLP:GREEN · releasable to nobody"
    assert all_joined(()) == Label(tlp=Tlp.CLEAR)


def test_a_rung_that_is_not_on_the_ladder_stands_above_all() -> None:
    assert highest(("secret", "cosmic"), LADDER) == "cosmic"
    stranger = Label(tlp=Tlp.GREEN, levels=("cosmic",))
    assert widens(Label(tlp=Tlp.GREEN, levels=("secret",)), stranger, LADDER)
    assert widens(stranger, Label(tlp=Tlp.GREEN, levels=("secret",)), LADDER)


@pytest.mark.parametrize("kind", ["marking-definition", "extension-definition"])
def test_definitions_are_published_unless_they_say_otherwise(kind: str) -> None:
    assert label_of({"type": kind}) == Label(tlp=Tlp.CLEAR)
    assert label_of({"type": "campaign"}) == Label(tlp=Tlp.RED)


def test_a_label_that_cannot_be_read_closes_its_object() -> None:
    thing = labelled(
        campaign_objects(found_campaign(), RUN, statement())[0],
        Label(tlp=Tlp.GREEN, compartments=("talks",)),
    )
    value = mapping_of(thing)
    faults: tuple[dict[str, object], ...] = (
        {"compartments": "talks"},
        {"pap": "mauve"},
        {"levels": ["a\nb"]},
    )
    for broken in faults:
        extensions = {
            name: broken if "compartments" in part else part
            for name, part in value["extensions"].items()
        }
        closed = label_of(value | {"extensions": extensions})
        assert closed.compartments == (UNREADABLE,)
