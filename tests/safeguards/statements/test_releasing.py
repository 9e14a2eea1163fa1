"""Letting out what an embargo kept back: at its hour, without a key, each text once."""

from datetime import timedelta
from pathlib import Path

import pytest

from legation.crypto.log.files import DiskFiles
from legation.errors import BusyError, NotFoundError
from legation.safeguards.statements.books import path_of
from legation.safeguards.statements.releasing import release_due, waits
from worlds.registers import House, order


def test_a_text_is_let_out_at_its_hour_and_not_before() -> None:
    house = House()
    until = house.time + timedelta(hours=1)
    (made,) = house.publish(order("late", embargo=until))
    house.publish(order("now"))
    assert waits(house.private)
    assert release_due(house.public, house.private, house.now) == []
    with pytest.raises(NotFoundError):
        house.public.read(path_of(made.index))
    house.time = until
    assert release_due(house.public, house.private, house.now) == [made.index]
    assert house.public.read(path_of(made.index)).startswith(b"legation statement file 1\n")
    assert not waits(house.private)
    assert release_due(house.public, house.private, house.now) == []


def test_the_register_opens_and_goes_on_after_it() -> None:
    house = House()
    house.publish(order("late", embargo=house.time + timedelta(hours=1)))
    house.time += timedelta(hours=2)
    release_due(house.public, house.private, house.now)
    with house.opened():
        assert not waits(house.private)
    assert house.publish(order("next"))[0].number == "2026-0002"


def test_nothing_is_let_out_while_somebody_publishes(tmp_path: Path) -> None:
    house, public = House(), DiskFiles(tmp_path)
    house.publish(order("late", embargo=house.time + timedelta(hours=1)))
    house.time += timedelta(hours=2)
    with public.locked(), pytest.raises(BusyError):
        release_due(public, house.private, house.now)
    assert release_due(public, house.private, house.now) == [0]
