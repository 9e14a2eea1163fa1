"""Sections 5.1 and 5.2: which collections there are, and what may be done with them."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, names, refused, taxii
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

STIX = "application/stix+json;version=2.1"


@clause("5.1-D1", "3.3-M3")
def test_each_listed_collection_is_the_one_at_its_address(first: Caller) -> None:
    listed = taxii(first.get(first.collections()))["collections"]
    assert names(listed) == names(taxii(first.get(first.collections()))["collections"])
    assert len({one["id"] for one in listed}) == len(listed)
    for one in listed:
        assert taxii(first.get(first.collection(one["id"]))) == one


@clause("3.3-M3")
def test_new_content_moves_no_collection(served: Served, first: Caller, maker: StixMaker) -> None:
    before = names(taxii(first.get(first.collections()))["collections"])
    add(first, served.rw, maker.thing())
    assert names(taxii(first.get(first.collections()))["collections"]) == before


@clause("5.2.1-M1", "5.2.1-M3")
def test_a_collection_says_what_it_is(served: Served, first: Caller) -> None:
    for one in taxii(first.get(first.collections()))["collections"]:
        assert one["title"].strip()
        assert type(one["can_read"]) is bool
        assert type(one["can_write"]) is bool
        # without the list it is application/stix+json of any version
        assert STIX in one.get("media_types", [STIX])
    assert served.rw in names(taxii(first.get(first.collections()))["collections"])


@clause("5.2.1-M2")
def test_an_alias_belongs_to_one_collection(first: Caller) -> None:
    listed = taxii(first.get(first.collections()))["collections"]
    aliases = [one["alias"] for one in listed if "alias" in one]
    assert len(set(aliases)) == len(aliases)
    assert not {*aliases} & {*names(listed)}


@clause("5.2.1-D1", "5.2.1-D2")
def test_rights_are_as_they_are_told(served: Served, first: Caller, maker: StixMaker) -> None:
    for one in taxii(first.get(first.collections()))["collections"]:
        objects = first.get(first.objects(one["id"]))
        manifest = first.get(first.manifest(one["id"]))
        posted = first.post(one["id"], [maker.thing()])
        for answer in (objects, manifest):
            assert (answer.status == 200) is one["can_read"], (one, answer)
        assert (posted.status == 202) is one["can_write"], (one, posted)
    assert served.url


@clause("5.1-M1", "2-M4")
def test_a_partner_without_any_collection_gets_an_empty_resource(served: Served) -> None:
    caller = Caller(served, served.needed("newcomer"))
    assert taxii(caller.get(caller.collections())) == {}


@clause("5.2-D1")
@pytest.mark.parametrize(
    "name",
    [
        "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a",
        "nonsense",
        "00000000-0000-0000-0000-000000000000",
        "%2e%2e",
        "*",
        "'",
        "%00",
        "%ff",
        "x" * 1000,
    ],
)
def test_an_unknown_collection_is_not_there(first: Caller, name: str) -> None:
    refused(first.get(first.collection(name)), 400, 404)
    refused(first.get(first.objects(name)), 400, 404)


def test_an_id_in_capitals_is_the_same_collection_or_none(served: Served, first: Caller) -> None:
    answer = first.get(first.collection(served.rw.upper()))
    assert answer.status == 404 or taxii(answer)["id"] == served.rw
