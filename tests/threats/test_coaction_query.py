"""The compiled text of the co-action queries is that of their source."""

from contextlib import closing
from pathlib import Path

import pytest

from legation import store
from legation.store.duck import connect
from legation.threats.disinformation.coaction_query import ACTION, CO_ACTION, compiled

QUERIES = Path(store.__file__).parent / "queries"
COMPILED = dict(compiled())


@pytest.mark.parametrize("name", COMPILED)
def test_the_text_in_the_store_is_what_the_expression_compiles_to(name: str) -> None:
    assert (QUERIES / name).read_text("utf-8") == COMPILED[name], "run `make queries`"


def test_no_text_stands_in_the_store_without_a_source() -> None:
    assert {path.name for path in QUERIES.glob("co_actions*.sql")} | {
        path.name for path in QUERIES.glob("ties*.sql")
    } == set(COMPILED)


@pytest.mark.parametrize("name", COMPILED)
def test_the_text_keeps_to_what_every_engine_knows(name: str) -> None:
    text = COMPILED[name].upper()
    for word in ("TIMESTAMP", "INTERVAL", "UNNEST", "STRUCT", "LIST", "[", "LAMBDA"):
        assert word not in text


def test_the_texts_run_on_empty_tables_and_name_their_columns() -> None:
    tables = {"action": ACTION, "co_action": CO_ACTION, "known": ("account_a", "account_b")}
    tables["rule"] = ("window", "least")
    with closing(connect()) as connection:
        for table, columns in tables.items():
            listed = ", ".join(f'"{column}" BIGINT' for column in columns)
            connection.execute(f"CREATE TEMP TABLE {table} ({listed})")
        shown = {
            name: tuple(column for column, *_ in connection.execute(text).description or ())
            for name, text in COMPILED.items()
        }
    weighed = ("account_a", "account_b", "weight")
    assert shown == {
        "co_actions.sql": CO_ACTION,
        "co_actions_of_known.sql": CO_ACTION,
        "ties.sql": weighed,
        "ties_by_objects.sql": weighed,
    }
