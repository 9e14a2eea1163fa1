"""A home that is watched batch by batch answers as one that is given everything at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from legation.app.checks import checks
from legation.app.detecting import Asked, campaigns_in_lake
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.watching import look
from legation.cli.campaign_words import in_words
from legation.crypto.key_files import UNPROTECTED
from legation.errors import UsageError
from legation.settings import Settings
from legation.store.coaction_lake import follow
from legation.store.coaction_state import Added, CoActionState
from legation.store.duck import connect
from legation.store.lake import Lake
from legation.threats.disinformation.findings import Report
from worlds.homes import make_home
from worlds.planted_posts import write_town

PARTS = 4


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


class World:
    """Homes with one and the same keys, and a town's posts whole and in shuffled parts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = Home(Settings(home=folder / "empty"), now)
        make_home(self._empty)
        self.town = write_town(folder / "town.jsonl")
        lines = self.town.read_text("utf-8").splitlines()
        random.Random(7).shuffle(lines)  # noqa: S311 - an order, no secret
        self.parts = [folder / f"part{number}.jsonl" for number in range(PARTS)]
        for number, part in enumerate(self.parts):
            part.write_text("\n".join(lines[number::PARTS]), "utf-8")

    def home(self, name: str) -> Home:
        """Return a home of that name, empty when it is new."""
        place = self.folder / name
        if not place.exists():
            shutil.copytree(self._empty.folder, place)
        return Home(Settings(home=place), now)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("watched"))


@pytest.fixture(scope="module")
def at_once(world: World) -> dict[str, Any]:
    home = world.home("at-once")
    took(home, world.town)
    return answered(home)


def took(home: Home, *files: Path) -> None:
    with home.store() as store:
        intakes = Intakes(home, store, UNPROTECTED)
        for file in files:
            intakes.take(file, Reading())


def looked(home: Home) -> Report | None:
    with home.store() as store:
        return look(home, store)


def answered(home: Home) -> dict[str, Any]:
    """Look, and return what was kept of it."""
    assert looked(home) is not None
    return kept(home)


def kept(home: Home) -> dict[str, Any]:
    """Return all that is kept of the latest run, but for what names the lake's own files."""
    with home.store() as store:
        library = home.library(store, "test")
        found = library.latest()
        assert found is not None
        ids = [campaign.campaign_id for campaign in found.campaigns]
        proofs = {
            kind: [path for path in store.lake.files(kind) if found.run.run_id in path.name]
            for kind in ("evidence", "ties")
        }
        return {
            "run": msgspec.structs.replace(found.run, run_id="", input_sha256=""),
            "campaigns": found.campaigns,
            "accounts.csv": library.export(ids, "csv").content,
            **{kind: rows_of(files) for kind, files in proofs.items()},
        }


def rows_of(files: list[Path]) -> list[str]:
    with closing(duckdb.connect()) as connection:
        rows = connection.execute(
            "SELECT t::VARCHAR FROM read_parquet(?) AS t", [[*map(str, files)]]
        )
        return sorted(row for (row,) in rows.fetchall())


def test_there_is_a_campaign_to_compare(at_once: dict[str, Any]) -> None:
    assert len(at_once["campaigns"]) == 1
    assert len(at_once["evidence"]) > 1000


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_shuffled_and_late_batches_end_where_one_run_ends(
    world: World, at_once: dict[str, Any], order: tuple[int, ...]
) -> None:
    home = world.home(f"order-{order}")
    for part in order[:-1]:
        took(home, world.parts[part])
        looked(home)
    took(home, world.parts[order[-1]])
    assert answered(home) == at_once


def test_a_run_cut_off_after_its_co_actions_were_kept_is_made_good(
    world: World, at_once: dict[str, Any]
) -> None:
    home = world.home("cut-off")
    took(home, *world.parts[:2])
    looked(home)
    took(home, *world.parts[2:])
    with home.store() as store, campaigns_in_lake(home, store, Asked().rule(), {}):
        pass  # The state is on disk; proofs, campaigns and run are not.
    assert answered(home) == at_once


# What `look` does, up to the point between the commit of the lake and the record of the run.
_TO_THE_POINT = """
import os, signal, sys
from legation.app.checks import checks
from legation.app.detecting import Asked, campaigns_in_lake
from legation.app.recording import keep_proofs
from test_app_watching import home_at
home = home_at(sys.argv[1])
with home.store() as store, campaigns_in_lake(home, store, Asked().rule(), {}) as found:
    keep_proofs(store, found, home.now())
    os.kill(os.getpid(), signal.SIGKILL)
"""


