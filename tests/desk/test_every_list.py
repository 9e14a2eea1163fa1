"""Every list of the desk: a filter and an order in the address, pages by key, CSV and JSON.

Lists are found, not named: each page that draws a table must stand below, as a list with all of
that or as what is never longer than one page, with the reason. So a new list without them fails.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest
from litestar.routes import HTTPRoute

from legation.desk.listing import Listing
from worlds.busy_desk import BusyDesk, busy_desk

CAMPAIGN: Final = "/campaign/{campaign_id}"
NOWHERE: Final = "999999999999"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is to know.

    Attributes:
        orders: Its orders.
        narrowed: A filter that leaves nothing, or less.
        asked: What its address always asks.
        file: Its files, without the kind.
        turned: What its address says where a page begins.
    """

    orders: tuple[str, ...]
    narrowed: str
    asked: str = ""
    file: str = ""
    turned: str = "after"


LISTS: Final = {
    "/watch/campaigns": Listed(
        orders=("grade", "newest", "accounts", "ties", "name", "chance"), narrowed="words=zzz"
    ),
    f"{CAMPAIGN}/accounts": Listed(
        orders=("score", "account", "role", "q", "partners", "objects"), narrowed="words=zzz"
    ),
    f"{CAMPAIGN}/ties": Listed(
        orders=("objects", "account", "tie", "expected", "q", "when"), narrowed="account=nobody"
    ),
    f"{CAMPAIGN}/tie": Listed(
        orders=("time", "lag", "layer"), narrowed="layer=none", asked="a={a}&b={b}"
    ),
    f"{CAMPAIGN}/evidence": Listed(orders=("time", "lag", "layer"), narrowed="layer=none"),
    f"{CAMPAIGN}/coordination/groups": Listed(
        orders=("group", "accounts", "role", "ties"), narrowed="role=none"
    ),
    f"{CAMPAIGN}/coordination/links": Listed(
        orders=("objects", "from", "to", "ties", "validated"), narrowed="end=none"
    ),
    f"{CAMPAIGN}/spread": Listed(orders=("day", "posts", "met"), narrowed="layer=none"),
    "/evidence": Listed(
        orders=("when", "title", "kind", "method", "until", "size"),
        narrowed="words=zzz",
        turned="before",
    ),
    "/search": Listed(
        orders=("relevance", "when", "kind"), narrowed="kind=note", asked="q=harbour&kind=campaign"
    ),
    "/jobs": Listed(orders=("when", "job", "state", "done"), narrowed="words=zzz"),
    "/imports": Listed(orders=("when", "file", "state", "rows"), narrowed="words=zzz"),
    "/people": Listed(orders=("name", "when"), narrowed="words=zzz"),
    "/filters": Listed(orders=("name", "list"), narrowed="words=zzz"),
    "/acts": Listed(orders=("when", "act"), narrowed="act=none"),
    "/decisions": Listed(orders=("when", "title", "until", "state"), narrowed="words=zzz"),
    "/notices": Listed(orders=("when", "kind", "grade", "state"), narrowed="kind=none"),
    "/duty": Listed(
        orders=("when", "cause", "urgency", "state"), narrowed="state=none", file="/duty/calls"
    ),
    "/duty/rota": Listed(
        orders=("from", "to", "who", "rank"), narrowed="person=nobody", file="/duty"
    ),
    "/handover": Listed(orders=("when", "kind", "who"), narrowed="words=zzz"),
    "/log": Listed(orders=("when",), narrowed="actor=nobody", turned="before"),
    "/balance": Listed(orders=("answer", "name", "state"), narrowed="words=zzz"),
    "/talks": Listed(orders=("starts", "name", "kind"), narrowed="words=zzz"),
    "/voices": Listed(orders=("state", "name", "platform", "as_of"), narrowed="words=zzz"),
    "/states": Listed(
        orders=("name", "code", "signed", "ratified", "implemented", "tried", "suspended", "as_of"),
        narrowed="words=zzz",
    ),
    "/facts": Listed(orders=("table", "key", "as_of", "pack"), narrowed="words=zzz"),
    "/orders": Listed(orders=("when", "until", "threat", "target"), narrowed="words=zzz"),
    "/cases": Listed(orders=("touched", "number", "due"), narrowed="words=zzz"),
    "/case/{case}/entries": Listed(
        orders=("number", "happened", "kind"), narrowed="kind=none", file="/case/{case}"
    ),
    "/escalation": Listed(orders=("verdict", "pair", "incidents"), narrowed="verdict=none"),
    "/sharing": Listed(orders=("name", "when"), narrowed="words=zzz"),
    "/ledger": Listed(orders=("when",), narrowed="object=none"),
    "/personal": Listed(orders=("until", "purpose"), narrowed="purpose=none"),
    "/received": Listed(orders=("when",), narrowed="type=none", turned="before"),
    "/quarantine": Listed(orders=("when",), narrowed="kind=none", turned="before"),
    "/statements": Listed(orders=("touched", "draft"), narrowed="words=zzz"),
    "/statements/register": Listed(orders=("when", "number"), narrowed="words=zzz"),
    "/statements/copies": Listed(orders=("when", "posts", "grade"), narrowed="words=zzz"),
    "/log/heads": Listed(orders=("when", "entries"), narrowed="until=2000-01-01"),
}
# What draws a table and is never longer than one page, or is no list.
BOUNDED: Final = {
    "/": "five campaigns at most, and the duty of today",
    CAMPAIGN: "the first rows of the lists below it",
    f"{CAMPAIGN}/coordination": "the first rows of the lists below it",
    f"{CAMPAIGN}/techniques": "what one finding suggests",
    f"{CAMPAIGN}/history": "the latest twenty runs, each against the one before",
    f"{CAMPAIGN}/rights": "the latest looks, with how many there were",
    f"{CAMPAIGN}/names": "a form, of one campaign",
    "/evidence/{evidence_id}": "one capture: its links, pictures and programs",
    "/evidence/{evidence_id}/original": "one capture",
    "/job/{job_id}": "one job: its log, and its first ten rejects",
    "/import": "the newest imports; all stand in /imports",
    "/import/file/{upload_id}": "one file: its columns",
    "/import/undo/{import_id}": "one import",
    "/decision/{request_id}": "one request",
    "/duty/channels": "ten channels at most",
    "/duty/shift/{shift_id}": "one shift, in a form",
    "/duty/{ref}": "one call: whom it was tried to reach",
    "/digests": "twenty digests at most",
    "/keys": "the passkeys of one person",
    "/people/{person_id}/clearance": "one person: the entries of their clearance",
    "/mission/{key}": "one mission: six balances, and what is on record of it",
    "/mission/{key}/{threat}": "one balance, opened down to its evidence",
    "/mission/{key}/object/{object_id}": "one row of a register",
    "/state/{country}": "one state: how it stands to each agreement",
    "/registers": "the eight registers, with how much each holds",
    "/case/{case}": "one case",
    "/case/{case}/attribution": "one case: its hypotheses by its facts",
    "/case/{case}/enter/{kind}": "a form",
    "/partner/{partner}": "one partner: its keys and feeds",
    "/ledger/object/{sent}": "one object: which partners were sent it",
    "/sending": "a form, and the first 300 objects of what it asks; the file has all",
    "/draft/{draft}": "one draft: which words of its texts were changed",
    "/statements/copy/{copy}": "one altered copy: its words, and its first fifty posts",
    "/words": "an explanation",
    "/shortcuts": "an explanation",
    "/help": "pages of the help",
    "/help/{name}": "a page of the help",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyDesk]:
    with busy_desk(tmp_path_factory.mktemp("lists")) as opened:
        yield opened


