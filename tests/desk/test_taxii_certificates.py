"""Partners who come by a client certificate, over the real server and its TLS."""

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, final

import pytest

from worlds.certificates import Authority, make_certificate
from worlds.sharing_process import SharingHome, SharingProcess, Visitor, campaign
from worlds.shell import legation

ALDRIA: Final = "Aldria"
BORVIA: Final = "Borvia"


@final
class Embassies:
    """A server with TLS; Aldria and Borvia come by certificate or token, Cestia by neither."""

    def __init__(self, folder: Path) -> None:
        self.home = SharingHome(folder / "home", ALDRIA, BORVIA)
        self._cert, key = make_certificate(folder, "localhost")
        self.authority = Authority(folder)
        self.files = {name: self.authority.client(name) for name in (ALDRIA, BORVIA, "Cestia")}
        for name in (ALDRIA, BORVIA):
            words = ("partner", "let-in", name, "--certificate", self.files[name][0])
            assert legation(*words, "--home", self.home.folder).code == 0
        (folder / "other").mkdir()
        self.files["stranger"] = Authority(folder / "other").client("Aldria")
        tls = ("--tls-cert", self._cert, "--tls-key", key, "--client-ca", self.authority.file)
        self.server = SharingProcess(self.home.folder, *tls, "--name", "localhost")

    def visit(self, shows: str = "", token: str = "") -> Visitor:
        tls = ssl.create_default_context(cafile=str(self._cert))
        if shows:
            tls.load_cert_chain(*map(str, self.files[shows]))
        return Visitor(self.server.port, self.home.tokens.get(token, token), tls)

    def status(self, shows: str = "", token: str = "") -> int:
        line = self.visit(shows, token)
        try:
            return line.ask("/taxii2/").status
        finally:
            line.close()


@pytest.fixture(scope="module")
def embassies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embassies]:
    made = Embassies(tmp_path_factory.mktemp("embassies"))
    yield made
    made.server.stop()


def test_a_certificate_on_the_roster_reads_and_posts_without_a_token(embassies: Embassies) -> None:
    line = embassies.visit(shows=ALDRIA)
    path = embassies.home.inboxes[ALDRIA]
    assert line.post(path, [campaign(1)]).status == 202
    assert line.ask(path).body == b'{"objects":[' + campaign(1) + b"]}"
    assert line.ask(embassies.home.inboxes[BORVIA]).status == 404
    line.close()


def test_who_shows_what_is_let_in_or_not(embassies: Embassies) -> None:
    told = {
        (shows, token): embassies.status(shows, token)
        for shows in ("", ALDRIA, BORVIA, "Cestia")
        for token in ("", ALDRIA, BORVIA, "lgp_wrong")
    }
    assert told == {
        ("", ""): 401,
        ("", ALDRIA): 200,
        ("", BORVIA): 200,
        ("", "lgp_wrong"): 401,
        (ALDRIA, ""): 200,
        (ALDRIA, ALDRIA): 200,
        (ALDRIA, BORVIA): 401,
        (ALDRIA, "lgp_wrong"): 200,
        (BORVIA, ""): 200,
        (BORVIA, ALDRIA): 401,
        (BORVIA, BORVIA): 200,
        (BORVIA, "lgp_wrong"): 200,
        # Known to the authority, and not on the roster.
        ("Cestia", ""): 401,
        ("Cestia", ALDRIA): 200,
        ("Cestia", BORVIA): 200,
        ("Cestia", "lgp_wrong"): 401,
    }


def test_a_certificate_of_another_authority_makes_no_connection(embassies: Embassies) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        embassies.status("stranger", ALDRIA)
    assert embassies.status("", ALDRIA) == 200


def test_no_header_stands_for_a_certificate(embassies: Embassies) -> None:
    pem = embassies.files[ALDRIA][0].read_text("ascii")
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    line = embassies.visit()
    for name in ("X-Client-Cert", "X-SSL-Client-SHA256", "Legation-Certificate"):
        headers: dict[str, Any] = {name: digest}
        assert line.ask("/taxii2/", **headers).status == 401
    line.close()


def test_a_revoked_certificate_opens_nothing_also_on_a_line_that_stands(
    embassies: Embassies,
) -> None:
    name, folder = "Drania", embassies.home.folder
    embassies.home.add(name)
    embassies.files[name] = embassies.authority.client(name)
    words = ("partner", "let-in", name, "--certificate", embassies.files[name][0])
    digest = legation(*words, "--home", folder).out.strip()
    line = embassies.visit(shows=name)
    assert line.ask("/taxii2/").status == 200
    assert legation("partner", "shut-out", name, digest[:12], "--home", folder).code == 0
    answer = line.ask("/taxii2/")
    assert answer.status == 401
    assert answer.told()["http_status"] == "401"
    line.close()
    assert embassies.status(name) == 401
    assert embassies.status("", name) == 200
    assert legation("partner", "end", name, "--home", folder).code == 0
    assert embassies.status("", name) == 401
