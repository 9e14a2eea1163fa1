"""Duty as people keep it: the rota, their channels, calls taken, shifts handed over.

Both doors come here. Each act is in the audit trail, in one transaction with what it changes;
addresses of people and the words of a hand-over are not in it.
"""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.errors import DeniedError, LegationError, UsageError
from legation.formats.rota import Plan, Planned, Rejected, read_rota, rejected_at
from legation.safeguards.duty import channels
from legation.safeguards.duty.hours import AHEAD, Overlap, Span, gaps, on_duty, overlaps
from legation.store.rota import Shift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from legation.app.access.rules import Rules
    from legation.app.home import Home
    from legation.rights.clearance import Clearance
    from legation.store.calls import Call
    from legation.store.opening import Store
    from legation.store.people import Person
    from legation.store.roster import Roster
    from legation.store.rota import Channel
    from legation.store.shift_log import Kind, ShiftEntry

_MOST_CHANNELS: Final = 10


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a rota's file."""

    added: int
    known: int
    removed: int
    rejected: tuple[Rejected, ...]


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """How the rota stands.

    Attributes:
        kept: Whether there is a rota at all.
        now: Shifts of this moment.
        gaps: Times of the next days in which nobody is on duty.
        overlaps: Shifts of one rank that meet.
        faults: Whom of the next days nothing reaches, and why.
    """

    kept: bool
    now: "tuple[Shift, ...]"
    gaps: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    faults: tuple[str, ...]


