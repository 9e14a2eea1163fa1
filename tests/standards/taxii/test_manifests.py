"""Section 5.3: what the manifest says about objects."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, is_time, names, refused, taxii, version_of, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

ALL = ("match[version]", "all")


@clause("5.3.1-M1", "5.3.1-M2", "5.3.1-M3", "3.4-M9", "2-M5")
def test_a_record_says_which_version_came_when(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = [maker.thing(), maker.precise(), maker.marking(), maker.extension()]
    add(first, served.rw, *things)
    asked = ("match[id]", ",".join(names(things)))
    records = walk(first, first.manifest(served.rw), asked)
    assert names(records) == names(things)
    assert [one["version"] for one in records] == [version_of(one) for one in things]
    assert all(is_time(one["date_added"]) for one in records)


@clause("5.3.1-S1", "5.8.1-S1", "4.3.1-S1", "3.4-S1")
def test_what_has_no_version_has_the_same_one_everywhere(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    thing = maker.observable()
    status = add(first, served.rw, thing)
    one = ("match[id]", thing["id"])
    (record,) = taxii(first.get(first.manifest(served.rw), one))["objects"]
    version = record["version"]
    told = taxii(first.get(first.versions(served.rw, thing["id"])))["versions"]
    assert told == [version]
    assert [detail["version"] for detail in status["successes"]] == [version]
    exactly = ("match[version]", version)
    assert names(walk(first, first.objects(served.rw), one, exactly)) == [thing["id"]]
    add(first, served.rw, thing)
    assert taxii(first.get(first.manifest(served.rw), one))["objects"] == [record]


@clause("5.3.1-M4")
def test_a_record_names_a_type_that_its_collection_has(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    add(first, served.rw, maker.thing())
    types = taxii(first.get(first.collection(served.rw))).get("media_types", [])
    for record in taxii(first.get(first.manifest(served.rw), ("limit", "20")))["objects"]:
        assert record.get("media_type", types[0] if types else "") in types or not types


@clause("3.3-M2", "2-L1", "3.4-D4")
def test_records_stand_in_the_order_in_which_they_came(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = [maker.thing() for _ in range(30)][::-1]
    add(first, served.rw, *things)
    asked = ("match[id]", ",".join(names(things)))
    records = walk(first, first.manifest(served.rw), asked)
    assert names(records) == names(things)
    dates = [one["date_added"] for one in records]
    assert dates == sorted(set(dates)), "each has its own"


@clause("2-L1", "3.3-M2")
def test_dates_grow_over_a_whole_collection(served: Served, first: Caller) -> None:
    dates = [one["date_added"] for one in walk(first, first.manifest(served.rw), ALL)]
    assert dates == sorted(set(dates))


@clause("2-L2")
def test_dates_grow_also_when_the_clock_steps_back(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    step = served.needed("step")
    things = [maker.thing() for _ in range(6)]
    add(first, served.rw, *things[:2])
    step(-3600)
    try:
        add(first, served.rw, *things[2:4])
        step(-86400 * 400)
        add(first, served.rw, things[4])
    finally:
        step(86400 * 400 + 3600)
    add(first, served.rw, things[5])
    asked = ("match[id]", ",".join(names(things)))
    records = walk(first, first.manifest(served.rw), asked)
    assert names(records) == names(things)
    dates = [one["date_added"] for one in records]
    assert dates == sorted(set(dates))


@clause("5.3.1-M5", "2-M4")
def test_no_record_is_an_empty_resource(served: Served, first: Caller, maker: StixMaker) -> None:
    asked = ("match[id]", maker.identifier("tool"))
    assert taxii(first.get(first.manifest(served.rw), asked)) in ({}, {"more": False})


@clause("5.3-D1", "3.4-M2")
@pytest.mark.parametrize(
    "asked",
    [
        [("match[type]", "campaign")],
        [("match[type]", "campaign,marking-definition"), ALL],
        [("match[version]", "first")],
        [("match[spec_version]", "2.1")],
        [("match[type]", "campaign"), ("match[version]", "last,first")],
    ],
)
def test_filters_choose_the_same_objects_here_as_there(
    served: Served, first: Caller, maker: StixMaker, asked: list[tuple[str, str]]
) -> None:
    thing = maker.thing("campaign")
    things = [thing, maker.marking(), maker.newer(thing), maker.thing(), maker.observable()]
    add(first, served.rw, *things)
    asked = [*asked, ("match[id]", ",".join({*names(things)}))]
    records = walk(first, first.manifest(served.rw), *asked)
    objects = walk(first, first.objects(served.rw), *asked)
    assert names(records) == names(objects)
    assert records
    for record, found in zip(records, objects, strict=True):
        assert record["version"] == (version_of(found) or record["version"])


@clause("5.3-M1")
def test_the_manifest_of_what_is_unknown_is_not_there(first: Caller) -> None:
    refused(first.get(first.manifest("3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a")), 404)


@clause("3.2-M1", "3.2-M2", "3.2-M3", "3.2-M4", "3.2-D1")
def test_headers_tell_the_dates_of_the_first_and_the_last(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = [maker.thing() for _ in range(5)]
    add(first, served.rw, *things)
    asked = ("match[id]", ",".join(names(things)))
    records = walk(first, first.manifest(served.rw), asked)
    dates = [one["date_added"] for one in records]
    one = things[2]["id"]
    for path, query, ends in (
        (first.manifest(served.rw), [asked], (dates[0], dates[-1])),
        (first.objects(served.rw), [asked], (dates[0], dates[-1])),
        (first.objects(served.rw), [asked, ("limit", "3")], (dates[0], dates[2])),
        (first.object(served.rw, one), [], (dates[2], dates[2])),
        (first.versions(served.rw, one), [], (dates[2], dates[2])),
    ):
        answer = first.get(path, *query)
        taxii(answer)
        told = tuple(answer.header(f"X-TAXII-Date-Added-{end}") for end in ("First", "Last"))
        assert told == ends, path


@clause("3.2-M1", "3.2-M2")
def test_without_any_object_the_headers_are_times_or_absent(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    asked = ("match[id]", maker.identifier("tool"))
    for path in (first.manifest(served.rw), first.objects(served.rw)):
        answer = first.get(path, asked)
        taxii(answer)
        for end in ("First", "Last"):
            told = answer.header(f"X-TAXII-Date-Added-{end}")
            assert told is None or is_time(told)
