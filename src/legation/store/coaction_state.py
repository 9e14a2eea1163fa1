"""Co-actions kept from batch to batch: what came late counts as if it had come in time.

The state is a folder of Parquet: all actions so far, by key and not by number, and the
co-actions of every object that is not dense by itself. A batch touches some objects; these
alone are joined again, with all their actions. Whatever depends on everything is made when
the state is read: numbers, the policy for dense objects, the layers whose objects depend on
all texts. So the order and the cut of the batches change nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.errors import ConflictError
from legation.store import coaction
from legation.store.coaction_count import Counted, DensePolicy
from legation.store.coaction_keys import GROUPED, keyed
from legation.store.coaction_numbers import number
from legation.store.coaction_text import TextRule
from legation.store.durable import locked, make_folder, sync, write_whole
from legation.store.reading.cells import quoted

if TYPE_CHECKING:
    import duckdb

_ACTIONS = "layer, key, account_id, post_id, time"
_MET = "layer, key, account_a, account_b, post_a, post_b, time_a, time_b"
_WHOLE = frozenset({"layer", "time", "time_a", "time_b"})
_NO_BOUND = 2**62


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the state consists of: the one file whose replacement makes a batch count."""

    window_s: int
    layers: tuple[str, ...]
    policy: tuple[int, int]
    batches: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    met: tuple[str, ...] = ()


