"""Mastodon statuses, as its interface returns them: one on each line, or a list.

Content is HTML. A boost is a status whose `reblog` holds the boosted one; its text and
links stand there. Links are those that the server marked as such, not those of tags and
mentions, which lead to the server itself. An edited status keeps its id and first time.
"""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import Field, Mapping, field

_ANCHOR = r'<a href="([^"]+)"(?: target="_blank")? rel="nofollow'

PRESET = Preset(
    title="Mastodon statuses (JSON)",
    fields_from="Mastodon documentation, 'Entities: Status'",
    signs=("id", "created_at", "account.acct", "content", "uri"),
    mapping=Mapping(
        name="mastodon",
        platform="mastodon",
        fields={
            "post_id": field("uri"),
            "account_id": field("account.acct"),
            "time": field("created_at"),
            "text": Field(("content", "reblog.content"), "html"),
            "lang": field("language", "reblog.language"),
            "urls": Field(("content", "reblog.content"), "find", pattern=_ANCHOR),
            "hashtags": Field(("tags[*].name", "reblog.tags[*].name"), "list"),
            "mentions": Field(("mentions[*].acct", "reblog.mentions[*].acct"), "list"),
            "is_repost": Field(("reblog.uri",), "present"),
            "repost_key": field("reblog.uri"),
            "reply_to": field("in_reply_to_id"),
        },
        handles=(field("account.username"), field("account.url")),
        lenient=True,
    ),
)
