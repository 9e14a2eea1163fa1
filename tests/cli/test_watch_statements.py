"""The watch finds altered copies of the home's statements in what comes, and says why it cannot."""

import json
from pathlib import Path

from worlds.shell import legation

TEXT = (
    "The talks with Tarvia on the northern border begin on 3 May in Velmar. We did not order any"
    " attack on the port, and both sides attend with ten experts each."
)
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


def put(folder: Path, *said: str) -> Path:
    """Write posts of as many accounts into a file."""
    rows = [
        {"post_id": f"p{n}", "account_id": f"who{n}", "platform": "x", "text": one}
        for n, one in enumerate(said)
    ]
    file = folder / "posts.jsonl"
    file.write_text("\n".join(json.dumps(row | {"time": 1780000000}) for row in rows), "utf-8")
    return file


def test_the_watch_finds_altered_copies_once_and_says_why_it_cannot(tmp_path: Path) -> None:
    home, text, words = tmp_path / "home", tmp_path / "en.txt", tmp_path / "words"
    text.write_text(TEXT, "utf-8")
    words.write_text("correct horse battery staple\n", "utf-8")
    mapping = tmp_path / "plain.toml"
    mapping.write_text(MAPPING, "utf-8")
    register, key = home / "register", ("--passphrase-file", words)
    posts = put(tmp_path, f"BREAKING {LIE}", LIE, TEXT, f"Satire: {LIE}", "Rain in the north soon.")
    given = ("--register", register, "--text", f"en={text}", "--office", "Spokesperson")
    for command in (
        ("init", "--home", home),
        ("statement", "register", "init", register, *BEGIN, *key),
        ("statement", "publish", *given, *key),
        ("import", "posts", posts, "--mapping", mapping, "--home", home),
    ):
        said = legation(*command)
        assert said.code == 0, said.err
    first = legation("watch", "--once", "--home", home)
    assert first.code == 0, first.err
    assert "1 altered copy of statements found" in first.err
    assert "altered cop" not in legation("watch", "--once", "--home", home).err
    checkpoint = register / "public" / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-9])
    broken = legation("watch", "--once", "--home", home)
    assert broken.code == 0
    assert broken.err.count("statements are not looked for in posts") == 1
