"""A short form says one thing, in one way, and holds by the issuer's key alone."""

import io
import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from legation.crypto.directory.directory import IssuerKey
from legation.errors import BadInputError, UsageError, VerificationError
from legation.safeguards.statements.carriers.qr import draw_qr
from legation.safeguards.statements.carriers.short_form import (
    MAX_SHORT,
    read_short,
    require_wording,
    short_form,
    verify_short,
    verify_short_in,
)
from worlds.carried import ENGLISH, REGISTER, SAID, form
from worlds.directories import MARCH, directory
from worlds.statements import ALDANIA, ISSUER, NOON, OTHERS, TEXT, statement

SIGNED = str(form())
VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[4] / "docs/reference/carrier-vectors.json").read_text("utf-8")
)["short"]


def test_a_short_form_is_read_back_verifies_and_fits_its_text() -> None:
    found = read_short(SIGNED)
    assert found == form()
    assert (found.register, found.number) == (REGISTER, SAID.number)
    assert found.address == f"https://{REGISTER}"
    verify_short(found, ISSUER)
    require_wording(found, f"  {TEXT.replace(' ', chr(160))}\r\n")


def test_a_usual_short_form_has_at_most_two_hundred_bytes() -> None:
    assert len(SIGNED.encode()) <= 200


def test_a_text_with_one_other_word_is_not_worded_so() -> None:
    with pytest.raises(VerificationError, match="not worded"):
        require_wording(form(), TEXT.replace("not ", ""))


def test_every_flipped_bit_is_refused() -> None:
    for bit in range(8 * len(SIGNED)):
        changed = bytearray(SIGNED.encode())
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((BadInputError, VerificationError)):
            verify_short(read_short(changed.decode("latin-1")), ISSUER)


@given(st.integers(0, len(SIGNED)), st.integers(0, 30), st.text(max_size=5))
def test_what_is_cut_or_put_in_is_refused(place: int, gone: int, put: str) -> None:
    changed = SIGNED[:place] + put + SIGNED[place + gone :]
    if changed != SIGNED:
        with pytest.raises((BadInputError, VerificationError)):
            verify_short(read_short(changed), ISSUER)


@given(st.one_of(st.text(max_size=300), st.from_regex(r"https://[a-z.]{1,9}#L1~.{0,40}")))
def test_any_text_gives_a_form_that_is_written_so_or_the_declared_error(text: str) -> None:
    with suppress(BadInputError):
        assert str(read_short(text)) == text


def test_a_form_of_another_or_of_a_revoked_key_or_of_none_is_refused() -> None:
    others = msgspec.structs.replace(ISSUER, keys=OTHERS.public())
    revoked = msgspec.structs.replace(ISSUER, revoked=NOON)
    for issuer, told in ((others, "other keys"), (revoked, "revoked")):
        with pytest.raises(VerificationError, match=told):
            verify_short(form(), issuer)
    with pytest.raises(VerificationError, match="no signature"):
        verify_short(form(by=None), ISSUER)
    with pytest.raises(VerificationError, match="other keys"):
        short_form(SAID, ENGLISH, REGISTER, OTHERS)


def test_a_form_holds_by_a_key_of_its_registers_directory_that_is_in_force() -> None:
    keys = ALDANIA.public()
    row = IssuerKey(name=ISSUER.name, keys=keys, since=MARCH)
    known = directory(issuers=(row,))
    signed = short_form(SAID, ENGLISH, known.policy.origin, ALDANIA)
    assert verify_short_in(signed, known, MARCH) == row
    revoked = directory(issuers=(msgspec.structs.replace(row, revoked=NOON),))
    for bad, by, now, told in (
        (form(), known, MARCH, "another register"),
        (signed, directory(), MARCH, "no key"),
        (signed, known, MARCH - timedelta(seconds=1), "not in force"),
        (signed, revoked, MARCH, "revoked"),
        (msgspec.structs.replace(signed, key=b"", signature=b""), known, MARCH, "no key"),
        (msgspec.structs.replace(signed, number="1"), known, MARCH, "does not hold"),
    ):
        with pytest.raises(VerificationError, match=told):
            verify_short_in(bad, by, now)


@pytest.mark.parametrize(
    "register", ["", "Aldania.example", "a.example#x", "a b", "a.example/%2e", "https://a.example"]
)
def test_a_register_that_is_written_otherwise_is_refused(register: str) -> None:
    with pytest.raises(BadInputError):
        short_form(SAID, ENGLISH, register, ALDANIA)


def test_a_form_that_would_be_too_long_is_refused() -> None:
    with pytest.raises(BadInputError, match=str(MAX_SHORT)):
        short_form(statement("9" * 64), ENGLISH, "a.example/" + 99 * "b", ALDANIA)


@pytest.mark.parametrize("scale", [2, 6])
def test_the_code_of_a_short_form_is_read_by_a_scanner(scale: int) -> None:
    picture = Image.open(io.BytesIO(draw_qr(SIGNED, "png", scale=scale))).convert("L")
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == SIGNED
    assert code.format == zxingcpp.BarcodeFormat.QRCode


def test_the_drawing_says_nothing_but_its_modules() -> None:
    drawing = draw_qr(SIGNED, "svg").decode()
    assert drawing.startswith("<svg ")
    assert drawing.endswith("</svg>")
    assert "script" not in drawing
    assert "href" not in drawing


def test_what_no_code_can_hold_is_refused() -> None:
    for text in ("é", 3000 * "a"):
        with pytest.raises(BadInputError, match="fit"):
            draw_qr(text, "svg")
    with pytest.raises(UsageError):
        draw_qr("a", "gif")  # type: ignore[arg-type]  # what a caller could give
    with pytest.raises(UsageError):
        draw_qr("a", "png", scale=0)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: str(one["what"]))
def test_the_vectors_of_the_reference_hold(vector: dict[str, Any]) -> None:
    if vector["holds"] == "unreadable":
        with pytest.raises(BadInputError):
            read_short(vector["form"])
        return
    found = read_short(vector["form"])
    assert (found.register, found.number) == (vector["register"], vector["number"])
    assert (found.wording.hex(), found.key.hex()) == (vector["wording"], vector["key"])
    if vector["holds"] == "yes":
        verify_short(found, ISSUER)
    else:
        with pytest.raises(VerificationError):
            verify_short(found, ISSUER)
