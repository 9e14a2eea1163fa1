"""A publisher's register on a disk: `public`, which a web server gives out, and `private`.

`private` has the books of numbers and embargoed texts, the keys, and what the publisher remembers
of its own register, so that a folder restored from an old backup is not written on.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, final

import msgspec

from legation.app.statements import directories
from legation.app.statements.keys import make_key, open_signer
from legation.app.statements.trust import read_trust, trust_in, write_trust
from legation.crypto.directory.directory import Directory
from legation.crypto.directory.files import read_directory_file, write_directory_file
from legation.crypto.directory.following import claimed, follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.holder_files import Kind
from legation.crypto.locked_files import UNPROTECTED, Passphrase, Protection
from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.log.keys import NoteKey
from legation.crypto.log.merkle import TreeHead
from legation.crypto.log.notes import SignedNote, parse_note
from legation.crypto.log.policies import verify_checkpoint
from legation.crypto.log.proofs import make_proof
from legation.crypto.log.signers import log_signers
from legation.crypto.tokens import TokenAccess
from legation.errors import ConflictError, DeniedError, NotFoundError, VerificationError
from legation.safeguards.statements.books import Books, path_of
from legation.safeguards.statements.drafting import Order
from legation.safeguards.statements.gathering import Gathered, gather, take_in, write_request
from legation.safeguards.statements.publishing import (
    Published,
    RegisterWriter,
    create_register,
    open_register,
)
from legation.safeguards.statements.register_folder import (
    COPY,
    copy_of,
    directories_in,
    put_directory,
)
from legation.safeguards.statements.statement_file import read_file, write_file
from legation.safeguards.statements.verifying import key_of
from legation.sources.witnesses import post_checkpoint

ROOT_KEY: Final = "root.key"
LOG_KEY: Final = "log.key"
ISSUER_KEY: Final = "issuer.key"

_FRESH: Final = 30 * 24 * 3600

Unlock = Callable[[Path], Protection]
"""Returns what opens a key file."""


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Where the issuer's key is.

    Attributes:
        key: Its file; None for the one in the publisher's folder.
        access: How a PKCS#11 token is reached; None for a key in the file.
    """

    key: Path | None = None
    access: TokenAccess | None = None


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says who begins a register alone.

    Attributes:
        origin: The log's name, such as `statements.ministry.example/log`; it can never change.
        issuer: Who speaks, as statements give it.
        name: Whose key directory it is.
    """

    origin: str
    issuer: str
    name: str


@final
class House:
    """A publisher's folder."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        """Stand for a folder; `begin` makes it."""
        self.folder, self._now = folder, now
        self.public_folder, self._private = folder / "public", folder / "private"
        self._keys = self._private / "keys"
        self._trust = self._private / "trust"

    @property
    def public(self) -> DiskFiles:
        """The folder that a web server gives out."""
        if not self.public_folder.is_dir():
            raise NotFoundError(
                f"no register in {self.folder}", hint="run: legation statement register init"
            )
        return DiskFiles(self.public_folder)

    def begin(self, said: Beginning, passphrase: Passphrase) -> Anchor:
        """Make a register with keys for one who begins alone: root, log and issuer.

        The log's key is protected by its file's mode alone, so that what is due can be released
        by a machine; it can grow the log, and speak for nobody.

        Args:
            said: Names that stay.
            passphrase: Of the root's and the issuer's key.

        Returns:
            The anchor, to be printed and told by other ways than the register.

        Raises:
            ConflictError: Something is there already.
            BadInputError: A name breaks a rule of the format.
        """
        self._make_folders()
        root, log, issuer = (self._keys / name for name in (ROOT_KEY, LOG_KEY, ISSUER_KEY))
        make_key(root, Kind.ROOT, passphrase)
        make_key(issuer, Kind.ISSUER, passphrase)
        make_key(log, Kind.LOG, UNPROTECTED, name=said.origin)
        changes = directories.Changes(
            name=said.name,
            roots=[Path(f"{root}.pub")],
            threshold=1,
            log=Path(f"{log}.pub"),
            issuers=[(said.issuer, Path(f"{issuer}.pub"))],
            fresh=_FRESH,
        )
        draft = directories.draft(None, changes, self._now())
        with open_signer(root, Kind.ROOT, passphrase) as signer:
            file = directories.sign(draft, signer)
        return self._created(write_directory_file(file), UNPROTECTED)

    def adopt(self, directory: bytes, log_key: Path, unlock: Unlock) -> Anchor:
        """Make a register for a key directory that came out of a ceremony.

        Args:
            directory: Its first version, signed by enough root keys.
            log_key: Key file of the log that it names; a copy is kept in the folder.
            unlock: What opens it.

        Raises:
            LegationError: As `begin`; VerificationError when the directory does not hold.
        """
        protection = unlock(log_key)
        self._make_folders()
        target = self._keys / LOG_KEY
        shutil.copyfile(log_key, target)
        target.chmod(0o600)
        return self._created(directory, protection)

    @property
    def anchor(self) -> Anchor:
        """The fingerprint of the root keys that readers trust."""
        return Anchor.parse(read_trust(self._trust).anchor)

    def directory(self) -> Directory:
        """Return the newest key directory, followed from the anchor.

        Raises:
            VerificationError: It does not follow, or is expired.
        """
        files = list(directories_in(self.public).values())
        return follow(self.anchor, files, self._now(), read_trust(self._trust).directory)

    def size(self) -> int:
        """Return how many entries the log has."""
        return self._checkpoint().head.size

    def publish(
        self, orders: Sequence[Order], unlock: Unlock, speaker: Speaker | None = None
    ) -> list[Published]:
        """Issue statements, and remake the copy.

        Args:
            orders: Drafts with their keys.
            unlock: What opens key files.
            speaker: Where the issuer's key is, other than in the folder.

        Raises:
            DeniedError: The key directory does not let this key speak for an issuer.
            LegationError: As `RegisterWriter.publish`.
        """
        by = speaker or Speaker()
        path, directory = by.key or self._keys / ISSUER_KEY, self.directory()
        with open_signer(path, Kind.ISSUER, unlock(path), by.access) as signer:
            for order in orders:
                self._require_speaker(directory, order.draft.issuer, key_of(signer.public()))
            with self.opened(unlock) as writer:
                published = writer.publish(orders, signer)
        self.remake()
        return published

    def export(self, issuer: str, number: str) -> bytes:
        """Return a statement's file with its proof under the newest checkpoint; no key is needed.

        Raises:
            NotFoundError: There is no such statement.
        """
        books = Books(DiskFiles(self._private))
        index = books.index_of(issuer, number)
        try:
            file = read_file(self.public.read(path_of(index)))
        except NotFoundError:
            file = read_file(books.held_back(index))
        proof = make_proof(index, self._note(), self.public.read)
        return write_file(msgspec.structs.replace(file, proof=proof.encode()))

    def release(self, unlock: Unlock) -> list[int]:
        """Publish statements whose embargo is over; finish what a crash has left."""
        with self.opened(unlock) as writer:
            released = writer.release()
        self.remake()
        return released

    def request(self, old_size: int) -> bytes:
        """Return the request for a witness without a line, that cosigned so many entries last.

        Raises:
            UsageError: The log has less entries.
        """
        return write_request(self._note(), self.public.read, old_size)

    def cosign(
        self, answers: Sequence[bytes], addresses: Mapping[str, str], unlock: Unlock
    ) -> Gathered:
        """Gather what witnesses sign, and publish it with the checkpoint.

        Args:
            answers: Cosignatures that came as files.
            addresses: Where witnesses are asked, by their names in the key directory.
            unlock: What opens the log's key.

        Raises:
            LegationError: As `gathering.take_in` and `gathering.gather`.
            ConflictError: The log grew while they were asked.
        """
        note, policy = self._note(), self.directory().policy
        gathered = take_in(note, policy, answers, self._now())
        heard = list(gathered.heard) if answers else []
        if addresses:
            gathered = gather(
                note, self.public.read, policy, addresses, send=post_checkpoint, now=self._now
            )
            heard += gathered.heard
        lines = [line for each in heard for line in each.lines]
        if lines:
            with self.opened(unlock) as writer:
                if writer.checkpoint.text != note.text:
                    raise ConflictError("the log grew meanwhile", hint="ask the witnesses again")
                writer.add_cosignatures(lines, [k for w in policy.witnesses for k in w.keys])
            self.remake()
        return msgspec.structs.replace(gathered, heard=tuple(heard))

    def is_witnessed(self) -> bool:
        """Tell whether as many witnesses have cosigned the checkpoint as readers ask for."""
        try:
            verify_checkpoint(self._note(), self.directory().policy)
        except VerificationError:
            return False
        return True

    def remake(self) -> bytes:
        """Write the copy of the register anew, and return it."""
        data = copy_of(self.public)
        self.public.publish(COPY, data)
        return data

    @contextmanager
    def opened(self, unlock: Unlock) -> Iterator[RegisterWriter]:
        """Open the register for writing; what it has become is remembered at the end.

        Raises:
            DeniedError: The key directory names other keys of the log.
            LegationError: As `open_register`.
        """
        directory, trust, path = self.directory(), read_trust(self._trust), self._keys / LOG_KEY
        origin = directory.policy.origin
        head = TreeHead(size=trust.size, root=bytes.fromhex(trust.root)) if trust.origin else None
        with open_signer(path, Kind.LOG, unlock(path)) as signer:
            signers = log_signers(origin, signer)
            if tuple(one.key for one in signers) != directory.policy.log_keys:
                raise _other_log_keys()
            with open_register(
                self.public,
                DiskFiles(self._private),
                origin,
                signers,
                now=self._now,
                trusted=self._signed_by(directory),
                remembered=head,
            ) as writer:
                yield writer
        self._refresh(self.anchor)

    def _make_folders(self) -> None:
        if self.public_folder.exists() or self._private.exists():
            raise ConflictError(f"{self.folder} has a register", hint="give a new folder")
        self.public_folder.mkdir(parents=True)
        for place in (self._private, self._keys):
            place.mkdir(mode=0o700)

    def _created(self, directory: bytes, protection: Protection) -> Anchor:
        said = claimed(read_directory_file(directory)).said
        anchor, path = said.roots.anchor(), self._keys / LOG_KEY
        with open_signer(path, Kind.LOG, protection) as signer:
            signers = log_signers(said.policy.origin, signer)
            if tuple(one.key for one in signers) != said.policy.log_keys:
                raise _other_log_keys()
            files = self.public, DiskFiles(self._private)
            create_register(*files, said.policy.origin, signers)
        put_directory(self.public, directory, anchor, self._now())
        self._refresh(anchor)
        return anchor

    def _signed_by(self, directory: Directory) -> tuple[NoteKey, ...]:
        """Return the earlier keys that signed the last checkpoint; none when today's did."""
        note = self._note()
        claimed = {(line.name, line.key_id) for line in note.signatures}
        for keys in (directory.policy.log_keys, *(one.keys for one in directory.earlier)):
            if claimed >= {(key.name, key.key_id) for key in keys}:
                return () if keys == directory.policy.log_keys else keys
        return ()

    def _refresh(self, anchor: Anchor) -> None:
        """Remember how far the register is."""
        newest = max(directories_in(self.public))
        write_trust(self._trust, trust_in(anchor, newest, self._checkpoint()))

    def _note(self) -> SignedNote:
        return parse_note(self.public.read(CHECKPOINT), place=CHECKPOINT)

    def _checkpoint(self) -> Checkpoint:
        return parse_checkpoint(self._note())

    def _require_speaker(self, directory: Directory, issuer: str, key: str) -> None:
        now = self._now()
        rows = [one for one in directory.issuers if one.name == issuer]
        for row in rows:
            ends = row.revoked is not None and row.revoked <= now
            if key_of(row.keys) == key and row.since <= now and not ends:
                return
        names = ", ".join(dict.fromkeys(one.name for one in directory.issuers))
        raise DeniedError(
            f"the keys may not speak for {issuer!r:.60}",
            hint=f"the key directory lets speak: {names}; publish a directory with these keys",
        )


def _other_log_keys() -> DeniedError:
    return DeniedError(
        "the key directory names other keys of the log",
        hint="restore log.key, or publish a directory that names this key",
    )
