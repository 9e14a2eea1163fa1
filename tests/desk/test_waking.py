"""The bell, duty, hand-over and digests in the desk, under need-to-know and under verbs."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlalchemy import event, text

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.deciding import Deciding
from legation.app.duty import Duty
from legation.app.importing import Intakes, Reading
from legation.app.jobs import InlineJobs, Runner, StoredJobs
from legation.app.libraries import Libraries
from legation.app.noticing import SAID
from legation.app.watching import look
from legation.app.work import works
from legation.crypto.codes import fingerprint
from legation.crypto.key_files import UNPROTECTED
from legation.desk.aside import ASIDE, MOST
from legation.desk.gate import Gate
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.waking import Bell
from legation.desk.working import DeskWork
from legation.errors import BusyError
from legation.rights.roles import Role
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.statements import OF_COPIES, OF_DRAFTS
from store.objects_made import CAMPAIGN, GREEN, OTHER, campaign
from worlds.people import enrolled
from worlds.planted_posts import write_town
from worlds.watchmen import Watchmen, watchmen
from worlds.working_desk import HERE, SAME

_OF_STATEMENTS = (OF_DRAFTS, OF_COPIES)


class Browser:
    """Somebody at the desk."""

    def __init__(self, client: TestClient[Any], secret: str) -> None:
        self.client = client
        self.cookie = {"Cookie": f"legation-session={secret}"}

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers=self.cookie, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return str(answer.headers["location"]) if status == 303 else answer.text

    def file(self, path: str) -> Any:
        return self.client.get(path, headers=self.cookie)

    def post(self, path: str, status: int = 303, files: Any = None, **fields: str) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/words"))
        assert found
        answer = self.client.post(
            path,
            data={"form_token": found[1], **fields},
            files=files,
            headers=SAME | self.cookie,
            follow_redirects=False,
        )
        assert answer.status_code == status, answer.text
        return str(answer.headers["location"]) if status == 303 else answer.text


class Desk:
    """A desk with people, over a home with a duty."""

    def __init__(self, men: Watchmen, client: TestClient[Any]) -> None:
        self.men = men
        self.store = men.store
        self.client = client

    def person(self, name: str, *roles: Role) -> Browser:
        """Let somebody in."""
        secret = enrolled(self.store, self.men.clock, name, *(roles or ("analyst",)))
        self.men.ids[name] = self.store.people.get(name).person_id
        return Browser(self.client, secret)

    def close(self, object_id: str) -> None:
        """Put an object into a compartment that this machine's readers do not hold."""
        self.store.labels.set(
            object_id, Label(tlp=Tlp.GREEN, compartments=("talks",)), actor="x", reason="x"
        )

    def tell(self, key: str, *to: str, object_id: str = "", kind: str = "campaign.new") -> None:
        self.store.notices.add(kind, to=to or ("analyst",), key=key, object_id=object_id)


@contextmanager
def opened(folder: Path, **given: Any) -> Iterator[Desk]:
    with watchmen(folder, compartments=("talks",), **given) as men:
        home, store = men.home, men.store
        work = DeskWork(home, store, InlineJobs(Runner(home, UNPROTECTED, works()), store))
        entrance = Entrance(store, men.clock, home.rules(store))
        gate = Gate(entrance, guest=None, binding=Binding(), now=men.clock)
        app = build_app(
            StoredReading(home.library(store, "desk"), Libraries(home, store)),
            banner=None,
            gate=gate,
            work=work,
        )
        with TestClient(app, base_url=HERE) as client:
            yield Desk(men, client)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as made:
        yield made


# The bell


def test_the_bell_counts_what_was_not_read_and_reading_is_each_persons_own(desk: Desk) -> None:
    ann, ben = desk.person("Ann"), desk.person("Ben")
    assert "Nothing has happened yet that concerns you." in ann.get("/notices")
    assert 'class="badge"' not in ann.get("/")
    desk.tell("1", kind="import.undone")
    desk.tell("2", kind="import.undone")
    assert '<span class="badge">2<span class="unseen"> not read' in ann.get("/")
    assert ann.get("/notice/1", 303) == "/import"
    assert '<span class="badge">1<' in ann.get("/words")
    assert '<span class="badge">2<' in ben.get("/words")
    ann.post("/notices/read", number="2", which="shown")
    assert 'class="badge"' not in ann.get("/")
    assert "No notice fits this filter." in ann.get("/notices?unread=1")
    ben.post("/notices/read", which="all")
    assert 'class="badge"' not in ben.get("/")


