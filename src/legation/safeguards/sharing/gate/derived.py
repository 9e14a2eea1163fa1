"""What is derived is never marked weaker than its sources.

An arrow tells of its ends, a note of what it is about, a finding of its members: the label of each
is the join of its own and of theirs, through any number of steps. The same objects "need" the same
others as in `store.cards`, where whoever may not know one of them may not know the object.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from legation.errors import LegationError
from legation.safeguards.sharing.gate.parts import ID, Json
from legation.stix.extensions import extension_id
from legation.stix.ids import observable_id
from legation.stix.labels import Label

_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref", "observed_data_refs", "where_sighted_refs"),
    "note": ("object_refs",),
    "opinion": ("object_refs",),
    "language-content": ("object_ref",),
}
# Of these, what is listed can be left out; what is left in counts.
LISTING: Final = frozenset({"report", "grouping", "observed-data"})


def needs(value: Json) -> tuple[str, ...]:
    """Return the ids of what an object tells of, and cannot be told without."""
    return tuple(sorted(set(_named(value))))


def members(value: Json) -> tuple[str, ...]:
    """Return the accounts of a finding: by their pseudonyms, so they need not be at hand."""
    if value.get("type") != "campaign":
        return ()
    found = _inside(value, "extensions", extension_id("campaign"), "finding", "accounts")
    return tuple(sorted(set(_accounts(_list(found)))))


def listed(value: Json) -> tuple[str, ...]:
    """Return the ids of what a report, a grouping or an observation lists."""
    found = _list(value.get("object_refs")) if value.get("type") in LISTING else []
    return tuple(sorted({each for each in found if _is_id(each)}))


def effective(
    labels: Mapping[str, Label], sources: Mapping[str, Iterable[str]]
) -> dict[str, Label]:
    """Return the labels of objects, joined with those of all that they are drawn from.

    Args:
        labels: What each object states of itself, by id.
        sources: Ids that each object is drawn from; those without a label are passed over.
    """
    found = dict(labels)
    drawn: dict[str, list[str]] = defaultdict(list)
    for one, others in sources.items():
        for other in others:
            drawn[other].append(one)
    waiting = sorted(found)
    while waiting:
        source = waiting.pop()
        for one in drawn.get(source, ()):
            if one not in found:
                continue
            joined = found[one].joined(found[source])
            if joined != found[one]:
                found[one] = joined
                waiting.append(one)
    return found


def _named(value: Json) -> Iterator[str]:
    for name in _TOLD.get(value.get("type", ""), ()):
        yield from filter(_is_id, _list(value.get(name)))
    if value.get("type") == "grouping":
        each = filter(_is_id, _list(value.get("object_refs")))
        yield from (one for one in each if one.startswith("campaign--"))
    if value.get("type") == "observed-data":
        belongs = _inside(value, "extensions", extension_id("capture"), "belongs_to_ref")
        yield from filter(_is_id, _list(belongs))


def _accounts(found: Iterable[Any]) -> Iterator[str]:
    for member in found:
        pseudonym = _inside(member, "account_id")
        if isinstance(pseudonym, str) and pseudonym:
            try:
                yield observable_id("user-account", {"user_id": pseudonym})
            except LegationError:
                continue


def _list(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else [] if found is None else [found]


def _inside(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _is_id(found: Any) -> bool:
    return isinstance(found, str) and ID.fullmatch(found) is not None
