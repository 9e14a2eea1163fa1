"""Four eyes: one person asks for an act and says why, another one decides, and it is done once.

Nobody approves what they asked for. A request is there only for who may know all that it tells
of; it lapses after seven days, when who asked is disabled, or when they could not ask for
it any more. Each half is in the audit trail. On the host, the command line stays the way
in need, and says there that it was taken.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, final

from legation.app.access.noting import Trail
from legation.app.acts import ACTS, Act
from legation.errors import ConflictError, DeniedError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from legation.app.access.entering import Guest
    from legation.app.access.rules import Rules
    from legation.app.jobs import Jobs
    from legation.rights.clearance import Clearance
    from legation.rights.roles import Verb
    from legation.store.decisions import Decisions, Request
    from legation.store.opening import Store
    from legation.store.people import Person
    from legation.store.roster import Roster

HOLDS: Final = timedelta(days=7)
THE_DESK: Final = "the desk"
_LEAST_REASON: Final = 10
_MOST: Final = 1000


@final
class Deciding:
    """Requests of one desk.

    Args:
        store: Where they are kept.
        rules: What each person may know and do.
        jobs: Where what was approved is carried out.
        now: The clock.
        acts: The acts that need two people.
    """

    def __init__(
        self,
        store: "Store",
        rules: "Rules",
        jobs: "Jobs",
        now: "Callable[[], datetime]",
        acts: Sequence[Act] = ACTS,
    ) -> None:
        """Read nothing yet."""
        self._store = store
        self._rules = rules
        self._jobs = jobs
        self._now = now
        self._acts = {act.name: act for act in acts}
        self._trail = Trail(store, now)

    def act(self, name: str) -> Act:
        """Return an act by name.

        Raises:
            NotFoundError: There is none.
        """
        if name not in self._acts:
            raise NotFoundError(f"no act {name!r:.70}", hint=f"there are: {', '.join(self._acts)}")
        return self._acts[name]

    def acts(self) -> dict[str, str]:
        """Return the title of each act by its name."""
        return {act.name: act.title for act in self._acts.values()}

    def ask(
        self,
        name: str,
        subject: str,
        title: str,
        given: dict[str, Any],
        *,
        guest: "Guest",
        reason: str,
        about: Iterable[str] = (),
    ) -> "Request":
        """Ask for an act.

        Args:
            name: Of the act.
            subject: What it is done to, for the trail.
            title: The act for a person, without the contents of anything.
            given: What carrying it out needs.
            guest: Who asks.
            reason: Why.
            about: Ids of the objects of which the request tells.

        Raises:
            NotFoundError: No room has this act, or one of the objects may not be known.
            DeniedError: They may not ask for it, or give no reason.
            StepUpError: The act asks for a passkey that was shown just now.
            ConflictError: It was asked for already.
        """
        act = self.act(name)
        if act.carry is None:
            raise NotFoundError(f"no room does {name!r} yet", hint="see the changelog")
        guest.require(act.ask)
        if act.proven:
            guest.require_proven(act.name)
        if sum(map(str.isalnum, reason)) < _LEAST_REASON:
            raise UsageError("no reason is given", hint="say why in a sentence")
        told = frozenset(about)
        if self._rules.known(guest.person_id, told) != told:
            raise NotFoundError("there is no such object", hint="check the id")
        self.sweep(guest.roster)
        with self._store.transaction():
            made = self._store.decisions.ask(
                name,
                subject,
                title,
                given,
                reason=reason,
                asked_by=guest.person_id,
                until=self._now() + HOLDS,
                about=told,
            )
            self._note("decision.ask", guest.person_id, made, reason=reason)
            asked = self._deciders(name, guest.person_id, told, None)
            self._tell("decision.asked", made, [person.person_id for person in asked])
        return made

    def waiting_for(self, guest: "Guest") -> "list[Request]":
        """Return the requests that wait and that somebody may decide on, the newest first."""
        self.sweep(guest.roster)
        found = self._known(guest).find(state="waiting", acts=self._decided_by(guest), limit=_MOST)
        return [one for one in found if one.asked_by != guest.person_id]

    def seen_by(self, guest: "Guest", *, limit: int) -> "list[Request]":
        """Return the requests that somebody asked for or may decide on, the newest first."""
        self.sweep(guest.roster)
        acts = self._decided_by(guest)
        return self._known(guest).find(acts=acts, asked_by=guest.person_id, limit=limit)

    def get(self, request_id: str, guest: "Guest") -> "Request":
        """Return a request that somebody asked for or may decide on.

        Raises:
            NotFoundError: For them there is none of that id.
        """
        self.sweep(guest.roster)
        found = self._known(guest).get(request_id)
        if found.asked_by != guest.person_id and self.act(found.act).decide not in guest.verbs:
            raise NotFoundError(f"no request {request_id!r:.70}", hint="see the page Decisions")
        return found

    def approve(self, request_id: str, guest: "Guest", words: str = "") -> "Request":
        """Approve what another person asked for, and have it carried out, once.

        Raises:
            NotFoundError: For them there is none of that id.
            DeniedError: They asked for it themselves.
            StepUpError: The act asks for a passkey that was shown just now.
            ConflictError: It does not wait any more.
        """
        request = self._to_decide(request_id, guest)
        act = self.act(request.act)
        if act.carry is None:
            raise NotFoundError(f"no room does {act.name!r} yet", hint="see the changelog")
        with self._store.transaction():
            # The state changes first: of two who approve at once, the second has done nothing.
            self._store.decisions.decide(request_id, "approved", by=guest.person_id, words=words)
            job_id = act.carry(self._jobs, request)
            made = self._store.decisions.note_outcome(request_id, job_id)
            self._note("decision.approve", guest.person_id, made, words=words, job=job_id)
            self._tell("decision.ended", made, [made.asked_by])
        self._jobs.begin()
        return made

    def refuse(self, request_id: str, guest: "Guest", words: str = "") -> "Request":
        """Refuse what another person asked for.

        Raises:
            NotFoundError: For them there is none of that id.
            DeniedError: They asked for it themselves.
            ConflictError: It does not wait any more.
        """
        request = self._to_decide(request_id, guest)
        return self._end(request, "refused", guest.person_id, words)

    def withdraw(self, request_id: str, guest: "Guest") -> "Request":
        """Take back what one asked for oneself.

        Raises:
            NotFoundError: For them there is none of that id.
            DeniedError: Somebody else asked for it.
            ConflictError: It does not wait any more.
        """
        request = self.get(request_id, guest)
        if request.asked_by != guest.person_id:
            raise DeniedError("somebody else asked for this", hint="refuse it instead")
        return self._end(request, "withdrawn", guest.person_id, "")

    def who_could(
        self,
        name: str,
        asker: str,
        about: Iterable[str] = (),
        *,
        roster: "Roster | None" = None,
    ) -> list[str]:
        """Return the names of those who could decide on an act that somebody asks for.

        Somebody who has not enrolled yet cannot, unless a provider lets them in; nor who may not
        know what it tells of.
        """
        return [person.name for person in self._deciders(name, asker, about, roster)]

    def _deciders(
        self, name: str, asker: str, about: Iterable[str], roster: "Roster | None"
    ) -> "list[Person]":
        everybody = _Everybody(self._store, self._rules, roster)
        decide, told = self.act(name).decide, frozenset(about)
        able = [
            person
            for person in everybody.roster.people
            if person.person_id != asker and everybody.may(person.person_id, decide, told)
        ]
        whole = all(person.kit is not None for person in able)
        provided = frozenset() if whole else self._store.provided.people()
        return [one for one in able if one.kit is not None or one.person_id in provided]

    def who_could_decide(self, request: "Request", roster: "Roster | None" = None) -> list[str]:
        """Return the names of those who could decide on a request."""
        about = self._store.decisions.about([request.request_id])[request.request_id]
        return self.who_could(request.act, request.asked_by, about, roster=roster)

    def sweep(self, roster: "Roster | None" = None) -> None:
        """Let lapse what waited too long, or was asked for by who could not ask for it now.

        Args:
            roster: Everybody of the desk, where that was read already.
        """
        if not self._over(roster):
            return  # most pages find none, and cost no write
        with self._store.transaction():
            # What is written is judged by who is there now.
            for request, why in self._over(None):
                lapse(self._store, self._now, [request], by=THE_DESK, why=why)

    def _over(self, roster: "Roster | None") -> "list[tuple[Request, str]]":
        """Return the requests that wait and may not any longer, each with the reason."""
        waiting = self._store.decisions.find(state="waiting", limit=_MOST)
        if not waiting:
            return []
        about = self._store.decisions.about([one.request_id for one in waiting])
        everybody = _Everybody(self._store, self._rules, roster)
        found = []
        for one in waiting:
            told = frozenset(about[one.request_id])
            if one.until <= self._now():
                found.append((one, "nobody decided in time"))
            elif not everybody.may(one.asked_by, self.act(one.act).ask, told):
                found.append((one, "who asked may not ask for it any more"))
        return found

    def _decided_by(self, guest: "Guest") -> list[str]:
        return [act.name for act in self._acts.values() if act.decide in guest.verbs]

    def _to_decide(self, request_id: str, guest: "Guest") -> "Request":
        request = self.get(request_id, guest)
        act = self.act(request.act)
        if request.asked_by == guest.person_id:
            raise DeniedError(
                "nobody decides on what they asked for themselves",
                hint="another person decides; you can withdraw it",
            )
        guest.require(act.decide)
        if act.proven:
            guest.require_proven(act.name)
        if request.state != "waiting":
            raise ConflictError(f"this request is {request.state} already", hint="nothing is left")
        return request

    def _tell(self, kind: str, request: "Request", to: list[str]) -> None:
        """Tell people of a request: only those who may know all of it, and by name."""
        key = f"{kind} {request.request_id}"
        self._store.notices.add(kind, to=to, key=key, subject=request.request_id)

    def _end(
        self, request: "Request", state: Literal["refused", "withdrawn"], by: str, words: str
    ) -> "Request":
        verb = "decision.refuse" if state == "refused" else "decision.withdraw"
        with self._store.transaction():
            made = self._store.decisions.decide(request.request_id, state, by=by, words=words)
            self._note(verb, by, made, words=words)
            if state == "refused":
                self._tell("decision.ended", made, [made.asked_by])
        return made

    def _known(self, guest: "Guest") -> "Decisions":
        return self._store.decisions.as_read_by(_clearance(guest))

    def _note(self, verb: str, actor: str, request: "Request", **more: object) -> None:
        told = {"act": request.act, "of": request.subject, "asked_by": request.asked_by}
        self._trail.note(actor, verb, request.request_id, **told, **more)


class _Everybody:
    """Who may do what, asked of many people at once: what is known is asked once for each level."""

    def __init__(self, store: "Store", rules: "Rules", roster: "Roster | None") -> None:
        self.roster = roster or store.roster.now()
        self._store = store
        self._rules = rules
        self._known: dict[tuple[Clearance, frozenset[str]], bool] = {}

    def may(self, person_id: str, verb: "Verb", told: frozenset[str]) -> bool:
        """Tell whether somebody may do something that tells of objects; nobody disabled may."""
        try:
            reader = self._rules.reader(person_id, self.roster)
        except DeniedError:
            return False
        return verb in self._rules.verbs(reader) and self._knows(reader.clearance, told)

    def _knows(self, clearance: "Clearance", told: frozenset[str]) -> bool:
        key = (clearance, told)
        if key not in self._known:
            standing = self._store.objects.as_read_by(clearance).standing(told) if told else {}
            self._known[key] = standing.keys() == told
        return self._known[key]


def lapse(
    store: "Store",
    now: "Callable[[], datetime]",
    requests: "Iterable[Request]",
    *,
    by: str,
    why: str,
) -> None:
    """Let requests lapse, in the transaction that is open; the trail says why."""
    for request in requests:
        store.decisions.decide(request.request_id, "lapsed", by=by, words=why)
        told = {"act": request.act, "of": request.subject, "asked_by": request.asked_by}
        Trail(store, now).note(by, "decision.lapse", request.request_id, **told, why=why)


def _clearance(guest: "Guest") -> "Clearance":
    return guest.reader().clearance
