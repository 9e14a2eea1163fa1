"""The check of a release: no door shows a fact that was not checked without its mark."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from legation.app.home import Home
from legation.cli.knowledge import TableName
from legation.knowledge.facts import Agreement, Fact
from legation.knowledge.marks import MARKS, UNSIGNED, mark_of, shown
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.tables import TABLES, table_of
from legation.settings import Settings
from worlds.shell import legation

SOURCE = Path(__file__).parents[2] / "src" / "legation"
PACKS = SOURCE / "knowledge" / "packs"
# Rows are read here alone; whoever else wants a fact gets one with its mark.
READERS = {
    "app/knowledge/checking.py",
    "app/knowledge/naming.py",
    "app/knowledge/norms.py",
    "app/knowledge/offers.py",
    "app/knowledge/packs.py",
}
ROWS = {
    *("legation.knowledge.facts", "legation.knowledge.forms", "legation.knowledge.tables"),
    *("legation.knowledge.pack_file", "legation.knowledge.objects"),
}
# Words and checks of those modules that are no fact.
HARMLESS = {"UNION", "read_pack", "LONGEST", "Finding", "Weight"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks") / "home"
    legation("init", "--home", folder)
    return folder


def rows(table: str = "") -> Iterator[Fact]:
    for pack in shipped_packs():
        yield from (row for row in pack.rows if not table or table_of(row) == table)


def unmarked(text: str, facts: list[Fact]) -> list[str]:
    """Return the keys of facts of which a line does not carry the mark."""
    return [
        f"{table_of(fact)}:{fact.key}"
        for fact in facts
        for line in text.splitlines()
        if f"{table_of(fact)} {fact.key}:" in line and mark_of(fact) not in line
    ]


def test_a_fact_without_its_mark_would_be_noticed() -> None:
    facts = [row for row in rows("party") if row.verified == "from-memory"][:2]
    first, second = (shown(row, pack="p", today=row.as_of).line() for row in facts)
    assert unmarked(f"{first}\n{second}", facts) == []
    bare = second.replace("from memory, not checked", "")
    assert unmarked(f"{first}\n{bare}", facts) == [f"party:{facts[1].key}"]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_shown_with_the_mark_of_each_fact(table: str, home: Path) -> None:
    facts = list(rows(table))
    said = legation("knowledge", "show", table, "--home", home)
    assert len(said.out.splitlines()) == len(facts)
    assert unmarked(said.out, facts) == []
    told = legation("knowledge", "show", table, "--json", "--home", home)
    marks = {one["key"]: one["mark"] for one in json.loads(told.out or "[]")}
    assert marks == {fact.key: mark_of(fact) for fact in facts}


def test_the_check_names_every_fact_that_was_not_checked(home: Path) -> None:
    facts = [row for row in rows() if mark_of(row)]
    said = legation("knowledge", "check", "--home", home)
    assert said.out.count("\nnot checked: ") == len(facts)
    assert unmarked(said.out, facts) == []


@pytest.mark.parametrize("state", ["US", "CN", "RU", "FR", "IE", "EU", "NG"])
def test_a_state_s_page_carries_the_mark_of_every_agreement_that_it_names(
    state: str, home: Path
) -> None:
    agreements = {row.key: row for row in rows() if isinstance(row, Agreement)}
    said = legation("knowledge", "page", state, "--home", home)
    lines = said.out.splitlines()[1:]
    assert lines
    for line in lines:
        assert mark_of(agreements[line.split()[0]]) in line
    told = json.loads(legation("knowledge", "page", state, "--json", "--home", home).out)
    for one in told["is"]:
        assert one["mark"] in one["sentence"]
        assert all(fact["mark"] in one["mark"] for fact in one["evidence"])


@pytest.mark.parametrize("file", sorted(PACKS.glob("*.toml")), ids=lambda file: file.stem)
def test_what_a_pack_would_change_and_what_is_stored_of_it_carry_the_mark(
    file: Path, home: Path, tmp_path: Path
) -> None:
    mine = tmp_path / file.name
    mine.write_text(
        file.read_text("utf-8").replace('publisher = "legation"', 'publisher = "copy"'), "utf-8"
    )
    facts = [row for pack in shipped_packs() if pack.name == file.stem for row in pack.rows]
    said = legation("knowledge", "add", mine, "--unsigned", "--home", home)
    assert said.out.count("\nadded ") == len(facts)
    assert unmarked(said.out, facts) == []
    told = legation("knowledge", "add", mine, "--unsigned", "--json", "--home", home)
    changes: list[dict[str, Any]] = json.loads(told.out)["changes"]
    assert {(one["fact"]["table"], one["fact"]["key"], one["fact"]["mark"]) for one in changes} == {
        (table_of(fact), fact.key, mark_of(fact, signed=False)) for fact in facts
    }
    assert all(UNSIGNED in line for line in said.out.splitlines() if line.startswith("added "))
    assert legation("knowledge", "add", mine, "--unsigned", "--yes", "--home", home).code == 0
    place = Home(Settings(home=home), lambda: datetime.now(UTC))
    with place.store() as store:
        kept = [version.value() for version in store.objects.registered(["knowledge"])]
    written = {one["id"]: one["description"] for one in kept if one["context"] != "knowledge-pack"}
    assert len(written) >= len(facts)
    assert unmarked("\n".join(written.values()), facts) == []
    assert all(UNSIGNED in line for line in written.values())


def test_every_word_of_the_data_has_its_mark_and_only_a_seen_source_has_none() -> None:
    assert [word for word, mark in MARKS.items() if not mark] == ["verified-excerpt"]
    assert get_args(TableName) == tuple(TABLES)
    for shape in TABLES.values():
        assert {"source", "as_of", "verified"} <= {
            field.name for field in msgspec.structs.fields(shape) if field.required
        }


def test_no_part_reads_rows_around_the_mark() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "knowledge" not in path.relative_to(SOURCE).parts[:1]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module in ROWS
        and not {alias.name for alias in node.names} <= HARMLESS
    }
    assert found == READERS
