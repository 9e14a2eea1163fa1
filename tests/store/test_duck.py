"""A connection to DuckDB reaches what it was given and nothing else."""

from pathlib import Path

import duckdb
import pytest

from legation.store.duck import connect


def test_the_clock_is_utc() -> None:
    duck = connect()
    found = duck.execute("SELECT make_timestamptz(0)::VARCHAR, current_setting('TimeZone')")
    assert found.fetchone() == ("1970-01-01 00:00:00+00", "UTC")
    duck.close()


def test_limits_are_as_given(tmp_path: Path) -> None:
    duck = connect("300MB", 1, tmp_path / "spill")
    found = duck.execute(
        "SELECT current_setting('threads'), current_setting('temp_directory'), "
        "current_setting('memory_limit'), current_setting('preserve_insertion_order')"
    ).fetchone()
    assert found is not None
    assert found[:2] == (1, str(tmp_path / "spill"))
    assert found[2].startswith("286")
    assert found[3] is False
    duck.close()


def test_a_large_sort_spills_to_the_given_folder_and_ends(tmp_path: Path) -> None:
    duck = connect("60MB", 1, tmp_path / "spill", folders=[tmp_path])
    found = duck.execute(
        "SELECT count(*), max(n) FROM (SELECT i, row_number() OVER (ORDER BY hash(i)) AS n "
        "FROM range(3000000) t(i))"
    )
    assert found.fetchone() == (3_000_000, 3_000_000)
    duck.close()


@pytest.mark.parametrize("extension", ["httpfs", "spatial"])
def test_no_extension_is_fetched_or_loaded(extension: str, tmp_path: Path) -> None:
    duck = connect(folders=[tmp_path])
    with pytest.raises(duckdb.Error):
        duck.execute(f"INSTALL {extension}")
    with pytest.raises(duckdb.Error):
        duck.execute(f"LOAD {extension}")
    duck.close()


def test_a_variable_of_python_is_no_table() -> None:
    duck = connect()
    posts = {"a": [1]}
    with pytest.raises(duckdb.CatalogException):
        duck.execute("SELECT * FROM posts")
    assert posts
    duck.close()


def test_files_outside_the_given_folders_cannot_be_read_or_written(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "rows.csv").write_text("a\n1\n")
    duck = connect(folders=[inside])
    assert duck.execute(f"SELECT * FROM read_csv('{inside / 'rows.csv'}')").fetchall() == [(1,)]
    for statement in (
        f"SELECT * FROM read_csv('{outside / 'rows.csv'}')",
        f"SELECT * FROM read_csv('{inside}/../out/rows.csv')",
        f"COPY (SELECT 1) TO '{outside / 'made.csv'}'",
        f"ATTACH '{outside / 'made.duckdb'}'",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
    ):
        with pytest.raises(duckdb.Error):
            duck.execute(statement)
    duck.close()


def test_a_folder_with_a_quote_in_its_name_is_reached(tmp_path: Path) -> None:
    folder = tmp_path / "d'Arc"
    folder.mkdir()
    (folder / "rows.csv").write_text("a\n1\n")
    duck = connect(folders=[folder])
    found = duck.execute("SELECT * FROM read_csv(?)", [str(folder / "rows.csv")])
    assert found.fetchall() == [(1,)]
    duck.close()
