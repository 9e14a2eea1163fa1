"""Co-actions kept from batch to batch: what came late counts as if it had come in time.

The state holds all posts by number, their normal forms and actions, and the co-actions of
every object that is not crowded. A batch touches some objects; these alone are joined
again, with all their actions. Whatever depends on everything is made when the state is
read: the numbers of a run, the policy for dense objects, crowded objects, the layers whose
objects depend on all texts. So the order and the cut of the batches change nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from legation.errors import ConflictError
from legation.store import coaction
from legation.store.coaction_count import Counted, DensePolicy
from legation.store.coaction_files import Head, StateFiles
from legation.store.coaction_keys import GROUPED, LAYERS, group_texts, keyed, make_texts
from legation.store.coaction_numbers import OBJECTS, SINGLE_NUMBERS, number_accounts
from legation.store.coaction_text import TextRule
from legation.store.durable import locked, make_folder

if TYPE_CHECKING:
    import duckdb

# An object with more pairs is crowded: joined when read, so that the state stays small.
KEPT_PAIRS = 20_000
_FORM = 1
_NO_BOUND = 2**62
_OF_TEXT = frozenset({"text", "near-text"})
_ACTIONS = "layer, key, thing, ref"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a step had to do.

    Attributes:
        posts: Posts that were new.
        objects: Objects whose co-actions were made again.
        actions: Actions on these objects, early and late: what was joined.
    """

    posts: int = 0
    objects: int = 0
    actions: int = 0


