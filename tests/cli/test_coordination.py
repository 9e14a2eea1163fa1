"""`legation detect coordination`: the contract of its files, and that nothing is stored."""

import csv
import json
import random
import shutil
from pathlib import Path

import duckdb
import jsonschema_rs
import pytest

from legation.app.detecting import Asked
from legation.threats.disinformation.coordination import Rule
from legation.threats.disinformation.findings import CAVEAT
from legation.threats.disinformation.published import published
from legation.threats.disinformation.unknowns import ALONE, NOTHING_MET
from worlds.planted_posts import RING
from worlds.shell import Said, legation, typed

HEADER = ["account_id", "campaign_id", "role", "score", "q", "layers"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, town: Path) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("found")
    names = {
        "accounts": folder / "accounts.csv",
        "campaigns": folder / "campaigns.json",
        "evidence": folder / "evidence.parquet",
    }
    options = [word for name, path in names.items() for word in (f"--{name}", path)]
    assert legation("detect", "coordination", town, *options).code == 0
    return names


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _ties(town: Path, *options: str) -> Said:
    return legation("detect", "coordination", town, "--layers", "repost", "--ties-only", *options)


def test_accounts_are_listed_as_they_went_in_best_score_first(files: dict[str, Path]) -> None:
    rows = _rows(files["accounts"])
    scores = [float(row["score"]) for row in rows]
    assert list(rows[0]) == HEADER
    assert {row["account_id"] for row in rows} == set(RING)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(0 <= float(row["q"]) <= 0.01 for row in rows)
    assert {row["role"] for row in rows} <= {"originator", "amplifier", "bridge"}
    assert {name for row in rows for name in row["layers"].split("|")} == {"repost"}
    assert len({(row["account_id"], row["campaign_id"]) for row in rows}) == len(rows)


def test_campaigns_follow_the_published_schema_and_carry_the_caveat(
    files: dict[str, Path],
) -> None:
    report = json.loads(files["campaigns"].read_text("utf-8"))
    jsonschema_rs.validator_for(published()).validate(report)
    assert report["caveat"] == CAVEAT
    members = {
        (member["account_id"], one["campaign_id"])
        for one in report["campaigns"]
        for member in one["accounts"]
    }
    assert members == {(r["account_id"], r["campaign_id"]) for r in _rows(files["accounts"])}


def test_evidence_names_posts_of_the_input_that_met_within_the_window(
    files: dict[str, Path], town: Path
) -> None:
    with duckdb.connect() as reader:
        columns = [
            row[0] for row in reader.execute(f"DESCRIBE FROM '{files['evidence']}'").fetchall()
        ]
        (strange,) = reader.execute(
            f"SELECT count(*) FROM '{files['evidence']}' AS e "
            f"LEFT JOIN read_json('{town}') AS a ON a.post_id = e.post_a "
            f"AND a.account_id = e.account_a AND a.repost_key = e.object "
            f"LEFT JOIN read_json('{town}') AS b ON b.post_id = e.post_b "
            f"AND b.account_id = e.account_b AND b.repost_key = e.object "
            "WHERE a.post_id IS NULL OR b.post_id IS NULL OR e.lag_s > 3600 "
            "OR e.lag_s <> abs(epoch(e.time_a) - epoch(e.time_b))"
        ).fetchall()[0]
        (rows,) = reader.execute(f"SELECT count(*) FROM '{files['evidence']}'").fetchall()[0]
    assert columns == [
        "campaign_id", "account_a", "account_b", "layer", "object",
        "post_a", "post_b", "time_a", "time_b", "lag_s", "tie",
    ]  # fmt: skip
    assert strange == 0
    assert rows >= 28 * 20


