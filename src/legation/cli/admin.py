"""`legation admin`: the people of the desk, as the host decides it.

Who has the machine has the desk: these commands ask for no log-in, and each is in the audit
trail as done from the command line.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, table, tell

Whom = Annotated[str, Parameter(help="Name or id of a person.")]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One person, as `admin list` tells of them."""

    person_id: str
    name: str
    roles: tuple[str, ...]
    state: str
    created: datetime


def add(
    name: Annotated[str, Parameter(help="Name of the person.")],
    /,
    *,
    role: Annotated[list[str] | None, Parameter(help="A role; may be repeated.")] = None,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Add somebody, and print the link that lets them in.

    The link holds for 15 minutes, once. Roles: analyst, security officer, contact point, press,
    policy, legal, exercise lead, auditor, administrator.
    """
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register, address_of

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person, secret = Register(store, doors.now, HOST).add(name, role or ())
    answer(f"enrolment link: {address_of(place.settings, secret)}")
    tell(f"It lets in {person.name} ({', '.join(person.roles)}), for 15 minutes, once.")
    return 0


def listed(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the people, those who were disabled too."""
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register

    place = doors.home(home)
    place.require()
    with place.store() as store:
        every = [
            Listed(
                person_id=person.person_id,
                name=person.name,
                roles=person.roles,
                state=(
                    "disabled"
                    if person.disabled
                    else "not enrolled"
                    if not person.passkeys
                    else "enrolled"
                    if person.kit
                    else "without a confirmed kit"
                ),
                created=person.created,
            )
            for person in Register(store, doors.now, HOST).every()
        ]
    if as_json:
        answer_json(every)
    else:
        header = ("id", "name", "roles", "state", "since")
        rows = [
            (one.person_id, one.name, ", ".join(one.roles), one.state, f"{one.created:%Y-%m-%d}")
            for one in every
        ]
        answer(table(header, rows))
    return 0


def disable(whom: Whom, /, *, home: HomeFolder = None, doors: Lent) -> int:
    """Close the door to somebody, at once.

    Sessions end; passkey, link, codes and tokens hold no longer.
    It is for good: whoever comes back is added under a new name.
    """
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person = Register(store, doors.now, HOST).disable(whom)
    answer(f"disabled: {person.name}")
    return 0


def recover(whom: Whom, /, *, home: HomeFolder = None, doors: Lent) -> int:
    """Print a new enrolment link for somebody, and write that into the audit trail.

    The passkey and recovery kit that they had hold until the link is used.
    """
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register, address_of

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person, secret = Register(store, doors.now, HOST).recover(whom)
    answer(f"enrolment link: {address_of(place.settings, secret)}")
    tell(f"It lets in {person.name}, for 15 minutes, once; the trail tells that it was made.")
    return 0


def tie(
    whom: Whom,
    subject: Annotated[
        str, Parameter(help="What the identity provider calls them: the claim `sub`.")
    ],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Let somebody who was added here enter by the identity provider of the settings too.

    Their roles stay those that were given here; an administrator's hold by passkey only.
    """
    from legation.app.access.admission import read_client
    from legation.app.access.entering import Entrance
    from legation.errors import UsageError

    place = doors.home(home)
    place.require()
    client = read_client(place.settings)
    if client is None:
        raise UsageError(
            "the settings name no identity provider", hint="set oidc_issuer and oidc_client_id"
        )
    with place.store() as store:
        person = Entrance(store, doors.now).vouching(client).tie(whom, subject)
    answer(f"tied: {person.name} to {client.issuer}")
    return 0
