"""Sections 3.7, 5.4 and 5.6: objects come back as they were sent."""

import json
from decimal import Decimal

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, names, refused, taxii, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import Made, StixMaker

EVERY = list(StixMaker(77).every())


@clause("5.4-D1", "5.4-L1", "3.7-M1", "5.6-M2", "8.2.1-M2")
@pytest.mark.parametrize("thing", EVERY, ids=lambda thing: thing["type"])
def test_an_object_of_every_type_comes_back_as_it_was_sent(
    served: Served, first: Caller, thing: Made
) -> None:
    add(first, served.rw, thing)
    by_id = taxii(first.get(first.object(served.rw, thing["id"])))
    assert by_id["objects"] == [thing]
    listed = taxii(first.get(first.objects(served.rw), ("match[id]", thing["id"])))
    assert listed["objects"] == [thing]


@clause("5.4-L1")
def test_numbers_come_back_to_the_last_digit(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    numbers = ["1.0", "1e2", "0.1000", "12345678901234567890", "1.2345678901234567890", "-0.0"]
    thing = json.dumps(maker.thing("tool"))
    body = f'{{"objects": [{thing[:-1]}, "x_conform_numbers": [{", ".join(numbers)}]}}]}}'
    answer = first.ask("POST", first.objects(served.rw), body=body.encode())
    assert taxii(answer, 202)["failure_count"] == 0
    found = first.get(first.object(served.rw, json.loads(thing)["id"])).body.decode()
    kept = json.loads(found, parse_float=Decimal)["objects"][0]["x_conform_numbers"]
    assert [Decimal(one) for one in kept] == [Decimal(one) for one in numbers]


@clause("3.3-M1", "3.4-D4")
def test_objects_stand_in_the_order_in_which_they_came(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = [maker.thing() for _ in range(30)]
    maker.chance.shuffle(things)
    for part in (things[:10], things[10:11], things[11:]):
        add(first, served.rw, *part)
    asked = ("match[id]", ",".join(names(things)))
    assert names(walk(first, first.objects(served.rw), asked)) == names(things)


@clause("3.7-M2", "2-M4")
def test_no_object_is_an_empty_envelope(served: Served, first: Caller, maker: StixMaker) -> None:
    asked = ("match[id]", maker.identifier("tool"))
    assert taxii(first.get(first.objects(served.rw), asked)) in ({}, {"more": False})


@clause("3.7-M3")
def test_an_envelope_says_whether_more_remains(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    add(first, served.rw, maker.thing(), maker.thing())
    found = taxii(first.get(first.objects(served.rw), ("limit", "1")))
    assert found["more"] is True
    assert isinstance(found.get("next", ""), str)
    assert {*found} <= {"more", "next", "objects"}


@clause("5.6-D1", "5.8-D1")
@pytest.mark.parametrize("kind", ["indicator", "domain-name", "marking-definition", "outpost"])
def test_an_unknown_object_is_not_there(
    served: Served, first: Caller, maker: StixMaker, kind: str
) -> None:
    name = maker.identifier(kind)
    refused(first.get(first.object(served.rw, name)), 404)
    refused(first.get(first.versions(served.rw, name)), 404)


@clause("5.6-D1")
def test_an_object_of_another_collection_is_not_there(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    add(first, served.collection("other"), thing)
    refused(first.get(first.object(served.rw, thing["id"])), 404)


@clause("5.4-M1", "5.6-M1")
def test_objects_of_what_is_unknown_are_not_there(first: Caller, maker: StixMaker) -> None:
    nowhere = "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"
    refused(first.get(first.objects(nowhere)), 404)
    refused(first.get(first.object(nowhere, maker.identifier("indicator"))), 404)


@clause("5.4-D1")
def test_what_one_partner_sends_the_other_reads(
    served: Served, first: Caller, second: Caller, maker: StixMaker
) -> None:
    thing = maker.odd()
    add(second, served.rw, thing)
    assert taxii(first.get(first.object(served.rw, thing["id"])))["objects"] == [thing]


@clause("5.6-M2")
def test_an_address_may_be_written_with_escapes(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.thing()
    add(first, served.rw, thing)
    escaped = thing["id"].replace("--", "%2D%2D")
    assert taxii(first.get(first.object(served.rw, escaped)))["objects"] == [thing]
