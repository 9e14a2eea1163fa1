"""The rooms Balance and States hand out their files and papers, each with its own caveat."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from markupsafe import escape
from pypdf import PdfReader

from legation.app.caveats import BALANCE, KNOWLEDGE, REGISTERS
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.roles import Role
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.findings import CAVEAT
from worlds.gates import open_gate
from worlds.ministry import TABLES
from worlds.packs import PACK
from worlds.papers import inked

PAGES = {
    "/balance": (BALANCE, ("Embassy in Bevora", "exposed", "What is missing")),
    "/mission/paris": (BALANCE, ("Embassy in Paris", "T6", "Safeguards")),
    "/mission/paris/T6": (BALANCE, ("Why, down to the evidence", "infrastructure--")),
    "/state/XA": (KNOWLEDGE, ("Grain pact", "from memory, not checked")),
    "/agreement/river": (KNOWLEDGE, ("River pact", "from memory, not checked")),
}


@pytest.fixture
def home(settled: Home) -> Home:
    """The home of the ministry with all its registers."""
    return settled


@pytest.fixture
def desk(home: Home, store: Store) -> Iterator[TestClient]:  # type: ignore[type-arg]  # of any app
    scope = home.library(store, "command line").scope()
    known = Knowledge(scope)
    known.add(known.offer(PACK, "accords.toml", Given(unsigned=True)))
    with opened(home, store, "security officer") as client:
        yield client


def opened(home: Home, store: Store, *roles: Role) -> TestClient:  # type: ignore[type-arg]  # of any app
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner="INVENTED DATA",
        gate=open_gate(*roles),
        work=DeskWork(home, store, StoredJobs(home, store)),
    )
    return TestClient(app, base_url="http://127.0.0.1:8321")


def texts(content: bytes) -> list[str]:
    return [
        re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages
    ]


def paper(client: TestClient, path: str, **headers: str) -> bytes:  # type: ignore[type-arg]  # of any app
    answer = client.get(f"{path}/paper/pdf", headers=headers)
    assert answer.status_code == 200, answer.text[:400]
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_a_paper_has_label_hash_number_and_all_that_its_rows_say(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    store: Store,
    path: str,
) -> None:
    content = paper(desk, path)
    left = store.audit.last("page.export")
    assert left is not None
    assert left.event.detail["kind"] == "pdf"
    sha256 = left.event.detail["contents"]
    pages = texts(content)
    for number, text in enumerate(pages, start=1):
        assert "TLP:AMBER · INVENTED DATA" in text
        assert f"sha256 {sha256}" in text
        assert f"Page {number} of {len(pages)}" in text
    whole = " ".join(pages)
    caveat, said = PAGES[path]
    for words in (caveat, *said):
        assert words in whole
    assert CAVEAT not in whole
    # Neither a page of bare ground nor one that is painted over is a paper.
    for share in inked(content):
        assert 0.003 < share < 0.5
    (contents,) = PdfReader(io.BytesIO(content)).attachments["contents.json"]
    assert hashlib.sha256(contents).hexdigest() == sha256
    told = json.loads(contents)
    assert told["caveat"] == caveat
    file = json.loads(desk.get(f"{path}/as/json").content)
    assert file.pop("marking") == "TLP:AMBER"
    assert told == file
    unspaced = "".join(whole.split())
    for row in told["rows"]:
        for name in {"exposure", "safeguards", "value"} & set(row):
            if row[name] is not None:
                assert f"{row[name]:.2f}" in unspaced
            else:
                assert (
                    "".join(row.get(f"{name}_said", row.get("said", "")).split(",")[0].split())
                    in unspaced
                )
        assert "".join(row.get("sentence", row.get("line", "")).split()) in unspaced


def test_a_paper_speaks_arabic_and_runs_from_right_to_left(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
) -> None:
    content = paper(desk, "/mission/paris", **{"Accept-Language": "ar"})
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "ar"
    letters = {letter for text in texts(content) for letter in text}
    assert set("الضمانات") <= letters
    listed: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = {
        str(font.get_object()["/BaseFont"])
        for resources in listed
        for font in resources["/Font"].values()
    }
    assert any("Arabic" in name for name in fonts), fonts


def test_files_and_papers_of_the_balance_tell_that_a_breach_was_changed(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    home: Home,
    store: Store,
) -> None:
    rows = list(csv.DictReader(io.StringIO(TABLES["proofs"].decode())))
    breach = next(row for row in rows if row["kind"] == "breach")
    out = io.StringIO()
    writer = csv.DictWriter(out, [*breach])
    writer.writeheader()
    writer.writerow(breach | {"kind": "attempt", "outcome": ""})
    scope = home.library(store, "command line").scope()
    assert Registers(scope).take(out.getvalue().encode(), "proofs.csv").weakened
    at = f"/mission/{breach['mission']}"
    for path in ("/balance", at, f"{at}/T1"):
        assert "by command line: it counts as it was" in desk.get(f"{path}/as/csv").text
        whole = " ".join(texts(paper(desk, path)))
        assert "Breaches, failed tries and attempts that say less" in whole
        assert "by command line (kind). It counts as it was" in whole


@pytest.mark.parametrize("path", PAGES)
def test_the_files_of_a_page_are_linked_for_who_may_take_them_out(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    home: Home,
    store: Store,
    path: str,
) -> None:
    links = [f'href="{path}/as/{kind}"' for kind in ("csv", "json", "stix")]
    links.append(f'href="{path}/paper/pdf"')
    for link in links:
        assert link in desk.get(path).text
    with opened(home, store, "press") as press:
        page = press.get(path)
        assert page.status_code == 200
        for link in links:
            assert link not in page.text
        assert press.get(f"{path}/as/stix").status_code == 403
        assert press.get(f"{path}/paper/pdf").status_code == 403


@pytest.mark.parametrize(
    ("path", "caveat"),
    [
        *((path, caveat) for path, (caveat, _) in PAGES.items()),
        ("/states", KNOWLEDGE),
        ("/talks", REGISTERS),
        ("/voices", REGISTERS),
        ("/registers", REGISTERS),
        ("/watch/campaigns", CAVEAT),
    ],
)
def test_each_room_has_the_caveat_of_its_own(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    path: str,
    caveat: str,
) -> None:
    found = re.findall(r'<p class="caveat">(.*?)</p>', desk.get(path).text)
    assert found == [caveat]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("path", "role", "caveat"),
    [
        ("/states", "security officer", KNOWLEDGE),
        ("/facts", "security officer", KNOWLEDGE),
        ("/talks", "security officer", REGISTERS),
        ("/voices", "security officer", REGISTERS),
        ("/notices", "security officer", None),
        ("/decisions", "security officer", None),
        ("/orders", "legal", None),
        ("/personal", "legal", None),
    ],
)
def test_a_list_that_holds_no_finding_says_nothing_of_coordination(
    home: Home, store: Store, path: str, role: Role, caveat: str | None
) -> None:
    with opened(home, store, role) as client:
        answer = client.get(f"{path}/as/json")
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told.get("caveat") == caveat
    assert "rows" in told


def test_today_tells_of_both_poles_and_so_carries_both_caveats(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
) -> None:
    assert re.findall(r'<p class="caveat">(.*?)</p>', desk.get("/").text) == [CAVEAT, BALANCE]


def _addresses() -> list[str]:
    app = build_app(
        StoredReading(None),  # type: ignore[arg-type]  # its addresses are walked, none is asked
        banner=None,
        gate=open_gate(),
    )
    return sorted(
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.opt.get("verb") == "mission.export" and "GET" in handler.http_methods
    )


@pytest.mark.parametrize("address", _addresses())
def test_no_file_of_these_rooms_leaves_without_an_entry(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    store: Store,
    address: str,
) -> None:
    named = {"key": "river" if "agreement" in address else "paris", "threat": "T6"}
    named |= {"country": "XA", "register": "missions"}
    handed_out = []
    for kind in ("csv", "json", "stix", "ics", "pdf"):
        path = re.sub(r"\{(\w+)\}", lambda at, of=named | {"kind": kind}: of[at[1]], address)  # type: ignore[misc]  # a lambda has no types
        before = len(store.audit.entries(verb="page.export"))
        answer = desk.get(path)
        assert len(store.audit.entries(verb="page.export")) == before + (answer.status_code == 200)
        handed_out += [kind] if answer.status_code == 200 else []
    assert handed_out


def test_a_paper_of_what_is_red_says_so_on_each_page(
    desk: TestClient,  # type: ignore[type-arg]  # of any app
    home: Home,
    store: Store,
) -> None:
    registers = Registers(home.library(store, "command line").scope())
    red = registers.id_of("channels", "paris-mail")
    store.labels.set(red, Label(tlp=Tlp.RED), actor="a", reason="the few")
    for text in texts(paper(desk, "/mission/paris")):
        assert "TLP:RED · INVENTED DATA" in text
    for text in texts(paper(desk, "/state/XA")):
        assert "TLP:AMBER · INVENTED DATA" in text


def test_today_takes_the_statement_of_the_balance_along_for_who_may_take_it(
    home: Home,
    store: Store,
    desk: TestClient,  # type: ignore[type-arg]  # of any app
) -> None:
    page = desk.get("/").text
    told = json.loads(desk.get("/today.json").content)
    assert told["caveat"] == CAVEAT
    balance = told["balance"]
    assert balance["caveat"] == BALANCE
    assert (len(balance["missions"]), balance["all_missions"]) == (6, 12)
    (watch,) = balance["watches"]
    assert escape(watch["because"]) in page
    whole = " ".join(texts(paper(desk, "/today")))
    for words in (CAVEAT, BALANCE, "6 of 12 missions, the weakest first", watch["because"]):
        assert words in whole
    for one in balance["missions"]:
        assert one["name"] in page
        assert one["name"] in whole
        assert one["said"].casefold() in whole.casefold()
        assert len(one["lines"]) == 6
    # It leaves under the label of all that it tells of, and the trail says so.
    scope = home.library(store, "command line").scope()
    secret = Registers(scope).id_of("missions", balance["missions"][0]["mission"])
    assert secret in balance["rests_on"]
    store.labels.set(secret, Label(tlp=Tlp.RED), actor="a", reason="for the few")
    for kind, path in (("json", "/today.json"), ("pdf", "/today/paper/pdf")):
        assert desk.get(path).status_code == 200
        left = store.audit.last("page.export")
        assert left is not None
        detail = left.event.detail
        assert (detail["page"], detail["kind"], detail["label"]) == ("today", kind, "TLP:RED")
