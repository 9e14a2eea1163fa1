"""One chat as Telegram Desktop exports it: `result.json`.

Numbers of messages hold within a chat, so a post's id joins the chat's and its own; the
number of a chat with one person is that person's, so it is masked like a name.
Text is a string or a list of pieces. A forward names its source but not the original
message, so its key is a hash of source and text. Service messages are no posts. An
edited message stands once, as it was when exported, under its first time.
"""

from legation.sources.social.preset import HASHTAG, LINK, MENTION, Preset
from legation.store.reading.mapping import Field, Mapping, Only, field

PRESET = Preset(
    title="Telegram Desktop export (result.json of one chat)",
    fields_from="Telegram, 'Telegram Desktop export format' (tdesktop, export_output_json)",
    signs=("id", "type", "date_unixtime", "text_entities"),
    mapping=Mapping(
        name="telegram",
        platform="telegram",
        fields={
            "post_id": Field(("chat", "id"), "glue", "/"),
            "account_id": field("from_id", "actor_id"),
            "time": field("date_unixtime"),
            "text": Field(("text",), "plain"),
            "urls": Field(("text",), "find", pattern=LINK),
            "hashtags": Field(("text",), "find", pattern=HASHTAG),
            "mentions": Field(("text",), "find", pattern=MENTION),
            "is_repost": Field(("forwarded_from",), "present"),
            "repost_key": Field(("forwarded_from", "text"), "digest", "\n"),
            "reply_to": Field(("chat", "reply_to_message_id"), "glue", "/"),
        },
        time_format="epoch_s",
        records=("messages",),
        carry={"chat": ("id",)},
        only=(Only("type", ("message",)),),
        handles=(field("from"), field("chat")),
        lenient=True,
    ),
)
