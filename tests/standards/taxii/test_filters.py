"""Section 3.4: filters."""

from datetime import datetime, timedelta

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, names, refused, taxii, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import Made, StixMaker


@pytest.fixture
def mixed(served: Served, first: Caller, maker: StixMaker) -> list[Made]:
    """Objects of several types, just added."""
    things = [
        maker.thing("campaign"),
        maker.thing("tool"),
        maker.marking(),
        maker.observable("url"),
        maker.thing("campaign"),
        *maker.custom(),
    ]
    add(first, served.rw, *things)
    return things


def among(things: list[Made]) -> tuple[str, str]:
    """Ask about these objects alone."""
    return ("match[id]", ",".join(names(things)))


@clause("3.4-M2", "3.4-M6")
@pytest.mark.parametrize(
    ("types", "found"),
    [
        ("campaign", [0, 4]),
        ("tool", [1]),
        ("marking-definition", [2]),
        ("url", [3]),
        ("outpost", [6]),
        ("tool,campaign", [0, 1, 4]),
        ("url,nothing-like-it", [3]),
        ("campaign,campaign", [0, 4]),
        ("Campaign", []),
        ("camp", []),
        ("campaign%", []),
        ("*", []),
    ],
)
def test_types_are_alternatives(
    served: Served, first: Caller, mixed: list[Made], types: str, found: list[int]
) -> None:
    listed = walk(first, first.objects(served.rw), among(mixed), ("match[type]", types))
    assert listed == [mixed[at] for at in found]


@clause("3.4-M2", "3.4-M6")
def test_ids_are_alternatives(served: Served, first: Caller, mixed: list[Made]) -> None:
    chosen = [mixed[4], mixed[0], mixed[2]]
    absent = {"id": StixMaker(4).identifier("tool")}
    listed = walk(first, first.objects(served.rw), among([*chosen, absent]))
    assert listed == [mixed[0], mixed[2], mixed[4]]


@clause("3.4-M5")
def test_fields_must_all_hold(served: Served, first: Caller, mixed: list[Made]) -> None:
    path = first.objects(served.rw)
    both = [among(mixed[:2]), ("match[type]", "tool"), ("match[spec_version]", "2.1")]
    assert walk(first, path, *both) == [mixed[1]]
    none = [among(mixed[:1]), ("match[type]", "tool")]
    assert taxii(first.get(path, *none)) in ({}, {"more": False})
    version = ("match[version]", mixed[4]["modified"])
    assert walk(first, path, among(mixed), ("match[type]", "campaign"), version) == [mixed[4]]


@clause("3.4-M2", "3.4-M3", "3.4-M7")
def test_specifications_are_chosen(served: Served, first: Caller, mixed: list[Made]) -> None:
    path = first.objects(served.rw)
    assert walk(first, path, among(mixed)) == mixed
    assert walk(first, path, among(mixed), ("match[spec_version]", "2.1")) == mixed
    assert walk(first, path, among(mixed), ("match[spec_version]", "2.0,2.1")) == mixed
    assert walk(first, path, among(mixed), ("match[spec_version]", "2.0")) == []
    one = first.object(served.rw, mixed[0]["id"])
    assert walk(first, one, ("match[spec_version]", "2.1")) == [mixed[0]]


@clause("3.4-M2")
def test_brackets_may_be_escaped_or_not(served: Served, first: Caller, mixed: list[Made]) -> None:
    for query in (
        f"match[id]={mixed[0]['id']},{mixed[1]['id']}",
        f"match%5Bid%5D={mixed[0]['id']}%2C{mixed[1]['id']}",
        f"match%5bid%5d={mixed[0]['id']},{mixed[1]['id']}",
    ):
        found = taxii(first.ask("GET", first.objects(served.rw), query))
        assert found["objects"] == mixed[:2]


