"""Posts of Facebook and Instagram as the Meta Content Library lets them be downloaded."""

from legation.sources.social.preset import HASHTAG, MENTION, Preset
from legation.store.reading.mapping import Field, Mapping, field

PRESET = Preset(
    title="Meta Content Library CSV",
    fields_from="Meta Content Library and API, 'Data dictionary', posts",
    signs=("id", "creation_time", "post_owner.id", "mcl_url"),
    mapping=Mapping(
        name="meta-content-library",
        platform="facebook",
        fields={
            "post_id": field("id"),
            "account_id": field("post_owner.id"),
            "time": field("creation_time"),
            "text": field("text"),
            "lang": field("lang"),
            "urls": field("link_attachment.link"),
            "hashtags": Field(("text",), "find", pattern=HASHTAG),
            "mentions": Field(("text",), "find", pattern=MENTION),
            "is_repost": Field(("shared_post_id",), "present"),
            "repost_key": field("shared_post_id"),
        },
        zone="UTC",
        handles=(field("post_owner.username"), field("post_owner.name")),
        lenient=True,
    ),
)
