"""A playbook: a data file of steps for one kind of threat, read whole or refused whole.

Each step says what to do, which role does it, within how many hours of the day it became known and
why, and what not to do. Those that ship stand in `shipped/`; a ministry adds its own. References
to outside works carry the mark of how far they were checked.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import BadInputError
from legation.safeguards.cases.bodies import Key, Line, Verified, Words
from legation.safeguards.cases.data_file import read_data, require_apart, require_known

_FOLDER: Final = "shipped"
Threat = Literal["T1", "T2", "T3", "T4", "T5", "T6", "digital repression"]
# A quarter of a year at most: what can wait for longer is a task, not a step of a playbook.
Hours = Annotated[float, msgspec.Meta(gt=0, le=2160)]
Framework = Literal["ATT&CK mitigation", "D3FEND", "NIST SP 800-61", "NIST SP 800-86", "other"]


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a step is told in an outside work.

    Attributes:
        id: Its number there.
        verified: How far number and title were checked.
    """

    framework: Framework
    id: Line
    title: Line
    verified: Verified


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step.

    Attributes:
        do: What is done.
        who: Which role does it.
        within_hours: Hours from when the incident became known.
        because: Why so many.
        touches_persons: Whether it needs a rights test before it is taken.
        not_do: What must not be done instead, or with it.
        record: What to write down.
        after: Steps that have to be settled first.
    """

    key: Key
    do: Words
    who: Line
    within_hours: Hours
    because: Line
    touches_persons: bool = False
    not_do: str = ""
    record: tuple[Line, ...] = ()
    after: tuple[Key, ...] = ()
    reference: tuple[Reference, ...] = ()


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One playbook.

    Attributes:
        threats: Types of cases in which it is offered.
        when: What makes a case one for it, in a line.
        source: Who compiled it, after what.
    """

    key: Key
    title: Line
    threats: Annotated[tuple[Threat, ...], msgspec.Meta(min_length=1)]
    when: Line
    source: Words
    as_of: date
    verified: Verified
    step: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=100)]


def read_playbook(content: bytes, *, place: str) -> Playbook:
    """Read a playbook.

    Args:
        content: The file: TOML in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It does not fit; the place names the step and the key.
    """
    playbook = read_data(content, Playbook, place=place)
    require_apart((step.key for step in playbook.step), "step", place=place)
    keys = {step.key for step in playbook.step}
    for step in playbook.step:
        for key in step.after:
            require_known(key, keys, "step", place=f"{place}: step {step.key} after")
    _verify_no_circle(playbook.step, place)
    return playbook


@cache
def shipped_playbooks() -> tuple[Playbook, ...]:
    """Return the playbooks that ship, by key."""
    folder = files(__package__).joinpath(_FOLDER)
    found = [
        read_playbook(one.read_bytes(), place=one.name)
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda playbook: playbook.key))


def tested_as(playbook: str, step: str) -> str:
    """Return how a rights test names a step of a playbook.

    >>> tested_as("t2-intrusion", "watch")
    't2-intrusion/watch'
    """
    return f"{playbook}/{step}"


def offered(playbooks: Iterable[Playbook], threat: Threat) -> tuple[Playbook, ...]:
    """Return the playbooks that are offered in a case of one type."""
    return tuple(one for one in playbooks if threat in one.threats)


def _verify_no_circle(steps: Sequence[Step], place: str) -> None:
    settled: set[str] = set()
    waiting = list(steps)
    while waiting:
        free = [step for step in waiting if settled.issuperset(step.after)]
        if not free:
            raise BadInputError(
                "the steps wait for each other in a circle",
                place=f"{place}: step {waiting[0].key} after",
                hint="let one of them begin",
            )
        settled |= {step.key for step in free}
        waiting = [step for step in waiting if step.key not in settled]
