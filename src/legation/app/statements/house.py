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
from legation.app.statements.speaking import Speaker, require_speaker
from legation.app.statements.trust import read_trust, trust_in, verify_directories, write_trust
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
from legation.crypto.log.policies import Policy, verify_checkpoint
from legation.crypto.log.proofs import make_proof
from legation.crypto.log.signers import NoteSigner, log_signers
from legation.errors import ConflictError, DeniedError, NotFoundError, VerificationError
from legation.safeguards.statements.books import Books, path_of
from legation.safeguards.statements.drafting import Order
from legation.safeguards.statements.gathering import Gathered, gather, take_in, write_request
from legation.safeguards.statements.key_directories import (
    directories_in,
    lines_for,
    put_directory,
)
from legation.safeguards.statements.publishing import (
    Published,
    RegisterWriter,
    create_register,
    open_register,
)
from legation.safeguards.statements.register_folder import COPY, copy_of
from legation.safeguards.statements.releasing import let_out
from legation.safeguards.statements.statement_file import read_file, write_file
from legation.safeguards.statements.verifying import key_of
from legation.sources.witnesses import post_checkpoint

ROOT_KEY: Final = "root.key"
LOG_KEY: Final = "log.key"
ISSUER_KEY: Final = "issuer.key"

_FRESH: Final = 30 * 24 * 3600
Unlock = Callable[[Path], Protection]
"""Returns what opens a key file."""


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
        protection, roots = unlock(log_key), claimed(read_directory_file(directory)).said.roots
        follow(roots.anchor(), [directory], self._now(), None)  # before anything is made
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
        files, trust = list(directories_in(self.public).values()), read_trust(self._trust)
        directory = follow(self.anchor, files, self._now(), trust.directory)
        verify_directories(trust, files)
        return directory

    def size(self) -> int:
        """Return how many entries the log has."""
        return self._checkpoint().head.size

    def publish(
        self,
        orders: Sequence[Order],
        unlock: Unlock,
        speaker: Speaker | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> list[Published]:
        """Issue statements, and remake the copy.

        Args:
            orders: Drafts with their keys.
            unlock: What opens key files.
            speaker: Where the issuer's key is, other than in the folder.
            before: Refuses by an error, at the last moment: the register is held, and nothing
                is signed yet.

        Raises:
            DeniedError: The key directory does not let this key speak for an issuer.
            LegationError: As `RegisterWriter.publish`.
        """
        by = speaker or Speaker()
        path, directory = by.key or self._keys / ISSUER_KEY, self.directory()
        with open_signer(path, Kind.ISSUER, unlock(path), by.access) as signer:
            key = key_of(signer.public())
            for order in orders:
                require_speaker(directory, order.draft.issuer, key, self._now())
            with self.opened(unlock) as writer:
                before()
                published = writer.publish(orders, signer)
                self._remade()
        return published

    def export(self, issuer: str, number: str) -> bytes:
        """Return a statement's file with its proof under the newest checkpoint; no key is needed.

        Raises:
            NotFoundError: There is no such statement.
        """
        books = Books(self._books())
        index = books.index_of(issuer, number)
        try:
            file = read_file(self.public.read(path_of(index)))
        except NotFoundError:
            file = read_file(books.held_back(index))
        proof = make_proof(index, self._note(), self.public.read)
        return write_file(msgspec.structs.replace(file, proof=proof.encode()))

    def publish_directory(self, data: bytes, unlock: Unlock) -> Directory:
        """Publish the next version of the key directory; the checkpoint then names it.

        It has no cosignature afterwards: witnesses are asked again.

        Args:
            data: Its file, signed by enough root keys.
            unlock: What opens the log's key.

        Raises:
            DeniedError: It names other keys of the log than the folder has; nothing is published.
            LegationError: As `put_directory` and `opened`.
        """
        policy = claimed(read_directory_file(data)).said.policy
        protection = unlock(self._keys / LOG_KEY)
        with self._signers(policy, protection):
            pass
        directory = put_directory(self.public, data, self.anchor, self._now())
        with self.opened(lambda _: protection):
            self._remade()
        return directory

    def release(self, unlock: Unlock) -> list[int]:
        """Publish statements whose embargo is over; finish what a crash has left."""
        with self.opened(unlock):
            return self._remade()

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
        self.renew(unlock)
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
                self._remade()
        return msgspec.structs.replace(gathered, heard=tuple(heard))

    def is_witnessed(self) -> bool:
        """Tell whether as many witnesses have cosigned the checkpoint as readers ask for."""
        try:
            verify_checkpoint(self._note(), self.directory().policy)
        except VerificationError:
            return False
        return True

    def renew(self, unlock: Unlock) -> None:
        """Name the newest key directory in the checkpoint, where a crash left another one.

        Raises:
            LegationError: As `opened`; no key is asked for where nothing is to be done.
        """
        said = self._checkpoint()
        if lines_for(self.public, said) != said.extensions:
            with self.opened(unlock):
                pass

    def remake(self) -> list[int]:
        """Let out what is due, and write the copy anew; return the places of what was let out.

        Readers refuse a copy that lacks a statement after its embargo.

        Raises:
            BusyError: Another program writes the register, or the disk failed.
        """
        with self.public.locked():
            return self._remade()

    def _remade(self) -> list[int]:
        """Do so while nobody else writes the register: the later copy is the newer."""
        released = let_out(self.public, self._books(), self._now)
        self.public.publish(COPY, copy_of(self.public))
        return released

    @contextmanager
    def opened(self, unlock: Unlock) -> Iterator[RegisterWriter]:
        """Open the register for writing; what it has become is remembered at the end.

        Raises:
            DeniedError: The key directory names other keys of the log.
            LegationError: As `open_register`.
        """
        directory, trust = self.directory(), read_trust(self._trust)
        head = TreeHead(size=trust.size, root=bytes.fromhex(trust.root)) if trust.origin else None
        with (
            self._signers(directory.policy, unlock(self._keys / LOG_KEY)) as signers,
            open_register(
                self.public,
                self._books(),
                directory.policy.origin,
                signers,
                now=self._now,
                trusted=self._signed_by(directory),
                remembered=head,
            ) as writer,
        ):
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
        anchor = said.roots.anchor()
        with self._signers(said.policy, protection) as signers:
            put_directory(self.public, directory, anchor, self._now())
            files = self.public, self._books()
            create_register(*files, said.policy.origin, signers)
        self._refresh(anchor)
        return anchor

    @contextmanager
    def _signers(
        self, policy: Policy, protection: Protection
    ) -> Iterator[tuple[NoteSigner, NoteSigner]]:
        """Open the log's key, if it is the one that a key directory names."""
        with open_signer(self._keys / LOG_KEY, Kind.LOG, protection) as signer:
            signers = log_signers(policy.origin, signer)
            if tuple(one.key for one in signers) != policy.log_keys:
                raise DeniedError(
                    "the key directory names other keys of the log",
                    hint="put the key file that it names in the place of private/keys/log.key",
                )
            yield signers

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
        files = directories_in(self.public)
        newest = claimed(read_directory_file(files[max(files)])).said
        write_trust(self._trust, trust_in(anchor, newest, self._checkpoint()))

    def _note(self) -> SignedNote:
        return parse_note(self.public.read(CHECKPOINT), place=CHECKPOINT)

    def _books(self) -> DiskFiles:
        return DiskFiles(self._private, private=True)

    def _checkpoint(self) -> Checkpoint:
        return parse_checkpoint(self._note())
