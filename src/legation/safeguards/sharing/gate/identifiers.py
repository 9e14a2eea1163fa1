"""Ids in texts and keys: none leaves but of what leaves, or of what is published.

An id tells that there is an object, and whoever meets it again can join what two partners hold. It
may stand anywhere: in capitals, without its type, without its dashes, as a key. Full ids are known
by their form; a bare UUID is looked up among the ids at hand, for programs name other things by
UUIDs, too. What programs keep for themselves, such as the ids of their own records and whom they
let read them, is taken out by its name.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_letters, digits
from typing import Any, Final, final

from legation.rights.folding import shows, unescaped
from legation.safeguards.sharing.gate.parts import ID, UUID, Json, Path, is_reference

MASK: Final = "…"
# The `extension-definition` of OpenCTI's own, of its observables, and of its MITRE properties.
OPENCTI: Final = frozenset({
    "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba",
    "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82",
    "extension-definition--322b8f77-262a-4cb8-a915-1e441e00329b",
})  # fmt: skip
GRANTED: Final = frozenset({"granted_refs", "granted_ref"})
_INTERNAL: Final = GRANTED | {
    "opencti_id", "opencti_internal_id", "opencti_standard_id", "opencti_stix_ids",
    "opencti_creator_id", "opencti_creator_ids", "opencti_granted_refs", "opencti_workflow_id",
    "opencti_assignee_ids", "opencti_participant_ids", "opencti_created_by_ref_id",
    "internal_id", "standard_id", "stix_ids", "creator_id", "creator_ids", "workflow_id",
    "assignee_ids", "participant_ids", "opencti_organization_type_ids",
}  # fmt: skip
_UUID: Final = re.compile(UUID)
_HEX: Final = re.compile(r"(?<![0-9A-Fa-f-])[0-9A-Fa-f]{32}(?![0-9A-Fa-f-])")
_OF_KINDS: Final = f"{ascii_letters}{digits}-"
# The longest type, and the two dashes behind it.
_FRONT: Final = 252
_MARKED: Final[frozenset[str | int]] = frozenset({"object_marking_refs", "marking_ref"})


def internal(value: Json) -> Iterator[Path]:
    """Yield where an object says what a program keeps for itself: its records, and who reads it."""
    yield from _internal(value, ())


def granted(value: Json) -> set[str]:
    """Return the ids of those whom an object says may read it."""
    return {
        target
        for path in internal(value)
        if any(str(step).endswith(tuple(GRANTED)) for step in path)
        for target in _texts(_within(value, path))
        if ID.fullmatch(target)
    }


def is_pointer(text: str, path: Path) -> bool:
    """Tell whether a text is meant to point to an object or a marking, and does."""
    return (is_marking(path) or is_reference(path)) and ID.fullmatch(text) is not None


def is_marking(path: Path) -> bool:
    """Tell whether what stands at a path names a marking."""
    return bool(_MARKED & set(path[:1] + path[-1:]))


def is_extension(path: Path) -> bool:
    """Tell whether a key names the definition of an extension, as STIX asks for."""
    return len(path) == 2 and path[0] == "extensions"  # noqa: PLR2004 - the mapping and its key


@final
class Known:
    """The ids that are known here, and how each of them leaves.

    Args:
        ids: All that are known: of what is at hand, held or not.
        published: Those that everybody may know.
    """

    __slots__ = ("_names", "_published", "_uuids")

    def __init__(self, ids: Iterable[str], published: Iterable[str]) -> None:
        """Learn the ids."""
        self._published = frozenset(map(str.lower, published))
        self._names: dict[str, set[str]] = defaultdict(set)
        self._uuids: dict[str, set[str]] = defaultdict(set)
        for name in ids:
            self._names[name.lower()].add(name)
            self._uuids[_bare(name)].add(name)

    def named(self, text: str) -> set[str]:
        """Return the ids that stand in a text, in whatever form."""
        found: set[str] = set()

        def look(kind: str, uuid: str) -> str:
            names = self._meant(kind, uuid)
            found.update(names or ({f"{kind}{uuid}".lower()} if kind else ()))
            return ""

        _each(text, look)
        return found

    def written(self, text: str, ids: Mapping[str, str]) -> str:
        """Return a text in which no id stands but of what leaves.

        Of one that hides an id, in signs that do not show or other dashes, nothing is left.

        Args:
            text: What somebody wrote.
            ids: Under which id each object leaves.
        """

        def lead(kind: str, uuid: str) -> str:
            said = f"{kind}{uuid}"
            names = sorted(self._meant(kind, uuid))
            left = [ids[name] for name in names if name in ids]
            if said.lower() in self._published or any(_bare(one) == _bare(uuid) for one in left):
                return said
            if left:
                return left[0] if kind else left[0].partition("--")[2]
            return f"{kind.lower()}{MASK}" if kind or names else said

        if not text.isascii() or "%" in text:
            rest = _each(text, lambda _kind, _uuid: "")
            bare = _unhidden(rest)
            if bare != rest and _each(bare, lead) != bare:
                return MASK
        return _each(text, lead)

    def _meant(self, kind: str, uuid: str) -> set[str]:
        if kind:
            return self._names.get(f"{kind}{uuid}".lower(), set())
        return self._uuids.get(_bare(uuid), set())


def _each(text: str, lead: Callable[[str, str], str]) -> str:
    """Replace each id and UUID in a text, given its type with two dashes, if any, and its UUID."""
    if len(text) < len("0" * 32):
        return text
    if "-" not in text:
        return _HEX.sub(lambda found: lead("", found[0]), text)
    parts: list[str] = []
    cursor = 0
    for found in _UUID.finditer(text):
        kind = ""
        front = text[max(cursor, found.start() - _FRONT) : found.start()]
        if front.endswith("--"):
            kind = _kind(front[:-2])
        parts += [text[cursor : found.start() - len(kind)], lead(kind, found[0])]
        cursor = found.end()
    left = "".join([*parts, text[cursor:]])
    return _HEX.sub(lambda found: lead("", found[0]), left)


def _kind(front: str) -> str:
    """Return the type at the end of a text, with the two dashes behind it; empty: there is none."""
    run = front[len(front.rstrip(_OF_KINDS)) :].lstrip(f"{digits}-")
    return f"{run}--" if len(run) > 1 and not run.endswith("-") else ""


def _unhidden(text: str) -> str:
    """Return a text with its escapes resolved, plain dashes, and without what does not show."""
    plain = unescaped(text)[0] if "%" in text else text
    if plain.isascii():
        return plain
    folded = unicodedata.normalize("NFKC", plain)
    return "".join(
        "-" if unicodedata.category(letter) == "Pd" else letter
        for letter in folded
        if shows(letter)
    )


def _bare(name: str) -> str:
    return name.rpartition("--")[2].replace("-", "").lower()


def _internal(part: Any, path: Path) -> Iterator[Path]:
    if isinstance(part, Mapping):
        for name, below in part.items():
            here = (*path, name)
            bare = name.casefold().removeprefix("x_")
            record = path[:1] == ("extensions",) and path[1:2] and bare == "id"
            if bare in _INTERNAL or (record and path[1] in OPENCTI and len(path) > 1):
                yield here
            else:
                yield from _internal(below, here)
    elif isinstance(part, list | tuple):
        for number, below in enumerate(part):
            yield from _internal(below, (*path, number))


def _within(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for below in part.values():
            yield from _texts(below)
    elif isinstance(part, list | tuple):
        for below in part:
            yield from _texts(below)
