"""Parts of an object: where they stand, what points elsewhere, and what is left without them.

A part is named by its path, as a selector of STIX 2.1 (7.2.3.1) names it. Taking a part out
never leaves an empty list or mapping, which STIX forbids; what an object may not be without
is listed here, by type.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

Json = Mapping[str, Any]
Path = tuple[str | int, ...]

UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
ID: Final = re.compile(rf"[a-z][a-z0-9-]{{0,248}}[a-z0-9]--{UUID}")
# Of the whole object: these point to rules and not to what it tells of.
MARKINGS: Final = frozenset({"object_marking_refs", "granular_markings"})
# Definitions are published; what they say is a rule, and no object tells of them.
DEFINITIONS: Final = frozenset({"marking-definition", "extension-definition"})

_COMMON: Final = ("type", "id")
_DOMAIN: Final = ("spec_version", "created", "modified")
# STIX 2.1, sections 4 to 7: properties without which an object is none.
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "attack-pattern": ("name",),
    "campaign": ("name",),
    "course-of-action": ("name",),
    "extension-definition": (
        "name", "schema", "version", "extension_types", "created_by_ref",
    ),
    "grouping": ("context", "object_refs"),
    "identity": ("name",),
    "incident": ("name",),
    "indicator": ("pattern", "pattern_type", "valid_from"),
    "infrastructure": ("name",),
    "intrusion-set": ("name",),
    "language-content": ("object_ref", "contents"),
    "malware": ("is_family",),
    "malware-analysis": ("product",),
    "note": ("content", "object_refs"),
    "observed-data": ("first_observed", "last_observed", "number_observed", "object_refs"),
    "opinion": ("opinion", "object_refs"),
    "relationship": ("relationship_type", "source_ref", "target_ref"),
    "report": ("name", "published", "object_refs"),
    "sighting": ("sighting_of_ref",),
    "threat-actor": ("name",),
    "tool": ("name",),
    "vulnerability": ("name",),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": ("value",),
    "email-addr": ("value",),
    "email-message": ("is_multipart",),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "mutex": ("name",),
    "network-traffic": ("protocols",),
    "software": ("name",),
    "url": ("value",),
    "media-content": ("url",),
    "persona": ("persona_name",),
}  # fmt: skip
BACK_WORD: Final = "recalled"
_WORDS: Final = frozenset({"name", "content", "product", "persona_name"})
# One of these at least.
_ONE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "artifact": ("payload_bin", "url"),
    "file": ("hashes", "name"),
    "location": ("region", "country", "latitude"),
    "malware-analysis": ("result", "analysis_sco_refs"),
    "network-traffic": ("src_ref", "dst_ref"),
    "user-account": (
        "user_id", "account_login", "display_name", "account_type", "extensions",
    ),
}  # fmt: skip
OBSERVABLES: Final = frozenset({
    "artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message",
    "file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process",
    "software", "url", "user-account", "windows-registry-key", "x509-certificate",
})  # fmt: skip
STANDARD: Final = (
    OBSERVABLES | (_REQUIRED.keys() - {"media-content", "persona"}) | DEFINITIONS | {"location"}
)
# In a list of these a row that lacks a part is no row.
_ROWS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "external_references": (("source_name",), ("description", "url", "external_id")),
    "kill_chain_phases": (("kill_chain_name", "phase_name"), ()),
}


def written(value: Any) -> bytes:
    """Return a value as the same bytes however its keys are ordered, to be compared and hashed.

    This is quicker than `stix.canonical` by much, and nobody else has to find the same bytes.
    """
    return msgspec.json.encode(value, order="sorted")


def bare(value: Json) -> dict[str, Any]:
    """Return an object that says nothing more than what it may not be without.

    What it points to stays, as do times; its words are replaced, and a pattern matches nothing.

    >>> bare({"type": "tool", "id": "tool--x", "name": "a name", "labels": ["b"]})
    {'type': 'tool', 'id': 'tool--x', 'name': 'recalled'}
    """
    kind = value.get("type", "")
    kept = {
        *(_COMMON + _DOMAIN),
        *_REQUIRED.get(kind, ("name",)),
        *("object_marking_refs", "created_by_ref", "extensions"),
    }
    left = {name: part for name, part in value.items() if name in kept}
    extensions = left.pop("extensions", None)
    if kind not in STANDARD and isinstance(extensions, Mapping):
        # A type beyond the standard is declared by its extension.
        left["extensions"] = {
            name: {key: part for key, part in content.items() if key == "extension_type"}
            for name, content in extensions.items()
            if isinstance(content, Mapping) and "extension_type" in content
        }
    for name in _WORDS & left.keys():
        left[name] = BACK_WORD
    if left.get("pattern_type") == "stix":
        left["pattern"] = f"[file:name = '{BACK_WORD}']"
    for one in _ONE_OF.get(kind, ()):
        if one in value and not any(each in left for each in _ONE_OF[kind]):
            left[one] = value[one]
    return left


def selected(value: Json, selector: str) -> Path | None:
    """Return the path that a selector names in an object; None when nothing stands there.

    >>> selected({"external_references": [{"url": "u"}]}, "external_references.[0].url")
    ('external_references', 0, 'url')
    """
    return next(_walked(value, tuple(selector.split(".")), ()), None)


def all_selected(value: Json, selector: str) -> tuple[Path, ...]:
    """Return every path that a selector may name: keys that hold full stops make it ambiguous.

    >>> all_selected({"a": {"b": 1}, "a.b": 2}, "a.b")
    (('a', 'b'), ('a.b',))
    """
    return tuple(_walked(value, tuple(selector.split(".")), ()))


def within(value: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        value = value[step]
    return value


def begins(path: Path, fronts: Collection[Path]) -> bool:
    """Tell whether a path is one of those, or stands below one."""
    return any(path[:length] in fronts for length in range(1, len(path) + 1))


def without(value: Json, cuts: Collection[Path]) -> tuple[dict[str, Any], frozenset[Path]]:
    """Take parts out of an object.

    Returns:
        What is left, and every path that is gone: the parts themselves, and what was empty
        without them.
    """
    gone: set[Path] = set()
    left = _left(value, (), frozenset(cuts), gone)
    return (left or {}), frozenset(gone)


def pruned(value: Json, cuts: Collection[Path]) -> dict[str, Any]:
    """Take parts out of an object, and rows that are none without them.

    Its granular markings follow what is left.
    """
    left = _followed(value, cuts)
    rows = _broken_rows(left) if cuts else set()
    return _followed(left, rows) if rows else left


def moved(path: Path, gone: Collection[Path]) -> Path | None:
    """Return where a part stands after others were taken out; None when it is gone itself."""
    steps: list[str | int] = []
    for number, step in enumerate(path):
        front = path[:number]
        if (*front, step) in gone:
            return None
        before = range(step) if isinstance(step, int) else range(0)
        lost = sum((*front, other) in gone for other in before)
        steps.append(step - lost if isinstance(step, int) else step)
    return tuple(steps)


def as_selector(path: Path) -> str:
    """Write a path as a selector."""
    return ".".join(f"[{step}]" if isinstance(step, int) else step for step in path)


def lacking(value: Json) -> str:
    """Return the property without which an object is none, if it lacks one; else empty."""
    kind = str(value.get("type", ""))
    versioned = kind in STANDARD - OBSERVABLES - {"marking-definition"}
    needed = (*_COMMON, *(_DOMAIN if versioned else ()), *_REQUIRED.get(kind, ()))
    for name in needed:
        if name not in value:
            return str(name)
    choice = _ONE_OF.get(kind, ())
    if choice and not any(name in value for name in choice):
        return " or ".join(choice)
    return ""


def references(value: Json) -> Iterator[tuple[Path, str]]:
    """Yield what an object points to, at any depth and by its keys, markings aside."""
    for name, part in value.items():
        if name in MARKINGS:
            continue
        if ID.fullmatch(name):
            yield (name,), name
        yield from _pointing(name, part, (name,))


def mapped(value: Any, change: Callable[[str, Path], str], path: Path = ()) -> Any:
    """Return a value with each of its texts changed; keys stay."""
    if isinstance(value, str):
        return change(value, path)
    if isinstance(value, Mapping):
        return {name: mapped(part, change, (*path, name)) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(part, change, (*path, number)) for number, part in enumerate(value)]
    return value


def rekeyed(value: Json, change: Callable[[str, Path], str]) -> dict[str, Any]:
    """Return an object with its keys changed; its granular markings follow.

    Two keys that would be one are told apart by a number, so that nothing is lost.

    Args:
        value: The object.
        change: What a key is to be, given the key and its path.
    """
    moves: dict[Path, str] = {}
    left: dict[str, Any] = _rekeyed(value, (), change, moves)
    rows = left.get("granular_markings")
    if not moves or not isinstance(rows, list):
        return left
    left["granular_markings"] = [
        {**row, "selectors": [_led(value, one, moves) for one in row["selectors"]]}
        if isinstance(row, Mapping) and isinstance(row.get("selectors"), list)
        else row
        for row in rows
    ]
    return left


def told_apart(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what keys are to be, with a number behind each that would be one with another.

    Args:
        wanted: What each key would be.
    """
    found = dict(wanted)
    taken = {name for name, to in wanted.items() if to == name}
    for name in sorted(wanted.keys() - taken):
        to, turn = wanted[name], 1
        while to in taken:
            turn += 1
            to = f"{wanted[name]} ({turn})"
        taken.add(to)
        found[name] = to
    return found


