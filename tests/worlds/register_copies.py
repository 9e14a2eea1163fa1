"""Copies of an invented register: its directory, its log, and three witnesses of whom two count."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from legation.crypto.directory.directory import NO_PREVIOUS, Directory, IssuerKey
from legation.crypto.directory.files import read_directory_file, write_directory_file
from legation.crypto.directory.following import sign_directory
from legation.crypto.directory.roots import RootSet
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.merkle import Frontier, Node, leaf_hash, prove_inclusion
from legation.crypto.log.notes import SignedNote
from legation.crypto.log.policies import Policy, Witness
from legation.crypto.log.proofs import LogProof
from legation.crypto.log.signers import (
    NoteSigner,
    WitnessIdentity,
    cosign_checkpoint,
    log_signers,
    sign_checkpoint,
    witness_signers,
)
from legation.crypto.signing import SigningIdentity
from legation.safeguards.statements.key_directories import Named
from legation.safeguards.statements.register_copy import (
    CopiedEntry,
    CopiedStatement,
    RegisterCopy,
    write_copy,
)
from legation.safeguards.statements.statement import Statement
from legation.safeguards.statements.statement_file import StatementFile, write_file
from legation.safeguards.statements.verifying import issue
from worlds.statements import ALDANIA, NAME, NOON

ORIGIN = "statements.aldania.example/log"
BEGAN = NOON - timedelta(days=300)
WITNESSED = NOON + timedelta(hours=3)
NOW = NOON + timedelta(hours=4)
ROOTS = tuple(SigningIdentity(bytes([n]) * 32, bytes([n + 100]) * 32) for n in (51, 52, 53))
LOG = SigningIdentity(bytes([61]) * 32, bytes([161]) * 32)
NAMES = ("press.example", "university.example", "ministry.example")


@cache
def witnesses() -> tuple[tuple[NoteSigner, ...], ...]:
    """Return what cosigns for each witness; the last has no key that a quantum computer bears."""
    all_keys = [
        witness_signers(name, WitnessIdentity(bytes([n]) * 32, bytes([n + 100]) * 32))
        for n, name in enumerate(NAMES, 71)
    ]
    return (*all_keys[:2], all_keys[2][:1])


def policy(quorum: int = 2, log: SigningIdentity = LOG) -> Policy:
    """Return what a checkpoint needs."""
    return Policy(
        origin=ORIGIN,
        log_keys=tuple(signer.key for signer in log_signers(ORIGIN, log)),
        witnesses=tuple(
            Witness(name=name, keys=tuple(signer.key for signer in signers))
            for name, signers in zip(NAMES, witnesses(), strict=True)
        ),
        quorum=quorum,
    )


def directory(**changed: Any) -> Directory:
    """Return the first version of the directory, with anything changed."""
    plain = Directory(
        name="Key directory of Aldania",
        version=1,
        previous=NO_PREVIOUS,
        issued=BEGAN,
        expires=BEGAN + timedelta(days=400),
        fresh=86_400,
        roots=RootSet.of(2, *(each.public() for each in ROOTS)),
        policy=policy(),
        issuers=(IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN),),
    )
    return msgspec.structs.replace(plain, **changed)


ANCHOR = directory().roots.anchor()


def directory_file(
    said: Directory | None = None, by: Sequence[SigningIdentity] = ROOTS[:2]
) -> bytes:
    """Return a directory's file, signed."""
    return write_directory_file(sign_directory(said or directory(), by))


def line_of(file: bytes) -> str:
    """Return the line by which a checkpoint names a version of the directory."""
    return Named.of(read_directory_file(file)).line


@cache
def first_line() -> str:
    """Return the line that names the first version of the directory."""
    return line_of(directory_file())


def signed(said: Statement, by: SigningIdentity = ALDANIA) -> StatementFile:
    """Return a signed statement that no log has yet."""
    return issue(said, by)


def note_of(
    leaves: Sequence[bytes],
    times: Sequence[datetime | None] = (WITNESSED,) * 3,
    log: SigningIdentity = LOG,
    lines: Sequence[str] | None = None,
) -> SignedNote:
    """Return the checkpoint of a log of these entries, cosigned at a time by each witness.

    Its further lines name the first version of the directory unless they are given.
    """
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf_hash(leaf))
    extensions = (first_line(),) if lines is None else tuple(lines)
    checkpoint = Checkpoint(origin=ORIGIN, head=frontier.head(), extensions=extensions)
    note = sign_checkpoint(checkpoint, log_signers(ORIGIN, log))
    for signers, at in zip(witnesses(), times, strict=True):
        if at is not None:
            note = note.with_signatures(cosign_checkpoint(checkpoint, signers, at))
    return note


def proved(
    files: Sequence[StatementFile],
    index: int,
    times: Sequence[datetime | None] = (WITNESSED,) * 3,
    log: SigningIdentity = LOG,
) -> StatementFile:
    """Return a statement's file with the proof that a log of these files has it."""
    nodes: dict[Node, bytes] = {}
    frontier = Frontier()
    for each in files:
        nodes.update(frontier.append(leaf_hash(each.entry)))
    path = prove_inclusion(index, len(files), lambda wanted: [nodes[node] for node in wanted])
    note = note_of([each.entry for each in files], times, log)
    proof = LogProof(index=index, path=path, checkpoint=note).encode()
    return msgspec.structs.replace(files[index], proof=proof)


def copied(
    files: Sequence[StatementFile | bytes],
    *,
    directories: Sequence[bytes] | None = None,
    times: Sequence[datetime | None] = (WITNESSED,) * 3,
    log: SigningIdentity = LOG,
    lines: Sequence[str] | None = None,
) -> bytes:
    """Return the copy of a register of these files; bytes stand for an entry under embargo.

    Its checkpoint names the newest of the directories, unless other lines are given.
    """
    directories = directories or [directory_file()]
    lines = [max(map(line_of, directories))] if lines is None else lines
    entries = [
        CopiedEntry(one) if isinstance(one, bytes) else CopiedStatement(write_file(one))
        for one in files
    ]
    leaves = [one if isinstance(one, bytes) else one.entry for one in files]
    return write_copy(
        RegisterCopy(
            directories=tuple(directories),
            checkpoint=note_of(leaves, times, log, lines).encode(),
            entries=tuple(entries),
        )
    )
