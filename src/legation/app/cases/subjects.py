"""What a case is opened about: a campaign, a mission, talks, or another object that is kept.

A subject is written as lists are asked for it: `mission:KEY`, `talks:KEY`, the id of an object, a
campaign as its page calls it, or the number of a case.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.cases.docket import Docket
from legation.app.kept import finding
from legation.app.library import DETECTOR
from legation.app.registers import Registers
from legation.errors import NotFoundError, RecordError
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.facts import Link, Victim

if TYPE_CHECKING:
    from legation.app.scope import Scope

# By the word before the colon: the register that has it.
_REGISTERS: Final[Mapping[str, str]] = {"mission": "missions", "talks": "talks"}
_HINT: Final = "copy it from the page of the campaign, the mission or the talks"


def by_id(scope: "Scope", body: Body) -> Body:
    """Return an entry whose link leads to an object by its id, however it was named.

    Raises:
        RecordError: For this reader there is nothing of that name.
    """
    if not isinstance(body, Link) or "--" in body.to:
        return body
    try:
        return msgspec.structs.replace(body, to=object_named(scope, body.to))
    except NotFoundError as none:
        raise RecordError(f"there is no {body.to}", place="to", hint=none.hint) from none


def object_named(scope: "Scope", name: str) -> str:
    """Return the id of a campaign as its page calls it, or of a case by its number.

    Raises:
        NotFoundError: For this reader there is none.
    """
    if not name.startswith("c-"):
        return Docket(scope).row(name).object_id
    known, runs = scope.objects, scope.store.runs.newest(DETECTOR)
    ids = runs[0].facts["campaigns"] if runs else []
    found = [
        object_id
        for object_id, version in known.get_many(ids).items()
        if finding(version.value()).campaign_id.startswith(name)
    ]
    if len(found) != 1:
        raise NotFoundError(
            f"{len(found)} campaigns of the latest run have an id that begins so",
            hint="run: legation campaign list",
        )
    return found[0]


def require_subject(scope: "Scope", subject: str) -> tuple[str, Any]:
    """Return a subject as cases are found by it, and the row of a register that it names.

    The row is None for what stands in no register.

    Raises:
        NotFoundError: For this reader there is no such thing.
    """
    kind, mark, key = subject.partition(":")
    if not mark:
        object_id = subject if "--" in subject else object_named(scope, subject)
        known = scope.objects
        known.get(object_id)
        return object_id, None
    register = _REGISTERS.get(kind)
    rows = Registers(scope).rows(register) if register else []
    found = next((one.row for one in rows if one.row.key == key), None)
    if found is None:
        raise NotFoundError(f"there is no {subject!r:.80}", hint=_HINT)
    return subject, found


def bodies_about(scope: "Scope", subject: str) -> tuple[Body, ...]:
    """Return the entries by which a new case concerns something, after the first.

    Raises:
        NotFoundError: For this reader there is no such thing.
    """
    about, row = require_subject(scope, subject)
    if about.startswith("mission:"):
        return (Victim(kind="mission", party=row.state, what=row.name, mission=row.key),)
    # Talks stand in the first entry: see `given_about`.
    return () if row is not None else (Link(to=about),)


def given_about(scope: "Scope", subject: str) -> dict[str, str]:
    """Return what the first entry of such a case begins with; whoever opens it writes the rest.

    Raises:
        NotFoundError: For this reader there is no such thing.
    """
    about, row = require_subject(scope, subject)
    today = scope.now().date().isoformat()
    given = {"known": today}
    if about.startswith("talks:"):
        return given | {"serves": "talks", "object": row.key}
    if about.startswith("campaign--"):
        known = scope.objects
        told: Any = known.get(about).value()
        began = str(told.get("first_seen", ""))[:10]
        return given | {"type": "T1", "title": str(told["name"])[:300], "began": began or today}
    return given
