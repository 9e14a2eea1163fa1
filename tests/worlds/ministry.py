"""The invented ministry of Aldria: its registers as tables, as of the first day of the tests."""

from collections.abc import Mapping
from typing import Final

from legation.missions.invented import tables

from .gates import START

TABLES: Final[Mapping[str, bytes]] = tables(START.date())
