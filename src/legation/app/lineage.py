"""Which campaign of this run is which of the run before.

A campaign's id follows from its members, so later posts that bring it a member give it another.
Its line keeps: most of the smaller of two must be in the other, and each goes on in one at most.
One that was missing from runs in between goes on too, where none of the run before claims it:
what people decided of it, who may know it above all, must not be lost by a quiet week.
The object that partners know is that of the line's first campaign, in a new version.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from legation.threats.disinformation.findings import Campaign

if TYPE_CHECKING:
    from legation.store.runs import RunRow

# Of the smaller campaign; less than half is another campaign that shares some accounts.
_SHARED: Final = 0.5


def lines(
    before: Sequence[Campaign], now: Sequence[Campaign], *, earlier: Sequence[Campaign] = ()
) -> dict[str, str]:
    """Return for each campaign of now that goes on from another the id that its line began with.

    Args:
        before: Campaigns of the run before.
        now: Campaigns of this run.
        earlier: Those whose lines the run before did not find, as they were found last.
    """
    pairs = sorted(
        (
            (rank, -shared, old, new)
            for rank, some in enumerate((before, earlier))
            for old in some
            for new in now
            if (shared := _shared(old, new)) >= _SHARED * min(len(old.accounts), len(new.accounts))
        ),
        key=lambda pair: (*pair[:2], pair[2].campaign_id, pair[3].campaign_id),
    )
    gone: set[str] = set()
    found: dict[str, str] = {}
    for *_, old, new in pairs:
        if old.campaign_id not in gone and new.campaign_id not in found:
            gone.add(old.campaign_id)
            found[new.campaign_id] = line(old)
    return {name: first for name, first in found.items() if name != first}


def line_of(campaign_id: str, runs: "Iterable[RunRow]") -> str:
    """Return the id that a campaign's line began with, by the records of earlier runs."""
    for run in runs:
        told: Mapping[str, Any] = run.facts.get("lines", {})
        if campaign_id in told:
            return str(told[campaign_id])
    return campaign_id


def line(campaign: Campaign) -> str:
    """Return the id that a campaign's line began with."""
    return campaign.lineage or campaign.campaign_id


def goes_on(asked: str, found: Campaign) -> str:
    """Say that an id of an earlier run led to a campaign of now; empty where it is its own.

    Args:
        asked: The id that was given, or the start of one.
        found: The campaign that it led to.
    """
    if found.campaign_id.startswith(asked):
        return ""
    return (
        f"{asked} is an id of an earlier run; with the members that later posts showed, the "
        f"campaign goes on as {found.campaign_id}"
    )


def _shared(old: Campaign, new: Campaign) -> int:
    members = {member.account_id for member in old.accounts}
    return sum(member.account_id in members for member in new.accounts)
