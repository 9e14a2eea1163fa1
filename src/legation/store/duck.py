"""Connections to DuckDB, each opened the same careful way.

DuckDB is made for a friendly machine: it fetches extensions by itself, reads any path
a query names and takes Python's variables for tables. Here it may do none of that, its
clock is UTC, and it spills to a folder of ours within a stated memory limit. A caller
that names `folders` gets a connection which reads and writes below them and nowhere else.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_CAREFUL: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_extension_repositories": "forbidden",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "false",
}


def connect(
    memory_limit: str = "1GB",
    threads: int = 2,
    temp_dir: Path | None = None,
    *,
    folders: Sequence[Path] | None = None,
) -> "duckdb.DuckDBPyConnection":
    """Open a DuckDB in memory.

    Args:
        memory_limit: Ceiling in DuckDB's notation; beyond it DuckDB spills to `temp_dir`.
        threads: Threads it may use.
        temp_dir: Folder of spilled data, made when absent; None means no spilling.
        folders: When given, files below these (and `temp_dir`) are all that can be
            reached, and no later statement can widen that.
    """
    import duckdb

    config = _CAREFUL | {"memory_limit": memory_limit, "threads": str(threads)}
    config["temp_directory"] = "" if temp_dir is None else _made(temp_dir)
    connection = duckdb.connect(config=config)
    connection.execute("SET TimeZone = 'UTC'")
    # A bar would stand among the data or the tests' output; the doors tell progress themselves.
    connection.execute("SET enable_progress_bar = false")
    if folders is not None:
        _confine(connection, [str(folder.resolve()) + "/" for folder in folders])
    return connection


def _confine(connection: "duckdb.DuckDBPyConnection", folders: Sequence[str]) -> None:
    listed = ", ".join("'" + folder.replace("'", "''") + "'" for folder in folders)
    connection.execute(f"SET allowed_directories = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _made(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