def address(desk: BusyDesk, route: str, *asked: str) -> str:
    path = re.sub(r"\{(\w+)\}", lambda at: desk.ids[at[1]], route)
    values = [one.format(**desk.ids) for one in asked if one]
    return f"{path}?{'&'.join(values)}" if values else path


def rows(desk: BusyDesk, route: str, *asked: str) -> list[Any]:
    known = LISTS[route]
    found = desk.person.get(address(desk, f"{known.file or route}/as/json", known.asked, *asked))
    assert found.status_code == 200, found.text
    told = found.json()
    return told["rows"] if "rows" in told else told["entries"]  # type: ignore[no-any-return]  # JSON


def test_every_page_with_a_table_is_a_list_or_says_why_not(desk: BusyDesk) -> None:
    routes = {
        re.sub(r":\w+\}", "}", route.path)
        for route in desk.app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    }
    drawn = set()
    for path in routes:
        if re.search(r"/as/|/paper/|\.csv$|/events$|^/static|^/help-image|\.json$|/state$", path):
            continue
        asked = "a={a}&b={b}" if path.endswith("/tie") else ""
        asked = LISTS[path].asked if path in LISTS else asked
        for each in (path.replace("{of}", "groups"), path.replace("{of}", "links")):
            answer = desk.person.get(address(desk, each, asked))
            text = answer.text if answer.status_code == 200 else ""
            if re.search(r"<table|class=\"meeting\"|class=\"hits\"", text.partition("<main")[2]):
                drawn.add(each)
    assert drawn - LISTS.keys() - BOUNDED.keys() == set()
    assert LISTS.keys() - drawn == set()
    assert not LISTS.keys() & BOUNDED.keys()


