"""Who acts on the same thing within the same window, from the relation `post`.

The steps are kept apart because the second must be seen before the third is allowed:
`prepare` numbers the actions, `count_pairs` tells exactly how many pairs they would make,
`join` makes them. The SQL of the joins is compiled from Ibis (`make queries`) and stands in
`queries/`; columns leave as arrays of numbers, named as the detector reads them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from legation.errors import UsageError
from legation.store.coaction_count import Counted, DensePolicy, Numbers, count
from legation.store.coaction_keys import keyed
from legation.store.coaction_numbers import number
from legation.store.coaction_text import TextRule

if TYPE_CHECKING:
    import duckdb

Columns = dict[str, Numbers]

# Pairs joined at once: DuckDB holds a few hundred bytes for each until it has sorted them.
PAIRS_AT_ONCE = 4_000_000
_QUERIES = Path(__file__).parent / "queries"
_MET = "layer, object, account_a, account_b, post_a, post_b, time_a, time_b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Numbered actions, standing in temporary tables of the connection.

    Attributes:
        connection: Where they stand; the next `prepare` there replaces them.
        layers: Layers looked at.
        window_s: Seconds within which two posts meet.
        accounts: All accounts of the data, those without an action included.
    """

    connection: "duckdb.DuckDBPyConnection"
    layers: tuple[str, ...]
    window_s: int
    accounts: int


def prepare(
    connection: "duckdb.DuckDBPyConnection",
    layers: Sequence[str],
    *,
    clock_resolution_s: int,
    window_s: int,
    rule: TextRule | None = None,
) -> Prepared:
    """Number the accounts, objects and posts of `post`, and the actions that may tie.

    Args:
        connection: Has the relation `post`.
        layers: Names of layers.
        clock_resolution_s: Resolution of the data's clock.
        window_s: Seconds within which two posts meet.
        rule: Rules of text; the layers of text need them.

    Raises:
        UsageError: The window lies below the clock's resolution, or a layer is unknown or
            lacks its rules.
    """
    check_window(window_s, clock_resolution_s)
    number(connection, keyed(connection, layers, rule))
    return prepared(connection, layers, window_s)


def prepared(
    connection: "duckdb.DuckDBPyConnection", layers: Sequence[str], window_s: int
) -> Prepared:
    """Describe the tables of numbers that stand in the connection."""
    (accounts,) = connection.execute("SELECT count(*) FROM coaction_account").fetchall()[0]
    return Prepared(
        connection=connection, layers=tuple(layers), window_s=window_s, accounts=accounts
    )


def check_window(window_s: int, clock_resolution_s: int) -> None:
    """Refuse a window that the clock cannot see into.

    Raises:
        UsageError: The window lies below the clock's resolution.
    """
    if window_s < max(clock_resolution_s, 1):
        raise UsageError(
            f"a window of {window_s} s lies below the clock's resolution",
            hint=f"times are known to {clock_resolution_s} s: give a window of that or more",
        )


def count_pairs(prepared: Prepared, policy: DensePolicy | None = None) -> Counted:
    """Count the pairs that a join would make, exactly, without making any."""
    found = fetched(prepared.connection, "SELECT layer, object, account, time FROM coaction_action")
    return count(found, prepared.window_s, policy or DensePolicy())


def join(prepared: Prepared, counted: Counted, *, at_once: int = PAIRS_AT_ONCE) -> Columns:
    """Make the co-actions: columns of `CoActions`, sorted by accounts, layer, object.

    Light objects are joined in full. Dense objects are joined for the pairs of accounts
    that met on a light one; pairs that share dense objects only are not made.

    Args:
        prepared: The actions.
        counted: Their pairs, and which objects are dense.
        at_once: Pairs that are joined at once.
    """
    make_empty(prepared)
    join_light(prepared, counted, at_once=at_once)
    join_dense(prepared, counted)
    return co_actions(prepared)


def make_empty(prepared: Prepared) -> None:
    """Make the table `co_action` without rows."""
    columns = _MET.replace(",", " BIGINT,")
    prepared.connection.execute(f"CREATE OR REPLACE TEMP TABLE co_action ({columns} BIGINT)")


