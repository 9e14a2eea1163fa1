"""`legation admin token`: what lets a program ask the desk in a person's place."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, refuse_outside
from legation.cli.words import answer, answer_json, table, tell

if TYPE_CHECKING:
    from legation.store.tokens import Token

_MOST_DAYS = 366


def add(
    person: Annotated[str, Parameter(help="Name or id of whom it stands in for.")],
    /,
    *,
    name: Annotated[str, Parameter(help="What it is for, in words.")],
    scope: Annotated[
        list[str] | None,
        Parameter(help="What it may do: campaign.export, audit.export; may be repeated."),
    ] = None,
    days: Annotated[int, Parameter(help="How long it holds. [default: 90]")] = 90,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Make a token, and show it once.

    A program sends it as `Authorization: Bearer lgn_...`. It never reaches further than the
    person's roles and clearance do on the day it is used, nor than their clearance does today.
    """
    from legation.app.access.tokens import Keyring

    refuse_outside("--days", days, 1, _MOST_DAYS)
    place = doors.home(home)
    place.require()
    with place.store() as store:
        token, secret = Keyring(store, doors.now, place.rules(store)).add(
            person, name=name, scopes=scope or (), days=days
        )
    answer(secret)
    tell(f"{token.token_id} holds until {token.until:%Y-%m-%d} and is not shown again.")
    return 0


def listed(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the tokens, the revoked and expired ones too; never their secrets."""
    from legation.app.access.tokens import Keyring

    place = doors.home(home)
    place.require()
    with place.store() as store:
        every = Keyring(store, doors.now, place.rules(store)).every()
        names = {person.person_id: person.name for person in store.people.every()}
    if as_json:
        answer_json([_told(one) for one in every])
        return 0
    header = ("id", "person", "for", "scopes", "until", "last used", "state")
    rows = [
        (
            one.token_id,
            names[one.person_id],
            one.name,
            ", ".join(one.scopes),
            f"{one.until:%Y-%m-%d}",
            _moment(one.used),
            "revoked" if one.revoked else "expired" if one.until <= doors.now() else "holds",
        )
        for one in every
    ]
    answer(table(header, rows))
    return 0


def revoke(
    token_id: Annotated[str, Parameter(help="Id of the token, from the list.")],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Let a token hold no longer."""
    from legation.app.access.tokens import Keyring

    place = doors.home(home)
    place.require()
    with place.store() as store:
        Keyring(store, doors.now, place.rules(store)).revoke(token_id)
    answer(f"revoked: {token_id}")
    return 0


def _told(token: "Token") -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(token)
    return {name: value for name, value in told.items() if name != "clearance"}


def _moment(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M}Z"
