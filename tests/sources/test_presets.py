"""Each preset reads a small file written from its published field list.

The files hold what real exports hold: quoted line ends, deletions, edits, reposts,
service messages. Names and ids are invented.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from legation.sources.catalogue import PRESETS
from legation.sources.posts import mapping_for, open_posts
from legation.store.duck import connect
from legation.store.intake import Intake

TOOLKIT = """message_id,user_id,username,repost_id,reply_id,message,timestamp,urls
1,10,ann,,,"Peace, now
#Peace @bob_1",1700000000,https://e.example/a https://e.example/b?utm_source=x
2,11,bob_1,1,,RT,1700000005,
"""
OPERATIONS = (
    "tweetid,userid,user_display_name,user_screen_name,user_reported_location,"
    "user_profile_description,user_profile_url,follower_count,following_count,"
    "account_creation_date,account_language,tweet_language,tweet_text,tweet_time,"
    "tweet_client_name,in_reply_to_userid,in_reply_to_tweetid,quoted_tweet_tweetid,is_retweet,"
    "retweet_userid,retweet_tweetid,latitude,longitude,quote_count,reply_count,like_count,"
    "retweet_count,hashtags,urls,user_mentions,poll_choices\n"
    '"900","abc=","abc=","abc=","","","","1","2","2016-01-01","en","en","hello ""you""\nagain",'
    '"2018-03-04 12:34","Web","","","","false","","","","","0","0","0","0","[One, Two]",'
    '"[https://e.example/x,y, https://e.example/z]","[77, 78]",""\n'
    '"901","def=","def=","def=","","","","1","2","2016-01-01","en","en","RT @a: hello",'
    '"2018-03-04 12:35","Web","","","","true","77","900","","","0","0","0","0","[]","[]","[]",""\n'
)
CROWDTANGLE = (
    "Page Name,User Name,Facebook Id,Page Category,Post Created,Post Created Date,"
    "Post Created Time,Type,Total Interactions,URL,Message,Link,Final Link,Image Text\n"
    "The Daily,thedaily,1001,MEDIA,2021-07-06 21:46:36 EDT,2021-07-06,21:46:36,Link,"
    '"1,234",https://www.facebook.com/1001/posts/5,"Read\nthis #News",https://bit.example/1,'
    "https://e.example/story,\n"
)
MCL = (
    "id,creation_time,modified_time,text,lang,content_type,mcl_url,post_owner.id,post_owner.name,"
    "post_owner.type,post_owner.username,link_attachment.link,shared_post_id,statistics.views\n"
    '5001,2024-02-03T04:05:06+00:00,2024-02-04T00:00:00+00:00,"A post\n#Tag",en,link,'
    "https://mcl.example/5001,70,The Page,facebook_page,thepage,https://e.example/l,4000,9\n"
)
FOURCAT = (
    "id,thread_id,timestamp,unix_timestamp,subject,body,author,author_fullname,author_id,"
    "language_guess,is_retweet,hashtags,urls,mentions\n"
    '31,30,2022-02-24 03:00:01,1645671601,,"line one\nline two",ann,Ann A.,10,en,no,'
    '"peace,War",https://e.example/p,"bob,cy"\n'
)
TWEET = {
    "id": "1500",
    "text": "hello @bob https://t.co/x #Peace",
    "author_id": "10",
    "created_at": "2022-03-01T10:00:00.000Z",
    "lang": "en",
    "edit_history_tweet_ids": ["1499", "1500"],
    "entities": {
        "urls": [{"url": "https://t.co/x", "expanded_url": "https://e.example/x"}],
        "hashtags": [{"start": 1, "end": 2, "tag": "Peace"}],
        "mentions": [{"username": "Bob", "id": "11"}],
    },
}
RETWEET = {
    "id": "1501",
    "text": "RT @ann: hello",
    "author_id": "11",
    "created_at": "2022-03-01T10:00:30.000Z",
    "referenced_tweets": [{"type": "retweeted", "id": "1500"}],
}
PAGE = {
    "data": [TWEET, RETWEET],
    "includes": {"users": [{"id": "10", "username": "ann", "name": "Ann"}]},
    "errors": [{"resource_id": "1400", "title": "Not Found Error", "detail": "deleted"}],
    "meta": {"result_count": 2},
}
FACETS = [
    {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://e.example/b"}]},
    {"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"}]},
    {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Peace"}]},
]
BLUESKY_RECORD = {
    "$type": "app.bsky.feed.post",
    "text": "hello",
    "createdAt": "2024-09-09T19:46:02.102Z",
    "langs": ["en"],
    "facets": FACETS,
    "embed": {"images": [{"alt": "", "image": {"ref": {"$link": "bafyimage"}}}]},
}


def _event(operation: str, collection: str, rkey: str, record: Any) -> dict[str, Any]:
    commit = {"rev": "r", "operation": operation, "collection": collection, "rkey": rkey}
    return {
        "did": "did:plc:ann",
        "time_us": 1725911162329308,
        "kind": "commit",
        "commit": commit | ({"record": record, "cid": "c"} if record else {}),
    }


JETSTREAM = [
    _event("create", "app.bsky.feed.post", "k1", BLUESKY_RECORD),
    _event(
        "create",
        "app.bsky.feed.repost",
        "k2",
        {"subject": {"uri": "at://did:plc:ann/app.bsky.feed.post/k1", "cid": "c"}},
    ),
    _event("delete", "app.bsky.feed.post", "k1", None),
    {"did": "did:plc:x", "time_us": 1725911162329309, "kind": "identity", "identity": {}},
]
VIEWS = {
    "posts": [
        {
            "uri": "at://did:plc:ann/app.bsky.feed.post/k1",
            "cid": "c",
            "author": {"did": "did:plc:ann", "handle": "ann.example"},
            "record": BLUESKY_RECORD,
            "indexedAt": "2024-09-09T19:46:03.000Z",
        }
    ]
}
STATUS = {
    "id": "111",
    "created_at": "2023-05-05T05:05:05.000Z",
    "edited_at": "2023-05-06T00:00:00.000Z",
    "in_reply_to_id": None,
    "language": "de",
    "uri": "https://m.example/users/ann/statuses/111",
    "content": '<p>Hallo &amp; <a href="https://e.example/m" target="_blank" rel="nofollow '
    'noopener">e.example/m</a><br />und <span class="h-card"><a href="https://m.example/@bob" '
    'class="u-url mention">@bob</a></span></p>',
    "account": {"id": "1", "username": "ann", "acct": "ann", "url": "https://m.example/@ann"},
    "tags": [{"name": "Frieden", "url": "https://m.example/tags/Frieden"}],
    "mentions": [{"id": "2", "username": "bob", "acct": "bob@other.example"}],
    "reblog": None,
}
BOOST = STATUS | {
    "id": "112",
    "uri": "https://m.example/users/cy/statuses/112/activity",
    "content": "",
    "tags": [],
    "mentions": [],
    "account": {"id": "3", "username": "cy", "acct": "cy", "url": "https://m.example/@cy"},
    "reblog": STATUS,
}
TELEGRAM = {
    "name": "A channel",
    "type": "public_channel",
    "id": 123,
    "messages": [
        {"id": 1, "type": "service", "date": "2022-01-01T00:00:00", "date_unixtime": "1640995200",
         "actor": "A channel", "actor_id": "channel123", "action": "create_channel", "text": "",
         "text_entities": []},
        {"id": 2, "type": "message", "date": "2022-01-01T01:00:00", "date_unixtime": "1640998800",
         "edited": "2022-01-02T00:00:00", "edited_unixtime": "1641081600", "from": "A channel",
         "from_id": "channel123", "forwarded_from": "Another channel",
         "text": ["Read ", {"type": "text_link", "text": "this", "href": "https://e.example/t"},
                  " ", {"type": "hashtag", "text": "#News"}, " by @some_one"],
         "text_entities": []},
        {"id": 3, "type": "message", "date": "2022-01-01T01:00:05", "date_unixtime": "1640998805",
         "from": "A channel", "from_id": "channel123", "reply_to_message_id": 2, "text": "plain",
         "text_entities": []},
    ],
}  # fmt: skip


def _lines(records: list[Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


FILES: dict[str, tuple[str, str]] = {
    "coordination-network-toolkit": ("t.csv", TOOLKIT),
    "twitter-operations": ("io.csv", OPERATIONS),
    "crowdtangle": ("ct.csv", CROWDTANGLE),
    "meta-content-library": ("mcl.csv", MCL),
    "4cat": ("4cat.csv", FOURCAT),
    "twitter-v2": ("pages.jsonl", _lines([PAGE])),
    "bluesky-jetstream": ("events.jsonl", _lines(JETSTREAM)),
    "bluesky-posts": ("views.json", json.dumps(VIEWS, indent=1)),
    "mastodon": ("statuses.json", json.dumps([STATUS, BOOST])),
    "telegram": ("result.json", json.dumps(TELEGRAM, indent=1, ensure_ascii=False)),
}


def read(
    folder: Path, name: str, content: str | None = None
) -> tuple[Intake, list[dict[str, Any]]]:
    file, given = FILES[name]
    path = folder / file
    path.write_text(content or given, encoding="utf-8")
    connection = connect("500MB", 1)
    intake = open_posts(connection, [path], now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert connection.execute("FROM rejected").fetchall() == []
    table = connection.execute("SELECT * FROM post ORDER BY post_id")
    names = [column[0] for column in table.description]
    return intake, [dict(zip(names, row, strict=True)) for row in table.fetchall()]


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_preset_is_recognised_by_its_file(tmp_path: Path, name: str) -> None:
    intake, rows = read(tmp_path, name)
    assert intake.mapping.name == name
    assert rows
    assert intake.rejected == 0


def test_every_preset_has_a_file_here_and_cites_its_fields() -> None:
    assert {preset.name for preset in PRESETS} == {*FILES, "legation"}
    assert all(preset.fields_from and preset.title for preset in PRESETS)


def test_the_toolkits_reposts_links_and_tags_are_read(tmp_path: Path) -> None:
    _, (first, second) = read(tmp_path, "coordination-network-toolkit")
    assert first["urls"] == ["https://e.example/a", "https://e.example/b"]
    assert (first["hashtags"], first["mentions"]) == (["peace"], ["bob_1"])
    assert (first["is_repost"], second["is_repost"], second["repost_key"]) == (False, True, "1")


def test_the_operations_lists_and_minutes_are_read(tmp_path: Path) -> None:
    _, (first, second) = read(tmp_path, "twitter-operations")
    assert first["time"] == moment("2018-03-04T12:34")
    assert first["text"] == 'hello "you"\nagain'
    assert first["hashtags"] == ["one", "two"]
    assert first["urls"] == ["https://e.example/x,y", "https://e.example/z"]
    assert first["mentions"] == ["77", "78"]
    assert (second["is_repost"], second["repost_key"], second["urls"]) == (True, "900", [])


def test_pages_and_flattened_lines_of_twitter_give_the_same_posts(tmp_path: Path) -> None:
    _, paged = read(tmp_path, "twitter-v2")
    _, flat = read(tmp_path, "twitter-v2", _lines([TWEET, RETWEET]))
    _, document = read(tmp_path, "twitter-v2", json.dumps(PAGE, indent=1))
    assert paged == flat == document
    first, second = paged
    assert first["urls"] == ["https://e.example/x"]
    assert (first["hashtags"], first["mentions"]) == (["peace"], ["bob"])
    assert (second["is_repost"], second["repost_key"], second["reply_to"]) == (True, "1500", None)


def test_a_stream_of_bluesky_skips_deletions_and_other_events(tmp_path: Path) -> None:
    intake, (post, repost) = read(tmp_path, "bluesky-jetstream")
    assert intake.skipped == 2
    assert post["post_id"] == repost["repost_key"] == "did:plc:ann/app.bsky.feed.post/k1"
    assert (post["urls"], post["hashtags"]) == (["https://e.example/b"], ["peace"])
    assert (post["mentions"], post["image_hashes"]) == (["did:plc:bob"], ["bafyimage"])
    assert (post["time"], post["lang"], repost["is_repost"]) == (1725911162, "en", True)


def test_a_view_of_a_bluesky_post_has_the_id_of_its_event(tmp_path: Path) -> None:
    _, (viewed,) = read(tmp_path, "bluesky-posts")
    _, (streamed, _) = read(tmp_path, "bluesky-jetstream")
    assert viewed["post_id"] == streamed["post_id"]
    assert viewed["account_id"] == streamed["account_id"]


def test_a_boost_carries_the_text_and_links_of_what_it_boosts(tmp_path: Path) -> None:
    _, (status, boost) = read(tmp_path, "mastodon")
    assert status["text"] == "Hallo & e.example/m\nund @bob"
    assert status["urls"] == boost["urls"] == ["https://e.example/m"]
    assert (status["hashtags"], status["mentions"]) == (["frieden"], ["bob@other.example"])
    assert (boost["is_repost"], boost["repost_key"]) == (True, status["post_id"])
    assert boost["text"] == status["text"]


def test_entities_of_a_status_become_their_characters_once(tmp_path: Path) -> None:
    content = "<p>L&#x27;&eacute;t&eacute;&nbsp;&hellip; &#8217;&quot;&#39; &amp;lt;b&amp;gt; &</p>"
    _, (status,) = read(tmp_path, "mastodon", json.dumps([STATUS | {"content": content}]))
    assert status["text"] == "L'été\xa0… \N{RIGHT SINGLE QUOTATION MARK}\"' &lt;b&gt; &"


def test_an_entity_of_endless_figures_costs_the_status_nothing(tmp_path: Path) -> None:
    content = f"a&#{'9' * 100_000};b&#{'0' * 50_000}65;c&#x{'f' * 50_000};"
    _, (status,) = read(tmp_path, "mastodon", json.dumps([STATUS | {"content": content}]))
    assert status["text"] == "a\ufffdbAc\ufffd"


def test_a_telegram_chat_gives_messages_not_service_notes(tmp_path: Path) -> None:
    intake, (forward, reply) = read(tmp_path, "telegram")
    assert intake.skipped == 1
    assert (forward["post_id"], reply["reply_to"]) == ("123/2", "123/2")
    assert forward["text"] == "Read this #News by @some_one"
    assert forward["urls"] == ["https://e.example/t"]
    assert (forward["hashtags"], forward["mentions"]) == (["news"], ["some_one"])
    assert forward["is_repost"]
    assert forward["repost_key"] is not None
    assert (reply["is_repost"], reply["repost_key"], reply["text"]) == (False, None, "plain")


def test_crowdtangles_eastern_times_are_put_into_utc(tmp_path: Path) -> None:
    _, (post,) = read(tmp_path, "crowdtangle")
    assert post["time"] == moment("2021-07-07T01:46:36")
    assert "https://e.example/story" in post["urls"]
    assert post["hashtags"] == ["news"]


def test_the_content_librarys_shares_are_reposts(tmp_path: Path) -> None:
    _, (post,) = read(tmp_path, "meta-content-library")
    assert (post["repost_key"], post["urls"]) == ("4000", ["https://e.example/l"])
    assert post["time"] == moment("2024-02-03T04:05:06")


def test_4cats_lists_are_split_at_commas(tmp_path: Path) -> None:
    _, (post,) = read(tmp_path, "4cat")
    assert (post["hashtags"], post["mentions"]) == (["peace", "war"], ["bob", "cy"])
    assert (post["account_id"], post["is_repost"]) == ("10", False)


def test_a_preset_can_be_asked_for_by_name() -> None:
    assert mapping_for([], "telegram").name == "telegram"