class CoActionState:
    """Actions and co-actions of all batches so far."""

    def __init__(
        self,
        folder: Path,
        layers: Sequence[str],
        *,
        window_s: int,
        policy: DensePolicy | None = None,
        rule: TextRule | None = None,
        kept_pairs: int = KEPT_PAIRS,
    ) -> None:
        """Name the state; nothing is read yet.

        Args:
            folder: Where it stands; made when absent.
            layers: Names of layers.
            window_s: Seconds within which two posts meet.
            policy: When an object is dense.
            rule: Rules of text; the layers of text need them.
            kept_pairs: Pairs of an object beyond which its co-actions are not kept.
        """
        self._layers = tuple(dict.fromkeys(layers))
        self._window_s = window_s
        self._policy = policy or DensePolicy()
        self._rule = rule
        self._kept_pairs = min(kept_pairs, self._policy.object_pairs)
        self._folder = folder
        make_folder(folder)
        self._files = StateFiles(folder)
        told = [_FORM, self._layers, window_s, self._kept_pairs, rule and rule.sha256()]
        self._empty = Head(rule=hashlib.sha256(msgspec.json.encode(told)).hexdigest())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others away from the state while it is used; waits for them."""
        with locked(self._folder / ".lock"):
            yield

    def batches(self) -> Mapping[str, str]:
        """Return the batches that are in it, each with its hash, after a check of its files.

        Raises:
            ConflictError: It is the state of another rule.
            VerificationError: It is broken.
        """
        head = self._head()
        self._files.verify(head)
        return head.batches

    def forget(self) -> None:
        """Begin anew."""
        self._files.forget()

    def add(self, connection: "duckdb.DuckDBPyConnection", batches: Mapping[str, str]) -> Added:
        """Add the posts of the relation `post`; on return they are on disk.

        Args:
            connection: Has the relation `post`: the new posts alone.
            batches: The batches they came in, each with its hash; those that were added before
                are passed over.

        Raises:
            ConflictError: It is the state of another rule.
            VerificationError: It is broken.
        """
        head = self._head()
        if batches.items() <= head.batches.items():
            return Added()
        self._take(connection, head)
        (posts,) = connection.execute("SELECT count(*) FROM state_new").fetchall()[0]
        done = msgspec.structs.replace(head, batches=dict(head.batches) | dict(batches))
        if not posts:
            self._files.commit(done)
            return Added()
        things, objects = self._touch(connection, head)
        self._rejoin(connection, head)
        (actions,) = connection.execute("SELECT count(*) FROM state_act").fetchall()[0]
        fresh = self._files.write(
            connection,
            head.files,
            {
                "posts": "SELECT ref, post_id, account_id, time, clock_s FROM state_new",
                "texts": "SELECT ref, normal FROM state_text",
                "actions": f"SELECT {_ACTIONS} FROM state_key JOIN state_touched "
                "USING (layer, key)",
                "met": _NAMED,
            },
        )
        done = msgspec.structs.replace(done, posts=head.posts + posts, things=head.things + things)
        self._files.commit(self._files.merged(connection, done, fresh))
        _drop(connection, *_TABLES, "state_new", "state_text", "state_key", "state_touched")
        return Added(posts=posts, objects=objects, actions=actions)

    def read(
        self, connection: "duckdb.DuckDBPyConnection"
    ) -> tuple[coaction.Prepared, Counted, coaction.Columns]:
        """Return what `prepare`, `count_pairs` and `join` give for all posts at once.

        Raises:
            ConflictError: It is the state of another rule.
            VerificationError: It is broken.
        """
        generations = self._head().generations
        posts = self._files.relation(generations, "posts")
        actions = f"SELECT {_ACTIONS} FROM {self._files.relation(generations, 'actions')}"
        if self._rule and _OF_TEXT & set(self._layers):
            connection.execute(
                "CREATE OR REPLACE TEMP TABLE coaction_text AS "
                "SELECT normal, account_id, post_id, time, ref, clock_s "
                f"FROM {self._files.relation(generations, 'texts')} JOIN {posts} USING (ref)"
            )
        if self._rule and "near-text" in self._layers:
            group_texts(connection, self._rule)
            actions += f" UNION ALL {_ALIKE.format(window_s=self._window_s)}"
        _number(connection, actions, posts)
        found = coaction.prepared(connection, self._layers, self._window_s)
        counted = coaction.count_pairs(found, self._policy)
        coaction.make_empty(found)
        coaction.join_light(found, counted, self._unkept(connection, counted))
        connection.execute(
            f"INSERT INTO co_action {_NUMBERED.format(met=self._files.living(generations))}"
        )
        _drop(connection, *_TABLES, "state_crowded")
        coaction.join_dense(found, counted)
        return found, counted, coaction.co_actions(found)

    def _take(self, connection: "duckdb.DuckDBPyConnection", head: Head) -> None:
        """Number the new posts; make their normal forms and the keys that they act on."""
        had = self._files.relation(head.generations, "posts")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE state_new AS SELECT post_id, account_id, time, "
            f"clock_s::BIGINT AS clock_s, {head.posts} + row_number() OVER () - 1 AS ref "
            f"FROM post ANTI JOIN (SELECT post_id FROM {had}) AS had USING (post_id)"
        )
        connection.execute("CREATE OR REPLACE TEMP TABLE state_text (ref BIGINT, normal VARCHAR)")
        stable = [layer for layer in self._layers if layer not in GROUPED]
        keys = keyed(connection, stable, self._rule) if stable else ""
        if self._rule and _OF_TEXT & set(self._layers):
            if "text" not in stable:
                make_texts(connection, self._rule)
            connection.execute(
                "INSERT INTO state_text SELECT ref, normal FROM coaction_text "
                "JOIN state_new USING (post_id)"
            )
        # A clock coarser than the window cannot tell whether two posts met.
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE state_key AS "
            + (
                f"SELECT layer, key, ref FROM ({keys}) JOIN state_new USING (post_id) "
                f"WHERE clock_s <= {self._window_s}"
                if keys
                else "SELECT 0::BIGINT AS layer, '' AS key, 0::BIGINT AS ref WHERE false"
            )
        )

    def _touch(self, connection: "duckdb.DuckDBPyConnection", head: Head) -> tuple[int, int]:
        """Find or give the numbers of the keys' objects; return those given, and all."""
        actions = self._files.relation(head.generations, "actions")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE state_touched AS SELECT layer, key, coalesce(thing, "
            f"{head.things} + row_number() OVER (PARTITION BY thing IS NULL) - 1) AS thing "
            "FROM (SELECT DISTINCT layer, key FROM state_key) LEFT JOIN ("
            f"SELECT layer, key, min(thing) AS thing FROM {actions} "
            "SEMI JOIN state_key USING (layer, key) GROUP BY layer, key) USING (layer, key)"
        )
        given, touched = connection.execute(
            f"SELECT count(*) FILTER (thing >= {head.things}), count(*) FROM state_touched"
        ).fetchall()[0]
        return given, touched

    def _rejoin(self, connection: "duckdb.DuckDBPyConnection", head: Head) -> None:
        """Join the touched objects with all their actions."""
        actions = self._files.relation(head.generations, "actions")
        posts = self._files.relation(head.generations, "posts")
        every = (
            f"SELECT {_ACTIONS} FROM {actions} SEMI JOIN state_touched USING (thing) "
            "UNION ALL SELECT layer, key, thing, ref FROM state_key "
            "JOIN state_touched USING (layer, key)"
        )
        people = (
            f"(SELECT * FROM {posts} SEMI JOIN state_act USING (ref) UNION ALL "
            "SELECT ref, post_id, account_id, time, clock_s FROM state_new "
            "SEMI JOIN state_act USING (ref))"
        )
        _number(connection, every, people)
        found = coaction.prepared(connection, self._layers, self._window_s)
        # The bound on all pairs together is for reading: here each object stands alone.
        alone = DensePolicy(object_pairs=self._kept_pairs, all_pairs=_NO_BOUND)
        coaction.make_empty(found)
        coaction.join_light(found, coaction.count_pairs(found, alone))

    def _unkept(self, connection: "duckdb.DuckDBPyConnection", counted: Counted) -> str:
        """Return the condition that an object's co-actions are not in the state."""
        crowded = np.flatnonzero(counted.object_pairs > self._kept_pairs)
        connection.register("coaction_rows", {"object": crowded})
        connection.execute("CREATE OR REPLACE TEMP TABLE state_crowded AS FROM coaction_rows")
        connection.unregister("coaction_rows")
        grouped = [str(LAYERS.index(layer)) for layer in self._layers if layer in GROUPED]
        among = f"layer IN ({', '.join(grouped)}) OR " if grouped else ""
        return f"({among}object IN (FROM state_crowded))"

    def _head(self) -> Head:
        head = self._files.head() or self._empty
        if head.rule != self._empty.rule:
            raise ConflictError(
                "the kept co-actions are those of another rule",
                hint="begin a new folder, or use the same layers, window and policy",
            )
        return head