class CoActionState:
    """Actions and co-actions of all batches so far."""

    def __init__(
        self,
        folder: Path,
        layers: Sequence[str],
        *,
        window_s: int,
        policy: DensePolicy | None = None,
    ) -> None:
        """Open the state, or begin one.

        Raises:
            ConflictError: The folder holds a state of other layers, window or policy.
        """
        self.folder = folder
        self._policy = policy or DensePolicy()
        make_folder(folder)
        asked = _Head(
            window_s=window_s,
            layers=tuple(layers),
            policy=(self._policy.object_pairs, self._policy.all_pairs),
        )
        self._begun = asked
        head = self._head()
        if (head.window_s, head.layers, head.policy) != (window_s, asked.layers, asked.policy):
            raise ConflictError(
                "the kept co-actions are those of another rule",
                hint="begin a new folder, or use the same layers, window and policy",
            )

    def add(
        self,
        connection: "duckdb.DuckDBPyConnection",
        batch: str,
        rule: TextRule | None = None,
    ) -> int:
        """Add the posts of the relation `post`.

        Args:
            connection: Has the relation `post`: the new posts alone.
            batch: Name of the batch; one that was added before is passed over.
            rule: Rules of text; the layers of text need them.

        Returns:
            Objects whose co-actions were made again.
        """
        with locked(self.folder / ".lock"):
            head = self._head()
            if batch in head.batches:
                return 0
            stable = [layer for layer in head.layers if layer not in GROUPED]
            source = f"({keyed(connection, stable, rule)})" if stable else self._rows((), _ACTIONS)
            name = f"{len(head.batches):06}.parquet"
            fresh = self._write(
                connection,
                f"actions-{name}",
                f"SELECT {_ACTIONS} FROM {source} AS new "
                f"ANTI JOIN {self._rows(head.actions, _ACTIONS)} AS had "
                "USING (layer, key, post_id)",
            )
            actions = (*head.actions, fresh)
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE coaction_touched AS "
                f"SELECT DISTINCT layer, key FROM {self._rows((fresh,), _ACTIONS)}"
            )
            met = self._rejoined(connection, head, actions, f"met-{name}")
            (touched,) = connection.execute("SELECT count(*) FROM coaction_touched").fetchall()[0]
            connection.execute("DROP TABLE coaction_touched")
            done = msgspec.structs.replace(
                head, batches=(*head.batches, batch), actions=actions, met=(met,)
            )
            write_whole(self.folder / "head.json", msgspec.json.encode(done))
            self._sweep(done)
        return int(touched)

    def read(
        self, connection: "duckdb.DuckDBPyConnection", rule: TextRule | None = None
    ) -> tuple[coaction.Prepared, Counted, coaction.Columns]:
        """Return what `prepare`, `count_pairs` and `join` give for all posts at once.

        Args:
            connection: Has the relation `post`: all posts, which are numbered.
            rule: Rules of text; the layers of text need them.
        """
        with locked(self.folder / ".lock"):
            head = self._head()
            grouped = [layer for layer in head.layers if layer in GROUPED]
            source = f"SELECT {_ACTIONS} FROM {self._rows(head.actions, _ACTIONS)}"
            if grouped:
                source += f" UNION ALL {keyed(connection, grouped, rule)}"
            number(connection, source)
            found = coaction.prepared(connection, head.layers, head.window_s)
            counted = coaction.count_pairs(found, self._policy)
            coaction.make_empty(found)
            coaction.join_light(found, counted, grouped)
            connection.execute(
                f"INSERT INTO co_action {_NUMBERED.format(met=self._rows(head.met, _MET))}"
            )
        coaction.join_dense(found, counted)
        return found, counted, coaction.co_actions(found)

    def _rejoined(
        self,
        connection: "duckdb.DuckDBPyConnection",
        head: _Head,
        actions: tuple[str, ...],
        name: str,
    ) -> str:
        """Join the touched objects again; write them with the co-actions of all others."""
        touched = (
            f"SELECT {_ACTIONS} FROM {self._rows(actions, _ACTIONS)} "
            "SEMI JOIN coaction_touched USING (layer, key)"
        )
        people = f"(SELECT DISTINCT post_id, account_id, time FROM ({touched}))"
        number(connection, touched, people)
        found = coaction.prepared(connection, head.layers, head.window_s)
        # The bound on all pairs together is for reading: here each object stands alone.
        alone = DensePolicy(object_pairs=self._policy.object_pairs, all_pairs=_NO_BOUND)
        coaction.make_empty(found)
        coaction.join_light(found, coaction.count_pairs(found, alone))
        return self._write(
            connection,
            name,
            f"SELECT {_MET} FROM {self._rows(head.met, _MET)} AS kept "
            f"ANTI JOIN coaction_touched USING (layer, key) UNION ALL {_NAMED}",
        )

    def _head(self) -> _Head:
        try:
            raw = (self.folder / "head.json").read_bytes()
        except FileNotFoundError:
            return self._begun
        return msgspec.json.decode(raw, type=_Head)

    def _rows(self, files: tuple[str, ...], columns: str) -> str:
        if not files:
            empty = (
                f"NULL::{'BIGINT' if name in _WHOLE else 'VARCHAR'} AS {name}"
                for name in columns.split(", ")
            )
            return f"(SELECT {', '.join(empty)} WHERE false)"
        listed = ", ".join(quoted(str(self.folder / file)) for file in files)
        return f"read_parquet([{listed}])"

    def _write(self, connection: "duckdb.DuckDBPyConnection", name: str, rows: str) -> str:
        """Write a file of the state; it counts when the head names it."""
        path = self.folder / name
        connection.execute(
            f"COPY ({rows}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        sync(path)
        return name

    def _sweep(self, head: _Head) -> None:
        for path in self.folder.glob("met-*.parquet"):
            if path.name not in head.met:
                path.unlink()


# Co-actions by number turned into those by name, and back.
_NAMED = (
    "SELECT thing.layer, thing.key, a.account_id, b.account_id, pa.post_id, pb.post_id, "
    "time_a, time_b FROM co_action JOIN coaction_object AS thing USING (object) "
    "JOIN coaction_account AS a ON a.account = account_a "
    "JOIN coaction_account AS b ON b.account = account_b "
    "JOIN coaction_post AS pa ON pa.post = post_a "
    "JOIN coaction_post AS pb ON pb.post = post_b"
)
_NUMBERED = (
    "SELECT thing.layer, object, a.account, b.account, pa.post, pb.post, time_a, time_b "
    "FROM {met} AS met JOIN coaction_object AS thing USING (layer, key) "
    "JOIN coaction_account AS a ON a.account_id = account_a "
    "JOIN coaction_account AS b ON b.account_id = account_b "
    "JOIN coaction_post AS pa ON pa.post_id = post_a "
    "JOIN coaction_post AS pb ON pb.post_id = post_b "
    "WHERE object NOT IN (FROM coaction_dense)"
)
