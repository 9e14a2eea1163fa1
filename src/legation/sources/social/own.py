"""Our own columns, as a file of posts without any options has them."""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import CANONICAL

PRESET = Preset(
    title="legation's own columns (CSV, JSON lines, Parquet)",
    fields_from="docs/reference/sources.md, 'The columns of a post'",
    signs=("post_id", "account_id", "created_at"),
    mapping=CANONICAL,
)
