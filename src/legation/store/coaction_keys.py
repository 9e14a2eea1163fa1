"""What posts act on: for each layer the key of the object, as one relation over `post`.

A repost acts on its original, a post on its links, images, words, row of hashtags, and on
the post it answers. Reposts have no words of their own, so the layers of text leave them
out. A single hashtag ties nobody: only a row of three or more, in their order, is a trace.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from legation.errors import UsageError
from legation.store.coaction_text import TextRule

if TYPE_CHECKING:
    import duckdb

# A layer's number is its place here, the same as in the detector.
LAYERS = ("repost", "link", "image", "text", "near-text", "hashtags", "reply")
# Layers in which one post acts on one object at most.
SINGLE = frozenset({"repost", "text", "near-text", "hashtags", "reply"})
# Layers whose objects depend on all texts together, not on the post alone.
GROUPED = frozenset({"near-text"})
LEAST_HASHTAGS = 3
_KEYS = {
    "repost": ("nullif(repost_key, '')", "true"),
    "link": ("unnest(list_distinct(urls))", "len(urls) > 0"),
    "image": ("unnest(list_distinct(image_hashes))", "len(image_hashes) > 0"),
    "hashtags": ("array_to_string(hashtags, ' ')", f"len(hashtags) >= {LEAST_HASHTAGS}"),
    "reply": ("nullif(reply_to, '')", "true"),
}
_COLUMNS = {
    "repost": ("repost_key",),
    "link": ("urls",),
    "image": ("image_hashes",),
    "text": ("text", "is_repost", "repost_key"),
    "near-text": ("text", "is_repost", "repost_key"),
    "hashtags": ("hashtags",),
    "reply": ("reply_to",),
}


def columns_of(layers: Sequence[str]) -> frozenset[str]:
    """Return the columns of `post` that the layers read: nothing else need be converted.

    Raises:
        UsageError: A layer has no such name.
    """
    check_layers(layers)
    return frozenset(column for layer in layers for column in _COLUMNS[layer])


def check_layers(layers: Sequence[str]) -> None:
    """Refuse an unknown layer, and none at all.

    Raises:
        UsageError: A layer has no such name, or none is given.
    """
    for layer in layers:
        if layer not in LAYERS:
            raise UsageError(f"no layer {layer!r}", hint=f"the layers are {', '.join(LAYERS)}")
    if not layers:
        raise UsageError("no layer to look at", hint=f"name some of {', '.join(LAYERS)}")


def keyed(
    connection: "duckdb.DuckDBPyConnection", layers: Sequence[str], rule: TextRule | None
) -> str:
    """Return a select of (layer, key, account_id, post_id, time) over `post`.

    The layers of text make the temporary table `coaction_text` on the way.

    Args:
        connection: Has the relation `post`.
        layers: Names of layers.
        rule: Rules of text; needed by the layers of text.

    Raises:
        UsageError: A layer has no such name, or lacks its rules.
    """
    check_layers(layers)
    of_text = [layer for layer in layers if layer in {"text", "near-text"}]
    if of_text and rule is None:
        raise UsageError("the layers of text need the rules of text", hint="give the text rule")
    if rule is not None and of_text:
        make_texts(connection, rule)
    if rule is not None and "near-text" in of_text:
        group_texts(connection, rule)
    return " UNION ALL ".join(_select(layer) for layer in dict.fromkeys(layers))


def make_texts(connection: "duckdb.DuckDBPyConnection", rule: TextRule) -> None:
    """Make `coaction_text (normal, account_id, post_id, time)`: the normal forms that may tie."""
    connection.execute(
        # Materialized, or the filter is pushed down and each text normalised twice.
        "CREATE OR REPLACE TEMP TABLE coaction_text AS WITH formed AS MATERIALIZED ("
        f"SELECT {rule.normal_sql('text')} AS normal, account_id, post_id, time FROM post "
        "WHERE text IS NOT NULL AND repost_key IS NULL AND NOT coalesce(is_repost, false)) "
        f"SELECT * FROM formed WHERE {rule.substantial_sql('normal')}"
    )


def group_texts(connection: "duckdb.DuckDBPyConnection", rule: TextRule) -> None:
    """Make `coaction_alike`: normal forms that resemble another, and the one that is chief."""
    found = connection.execute(
        "SELECT DISTINCT normal FROM coaction_text ORDER BY normal"
    ).fetchnumpy()["normal"]
    normal = found.tolist()
    chief = np.asarray(rule.group(normal), np.int64) if normal else np.empty(0, np.int64)
    alike = np.flatnonzero(np.bincount(chief, minlength=len(normal))[chief] > 1)
    rows = {
        "normal": np.asarray([normal[i] for i in alike.tolist()], object),
        "chief": np.asarray([normal[i] for i in chief[alike].tolist()], object),
    }
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_alike (normal VARCHAR, chief VARCHAR)"
    )
    if len(alike):
        connection.register("coaction_rows", rows)
        connection.execute("INSERT INTO coaction_alike SELECT normal, chief FROM coaction_rows")
        connection.unregister("coaction_rows")


def _select(layer: str) -> str:
    shown = f"{LAYERS.index(layer)}::BIGINT AS layer"
    who = "account_id, post_id, time"
    if layer == "text":
        return f"SELECT {shown}, normal AS key, {who} FROM coaction_text"
    if layer == "near-text":
        return (
            f"SELECT {shown}, chief AS key, {who} "
            "FROM coaction_text JOIN coaction_alike USING (normal)"
        )
    key, has_any = _KEYS[layer]
    return (
        f"SELECT * FROM (SELECT {shown}, {key} AS key, {who} FROM post WHERE {has_any}) "
        "WHERE key IS NOT NULL"
    )