def home_at(place: str) -> Home:
    return Home(Settings(home=Path(place)), now)


def killed_before_the_record(home: Home) -> None:
    command = [sys.executable, "-c", _TO_THE_POINT, str(home.folder)]
    paths = os.pathsep.join(path for path in sys.path if path)
    environ = os.environ | {"PYTHONPATH": paths}
    assert subprocess.run(command, env=environ, check=False).returncode == -signal.SIGKILL
    with home.store() as store:
        assert store.lake.files("evidence")
        assert store.runs.ids() == []


def lake_of(home: Home) -> str:
    return {name: check() for name, check in checks(home)}["lake"]


def test_a_look_killed_between_its_proofs_and_its_record_is_told_and_gone_on_with(
    world: World, at_once: dict[str, Any]
) -> None:
    home = world.home("unrecorded")
    took(home, world.town)
    killed_before_the_record(home)
    assert "1 look was broken off before the record" in lake_of(home)
    assert "legation watch --once" in lake_of(home)
    assert answered(home) == at_once
    assert "broken off" not in lake_of(home)


def test_posts_that_come_after_a_look_was_killed_are_looked_at_and_what_it_left_is_still_told(
    world: World, at_once: dict[str, Any]
) -> None:
    home = world.home("unrecorded-part")
    took(home, *world.parts[:3])
    killed_before_the_record(home)
    took(home, world.parts[3])
    assert answered(home) == at_once
    assert "1 look was broken off before the record, and nothing rests on what" in lake_of(home)


