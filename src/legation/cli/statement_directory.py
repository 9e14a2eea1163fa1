"""`legation statement directory`: who may speak, decided by several people together.

A version is drafted by one, signed by several on machines of their own, joined and published.
None of it needs a home or a network; docs/how-to/key-ceremony.md tells who does what.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, Lent, PassphraseFile, refuse_outside
from legation.cli.statement_keys import Module, PinFile, Token, access_of
from legation.cli.words import answer, answer_json, table, tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.crypto.directory.files import DirectoryFile

Version = Annotated[Path, Parameter(help="File of a version of the directory.")]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A version, as `directory show` tells of it."""

    name: str
    version: int
    sha256: str
    previous: str
    issued: datetime
    expires: datetime
    fresh: int
    anchor: str
    threshold: int
    root_keys: tuple[str, ...]
    signed_by: tuple[str, ...]
    others: tuple[str, ...]
    missing: int
    register: str
    log_keys: tuple[str, ...]
    witnesses: tuple[str, ...]
    quorum: int
    issuers: tuple["ShownKey", ...]


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """An issuer's key, as `directory show` tells of it."""

    name: str
    fingerprint: str
    since: datetime
    revoked: datetime | None


def draft(
    file: Version,
    /,
    *,
    before: Annotated[
        Path | None, Parameter("--from", help="The published version before; none for the first.")
    ] = None,
    name: Annotated[str | None, Parameter(help="Whose directory it is.")] = None,
    root: Annotated[
        tuple[Path, ...], Parameter(help="Public part of a root key; again for all others.")
    ] = (),
    threshold: Annotated[int | None, Parameter(help="How many root keys must sign.")] = None,
    log: Annotated[Path | None, Parameter(help="Public part of the log's new key.")] = None,
    witness: Annotated[
        tuple[Path, ...], Parameter(help="Public part of a witness's key; again for another.")
    ] = (),
    without: Annotated[
        tuple[str, ...], Parameter(help="Name of a witness that no longer counts.")
    ] = (),
    quorum: Annotated[int | None, Parameter(help="How many witnesses must cosign.")] = None,
    issuer: Annotated[
        tuple[str, ...], Parameter(help="NAME=FILE.pub: a further key of an issuer.")
    ] = (),
    revoke: Annotated[
        tuple[str, ...],
        Parameter(help="Fingerprint of an issuer's key, or FINGERPRINT=TIME; without time: now."),
    ] = (),
    days: Annotated[int, Parameter(help="How long the version holds.")] = 365,
    fresh: Annotated[
        int | None, Parameter(help="How many seconds old a register's checkpoint may be.")
    ] = None,
    doors: Lent,
) -> int:
    """Write the next version of the directory, for holders of root keys to sign.

    What is not given stays as in the version before. A new log key makes the old one an earlier
    one; new root keys are given all together, and holders of the old ones sign too.
    """
    from legation.app.statements import directories
    from legation.crypto.directory.directory import LONGEST_LIFE

    refuse_outside("--days", days, 1, LONGEST_LIFE.days)
    now = doors.now()
    changes = directories.Changes(
        name=name,
        roots=root,
        threshold=threshold,
        log=log,
        witnesses=witness,
        without=without,
        quorum=quorum,
        issuers=[_issuer(each) for each in issuer],
        revoked=dict(_revoked(each, now) for each in revoke),
        days=days,
        fresh=fresh,
    )
    old = None if before is None else directories.read(before)
    drafted = directories.draft(old, changes, now)
    directories.write(drafted, file, replace=False)
    _show(drafted)
    return 0


def sign(
    file: Version,
    /,
    *,
    key: Annotated[Path, Parameter(help="Key file of a root key.")],
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    token: Token = "",
    pin_file: PinFile = None,
    doors: Lent,
) -> int:
    """Add a root key's signature to a version of the directory, in its file.

    Read what `show` prints first, and compare its hash with what the others in the room read.
    """
    from legation.app.statements import directories
    from legation.app.statements.keys import open_signer
    from legation.crypto.holder_files import Kind

    drafted = directories.read(file)
    protection = doors.opening(passphrase_file, "Passphrase of the root key: ")
    access = access_of(doors, module, token, pin_file)
    with open_signer(key, Kind.ROOT, protection, access) as signer:
        with_ours = directories.sign(drafted, signer)
        fingerprint = signer.public().fingerprint()
    directories.write(with_ours, file, replace=True)
    answer(f"hash: {with_ours.sha256}")
    answer(f"signed by {fingerprint}")
    _tell_missing(with_ours)
    return 0


def join(
    file: Version,
    /,
    *others: Annotated[Path, Parameter(help="Copies of it that others have signed.")],
) -> int:
    """Put the signatures of several copies of one version into one file."""
    from legation.app.statements import directories

    whole = directories.join([directories.read(each) for each in (file, *others)])
    directories.write(whole, file, replace=True)
    answer(f"signatures: {len(whole.signatures)}")
    _tell_missing(whole)
    return 0


