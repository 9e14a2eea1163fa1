"""The keys of somebody who is signed in: a second one, its name, its removal, a new kit.

What lets a person in is changed only by who has shown a passkey a short while ago: a desk that
was left open must not give its finder a key. People for whom a provider vouches have no
key here, or they would keep it when the provider lets them go.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.access.kits import Kits
from legation.app.access.noting import Trail
from legation.errors import DeniedError, UsageError

if TYPE_CHECKING:
    from legation.app.access.entering import Guest
    from legation.store.held_keys import HeldKey
    from legation.store.opening import Store
    from legation.store.people import Passkey

MOST: Final = 10
_LONGEST_NAME: Final = 60


@final
class OwnKeys:
    """The keys of one person.

    Args:
        store: Where they are kept.
        now: The clock.
        guest: Whose they are.
        secret: Of the session in which they ask.
    """

    def __init__(
        self, store: "Store", now: Callable[[], datetime], guest: "Guest", secret: str
    ) -> None:
        """Stand for the keys; nothing is read yet."""
        self._store = store
        self._now = now
        self._guest = guest
        self._secret = secret
        self._trail = Trail(store, now)

    def every(self) -> "list[HeldKey]":
        """Return the keys, the oldest first."""
        return self._store.held_keys.of(self._guest.person_id)

    def may_change(self) -> bool:
        """Tell whether a passkey was shown a short while ago."""
        return not self._guest.issuer and self._guest.proven is not None

    def require_change(self) -> None:
        """Refuse what needs a passkey that was shown a short while ago.

        Raises:
            DeniedError: A provider vouched for the person.
            StepUpError: It was too long ago.
        """
        if self._guest.issuer:
            raise DeniedError(
                "your identity provider lets you in, so you have no keys here",
                hint="ask an administrator when you need a passkey",
            )
        self._guest.require_proven("own.keys")

    def add(self, passkey: "Passkey", name: str) -> None:
        """Take a further key.

        Raises:
            DeniedError: See `require_change`; or it was made for somebody else.
            ConflictError: It is known already.
            UsageError: It has no name, or there are too many.
        """
        self.require_change()
        if passkey.person_id != self._guest.person_id:
            raise DeniedError("this key was made for somebody else", hint="make your own")
        if len(self.every()) >= MOST:
            raise UsageError(f"you have {MOST} keys", hint="remove one that you no longer use")
        named = msgspec.structs.replace(passkey, name=_name(name))
        with self._store.transaction():
            self._store.held_keys.add(named)
            self._note("key.add", passkey.credential_id)

    def rename(self, credential_id: str, name: str) -> None:
        """Call a key otherwise.

        Raises:
            DeniedError: See `require_change`.
            NotFoundError: It is none of theirs.
            UsageError: The name is empty or too long.
        """
        self.require_change()
        with self._store.transaction():
            self._store.held_keys.rename(self._guest.person_id, credential_id, _name(name))
            self._note("key.name", credential_id)

    def remove(self, credential_id: str) -> None:
        """Let a key hold no longer; all other sessions end, since it may have begun one.

        Raises:
            DeniedError: See `require_change`.
            NotFoundError: It is none of theirs.
            ConflictError: It is the last one.
        """
        from legation.crypto.codes import fingerprint

        self.require_change()
        with self._store.transaction():
            self._store.held_keys.remove(self._guest.person_id, credential_id)
            self._store.sessions.end_all(self._guest.person_id, but=fingerprint(self._secret))
            self._note("key.remove", credential_id)

    def new_kit(self) -> list[str]:
        """Make a new recovery kit; the one before holds until this one is confirmed.

        Raises:
            DeniedError: See `require_change`.
        """
        self.require_change()
        return Kits(self._store, self._trail).offer(self._guest.person_id)

    def _note(self, verb: str, credential_id: str) -> None:
        from legation.crypto.codes import fingerprint

        key = fingerprint(credential_id)[:16]
        self._trail.note(self._guest.person_id, verb, self._guest.person_id, key=key)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise UsageError("a key needs a name", hint=f"give one of at most {_LONGEST_NAME} letters")
    return name
