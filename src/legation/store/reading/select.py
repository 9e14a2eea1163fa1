"""One SQL select from a file's columns to a post's columns.

Every row comes out, with a fault number beside it: 0 is a post, NOT_A_POST is
skipped, anything else is rejected with the reason of that number. Only the columns
asked for are converted, because conversion, not reading, costs the time.
"""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import Protocol

import msgspec

from legation.store.reading.cells import Cells, quoted
from legation.store.reading.entities import FUNCTION
from legation.store.reading.mapping import LISTS, TYPES, Column, Field, Mapping, Only

EARLIEST = 631_152_000  # 1990-01-01: no network of ours is older, 1970 is an empty clock
MOST_ITEMS = 500  # links, tags or mentions of one post; more is an attack on the reader
NOT_A_POST = 255
FAULTS: Dict[int, tuple[Column | None, str, str]] = {
    1: ("time", "no time", "the column of the time is empty"),
    2: ("time", "the time cannot be read", "state time_format (and zone) in the mapping"),
    3: ("time", "the time lies before 1990", "an empty clock gives 1970; check time_format"),
    4: ("time", "the time lies in the future", "check time_format, zone, and the source's clock"),
    5: ("account_id", "no account", "the column of the account is empty"),
    6: ("post_id", "no post id", "the column of the post's id is empty"),
    7: ("text", "a NUL character", "the export is damaged here; export it again"),
    9: (
        "account_id",
        "no account: a sign for nothing",
        "programs write NaN, None or null where they know no account; export it again",
    ),
    8: (None, "not a JSON record", "the line is cut or damaged"),
}
PLATFORM_NAME = "[a-z0-9._-]{1,32}"
# What programs write for nothing, as they write it, and signs that nobody sees.
_NOBODY = r"NaN|nan|None|null|NULL|<NA>|#N/A|[\p{Z}\p{C}\s]*"
LINK_FUNCTION = "legation_canonical_link"
_ZONED = r"(Z|[+-]\d\d(:?\d\d)?)$"
# No place is further from UTC; DuckDB takes any digits and tells another day.
_NO_ZONE = r"[+-]((1[5-9]|[2-9]\d)(:?\d\d)?|14:?(0[1-9]|[1-9]\d)|\d\d:?[6-9]\d)"


class LinkRule(Protocol):
    """How links become canonical; `text.links.Links` is one."""

    @property
    def plain(self) -> str:
        """Pattern (RE2) of links that are canonical as they stand."""

    def canonical(self, url: str) -> str:
        """Return the canonical form."""


def post_select(
    cells: Cells,
    mapping: Mapping,
    wanted: frozenset[str],
    *,
    plain_links: str | None,
    latest: int | None,
    raw: bool = False,
    names: bool = False,
) -> str:
    """Write the select that gives the wanted columns and the fault number.

    Args:
        cells: The file.
        mapping: Its columns; only those that the file has.
        wanted: Our columns to convert; the required ones are always read.
        plain_links: Pattern of links left as they stand; None leaves all.
        latest: Epoch second after which a time is rejected; None sets no bound.
        raw: Give the raw cell of the time too.
        names: Give all names of the author too, as the list `names`.
    """
    inner = [
        f"{_id(cells, mapping.fields['post_id'])} AS post_id",
        f"{_text(cells, mapping.fields['account_id'])} AS account_id",
        f"{_text(cells, mapping.fields['time'])} AS raw_time",
        f"{time_sql(cells, mapping)} AS time",
        f"{_presence(cells)} AS whole",
        f"{_relevance(cells, mapping)} AS relevant",
    ]
    rest: list[Column] = [c for c in TYPES if c not in {"post_id", "account_id", "time"}]
    for column in rest:
        if column in wanted and column in mapping.fields:
            inner.append(
                f"{_column(cells, mapping.fields[column], column, plain_links)} AS {column}"
            )
        elif column == "platform" and column in wanted and mapping.platform:
            inner.append(f"{quoted(mapping.platform)} AS platform")
    odd = "platform" in wanted and "platform" in mapping.fields and not names
    if odd:
        inner.append(f"{_odd_platform(cells, mapping.fields['platform'])} AS odd_platform")
    if names:
        inner.append(f"{_author_names(cells, mapping)} AS names")
    given = [c for c in rest if any(part.endswith(f" AS {c}") for part in inner)]
    shown = ", ".join(["post_id", "account_id", "time", *map(_finished, given)])
    extra = (", raw_time" if raw else "") + (", names" if names else "")
    extra += ", odd_platform" if odd else ""
    fault = _fault_sql(latest, has_text="text" in given)
    return (
        f"SELECT {shown}{extra}, {fault} AS fault "
        f"FROM (SELECT {', '.join(inner)} FROM {cells.relation()})"
    )