def _number(connection: "duckdb.DuckDBPyConnection", actions: str, posts: str) -> None:
    """Make the tables of `coaction_numbers` from the state's own numbers.

    Args:
        connection: Where they are made.
        actions: Select of (layer, key, thing, ref).
        posts: Relation of the posts that are numbered; it may use `state_act`.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE state_act AS {actions}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE state_one AS SELECT ref, post_id, account_id, time, "
        f"row_number() OVER (ORDER BY time, post_id) - 1 AS post FROM {posts}"
    )
    number_accounts(connection, "state_one")
    for table, select in _NUMBERS.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}")


def _drop(connection: "duckdb.DuckDBPyConnection", *tables: str) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


_TABLES = (
    "state_act",
    "state_one",
    "state_post",
    "state_shared",
    "state_object",
    "state_several",
)
_OF_POST = (
    "LEFT JOIN state_several AS several ON several.layer = state_act.layer "
    "AND several.ref = state_act.ref"
)
_NUMBERS = {
    "coaction_post": "SELECT post_id, post FROM state_one",
    "state_post": "SELECT ref, post, account, time FROM state_one "
    "JOIN coaction_account USING (account_id)",
    "state_shared": "SELECT thing FROM state_act JOIN state_post USING (ref) "
    "GROUP BY thing HAVING min(account) <> max(account)",
    "state_object": "SELECT thing, layer, key, row_number() OVER (ORDER BY layer, key) - 1 "
    "AS object FROM (SELECT thing, any_value(layer) AS layer, any_value(key) AS key "
    "FROM state_act SEMI JOIN state_shared USING (thing) GROUP BY thing)",
    "coaction_object": "SELECT layer, key, object FROM state_object",
    "state_several": "SELECT layer, ref, count(*) AS objects FROM state_act "
    f"WHERE layer NOT IN ({SINGLE_NUMBERS}) GROUP BY layer, ref HAVING count(*) > 1",
    "coaction_action": "SELECT state_object.layer, object, account, post, time, "
    f"{OBJECTS} FROM state_act JOIN state_object USING (thing) JOIN state_post USING (ref) "
    f"{_OF_POST}",
    # The object's number tells objects apart as well as the hash of its key.
    "coaction_lone": f"SELECT state_act.layer, account, time, {OBJECTS}, thing AS key_hash "
    "FROM state_act ANTI JOIN state_shared USING (thing) JOIN state_post USING (ref) "
    f"{_OF_POST}",
}
# Texts that resemble another: objects of this reading alone, with numbers below zero.
_ALIKE = (
    f"SELECT {LAYERS.index('near-text')}::BIGINT AS layer, chief AS key, "
    "-dense_rank() OVER (ORDER BY chief) AS thing, ref "
    "FROM coaction_text JOIN coaction_alike USING (normal) WHERE clock_s <= {window_s}"
)
# Co-actions by the numbers of a run turned into those of the state, and back.
_NAMED = (
    "SELECT thing, a.ref AS ref_a, b.ref AS ref_b FROM co_action "
    "JOIN state_object USING (object) "
    "JOIN state_post AS a ON a.post = post_a JOIN state_post AS b ON b.post = post_b"
)
_NUMBERED = (
    "SELECT layer, object, a.account, b.account, a.post, b.post, a.time, b.time "
    "FROM ({met}) AS met JOIN state_object USING (thing) "
    "JOIN state_post AS a ON a.ref = ref_a JOIN state_post AS b ON b.ref = ref_b "
    "WHERE object NOT IN (FROM coaction_dense)"
)
