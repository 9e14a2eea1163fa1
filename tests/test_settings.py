"""Settings: three places, one order, and an error that names the nearest key."""

import os
from pathlib import Path
from typing import Any

import pytest

from legation.errors import BadInputError, LegationError, UsageError
from legation.settings import Settings, read_settings
from legation.store.duck import connect


def test_without_anything_set_the_defaults_hold() -> None:
    assert read_settings(environ={}) == Settings()


def test_the_command_line_wins_over_a_variable_and_a_variable_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "legation.toml"
    file.write_text('home = "a"\nthreads = 3\nretention_days = 30\n')
    environ = {"LEGATION_CONFIG": str(file), "LEGATION_THREADS": "4", "LEGATION_HOME": "b"}
    read = read_settings(environ=environ, home=Path("c"), database=None)
    assert read == Settings(home=Path("c"), threads=4, retention_days=30)


@pytest.mark.parametrize("home", ["desk", Path("desk")])
def test_a_folder_may_come_as_text_or_as_a_path(home: str | Path) -> None:
    assert read_settings(environ={}, home=home).home == Path("desk")


def test_an_unknown_key_names_the_nearest_one() -> None:
    with pytest.raises(UsageError) as told:
        read_settings(environ={"LEGATION_THREAD": "2"})
    assert told.value.hint == "did you mean 'threads'?"


def test_a_variable_names_several_things_with_commas_between() -> None:
    read = read_settings(environ={"LEGATION_LADDER": "restricted, secret ,"}, compartments=("a",))
    assert (read.ladder, read.compartments) == (("restricted", "secret"), ("a",))


def test_variables_of_the_test_suite_are_no_settings() -> None:
    environ = {"LEGATION_TEST_PG": "x", "LEGATION_NO_SKIP": "1", "HOME": "y"}
    assert read_settings(environ=environ) == Settings()


@pytest.mark.parametrize(
    "given",
    [
        {"default_tlp": "AMBER+"},
        {"ladder": ("restricted", "sec\nret")},
        {"reader_level": "a, b"},
        {"reader_tlp": "all"},
        {"threads": "many"},
        {"threads": 0},
        {"threads": 10**11},
        {"home": 5},
        {"retention_days": 1.5},
        {"retention_days": -1},
        {"retention_days": 10**9},
        {"desk_port": 65_536},
        {"memory_limit": "much"},
        {"memory_limit": "-5GB"},
        {"memory_limit": "0GB"},
        {"memory_limit": "99999999999TB"},
    ],
)
def test_a_value_that_does_not_fit_is_told(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="a setting does not fit"):
        read_settings(environ={}, **given)


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, UsageError), (b"home = ", BadInputError), (b"\xff", BadInputError)],
)
def test_a_file_that_is_absent_or_broken_is_told(
    content: bytes | None, error: type[LegationError], tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "legation.toml").write_bytes(content)
    with pytest.raises(error) as told:
        read_settings(tmp_path / "legation.toml", environ={})
    assert told.value.hint


def test_what_is_no_file_of_settings_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    large = tmp_path / "large.toml"
    with large.open("wb") as file:
        file.truncate(3_000_000_000)
    for place in (Path("/dev/zero"), tmp_path, tmp_path / "pipe"):
        with pytest.raises(UsageError, match="is no file of settings"):
            read_settings(environ={"LEGATION_CONFIG": str(place)})
    with pytest.raises(UsageError, match="larger than a file of settings can be"):
        read_settings(large, environ={})
    with pytest.raises(UsageError, match="knows no home folder"):
        read_settings(Path("~nobodyx/y.toml"), environ={})


@pytest.mark.parametrize("limit", ["1GB", "1 GB", "512MiB", "1.5GB", "80%"])
def test_memory_may_be_written_as_duckdb_reads_it(limit: str) -> None:
    assert read_settings(environ={}, memory_limit=limit).memory_limit == limit
    connect(limit).close()


def test_the_database_is_a_file_in_the_home_unless_set() -> None:
    assert Settings(home=Path("/d")).database_url() == "sqlite:////d/objects.sqlite"
    assert Settings(database="postgresql+psycopg://x").database_url() == "postgresql+psycopg://x"
