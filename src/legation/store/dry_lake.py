"""A lake that only seems to be written: what an import would do, by the import itself.

A dry run goes the whole way, against all posts that are there, and its batches are put
down in a folder of its own that goes with it. So it counts what a real run would count.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from legation.store.lake import Lake
from legation.store.manifests import Manifest


@final
class DryLake:
    """Answers an import like the lake, and keeps nothing.

    Args:
        lake: The lake that is there; it is read.
        folder: Where batches are put down; the caller removes it.
    """

    def __init__(self, lake: Lake, folder: Path) -> None:
        """Write nothing yet."""
        self._lake = lake
        self._folder = folder
        self._own: dict[str, Manifest] = {}

    def has(self, batch: str) -> bool:
        """Tell whether this run, or the lake, has a batch."""
        return batch in self._own or self._lake.has(batch)

    def batches(self) -> list[Manifest]:
        """Return the lake's batches and this run's."""
        return [*self._lake.batches(), *self._own.values()]

    def recover(self) -> list[str]:
        """Sweep nothing: a dry run changes nothing."""
        return []

    def files(self, kind: str) -> list[Path]:
        """Return the lake's files of a kind and those put down here."""
        return [*self._lake.files(kind), *sorted(self._folder.glob(f"*/{kind}/day=*/*.parquet"))]

    def stage(self, batch: str) -> Path:
        """Open a batch in the own folder."""
        place = self._folder / batch
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def commit(self, batch: str, *, facts: Mapping[str, Any] | None = None) -> Manifest:
        """Take a batch as committed, for this run alone."""
        self._own[batch] = Manifest(batch=batch, files=(), facts=dict(facts or {}))
        return self._own[batch]
