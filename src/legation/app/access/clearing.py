"""Giving and taking clearances: on the host all that exists, on the desk what one holds.

Nobody changes what they may know themselves, and nobody gives on the desk what they do not
hold: a compartment that an officer does not hold is not named to them, and stays as it is.
Each change has a reason, and stands in the register and in the audit trail.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.access.noting import Trail
from legation.app.access.rules import in_words
from legation.errors import DeniedError, UsageError
from legation.settings import LabelName
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp, level_named
from legation.store.clearances import ClearanceEntry, Held
from legation.store.people import Person

if TYPE_CHECKING:
    from legation.app.access.rules import Rules
    from legation.rights.clearance import Clearance
    from legation.store.opening import Store

_LEAST_REASON: Final = 10


class WantedClearance(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a clearance that are to change; None leaves a part as it is.

    Attributes:
        tlp: Highest TLP level, as the settings write it.
        pap: Highest PAP level likewise.
        level: Highest rung; empty for none.
        compartments: All compartments from now on.
        party: Their party; empty for none.
    """

    tlp: str | None = None
    pap: str | None = None
    level: str | None = None
    compartments: tuple[str, ...] | None = None
    party: str | None = None


class ClearanceShown(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's clearance, as far as an officer may see it.

    Attributes:
        person: Whose.
        held: What they hold, without compartments that the officer does not hold.
        by_settings: Whether nobody has said so far, and the settings hold.
        own: Whether it is the officer's own, which they cannot change.
        entries: How it came to be, the oldest first; a reason that might name what the officer does
            not hold is left out.
        tlp: Levels that the officer may give.
        pap: Levels likewise.
        levels: Rungs likewise, the lowest first.
        compartments: Compartments likewise.
        party: The officer's own party, the only one that they may give.
    """

    person: "Person"
    held: Held
    by_settings: bool
    own: bool
    entries: tuple[ClearanceEntry, ...]
    tlp: tuple[Tlp, ...]
    pap: tuple[Pap, ...]
    levels: tuple[str, ...]
    compartments: tuple[str, ...]
    party: str


@final
class Officer:
    """Gives and takes clearances.

    Args:
        store: Where clearances are kept.
        rules: What holds.
        now: The clock.
        actor: Who acts: the command line, or a person's id.
        own: What the actor holds and may give; None on the host, which may give all that exists.
    """

    def __init__(
        self,
        store: "Store",
        rules: "Rules",
        now: Callable[[], datetime],
        actor: str,
        *,
        own: "Clearance | None",
    ) -> None:
        """Change nothing yet."""
        self._rules = rules
        self._store = store
        self._settings = rules.settings
        self._actor = actor
        self._own = own
        self._trail = Trail(store, now)

    def shown(self, name_or_id: str) -> ClearanceShown:
        """Return what somebody may know, and what of it this actor may change.

        Raises:
            NotFoundError: There is nobody of that name.
        """
        person = self._store.people.get(name_or_id)
        past = self._store.clearances.history(person.person_id)
        own, ladder = self._own, self._settings.ladder
        held = self._visible(self._rules.held(person.person_id))
        return ClearanceShown(
            person=person,
            held=held,
            by_settings=not past,
            own=person.person_id == self._actor,
            entries=tuple(map(self._readable, past)),
            tlp=tuple(level for level in Tlp if own is None or level <= own.tlp),
            pap=tuple(level for level in Pap if own is None or level <= own.pap),
            levels=tuple(rung for rung in ladder if own is None or rung in own.levels),
            compartments=tuple(
                name
                # One that is held stays to be taken away, though the settings name it no more.
                for name in dict.fromkeys((*self._settings.compartments, *held.compartments))
                if own is None or name in own.compartments
            ),
            party="" if own is None else own.party,
        )

    def set(self, name_or_id: str, wanted: WantedClearance, reason: str) -> Held:
        """Put another clearance of somebody in force.

        Compartments that the actor does not hold stay as they are.

        Raises:
            NotFoundError: There is nobody of that name.
            UsageError: Nothing would change, or a name is not among the settings'.
            DeniedError: It is their own, no reason is given, or it is more than the actor holds.
        """
        with self._store.transaction():
            person = self._store.people.get(name_or_id)
            self._refuse_own(person)
            self._refuse_unheld(wanted)
            before = self._rules.held(person.person_id)
            held = self._with_unseen(_changed(before, wanted), before)
            self._refuse_unknown(held, before)
            if held == before and self._store.clearances.in_force(person.person_id) is not None:
                raise UsageError("nothing would change", hint="say what is to change")
            if sum(map(str.isalnum, reason)) < _LEAST_REASON:
                raise DeniedError(
                    f"this reason is too short: at least {_LEAST_REASON} letters"
                    if reason.strip()
                    else "a clearance is given for a reason, and none is given",
                    hint="say why in a sentence",
                )
            self._refuse_more(held, before)
            self._store.clearances.set(person.person_id, held, actor=self._actor, reason=reason)
            told = {"from": in_words(before), "to": in_words(held), "reason": reason}
            self._trail.note(self._actor, "clearance.set", person.person_id, **told)
            return held

    def _visible(self, held: Held) -> Held:
        if self._own is None:
            return held
        seen = tuple(name for name in held.compartments if name in self._own.compartments)
        return msgspec.structs.replace(held, compartments=seen)

    def _readable(self, entry: ClearanceEntry) -> ClearanceEntry:
        seen = self._visible(entry.held)
        reason = entry.reason if seen == entry.held else ""
        return msgspec.structs.replace(entry, held=seen, reason=reason)

    def _with_unseen(self, held: Held, before: Held) -> Held:
        """Return a clearance that keeps the compartments which the actor does not see."""
        unseen = {*before.compartments} - {*self._visible(before).compartments}
        return msgspec.structs.replace(
            held, compartments=tuple(sorted({*held.compartments} | unseen))
        )

    def _refuse_own(self, person: "Person") -> None:
        if person.person_id == self._actor:
            raise DeniedError(
                "nobody changes what they may know themselves",
                hint="ask another security officer, or the host: legation admin clearance",
            )

    def _refuse_unheld(self, wanted: WantedClearance) -> None:
        """Refuse a compartment that the actor is not in before anything is told of it or of them.

        Whether there is such a one, and whether the person is in it, would be an answer.
        """
        if self._own is not None and {*(wanted.compartments or ())} - {*self._own.compartments}:
            raise _beyond()

    def _refuse_unknown(self, held: Held, before: Held) -> None:
        """Refuse a name that no label could ask for, so that a slip gives nothing."""
        own = self._own
        known: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
            ("level", {held.level} - {"", before.level}, self._settings.ladder),
            (
                "compartment",
                {*held.compartments} - {*before.compartments},
                [
                    name
                    for name in self._settings.compartments
                    if own is None or name in own.compartments
                ],
            ),
        )
        for what, fresh, there in known:
            for name in sorted({*fresh} - {*there}):
                raise UsageError(
                    f"no {what} {name!r} in the settings",
                    hint=f"the settings name: {', '.join(there) or 'none yet'}",
                )
        if held.party != before.party and not _is_name(held.party):
            raise UsageError(f"{held.party!r:.70} is no party", hint="give its code")

    def _refuse_more(self, held: Held, before: Held) -> None:
        """Refuse to give what the actor does not hold: what they add must be theirs."""
        own = self._own
        if own is None:
            return
        new, old = self._rules.read(held), self._rules.read(before)
        more = (
            new.tlp > max(own.tlp, old.tlp),
            new.pap > max(own.pap, old.pap),
            not new.levels <= own.levels | old.levels,
            not new.compartments <= own.compartments | old.compartments,
            new.party not in ("", own.party, old.party),
        )
        if any(more):
            raise _beyond()


def _beyond() -> DeniedError:
    return DeniedError(
        "nobody gives what they do not hold",
        hint="ask a security officer who holds it, or the host: legation admin clearance",
    )


def _changed(before: Held, wanted: WantedClearance) -> Held:
    try:
        return msgspec.structs.replace(
            before,
            tlp=before.tlp if wanted.tlp is None else level_named(wanted.tlp),
            pap=before.pap if wanted.pap is None else Pap[wanted.pap.upper()],
            level=before.level if wanted.level is None else wanted.level,
            compartments=(
                before.compartments
                if wanted.compartments is None
                else tuple(sorted(set(wanted.compartments)))
            ),
            party=before.party if wanted.party is None else wanted.party,
        )
    except KeyError as unknown:
        raise UsageError(
            f"no level {unknown}", hint="TLP: clear to red; PAP: clear, green, amber, red"
        ) from unknown


def _is_name(text: str) -> bool:
    try:
        return text == "" or bool(msgspec.convert(text, LabelName))
    except msgspec.ValidationError:
        return False
