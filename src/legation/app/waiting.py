"""What waits for somebody on the first page: jobs, kits that nobody confirmed, the trail's end.

Only what its reader may open elsewhere is counted here, and nothing that the desk cannot know.
"""

from collections.abc import Collection
from typing import Literal

import msgspec

from legation.app.scope import Scope
from legation.store.jobs import State

Kind = Literal["running", "failed", "kits", "trail"]
_MANY = 100


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits, and how much of it."""

    kind: Kind
    number: int


def waiting(scope: Scope, *, verbs: Collection[str], person_id: str) -> tuple[Waiting, ...]:
    """Return what waits.

    Args:
        scope: The reader before the store.
        verbs: What they may do.
        person_id: Who they are: jobs of others are counted for those only who may see them.
    """
    told: dict[Kind, int] = {}
    store = scope.store
    if "job.read" in verbs:
        actor = None if "job.others" in verbs else person_id
        states: tuple[State, ...] = ("waiting", "running", "failed")
        jobs = store.jobs.find(states=states, actor=actor, limit=_MANY)
        told["running"] = sum(job.is_open for job in jobs)
        told["failed"] = sum(job.state == "failed" for job in jobs)
    if "person.read" in verbs:
        people = store.people.every()
        told["kits"] = sum(one.kit is None and one.disabled is None for one in people)
    if "audit.read" in verbs:
        noted = store.noted_head.read()
        told["trail"] = store.audit.head().seq - (noted[0].seq if noted else 0)
    return tuple(Waiting(kind=kind, number=number) for kind, number in told.items() if number)
