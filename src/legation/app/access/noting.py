"""How an act of entering stands in the audit trail: who, when, which verb, never a secret."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from legation.store.opening import Store

HOST: Final = "command line"
NOBODY: Final = "nobody"


class Trail:
    """The audit trail, for this room's acts."""

    def __init__(self, store: "Store", now: "Callable[[], datetime]") -> None:
        """Write into this store's trail."""
        self._store = store
        self._now = now

    def note(self, actor: str, verb: str, subject: str = "", **detail: object) -> None:
        """Append an act, in the transaction that is open."""
        from legation.store.audit import Event

        self._store.audit.append(
            Event(at=self._now(), actor=actor, verb=verb, subject=subject, detail=detail)
        )
