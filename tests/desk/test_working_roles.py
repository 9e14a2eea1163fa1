"""Whose jobs these are: the signed-in person's own, and what each role sees and may do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, final

import pytest

from legation.app.access.clearing import Officer, WantedClearance
from legation.desk.gate import form_token
from legation.rights.roles import Role
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp, level_named
from legation.store.clearances import Held
from worlds.people import enrolled
from worlds.planted_posts import write_town
from worlds.requests import scope
from worlds.working_desk import SAME, WorkingDesk, now, working_desk


@final
class Person:
    """Somebody who is signed in, at a browser of their own."""

    def __init__(self, desk: WorkingDesk, name: str, *roles: Role) -> None:
        held = Held(tlp=level_named(desk.home.settings.reader_tlp), pap=Pap.RED)
        self.secret = enrolled(desk.store, now, name, *roles, held=held)
        self.person_id = desk.store.people.get(name).person_id
        self._desk = desk

    def get(self, path: str) -> Any:
        """Return the answer to a page."""
        return self._asked("GET", path, {})

    def post(self, path: str, **fields: str) -> Any:
        """Send a form."""
        return self._asked("POST", path, {"form_token": form_token(self.secret), **fields})

    def send(self, file: Path) -> Any:
        """Send a file."""
        with file.open("rb") as stream:
            return self._asked(
                "POST",
                "/import/send",
                {"form_token": form_token(self.secret)},
                files={"file": (file.name, stream)},
            )

    def job(self, path: str, **fields: str) -> str:
        """Send a form and return the address of the job that was asked for."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def _asked(self, method: str, path: str, data: dict[str, str], **more: Any) -> Any:
        headers = SAME | {"Cookie": f"legation-session={self.secret}"}
        return self._desk.client.request(
            method, path, data=data or None, headers=headers, follow_redirects=False, **more
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WorkingDesk]:
    with working_desk(tmp_path, guarded=True) as made:
        yield made


def test_a_job_is_that_of_the_person_who_is_signed_in_and_of_nobody_else(
    desk: WorkingDesk,
) -> None:
    omar = Person(desk, "Omar Haddad", "analyst")
    lena = Person(desk, "Lena Berg", "analyst")
    officer = Person(desk, "Ines Adler", "security officer")
    job = omar.job("/watch")
    assert desk.store.jobs.find()[0].actor == omar.person_id
    page = omar.get(job).text
    assert "Omar Haddad" in page
    assert omar.person_id not in page
    assert job in omar.get("/jobs").text
    assert job not in lena.get("/jobs").text
    for path in (job, f"{job}/state", f"{job}/rejected.csv", f"{job}/as/file"):
        assert lena.get(path).status_code == 404, path
    assert lena.post(f"{job}/import").status_code == 404
    assert "Omar Haddad" in officer.get(job).text
    assert job in officer.get("/jobs").text


def test_whoever_may_not_see_a_job_cannot_end_it_and_the_trail_says_who_did(
    desk: WorkingDesk,
) -> None:
    omar = Person(desk, "Omar Haddad", "analyst")
    lena = Person(desk, "Lena Berg", "analyst")
    officer = Person(desk, "Ines Adler", "security officer")
    waiting = desk.store.jobs.add("watch", "Look", {}, actor=omar.person_id, place="elsewhere")
    path = f"/job/{waiting.job_id}/cancel"
    assert lena.post(path).status_code == 404
    assert desk.store.jobs.get(waiting.job_id).is_open
    assert officer.post(path).status_code == 303
    (noted,) = desk.store.audit.entries(verb="job.cancel")
    assert (noted.event.actor, noted.event.detail["asked_by"]) == (
        officer.person_id,
        omar.person_id,
    )


@pytest.mark.parametrize("role", ["press", "policy", "legal", "auditor", "administrator"])
def test_who_is_no_analyst_brings_nothing_in_and_takes_nothing_back(
    role: Role, desk: WorkingDesk, tmp_path: Path
) -> None:
    file = write_town(tmp_path / "town.jsonl")
    other = Person(desk, "Ruth Klein", role)
    assert other.send(file).status_code == 403
    for path in ("/import/choose", "/import/undo/none", "/watch"):
        assert other.post(path).status_code == 403, path
    assert other.get("/import").status_code == 403
    assert desk.left() == []
    assert 'href="/import"' not in other.get("/words").text


