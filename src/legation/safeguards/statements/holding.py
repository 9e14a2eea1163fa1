"""A register held in memory: statements that were verified, and what became of each.

The command line, the desk and an offline copy fill it from the log, in the log's order, and ask it
for verdicts. A change counts when the same issuer made it; it stays a change when it is withdrawn
itself: whoever wants a text to stand again issues it again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import final

from legation.errors import ConflictError
from legation.safeguards.statements.statement import Statement
from legation.safeguards.statements.verdict import Later, Registered, standing
from legation.safeguards.statements.verifying import Verified
from legation.text.lookup import Index

_Name = tuple[str, str]


@final
class HeldStatements:
    """Verified statements of one register, as of one time; a `Register`."""

    def __init__(self, name: str, as_of: datetime) -> None:
        """Begin with none.

        Args:
            name: The register's name.
            as_of: The time of the checkpoint up to which statements are added.
        """
        self.name, self.as_of = name, as_of
        self._said: dict[_Name, tuple[Statement, str]] = {}
        self._later: dict[_Name, list[Later]] = {}
        self._by_wording: dict[str, list[tuple[_Name, int]]] = {}
        self._by_signed: dict[str, _Name] = {}
        self._index = Index()
        self._keys: dict[str, tuple[_Name, int]] = {}

    def add(self, verified: Verified) -> None:
        """Add a statement.

        Raises:
            ConflictError: Its issuer has used its number before: two statements under one number
                are evidence, never to be merged.
        """
        said = verified.statement
        name = (said.issuer, said.number)
        signed = hashlib.sha256(verified.file.signed).hexdigest()
        if name in self._said:
            if self._said[name][1] == signed:
                return
            raise ConflictError(
                f"two statements have the number {said.number!r:.70}",
                hint="keep both files and ask the issuer which one it issued",
            )
        self._said[name] = (said, signed)
        self._by_signed[signed] = name
        for place, version in enumerate(said.versions):
            self._by_wording.setdefault(version.wording, []).append((name, place))
            key = "\n".join((*name, version.language))
            self._keys[key] = (name, place)
            self._index.add(key, version.text)
        self.add_changes(said)

    def add_changes(self, said: Statement) -> None:
        """Add what a statement did to earlier ones of its issuer, and not the statement itself."""
        for change in said.changes:
            later = Later(
                relation=change.relation,
                number=said.number,
                reason=change.reason,
                issued=said.issued,
            )
            self._later.setdefault((said.issuer, change.number), []).append(later)

    def by_wording(self, wording: str) -> Sequence[Registered]:
        """Return the versions whose wording has this hash."""
        return [self._registered(*place) for place in self._by_wording.get(wording, ())]

    def by_signed(self, signed: str) -> Sequence[Registered]:
        """Return the versions of the statement whose signed bytes have this hash."""
        name = self._by_signed.get(signed)
        if name is None:
            return []
        versions = range(len(self._said[name][0].versions))
        return [self._registered(name, place) for place in versions]

    def every(self) -> list[Registered]:
        """Return every version of every statement, in the order in which they were added."""
        return [
            self._registered(name, place)
            for name, (said, _) in self._said.items()
            for place in range(len(said.versions))
        ]

    def near(self, text: str) -> Registered | None:
        """Return the version that a text most likely comes from."""
        match = self._index.find(text)
        if match is None:
            return None
        return standing([self._registered(*self._keys[key]) for key in match.keys])

    def _registered(self, name: _Name, place: int) -> Registered:
        said, signed = self._said[name]
        version = said.versions[place]
        return Registered(
            issuer=said.issuer,
            number=said.number,
            language=version.language,
            text=version.text,
            signed=signed,
            issued=said.issued,
            embargo=said.embargo,
            later=tuple(self._later.get(name, ())),
        )
