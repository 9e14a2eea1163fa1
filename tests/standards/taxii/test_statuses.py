"""Section 4.3: what became of a request to add objects."""

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import UUID4, add, added, is_time, names, refused, taxii, version_of
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

COUNTED = {"success": "successes", "failure": "failures", "pending": "pendings"}
DAY = 86400


@clause("4.3.1-M1", "4.3.1-M2", "4.3.1-M3", "4.3.1-M4", "4.3.1-D1", "2-M2")
def test_a_status_counts_what_was_sent(served: Served, first: Caller, maker: StixMaker) -> None:
    sent = [maker.thing(), maker.marking(), maker.observable(), maker.thing(created="never")]
    status = added(first, served.rw, *sent)
    assert UUID4.fullmatch(status["id"])
    assert status["status"] == "complete"
    assert is_time(status.get("request_timestamp", "2024-01-01T00:00:00.000000Z"))
    counts = {name: status[f"{name}_count"] for name in COUNTED}
    assert counts == {"success": 3, "failure": 1, "pending": 0}
    assert status["total_count"] == len(sent) == sum(counts.values())
    for name, told in COUNTED.items():
        assert type(status[f"{name}_count"]) is int
        if told in status:
            assert len(status[told]) == counts[name]


@clause("4.3.1-M5", "4.3.1-M6", "2-M4")
def test_details_name_the_object_and_its_version(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    one = maker.thing("campaign")
    sent = [one, maker.newer(one), maker.precise(), maker.marking()]
    status = add(first, served.rw, *sent)
    told = status["successes"]
    assert names(told) == names(sent)
    assert [detail["version"] for detail in told] == [version_of(thing) for thing in sent]
    assert "failures" not in status
    assert "pendings" not in status


@clause("4.3-D2")
def test_the_status_that_was_answered_is_the_one_that_is_found(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    status = add(first, served.rw, maker.thing())
    found = taxii(first.get(first.status(status["id"])))
    assert found == status
    add(first, served.rw, maker.thing())
    assert taxii(first.get(first.status(status["id"]))) == status


@clause("4.3-S1")
def test_a_status_can_be_read_for_a_day(served: Served, first: Caller, maker: StixMaker) -> None:
    step = served.needed("step")
    status = add(first, served.rw, maker.thing())
    step(DAY - 60)
    try:
        add(first, served.rw, maker.thing())  # which may clear what is too old
        assert taxii(first.get(first.status(status["id"]))) == status
    finally:
        step(60 - DAY)


@clause("4.3-S1")
def test_a_status_outlives_a_restart(served: Served, first: Caller, maker: StixMaker) -> None:
    restart = served.needed("restart")
    status = add(first, served.rw, maker.thing())
    restart()
    assert taxii(first.get(first.status(status["id"]))) == status


@clause("4.3-D1")
@pytest.mark.parametrize(
    "name", ["3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a", "nonsense", "%00", "0", "x" * 500, "%ff"]
)
def test_an_unknown_status_is_not_there(first: Caller, name: str) -> None:
    refused(first.get(first.status(name)), 400, 404)


def test_each_request_has_its_own_status(served: Served, first: Caller, maker: StixMaker) -> None:
    thing = maker.thing()
    ids = {add(first, served.rw, thing)["id"] for _ in range(3)}
    assert len(ids) == 3


def test_who_may_only_write_reads_the_status(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    status = add(first, served.collection("wo"), maker.thing())
    assert taxii(first.get(first.status(status["id"]))) == status
