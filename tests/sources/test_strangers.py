"""Accounts that are nobody's in an export, named in its keys and links alone."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.catalogue import preset
from legation.sources.importing import DeskPrivacy
from legation.store.intake_import import Importer
from legation.store.lake import Lake
from legation.text.links import Links

NAMES = Pseudonymiser(bytes(range(32)))
STRANGER = "did:plc:zzzzzzzzzzzzzzzzzzzzzzz7"
AUTHORS = ["did:plc:aaaaaaaaaaaaaaaaaaaaaaa2", "did:plc:bbbbbbbbbbbbbbbbbbbbbbb3"]
REPOST, POST = "app.bsky.feed.repost", "app.bsky.feed.post"
COLUMNS = "post_id, account_id, text, urls, mentions, repost_key, reply_to"


def lake_of(folder: Path, name: str, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Import records by a preset, and return what stands in the lake."""
    file = folder / "export.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    lake = Lake(folder / "lake")
    privacy = DeskPrivacy(NAMES, lambda _: None)
    importer = Importer(
        lake,
        privacy,
        folder / "scratch",
        now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        links=Links(),
    )
    assert importer.add(file, preset(name).mapping).rows == len(records)
    files = [str(path) for path in lake.files("posts")]
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM read_parquet({files}) ORDER BY time, account_id"
        )
        return [dict(zip(COLUMNS.split(", "), row, strict=True)) for row in rows.fetchall()]


def event(number: int, author: str, collection: str, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "did": author,
        "time_us": 1_725_911_162_329_308 + number * 1_000_000,
        "kind": "commit",
        "commit": {
            "operation": "create",
            "collection": collection,
            "rkey": f"3k{number}",
            "record": record,
        },
    }


@pytest.fixture
def bluesky(tmp_path: Path) -> list[dict[str, Any]]:
    theirs = f"at://{STRANGER}/{POST}/3l1"
    told = {
        "text": f"see {STRANGER} and {theirs}",
        "reply": {"parent": {"uri": theirs}},
        "embed": {"external": {"uri": f"https://bsky.app/profile/{STRANGER}/post/3l1"}},
    }
    repost = {"subject": {"uri": theirs}}
    records = [event(0, author, REPOST, repost) for author in AUTHORS]
    records += [event(1, author, POST, told) for author in AUTHORS]
    return lake_of(tmp_path, "bluesky-jetstream", records)


def test_no_did_of_a_stranger_stands_in_the_lake(bluesky: list[dict[str, Any]]) -> None:
    assert "did:" not in repr(bluesky)


def test_a_stranger_has_one_pseudonym_in_keys_links_and_texts(
    bluesky: list[dict[str, Any]],
) -> None:
    name = NAMES.of(STRANGER, "bluesky")
    key = f"{name}/{POST}/3l1"
    repost, post = bluesky[0], bluesky[2]
    assert (repost["repost_key"], post["reply_to"]) == (key, key)
    assert post["urls"] == [f"https://bsky.app/profile/{name}/post/3l1"]
    assert post["text"] == f"see {name} and at://{key}"


def test_two_that_act_on_a_strangers_post_still_meet(bluesky: list[dict[str, Any]]) -> None:
    for column in ("repost_key", "reply_to", "urls"):
        (one, other) = (row[column] for row in bluesky if row[column])
        assert one == other


def test_a_strangers_key_is_the_key_of_the_post_once_it_is_imported(tmp_path: Path) -> None:
    rows = lake_of(
        tmp_path,
        "bluesky-jetstream",
        [
            event(0, AUTHORS[0], REPOST, {"subject": {"uri": f"at://{AUTHORS[1]}/{POST}/3k1"}}),
            event(1, AUTHORS[1], POST, {"text": "x"}),
        ],
    )
    assert rows[0]["repost_key"] == rows[1]["post_id"] == f"{rows[1]['account_id']}/{POST}/3k1"


def test_the_account_in_the_address_of_a_boosted_status_is_masked(tmp_path: Path) -> None:
    status = {
        "id": "1",
        "uri": "https://here.example/users/ann/statuses/1",
        "created_at": "2024-05-01T10:00:00Z",
        "account": {"acct": "ann", "username": "ann", "url": "https://here.example/@ann"},
        "content": "",
        "reblog": {"uri": "https://there.example/users/Eve_1/statuses/2", "content": "<p>x</p>"},
    }
    (row,) = lake_of(tmp_path, "mastodon", [status])
    eve = NAMES.of("eve_1", "mastodon")
    assert row["repost_key"] == f"https://there.example/users/{eve}/statuses/2"


def test_the_number_of_a_telegram_chat_is_masked_in_the_ids_of_its_messages(
    tmp_path: Path,
) -> None:
    message = {
        "id": 7,
        "type": "message",
        "date_unixtime": "1714557600",
        "from": "Ann",
        "from_id": "user4455667788",
        "reply_to_message_id": 6,
        "text": "x",
        "chat": 4455667788,
    }
    (row,) = lake_of(tmp_path, "telegram", [message])
    assert "4455667788" not in repr(row)
    chat = NAMES.of("4455667788", "telegram")
    assert (row["post_id"], row["reply_to"]) == (f"{chat}/7", f"{chat}/6")
