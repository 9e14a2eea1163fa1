"""What each person may know and do: settings, policies and the register of clearances joined.

Whoever acts for a person asks here who reads: the desk for each page, a job for who asked
for it, a notice before it is sent. A person without an entry in the register holds little, by
the settings `person_*`, until somebody decides; one who was disabled holds nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, final

from legation.errors import DeniedError, NotFoundError

if TYPE_CHECKING:
    from legation.rights.clearance import Clearance, Reader
    from legation.rights.policies import Policies
    from legation.rights.roles import Verb
    from legation.settings import Settings
    from legation.store.clearances import Held
    from legation.store.opening import Store
    from legation.store.roster import Roster

# With what the id of every person begins: such an id never stands for a door of the machine.
PERSON: Final = "p-"


@final
class Rules:
    """Who may know and do what in one home.

    Args:
        store: Where people and their clearances are kept.
        settings: What the machine and who has no entry hold, the ladder, which policies hold.

    Attributes:
        settings: Those settings.
    """

    def __init__(self, store: "Store", settings: "Settings") -> None:
        """Read nothing yet."""
        self._store = store
        self.settings = settings

    def policies(self) -> "Policies":
        """Return the policies that hold now: a replaced file is obeyed at once."""
        from legation.rights.policies import read_policies

        return read_policies(self.settings.policies)

    def reader(self, actor: str, roster: "Roster | None" = None) -> "Reader":
        """Return who reads: a person by their id, or whoever has this machine.

        Args:
            actor: Who.
            roster: Everybody, where that was read already.

        Raises:
            DeniedError: The person was disabled.
            UsageError: The settings name a level that is not on their ladder.
        """
        from legation.rights.clearance import Reader

        if not actor.startswith(PERSON):
            roles = frozenset(self.settings.reader_roles)
            return Reader(actor=actor, roles=roles, clearance=self.usual())
        try:
            person = roster.person(actor) if roster else self._store.people.by_id(actor)
        except NotFoundError:
            person = None
        if person is None:
            raise DeniedError("nobody has that id here", hint="ask as somebody else")
        if person.disabled is not None:
            raise DeniedError(f"{person.name} is disabled", hint="ask for it as somebody else")
        clearance = self.clearance(actor, roster)
        return Reader(actor=actor, roles=frozenset(person.roles), clearance=clearance)

    def clearance(self, person_id: str, roster: "Roster | None" = None) -> "Clearance":
        """Return what a person may know: their entry, or what is held before there is one.

        Args:
            person_id: Who.
            roster: Everybody, where that was read already.
        """
        if roster is None:
            held = self._store.clearances.in_force(person_id)
        else:
            held = roster.held.get(person_id)
        return self.read(self.undecided() if held is None else held)

    def usual(self) -> "Clearance":
        """Return what whoever has this machine may know."""
        return usual_clearance(self.settings)

    def undecided(self) -> "Held":
        """Return what a person holds of whom nobody has decided.

        TLP:AMBER and above are for those with a need to know, by the standard's own words; so
        are rungs and compartments. That somebody needs to know is said by a person, for a reason.
        """
        from legation.stix.labels import Pap
        from legation.stix.tlp import level_named
        from legation.store.clearances import Held

        given = self.settings
        return Held(
            tlp=level_named(given.person_tlp),
            pap=Pap[given.person_pap.upper()],
            party=given.reader_party,
        )

    def read(self, held: "Held") -> "Clearance":
        """Return what is held by what is written down.

        A rung that is not on the ladder any more is held by nobody, and none beneath it.
        """
        from legation.rights.clearance import Clearance

        ladder = self.settings.ladder
        return Clearance.up_to(
            held.level if held.level in ladder else "",
            ladder,
            tlp=held.tlp,
            pap=held.pap,
            compartments=held.compartments,
            party=held.party,
        )

    def held(self, person_id: str) -> "Held":
        """Return what a person holds, as it is written down or would be."""
        written = self._store.clearances.in_force(person_id)
        return self.undecided() if written is None else written

    def verbs(self, reader: "Reader") -> "frozenset[Verb]":
        """Return what somebody may do on the desk, by the policies that hold now.

        What is everybody's is everybody's who has a role: whom their provider put out has none.
        """
        if reader.actor.startswith(PERSON) and not reader.roles:
            return frozenset()
        return self.policies().verbs_of(reader)

    def known(self, actor: str, object_ids: Iterable[str]) -> frozenset[str]:
        """Return which of these objects somebody may know; for who may not enter, none.

        Whoever tells people of something (a notice, a digest, a push) asks this first.
        """
        try:
            reader = self.reader(actor)
        except DeniedError:
            return frozenset()
        if actor.startswith(PERSON) and not reader.roles:
            return frozenset()
        clearance = reader.clearance
        return frozenset(self._store.objects.as_read_by(clearance).standing(object_ids))


def usual_clearance(settings: "Settings") -> "Clearance":
    """Return what the settings give to whoever has this machine.

    Raises:
        UsageError: They name a level that is not on their ladder.
    """
    from legation.rights.clearance import Clearance
    from legation.stix.labels import Pap
    from legation.stix.tlp import level_named

    return Clearance.up_to(
        settings.reader_level,
        settings.ladder,
        tlp=level_named(settings.reader_tlp),
        pap=Pap[settings.reader_pap.upper()],
        compartments=settings.reader_compartments,
        party=settings.reader_party,
    )


def in_words(held: "Held") -> str:
    """Write a clearance as one line."""
    parts = [str(held.tlp), str(held.pap), held.level and f"up to {held.level}"]
    parts += [*held.compartments, held.party and f"party {held.party}"]
    return " · ".join(part for part in parts if part)
