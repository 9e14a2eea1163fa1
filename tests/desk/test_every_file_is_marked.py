"""No file leaves the desk without its label: every address that hands one out is walked."""

import csv
import io
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from litestar.routes import HTTPRoute

from legation.app.registers import Registers
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp, marking_ref
from legation.store.clearances import Held
from worlds.busy_desk import BusyDesk, busy_desk

KINDS: Final = (
    "csv",
    "json",
    "stix",
    "graphml",
    "gexf",
    "svg",
    "png",
    "pdf",
    "docx",
    "ics",
    "txt",
    "ecs",
    "syslog",
)
FILES: Final = re.compile(r"/as/|/paper/|\.csv$|\.json$|/original$")
CLOSED: Final = "TLP:RED · PAP:AMBER · talks"
# What tells of the campaign that is closed, and so leaves under its label.
TELLS: Final = re.compile(
    r"^/campaign/|^/today|^/watch/campaigns|^/jobs|^/notices|^/duty/calls|^/handover"
    r"|^/evidence/as|/as/file$"
)
APART: Final = {
    "/campaigns/as/{kind}": "an old address that leads to the new one",
    "/campaigns/paper/{kind}": "likewise",
    "/log/heads/{name}/as/{kind}": "signed as it is, to be kept apart: it tells a hash and a day",
    "/watch/campaigns.json": "a page for programs, without a name: see below",
    "/job/{job_id}/rejected.csv": "needs a dry run with rejects: see test_working",
    "/evidence/{evidence_id}/original": "asks for a purpose; see test_evidence",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyDesk]:
    with busy_desk(tmp_path_factory.mktemp("marked"), compartments=("talks",)) as opened:
        library = opened.men.home.library(opened.men.store, "desk")
        opened.men.store.labels.set(
            library.object_id(opened.ids["campaign_id"]),
            Label(tlp=Tlp.RED, pap=Pap.AMBER, compartments=("talks",)),
            actor="Cyn",
            reason="a source would be known by it",
        )
        opened.men.store.clearances.set(
            opened.men.ids["Ora"],
            Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("talks",)),
            actor="command line",
            reason="works on it",
        )
        yield opened


def routes(desk: BusyDesk) -> list[str]:
    paths = {
        re.sub(r":\w+\}", "}", route.path)
        for route in desk.app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    }
    return sorted(path for path in paths if FILES.search(path) and path not in APART)


def files(desk: BusyDesk, route: str) -> Iterator[tuple[str, str, Any]]:
    """Yield kind, address and answer of each file that a route hands out."""
    ids = dict(desk.ids)
    if route.startswith("/agreement/"):
        ids["key"] = "budapest-2001"
    if route.endswith("/as/file"):
        ids["job_id"] = desk.person.post("/export/csv").headers["location"].rpartition("/")[2]
    for kind in KINDS if "{kind}" in route else ("",):
        given = {**ids, "kind": kind}
        path = re.sub(r"\{(\w+)\}", lambda at, given=given: given[at[1]], route)  # type: ignore[misc]  # a lambda has no types
        path += f"?a={ids['a']}&b={ids['b']}" * ("/tie/" in path)
        path += "?q=harbour" * path.startswith("/search/")
        asked = f"?partner={ids['partner']}&campaign={ids['campaign_id']}"
        path += asked * path.startswith("/sending/")
        answer = desk.person.get(path)
        assert answer.status_code in (200, 400, 404, 409), (path, answer.text)
        if answer.status_code == 200:
            yield kind or path.rpartition(".")[2].replace("/as/file", "csv"), path, answer


def told(kind: str, content: bytes) -> set[str]:
    """Return the labels that a file holds."""
    if kind == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        assert head[-1] == "marking"
        assert head.count("marking") == 1
        return {row[-1] for row in rows if len(row) == len(head)} if rows else {CLOSED}
    if kind == "json":
        pairs = json.loads(content, object_pairs_hook=list)
        assert [name for name, _ in pairs].count("marking") == 1
        assert pairs[0][0] == "marking"
        return {pairs[0][1]}
    if kind == "ics":
        (line,) = re.findall(r"^X-LEGATION-MARKING:(.+)\r$", content.decode(), re.MULTILINE)
        return {line}
    root = ET.fromstring(content)  # noqa: S314 - our own bytes
    if kind == "graphml":
        found = root.find("./{*}graph/{*}data[@key='graph-marking']")
    else:
        found = root.find("./{*}meta/{*}description")
    assert found is not None
    return {str(found.text)}


def fault(kind: str, path: str, answer: Any) -> str:
    """Return what a file does not say; empty when it says all."""
    name = answer.headers["content-disposition"].partition("filename=")[2].strip('"')
    closed = bool(TELLS.search(path))
    tag = ".TLP-RED.PAP-AMBER." if closed else ".TLP-"
    if tag not in name or name.count("TLP-") != 1 or "talks." in name.partition("TLP-")[2]:
        return f"{path}: the name {name}"
    if kind in ("csv", "json", "ics", "graphml", "gexf"):
        labels = told(kind, answer.content)
        if labels != {CLOSED} if closed else not all("TLP:" in one for one in labels):
            return f"{path}: the labels {labels}"
    if kind == "stix" and closed and marking_ref(Tlp.RED).encode() not in answer.content:
        return f"{path}: no marking"
    return ""


def test_every_file_says_under_which_label_it_left(desk: BusyDesk) -> None:
    faults = []
    for route in routes(desk):
        made = list(files(desk, route))
        faults += [found for one in made if (found := fault(*one))]
        if not made:
            faults.append(f"{route} handed out nothing: say above how it is asked")
    assert faults == []


def test_what_the_trail_has_of_a_file_is_the_hash_of_the_file_that_left(desk: BusyDesk) -> None:
    answer = desk.person.get(f"/campaign/{desk.ids['campaign_id']}/ties/as/csv")
    last = desk.men.store.audit.last("campaign.export")
    assert last is not None
    assert last.event.detail["contents"] == sha256(answer.content).hexdigest()
    assert last.event.detail["label"] == CLOSED


def test_a_register_that_left_comes_in_again_as_it_was(desk: BusyDesk) -> None:
    registers = Registers(desk.men.home.library(desk.men.store, "command line").scope())
    for name in ("missions", "channels", "plans"):
        made = desk.person.get(f"/registers/{name}/as/csv")
        taken = registers.take(made.content, f"{name}.csv")
        assert (taken.register, taken.refused, taken.added, taken.changed) == (name, (), 0, 0)
        assert taken.same > 0


def test_the_page_for_programs_says_its_label_first(desk: BusyDesk) -> None:
    told = desk.person.get("/watch/campaigns.json").json()
    assert next(iter(told.items())) == ("marking", CLOSED)