def test_a_notice_of_what_somebody_may_not_know_is_nowhere(desk: Desk) -> None:
    ann = desk.person("Ann", "analyst", "security officer")
    for object_id in (CAMPAIGN, OTHER):
        desk.store.objects.put(campaign(object_id=object_id, object_marking_refs=[GREEN]))
        desk.tell(object_id, object_id=object_id)
    assert '<span class="badge">2<' in ann.get("/")
    desk.close(CAMPAIGN)
    for page in ("/", "/words", "/notices", "/notices?kind=campaign.new&unread=1"):
        assert '<span class="badge">1<' in ann.get(page), page
    assert ann.get("/notices").count('href="/notice/') == 1
    hidden = ann.client.get("/notice/1", headers=ann.cookie)
    absent = ann.client.get("/notice/99", headers=ann.cookie)
    assert hidden.status_code == absent.status_code == 404
    mains = [one.text.partition("<main")[2].partition("</main")[0] for one in (hidden, absent)]
    assert mains[0].replace("notice 1", "") == mains[1].replace("notice 99", "") != ""
    for kind in ("csv", "json"):
        assert CAMPAIGN not in ann.file(f"/notices/as/{kind}").text
        assert OTHER in ann.file(f"/notices/as/{kind}").text
    ann.post("/notices/read", which="all")
    with desk.store._database.read() as connection:
        assert list(connection.execute(text("SELECT seq FROM notice_reads")).scalars()) == [2]


def test_notices_come_in_pages_by_key_with_the_filter_in_the_address(desk: Desk) -> None:
    ann = desk.person("Ann")
    for number in range(60):
        desk.tell(f"{number}", kind="import.undone" if number % 2 else "job.done")
    first = ann.get("/notices")
    assert first.count('href="/notice/') == 50
    assert 'href="/notices?after=11"' in first
    assert ann.get("/notices?after=11").count('href="/notice/') == 10
    assert re.findall(r'href="/notice/(\d+)', ann.get("/notices?order=-when"))[:2] == ["1", "2"]
    assert ann.get("/notices?kind=job.done").count('href="/notice/') == 30
    assert 'href="/notices/as/csv?kind=job.done"' in ann.get("/notices?kind=job.done")
    assert '<span class="badge">60<' in first
    for wrong in ("after=x", "after=-1", f"after={'9' * 30}"):
        ann.get(f"/notices?{wrong}", 404)
    ann.get("/notices?colour=red", 400)
    for number in range(60, 130):
        desk.tell(f"{number}")
    assert '<span class="badge">99+<' in ann.get("/")


