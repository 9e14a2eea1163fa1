"""The packs that come with the program, each as it was when the program was made.

They are anchored: the file `SHA256SUMS` in the same wheel names each with the SHA-256 of its bytes
(`sha256sum -c` reads it too), and one that is missing, changed or put beside them stops the
reading. They are signed too, for who gets one from elsewhere: by keys that were made for this
release, used once and destroyed, so nobody can sign another pack with them. Who can change the
files could change the key beside them; its fingerprint stands in the documents, outside of the
wheel. No pack that is taken in stands under their publisher's name.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from legation.errors import VerificationError
from legation.knowledge.pack_file import Pack, read_pack

ANCHORS: Final = "SHA256SUMS"
KEY: Final = "RELEASE-KEY"
SIGNATURE: Final = ".toml.sig"
_HINT: Final = "install legation again; until then no fact that ships is shown"


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return the packs that come with legation, by name.

    Raises:
        VerificationError: A file is not the one that was shipped.
    """
    folder = files("legation.knowledge").joinpath("packs")
    content = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    return anchored(content)


def anchored(content: Mapping[str, bytes]) -> tuple[Pack, ...]:
    """Return the packs of a folder, if each is the one that its anchors name.

    Args:
        content: The files of the folder, by name.

    Raises:
        VerificationError: A file is missing, changed, or not named.
    """
    sums = anchors(content.get(ANCHORS, b"").decode("ascii", "replace"))
    there = {name for name in content if name.endswith(".toml")}
    if not sums or there != sums.keys():
        odd = ", ".join(sorted(there ^ sums.keys())) or ANCHORS
        raise VerificationError(f"the packs that ship are not whole: {odd}", hint=_HINT)
    for name, sha256 in sums.items():
        if hashlib.sha256(content[name]).hexdigest() != sha256:
            raise VerificationError(f"{name} is not the pack that was shipped", hint=_HINT)
    return tuple(read_pack(content[name], place=name) for name in sorted(sums))


@cache
def shipped_sums() -> Mapping[str, str]:
    """Return the SHA-256 of each pack that ships, by its name."""
    text = files("legation.knowledge").joinpath("packs", ANCHORS).read_text("ascii")
    return {name.removesuffix(".toml"): sha256 for name, sha256 in anchors(text).items()}


def release_key() -> str:
    """Return the fingerprint of the keys that signed the packs of this release."""
    return _file(KEY).decode("ascii", "replace").strip()


def shipped_signatures() -> Mapping[str, tuple[bytes, bytes]]:
    """Return each pack that ships and the file of its signature, byte for byte, by its name.

    Raises:
        VerificationError: One has no signature.
    """
    return {name: (_file(f"{name}.toml"), _file(f"{name}{SIGNATURE}")) for name in shipped_sums()}


def _file(name: str) -> bytes:
    try:
        return files("legation.knowledge").joinpath("packs", name).read_bytes()
    except FileNotFoundError as gone:
        raise VerificationError(f"the packs that ship are not whole: {name}", hint=_HINT) from gone


def anchors(text: str) -> dict[str, str]:
    r"""Return the sums of a file of anchors, by file.

    >>> anchors("00ff  a.toml\n")
    {'a.toml': '00ff'}
    """
    lines = (line.split("  ", 1) for line in text.splitlines() if "  " in line)
    return {name: sha256 for sha256, name in lines}
