"""What waits for somebody on the first page: jobs, and kits that nobody confirmed.

Only what its reader may open elsewhere is counted here, and nothing that the desk cannot know.
"""

from collections.abc import Collection
from typing import Literal

import msgspec

from legation.app.scope import Scope
from legation.store.jobs import State
from legation.store.roster import Roster

Kind = Literal["running", "failed", "kits"]
_MANY = 100


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits, and how much of it."""

    kind: Kind
    number: int


def waiting(
    scope: Scope, *, verbs: Collection[str], person_id: str, roster: Roster | None = None
) -> tuple[Waiting, ...]:
    """Return what waits.

    Args:
        scope: The reader before the store.
        verbs: What they may do.
        person_id: Who they are: jobs of others are counted for those only who may see them.
        roster: Everybody, where that was read already.
    """
    told: dict[Kind, int] = {}
    store = scope.store
    if "job.read" in verbs:
        actor = None if "job.others" in verbs else person_id
        states: tuple[State, ...] = ("waiting", "running", "failed")
        known = store.jobs.as_read_by(scope.reader.clearance)
        jobs = known.find(states=states, actor=actor, limit=_MANY)
        told["running"] = sum(job.is_open for job in jobs)
        told["failed"] = sum(job.state == "failed" for job in jobs)
    if "person.read" in verbs:
        people = (roster or store.roster.now()).people
        told["kits"] = sum(one.kit is None and one.disabled is None for one in people)
    return tuple(Waiting(kind=kind, number=number) for kind, number in told.items() if number)
