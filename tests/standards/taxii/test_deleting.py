"""Section 5.7: deleting objects, and single versions of them."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, names, refused, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import Made, StixMaker

ALL = ("match[version]", "all")


def held(served: Served, caller: Caller, thing: Made) -> list[str]:
    """Give the versions that lists and manifest still have; they must agree."""
    query = [("match[id]", thing["id"]), ALL]
    objects = walk(caller, caller.objects(served.rw), *query)
    records = walk(caller, caller.manifest(served.rw), *query)
    assert names(objects) == names(records)
    return [record["version"] for record in records]


def deleted(caller: Caller, served: Served, thing: Made, *query: tuple[str, str]) -> None:
    """Delete, and check that the server says so."""
    answer = caller.delete(caller.object(served.rw, thing["id"]), *query)
    assert answer.status == 200, (answer.status, answer.body[:300])


@clause("5.7-M2", "5.7-M3")
@pytest.mark.parametrize("kind", ["thing", "marking", "observable", "precise"])
def test_what_was_deleted_is_gone_from_everywhere(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    thing, beside = getattr(maker, kind)(), maker.thing()
    add(first, served.rw, thing, beside)
    deleted(first, served, thing)
    refused(first.get(first.object(served.rw, thing["id"])), 404)
    refused(first.get(first.object(served.rw, thing["id"]), ALL), 404)
    refused(first.get(first.versions(served.rw, thing["id"])), 404)
    assert held(served, first, thing) == []
    assert len(held(served, first, beside)) == 1


@clause("5.7-M2", "5.7-M3")
def test_deletion_without_a_choice_takes_every_version(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    one = maker.thing("campaign")
    add(first, served.rw, one, maker.newer(one), maker.newer(one))
    deleted(first, served, one)
    assert held(served, first, one) == []
    refused(first.get(first.object(served.rw, one["id"]), ALL), 404)


@clause("5.7-M4")
@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("first", [1, 2]),
        ("last", [0, 1]),
        ("all", []),
        ("first,last", [1]),
        ("0", [1, 2]),
        ("1", [0, 2]),
        ("0,2", [1]),
    ],
)
def test_a_choice_of_versions_is_deleted_alone(
    served: Served, first: Caller, maker: StixMaker, choice: str, left: list[int]
) -> None:
    one = maker.thing("campaign")
    things = [one, maker.newer(one), maker.newer(one)]
    add(first, served.rw, *things)
    versions = [thing["modified"] for thing in things]
    told = ",".join(versions[int(part)] if part.isdigit() else part for part in choice.split(","))
    deleted(first, served, one, ("match[version]", told))
    assert held(served, first, one) == [versions[at] for at in left]


@clause("5.7-M4")
def test_a_choice_of_specification_is_kept(served: Served, first: Caller, maker: StixMaker) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    answer = first.delete(first.object(served.rw, thing["id"]), ("match[spec_version]", "2.0"))
    assert answer.status in (200, 404)
    assert len(held(served, first, thing)) == 1
    deleted(first, served, thing, ("match[spec_version]", "2.1"))
    assert held(served, first, thing) == []


@clause("5.7-M2")
def test_after_its_last_version_the_object_is_gone(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    deleted(first, served, thing, ("match[version]", thing["modified"]))
    refused(first.get(first.object(served.rw, thing["id"])), 404)


@clause("5.7-D1")
def test_what_is_not_there_cannot_be_deleted(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    refused(first.delete(first.object(served.rw, thing["id"])), 404)
    add(first, served.rw, thing)
    deleted(first, served, thing)
    refused(first.delete(first.object(served.rw, thing["id"])), 404)
    nowhere = "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"
    refused(first.delete(first.object(nowhere, thing["id"])), 404)


@clause("5.7-L1")
def test_deletion_in_one_collection_leaves_the_other_alone(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing, other = maker.thing(), served.collection("other")
    add(first, served.rw, thing)
    add(first, other, thing)
    deleted(first, served, thing)
    assert walk(first, first.objects(other), ("match[id]", thing["id"])) == [thing]


@pytest.mark.parametrize("choice", ["garbage", "", "2024-99-01T00:00:00Z", "last,garbage"])
def test_a_choice_that_is_none_deletes_nothing(
    served: Served, first: Caller, maker: StixMaker, choice: str
) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    refused(
        first.delete(first.object(served.rw, thing["id"]), ("match[version]", choice)), 400, 404
    )
    assert len(held(served, first, thing)) == 1


def test_what_was_deleted_can_be_added_again(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    before = walk(first, first.manifest(served.rw), ("match[id]", thing["id"]))
    deleted(first, served, thing)
    add(first, served.rw, thing)
    after = walk(first, first.manifest(served.rw), ("match[id]", thing["id"]))
    assert names(after) == [thing["id"]]
    assert after[0]["date_added"] > before[0]["date_added"]
