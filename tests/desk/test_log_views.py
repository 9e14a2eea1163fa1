"""The log as an auditor has it: by report, person and period, in files, and with its heads."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from legation.app.access.entering import Entrance
from legation.app.access.tokens import Keyring
from legation.app.heads import sign_head
from legation.app.reports import REPORTS
from legation.crypto.codes import fingerprint, new_secret
from legation.crypto.keys import KeySet
from legation.desk import log_views
from legation.desk.log_views import CURSOR
from legation.desk.server import build_app
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store import open_store
from legation.store.audit import Event
from legation.store.clearances import Held
from legation.store.opening import Store
from store.objects_made import CAMPAIGN, GREEN, OTHER, campaign
from worlds.gates import Clock, guarded_gate
from worlds.homes import prepare
from worlds.people import enrolled
from worlds.readings import small_shelf

HERE = "http://localhost:8321"
# An act of each report, under the report's name.
ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "exports": ("campaign.export", {"kind": "pdf", "label": "TLP:AMBER"}),
    "looks": ("name.look", {"purpose": "to warn the mission", "legality": "order 7"}),
    "reads": ("campaign.read", {"label": "TLP:RED"}),
    "refusals": ("route.deny", {"route": "/campaigns"}),
    "people": ("person.roles", {"roles": ["press"]}),
    "sessions": ("session.begin", {"address": "192.0.2.7"}),
    "labels": ("label.widen", {"from": "TLP:RED", "to": "TLP:AMBER", "reason": "agreed"}),
    "erasures": ("name.expire", {"deleted": 3}),
}


class Desk:
    """A desk with an auditor, asked by their browser."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        gate = guarded_gate(Entrance(store, clock), clock)
        self.app = build_app(small_shelf(), banner=None, gate=gate)
        self.browser = self.client(enrolled(store, clock, "Ada Brunel", "auditor"))

    def client(self, secret: str | None = None) -> TestClient[Litestar]:
        """Return a browser; the test client takes a name without a dot only afterwards."""
        opened = TestClient(self.app, base_url="http://127.0.0.1:8321")
        opened.base_url = HERE
        if secret is not None:
            opened.cookies.set("legation-session", secret)
        return opened

    def pass_time(self, **units: float) -> str:
        """Let time pass, sign the auditor in anew, and return the day."""
        self.clock.pass_time(**units)
        secret = new_secret()
        auditor = self.store.people.get("Ada Brunel").person_id
        self.store.sessions.begin(fingerprint(secret), auditor)
        self.browser.cookies.set("legation-session", secret)
        return f"{self.clock():%Y-%m-%d}"

    def act(self, verb: str, detail: dict[str, Any], actor: str = "p-9") -> None:
        """Let something happen."""
        event = Event(at=self.clock(), actor=actor, verb=verb, subject="x--1", detail=detail)
        self.store.audit.append(event)

    def entries(self, query: str = "") -> list[dict[str, Any]]:
        """Return what the JSON of a report lists."""
        found: list[dict[str, Any]] = self.browser.get(f"/log/as/json?{query}").json()["entries"]
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        yield Desk(store, clock)


def test_each_report_has_its_acts_and_no_others(desk: Desk) -> None:
    assert ACTS.keys() == REPORTS.keys()
    day = desk.pass_time(days=1)
    for verb, detail in ACTS.values():
        desk.act(verb, detail)
    for name, (verb, detail) in ACTS.items():
        found = [one for one in desk.entries(f"report={name}&since={day}") if one["actor"] == "p-9"]
        assert [(one["verb"], one["detail"]) for one in found] == [(verb, detail)], name
        page = desk.browser.get(f"/log?report={name}&since={day}")
        assert page.status_code == 200
        assert f"<td>{verb}</td>" in page.text


def test_a_look_is_shown_with_its_purpose(desk: Desk) -> None:
    desk.act(*ACTS["looks"])
    assert "to warn the mission" in desk.browser.get("/log?report=looks").text


