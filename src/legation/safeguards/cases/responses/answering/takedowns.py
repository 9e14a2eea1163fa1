"""Counts of takedown requests, to be published: by ground and platform, and nobody's name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from legation.safeguards.cases.responses.answering.steps import Chosen, Step

KEY = "takedown-request"


class TakedownCount(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of one platform by one ground.

    Attributes:
        ground: Key of the law; empty: it was asked for by the platform's own rule alone.
        rule: Key of the platform's rule; empty: by a law alone.
        platform: Key of the platform.
        asked: Requests that were sent.
        granted: Of them, those that were granted.
        refused: Of them, those that were refused.
        waiting: Of them, those without an answer.
    """

    ground: str
    rule: str
    platform: str
    asked: int
    granted: int
    refused: int
    waiting: int


def takedown_counts(
    chosen: Mapping[int, Chosen], steps: Iterable[Step]
) -> tuple[TakedownCount, ...]:
    """Return the counts, by platform and ground.

    Args:
        chosen: Choices by their numbers; those of other answers are passed over.
        steps: Of all of them, in their order; of what came back the last counts.
    """
    sent: set[int] = set()
    back: dict[int, str] = {}
    for step in steps:
        one = chosen.get(step.of)
        if one is None or one.answer != KEY:
            continue
        if step.what in ("sent", "taken"):
            sent.add(step.of)
        elif step.what in ("complied", "refused"):
            back[step.of] = step.what
    by: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for number in sorted(sent):
        one = chosen[number]
        kind = one.platform or "", one.ground or "", one.rule or ""
        by[kind].append(back.get(number, ""))
    return tuple(
        TakedownCount(
            ground=ground,
            rule=rule,
            platform=platform,
            asked=len(some),
            granted=some.count("complied"),
            refused=some.count("refused"),
            waiting=some.count(""),
        )
        for (platform, ground, rule), some in sorted(by.items())
    )
