"""Pairs of accounts that are one handle, named once with its platform and once without.

A tie with oneself is no tie. The lake notes such pairs when posts come in
(`reading/selves`); here their co-actions are left out, before anything is judged.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from legation.store.coaction import Columns, fetched
from legation.store.reading.cells import at_path

if TYPE_CHECKING:
    import duckdb


def selves_in(connection: "duckdb.DuckDBPyConnection", files: Sequence[Path]) -> Columns:
    """Return columns `account_a` and `account_b`, the lower number first.

    Args:
        connection: Has `coaction_account`.
        files: What `Lake.files` gives of the kind `same_accounts`.
    """
    if not files:
        return {name: np.zeros(0, np.int64) for name in ("account_a", "account_b")}
    listed = ", ".join(map(at_path, files))
    return fetched(
        connection,
        "SELECT DISTINCT least(one.account, two.account) AS account_a, "
        "greatest(one.account, two.account) AS account_b "
        f"FROM read_parquet([{listed}], hive_partitioning = false) AS pair "
        "JOIN coaction_account AS one ON one.account_id = pair.account_id "
        "JOIN coaction_account AS two ON two.account_id = pair.other "
        "ORDER BY account_a, account_b",
    )


def without_selves(met: Columns, selves: Columns, accounts: int) -> Columns:
    """Return co-actions without those between two names of one handle."""
    if not len(selves["account_a"]):
        return met
    own = selves["account_a"] * accounts + selves["account_b"]
    others = ~np.isin(met["account_a"] * accounts + met["account_b"], own)
    return {name: column[others] for name, column in met.items()}