def test_a_person_is_found_by_name_and_by_id(desk: Desk) -> None:
    ada = desk.store.people.get("Ada Brunel").person_id
    by_name = {one["seq"] for one in desk.entries("actor=Ada+Brunel&report=people")}
    assert by_name
    assert by_name == {one["seq"] for one in desk.entries(f"actor={ada}&report=people")}
    assert desk.entries("actor=Nobody") == []


def test_a_period_holds_its_last_day_whole(desk: Desk) -> None:
    day = desk.pass_time(days=1, hours=11, minutes=59)
    desk.act("case.read", {})
    desk.pass_time(minutes=1)
    desk.act("case.late", {})
    found = [one["verb"] for one in desk.entries(f"since={day}&until={day}")]
    assert found == ["case.read"]


def test_pages_follow_one_another_without_a_gap(desk: Desk) -> None:
    for _ in range(log_views.LIMIT + 20):
        desk.act("session.begin", {})
    first = desk.browser.get("/log?report=sessions").text
    link = re.search(r'href="(/log\?report=sessions&amp;before=\d+)">Earlier', first)
    assert link
    second = desk.browser.get(link[1].replace("&amp;", "&")).text
    rows = re.compile(r'<th scope="row" class="number">(\d+)</th>')
    seen = [int(number) for number in rows.findall(first) + rows.findall(second)]
    assert len(seen) == log_views.LIMIT + 20
    assert seen == sorted(set(seen), reverse=True)
    assert "Earlier" not in second


def test_an_empty_report_says_so(desk: Desk) -> None:
    assert "Nothing of this kind happened" in desk.browser.get("/log?report=erasures").text


@pytest.mark.parametrize(
    "query", ["report=gossip", "since=yesterday", "before=x", "page=2", "since=9999-12-31"]
)
def test_what_cannot_be_asked_is_refused(desk: Desk, query: str) -> None:
    assert desk.browser.get(f"/log?{query}").status_code in (400, 404)


