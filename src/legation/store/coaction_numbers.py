"""Names become numbers: accounts, objects and posts of one run, each counted from 0.

The numbers follow from the rows alone and not from their order: accounts in the order of
their ids, objects by layer and key, posts by time and id. Objects that one account alone
acts on can tie nobody and get no number; they are only counted.
"""

from typing import TYPE_CHECKING

from legation.store.coaction_keys import LAYERS, SINGLE

if TYPE_CHECKING:
    import duckdb

SINGLE_NUMBERS = ", ".join(str(LAYERS.index(layer)) for layer in sorted(SINGLE))
OBJECTS = "coalesce(several.objects, 1)::BIGINT AS objects"
_OF_POST = "LEFT JOIN coaction_several AS several USING (layer, post_id)"


def number(connection: "duckdb.DuckDBPyConnection", keyed: str, people: str = "post") -> None:
    """Make the tables of numbers, and `coaction_action`.

    They are `coaction_account (account_id, account)`, `coaction_object (layer, key, object)`,
    `coaction_post (post_id, post)`, `coaction_action (layer, object, account, post, time,
    objects)` and, for objects of one account, `coaction_lone (layer, account, time, objects,
    key_hash)`; `objects` is the number of objects of the layer that the post acts on.

    Args:
        connection: Where they are made; earlier ones are replaced.
        keyed: Select of (layer, key, account_id, post_id, time).
        people: Relation of (post_id, account_id, time), each post once, that is numbered.
    """
    number_accounts(connection, people)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_post AS SELECT post_id, "
        f"row_number() OVER (ORDER BY time, post_id) - 1 AS post FROM {people}"
    )
    _gather(connection, keyed)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_object AS SELECT layer, key, "
        "row_number() OVER (ORDER BY layer, key) - 1 AS object FROM ("
        "SELECT layer, key FROM coaction_shared GROUP BY layer, key "
        "HAVING min(account) <> max(account))"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_action AS "
        "SELECT layer, object, account, post, time, objects "
        "FROM coaction_shared JOIN coaction_object USING (layer, key) "
        "JOIN coaction_post USING (post_id)"
    )
    connection.execute("DROP TABLE coaction_shared")


def number_lightly(connection: "duckdb.DuckDBPyConnection", keyed: str) -> None:
    """Make the same tables for layers with one object a post, without numbering posts.

    An object stands for the post there: where posts are compared, objects are.
    """
    number_accounts(connection, "post")
    connection.execute("DROP TABLE IF EXISTS coaction_post")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_object AS "
        "SELECT layer, key, row_number() OVER () - 1 AS object "
        f"FROM (SELECT layer, key FROM ({keyed}) GROUP BY layer, key "
        "HAVING min(account_id) <> max(account_id))"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_action AS "
        "SELECT layer, object, account, object AS post, time "
        f"FROM ({keyed}) JOIN coaction_object USING (layer, key) "
        "JOIN coaction_account USING (account_id)"
    )


def _gather(connection: "duckdb.DuckDBPyConnection", keyed: str) -> None:
    """Keep the rows that may share their object.

    Most objects have one account. Hashes find these fast, and the few that a hash wrongly
    keeps are dropped when the keys themselves are compared.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_several AS SELECT layer, post_id, "
        f"count(*) AS objects FROM ({keyed}) WHERE layer NOT IN ({SINGLE_NUMBERS}) "
        "GROUP BY layer, post_id HAVING count(*) > 1"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_shared AS WITH found AS NOT MATERIALIZED ("
        f"SELECT *, hash(layer, key) AS key_hash FROM ({keyed})) "
        f"SELECT layer, key, account, post_id, time, {OBJECTS} FROM found "
        "SEMI JOIN (SELECT key_hash FROM found GROUP BY key_hash "
        "HAVING min(account_id) <> max(account_id)) AS often USING (key_hash) "
        f"JOIN coaction_account USING (account_id) {_OF_POST}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_lone AS WITH found AS NOT MATERIALIZED ("
        f"SELECT layer, account_id, post_id, time, hash(layer, key) AS key_hash FROM ({keyed})) "
        f"SELECT layer, account, time, {OBJECTS}, key_hash FROM found "
        "ANTI JOIN (SELECT hash(layer, key) AS key_hash FROM coaction_shared) AS often "
        f"USING (key_hash) JOIN coaction_account USING (account_id) {_OF_POST}"
    )
    connection.execute("DROP TABLE coaction_several")


def number_accounts(connection: "duckdb.DuckDBPyConnection", people: str) -> None:
    """Make `coaction_account` from the accounts of a relation."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE coaction_account AS SELECT account_id, "
        "row_number() OVER (ORDER BY account_id) - 1 AS account "
        f"FROM (SELECT DISTINCT account_id FROM {people})"
    )
