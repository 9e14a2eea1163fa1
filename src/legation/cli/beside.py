"""What the registers know of a campaign, in words for a terminal: context, and no finding."""

from typing import Final

from legation.cli.words import counted
from legation.text.hosts import readable
from legation.threats.disinformation.findings import Campaign
from legation.threats.disinformation.linked import LinkedDomain, WrittenName


def registered(campaign: Campaign, read: str) -> list[str]:
    """Return what of the registers stands in a campaign.

    Args:
        campaign: The campaign.
        read: How many of its posts were read, in words.
    """
    return [
        *map(_led, campaign.domains),
        *(_named(one, read) for one in campaign.names),
    ]


# Each ends before the official domain.
_WAYS: Final = {
    "letters": "looks, letter by letter, like",
    "inside": "holds a name like",
    "before @": 'stands behind an "@" that follows a name like',
}


def _led(one: LinkedDomain) -> str:
    """Say to which domain links lead, by which rule it is official, and what only looks like it."""
    whose = f"the official domain of {one.state}: {one.office}, by the rule {one.rule!r}"
    how_many = f"{counted(one.posts, 'post')} by {counted(one.accounts, 'member')}"
    if one.way is None:
        return f"links to {one.official}, {whose} (from {one.source}): {how_many}"
    own = readable(one.host)
    host = one.host if own == one.host else f"{one.host} ({own})"
    return (
        f"links to {host}, which {_WAYS[one.way]} {one.official} and is another ({whose}, "
        f"from {one.source}): {how_many}; whose it is, and what for, cannot be told from its name"
    )


def _named(one: WrittenName, read: str) -> str:
    """Say that posts have a protected name, without it."""
    return (
        f"the protected name of {one.role}, {one.mission}: in {counted(one.posts, 'post')} of "
        f"{read}; whether they mean this person cannot be told"
    )
