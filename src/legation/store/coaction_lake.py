"""A lake's posts searched through a kept state: only what is new is read and joined.

The lake is the truth, the state a copy of what follows from it. A state that is broken, or
holds a batch that the lake does not have in that form, is begun anew; so a kill at any
point, a lost file and a restored backup all end in the answer of one run over the lake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from legation.errors import ConflictError, VerificationError
from legation.store.coaction import Columns, Prepared
from legation.store.coaction_count import Counted
from legation.store.coaction_keys import columns_of
from legation.store.coaction_selves import selves_in, without_selves
from legation.store.coaction_state import Added, CoActionState
from legation.store.intake_lake import LakePosts, attach_lake
from legation.store.lake import Lake
from legation.store.manifests import LakeFile, fingerprint
from legation.store.reading.selves import KIND

if TYPE_CHECKING:
    import duckdb

_ALWAYS = frozenset({"post_id", "account_id", "time", "clock_s"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What stands in the connection, and what it took.

    Attributes:
        sha256: Hash of the lake's posts that were looked at.
        posts: How they were timed.
        joined: What `CoActionState.read` gives, without co-actions of a handle with itself.
        selves: Pairs of accounts that are one handle, named with its platform and without.
        added: What was read and joined for it; the rest was kept.
    """

    sha256: str
    posts: LakePosts
    joined: tuple[Prepared, Counted, Columns]
    selves: Columns
    added: Added


def follow(
    connection: "duckdb.DuckDBPyConnection",
    lake: Lake,
    state: CoActionState,
    layers: Sequence[str],
) -> Followed:
    """Bring the state to the lake's posts and read it; `post` is left showing all of them.

    Args:
        connection: Where the relation `post` and the numbers are made.
        lake: The lake.
        state: Kept for these layers.
        layers: Names of layers.
    """
    parts = lake.parts("posts")
    wanted = {batch: fingerprint(files) for batch, files in parts.items()}
    with state.alone():
        new = {batch: wanted[batch] for batch in _missing(state, wanted)}
        added = Added()
        if new:
            _show(connection, lake, [parts[batch] for batch in new], layers)
            added = state.add(connection, new)
            connection.execute("DROP VIEW post")
            connection.execute("DROP TABLE post_new")
        prepared, counted, met = state.read(connection)
    selves = selves_in(connection, lake.files(KIND))
    met = without_selves(met, selves, prepared.accounts)
    every = [file for files in parts.values() for file in files]
    posts = attach_lake(connection, _paths(lake, every))
    return Followed(
        sha256=fingerprint(every),
        posts=posts,
        joined=(prepared, counted, met),
        selves=selves,
        added=added,
    )


def _missing(state: CoActionState, wanted: Mapping[str, str]) -> list[str]:
    """Return the batches that the state lacks; one that cannot be gone on with is begun anew."""
    try:
        held = state.batches()
    except (ConflictError, VerificationError):
        held = None
    if held is None or not held.items() <= wanted.items():
        state.forget()
        held = {}
    return [batch for batch in wanted if batch not in held]


def _show(
    connection: "duckdb.DuckDBPyConnection",
    lake: Lake,
    parts: Sequence[tuple[LakeFile, ...]],
    layers: Sequence[str],
) -> None:
    """Let `post` show the new posts alone, read once: a batch may be thousands of files."""
    attach_lake(connection, _paths(lake, [file for files in parts for file in files]))
    columns = ", ".join(sorted(_ALWAYS | columns_of(layers)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE post_new AS SELECT {columns} FROM post")
    connection.execute("CREATE OR REPLACE TEMP VIEW post AS FROM post_new")


def _paths(lake: Lake, files: Sequence[LakeFile]) -> list[Path]:
    return sorted(lake.folder / file.path for file in files)
