"""Waking: calls climb their ladder, drafts leave, digests are counted; by one process at a time.

The desk and `legation watch` both run it; a lease in the store says which of them does, and
ends by itself when its holder is killed. Each step is on disk before its effect, so what a
kill cut off is done again, and what may then be sent twice is told as that.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.duty import unable
from legation.errors import LegationError, NotFoundError
from legation.safeguards.duty import channels
from legation.safeguards.duty.hours import on_duty
from legation.safeguards.duty.ladder import Rung, ladder, next_rung
from legation.safeguards.duty.wording import Letter, call_letter

if TYPE_CHECKING:
    from legation.app.digests import Count
    from legation.app.home import Home
    from legation.safeguards.duty.outcome import Outcome
    from legation.store.calls import Call
    from legation.store.opening import Store
    from legation.store.outbox import Draft
    from legation.store.sendings import Sending

LEASE: Final = "waking"
# Longer than a try may take, and short enough to wait for after a kill.
_HOLDS: Final = timedelta(seconds=45)
_WAIT_S: Final = 1.0
_ROUNDS: Final = 3
_TRIES: Final = 6
_FIRST_WAIT: Final = timedelta(seconds=15)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_MUCH_LATER: Final = timedelta(days=36_500)
_log = logging.getLogger(__name__)
Send = Callable[..., "Outcome"]


@final
class Waker:
    """Wakes people for one home.

    Args:
        home: The home.
        count: Counts what a list shows somebody, for digests; None: this process sends none.
        send: Sends one letter by its channel.
    """

    def __init__(
        self, home: "Home", count: "Count | None" = None, send: Send = channels.send
    ) -> None:
        """Start nothing yet."""
        self._home = home
        self._settings = home.settings
        self._count = count
        self._send = send
        self._looked: dict[str, datetime] = {}
        self._holder = secrets.token_hex(8)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Waker":
        """Run in a thread of its own as long as the block."""
        self._thread = threading.Thread(target=self._run, name="waking")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop after the try that is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def round(self, store: "Store") -> bool:
        """Do all that is due; tell whether it was this process's turn.

        Where nothing waits nothing is written: a quiet desk must not wear out its disk.
        """
        if not self._waits(store):
            return True
        if not store.leases.take(LEASE, self._holder, _HOLDS):
            return False
        climbing = True
        while climbing and not self._stop.is_set():
            # A step that needs no answer leaves the next one due at once.
            while not self._stop.is_set() and (due := self._due(store)):
                for call in due:
                    self._climb(store, call.ref)
            if self._count is not None:
                from legation.app.digests import put_digests

                put_digests(self._home, store, self._count, self._looked)
            climbing = self._drain(store)
        store.leases.end(LEASE, self._holder)
        return True

    def _waits(self, store: "Store") -> bool:
        if self._due(store) or store.sendings.waits(self._holder):
            return True
        if self._count is None:
            return False
        from legation.app.digests import due_digests

        return bool(due_digests(self._home, store, self._looked))

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._home.store(sweep=False) as store:
                    while not self._stop.is_set():
                        self.round(store)
                        self._stop.wait(_WAIT_S)
            except LegationError as fault:
                _log.warning("waking waits: %s", fault)
                self._stop.wait(_WAIT_S)
            except Exception:  # noqa: BLE001 - a fault must not leave everybody asleep
                _log.exception("waking halts for a moment")
                self._stop.wait(_WAIT_S)

    def _due(self, store: "Store") -> "list[Call]":
        return store.calls.due(self._longest(), rounds=_ROUNDS)

    def _longest(self) -> timedelta:
        return timedelta(minutes=self._settings.wake_minutes + 1)

    def _climb(self, store: "Store", ref: str) -> None:
        """Take the next step of a call, and all that need no waiting for an answer."""
        now = self._home.now()
        with store.transaction():
            call = store.calls.get(ref)
            set_back = call.due > now + self._longest() and call.round <= _ROUNDS
            if call.state == "acknowledged" or (call.due > now and not set_back):
                return
            steps = store.calls.steps(ref)
            tried = [
                Rung(person_id=one.person_id, kind=one.kind, address=one.address, words=one.words)
                for one in steps
                if one.round == call.round
            ]
            rungs = rungs_of(self._home, store, call, now)
            rung = next_rung(rungs, tried)
            if rung is None:
                self._reached_nobody(store, call, now)
                return
            self._step(store, call, rung, len(steps) + 1)

    def _step(self, store: "Store", call: "Call", rung: Rung, number: int) -> None:
        from legation.store.calls import Step

        now = self._home.now()
        draft_id, due = "", now
        if rung.kind:
            letter = call_letter(
                self._settings,
                rung.kind,  # type: ignore[arg-type]  # barred in the ladder when it is no kind
                rung.address,
                ref=call.ref,
                urgency=call.urgency,
            )
            body = msgspec.json.encode(letter)
            key = f"{call.ref} {number}"
            draft_id = store.sendings.put(rung.kind, call.ref, body, key=key).draft_id
            due = now + timedelta(minutes=self._settings.wake_minutes)
        step = Step(
            ref=call.ref,
            number=number,
            round=call.round,
            person_id=rung.person_id,
            kind=rung.kind,
            address=rung.address,
            draft_id=draft_id,
            words=rung.words,
            at=now,
        )
        store.calls.step(step, due=due)
        detail = {"person": rung.person_id, "channel": rung.kind, "round": call.round}
        note(self._home, store, "duty.step", call.ref, detail | {"words": rung.words})

    def _reached_nobody(self, store: "Store", call: "Call", now: datetime) -> None:
        """Say loudly that a round passed without an answer; then begin again, some times."""
        from legation.app.noticing import ALARMED

        again = timedelta(minutes=self._settings.wake_minutes)
        store.calls.round_over(call.ref, due=now + (again if call.round < _ROUNDS else _MUCH_LATER))
        note(self._home, store, "duty.nobody", call.ref, {"round": call.round})
        lead = lead_of(self._home, store)
        store.notices.add(
            "duty.nobody",
            to=(*ALARMED, *([lead] if lead else [])),
            key=f"duty.nobody {call.ref}",
            object_id=call.object_id,
            subject=call.ref,
        )

    def _drain(self, store: "Store") -> bool:
        """Send what is due, calls first; tell whether something was given up, so a call goes on.

        A channel that was not reached is left alone for the round: it keeps no other one waiting.
        """
        given_up = False
        mute: set[str] = set()
        while not self._stop.is_set():
            if not store.leases.take(LEASE, self._holder, _HOLDS):
                return False
            taken = store.sendings.take(self._holder, besides=mute)
            if taken is None:
                return given_up
            over, reached = self._try(store, *taken)
            given_up |= over
            mute |= set() if reached else {taken[0].channel}
        return False

    def _try(self, store: "Store", draft: "Draft", sending: "Sending") -> tuple[bool, bool]:
        """Try a sending; tell whether it was given up, and whether its channel answered."""
        letter = msgspec.json.decode(draft.body, type=Letter)
        now = self._home.now()
        if sending.attempts > _TRIES:
            # It was under way whenever the program ended: what it does must not go on for ever.
            outcome_words, state = "the program ended each time while it was sent", "refused"
        else:
            outcome = self._send(self._settings, letter, draft.draft_id, now)
            outcome_words, state = outcome.words, outcome.state
        with store.transaction():
            detail = {"channel": letter.kind, "draft": draft.draft_id[:16], "outcome": state}
            if sending.doubled:
                detail["doubled"] = "possibly"
            note(self._home, store, "duty.send", draft.subject, detail)
            if state == "taken":
                store.sendings.sent(draft.draft_id, outcome_words)
                store.rota.note(letter.kind, letter.address)
                return False, True
            if store.calls.is_taken(draft.draft_id):
                # Somebody took the call while this was under way: nothing more leaves for it.
                store.sendings.failed(draft.draft_id, outcome_words, again=now)
                store.sendings.withdraw(draft.subject)
                return False, state == "refused"
            over = state == "refused" or sending.attempts >= _TRIES
            wait = min(_FIRST_WAIT * 2 ** (sending.attempts - 1), _LONGEST_WAIT)
            store.sendings.failed(
                draft.draft_id,
                outcome_words,
                again=None if over else now + wait,
                doubled=state == "unsure",
            )
            if over:
                store.rota.note(letter.kind, letter.address, outcome_words)
                store.calls.hurry(draft.draft_id)
            return over, state == "refused"


def rungs_of(home: "Home", store: "Store", call: "Call", now: datetime) -> list[Rung]:
    """Return the ladder of a call at this moment."""
    duty = on_duty(store.rota.between(now, now + timedelta(seconds=1)), now)
    lead = lead_of(home, store)
    people = list(dict.fromkeys([one.person_id for one in duty] + ([lead] if lead else [])))
    barred = {person: why for person in people if (why := _barred(home, store, call, person))}
    rungs = ladder(duty, lead, store.rota.channels(people), barred)
    return [_able(rung, home) for rung in rungs]


def lead_of(home: "Home", store: "Store") -> str:
    """Return the id of who leads; what the setting says when there is nobody of that name."""
    named = home.settings.duty_lead
    try:
        return store.people.get(named).person_id if named else ""
    except NotFoundError:
        return named


def note(
    home: "Home", store: "Store", verb: str, subject: str, detail: "Mapping[str, object]"
) -> None:
    """Write an act of the duty's own into the trail, in the transaction that is open."""
    from legation.store.audit import Event

    store.audit.append(
        Event(at=home.now(), actor="duty", verb=verb, subject=subject, detail=dict(detail))
    )


def _barred(home: "Home", store: "Store", call: "Call", person_id: str) -> str:
    """Say why somebody must not be woken for a call; empty when they may."""
    try:
        person = store.people.get(person_id)
    except NotFoundError:
        return "is not known"
    if why := unable(home.rules(store), person):
        return why
    if call.object_id and not home.rules(store).known(person.person_id, [call.object_id]):
        return "may not know of it"
    return ""


def _able(rung: Rung, home: "Home") -> Rung:
    """Return a rung, without its channel when the settings lack what it needs."""
    lack = rung.kind and channels.missing(rung.kind, home.settings)
    return Rung(person_id=rung.person_id, words=lack) if lack else rung
