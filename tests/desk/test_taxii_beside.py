"""TAXII beside the pages of the desk, in one process: two doors, none leads to the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

import pytest

from worlds.desk_process import DeskProcess, signed_in
from worlds.sharing_process import TAXII, SharingHome, Visitor, campaign, envelope
from worlds.shell import legation

_LARGE: Final = 20_000_000


@final
class BothDoors:
    """A desk that serves pages and partners."""

    def __init__(self, folder: Path) -> None:
        self.home = SharingHome(folder / "home", "Aldria")
        self.session = signed_in(self.home.folder)
        self.desk = DeskProcess(self.home.folder, self.session)
        self.port = int(self.desk.address.rpartition(":")[2])
        self.path = self.home.inboxes["Aldria"]

    def visit(self, token: str | None = None) -> Visitor:
        return Visitor(self.port, self.home.tokens["Aldria"] if token is None else token)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothDoors]:
    made = BothDoors(tmp_path_factory.mktemp("doors"))
    yield made
    made.desk.stop()


def test_a_partner_has_taxii_and_a_person_has_pages(doors: BothDoors) -> None:
    line = doors.visit()
    answer = line.ask("/taxii2/")
    assert (answer.status, answer.headers["content-type"]) == (200, TAXII)
    assert line.post(doors.path, [campaign(1)]).status == 202
    assert campaign(1) in line.ask(doors.path).body
    line.close()
    assert "<html" in doors.desk.get("/")


def test_a_partners_token_opens_no_page(doors: BothDoors) -> None:
    line = doors.visit()
    stranger = doors.visit("lgp_of_nobody")
    for path in ("/", "/log", "/cases", "/campaigns", "/people", "/import", "/api", "/taxii2x/"):
        told = line.ask(path, Accept="text/html")
        alike = stranger.ask(path, Accept="text/html")
        assert told.status in (303, 401, 403, 404)
        assert told.status == alike.status
        assert b"Aldria" not in told.body
    # In the place of a session it opens nothing either.
    told = line.ask("/", Cookie=f"legation-session={doors.home.tokens['Aldria']}")
    assert told.status in (303, 401, 403)
    line.close()
    stranger.close()


def test_no_person_comes_to_taxii(doors: BothDoors) -> None:
    folder = doors.home.folder
    person = next(
        word
        for word in legation("admin", "list", "--home", folder).out.split()
        if word.startswith("p-")
    )
    made = legation("admin", "token", "add", person, "--name", "probe", "--home", folder)
    tokens = [word for word in made.out.split() if len(word) > 30]
    for token in (doors.session, *tokens):
        line = doors.visit(token)
        told = line.ask("/taxii2/", Cookie=f"legation-session={doors.session}")
        assert told.status == 401
        assert "bearer" in told.headers["www-authenticate"].lower()
        assert "set-cookie" not in told.headers
        line.close()


def test_a_large_body_does_not_meet_the_limits_of_forms(doors: BothDoors) -> None:
    line = doors.visit()
    raws = [campaign(number, description="x" * 50_000) for number in range(100, 200)]
    answer = line.post(doors.path, raws)
    assert answer.status == 202
    assert answer.told()["success_count"] == 100
    told = line.ask(doors.path, "POST", envelope([]) + b" " * (33_000_000))
    assert told.status == 413
    assert told.told()["http_status"] == "413"
    line.close()
    # Beside it the limits of pages hold as before.
    line = doors.visit()
    page = line.ask("/import", "POST", b"x" * 1_000_000)
    assert page.status in (303, 400, 401, 403, 404, 405, 413)
    assert page.headers["content-type"] != TAXII
    line.close()


def test_under_a_foreign_host_nothing_is_told_that_names_it(doors: BothDoors) -> None:
    for host in ("evil.example", "evil.example:1", "[::1]", "localhost@evil.example"):
        stranger = doors.visit("")
        told = stranger.ask("/taxii2/", Host=host)
        assert told.status in (400, 401)
        assert b"evil" not in told.body
        assert not any("evil" in text for text in told.headers.values())
        stranger.close()
        line = doors.visit()
        told = line.ask("/taxii2/", Host=host)
        assert b"evil" not in told.body
        assert told.status == 200
        assert told.told()["api_roots"] == ["/taxii2/exchange/"]
        line.close()
    # Pages stay behind their fence.
    line = doors.visit("")
    assert line.ask("/", Host="evil.example", Accept="text/html").status not in (200, 303)
    line.close()


def test_no_page_of_another_site_reads_taxii(doors: BothDoors) -> None:
    line = doors.visit()
    told = line.ask("/taxii2/", Origin="https://evil.example", Sec_Fetch_Site="cross-site")
    assert not any(name.startswith("access-control-") for name in told.headers)
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["cache-control"] == "no-store"
    line.close()
