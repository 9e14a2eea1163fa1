"""A passkey shown within five minutes before what is above AMBER leaves: never by a token."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, final

import pytest
from litestar import get
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.access.tokens import Keyring
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.home import Home
from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.gate import form_token
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.opening import Store
from worlds.gates import Clock, guarded_gate
from worlds.large_campaigns import large_home
from worlds.people import HOST, cleared
from worlds.soft_key import SoftKey

HERE = "http://localhost:8321"
FILES = (
    "/campaign/c-large/as/csv",
    "/watch/campaigns/as/csv",
    "/watch/campaigns/as/json",
    "/campaign/c-large/ties/as/csv",
    "/campaign/c-large/paper/docx",
    "/today.json",
)


@final
class Desk:
    """A desk over a home with one campaign, and one analyst with a key."""

    def __init__(self, home: Home, store: Store, clock: Clock) -> None:
        self.home, self.store, self.clock = home, store, clock
        self.entrance = Entrance(store, clock, home.rules(store))
        self.gate = guarded_gate(self.entrance, clock)
        jobs = InlineJobs(Runner(home, UNPROTECTED, works()), store)
        reading = StoredReading(home.library(store, "desk"), Libraries(home, store))

        @get("/names", sync_to_thread=False, verb="campaign.read", step_up=True)
        def names() -> str:
            return "clear names"

        work = DeskWork(home, store, jobs)
        self.app = build_app(reading, banner=None, gate=self.gate, work=work, more=[names])
        self.client = TestClient(self.app, base_url="http://127.0.0.1:8321")
        self.client.base_url = HERE
        self.key, self.person_id = self.enrolled("Omar Haddad")

    def enrolled(self, name: str) -> tuple[SoftKey, str]:
        """Add an analyst by the browser's own way; the session is not proven by that."""
        person, link = Register(self.store, self.clock, HOST).add(name, ["analyst"])
        cleared(self.store, person, Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("talks",)))
        key = SoftKey(origin=HERE)
        self.client.cookies.clear()
        visit = self.client.get("/enrol").cookies["legation-visit"]
        asked = self.send("/enrol/begin", {"link": link}, visit).json()
        made = {"link": link, "credential": key.make(asked["options"])}
        assert self.send("/enrol/finish", made, visit).status_code == 200
        guest = self.entrance.guest(self.secret)
        self.entrance.confirm_kit(guest, self.entrance.new_kit(guest)[0])
        return key, person.person_id

    @property
    def secret(self) -> str:
        """Return the secret of this browser's session."""
        return str(self.client.cookies["legation-session"])

    def send(self, path: str, value: Any, secret: str | None = None) -> Any:
        """Send what a script of the desk sends."""
        return self.client.post(
            path,
            json=value,
            headers={
                "origin": HERE,
                "sec-fetch-site": "same-origin",
                "accept": "application/json",
                "x-legation-form": form_token(secret or self.secret),
            },
        )

    def prove(self, key: SoftKey | None = None) -> Any:
        """Show a passkey again, as the page does."""
        question = self.send("/prove/begin", {}).json()
        return self.send("/prove/finish", {"credential": (key or self.key).show(question)})

    def get(self, path: str, **headers: str) -> Any:
        """Ask for a page, and follow nothing."""
        return self.client.get(path, headers=headers, follow_redirects=False)

    def close_to(self, label: Label) -> None:
        """Put the campaign under a label."""
        (object_id,) = self.store.runs.get("run-large").facts["campaigns"]
        self.store.labels.set(object_id, label, actor="test", reason="a test")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = large_home(tmp_path / "home", accounts=6, ties=6, communities=2)
    clock = Clock()
    home = Home(Settings(home=made.folder, compartments=("talks",)), clock)
    home.settings = Settings(
        home=made.folder, compartments=("talks",), reader_compartments=("talks",)
    )
    with home.store() as store:
        yield Desk(home, store, clock)


ABOVE = (
    Label(tlp=Tlp.RED),
    Label(tlp=Tlp.AMBER_STRICT),
    Label(tlp=Tlp.GREEN, compartments=("talks",)),
)