def is_reference(path: Path) -> bool:
    """Tell whether what stands at a path is meant to point to an object."""
    names = [step for step in path if isinstance(step, str)]
    return bool(names) and names[-1].endswith(("_ref", "_refs"))


def _followed(value: Json, cuts: Collection[Path]) -> dict[str, Any]:
    left, gone = without(value, cuts)
    rows = left.get("granular_markings")
    if not gone or not isinstance(rows, list):
        return left
    kept = []
    for row in rows:
        places = (selected(value, selector) for selector in row["selectors"])
        there = [moved(path, gone) for path in places if path is not None]
        if selectors := [as_selector(path) for path in there if path is not None]:
            kept.append({**row, "selectors": selectors})
    return {name: part for name, part in left.items() if name != "granular_markings"} | (
        {"granular_markings": kept} if kept else {}
    )


def _broken_rows(value: Json) -> set[Path]:
    """Return the rows of references and phases that lack what makes them one."""
    found: set[Path] = set()
    for name, (needed, choice) in _ROWS.items():
        rows = value.get(name)
        for number, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
            if not isinstance(row, Mapping):
                continue
            whole = all(part in row for part in needed)
            if not whole or (choice and not any(part in row for part in choice)):
                found.add((name, number))
    return found


def _pointing(name: str, part: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(part, str):
        if name.endswith(("_ref", "_refs")) and ID.fullmatch(part):
            yield path, part
    elif isinstance(part, Mapping):
        for inner, below in part.items():
            # Those of `extensions` name what defines them.
            if path != ("extensions",) and ID.fullmatch(inner):
                yield (*path, inner), inner
            yield from _pointing(inner, below, (*path, inner))
    elif isinstance(part, list | tuple):
        for number, below in enumerate(part):
            yield from _pointing(name, below, (*path, number))


def _rekeyed(
    value: Any, path: Path, change: Callable[[str, Path], str], moves: dict[Path, str]
) -> Any:
    if isinstance(value, list | tuple):
        return [_rekeyed(part, (*path, at), change, moves) for at, part in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    wanted = told_apart({name: change(name, (*path, name)) for name in value})
    moves.update({(*path, name): to for name, to in wanted.items() if to != name})
    return {
        wanted[name]: _rekeyed(part, (*path, name), change, moves) for name, part in value.items()
    }


def _led(value: Json, selector: str, moves: Mapping[Path, str]) -> str:
    path = selected(value, selector)
    if path is None:
        return selector
    return as_selector(tuple(moves.get(path[: size + 1], step) for size, step in enumerate(path)))


def _walked(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[Path]:
    if not steps:
        yield path
    elif isinstance(value, list | tuple):
        step = steps[0]
        number = int(step[1:-1]) if re.fullmatch(r"\[\d{1,9}\]", step, re.ASCII) else len(value)
        if number < len(value):
            yield from _walked(value[number], steps[1:], (*path, number))
    elif isinstance(value, Mapping):
        # A key of a custom mapping may hold full stops.
        for size in range(1, len(steps) + 1):
            name = ".".join(steps[:size])
            if name in value:
                yield from _walked(value[name], steps[size:], (*path, name))


def _left(value: Any, path: Path, cuts: frozenset[Path], gone: set[Path]) -> Any:
    if path in cuts:
        gone.add(path)
        return None
    if isinstance(value, Mapping):
        kept = {
            name: left
            for name, part in value.items()
            if (left := _left(part, (*path, name), cuts, gone)) is not None
        }
        return _or_gone(kept, value, path, gone)
    if isinstance(value, list | tuple):
        rows = [
            left
            for number, part in enumerate(value)
            if (left := _left(part, (*path, number), cuts, gone)) is not None
        ]
        return _or_gone(rows, value, path, gone)
    return value


def _or_gone(left: Any, before: Any, path: Path, gone: set[Path]) -> Any:
    if left or not before or not path:
        return left
    gone.add(path)
    return None
