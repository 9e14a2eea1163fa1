"""A statement goes out by any carrier and comes back whole; a host is asked by its own name."""

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pypdf
import pytest

from legation.app.statements.carriers import Carried, carried, discovered, extracted
from legation.app.statements.handed import MAX_SOURCE
from legation.desk.statement_papers import set_statement
from legation.errors import (
    BadInputError,
    DeniedError,
    NotFoundError,
    UnreachableError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.carriers.certificates import Certificate
from legation.safeguards.statements.carriers.discovery import WELL_KNOWN, WellKnown
from legation.safeguards.statements.carriers.pades import verify_paper
from legation.safeguards.statements.holding import HeldStatements
from legation.safeguards.statements.verdict import verdict_on_text
from legation.safeguards.statements.verifying import verify_file
from legation.sources.well_known import fetch_well_known
from legation.text.wording import wording
from worlds.carried import FILE, PASSPHRASE, REGISTER, SAID, office
from worlds.served_files import https_host
from worlds.statements import ALDANIA, ISSUER, NOON, OTHERS, log, verified

ONE = carried(FILE, REGISTER, by=ALDANIA)
HREF = "https://statements.aldania.example/log/statements/000"
FINGERPRINT = bytes(range(32)).hex(" ", -8)
SERVED = WellKnown(
    name="Ministry of Foreign Affairs of Aldania",
    anchor=bytes(range(32)).hex(),
    register=REGISTER,
    directory=f"https://{REGISTER}/directory/",
)


def paper(one: Carried) -> bytes:
    return one.paper(set_statement, Certificate(office().pkcs12(), PASSPHRASE))


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("statement", lambda: FILE),
        ("text", lambda: ONE.text(whole=True).encode()),
        ("text", lambda: b"\xef\xbb\xbf" + ONE.text(whole=True).replace("\n", "\r\n").encode()),
        ("text", lambda: ONE.page(HREF, fragment=False).encode()),
        ("text", lambda: ONE.page(HREF, fragment=True).encode()),
        ("pdf", lambda: paper(ONE)),
    ],
)
def test_what_a_carrier_holds_comes_back_and_verifies(kind: str, made: Callable[[], bytes]) -> None:
    found = extracted(made())
    assert found.kind == kind
    (data,) = found.files
    assert verify_file(data, ISSUER, log).statement == SAID


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_each_language_is_set_on_paper_so_that_its_words_can_be_copied(language: str) -> None:
    one = carried(FILE, REGISTER, language=language)
    data = one.paper(set_statement, None)
    words = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert one.statement.number in words
    assert extracted(data).files == (FILE,)
    if language != "ar":  # how Arabic comes out of a PDF is up to the program that reads it
        assert wording(one.version.text) in wording(words)


def test_what_is_copied_out_of_a_paper_is_found_in_the_register() -> None:
    words = pypdf.PdfReader(io.BytesIO(ONE.paper(set_statement, None))).pages[0].extract_text()
    register = HeldStatements(REGISTER, NOON)
    register.add(verified(SAID))
    verdict = verdict_on_text(words, register)
    assert (verdict.number, verdict.languages, verdict.part) == (SAID.number, ("en",), "quoted")


def test_a_signed_paper_is_signed_by_the_office() -> None:
    (found,) = verify_paper(paper(ONE), [office().authority])
    assert "Spokesperson" in found.subject


def test_what_holds_no_statement_gives_none_or_the_declared_error() -> None:
    assert extracted(b"Good morning.").files == ()
    assert extracted(ONE.text(whole=False).encode()).files == ()
    for data in (b"\xff\xfe\x00", FILE[:-1], b"%PDF-", b"\x89PNG\r\n\x1a\n", bytes(MAX_SOURCE + 1)):
        with pytest.raises(BadInputError):
            extracted(data)


def test_keys_that_did_not_sign_the_file_sign_no_short_form_of_it() -> None:
    with pytest.raises(VerificationError):
        carried(FILE, REGISTER, by=OTHERS)
    with pytest.raises((BadInputError, VerificationError)):
        carried(FILE.replace(b"We did not", b"We did now"), REGISTER, by=ALDANIA)


def test_a_language_that_is_not_there_and_a_picture_that_stays_as_it_is_are_refused() -> None:
    with pytest.raises(NotFoundError, match="'de'"):
        carried(FILE, REGISTER, language="de")
    with pytest.raises(UsageError):
        ONE.picture(b"", None, code=False)


def here(_: str) -> bool:
    return True


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], object]:
    """Ask a real host of this machine that serves these bytes."""

    def ask(served: bytes, printed: str = "") -> object:
        with https_host(tmp_path, {f"/{WELL_KNOWN}": served}) as (host, certificate):
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

            def fetch(url: str) -> bytes:
                assert url == f"https://localhost/{WELL_KNOWN}"
                return fetch_well_known(url.replace("localhost", host), allowed=here)

            return discovered("localhost", fetch, printed)

    return ask


def test_a_host_says_where_its_register_is_and_is_compared_with_what_was_printed(
    asked: Callable[..., object],
) -> None:
    served = msgspec.json.encode(SERVED)
    assert asked(served) == (SERVED, False)
    assert asked(served, FINGERPRINT.upper()) == (SERVED, True)
    with pytest.raises(VerificationError, match="not the anchor"):
        asked(served, FINGERPRINT.replace("0", "1"))
    with pytest.raises(BadInputError):
        asked(served, "0011")


@pytest.mark.parametrize("served", [b"", b"{}", b"<html>", b"x" * 30_000])
def test_a_host_that_serves_something_else_gives_the_declared_error(
    asked: Callable[..., object], served: bytes
) -> None:
    with pytest.raises(BadInputError):
        asked(served)


def test_a_host_that_leads_elsewhere_is_not_followed(asked: Callable[..., object]) -> None:
    with pytest.raises(UnreachableError):
        asked(b"https://localhost:1/elsewhere")


def test_a_host_whose_certificate_nobody_trusts_is_not_believed(tmp_path: Path) -> None:
    with (
        https_host(tmp_path, {f"/{WELL_KNOWN}": b"{}"}) as (host, _),
        pytest.raises(UnreachableError),
    ):
        fetch_well_known(f"https://{host}/{WELL_KNOWN}", allowed=here)


def test_a_host_of_this_machine_is_not_asked_unless_that_is_allowed() -> None:
    with pytest.raises(DeniedError):
        discovered("localhost", fetch_well_known)
