"""What a reader does with campaigns, in the audit trail: exports, and looks above TLP:AMBER.

A page asks several times for one object; within a minute that is one look.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

from legation.app.marking import above_amber
from legation.stix.labels import Label

if TYPE_CHECKING:
    from legation.store.opening import Store

_ONE_LOOK: Final = timedelta(minutes=1)


@final
class Looks:
    """The trail of one reader.

    Args:
        store: The store.
        now: The clock.
        actor: Who reads.
    """

    def __init__(self, store: "Store", now: Callable[[], datetime], actor: str) -> None:
        """Write nothing yet."""
        self._store = store
        self._now = now
        self._actor = actor
        self._last: dict[tuple[str, str], datetime] = {}

    def read(self, verb: str, object_ids: Iterable[str]) -> dict[str, Label]:
        """Note that objects are read, those of them whose reading is to be known; return labels."""
        labels = self._store.labels.in_force(object_ids)
        self.note(verb, labels)
        return labels

    def note(self, verb: str, labels: Mapping[str, Label]) -> None:
        """Note the same of objects whose labels were read already."""
        now = self._now()
        fresh = {
            object_id: label
            for object_id, label in labels.items()
            if above_amber(label) and not self._is_one_look(verb, object_id, now)
        }
        if not fresh:
            return
        with self._store.transaction():
            for object_id, label in fresh.items():
                self.act(verb, [object_id], {"label": label.text()})
        self._last |= {(verb, object_id): now for object_id in fresh}

    def act(self, verb: str, subjects: Sequence[str], detail: dict[str, str]) -> None:
        """Write that something was done."""
        from legation.store.audit import Event

        with self._store.transaction():
            for subject in subjects:
                self._store.audit.append(
                    Event(
                        at=self._now(),
                        actor=self._actor,
                        verb=verb,
                        subject=subject,
                        detail=detail,
                    )
                )

    def _is_one_look(self, verb: str, object_id: str, now: datetime) -> bool:
        last = self._last.get((verb, object_id))
        return last is not None and now - last < _ONE_LOOK
