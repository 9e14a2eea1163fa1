"""The key directory in the making: drafted, signed in several rooms, joined.

A draft says what changes against the version before and nothing else, so that what holders of
root keys read is short. `house` publishes a version when whoever trusts the one before would
follow to it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, final

import msgspec

from legation.app.statements.keys import read_log_keys, read_signer, read_witness
from legation.crypto.directory.directory import (
    NO_PREVIOUS,
    PURPOSE,
    Directory,
    EarlierLogKeys,
    IssuerKey,
    policy_of,
)
from legation.crypto.directory.files import (
    LARGEST_FILE,
    DirectoryFile,
    read_directory_file,
    write_directory_file,
)
from legation.crypto.directory.following import (
    add_signature,
    claimed,
)
from legation.crypto.directory.roots import RootSet, fingerprint_of
from legation.crypto.directory.text import write_directory
from legation.crypto.durable import written_whole
from legation.crypto.holder_files import Kind
from legation.crypto.log.policies import Policy
from legation.crypto.regular_files import read_regular
from legation.crypto.signing import Signer, verify
from legation.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    UsageError,
)

DAYS: Final = 365
FRESH: Final = 7 * 24 * 3600


@final
class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a new version says otherwise than the one before; all of it for the first.

    Attributes:
        name: Whose directory it is.
        roots: Public parts of all root keys; empty to keep them.
        threshold: How many of them must sign.
        log: Public part of the log's new key; the old one is kept as an earlier one.
        witnesses: Public parts of further witnesses, or of known ones with new keys.
        without: Names of witnesses that no longer count.
        quorum: How many witnesses must have cosigned.
        issuers: Names of issuers, with the public part of a further key.
        revoked: Fingerprints of issuers' keys, and from when on each no longer counts.
        days: How long the version holds.
        fresh: How many seconds old a register's checkpoint may be.
    """

    name: str | None = None
    roots: Sequence[Path] = ()
    threshold: int | None = None
    log: Path | None = None
    witnesses: Sequence[Path] = ()
    without: Sequence[str] = ()
    quorum: int | None = None
    issuers: Sequence[tuple[str, Path]] = ()
    revoked: Mapping[str, datetime] = {}
    days: int = DAYS
    fresh: int | None = None


@final
class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Who has signed a version, as far as the version itself can tell.

    Attributes:
        by: Fingerprints of its root keys whose signatures hold.
        missing: How many more of them are needed.
        others: Fingerprints that stand there and are none of its root keys.
    """

    by: tuple[str, ...]
    missing: int
    others: tuple[str, ...]


def draft(before: DirectoryFile | None, changes: Changes, now: datetime) -> DirectoryFile:
    """Return the next version, which nobody has signed.

    Args:
        before: The published version before; None for the first.
        changes: What it says otherwise.
        now: When it is issued; seconds are whole.

    Raises:
        UsageError: The first version lacks something.
        NotFoundError: A key or witness that goes is not there, or a file is not.
        ConflictError: A revoked key would count longer.
        BadInputError: It breaks a rule of the format.
        VerificationError: A key is weak.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    old = claimed(before).said if before else None
    if old is None and not (changes.name and changes.roots and changes.log and changes.issuers):
        raise UsageError(
            "the first version needs a name, root keys, a log and an issuer",
            hint="give --name, --root, --threshold, --log and --issuer; or --from, for a next one",
        )
    return DirectoryFile(
        signed=write_directory(
            Directory(
                name=changes.name or (old.name if old else ""),
                version=old.version + 1 if old else 1,
                previous=before.sha256 if before else NO_PREVIOUS,
                issued=now,
                expires=now + timedelta(days=changes.days),
                fresh=_fresh(old, changes),
                roots=_roots(old, changes),
                policy=_policy(old, changes),
                issuers=_issuers(old, changes, now),
                earlier=_earlier(old, changes, now),
            )
        )
    )


def sign(file: DirectoryFile, signer: Signer) -> DirectoryFile:
    """Return a draft with one more holder's signature.

    Raises:
        LegationError: As `add_signature`.
    """
    return add_signature(file, signer)


def join(files: Sequence[DirectoryFile]) -> DirectoryFile:
    """Return one file with the signatures of several copies.

    Raises:
        ConflictError: The copies say different things.
        VerificationError: A root key's signature does not hold.
    """
    first, *others = files
    for other in others:
        if other.signed != first.signed:
            raise ConflictError(
                "the copies say different things", hint="sign copies of one and the same draft"
            )
    for file in files:
        signed(file)
    return first.with_signatures(each for other in others for each in other.signatures)


