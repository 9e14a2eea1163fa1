"""The files of a kept state: generations of Parquet, and the head that makes them count.

Each step of `coaction_state` adds one generation of four files. What an object's latest
generation says of its co-actions holds; what earlier ones say is passed over. A later
generation that has grown to half the size of the one before is merged with it, so there
are few and each post is rewritten a few times only. The head is replaced in one step,
last: files that it does not name are what a kill left, and are swept.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.errors import VerificationError
from legation.store.durable import locked, sync, write_whole
from legation.store.reading.cells import at_path, quoted

if TYPE_CHECKING:
    import duckdb

# Kind of file to its columns. `ref` and `thing` are numbers given once, never changed.
COLUMNS = {
    "posts": "ref BIGINT, post_id VARCHAR, account_id VARCHAR, time BIGINT, clock_s BIGINT",
    "texts": "ref BIGINT, normal VARCHAR",
    "actions": "layer BIGINT, key VARCHAR, thing BIGINT, ref BIGINT",
    "met": "thing BIGINT, ref_a BIGINT, ref_b BIGINT",
}
_HINT = "the kept co-actions are made anew from the lake"


def empty(folder: Path) -> None:
    """Remove a kept state, waiting for who uses it: the next one makes it anew."""
    with locked(folder / ".lock"):
        for path in folder.iterdir():
            if path.name != ".lock" and path.is_file():
                path.unlink()


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """What one step added.

    Attributes:
        number: Names its files.
        posts: How many posts it has.
        sha256: Kind of file to the hash of its bytes.
    """

    number: int
    posts: int
    sha256: dict[str, str]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the state consists of.

    Attributes:
        rule: Hash of all that decides what the files hold.
        batches: Batches that are in it, each with its hash.
        generations: In their order, latest last.
        posts: Numbers of posts given so far.
        things: Numbers of objects given so far.
        files: Number of the next generation.
    """

    rule: str
    batches: dict[str, str] = {}
    generations: tuple[Generation, ...] = ()
    posts: int = 0
    things: int = 0
    files: int = 0


class StateFiles:
    """Reads and writes the files below one folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._folder = folder
        self._head = folder / "head.json"

    def head(self) -> Head | None:
        """Return the head; None before the first step.

        Raises:
            VerificationError: It cannot be read.
        """
        try:
            return msgspec.json.decode(self._head.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as bad:
            raise VerificationError("the head of a kept state is broken", hint=_HINT) from bad

    def verify(self, head: Head) -> None:
        """Check the files that the head names.

        Raises:
            VerificationError: One is gone, or its bytes have changed.
        """
        for each in head.generations:
            for kind, sha256 in each.sha256.items():
                path = self._path(kind, each.number)
                if not path.is_file() or _sha256(path) != sha256:
                    raise VerificationError(f"{path.name} is not what was kept", hint=_HINT)

    def write(
        self, connection: "duckdb.DuckDBPyConnection", number: int, rows: dict[str, str]
    ) -> Generation:
        """Write the four files of a generation from selects; they count when a head names them."""
        sha256 = {}
        for kind, select in rows.items():
            path = self._path(kind, number)
            connection.execute(
                f"COPY ({select}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)"
            )
            sync(path)
            sha256[kind] = _sha256(path)
        posts = connection.execute(
            f"SELECT count(*) FROM {at_path(self._path('posts', number))}"
        ).fetchall()[0][0]
        return Generation(number=number, posts=posts, sha256=sha256)

    def merged(
        self, connection: "duckdb.DuckDBPyConnection", head: Head, fresh: Generation
    ) -> Head:
        """Return the head with one more generation, the small ones at its end merged."""
        kept, files = list(head.generations), head.files + 1
        while kept and kept[-1].posts <= 2 * fresh.posts:
            pair = (kept.pop(), fresh)
            rows = {
                kind: f"SELECT * FROM {self.relation(pair, kind)}"
                for kind in ("posts", "texts", "actions")
            }
            rows["met"] = self.living(pair)
            fresh, files = self.write(connection, files, rows), files + 1
        return msgspec.structs.replace(head, generations=(*kept, fresh), files=files)

    def commit(self, head: Head) -> None:
        """Make this head the one that holds, and sweep the files that it does not name."""
        write_whole(self._head, msgspec.json.encode(head))
        self._sweep(head.generations)

    def forget(self) -> None:
        """Remove all; the head first, so that no half of a state is ever taken for one."""
        self._head.unlink(missing_ok=True)
        sync(self._folder)
        self._sweep(())

    def relation(self, generations: tuple[Generation, ...], kind: str) -> str:
        """Return all rows of a kind, as a relation."""
        if not generations:
            columns = (column.split() for column in COLUMNS[kind].split(", "))
            empty = ", ".join(f"NULL::{sql_type} AS {name}" for name, sql_type in columns)
            return f"(SELECT {empty} WHERE false)"
        listed = ", ".join(at_path(self._path(kind, each.number)) for each in generations)
        return f"(FROM read_parquet([{listed}]))"

    def living(self, generations: tuple[Generation, ...]) -> str:
        """Return a select of the co-actions that hold: those of each object's latest generation."""
        if len(generations) < 2:  # noqa: PLR2004 -- a single one has nothing that is passed over
            return f"SELECT thing, ref_a, ref_b FROM {self.relation(generations, 'met')}"
        return (
            "SELECT thing, ref_a, ref_b FROM ("
            f"{self._dated(generations, 'met', 'thing, ref_a, ref_b')}) "
            "JOIN (SELECT thing, max(age) AS age FROM ("
            f"{self._dated(generations, 'actions', 'thing')}) GROUP BY thing) USING (thing, age)"
        )

    def _dated(self, generations: tuple[Generation, ...], kind: str, columns: str) -> str:
        return " UNION ALL ".join(
            f"SELECT {columns}, {age} AS age FROM {self.relation((each,), kind)}"
            for age, each in enumerate(generations)
        )

    def _path(self, kind: str, number: int) -> Path:
        return self._folder / f"{kind}-{number:06}.parquet"

    def _sweep(self, generations: tuple[Generation, ...]) -> None:
        named = {self._path(kind, each.number) for each in generations for kind in each.sha256}
        for path in self._folder.glob("*.parquet"):
            if path not in named:
                path.unlink()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
