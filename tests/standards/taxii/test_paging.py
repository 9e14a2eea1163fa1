"""Section 3.5, and what legation promises of its cursors: nothing is skipped, nothing comes twice.

LEGATION_TAXII_PAGING is the number of worlds that the property tries; the normal run has a few.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.taxii.clauses import clause
from standards.taxii.reading import Found, add, names, pages, refused, taxii, version_of, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import Made, StixMaker

WORLDS = int(os.environ.get("LEGATION_TAXII_PAGING", "6"))
ALL = ("match[version]", "all")
Seen = tuple[str, str]
SEEDS = count(10**6)


def seen(things: list[Any]) -> list[Seen]:
    """Give id and version of objects or of records."""
    return [(one["id"], str(one.get("version", version_of(one)))) for one in things]


def last_date(caller: Caller, collection: str) -> str:
    """Give the date of the newest record of a collection."""
    records = walk(caller, caller.manifest(collection), ALL)
    return str(records[-1]["date_added"]) if records else "2000-01-01T00:00:00.000000Z"


def by_date(caller: Caller, path: str, limit: int, *query: tuple[str, str]) -> Iterator[Found]:
    """Walk by added_after alone, as many clients do."""
    base = [pair for pair in query if pair[0] != "added_after"]
    after = [pair for pair in query if pair[0] == "added_after"]
    while True:
        answer = caller.get(path, *base, *after, ("limit", str(limit)))
        found = taxii(answer)
        yield found
        if not found.get("more"):
            return
        told = answer.header("X-TAXII-Date-Added-Last")
        assert told
        assert ("added_after", told) not in after, "it never ends"
        after = [("added_after", told)]


@contextmanager
def writing(served: Served, collection: str, seed: int, *, batches: int = 25) -> Iterator[None]:
    """Let two partners add objects, and later versions of them, all the while."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def write(number: int) -> None:
        caller, maker = Caller(served, served.first), StixMaker(seed * 10 + number)
        thing = maker.thing("campaign")
        try:
            for _ in range(batches):
                if stop.wait(0.005):
                    return
                thing = maker.newer(thing)
                more = maker.some(maker.chance.randrange(5))
                assert caller.post(collection, [*more, thing]).status == 202
        except BaseException as error:  # noqa: BLE001  # told to the test below
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert failed == []


@pytest.fixture(scope="module")
def twenty(served: Served) -> list[Made]:
    """Twenty objects of two types, in the order in which they were added to `rw`."""
    maker = StixMaker(1003)
    things = [maker.thing("campaign" if at % 2 else "tool") for at in range(20)]
    add(Caller(served, served.first), served.rw, *things)
    return things


def among(things: list[Made]) -> tuple[str, str]:
    """Ask about these objects alone."""
    return ("match[id]", ",".join(names(things)))


@clause("3.5-M1", "3.5-M2", "3.5-D1", "3.4-M1")
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 19, 20, 21])
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_pages_together_are_the_whole(
    served: Served, first: Caller, twenty: list[Made], place: str, limit: int
) -> None:
    path = getattr(first, place)(served.rw)
    parts = [found["objects"] for found, _ in pages(first, path, among(twenty), limit=limit)]
    assert [len(part) for part in parts] == [limit] * (20 // limit) + [20 % limit] * (
        20 % limit > 0
    )
    assert names([one for part in parts for one in part]) == names(twenty)


@clause("3.5-D2")
@pytest.mark.parametrize("limit", [1, 3, 20])
@pytest.mark.parametrize("place", ["objects", "manifest"])
def test_pages_by_date_together_are_the_whole(
    served: Served, first: Caller, twenty: list[Made], place: str, limit: int
) -> None:
    path = getattr(first, place)(served.rw)
    found = [one for page in by_date(first, path, limit, among(twenty)) for one in page["objects"]]
    assert names(found) == names(twenty)


