"""The invented ministry of Aldria: its registers as tables, as of the first day of the tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from legation.app.registers import Registers
from legation.missions.invented import tables

from .gates import START, Clock
from .homes import new_home

TABLES: Final[Mapping[str, bytes]] = tables(START.date())


def settle(folder: Path) -> Path:
    """Make a home, take all its registers in, and return its folder, closed."""
    home = new_home(folder, Clock())
    with home.store() as store:
        registers = Registers(home.library(store, "command line").scope())
        for name, content in TABLES.items():
            assert not registers.take(content, name).refused
    return folder
