"""Key directories for tests: an invented ministry, its root keys, and versions signed by them."""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from legation.crypto.directory.directory import NO_PREVIOUS, Directory, IssuerKey
from legation.crypto.directory.files import DirectoryFile, write_directory_file
from legation.crypto.directory.following import sign_directory
from legation.crypto.directory.roots import RootSet
from legation.crypto.signing import PublicIdentity, SigningIdentity
from worlds.logs import policy

MINISTRY = "Ministry of Foreign Affairs of Examplia"
EMBASSY = "Embassy of Examplia in Otherland"
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def holder(number: int) -> SigningIdentity:
    """Return the keys of one holder; the same number gives the same keys."""
    return SigningIdentity(bytes([number]) * 32, bytes([number + 100]) * 32)


ROOTS = tuple(holder(number) for number in (21, 22, 23))
OTHER_ROOTS = tuple(holder(number) for number in (31, 32, 33))
SPEAKER, CONSUL = holder(41), holder(42)


@functools.cache
def public_of(signer: SigningIdentity) -> PublicIdentity:
    """Return the public keys of a holder, worked out once."""
    return signer.public()


def root_set(threshold: int = 2, by: Sequence[SigningIdentity] = ROOTS) -> RootSet:
    """Return the root set of these holders."""
    return RootSet.of(threshold, *map(public_of, by))


def directory(version: int = 1, previous: str = NO_PREVIOUS, **changed: Any) -> Directory:
    """Return a version of the ministry's directory, with anything changed."""
    issued = MARCH + timedelta(days=min(version, 1000))
    plain = Directory(
        name="Key directory of Examplia",
        version=version,
        previous=previous,
        issued=issued,
        expires=issued + timedelta(days=365),
        fresh=604_800,
        roots=root_set(),
        policy=policy(),
        issuers=(
            IssuerKey(name=MINISTRY, keys=public_of(SPEAKER), since=MARCH),
            IssuerKey(name=EMBASSY, keys=public_of(CONSUL), since=MARCH),
        ),
    )
    return msgspec.structs.replace(plain, **changed)


def after(
    file: DirectoryFile, version: int, by: Sequence[SigningIdentity], **changed: Any
) -> DirectoryFile:
    """Return the next version behind a file, signed."""
    return sign_directory(directory(version, file.sha256, **changed), by)


def versions(count: int) -> list[bytes]:
    """Return the files of the first versions, each signed by two of three."""
    files = [sign_directory(directory(), ROOTS[:2])]
    while len(files) < count:
        files.append(after(files[-1], len(files) + 1, ROOTS[:2]))
    return [write_directory_file(file) for file in files]
