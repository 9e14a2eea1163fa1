"""What a person does at the door: enrol, confirm a recovery kit, log in, log out, recover.

The door of pages checks passkeys, which are a matter of browsers; here stands what
follows from it. Whoever has no confirmed recovery kit is let in for that alone.
"""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.access.guests import (
    PROVEN,
    Guest,
    demonstration_guest,
    guest_of,
    roles_through,
)
from legation.app.access.kits import Kits
from legation.app.access.noting import NOBODY, Trail
from legation.errors import DeniedError, NotFoundError
from legation.rights.roles import read_roles

if TYPE_CHECKING:
    from legation.app.access.admission import Client
    from legation.app.access.clearing import Officer
    from legation.app.access.keys import OwnKeys
    from legation.app.access.people import Register
    from legation.app.access.rules import Rules
    from legation.app.access.vouching import Vouching
    from legation.app.heads import SignedHead, Standing
    from legation.app.reports import Asked, Line
    from legation.formats.siem import AuditLine, Cursor
    from legation.store.opening import Store
    from legation.store.people import Passkey, Person

__all__ = ["Entrance", "Guest", "demonstration_guest", "guest_of"]

_PREFIX: Final = "lgn_"


@final
class Entrance:
    """The door of one desk, without the browser's side of it.

    Args:
        store: Where people, sessions and tokens are kept.
        now: The clock.
        rules: What each person may know and do; None: by the settings and policies as shipped.
    """

    def __init__(
        self, store: "Store", now: Callable[[], datetime], rules: "Rules | None" = None
    ) -> None:
        """Stand at the door; nothing is read yet."""
        from legation.app.access.rules import Rules
        from legation.settings import Settings

        self._store = store
        self._now = now
        self._rules = rules or Rules(store, Settings())
        self._trail = Trail(store, now)
        self._kits = Kits(store, self._trail)

    def nobody_yet(self) -> bool:
        """Tell whether no person was ever added."""
        return self._store.people.count() == 0

    def invited(self, link: str) -> "Person":
        """Return who may enrol with a link.

        Raises:
            NotFoundError: It does not hold.
            DeniedError: The person is disabled.
        """
        from legation.crypto.codes import fingerprint

        person = self._store.people.person_of_link(fingerprint(link))
        _refuse_disabled(person)
        return person

    def enrol(self, link: str, passkey: "Passkey", address: str) -> str:
        """Give the invited person a passkey, and return the secret of a session.

        Raises:
            NotFoundError: The link does not hold.
            ConflictError: The passkey is known already.
        """
        from legation.crypto.codes import fingerprint

        with self._store.transaction():
            person = self.invited(link)
            if passkey.person_id != person.person_id:
                raise DeniedError("this link is for somebody else", hint="open your own link")
            self._store.people.use_link(fingerprint(link))
            self._store.people.put_passkey(passkey)
            self._store.sessions.end_all(person.person_id)
            self._trail.note(person.person_id, "person.enrol", person.person_id, address=address)
            return self._session(person.person_id)

    def new_kit(self, guest: Guest) -> list[str]:
        """Make a recovery kit in place of the one before, and return its codes, this once.

        Raises:
            DeniedError: A kit is confirmed already.
        """
        if guest.complete:
            raise DeniedError(
                "your recovery kit is confirmed, and its codes are not shown again",
                hint="make a new one on the page Your keys; when all is lost, run: "
                "legation admin recover NAME",
            )
        return self._kits.offer(guest.person_id)

    def confirm_kit(self, guest: Guest, code: str) -> None:
        """Confirm that somebody has their kit, by one of its codes; the code stays good.

        Raises:
            DeniedError: It is none of theirs.
        """
        self._kits.confirm(guest.person_id, code)

    def recover(self, code: str, address: str) -> str:
        """Take a recovery code, once, and return the secret of an enrolment link.

        Raises:
            DeniedError: The code does not hold, or its person is disabled.
        """
        from legation.crypto.codes import parted

        person = self._store.people.get(self._kits.person_of(code))
        _refuse_disabled(person)
        with self._store.transaction():
            self._store.people.use_code(parted(code)[0])
            self._trail.note(person.person_id, "recovery.code", person.person_id, address=address)
            return self.register(person.person_id).recover(person.person_id)[1]

    def passkey(self, credential_id: str) -> "Passkey":
        """Return a passkey that somebody presents.

        Raises:
            NotFoundError: It is not known.
        """
        return self._store.people.passkey(credential_id)

    def log_in(self, passkey: "Passkey", uses: int, address: str, before: str | None) -> str:
        """Let in whose passkey held, and return the secret of a new session.

        Args:
            passkey: What they showed.
            uses: Where its counter stands now.
            address: Where they are.
            before: The secret of the session that the browser had, which ends.

        Raises:
            DeniedError: The person is disabled.
        """
        person = self._store.people.get(passkey.person_id)
        _refuse_disabled(person)
        with self._store.transaction():
            self._store.people.note_use(passkey.credential_id, uses)
            self._forget(before)
            self._trail.note(person.person_id, "session.begin", person.person_id, address=address)
            return self._session(person.person_id, proven=True)

    def prove(self, guest: Guest, secret: str, passkey: "Passkey", uses: int, address: str) -> None:
        """Note that who is signed in has shown their passkey again.

        Raises:
            DeniedError: The passkey is another person's.
        """
        from legation.crypto.codes import fingerprint

        if passkey.person_id != guest.person_id:
            raise DeniedError("this passkey is another person's", hint="show your own")
        with self._store.transaction():
            self._store.people.note_use(passkey.credential_id, uses)
            self._store.sessions.prove(fingerprint(secret))
            self._trail.note(guest.person_id, "session.prove", guest.person_id, address=address)

    def log_out(self, guest: Guest, secret: str) -> None:
        """End a session."""
        with self._store.transaction():
            self._forget(secret)
            self._trail.note(guest.person_id, "session.end", guest.person_id)

    def guest(self, secret: str, *, attended: bool = True) -> Guest:
        """Return who is signed in with a session's secret.

        Args:
            secret: Of the session.
            attended: False when a page asks by itself: that keeps no session alive.

        Raises:
            NotFoundError: Nobody is.
        """
        return self.guest_until(secret, attended=attended)[0]

    def guest_until(self, secret: str, *, attended: bool = True) -> tuple[Guest, datetime]:
        """Return the same, and until when it need not be asked again if nothing is written.

        Raises:
            NotFoundError: Nobody is signed in.
        """
        from legation.crypto.codes import fingerprint
        from legation.store.sessions import LONGEST, NOTED

        found = self._store.roster.of_session(fingerprint(secret), attended=attended)
        person, session, roster = found
        if person.disabled is not None:
            raise NotFoundError("nobody is signed in here", hint="log in")
        proven = session.proven and session.proven + PROVEN
        guest = guest_of(person, self._rules, issuer=session.issuer, roster=roster)
        guest = msgspec.structs.replace(guest, proven=proven, visit=session.visit)
        now, until = self._now(), min(session.begun + LONGEST, session.seen + NOTED)
        # What a passkey opens closes again at its own time.
        return guest.as_of(now), until if not proven or proven <= now else min(until, proven)

    def stamp(self) -> Hashable:
        """Return what differs when anything was written, or when other policies hold."""
        return self._store.stamp(), self._rules.policies()

    def vouched(
        self,
        person_id: str,
        issuer: str,
        *,
        address: str,
        before: str | None = None,
        proven: bool = False,
    ) -> str:
        """Let in for whom a provider vouches, and return the secret of a new session.

        Args:
            person_id: Whom it vouches for.
            issuer: The provider.
            address: Where they are.
            before: The secret of the session that the browser had, which ends.
            proven: Whether the provider asked them just now who they are.

        Raises:
            DeniedError: The person is disabled, or may enter by passkey only.
        """
        person = self._store.people.get(person_id)
        _refuse_disabled(person)
        if not roles_through(issuer, read_roles(person.roles)):
            raise DeniedError(
                "an administrator enters by passkey only", hint="log in with your passkey"
            )
        with self._store.transaction():
            self._forget(before)
            self._trail.note(person_id, "session.begin", person_id, address=address, issuer=issuer)
            return self._session(person_id, issuer, proven=proven)

    def person(self, guest: Guest) -> "Person":
        """Return who a guest is in the register."""
        return self._store.people.get(guest.person_id)

    def vouching(self, client: "Client") -> "Vouching":
        """Return the people for whom a provider vouches."""
        from legation.app.access.vouching import Vouching

        return Vouching(self._store, self._now, client)

    def keys(self, guest: Guest, secret: str) -> "OwnKeys":
        """Return the keys of somebody who is signed in."""
        from legation.app.access.keys import OwnKeys

        return OwnKeys(self._store, self._now, guest, secret)

    def token_guest(self, secret: str, route: str) -> Guest:
        """Return in whose place a program asks, and note the use.

        Raises:
            NotFoundError: The token does not hold.
            DeniedError: Its person is disabled.
        """
        from legation.app.access.tokens import carried
        from legation.crypto.codes import fingerprint

        if not secret.startswith(_PREFIX):
            raise NotFoundError("this is no token", hint=f"a token begins with {_PREFIX}")
        with self._store.transaction():
            token = self._store.tokens.use(fingerprint(secret))
            person = self._store.people.get(token.person_id)
            _refuse_disabled(person)
            self._trail.note(person.person_id, "token.use", token.token_id, route=route)
        guest = guest_of(person, self._rules, most=carried(token))
        return msgspec.structs.replace(
            guest, verbs=guest.verbs.intersection(token.scopes), complete=True, by="token"
        )

    def register(self, actor: str) -> "Register":
        """Return the people, as somebody who acts on them."""
        from legation.app.access.people import Register

        return Register(self._store, self._now, actor)

    def officer(self, guest: Guest) -> "Officer":
        """Return what people may know, as far as somebody may see and change it on the desk."""
        from legation.app.access.clearing import Officer

        own = guest.reader().clearance
        return Officer(self._store, self._rules, self._now, guest.person_id, own=own)

    def names(self) -> dict[str, str]:
        """Return the name of each person by id, for whoever reads the log."""
        return {person.person_id: person.name for person in self._store.people.every()}

    def report(
        self, guest: Guest, asked: "Asked", *, before: int | None, up: bool = False, limit: int
    ) -> "list[Line]":
        """Return what is asked of the audit trail, the newest entry first, or the oldest."""
        from legation.app.reports import as_known, lines

        found = lines(self._store, asked, before=before, up=up, limit=limit)
        return as_known(self._store, guest.reader().clearance, found)

    def every_line(
        self, guest: Guest, asked: "Asked", *, up: bool = False, most: int
    ) -> "list[Line]":
        """Return all that is asked of the trail, up to a number of entries."""
        from legation.app.reports import as_known, every_line

        found = list(every_line(self._store, asked, up=up, most=most))
        return as_known(self._store, guest.reader().clearance, found)

    def after(
        self, guest: Guest, cursor: "Cursor | None", *, since: date | None, limit: int
    ) -> "list[AuditLine]":
        """Return the entries of the trail that a SIEM does not have, the oldest first.

        Raises:
            ConflictError: The trail no longer has the last one that it has.
        """
        from legation.app.reports import after, as_known

        found = after(self._store, cursor, since=since, limit=limit)
        return as_known(self._store, guest.reader().clearance, found)

    def heads(self) -> "list[SignedHead]":
        """Return the signed heads of the trail, the oldest first."""
        from legation.app.heads import heads

        return heads(self._store)

    def standing(self) -> "Standing":
        """Tell how long ago a head was signed."""
        from legation.app.heads import standing

        return standing(self._store, self._now())

    def note_log_export(self, guest: Guest, asked: "Asked", kind: str, entries: int) -> None:
        """Note that a part of the trail leaves by somebody's hand."""
        from legation.app.reports import note_export

        by = (self._now(), guest.person_id)
        note_export(self._store, by, asked, kind=kind, entries=entries)

    def note_refusal(
        self, what: str, address: str, *, person_id: str = NOBODY, **more: object
    ) -> None:
        """Note that somebody was not let in; `what` says at which step."""
        self._trail.note(person_id, "session.refuse", person_id, step=what, address=address, **more)

    def note_denial(self, guest: Guest, verb: str, route: str, **more: str) -> None:
        """Note that somebody wanted what they may not."""
        self._trail.note(guest.person_id, "route.deny", verb, route=route, by=guest.by, **more)

    def _session(self, person_id: str, issuer: str = "", *, proven: bool = False) -> str:
        from legation.crypto.codes import fingerprint, new_secret

        secret = new_secret()
        self._store.sessions.begin(fingerprint(secret), person_id, issuer, proven=proven)
        return secret

    def _forget(self, secret: str | None) -> None:
        from legation.crypto.codes import fingerprint

        if secret is not None:
            self._store.sessions.end(fingerprint(secret))


def _refuse_disabled(person: "Person") -> None:
    if person.disabled is not None:
        raise DeniedError("this person may not enter any more", hint="ask an administrator")
