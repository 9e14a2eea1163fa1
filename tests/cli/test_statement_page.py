"""The verifier page is written from the shell, with the fingerprint that it trusts."""

import hashlib
from pathlib import Path

from legation.app.statements.page import verifier_page
from worlds.register_copies import ANCHOR
from worlds.shell import legation


def test_the_page_is_written_with_its_fingerprint(tmp_path: Path) -> None:
    out = tmp_path / "verify.html"
    said = legation("statement", "page", out, "--anchor", str(ANCHOR))
    assert (said.code, said.err) == (0, "")
    assert out.read_bytes() == verifier_page(ANCHOR)
    assert hashlib.sha256(out.read_bytes()).hexdigest() in said.out


def test_a_page_that_trusts_nobody_yet_says_so(tmp_path: Path) -> None:
    out = tmp_path / "verify.html"
    said = legation("statement", "page", out)
    assert said.code == 0
    assert "puts the fingerprint in" in said.err
    assert out.read_bytes() == verifier_page()


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    out = tmp_path / "verify.html"
    out.write_text("kept")
    assert legation("statement", "page", out).code == 5
    assert out.read_text() == "kept"
    assert legation("statement", "page", out, "--force").code == 0
    assert out.read_bytes() == verifier_page()


def test_what_is_no_fingerprint_is_refused(tmp_path: Path) -> None:
    said = legation("statement", "page", tmp_path / "verify.html", "--anchor", "12 34")
    assert said.code == 65
    assert "no anchor" in said.err
    assert not list(tmp_path.iterdir())
