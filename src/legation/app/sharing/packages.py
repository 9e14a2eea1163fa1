"""Signed files for a stick or a mail: what leaves, a manifest of it, and the signature.

The signature is detached, over the exact bytes of the manifest, which names the hash of the
content and of each object in it. Of the profile plain the objects in the content are held against
that list; other profiles write objects in their own form, so there the hash of the content holds
alone. Where the policy lets our name stand on what is sent, the keys
are those of the desk; else they are made for this partner alone, so that nobody can tell by them
who we are, or that two partners have the same source.
"""

import hashlib
import io
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from legation.app.sharing.unpacking import (
    CONTENT,
    MANIFEST,
    READ_ME,
    SIGNATURE,
    no_package,
    unpacked,
)
from legation.errors import VerificationError
from legation.formats.elements import check_elements
from legation.formats.envelope import Taken

if TYPE_CHECKING:
    from legation.crypto.keys import KeySet
    from legation.crypto.signing import SigningIdentity

PURPOSE: Final = "legation/sending/v1"
FORM: Final = "legation sending 1"
MAGIC: Final = b"PK\x03\x04"
_SIGNED: Final = ("purpose", "ed25519", "ml_dsa_65", "signature")
_KEY: Final = b"legation sending key 1\0"
_MOST_OBJECTS: Final = 500_000
_MOST_PARTS: Final = 5_000_000
_PLAIN: Final = "plain"
_SAYS: Final = """This package was made by legation.

objects.json    what is sent
manifest.json   its hash, and that of each object in it; where it is written by another profile
                than plain, of each object before that
signature.json  a signature over the exact bytes of manifest.json, by Ed25519 and ML-DSA-65

Compare the fingerprint in signature.json with the one that you were told by another way.
A desk checks and takes in this file by: legation share take PARTNER FILE
"""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An object as a manifest names it."""

    id: str
    modified: str = ""
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a package says of itself.

    Attributes:
        form: Which form of package it is.
        profile: By which profile the content is written.
        marking: The strictest level in it.
        made: When.
        sha256: Of the content.
        objects: What is in it.
    """

    form: str
    profile: str
    marking: str
    made: Annotated[datetime, msgspec.Meta(tz=True)]
    sha256: str
    objects: tuple[Listed, ...]


class _Bundle(msgspec.Struct, frozen=True):
    objects: list[msgspec.Raw] = []


