"""CSV of 4CAT, the capture and analysis toolkit: one shape for many platforms.

`id`, `thread_id`, `author`, `body` and `timestamp` are in every data set; the others
depend on the platform. Times are UTC. Lists are separated by commas.
"""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import Field, Mapping, field

PRESET = Preset(
    title="4CAT CSV",
    fields_from="Digital Methods Initiative, 4CAT, 'Data format: required fields'; map_item",
    signs=("id", "thread_id", "author", "body", "timestamp"),
    mapping=Mapping(
        name="4cat",
        fields={
            "post_id": field("id"),
            "account_id": field("author_id", "author"),
            "time": field("timestamp"),
            "text": field("body"),
            "lang": field("language_guess", "language"),
            "urls": Field(("urls",), "list", ","),
            "hashtags": Field(("hashtags",), "list", ","),
            "mentions": Field(("mentions",), "list", ","),
            "is_repost": Field(("is_retweet",), "flag"),
            "repost_key": field("retweeted_id"),
            "reply_to": field("reply_to"),
        },
        zone="UTC",
        handles=(field("author"), field("author_fullname")),
        lenient=True,
    ),
)
