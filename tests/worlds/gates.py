"""Gates for tests: one that lets everybody in as a test identity, and a clock to move."""

from datetime import UTC, datetime, timedelta

from legation.app.access.entering import Entrance, Guest
from legation.app.binding import Binding
from legation.desk.gate import Gate
from legation.rights.policies import read_policies
from legation.rights.roles import Role, verbs_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def pass_time(self, **units: float) -> datetime:
        """Move on and return the new time."""
        self.time += timedelta(**units)
        return self.time


def open_gate(*roles: Role, binding: Binding | None = None) -> Gate:
    """Return a gate behind which everybody is the test's own analyst, or has other roles."""
    held: tuple[Role, ...] = roles or ("analyst",)
    guest = Guest(
        person_id="test",
        name="Test Analyst",
        roles=held,
        verbs=verbs_of(held),
        by="demonstration",
        may=read_policies("").who_may,
    )
    return Gate(None, guest=guest, binding=binding or Binding(), now=Clock())


def guarded_gate(entrance: Entrance, clock: Clock, binding: Binding | None = None) -> Gate:
    """Return a gate before the people of a store."""
    return Gate(entrance, guest=None, binding=binding or Binding(), now=clock)
