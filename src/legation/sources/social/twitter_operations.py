"""The platform's own CSV of information operations it attributed and removed (2018-2021).

Times are UTC to the minute. Lists stand as `[a, b]`. Accounts with few followers are
given as hashes, the others by number and screen name.
"""

from legation.sources.social.preset import Preset
from legation.store.reading.mapping import Field, Mapping, field

PRESET = Preset(
    title="Twitter information operations CSV",
    fields_from="Twitter Moderation Research, 'Information operations', Readme of the data sets",
    signs=("tweetid", "userid", "tweet_text", "tweet_time", "is_retweet"),
    mapping=Mapping(
        name="twitter-operations",
        platform="twitter",
        fields={
            "post_id": field("tweetid"),
            "account_id": field("userid"),
            "time": field("tweet_time"),
            "text": field("tweet_text"),
            "lang": field("tweet_language"),
            "urls": Field(("urls",), "list"),
            "hashtags": Field(("hashtags",), "list"),
            "mentions": Field(("user_mentions",), "list"),
            "is_repost": Field(("is_retweet",), "flag"),
            "repost_key": field("retweet_tweetid"),
            "reply_to": field("in_reply_to_tweetid"),
        },
        zone="UTC",
        handles=(field("user_screen_name"),),
        lenient=True,
    ),
)
