"""Whom a browser's session is of is remembered, and a page that looks by itself notes no look."""

from datetime import datetime
from typing import Any

from legation.desk.known_guests import KnownGuests
from worlds.gates import Clock


class Door:
    """Counts who asked it, and whether a person attended."""

    def __init__(self, clock: Clock) -> None:
        self.asked: list[bool] = []
        self._clock = clock

    def stamp(self) -> int:
        return 1

    def guest_until(self, secret: str, *, attended: bool) -> tuple[str, datetime]:
        self.asked.append(attended)
        return secret, self._clock().replace(year=2999)


def test_what_a_page_found_by_itself_answers_for_no_person(clock: Clock) -> None:
    door, known = Door(clock), KnownGuests(clock)
    asking: Any = door
    for attended in (False, True, False, True, True):
        assert known.of(asking, "secret", attended=attended) == "secret"  # type: ignore[comparison-overlap]  # of the door above
    assert door.asked == [False, True]
