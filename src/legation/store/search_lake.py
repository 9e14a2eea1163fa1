"""What a campaign's posts say: each different text once, with two accounts that lead to it.

Read once for each run, when its findings are kept: a search then asks the store alone.
"""

from collections.abc import Iterator
from typing import Final

from legation.store.lake import Lake
from legation.store.proofs import EVIDENCE, Proofs
from legation.store.reading.cells import at_path
from legation.store.search import Text

# Of one campaign: the texts that most of its posts share; what is beyond is not searched.
MOST_TEXTS: Final = 5_000
LONGEST: Final = 2_000
_NAMED_IN: Final = {"link": "link", "hashtags": "hashtag"}
_TEXTS: Final = """
WITH acted AS (
  SELECT campaign_id, account_a AS account_id, post_a AS post_id, account_a, account_b FROM {seen}
  UNION ALL
  SELECT campaign_id, account_b, post_b, account_a, account_b FROM {seen}
), once AS (
  SELECT campaign_id, account_id, post_id, min(account_a || ' ' || account_b) AS pair
  FROM acted GROUP BY campaign_id, account_id, post_id
)
SELECT campaign_id, left(text, {longest}) AS said, min(pair) FROM once
JOIN {posts} USING (account_id, post_id) WHERE trim(text) <> '' GROUP BY campaign_id, said
QUALIFY row_number() OVER (PARTITION BY campaign_id ORDER BY count(*) DESC, said) <= {most}
ORDER BY campaign_id, count(*) DESC, said
"""
_OBJECTS: Final = """
SELECT campaign_id, layer, object, min(account_a || ' ' || account_b) FROM {seen}
WHERE layer IN ('link', 'hashtags') GROUP BY campaign_id, layer, object
QUALIFY row_number() OVER (PARTITION BY campaign_id, layer ORDER BY count(*) DESC, object) <= {most}
ORDER BY campaign_id, layer, count(*) DESC, object
"""


def posts_said(lake: Lake, run_id: str, objects: dict[str, str]) -> Iterator[Text]:
    """Yield the texts, links and hashtags of a run's campaigns.

    Args:
        lake: Where proofs and posts are.
        run_id: The run.
        objects: For each campaign id the id of its object.

    Raises:
        VerificationError: The proofs cannot be read.
    """
    proofs = Proofs(lake, run_id)
    seen, files = proofs.source(EVIDENCE), lake.files("posts")
    if seen is None:
        return
    for campaign_id, layer, thing, pair in proofs.run(
        _OBJECTS.format(seen=seen, most=MOST_TEXTS), []
    ):
        if campaign_id in objects:
            yield Text(
                object_id=objects[campaign_id],
                kind=_NAMED_IN[layer],
                text=thing[:LONGEST],
                place=f"{campaign_id} {pair}",
            )
    if not files:
        return
    listed = ", ".join(at_path(file) for file in files)
    posts = f"read_parquet([{listed}], hive_partitioning = false)"
    asked = _TEXTS.format(seen=seen, posts=posts, longest=LONGEST, most=MOST_TEXTS)
    for campaign_id, said, pair in proofs.run(asked, []):
        if campaign_id in objects:
            yield Text(
                object_id=objects[campaign_id],
                kind="post",
                text=said,
                place=f"{campaign_id} {pair}",
            )
