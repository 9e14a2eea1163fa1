"""What ends when somebody may do less: the jobs that they could ask for no longer.

A job works in the name of whoever asked for it. Where they were disabled, or lost the role by
which they asked, it must not go on for them: one that waits ends now, one that is at work at its
next halt, as if somebody had cancelled it. The trail says who took what away.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from legation.store.opening import Store

_MOST: Final = 1_000


def end_jobs(
    store: "Store",
    now: Callable[[], datetime],
    person_id: str,
    *,
    by: str,
    lost: Collection[str] | None = None,
) -> None:
    """End the open jobs of somebody, in the transaction that is open.

    Args:
        store: Where they are.
        now: The clock.
        person_id: Whose.
        by: Who took away what they could do.
        lost: The verbs that they may do no longer; None for all.
    """
    from legation.app.jobs import CANCELLED
    from legation.app.work import NEEDS
    from legation.store.audit import Event

    for job in store.jobs.find(states=("waiting", "running"), actor=person_id, limit=_MOST):
        if lost is not None and NEEDS.get(job.kind, "job.read") not in lost:
            continue
        store.jobs.cancel(job.job_id)
        detail = {"kind": job.kind, "asked_by": person_id}
        event = Event(at=now(), actor=by, verb=CANCELLED, subject=job.job_id, detail=detail)
        store.audit.append(event)
