"""Pairs of accounts that are one handle, named or spelled in two ways.

A tie with oneself is no tie. The lake notes such pairs when posts come in
(`reading/selves`), a file has them where it spells an id in several ways; here their
co-actions are left out, before anything is judged.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from legation.store.coaction import Columns, fetched
from legation.store.reading.cells import at_path

if TYPE_CHECKING:
    import duckdb

    from legation.store.coaction import Prepared
    from legation.store.coaction_count import Counted

# Of an id that is spelled in more ways, each is paired with so many neighbours in order.
_MOST_SPELLINGS: Final = 8
_SPELLING: Final = (
    "lower(nfc_normalize(regexp_replace(trim(account_id, '@ =''\"'), '^([0-9]+)[.]0+$', '\\1')))"
)


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


def spelled(
    prepared: "Prepared", counted: "Counted", met: Columns
) -> tuple[tuple["Prepared", "Counted", Columns], Columns]:
    """Leave out co-actions of an account with itself, where a file spells its id in several ways.

    Ids are one where they differ in case, in an "@" before them, or in blanks around them: an
    import takes such spellings for one handle, too. So they are where a table program wrote the
    same number as `123`, `123.0`, `'123` or `="123"`. Ids themselves stay as they are written.

    Returns:
        What was joined without them, and the pairs as columns `account_a` and `account_b`.
    """
    rows = fetched(
        prepared.connection,
        "SELECT account, dense_rank() OVER (ORDER BY spelling) AS own FROM (SELECT account, "
        f"{_SPELLING} AS spelling FROM coaction_account) "
        "QUALIFY count(*) OVER (PARTITION BY spelling) > 1 ORDER BY own, account",
    )
    account, own = rows["account"].astype(np.int64), rows["own"].astype(np.int64)
    class_of = np.zeros(prepared.accounts, np.int64)  # 0: spelled in one way
    class_of[account] = own
    one, other = class_of[met["account_a"]], class_of[met["account_b"]]
    others = (one != other) | (one == 0)
    if not others.all():
        met = {name: column[others] for name, column in met.items()}
    pairs = [
        np.stack([account[step:], account[:-step]])[:, own[step:] == own[:-step]]
        for step in range(1, min(_MOST_SPELLINGS + 1, len(account)))
    ]
    a, b = np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1)
    selves = {"account_a": np.minimum(a, b), "account_b": np.maximum(a, b)}
    return (prepared, counted, met), selves
