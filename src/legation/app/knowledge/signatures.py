"""Signatures of knowledge packs: a small file beside the pack, over its exact bytes.

The file carries the signer's two public keys and both signatures, made for packs alone. It says who
signed, not whether that is who they say: people compare the fingerprint, as with every key.
"""

import base64
import binascii
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from legation.errors import BadInputError, VerificationError

if TYPE_CHECKING:
    from legation.crypto.signing import SigningIdentity

PURPOSE: Final = "legation/knowledge-pack/v1"
SUFFIX: Final = ".sig"
_BEGIN, _END = "-----BEGIN LEGATION SIGNATURE-----", "-----END LEGATION SIGNATURE-----"
_FILE: Final = re.compile(
    r"legation knowledge signature 1\n"
    r"sha256: (?P<sha256>[0-9a-f]{64})\n"
    r"fingerprint: (?P<fingerprint>[0-9a-f]{8}(?: [0-9a-f]{8}){7})\n"
    rf"{_BEGIN}\n(?P<armour>[A-Za-z0-9+/=\n]+)\n{_END}\n",
    re.ASCII,
)
_ED25519, _ML_DSA = 32, 1952
_LINE: Final = 64


def sign_pack(content: bytes, by: "SigningIdentity") -> bytes:
    """Return the signature file of a pack's exact bytes."""
    from legation.crypto.signing import sign

    public = by.public()
    octets = public.ed25519 + public.ml_dsa_65 + sign(content, PURPOSE, by)
    armour = base64.b64encode(octets).decode()
    lines = [armour[at : at + _LINE] for at in range(0, len(armour), _LINE)]
    head = (
        "legation knowledge signature 1\n"
        f"sha256: {hashlib.sha256(content).hexdigest()}\n"
        f"fingerprint: {public.fingerprint()}\n"
    )
    return (head + "\n".join((_BEGIN, *lines, _END)) + "\n").encode()


def signer_of(content: bytes, signature: bytes, *, place: str) -> str:
    """Return the fingerprint of who signed a pack.

    Args:
        content: The pack, byte for byte.
        signature: The file beside it.
        place: Name of the signature file, for errors.

    Raises:
        BadInputError: It is no signature file.
        VerificationError: It does not hold for these bytes.
    """
    from legation.crypto.signing import SIGNATURE_BYTES, PublicIdentity, verify

    text = signature.decode("ascii", "replace").replace("\r\n", "\n").strip() + "\n"
    found = _FILE.fullmatch(text)
    if found is None:
        raise BadInputError(
            "this is no signature of a pack", place=place, hint="run: legation knowledge sign FILE"
        )
    try:
        octets = base64.b64decode("".join(found["armour"].split()), validate=True)
    except binascii.Error as bad:
        raise _broken(place, "it cannot be read") from bad
    if len(octets) != _ED25519 + _ML_DSA + SIGNATURE_BYTES:
        raise _broken(place, "it is cut")
    if found["sha256"] != hashlib.sha256(content).hexdigest():
        raise _broken(place, "it was made for other bytes")
    keys = PublicIdentity(
        ed25519=octets[:_ED25519], ml_dsa_65=octets[_ED25519 : _ED25519 + _ML_DSA]
    )
    verify(content, octets[_ED25519 + _ML_DSA :], PURPOSE, keys)
    if keys.fingerprint() != found["fingerprint"]:
        raise _broken(place, "it names other keys than those that signed")
    return keys.fingerprint()


@cache
def verify_shipped() -> str:
    """Require that each pack that ships is signed by the keys of its release.

    Returns:
        Their fingerprint.

    Raises:
        VerificationError: One is not, or its signature does not hold.
    """
    from legation.knowledge.shipped import SIGNATURE, release_key, shipped_signatures

    fingerprint = release_key()
    for name, (content, signature) in shipped_signatures().items():
        place = f"{name}{SIGNATURE}"
        if signer_of(content, signature, place=place) != fingerprint:
            raise _broken(place, "it was made by keys that are not those of the release")
    return fingerprint


def _broken(place: str, why: str) -> VerificationError:
    return VerificationError(
        f"{place}: the signature does not hold: {why}",
        hint="get pack and signature again from the publisher; nothing was taken",
    )
