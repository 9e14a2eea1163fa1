"""CSV of the coordination-network-toolkit: eight columns, epoch seconds.

The tool reads them by position under these names; links are separated by blanks, and
it has no hashtags, so hashtags and mentions are found in the message.
"""

from legation.sources.social.preset import HASHTAG, MENTION, Preset
from legation.store.reading.mapping import Field, Mapping, field

PRESET = Preset(
    title="coordination-network-toolkit CSV",
    fields_from="QUT Digital Observatory, coordination-network-toolkit, README, 'CSV input format'",
    signs=("message_id", "user_id", "username", "repost_id", "message", "timestamp"),
    mapping=Mapping(
        name="coordination-network-toolkit",
        fields={
            "post_id": field("message_id"),
            "account_id": field("user_id"),
            "time": field("timestamp"),
            "text": field("message"),
            "urls": Field(("urls",), "list", " "),
            "hashtags": Field(("message",), "find", pattern=HASHTAG),
            "mentions": Field(("message",), "find", pattern=MENTION),
            "is_repost": Field(("repost_id",), "present"),
            "repost_key": field("repost_id"),
            "reply_to": field("reply_id"),
        },
        time_format="epoch_s",
        zone="UTC",
        handles=(field("username"),),
        lenient=True,
    ),
)
