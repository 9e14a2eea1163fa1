"""What leaves of captured evidence: lists, STIX, and a file with a signed statement.

Lists and STIX carry masked words alone. The file itself leaves as a package: under its hash, with
a manifest and a statement that the desk signs, so that somebody outside can check without this
desk that these bytes are those which the desk says it held. No service that stamps times is
asked; the statement says what the desk's own clock and trail say, and no more.
"""

import hashlib
import io
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.evidence.forms import Shown, language_told, reasons_of
from legation.app.evidence.room import Room
from legation.app.evidence.taking import facts
from legation.app.home import identity_of
from legation.app.marking import kept_label, level_to_leave
from legation.errors import BadInputError, VerificationError
from legation.formats.documents.kinds import KINDS
from legation.formats.marked import Marking, marking_of, named
from legation.store.evidence import CAPTURE, Kept

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.rights.sealed_names import Look
    from legation.stix.labels import Label

EXPORT: Final = "evidence.export"
PURPOSE: Final = "legation/evidence/v1"
MOST: Final = 10_000
_FORM: Final = "legation evidence package 1"
_MOST_BYTES: Final = 2_100_000_000
_SAYS: Final = (
    "This desk held a file with this hash at the time of capture, by its own clock. It does not "
    "say that what the file tells is true, who made it, or that it was ever published."
)
_READ_ME: Final = """How to check this package

The file is as it was captured: do not open it with a program that runs what is inside.
Its hash:         sha256sum --check SHA256SUMS
The statement:    legation evidence check PACKAGE.zip
The second needs no home and no network. Compare the fingerprint that it prints with the one
that the desk has published or told you: only that says who signed.
"""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One capture in a list that leaves."""

    evidence_id: str
    captured: str
    seen: str
    kind: str
    title: str
    source: str
    method: str
    size: int
    sha256: str
    belongs_to: str
    kept_until: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a package proves, whoever handed it on."""

    file: str
    sha256: str
    captured: str
    desk: str
    fingerprint: str


def lines_of(room: Room, kept: Sequence[Kept], *, actor: str) -> list[Line]:
    """Return captures as lines of a list, each campaign by the id under which it leaves."""
    outside = _outside(room, kept, actor)
    return [
        Line(
            evidence_id=one.evidence_id,
            captured=one.captured.isoformat(),
            seen=one.seen.isoformat() if one.seen else "",
            kind=one.kind,
            title=one.title,
            source=one.source,
            method=one.method,
            size=one.size,
            sha256=one.sha256,
            belongs_to=outside[one.belongs_to],
            kept_until=one.until.isoformat(),
        )
        for one in kept
    ]


def marking_of_captures(room: Room, kept: Sequence[Kept]) -> Marking:
    """Return what a file that tells of captures says of who may have it."""
    return marking_of(_label(room, kept), room.home.settings.ladder)


def leave(room: Room, kept: Sequence[Kept], kind: str, content: bytes, *, actor: str) -> str:
    """Record that captures leave as a file; return the label under which they do.

    Raises:
        DeniedError: The policies do not let this reader export them.
    """
    room.require(EXPORT, kept, actor=actor)
    label = _label(room, kept)
    said = label.text(room.home.settings.ladder)
    contents = hashlib.sha256(content).hexdigest()
    with room.store.transaction():
        for one in kept:
            detail = {"kind": kind, "label": said, "contents": contents}
            room.note(EXPORT, one, detail, actor=actor)
    return said


def stix(room: Room, kept: Sequence[Kept], *, actor: str) -> bytes:
    """Write captures with their words and translations as a STIX bundle."""
    from legation.formats.bundle import write_bundle
    from legation.formats.campaign import self_contained
    from legation.formats.evidence import belonging, capture_objects, text_objects
    from legation.stix.labels import labelled

    room.require(EXPORT, kept, actor=actor)
    identity, label = identity_of(room.store), _label(room, kept)
    things: dict[str, Any] = {}
    parts = room.store.evidence.parts(one.evidence_id for one in kept)
    outside = _outside(room, kept, actor)
    for one in kept:
        objects = [
            *capture_objects(
                facts(one),
                evidence_id=one.evidence_id,
                captured=one.captured,
                seen=one.seen,
                media_type=KINDS[one.kind].media_type,
                identity=identity,
                label=label,
            )
        ]
        if campaign := outside[one.belongs_to]:
            tie = belonging(one.evidence_id, campaign, one.captured, identity)
            objects.append(labelled(tie, label))
        texts = [part for part in parts[one.evidence_id] if part.kind == "text"]
        others = [part for part in parts[one.evidence_id] if part.kind == "translation"]
        if texts:
            objects += text_objects(
                one.evidence_id,
                _told(texts[-1]),
                [_told(part) for part in others],
                identity=identity,
                label=label,
            )
        things |= {thing.id: thing for thing in objects}
    return write_bundle(self_contained(things.values(), identity=identity, marking=label.tlp))


def package(
    room: Room, evidence_id: str, look: "Look", protection: "Protection"
) -> tuple[str, bytes]:
    """Write a captured file with its manifest and a signed statement; the look is logged before.

    Raises:
        NotFoundError: For this reader there is none of that id.
        DeniedError: The policies forbid it, or the last day is over.
        VerificationError: The file is gone or damaged.
    """
    kept, raw = room.original(evidence_id, look)
    room.require(EXPORT, [kept], actor=look.actor)
    shown = room.shown(evidence_id, actor=look.actor)
    manifest = msgspec.json.format(
        msgspec.json.encode(_manifest(room, shown, kept, look.actor)), indent=2
    )
    signature = _signature(room.home, protection, manifest)
    content = _zip({kept_name(kept): raw, "manifest.json": manifest, "signature.json": signature})
    detail = {"kind": "package", "contents": hashlib.sha256(content).hexdigest()}
    room.note(EXPORT, kept, detail | reasons_of(look), actor=look.actor)
    tag = marking_of_captures(room, [kept]).tag
    return named(f"evidence-{kept.sha256[:16]}.zip", tag), content


