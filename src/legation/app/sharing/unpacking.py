"""The file that a package is: its four entries, each read within bounds.

A package comes from a stick or a mail, so before its signature is looked at, it may be anything:
damaged, a few bytes that unpack to gigabytes, a list of millions of entries. Only what a package
has is read, and what is wrong is said.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from legation.errors import BadInputError

READ_ME: Final = "READ-ME.txt"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
CONTENT: Final = "objects.json"
LARGEST: Final = 400_000_000
"""Of a package, and of the content in it: it is read whole."""
_BOUNDS: Final[Mapping[str, int]] = {
    MANIFEST: 100_000_000,
    SIGNATURE: 100_000,
    CONTENT: LARGEST,
}
# JSON packs to a tenth, of many alike objects to a fiftieth; what packs better is made to.
_BEST: Final = 200
_SMALL: Final = 1_000_000
# A package has four entries; others are left alone, but their list is read as well.
_MOST_ENTRIES: Final = 100
_END: Final = b"PK\x05\x06"
_LARGE_END: Final = b"PK\x06\x07"
_END_FORM: Final = struct.Struct("<4s4H2LH")


def unpacked(package: bytes) -> dict[str, bytes]:
    """Return the entries that a package has.

    Args:
        package: The file.

    Raises:
        BadInputError: It is damaged, made to fill memory, or no package; the message says why.
    """
    if len(package) > LARGEST:
        raise no_package(f"it has more than {LARGEST:,} bytes")
    _refuse_many(package)
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            known = [one for one in archive.infolist() if one.filename in _BOUNDS]
            for entry in known:
                _refuse_large(entry)
            files = {one.filename: _entry(archive, one) for one in known}
    except (
        zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError,
        RuntimeError, OSError, EOFError,
    ) as bad:  # fmt: skip
        raise _damaged() from bad
    if len(files) != len(known):
        raise no_package("an entry stands twice in it")
    if absent := {MANIFEST, SIGNATURE, CONTENT} - files.keys():
        raise no_package(f"it has no {min(absent)}")
    return files


def _refuse_many(package: bytes) -> None:
    """Refuse an archive of thousands of entries before their list is made.

    Its end says how many there are (APPNOTE of PKWARE, 4.3.16); only beyond four gigabytes does
    another record say it in place of that one.
    """
    at = package.rfind(_END, max(0, len(package) - _END_FORM.size - 65_535))
    if at < 0 or len(package) - at < _END_FORM.size:
        raise _damaged()
    entries, size = _END_FORM.unpack_from(package, at)[4:6]
    large = package[max(0, at - 20) : at].startswith(_LARGE_END)
    if large or entries > _MOST_ENTRIES or size > _SMALL:
        raise no_package("it has too many entries")


def _refuse_large(entry: zipfile.ZipInfo) -> None:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise no_package(f"its {entry.filename} is packed in another way than by deflate")
    if entry.file_size > _BOUNDS[entry.filename]:
        raise no_package(
            f"its {entry.filename} has more than {_BOUNDS[entry.filename]:,} bytes: ask the "
            "partner for several packages"
        )
    if entry.file_size > max(_SMALL, _BEST * entry.compress_size):
        raise no_package(f"its {entry.filename} unpacks to more than {_BEST} times its size")


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry, which ends where its head says it does."""
    with archive.open(entry) as stream:
        return stream.read(entry.file_size)


def no_package(why: str = "it cannot be read") -> BadInputError:
    """Return the error of what is no package."""
    return BadInputError(
        f"this is no package of legation: {why}",
        place="",
        hint="make one by: legation share write",
    )


def _damaged() -> BadInputError:
    return BadInputError(
        "the package is damaged, or cut short",
        place="",
        hint="ask the partner for it again, and compare the sizes",
    )