@final
class Duty:
    """The duty of one home.

    Args:
        home: The home.
        store: Its open store.
        actor: Who acts: a person's id, or the command line.
    """

    def __init__(self, home: "Home", store: "Store", actor: str) -> None:
        """Read nothing yet."""
        self._home = home
        self._store = store
        self._actor = actor

    def outlook(
        self,
        shifts: "Sequence[Shift] | None" = None,
        *,
        faults: bool = True,
        roster: "Roster | None" = None,
    ) -> Outlook:
        """Return how the next seven days stand.

        Args:
            shifts: From now on and as far at least, where they were read already.
            faults: Whether it is asked whom nothing reaches.
            roster: Everybody, where that was read already.
        """
        now = self._home.now()
        end = now + AHEAD
        ways = None
        if shifts is None:
            shifts, kept, ways = self._store.rota.ahead(now, end)
        else:
            kept = bool(shifts) or self._store.rota.is_kept()
        shifts = [one for one in shifts if one.starts < end]
        return Outlook(
            kept=kept,
            now=tuple(on_duty(shifts, now)),
            gaps=tuple(gaps(shifts, now, end)) if kept else (),
            overlaps=tuple(overlaps(shifts)),
            faults=tuple(self._faults([one.person_id for one in shifts], roster, ways))
            if kept and faults
            else (),
        )

    def shifts(self, *, days: int = 28) -> "list[Shift]":
        """Return the shifts from now on."""
        now = self._home.now()
        return self._store.rota.between(now, now + timedelta(days=days))

    def planned(
        self, shifts: "Sequence[Shift]", names: "Mapping[str, str] | None" = None
    ) -> list[Planned]:
        """Return shifts as files have them, with the names of people where they were read."""
        names = names or self._store.roster.now().names()
        return [
            Planned(
                person=names.get(one.person_id, one.person_id),
                starts=one.starts,
                ends=one.ends,
                zone=one.zone,
                rank=one.rank,
                place=one.shift_id,
            )
            for one in shifts
        ]

    def take_in(self, content: bytes, *, zone: str = "", replace: bool = False) -> Imported:
        """Take in a rota; good shifts of a bad file are kept.

        Args:
            content: The file, iCalendar or CSV.
            zone: Of times that state none.
            replace: Remove the shifts from the file's first start to its last end that are not
                in the file.

        Raises:
            BadInputError: It is no rota.
        """
        return self.enter(read_rota(content, zone=zone), replace=replace)

    def enter(self, plan: Plan, *, replace: bool = False) -> Imported:
        """Enter a rota that was read; see `take_in`."""
        rejected = list(plan.rejected)
        kept: set[str] = set()
        enabled = cache(self.enabled)  # a rota names few people many times
        new = removed = 0
        with self._store.transaction():
            for one in plan.shifts:
                try:
                    person = enabled(one.person)
                except LegationError as bad:
                    rejected.append(rejected_at(one.place, bad))
                    continue
                shift, is_new = self._store.rota.add(
                    person.person_id, one.starts, one.ends, zone=one.zone, rank=one.rank
                )
                kept.add(shift.shift_id)
                new += is_new
            if replace and kept:
                removed = self._remove_others(plan.shifts, kept)
            detail = {"added": new, "removed": removed, "rejected": len(rejected)}
            self.note("duty.import", "", detail)
        known = len(kept) - new
        return Imported(added=new, known=known, removed=removed, rejected=tuple(rejected))

    def remove(self, shift_id: str) -> None:
        """Take a shift out of the rota."""
        with self._store.transaction():
            shift = self._store.rota.get(shift_id)
            self._store.rota.remove(shift_id)
            self.note("duty.remove", shift_id, {"person": shift.person_id})

    def swap(self, first: str, second: str) -> None:
        """Let two people take each other's shift.

        Raises:
            NotFoundError: A shift does not stand in the rota.
            UsageError: Both are of one person.
        """
        with self._store.transaction():
            a, b = self._store.rota.get(first), self._store.rota.get(second)
            if a.person_id == b.person_id:
                raise UsageError("both shifts are of one person", hint="name one of somebody else")
            for old, person in ((a, b.person_id), (b, a.person_id)):
                self._store.rota.remove(old.shift_id)
                self._store.rota.add(person, old.starts, old.ends, zone=old.zone, rank=old.rank)
            self.note("duty.swap", first, {"with": second, "people": [a.person_id, b.person_id]})

    def set_channels(self, name_or_id: str, written: "Sequence[str]") -> "list[Channel]":
        """Give somebody their channels, in the order in which they are tried.

        Raises:
            UsageError: One is not understood, or there are too many.
        """
        ways = [channels.read_channel(one, self._home.settings) for one in written if one.strip()]
        if len(ways) > _MOST_CHANNELS:
            raise UsageError(f"more than {_MOST_CHANNELS} channels", hint="leave some out")
        with self._store.transaction():
            person = self.enabled(name_or_id)
            kept = self._store.rota.set_channels(person.person_id, ways)
            self.note("duty.channels", person.person_id, {"kinds": [kind for kind, _ in ways]})
            return kept

    def acknowledge(self, ref: str, name_or_id: str) -> "Call":
        """Take a call; on return it is on disk, and nothing more leaves for it.

        Raises:
            NotFoundError: There is no such call, or the person may not know of it.
            ConflictError: Somebody else has taken it.
        """
        with self._store.transaction():
            person = self.enabled(name_or_id)
            reader = self._home.reader(self._store, person.person_id).clearance
            before = self._store.calls.get(ref, reader)
            call = self._store.calls.acknowledge(before.ref, person.person_id)
            self._store.sendings.withdraw(call.ref)
            if before.state != "acknowledged":
                self.note("duty.acknowledge", call.ref, {"person": person.person_id})
            return call

    def write(
        self, name_or_id: str, kind: "Kind", words: str, *, objects: "Sequence[str]", to: str = ""
    ) -> "ShiftEntry":
        """Write into the log of shifts; a hand-over is told to whom it is for.

        Raises:
            NotFoundError: A person or an object is not known to whoever writes.
            UsageError: It says nothing, or is handed to nobody or to oneself.
            DeniedError: Whoever takes over may not know all that it tells of.
        """
        with self._store.transaction():
            person = self.enabled(name_or_id)
            receiver = self._receiver(person, kind, to)
            cleared = self._home.reader(self._store, person.person_id).clearance
            known = self._store.objects.as_read_by(cleared)
            for object_id in objects:
                known.get(object_id)
            entry = self._store.shift_log.add(
                kind,
                words,
                person_id=person.person_id,
                tlp=int(self._home.marking),
                object_ids=objects,
                to=receiver,
            )
            self.note(f"shift.{kind}", str(entry.seq), {"to": receiver} if receiver else {})
            if receiver:
                self._require_seen(entry, receiver)
                self._store.notices.add(
                    "duty.handover",
                    to=(receiver,),
                    key=f"duty.handover {entry.seq}",
                    subject=str(entry.seq),
                )
            return entry

    def take_over(self, seq: int, name_or_id: str) -> "ShiftEntry":
        """Take a shift that was handed over.

        Raises:
            NotFoundError: There is no such hand-over.
            DeniedError: It was handed to somebody else.
            ConflictError: It was taken before.
        """
        with self._store.transaction():
            person = self.enabled(name_or_id)
            taker, tlp = person.person_id, int(self._home.marking)
            entry = self._store.shift_log.take(seq, person_id=taker, tlp=tlp)
            self.note("shift.taken", str(seq), {"entry": entry.seq})
            return entry

    def _receiver(self, person: "Person", kind: str, to: str) -> str:
        if kind != "handover":
            return ""
        if not to:
            raise UsageError("a shift is handed to somebody", hint="name who takes it")
        receiver = self.enabled(to)
        if receiver.person_id == person.person_id:
            raise UsageError("nobody hands over to themselves", hint="name who takes it")
        return receiver.person_id

    def _require_seen(self, entry: "ShiftEntry", receiver: str) -> None:
        """Refuse what whoever takes over would never see: the shift would be nobody's."""
        cleared = self._home.reader(self._store, receiver).clearance
        seen = self._store.shift_log.as_read_by(cleared).waiting()
        if entry.seq not in {each.seq for each in seen}:
            raise DeniedError(
                "who takes over may not know all that this tells of, and would not see it",
                hint="name somebody else, or leave out the objects that are for fewer people",
            )

    def enabled(self, name_or_id: str) -> "Person":
        """Return somebody who takes calls.

        Raises:
            NotFoundError: Nobody has that name.
            DeniedError: They take no calls.
        """
        person = self._store.people.get(name_or_id)
        if why := unable(self._home.rules(self._store), person):
            raise DeniedError(f"{person.name} {why}", hint="name somebody else")
        return person

    def _remove_others(self, planned: "Sequence[Planned]", kept: set[str]) -> int:
        start, end = min(one.starts for one in planned), max(one.ends for one in planned)
        there = self._store.rota.between(start, end)
        others = [one for one in there if one.shift_id not in kept and one.starts >= start]
        for one in others:
            self._store.rota.remove(one.shift_id)
        return len(others)

    def _faults(
        self, on: "Sequence[str]", roster: "Roster | None", known_ways: "Sequence[Channel] | None"
    ) -> list[str]:
        """Say whom nothing would reach, and why.

        Args:
            on: Who has a shift.
            roster: Everybody, where that was read already.
            known_ways: The channels of who has a shift, likewise.
        """
        roster = roster or self._store.roster.now()
        every = roster.people
        known = {one.name: one for one in every} | {one.person_id: one for one in every}
        lead = self._home.settings.duty_lead
        meant = dict.fromkeys([*on, *([lead] if lead else [])])
        found = {known[each].person_id: known[each] for each in meant if each in known}
        ways: dict[str, list[Channel]] = {person_id: [] for person_id in found}
        if known_ways is None or not found.keys() <= set(on):  # who leads need have no shift
            known_ways = self._store.rota.channels(list(found))
        for way in known_ways:
            if way.person_id in ways:
                ways[way.person_id].append(way)
        said = [f"{each}: nobody has that name" for each in meant if each not in known]
        rules = self._home.rules(self._store)
        for person_id, person in found.items():
            why = unable(rules, person, rules.clearance(person_id, roster))
            faults = [why] if why else self._faults_of(ways[person_id])
            said += [f"{person.name}: {fault}" for fault in faults]
        return said

    def _faults_of(self, ways: "Sequence[Channel]") -> list[str]:
        lacking = [
            lack for way in ways if (lack := channels.missing(way.kind, self._home.settings))
        ]
        dead = [f"{way.kind} is dead: {way.fault}" for way in ways if way.is_dead]
        return [*dict.fromkeys([*lacking, *dead])] if ways else ["has no channel"]

    def note(self, verb: str, subject: str, detail: "Mapping[str, object]") -> None:
        """Write into the trail what was done."""
        from legation.store.audit import Event

        self._store.audit.append(
            Event(
                at=self._home.now(),
                actor=self._actor,
                verb=verb,
                subject=subject,
                detail=dict(detail),
            )
        )


def unable(rules: "Rules", person: "Person", clearance: "Clearance | None" = None) -> str:
    """Say why somebody could not take a call; empty when they could.

    Args:
        rules: Who may do what.
        person: Who.
        clearance: What they hold, where it was read already.
    """
    from legation.rights.clearance import Reader

    if person.disabled is not None:
        return "may not enter the desk any more"
    held = clearance or rules.clearance(person.person_id)
    roles = frozenset(person.roles)
    reader = Reader(actor=person.person_id, roles=roles, clearance=held)
    if "duty.act" not in rules.verbs(reader):
        return "has no role that takes calls"
    return ""
