"""Only the ties: the network that other tools stop at, in the shortest way from `post`.

Where a post acts on one object at most, as reposts do, each shared object stands for one
pair of posts. So neither posts are numbered nor the closest pair is sought, and the
objects are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from legation.store.coaction import (
    PAIRS_AT_ONCE,
    account_ids,
    check_window,
    count_pairs,
    fetched,
    join,
    prepared,
    query,
    set_rule,
    show_actions,
    ties,
)
from legation.store.coaction_count import Counted, DensePolicy, Numbers
from legation.store.coaction_keys import SINGLE, keyed
from legation.store.coaction_numbers import number, number_lightly
from legation.store.coaction_text import TextRule

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Pairs of accounts by their ids, sorted, with the weight of each.

    Attributes:
        account_a: Id of the account whose id sorts first.
        account_b: Id of the other.
        weight: Distinct pairs of posts.
        counted: What the join had to make.
    """

    account_a: NDArray[np.object_]
    account_b: NDArray[np.object_]
    weight: Numbers
    counted: Counted


def ties_only(
    connection: "duckdb.DuckDBPyConnection",
    *,
    clock_resolution_s: int,
    window_s: int,
    least: int,
    layers: Sequence[str] = ("repost",),
    rule: TextRule | None = None,
    policy: DensePolicy | None = None,
) -> Ties:
    """Find the pairs of accounts with at least `least` distinct pairs of posts.

    Args:
        connection: Has the relation `post`.
        clock_resolution_s: Resolution of the data's clock.
        window_s: Seconds within which two posts meet.
        least: Least weight.
        layers: Names of layers.
        rule: Rules of text; the layers of text need them.
        policy: When an object is too dense to be joined.

    Raises:
        UsageError: The window lies below the clock's resolution, or a layer is unknown or
            lacks its rules.
    """
    check_window(window_s, clock_resolution_s)
    source = keyed(connection, layers, rule)
    counts_objects = len(set(layers)) == 1 and layers[0] in SINGLE
    if counts_objects:
        number_lightly(connection, source)
    else:
        number(connection, source)
    found = prepared(connection, layers, window_s)
    counted = count_pairs(found, policy)
    if counts_objects and counted.pairs <= PAIRS_AT_ONCE and not len(counted.dense):
        set_rule(connection, window_s, least)
        show_actions(connection, "true")
        columns = fetched(
            connection, f"SELECT * FROM ({query('ties_by_objects')}) ORDER BY account_a, account_b"
        )
    else:
        join(found, counted)
        columns = ties(found, least)
    ids = np.asarray(account_ids(found), np.object_)
    return Ties(
        account_a=ids[columns["account_a"]],
        account_b=ids[columns["account_b"]],
        weight=columns["weight"],
        counted=counted,
    )
