"""People for tests: added, enrolled and signed in, without a browser."""

import secrets
from collections.abc import Callable
from datetime import datetime
from unittest import mock

from argon2 import PasswordHasher

from legation.app.access.entering import Entrance, Guest
from legation.app.access.people import Register
from legation.crypto import codes
from legation.rights.roles import Role
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.opening import Store
from legation.store.people import Passkey, Person

# Thousands of tests let people in, and what they test is not how dear a guess at a code is: that
# is in tests/crypto, by the hasher as it ships.
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOST = "command line"
ADDRESS = "127.0.0.1"
ALL = Held(tlp=Tlp.RED, pap=Pap.RED)


def a_passkey(person: Person, **changes: object) -> Passkey:
    """Return a passkey of somebody, whose key nobody has."""
    facts: dict[str, object] = {
        "credential_id": secrets.token_urlsafe(16),
        "person_id": person.person_id,
        "public_key": b"public key",
        "uses": 0,
    }
    return Passkey(**(facts | changes))  # type: ignore[arg-type]  # as the names say


def cleared(store: Store, person: Person, held: Held = ALL) -> None:
    """Let the host say what somebody may know."""
    store.clearances.set(person.person_id, held, actor=HOST, reason="works on everything here")


def enrolled(
    store: Store,
    now: Callable[[], datetime],
    name: str,
    *roles: Role,
    held: Held | None = ALL,
) -> str:
    """Add somebody, lead them through the door, and return the secret of their session.

    They are cleared up to TLP:RED and PAP:RED, for what else is given; None: nobody has decided.
    """
    person, link = Register(store, now, HOST).add(name, roles)
    if held is not None:
        cleared(store, person, held)
    entrance = Entrance(store, now)
    secret = entrance.enrol(link, a_passkey(person), ADDRESS)
    with mock.patch.object(codes, "_HASHER", _QUICK):
        kit = entrance.new_kit(entrance.guest(secret))
        entrance.confirm_kit(entrance.guest(secret), kit[0])
    return secret


def half_enrolled(
    store: Store, now: Callable[[], datetime], name: str, *roles: Role
) -> tuple[str, Guest]:
    """Do the same without the recovery kit; return the guest too."""
    person, link = Register(store, now, HOST).add(name, roles)
    cleared(store, person)
    entrance = Entrance(store, now)
    secret = entrance.enrol(link, a_passkey(person), ADDRESS)
    return secret, entrance.guest(secret)