@clause("3.4-D2", "3.4-D3")
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_added_after_is_strict_to_the_microsecond(
    served: Served, first: Caller, mixed: list[Made], place: str
) -> None:
    path = getattr(first, place)(served.rw)
    records = walk(first, first.manifest(served.rw), among(mixed))
    for at, record in enumerate(records):
        moment = datetime.fromisoformat(record["date_added"])
        before = (moment - timedelta(microseconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        later = walk(first, path, among(mixed), ("added_after", record["date_added"]))
        assert names(later) == names(mixed[at + 1 :])
        here = walk(first, path, among(mixed), ("added_after", before))
        assert names(here) == names(mixed[at:])


@clause("3.4-D3")
def test_added_after_is_about_the_collection_and_not_the_object(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    old = maker.thing(created="1990-01-01T00:00:00.000Z")
    future = maker.thing(created="2190-01-01T00:00:00.000Z")
    add(first, served.rw, future, old)
    path, after = first.objects(served.rw), ("added_after", "2020-01-01T00:00:00.000000Z")
    assert walk(first, path, among([old, future]), after) == [future, old]
    far = ("added_after", "2150-01-01T00:00:00.000000Z")
    assert walk(first, path, among([old, future]), far) == []


@clause("3.4-D6")
@pytest.mark.parametrize(
    "moment",
    [
        "",
        "now",
        "2024",
        "2024-01-01",
        "2024-13-01T00:00:00.000000Z",
        "2024-02-30T00:00:00.000000Z",
        "2024-01-01T25:00:00.000000Z",
        "2024-01-01T00:00:00.000000Z'",
        "2024-01-01T00:00:00.00000\u0660Z",
        "0000-00-00T00:00:00.000000Z",
        "99999-01-01T00:00:00.000000Z",
        "1704067200",
        "\x00",
    ],
)
def test_a_time_that_is_none_is_refused(served: Served, first: Caller, moment: str) -> None:
    for path in (first.objects(served.rw), first.manifest(served.rw)):
        refused(first.get(path, ("added_after", moment)), 400)


@pytest.mark.parametrize(
    "moment",
    [
        "2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00.5Z",
        "2024-01-01T00:00:00.123Z",
        "2024-01-01T00:00:00.123456789Z",
        "0001-01-01T00:00:00.000000Z",
        "9999-12-31T23:59:59.999999Z",
    ],
)
def test_a_time_with_fewer_or_more_digits_is_read_or_refused(
    served: Served, first: Caller, moment: str
) -> None:
    answer = first.get(first.objects(served.rw), ("added_after", moment))
    assert answer.status == 200 or refused(answer, 400)


@clause("3.4-M1", "3.5-M1")
@pytest.mark.parametrize("limit", [1, 2, 6, 7, 8, 500])
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_a_limit_is_kept(
    served: Served, first: Caller, mixed: list[Made], place: str, limit: int
) -> None:
    path = getattr(first, place)(served.rw)
    found = taxii(first.get(path, among(mixed), ("limit", str(limit))))
    assert names(found["objects"]) == names(mixed[:limit])
    assert bool(found.get("more")) is (limit < len(mixed))


@clause("3.4-D5")
@pytest.mark.parametrize(
    "limit",
    ["0", "-1", "", "x", "1.5", "1e2", "\u0661", " 1", "+1", "0x10", "1,2", "\u0661\u0660", "1_0"],
)
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_a_limit_that_is_no_positive_integer_is_refused(
    served: Served, first: Caller, place: str, limit: str
) -> None:
    refused(first.get(getattr(first, place)(served.rw), ("limit", limit)), 400)


@clause("3.5-D3")
@pytest.mark.parametrize("limit", ["100000", str(2**31), str(2**63), str(2**64), "9" * 4000])
def test_a_huge_limit_gives_what_the_server_gives_or_a_refusal(
    served: Served, first: Caller, mixed: list[Made], limit: str
) -> None:
    answer = first.get(first.objects(served.rw), among(mixed), ("limit", limit))
    if answer.status == 200:
        assert taxii(answer)["objects"][:1] == mixed[:1]
    else:
        refused(answer, 400, 414)


@pytest.mark.parametrize(
    "query",
    [
        "match[type]=tool&match[type]=campaign",
        "limit=1&limit=2",
        "added_after=2024-01-01T00:00:00.000000Z&added_after=2025-01-01T00:00:00.000000Z",
        "match[nonsense]=1",
        "nonsense=1",
        "match[]=1",
        "match=1",
        "match[id=1",
        "match[id]",
        "match[id]=",
        "match[type]=,",
        "match[type]=tool,",
        "match[version]=",
        "match[version]=last,",
        "&&&=&",
        "%",
        "%zz=1",
        "match[id]=%ff",
        "match[id]=%00",
        "match[type]=" + "a," * 2000,
        "match[spec_version]=9.9",
        "match[spec_version]=",
        ";drop=table",
    ],
)
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_a_question_nobody_should_ask_is_answered_or_refused(
    served: Served, first: Caller, place: str, query: str
) -> None:
    answer = first.ask("GET", getattr(first, place)(served.rw), query)
    if answer.status == 200:
        taxii(answer)
    else:
        refused(answer, 400, 404, 414)


@clause("3.4-M5")
def test_a_filter_that_matches_nothing_is_not_forgotten(
    served: Served, first: Caller, mixed: list[Made]
) -> None:
    for query in ("match[type]=", "match[id]=", "match[version]=2001-01-01T00:00:00.000Z"):
        answer = first.ask("GET", first.objects(served.rw), query)
        if answer.status == 200:
            assert "objects" not in taxii(answer)
    assert mixed