@pytest.mark.parametrize("route", LISTS)
def test_a_list_is_narrowed_and_put_in_order_by_its_address(route: str, desk: BusyDesk) -> None:
    known = LISTS[route]
    page = desk.person.get(address(desk, route, known.asked)).text
    if "<tbody>" in page or 'class="meeting"' in page:
        for order in known.orders:
            if order != "size":  # an order that no column shows
                assert re.search(rf'class="sort" href="[^"]*order=-?{order}"', page), order
    for order in known.orders:
        for way in (order, f"-{order}"):
            answer = desk.person.get(address(desk, route, known.asked, f"order={way}"))
            assert answer.status_code == 200, (route, way)
    less = desk.person.get(address(desk, route, known.asked, known.narrowed))
    assert less.status_code == 200
    for code in ("fr", "ar"):
        told = desk.person.client.get(
            address(desk, route, known.asked, f"order={known.orders[0]}"),
            headers=desk.person._cookie() | {"accept-language": code},
        )
        assert told.status_code == 200
        assert f'lang="{code}"' in told.text


@pytest.mark.parametrize("route", LISTS)
def test_what_a_list_does_not_know_is_refused(route: str, desk: BusyDesk) -> None:
    known = LISTS[route]
    for file in ("", "/as/csv"):
        path = f"{known.file or route}{file}" if file else route
        for wrong in ("order=colour", "colour=red"):
            answer = desk.person.get(address(desk, path, known.asked, wrong))
            assert answer.status_code == 400, (path, wrong)
    if known.turned == "after":
        gone = desk.person.get(address(desk, route, known.asked, f"after={NOWHERE}"))
        assert gone.status_code == 404


@pytest.mark.parametrize("route", LISTS)
def test_a_list_leaves_as_csv_and_json_in_its_order_and_narrowed(
    route: str, desk: BusyDesk
) -> None:
    known = LISTS[route]
    before = desk.men.store.audit.head().seq
    for order in known.orders:
        forth, back = rows(desk, route, f"order={order}"), rows(desk, route, f"order=-{order}")
        if route != "/log":  # each file of the log is an entry of it
            assert forth == back[::-1], order
    assert len(rows(desk, route, known.narrowed)) < max(1, len(forth))
    answer = desk.person.get(address(desk, f"{known.file or route}/as/csv", known.asked))
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(answer.text)))
    assert len(lines) - 1 == len(rows(desk, route)) - (route == "/log")
    assert "attachment" in answer.headers["content-disposition"]
    entries = desk.men.store.audit.entries(after=before, limit=1_000)
    assert len([one for one in entries if one.event.verb.endswith(".export")]) > 2


def test_pages_join_to_the_whole_in_each_order() -> None:
    listing: Listing[int] = Listing(
        path="/numbers",
        order="digit",
        keys={"digit": lambda one: (one % 7, one), "rows": lambda one: (one // 7, one)},
        key=str,
        fits={"odd": lambda one, _: one % 2 == 1},
    )
    numbers = list(range(170))
    for order in ("digit", "-digit", "rows", "-rows"):
        seen: list[int] = []
        asked = {"order": order}
        while True:
            turn = listing.page(_ask(asked), numbers)
            assert turn.start == len(seen)
            seen += turn.rows
            if turn.follows is None:
                break
            asked = {"order": order, "after": turn.follows}
        assert seen == listing.whole(_ask({"order": order}), numbers)
        assert sorted(seen) == numbers


def _ask(asked: dict[str, str]) -> Any:
    class Ask:
        query_params = asked

    return Ask()