def test_the_list_is_handed_out_and_that_is_in_the_trail(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.tell("1", kind="import.undone")
    rows = list(csv.DictReader(io.StringIO(ann.file("/notices/as/csv").text)))
    assert rows[0]["says"] == SAID["import.undone"]
    told = json.loads(ann.file("/notices/as/json").text)
    assert told["rows"][0]["kind"] == "import.undone"
    (first, _) = desk.store.audit.entries(verb="notice.export")
    assert first.event.actor == desk.men.ids["Ann"]
    press = desk.person("Paul", "press")
    press.get("/notices/as/csv", 403)
    ann.get("/notices/as/xml", 404)


def test_the_bell_of_a_broken_store_fails_no_page(desk: Desk) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise BusyError("busy", hint="wait")

    guest = Entrance(desk.store, desk.men.clock, desk.men.home.rules(desk.store)).guest
    ann = desk.person("Ann")
    bell = Bell(Broken(), guest(ann.cookie["Cookie"].partition("=")[2]))  # type: ignore[arg-type]
    assert (bell.unread(), bell.today()) == (None, None)


def test_each_kind_of_notice_has_its_sentence_and_its_place(desk: Desk) -> None:
    ann = desk.person("Ann")
    # Of drafts and copies of statements those are told who may know them: test_statements_told.py.
    kinds = {kind: said for kind, said in SAID.items() if not kind.startswith(_OF_STATEMENTS)}
    for number, kind in enumerate(kinds):
        desk.store.notices.add(kind, to=("analyst",), key=f"{number}", subject="ABC")
    page = ann.get("/notices")
    assert all(said in page for said in kinds.values())
    places = {ann.get(f"/notice/{number}", 303) for number in range(1, len(kinds) + 1)}
    assert places == {
        *("/notices", "/job/ABC", "/import", "/duty/ABC", "/handover", "/decision/ABC"),
        *("/case/ABC/attribution", "/case/ABC/answers"),
    }


# Duty


def test_today_warns_of_a_gap_and_shouts_when_nobody_was_reached(desk: Desk) -> None:
    ann = desk.person("Ann")
    assert "No duty rota is kept, so nobody is woken." in ann.get("/")
    desk.men.shift("Ann", days=1)
    page = ann.get("/")
    assert "A gap in the next 7 days." in page
    assert "has no channel" in ann.get("/duty")
    call = desk.men.call()
    assert "wait to be taken" in ann.get("/")
    desk.men.go()
    page = ann.get("/")
    assert "Nobody was reached." in page
    assert f"/duty/{call.ref}" in page
    ann.post(f"/duty/{call.ref}/take")
    assert "Nobody was reached." not in ann.get("/")
    desk.men.shift("Ann", start=1, days=9)
    ann.post("/duty/channels", channels="mail:ann@a.example")
    assert "Somebody is on duty throughout the next 7 days." in ann.get("/")


def test_a_link_leads_to_the_call_after_a_log_in_and_takes_it(desk: Desk) -> None:
    ann, ben = desk.person("Ann"), desk.person("Ben")
    desk.men.shift("Ann")
    ann.post("/duty/channels", channels="mail:ann@a.example\nsms:+331234567")
    call = desk.men.call()
    desk.men.go()
    stranger = desk.client.get(
        f"/duty/{call.ref}", headers={"Accept": "text/html"}, follow_redirects=False
    )
    assert stranger.headers["location"] == f"/log-in?to=%2Fduty%2F{call.ref}"
    page = ann.get(f"/duty/{call.ref}")
    assert "I take it" in page
    assert "sent" in page
    assert ann.post(f"/duty/{call.ref}/take") == f"/duty/{call.ref}"
    assert "Taken by <bdi>Ann</bdi>" in ben.get(f"/duty/{call.ref}")
    ben.post(f"/duty/{call.ref}/take", 409)
    assert "taken by <bdi>Ann</bdi>" in ben.get("/duty")
    desk.men.go(60)
    assert desk.men.post.woken() == ["ann@a.example"]


def test_a_call_of_what_somebody_may_not_know_is_not_there(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.men.shift("Ann")
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    call = desk.men.call(object_id=CAMPAIGN)
    assert call.ref in ann.get("/")
    desk.close(CAMPAIGN)
    desk.men.go()
    desk.store.sendings.put("mail", call.ref, b"{}", key="dead")
    (waits,) = desk.store.sendings.find(subject=call.ref)
    desk.store.sendings.failed(waits.draft_id, "no", again=None)
    for page in ("/", "/duty"):
        assert call.ref not in ann.get(page)
    assert "Nobody was reached" not in ann.get("/")
    ann.get(f"/duty/{call.ref}", 404)
    ann.post(f"/duty/{call.ref}/take", 404)


def test_what_was_given_up_and_what_may_be_doubled_is_shown(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.men.shift("Ann")
    ann.post("/duty/channels", channels="mail:ann@a.example\nsms:+331234567")
    desk.men.post.says = {"ann@a.example": "refused", "+331234567": "unsure"}
    call = desk.men.call()
    desk.men.go()
    page = ann.get(f"/duty/{call.ref}")
    assert "dead: it was refused" in page
    assert "possibly sent twice" in page
    assert "What could not be sent" in ann.get("/duty")
    assert "it was refused" in ann.get("/duty/channels")


def test_a_rota_comes_in_and_goes_out_by_who_may(desk: Desk) -> None:
    ann, officer = desk.person("Ann"), desk.person("Olga", "security officer")
    table = b"person,starts,ends,zone\nAnn,2026-03-01 12:00,2026-03-02 12:00,Europe/Paris\nX,1,2,\n"
    files = {"file": ("rota.csv", table)}
    ann.post("/duty/import", 403, files=files)
    ASIDE._under_way[desk.men.ids["Olga"]] = MOST
    officer.post("/duty/import", 503, files=files)  # a rota is read in its turn, beside the loop
    del ASIDE._under_way[desk.men.ids["Olga"]]
    said = officer.post("/duty/import", 200, files=files)
    assert "Shifts added</dt><dd>1" in said
    assert "line 3" in said
    page = officer.get("/duty")
    assert "2026-03-01 12:00 / 2026-03-02 12:00 Europe/Paris" in page
    ics = ann.file("/duty/as/ics").content
    officer.post("/duty/import", 200, files={"file": ("rota.ics", ics)})
    now = desk.men.clock()
    assert len(desk.store.rota.between(now, now + timedelta(days=3))) == 1
    for kind in ("ics", "csv", "json"):
        assert "Ann" in ann.file(f"/duty/as/{kind}").text
    assert len(desk.store.audit.entries(verb="duty.export")) == 4
    forged = {"form_token": "x"}
    headers = SAME | officer.cookie
    refused = desk.client.post("/duty/import", data=forged, files=files, headers=headers)
    assert refused.status_code == 403
    officer.post("/duty/import", 400)
    officer.post("/duty/import", 400, files={"file": ("x.csv", b"\xff")})


def test_shifts_are_swapped_and_removed_by_who_may(desk: Desk) -> None:
    ann, officer = desk.person("Ann"), desk.person("Olga", "security officer")
    desk.men.shift("Ann")
    desk.men.shift("Olga", start=1)
    first, second = re.findall(r"<code>([0-9a-f]{8})</code>", officer.get("/duty"))
    ann.post("/duty/swap", 403, first=first, second=second)
    officer.post("/duty/swap", first=first, second=second)
    assert "On duty now: <bdi>Olga</bdi>" in ann.get("/duty")
    now = re.findall(r"<code>([0-9a-f]{8})</code>", officer.get("/duty"))
    officer.post(f"/duty/shift/{now[0]}/remove")
    assert "Nobody is on duty now." in ann.get("/duty")


def test_everybody_says_how_they_are_woken_themselves(desk: Desk) -> None:
    ann = desk.person("Ann")
    assert "nothing can wake you" in ann.get("/duty/channels")
    ann.post("/duty/channels", 400, channels="mail:nobody")
    ann.post("/duty/channels", channels="sms:+33 12 34 567\n\nmail:ann@a.example")
    ann.post("/duty/channels/test")
    desk.men.go()
    assert desk.men.post.woken() == ["+331234567", "ann@a.example"]
    assert "a test, nothing waits" in desk.men.post.letters[0].text


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_reads_no_content_has_no_duty_and_the_page_says_so(desk: Desk, role: Role) -> None:
    guest = desk.person("Gus", role)
    for path in ("/duty", "/handover", "/digests", "/duty/channels", "/duty/as/csv"):
        guest.get(path, 403)
    assert "Nothing has happened" in guest.get("/notices")


# The hand-over


def test_a_shift_is_handed_over_in_the_desk_and_taken(desk: Desk) -> None:
    ann, ben = desk.person("Ann"), desk.person("Ben")
    assert "Nothing that you may know of has been written yet." in ann.get("/handover")
    ann.post("/handover", kind="open", words="<b>wait</b> \u0628\u0639\u062f", to="")
    ann.post("/handover", kind="handover", words="all yours", to=desk.men.ids["Ben"])
    assert "A shift is handed over to you." in ben.get("/notices")
    assert "A shift is handed over to you." not in ann.get("/notices").partition("<table")[2]
    page = ben.get("/handover")
    assert "&lt;b&gt;wait&lt;/b&gt;" in page
    assert "I take the shift" in page
    assert "I take the shift" not in ann.get("/handover")
    ann.post("/handover/2/take", 403)
    ben.post("/handover/2/take")
    ben.post("/handover/2/take", 409)
    assert "taken over" in ann.get("/handover")
    ann.post("/handover", 400, kind="handover", words="again")
    ann.post("/handover", 400, kind="taken", words="no")
    ann.post("/handover", 400, kind="done", words=" ")


def test_an_entry_about_what_somebody_may_not_know_is_not_there(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    ann.post("/handover", kind="open", words="markwords", objects=CAMPAIGN)
    page = ann.get("/handover")
    assert "markwords" in page
    assert CAMPAIGN in page
    assert "TLP:AMBER" in page
    desk.close(CAMPAIGN)
    for path in ("/handover", "/handover/as/csv", "/handover/as/json"):
        assert "markwords" not in ann.file(path).text
    ann.post("/handover", 404, kind="open", words="again", objects=CAMPAIGN)


def test_numbers_of_the_log_of_shifts_have_no_gap_where_an_entry_is_hidden(desk: Desk) -> None:
    ann, ben = desk.person("Ann"), desk.person("Ben")
    desk.store.objects.put(campaign(object_marking_refs=[GREEN]))
    ann.post("/handover", kind="done", words="first")
    ann.post("/handover", kind="open", words="markwords", objects=CAMPAIGN)
    ann.post("/handover", kind="handover", words="all yours", to=desk.men.ids["Ben"])
    assert 'action="/handover/3/take"' in ben.get("/handover")
    desk.close(CAMPAIGN)
    assert 'action="/handover/2/take"' in ben.get("/handover")
    ben.post("/handover/3/take", 404)
    ben.post("/handover/2/take")
    assert "takes the hand-over 2" in ben.get("/handover")
    rows = json.loads(ben.file("/handover/as/json").text)["rows"]
    assert [(one["number"], one["takes"]) for one in rows] == [(3, 2), (2, None), (1, None)]


def test_the_log_leaves_as_paper_and_table_and_that_is_in_the_trail(desk: Desk) -> None:
    ann = desk.person("Ann")
    ann.post("/handover", kind="done", words="=SUM(A1) was asked for")
    rows = list(csv.DictReader(io.StringIO(ann.file("/handover/as/csv").text)))
    assert rows[0]["by"] == "Ann"
    assert not rows[0]["words"].startswith("=")
    paper = PdfReader(io.BytesIO(ann.file("/handover/as/pdf").content))
    said = "".join(page.extract_text() for page in paper.pages)
    assert "was asked for" in said
    assert "TLP:AMBER" in said
    assert "Audit appendix" in said
    first, second = desk.store.audit.entries(verb="shift.export")
    assert second.event.detail["sha256"] in said.replace("\n", "")
    assert first.event.detail["level"] == "TLP:AMBER"
    desk.person("Paul", "press").get("/handover/as/csv", 403)


# Digests


def test_a_digest_is_off_until_its_person_switches_it_on(desk: Desk) -> None:
    ann, ben = desk.person("Ann"), desk.person("Ben")
    assert "You are told about no list." in ann.get("/digests")
    ann.post("/digests", address="/campaigns?grade=high", period="day", quiet="22:00-07:00")
    (made,) = desk.store.digests.find()
    assert (made.sends, made.address) == (False, "/campaigns?grade=high")
    assert "<strong>off</strong>" in ann.get("/digests")
    ben.post(f"/digests/{made.digest_id}/on", 404)
    ann.post(f"/digests/{made.digest_id}/on")
    assert desk.store.digests.get(made.digest_id).sends
    assert ann.get(f"/digest/{made.digest_id}", 303) == "/campaigns?grade=high"
    ben.get(f"/digest/{made.digest_id}", 404)
    ann.post(f"/digests/{made.digest_id}/off")
    ann.post(f"/digests/{made.digest_id}/burn", 404)
    ann.post(f"/digests/{made.digest_id}/remove")
    assert desk.store.digests.find() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "https://evil.example/campaigns"},
        {"address": "//evil.example/campaigns"},
        {"address": "/nowhere"},
        {"address": "/campaigns?grade=high\r\nX: y"},
        {"address": "/campaigns?colour=red"},
        {"address": "/jobs?x=1"},
        {"address": "/campaigns", "period": "minute"},
        {"address": "/campaigns", "quiet": "night"},
        {"address": "/campaigns", "zone": "Mars"},
        {"address": "/campaigns", "kind": "pigeon"},
    ],
)
def test_a_digest_of_no_list_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    ann = desk.person("Ann")
    ann.post("/digests", 400, **wrong)
    assert desk.store.digests.find() == []


def test_each_page_of_duty_asks_few_questions(desk: Desk) -> None:
    ann = desk.person("Ann")
    for name in ("Ann", "Ben", "Cid", "Dan", "Eve", "Fay"):
        if name not in desk.men.ids:
            desk.men.add(name, "sms:+3312345")
        desk.men.shift(name)
    for number in range(5):
        desk.men.call(f"{number}")
    for number in range(30):
        desk.tell(f"{number}", kind="import.undone")
        ann.post("/handover", kind="done", words=f"{number}")
    counted: list[str] = []
    engine = desk.store._database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    for path in ("/", "/notices", "/duty", "/handover", "/digests", "/duty/channels"):
        counted.clear()
        ann.get(path)
        asked = [one for one in counted if one.startswith(("SELECT", "WITH"))]
        assert len(asked) <= 10, "\n".join(
            (path, *(one.replace("\n", " ")[:90] + one.replace("\n", " ")[-90:] for one in asked))
        )


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**40])
def test_a_number_that_no_store_counts_to_is_not_found(number: int, desk: Desk) -> None:
    ann = desk.person("Ann", "analyst")
    ann.get(f"/notice/{number}", 404)
    ann.post(f"/handover/{number}/take", 404)


