"""A register's statements are found where they were posted, and so is who changed their words."""

import json
from pathlib import Path
from typing import Any

import pytest

from worlds.shell import Said, legation

TEXT = (
    "The talks with Tarvia on the northern border begin on 3 May in Velmar. We did not order any"
    " attack on the port, and both sides attend with ten experts each."
)
VOICES = """key,state,kind,name,platform,office,rule,since,source,as_of
mfa,FR,account,aldania_mfa,x,foreign ministry,named on its page,2020-01-01,its page,2026-03-01
old,FR,account,aldania_old,x,foreign ministry,named on its page,2020-01-01,its page,2026-03-01
site,FR,domain,mfa.aldania.example,,foreign ministry,in its name,2020-01-01,its page,2026-03-01
"""
LIE = TEXT.replace("did not order any", "did order any")
MAPPING = """name = "plain"
time_format = "epoch_s"
[fields]
post_id = "post_id"
account_id = "account_id"
time = "time"
text = "text"
platform = "platform"
"""
BEGIN = ("--origin", "s.aldania.example/log", "--issuer", "Ministry of Aldania")
SAID = ("--office", "Spokesperson", "--number", "2026/1")
POSTS = (
    ("p1", "aldania_mfa", "twitter", TEXT),
    ("p2", "@Aldania_MFA", "twitter", f"Read: {TEXT[:70]} https://mfa.aldania.example/3"),
    ("p3", "mfa.aldania.example", "web", TEXT),
    ("p4", "aldania_old", "twitter", TEXT.replace("3 May", "13 May")),
    ("p5", "somebody", "twitter", f"BREAKING {LIE}"),
    ("p6", "another", "twitter", f"{LIE} https://t.example/1"),
    ("p7", "a_reader", "twitter", f"“{TEXT}” That took them long."),
    ("p8", "a_joker", "twitter", f"Satire: {LIE}"),
    ("p9", "nobody", "twitter", "Rain is expected in the north tomorrow, with strong winds."),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a home with posts and a missions register, and a publisher's folder."""
    folder = tmp_path_factory.mktemp("postings")
    home, register = folder / "home", folder / "register"
    voices, posts, text = folder / "voices.csv", folder / "posts.jsonl", folder / "en.txt"
    voices.write_text(VOICES, "utf-8")
    rows = [
        {"post_id": post, "account_id": who, "platform": where, "text": said, "time": 1780000000}
        for post, who, where, said in POSTS
    ]
    posts.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    text.write_text(TEXT, "utf-8")
    words_file = folder / "words"
    words_file.write_text("correct horse battery staple\n", "utf-8")
    key = ("--passphrase-file", words_file)
    mapping = folder / "plain.toml"
    mapping.write_text(MAPPING, "utf-8")
    for words in (
        ("init", "--home", home),
        ("mission", "import", voices, "--table", "voices", "--home", home),
        ("import", "posts", posts, "--mapping", mapping, "--home", home),
        ("statement", "register", "init", register, *BEGIN, *key),
        ("statement", "publish", "--register", register, "--text", f"en={text}", *SAID, *key),
    ):
        said = legation(*words)
        assert said.code == 0, said.err
    return home, register


def asked(places: tuple[Path, Path], *more: str) -> Said:
    home, register = places
    return legation("statement", "postings", "--register", register, "--home", home, *more)


@pytest.fixture(scope="module")
def found(places: tuple[Path, Path]) -> Any:
    said = asked(places, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_statement_lists_where_it_stands_officially(found: Any) -> None:
    assert [(one["post_id"], one["how"], one["place"]) for one in found["postings"]] == [
        ("p1", "whole", "x aldania_mfa"),
        ("p2", "excerpt", "x aldania_mfa"),
        ("p3", "whole", "mfa.aldania.example"),
    ]
    assert {one["number"] for one in found["postings"]} == {"2026/1"}
    assert found["posts"] == len(POSTS)


def test_an_official_account_with_other_words_is_told_and_no_finding(found: Any) -> None:
    (one,) = found["reworded"]
    assert (one["post_id"], one["place"]) == ("p4", "x aldania_old")
    assert [(each["registered"], each["pasted"]) for each in one["differences"]] == [("3", "13")]


def test_what_others_post_with_other_words_is_one_finding_under_pseudonyms(found: Any) -> None:
    (copy,) = found["copies"]
    assert [one["post_id"] for one in copy["copies"]] == ["p5", "p6"]
    assert all(one["account_id"].startswith("acct-") for one in copy["copies"])
    assert copy["grade"] == "high"
    assert copy["differences"][0]["registered"] == "not"


def test_the_terminal_names_places_words_and_no_account_of_others(
    places: tuple[Path, Path],
) -> None:
    said = asked(places)
    assert said.code == 0
    for part in ("x aldania_mfa", "mfa.aldania.example", "[- 3 -]", "[+ 13 +]", "2 posts of 2"):
        assert part in said.out
    assert "somebody" not in said.out
    assert "9 posts compared" in said.err


def test_altered_words_can_end_the_command_with_1(places: tuple[Path, Path]) -> None:
    assert asked(places, "--fail-on-altered").code == 1
    assert asked(places, "--fail-on-altered", "--number", "2026/2").code == 0


def test_another_number_has_no_posting(places: tuple[Path, Path]) -> None:
    said = asked(places, "--number", "2026/2")
    assert "No official place" in said.out
    assert "altered" not in said.out
