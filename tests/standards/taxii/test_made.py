"""The objects with which servers are tried are themselves judged, by stix2 and by OASIS."""

import pytest

from worlds.judges import judge_by_stix2, oasis_faults
from worlds.stix_made import Made, StixMaker
from worlds.stix_made_types import OBSERVABLES, THINGS

OWN = {"outpost"}  # types that neither judge lists
EVERY = list(StixMaker(1).every())


@pytest.mark.parametrize("thing", EVERY, ids=lambda thing: thing["type"])
def test_every_made_object_pleases_both_judges(thing: Made) -> None:
    nanoseconds = len(thing.get("created", "")) > len("2024-03-01T08:00:00.000000Z")
    if not nanoseconds:  # which STIX permits and the library does not read
        judge_by_stix2(thing, allow_custom=True)
    if thing["type"] not in OWN:
        assert oasis_faults(thing) == []


def test_every_type_of_the_standard_is_made() -> None:
    made = {thing["type"] for thing in EVERY}
    assert made == {*THINGS, *OBSERVABLES, "marking-definition", *OWN}
    assert len(THINGS) + len(OBSERVABLES) + 1 == 19 + 2 + 18 + 3


def test_one_seed_makes_one_world() -> None:
    assert list(StixMaker(7).every()) == list(StixMaker(7).every())
    ids = [thing["id"] for seed in range(20) for thing in StixMaker(seed).every()]
    assert len(ids) == len(set(ids))


def test_a_later_version_is_later_and_valid() -> None:
    maker = StixMaker(2)
    first = maker.thing("campaign")
    second = maker.newer(first, name="Another name")
    assert second["modified"] > first["modified"]
    assert oasis_faults(second) == []
