"""A picture that says which statement it shows: a QR code below it, and a C2PA manifest in it.

The extra `provenance` (c2pa-python, Pillow) signs and reads. Whoever saves a picture anew, and
most platforms do, takes the manifest out of it: a picture without one is neither better nor worse.
The manifest names the statement, so that its text can be looked up; it proves no word of it.
Nothing is fetched when a picture is read.
"""

import io
from collections.abc import Sequence
from typing import Any, Final, Literal, final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from legation import __version__
from legation.errors import BadInputError, MissingPartError, VerificationError
from legation.safeguards.statements.carriers.certificates import Certificate
from legation.safeguards.statements.carriers.qr import draw_qr
from legation.safeguards.statements.carriers.short_form import ShortForm, read_short
from legation.safeguards.statements.statement import Statement

NOTHING_FOUND: Final = "no provenance found: this proves nothing against it"
"""What is said of a picture without a manifest."""
MAX_PICTURE: Final = 50_000_000
"""Bytes of a picture that is opened."""
MAX_PIXELS: Final = 50_000_000

_LABEL: Final = "org.legation.statement"
_DIGITAL: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
_OFFLINE: Final = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_MOST_MANIFEST: Final = 1_000_000
_MARGIN: Final = 16
_QUALITY: Final = 92
_MODULES: Final = 70
_PNG_END: Final = b"IEND\xaeB`\x82"

_Form = Literal["image/jpeg", "image/png"]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What a manifest says of a statement.

    Attributes:
        issuer: Who issued it.
        number: Its number.
        short: Its short form, which names register and wording.
    """

    issuer: str
    number: str
    short: str

    @property
    def form(self) -> ShortForm:
        """The short form, read.

        Raises:
            BadInputError: It is none.
        """
        return read_short(self.short)


@final
class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture's manifest says, its signature and hashes being intact.

    Attributes:
        trusted: Whether its certificate leads to one of the authorities that were given.
        signer: The organisation that its certificate names.
        statement: What it says of a statement; None when it speaks of none.
    """

    trusted: bool
    signer: str
    statement: Named | None


def add_qr(picture: bytes, form: ShortForm) -> bytes:
    """Set the QR code of a short form below a picture, on white.

    The picture is encoded anew, so a manifest that it had is gone.

    Raises:
        MissingPartError: The extra `provenance` is not installed.
        BadInputError: It is no JPEG or PNG, or too large.
    """
    kind, shown = _kind(picture), _decoded(picture)
    scale = max(3, min(12, shown.width // (3 * _MODULES)))
    pillow = _pillow()
    with pillow.open(io.BytesIO(draw_qr(str(form), "png", scale=scale))) as code:
        width = max(shown.width, code.width + 2 * _MARGIN)
        canvas = pillow.new("RGB", (width, shown.height + code.height + 2 * _MARGIN), "white")
        canvas.paste(shown, ((width - shown.width) // 2, 0))
        canvas.paste(code.convert("RGB"), (_MARGIN, shown.height + _MARGIN))
    made = io.BytesIO()
    more = {"quality": _QUALITY} if kind == "image/jpeg" else {}
    canvas.save(made, format=kind.rpartition("/")[2].upper(), **more)
    return made.getvalue()


def sign_picture(
    picture: bytes, statement: Statement, form: ShortForm, certificate: Certificate
) -> bytes:
    """Put a signed C2PA manifest into a picture that names a statement.

    Args:
        picture: JPEG or PNG.
        statement: The statement.
        form: Its short form.
        certificate: Who signs: an end certificate for signing documents or mail, and its chain.

    Raises:
        MissingPartError: The extra `provenance` is not installed.
        BadInputError: The picture or the certificate cannot be used.
    """
    c2pa, kind = _c2pa(), _kind(picture)
    _decoded(picture)  # the library signs pictures that nobody could open
    said = Named(issuer=statement.issuer, number=statement.number, short=str(form))
    manifest = {
        "claim_generator_info": [{"name": "legation", "version": __version__}],
        "format": kind,
        "title": f"{statement.issuer}: {statement.number}",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": _DIGITAL}]},
            },
            {"label": _LABEL, "data": msgspec.to_builtins(said)},
        ],
    }
    settings = _OFFLINE | {"builder": {"thumbnail": {"enabled": False}}}
    signed = io.BytesIO()
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(settings)) as context,
            c2pa.Signer.from_info(
                c2pa.C2paSignerInfo(
                    certificate.algorithm.encode(),
                    certificate.chain_pem().encode(),
                    certificate.key_bytes(Encoding.PEM),
                    None,
                )
            ) as signer,
            c2pa.Builder(manifest, context) as builder,
        ):
            builder.sign(signer, kind, io.BytesIO(picture), signed)
    except c2pa.C2paError as bad:
        raise BadInputError(
            f"the picture cannot be signed ({bad!s:.120})",
            place="picture",
            hint="give a sound picture, and an end certificate for signing documents or mail with"
            " the certificates that lead to its authority",
        ) from bad
    return signed.getvalue()


