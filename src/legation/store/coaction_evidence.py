"""Evidence: every co-action of a campaign as a row that a person can look up.

Ids are those of the input. An object shows its key: the original's id, the link, the
image's hash, the row of hashtags; a text, which may hold names, shows the SHA-256 of its
normal form. A likeness is no co-action: its rows say `similarity`, show the SHA-256 of the
wording's letters, and their lag may be months. `time_a` and `time_b` are TIMESTAMP without a
zone, in UTC. `tie` says whether the two accounts are a `validated` tie, or one of them
`joined` the campaign as a single account: by meeting it as a whole, or by likeness.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import numpy as np

from legation.store.coaction_count import Numbers
from legation.store.coaction_keys import LAYERS
from legation.store.durable import sync
from legation.store.reading.cells import quoted

if TYPE_CHECKING:
    import duckdb

_TEXTS = tuple(LAYERS.index(layer) for layer in ("text", "near-text"))


def write_evidence(
    connection: "duckdb.DuckDBPyConnection",
    rows: Mapping[str, Numbers],
    campaign_ids: Sequence[str],
    path: Path,
    alike: Mapping[str, Any] | None = None,
) -> int:
    """Write evidence.parquet in one step; an earlier file stays if this fails.

    Args:
        connection: In which the actions were prepared.
        rows: Columns of co-actions, `campaign`, the place in `campaign_ids`, and `validated`: 1
            where the accounts are a validated tie, else 0.
        campaign_ids: Ids of the campaigns.
        path: The file.
        alike: Likenesses: the columns of `rows` without `layer` and with the wording's
            SHA-256 as `object`; none are the same as None.

    Returns:
        The rows written.
    """
    beside = path.with_name(f".{path.name}.{token_hex(8)}.part")
    named = np.asarray(campaign_ids, np.object_)
    for table, given in (("coaction_rows", rows), ("coaction_alike_rows", alike)):
        some = given is not None and len(given["campaign"])
        names = {"campaign_id": named[given["campaign"]]} if given is not None and some else {}
        connection.register(table, {**given, **names} if given is not None and some else _none())
    try:
        connection.execute(
            f"COPY ({_SELECT}) TO {quoted(str(beside))} (FORMAT parquet, COMPRESSION zstd)"
        )
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)
        connection.unregister("coaction_rows")
        connection.unregister("coaction_alike_rows")
    return len(rows["campaign"]) + (len(alike["campaign"]) if alike else 0)


def _none() -> dict[str, Any]:
    """Columns of no rows: DuckDB cannot tell the type of an empty column of objects."""
    numbers = ("layer", "object", *_ENDS.split(", "), "validated")
    return {
        "campaign_id": np.empty(0, np.str_),
        **{name: np.empty(0, np.int64) for name in numbers},
    }


def _layer_name(layer: str) -> str:
    cases = " ".join(f"WHEN {number} THEN {quoted(name)}" for number, name in enumerate(LAYERS))
    return f"CASE {layer} {cases} END"


_ENDS = "account_a, account_b, post_a, post_b, time_a, time_b"
_SELECT = (
    "WITH met AS (SELECT campaign_id::VARCHAR AS campaign_id, rows.layer AS place, "
    f"{_layer_name('rows.layer')} AS layer, rows.object AS number, "
    f"CASE WHEN rows.layer IN {_TEXTS} THEN sha256(key) ELSE key END AS object, {_ENDS}, "
    "CASE WHEN validated = 1 THEN 'validated' ELSE 'joined' END AS tie "
    "FROM coaction_rows AS rows JOIN coaction_object USING (object) "
    f"UNION ALL SELECT campaign_id::VARCHAR, {len(LAYERS)}, 'similarity', 0, object::VARCHAR, "
    f"{_ENDS}, 'joined' FROM coaction_alike_rows) "
    "SELECT campaign_id, a.account_id AS account_a, b.account_id AS account_b, layer, object, "
    "pa.post_id AS post_a, pb.post_id AS post_b, "
    "make_timestamp(met.time_a * 1000000) AS time_a, "
    "make_timestamp(met.time_b * 1000000) AS time_b, "
    "abs(met.time_a - met.time_b) AS lag_s, tie "
    "FROM met "
    "JOIN coaction_account AS a ON a.account = met.account_a "
    "JOIN coaction_account AS b ON b.account = met.account_b "
    "JOIN coaction_post AS pa ON pa.post = met.post_a "
    "JOIN coaction_post AS pb ON pb.post = met.post_b "
    "ORDER BY campaign_id, met.account_a, met.account_b, place, number, object, post_a, post_b"
)
