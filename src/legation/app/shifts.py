"""Single shifts as people type them: written, changed, removed, and taken back again.

A shift that is typed passes the checks of one that stands in a file. Nothing is overwritten: a
changed shift is removed and another stands in its place. What somebody did can be taken
back for ten minutes, where nothing else has happened to the shift since; the audit
trail says what that is, so nothing else is kept of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.acting import UNDO_HOLDS
from legation.app.duty import Duty
from legation.errors import ConflictError, NotFoundError
from legation.formats.rota import Planned, typed_shift
from legation.store.rota import Shift

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.store.audit import Entry
    from legation.store.opening import Store

ADD: Final = "duty.add"
CHANGE: Final = "duty.change"
REMOVE: Final = "duty.remove"
UNDO: Final = "duty.undo"
_MOST: Final = 200


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a shift and can be taken back.

    Attributes:
        number: Of its entry in the audit trail.
        verb: What was done.
        shift: The shift that stands; the one that stood when it was removed.
    """

    number: int
    verb: str
    shift: Shift


@final
class Shifts:
    """Single shifts of the rota.

    Args:
        home: The home.
        store: Its open store.
        actor: Who acts.
    """

    def __init__(self, home: "Home", store: "Store", actor: str) -> None:
        """Read nothing yet."""
        self._home = home
        self._store = store
        self._actor = actor
        self._duty = Duty(home, store, actor)

    def get(self, shift_id: str) -> Shift:
        """Return a shift that stands."""
        return self._store.rota.get(shift_id)

    def write(self, given: dict[str, str]) -> Shift:
        """Write a shift into the rota.

        Args:
            given: What was typed: person, starts, ends, zone, rank.

        Raises:
            RecordError: It is no shift.
            NotFoundError: Nobody has that name.
            DeniedError: They take no calls.
            ConflictError: It stands in the rota already.
        """
        planned = typed_shift(given)
        with self._store.transaction():
            shift = self._put(planned)
            self._duty.note(ADD, shift.shift_id, {"person": shift.person_id})
        return shift

    def change(self, shift_id: str, given: dict[str, str]) -> Shift:
        """Put another shift in the place of one; errors as `write`."""
        planned = typed_shift(given)
        with self._store.transaction():
            before = self._store.rota.get(shift_id)
            self._store.rota.remove(shift_id)
            shift = self._put(planned)
            if msgspec.structs.replace(shift, shift_id=shift_id) == before:
                raise ConflictError("this changes nothing", hint="type what is to be different")
            people = {"from": before.person_id, "person": shift.person_id}
            self._duty.note(CHANGE, shift_id, people | {"now": shift.shift_id})
        return shift

    def undoable(self) -> list[Done]:
        """Return what somebody did in the last ten minutes and can still take back."""
        found = [self._done(entry) for entry in self._open()]
        return [one for one in found if one is not None]

    def undo(self, number: int) -> None:
        """Take back what somebody did to a shift.

        Args:
            number: Of its entry in the audit trail.

        Raises:
            ConflictError: It was taken back, is not theirs, is too old, or the shift has changed.
            DeniedError: Who was on that shift takes no calls any more.
        """
        with self._store.transaction():
            done = next((one for one in self.undoable() if one.number == number), None)
            if done is None:
                raise ConflictError(
                    "this was undone before, or cannot be", hint="change the shift by hand"
                )
            back = ""
            entry = next(one for one in self._open() if one.seq == number)
            if done.verb != REMOVE:
                self._store.rota.remove(done.shift.shift_id)
            if done.verb != ADD:
                before = self._store.rota.ever(entry.event.subject)
                back = self._back(before).shift_id
            self._duty.note(UNDO, back or done.shift.shift_id, {"entry": number})

    def _back(self, before: Shift) -> Shift:
        self._duty.enabled(before.person_id)
        shift, _ = self._store.rota.add(
            before.person_id, before.starts, before.ends, zone=before.zone, rank=before.rank
        )
        return shift

    def _put(self, planned: Planned) -> Shift:
        person = self._duty.enabled(planned.person)
        shift, is_new = self._store.rota.add(
            person.person_id, planned.starts, planned.ends, zone=planned.zone, rank=planned.rank
        )
        if not is_new:
            raise ConflictError("this shift stands in the rota already", hint="look at the rota")
        return shift

    def _open(self) -> "Sequence[Entry]":
        from legation.store.audit import AuditQuery

        found = self._store.audit.search(
            AuditQuery(
                verbs=(ADD, CHANGE, REMOVE, UNDO),
                actors=(self._actor,),
                since=self._home.now() - UNDO_HOLDS,
                limit=_MOST,
            )
        )
        undone = {one.event.detail.get("entry") for one in found if one.event.verb == UNDO}
        return [one for one in found if one.event.verb != UNDO and one.seq not in undone]

    def _done(self, entry: "Entry") -> Done | None:
        """Return what an entry tells of; None when the shift is not as it left it."""
        event = entry.event
        shift_id = str(event.detail.get("now", event.subject))
        try:
            if event.verb == REMOVE:
                shift = self._store.rota.ever(shift_id)
            else:
                shift = self._store.rota.get(shift_id)
        except NotFoundError:
            return None
        return Done(number=entry.seq, verb=event.verb, shift=shift)
