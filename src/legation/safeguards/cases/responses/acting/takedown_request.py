"""A takedown request: a platform is asked to take a text down, by a law or by its own rule.

Never for criticism or opinion. The requests are counted, and the counts are published.
"""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.grounds import ground_is_a_law
from legation.safeguards.cases.responses.law import HOUSE, ICCPR_19, ICCPR_19_3, NORM_E
from legation.safeguards.cases.responses.response import Need, Reason, Response, needs, refused
from legation.safeguards.cases.responses.situation import Situation

KEY: Final = "takedown-request"
NEVER: Final = "criticism and opinion are never asked to be taken down"
NO_GROUND: Final = "name the law, or the platform's own rule, by which it is asked for"


def spares_opinion(situation: Situation) -> Iterator[Reason]:
    """Refuse it for what people think of others."""
    for kind in ("criticism", "opinion"):
        if kind in situation.speech:
            yield refused(NEVER, ICCPR_19, named=kind)


def has_a_ground(situation: Situation) -> Iterator[Reason]:
    """Ask by what right it is asked for."""
    if not (situation.legal_ground.strip() or situation.platform_rule.strip()):
        yield needs(NO_GROUND, ICCPR_19_3)
    yield from ground_is_a_law(situation, KEY)


RESPONSE: Final = Response(
    key=KEY,
    title="Takedown request",
    what="A platform is asked to take down a text or an account that a named law, or a named rule "
    "of its own, does not allow. Counts of what was asked and granted are published.",
    roles=("press", "legal", "security officer"),
    legal=(
        Need(by=ICCPR_19_3, words="provided by law, for a legitimate aim, and necessary"),
        Need(by=NORM_E, words="human rights hold online as they do offline"),
        Need(by=HOUSE, words="asked, granted and refused are counted and published"),
    ),
    cost="low",
    effect=NOBODY,
    rung=2,
    touches="always",
    two_persons=True,
    # It can be aimed at what a source let out.
    finds_source=True,
    exits=("clarification-request",),
    rules=(spares_opinion, has_a_ground),
)
