"""Posts with every name replaced, sorted into new, edited and known, written as Parquet.

The replacing is lent to DuckDB as a function, so that rows stream through it and none
is held in Python. A call costs more than most cells, so a row is one call: its cells go
in and come out joined by control characters. A version is a keyed hash of the clear
text: it tells an edit from a post that is only masked otherwise, and nobody can try
texts against it. A post's id must be the same in every import, so only what the row itself
shows to be a name is replaced in it: accounts by their form, and the author's own.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, final

import msgspec

from legation.errors import RecordError
from legation.store.reading.cells import at_path, quoted
from legation.store.reading.mapping import Mapping
from legation.store.reading.names import Names
from legation.store.reading.selves import (
    ONE_NAMES_NONE,
    Echo,
    echoes,
    make_twins,
    write_selves,
)

if TYPE_CHECKING:
    import duckdb

_FUNCTION = "legation_masked_row"
_GROUP, _CELL, _ITEM = "\x1d", "\x1e", "\x1f"
_MARK = 8
# A language tag (RFC 5646, 2.1) with script, region and variants; some write "_" in it.
_TAG = (
    "[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?"
    "([-_]([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
_LONGEST_TAG = 35
# Two letters, and a region's two, name no account: "de" stays when somebody writes "@de".
_SHORT_TAG = "[A-Za-z]{2}([-_][A-Za-z]{2})?"
# The id stands first, the language last: one that changes names an account.
_TEXTS = ("post_id", "text", "repost_key", "reply_to", "lang")
_TEXT_LISTS = ("urls", "hashtags", "image_hashes")
_LAKE_COLUMNS = (
    "post_id, account_id, time, text, lang, urls, hashtags, mentions, image_hashes, is_repost, "
    "repost_key, reply_to, platform, clock_s, version"
)


class Pseudonyms(Protocol):
    """Turns names of accounts into pseudonyms."""

    def of(self, handle: str, platform: str = "") -> str:
        """Return the pseudonym of an account."""


class Masker(Protocol):
    """Replaces names in texts."""

    def mask(self, text: str) -> str:
        """Return the text with every name replaced."""


class Maskers(Protocol):
    """Makes the two for a platform."""

    def pseudonyms(self) -> Pseudonyms:
        """Return what turns an account's name into its pseudonym."""

    def masker(self, known: Iterable[str], platform: str) -> Masker:
        """Return what replaces these names, and all mentions, in texts of a platform."""

    def masker_of_id(self, author: str, post_id: str, platform: str) -> Masker:
        """Return what replaces names in a post's id, whatever else is known."""


class Counts(msgspec.Struct, frozen=True):
    """Rows of a slice: new to the lake, known with another text, known as they are.

    Attributes:
        retimed: Rows that are known, edited or not, with another time.
        example: One of these: post, time in the lake, time in the file; empty without any.
        echoes: Rows whose ids the lake has with a platform, and the file without; or the reverse.
    """

    new: int
    edited: int
    repeated: int
    retimed: int = 0
    example: tuple[str, int, int] | None = None
    echoes: tuple[Echo, ...] = ()