def join_light(
    prepared: Prepared,
    counted: Counted,
    which: str = "true",
    *,
    at_once: int = PAIRS_AT_ONCE,
) -> None:
    """Add the co-actions on objects that are not dense, where this condition holds of actions."""
    connection = prepared.connection
    set_rule(connection, prepared.window_s, 1)
    _make_dense(connection, counted)
    for first, last in _chunks(counted, at_once):
        chunk = f"object BETWEEN {first} AND {last} AND object NOT IN (FROM coaction_dense)"
        show_actions(connection, f"{chunk} AND {which}")
        connection.execute(f"INSERT INTO co_action {query('co_actions')}")


def join_dense(prepared: Prepared, counted: Counted) -> None:
    """Add the co-actions on dense objects of pairs that have met already."""
    if not len(counted.dense):
        return
    connection = prepared.connection
    set_rule(connection, prepared.window_s, 1)
    _make_dense(connection, counted)
    show_actions(connection, "object IN (FROM coaction_dense)")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT DISTINCT account_a, account_b FROM co_action"
    )
    connection.execute(f"INSERT INTO co_action {query('co_actions_of_known')}")
    connection.execute("DROP TABLE known")


def co_actions(prepared: Prepared) -> Columns:
    """Return the co-actions that stand in the connection."""
    return fetched(
        prepared.connection,
        f"SELECT {_MET} FROM co_action ORDER BY account_a, account_b, layer, object",
    )


def free(prepared: Prepared, *tables: str) -> None:
    """Give back the memory of tables that nothing asks any more."""
    for table in tables:
        prepared.connection.execute(f"DROP TABLE IF EXISTS {table}")


def ties(prepared: Prepared, least: int) -> Columns:
    """Weigh the pairs of accounts: columns account_a, account_b, weight, after `join`.

    The weight is the number of distinct pairs of posts that represent co-actions.
    """
    set_rule(prepared.connection, prepared.window_s, least)
    return fetched(
        prepared.connection, f"SELECT * FROM ({query('ties')}) ORDER BY account_a, account_b"
    )


def actions(prepared: Prepared) -> Columns:
    """Return the columns of `Actions`, sorted by layer, object, time, post."""
    return fetched(
        prepared.connection,
        "SELECT layer, object, account, post, time, objects FROM coaction_action "
        "ORDER BY layer, object, time, post",
    )


def account_ids(prepared: Prepared) -> list[str]:
    """Return the accounts' ids by their numbers."""
    found = prepared.connection.execute("SELECT account_id FROM coaction_account ORDER BY account")
    return [str(account_id) for (account_id,) in found.fetchall()]


def query(name: str) -> str:
    """Return the SQL text compiled from the expression of that name."""
    return (_QUERIES / f"{name}.sql").read_text("utf-8")


def set_rule(connection: "duckdb.DuckDBPyConnection", window_s: int, least: int) -> None:
    """Give the settings to the compiled queries."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rule AS "
        f"SELECT {int(window_s)}::BIGINT AS window, {int(least)}::BIGINT AS least"
    )


def show_actions(connection: "duckdb.DuckDBPyConnection", which: str) -> None:
    """Let the compiled queries see these actions."""
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW action AS SELECT layer, object, account, post, time "
        f"FROM coaction_action WHERE {which}"
    )


def fetched(connection: "duckdb.DuckDBPyConnection", sql: str) -> Columns:
    """Run a select of whole numbers and return its columns."""
    found = connection.execute(sql).fetchnumpy()
    return {name: _whole(column) for name, column in found.items()}


def _whole(column: NDArray[np.int64]) -> Numbers:
    return np.ascontiguousarray(column, np.int64)


def _make_dense(connection: "duckdb.DuckDBPyConnection", counted: Counted) -> None:
    connection.register("coaction_rows", {"object": counted.dense})
    connection.execute("CREATE OR REPLACE TEMP TABLE coaction_dense AS FROM coaction_rows")
    connection.unregister("coaction_rows")


def _chunks(counted: Counted, at_once: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of objects whose light pairs are few enough to be joined at once."""
    if not len(counted.object_pairs):
        return
    light = counted.object_pairs.copy()
    light[counted.dense] = 0
    chunk = np.cumsum(light) // at_once
    starts = np.flatnonzero(np.concatenate([[True], chunk[1:] != chunk[:-1]]))
    for first, after in zip(starts, [*starts[1:], len(chunk)], strict=True):
        yield int(first), int(after) - 1
