"""`legation admin`: the people of the desk, as the host decides it.

Who has the machine has the desk: these commands ask for no log-in, and each is in the audit
trail as done from the command line.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, table, tell, typed
from legation.settings import PapName, TlpName

if TYPE_CHECKING:
    from legation.settings import Settings

_NONE = "none"
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
    from legation.app.access.people import Register
    from legation.app.access.rules import in_words

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person, secret = Register(store, doors.now, HOST).add(name, role or ())
        held = in_words(place.rules(store).held(person.person_id))
    told = f"It lets in {person.name} ({', '.join(person.roles)})"
    hand_over(place.settings, secret, told, home)
    tell(f"They may know up to {held}, until somebody decides: see legation admin clearance")
    return 0


def hand_over(settings: "Settings", secret: str, whom: str, home: Path | None) -> None:
    """Print an enrolment link, and say what it takes to open it.

    Args:
        settings: Name and port of the desk.
        secret: What lets in.
        whom: Whom it lets in, as the begin of a sentence.
        home: The home that was given on the command line.
    """
    from legation.app.access.people import address_of

    answer(f"enrolment link: {address_of(settings, secret)}")
    tell(f"{whom}, for 15 minutes, once, while the desk is open: {typed('legation desk', home)}")
    if not settings.desk_name and settings.desk_port:
        tell(
            f"The link names port {settings.desk_port}, the setting desk_port; for a desk opened "
            "with --port N write N in its place."
        )
    elif not settings.desk_name:
        tell("In place of port 0 write the one that the desk prints.")


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


def role(
    whom: Whom,
    /,
    *,
    role: Annotated[list[str] | None, Parameter(help="A role; may be repeated.")] = None,
    reason: Annotated[str, Parameter(help="Why, in a sentence.")] = "",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Give somebody other roles, in place of all they have.

    Their sessions end, and so do the jobs that they may not ask for any more. Of whom an
    identity provider vouches for, its groups say the roles again at the next log-in.
    """
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person = Register(store, doors.now, HOST).change_roles(whom, role or (), reason)
    answer(f"roles of {person.name}: {', '.join(person.roles)}")
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
    from legation.app.access.people import Register

    place = doors.home(home)
    place.require()
    with place.store() as store:
        person, secret = Register(store, doors.now, HOST).recover(whom)
    hand_over(place.settings, secret, f"It lets in {person.name}", home)
    tell("The audit trail tells that the link was made.")
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


def clearance(
    whom: Whom,
    /,
    *,
    tlp: Annotated[TlpName | None, Parameter(help="Highest TLP level.")] = None,
    pap: Annotated[PapName | None, Parameter(help="Highest PAP level.")] = None,
    level: Annotated[
        str | None, Parameter(help="Highest rung of the setting `ladder`, or none.")
    ] = None,
    compartment: Annotated[
        tuple[str, ...], Parameter(help="Compartment that is held; again for another, or none.")
    ] = (),
    party: Annotated[str | None, Parameter(help="Code of their party, or none.")] = None,
    reason: Annotated[str, Parameter(help="Why; each change needs it.")] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show what somebody may know, or change it for a reason.

    What is not named stays as it is; compartments that are named take the place of all that were
    held. Older clearances stay on record, and each change is written into the audit trail.
    """
    from legation.app.access.clearing import Officer, WantedClearance
    from legation.app.access.noting import HOST
    from legation.app.access.rules import in_words

    wanted = WantedClearance(
        tlp=tlp,
        pap=pap,
        level=_but_none(level),
        compartments=tuple(n for n in compartment if n != _NONE) if compartment else None,
        party=_but_none(party),
    )
    place = doors.home(home)
    place.require()
    with place.store() as store:
        officer = Officer(store, place.rules(store), doors.now, HOST, own=None)
        if wanted != WantedClearance():
            officer.set(whom, wanted, reason)
        shown = officer.shown(whom)
    if as_json:
        told = {"person": shown.person.name, "holds": shown.held, "entries": shown.entries}
        answer_json(told)
        return 0
    said = " (by the settings)" if shown.by_settings else ""
    answer(f"{shown.person.name}: {in_words(shown.held)}{said}")
    rows = [
        (f"{one.recorded:%Y-%m-%d %H:%M:%S}Z", in_words(one.held), one.actor, one.reason)
        for one in shown.entries
    ]
    if rows:
        answer(table(("since", "clearance", "by", "reason"), rows))
    return 0


def _but_none(name: str | None) -> str | None:
    return "" if name == _NONE else name