def kept_name(kept: Kept) -> str:
    """Return the name under which a captured file leaves: its hash, and the ending of its kind."""
    return f"{kept.sha256}.{KINDS[kept.kind].ending}"


def check_package(content: bytes, *, fingerprint: str = "") -> Checked:
    """Check a package without any home: the file's hash, and the signature on the manifest.

    Args:
        content: The package.
        fingerprint: That of the desk, as it was told by another way; empty: not compared.

    Raises:
        BadInputError: It is no package.
        VerificationError: Something in it does not hold.
    """
    from legation.crypto.signing import PublicIdentity, verify

    files = _unzipped(content)
    manifest, signed = files["manifest.json"], _decoded(files["signature.json"])
    told = _decoded(manifest)
    try:
        identity = PublicIdentity(
            ed25519=b64decode(signed["ed25519"]), ml_dsa_65=b64decode(signed["ml_dsa_65"])
        )
        signature, name, sha256 = b64decode(signed["signature"]), told["file"], told["sha256"]
        captured, desk = told["captured"], told["desk"]["name"]
    except (KeyError, TypeError, ValueError) as bad:
        raise _no_package() from bad
    verify(manifest, signature, PURPOSE, identity)
    if name not in files or hashlib.sha256(files[name]).hexdigest() != sha256:
        raise VerificationError(
            "the file is not the one that the manifest names", hint="ask for the package again"
        )
    found = identity.fingerprint()
    if fingerprint and "".join(fingerprint.split()).lower() != "".join(found.split()):
        raise VerificationError(
            "another desk has signed this package", hint="compare the fingerprint with the desk"
        )
    return Checked(file=name, sha256=sha256, captured=captured, desk=desk, fingerprint=found)


def _manifest(room: Room, shown: Shown, kept: Kept, actor: str) -> dict[str, Any]:
    entry = room.store.audit.entries(verb=CAPTURE, subject=kept.evidence_id)
    desk = identity_of(room.store)
    return {
        "marking": _label(room, [kept]).text(room.home.settings.ladder),
        "form": _FORM,
        "file": kept_name(kept),
        "sha256": kept.sha256,
        "size": kept.size,
        "media_type": shown.kind.media_type,
        "captured": kept.captured.isoformat(),
        "seen": kept.seen.isoformat() if kept.seen else "",
        "method": kept.method,
        "as_it_came": room.about(kept),
        "record": kept.evidence_id,
        "belongs_to": _outside(room, [kept], actor)[kept.belongs_to],
        "desk": {"id": desk.id, "name": desk.name},
        "trail": {"number": entry[0].seq, "hash": entry[0].hash} if entry else {},
        "exported": room.home.now().isoformat(),
        "says": _SAYS,
    }


def _signature(home: "Home", protection: "Protection", manifest: bytes) -> bytes:
    from legation.crypto.signing import sign

    by = home.keys(protection).identity()
    public = by.public()
    signed = {
        "of": "manifest.json",
        "purpose": PURPOSE,
        "ed25519": b64encode(public.ed25519).decode(),
        "ml_dsa_65": b64encode(public.ml_dsa_65).decode(),
        "signature": b64encode(sign(manifest, PURPOSE, by)).decode(),
        "fingerprint": public.fingerprint(),
    }
    return msgspec.json.format(msgspec.json.encode(signed), indent=2)


def _zip(files: dict[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(raw).hexdigest()}  {name}\n" for name, raw in files.items())
    every = files | {"SHA256SUMS": sums.encode(), "READ-ME.txt": _READ_ME.encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in every.items():
            archive.writestr(zipfile.ZipInfo(name), raw)
    return out.getvalue()


def _unzipped(content: bytes) -> dict[str, bytes]:
    from legation.formats.documents.packed import Packed

    packed = Packed(content, most=_MOST_BYTES)
    files = {name: packed.read(name) for name in packed.names}
    if not {"manifest.json", "signature.json"} <= files.keys():
        raise _no_package()
    return files


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise _no_package() from bad


def _no_package() -> BadInputError:
    return BadInputError(
        "this is no package of evidence", place="", hint="give the ZIP as the desk wrote it"
    )


def _outside(room: Room, kept: Sequence[Kept], actor: str) -> dict[str, str]:
    """Return under which id each campaign of these captures leaves.

    The house keeps an object of its own for a campaign; whoever is given a capture and the
    campaign's own export must find the same id in both.
    """
    from legation.app.kept import finding
    from legation.formats.campaign import id_outside

    identity = identity_of(room.store)
    held = room.known(actor).get_many({one.belongs_to for one in kept if one.belongs_to})
    found = {name: finding(one.value()) for name, one in held.items()}
    named = {
        name: id_outside(one.campaign_id, one.lineage, identity) for name, one in found.items()
    }
    return {one.belongs_to: named.get(one.belongs_to, one.belongs_to) for one in kept}


def _label(room: Room, kept: Sequence[Kept]) -> "Label":
    ids = [name for one in kept for name in (one.evidence_id, one.belongs_to) if name]
    label = kept_label(room.store, ids)
    level = level_to_leave(label.tlp, own=room.home.marking, asked=None)
    return msgspec.structs.replace(label, tlp=level)


def _told(part: Any) -> dict[str, Any]:
    return {
        "text": part.text,
        "lang": language_told(part),
        "sha256": part.sha256,
        "created": part.created,
        "author": part.author,
        "machine": part.machine,
        "number": part.number,
        "tool": part.facts.get("tool", "a person"),
    }
