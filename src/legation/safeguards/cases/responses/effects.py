"""What is known of what answers bring about: mostly, that nobody measured it.

Registers of incidents record that an answer was given; none records what followed from it. A
response says so, in these words, rather than promise what nobody saw.
"""

from typing import Final

from legation.safeguards.cases.responses.response import Effect

_REGISTER: Final = "EuRepoC 1.1 (April 2023), 1,643 incidents"
POLITICAL: Final = Effect(
    words="not measured: a political answer is recorded for 45 incidents, and for none of them "
    "what followed",
    source=_REGISTER,
)
LEGAL: Final = Effect(
    words="not measured: a legal answer is recorded for 19 incidents, and for none of them what "
    "followed",
    source=_REGISTER,
)
RESTRAINT: Final = Effect(
    words="one agreement on restraint was measured: afterwards incidents between its parties were "
    "0.50 of those before (95 % interval 0.15 to 1.67), which cannot be told apart from chance",
    source="EuRepoC 1.1 (April 2023), three years before and after an accord of 2015-09-25",
    measured=True,
)
NOBODY: Final = Effect(words="not measured: no register counts it", source="from memory")
