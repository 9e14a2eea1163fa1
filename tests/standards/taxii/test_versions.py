"""Sections 3.4, 5.6 and 5.8: one object in several versions."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, names, refused, taxii, version_of, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import Made, StixMaker


@pytest.fixture
def four(served: Served, first: Caller, maker: StixMaker) -> list[Made]:
    """Four versions of an object, oldest first; added as the third, first, fourth, second."""
    one = maker.thing("campaign")
    two = maker.newer(one, name="Second")
    three = maker.newer(two, digits=6, name="Third")
    last = maker.newer(three, digits=9, name="Fourth")
    for thing in (three, one, last, two):
        add(first, served.rw, thing)
    return [one, two, three, last]


def asked(served: Served, caller: Caller, thing: Made, *version: str) -> list[Made]:
    """Ask for versions by both ways; they must agree."""
    query = [("match[version]", one) for one in version]
    by_id = walk(caller, caller.object(served.rw, thing["id"]), *query)
    listed = walk(caller, caller.objects(served.rw), ("match[id]", thing["id"]), *query)
    assert by_id == listed
    return by_id


@clause("3.4-M8", "3.4-D1")
def test_without_a_choice_the_latest_comes_and_not_the_last_added(
    served: Served, first: Caller, four: list[Made]
) -> None:
    assert asked(served, first, four[0]) == [four[3]]
    assert asked(served, first, four[0], "last") == [four[3]]


@clause("3.4-D1", "3.4-M3", "3.4-M6")
def test_each_choice_of_versions_is_understood(
    served: Served, first: Caller, four: list[Made]
) -> None:
    one, two, three, last = four
    added = [three, one, last, two]
    exactly = [version["modified"] for version in four]
    assert asked(served, first, one, "first") == [one]
    assert asked(served, first, one, "all") == added
    assert asked(served, first, one, "first,last") == [one, last]
    assert asked(served, first, one, "last,first,last") == [one, last]
    for version in four:
        assert asked(served, first, one, version["modified"]) == [version]
    assert asked(served, first, one, f"{exactly[1]},{exactly[0]}") == [one, two]
    assert asked(served, first, one, f"{exactly[1]},last") == [last, two]
    assert asked(served, first, one, f"all,{exactly[1]}") == added


@clause("3.4-D1")
def test_a_version_that_is_not_there_is_nothing(
    served: Served, first: Caller, four: list[Made]
) -> None:
    path = first.objects(served.rw)
    query = [("match[id]", four[0]["id"]), ("match[version]", "2001-01-01T00:00:00.000Z")]
    assert walk(first, path, *query) == []
    answer = first.get(first.object(served.rw, four[0]["id"]), query[1])
    assert answer.status == 404 or taxii(answer).get("objects") is None


@clause("5.8.1-M2", "5.8-D2")
def test_versions_are_listed_in_the_order_in_which_they_came(
    served: Served, first: Caller, four: list[Made]
) -> None:
    one, two, three, last = four
    told = walk(first, first.versions(served.rw, one["id"]))
    assert told == [thing["modified"] for thing in (three, one, last, two)]


@clause("5.8.1-M2", "3.4-M9")
def test_what_is_not_versioned_has_its_creation_as_version(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.marking()
    add(first, served.rw, thing)
    assert taxii(first.get(first.versions(served.rw, thing["id"])))["versions"] == [
        thing["created"]
    ]
    assert asked(served, first, thing, thing["created"]) == [thing]
    assert asked(served, first, thing, "first") == [thing]
    assert asked(served, first, thing, "all") == [thing]


@clause("3.4-M4", "5.8.1-M1", "2-M4")
def test_versions_of_another_specification_are_none(
    served: Served, first: Caller, four: list[Made]
) -> None:
    path = first.versions(served.rw, four[0]["id"])
    assert len(walk(first, path, ("match[spec_version]", "2.1"))) == 4
    none = first.get(path, ("match[spec_version]", "2.0"))
    assert none.status == 404 or taxii(none) in ({}, {"more": False})


@clause("3.5-M1", "3.5-M2", "3.4-M1")
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_versions_come_in_pages_too(
    served: Served, first: Caller, four: list[Made], limit: int
) -> None:
    one, two, three, last = four
    added = [thing["modified"] for thing in (three, one, last, two)]
    assert walk(first, first.versions(served.rw, one["id"]), limit=limit) == added
    found = taxii(first.get(first.versions(served.rw, one["id"]), ("limit", str(limit))))
    assert found["versions"] == added[:limit]
    assert bool(found.get("more")) is (limit < 4)
    everything = ("match[version]", "all")
    objects = walk(first, first.object(served.rw, one["id"]), everything, limit=limit)
    assert [version_of(thing) for thing in objects] == added


@clause("3.4-D2")
def test_added_after_holds_for_versions(served: Served, first: Caller, four: list[Made]) -> None:
    one, two, _, last = four
    query = [("match[id]", one["id"]), ("match[version]", "all")]
    records = walk(first, first.manifest(served.rw), *query)
    after = ("added_after", records[1]["date_added"])
    assert walk(first, first.versions(served.rw, one["id"]), after) == [
        last["modified"],
        two["modified"],
    ]
    assert walk(first, first.objects(served.rw), *query, after) == [last, two]


@clause("5.8-M1")
def test_versions_of_what_is_unknown_are_not_there(first: Caller, maker: StixMaker) -> None:
    nowhere = "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"
    refused(first.get(first.versions(nowhere, maker.identifier("indicator"))), 404)


def test_the_same_moment_told_with_more_digits_is_one_version(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing(created="2024-05-01T00:00:00.500Z")
    add(first, served.rw, thing)
    again = {**thing, "modified": "2024-05-01T00:00:00.5Z", "name": "Another"}
    first.post(served.rw, [again])
    assert asked(served, first, thing, "all") == [thing]
    assert names(asked(served, first, thing)) == [thing["id"]]
