"""`legation import posts`: shown before use, taken in once, rejected rows listed."""

import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from legation.app.importing import Reading, preview
from legation.settings import Settings
from worlds.homes import prepare
from worlds.shell import legation, started

ROWS = (
    "p1,ann,2026-03-02T10:00:00Z,hello",
    "p2,ben,not a time,hello",
    "p3,ann,2026-03-02T10:00:09Z,x",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    file = tmp_path / "posts.csv"
    file.write_text("\n".join(["post_id,account_id,created_at,text", *ROWS]) + "\n", "utf-8")
    return file


def test_a_dry_run_shows_mapping_and_rejects_and_makes_no_home(posts: Path, tmp_path: Path) -> None:
    home = tmp_path / "none"
    said = legation("import", "posts", posts, "--dry-run", "--home", home)
    assert said.code == 0
    assert "2 posts, 1 rejected row (clock: 1 s)" in said.out
    assert "Nothing was kept." in said.err
    assert "1 rejected: the time cannot be read" in said.out
    assert 'account_id = "account_id"' in said.out
    assert not home.exists()


def test_a_dry_run_as_json_parses(posts: Path) -> None:
    told = json.loads(legation("import", "posts", posts, "--dry-run", "--json").out)
    assert told[0]["good"] == 2
    assert told[0]["reasons"] == {"the time cannot be read": 1}


def test_dry_run_import_list_and_undo_name_the_same_things_by_the_same_keys(
    posts: Path, home: Path
) -> None:
    def told(*words: str | Path) -> dict[str, Any]:
        answer = json.loads(legation("import", *words, "--json", *at).out)
        told: dict[str, Any] = answer[0] if isinstance(answer, list) else answer
        return told

    at = ("--home", home)
    tried, came = told("posts", posts, "--dry-run"), told("posts", posts)
    listed, number = told("list"), came["import_id"]
    asked, gone = told("undo", number), told("undo", number, "--yes")
    one = {"mapping": "legation", "good": 2}
    for each in (tried, came, listed, asked, gone):
        assert {key: each[key] for key in one} == one
        assert Path(each["file"]).name == posts.name
    for key in ("rejected", "folded", "skipped", "clock_s"):
        assert tried[key] == came[key]
    assert listed["import_id"] == asked["import_id"] == gone["import_id"] == number
    assert listed["rejected"] == came["rejected"] == 1
    assert (asked["undone"], gone["undone"], asked["first"]) == (False, True, [])


def test_a_dry_run_reads_each_file_as_the_import_would(posts: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(
        '{"post_id":"p9","account_id":"cid","created_at":"2026-03-02T10:00:00Z","text":"x"}\n' * 2,
        "utf-8",
    )
    said = legation("import", "posts", posts, other, posts, "--dry-run")
    assert f"{other}: 1 post, 1 repeated row (clock: 1 s)" in said.out
    assert said.out.count("The mapping:") == 1  # it is the same for all three


def test_a_dry_run_says_where_parts_would_count_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    twice = "p1,ann,2026-03-02T10:00:00Z"
    rows = ("post_id,account_id,created_at,text", f"{twice},a", f"{twice},b", f"{twice},b")
    file.write_text("\n".join(rows) + "\n", "utf-8")
    settings, at = Settings(home=tmp_path / "home"), datetime(2026, 6, 1, tzinfo=UTC)
    seen = preview(settings, file, Reading(), lambda: at)
    assert (seen.good, seen.rejected, seen.parts) == (1, 2, False)
    assert preview(settings, file, Reading(), lambda: at, slice_bytes=40).parts


def test_good_rows_are_kept_and_rejected_ones_listed_without_their_words(
    posts: Path, home: Path
) -> None:
    said = legation("import", "posts", posts, "--home", home)
    listed = Path(said.out.rsplit(": ", 1)[1].strip())
    assert said.code == 0
    assert "2 new posts, 1 rejected row (" in said.out
    assert "the time cannot be read" in listed.read_text("utf-8")
    assert "not a time" not in listed.read_text("utf-8")


def test_a_file_is_taken_in_once(posts: Path, home: Path) -> None:
    legation("import", "posts", posts, "--home", home)
    again = json.loads(legation("import", "posts", posts, "--home", home, "--json").out)
    entries = legation("audit", "verify", "--home", home, "--json")
    assert (again[0]["known"], again[0]["good"], again[0]["rows"]) == (True, 2, 0)
    assert json.loads(entries.out)["entries"] == 5  # home, person, link, names kept, one import


def test_a_zone_is_stated_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "local.csv"
    file.write_text("Id,Who,When\n1,ann,2026-03-02 10:00:00\n", "utf-8")
    mapping = tmp_path / "ours.toml"
    mapping.write_text('[fields]\npost_id = "Id"\naccount_id = "Who"\ntime = "When"\n', "utf-8")
    words = ("import", "posts", file, "--mapping", mapping, "--dry-run", "--json")
    unzoned = legation(*words)
    assert unzoned.code == 65
    assert "zone" in unzoned.err
    assert json.loads(legation(*words, "--zone", "Europe/Paris").out)[0]["good"] == 1
    assert json.loads(legation(*words, "--zone", "utc").out)[0]["good"] == 1


@pytest.mark.parametrize(
    ("zone", "near"),
    [("Europe/Tbilisi", "Asia/Tbilisi"), ("Kyiv", "Europe/Kyiv"), ("Europe/Pari", "Europe/Paris")],
)
def test_an_unknown_zone_names_the_nearest(posts: Path, zone: str, near: str) -> None:
    said = legation("import", "posts", posts, "--dry-run", "--zone", zone)
    assert said.code == 2
    assert f"unknown zone {zone!r}" in said.err
    assert said.err.endswith(f"hint: did you mean {near!r}?\n")


def test_keys_with_a_passphrase_open_with_it_and_not_without(posts: Path, tmp_path: Path) -> None:
    home, words = tmp_path / "closed", tmp_path / "words"
    words.write_text("correct horse battery staple\n", "utf-8")
    assert legation("init", "--home", home, "--passphrase-file", words).code == 0
    wrong = tmp_path / "wrong"
    wrong.write_text("incorrect horse battery\n", "utf-8")
    done = ("import", "posts", posts, "--home", home, "--passphrase-file")
    assert legation(*done, wrong).code == 65
    assert legation(*done, words).code == 0


def test_a_home_is_not_made_twice(home: Path) -> None:
    before = (home / "desk.keys").read_bytes()
    said = legation("init", "--home", home)
    assert said.code == 5
    assert (home / "desk.keys").read_bytes() == before


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_import_that_a_signal_ends_says_what_stands_and_how_to_go_on(
    sign: signal.Signals, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "long.csv"
    row = f"{{0}},ann{{0}},2026-03-02T10:00:00Z,{'a word and another ' * 6}\n"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("post_id,account_id,created_at,text\n")
        stream.writelines(row.format(number) for number in range(60_000))
    legation("init", "--home", home)
    with started("import", "posts", file, home=home) as program:
        assert program.stderr is not None
        assert program.stderr.readline() == f"{file}: read as legation\n"
        time.sleep(0.2)
        program.send_signal(sign)
        _, err = program.communicate(timeout=60)
    assert program.returncode in (128 + sign, -sign)
    assert err == f"{file}: broken off. What came in is kept; to go on from there, run it again.\n"
    assert "60,000" in legation("import", "posts", file, "--home", home).out


def tools(folder: Path, times: str = "10:00") -> tuple[Path, Path]:
    """Write one collection as two tools do: with the platform known, and without."""
    one, two = folder / "io.csv", folder / "4cat.csv"
    people = [(n, f"person{n}", f"2021-05-01 {times}", f"words {n}") for n in range(6)]
    one.write_text(
        "tweetid,userid,tweet_text,tweet_time,is_retweet\n"
        + "".join(f"77{n},{who},{text},{at},false\n" for n, who, at, text in people),
        "utf-8",
    )
    two.write_text(
        "id,thread_id,author,body,timestamp\n"
        + "".join(f"77{n},77{n},{who},{text},{at}:00\n" for n, who, at, text in people),
        "utf-8",
    )
    return one, two


def test_the_posts_of_a_file_without_platform_are_found_again_and_it_is_told(
    tmp_path: Path, home: Path
) -> None:
    one, two = tools(tmp_path)
    legation("import", "posts", one, "--home", home)
    said = legation("import", "posts", two, "--home", home).out
    assert "0 new posts, 6 posts already in the store" in said
    assert "names no platform; found again as posts of twitter in the store: 6 posts" in said
    assert "say its platform" in said


def test_a_platform_that_is_stated_makes_two_files_one_collection(
    tmp_path: Path, home: Path
) -> None:
    one, two = tools(tmp_path)
    legation("import", "posts", one, "--home", home)
    # X is what the platform calls itself today.
    said = legation("import", "posts", two, "--platform", "X", "--home", home).out
    assert "6 posts already in the store" in said
    assert "warning" not in said
    wrong = legation("import", "posts", two, "--platform", "my platform!", "--home", home)
    assert (wrong.code, "is no name of a platform" in wrong.err) == (2, True)


def test_known_posts_with_another_time_are_told_with_a_way_out(tmp_path: Path, home: Path) -> None:
    one, _ = tools(tmp_path)
    legation("import", "posts", one, "--home", home)
    (tmp_path / "later").mkdir()
    later, _ = tools(tmp_path / "later", "12:00")
    said = legation("import", "posts", later, "--home", home).out
    assert "times differ from the store's for 6 posts, and the store keeps its own" in said
    assert "post 770: 2021-05-01 10:00:00 UTC in the store, 2021-05-01 12:00:00 UTC in" in said
    assert "undo this import and the earlier one" in said
    told = json.loads(legation("import", "list", "--home", home, "--json").out)
    assert len(told) == 2


def written(folder: Path, *rows: str, name: str = "posts.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(["post_id,account_id,created_at,text", *rows]) + "\n", "utf-8")
    return file


def test_ids_that_a_spreadsheet_rounded_are_told_before_and_after(
    home: Path, tmp_path: Path
) -> None:
    file = written(
        tmp_path,
        "1.45670E+18,ann,2026-03-02T10:00:00Z,a",
        "12,1.02345e+17,2026-03-02T10:00:05Z,b",
        "13,1e5,2026-03-02T10:00:07Z,c",
        "14,ben,2026-03-02T10:00:07Z,1.45670E+18",
    )
    for words in (["--dry-run"], []):
        said = legation("import", "posts", file, *words, "--home", home)
        assert said.code == 0
        assert "rounded the ids of 2 posts, as in 1.45670E+18" in said.out
        assert "format the columns of ids as text" in said.out


def test_whole_ids_are_not_told_as_rounded(posts: Path, home: Path) -> None:
    assert "rounded" not in legation("import", "posts", posts, "--home", home).out


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
        (b"\x28\xb5\x2f\xfd", "packed with zstd"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    ],
)
@pytest.mark.parametrize(
    "words", [["import", "posts"], ["import", "posts", "--dry-run"], ["detect", "coordination"]]
)
def test_a_file_in_a_form_that_nobody_reads_is_named_and_none_of_it_is_shown(
    home: Path, tmp_path: Path, head: bytes, what: str, words: list[str]
) -> None:
    file = tmp_path / "posts.csv"
    file.write_bytes(head + b"xl/worksheets,secret\n1,2\n" * 3)
    at: list[str | Path] = [] if words[0] == "detect" else ["--home", home]
    said = legation(*words, file, *at)
    assert said.code == 65
    assert f"this is {what}" in said.err
    assert "worksheets" not in said.out + said.err


def test_the_clock_is_the_same_before_and_after_though_a_time_lies_in_the_future(
    home: Path, tmp_path: Path
) -> None:
    minutes = [f"p{n},ann,2025-03-02T10:{n:02}:00Z,hello" for n in range(6)]
    file = written(tmp_path, *minutes, "p9,ben,2099-12-31T23:59:59Z,x")
    for words in (["--dry-run"], []):
        said = legation("import", "posts", file, *words, "--home", home)
        assert "(clock: 60 s)" in said.out


def test_a_name_of_a_column_is_shown_in_part_and_only_some_are_named(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(",".join(["x" * 5000, *(f"c{n}" for n in range(40))]) + "\n1,2\n", "utf-8")
    said = legation("import", "posts", file, "--dry-run")
    assert said.code == 65
    assert f"{'x' * 60}..., c0, c1" in said.err
    assert "x" * 61 not in said.err
    assert "c28 and 11 more" in said.err


def test_a_file_whose_columns_cannot_be_read_says_so(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"account_id":"a\\ud800","post_id":"1"}\n' * 3, "utf-8")
    said = legation("import", "posts", file, "--dry-run")
    assert said.code == 65
    assert "no column could be read in its first rows" in said.err


def test_a_dry_run_prints_its_guess_as_a_mapping_that_can_be_kept(tmp_path: Path) -> None:
    posts = tmp_path / "ours.csv"
    posts.write_text(
        "Author handle,posted,words\n"
        "@ann,2024-05-01T10:00:00Z,one\n@ben,2024-05-03T10:00:00Z,two\n",
        "utf-8",
    )
    said = legation("import", "posts", posts, "--dry-run")
    assert said.code == 65
    kept = tmp_path / "ours.toml"
    kept.write_text(said.out, "utf-8")
    said = legation("import", "posts", posts, "--dry-run", "--mapping", kept)
    assert said.code == 0
    assert "posts from 2024-05-01 10:00:00 UTC to 2024-05-03 10:00:00 UTC" in said.out


def test_a_dry_run_and_an_import_warn_of_two_platforms_in_one_file(tmp_path: Path) -> None:
    posts = tmp_path / "both.csv"
    rows = ["post_id,account_id,created_at,text,platform"]
    rows += [
        f"p{n},the,2024-05-01T10:00:0{n}Z,the news,{p}" for n, p in enumerate(("vk", "telegram"))
    ]
    posts.write_text("\n".join(rows) + "\n", "utf-8")
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    for more in (("--dry-run",), ()):
        said = legation("import", "posts", posts, "--home", home, *more)
        assert "of 2 platforms: telegram, vk" in said.out
        assert "stay in the texts as plain words: 1" in said.out
        assert "posts from 2024-05-01" in said.out


def test_a_dry_run_and_an_import_warn_of_values_that_are_no_platform(tmp_path: Path) -> None:
    posts = tmp_path / "odd.csv"
    places = ["Odnoklassniki (OK)", "Odnoklassniki (OK)", "vk", "Ann Lee", ""]
    rows = ["post_id,account_id,created_at,text,platform"]
    rows += [
        f"p{n},Ann Lee,2024-05-01T10:00:0{n}Z,the news,{place}" for n, place in enumerate(places)
    ]
    posts.write_text("\n".join(rows) + "\n", "utf-8")
    home = tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    for more in (("--dry-run",), ()):
        said = legation("import", "posts", posts, "--home", home, *more)
        assert "their posts: Odnoklassniki (OK) (2)\n" in said.out
        assert "Ann Lee" not in said.out
        assert "write each platform in the file as one word" in said.out


def test_a_dry_run_prints_the_part_of_a_guess_that_could_be_made(tmp_path: Path) -> None:
    posts = tmp_path / "part.csv"
    posts.write_text("Datum,k1,Inhalt\n2024-05-01T10:00:00Z,7,ein paar Worte zur Wahl\n", "utf-8")
    said = legation("import", "posts", posts, "--dry-run")
    assert said.code != 0
    assert '\ntext = "Inhalt"  # by its name' in said.out
    assert '# account_id = "…"  # which column says who posted?' in said.out
    assert "no column looks like post_id, account_id" in said.err
