"""What the desk shows and changes of waking: notices, duty, the log of shifts, digests.

All is asked for somebody: what they may not know is in no list, no count and on no badge.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

import msgspec

from legation.app.digests import ask_digest
from legation.app.duty import Duty, Outlook, unable
from legation.app.kept import Leaving, finding
from legation.app.libraries import reader_of
from legation.app.marking import kept_label, refuse_unproven
from legation.app.shifts import Shifts
from legation.desk.counting import count_list
from legation.desk.notice_lines import place_told
from legation.desk.reading import Download
from legation.errors import LegationError, NotFoundError
from legation.formats.marked import mark, marking_of
from legation.safeguards.duty.wording import trial_letter
from legation.stix.labels import Label, all_joined
from legation.store.calls import Call
from legation.store.notices import Addressee, KnownNotices, Notice
from legation.store.statements import OF_COPIES, OF_DRAFTS

if TYPE_CHECKING:
    from legation.app.access.entering import Guest
    from legation.app.home import Home
    from legation.app.scope import Scope
    from legation.rights.clearance import Reader
    from legation.store.calls import Step
    from legation.store.digests import Digest
    from legation.store.opening import Store
    from legation.store.people import Person
    from legation.store.roster import Roster
    from legation.store.sendings import Sending
    from legation.store.shift_log import KnownShiftLog, ShiftEntry

_T = TypeVar("_T")
# More is shown as "99+".
_MOST_COUNTED: Final = 100
_EVERY: Final = 10_000
_FINDING: Final = "campaign--"


class DutyToday(msgspec.Struct, frozen=True, kw_only=True):
    """What the first page says of the duty."""

    outlook: Outlook
    open: "tuple[Call, ...]"
    lost: "tuple[Call, ...]"


@final
class DeskWaking:
    """Waking, as the desk has it.

    Args:
        home: The home.
        store: Its open store, of the server's thread.
    """

    def __init__(self, home: "Home", store: "Store") -> None:
        """Read nothing yet."""
        self._home = home
        self._store = store

    def seen_by(self, guest: "Guest | None") -> "Bell | None":
        """Return what every page shows somebody; None before a log-in."""
        return Bell(self, guest) if guest is not None and guest.complete else None

    def notices(self, guest: "Guest") -> KnownNotices:
        """Return the notices that are for somebody."""
        reader = self.reader(guest)
        to = Addressee(person_id=guest.person_id, roles=guest.roles, cleared=reader.clearance)
        return self._store.notices.as_read_by(to)

    def reader(self, guest: "Guest") -> "Reader":
        """Return what somebody may know."""
        return reader_of(self._home, self._store, guest)

    def scope(self, guest: "Guest") -> "Scope":
        """Return somebody before the store, without the campaigns that a page lists."""
        return self._home.library_of(self._store, self.reader(guest)).scope()

    def place_of(self, notice: Notice, guest: "Guest") -> str:
        """Return the address of what a notice is about."""
        told = place_told(notice)
        return told or self.object_place(notice.object_id, guest) or "/notices"

    def object_place(self, object_id: str, guest: "Guest") -> str:
        """Return the address of an object's page; empty when it has none for somebody."""
        return self.object_places([object_id], guest)[object_id]

    def object_places(self, object_ids: Iterable[str], guest: "Guest") -> dict[str, str]:
        """Return the addresses of the pages of objects."""
        places = dict.fromkeys(object_ids, "")
        meant = [each for each in places if each.startswith(_FINDING)]
        if meant:
            known = self._store.objects.as_read_by(self.reader(guest).clearance)
            for object_id, version in known.get_many(meant).items():
                with suppress(KeyError):
                    campaign_id = finding(version.value()).campaign_id
                    places[object_id] = f"/campaign/{campaign_id}"
        return places

    def object_names(self, object_ids: Iterable[str], guest: "Guest") -> dict[str, str]:
        """Return the names of campaigns that somebody may know, by the ids of their objects."""
        meant = {each for each in object_ids if each.startswith(_FINDING)}
        known = self._store.objects.as_read_by(self.reader(guest).clearance)
        found = known.get_many(sorted(meant)) if meant else {}
        names: dict[str, str] = {}
        for object_id, version in found.items():
            with suppress(KeyError):
                names[object_id] = finding(version.value()).name
        return names

    def labels_told(self, notices: Iterable[Notice]) -> list[Label]:
        """Return the labels of the drafts and copies of statements of which notices tell."""
        some = [one for one in notices if one.subject.isdecimal()]
        drafts = [int(one.subject) for one in some if one.kind.startswith(OF_DRAFTS)]
        copies = [int(one.subject) for one in some if one.kind.startswith(OF_COPIES)]
        found = self._store.statements.labels(drafts)
        return [*found, *self._store.copies.labels(copies)]

    def label(
        self, object_ids: Iterable[str], *, own: bool = False, beside: Iterable[Label] = ()
    ) -> Label:
        """Return the label of what shows these objects; `own`: with the desk's level.

        Args:
            object_ids: Ids; empty ones are those of nothing.
            own: Whether the desk's own level counts.
            beside: Labels of what else is shown, and is no object.
        """
        label = kept_label(self._store, [each for each in object_ids if each])
        label = all_joined([label, *beside])
        return label.joined(Label(tlp=self._home.marking)) if own else label

    def marking(self, object_ids: Iterable[str], beside: Sequence[Label] = ()) -> str:
        """Return the same in words; empty when nothing is shown that has one."""
        ids = [each for each in object_ids if each]
        if not ids and not beside:
            return ""
        return self.label(ids, beside=beside).text(self._home.settings.ladder)

    def leave(
        self,
        guest: "Guest",
        verb: str,
        object_ids: Sequence[str],
        content: bytes,
        *,
        own: bool,
        beside: Sequence[Label] = (),
    ) -> Leaving:
        """Write into the trail that a file leaves, and return what it says of that.

        Raises:
            DeniedError: What it tells of may not leave by this person's hand.
            StepUpError: It is above AMBER, and no passkey was shown just now.
        """
        from legation.store.audit import Event

        labels = self._store.labels.in_force({each for each in object_ids if each})
        reader, label = self.reader(guest), self.label(object_ids, own=own, beside=beside)
        self._home.policies().require(reader, "campaign.export", [*labels.values(), *beside])
        refuse_unproven(reader, label, own=label.tlp)
        marking = marking_of(label, self._home.settings.ladder)
        level, at = marking.text, self._home.now()
        detail = {"sha256": hashlib.sha256(content).hexdigest(), "level": level}
        event = Event(at=at, actor=guest.person_id, verb=verb, subject="", detail=detail)
        self._store.audit.append(event)
        return Leaving(level=level, at=at, by=guest.person_id, tag=marking.tag)

    def hand_out(
        self,
        guest: "Guest",
        verb: str,
        object_ids: Sequence[str],
        made: Download,
        *,
        own: bool,
        beside: Sequence[Label] = (),
    ) -> Download:
        """Return a file under its label, once its leaving is in the trail; errors as `leave`."""
        label = self.label(object_ids, own=own, beside=beside)
        made = mark(made, marking_of(label, self._home.settings.ladder))
        self.leave(guest, verb, object_ids, made.content, own=own, beside=beside)
        return made

    def duty(self, guest: "Guest") -> Duty:
        """Return the duty, as somebody who acts on it."""
        return Duty(self._home, self._store, guest.person_id)

    def shifts(self, guest: "Guest") -> Shifts:
        """Return the single shifts, as somebody who types them."""
        return Shifts(self._home, self._store, guest.person_id)

    def everybody(self, guest: "Guest") -> "Roster":
        """Return all people of the desk, and what each holds."""
        return guest.roster or self._store.roster.now()

    def able(self, guest: "Guest") -> "list[Person]":
        """Return who may take calls."""
        rules, roster = self._home.rules(self._store), self.everybody(guest)
        return [
            one
            for one in roster.people
            if not unable(rules, one, rules.clearance(one.person_id, roster))
        ]

    def takers(self, guest: "Guest") -> "list[Person]":
        """Return to whom somebody can hand a shift over: the others who may take calls."""
        return [one for one in self.able(guest) if one.person_id != guest.person_id]

    def calls(
        self, guest: "Guest", *states: str, before: int | None = None, limit: int = 50
    ) -> "list[Call]":
        """Return the calls that somebody may know of."""
        cleared = self.reader(guest).clearance
        return self._store.calls.find(reader=cleared, states=states, before=before, limit=limit)

    def call(self, ref: str, guest: "Guest") -> "tuple[Call, list[Step], dict[str, Sending]]":
        """Return a call with what was tried, and how far each sending is."""
        call = self._store.calls.get(ref, self.reader(guest).clearance)
        sent = self._store.sendings.find(subject=call.ref, limit=1000)
        steps = self._store.calls.steps(call.ref)
        return call, steps, {one.draft_id: one for one in sent}

    def dead(self, guest: "Guest") -> "list[Sending]":
        """Return what was given up of calls that somebody may know of, the newest first."""
        found = self._store.sendings.find(state="dead", limit=50)
        if not found:
            return []
        cleared = self.reader(guest).clearance
        known = self._store.calls.known({one.subject for one in found}, cleared)
        return [one for one in found if one.subject in known]

    def channels(self, guest: "Guest") -> "list[Any]":
        """Return somebody's own channels."""
        return list(self._store.rota.channels([guest.person_id]))

    def try_channels(self, guest: "Guest") -> int:
        """Send a test to each of somebody's own channels; return to how many."""
        ways = self._store.rota.channels([guest.person_id])
        at = self._home.now().isoformat()
        with self._store.transaction():
            for way in ways:
                ref = hashlib.sha256(f"{guest.person_id} {at}".encode()).hexdigest()[:8].upper()
                letter = trial_letter(
                    self._home.settings,
                    way.kind,  # type: ignore[arg-type]  # checked when it was written
                    way.address,
                    ref=ref,
                )
                body = msgspec.json.encode(letter)
                key = f"{guest.person_id} {at} {way.place}"
                self._store.sendings.put(way.kind, f"test {ref}", body, key=key)
        return len(ways)

    def entries(
        self, guest: "Guest", *, before: int | None = None, limit: int = 50
    ) -> "list[ShiftEntry]":
        """Return the entries of the log of shifts that somebody may know, under their numbers."""
        known = self._shift_log(guest)
        return known.numbered(known.find(before=before, limit=limit))

    def handed(self, guest: "Guest") -> "list[ShiftEntry]":
        """Return the hand-overs that nobody has taken yet, under this reader's numbers."""
        known = self._shift_log(guest)
        return known.numbered(known.waiting())

    def take_over(self, guest: "Guest", number: int) -> None:
        """Take a shift that was handed over, by its number for whoever takes it."""
        seq = self._shift_log(guest).seq_of(number)
        self.duty(guest).take_over(seq, guest.person_id)

    def _shift_log(self, guest: "Guest") -> "KnownShiftLog":
        return self._store.shift_log.as_read_by(self.reader(guest).clearance)

    def object_ids(self, written: str, guest: "Guest") -> list[str]:
        """Return the objects that a person names, by STIX id or by the id of a campaign.

        Raises:
            NotFoundError: One is not there for them.
        """
        library = self._home.library_of(self._store, self.reader(guest))
        return [
            each if "--" in each else library.object_id(each.rpartition("/")[2])
            for each in written.split()
        ]

    def digests(self, guest: "Guest") -> "list[Digest]":
        """Return somebody's own digests."""
        return self._store.digests.find(person_id=guest.person_id)

    def digest(self, digest_id: str, guest: "Guest") -> "Digest":
        """Return one of them."""
        return self._store.digests.get(digest_id, person_id=guest.person_id)

    def ask_digest(self, given: dict[str, str], guest: "Guest") -> "Digest":
        """Write down a digest, switched off."""
        person = self._store.people.get(guest.person_id)
        return ask_digest(self._home, self._store, person, given, count_list)

    def change_digest(self, digest_id: str, act: str, guest: "Guest") -> None:
        """Switch a digest on or off, or remove it.

        Raises:
            NotFoundError: It is not theirs, or there is no such act.
        """
        self.digest(digest_id, guest)
        if act == "remove":
            self._store.digests.remove(digest_id)
        elif act in ("on", "off"):
            self._store.digests.switch(digest_id, sends=act == "on")
        else:
            raise NotFoundError(f"a digest cannot be {act!r:.20}", hint="go back to your digests")

    def now(self) -> Any:
        """Return the time."""
        return self._home.now()


@final
class Bell:
    """What every page shows somebody; a page must not fail because of it."""

    def __init__(self, waking: DeskWaking, guest: "Guest") -> None:
        """Ask nothing yet."""
        self._waking = waking
        self._guest = guest

    def unread(self) -> int | None:
        """Return how many notices were not read, up to 100; None when it cannot be told now."""
        return _tried(
            lambda: self._waking.notices(self._guest).count(unread=True, most=_MOST_COUNTED)
        )

    def today(self) -> DutyToday | None:
        """Return what the first page says of the duty; None for who has no part in it."""
        if "duty.read" not in self._guest.verbs:
            return None
        return _tried(self._today)

    def _today(self) -> DutyToday:
        calls = self._waking.calls(self._guest, "open", "nobody")
        return DutyToday(
            outlook=self._waking.duty(self._guest).outlook(
                roster=self._waking.everybody(self._guest)
            ),
            open=tuple(one for one in calls if one.state == "open"),
            lost=tuple(one for one in calls if one.state == "nobody"),
        )


def _tried(ask: Callable[[], _T]) -> _T | None:
    try:
        return ask()
    except LegationError:
        return None