def test_a_file_without_the_token_of_its_session_is_not_kept_and_noted(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    omar = Person(desk, "Omar Haddad", "analyst")
    lena = Person(desk, "Lena Berg", "analyst")
    file = write_town(tmp_path / "town.jsonl")
    own, omar.secret = omar.secret, lena.secret
    assert omar.send(file).status_code == 303
    omar.secret = own
    answer = desk.client.post(
        "/import/send",
        data={"form_token": form_token(lena.secret)},
        files={"file": ("posts.csv", b"x")},
        headers=SAME | {"Cookie": f"legation-session={omar.secret}"},
    )
    assert answer.status_code == 403
    (noted,) = desk.store.audit.entries(verb="route.deny")
    assert (noted.event.actor, noted.event.subject) == (omar.person_id, "import.posts")


def sent(desk: WorkingDesk, secret: str, path: str, pieces: list[bytes], before_last: Any) -> int:
    """Send a form in pieces, do something before the last one leaves, and return the status."""
    told: list[int] = []
    left = list(pieces)
    plain = "application/x-www-form-urlencoded"
    kind = "multipart/form-data; boundary=b" if left[0].startswith(b"--b") else plain

    async def receive() -> Any:
        piece = left.pop(0)
        if not left:
            before_last()
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    asked = scope(
        "POST",
        path,
        port=8321,
        origin="http://127.0.0.1:8321",
        sec_fetch_site="same-origin",
        cookie=f"legation-session={secret}",
        content_type=kind,
    )
    asyncio.run(desk.client.app(asked, receive, send))
    return told[0]


def file_form(secret: str, name: str, content: bytes) -> list[bytes]:
    head = (
        '--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'
        f"{form_token(secret)}\r\n--b\r\nContent-Disposition: form-data; "
        f'name="file"; filename="{name}"\r\n\r\n'
    )
    return [head.encode() + content, b"\r\n--b--\r\n"]


@pytest.mark.parametrize(
    ("path", "name", "content", "role"),
    [
        ("/import/send", "posts.csv", b"post_id\np1", "analyst"),
        (
            "/registers/import",
            "missions.csv",
            b"key,name,state,kind,since,source,as_of\nm1,Embassy,XA,embassy,2015-01-01,l,2026-01-01",
            "security officer",
        ),
    ],
)
def test_nothing_is_kept_of_what_somebody_sends_who_is_locked_out_while_it_comes(
    desk: WorkingDesk, path: str, name: str, content: bytes, role: Role
) -> None:
    omar = Person(desk, "Omar Haddad", role)
    pieces = file_form(omar.secret, name, content)
    before = sorted(desk.left()), desk.store.audit.head().seq
    locked = sent(
        desk, omar.secret, path, pieces, lambda: desk.store.people.disable(omar.person_id)
    )
    assert locked == 403
    written = [one.event.verb for one in desk.store.audit.entries(after=before[1])]
    assert not {"mission.write", "import.posts"} & {*written}
    assert sorted(desk.left()) == before[0]
    lena = Person(desk, "Lena Berg", role)
    whole = file_form(lena.secret, name, content)
    assert sent(desk, lena.secret, path, whole, lambda: None) in (200, 303)


def test_a_right_that_is_taken_while_a_form_comes_is_not_used_by_it(desk: WorkingDesk) -> None:
    adm = Person(desk, "Ada Brunel", "administrator")

    def form(name: str) -> list[bytes]:
        return [
            f"form_token={form_token(adm.secret)}&name={name}&role=".encode(),
            b"administrator",
        ]

    def put_out() -> None:
        desk.store.people.disable(adm.person_id)

    assert sent(desk, adm.secret, "/people", form("First"), lambda: None) == 200
    assert sent(desk, adm.secret, "/people", form("Second"), put_out) in (401, 403)
    names = {one.name for one in desk.store.people.every()}
    assert "First" in names
    assert "Second" not in names


def test_what_a_job_tells_of_campaigns_is_what_its_reader_may_know(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town.jsonl")
    with working_desk(tmp_path, guarded=True, reader_tlp="amber") as desk:
        omar = Person(desk, "Omar Haddad", "analyst")
        ruth = Person(desk, "Ruth Klein", "policy")
        place = omar.send(town).headers["location"]
        tried = omar.job(f"{place}/check", how="preset", preset="legation")
        omar.job(f"{tried}/import")
        assert desk.store.imports.newest("posts")[0].state == "done"
        assert desk.store.audit.entries(verb="import.posts")[0].event.actor == omar.person_id
        assert "1 campaign" in omar.get(omar.job("/watch")).text
        exported = ruth.job("/export/json")
        assert ruth.get(f"{exported}/as/file").json()["campaigns"]
        assert omar.get(f"{exported}/as/file").status_code == 404
        (newest,) = desk.store.runs.newest("disinformation.coordination", limit=1)
        (campaign_id,) = newest.facts["campaigns"]
        desk.store.labels.set(campaign_id, Label(tlp=Tlp.RED), actor="test", reason="a source")
        assert ruth.get(f"{exported}/as/file").status_code == 404
        assert "no campaign to export" in ruth.get(ruth.job("/export/json")).text


def imported(desk: WorkingDesk, omar: Person, town: Path) -> str:
    """Take in a file, and return the number of its import."""
    place = omar.send(town).headers["location"]
    tried = omar.job(f"{place}/check", how="preset", preset="legation")
    omar.job(f"{tried}/import")
    return desk.store.imports.newest("posts")[0].import_id


def test_an_import_is_taken_back_when_a_second_person_agrees(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    omar = Person(desk, "Omar Haddad", "analyst")
    import_id = imported(desk, omar, write_town(tmp_path / "town.jsonl"))
    alone = omar.get(f"/import/undo/{import_id}").text
    assert "Nobody else on this desk could decide on it" in alone
    assert f"legation import undo {import_id[:8]} --yes" in alone
    lena = Person(desk, "Lena Berg", "analyst")
    ruth = Person(desk, "Ruth Klein", "press")
    assert "Lena Berg" in omar.get(f"/import/undo/{import_id}").text
    given = {"number": import_id[:8], "reason": "the wrong file was sent"}
    asked = omar.post(f"/import/undo/{import_id}", **given).headers["location"]
    assert asked.startswith("/decision/")
    assert desk.store.imports.get(import_id).state == "done"
    assert "the wrong file was sent" in lena.get("/decisions").text
    assert asked in lena.get("/decisions").text
    assert "Nothing waits for you" in omar.get("/decisions").text
    assert "Approve" not in omar.get(asked).text
    assert omar.post(f"{asked}/approve").status_code == 403
    # Who has not the role is told that there is nothing.
    assert asked not in ruth.get("/decisions").text
    assert ruth.get(asked).status_code == ruth.post(f"{asked}/approve").status_code == 404
    assert desk.store.imports.get(import_id).state == "done"
    assert lena.post(f"{asked}/approve", words="I saw it").headers["location"] == asked
    assert desk.store.imports.get(import_id).state == "undone"
    assert lena.post(f"{asked}/approve").status_code == 409
    page = omar.get(asked).text
    assert "Lena Berg" in page
    assert "I saw it" in page
    rows = lena.get("/decisions/as/json").json()["rows"]
    assert [(row["asked_by"], row["decided_by"], row["state"]) for row in rows] == [
        ("Omar Haddad", "Lena Berg", "approved")
    ]
    halves = [
        (one.event.verb, one.event.actor)
        for one in desk.store.audit.entries(limit=1000)
        if one.event.verb in ("decision.ask", "decision.approve", "import.undo")
    ]
    assert halves == [
        ("decision.ask", omar.person_id),
        ("decision.approve", lena.person_id),
        ("import.undo", omar.person_id),
    ]


def test_a_refused_undo_takes_nothing_back(desk: WorkingDesk, tmp_path: Path) -> None:
    omar = Person(desk, "Omar Haddad", "analyst")
    lena = Person(desk, "Lena Berg", "analyst")
    import_id = imported(desk, omar, write_town(tmp_path / "town.jsonl"))
    path, number = f"/import/undo/{import_id}", import_id[:8]
    assert omar.post(path, number=number, reason="no").status_code == 400
    asked = omar.post(path, number=number, reason="the wrong file was sent").headers["location"]
    assert omar.post(path, number=number, reason="the wrong file was sent").status_code == 409
    lena.post(f"{asked}/refuse", words="it is the right one")
    assert "it is the right one" in omar.get(asked).text
    assert desk.store.imports.get(import_id).state == "done"
    again = omar.post(path, number=number, reason="it is the wrong one").headers["location"]
    assert omar.post(f"{again}/withdraw").status_code == 303
    assert desk.store.imports.get(import_id).state == "done"


def test_each_page_is_drawn_with_the_clearance_of_who_asks_for_it(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town.jsonl")
    with working_desk(tmp_path, guarded=True, compartments=("talks",), reader_tlp="amber") as desk:
        omar = Person(desk, "Omar Haddad", "analyst")
        ines = Person(desk, "Ines Adler", "security officer")
        chief = Person(desk, "Ada Brunel", "security officer")
        imported(desk, omar, town)
        omar.job("/watch")
        (newest,) = desk.store.runs.newest("disinformation.coordination", limit=1)
        (object_id,) = newest.facts["campaigns"]
        talks = Label(tlp=Tlp.AMBER, compartments=("talks",))
        desk.store.labels.set(object_id, talks, actor="test", reason="a source")
        for person in (omar, ines):
            assert "1 campaign" not in person.get("/watch/campaigns").text
        given = {"compartment": "talks", "reason": "she works on these talks"}
        # An officer who does not hold it cannot give it, to nobody and least to themselves.
        assert ines.post(f"/people/{omar.person_id}/clearance", **given).status_code == 403
        assert chief.post(f"/people/{chief.person_id}/clearance", **given).status_code == 403
        assert "talks" not in ines.get(f"/people/{omar.person_id}/clearance").text
        host = Officer(desk.store, desk.home.rules(desk.store), now, "command line", own=None)
        wanted = WantedClearance(compartments=("talks",))
        host.set("Ada Brunel", wanted, "she keeps the compartment")
        assert chief.post(f"/people/{omar.person_id}/clearance", **given).status_code == 303
        assert "1 campaign" in omar.get("/watch/campaigns").text
        assert "1 campaign" not in ines.get("/watch/campaigns").text
        page = chief.get(f"/people/{omar.person_id}/clearance").text
        assert "she works on these talks" in page
        assert (
            "she works on these talks" not in ines.get(f"/people/{omar.person_id}/clearance").text
        )
        (last,) = desk.store.audit.entries(verb="clearance.set")[-1:]
        assert (last.event.actor, last.event.subject) == (chief.person_id, omar.person_id)
        # What the watch told of is no job for who may not know it any more.
        watched = next(one for one in desk.store.jobs.find() if one.kind == "watch")
        assert omar.get(f"/job/{watched.job_id}").status_code == 200
        assert ines.get(f"/job/{watched.job_id}").status_code == 404
        assert ines.get(f"/job/{watched.job_id}/state").status_code == 404
        assert watched.job_id not in ines.get("/jobs").text
        assert ines.post(f"/job/{watched.job_id}/cancel").status_code == 404


def test_an_administrator_gives_nobody_access_to_content(desk: WorkingDesk) -> None:
    admin = Person(desk, "Ruth Klein", "administrator")
    omar = Person(desk, "Omar Haddad", "analyst")
    path = f"/people/{omar.person_id}/clearance"
    assert path not in admin.get("/people").text
    assert admin.get(path).status_code == admin.post(path, tlp="red").status_code == 403
    officer = Person(desk, "Ines Adler", "security officer")
    assert path in officer.get("/people").text
    assert "Add somebody" not in officer.get("/people").text
    assert officer.post("/people", name="Mallory", role="analyst").status_code == 403