@final
class MaskedPosts:
    """The relation `post` of a connection, masked and brought into the lake's form."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        privacy: Maskers,
        names: Names,
        mapping: Mapping,
    ) -> None:
        """Lend the replacing to the connection."""
        self._connection = connection
        glued, parts = mapping.fields["post_id"].separator, _named_parts(mapping)
        # Those that were not found to be names of accounts: they may be told.
        self.platforms = frozenset(names.platforms())
        maskers = {
            platform: privacy.masker(names.of(platform), platform).mask
            for platform in self.platforms
        }
        fallback = privacy.masker((), "").mask
        names_of = self._named = _Named(privacy.pseudonyms()).of
        self._posts: Sequence[Path] = ()

        def masked_row(texts: str, names: str, platform: str) -> str:
            """Mask the joined texts; of the joined names the last is no name but a hash."""
            mask = maskers.get(platform, fallback)
            *handles, digest = names.split(_ITEM)
            made = [names_of(handle, platform) for handle in handles]
            made.append(names_of(digest, "version").partition("-")[2])
            post_id, *others = texts.split(_CELL)
            if parts:
                pieces = post_id.split(glued)
                for part in parts & set(range(len(pieces))):
                    pieces[part] = names_of(pieces[part], platform) if pieces[part] else ""
                post_id = glued.join(pieces)
            own = privacy.masker_of_id(handles[0], post_id, platform).mask(post_id)
            cells = _CELL.join([own, *map(mask, others)])
            return f"{cells}{_GROUP}{_ITEM.join(made)}"

        connection.create_function(
            _FUNCTION, masked_row, ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR"
        )

    def take(self, clock_s: int) -> None:
        """Mask the rows of `post` into the table `masked`."""
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE masked AS SELECT {_unjoined()}, "
            f"{clock_s}::INTEGER AS clock_s, names[-1] AS version, "
            f"{_without_marks('account_id')} AS handle, "
            "make_timestamp(time * 1000000)::DATE AS day FROM ("
            f"SELECT *, string_split(groups[1], '{_CELL}') AS cells, "
            f"string_split(groups[2], '{_ITEM}') AS names FROM ("
            f"SELECT *, string_split({_FUNCTION}({_joined_texts()}, {_joined_names()}, platform), "
            f"'{_GROUP}') AS groups "
            "FROM (SELECT * REPLACE (CASE WHEN platform IN (SELECT platform FROM known_name) "
            "THEN platform ELSE '' END AS platform) FROM post)))"
        )

    def sort_out(self, posts: Sequence[Path], edits: Sequence[Path]) -> Counts:
        """Tell new rows from edits and repetitions, against all of the lake's files.

        A platform gives each post an id of its own. Where no platform is named, an id may be a
        row's number: then it is the same post when account and time are the same, as far as both
        clocks tell, or account and words. The account is the same, too, where the handle is and
        one of the two names no platform. Another post that finds its id taken is stored under
        the id, `~` and a mark of its own, so that ids in the lake stay each of one post.
        """
        self._posts = posts
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE seen AS SELECT post_id AS base, post_id, platform, "
            "account_id, time, clock_s, version, true AS worded, 0 AS edit, '' AS filename "
            "FROM masked LIMIT 0"
        )
        for files, edit in ((posts, 0), (edits, 1)):
            if files:
                listed = ", ".join(at_path(file) for file in files)
                source = f"read_parquet([{listed}], hive_partitioning = false, filename = true)"
                self._connection.execute(_seen(source, edit))
        make_twins(self._connection, self._named)
        self._connection.execute(_SAME)
        self._connection.execute(_SORTED)
        rows = self._connection.execute("SELECT state, count(*) FROM sorted GROUP BY state")
        counted = dict(rows.fetchall())
        retimed, *example = self._connection.execute(_RETIMED).fetchall()[0]
        new, edited, repeated = (counted.get(state, 0) for state in ("new", "edited", "repeated"))
        return Counts(
            new,
            edited,
            repeated,
            retimed=retimed,
            example=tuple(example) if retimed else None,
            echoes=echoes(self._connection),
        )

    def met(self) -> list[str]:
        """Return what the names of those batches begin with whose rows `sort_out` looked at."""
        files = self._connection.execute("SELECT DISTINCT filename FROM seen").fetchall()
        batches = {Path(name).name.partition(".")[0] for (name,) in files}
        return sorted({batch.rpartition("-")[0] for batch in batches})

    def write(self, staged: Path) -> None:
        """Write new rows and edits by kind and day, and who of the new has another name there."""
        for kind, state in (("posts", "new"), ("post_edits", "edited")):
            rows = f"SELECT {_LAKE_COLUMNS}, day FROM sorted WHERE state = '{state}'"
            (any_,) = self._connection.execute(f"SELECT EXISTS ({rows})").fetchall()[0]
            if any_:
                self._connection.execute(
                    f"COPY ({rows}) TO {quoted(str(staged / kind))} "
                    "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))"
                )
        write_selves(self._connection, self._posts, staged, self._named)


@final
class _Named:
    """The pseudonyms; a name of symbols only still gets one of its own."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def of(self, handle: str, platform: str) -> str:
        try:
            return self._pseudonyms.of(handle, platform)
        except RecordError:
            return self._pseudonyms.of(handle.encode().hex(), platform)


def _named_parts(mapping: Mapping) -> frozenset[int]:
    """Return which parts of a post's id are names, where it is glued of several columns."""
    post_id = mapping.fields["post_id"]
    if post_id.shape != "glue" or not post_id.separator:
        return frozenset()
    sources = (mapping.fields["account_id"], *mapping.handles)
    named = {column for source in sources for column in source.columns}
    return frozenset(n for n, column in enumerate(post_id.columns) if column in named)


def _seen(source: str, edit: int) -> str:
    """Write the insert of the lake's rows whose id, without a mark, is one of `masked`."""
    columns = (
        "post_id, platform, account_id, time, clock_s, version, "
        f"coalesce(text, '') <> '' AS worded, {edit} AS edit, filename"
    )
    tail = -_MARK - 1
    marked = f"(SELECT left(post_id, {tail}) AS base, * FROM {source} WHERE post_id[{tail}] = '~')"
    return (
        f"INSERT INTO seen SELECT post_id AS base, {columns} FROM {source} "
        "SEMI JOIN masked USING (post_id) UNION ALL "
        f"SELECT base, {columns} FROM {marked} AS lake "
        "WHERE base IN (SELECT post_id FROM masked) "
        f"AND post_id = base || {_mark('lake')}"
    )


