"""What stands in the lake after an import, and what must not stand anywhere."""

import csv
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from legation.errors import BadInputError, BusyError
from legation.rights.masking import TextMasker
from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.importing import DeskPrivacy, import_posts, write_rejected
from legation.store.duck import connect
from legation.store.durable import try_lock, unlock
from legation.store.intake_import import Importer
from legation.store.intake_lake import attach_lake
from legation.store.intake_told import finished_files
from legation.store.lake import Lake
from legation.store.reading.mapping import CANONICAL, TYPES, Mapping
from legation.store.reading.names import ClearName
from legation.store.reading.snapshot import Standing
from legation.text.links import Links

KEY = b"a key of thirty-two bytes or more"
HEADER = ["post_id", "account_id", "created_at", "text", "urls", "mentions", "reply_to"]


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


class Unmasked:
    """Masking switched off: what the test for names must notice."""

    def __init__(self) -> None:
        self._plain = _Plain()

    def pseudonyms(self) -> "_Plain":
        return self._plain

    def masker(self, known: Iterable[str], platform: str) -> "_Plain":
        del known, platform
        return self._plain

    def masker_of_id(self, author: str, post_id: str, platform: str) -> "_Plain":
        del author, post_id, platform
        return self._plain

    def rule(self, mapping: Mapping) -> str:
        return mapping.name

    def label(self, text: str) -> str:
        return text

    def ordinary(self, handles: Iterable[str]) -> int:
        del handles
        return 0

    def keep(self, names: Sequence[ClearName]) -> None:
        del names


class _Plain:
    def of(self, handle: str, platform: str = "") -> str:
        del platform
        return handle

    def mask(self, text: str) -> str:
        return text


def importer(folder: Path, privacy: Any, **given: Any) -> Importer:
    return Importer(
        Lake(folder / "lake"), privacy, folder / "scratch", now=now, links=Links(), **given
    )


def private(kept: list[ClearName] | None = None) -> DeskPrivacy:
    return DeskPrivacy(Pseudonymiser(KEY), (kept if kept is not None else []).extend)


