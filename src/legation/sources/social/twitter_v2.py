"""Posts of the Twitter/X API v2: pages with their authors beside them, or flattened lines.

A page has the posts under `data` and the users under `includes`; tools that flatten
put the user into the post as `author`. A repost names what it reposts in its first
referenced post. A post that was deleted is named under `errors` of a page, not under
`data`, so it does not appear.
"""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import Field, Lookup, Mapping, Only, field

_FIRST = "referenced_tweets[0].type"

PRESET = Preset(
    title="Twitter/X API v2 JSON (pages or flattened lines)",
    fields_from="X Developer Platform, API v2, 'Data dictionary: Tweet object model'",
    signs=("id", "text", "author_id", "created_at"),
    mapping=Mapping(
        name="twitter-v2",
        platform="twitter",
        fields={
            "post_id": field("id"),
            "account_id": field("author_id"),
            "time": field("created_at"),
            "text": field("text"),
            "lang": field("lang"),
            "urls": Field(("entities.urls[*].expanded_url",), "list"),
            "hashtags": Field(("entities.hashtags[*].tag",), "list"),
            "mentions": Field(("entities.mentions[*].username",), "list"),
            "image_hashes": Field(("attachments.media_keys[*]",), "list"),
            "is_repost": Field((_FIRST,), "flag", equals=("retweeted",)),
            "repost_key": Field(("referenced_tweets[0].id",), when=Only(_FIRST, ("retweeted",))),
            "reply_to": Field(("referenced_tweets[0].id",), when=Only(_FIRST, ("replied_to",))),
        },
        records=("data",),
        lookups=(Lookup("author", ("includes", "users"), "author_id"),),
        handles=(field("author.username"),),
        lenient=True,
    ),
)