def time_sql(cells: Cells, mapping: Mapping) -> str:
    """Write the time as epoch seconds; what cannot be read is NULL."""
    source = mapping.fields["time"]
    stored = cells.moment(source.columns[0]) if len(source.columns) == 1 else None
    if stored is not None:
        zone = mapping.zone or "UTC"
        moment = stored if zone == "UTC" else f"timezone({quoted(zone)}, {stored})"
        return f"epoch_us({moment}) // 1000000"
    cell = _text(cells, source)
    divisor = {"epoch_s": 1, "epoch_ms": 1000, "epoch_us": 1_000_000}.get(mapping.time_format)
    if divisor is not None:
        return f"TRY_CAST({cell} AS BIGINT)" + (f" // {divisor}" if divisor > 1 else "")
    if mapping.time_format != "iso":
        return _strptime(cell, mapping)
    naive = _in_zone(f"TRY_CAST({cell} AS TIMESTAMP)", mapping.zone)
    false = f"regexp_matches({cell}, {quoted(_NO_ZONE + '$')})"
    return (
        f"CASE WHEN regexp_matches({cell}, {quoted(_ZONED)}) AND length({cell}) > 10 THEN CASE "
        f"WHEN NOT {false} THEN epoch_us(TRY_CAST({cell} AS TIMESTAMPTZ)) // 1000000 END "
        f"ELSE {naive} END"
    )


def _strptime(cell: str, mapping: Mapping) -> str:
    parsed = f"try_strptime({cell}, {quoted(mapping.time_format)})"
    if "%z" in mapping.time_format or "%Z" in mapping.time_format:
        # Within a time, as Twitter has it, blanks tell an offset from the parts of a date.
        last = mapping.time_format.endswith("%z")
        false = f"{_NO_ZONE}$" if last else rf"\s{_NO_ZONE}\s"
        moment = f"epoch_us({parsed}) // 1000000"
        return f"CASE WHEN NOT regexp_matches({cell}, {quoted(false)}) THEN {moment} END"
    return _in_zone(parsed, mapping.zone)


def _in_zone(naive: str, zone: str) -> str:
    if not zone:
        return "NULL::BIGINT"
    moment = naive if zone == "UTC" else f"timezone({quoted(zone)}, {naive})"
    return f"epoch_us({moment}) // 1000000"


def _author_names(cells: Cells, mapping: Mapping) -> str:
    account = _text(cells, mapping.fields["account_id"])
    others = [
        f"nullif({cells.one(name)}, '')" for source in mapping.handles for name in source.columns
    ]
    return f"[{', '.join([account, *others])}]"


def _presence(cells: Cells) -> str:
    return cells.whole() or "true"


def _relevance(cells: Cells, mapping: Mapping) -> str:
    return " AND ".join(_holds(cells, only) for only in mapping.only) or "true"


def _holds(cells: Cells, only: Only) -> str:
    return f"coalesce({cells.one(only.column)}, '') IN ({', '.join(map(quoted, only.among))})"


def _fault_sql(latest: int | None, *, has_text: bool) -> str:
    tests = [
        "WHEN NOT whole THEN 8",
        f"WHEN NOT relevant THEN {NOT_A_POST}",
        "WHEN post_id IS NULL THEN 6",
        "WHEN account_id IS NULL THEN 5",
        f"WHEN regexp_full_match(account_id, {quoted(_NOBODY)}) THEN 9",
        "WHEN raw_time IS NULL THEN 1",
        "WHEN time IS NULL THEN 2",
        f"WHEN time < {EARLIEST} THEN 3",
    ]
    if latest is not None:
        tests.append(f"WHEN time > {latest} THEN 4")
    nul = "contains(post_id, chr(0)) OR contains(account_id, chr(0))"
    if has_text:
        nul += " OR contains(text, chr(0))"
    tests.append(f"WHEN {nul} THEN 7")
    return f"(CASE {' '.join(tests)} ELSE 0 END)::UTINYINT"


def _column(cells: Cells, source: Field, column: Column, plain_links: str | None) -> str:
    if column in LISTS:
        return _list(cells, source, column, plain_links)
    if source.shape == "flag":
        values = ", ".join(quoted(value.lower()) for value in source.equals)
        return f"coalesce(lower({_text(cells, source)}) IN ({values}), false)"
    if source.shape == "present":
        return f"({_text(cells, source)} IS NOT NULL)"
    if column == "is_repost":  # whatever a mapping says: nothing but a yes or no is kept unmasked
        return f"coalesce(TRY_CAST({_text(cells, source)} AS BOOLEAN), false)"
    if column == "platform":
        name = f"lower(trim({_text(cells, source)}))"
        return f"CASE WHEN regexp_full_match({name}, {quoted(PLATFORM_NAME)}) THEN {name} END"
    return _text(cells, source)


