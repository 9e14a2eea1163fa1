"""Bluesky: events of a Jetstream, one on each line, and posts as the app's views give them.

In a stream a post and a repost are commits that create a record; deletions, updates of
profiles and other kinds are no posts and are skipped. The time of an event is when the
relay saw it: the record's own `createdAt` is whatever its author's program claims. A
post's id is its at-address without the scheme, so that reposts and replies meet it.
"""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import Field, Mapping, Only, field

_ADDRESS = "^(?:at://)?(.*)$"
_POST = "app.bsky.feed.post"
_REPOST = "app.bsky.feed.repost"
_FEATURES = "facets[*].features[*]"

JETSTREAM = Preset(
    title="Bluesky Jetstream events (JSON lines)",
    fields_from="Bluesky, Jetstream README, 'Event format'; lexicon app.bsky.feed.post",
    signs=("did", "time_us", "kind", "commit.collection"),
    mapping=Mapping(
        name="bluesky-jetstream",
        platform="bluesky",
        fields={
            "post_id": Field(("did", "commit.collection", "commit.rkey"), "glue", "/"),
            "account_id": field("did"),
            "time": field("time_us"),
            "text": field("commit.record.text"),
            "lang": field("commit.record.langs[0]"),
            "urls": Field(
                (f"commit.record.{_FEATURES}.uri", "commit.record.embed.external.uri"), "list"
            ),
            "hashtags": Field((f"commit.record.{_FEATURES}.tag", "commit.record.tags[*]"), "list"),
            "mentions": Field((f"commit.record.{_FEATURES}.did",), "list"),
            "image_hashes": Field(("commit.record.embed.images[*].image.ref.$link",), "list"),
            "is_repost": Field(("commit.collection",), "flag", equals=(_REPOST,)),
            "repost_key": Field(("commit.record.subject.uri",), pattern=_ADDRESS),
            "reply_to": Field(("commit.record.reply.parent.uri",), pattern=_ADDRESS),
        },
        time_format="epoch_us",
        only=(
            Only("kind", ("commit",)),
            Only("commit.operation", ("create",)),
            Only("commit.collection", (_POST, _REPOST)),
        ),
        lenient=True,
    ),
)

VIEWS = Preset(
    title="Bluesky post views (getPosts, searchPosts)",
    fields_from="Bluesky, lexicon app.bsky.feed.defs#postView and app.bsky.feed.post",
    signs=("uri", "cid", "author.did", "record.text"),
    mapping=Mapping(
        name="bluesky-posts",
        platform="bluesky",
        fields={
            "post_id": Field(("uri",), pattern=_ADDRESS),
            "account_id": field("author.did"),
            "time": field("indexedAt"),
            "text": field("record.text"),
            "lang": field("record.langs[0]"),
            "urls": Field((f"record.{_FEATURES}.uri", "record.embed.external.uri"), "list"),
            "hashtags": Field((f"record.{_FEATURES}.tag", "record.tags[*]"), "list"),
            "mentions": Field((f"record.{_FEATURES}.did",), "list"),
            "image_hashes": Field(("record.embed.images[*].image.ref.$link",), "list"),
            "reply_to": Field(("record.reply.parent.uri",), pattern=_ADDRESS),
        },
        records=("posts",),
        handles=(field("author.handle"),),
        lenient=True,
    ),
)