def test_a_rota_of_a_thousand_days_asks_for_its_people_once(desk: Desk) -> None:
    from sqlalchemy import event

    desk.person("Ann", "analyst")
    asked: list[str] = []
    engine = desk.store._database.engine
    listener = lambda *given: asked.append(str(given[2]))  # noqa: E731 - taken off again
    event.listen(engine, "before_cursor_execute", listener)
    rule = "RRULE:FREQ=DAILY;COUNT=1000"
    lines = ("DTSTART:20270301T080000Z", "DTEND:20270301T090000Z", "SUMMARY:Ann", rule)
    body = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])
    done = Duty(desk.men.home, desk.store, "test").take_in(body.encode())
    event.remove(engine, "before_cursor_execute", listener)
    assert done.added == 1000
    assert sum("FROM people" in one for one in asked) <= 5


# Requests for a second pair of eyes


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_requests_leave_as_files_without_those_that_the_reader_may_not_know(
    desk: Desk, kind: str
) -> None:
    ann, ben, cyn = desk.person("Ann"), desk.person("Ben"), desk.person("Cyn")
    for name in ("Ann", "Cyn"):
        held = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("talks",))
        desk.store.clearances.set(desk.men.ids[name], held, actor="test", reason="a test")
    desk.store.objects.put(campaign(object_id=CAMPAIGN, object_marking_refs=[GREEN]))
    desk.close(CAMPAIGN)
    entrance = Entrance(desk.store, desk.men.clock, desk.men.home.rules(desk.store))
    asker = entrance.guest(ann.cookie["Cookie"].partition("=")[2])
    deciding = Deciding(
        desk.store,
        desk.men.home.rules(desk.store),
        StoredJobs(desk.men.home, desk.store),
        desk.men.clock,
    )
    reason = "the file was damaged by its maker"
    deciding.ask("import.undo", "1", "Open one", {}, guest=asker, reason=reason)
    deciding.ask("import.undo", "2", "Closed one", {}, guest=asker, reason=reason, about=[CAMPAIGN])

    def titles(who: Browser, asked: str = "") -> list[str]:
        text = who.get(f"/decisions/as/{kind}{asked}")
        rows = csv.DictReader(io.StringIO(text)) if kind == "csv" else json.loads(text)["rows"]
        return [row["title"] for row in rows]

    # What tells of a compartment leaves after a passkey was shown, and not before.
    assert ann.get(f"/decisions/as/{kind}", 303).startswith("/prove?to=")
    for who in (ann, cyn):
        desk.store.sessions.prove(fingerprint(who.cookie["Cookie"].partition("=")[2]))
    assert titles(cyn) == titles(ann) == ["Closed one", "Open one"]
    assert titles(cyn, "?order=title") == ["Closed one", "Open one"]
    assert titles(cyn, "?order=-title") == ["Open one", "Closed one"]
    assert titles(cyn, "?words=closed") == ["Closed one"]
    assert titles(ben) == ["Open one"]
    assert titles(ben, "?words=closed") == []
    assert "Closed one" not in ben.get("/decisions")
    entries = desk.store.audit.entries(verb="page.export", limit=100)
    closed = [one.event.detail["label"].endswith("talks") for one in entries]
    assert closed == [True, True, True, True, True, False, False]


