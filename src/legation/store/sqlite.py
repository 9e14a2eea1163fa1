"""SQLite, the engine of a single desk: one file, nothing to run.

The write-ahead log lets readers go on beside the one writer; `synchronous=FULL` keeps
what was acknowledged through a power cut; a writer takes the lock when it begins, so two
of them queue and neither works on what the other is changing. The log needs memory
shared between processes, which network drives do not give: those are refused.
"""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event

from legation.errors import UsageError
from legation.settings import at_home
from legation.store.durable import is_writable

WAIT_SECONDS = 5
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smb2", "smbfs", "afs", "ceph", "glusterfs", "lustre"}
    | {"ncpfs", "davfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.glusterfs"}
)
_MOUNTS = Path("/proc/self/mounts")


def create(url: URL) -> Engine:
    """Return an engine for a SQLite file, which is made when absent, for its owner only.

    Raises:
        UsageError: The file would stand on a network drive, or no file is named.
    """
    if not url.database or url.database == ":memory:":
        raise UsageError("a store needs a file", hint="name one: sqlite:///PATH")
    path = at_home(Path(url.database), "the file of the store")
    path.parent.mkdir(parents=True, exist_ok=True)
    mounts = _MOUNTS.read_text("utf-8", "replace") if _MOUNTS.exists() else ""
    refuse_network_drive(path.resolve(), mounts)
    if only_reads(path):
        engine = create_engine(url.set(database=str(path)), creator=lambda: _reader(path))
        event.listen(engine, "connect", _prepare_reader)
    else:
        path.touch(mode=0o600)
        engine = create_engine(url.set(database=str(path)), connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def cut_log(engine: Engine, *, wait: bool) -> bool:
    """Move all of the write-ahead log into the file and cut it to nothing.

    Args:
        engine: Of the file.
        wait: Wait for who reads or writes, as long as a writer does.

    Returns:
        Whether it was; a program that reads meanwhile keeps it.
    """
    pooled = engine.raw_connection()
    cursor = pooled.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000 if wait else 0}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone() or (1,)
    except sqlite3.OperationalError:
        busy = 1
    finally:
        cursor.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
        pooled.close()
    return not busy


def only_reads(path: Path) -> bool:
    """Tell whether a file is there and can be read only, as in a copy on a read-only disk."""
    return path.exists() and not (is_writable(path) and is_writable(path.parent))


def refuse_network_drive(path: Path, mounts: str) -> None:
    """Raise when the path stands on a network drive.

    Args:
        path: Resolved path of the database.
        mounts: Lines of `/proc/self/mounts`: device, folder, type, options.
    """
    deepest, kind = "", ""
    for line in mounts.splitlines():
        _, folder, found, *_ = line.split(" ")
        folder = folder.replace("\\040", " ")
        if path.is_relative_to(folder) and len(folder) >= len(deepest):
            deepest, kind = folder, found
    if kind in _NETWORK:
        raise UsageError(
            f"{path} stands on a network drive ({kind}), where SQLite can lose data",
            hint="move the home to a local disk, or use PostgreSQL for many desks",
        )


def _reader(path: Path) -> sqlite3.Connection:
    """Connect to a file that can be read only.

    Beside such a file SQLite cannot keep its own notes. Where all that was written stands in the
    file itself, it is told that nobody writes; else it has to find its log and its notes there.
    """
    log = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    address = f"file:{quote(str(path.resolve()))}?{how}"
    return sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, check_same_thread=False)


def _prepare_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("query_only=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin ourselves, see _begin
    for pragma in (
        "foreign_keys=ON",
        "synchronous=FULL",
        f"busy_timeout={WAIT_SECONDS * 1000}",
        "secure_delete=ON",  # an expired name leaves no bytes behind
        "trusted_schema=OFF",
        # KiB of pages that are kept: by default two thousand, which a list of a large store leaves
        # at once, so that each page of it would be read anew.
        "cache_size=-32768",
    ):
        connection.execute(f"PRAGMA {pragma}")
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise UsageError(
            f"this disk does not let SQLite keep a write-ahead log (it offers {mode!r})",
            hint="move the home to a local disk",
        )


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