def read_provenance(picture: bytes, authorities: Sequence[x509.Certificate]) -> Provenance | None:
    """Return what a picture's manifest says; None when it has none, which says nothing against it.

    Args:
        picture: JPEG or PNG.
        authorities: Certificates that are trusted; none: nobody is.

    Raises:
        MissingPartError: The extra `provenance` is not installed.
        BadInputError: It is no JPEG or PNG, or cannot be read.
        VerificationError: It has a manifest that does not hold: the picture or it was changed.
    """
    c2pa, kind = _c2pa(), _kind(picture)
    pem = "".join(one.public_bytes(Encoding.PEM).decode() for one in authorities)
    settings = _OFFLINE | ({"trust": {"trust_anchors": pem}} if pem else {})
    try:
        with c2pa.Context(c2pa.Settings.from_dict(settings)) as context:
            reader = c2pa.Reader.try_create(kind, io.BytesIO(picture), context=context)
            if reader is None:
                return None
            with reader:
                state, told = reader.get_validation_state(), reader.json()
    except c2pa.C2paError as bad:
        raise _unreadable(f"the picture cannot be read ({type(bad).__name__.lstrip('_')})") from bad
    if state not in ("Valid", "Trusted"):
        raise VerificationError(
            "the picture's provenance does not hold: it or the picture was changed",
            hint="look the text in the picture up in the register",
        )
    return _read(told, trusted=state == "Trusted")


class _Signature(msgspec.Struct, frozen=True):
    issuer: str = ""


class _Assertion(msgspec.Struct, frozen=True):
    label: str
    data: Any = None


class _Manifest(msgspec.Struct, frozen=True):
    assertions: list[_Assertion] = []
    signature_info: _Signature = _Signature()


class _Store(msgspec.Struct, frozen=True):
    active_manifest: str
    manifests: dict[str, _Manifest]


def _read(told: str, *, trusted: bool) -> Provenance:
    if len(told) > _MOST_MANIFEST:
        raise _unreadable("the picture's manifest is too long")
    try:
        store = msgspec.json.decode(told, type=_Store)
        active = store.manifests[store.active_manifest]
        named = [one.data for one in active.assertions if one.label == _LABEL]
        said = msgspec.convert(named[0], Named) if named else None
    except (msgspec.ValidationError, msgspec.DecodeError, KeyError) as bad:
        raise _unreadable("the picture's manifest says something else than we know") from bad
    if said is not None and said.form.number != said.number:
        raise _unreadable("the picture's manifest names two numbers")
    return Provenance(trusted=trusted, signer=active.signature_info.issuer, statement=said)


def _decoded(picture: bytes) -> Any:
    pillow = _pillow()
    # WeasyPrint lets Pillow fill up what is cut off, for the whole program: so the end is sought.
    whole = _PNG_END in picture or picture.rfind(b"\xff\xd9") > picture.rfind(b"\xff\xda") > 0
    if not whole:
        raise _unreadable("the picture is cut off")
    try:
        with pillow.open(io.BytesIO(picture), formats=["JPEG", "PNG"]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _unreadable(f"a picture has at most {MAX_PIXELS:,} pixels")
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as bad:
        raise _unreadable(f"the picture is damaged ({type(bad).__name__})") from bad


def _kind(picture: bytes) -> _Form:
    if len(picture) > MAX_PICTURE:
        raise _unreadable(f"a picture is opened up to {MAX_PICTURE:,} bytes")
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise _unreadable("it is neither JPEG nor PNG")


def _c2pa() -> Any:
    try:
        import c2pa
    except (ImportError, OSError) as absent:
        raise _missing() from absent
    return c2pa


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as absent:
        raise _missing() from absent
    return Image


def _missing() -> MissingPartError:
    return MissingPartError(
        "provenance of pictures needs a part that is not installed",
        hint="add the extra `provenance`: in the folder that legation was installed from, "
        "run: make provenance",
    )


def _unreadable(what: str) -> BadInputError:
    return BadInputError(
        what, place="picture", hint="look the text in the picture up in the register"
    )