def _mark(rows: str) -> str:
    """Write the mark that tells a post from another of the same id."""
    return f"'~' || left(md5({rows}.account_id || ' ' || {rows}.time), {_MARK})"


_SAME_TIME = (
    "seen.time // greatest(seen.clock_s, masked.clock_s) "
    "= masked.time // greatest(seen.clock_s, masked.clock_s)"
)
_SAME = (
    "CREATE OR REPLACE TEMP TABLE same AS SELECT masked.post_id, "
    "min(seen.post_id) AS stored, bool_or(seen.version = masked.version) AS known, "
    f"bool_or({_SAME_TIME}) AS timely, arg_min(seen.time, seen.edit) AS kept_time, "
    "arg_min(seen.platform, seen.edit) AS kept_platform, "
    "arg_min(seen.account_id, seen.edit) AS kept_account "
    "FROM masked JOIN seen ON seen.base = masked.post_id LEFT JOIN twin "
    f"ON {ONE_NAMES_NONE} AND twin.handle = masked.handle AND twin.platform = seen.platform "
    "WHERE seen.platform = masked.platform AND masked.platform <> '' "
    "OR seen.account_id = CASE WHEN seen.platform = masked.platform THEN masked.account_id "
    "ELSE twin.account_id END "
    f"AND ({_SAME_TIME} OR worded AND seen.version = masked.version) GROUP BY masked.post_id"
)
_SORTED = (
    "CREATE OR REPLACE TEMP TABLE sorted AS "
    "SELECT masked.* REPLACE (CASE WHEN stored IS NOT NULL THEN stored "
    "WHEN masked.post_id IN (SELECT post_id FROM seen WHERE edit = 0) "
    f"THEN masked.post_id || {_mark('masked')} ELSE masked.post_id END AS post_id, "
    # An edit is of the post that is there, under the name that its author has there.
    "CASE WHEN kept_platform <> masked.platform THEN kept_account ELSE masked.account_id END "
    "AS account_id, coalesce(kept_platform, masked.platform) AS platform), "
    "CASE WHEN stored IS NULL THEN 'new' WHEN known THEN 'repeated' ELSE 'edited' END AS state "
    "FROM masked LEFT JOIN same USING (post_id)"
)
_RETIMED = (
    "SELECT count(*), min(stored), arg_min(kept_time, stored), arg_min(masked.time, stored) "
    "FROM same JOIN masked USING (post_id) WHERE NOT timely"
)


def _joined_texts() -> str:
    cells = [f"coalesce({_without_marks(column)}, '')" for column in _TEXTS]
    for column in _TEXT_LISTS:
        items = f"list_transform({column}, lambda e: {_without_marks('e')})"
        cells.append(f"array_to_string({items}, '{_ITEM}')")
    return f"concat_ws('{_CELL}', {', '.join(cells)})"


def _joined_names() -> str:
    mentions = f"list_transform(mentions, lambda e: {_without_marks('e')})"
    names = f"list_concat([{_without_marks('account_id')}], {mentions}, [md5(coalesce(text, ''))])"
    return f"array_to_string({names}, '{_ITEM}')"


def _without_marks(cell: str) -> str:
    """A cell without the three characters that join cells: no writing uses them."""
    return f"translate({cell}, '{_GROUP}{_CELL}{_ITEM}', '   ')"


def _unjoined() -> str:
    columns = {
        column: f"CASE WHEN {column} IS NOT NULL THEN cells[{place}] END"
        for place, column in enumerate(_TEXTS, 1)
    }
    tag = f"regexp_full_match(lang, '{_TAG}') AND length(lang) <= {_LONGEST_TAG}"
    unmasked = f"cells[{len(_TEXTS)}] = lang"
    columns["lang"] = (
        f"CASE WHEN {tag} AND (regexp_full_match(lang, '{_SHORT_TAG}') OR {unmasked}) THEN lang END"
    )
    columns |= {
        column: f"CASE WHEN len({column}) = 0 THEN {column} "
        f"ELSE string_split(cells[{place}], '{_ITEM}') END"
        for place, column in enumerate(_TEXT_LISTS, len(_TEXTS) + 1)
    }
    columns |= {"account_id": "names[1]", "mentions": "names[2:-2]"}
    kept = {column: column for column in ("time", "is_repost", "platform")}
    return ", ".join(f"{sql} AS {column}" for column, sql in (columns | kept).items())
