"""The store put together: its parts share one database, one transaction and one clock.

Opening makes what is absent, takes the numbered steps that an older store lacks, and
sweeps from the lake and the scratch folder what a killed run left behind.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from legation.store.audit import Audit
from legation.store.database import Database
from legation.store.imports import Imports
from legation.store.lake import Lake
from legation.store.migrating import upgrade
from legation.store.names import Names
from legation.store.objects import Objects
from legation.store.outbox import Outbox
from legation.store.runs import Runs
from legation.store.scratch import FOLDER as SCRATCH
from legation.store.scratch import sweep


class Store:
    """All that legation keeps.

    Attributes:
        objects: STIX objects in all their versions.
        audit: The hash-chained trail of acts.
        outbox: What waits to be sent.
        names: The sealed clear form of pseudonyms.
        imports: Which files came in.
        runs: Which detector ran on what.
        lake: Observations as Parquet.
    """

    def __init__(self, database: Database, lake: Lake) -> None:
        """Join the parts."""
        self._database = database
        self.lake = lake
        self.objects = Objects(database)
        self.audit = Audit(database)
        self.outbox = Outbox(database)
        self.names = Names(database, self.audit)
        self.imports = Imports(database)
        self.runs = Runs(database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything done inside, in this thread, as a whole or not at all.

        The lake is outside: commit its batch first, then record it here.
        """
        with self._database.write():
            yield

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()


def open_store(url: str, *, home: Path, now: Callable[[], datetime]) -> Store:
    """Open the store; see `legation.store.open_store`."""
    home = home.expanduser()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(url, now)
    try:
        upgrade(database)
        lake = Lake(home / "lake")
        lake.recover()
        sweep(home / SCRATCH)
    except BaseException:
        database.close()
        raise
    return Store(database, lake)
