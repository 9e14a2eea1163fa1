"""The proofs of kept campaigns: ties, and the pairs of posts behind them, from the lake.

A run commits one batch: the evidence as the detector's run wrote it, and the ties that
follow from it. Both are read a page at a time, and the texts only of the page's posts,
so that a campaign of any size opens at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, final

import msgspec
import numpy as np

from legation.errors import NotFoundError, VerificationError
from legation.store.duck import connect
from legation.store.faults import lacking
from legation.store.lake import Lake
from legation.store.proofs_turned import EVIDENCE_SORTED, TIES_SORTED, Asked, Turned, turn
from legation.store.reading.cells import at_path, quoted

if TYPE_CHECKING:
    import duckdb

    from legation.store.proofs_gathered import Links

EVIDENCE: Final = "evidence"
TIES: Final = "ties"
# A pair of posts counts once for a tie, however many layers it matches in.
_GATHER = (
    "SELECT campaign_id, account_a, account_b, count(DISTINCT (post_a, post_b)) AS objects, "
    "min(least(time_a, time_b)) AS first, max(greatest(time_a, time_b)) AS last, "
    "list(layer ORDER BY layer) AS layers "
    "FROM read_parquet({source}) GROUP BY campaign_id, account_a, account_b"
)
_TIE = (
    "account_a, account_b, objects, layers, epoch(first)::BIGINT, epoch(last)::BIGINT, expected, "
    "q, CASE WHEN q IS NULL THEN 'joined' ELSE 'validated' END"
)
_CHANCE_TYPES: Final = {
    "campaign_id": np.str_,
    "account_a": np.str_,
    "account_b": np.str_,
    "expected": np.float64,
    "q": np.float64,
}
_PAIR: Final = (
    "account_a, account_b, layer, object, post_a, post_b, epoch(time_a)::BIGINT, "
    "epoch(time_b)::BIGINT, abs(date_diff('second', time_a, time_b))"
)

TieKind = Literal["validated", "joined"]


class ProvedTie(msgspec.Struct, frozen=True, kw_only=True):
    """Two members and what they did together; times are epoch seconds UTC.

    Attributes:
        post_pairs: Distinct pairs of posts by which the two met.
        expected: Co-actions that chance explains; None where the tie was not judged alone.
        q: False-discovery rate at which the tie holds; None likewise.
        tie: `validated`, or `joined` where one of the two joined the campaign as a single account.
    """

    account_a: str
    account_b: str
    post_pairs: int
    layers: dict[str, int]
    first: int
    last: int
    tie: TieKind
    expected: float | None = None
    q: float | None = None


class ProvedPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two posts that met on one object; texts as stored, None where there are none.

    Attributes:
        lag_s: Seconds between the two, as in evidence.parquet: never negative.
    """

    account_a: str
    account_b: str
    layer: str
    object: str
    post_a: str
    post_b: str
    time_a: int
    time_b: int
    lag_s: int
    text_a: str | None
    text_b: str | None


