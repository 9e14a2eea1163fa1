"""A picture names its statement until somebody saves it anew, and then says nothing."""

import io

import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.carriers.certificates import Certificate
from legation.safeguards.statements.carriers.picture import (
    MAX_PICTURE,
    NOTHING_FOUND,
    add_qr,
    read_provenance,
    sign_picture,
)
from legation.safeguards.statements.carriers.short_form import read_short, verify_short
from legation.safeguards.statements.carriers.told import MOST_AUTHORITIES, provenance_apart
from worlds.carried import PASSPHRASE, SAID, form, office, rsa_office
from worlds.statements import ISSUER

CERTIFICATE = Certificate(office().pkcs12(), PASSPHRASE)
ROOTS = [office().authority]
KINDS = ["JPEG", "PNG"]


def drawn(kind: str, width: int = 640) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((width, 200)).convert("RGB").save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_picture_says_which_statement_it_shows(kind: str) -> None:
    signed = sign_picture(drawn(kind), SAID, form(), CERTIFICATE)
    found = read_provenance(signed, ROOTS)
    assert found is not None
    assert found.trusted
    assert found.signer == "Aldania"
    assert found.statement is not None
    assert (found.statement.number, found.statement.issuer) == (SAID.number, SAID.issuer)
    verify_short(found.statement.form, ISSUER)
    assert provenance_apart(signed, ROOTS) == found


def test_authorities_may_be_more_than_the_arguments_of_a_process_hold() -> None:
    signed = sign_picture(drawn("PNG"), SAID, form(), CERTIFICATE)
    many = ROOTS * 400
    assert sum(len(one.public_bytes(Encoding.PEM)) for one in many) > 128 * 1024
    found = provenance_apart(signed, many)
    assert found is not None
    assert found.trusted
    with pytest.raises(BadInputError, match="trusted certificates"):
        provenance_apart(signed, ROOTS * (MOST_AUTHORITIES // 500))


def test_without_its_authority_a_picture_is_sound_and_not_trusted() -> None:
    signed = sign_picture(
        drawn("PNG"), SAID, form(), Certificate(rsa_office().pkcs12(), PASSPHRASE)
    )
    for roots in ([], ROOTS):
        found = read_provenance(signed, roots)
        assert found is not None
        assert not found.trusted


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_was_saved_anew_says_nothing_and_nothing_is_held_against_it(
    kind: str,
) -> None:
    signed = sign_picture(drawn(kind), SAID, form(), CERTIFICATE)
    anew = io.BytesIO()
    Image.open(io.BytesIO(signed)).save(anew, kind)
    assert read_provenance(anew.getvalue(), ROOTS) is None
    assert provenance_apart(anew.getvalue()) is None
    assert "proves nothing against it" in NOTHING_FOUND


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_picture_is_never_told_as_sound(kind: str) -> None:
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 99).save(noise, kind)
    signed = sign_picture(noise.getvalue(), SAID, form(), CERTIFICATE)
    assert read_provenance(signed, ROOTS) is not None
    for place in range(len(signed) // 2, len(signed), len(signed) // 60):
        changed = bytearray(signed)
        changed[place] ^= 0x10
        with pytest.raises((BadInputError, VerificationError)):
            read_provenance(bytes(changed), ROOTS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [60, 900])
def test_the_code_below_a_picture_is_read_by_a_scanner(kind: str, width: int) -> None:
    marked = add_qr(drawn(kind, width), form())
    picture = Image.open(io.BytesIO(marked))
    assert picture.format == kind
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    verify_short(read_short(code.text), ISSUER)
    found = read_provenance(sign_picture(marked, SAID, form(), CERTIFICATE), ROOTS)
    assert found is not None


def test_a_certificate_that_pictures_do_not_take_is_refused() -> None:
    class Alone:
        """The authority's own certificate: it signs certificates, no pictures."""

        algorithm = "es256"
        chain_pem = staticmethod(lambda: "no certificate")
        key_bytes = CERTIFICATE.key_bytes

    with pytest.raises(BadInputError, match="cannot be signed"):
        sign_picture(drawn("PNG"), SAID, form(), Alone())  # type: ignore[arg-type]  # no chain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        drawn("PNG").replace(b"IHDR", b"XHDR"),
        b"GIF89a",
        b"\xff\xd8\xff\xe0" + bytes(50),
        drawn("PNG")[:60],
        drawn("JPEG")[:900],
        bytes(MAX_PICTURE + 1),
    ],
    ids=range(7),
)
def test_what_is_no_sound_picture_gives_the_declared_error(data: bytes) -> None:
    with pytest.raises(BadInputError, match="picture: "):
        add_qr(data, form())
    with pytest.raises(BadInputError, match="picture: "):
        sign_picture(data, SAID, form(), CERTIFICATE)


def test_a_picture_with_more_pixels_than_can_be_held_is_refused() -> None:
    made = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(made, "PNG")
    with pytest.raises(BadInputError, match="pixels"):
        add_qr(made.getvalue(), form())
