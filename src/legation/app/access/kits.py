"""Recovery kits: ten codes on paper, each of which leads once to a new passkey.

A kit that is offered takes the place of the one before only when its owner has typed one
of its codes: a page that was closed too soon leaves the old paper good.
"""

from typing import TYPE_CHECKING, Final

from legation.errors import DeniedError

if TYPE_CHECKING:
    from legation.app.access.noting import Trail
    from legation.store.opening import Store

CODES: Final = 10


class Kits:
    """The recovery kits of all people."""

    def __init__(self, store: "Store", trail: "Trail") -> None:
        """Work on this store."""
        self._store = store
        self._trail = trail

    def offer(self, person_id: str) -> list[str]:
        """Make a kit that waits for its confirmation, and return its codes, this once."""
        from legation.crypto.codes import NewCode, new_code
        from legation.store.people import RecoveryCode

        made: dict[str, NewCode] = {}
        while len(made) < CODES:
            code = new_code()
            if not self._is_taken(code.selector):
                made[code.selector] = code
        kit = [
            RecoveryCode(selector=code.selector, person_id=person_id, hash=code.hash)
            for code in made.values()
        ]
        with self._store.transaction():
            self._store.people.put_kit(person_id, kit)
            self._trail.note(person_id, "kit.make", person_id, codes=len(kit))
        return [code.text for code in made.values()]

    def confirm(self, person_id: str, code: str) -> None:
        """Put the offered kit in force, by one of its codes; the code stays good.

        Raises:
            DeniedError: It is no code of theirs that waits.
        """
        if self.person_of(code, offered=True) != person_id:
            raise DeniedError("this is no code of your kit", hint="type it as it stands there")
        with self._store.transaction():
            self._store.people.confirm_kit(person_id)
            self._trail.note(person_id, "kit.confirm", person_id)

    def person_of(self, code: str, *, offered: bool = False) -> str:
        """Return whose code it is, in force or offered.

        Raises:
            DeniedError: It does not hold.
        """
        from legation.crypto.codes import parted, verify_code

        selector, secret = parted(code)
        kept = self._store.people.recovery_code(selector, offered=offered)
        if kept is None:
            raise DeniedError("this recovery code does not hold", hint="try the next one")
        verify_code(secret, kept.hash)
        return kept.person_id

    def _is_taken(self, selector: str) -> bool:
        return self._store.people.is_selector(selector)
