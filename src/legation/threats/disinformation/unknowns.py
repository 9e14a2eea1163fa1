"""What the data cannot show of a campaign: said beside what they show, in sentences."""

from collections import Counter
from typing import TYPE_CHECKING, Final

from legation.threats.disinformation.batches import SIMILARITY
from legation.threats.disinformation.coordination import Cluster, Rule
from legation.threats.disinformation.findings import Run

if TYPE_CHECKING:
    from legation.threats.disinformation.description import Material

FOLLOWS: Final = (
    "Whether an amplifier acts with the others or only follows the same accounts: who repeats the "
    "same posts as quickly looks the same."
)
LEADS: Final = (
    "Whether an originator leads the others: it is often the first and follows them too, and so "
    "does whoever is copied and shares what everybody shares."
)
NOTHING_MET: Final = "Anything: no two accounts of these posts shared anything within the window."
ALONE: Final = (
    "A campaign that makes up most of these posts, or is alone in its hours, layer and language: "
    "chance is reckoned from the posts themselves, and there is nobody to compare."
)
NEVER_MET: Final = "Accounts that act together and never share a thing inside the window."
COARSE: Final = "Anything faster than the clock of these posts."
_UNSEEN = "Members that never acted with another inside the window."
_UNSEEN_ALIKE = (
    "Members that never acted with another inside the window and write in words of their own."
)


def cannot_show(
    cluster: Cluster,
    layers: Counter[str],
    material: "Material",
    rule: Rule,
    *,
    leads: bool,
    unsure: int,
    follows: bool,
) -> tuple[str, ...]:
    """Return what the data cannot show of a campaign, in sentences.

    Args:
        cluster: Its accounts and ties.
        layers: Its co-actions per layer.
        material: What describes it.
        rule: What was asked for.
        leads: Whether a member is an originator that follows others too.
        unsure: Members who were only or mostly copied.
        follows: Whether one is an amplifier.
    """
    said = [
        "Who directs the accounts, and whether they deceive about who they are.",
        _UNSEEN_ALIKE if SIMILARITY in rule.layers else _UNSEEN,
        "A campaign that is alone in its hours, layer and language: there is nobody to compare.",
    ]
    if material.clock_resolution_s > 1:
        said.append(
            f"Anything faster than {material.clock_resolution_s} s, lags among it: the clock of "
            "posts behind this campaign is no finer."
        )
    if layers["repost"]:
        said.append("Which account a repost was seen from; equal originals may stand as one.")
    said += _of_order(leads=leads, unsure=unsure)
    if follows:
        said.append(FOLLOWS)
    if not material.texts:
        said.append("What was said: the data hold no texts of these posts.")
    elif material.masked:
        said.append(
            "What these texts say in clear: words that are names of accounts here are pseudonyms "
            "in them, which changes what counts as one text or one language, so the same posts "
            "read in clear can give another p-value and grade."
        )
    gained = len(material.likened.account)
    if gained:
        said.append(
            f"Whether the {counted(gained)} joined by likeness of wording act with the others or "
            f"copy the same source; {_by_chance(rule.fdr * gained)}."
        )
    joined = int(cluster.joined.sum())
    if joined:
        said.append(
            f"{counted(joined)} joined by meeting the campaign as a whole; "
            f"{_by_chance(rule.fdr * joined)}, and nobody can say how many were copied on purpose."
        )
    return tuple(said)


def _of_order(*, leads: bool, unsure: int) -> list[str]:
    """Say what being first cannot show."""
    said = []
    if leads:
        said.append(LEADS)
    if unsure:
        said.append(
            "Whether members take part who were only or mostly copied: "
            f"{counted(unsure)}; the grade does not count them."
        )
    return said


def nothing_found(run: Run) -> tuple[str, ...]:
    """Return what a run in which no campaign was found cannot tell, in sentences.

    Chance is reckoned from the posts themselves (see `significance`), so what makes up most of
    them is what chance explains.
    """
    said = [] if run.pairs else [NOTHING_MET]
    said += [ALONE, NEVER_MET]
    if run.clock_resolution_s > 1:
        said.append(COARSE)
    return tuple(said)


def _by_chance(expected: float) -> str:
    """Say how many of those who joined chance alone brings in."""
    if expected < 0.5:  # noqa: PLR2004 -- nearer to none than to one
        return "expect fewer than 1 of them to be chance"
    return f"expect about {round(expected) or 1} of them to be chance"


def counted(accounts: int) -> str:
    """Write a number of accounts."""
    return f"{accounts:,} account{'' if accounts == 1 else 's'}"
