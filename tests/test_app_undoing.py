"""An import that is undone leaves what was there before, in the lake, the log and the trail."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from legation.app.checks import checks
from legation.app.detecting import Asked, campaigns_in_lake
from legation.app.home import Home
from legation.app.import_record import leaning_on, reconcile, undo
from legation.app.importing import Intakes, Reading
from legation.app.recording import keep_findings
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.errors import BadInputError, BusyError, ConflictError, NotFoundError, UsageError
from legation.settings import Settings
from legation.store.intake_undo import take_back
from legation.store.opening import Store
from legation.store.scratch import FOLDER, alone
from legation.threats.disinformation.findings import Campaign, Report
from worlds.homes import make_home
from worlds.planted_posts import write_town
from worlds.shell import legation

HEADER = "post_id,account_id,created_at,text\n"


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(Settings(home=tmp_path / "home"), now)
    make_home(made)
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


def write(folder: Path, name: str, rows: list[tuple[int, int, str]]) -> Path:
    file = folder / name
    lines = (
        f"p{post},acct{post % 7},2026-03-{day:02}T10:00:00Z,{said}" for post, day, said in rows
    )
    file.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    return file


def rows_of(store: Store) -> list[tuple[object, ...]]:
    """Return every row of posts and edits in the lake."""
    found: list[tuple[object, ...]] = []
    for kind in ("posts", "post_edits"):
        if files := [str(file) for file in store.lake.files(kind)]:
            found += duckdb.execute("SELECT ?, * FROM read_parquet(?)", [kind, files]).fetchall()
    return sorted(map(repr, found))  # type: ignore[arg-type] # rows are compared as text


def take(home: Home, store: Store, file: Path) -> str:
    return Intakes(home, store, UNPROTECTED).take(file, Reading()).import_id


def test_what_an_import_brought_leaves_and_the_trail_says_so(
    home: Home, store: Store, tmp_path: Path
) -> None:
    take(home, store, write(tmp_path, "one.csv", [(1, 1, "a"), (2, 2, "b")]))
    before = rows_of(store)
    second = take(home, store, write(tmp_path, "two.csv", [(2, 2, "edited"), (3, 3, "c")]))
    assert rows_of(store) != before
    gone = undo(home, store, second[:12], actor="ann")
    assert (gone.file, gone.good) == ("two.csv", 2)
    assert rows_of(store) == before
    (entry,) = store.audit.entries(verb="import.undo")
    assert (entry.event.actor, entry.event.detail["import"]) == ("ann", second)
    assert [one.state for one in store.imports.newest("posts")] == ["undone", "done"]
    files = [file.name for file in (home.folder / "lake").glob("*/*/*.parquet")]
    assert len(files) == len([*store.lake.files("posts"), *store.lake.files("post_edits")])


def test_the_parts_of_the_store_agree_after_an_undo_and_after_another_import(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "one.csv", [(1, 1, "a"), (2, 2, "b")])
    with home.store() as store:
        first = take(home, store, file)
        undo(home, store, first, actor="ann")
    for _, check in checks(home):
        check()
    with home.store() as store:
        assert take(home, store, file) == first
        assert len(rows_of(store)) == 2
        undo(home, store, first, actor="ann")
        assert rows_of(store) == []
        assert take(home, store, file) == first
        assert len(rows_of(store)) == 2
    for _, check in checks(home):
        check()


def test_an_import_that_a_later_one_leans_on_is_undone_after_that_one(
    home: Home, store: Store, tmp_path: Path
) -> None:
    first = take(home, store, write(tmp_path, "one.csv", [(1, 1, "a"), (2, 2, "b")]))
    second = take(home, store, write(tmp_path, "two.csv", [(2, 2, "b"), (3, 3, "c")]))
    with pytest.raises(ConflictError, match=r"two\.csv"):
        undo(home, store, first, actor="ann")
    assert len(rows_of(store)) == 3
    undo(home, store, second, actor="ann")
    undo(home, store, first, actor="ann")
    assert rows_of(store) == []


def test_an_import_beside_others_can_go_alone(home: Home, store: Store, tmp_path: Path) -> None:
    first = take(home, store, write(tmp_path, "one.csv", [(1, 1, "a")]))
    take(home, store, write(tmp_path, "two.csv", [(3, 3, "c")]))
    undo(home, store, first, actor="ann")
    assert len(rows_of(store)) == 1


def test_what_cannot_be_undone_is_told_with_the_reason(
    home: Home, store: Store, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError):
        undo(home, store, "abc", actor="ann")
    first = take(home, store, write(tmp_path, "one.csv", [(1, 1, "a")]))
    with alone(home.folder / FOLDER), pytest.raises(BusyError):
        undo(home, store, first, actor="ann")
    undo(home, store, first, actor="ann")
    with pytest.raises(ConflictError, match="undone"):
        undo(home, store, first, actor="ann")
    take(home, store, write(tmp_path, "two.csv", [(2, 1, "a")]))
    ids = [one.import_id for one in store.imports.newest("posts")]
    if ids[0][0] == ids[1][0]:
        with pytest.raises(UsageError):
            undo(home, store, ids[0][0], actor="ann")


def test_an_undo_killed_before_its_record_is_recorded_by_whoever_comes_next(
    home: Home, store: Store, tmp_path: Path
) -> None:
    take(home, store, write(tmp_path, "one.csv", [(1, 1, "a")]))
    (entry,) = store.imports.newest("posts")
    take_back(store.lake, entry.sha256, entry.rule, home.folder / FOLDER)
    assert store.imports.get(entry.import_id).state == "done"
    reconcile(home, store)
    assert store.imports.get(entry.import_id).state == "undone"
    assert len(store.audit.entries(verb="import.undo")) == 1
    reconcile(home, store)
    assert len(store.audit.entries(verb="import.undo")) == 1


def test_a_run_over_posts_that_were_taken_back_is_stale_and_the_next_is_not(
    home: Home, store: Store, tmp_path: Path
) -> None:
    lines = write_town(tmp_path / "town.jsonl").read_text("utf-8").splitlines(keepends=True)
    cut = len(lines) * 4 // 5
    (tmp_path / "one.jsonl").write_text("".join(lines[:cut]), "utf-8")
    (tmp_path / "two.jsonl").write_text("".join(lines[cut:]), "utf-8")
    library = home.library(store, "test")
    assert library.stale() == ""
    take(home, store, tmp_path / "one.jsonl")
    assert look(home, store) is not None
    first = library.latest()
    second = take(home, store, tmp_path / "two.jsonl")
    assert "not up to date" in library.stale()
    assert look(home, store) is not None
    assert library.stale() == ""
    undo(home, store, second, actor="ann")
    assert "stale" in library.stale()
    assert look(home, store) is not None
    assert library.stale() == ""
    last = library.latest()
    assert first is not None
    assert last is not None
    assert last.run == first.run
    assert last.campaigns == first.campaigns
    assert look(home, store) is None


def test_a_run_that_is_made_again_keeps_the_lines_of_its_campaigns(
    home: Home, store: Store, tmp_path: Path
) -> None:
    take(home, store, write_town(tmp_path / "town.jsonl"))
    with campaigns_in_lake(home, store, Asked().rule(), {}) as found:
        report = found.report
    (campaign,) = report.campaigns
    smaller = msgspec.structs.replace(
        campaign, campaign_id="campaign-0", accounts=campaign.accounts[:-1]
    )

    def keep(name: str, *campaigns: Campaign) -> None:
        run = msgspec.structs.replace(report.run, run_id=name)
        keep_findings(store, Report(run=run, campaigns=campaigns), now())

    keep("run-0", smaller)
    keep("run-1", campaign)
    kept = store.runs.get("run-1")
    assert kept.facts["lines"] == {campaign.campaign_id: "campaign-0"}
    keep("run-2")
    keep("run-1", campaign)
    assert [run.run_id for run in store.runs.newest("disinformation.coordination")] == ["run-1"]
    assert store.runs.get("run-1").fingerprint() == kept.fingerprint()


@st.composite
def files(draw: st.DrawFn) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    row = st.tuples(st.integers(1, 12), st.integers(1, 4), st.sampled_from(["x", "y", "@acct3 z"]))
    one = draw(st.lists(row, min_size=1, max_size=10, unique_by=lambda r: r[0]))
    two = draw(st.lists(row, min_size=1, max_size=10, unique_by=lambda r: r[0]))
    return one, two


@settings(max_examples=12, deadline=None)
@given(files(), st.integers(0, 9))
def test_undo_gives_back_exactly_what_was_there_before(
    pair: tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]], seed: int
) -> None:
    one, two = pair
    assume(one != two)  # the same bytes are one and the same import
    random.Random(seed).shuffle(two)  # noqa: S311 - an order, no secret
    with TemporaryDirectory() as folder:
        home = Home(Settings(home=Path(folder) / "home"), now)
        make_home(home)
        with home.store() as store:
            take(home, store, write(Path(folder), "one.csv", one))
            before = (rows_of(store), store.lake.fingerprint("posts"))
            second = take(home, store, write(Path(folder), "two.csv", two))
            undo(home, store, second, actor="ann")
            assert (rows_of(store), store.lake.fingerprint("posts")) == before
            store.lake.verify()
            assert store.lake.strangers() == []


def test_an_undo_is_refused_beforehand_where_a_later_import_leans(
    home: Home, store: Store, tmp_path: Path
) -> None:
    first = take(home, store, write(tmp_path, "one.csv", [(1, 1, "a"), (2, 2, "b")]))
    second = take(home, store, write(tmp_path, "two.csv", [(2, 2, "b"), (3, 3, "c")]))
    assert leaning_on(store, store.imports.get(first)) == ("two.csv",)
    assert leaning_on(store, store.imports.get(second)) == ()


def refused(home: Home, store: Store, file: Path, parts: int) -> str:
    """Begin to take in a file that is refused when some of its parts are in the lake."""

    def end(percent: int, words: str) -> None:
        if percent and words == f"takes in part {parts + 1}":
            raise BadInputError("cannot be read", place=file.name, hint="")

    intakes = Intakes(home, store, UNPROTECTED, tell=end, slice_bytes=200)
    with pytest.raises(BadInputError):
        intakes.take(file, Reading())
    (entry,) = [one for one in store.imports.find() if one.name == file.name]
    return entry.import_id


def agree(home: Home) -> str:
    """Let every part of the home be checked, and return what is told of imports."""
    return {name: check() for name, check in checks(home)}["imports"]


MANY = [(n, 1 + n % 3, "x" * 20) for n in range(1, 21)]


def test_a_file_refused_before_any_of_it_came_in_has_failed_and_ended(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "one.csv", MANY)
    with home.store() as store:
        entry = store.imports.get(refused(home, store, file, 0))
        assert (entry.state, entry.good, entry.ended) == ("failed", 0, now())
        assert store.imports.unfinished("posts") == store.imports.refused_in_part("posts") == []
        assert take(home, store, file) == entry.import_id
        assert store.imports.get(entry.import_id).state == "done"
    assert "not finished" not in agree(home)


def test_a_file_refused_in_its_midst_is_told_and_can_be_taken_back(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "two.csv", MANY)
    with home.store() as store:
        take(home, store, write(tmp_path, "one.csv", [(100, 1, "a")]))
        before = rows_of(store)
        entry = store.imports.get(refused(home, store, file, 2))
        assert (entry.state, entry.good, entry.ended) == ("failed", len(rows_of(store)) - 1, now())
        assert entry.good
        assert store.imports.unfinished("posts") == []
        assert store.imports.refused_in_part("posts") == [entry]
    words = agree(home)
    assert "1 failed with posts: two.csv; take back what came in" in words
    assert "goes on where it stopped" not in words
    with home.store() as store:
        gone = undo(home, store, entry.import_id[:12], actor="ann")
        assert (gone.file, gone.good) == ("two.csv", entry.good)
        assert rows_of(store) == before
        (noted,) = store.audit.entries(verb="import.undo")
        assert (noted.event.actor, noted.event.detail["good"]) == ("ann", entry.good)
        assert store.imports.get(entry.import_id).state == "undone"
        with pytest.raises(ConflictError, match="undone"):
            undo(home, store, entry.import_id, actor="ann")
    assert "not finished" not in agree(home)
    with home.store() as store:
        assert take(home, store, file) == entry.import_id
        assert len(rows_of(store)) == 21
    agree(home)


def test_an_import_that_was_broken_off_can_be_taken_back_also_where_nothing_had_come_in(
    home: Home, tmp_path: Path
) -> None:
    def end(percent: int, _words: str) -> None:
        if percent:
            raise BusyError("cancelled", hint="")

    with home.store() as store:
        with pytest.raises(BusyError):
            Intakes(home, store, UNPROTECTED, tell=end).take(
                write(tmp_path, "one.csv", MANY), Reading()
            )
        (begun,) = store.imports.unfinished("posts")
        assert undo(home, store, begun.import_id, actor="ann").good == 0
        (gone,) = store.imports.newest("posts")
        assert (gone.state, gone.ended) == ("undone", now())
    assert "not finished" not in agree(home)


def test_the_command_line_tells_of_a_failed_import_and_takes_it_back(
    home: Home, tmp_path: Path
) -> None:
    with home.store() as store:
        number = refused(home, store, write(tmp_path, "one.csv", MANY), 2)
        rows = len(rows_of(store))
    told = legation("import", "list", "--home", home.folder)
    assert f"failed  {rows}" in " ".join(told.out.split()).replace("failed ", "failed  ")
    assert "legation import undo" in told.err
    asked = legation("import", "undo", number[:12], "--home", home.folder)
    assert f"one.csv: failed, read as legation: {rows} posts; those" in asked.out
    done = legation("import", "undo", number[:12], "--yes", "--home", home.folder)
    assert (done.code, "has left the lake" in done.out) == (0, True)
    assert "undone" in legation("import", "list", "--home", home.folder).out


def test_what_leans_on_an_import_that_failed_is_taken_back_before_it(
    home: Home, store: Store, tmp_path: Path
) -> None:
    first = refused(home, store, write(tmp_path, "one.csv", MANY), 2)
    second = take(home, store, write(tmp_path, "two.csv", [(1, 2, "edited"), (90, 3, "c")]))
    assert leaning_on(store, store.imports.get(first)) == ("two.csv",)
    with pytest.raises(ConflictError, match=r"two\.csv"):
        undo(home, store, first, actor="ann")
    undo(home, store, second, actor="ann")
    undo(home, store, first, actor="ann")
    assert rows_of(store) == []


def test_an_undo_of_a_failed_import_killed_before_its_record_is_recorded_once(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "one.csv", MANY)
    with home.store() as store:
        entry = store.imports.get(refused(home, store, file, 2))
        take_back(store.lake, entry.sha256, entry.rule, home.folder / FOLDER)
        assert store.imports.get(entry.import_id).state == "failed"
        for _ in range(2):
            reconcile(home, store)
            assert store.imports.get(entry.import_id).state == "undone"
            (told,) = store.audit.entries(verb="import.undo")
            assert told.event.detail["good"] == entry.good
    agree(home)
    with home.store() as store:
        # Begun anew and refused at once: the undo of before is not told again.
        assert refused(home, store, file, 0) == entry.import_id
        reconcile(home, store)
        assert store.imports.get(entry.import_id).state == "failed"
    agree(home)


def test_an_import_that_was_done_and_taken_back_may_fail_the_next_time(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "one.csv", MANY)
    with home.store() as store:
        number = take(home, store, file)
        undo(home, store, number, actor="ann")
        assert refused(home, store, file, 1) == number
    agree(home)
    with home.store() as store:
        reconcile(home, store)
        assert store.imports.get(number).state == "failed"
        undo(home, store, number, actor="ann")
        assert rows_of(store) == []
    agree(home)


def test_an_import_that_was_broken_off_is_in_the_log_and_the_doctor_names_it(
    home: Home, tmp_path: Path
) -> None:
    file = write(tmp_path, "one.csv", [(1, 1, "a"), (2, 2, "b")])

    def end(percent: int, _words: str) -> None:
        if percent:
            raise BusyError("cancelled", hint="")

    with home.store() as store:
        with pytest.raises(BusyError):
            Intakes(home, store, UNPROTECTED, tell=end).take(file, Reading())
        (begun,) = store.imports.unfinished("posts")
        assert (begun.name, begun.state, begun.ended) == ("one.csv", "started", None)
        assert store.imports.refused_in_part("posts") == []
    told = dict(checks(home))["imports"]()
    assert "1 not finished: one.csv" in told
    with home.store() as store:
        assert take(home, store, file) == begun.import_id
        (done,) = store.imports.newest("posts")
        assert (done.state, done.good, done.started) == ("done", 2, begun.started)
    assert "not finished" not in dict(checks(home))["imports"]()


def test_when_all_posts_were_taken_back_the_latest_word_is_that_there_is_no_campaign(
    home: Home, tmp_path: Path
) -> None:
    town = write_town(tmp_path / "town.jsonl")
    with home.store() as store:
        assert look(home, store) is None
        number = take(home, store, town)
        first = look(home, store)
        assert first is not None
        assert first.campaigns
        undo(home, store, number, actor="ann")
        library = home.library(store, "ann")
        assert library.stale()
        ids = [first.campaigns[0].campaign_id]
        with pytest.raises(ConflictError, match="taken back"):
            library.export(ids, "csv")
        with pytest.raises(ConflictError, match="taken back"):
            library.leave("campaign", ids, "pdf", "0" * 64)
        nothing = look(home, store)
        assert nothing is not None
        assert (nothing.run.posts, nothing.campaigns) == (0, ())
        assert not home.library(store, "ann").stale()
        assert look(home, store) is None
        take(home, store, town)
        again = look(home, store)
        assert again is not None
        assert again.campaigns == first.campaigns
    for _, check in checks(home):
        check()
