"""People of the desk: added, listed, disabled, and let in again by a fresh link.

An enrolment link is a secret of 256 bits behind the `#` of an address, where no server and no
proxy logs it. It holds for 15 minutes and once; the store keeps its hash.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

from legation.app.access.noting import Trail
from legation.app.access.rules import PERSON
from legation.errors import DeniedError, UsageError
from legation.rights.roles import read_roles, verbs_of

if TYPE_CHECKING:
    from legation.settings import Settings
    from legation.store.opening import Store
    from legation.store.people import Person

LINK_HOLDS: Final = timedelta(minutes=15)
_LONGEST_NAME: Final = 80
_MOST: Final = 1000
_LEAST_REASON: Final = 10


@final
class Register:
    """The people of one desk.

    Args:
        store: Where they are kept.
        now: The clock.
        actor: Who acts: the command line, or a person's id.
    """

    def __init__(self, store: "Store", now: Callable[[], datetime], actor: str) -> None:
        """Stand for the people; nothing is read yet."""
        self._store = store
        self._now = now
        self._actor = actor
        self._trail = Trail(store, now)

    def every(self) -> "list[Person]":
        """Return all people, those who were disabled too."""
        return self._store.people.every()

    def add(self, name: str, roles: Collection[str]) -> "tuple[Person, str]":
        """Add somebody, and return them with the secret of their enrolment link.

        Raises:
            UsageError: The name is empty or too long, or a role is not known.
            ConflictError: Somebody has that name.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise UsageError(
                "a person needs a name", hint=f"give one of at most {_LONGEST_NAME} letters"
            )
        known = read_roles(roles)
        with self._store.transaction():
            person = self._store.people.add(f"{PERSON}{secrets.token_hex(8)}", name, known)
            self._trail.note(self._actor, "person.add", person.person_id, roles=list(known))
            return person, self._link(person, "enrolment.link")

    def recover(self, name_or_id: str) -> "tuple[Person, str]":
        """Return somebody with the secret of a fresh link; who uses it replaces what let them in.

        Raises:
            NotFoundError: There is nobody of that name.
            DeniedError: The person is disabled.
        """
        with self._store.transaction():
            person = self._store.people.get(name_or_id)
            if person.disabled is not None:
                raise DeniedError(
                    f"{person.name} is disabled", hint="add the person again, under a new name"
                )
            return person, self._link(person, "recovery.link")

    def disable(self, name_or_id: str) -> "Person":
        """Close the door to somebody, at once; sessions end, tokens and links hold no longer.

        Raises:
            NotFoundError: There is nobody of that name.
            DeniedError: People cannot disable themselves.
        """
        from legation.app.deciding import lapse
        from legation.app.ending import end_jobs

        with self._store.transaction():
            person = self._store.people.get(name_or_id)
            if person.person_id == self._actor:
                raise DeniedError(
                    "nobody disables themselves", hint="ask another administrator, or the host"
                )
            if person.disabled is None:
                self._store.people.disable(person.person_id)
                self._store.sessions.end_all(person.person_id)
                waiting = self._store.decisions.find(
                    state="waiting", asked_by=person.person_id, limit=_MOST
                )
                why = "who asked was disabled"
                lapse(self._store, self._now, waiting, by=self._actor, why=why)
                end_jobs(self._store, self._now, person.person_id, by=self._actor)
                self._trail.note(self._actor, "person.disable", person.person_id)
            return self._store.people.get(person.person_id)

    def change_roles(self, name_or_id: str, roles: Collection[str], reason: str) -> "Person":
        """Give somebody other roles, for a reason; their sessions end, so that none outlives them.

        Raises:
            NotFoundError: There is nobody of that name.
            UsageError: A role is not known, or nothing would change.
            DeniedError: It is oneself, the person is disabled, or no reason is given.
        """
        from legation.app.ending import end_jobs

        known = read_roles(roles)
        with self._store.transaction():
            person = self._store.people.get(name_or_id)
            if person.person_id == self._actor:
                raise DeniedError(
                    "nobody changes their own roles", hint="ask another administrator, or the host"
                )
            if person.disabled is not None:
                raise DeniedError(
                    f"{person.name} is disabled", hint="add the person again, under a new name"
                )
            if known == read_roles(person.roles):
                raise UsageError("nothing would change", hint="say what is to change")
            if sum(map(str.isalnum, reason)) < _LEAST_REASON:
                raise DeniedError(
                    f"this reason is too short: at least {_LEAST_REASON} letters",
                    hint="say why in a sentence",
                )
            self._store.people.set_roles(person.person_id, known)
            self._store.sessions.end_all(person.person_id)
            lost = verbs_of(person.roles) - verbs_of(known)
            end_jobs(self._store, self._now, person.person_id, by=self._actor, lost=lost)
            told = {"roles": list(known), "before": list(person.roles), "reason": reason}
            self._trail.note(self._actor, "person.roles", person.person_id, **told)
            return self._store.people.get(person.person_id)

    def _link(self, person: "Person", verb: str) -> str:
        from legation.crypto.codes import fingerprint, new_secret

        secret = new_secret()
        self._store.people.put_link(fingerprint(secret), person.person_id, self._now() + LINK_HOLDS)
        self._trail.note(self._actor, verb, person.person_id)
        return secret


def address_of(settings: "Settings", secret: str) -> str:
    """Return a link as it is opened in a browser."""
    if settings.desk_name:
        return f"https://{settings.desk_name}/enrol#{secret}"
    return f"http://localhost:{settings.desk_port}/enrol#{secret}"
