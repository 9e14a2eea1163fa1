"""Writing cases: all that is given is taken, with its entry of the trail, or none of it.

An entry is an object of its own, whose id follows from its number: of two that are written at
once, the second is told so and has changed nothing. The row by which a case is found is drawn
from the entries that all who may know the case may know.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

from legation.app.cases.docket import Docket
from legation.app.cases.grounds import verify_grounds
from legation.app.cases.hands import stricter, verify_hand, verify_other_hand, verify_writer
from legation.app.cases.seconds import settled_by
from legation.app.cases.shared import shared_case, standing_row, versions_of
from legation.app.cases.subjects import by_id
from legation.app.noticing import tell_seconds
from legation.errors import DeniedError, LegationError, RecordError
from legation.safeguards.cases.attribution.naming import Attributed
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of, with_entry
from legation.safeguards.cases.deciding.bodies import Decision
from legation.safeguards.cases.entries import Entry, tag_of
from legation.safeguards.cases.facts import Opened
from legation.safeguards.cases.objects import (
    SHARED,
    Stated,
    case_id,
    entry_id,
    incident_of,
    note_of,
)
from legation.safeguards.cases.rules import verify_entry
from legation.stix.labels import Label
from legation.store.cases import CaseRow

if TYPE_CHECKING:
    from pathlib import Path

    from legation.app.scope import Scope
    from legation.rights.vault import Vault
    from legation.stix.tlp import Tlp

OPEN: Final = "case.open"
WRITE: Final = "case.write"
MOST_AT_ONCE: Final = 5_000
_STEP: Final = timedelta(milliseconds=1)


@final
class Filing:
    """Somebody who writes into cases.

    Args:
        scope: Who writes, into which store.
        evidence: The folder of captured files, to see that one is whole.
        book: What the desk judges its cases by.
        door: Where they write, when it is not the desk; the trail names it.
        at_hand: Gives what opens held names where nobody needs to be asked: then no entry may
            hold a name that is held sealed or was erased.
    """

    def __init__(
        self,
        scope: "Scope",
        evidence: "Path",
        book: Book,
        *,
        door: str = "",
        at_hand: "Callable[[], Vault | None] | None" = None,
    ) -> None:
        """Read who the desk is, and nothing else yet."""
        from legation.app.home import author_of

        self._scope = scope
        self._store = scope.store
        self._evidence = evidence
        self._book = book
        self._door = door
        self._actor = scope.reader.actor
        self._at_hand = at_hand
        self._author = author_of(scope.store)
        self._docket = Docket(scope)

    def open(self, bodies: Sequence[Body], tlp: "Tlp | None" = None) -> CaseRow:
        """Open a case.

        Args:
            bodies: What is stated of it; the first one is `Opened`.
            tlp: Its level, where it is stricter than the desk's own.

        Raises:
            RecordError: A part of it cannot be so; nothing was written.
        """
        first = bodies[0] if bodies else None
        if not isinstance(first, Opened):
            raise RecordError(
                "a case begins with what it is about", place="", hint="give its title and type"
            )
        now = self._scope.now()
        label = Label(tlp=max(self._scope.marking, tlp or self._scope.marking))
        with self._store.transaction():
            place = self._store.cases.next_place(now.year)
            number = f"{now.year}-{place:04}"
            object_id = case_id(self._author, number)
            case = self._fitting(case_of(number, object_id, ()), bodies, now)
            self._put(case, case.entries, label)
            self._put_incident(case, None, label)
            self._store.cases.open(
                object_id, number, entry_id(object_id, 1), standing_row(case), now
            )
            self._note(OPEN, case, case.entries)
        return self._docket.row(object_id)

    def add(
        self,
        name: str,
        bodies: Sequence[Body],
        *,
        corrects: int | None = None,
        tlp: "Tlp | None" = None,
    ) -> tuple[Entry, ...]:
        """Write entries into a case; return them.

        Args:
            name: Number or id of the case.
            bodies: What is stated.
            corrects: Number of the entry in whose place the first of them stands.
            tlp: Their level, where they are for fewer people than the case.

        Raises:
            NotFoundError: For this reader there is no such case.
            RecordError: A part of it cannot be so; nothing was written.
            ConflictError: It does not fit what stands there, or somebody wrote at the same time.
        """
        now = self._scope.now()
        with self._store.transaction():
            before = self._docket.case(name)
            last = self._store.cases.entries(before.id)
            whole = self._whole(before, last)
            after = self._fitting(before, bodies, now, last=last, corrects=corrects, whole=whole)
            written = tuple(one for one in after.entries if one.number > last)
            label = self._store.labels.in_force([before.id])[before.id]
            stated = label if tlp is None else label.joined(Label(tlp=tlp))
            self._put(after, written, stated)
            if corrects is not None or any(isinstance(one, SHARED) for one in bodies):
                self._restate(before.id, before.number, now)
            else:
                self._store.cases.touch(before.id, after.entries[-1].number, now)
            self._note(WRITE, after, written)
            self._tell(after, written)
        return written

    def _fitting(
        self,
        case: Case,
        bodies: Sequence[Body],
        now: datetime,
        *,
        last: int = 0,
        corrects: int | None = None,
        whole: Case | None = None,
    ) -> Case:
        """Return a case with what comes, once all of it fits; each is judged after the others.

        Args:
            case: As its writer may know it.
            bodies: What comes.
            now: The clock.
            last: Number of its last entry.
            corrects: Number of the entry in whose place the first of them stands.
            whole: The case with what its writer may not know; None where they know all.
        """
        if len(bodies) > MOST_AT_ONCE:
            raise RecordError(
                f"there are more than {MOST_AT_ONCE} entries at once",
                place="",
                hint="write them in several parts",
            )
        person = verify_writer(self._scope)
        for place, given in enumerate(bodies):
            body = by_id(self._scope, given)
            entry = Entry(
                number=last + place + 1,
                author=self._actor,
                written=now,
                body=body,
                corrects=corrects if place == 0 else None,
            )
            try:
                verify_hand(self._scope, entry, self._book, case, person=person)
                verify_entry(case, entry, self._book, now)
                verify_other_hand(entry, self._book, case, person=person)
                verify_grounds(self._scope, self._evidence, case, entry, self._at_hand)
            except LegationError as fault:
                if len(bodies) > 1 and isinstance(fault, RecordError):
                    where = "/".join(part for part in (str(place + 1), fault.place) if part)
                    said = str(fault).removeprefix(f"{fault.place}: ")
                    raise RecordError(said, place=where, hint=fault.hint) from fault
                raise
            if whole is not None:
                self._verify_unseen(whole, entry, now, person=person)
                whole = with_entry(whole, entry)
            case = with_entry(case, entry)
        return case

    def _verify_unseen(self, whole: Case, entry: Entry, now: datetime, *, person: bool) -> None:
        """Require that nothing bars an entry which its writer may not know.

        Raises:
            DeniedError: Something does; it is not told what.
        """
        try:
            verify_hand(self._scope, entry, self._book, whole, person=person)
            verify_entry(whole, entry, self._book, now)
            verify_other_hand(entry, self._book, whole, person=person)
        except LegationError:
            raise DeniedError(
                "this is barred by what you may not know of this case",
                hint="ask whoever knows all of it",
            ) from None

    def _whole(self, case: Case, last: int) -> Case | None:
        """Return a case with what its reader may not know; None where they know all of it."""
        if len(case.entries) == last:
            return None
        every = versions_of(self._store.objects, case.id, self._author)
        return case_of(case.number, case.id, (entry for entry, _ in every))

    def _put(self, case: Case, entries: Sequence[Entry], label: Label) -> None:
        from legation.stix.codec import encode_object

        self._store.objects.put_many(
            encode_object(
                note_of(case.id, one, self._stated(one.written, None, stricter(one.body, label)))
            )
            for one in entries
        )
        ids = [entry_id(case.id, one.number) for one in entries]
        if len(self._scope.objects.get_many(ids)) < len(ids):
            raise DeniedError(
                "you may not know what you would write: it is for fewer people",
                hint="let somebody write it who may know it",
            )

    def _restate(self, object_id: str, number: str, now: datetime) -> None:
        """Draw the incident and the row anew from what all who know the case may know."""
        case, last, label = shared_case(self._store, self._author, object_id, number)
        self._put_incident(case, self._store.objects.get(object_id).value(), label)
        self._store.cases.stand(object_id, standing_row(case, last), now)

    def _put_incident(
        self, case: Case, before: "Mapping[str, object] | None", label: Label
    ) -> None:
        from legation.stix.codec import encode_object

        thing = incident_of(case, self._stated(self._scope.now(), before, label))
        raw = encode_object(thing)
        if before is None or _told(raw) != _told_of(before):
            self._store.objects.put(raw)

    def _stated(self, now: datetime, before: "Mapping[str, object] | None", label: Label) -> Stated:
        if before is None:
            return Stated(author=self._author, created=now, modified=now, label=label)
        created, last = (
            datetime.fromisoformat(str(before[name])) for name in ("created", "modified")
        )
        # A clock may stand still or be put back; a later version is later all the same.
        return Stated(
            author=self._author, created=created, modified=max(now, last + _STEP), label=label
        )

    def _tell(self, case: Case, entries: Sequence[Entry]) -> None:
        """Tell those who could be the second person what waits, and settle what waits no more."""
        for one in entries:
            if isinstance(one.body, Attributed | Decision):
                kind = "case.attribution" if isinstance(one.body, Attributed) else "case.decision"
                entry = entry_id(case.id, one.number)
                tell_seconds(self._store, kind, case.number, entry, one.author)
            for kind, number, people in settled_by(case, one):
                every = people or [one.person_id for one in self._store.roster.now().people]
                self._store.notices.settle(f"{kind} {entry_id(case.id, number)}", every)

    def _note(self, verb: str, case: Case, entries: Sequence[Entry]) -> None:
        """Tell the trail which entries came; what they say is told by nobody but the case."""
        self._scope.note(
            self._actor,
            verb,
            case.id,
            number=case.number,
            entries=[one.number for one in entries],
            kinds=sorted({tag_of(one.body) for one in entries}),
            **({"door": self._door} if self._door else {}),
        )


def _told(raw: bytes) -> dict[str, object]:
    import msgspec

    value: dict[str, object] = msgspec.json.decode(raw)
    return _told_of(value)


def _told_of(value: "Mapping[str, object]") -> dict[str, object]:
    return {name: part for name, part in value.items() if name not in ("created", "modified")}
