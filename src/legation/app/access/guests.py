"""Who asks: a person at a browser, a program in their place, or whoever sees a demonstration.

A guest is worked out for each request, from the register, the policies and the session; it
says what they may do and know, and until when they have proved who they are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from legation.errors import DeniedError, StepUpError
from legation.rights.clearance import Clearance, Reader
from legation.rights.roles import Role, Verb, read_roles, require, verbs_of
from legation.store.roster import Roster
from legation.store.sessions import Visit

if TYPE_CHECKING:
    from legation.app.access.rules import Rules
    from legation.store.people import Person

# Who vouches for people from outside could be taken over; the desk itself must not go with it.
_BY_PASSKEY_ONLY: Final[Role] = "administrator"
# How long a passkey that was shown proves who sits there.
PROVEN: Final = timedelta(minutes=5)


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks.

    Attributes:
        person_id: As the audit trail names them.
        verbs: What they may do here: of a token, not more than it is for.
        complete: Whether a recovery kit was confirmed; until then nothing else is open.
        by: How they came in.
        clearance: What they may know, a token never more than its person; None in a
            demonstration, which has no people.
        proven: Until when their passkey, which they showed, proves who they are; see `as_of`.
        issuer: The identity provider that vouched for them; empty: their passkey did.
        may: The roles that may do what they asked for, by verb, to be named in a refusal.
        roster: Everybody of the desk as they stood when this guest was worked out; None where
            that was not read.
        visit: When they looked at the first page; None where that was not read, or never.
    """

    person_id: str
    name: str
    roles: tuple[Role, ...]
    verbs: frozenset[Verb]
    complete: bool = True
    by: Literal["session", "token", "demonstration"] = "session"
    clearance: Clearance | None = None
    proven: datetime | None = None
    issuer: str = ""
    may: Callable[[str], list[str]] = lambda _: []
    roster: Roster | None = None
    visit: Visit | None = None

    def require(self, verb: str) -> None:
        """Refuse what this guest may not do.

        Raises:
            DeniedError: They may not.
        """
        who = "this token" if self.by == "token" else f"the role {' and '.join(self.roles)}"
        if verb not in self.verbs:
            require(self.verbs, verb, who=who, may=self.may(verb))

    def require_proven(self, act: str) -> None:
        """Refuse an act for which somebody must have shown just now who they are.

        Raises:
            StepUpError: They have not.
        """
        if self.by == "session" and self.proven is None:
            raise StepUpError(
                f"show your passkey again before this ({act})",
                hint="what you asked for goes on once your passkey was shown",
            )
        if self.by == "token":
            raise StepUpError(
                f"no token may do this ({act})", hint="log in on the desk, and do it there"
            )

    def reader(self) -> Reader:
        """Return who reads, with what they may know.

        Raises:
            DeniedError: It is not known what they may know.
        """
        if self.clearance is None:
            raise DeniedError("it is not known what you may know", hint="log in again")
        return Reader(
            actor=self.person_id,
            roles=frozenset(self.roles),
            clearance=self.clearance,
            proven=self.proven is not None and self.by == "session",
        )

    def as_of(self, now: datetime) -> "Guest":
        """Return the same guest at a time: what proved who they are may not prove it any more."""
        # A clock that was set back must not make a proof longer.
        if self.proven is None or timedelta(0) <= self.proven - now <= PROVEN:
            return self
        return msgspec.structs.replace(self, proven=None)


def guest_of(
    person: "Person",
    rules: "Rules",
    most: Clearance | None = None,
    *,
    issuer: str = "",
    roster: Roster | None = None,
) -> Guest:
    """Return a person as they stand in the desk.

    Args:
        person: Who.
        rules: What they may know and do.
        most: What they may know at most in this way in; None for no such bound.
        issuer: The provider that vouched for them; empty: their passkey did.
        roster: Everybody of the desk, where it was read already.
    """
    # Whom their provider admits no longer has no role.
    roles = roles_through(issuer, read_roles(person.roles) if person.roles else ())
    clearance = rules.clearance(person.person_id, roster)
    if most is not None:
        clearance = clearance.bounded_by(most)
    reader = Reader(actor=person.person_id, roles=frozenset(roles), clearance=clearance)
    return Guest(
        person_id=person.person_id,
        name=person.name,
        roles=roles,
        verbs=rules.verbs(reader),
        # A kit recovers a passkey; whoever a provider vouches for has none to recover.
        complete=bool(issuer) or person.kit is not None,
        clearance=clearance,
        issuer=issuer,
        may=lambda verb: rules.policies().who_may(verb),
        roster=roster,
    )


def roles_through(issuer: str, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Return the roles that hold in a session which a provider vouched for.

    >>> roles_through("https://id.example", ("analyst", "administrator"))
    ('analyst',)
    """
    return tuple(role for role in roles if not issuer or role != _BY_PASSKEY_ONLY)


def demonstration_guest() -> Guest:
    """Return who looks at a demonstration: nobody in particular, who may read."""
    from legation.rights.policies import read_policies

    roles: tuple[Role, ...] = ("analyst",)
    return Guest(
        person_id="demonstration",
        name="Demo Analyst",
        roles=roles,
        verbs=verbs_of(roles),
        by="demonstration",
        may=lambda verb: read_policies("").who_may(verb),
    )
