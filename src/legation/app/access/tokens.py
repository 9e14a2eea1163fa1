"""Tokens for programs: made for some verbs and some days, shown once, revoked at once.

A token stands in for a person and never reaches further than that person's roles and clearance
do on the day it is used, nor than their clearance did on the day it was made.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.access.noting import HOST, Trail
from legation.errors import DeniedError
from legation.rights.roles import read_scopes

if TYPE_CHECKING:
    from legation.app.access.rules import Rules
    from legation.rights.clearance import Clearance
    from legation.store.opening import Store
    from legation.store.tokens import Token

PREFIX: Final = "lgn_"


@final
class Keyring:
    """The tokens of one desk, as the host manages them.

    Args:
        store: Where they are kept.
        now: The clock.
        rules: What each person may know; None: by the settings as shipped.
    """

    def __init__(
        self, store: "Store", now: Callable[[], datetime], rules: "Rules | None" = None
    ) -> None:
        """Stand for the tokens; nothing is read yet."""
        from legation.app.access.rules import Rules
        from legation.settings import Settings

        self._rules = rules or Rules(store, Settings())
        self._store = store
        self._now = now
        self._trail = Trail(store, now)

    def add(
        self, person: str, *, name: str, scopes: Collection[str], days: int
    ) -> "tuple[Token, str]":
        """Make a token, and return it with its secret.

        Args:
            person: Name or id of whom it stands in for.
            name: What it is for, in words.
            scopes: Verbs.
            days: How long it holds.

        Raises:
            NotFoundError: There is nobody of that name.
            DeniedError: The person is disabled.
            UsageError: A scope is not for tokens.
        """
        from legation.crypto.codes import fingerprint, new_secret
        from legation.store.tokens import Token

        verbs = read_scopes(scopes)
        secret = f"{PREFIX}{new_secret()}"
        with self._store.transaction():
            owner = self._store.people.get(person)
            if owner.disabled is not None:
                raise DeniedError(f"{owner.name} is disabled", hint="name somebody else")
            token = Token(
                token_id=f"t-{secrets.token_hex(4)}",
                person_id=owner.person_id,
                name=name,
                scopes=verbs,
                created=self._now(),
                until=self._now() + timedelta(days=days),
                used=None,
                revoked=None,
                clearance=msgspec.json.encode(self._rules.clearance(owner.person_id)),
            )
            self._store.tokens.add(token, fingerprint(secret))
            self._trail.note(
                HOST, "token.add", token.token_id, person=owner.person_id, scopes=list(verbs)
            )
        return token, secret

    def every(self) -> "list[Token]":
        """Return all tokens, the revoked and expired ones too."""
        return self._store.tokens.every()

    def revoke(self, token_id: str) -> None:
        """Let a token hold no longer.

        Raises:
            NotFoundError: There is none of that id that holds.
        """
        with self._store.transaction():
            self._store.tokens.revoke(token_id)
            self._trail.note(HOST, "token.revoke", token_id)


def carried(token: "Token") -> "Clearance | None":
    """Return what a token carries of its person; None for one made before tokens did."""
    from legation.rights.clearance import Clearance

    if token.clearance is None:
        return None
    return msgspec.json.decode(token.clearance, type=Clearance)
