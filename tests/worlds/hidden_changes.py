"""Copies of a register from which somebody tried to hide a withdrawal or a revocation.

The publisher and the witnesses are honest; whoever hands out the copy is not. A statement was
issued and withdrawn, and afterwards the key that had signed both was revoked.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from legation.crypto.directory.directory import IssuerKey
from legation.crypto.directory.files import read_directory_file
from legation.safeguards.statements.register_copy import CopiedEntry, read_copy, write_copy
from legation.safeguards.statements.statement import Change
from legation.safeguards.statements.statement_file import StatementFile
from worlds.register_copies import (
    BEGAN,
    NAMES,
    WITNESSED,
    copied,
    directory,
    directory_file,
    line_of,
    note_of,
    proved,
    signed,
)
from worlds.statements import ALDANIA, NAME, NOON, OTHERS, statement

HOUR: Final = timedelta(hours=1)
LAST: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
SAID: Final = "We meet on Monday in Velmar."
UNSAID: Final = "The statement of Monday is withdrawn."
STANDS: Final = "Our embassy is open."
REVOKED: Final = WITNESSED - HOUR
EARLY: Final = (REVOKED - HOUR,) * 3

_CHANGES = (Change(relation="retracts", number="2026/1", reason="Nothing was agreed."),)
FILES: Final = (
    signed(statement("2026/1", SAID)),
    signed(statement("2026/2", UNSAID, changes=_CHANGES)),
    signed(statement("2026/3", STANDS)),
)
FIRST: Final = directory_file()


def _revoking() -> bytes:
    """Return the second version of the key directory, in which the key is revoked."""
    keys = (
        IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=REVOKED),
        IssuerKey(name=NAME, keys=OTHERS.public(), since=REVOKED),
    )
    previous = read_directory_file(FIRST).sha256
    said = directory(version=2, previous=previous, issued=REVOKED, issuers=keys)
    return directory_file(msgspec.structs.replace(said, expires=REVOKED + timedelta(days=400)))


SECOND: Final = _revoking()
PROVED: Final = tuple(proved(FILES, index, EARLY) for index in range(len(FILES)))


def after_revocation(
    files: Sequence[StatementFile | bytes] = PROVED,
    directories: Sequence[bytes] = (FIRST, SECOND),
    lines: Sequence[str] | None = None,
) -> bytes:
    """Return the copy, whose checkpoint names the second directory unless other lines are given."""
    named = [line_of(SECOND)] if lines is None else lines
    return copied(files, directories=directories, lines=named)


def with_proof(index: int) -> dict[str, StatementFile]:
    """Return a statement with every proof that whoever hands out a copy can put into its place."""
    plain, replace = PROVED[index], msgspec.structs.replace
    other = PROVED[(index + 1) % len(PROVED)]
    return {
        "none": replace(plain, proof=b""),
        "of a later time": proved(FILES, index),
        "of the moment of the revocation": proved(FILES, index, (REVOKED,) * 3),
        "of another statement": replace(plain, proof=other.proof),
        "by too few": proved(FILES, index, (EARLY[0], None, None)),
        "of another log": proved(FILES, index, EARLY, log=OTHERS),
        "cut": replace(plain, proof=plain.proof[:-9]),
        "no proof at all": replace(plain, proof=b"no proof\n"),
        "cosignatures that are none": replace(plain, cosignatures=b"x\n"),
    }


def unproved() -> dict[str, bytes]:
    """Return copies in which the withdrawal's proof was taken away or exchanged."""
    return {
        f"proof: {name}": after_revocation([PROVED[0], parts, PROVED[2]])
        for name, parts in with_proof(1).items()
    }


def replayed(*, keep: bool) -> bytes:
    """Return the copy of before the revocation, with cosignatures that are valid and of after it.

    A cosignature by ML-DSA-44 covers size and root alone, so that of the next checkpoint holds for
    the one before, which names the first directory. Those of that day are kept, or replaced.
    """
    leaves = [one.entry for one in FILES]
    before = note_of(leaves, EARLY, lines=[line_of(FIRST)])
    after = note_of(leaves, lines=[line_of(SECOND)])
    longest = max(len(line.signature) for line in after.signatures if line.name in NAMES)
    later = [line for line in after.signatures if len(line.signature) == longest]
    mixed = before.with_signatures(later) if keep else before.renewed(later)
    copy = read_copy(copied(FILES, lines=[line_of(FIRST)]))
    return write_copy(msgspec.structs.replace(copy, checkpoint=mixed.encode()))


def embargoed(late: timedelta) -> bytes:
    """Return a copy without a statement whose embargo ended so long before the register's time."""
    hidden = signed(statement("2026/4", "Not shown.", embargo=WITNESSED - late, issued=NOON))
    return copied([FILES[0], hidden.entry])


def with_entry(data: bytes, index: int) -> bytes:
    """Return a copy that shows the log's entry in the place of a statement."""
    copy = read_copy(data)
    entries = list(copy.entries)
    entries[index] = CopiedEntry(FILES[index].entry)
    return write_copy(msgspec.structs.replace(copy, entries=tuple(entries)))


def refused() -> dict[str, bytes]:
    """Return copies that lack something which the log says is there."""
    one, two = line_of(FIRST), line_of(SECOND)
    only_first = [FIRST]
    return {
        "withdrawal shown by its entry": with_entry(after_revocation(), 1),
        "statement shown by its entry": with_entry(copied(FILES), 0),
        "embargo that is over": embargoed(HOUR + timedelta(seconds=1)),
        "newest directory left out": after_revocation(directories=only_first),
        "no line": after_revocation(lines=[]),
        "other lines": after_revocation(lines=["note", "directories 2"]),
        "two lines": after_revocation(lines=[one, two]),
        "one line twice": after_revocation(lines=[two, two]),
        "hash of another": after_revocation(lines=[f"directory 2 {'a' * 64}"]),
        "hash of the version before": after_revocation(lines=["directory 2" + one[11:]]),
        "number in another spelling": after_revocation(lines=["directory 02" + two[11:]]),
        "something behind the hash": after_revocation(lines=[f"{two} more"]),
        "a version to come": after_revocation(lines=["directory 3" + two[11:]]),
    }


def opened() -> dict[str, bytes]:
    """Return copies that are whole."""
    one, two = line_of(FIRST), line_of(SECOND)
    return {
        "honest": after_revocation(),
        "a line beside it": after_revocation(lines=["note", two]),
        "a newer directory than was named": after_revocation(lines=[one]),
        "embargo that is just over": embargoed(HOUR),
        "embargo to come": embargoed(-HOUR),
        "embargo until the last second": embargoed(WITNESSED - LAST),
    }
