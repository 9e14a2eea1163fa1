"""Suggested techniques with what suggested them: the finding beside the published facts.

A finding names a technique and says why. What tactic it serves and what it takes to confirm
it are facts of the knowledge room, with their source and as-of date.
"""

from functools import cache

import msgspec

from legation.knowledge.techniques import Source, TechniqueFact, techniques
from legation.threats.disinformation.findings import Campaign


class TechniqueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One suggested technique.

    Attributes:
        because: What suggested it, in the finding's words.
        tactic: That it serves; empty where our edition does not know the technique.
        observed: Co-actions of this campaign on the layers that may suggest it.
        when: What an observation must show to confirm it; empty likewise.
    """

    id: str
    name: str
    because: str
    tactic: str
    observed: dict[str, int]
    when: str


def technique_lines(campaign: Campaign) -> tuple[TechniqueLine, ...]:
    """Return the techniques that a campaign suggests, with what suggested each."""
    known = _known()
    lines = []
    for one in campaign.techniques:
        fact = known.get(one.id)
        layers = fact.observed_in if fact else ()
        lines.append(
            TechniqueLine(
                id=one.id,
                name=one.name,
                because=one.because,
                tactic=fact.tactic if fact else "",
                observed={
                    layer: campaign.co_actions[layer]
                    for layer in layers
                    if layer in campaign.co_actions
                },
                when=fact.when if fact else "",
            )
        )
    return tuple(lines)


def source() -> Source:
    """Return where the facts about techniques were taken from."""
    return next(iter(_known().values())).source


@cache
def _known() -> dict[str, TechniqueFact]:
    return {fact.id: fact for fact in techniques()}