def test_a_shift_is_handed_only_to_who_takes_calls(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.person("Ben", "press")
    desk.person("Aud", "auditor")
    desk.person("Adm", "administrator")
    chosen = ann.get("/handover").partition('id="to"')[2].partition("</select>")[0]
    assert ">Ben</option>" in chosen
    assert not [name for name in ("Aud", "Adm", "Ann") if f">{name}</option>" in chosen]
    typed = desk.person("Ora", "security officer").get("/duty").partition('id="typed"')[2]
    chosen = typed.partition('id="person"')[2].partition("</select>")[0]
    assert [name for name in ("Aud", "Adm", "Ann", "Ben") if f">{name}</option>" in chosen] == [
        "Ann",
        "Ben",
    ]


def test_a_notice_names_its_campaign_to_who_may_know_it(desk: Desk, tmp_path: Path) -> None:
    desk.men.clock.pass_time(days=31)  # the posts are of March
    ann = desk.person("Ann")
    file = write_town(tmp_path / "town.jsonl")
    Intakes(desk.men.home, desk.store, UNPROTECTED).take(file, Reading())
    look(desk.men.home, desk.store)
    library = desk.men.home.library(desk.store, "test")
    kept = library.latest()
    assert kept
    name = kept.campaigns[0].name
    assert name in html.unescape(ann.get("/notices"))
    desk.close(library.object_id(kept.campaigns[0].campaign_id))
    assert name not in html.unescape(ann.get("/notices"))


def test_the_first_page_says_who_on_duty_no_call_would_reach(desk: Desk) -> None:
    ann = desk.person("Ann")
    desk.men.shift("Ann", days=8)
    page = ann.get("/")
    assert "A call would not reach everybody on duty." in page
    assert "Ann: has no channel." in page


def test_a_hint_on_a_page_names_a_page_and_no_command(desk: Desk) -> None:
    ann = desk.person("Ann")
    page = ann.get("/job/none", 404)
    assert "Open the page Jobs." in page
    assert "legation job list" not in page


def test_who_may_not_import_is_not_told_to(desk: Desk) -> None:
    told = "Give the desk an export of posts"
    assert told in desk.person("Ann").get("/")
    press = desk.person("Pia", "press").get("/")
    assert told not in press
    assert "legation import posts" not in press
    assert "An analyst or a security officer gives the desk posts" in press


def test_a_shift_is_typed_changed_removed_and_taken_back(desk: Desk) -> None:
    ora, ann = desk.person("Ora", "security officer"), desk.person("Ann")
    typed: dict[str, Any] = {"starts": "2026-03-05 08:00", "ends": "2026-03-05 20:00", "rank": "1"}
    who: dict[str, Any] = {"person": desk.men.ids["Ann"], "zone": "Europe/Paris"}
    assert ora.post("/duty/shift", **typed, **who).startswith("/duty")
    page = ora.get("/duty")
    assert "2026-03-05 08:00 / 2026-03-05 20:00 Europe/Paris" in page
    place = re.findall(r'href="(/duty/shift/[^"]+)"', page)[0]
    form = ora.get(place)
    assert 'value="2026-03-05 08:00:00+01:00"' in form
    ora.post(place, **(typed | {"rank": "3"}), **who)
    assert ora.get(place, 404)
    page = ora.get("/duty")
    ora.post(re.findall(r'action="(/duty/undo/\d+)"', page)[0])
    page = ora.get("/duty")
    ora.post(re.findall(r'action="(/duty/shift/[^"]+/remove)"', page)[0])
    assert "Removed:" in ora.get("/duty")
    said = ora.post("/duty/shift", 400, **(typed | {"starts": "soon"}), **who)
    assert "is no time" in said
    # Who only reads the duty has neither form nor address.
    assert "/duty/shift" not in ann.get("/duty")
    ann.post("/duty/shift", 403, **typed, **who)
    ann.post(place, 403, **typed, **who)
    ann.post("/duty/undo/1", 403)