@clause("3.5-L4", "3.5-L5", "3.5-D1", "3.5-D2", "3.3-M1")
@settings(max_examples=WORLDS)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=5),
    limit=st.integers(1, 9),
    place=st.sampled_from(["objects", "manifest"]),
)
def test_while_others_write_each_object_comes_once(
    served: Served, sizes: list[int], limit: int, place: str
) -> None:
    seed = next(SEEDS)  # an example that is tried again must not add what is there
    caller, maker = Caller(served, served.first), StixMaker(seed)
    collection = served.collection("other")
    path = getattr(caller, place)(collection)
    question = [("added_after", last_date(caller, collection)), ALL]
    there: list[Made] = []
    for size in sizes:
        things = maker.some(size)
        things += [maker.newer(things[0])]
        add(caller, collection, *things)
        there += things
    with writing(served, collection, seed):
        by_next = seen(walk(caller, path, *question, limit=limit))
        dated = [one for page in by_date(caller, path, limit, *question) for one in page["objects"]]
    for walked in (by_next, seen(dated)):
        assert max(Counter(walked).values()) == 1
        assert [one for one in walked if one in set(seen(there))] == seen(there)


@clause("3.5-L4", "3.4-M8")
def test_while_objects_get_new_versions_none_is_skipped(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    collection = served.collection("other")
    question = ("added_after", last_date(first, collection))
    things = maker.some(30)
    add(first, collection, *things)
    walked: list[Seen] = []
    for at, (found, _) in enumerate(pages(first, first.objects(collection), question, limit=4)):
        walked += seen(found["objects"])
        if at < 5:
            add(first, collection, maker.newer(things[at * 6]), maker.newer(things[-1 - at]))
    assert max(Counter(walked).values()) == 1
    assert {name for name, _ in walked} == {*names(things)}


@clause("3.5-L4")
def test_while_objects_are_deleted_no_other_is_skipped(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    collection = served.collection("other")
    question = ("added_after", last_date(first, collection))
    things = maker.some(30)
    add(first, collection, *things)
    gone: set[str] = set()
    walked: list[str] = []
    for at, (found, _) in enumerate(pages(first, first.objects(collection), question, limit=4)):
        walked += names(found["objects"])
        if at < 6:
            for thing in (things[at * 4], things[at * 4 + 5]):
                first.delete(first.object(collection, thing["id"]))
                gone.add(thing["id"])
    left = [name for name in names(things) if name not in gone]
    assert [name for name in walked if name not in gone] == left


@clause("3.5-L1")
def test_a_cursor_outlives_a_restart(served: Served, first: Caller, twenty: list[Made]) -> None:
    restart = served.needed("restart")
    query = [among(twenty), ("limit", "6")]
    page = taxii(first.get(first.objects(served.rw), *query))
    restart()
    found = walk(first, first.objects(served.rw), *query, ("next", page["next"]))
    restart()
    again = taxii(first.get(first.objects(served.rw), *query, ("next", page["next"])))
    assert names(page["objects"]) + names(found) == names(twenty)
    assert names(again["objects"]) == names(twenty[6:12])


def test_a_cursor_may_be_used_twice(served: Served, first: Caller, twenty: list[Made]) -> None:
    query = [among(twenty), ("limit", "6")]
    page = taxii(first.get(first.objects(served.rw), *query))
    again = [
        taxii(first.get(first.objects(served.rw), *query, ("next", page["next"]))) for _ in range(3)
    ]
    assert again[0] == again[1] == again[2]


@clause("3.5-L2", "B-D1")
def test_a_cursor_with_one_changed_letter_is_refused(
    served: Served, first: Caller, twenty: list[Made], maker: StixMaker
) -> None:
    path, query = first.objects(served.rw), [among(twenty), ("limit", "6")]
    cursor = taxii(first.get(path, *query))["next"]
    for at, letter in enumerate(cursor):
        for other in maker.chance.sample("AQgwBRhx0189-_.~", 2):
            if other != letter:
                changed = cursor[:at] + other + cursor[at + 1 :]
                refused(first.get(path, *query, ("next", changed)), 400)


@clause("3.5-L2", "B-D1")
def test_a_cursor_that_is_cut_or_joined_is_refused(
    served: Served, first: Caller, twenty: list[Made]
) -> None:
    path, query = first.objects(served.rw), [among(twenty), ("limit", "6")]
    cursor = taxii(first.get(path, *query))["next"]
    for changed in (
        "",
        cursor[:-1],
        cursor[1:],
        cursor + "A",
        cursor + "=",
        " " + cursor,
        cursor + "\n",
        cursor * 2,
        cursor.swapcase(),
        cursor[::-1],
        "0",
        "-1",
        "null",
        "A" * len(cursor),
        "\x00",
        "\u0661",
        "A" * 10_000,
    ):
        refused(first.get(path, *query, ("next", changed)), 400, 414)


@clause("3.5-L3", "B-D1")
def test_a_cursor_of_another_question_shows_nothing_foreign(
    served: Served, first: Caller, twenty: list[Made]
) -> None:
    path = first.objects(served.rw)
    page = taxii(first.get(path, among(twenty), ("limit", "6")))
    for question in (
        [among(twenty[:3])],
        [among(twenty), ("match[type]", "campaign")],
        [among(twenty), ("added_after", last_date(first, served.rw))],
        [among(twenty), ("match[spec_version]", "2.0")],
    ):
        answer = first.get(path, *question, ("next", page["next"]))
        if answer.status == 200:
            allowed = names(walk(first, path, *question))
            assert {*names(taxii(answer).get("objects", []))} <= {*allowed}
        else:
            refused(answer, 400)


@clause("3.5-L3", "B-D1")
def test_a_cursor_of_another_collection_shows_nothing_of_it(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    for name in ("hidden", "other"):
        secret = served.collection(name)
        things = maker.some(5)
        add(first, secret, *things)
        page = taxii(first.get(first.objects(secret), ("limit", "1")))
        for path in (first.objects(served.rw), first.manifest(served.rw)):
            answer = first.get(path, ("limit", "1"), ("next", page["next"]))
            if answer.status == 200:
                here = names(walk(first, first.objects(served.rw), ALL))
                assert {*names(taxii(answer).get("objects", []))} <= {*here}
            else:
                refused(answer, 400)


@clause("3.5-L3", "B-D1", "5-L1")
def test_a_cursor_of_another_partner_shows_nothing_of_theirs(
    served: Served, first: Caller, second: Caller, maker: StixMaker
) -> None:
    hidden = served.collection("hidden")
    things = maker.some(4)
    add(first, hidden, *things)
    cursor = ("next", taxii(first.get(first.objects(hidden), ("limit", "1")))["next"])
    refused(second.get(second.objects(hidden), cursor), 404)
    for path in (second.objects(served.rw), second.manifest(served.rw)):
        answer = second.get(path, ("limit", "1"), cursor)
        if answer.status == 200:
            assert not {*names(taxii(answer).get("objects", []))} & {*names(things)}
        else:
            refused(answer, 400)


@clause("3.5-L3")
def test_a_cursor_needs_credentials_like_everything_else(
    served: Served, first: Caller, nobody: Caller, twenty: list[Made]
) -> None:
    page = taxii(first.get(first.objects(served.rw), among(twenty), ("limit", "6")))
    refused(nobody.get(nobody.objects(served.rw), among(twenty), ("next", page["next"])), 401)


@clause("3.5-M2", "3.5-D2")
def test_what_came_after_the_last_page_is_found_later(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    things = maker.some(3)
    add(first, served.rw, *things)
    answer = first.get(first.objects(served.rw), among(things))
    last = ("added_after", str(answer.header("X-TAXII-Date-Added-Last")))
    assert names(walk(first, first.objects(served.rw), among(things), last)) == []
    later = maker.some(2)
    add(first, served.rw, *later)
    found = walk(first, first.objects(served.rw), among([*things, *later]), last)
    assert names(found) == names(later)