def publish(
    file: Version,
    register: Annotated[
        Path, Parameter(help="The publisher's folder, with public and private in it.")
    ],
    /,
    *,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Put a complete version into a register; a published version is never replaced.

    The log signs its checkpoint anew, so that no copy can leave this version out, and the copy is
    remade; witnesses have to cosign it again. The log's key must be the one that it names.
    """
    from legation.app.statements import directories
    from legation.app.statements.house import House
    from legation.cli.statements import unlocking
    from legation.crypto.directory.files import write_directory_file

    version = directories.read(file)
    inner = register.name == "public" and (register.parent / "private").is_dir()
    house = House(register.parent if inner else register, doors.now)
    said = house.publish_directory(write_directory_file(version), unlocking(doors, passphrase_file))
    answer(f"published: {house.public_folder / 'directory' / str(said.version)}")
    answer(f"anchor: {said.roots.anchor()}")
    if not house.is_witnessed():
        tell(
            "The checkpoint names this version now, and its cosignatures are gone: ask the"
            " witnesses (legation statement register cosign); until then readers refuse the copy."
        )
    return 0


def show(file: Version, /, *, as_json: AsJson = False) -> int:
    """Show what a version of the directory says, and which of its root keys have signed it.

    Whether it may be trusted is told by the anchor, which is compared with what the ministry
    printed, and by the versions before.
    """
    from legation.app.statements import directories

    version = directories.read(file)
    if as_json:
        answer_json(_shown(version))
    else:
        _show(version)
    return 0


def _issuer(said: str) -> tuple[str, Path]:
    name, parted, path = said.rpartition("=")
    if not parted or not name or not path:
        raise UsageError(f"{said!r:.80} is no NAME=FILE", hint='write it as "The Ministry=key.pub"')
    return name, Path(path)


def _revoked(said: str, now: datetime) -> tuple[str, datetime]:
    from legation.crypto.directory.text import parse_time

    fingerprint, parted, time = said.partition("=")
    at = parse_time(time, place="--revoke") if parted else now.replace(microsecond=0)
    return "".join(fingerprint.split()).lower(), at.astimezone(UTC)


def _shown(file: "DirectoryFile") -> Shown:
    from legation.app.statements import directories
    from legation.crypto.directory.following import claimed
    from legation.crypto.directory.roots import fingerprint_of

    said, signed = claimed(file).said, directories.signed(file)
    return Shown(
        name=said.name,
        version=said.version,
        sha256=file.sha256,
        previous=said.previous,
        issued=said.issued,
        expires=said.expires,
        fresh=said.fresh,
        anchor=str(said.roots.anchor()),
        threshold=said.roots.threshold,
        root_keys=tuple(said.roots.by_fingerprint()),
        signed_by=signed.by,
        others=signed.others,
        missing=signed.missing,
        register=said.policy.origin,
        log_keys=tuple(map(str, said.policy.log_keys)),
        witnesses=tuple(each.name for each in said.policy.witnesses),
        quorum=said.policy.quorum,
        issuers=tuple(
            ShownKey(
                name=row.name,
                fingerprint=fingerprint_of(row.keys),
                since=row.since,
                revoked=row.revoked,
            )
            for row in said.issuers
        ),
    )


def _show(file: "DirectoryFile") -> None:
    from legation.crypto.directory.text import time_text

    shown = _shown(file)
    answer(f"{shown.name}, version {shown.version}")
    answer(f"hash: {shown.sha256}")
    answer(f"version before: {shown.previous}")
    answer(f"issued {time_text(shown.issued)}, expires {time_text(shown.expires)}")
    answer(f"anchor: {shown.anchor}")
    rows = [(each, "signed" if each in shown.signed_by else "") for each in shown.root_keys]
    answer(table((f"root key ({shown.threshold} must sign)", ""), rows))
    witnesses = ", ".join(shown.witnesses) or "none"
    answer(f"register: {shown.register}, checkpoints up to {shown.fresh} seconds old")
    answer(f"witnesses: {shown.quorum} of {len(shown.witnesses)} ({witnesses})")
    issuers = [
        (one.name, one.fingerprint, time_text(one.since), _end(one)) for one in shown.issuers
    ]
    answer(table(("issuer", "key", "since", "revoked"), issuers))
    _tell_missing(file)


def _end(row: ShownKey) -> str:
    from legation.crypto.directory.text import time_text

    return time_text(row.revoked) if row.revoked else ""


def _tell_missing(file: "DirectoryFile") -> None:
    from legation.app.statements import directories

    signed = directories.signed(file)
    if signed.missing:
        tell(f"Signatures of this version's root keys still missing: {signed.missing}")
    for each in signed.others:
        tell(f"{each} is no root key of this version: it counts for the version before alone.")