def test_a_file_of_the_log_is_in_the_log(desk: Desk) -> None:
    desk.act("campaign.export", {"kind": "=cmd()", "purpose": "x"})
    table = desk.browser.get("/log/as/csv?report=exports")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["verb"] for row in rows] == ["campaign.export"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    noted = desk.store.audit.last("audit.export")
    assert noted is not None
    assert noted.event.actor == desk.store.people.get("Ada Brunel").person_id
    assert noted.event.detail == {"kind": "csv", "entries": 1, "report": "exports"}


@pytest.mark.parametrize("kind", ["csv", "json", "pdf", "ecs", "syslog"])
def test_whatever_leaves_of_the_log_by_a_persons_hand_is_noted(desk: Desk, kind: str) -> None:
    before = desk.store.audit.head().seq
    assert desk.browser.get(f"/log/as/{kind}").status_code == 200
    noted = desk.store.audit.last("audit.export")
    assert noted is not None
    assert noted.seq == before + 1
    assert (noted.event.detail["kind"], noted.event.detail["entries"]) == (kind, before)


def test_the_paper_has_the_entries_their_hash_and_the_last_head(desk: Desk) -> None:
    head = sign_head(desk.store, desk.clock(), KeySet.generate().identity(), actor="desk")
    desk.act(*ACTS["looks"])
    made = desk.browser.get("/log/as/pdf?report=looks")
    assert made.headers["content-type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(made.content))
    text = "".join(page.extract_text() for page in paper.pages)
    assert "Looks at names" in text
    assert "to warn the mission" in text
    assert head.code in text
    (contents,) = paper.attachments["contents.json"]
    assert [line["verb"] for line in json.loads(contents)] == ["name.look"]


def test_heads_are_listed_printed_and_handed_out_whole(desk: Desk) -> None:
    assert "No head was signed yet" in desk.browser.get("/log/heads").text
    assert "is not signed" in desk.browser.get("/log").text
    head = sign_head(desk.store, desk.clock(), KeySet.generate().identity(), actor="desk")
    page = desk.browser.get("/log/heads").text
    assert head.code in page
    assert "<td>hold</td>" in page
    assert "is not signed" not in desk.browser.get("/log").text
    whole = desk.browser.get(f"/log/heads/{head.name}/as/txt")
    assert whole.text == head.content
    noted = desk.store.audit.last("audit.export")
    assert noted is not None
    assert noted.event.detail["kind"] == "head as txt"
    paper = PdfReader(io.BytesIO(desk.browser.get(f"/log/heads/{head.name}/as/pdf").content))
    text = "".join(each.extract_text() for each in paper.pages)
    assert head.code in text
    assert head.date in text
    assert paper.attachments["signed.head"] == [head.content.encode()]
    assert desk.browser.get("/log/heads/none/as/txt").status_code == 404


def test_a_head_that_was_changed_is_shown_as_such(desk: Desk, tmp_path: Path) -> None:
    head = sign_head(desk.store, desk.clock(), KeySet.generate().identity(), actor="desk")
    file = tmp_path / "heads" / head.name
    file.write_text(head.content.replace(f"head: {head.head}", f"head: {'0' * 64}"))
    page = desk.browser.get("/log/heads").text
    assert "the signature does not hold" in page
    assert "<td>hold</td>" not in page


@pytest.mark.parametrize("kind", ["ecs", "syslog"])
def test_a_program_reads_on_by_cursor_and_misses_and_doubles_nothing(desk: Desk, kind: str) -> None:
    for _ in range(log_views.BATCH + 5):
        desk.act("session.begin", {})
    _, secret = Keyring(desk.store, desk.clock).add(
        "Ada Brunel", name="collector", scopes=["audit.export"], days=30
    )
    program = desk.client()
    program.headers["authorization"] = f"Bearer {secret}"
    pattern = r'"sequence":(\d+)' if kind == "ecs" else r'seq="(\d+)"'
    seen: list[int] = []
    cursor = ""
    for _ in range(4):
        answer = program.get(f"/log/as/{kind}{cursor}")
        assert answer.status_code == 200
        seen += [int(number) for number in re.findall(pattern, answer.text)]
        cursor = f"?after={answer.headers[CURSOR]}"
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > log_views.BATCH + 10
    assert "audit.export" not in [one.event.verb for one in desk.store.audit.entries(limit=1000)]


def test_a_cursor_that_the_trail_does_not_have_is_a_conflict(desk: Desk) -> None:
    assert desk.browser.get(f"/log/as/ecs?after=1.{'ab' * 32}").status_code == 409
    assert desk.browser.get("/log/as/ecs?after=guess").status_code == 400


def test_an_analyst_and_a_token_for_campaigns_get_none_of_it(desk: Desk) -> None:
    analyst = desk.client(enrolled(desk.store, desk.clock, "Omar Haddad", "analyst"))
    for place in ("/log", "/log/heads", "/log/as/ecs", "/log/as/csv", "/log.json"):
        assert analyst.get(place).status_code == 403
    _, secret = Keyring(desk.store, desk.clock).add(
        "Omar Haddad", name="files", scopes=["campaign.export"], days=30
    )
    program = desk.client()
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get("/log/as/ecs").status_code == 403


def is_told(one: str, text: str) -> bool:
    """Say whether a text has a number or a hash by itself: four digits may stand in any hash."""
    return re.search(rf"(?<![0-9a-f]){one}(?![0-9a-f])", text) is not None


def test_no_sum_and_no_hash_tells_of_what_a_reader_may_not_know(desk: Desk) -> None:
    """In each form of the log: pages, tables, papers, and the lines for a SIEM."""
    sums = {"sha256": "ab" * 32, "added": 4_711, "changed": 4_712, "label": "TLP:AMBER"}
    contents = {"contents": "cd" * 32, "kind": "csv", "page": "jobs"}
    looked = {"campaigns": 4_713, "posts": 4_714}

    def everything(subject: str) -> None:
        for verb, of, detail in (
            ("mission.write", "missions", sums),
            ("page.export", "jobs", contents),
            ("watch.look", "run-1", looked),
            ("evidence.export", subject, contents),
        ):
            event = Event(at=desk.clock(), actor="p-9", verb=verb, subject=of, detail=detail)
            desk.store.audit.append(event)

    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    everything(CAMPAIGN)
    forms = ("/log", "/log.json", "/log/as/json", "/log/as/csv", "/log/as/ecs", "/log/as/syslog")
    told = ("ab" * 32, "cd" * 32, "4711", "4712", "4713")
    for form in forms[:4]:
        text = desk.browser.get(form).text
        assert all(is_told(one, text) for one in told), form
    desk.store.objects.put(campaign(object_id=OTHER, object_marking_refs=[GREEN]))
    desk.store.labels.set(
        OTHER, Label(tlp=Tlp.GREEN, compartments=("talks",)), actor="a", reason="the few"
    )
    everything(OTHER)
    for form in forms:
        answer = desk.browser.get(form)
        assert answer.status_code == 200
        found = [one for one in told if is_told(one, answer.text)]
        # The file of the campaign that the reader may know has its hash; nothing else has.
        assert found == (["cd" * 32] if "cd" * 32 in answer.text else []), form
        assert answer.text.count("cd" * 32) <= 1, form
        assert "mission.write" in answer.text
    page = desk.browser.get("/log/as/json").json()["entries"]
    (written, *_) = [one for one in page if one["verb"] == "mission.write"]
    assert written["detail"]["label"] == "TLP:AMBER"
    assert "may not know" in written["detail"]["withheld"]


def test_no_form_of_the_log_names_a_compartment_to_who_does_not_hold_it(desk: Desk) -> None:
    desk.store.objects.put(campaign(object_id=OTHER, object_marking_refs=[GREEN]))
    closed = Label(tlp=Tlp.GREEN, compartments=("quince", "medlar-two"))
    desk.store.labels.set(OTHER, closed, actor="a", reason="Quince alone knows the source")
    held = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("sorrel", "quince"))
    person = desk.store.people.get("Ada Brunel").person_id
    desk.store.clearances.set(person, held, actor="command line", reason="joins sorrel today")
    told = {"label": "TLP:GREEN · medlar-two", "compartments": ["sorrel"], "page": "quince"}
    for verb in ("page.export", "campaign.export"):
        event = Event(at=desk.clock(), actor="p-9", verb=verb, subject="page", detail=told)
        desk.store.audit.append(event)
    nothing = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=())
    desk.store.clearances.set(person, nothing, actor="command line", reason="left it again")
    forms = ("/log", "/log.json", *(f"/log/as/{kind}" for kind in ("json", "csv", "ecs", "syslog")))
    for form in forms:
        text = desk.browser.get(form).text.lower()
        assert not [name for name in ("medlar-two", "sorrel") if name in text], form
        if form not in ("/log/as/ecs", "/log/as/syslog"):  # these tell no label and no reason
            assert "(a compartment)" in text, form
            # What is a word of ours stays, though a compartment is called so too.
            assert text.count("quince") == 2, form
    paper = PdfReader(io.BytesIO(desk.browser.get("/log/as/pdf").content))
    assert "medlar-two" not in " ".join(page.extract_text() for page in paper.pages)
    desk.store.clearances.set(
        person,
        Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("medlar-two", "quince")),
        actor="command line",
        reason="joins again",
    )
    text = desk.browser.get("/log/as/json").text
    assert "medlar-two" in text
    assert "sorrel" not in text


def test_no_letter_of_a_long_list_runs_off_its_paper(desk: Desk) -> None:
    for number in range(60):
        detail = {"reason": "x" * 300, "list": ["a-very-long-name" * 6] * 4, "n": number}
        event = Event(
            at=desk.clock(),
            actor="p-" + "0" * 60,
            verb="session." + "begin" * 12,
            subject="campaign--" + "0" * 80,
            detail=detail,
        )
        desk.store.audit.append(event)
    paper = PdfDocument(desk.browser.get("/log/as/pdf").content)
    assert len(paper) > 3
    off, letters = [], 0
    for number, page in enumerate(paper):
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            letters += right > left
            if left < 0 or bottom < 0 or right > width or top > height:
                off.append((number, at, left, right))
    assert letters > 10_000
    assert off == []
