"""In which runs a campaign was seen, and what each said of it.

A campaign's id follows from its members and the run's rule, so a member more is another id.
What a run said stands in the version that it made of the line's object. Where a line broke,
runs are compared by members: the campaign that shares most of them is shown under its own
id. Nothing is guessed beyond that; how many members are shared is said.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.threats.disinformation.findings import Campaign, Grade, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.store.readable import KnownObjects
    from legation.store.runs import RunRow

# The latest runs that are looked through.
RUNS: Final = 20
_CAMPAIGNS: Final = 400
_LEAST_SHARED: Final = 0.5


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one run said of a campaign.

    Attributes:
        recorded: When the run was recorded.
        same: Whether it has the same id: the same members under the same rule.
        shared: Members that it shares with the campaign as it is shown.
        came: Members that the sighting before lacks; None for the first.
        went: Members of the sighting before that it lacks; None for the first.
    """

    run_id: str
    recorded: datetime
    posts: int
    window_s: int
    campaign_id: str
    same: bool
    grade: Grade
    accounts: int
    ties: int
    first: int
    last: int
    shared: int
    came: int | None = None
    went: int | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the campaign's object in the store, and the run that stated it."""

    recorded: datetime
    modified: str
    run_id: str
    sha256: str


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All that the store knows of a campaign's past.

    Attributes:
        sightings: Newest first.
        versions: Of the object as it is shown, newest first.
        runs: Runs that were looked through.
        left_out: Older runs and campaigns that were not.
    """

    sightings: tuple[Sighting, ...]
    versions: tuple[Version, ...]
    runs: int
    left_out: int


def history_of(
    objects: "KnownObjects", runs: "Sequence[RunRow]", campaign: Campaign, object_id: str
) -> History:
    """Look through the latest runs for a campaign.

    Args:
        objects: Those that the reader may know.
        runs: The latest runs, the newest first.
        campaign: As it is shown.
        object_id: Its object.
    """
    versions = objects.history(object_id)
    own = {_run_id(version.value()): version.value() for version in versions}
    told_of = dict.fromkeys(each for run in runs[:RUNS] for each in run.facts["campaigns"])
    # What the line's own object said stands in its versions.
    wanted = [each for each in told_of if each != object_id]
    found = objects.get_many(wanted[:_CAMPAIGNS]) if wanted else {}
    known = {each: _finding(version.value()) for each, version in found.items()}
    members = {one.account_id for one in campaign.accounts}
    seen: list[tuple[Sighting, set[str]]] = []
    for run in reversed(runs[:RUNS]):
        told = own.get(run.run_id)
        some = [known[each] for each in run.facts["campaigns"] if each in known]
        best = _finding(told) if told else _nearest(some, members)
        if best is not None:
            seen.append(_sighting(run, best, campaign, seen[-1][1] if seen else None))
    return History(
        sightings=tuple(one for one, _ in reversed(seen)),
        versions=tuple(
            Version(
                recorded=version.recorded,
                modified=version.modified,
                run_id=_run_id(version.value()),
                sha256=version.content_sha256,
            )
            for version in reversed(versions)
        ),
        runs=min(len(runs), RUNS),
        left_out=max(len(runs) - RUNS, 0),
    )


def _nearest(campaigns: list[Campaign], members: set[str]) -> Campaign | None:
    """Return the campaign that shares most members, if that is half of the smaller of the two."""
    told = [(_shared(one, members), one) for one in campaigns]
    number, best = max(told, key=lambda pair: pair[0], default=(0, None))
    if best is None or number < _LEAST_SHARED * min(len(members), len(best.accounts)):
        return None
    return best if number else None


def _sighting(
    run: "RunRow", found: Campaign, campaign: Campaign, before: set[str] | None
) -> tuple[Sighting, set[str]]:
    own = {one.account_id for one in found.accounts}
    facts = msgspec.convert(run.facts["run"], Run)
    sighting = Sighting(
        run_id=run.run_id,
        recorded=run.created,
        posts=facts.posts,
        window_s=facts.window_s,
        campaign_id=found.campaign_id,
        same=found.campaign_id == campaign.campaign_id,
        grade=found.grade,
        accounts=len(own),
        ties=found.ties,
        first=found.first,
        last=found.last,
        shared=_shared(campaign, own),
        came=None if before is None else len(own - before),
        went=None if before is None else len(before - own),
    )
    return sighting, own


def _shared(campaign: Campaign, members: set[str]) -> int:
    return sum(one.account_id in members for one in campaign.accounts)


def _finding(value: dict[str, Any]) -> Campaign:
    from legation.stix.extensions import extension_id

    return msgspec.convert(value["extensions"][extension_id("campaign")]["finding"], Campaign)


def _run_id(value: dict[str, Any]) -> str:
    from legation.stix.extensions import extension_id

    return str(value["extensions"][extension_id("run")]["run"]["run_id"])
