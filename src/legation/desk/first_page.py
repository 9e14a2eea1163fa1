"""The first page's stories: each campaign in one sentence, and why it stands there.

A campaign is new when its finding was stated after the last visit of whoever looks. The time
of a visit is kept for people, not for programs.
"""

from collections import Counter
from datetime import datetime
from typing import Final

import msgspec

from legation.app.access.entering import Guest
from legation.app.balancing import Balance, Balancing
from legation.app.waiting import Waiting, waiting
from legation.balance.nodes import LADDER, Rung
from legation.desk.answers import Ask
from legation.desk.framing import Sentence, sentence
from legation.desk.reading import CampaignLine, Reading, Today
from legation.rights.roles import Verb


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign on the first page.

    Attributes:
        said: It in one sentence; None where only its line is known.
        because: The first reason of its grade; empty where it is not known.
        new: Whether it was found, or changed, since the last visit.
    """

    line: CampaignLine
    said: Sentence | None = None
    because: str = ""
    new: bool = False


# Missions on the first page, the weakest first; the others are a click away.
MISSIONS: Final = 6


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How many safeguards stand on a rung of the ladder, by channel and threat."""

    rung: Rung
    number: int


def ladder_of(balance: Balance | None) -> tuple[Step, ...]:
    """Return how the safeguards of all missions stand, the best proved first."""
    if balance is None:
        return ()
    met = Counter(
        node.rung for node in balance.nodes.values() if node.kind == "credit" and node.rung
    )
    return tuple(Step(rung=rung, number=met[rung]) for rung in reversed(LADDER) if met[rung])


def weighed_for(request: Ask, reading: Reading, weighing: Balancing, verb: Verb) -> Balance | None:
    """Weigh for who asks, where they may do this with missions; None where not."""
    library = reading.library()
    may = library is not None and verb in request.user.verbs
    return weighing.balance(library.scope()) if library is not None and may else None


def stories_of(
    request: Ask, reading: Reading, shown: Today
) -> tuple[tuple[Story, ...], datetime | None, tuple[Waiting, ...]]:
    """Return the stories of the first page, when its reader was there before, and what waits."""
    library = reading.library()
    guest: Guest | None = request.scope.get("user")
    if library is None or guest is None:
        return tuple(Story(line=line) for line in shown.top), None, ()
    scope = library.scope()
    since = scope.store.bulk.visit(guest.person_id, guest.visit) if guest.by == "session" else None
    kept = library.latest()
    campaigns = {one.campaign_id: one for one in kept.campaigns} if kept else {}
    times = kept.times if kept else {}
    stories = []
    for line in shown.top:
        of = campaigns[line.campaign_id]
        stated = datetime.fromisoformat(times[line.campaign_id][1])
        stories.append(
            Story(
                line=line,
                said=sentence(of),
                because=of.grade_reasons[0] if of.grade_reasons else "",
                new=since is not None and stated > since,
            )
        )
    waits = waiting(scope, verbs=guest.verbs, person_id=guest.person_id, roster=guest.roster)
    return tuple(stories), since, waits
