"""Signed files for a stick or a mail: what leaves, a manifest of it, and the signature.

The signature is detached, over the exact bytes of the manifest, which names the hash of the
content and of each object in it. Where the policy lets our name stand on what is sent, the keys
are those of the desk; else they are made for this partner alone, so that nobody can tell by them
who we are, or that two partners have the same source.
"""

import hashlib
import io
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.errors import BadInputError, VerificationError
from legation.formats.envelope import Taken

if TYPE_CHECKING:
    from legation.crypto.keys import KeySet
    from legation.crypto.signing import SigningIdentity

PURPOSE: Final = "legation/sending/v1"
FORM: Final = "legation sending 1"
MAGIC: Final = b"PK\x03\x04"
_MANIFEST: Final = "manifest.json"
_SIGNATURE: Final = "signature.json"
_READ_ME: Final = "READ-ME.txt"
_CONTENT: Final = "objects.json"
_SIGNED: Final = ("purpose", "ed25519", "ml_dsa_65", "signature")
_KEY: Final = b"legation sending key 1\0"
# A package is read whole; what it unpacks to is bounded before it is unpacked.
_LARGEST: Final = 400_000_000
_SAYS: Final = """This package was made by legation.

objects.json    what is sent
manifest.json   its hash, and that of each object in it
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
    made: datetime
    sha256: str
    objects: tuple[Listed, ...]


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
        objects=listed(objects),
    )
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    signed = {"of": _MANIFEST} | signed_by(told, by)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in (
            (_READ_ME, _SAYS.encode()),
            (_MANIFEST, told),
            (_SIGNATURE, msgspec.json.format(msgspec.json.encode(signed), indent=2)),
            (_CONTENT, content),
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
        raise _no_package() from bad
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
    files = _unpacked(package)
    try:
        told = msgspec.json.decode(files[_SIGNATURE], type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as bad:
        raise _no_package() from bad
    found = verified(files[_MANIFEST], told, pinned=pinned)
    try:
        manifest = msgspec.json.decode(files[_MANIFEST], type=Manifest)
    except (msgspec.DecodeError, RecursionError) as bad:
        raise _no_package() from bad
    content = files[_CONTENT]
    if manifest.form != FORM or hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise VerificationError(
            "the content is not what was signed", hint="ask the partner for the package again"
        )
    return Opened(
        manifest=manifest,
        content=content,
        fingerprint=found,
        told=files[_MANIFEST],
        signed={name: told[name] for name in _SIGNED if name in told} | {"fingerprint": found},
    )


def _unpacked(package: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            entries = archive.infolist()
            if sum(one.file_size for one in entries) > _LARGEST:
                raise BadInputError(
                    f"it unpacks to more than {_LARGEST:,} bytes",
                    place="",
                    hint="ask the partner for several packages",
                )
            files = {one.filename: archive.read(one) for one in entries}
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError
    ) as bad:  # fmt: skip
        raise BadInputError(
            "the package is damaged, or cut short",
            place="",
            hint="ask the partner for it again, and compare the sizes",
        ) from bad
    if len(files) != len(entries) or not {_MANIFEST, _SIGNATURE, _CONTENT} <= files.keys():
        raise _no_package()
    return files


def _no_package() -> BadInputError:
    return BadInputError(
        "this is no package of legation", place="", hint="make one by: legation share write"
    )