def _odd_platform(cells: Cells, source: Field) -> str:
    """Write what stands where a platform is named and is no name of one; else NULL."""
    name = f"trim({_text(cells, source)})"
    is_name = f"regexp_full_match(lower({name}), {quoted(PLATFORM_NAME)})"
    return f"CASE WHEN NOT {is_name} THEN nullif({name}, '') END"


def _id(cells: Cells, source: Field) -> str:
    """Write the post's id; one that is made leaves out what is empty.

    A row without an author or a time is then refused for that, and one without a text is kept.
    """
    if source.shape != "digest" or source.when is not None:
        return _text(cells, source)
    parts = [cells.one(column) for column in source.columns]
    glued = f" || {quoted(source.separator)} || ".join(f"coalesce({part}, '')" for part in parts)
    some = ", ".join(f"nullif({part}, '')" for part in parts)
    return f"CASE WHEN coalesce({some}, NULL) IS NOT NULL THEN md5({glued}) END"


def _text(cells: Cells, source: Field) -> str:
    if source.when is not None:
        always = _text(cells, msgspec.structs.replace(source, when=None))
        return f"CASE WHEN {_holds(cells, source.when)} THEN {always} END"
    if source.shape in {"glue", "digest"}:
        parts = [f"nullif({cells.one(column)}, '')" for column in source.columns]
        glued = f" || {quoted(source.separator)} || ".join(parts)
        return f"md5({glued})" if source.shape == "digest" else f"({glued})"
    shaped: dict[str, Callable[[str], str]] = {"plain": _plain, "html": _html}
    values = [shaped.get(source.shape, str)(cells.one(column)) for column in source.columns]
    found = [f"nullif({value}, '')" for value in values]
    first = found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"
    if source.pattern and source.shape != "find":
        return f"nullif(regexp_extract({first}, {quoted(source.pattern)}, 1), '')"
    return first


def _list(cells: Cells, source: Field, column: Column, plain_links: str | None) -> str:
    if source.shape == "find":
        lists = [
            f"regexp_extract_all(coalesce({cells.one(name)}, ''), {quoted(source.pattern)}, 1)"
            for name in source.columns
        ]
    elif source.shape == "text":
        lists = [f"[{_text(cells, source)}]"]
    else:
        lists = [f"coalesce({cells.many(name, source.separator)}, [])" for name in source.columns]
        if source.pattern:
            extract = f"regexp_extract(e, {quoted(source.pattern)}, 1)"
            lists = [f"list_transform({items}, lambda e: {extract})" for items in lists]
    items = lists[0]
    for more in lists[1:]:
        items = f"list_concat({items}, {more})"
    return f"list_transform(({items})[1:{MOST_ITEMS}], lambda e: {_item(column, plain_links)})"


def _finished(column: str) -> str:
    """A list without blanks and repeats, in its order: a row of hashtags is itself a trace."""
    if column not in LISTS:
        return column
    kept = f"list_filter({column}, lambda e, i: e <> '' AND list_position({column}, e) = i)"
    return f"CASE WHEN len({column}) = 0 THEN {column} ELSE {kept} END AS {column}"


def _item(column: Column, plain_links: str | None) -> str:
    if column == "hashtags":
        return "lower(ltrim(trim(e), '#\uff03'))"
    if column == "mentions":
        return "lower(ltrim(trim(e), '@\uff20'))"
    if column == "urls" and plain_links is not None:
        return (
            f"CASE WHEN e IS NULL OR regexp_full_match(e, {quoted(plain_links)}) THEN e "
            f"ELSE {LINK_FUNCTION}(e) END"
        )
    return "trim(e)"


def _plain(cell: str) -> str:
    """Text given as a string, or as a list of strings and of pieces that have a `text`."""
    pieces = (
        f"list_transform(TRY_CAST(TRY_CAST({cell} AS JSON) AS JSON[]), "
        "lambda e: coalesce(e ->> '$.text', e ->> '$', ''))"
    )
    return (
        f"CASE WHEN starts_with({cell}, '[') AND json_valid({cell}) "
        f"THEN array_to_string({pieces}, '') ELSE {cell} END"
    )


def _html(cell: str) -> str:
    """Text without markup: breaks become line ends, entities their characters."""
    text = f"regexp_replace({cell}, '(?i)<br ?/?>|</p> *<p>', chr(10), 'g')"
    text = f"regexp_replace({text}, '<[^>]*>', '', 'g')"
    return f"CASE WHEN contains({text}, '&') THEN {FUNCTION}({text}) ELSE {text} END"
