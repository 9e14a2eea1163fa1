"""Where a playbook stands in a case: what is done, what is overdue, what comes next.

The clock of a step runs from the hour at which the incident became known. Ticks may arrive in
any order: of one step the last that was written holds.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from legation.errors import DeniedError
from legation.safeguards.cases.bodies import Number
from legation.safeguards.cases.data_file import require_known
from legation.safeguards.cases.playbooks.bodies import Ticked
from legation.safeguards.cases.playbooks.plays import Playbook, Step, tested_as

# Number of the entry, who wrote it, when, and what it states.
Tick = tuple[Number, str, datetime, Ticked]
StepState = Literal["done", "does not apply", "open", "overdue", "waits"]


class StepStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One step, as it stands.

    Attributes:
        state: "waits": a step that it comes after is open; it can be overdue all the same once
            that one is settled.
        due: By when it is to be done.
        by: Who ticked it last; empty: nobody.
        at: When they did.
        was_late: Whether it was settled after it was due.
        words: What they added.
    """

    step: Step
    state: StepState
    due: datetime
    by: str = ""
    at: datetime | None = None
    was_late: bool = False
    words: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook, as it stands.

    Attributes:
        steps: Each step, in the order of the playbook.
        next: The step that is to be done first now; None: none is left that could be.
    """

    playbook: Playbook
    steps: tuple[StepStanding, ...]
    next: StepStanding | None

    @property
    def done(self) -> tuple[StepStanding, ...]:
        """Return the steps that are settled."""
        return tuple(one for one in self.steps if one.state in ("done", "does not apply"))

    @property
    def overdue(self) -> tuple[StepStanding, ...]:
        """Return the steps whose hour has passed, the longest first."""
        late = [one for one in self.steps if one.state == "overdue"]
        return tuple(sorted(late, key=lambda one: one.due))


def standing_of(
    playbook: Playbook, ticks: Iterable[Tick], known: datetime, now: datetime
) -> Standing:
    """Return where a playbook stands.

    Args:
        playbook: The playbook.
        ticks: The ticks of the case, in any order; those of other playbooks are passed over.
        known: When the incident became known.
        now: The hour at which it is asked.
    """
    last: dict[str, Tick] = {}
    for tick in sorted(ticks, key=lambda one: one[0]):
        if tick[3].playbook == playbook.key:
            last[tick[3].step] = tick
    settled = {key for key, tick in last.items() if tick[3].done != "not done"}
    steps = tuple(
        _standing(step, last.get(step.key), settled, (known.astimezone(UTC), now))
        for step in playbook.step
    )
    ready = [one for one in steps if one.state in ("open", "overdue")]
    return Standing(
        playbook=playbook,
        steps=steps,
        next=min(ready, key=lambda one: one.due) if ready else None,
    )


def require_tick(
    body: Ticked,
    playbooks: Mapping[str, Playbook],
    rights_tests: Mapping[Number, str | Number],
    *,
    genuine: bool = False,
) -> None:
    """Require that a tick fits before it is written.

    Args:
        body: The tick.
        playbooks: The playbooks that are known, by key.
        rights_tests: What each rights test that was passed was made for, by its entry.
        genuine: Whether the case is genuine speech of citizens.

    Raises:
        RecordError: There is no such playbook or step; the place is the field at fault.
        DeniedError: The step touches persons, and no test of this step is named that was passed;
            or it would touch them for what they say.
    """
    require_known(body.playbook, playbooks, "playbook", place="playbook")
    steps = {step.key: step for step in playbooks[body.playbook].step}
    require_known(body.step, steps, "step", place="step")
    touches = steps[body.step].touches_persons and body.done == "done"
    if touches and genuine:
        raise DeniedError(
            f"the step {body.step} touches persons, and this is genuine speech of citizens",
            hint="say that the step does not apply, and close the case as no threat",
        )
    if touches and body.rights_test not in rights_tests:
        raise DeniedError(
            f"the step {body.step} touches persons and needs a rights test",
            hint="make the test of legality, aim, necessity, proportionality and safeguards, "
            "and name its entry",
        )
    name = tested_as(body.playbook, body.step)
    if touches and body.rights_test is not None and rights_tests[body.rights_test] != name:
        raise DeniedError(
            f"the rights test of entry {body.rights_test} was made for another step",
            hint=f"make one for this step: for={name}",
        )


def _standing(
    step: Step, tick: Tick | None, settled: Collection[str], hours: tuple[datetime, datetime]
) -> StepStanding:
    known, now = hours
    due = known + timedelta(hours=step.within_hours)
    state: StepState = "overdue" if now > due else "open"
    if tick is not None and tick[3].done != "not done":
        state = tick[3].done
    elif not all(key in settled for key in step.after):
        state = "waits"
    if tick is None:
        return StepStanding(step=step, state=state, due=due)
    _, by, at, body = tick
    late = state in ("done", "does not apply") and at > due
    return StepStanding(
        step=step, state=state, due=due, by=by, at=at, was_late=late, words=body.words
    )
