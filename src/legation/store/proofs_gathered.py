"""A campaign's proofs taken together: ties between groups of members, meetings by day.

A network of ten thousand accounts is not drawn account by account. It is asked here for what
a picture or a table needs, in one statement whatever the size, and nothing is sampled:
what a limit cuts off is counted.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from legation.store.proofs import EVIDENCE, TIES, Proofs

_BETWEEN: Final = """
WITH gathered AS (
  SELECT least(own.vertex, other.vertex) AS a, greatest(own.vertex, other.vertex) AS b,
    count(*) AS ties, count(q) AS validated, sum(objects)::BIGINT AS objects
  FROM {source} AS met
  JOIN vertex_of AS own ON own.account = met.account_a
  JOIN vertex_of AS other ON other.account = met.account_b
  WHERE campaign_id = ? GROUP BY 1, 2
)
SELECT *, count(*) FILTER (a <> b) OVER (), sum(ties) OVER ()::BIGINT
FROM gathered ORDER BY a = b DESC, objects DESC, a DESC, b DESC LIMIT ?
"""
_DAYS: Final = (
    "(epoch(least(time_a, time_b))::BIGINT // 86400) * 86400 AS day, layer, "
    "count(DISTINCT (post_a, post_b))"
)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Ties between two vertices, or inside one when both are the same.

    Attributes:
        ties: Pairs of accounts.
        validated: Those among them that hold by themselves.
        post_pairs: Distinct pairs of posts behind all of them.
    """

    a: str
    b: str
    ties: int
    validated: int
    post_pairs: int


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """What lies between vertices, strongest first, and how much there is.

    Attributes:
        inside: Ties inside a vertex.
        between: Ties between two, as many as were asked for.
        total: All pairs of vertices with a tie.
        ties: All ties of the campaign between its members.
    """

    inside: tuple[Link, ...] = ()
    between: tuple[Link, ...] = ()
    total: int = 0
    ties: int = 0


def links(proofs: Proofs, campaign_id: str, vertices: Mapping[str, str], limit: int) -> Links:
    """Gather a campaign's ties between vertices.

    Args:
        proofs: Of the run.
        campaign_id: Which campaign.
        vertices: For each account the vertex it stands in, such as its group or itself.
        limit: Most links between two vertices.
    """
    source = proofs.source(TIES)
    if source is None or not vertices:
        return Links()
    names = {
        "account": np.array(list(vertices), np.object_),
        "vertex": np.array(list(vertices.values()), np.object_),
    }
    most = limit + len(set(vertices.values()))
    rows = proofs.run(_BETWEEN.format(source=source), [campaign_id, most], {"vertex_of": names})
    found = [
        Link(a=a, b=b, ties=ties, validated=validated, post_pairs=pairs)
        for a, b, ties, validated, pairs, _, _ in rows
    ]
    return Links(
        inside=tuple(link for link in found if link.a == link.b),
        between=tuple(link for link in found if link.a != link.b)[:limit],
        total=rows[0][5] if rows else 0,
        ties=rows[0][6] if rows else 0,
    )


def days(proofs: Proofs, campaign_id: str) -> list[tuple[int, str | None, int]]:
    """Return the distinct pairs of posts that met: (day, layer, pairs).

    With None for a layer those of the day, each of which counts once however many layers it
    met in: they are fewer than the sum over the layers.
    """
    found = proofs.rows(
        EVIDENCE,
        _DAYS,
        "campaign_id = ?",
        [campaign_id],
        "GROUP BY GROUPING SETS ((day, layer), (day)) ORDER BY day, layer",
    )
    return [(int(day), layer, int(pairs)) for day, layer, pairs in found]