def killed(home: Home, seconds: float) -> bool:
    """Start a watch, kill it after a while, and tell whether it was still at work."""
    command = [sys.executable, "-m", "legation", "watch", "--once", "--home", str(home.folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            run.wait(seconds)
        except subprocess.TimeoutExpired:
            run.kill()
    return run.returncode == -signal.SIGKILL


def test_kills_at_any_point_change_nothing(world: World, at_once: dict[str, Any]) -> None:
    chance = random.Random(11)  # noqa: S311 - no secret
    home, kills = world.home("killed"), 0
    for part in world.parts:
        took(home, part)
        kills += sum(killed(home, chance.uniform(0.4, 1.6)) for _ in range(2))
    assert kills, "nothing was killed: the delays are too long to prove anything"
    looked(home)
    assert kept(home) == at_once


def test_a_lake_put_back_to_an_earlier_day_is_followed(
    world: World, at_once: dict[str, Any]
) -> None:
    home = world.home("put-back")
    took(home, *world.parts)
    looked(home)
    lake = Lake(home.folder / "lake")
    for batch in list(lake.parts("posts"))[1:]:
        (lake.folder / ".manifests" / f"{batch}.json").unlink()
        (lake.folder / ".manifests" / f"{batch[:-6]}-end.json").unlink(missing_ok=True)
    took(home, world.town)
    assert answered(home) == at_once


@pytest.mark.parametrize("pattern", ["head.json", "actions-*"])
def test_a_broken_state_is_made_anew(world: World, at_once: dict[str, Any], pattern: str) -> None:
    home = world.home(f"broken-{pattern[:4]}")
    took(home, *world.parts[:3])
    looked(home)
    for file in home.co_actions.rglob(pattern):
        file.write_bytes(b"broken")
    took(home, world.parts[3])
    assert answered(home) == at_once


def test_one_collection_from_two_tools_makes_no_campaign_of_ordinary_people(
    world: World,
) -> None:
    home = world.home("two-tools")
    town = write_town(world.folder / "quiet.jsonl", ring=False)
    # The other tool numbers its rows, so that no post can be found again.
    other = world.folder / "quiet-other.jsonl"
    rows = [json.loads(line) for line in town.read_text("utf-8").splitlines()]
    lines = (json.dumps(row | {"post_id": f"row{n}"}) for n, row in enumerate(rows))
    other.write_text("\n".join(lines), "utf-8")
    with home.store() as store:
        intakes = Intakes(home, store, UNPROTECTED)
        intakes.take(town, Reading(platform="twitter"))
        intakes.take(other, Reading())
    report = looked(home)
    assert report is not None
    assert report.run.posts == 2 * len(rows)
    assert report.campaigns == ()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def batch(lake: Lake, name: str, rows: list[tuple[str, str, str]]) -> None:
    """Put links (post, account, link) into the lake as one batch."""
    part = lake.stage(name) / "posts" / "day=2026-03-02"
    part.mkdir(parents=True)
    values = ", ".join(str((post, account, [link])) for post, account, link in rows)
    empty = ", ".join(f"NULL::VARCHAR AS {name}" for name in ("text", "lang", "repost_key"))
    duckdb.sql(
        f"COPY (SELECT post_id, account_id, 0::BIGINT AS time, urls, {empty}, "
        "[]::VARCHAR[] AS hashtags, []::VARCHAR[] AS mentions, []::VARCHAR[] AS image_hashes, "
        "false AS is_repost, NULL::VARCHAR AS reply_to, '' AS platform, 1 AS clock_s "
        f"FROM (VALUES {values}) AS given (post_id, account_id, urls)) "
        f"TO '{part / 'rows.parquet'}' (FORMAT parquet)"
    )
    lake.commit(name)


@pytest.mark.parametrize("size", [20, 2000])
def test_a_small_batch_reads_and_joins_what_it_touches_however_large_the_lake(
    lake: Lake, tmp_path: Path, size: int
) -> None:
    state = CoActionState(tmp_path / "state", ("link",), window_s=60)
    batch(lake, "large", [(f"{who}{n}", who, f"link{n}") for n in range(size) for who in "abc"])
    with closing(connect()) as connection:
        assert follow(connection, lake, state, ("link",)).added.posts == 3 * size
        batch(lake, "small", [("d1", "d", "link1"), ("d2", "d", "link2"), ("d3", "d", "else")])
        found = follow(connection, lake, state, ("link",))
        assert found.added == Added(posts=3, objects=3, actions=4 + 4 + 1)
        assert len(found.joined[2]["layer"]) == 3 * size + 2 * 3
        assert follow(connection, lake, state, ("link",)).added == Added()
        assert found.sha256 == lake.fingerprint("posts")


def rounded(town: Path, seconds: int, copy: str, only: str = "") -> None:
    """Write the town's posts as other people's, with a clock of so many seconds."""
    rows = [json.loads(line) for line in town.read_text("utf-8").splitlines()]
    for row in rows:
        time = int(datetime.fromisoformat(row["created_at"]).timestamp()) // seconds * seconds
        row["created_at"] = datetime.fromtimestamp(time, UTC).isoformat()
        row["text"] = f"{copy} {row['text']}"
        for name in ("post_id", "account_id", "repost_key"):
            row[name] = row[name] and f"{copy}{row[name]}"
    kept = [row for row in rows if only in row["account_id"]]
    town.with_name(f"{copy}.jsonl").write_text("\n".join(map(json.dumps, kept)), "utf-8")


def test_each_campaign_states_the_clock_of_its_own_posts(world: World) -> None:
    rounded(world.town, 60, "minutes")
    rounded(world.town, 86_400, "days", only="ring")
    home = world.home("clocks")
    took(home, world.town, *(world.folder / f"{copy}.jsonl" for copy in ("minutes", "days")))
    report = looked(home)
    assert report is not None
    told = {one.clock_resolution_s: " ".join(one.cannot_show) for one in report.campaigns}
    assert set(told) == {1, 60}
    assert "no finer" not in told[1]
    assert "faster than 60 s" in told[60]
    words = {one.clock_resolution_s: in_words(one, report.run) for one in report.campaigns}
    assert "between two posts, timed to 60 s" in words[60]
    assert "timed to" not in words[1]


def test_posts_timed_coarser_than_the_window_tie_nobody_and_are_counted(world: World) -> None:
    rounded(world.town, 86_400, "days", only="ring")
    home = world.home("days")
    took(home, world.town, world.folder / "days.jsonl")
    report = looked(home)
    assert report is not None
    assert (report.run.coarse_posts, report.run.clock_resolution_s) == (1280, 1)
    (campaign,) = report.campaigns
    assert len(campaign.accounts) == 8


def test_where_every_clock_is_coarser_than_the_window_nothing_is_looked_at(world: World) -> None:
    rounded(world.town, 86_400, "days", only="ring")
    home = world.home("only-days")
    took(home, world.folder / "days.jsonl")
    with pytest.raises(UsageError, match="below the clock's resolution"):
        looked(home)
