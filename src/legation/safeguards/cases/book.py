"""The book that a desk judges its cases by: norms, its own policy, regimes, playbooks.

All of it is data. What ships is nobody's own; a ministry adds its own files, and a case that is
looked at again years later is looked at by the book of that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from legation.knowledge.norms import Norms
from legation.safeguards.cases.dossier.regimes import Regime, shipped_regimes
from legation.safeguards.cases.playbooks.plays import Playbook, shipped_playbooks
from legation.safeguards.cases.playbooks.rumours import RumourGuide, shipped_guide
from legation.safeguards.cases.policy.pack import Policy, default_policy


@final
@dataclass(frozen=True, kw_only=True)
class Book:
    """What cases are judged by.

    Attributes:
        norms: Forms and questions, with who is bound.
        own: Code of the state or organisation that the desk serves; empty: nobody said.
        policy: Its policy for answers.
        regimes: Sanctions regimes, by key.
        playbooks: Playbooks, by key.
        guide: On rumours, and when answering one amplifies it.
        states: Names of states by their codes.
    """

    norms: Norms
    own: str = ""
    policy: Policy = field(default_factory=default_policy)
    regimes: Mapping[str, Regime] = field(
        default_factory=lambda: {one.key: one for one in shipped_regimes()}
    )
    playbooks: Mapping[str, Playbook] = field(
        default_factory=lambda: {one.key: one for one in shipped_playbooks()}
    )
    guide: RumourGuide = field(default_factory=shipped_guide)
    states: Mapping[str, str] = field(default_factory=dict)