def test_without_the_posts_behind_it_the_campaign_is_gone(
    files: dict[str, Path], town: Path, tmp_path: Path
) -> None:
    with duckdb.connect() as reader:
        proofs = {
            post
            for row in reader.execute(
                f"SELECT post_a, post_b FROM '{files['evidence']}'"
            ).fetchall()
            for post in row
        }
    rest = tmp_path / "rest.jsonl"
    lines = town.read_text("utf-8").splitlines()
    rest.write_text("\n".join(x for x in lines if json.loads(x)["post_id"] not in proofs), "utf-8")
    said = legation("detect", "coordination", rest, "--json")
    assert json.loads(said.out)["campaigns"] == []


def test_no_finding_gives_the_header_alone(quiet_town: Path, tmp_path: Path) -> None:
    accounts, evidence = tmp_path / "accounts.csv", tmp_path / "evidence.parquet"
    said = legation(
        "detect", "coordination", quiet_town, "--accounts", accounts, "--evidence", evidence,
        "--fail-on", "low",
    )  # fmt: skip
    assert said.code == 0
    assert accounts.read_text("utf-8") == ",".join(HEADER) + "\n"
    with duckdb.connect() as reader:
        assert reader.execute(f"SELECT count(*) FROM '{evidence}'").fetchall() == [(0,)]


def test_the_caveat_stands_beside_the_answer_and_never_in_it(town: Path) -> None:
    said = legation("detect", "coordination", town)
    assert CAVEAT in said.err
    assert CAVEAT not in said.out
    assert "1 campaign, 8 accounts" in said.out


def test_json_parses_and_a_campaign_can_fail_the_command(town: Path) -> None:
    said = legation("detect", "coordination", town, "--json", "--fail-on", "moderate")
    assert said.code == 1
    assert json.loads(said.out)["run"]["accounts"] == 128


def test_pairs_that_met_are_told_apart_from_ties_that_hold(town: Path) -> None:
    report = json.loads(legation("detect", "coordination", town, "--json").out)
    run, said = report["run"], legation("detect", "coordination", town).out.splitlines()
    assert run["validated_ties"] == sum(one["ties"] for one in report["campaigns"]) == 28
    assert run["ties"] > run["validated_ties"]
    assert f"{run['ties']:,} pairs of accounts met at least once" in said
    told = (
        f"{run['pairs']:,} meetings of two posts within 3,600 s, one for each object they share: "
    )
    assert any(line.startswith(told) for line in said)
    assert "28 validated ties at a false-discovery rate of 1%" in said