class _Stated(msgspec.Struct, frozen=True):
    id: str
    modified: str = ""
    created: str = ""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A package whose signature holds.

    Attributes:
        fingerprint: Of who signed it.
        told: The exact bytes of the manifest, which were signed.
        signed: The signature and its keys, as `signed_by` made them.
    """

    manifest: Manifest
    content: bytes
    fingerprint: str
    told: bytes
    signed: dict[str, str]


def signer(keys: "KeySet", partner_id: str, *, named: bool) -> "SigningIdentity":
    """Return by what we sign for a partner.

    Args:
        keys: Of the desk.
        partner_id: The partner's random id.
        named: Whether our name may stand on what is sent.
    """
    if named:
        return keys.identity()
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    from legation.crypto.signing import SigningIdentity

    info = _KEY + partner_id.encode()
    seeds = HKDF(algorithm=SHA256(), length=64, salt=None, info=info).derive(keys.pseudonym_secret)
    return SigningIdentity(seeds[:32], seeds[32:])


def packed(
    content: bytes,
    objects: Sequence[Taken],
    by: "SigningIdentity",
    *,
    profile: str,
    marking: str,
    made: datetime,
) -> bytes:
    """Return a package.

    Args:
        content: What is sent, in the form of its profile.
        objects: The objects in it.
        by: Who signs.
        profile: Name of the profile.
        marking: The strictest level in it.
        made: The time.
    """
    manifest = Manifest(
        form=FORM,
        profile=profile,
        marking=marking,
        made=made,
        sha256=hashlib.sha256(content).hexdigest(),
        objects=_contained(content) if profile == _PLAIN else listed(objects),
    )
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    signed = {"of": MANIFEST} | signed_by(told, by)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in (
            (READ_ME, _SAYS.encode()),
            (MANIFEST, told),
            (SIGNATURE, msgspec.json.format(msgspec.json.encode(signed), indent=2)),
            (CONTENT, content),
        ):
            # Without a time of its own a package made twice of the same is the same file.
            archive.writestr(zipfile.ZipInfo(name), raw, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def listed(objects: Sequence[Taken]) -> tuple[Listed, ...]:
    """Return objects as a manifest names them."""
    return tuple(
        Listed(
            id=one.facts.object_id,
            modified=one.facts.version_text,
            sha256=hashlib.sha256(one.raw).hexdigest(),
        )
        for one in objects
    )


def signed_by(told: bytes, by: "SigningIdentity") -> dict[str, str]:
    """Return a signature over exact bytes, with the keys by which it is verified."""
    from legation.crypto.signing import sign

    public = by.public()
    return {
        "purpose": PURPOSE,
        "ed25519": b64encode(public.ed25519).decode(),
        "ml_dsa_65": b64encode(public.ml_dsa_65).decode(),
        "signature": b64encode(sign(told, PURPOSE, by)).decode(),
        "fingerprint": public.fingerprint(),
    }


def verified(told: bytes, signed: Mapping[str, Any], *, pinned: str = "") -> str:
    """Verify a signature that `signed_by` made; return the fingerprint of who signed.

    Args:
        told: The exact bytes.
        signed: Signature and keys.
        pinned: Fingerprint of who must have signed; empty: whoever did is told.

    Raises:
        BadInputError: It is no signature.
        VerificationError: It does not hold, or somebody else signed.
    """
    from legation.crypto.signing import PublicIdentity, verify

    try:
        identity = PublicIdentity(
            ed25519=b64decode(signed["ed25519"]), ml_dsa_65=b64decode(signed["ml_dsa_65"])
        )
        signature = b64decode(signed["signature"])
    except (KeyError, TypeError, ValueError) as bad:
        raise no_package() from bad
    verify(told, signature, PURPOSE, identity)
    found = identity.fingerprint()
    if pinned and "".join(pinned.split()).lower() != "".join(found.split()):
        raise VerificationError(
            "somebody else has signed this",
            hint="ask the partner by another way, and compare fingerprints",
        )
    return found


def opened(package: bytes, *, pinned: str = "") -> Opened:
    """Open a package, once its signature holds and its content is what was signed.

    Args:
        package: The file.
        pinned: Fingerprint of who must have signed it; empty: whoever did is told.

    Raises:
        BadInputError: It is no package, or is damaged.
        VerificationError: Something in it does not hold, or somebody else signed it.
    """
    files = unpacked(package)
    try:
        told = msgspec.json.decode(files[SIGNATURE], type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as bad:
        raise no_package() from bad
    found = verified(files[MANIFEST], told, pinned=pinned)
    try:
        manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    except (msgspec.DecodeError, RecursionError) as bad:
        raise no_package() from bad
    content = files[CONTENT]
    if manifest.form != FORM or hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise VerificationError(
            "the content is not what was signed", hint="ask the partner for the package again"
        )
    _refuse_others(manifest, content)
    return Opened(
        manifest=manifest,
        content=content,
        fingerprint=found,
        told=files[MANIFEST],
        signed={name: told[name] for name in _SIGNED if name in told} | {"fingerprint": found},
    )


def _refuse_others(manifest: Manifest, content: bytes) -> None:
    """Refuse a content in which other objects stand than the manifest names."""
    check_elements(content, place=CONTENT, objects=_MOST_OBJECTS, parts=_MOST_PARTS)
    if manifest.profile != _PLAIN:
        return
    try:
        here = _contained(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise no_package("its content is no bundle") from bad
    if sorted(map(_key, here)) != sorted(map(_key, manifest.objects)):
        raise VerificationError(
            "the manifest names other objects than there are in the content",
            hint="ask the partner for the package again",
        )


def _contained(content: bytes) -> tuple[Listed, ...]:
    """Return the objects of a bundle as a manifest names them."""
    found = []
    for raw in msgspec.json.decode(content, type=_Bundle).objects:
        stated = msgspec.json.decode(raw, type=_Stated)
        digest = hashlib.sha256(raw).hexdigest()
        version = stated.modified or stated.created
        found.append(Listed(id=stated.id, modified=version, sha256=digest))
    return tuple(found)


def _key(one: Listed) -> tuple[str, str, str]:
    return one.id, one.modified, one.sha256