def place_of(staged: Path, kind: str, day: date) -> Path:
    """Return where a run's rows of a kind stand in its staged batch; the folder is made."""
    path = staged / kind / f"day={day.isoformat()}" / f"{kind}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write_ties(evidence: Path, target: Path, chances: Mapping[str, Sequence[Any]]) -> None:
    """Write the ties that follow from a run's evidence, with what chance explains of them.

    Args:
        evidence: The run's evidence.
        target: The file.
        chances: Columns campaign_id, account_a, account_b, expected and q of the ties that
            were judged; the others stand without.
    """
    with closing(connect()) as connection:
        rows = _GATHER.format(source=f"[{at_path(evidence)}]")
        connection.register(
            "tie_chance",
            {
                # DuckDB cannot tell the type of an empty column of objects.
                name: np.asarray(chances[name], np.object_ if kind is np.str_ else kind)
                if len(chances[name])
                else np.zeros(0, kind)
                for name, kind in _CHANCE_TYPES.items()
            },
        )
        connection.execute(
            f"COPY (SELECT met.*, expected, q FROM ({rows}) AS met LEFT JOIN tie_chance "
            "USING (campaign_id, account_a, account_b) "
            "ORDER BY campaign_id, objects DESC, account_a, account_b) "
            f"TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )


@final
class Proofs:
    """Reads the proofs of one run.

    Args:
        lake: Where they are.
        batch: The run's batch.
    """

    def __init__(self, lake: Lake, batch: str) -> None:
        """Find the batch's files; nothing is read yet."""
        self._lake = lake
        self._files = {
            kind: [path for path in lake.files(kind) if path.name == f"{batch}.parquet"]
            for kind in (TIES, EVIDENCE)
        }
        self._connection: duckdb.DuckDBPyConnection | None = None

    def ties(
        self,
        campaign_id: str,
        *,
        account: str | None = None,
        order: str = "objects",
        after: str | None = None,
        limit: int = 100,
    ) -> Turned[ProvedTie]:
        """Return one page of ties, strongest first or in another of `TIES_SORTED`."""
        where, values = "campaign_id = ?", [campaign_id]
        if account is not None:
            where, values = f"{where} AND ? IN (account_a, account_b)", [campaign_id, account]
        asked = Asked(
            kind=TIES,
            columns=_TIE,
            where=where,
            values=values,
            order=order,
            after=after,
            limit=limit,
        )
        found = turn(self, asked, TIES_SORTED)
        return Turned(rows=list(map(_tie, found.rows)), total=found.total, after=found.after)

    def tie(self, campaign_id: str, one: str, other: str) -> ProvedTie:
        """Return the tie of two accounts.

        Raises:
            NotFoundError: They are not tied in that campaign.
        """
        where = "campaign_id = ? AND account_a = ? AND account_b = ?"
        rows = self.rows(TIES, _TIE, where, [campaign_id, *sorted((one, other))])
        if not rows:
            raise NotFoundError("these accounts are not tied", hint="open a tie from the list")
        return _tie(rows[0])

    def meetings(
        self,
        campaign_id: str,
        *,
        pair: tuple[str, str] | None = None,
        layer: str | None = None,
        order: str = "time",
        after: str | None = None,
        limit: int = 100,
    ) -> Turned[tuple[ProvedPair, TieKind]]:
        """Return one page of the posts behind a campaign; each says whether its tie holds alone.

        Args:
            campaign_id: Which.
            pair: Only those of two accounts, in any order.
            layer: Only those that met on it.
            order: In order of time, or in another of `EVIDENCE_SORTED`.
            after: Key of the row behind which the page begins.
            limit: How many at most.
        """
        where, values = "campaign_id = ?", [campaign_id]
        if pair is not None:
            where, values = f"{where} AND account_a = ? AND account_b = ?", [*values, *sorted(pair)]
        if layer is not None:
            where, values = f"{where} AND layer = ?", [*values, layer]
        asked = Asked(
            kind=EVIDENCE,
            columns=f"{_PAIR}, tie",
            where=where,
            values=values,
            order=order,
            after=after,
            limit=limit,
        )
        found = turn(self, asked, EVIDENCE_SORTED)
        texts = self._texts(found.rows)
        rows = [(_pair(row[:-1], texts), row[-1]) for row in found.rows]
        return Turned(rows=rows, total=found.total, apart=found.apart, after=found.after)

    def _texts(self, rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], str]:
        """Return the texts of the posts in rows of evidence, by account and post."""
        wanted = {(row[0], row[4]) for row in rows} | {(row[1], row[5]) for row in rows}
        days = {datetime.fromtimestamp(at, UTC).date() for row in rows for at in row[6:8]}
        files = self._lake.files("posts", days)
        if not wanted or not files:
            return {}
        found = self._ask(
            files,
            "account_id, post_id, text",
            "list_contains(?, post_id) AND text IS NOT NULL",
            [sorted({post for _, post in wanted})],
        )
        return {(who, post): text for who, post, text in found if (who, post) in wanted}

    def rows(
        self, kind: str, columns: str, where: str, values: Sequence[Any], rest: str = ""
    ) -> list[tuple[Any, ...]]:
        """Return rows of a kind; none where the run left none."""
        files = self._files[kind]
        return self._ask(files, columns, where, values, rest) if files else []

    def _ask(
        self, files: Sequence[Path], columns: str, where: str, values: Sequence[Any], rest: str = ""
    ) -> list[tuple[Any, ...]]:
        listed = ", ".join(at_path(file) for file in files)
        source = f"read_parquet([{listed}], hive_partitioning = false)"
        return self.run(f"SELECT {columns} FROM {source} WHERE {where} {rest}", values)

    def run(
        self,
        statement: str,
        values: Sequence[Any],
        tables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> list[tuple[Any, ...]]:
        """Run a statement over the proofs, with tables of columns that it may name.

        Raises:
            VerificationError: The files are gone or damaged.
        """
        import duckdb

        if self._connection is None:
            self._connection = connect()
        for name, columns in (tables or {}).items():
            self._connection.register(name, columns)
        try:
            return self._connection.execute(statement, list(values)).fetchall()
        except duckdb.ParserException:
            raise  # whatever stands in the files, the statement is ours
        except duckdb.Error as failed:
            # After some faults a connection answers nothing more.
            self._connection = None
            if lacking(failed) is not None:
                raise
            raise self._unreadable(str(failed)) from failed

    def _unreadable(self, said: str) -> VerificationError:
        """Return the error of files that are gone or damaged, with the place if it is known."""
        own = [file for some in self._files.values() for file in some]
        for file in (*own, *self._lake.files("posts")):
            if str(file) in said:
                folder = file.parent.relative_to(self._lake.folder).as_posix()
                return VerificationError(
                    f"the proofs of this run cannot be read: a file in {folder} is damaged or "
                    "missing",
                    hint="run: legation doctor; it names the file to restore from a backup",
                )
        return VerificationError(
            "the proofs of this run cannot be read: a file is damaged or missing",
            hint="run: legation doctor; it names the file to restore from a backup",
        )

    def source(self, kind: str) -> str | None:
        """Return a run's rows of a kind as a table to select from; None where it left none."""
        listed = ", ".join(at_path(file) for file in self._files[kind])
        return f"read_parquet([{listed}], hive_partitioning = false)" if listed else None


@final
class CampaignProofs:
    """Reads the proofs of one campaign, and of no other.

    Args:
        proofs: Those of its run.
        campaign_id: Whose.
    """

    def __init__(self, proofs: Proofs, campaign_id: str) -> None:
        """Read nothing yet."""
        self._proofs = proofs
        self.campaign_id = campaign_id

    def ties(
        self,
        *,
        account: str | None = None,
        order: str = "objects",
        after: str | None = None,
        limit: int = 100,
    ) -> Turned[ProvedTie]:
        """Return ties; see `Proofs.ties`."""
        return self._proofs.ties(
            self.campaign_id, account=account, order=order, after=after, limit=limit
        )

    def tie(self, one: str, other: str) -> ProvedTie:
        """Return the tie of two accounts; see `Proofs.tie`."""
        return self._proofs.tie(self.campaign_id, one, other)

    def meetings(
        self,
        *,
        pair: tuple[str, str] | None = None,
        layer: str | None = None,
        order: str = "time",
        after: str | None = None,
        limit: int = 100,
    ) -> Turned[tuple[ProvedPair, TieKind]]:
        """Return posts behind the campaign; see `Proofs.meetings`."""
        return self._proofs.meetings(
            self.campaign_id, pair=pair, layer=layer, order=order, after=after, limit=limit
        )

    def times_of(self, account_id: str, post_id: str) -> list[int]:
        """Return when an account's post was posted; nothing when it proves nothing here."""
        where = "campaign_id = ? AND (account_{0} = ? AND post_{0} = ?)"
        found: set[int] = set()
        for side in ("a", "b"):
            rows = self._proofs.rows(
                EVIDENCE,
                f"DISTINCT epoch(time_{side})::BIGINT",
                where.format(side),
                [self.campaign_id, account_id, post_id],
            )
            found |= {row[0] for row in rows}
        return sorted(found)

    def links(self, vertices: Mapping[str, str], limit: int) -> "Links":
        """Gather the ties between vertices; see `proofs_gathered.links`."""
        from legation.store.proofs_gathered import links

        return links(self._proofs, self.campaign_id, vertices, limit)

    def days(self) -> list[tuple[int, str | None, int]]:
        """Return the pairs of posts of each day and layer; see `proofs_gathered.days`."""
        from legation.store.proofs_gathered import days

        return days(self._proofs, self.campaign_id)


def _tie(row: tuple[Any, ...]) -> ProvedTie:
    one, other, pairs, layers, first, last, expected, q, tie = row
    counts = {layer: layers.count(layer) for layer in dict.fromkeys(layers)}
    return ProvedTie(
        account_a=one,
        account_b=other,
        post_pairs=pairs,
        layers=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        first=first,
        last=last,
        expected=expected,
        q=q,
        tie=tie,
    )


def _pair(row: tuple[Any, ...], texts: dict[tuple[str, str], str]) -> ProvedPair:
    names = ProvedPair.__struct_fields__[: len(row)]
    given = dict(zip(names, row, strict=True))
    return ProvedPair(
        **given, text_a=texts.get((row[0], row[4])), text_b=texts.get((row[1], row[5]))
    )
