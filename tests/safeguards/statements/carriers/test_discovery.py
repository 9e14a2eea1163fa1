"""A host says where its register is; what it says is compared with what was printed."""

import io
import json
from pathlib import Path

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from legation.crypto.directory.roots import Anchor
from legation.errors import BadInputError, NotFoundError, VerificationError
from legation.safeguards.statements.carriers.discovery import (
    MAX_WELL_KNOWN,
    WELL_KNOWN,
    WellKnown,
    dns_record,
    fingerprint_page,
    fingerprint_text,
    host_of,
    read_dns_record,
    read_well_known,
    require_anchor,
    write_well_known,
)
from legation.safeguards.statements.carriers.qr import draw_qr

ANCHOR = Anchor(sha256=bytes(range(32)))
SAID = WellKnown(
    name="Ministry of Foreign Affairs of Aldania",
    anchor=ANCHOR.sha256.hex(),
    register="statements.aldania.example/log",
    directory="https://statements.aldania.example/log/directory/",
    copy="https://statements.aldania.example/log/copy",
)


def test_what_a_host_serves_is_read_back_and_readable_by_its_server(tmp_path: Path) -> None:
    path = write_well_known(tmp_path, SAID)
    assert path == tmp_path / WELL_KNOWN
    assert path.stat().st_mode & 0o777 == 0o644
    assert read_well_known(path.read_bytes()) == SAID
    write_well_known(tmp_path, msgspec.structs.replace(SAID, copy=""))
    assert read_well_known(path.read_bytes()).copy == ""


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        write_well_known(tmp_path / "absent", SAID)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("anchor", "0" * 63),
        ("anchor", "A" * 64),
        ("name", ""),
        ("name", "Aldania\u202eainadlA"),
        ("directory", "http://statements.aldania.example/"),
        ("directory", "javascript:alert(1)"),
        ("directory", "https://[::1"),
        ("copy", "https://"),
        ("register", "[::1"),
        ("copy", "file:///etc/passwd"),
        ("register", "with blanks"),
        ("version", 2),
        ("more", 1),
    ],
)
def test_what_says_something_else_is_refused(name: str, value: object) -> None:
    told = msgspec.to_builtins(SAID) | {name: value}
    with pytest.raises(BadInputError) as refused:
        read_well_known(json.dumps(told).encode())
    assert refused.value.place == WELL_KNOWN


@given(st.one_of(st.binary(max_size=200), st.just(b"[" * MAX_WELL_KNOWN), st.just(b" " * 30_000)))
def test_any_bytes_give_the_declared_error(data: bytes) -> None:
    with pytest.raises(BadInputError):
        read_well_known(data)


def test_an_anchor_is_that_which_was_printed_or_an_error() -> None:
    require_anchor(SAID.known_anchor, Anchor.parse(str(ANCHOR).upper()))
    with pytest.raises(VerificationError, match="not the anchor"):
        require_anchor(SAID.known_anchor, Anchor(sha256=bytes(32)))


def test_the_record_of_a_name_holds_the_anchor() -> None:
    line = dns_record("MFA.aldania.example.", ANCHOR)
    assert line.startswith("_legation.mfa.aldania.example. IN TXT ")
    text = line.partition('"')[2].rstrip('"')
    assert len(text) < 255
    assert read_dns_record(text) == ANCHOR


@pytest.mark.parametrize(
    "text", ["", "v=legation2; anchor=" + "0" * 64, "v=legation1;anchor=" + "0" * 64, "v=spf1 -all"]
)
def test_another_record_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        read_dns_record(text)


@pytest.mark.parametrize(
    "host", ["", "a b", "https://a.example", "a.example/x", "-a.example", "a..example", "127.0.0.1",
             "a.example:443", "a@b.example", "ministère.example", "a" * 64 + ".example", "a." * 130]
)  # fmt: skip
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(BadInputError):
        host_of(host)


def test_a_sheet_has_all_the_digits_as_words_and_as_a_code() -> None:
    assert all(group in fingerprint_text(SAID) for group in str(ANCHOR).split())
    page = fingerprint_page(msgspec.structs.replace(SAID, name="<b>Aldania</b>"))
    assert all(group in page for group in str(ANCHOR).split())
    assert "<b>Aldania" not in page
    drawing = Image.open(io.BytesIO(draw_qr(SAID.anchor.upper(), "png"))).convert("L")
    (code,) = zxingcpp.read_barcodes(drawing)
    assert Anchor.parse(code.text) == ANCHOR
