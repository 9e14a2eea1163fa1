"""Posts of Facebook pages and groups as CrowdTangle exported them (until August 2024).

There is no id of the post: its address is one. Times carry EST or EDT, the zone of a
dashboard that nobody changed; where yours was set otherwise, copy this preset into a
mapping file and state the zone.
"""

from legation.sources.social.preset import HASHTAG, Preset
from legation.store.reading.mapping import Field, Mapping, field

PRESET = Preset(
    title="CrowdTangle CSV (Facebook posts)",
    fields_from="CrowdTangle help, 'Historical data: column definitions'",
    signs=("Facebook Id", "Post Created", "URL", "Message", "Total Interactions"),
    mapping=Mapping(
        name="crowdtangle",
        platform="facebook",
        fields={
            "post_id": field("URL"),
            "account_id": field("Facebook Id"),
            "time": Field(("Post Created",), pattern=r"^(\S+ \S+)"),
            "text": field("Message"),
            "urls": Field(("Final Link", "Link"), "text"),
            "hashtags": Field(("Message",), "find", pattern=HASHTAG),
        },
        zone="America/New_York",
        handles=(field("User Name"), field("Page Name", "Group Name")),
        lenient=True,
    ),
)
