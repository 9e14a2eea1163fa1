"""Which preset fits a file, or, when none does, a guess from names and values of its columns.

A guess is never used unseen: it is shown as a mapping file that says why each column was
taken and what cannot be told, which a person checks, changes and passes with `--mapping`.
"""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from legation.errors import BadInputError
from legation.sources.catalogue import PRESETS
from legation.sources.guess_names import (
    COUNTS,
    LOOSE,
    NAMED_OTHERWISE,
    NAMES,
    NAMING,
    OTHERS,
    WORDS,
    folded,
    words_of,
)
from legation.sources.guess_values import (
    are_handles,
    are_ids,
    are_links,
    are_numbers,
    are_platforms,
    are_times,
    filled,
    repeated_words,
    state_a_zone,
    text_size,
    time_formats,
)
from legation.sources.mapping_file import write_mapping, written_field
from legation.sources.social.preset import HASHTAG, LINK, MENTION, Preset
from legation.store.reading.mapping import LISTS, REQUIRED, Column, Field, Mapping, Shape, field
from legation.store.reading.peek import Peek, peek

_MANY_NAMES = 30
_LONG_NAME = 60  # the longest column of the presets has some 40
# Words for yes that exports write in a language of their own.
_YES = ("oui", "vrai", "si", "sí", "ja", "sim", "да", "так", "tak", "evet", "نعم", "是")
_ASKED: Dict[str, str] = {
    "post_id": "which column numbers the posts? where none does, an id is made as below",
    "account_id": "which column says who posted?",
    "time": "which column says when it was posted?",
    "text": "which column holds the text?",
}


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
            draft=written(guessed) if guessed.why else "",
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
    plain = {folded(column): column for column in reversed(shown)}
    values = {column: [row.get(column, "") for row in rows] for column in shown}
    fields: dict[Column, Field] = {}
    why: dict[Column, str] = {}
    for ours in NAMES:
        if theirs := _by_name(ours, plain, values, fields):
            fields[ours] = _plain_field(ours, theirs, values[theirs])
            why[ours] = f"by its name{_against(ours, values[theirs])}"
            if ours == "time":
                why[ours] += _or(_other_times(theirs, values))
    # By values, the longest text would be taken before any name of a person is looked for.
    for ours in ("time", "account_id", "text", "post_id", "platform", "urls"):
        if ours not in fields and (found := _found(ours, values, fields)):
            fields[ours], why[ours] = _plain_field(ours, found[0], ()), found[1]
    if "post_id" not in fields and (made := _made_id(fields)):
        fields["post_id"], why["post_id"] = made, "no column numbers the posts: made of these"
    handles = tuple(map(field, _handles(values, fields))) if "account_id" in fields else ()
    fields = {name: fields[name] for name in NAMES if name in fields}
    if "repost_key" in fields and "is_repost" not in fields:
        fields["is_repost"] = Field(fields["repost_key"].columns, "present")
    if "text" in fields:
        for ours, pattern in (("hashtags", HASHTAG), ("mentions", MENTION), ("urls", LINK)):
            fields.setdefault(ours, Field(fields["text"].columns, "find", pattern=pattern))
    samples = filled(values.get(fields["time"].columns[0], ())) if "time" in fields else []
    ways = time_formats(samples)
    one = len(ways) == 1
    mapping = Mapping(
        name="guess",
        fields=fields,
        time_format=ways[0] if one else "iso",
        handles=handles,
        lenient=True,
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
        elif name == "handles":
            lines.append(f"{line}  # names of the author too: masked like the account")
        elif reason := guessed.why.get(name):  # type: ignore[call-overload] # other keys have none
            lines.append(f"{line}  # {reason}")
        else:
            lines.append(line)
        if name == "time_format" and not guessed.zoned:
            lines.append("# These times state no zone. Say which one here, or pass --zone:")
            lines.append('# zone = "UTC"')
    known = guessed.mapping.fields
    lines += [
        f'# {name} = "…"  # {asked}'
        for name, asked in _ASKED.items()
        if name not in known and (name in REQUIRED or not set(REQUIRED) <= known.keys())
    ]
    if "post_id" not in known:
        # Of the author, the time and the text: made of less, one post would pass for another.
        parts: tuple[tuple[Column, str], ...] = (
            ("account_id", "AUTHOR"),
            ("time", "TIME"),
            ("text", "TEXT"),
        )
        columns = tuple(known[name].columns[0] if name in known else put for name, put in parts)
        made = written_field("post_id", Field(columns, "digest", separator=" "))
        lines.append(f"# post_id = {made}")
    return "\n".join(lines) + "\n"


def _handles(values: Dict[str, Sequence[str]], fields: Dict[Column, Field]) -> list[str]:
    """Return the further columns that name the author: masked like the account, never in clear.

    By the words of their names, or as they are written; each account has one value of them.
    """
    accounts = values[fields["account_id"].columns[0]]
    telling = frozenset(WORDS["account_id"]) | NAMING
    found = []
    for name, some in values.items():
        words = frozenset(words_of(name))
        named = bool(telling & words or folded(name) in NAMES["account_id"]) and not (
            NAMED_OTHERWISE & words or folded(name) in COUNTS
        )
        if _is_taken(name, fields) or are_numbers(some) or are_times(some) or not filled(some):
            continue
        own = {(one, other) for one, other in zip(accounts, some, strict=True) if other.strip()}
        if (named or are_handles(some)) and len({one for one, _ in own}) == len(own):
            found.append(name)
    return found


def _by_name(
    ours: Column,
    plain: Dict[str, str],
    values: Dict[str, Sequence[str]],
    fields: Dict[Column, Field],
) -> str:
    """Return the free column that has one of our names; empty when there is none."""
    free = {name: some for name, some in values.items() if not _is_taken(name, fields)}
    for name in NAMES[ours]:
        theirs = plain.get(name, "")
        if theirs not in free:
            continue
        loose = ours == "platform" and name in LOOSE and not are_platforms(free[theirs])
        if not loose and not _is_another(ours, theirs, free):
            return theirs
    return ""


def _other_times(theirs: str, values: Dict[str, Sequence[str]]) -> list[str]:
    """Return other columns that hold times, or that are called so."""
    return [
        name
        for name, some in values.items()
        if name != theirs and (are_times(some) or folded(name) in NAMES["time"])
    ]


def _is_another(ours: Column, theirs: str, free: Dict[str, Sequence[str]]) -> bool:
    """Tell whether the values of a column are of another kind than its name, as "data" may be."""
    some = free[theirs]
    if ours == "text":
        return are_numbers(some) or are_links(some) or are_times(some)
    amiss = ours == "time" and bool(filled(some)) and not are_times(some)
    return amiss and any(are_times(other) for other in free.values())


def _made_id(fields: Dict[Column, Field]) -> Field | None:
    """Return the id of posts that have none.

    The platform tells the posts apart of one author who writes the same on two of them.
    """
    parts: tuple[Column, ...] = ("platform", "account_id", "time", "text")
    if not {"account_id", "time"} <= fields.keys():
        return None  # made of less, it would take many posts for one
    columns = [fields[part].columns[0] for part in parts if part in fields]
    return Field(tuple(columns), "digest", separator=" ")


def _plain_field(ours: Column, theirs: str, samples: Sequence[str]) -> Field:
    shape: Shape = "list" if ours in LISTS else "flag" if ours == "is_repost" else "text"
    field = Field((theirs,), shape)
    if shape == "flag" and {sample.casefold() for sample in filled(samples)}.intersection(_YES):
        return msgspec.structs.replace(field, equals=(*field.equals, *_YES))
    return field


def _against(ours: Column, samples: Sequence[str]) -> str:
    """Say what in the values speaks against a name that fits."""
    if not filled(samples):
        return ""
    if ours == "time" and not are_times(samples):
        return ", but its values look like no times"
    if ours == "text" and not text_size(samples):
        return ", but its values are short for texts"
    return ""


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
    named = _by_word(ours, free)
    for name, word in named:
        if not filled(free[name]) or ours in ("account_id", "post_id") or _fit(ours, free[name]):
            return name, f'by the word "{word}" in its name'
    fitting = [
        name for name, some in free.items() if folded(name) not in COUNTS and _fit(ours, some)
    ]
    if ours == "text":
        fitting.sort(key=lambda name: text_size(free[name]), reverse=True)
        for name, word in named:
            if not are_numbers(free[name]) and not are_times(free[name]):
                doubt = _against(ours, free[name])
                return name, f'by the word "{word}" in its name{doubt}{_or(fitting)}'
    if ours == "account_id":
        # Links that never come again are those of posts; people are more than topics or countries.
        fitting.sort(
            key=lambda name: (
                are_links(free[name]) and are_ids(free[name]),
                not are_handles(free[name]),
                -repeated_words(free[name]),
            )
        )
    return (fitting[0], f"by its values{_or(fitting[1:])}") if fitting else None


def _by_word(ours: Column, free: Dict[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the columns with a telling word in their names, the most telling first."""
    words = {name: words_of(name) for name in free}
    return [
        (name, word)
        for word in WORDS.get(ours, ())
        for name in free
        if word in words[name] and not OTHERS[ours].intersection(words[name])
    ]


def _or(others: Sequence[str]) -> str:
    named = ", ".join(f'"{_inline(name)}"' for name in others[:3])
    return f"; or: {named}" if named else ""


def _fit(ours: Column, samples: Sequence[str]) -> bool:
    match ours:
        case "time":
            return are_times(samples)
        case "account_id":
            return are_handles(samples) or repeated_words(samples) > 0
        case "text":
            return text_size(samples) > 0
        case "platform":
            return are_platforms(samples)
        case "urls":
            return are_links(samples)
        case _:
            return are_ids(samples)