def test_a_run_that_found_nothing_says_what_it_cannot_tell(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    rows = [f"p{n},a{n},2026-03-01T0{n}:00:00Z,https://news.example/{n}" for n in range(5)]
    posts.write_text("\n".join(["post_id,account_id,created_at,urls", *rows, ""]), "utf-8")
    said = legation("detect", "coordination", posts)
    assert "0 campaigns, 0 accounts" in said.out
    assert f"cannot tell: {NOTHING_MET}" in said.out
    assert f"cannot tell: {ALONE}" in said.out
    assert "no two accounts shared: repost, link, image, text, near-text" in said.out
    run = json.loads(legation("detect", "coordination", posts, "--json").out)["run"]
    assert set(run["met"].values()) == {0}
    assert "these accounts" not in said.err


def test_meetings_are_told_by_layer(town: Path) -> None:
    run = json.loads(legation("detect", "coordination", town, "--json").out)["run"]
    assert sum(run["met"].values()) == run["pairs"] > 0


def test_raw_ties_say_that_none_was_compared_with_chance(town: Path) -> None:
    assert "none was compared with chance" in _ties(town).err


def test_nothing_is_stored(town: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert typed("detect", "coordination", town, "--layers", "repost", home=home).code == 0
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_is_kept_when_the_run_fails(town: Path, tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("old", "utf-8")
    said = legation(
        "detect", "coordination", town, "--layers", "repost", "--accounts", accounts,
        "--evidence", tmp_path / "evidence.parquet", "--window", "0",
    )  # fmt: skip
    assert said.code == 2
    assert accounts.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.csv"]


def test_ties_alone_are_a_table_of_pairs_with_their_weight(town: Path) -> None:
    rows = list(csv.DictReader(_ties(town, "--min-objects", "150").out.splitlines()))
    assert len(rows) == 28
    assert {row["account_a"] for row in rows} | {row["account_b"] for row in rows} == set(RING)
    assert all(row["account_a"] < row["account_b"] for row in rows)
    assert {row["weight"] for row in rows} == {"160"}


def test_ties_alone_as_json_count_the_pairs(town: Path) -> None:
    told = json.loads(_ties(town, "--min-objects", "150", "--json").out)
    assert len(told["ties"]) == 28
    assert told["pairs"] >= 28 * 160


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--layers", "repost,lnk"], "no layer 'lnk'"),
        (["--window", "0"], "--window 0 is out of range"),
        (["--min-objects", "-1"], "--min-objects -1 is out of range"),
        (["--preset", "twiter"], "no preset 'twiter'"),
        (["--mapping", "m.toml", "--preset", "legation"], "exclude each other"),
        (["--ties-only", "--accounts", "a.csv"], "finds no campaigns"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    options: list[str], error: str, town: Path
) -> None:
    said = legation("detect", "coordination", town, *options)
    assert said.code == 2
    assert error in said.err


def test_a_window_below_the_clock_is_refused(tmp_path: Path) -> None:
    posts = tmp_path / "minutes.csv"
    rows = [f"p{n},a{n},2026-03-02T10:{n:02}:00Z,k" for n in range(20)]
    posts.write_text("\n".join(["post_id,account_id,created_at,repost_key", *rows]), "utf-8")
    said = legation("detect", "coordination", posts, "--layers", "repost", "--window", "30")
    assert said.code == 2
    assert "below the clock's resolution" in said.err


def test_a_file_that_nothing_can_read_ends_with_the_guess(tmp_path: Path) -> None:
    posts = tmp_path / "ours.csv"
    posts.write_text("Id,Author,Published\n1,ann,2026-03-02T10:00:00Z\n", "utf-8")
    said = legation("detect", "coordination", posts)
    assert said.code == 65
    assert 'account_id = "Author"' in said.err


def test_likeness_without_a_layer_of_text_is_refused_with_a_hint(town: Path) -> None:
    for layers in ("repost,similarity", "similarity"):
        said = legation("detect", "coordination", town, "--layers", layers)
        assert said.code == 2
        assert "`text`" in said.err


@pytest.mark.parametrize(
    ("layers", "named"), [("repost", ["repost"]), ("repost,text,similarity", None)]
)
def test_likeness_is_looked_for_where_it_is_named(
    town: Path, layers: str, named: list[str] | None
) -> None:
    said = legation("detect", "coordination", town, "--layers", layers, "--json")
    run = json.loads(said.out)["run"]
    assert run["layers"] == (named or layers.split(","))


def test_the_doors_words_have_the_detectors_defaults() -> None:
    assert Asked().rule() == Rule()


def test_the_order_of_rows_changes_nothing(town: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled.jsonl"
    lines = town.read_text("utf-8").splitlines()
    random.Random(7).shuffle(lines)  # noqa: S311 - an order, no secret
    shuffled.write_text("\n".join(lines), "utf-8")
    answers = [
        json.loads(legation("detect", "coordination", f, "--json").out) for f in (town, shuffled)
    ]
    assert answers[0]["campaigns"] == answers[1]["campaigns"]


def test_no_answer_overwrites_what_is_read_or_another_answer(tmp_path: Path, town: Path) -> None:
    posts, known = tmp_path / "in.jsonl", tmp_path / "known.csv"
    shutil.copy(town, posts)
    known.write_text("account_id,kind,rule,source\n", "utf-8")
    (tmp_path / "link.jsonl").symlink_to(posts)
    (tmp_path / "hard.jsonl").hardlink_to(posts)
    content, new = posts.read_bytes(), tmp_path / "new"
    for words, error in (
        (("--accounts", posts), "--accounts names the file of the posts"),
        (("--campaigns", tmp_path / "link.jsonl"), "--campaigns names the file of the posts"),
        (("--evidence", tmp_path / "hard.jsonl"), "--evidence names the file of the posts"),
        (("--known", known, "--accounts", known), "--accounts names the file of --known"),
        (("--accounts", new, "--campaigns", new), "--campaigns names the file of --accounts"),
    ):
        said = legation("detect", "coordination", posts, *words)
        assert (said.code, error in said.err) == (2, True)
    assert (posts.read_bytes(), new.exists()) == (content, False)


def test_a_device_takes_two_answers(quiet_town: Path) -> None:
    words = ("--accounts", "/dev/null", "--campaigns", "/dev/null")
    assert legation("detect", "coordination", quiet_town, *words).code == 0


@pytest.mark.parametrize("option", ["--accounts", "--campaigns", "--evidence"])
def test_a_folder_that_is_not_there_is_told_before_any_post_is_read(
    tmp_path: Path, option: str
) -> None:
    # The posts cannot be read: whoever began with them would tell of that first.
    posts = tmp_path / "in.jsonl"
    posts.write_bytes(b"no posts")
    said = legation("detect", "coordination", posts, option, tmp_path / "nodir" / "x")
    assert (said.code, f"no folder {tmp_path / 'nodir'}" in said.err) == (3, True)
    said = legation("detect", "coordination", posts, option, tmp_path)
    assert (said.code, f"{tmp_path} is a folder" in said.err) == (2, True)


@pytest.mark.parametrize("option", ["--accounts", "--campaigns", "--evidence"])
def test_a_link_that_leads_back_to_itself_is_no_place_for_an_answer(
    town: Path, tmp_path: Path, option: str
) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    said = legation("detect", "coordination", town, option, loop)
    assert said.code == 2
    assert "loop is a link that leads back to itself" in said.err


@pytest.mark.parametrize("layers", ["", " , "])
def test_layers_that_name_none_are_refused(town: Path, layers: str) -> None:
    said = legation("detect", "coordination", town, "--layers", layers)
    assert said.code == 2
    assert "--layers names no layer" in said.err


def test_a_file_without_rows_has_no_days(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("post_id,account_id,created_at,text\n", "utf-8")
    said = legation("detect", "coordination", file)
    assert said.code == 0
    assert said.out.startswith("no posts\n")
    assert "1970" not in said.out


@pytest.mark.parametrize(
    ("spellings", "found"),
    [
        (("Pat_Xenia", "pat_xenia", "PAT_XENIA", "@Pat_xenia", "pat_Xenia"), False),
        (("7123", "7123.0", "'7123", '="7123"', " 7123.00"), False),
        (("Pat_Xenia", "ana_k", "BEN_OR", "cid_42", "Dora_Q"), True),
        (("7123", "71230", "7123.5", "17123", "712.3"), True),
    ],
)
def test_an_id_that_is_spelled_in_several_ways_is_nobodys_second_account(
    spellings: tuple[str, ...], found: bool, tmp_path: Path
) -> None:
    draw = random.Random(3)  # noqa: S311 - posts, no secret
    rows = [
        (
            f"user{draw.randrange(400)}",
            f"2024-03-{1 + draw.randrange(14):02d}T{draw.randrange(24):02d}:00:07Z",
            f"ordinary talk number {draw.randrange(900)} about the weather and roads",
        )
        for _ in range(3000)
    ]
    rows += [
        (
            name,
            f"2024-03-{1 + n % 14:02d}T{n % 24:02d}:{10 + at:02d}:00Z",
            f"the harbour will be closed by order number {n} of the council of ministers",
        )
        for n in range(30)
        for at, name in enumerate(spellings)
    ]
    file, accounts = tmp_path / "posts.csv", tmp_path / "accounts.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("post_id", "account_id", "created_at", "text"))
        table.writerows((number, *row) for number, row in enumerate(rows))
    assert legation("detect", "coordination", file, "--accounts", accounts).code == 0
    with accounts.open(encoding="utf-8", newline="") as stream:
        named = {row["account_id"] for row in csv.DictReader(stream)}
    assert named == (set(spellings) if found else set())
