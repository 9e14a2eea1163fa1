"""Cases of invented states, for whoever needs one."""

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.facts import Opened, Said, Task, Victim

OPENED = Opened(
    title="Letters in the name of a ministry before the vote",
    type="T4",
    domain="political",
    template="referendum",
    began="2026-02",
    known="2026-02-20",
    serves="vote",
    object="the vote on the treaty",
)
VICTIM = Victim(kind="state", party="FR", what="the foreign ministry")
FACT = Said(
    says="three letters on the ministry's paper were sent to editors",
    on="2026-02-19",
    known="2026-02-20",
    source="the press office",
    reliability="B",
    credibility="2",
)
TASK = Task(what="ask the three editors for the envelopes", owner="press", due="2026-03-04")


def bodies() -> list[Body]:
    """Return the first entries of one."""
    return [OPENED, VICTIM, FACT, TASK]
