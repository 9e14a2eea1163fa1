"""Which preset fits a file, or, when none does, a guess from names and values of its columns.

A guess is never used unseen: it is shown as a mapping file that says why each column was
taken and what cannot be told, which a person checks, changes and passes with `--mapping`.
"""

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from legation.errors import BadInputError
from legation.sources.catalogue import PRESETS
from legation.sources.guess_values import (
    are_handles,
    are_ids,
    are_times,
    filled,
    state_a_zone,
    text_size,
    time_formats,
)
from legation.sources.mapping_file import write_mapping
from legation.sources.social.preset import HASHTAG, LINK, MENTION, Preset
from legation.store.reading.mapping import LISTS, REQUIRED, Column, Field, Mapping, Shape
from legation.store.reading.peek import Peek, peek

_NAMES: dict[Column, tuple[str, ...]] = {
    "post_id": ("postid", "tweetid", "messageid", "statusid", "contentid", "idstr", "id", "uri"),
    "account_id": (
        "accountid", "userid", "authorid", "useridstr", "author", "username", "user", "account",
        "screenname", "handle", "authorhandle", "userhandle", "authorusername", "fromid", "from",
    ),
    "time": (
        "createdat", "timestamp", "tweettime", "timestampshare", "publisheddate", "publishdate",
        "creationtime", "datetime", "published", "posted", "date", "time", "created",
    ),
    "text": ("text", "fulltext", "message", "content", "body", "tweettext", "caption"),
    "lang": ("lang", "language", "tweetlanguage"),
    "urls": ("urls", "url", "links", "link", "expandedurls"),
    "hashtags": ("hashtags", "tags"),
    "mentions": ("mentions", "usermentions"),
    "image_hashes": ("imagehashes", "imagehash", "phash"),
    "is_repost": ("isrepost", "isretweet", "retweet", "reblogged"),
    "repost_key": ("repostkey", "repostid", "retweetid", "retweettweetid", "retweetedid"),
    "reply_to": ("replyto", "replyid", "inreplytoid", "inreplytotweetid", "parentid"),
    "platform": ("platform", "network"),
}  # fmt: skip
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MANY_NAMES = 30
_LONG_NAME = 60  # the longest column of the presets has some 40
# Words of a column's name, the most telling first, and words beside which they mean another.
_WORDS: dict[Column, tuple[str, ...]] = {
    "account_id": (
        "handle", "username", "screenname", "author", "user", "account", "sender", "poster",
        "from", "by",
    ),
    "time": ("posted", "published", "created", "timestamp", "date", "time", "sent", "when"),
    "post_id": ("postid", "id", "permalink", "link", "url"),
    "text": ("text", "message", "content", "body", "tweet", "post", "caption", "comment"),
}  # fmt: skip
_OTHERS: dict[Column, frozenset[str]] = {
    "account_id": frozenset({
        "display", "full", "first", "last", "followers", "following", "count", "verified", "bio",
        "description", "location", "language", "url", "link", "created", "joined", "type", "image",
    }),
    "time": frozenset({
        "zone", "joined", "updated", "edited", "modified", "collected", "retrieved", "user",
        "author",
    }),
    "post_id": frozenset({
        "user", "author", "account", "profile", "parent", "reply", "image", "picture", "media",
    }),
    "text": frozenset({
        "id", "url", "link", "type", "count", "language", "author", "user", "date", "time",
    }),
}  # fmt: skip


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """How a file could be read.

    Attributes:
        mapping: The guess; it may lack what is required.
        why: For columns of ours, why theirs was taken.
        ways: Ways to read the times, where nobody can tell day from month; else empty.
        sample: A time as the file writes it.
        zoned: The times say their zone, or none is seen.
    """

    mapping: Mapping
    why: dict[Column, str]
    ways: tuple[str, ...] = ()
    sample: str = ""
    zoned: bool = True


def choose(file: Path) -> Mapping:
    """Return the mapping of the preset whose signs the file bears.

    Raises:
        BadInputError: None fits; the hint is a guess, as a mapping file to be checked.
    """
    seen = peek(file)
    fitting = fitting_preset(seen)
    if fitting is not None:
        return fitting.mapping
    guessed = guess(seen.columns, seen.rows)
    if not set(REQUIRED) <= guessed.mapping.fields.keys():
        missing = ", ".join(name for name in REQUIRED if name not in guessed.mapping.fields)
        raise BadInputError(
            f"no preset fits, and no column looks like {missing}",
            place=str(file),
            hint=f"write a mapping file; {_told(seen.columns)}",
        )
    raise BadInputError(
        "no preset fits this file",
        place=str(file),
        hint="check this guess, keep it as a file and pass it with --mapping",
        draft=written(guessed),
    )


def _told(columns: Sequence[str]) -> str:
    """Name columns, some of them and none at any length: they are a stranger's words."""
    if not columns:
        return "no column could be read in its first rows"
    shown = [name if len(name) <= _LONG_NAME else f"{name[:_LONG_NAME]}..." for name in columns]
    more = len(shown) - _MANY_NAMES
    rest = f" and {more:,} more" if more > 0 else ""
    return f"the columns are {', '.join(shown[:_MANY_NAMES])}{rest}"