@pytest.mark.parametrize("label", ABOVE, ids=str)
def test_what_is_above_amber_leaves_only_after_the_passkey_was_shown(
    label: Label, desk: Desk
) -> None:
    desk.close_to(label)
    for path in FILES:
        assert desk.get("/campaign/c-large").status_code == 200
        answer = desk.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/prove?to=%2F"), path
    assert desk.store.audit.entries(verb="campaign.export") == []
    assert desk.prove().status_code == 200
    for path in FILES:
        assert desk.get(path).status_code == 200, path
    proof = desk.store.audit.entries(verb="session.prove")[0].event
    assert (proof.actor, proof.subject) == (desk.person_id, desk.person_id)


def test_a_filter_under_a_compartment_leaves_like_what_it_finds(desk: Desk) -> None:
    for compartment, status in (("", 200), ("talks", 303)):
        made = {"name": f"one {compartment}", "list": "campaigns", "asked": "words=harbour"}
        made |= {"tlp": "green", "compartment": compartment}
        sent = desk.client.post(
            "/filters",
            data=made | {"form_token": form_token(desk.secret)},
            headers={"origin": HERE, "sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )
        assert sent.status_code == 303, sent.text
        answer = desk.get("/filters/as/csv")
        assert answer.status_code == status, compartment
    assert answer.headers["location"].startswith("/prove?to=%2Ffilters")
    desk.prove()
    assert "one talks" in desk.get("/filters/as/csv").text


def test_amber_leaves_without(desk: Desk) -> None:
    for path in FILES:
        assert desk.get(path).status_code == 200, path


def test_a_proof_holds_five_minutes_and_for_its_session_alone(desk: Desk) -> None:
    desk.close_to(Label(tlp=Tlp.RED))
    desk.prove()
    proven = desk.secret
    desk.clock.pass_time(minutes=5)
    assert desk.get(FILES[0]).status_code == 200
    desk.clock.pass_time(seconds=1)
    assert desk.get(FILES[0]).status_code == 303
    desk.prove()
    other = desk.entrance._session(desk.person_id)
    for secret, status in ((other, 303), (proven, 200)):
        desk.client.cookies.clear()
        desk.client.cookies.set("legation-session", secret)
        assert desk.get(FILES[0]).status_code == status


def test_a_clock_that_was_set_back_makes_no_proof_longer(desk: Desk) -> None:
    desk.close_to(Label(tlp=Tlp.RED))
    desk.prove()
    desk.clock.pass_time(seconds=-30)
    assert desk.get(FILES[0]).status_code == 303


def test_a_log_in_by_passkey_is_a_proof_and_an_enrolment_is_none(desk: Desk) -> None:
    desk.close_to(Label(tlp=Tlp.RED))
    assert desk.get(FILES[0]).status_code == 303
    desk.client.cookies.clear()
    visit = desk.client.get("/log-in").cookies["legation-visit"]
    question = desk.send("/log-in/begin", {}, visit).json()
    shown = {"credential": desk.key.show(question)}
    assert desk.send("/log-in/finish", shown, visit).status_code == 200
    assert desk.get(FILES[0]).status_code == 200


def test_the_passkey_of_somebody_else_proves_nothing_and_is_noted(desk: Desk) -> None:
    other, _ = desk.enrolled("Lena Berg")
    desk.close_to(Label(tlp=Tlp.RED))
    own_secret = desk.secret
    answer = desk.prove(desk.key)  # Omar's key at Lena's browser
    assert answer.status_code == 403
    assert "another person" in answer.json()["error"]
    assert desk.get(FILES[0]).status_code == 303
    refused = desk.store.audit.entries(verb="session.refuse")[-1].event
    assert refused.detail["step"] == "proof"
    assert desk.secret == own_secret
    assert desk.prove(other).status_code == 200


def test_an_answer_counts_once_and_for_the_session_that_was_asked(desk: Desk) -> None:
    question = desk.send("/prove/begin", {}).json()
    shown = {"credential": desk.key.show(question)}
    assert desk.send("/prove/finish", shown).status_code == 200
    assert desk.send("/prove/finish", shown).status_code == 403
    question = desk.send("/prove/begin", {}).json()
    stolen = {"credential": desk.key.show(question)}
    desk.client.cookies.clear()
    desk.client.cookies.set("legation-session", desk.entrance._session(desk.person_id))
    assert desk.send("/prove/finish", stolen).status_code == 403


def test_no_token_takes_out_what_is_above_amber(desk: Desk) -> None:
    _, secret = Keyring(desk.store, desk.clock, desk.home.rules(desk.store)).add(
        "Omar Haddad", name="archive", scopes=["campaign.export"], days=1
    )
    desk.prove()
    given = {"authorization": f"Bearer {secret}"}
    desk.client.cookies.clear()
    assert desk.get(FILES[0], **given).status_code == 200
    desk.close_to(Label(tlp=Tlp.RED))
    for accept in ("application/json", "text/html"):
        answer = desk.get(FILES[0], accept=accept, **given)
        assert answer.status_code == 403
        assert "above TLP:AMBER" in answer.text


def test_a_job_that_takes_it_out_is_asked_for_and_fetched_with_a_proof(desk: Desk) -> None:
    desk.close_to(Label(tlp=Tlp.RED))
    form = {"form_token": form_token(desk.secret)}
    headers = {
        "origin": HERE,
        "sec-fetch-site": "same-origin",
        "referer": f"{HERE}/jobs",
        "accept": "text/html",
    }

    def ask() -> str:
        answer = desk.client.post("/export/csv", data=form, headers=headers, follow_redirects=False)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    assert ask() == "/prove?anew=1&to=%2Fjobs"
    assert desk.store.jobs.find() == []
    assert "press the button there once more" in desk.get("/prove?anew=1&to=%2Fjobs").text
    desk.prove()
    job = ask()
    assert desk.get(f"{job}/as/file").status_code == 200
    desk.clock.pass_time(minutes=6)
    assert desk.get(job).status_code == 200
    assert desk.get(f"{job}/as/file").headers["location"].startswith("/prove?to=%2Fjob%2F")


def test_an_address_may_ask_for_a_proof_itself(desk: Desk) -> None:
    assert desk.get("/names").headers["location"] == "/prove?to=%2Fnames"
    desk.prove()
    assert desk.get("/names").text == "clear names"


def test_a_script_is_told_instead_of_led(desk: Desk) -> None:
    desk.close_to(Label(tlp=Tlp.RED))
    answer = desk.get(FILES[0], accept="application/json")
    assert answer.status_code == 403
    assert "passkey" in answer.json()["error"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil"])
def test_the_page_leads_nowhere_else(to: str, desk: Desk) -> None:
    page = desk.client.get("/prove", params={"to": to}).text
    assert 'data-to=""' in page


def test_captured_evidence_above_amber_leaves_only_after_the_passkey_was_shown(desk: Desk) -> None:
    captured = Room(desk.home, desk.store, UNPROTECTED)
    given = Given(title="A page", source="", method="upload", campaign="c-large")
    kept = captured.take(captured.prepare(b"plain words of a page"), given, actor="test")
    paths = (f"/evidence/{kept.evidence_id}/as/json", "/evidence/as/csv")
    assert [desk.get(path).status_code for path in paths] == [200, 200]
    desk.store.labels.set(kept.evidence_id, Label(tlp=Tlp.RED), actor="test", reason="a source")
    assert [desk.get(path).status_code for path in paths] == [303, 303]
    desk.prove()
    assert [desk.get(path).status_code for path in paths] == [200, 200]


def test_each_page_that_opens_what_the_key_seals_asks_for_a_proof(desk: Desk) -> None:
    asking = {
        route.path_format
        for route in desk.app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.opt.get("step_up") and handler.opt["verb"].endswith(".open")
    }
    assert asking == {"/campaign/{campaign_id}/names", "/evidence/{evidence_id}/original"}
    opening = {
        (route.path_format, handler.opt["verb"])
        for route in desk.app.routes
        for handler in getattr(route, "route_handlers", ())
        if "POST" in handler.http_methods and str(handler.opt.get("verb")).endswith(".open")
    }
    assert {path for path, _ in opening} == asking


def test_who_will_not_show_the_passkey_goes_back_to_the_page_they_came_from(desk: Desk) -> None:
    for came, back in (
        ("http://localhost:8321/watch/campaigns?grade=high", "/watch/campaigns?grade=high"),
        ("", "/"),
        ("http://localhost:8321//evil.example", "/"),
    ):
        page = desk.client.get("/prove?to=/names", headers={"referer": came}).text
        assert f'<a href="{back}">Go back without it</a>' in page