def write(file: Path, rows: Sequence[Sequence[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return file


def query(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def lake_rows(folder: Path, kind: str = "posts", columns: str = "*") -> list[tuple[Any, ...]]:
    files = [str(path) for path in Lake(folder / "lake").files(kind)]
    if not files:
        return []
    return query(f"SELECT {columns} FROM read_parquet({files}) ORDER BY ALL")


def row(number: int, text: str = "text", day: int = 1) -> list[str]:
    return [str(number), f"user{number % 7}", f"2024-05-{day:02}T10:00:00Z", text, "", "", ""]


def test_a_second_import_of_the_file_adds_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in range(50)])
    first = importer(tmp_path, private()).add(file, CANONICAL)
    before = lake_rows(tmp_path)
    second = importer(tmp_path, private()).add(file, CANONICAL)
    assert (first.rows, second.rows, second.known) == (50, 0, True)
    assert lake_rows(tmp_path) == before


def test_a_post_in_two_files_is_stored_once(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", [row(n) for n in range(30)])
    two = write(tmp_path / "b.csv", [row(n) for n in range(20, 40)])
    importer(tmp_path, private()).add(one, CANONICAL)
    done = importer(tmp_path, private()).add(two, CANONICAL)
    assert (done.rows, done.repeated, done.edits) == (10, 10, 0)
    assert len(lake_rows(tmp_path, columns="post_id")) == 40


def test_an_id_stays_the_same_when_a_word_of_it_becomes_a_known_name(tmp_path: Path) -> None:
    def numbered(number: int, text: str = "hello") -> list[str]:
        return [f"tw:{number}", f"person{number}", "2024-05-01T10:00:00Z", text, "", "", ""]

    rows = [numbered(n) for n in range(5)]
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", rows), CANONICAL)
    rows.append(numbered(9, "so says @tw today"))
    done = importer(tmp_path, private()).add(write(tmp_path / "b.csv", rows), CANONICAL)
    assert (done.rows, done.repeated) == (1, 5)


def test_an_authors_own_name_leaves_its_posts_ids(tmp_path: Path) -> None:
    own = ["Secret.Name/17", "secret.name", "2024-05-01T10:00:00Z", "hello", "", "", ""]
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", [own]), CANONICAL)
    ((post_id, account_id),) = lake_rows(tmp_path, columns="post_id, account_id")
    assert post_id == f"{account_id}/17"


@pytest.mark.parametrize(
    "post", ["SecretName_55501", "55501_SecretName", "secretname_aBc", "x/SecretName_1_2"]
)
def test_an_author_and_a_number_in_an_id_are_told_apart(tmp_path: Path, post: str) -> None:
    own = [post, "SecretName", "2024-05-01T10:00:00Z", "see SecretName_55501", "", "", ""]
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", [own]), CANONICAL)
    ((post_id, account, text),) = lake_rows(tmp_path, columns="post_id, account_id, text")
    assert post_id == post.replace("SecretName", account).replace("secretname", account)
    assert text == f"see {account}_55501"


def test_an_edit_is_kept_beside_the_first_text(tmp_path: Path) -> None:
    for name, text in (("a", "first"), ("b", "second"), ("c", "second"), ("d", "first")):
        rows = [row(1, text), row(int(name, 16) * 100)]
        importer(tmp_path, private()).add(write(tmp_path / f"{name}.csv", rows), CANONICAL)
    texts = lake_rows(tmp_path, columns="text")
    assert texts.count(("first",)) == 1
    assert lake_rows(tmp_path, "post_edits", "post_id, text") == [("1", "second")]


def of(post: str, account: str, text: str, time: str = "2024-05-01T10:00:00Z") -> list[str]:
    return [post, account, time, text, "", "", ""]


def posts_of(folder: Path) -> list[tuple[str, str]]:
    """Return (id without its mark, text) of the lake's posts, whose ids must each be of one."""
    ids = [post_id for (post_id,) in lake_rows(folder, columns="post_id")]
    assert len(ids) == len(set(ids))
    return lake_rows(folder, columns="split_part(post_id, '~', 1), text")


def test_row_numbers_of_two_exports_are_not_taken_for_one_post(tmp_path: Path) -> None:
    late = "2024-05-07T10:00:00Z"
    one = write(tmp_path / "a.csv", [of("1", "ann", "first"), of("2", "ben", "second")])
    two = write(
        tmp_path / "b.csv",
        [of("1", "carl", "third"), of("2", "ben", "fourth", late), of("3", "ann", "fifth")],
    )
    importer(tmp_path, private()).add(one, CANONICAL)
    done = importer(tmp_path, private()).add(two, CANONICAL)
    assert (done.rows, done.repeated, done.edits) == (3, 0, 0)
    every = [("1", "first"), ("1", "third"), ("2", "fourth"), ("2", "second"), ("3", "fifth")]
    assert posts_of(tmp_path) == every


def test_the_same_rows_again_in_other_files_add_nothing(tmp_path: Path) -> None:
    rows = [
        [of("1", "ann", "first"), of("2", "ben", "second")],
        [of("1", "carl", "third"), of("2", "ben", "", "2024-05-07T10:00:30Z")],
    ]
    for number, some in enumerate(rows):
        importer(tmp_path, private()).add(write(tmp_path / f"{number}.csv", some), CANONICAL)
    columns = "post_id, account_id, time, text"
    before = lake_rows(tmp_path, columns=columns)
    for number, some in enumerate(rows):
        file = write(
            tmp_path / f"again{number}.csv", [*some[::-1], of(f"9{number}", "dora", "more")]
        )
        done = importer(tmp_path, private()).add(file, CANONICAL)
        assert (done.repeated, done.edits) == (2, 0)
    added = set(lake_rows(tmp_path, columns=columns)) - set(before)
    assert sorted(text for *_, text in added) == ["more", "more"]
    assert len(lake_rows(tmp_path)) == len(before) + 2


def test_an_edit_of_a_post_whose_id_was_taken_is_an_edit_of_that_post(tmp_path: Path) -> None:
    for name, given in enumerate((("ann", "first"), ("ben", "second"), ("ben", "third"))):
        file = write(tmp_path / f"{name}.csv", [of("1", *given)])
        importer(tmp_path, private()).add(file, CANONICAL)
    columns = "post_id, account_id"
    assert lake_rows(tmp_path, "post_edits", "text") == [("third",)]
    assert lake_rows(tmp_path, "post_edits", columns)[0] in lake_rows(tmp_path, columns=columns)


def test_a_coarser_or_shifted_export_of_a_post_is_the_same_post(tmp_path: Path) -> None:
    times = ("2024-05-01T10:00:42Z", "2024-05-01T10:00:00Z", "2024-05-01T12:00:42Z")
    for number, time in enumerate(times):
        # Four posts on full minutes are what tells a clock of minutes.
        others = [of(f"{number}-{n}", "x", "y", f"2024-05-02T10:0{n}:00Z") for n in range(4)]
        file = write(tmp_path / f"{number}.csv", [of("1", "ann", "words", time), *others])
        importer(tmp_path, private()).add(file, CANONICAL)
    assert posts_of(tmp_path).count(("1", "words")) == 1


def test_one_id_on_two_platforms_is_two_posts_and_on_one_platform_one(tmp_path: Path) -> None:
    twitter, bluesky = (msgspec.structs.replace(CANONICAL, platform=p) for p in ("x", "y"))
    fields = {name: one for name, one in CANONICAL.fields.items() if name != "platform"}
    for number, mapping in enumerate((twitter, bluesky, twitter)):
        rows = [of("1", "ann", "first", f"2024-05-0{number + 1}T10:00:00Z")]
        file = write(tmp_path / f"{number}.csv", rows)
        importer(tmp_path, private()).add(file, msgspec.structs.replace(mapping, fields=fields))
    assert posts_of(tmp_path) == [("1", "first")] * 2


def test_late_posts_go_to_their_own_day(tmp_path: Path) -> None:
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", [row(1, day=9)]), CANONICAL)
    importer(tmp_path, private()).add(write(tmp_path / "b.csv", [row(2, day=3)]), CANONICAL)
    assert Lake(tmp_path / "lake").days("posts") == [date(2024, 5, 3), date(2024, 5, 9)]


def test_small_slices_and_one_large_slice_give_the_same_lake(tmp_path: Path) -> None:
    dice = random.Random(5)  # noqa: S311 # the same test data each time
    texts = ["plain", 'with "quotes"', "two\nlines", "user3 and @user4", "x" * 300]
    rows = [row(n, dice.choice(texts), 1 + n % 5) for n in range(400)]
    rows[100][2] = "never"
    file = write(tmp_path / "a.csv", rows)
    whole = importer(tmp_path / "whole", private()).add(file, CANONICAL)
    cut = importer(tmp_path / "cut", private(), slice_bytes=1500).add(file, CANONICAL)
    assert cut.batches > 5
    assert lake_rows(tmp_path / "whole") == lake_rows(tmp_path / "cut")
    assert whole.rejected == cut.rejected
    assert len(cut.rejected) == 1


class Stopping(Unmasked):
    """Privacy that stops the program at a post, as a kill would."""

    def masker(self, known: Iterable[str], platform: str) -> "_Plain":
        del known, platform
        return _Stopping()


class _Stopping(_Plain):
    def mask(self, text: str) -> str:
        if text == "stop here":
            raise RuntimeError
        return text


def half_done(folder: Path) -> Path:
    """Import a file, as far as its second slice."""
    rows = [row(n, "x" * 50) for n in range(40)]
    rows[3][2] = rows[38][2] = "never"
    rows[35][3] = "stop here"
    file = write(folder / "a.csv", rows)
    with pytest.raises(duckdb.Error):
        importer(folder, Stopping(), slice_bytes=1500).add(file, CANONICAL)
    assert 0 < len(lake_rows(folder)) < 38
    return file


def test_an_import_in_two_runs_counts_the_rows_of_both(tmp_path: Path) -> None:
    file = half_done(tmp_path)
    done = importer(tmp_path, private(), slice_bytes=1500).add(file, CANONICAL)
    assert 0 < done.rows < 38
    assert (done.good, done.refused) == (38, 2)


@pytest.mark.parametrize("most", [10_000, 0])
def test_an_import_that_goes_on_lists_what_the_run_before_rejected(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With none listed in the lake, the slices that had some are read once more.
    monkeypatch.setattr("legation.store.intake_rejected._MOST_LISTED", most)
    (tmp_path / "two").mkdir()
    file = half_done(tmp_path / "two")
    two = importer(tmp_path / "two", private(), slice_bytes=1500).add(file, CANONICAL)
    (tmp_path / "one").mkdir()
    whole = shutil.copy(file, tmp_path / "one" / file.name)
    one = importer(tmp_path / "one", private()).add(Path(whole), CANONICAL)
    assert two.rejected == one.rejected
    assert len(two.rejected) == 2


def test_a_file_that_is_known_comes_with_its_counts(tmp_path: Path) -> None:
    file = half_done(tmp_path)
    importer(tmp_path, private(), slice_bytes=1500).add(file, CANONICAL)
    again = importer(tmp_path, private()).add(file, CANONICAL)
    assert (again.known, again.rows, again.good, again.refused) == (True, 0, 38, 2)


def test_the_lake_tells_which_files_stand_in_it_as_a_whole(tmp_path: Path) -> None:
    file = half_done(tmp_path)
    assert list(finished_files(Lake(tmp_path / "lake"))) == []
    done = importer(tmp_path, private(), slice_bytes=1500).add(file, CANONICAL)
    (told,) = finished_files(Lake(tmp_path / "lake"))
    assert (told.file, told.sha256, told.rule) == ("a.csv", done.sha256, "legation")
    assert (told.good, told.refused) == (38, 2)


def test_clear_names_go_to_the_keeper_with_their_pseudonyms(tmp_path: Path) -> None:
    kept: list[ClearName] = []
    importer(tmp_path, private(kept)).add(write(tmp_path / "a.csv", [row(1)]), CANONICAL)
    name = ClearName(handle="user1", platform="", pseudonym=Pseudonymiser(KEY).of("user1"))
    assert kept == [name]
    assert lake_rows(tmp_path, columns="account_id") == [(name.pseudonym,)]


def test_the_scratch_folder_is_gone_afterwards(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "slice-0.csv").write_text("left by a kill: user1")
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", [row(1)]), CANONICAL)
    assert not (tmp_path / "scratch").exists()


def planted(folder: Path) -> tuple[Path, list[str]]:
    """A file with 1,000 handles as author, mention, in text and in links; some rows are bad."""
    dice = random.Random(3)  # noqa: S311 # the same test data each time
    letters = "abcdefghijklmnopqrstuvwxyz"
    handles = ["zq" + "".join(dice.choices(letters, k=9)) + str(n) for n in range(1000)]
    rows = []
    for n, handle in enumerate(handles):
        other = handles[(n * 7 + 3) % 1000]
        text = f"RT @{other}: {handle.upper()} says, with _{other}_ and “{handle}”"
        links = f'["https://x.example/{other}/status/1?by={handle}", "https://x.example/@{handle}"]'
        rows.append([f"{handle}/{n}", handle, "2024-05-01T10:00:00Z", text, links,
                     f'["{other}"]', f"{other}/{n}"])  # fmt: skip
    for handle in handles[:20]:
        rows += [
            [f"{handle}/bad", handle, handle, f"@{handle}"],
            [handle, handle, "1970-01-01", handle, "", "", ""],
        ]
    return write(folder / "planted.csv", rows), handles


def traces(folder: Path, handles: Sequence[str]) -> list[str]:
    """Every place below a folder where a handle can be read."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += repr(query(f"FROM read_parquet('{path}')")).encode()
        elif path.suffix == ".sqlite":
            with sqlite3.connect(path) as database:
                content += "".join(database.iterdump()).encode()
        plain = content.lower() + path.name.lower().encode()
        found += [f"{path.name}: {handle}" for handle in handles if handle.encode() in plain]
    return found


def test_a_thousand_planted_handles_are_found_nowhere(tmp_path: Path) -> None:
    file, handles = planted(tmp_path)
    home = tmp_path / "home"
    done = importer(home, private(), slice_bytes=60_000).add(file, CANONICAL)
    write_rejected(done.rejected, home / "rejected.csv")
    assert done.rows == 1000
    assert len(done.rejected) == 40
    assert traces(home, handles) == []


def test_the_search_for_handles_fails_when_masking_is_off(tmp_path: Path) -> None:
    file, handles = planted(tmp_path)
    home = tmp_path / "home"
    importer(home, Unmasked()).add(file, CANONICAL)
    assert len(traces(home, handles)) >= 1000


def test_ties_survive_masking(tmp_path: Path) -> None:
    rows = [
        ["ann/1", "ann", "2024-05-01T10:00:00Z", "x", "", "", ""],
        ["bob/2", "bob", "2024-05-01T10:00:05Z", "@ann y", "", '["ann"]', "ann/1"],
    ]
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", rows), CANONICAL)
    (first, second) = sorted(
        lake_rows(tmp_path, columns="time, post_id, account_id, mentions, reply_to")
    )
    assert second[4] == first[1]
    assert second[3] == [first[2]]


def test_rejected_rows_are_written_so_that_a_spreadsheet_is_safe(tmp_path: Path) -> None:
    file = write(tmp_path / "=a.csv", [row(1), ["2", "user2", "=1+1", "", "", "", ""]])
    done = import_posts(
        Lake(tmp_path / "lake"), [file], "legation", private(), scratch=tmp_path / "s", now=now
    )[file]
    write_rejected(done.rejected, tmp_path / "rejected.csv")
    with (tmp_path / "rejected.csv").open(newline="") as stream:
        listed = list(csv.reader(stream))
    assert listed[1][:4] == ["'=a.csv", "3", "created_at", "the time cannot be read"]


def test_the_lakes_rows_name_their_clock(tmp_path: Path) -> None:
    rows = [row(n) for n in range(10)]
    importer(tmp_path, private()).add(write(tmp_path / "a.csv", rows), CANONICAL)
    assert set(lake_rows(tmp_path, columns="clock_s")) == {(60,)}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_other_formats_are_imported_alike(tmp_path: Path, suffix: str) -> None:
    file = write(tmp_path / "a.csv", [row(n, "@user1 hi") for n in range(20)])
    importer(tmp_path / "csv", private()).add(file, CANONICAL)
    other = tmp_path / f"a.{suffix}"
    format_ = "json" if suffix == "jsonl" else suffix
    with connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{file}', all_varchar = true)) TO '{other}' "
            f"(FORMAT {format_})"
        )
    importer(tmp_path / suffix, private(), slice_bytes=900).add(other, CANONICAL)
    columns = "post_id, account_id, time, text, clock_s, version"
    assert lake_rows(tmp_path / suffix, columns=columns) == lake_rows(
        tmp_path / "csv", columns=columns
    )


def test_the_masker_used_is_the_desks_own() -> None:
    assert isinstance(private().masker(["ann"], "x"), TextMasker)


def test_the_lakes_posts_have_the_columns_of_a_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in range(10)])
    importer(tmp_path, private()).add(file, CANONICAL)
    with connect() as connection:
        attached = attach_lake(connection, Lake(tmp_path / "lake").files("posts"))
        described = connection.execute("DESCRIBE post").fetchall()
        assert {name: kind for name, kind, *_ in described} == dict(TYPES) | {"clock_s": "INTEGER"}
        assert (attached.rows, attached.clocks) == (10, {60: 10})
        assert attach_lake(connection, []).rows == 0
        assert connection.execute("SELECT * FROM post").fetchall() == []


def test_names_behind_a_quote_that_is_never_closed_are_masked_too(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(1), row(2)])
    with file.open("a") as stream:
        stream.write('3,user3,2024-05-01T10:00:00Z,"never closed,,,\n')
        stream.write("4,hiddenname,2024-05-01T10:00:00Z,text,,,\n")
        stream.write("5,user5,2024-05-01T10:00:00Z,hiddenname says,,,\n")
    done = importer(tmp_path / "home", private()).add(file, CANONICAL)
    assert (done.rows, [bad.line for bad in done.rejected]) == (4, [4])
    assert traces(tmp_path / "home", ["hiddenname"]) == []


def test_two_imports_do_not_share_a_scratch_folder(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(1)])
    lock = try_lock(tmp_path / "scratch.lock")
    assert lock is not None
    with pytest.raises(BusyError):
        importer(tmp_path, private()).add(file, CANONICAL)
    unlock(lock, tmp_path / "scratch.lock")
    assert importer(tmp_path, private()).add(file, CANONICAL).rows == 1


def test_a_slice_of_bad_rows_only_does_not_stop_the_import(tmp_path: Path) -> None:
    rows = [row(n) for n in range(40)]
    for n in range(10, 30):
        rows[n][2] = "never"
    file = write(tmp_path / "a.csv", rows)
    done = importer(tmp_path, private(), slice_bytes=200).add(file, CANONICAL)
    assert (done.rows, len(done.rejected)) == (20, 20)
    assert [bad.line for bad in done.rejected] == list(range(12, 32))


def _overwrite(file: Path, only: list[str]) -> None:
    write(file, [only])


def test_a_file_overwritten_while_it_is_imported_changes_nothing_of_the_import(
    tmp_path: Path,
) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in range(30)])
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    secret = ["9", "SecretBob", "2024-05-01T10:00:00Z", "by SecretBob", "", "", ""]
    # Names are kept after they were gathered and before rows are read.
    meddling = DeskPrivacy(Pseudonymiser(KEY), lambda _: _overwrite(file, secret))
    done = importer(tmp_path, meddling).add(file, CANONICAL)
    assert (done.rows, done.sha256) == (30, sha256)
    assert "SecretBob" not in str(lake_rows(tmp_path))
    assert importer(tmp_path, private()).add(file, CANONICAL).rows == 1


def test_a_file_changed_since_its_mapping_was_chosen_is_refused_whole(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(1)])
    since = Standing.of(file)
    write(file, [row(2), row(3)])
    with pytest.raises(BadInputError, match="changed while it was read"):
        importer(tmp_path, private()).add(file, CANONICAL, since)
    assert Lake(tmp_path / "lake").batches() == []


def test_languages_and_platforms_that_name_accounts_are_emptied(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [
        ("1", "SecretBob", "SecretBob", "SecretBob"),
        ("2", "bob", "bob", "a place with blanks"),
        ("3", "ann", "de", "Facebook"),
        ("4", "ann", "en-US", "gazette"),
        ("5", "deu", "sr-Latn-RS", "our_forum"),
        ("6", "facebook", "ukr", "facebook"),
        ("7", "ann", "x" * 40, "y" * 40),
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["post_id", "account_id", "created_at", "text", "lang", "platform"])
        for post_id, account, lang, place in rows:
            writer.writerow([post_id, account, "2024-05-01T10:00:00Z", "x", lang, place])
    early = tmp_path / "early.csv"
    early.write_text(
        "post_id,account_id,created_at,text\n8,gazette,2024-05-01T10:00:00Z,x\n", "utf-8"
    )
    met: list[ClearName] = []
    known = DeskPrivacy(
        Pseudonymiser(KEY), met.extend, lambda place, _: [n.handle for n in met] * (place == "")
    )
    importer(tmp_path, known).add(early, CANONICAL)
    importer(tmp_path, known).add(file, CANONICAL)
    assert lake_rows(tmp_path, columns="post_id, lang, platform")[:7] == [
        ("1", None, ""),
        ("2", None, ""),
        ("3", "de", "facebook"),
        ("4", "en-US", ""),
        ("5", "sr-Latn-RS", "our_forum"),
        ("6", "ukr", "facebook"),
        ("7", None, ""),
    ]