def fitting_preset(seen: Peek) -> Preset | None:
    """Return the preset with the most signs, all of which the file bears."""
    columns = set(seen.columns)
    fitting = [preset for preset in PRESETS if columns.issuperset(preset.signs)]
    return max(fitting, key=lambda preset: len(preset.signs), default=None)


def guess_mapping(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Mapping:
    """Guess a mapping from the names of columns and some rows: see `guess`."""
    return guess(columns, rows).mapping


def guess(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Guess:
    """Guess how a file is read from the names of its columns and some rows.

    The guess may lack what is required, and states no zone.
    """
    shown = [column for column in columns if len(column) <= _LONG_NAME]
    plain = {re.sub(r"[^a-z]", "", column.lower()): column for column in reversed(shown)}
    values = {column: [row.get(column, "") for row in rows] for column in shown}
    fields: dict[Column, Field] = {}
    why: dict[Column, str] = {}
    for ours, names in _NAMES.items():
        theirs = next((plain[name] for name in names if name in plain), None)
        if theirs is not None and not _is_taken(theirs, fields):
            shape: Shape = "list" if ours in LISTS else "flag" if ours == "is_repost" else "text"
            fields[ours], why[ours] = Field((theirs,), shape), "by its name"
    for ours in ("account_id", "time", "text", "post_id"):
        if ours not in fields and (found := _found(ours, values, fields)):
            fields[ours], why[ours] = Field((found[0],)), found[1]
    if "post_id" not in fields and {"account_id", "time"} <= fields.keys():
        parts = [fields[c].columns[0] for c in ("account_id", "time", "text") if c in fields]
        fields["post_id"] = Field(tuple(parts), "digest", separator=" ")
        why["post_id"] = "no column numbers the posts: made of these"
    fields = {name: fields[name] for name in _NAMES if name in fields}
    if "repost_key" in fields and "is_repost" not in fields:
        fields["is_repost"] = Field(fields["repost_key"].columns, "present")
    if "text" in fields:
        for ours, pattern in (("hashtags", HASHTAG), ("mentions", MENTION), ("urls", LINK)):
            fields.setdefault(ours, Field(fields["text"].columns, "find", pattern=pattern))
    samples = filled(values.get(fields["time"].columns[0], ())) if "time" in fields else []
    ways = time_formats(samples)
    one = len(ways) == 1
    mapping = Mapping(
        name="guess", fields=fields, time_format=ways[0] if one else "iso", lenient=True
    )
    return Guess(
        mapping=mapping,
        why=why,
        ways=() if one else ways,
        sample=samples[0] if samples else "",
        zoned=not samples or state_a_zone(samples, ways[0]),
    )


def written(guessed: Guess) -> str:
    """Write a guess as a mapping file, with its reasons and doubts as remarks."""
    lines: list[str] = []
    for line in write_mapping(guessed.mapping).splitlines():
        name = line.partition(" = ")[0]
        if name == "time_format" and guessed.ways:
            lines.append(f"# {_inline(guessed.sample)}: cannot tell day from month; keep one line:")
            lines += [f"# {written_line}" for written_line in map(_format_line, guessed.ways)]
        elif reason := guessed.why.get(name):  # type: ignore[call-overload] # other keys have none
            lines.append(f"{line}  # {reason}")
        else:
            lines.append(line)
        if name == "time_format" and not guessed.zoned:
            lines.append("# These times state no zone. Say which one here, or pass --zone:")
            lines.append('# zone = "UTC"')
    return "\n".join(lines) + "\n"


def _format_line(way: str) -> str:
    return f'time_format = "{way}"'


def _inline(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:40])


def _is_taken(column: str, fields: Dict[Column, Field]) -> bool:
    return any(column in source.columns for source in fields.values() if source.shape != "find")


def _found(
    ours: Column, values: Dict[str, Sequence[str]], fields: Dict[Column, Field]
) -> tuple[str, str] | None:
    """Return the column whose name has a telling word and whose values fit, or whose values do."""
    free = {name: some for name, some in values.items() if not _is_taken(name, fields)}
    words = {name: [w.lower() for w in _PARTS.findall(name)] for name in free}
    for word in _WORDS[ours]:
        for name, some in free.items():
            if word in words[name] and not _OTHERS[ours].intersection(words[name]):
                empty = not filled(some)
                if empty or ours in ("account_id", "post_id") or _fit(ours, some):
                    return name, f'by the word "{word}" in its name'
    fitting = [name for name, some in free.items() if _fit(ours, some)]
    if ours == "text":
        fitting.sort(key=lambda name: text_size(free[name]), reverse=True)
    if not fitting:
        return None
    others = ", ".join(f'"{_inline(name)}"' for name in fitting[1:4])
    return fitting[0], f"by its values{f'; or: {others}' if others else ''}"


def _fit(ours: Column, samples: Sequence[str]) -> bool:
    match ours:
        case "time":
            return are_times(samples)
        case "account_id":
            return are_handles(samples)
        case "text":
            return text_size(samples) > 0
        case _:
            return are_ids(samples)