def signed(file: DirectoryFile) -> Signed:
    """Tell who has signed a version; a version before may ask for others too.

    Raises:
        BadInputError: It is no directory.
        VerificationError: A root key's signature does not hold.
    """
    roots = claimed(file).said.roots
    known = roots.by_fingerprint()
    by, others = [], []
    for each in file.signatures:
        if each.by not in known:
            others.append(each.by)
            continue
        verify(file.signed, each.signature, PURPOSE, known[each.by])
        by.append(each.by)
    missing = max(0, roots.threshold - len(by))
    return Signed(by=tuple(by), missing=missing, others=tuple(others))


def read(path: Path) -> DirectoryFile:
    """Read a file of a directory.

    Raises:
        NotFoundError: No file is there.
        BadInputError: It is none.
    """
    try:
        return read_directory_file(_bytes(path))
    except BadInputError as bad:
        raise BadInputError(str(bad), place=str(path), hint=bad.hint) from bad


def write(file: DirectoryFile, path: Path, *, replace: bool) -> None:
    """Write a file of a directory, its owner's alone until it is published.

    Raises:
        ConflictError: A file is there and must not be replaced.
    """
    with written_whole(path, replace=replace) as out:
        out.write(write_directory_file(file))


def _bytes(path: Path) -> bytes:
    return read_regular(path, LARGEST_FILE)


def _fresh(old: Directory | None, changes: Changes) -> int:
    if changes.fresh is not None:
        return changes.fresh
    return old.fresh if old else FRESH


def _roots(old: Directory | None, changes: Changes) -> RootSet:
    if not changes.roots and old is not None:
        if changes.threshold is None:
            return old.roots
        return RootSet(threshold=changes.threshold, keys=old.roots.keys)
    keys = [read_signer(path, Kind.ROOT) for path in changes.roots]
    if changes.threshold is None:
        raise UsageError("a root set needs its threshold", hint="give --threshold with --root")
    return RootSet.of(changes.threshold, *keys)


def _policy(old: Directory | None, changes: Changes) -> Policy:
    log_keys = read_log_keys(changes.log) if changes.log else ()
    kept = {each.name: each for each in (old.policy.witnesses if old else ())}
    for name in changes.without:
        if kept.pop(name, None) is None:
            raise NotFoundError(f"no witness is named {name!r}", hint="see: directory show")
    for path in changes.witnesses:
        witness = read_witness(path)
        kept[witness.name] = witness
    quorum = changes.quorum
    if quorum is None:
        quorum = old.policy.quorum if old else 0
    if old is not None and not log_keys:
        log_keys = old.policy.log_keys
    origin = log_keys[0].name
    if old is not None and origin != old.policy.origin:
        raise ConflictError(
            f"the log is {old.policy.origin!r}, not {origin!r}",
            hint="make the new key with the log's own name",
        )
    return policy_of(origin, log_keys, list(kept.values()), quorum)


def _earlier(old: Directory | None, changes: Changes, now: datetime) -> tuple[EarlierLogKeys, ...]:
    if old is None:
        return ()
    if changes.log is None:
        return old.earlier
    return (*old.earlier, EarlierLogKeys(keys=old.policy.log_keys, until=now))


def _issuers(old: Directory | None, changes: Changes, now: datetime) -> tuple[IssuerKey, ...]:
    revoked = dict(changes.revoked)
    rows: dict[str, list[IssuerKey]] = {}
    for row in old.issuers if old else ():
        at = revoked.pop(fingerprint_of(row.keys), None)
        rows.setdefault(row.name, []).append(row if at is None else _ended(row, at))
    if revoked:
        raise NotFoundError(
            f"no issuer has the key {min(revoked)}", hint="see: legation statement directory show"
        )
    for name, path in changes.issuers:
        keys = read_signer(path, Kind.ISSUER)
        rows.setdefault(name, []).append(IssuerKey(name=name, keys=keys, since=now))
    return tuple(row for same in rows.values() for row in same)


def _ended(row: IssuerKey, at: datetime) -> IssuerKey:
    if row.revoked is not None and at >= row.revoked:
        raise ConflictError(
            "a revoked key would count longer", hint="a revocation can only be made earlier"
        )
    return msgspec.structs.replace(row, revoked=at)
