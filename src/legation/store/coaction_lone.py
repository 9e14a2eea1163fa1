"""Acts on objects that nobody else acted on: they tie nobody, but they are not silence.

How surprising it is that two accounts meet depends on all that they do, so the detector is told
how many such objects each account had in each stretch of the window's length.
"""

from legation.store.coaction import Columns, Prepared, fetched


def lone(prepared: Prepared) -> Columns:
    """Return columns layer, account, bin (time divided by the window), objects, count: int64.

    An object that stands in several posts of a bin counts for the one with fewest objects.
    """
    return fetched(
        prepared.connection,
        "SELECT layer, account, bin, objects, count(*) AS count FROM ("
        "SELECT layer, account, bin, min(objects) AS objects FROM ("
        f"SELECT *, (time // {prepared.window_s})::BIGINT AS bin FROM coaction_lone) "
        "GROUP BY layer, account, bin, key_hash) "
        "GROUP BY layer, account, bin, objects ORDER BY bin, layer, account, objects",
    )
