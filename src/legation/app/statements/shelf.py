"""The register of a home as its desk reads it: opened once, and again when it has changed.

It is verified as a stranger verifies it, from the anchor and what was seen before; so the desk
says of its own register what anybody else would say, and no more.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final, final

from legation.app.statements.asking import Asked, ask
from legation.app.statements.handed import Handed
from legation.app.statements.house import ISSUER_KEY, House
from legation.app.statements.public_page import PublicStatement, public_statements
from legation.app.statements.trust import read_trust
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.safeguards.statements.books import path_of
from legation.safeguards.statements.register_folder import COPY
from legation.safeguards.statements.statement_file import StatementFile, read_file
from legation.safeguards.statements.verdict import Verdict

FOLDER: Final = "register"
"""Of a home: the publisher's folder, with `public` and `private` in it."""


@final
class Shelf:
    """The register of one home."""

    def __init__(self, home: Path, now: Callable[[], datetime]) -> None:
        """Read nothing yet; `folder` and `now` are where it is and the clock."""
        self.folder, self.now = home / FOLDER, now
        self._opened: tuple[object, Asked, list[PublicStatement]] | None = None
        self._signed: tuple[Asked, frozenset[str]] | None = None
        # An index sorts itself while it is asked for the first time.
        self._one_at_a_time = Lock()

    @property
    def is_there(self) -> bool:
        """Whether the home has a register."""
        return (self.folder / "public" / CHECKPOINT).is_file()

    @property
    def has_issuer_key(self) -> bool:
        """Whether the issuer's key lies in the publisher's folder."""
        return (self.folder / "private" / "keys" / ISSUER_KEY).is_file()

    @property
    def house(self) -> House:
        """The publisher's folder."""
        return House(self.folder, self.now)

    @property
    def private(self) -> DiskFiles:
        """The publisher's books."""
        return DiskFiles(self.folder / "private", private=True)

    def issuers(self) -> tuple[str, ...]:
        """Return who may speak now, as the key directory names them; each once.

        Raises:
            NotFoundError: The home has no register.
            VerificationError: The key directory does not follow from its anchor, or is expired.
        """
        now = self.now()
        rows = self.house.directory().issuers
        held = (one.name for one in rows if one.revoked is None or one.revoked > now)
        return tuple(dict.fromkeys(held))

    def asked(self) -> Asked:
        """Return the register, verified; what verdicts are asked of.

        Raises:
            NotFoundError: The home has no register.
            LegationError: It does not hold, or is stale, as `asking.ask` says it.
        """
        return self._open()[0]

    def on_text(self, text: str) -> Verdict:
        """Return the verdict on a text; asked beside the loop, for it may take seconds."""
        with self._one_at_a_time:
            return self.asked().on_text(text)

    def on_handed(self, handed: Handed) -> Verdict:
        """Return the verdict on what was handed in; errors as `Asked.on_handed`."""
        with self._one_at_a_time:
            return self.asked().on_handed(handed)

    def public(self) -> list[PublicStatement]:
        """Return the statements that are public, the newest first; errors as `asked`."""
        return self._open()[1]

    def signed(self) -> frozenset[str]:
        """Return the hashes of the signed bytes of all statements in it; errors as `asked`."""
        asked = self.asked()
        if self._signed is None or self._signed[0] is not asked:
            self._signed = asked, frozenset(one.signed for one in asked.register.held.every())
        return self._signed[1]

    def _open(self) -> tuple[Asked, list[PublicStatement]]:
        house, now = self.house, self.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        mark = (house.public.read(CHECKPOINT), self._copied(), hour)
        if self._opened is None or self._opened[0] != mark:
            trust = read_trust(self.folder / "private" / "trust")
            asked = ask(house.public_folder, trust, now)
            self._opened = mark, asked, public_statements(house.public, asked.register)
        return self._opened[1:]

    def public_file(self, index: int) -> StatementFile:
        """Return a statement that is public, by its place in the log.

        Raises:
            NotFoundError: None is there, or it is under embargo.
        """
        return read_file(self.house.public.read(path_of(index)))

    def is_public(self, index: int) -> bool:
        """Tell whether the statement at a place of the log is public."""
        return (self.house.public_folder / path_of(index)).is_file()

    def _copied(self) -> object:
        try:
            seen = (self.house.public_folder / COPY).stat()
        except FileNotFoundError:
            return None
        return seen.st_mtime_ns, seen.st_size
