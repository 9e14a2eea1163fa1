"""What a row of knowledge may say, and what of it ships."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

import legation
from legation.knowledge.facts import Agreement, Correction, Norm, Position, Rule
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.tables import TABLES

# What no file that ships may sort states, media or people by.
SORTED = (
    "friend",
    "foe",
    "state media",
    "state-controlled",
    "hostile state",
    "enemy state",
    "adversar",
)
NO_FACTS = (
    "rights/refused_aims.toml",
    "rights/ordinary_words.toml",
    "sources/invented.toml",
    # Phrases by which a sentence is found that says who stands behind an act.
    "safeguards/cases/dossier/statement_words.toml",
)
FACT = {"key": "one", "source": "s", "as_of": date(2026, 3, 1), "verified": "from-memory"}


def shipped(shape: type[Any]) -> list[Any]:
    return [row for pack in shipped_packs() for row in pack.rows if isinstance(row, shape)]


def test_agreements_and_norms_say_what_they_are_in_law() -> None:
    for shape in (Agreement, Norm):
        weights = {row.weight for row in shipped(shape)}
        assert {"binding", "political"} <= weights
        assert "weight" in msgspec.json.schema(shape)["$defs"][shape.__name__]["required"]


@pytest.mark.parametrize("stance", ["adopted", "rejected", "silent"])
def test_a_position_is_adopted_rejected_or_silent(stance: str) -> None:
    said = FACT | {"about": "norm:a", "state": "XA", "stance": stance}
    assert msgspec.convert(said, Position).stance == stance


@pytest.mark.parametrize("stance", ["", "unknown", "hostile"])
def test_a_position_is_nothing_else(stance: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(FACT | {"about": "norm:a", "state": "XA", "stance": stance}, Position)


def test_the_positions_that_ship_name_a_rule_or_norm_that_ships() -> None:
    rows = {f"norm:{row.key}" for row in shipped(Norm)}
    rows |= {f"rule:{row.key}" for row in shipped(Rule)}
    rows |= {f"agreement:{row.key}" for row in shipped(Agreement)}
    positions = shipped(Position)
    assert positions
    assert {row.about for row in positions} <= rows


def test_a_corrected_fact_says_what_was_written_what_holds_and_why() -> None:
    corrections = shipped(Correction)
    assert len(corrections) == 18
    for row in corrections:
        assert row.article_says
        assert row.register_states != row.article_says
        assert row.basis


def test_no_list_of_friends_foes_or_state_media_ships() -> None:
    assert not {"friend", "foe", "medium", "media", "voice"} & TABLES.keys()
    folder = Path(legation.__file__).parent
    files = [
        path
        for ending in ("toml", "csv")
        for path in folder.rglob(f"*.{ending}")
        # Words by which an order is refused, and those of which invented posts are made.
        if "node_modules" not in path.parts and path.relative_to(folder).as_posix() not in NO_FACTS
    ]
    assert {"states.csv", "agreements.toml", "disarm.toml"} <= {path.name for path in files}
    for path in files:
        text = path.read_text("utf-8").casefold()
        assert [word for word in SORTED if word in text] == [], path
