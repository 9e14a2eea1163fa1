"""The acts that need two people: what they are, who may ask, who may decide, what then happens.

A room that has such an act gives it its `carry`: what is done in the transaction of the
approval, so that it is done once or not at all. An act without one is known and closed: its
room is not built yet. An attribution is agreed to in its case, beside what it rests on.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from legation.app import work
from legation.app.jobs import Jobs
from legation.rights.roles import Verb
from legation.store.decisions import Request

Carry = Callable[[Jobs, Request], str]
"""Does an act that was approved; returns the id of the job that does the rest, or nothing."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One act.

    Attributes:
        name: As in the audit trail.
        title: For a person.
        ask: Verb of who may ask for it.
        decide: Verb of who may decide on it; always another person.
        proven: Whether both must have shown their passkey just now.
        carry: What an approval does; None as long as no room has the act.
    """

    name: str
    title: str
    ask: Verb
    decide: Verb
    proven: bool = False
    carry: Carry | None = None


def undo_import(jobs: Jobs, request: Request) -> str:
    """Ask for the job that takes back an import, in the name of who asked for it."""
    given = {**request.given, "request": request.request_id}
    return jobs.put(work.UNDO, request.title, given, actor=request.asked_by).job_id


ACTS: Final[tuple[Act, ...]] = (
    Act(
        name="import.undo",
        title="Deletion: undo of an import",
        ask="import.undo",
        decide="deletion.decide",
        carry=undo_import,
    ),
    Act(
        name="public statement",
        title="Public statement",
        ask="statement.decide",
        decide="statement.decide",
        proven=True,
    ),
)
