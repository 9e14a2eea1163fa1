"""People for whom an identity provider vouches: found, admitted, or refused with the reason.

Somebody is found by issuer and subject alone. Whoever the mapping file admits becomes a person
of the desk whose roles follow the provider's groups at each log-in; whoever the host added
and tied to a subject keeps the roles that the host gave. A disabled person stays so.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.access.noting import HOST, NOBODY, Trail
from legation.app.access.rules import PERSON
from legation.app.ending import end_jobs
from legation.errors import DeniedError
from legation.rights.roles import verbs_of
from legation.text.confusables import skeleton

if TYPE_CHECKING:
    from legation.app.access.admission import Client
    from legation.store.opening import Store
    from legation.store.people import Person
    from legation.store.provided import Vouched

PROVIDER: Final = "identity provider"
# Who stands in the trail and is no person.
_ACTORS: Final = (
    PROVIDER,
    HOST,
    NOBODY,
    "the desk",
    "the object itself",
    "demonstration",
    "doctor",
)
_LONGEST_NAME: Final = 70


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of somebody, in a token that was checked."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]


@final
class Vouching:
    """The people of one provider.

    Args:
        store: Where people are kept.
        now: The clock.
        client: The provider, and whom it lets in.
    """

    def __init__(self, store: "Store", now: Callable[[], datetime], client: "Client") -> None:
        """Know of nobody yet."""
        self._store = store
        self._client = client
        self._now = now
        self._trail = Trail(store, now)

    def person_id(self, claimed: Claimed) -> str:
        """Return who somebody is here; who is admitted for the first time is added.

        Raises:
            DeniedError: They are not admitted, or were disabled.
        """
        known = self._store.provided.find(claimed.issuer, claimed.subject)
        if known is None:
            return self._added(claimed)
        person = self._store.people.get(known.person_id)
        if person.disabled is not None:
            raise DeniedError("this person may not enter any more", hint="ask an administrator")
        if known.follows:
            self._follow(person, claimed)
        self._store.provided.note_use(known)
        return person.person_id

    def known(self, claimed: Claimed) -> "Vouched | None":
        """Return whom the provider means, when they are known; for the note of a refusal."""
        return self._store.provided.find(claimed.issuer, claimed.subject)

    def tie(self, name_or_id: str, subject: str) -> "Person":
        """Tie a person whom the host added to a subject of the provider.

        Raises:
            NotFoundError: There is nobody of that name.
            ConflictError: The subject is somebody's already.
        """
        from legation.store.provided import Vouched

        with self._store.transaction():
            person = self._store.people.get(name_or_id)
            self._store.provided.add(
                Vouched(
                    issuer=self._client.issuer,
                    subject=subject,
                    person_id=person.person_id,
                    follows=False,
                )
            )
            self._trail.note(HOST, "person.tie", person.person_id, issuer=self._client.issuer)
        return person

    def _added(self, claimed: Claimed) -> str:
        from legation.store.provided import Vouched

        roles = self._client.admission.roles_of(claimed.groups)
        with self._store.transaction():
            person = self._new_person(claimed, roles)
            self._store.provided.add(
                Vouched(
                    issuer=claimed.issuer,
                    subject=claimed.subject,
                    person_id=person.person_id,
                    follows=True,
                )
            )
            self._trail.note(
                PROVIDER, "person.add", person.person_id, roles=list(roles), issuer=claimed.issuer
            )
        return person.person_id

    def _new_person(self, claimed: Claimed, roles: tuple[str, ...]) -> "Person":
        # A name is no proof: whoever has that of somebody else here, or one that can be taken for
        # it, gets a mark beside it; whoever has that of no person at all gets another.
        name = " ".join(claimed.name.split())[:_LONGEST_NAME]
        mark = hashlib.sha256(f"{claimed.issuer}\n{claimed.subject}".encode()).hexdigest()[:6]
        likeness = _likeness(name)
        nameless = not likeness or not name.isprintable() or name.startswith(PERSON)
        if nameless or likeness in map(_likeness, _ACTORS):
            name = f"person {mark}"
        elif likeness in {_likeness(one.name) for one in self._store.people.every()}:
            name = f"{name} ({mark})"
        return self._store.people.add(f"{PERSON}{secrets.token_hex(8)}", name, roles)

    def _follow(self, person: "Person", claimed: Claimed) -> None:
        """Let the roles be those of the provider's groups as they stand now."""
        try:
            roles = self._client.admission.roles_of(claimed.groups)
        except DeniedError:
            self._put_out(person)
            raise
        if roles != person.roles:
            with self._store.transaction():
                lost = verbs_of(person.roles) - verbs_of(roles)
                end_jobs(self._store, self._now, person.person_id, by=PROVIDER, lost=lost)
                self._give(person, roles)

    def _put_out(self, person: "Person") -> None:
        """End all by which somebody could still see or do something here."""
        with self._store.transaction():
            self._store.sessions.end_all(person.person_id)
            end_jobs(self._store, self._now, person.person_id, by=PROVIDER)
            for token_id in self._store.tokens.revoke_all(person.person_id):
                self._trail.note(PROVIDER, "token.revoke", token_id)
            if person.roles:
                self._give(person, ())

    def _give(self, person: "Person", roles: tuple[str, ...]) -> None:
        self._store.people.set_roles(person.person_id, roles)
        detail = {"roles": list(roles), "before": list(person.roles)}
        self._trail.note(PROVIDER, "person.roles", person.person_id, **detail)


def _likeness(name: str) -> str:
    return "".join(skeleton(name).split())
