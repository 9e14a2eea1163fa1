"""Keys of statements: made, told and opened, each for one use.

A root key decides the key directory, an issuer's key signs statements, a log's key checkpoints, a
witness's cosignatures. Beside each key file stands its public part: the lines that the directory
will have of it, to be carried to whoever drafts. A key may be in a PKCS#11 token instead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

import msgspec

from legation.crypto.directory.text import pair_text, parse_pair, parse_witness, witness_text
from legation.crypto.durable import written_whole
from legation.crypto.holder_files import (
    Held,
    Kind,
    Seeds,
    TokenKey,
    identity_of,
    new_seeds,
    read_held,
    witness_of,
    write_held,
)
from legation.crypto.locked_files import Protection
from legation.crypto.log.keys import NoteKey, parse_key
from legation.crypto.log.policies import Witness
from legation.crypto.log.signers import WitnessIdentity, log_signers, witness_signers
from legation.crypto.regular_files import read_regular
from legation.crypto.signing import PublicIdentity, Signer
from legation.crypto.tokens import TokenAccess, TokenIdentity, make_token_key, open_token
from legation.errors import BadInputError, ConflictError, UsageError

PUBLIC_SUFFIX: Final = ".pub"

_LARGEST_PUBLIC = 20_000
_PUBLISHED = 0o644
_LINE_NAMES: Final = {
    Kind.ROOT: "root-key",
    Kind.ISSUER: "key",
    Kind.LOG: "log-key",
    Kind.WITNESS: "witness",
}


@final
class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """The public part of a key file.

    Attributes:
        kind: What the key is for.
        lines: What a directory says of it, without the names of the lines.
    """

    kind: Kind
    lines: tuple[str, ...]

    def encode(self) -> bytes:
        """Return the bytes of its file."""
        name = _LINE_NAMES[self.kind]
        lines = "".join(f"{name} {line}\n" for line in self.lines)
        return f"legation public {self.kind.heading} 1\n{lines}".encode()


def make_key(
    path: Path,
    kind: Kind,
    protection: Protection,
    *,
    name: str = "",
    access: TokenAccess | None = None,
    label: str = "",
) -> PublicKey:
    """Make a key: its file, and beside it the file with its public part.

    Args:
        path: Where; a file already there is kept.
        kind: What it is for.
        protection: A passphrase; unprotected for a log or a witness alone.
        name: Name of the log or the witness, as it stands in notes.
        access: The token that the key is made in; None for none.
        label: The key's name in the token.

    Raises:
        UsageError: A name is missing or too many, or the kind needs a passphrase.
        ConflictError: A file is there already, or the token has the label.
        LegationError: What the token refuses.
    """
    if bool(name) != (kind in (Kind.LOG, Kind.WITNESS)):
        raise UsageError(
            f"a {kind.heading} has {'no' if name else 'a'} name",
            hint="name a log by its origin and a witness by its own, as log.ministry.example",
        )
    for place in (path, _beside(path)):
        if place.exists():
            raise ConflictError(f"{place} is there already", hint="give another name")
    held: Held
    if access is None:
        held = new_seeds()
        public = _public(kind, held, name)
        write_held(path, kind, held, protection)
    else:
        with open_token(access, write=True) as session:
            held = make_token_key(session, access.token, label or kind.value)
            write_held(path, kind, held, protection)
            public = _told(kind, TokenIdentity(session, held), name)
    with written_whole(_beside(path), replace=False, mode=_PUBLISHED) as file:
        file.write(public.encode())
    return public


@contextmanager
def open_signer(
    path: Path, kind: Kind, protection: Protection, access: TokenAccess | None = None
) -> Iterator[Signer]:
    """Open a root, issuer or log key for signing.

    Args:
        path: The key file.
        kind: What the key is for.
        protection: What opens the file.
        access: How its token is reached; None for a key in the file.

    Raises:
        UsageError: The key is in a token, and none was given.
        LegationError: What the file or the token refuses.
    """
    held = read_held(path, kind, protection)
    if isinstance(held, Seeds):
        yield identity_of(held)
        return
    if access is None:
        raise UsageError(
            f"the key {held.label!r} is in the token {held.token!r}",
            hint="give the vendor's PKCS#11 library as --module",
        )
    named = TokenAccess(module=access.module, token=access.token or held.token, pin=access.pin)
    with open_token(named) as session:
        yield TokenIdentity(session, held)


def open_witness(path: Path, protection: Protection) -> WitnessIdentity:
    """Open a witness's key.

    Raises:
        LegationError: What the file refuses.
    """
    held = read_held(path, Kind.WITNESS, protection)
    if isinstance(held, TokenKey):
        raise UsageError("a witness's key is in no token", hint="make it anew")
    return witness_of(held)


def fingerprint(public: PublicKey) -> str:
    """Return what two people compare of a key: groups of digits, or the keys of a note."""
    if public.kind in (Kind.ROOT, Kind.ISSUER):
        return parse_pair(public.lines[0], place="key").fingerprint()
    return ", ".join(repr(key)[1:-1] for key in _note_keys(public))


def read_signer(path: Path, kind: Kind) -> PublicIdentity:
    """Read the public part of a root or issuer key.

    Raises:
        NotFoundError: No file is there.
        BadInputError: It is of another kind, or none.
        VerificationError: The key is weak.
    """
    return parse_pair(_one(_read(path, kind), path), place=f"{path}: line 2")


def read_log_keys(path: Path) -> tuple[NoteKey, ...]:
    """Read the public part of a log's key: Ed25519, then ML-DSA-65.

    Raises:
        NotFoundError: No file is there.
        BadInputError: It is of another kind, or none.
        VerificationError: A key is weak.
    """
    return tuple(parse_key(line, place=str(path)) for line in _read(path, Kind.LOG))


def read_witness(path: Path) -> Witness:
    """Read the public part of a witness's key.

    Raises:
        NotFoundError: No file is there.
        BadInputError: It is of another kind, or none.
        VerificationError: A key is weak.
    """
    return parse_witness(_one(_read(path, Kind.WITNESS), path), place=f"{path}: line 2")


def _public(kind: Kind, seeds: Seeds, name: str) -> PublicKey:
    if kind is not Kind.WITNESS:
        return _told(kind, identity_of(seeds), name)
    keys = tuple(each.key for each in witness_signers(name, witness_of(seeds)))
    return PublicKey(kind=kind, lines=(witness_text(Witness(name=name, keys=keys)),))


def _told(kind: Kind, signer: Signer, name: str) -> PublicKey:
    if kind is Kind.LOG:
        return PublicKey(
            kind=kind, lines=tuple(str(each.key) for each in log_signers(name, signer))
        )
    return PublicKey(kind=kind, lines=(pair_text(signer.public()),))


def _note_keys(public: PublicKey) -> Sequence[NoteKey]:
    if public.kind is Kind.WITNESS:
        return parse_witness(public.lines[0], place="key").keys
    return [parse_key(line) for line in public.lines]


def _beside(path: Path) -> Path:
    return path.with_name(path.name + PUBLIC_SUFFIX)


def _read(path: Path, kind: Kind) -> list[str]:
    try:
        content = read_regular(path, _LARGEST_PUBLIC).decode()
    except UnicodeDecodeError as bad:
        raise _no_public(path, kind) from bad
    first, *lines = content.removesuffix("\n").split("\n")
    lead = f"{_LINE_NAMES[kind]} "
    if first != f"legation public {kind.heading} 1" or not lines:
        raise _no_public(path, kind)
    if not all(line.startswith(lead) for line in lines):
        raise _no_public(path, kind)
    return [line.removeprefix(lead) for line in lines]


def _one(lines: Sequence[str], path: Path) -> str:
    if len(lines) != 1:
        raise BadInputError("one key is due", place=str(path), hint="give each key in its own file")
    return lines[0]


def _no_public(path: Path, kind: Kind) -> BadInputError:
    return BadInputError(
        f"this is no public part of a {kind.heading}",
        place=str(path),
        hint=f"give the file with the ending {PUBLIC_SUFFIX} that stands beside the key file",
    )
