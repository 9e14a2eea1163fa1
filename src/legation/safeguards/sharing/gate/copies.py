"""Copies: what leaves with other content than ours has an id of its own, and versions of its own.

One id and one version must never stand for two contents, or a partner who gets the object by two
ways cannot tell which is true. So whatever was changed, and whatever points to what was changed,
leaves as a copy. Its id is drawn from ours with the partner's key: the same for ever for this
partner, and joined with another partner's by nobody. An object without versions cannot say that
it changed, so its copy's id is drawn from its content, too.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from legation.safeguards.sharing.gate.context import Before
from legation.safeguards.sharing.gate.identifiers import (
    Known,
    is_extension,
    is_marking,
    is_pointer,
)
from legation.safeguards.sharing.gate.parts import (
    Json,
    Path,
    mapped,
    references,
    rekeyed,
    written,
)
from legation.safeguards.sharing.gate.times import after
from legation.stix.ids import kind_of
from legation.stix.timestamps import Timestamp

_COPY: Final = b"copy 1\x00"


def copy_id(key: bytes, original: str, content: str = "") -> str:
    """Return the id of a copy: one of version 5 in form, drawn with the partner's key.

    Args:
        key: The partner's key.
        original: Our id.
        content: Digest of the content, of what has no versions.
    """
    digest = hmac.digest(key, _COPY + f"{original}\x00{content}".encode(), "sha256")
    return f"{kind_of(original)}--{UUID(bytes=digest[:16], version=5)}"


def mentions(value: Json, known: Known) -> set[str]:
    """Return the ids in the texts and keys of an object, references and markings aside."""
    found: set[str] = set()

    def look(text: str, path: Path) -> str:
        if _is_free(text, path):
            found.update(known.named(text))
        return text

    def look_at_key(name: str, path: Path) -> str:
        if not is_extension(path):
            found.update(known.named(name))
        return name

    mapped(value, look)
    rekeyed(value, look_at_key)
    return found


def copied(changed: Iterable[str], values: Mapping[str, Json], known: Known) -> frozenset[str]:
    """Return what leaves as a copy: what was changed, and what points to a copy."""
    pointing: dict[str, set[str]] = defaultdict(set)
    for name, value in values.items():
        for target in {target for _, target in references(value)} | mentions(value, known):
            pointing[target].add(name)
    found = set(changed)
    waiting = list(found)
    while waiting:
        fresh = pointing[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


def ids_of(
    copies: frozenset[str],
    values: Mapping[str, Json],
    labels: Mapping[str, str],
    known: Known,
    key: bytes,
) -> dict[str, str]:
    """Return the ids under which objects leave.

    Args:
        copies: Which of them are copies.
        values: All that leave, with our ids in them.
        labels: Under which label each leaves, as text.
        known: The ids that are known.
        key: The partner's key.
    """
    found = {name: name for name in values}
    for name in copies:
        if "modified" in values[name]:
            found[name] = copy_id(key, name)
    loose = {name for name in copies if "modified" not in values[name]}
    own = {name: _digest([values[name], labels.get(name, "")]) for name in loose}
    targets = {
        name: ({to for _, to in references(values[name])} | mentions(values[name], known)) & loose
        for name in loose
    }
    for name in loose:
        reached = sorted(_reached(name, targets))
        found[name] = copy_id(key, name, _digest([[one, own[one]] for one in reached]))
    return found


def pointed(value: Json, ids: Mapping[str, str], known: Known) -> dict[str, Any]:
    """Return an object in which no id stands but of what leaves.

    Args:
        value: The object, with our ids in it.
        ids: Under which id each object leaves.
        known: The ids that are known.
    """

    def lead(text: str, path: Path) -> str:
        if is_pointer(text, path):
            return text if is_marking(path) else ids.get(text, text)
        return known.written(text, ids) if _is_free(text, path) else text

    def lead_by_key(name: str, path: Path) -> str:
        return name if is_extension(path) else known.written(name, ids)

    return rekeyed(mapped(value, lead), lead_by_key)


def version_of(value: Json, base: Timestamp, before: Before | None) -> tuple[str, str]:
    """Return when this version of a copy was made, and the digest of its content.

    The same content as before keeps its version; another content is later than what was sent,
    even where the original has not changed but the policy, or what is known, has.

    Args:
        value: The copy; its `modified` does not count.
        base: The time of the original's version, rounded.
        before: What the partner was sent last.
    """
    digest = content_digest(value)
    if before is None:
        return base.text, digest
    last = Timestamp(before.modified)
    if base.moment > last.moment:
        return base.text, digest
    return (before.modified if digest == before.sha256 else after(last).text), digest


def content_digest(value: Json) -> str:
    """Return the digest of an object's content, `modified` aside."""
    return _digest({name: part for name, part in value.items() if name != "modified"})


def _is_free(text: str, path: Path) -> bool:
    """Tell whether a text is one that somebody wrote, and may name an object."""
    if path in (("id",), ("type",)) or is_pointer(text, path):
        return False
    return path[:1] != ("granular_markings",) or "selectors" not in path


def _reached(name: str, targets: Mapping[str, set[str]]) -> set[str]:
    found = {name}
    waiting = [name]
    while waiting:
        fresh = targets[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def _digest(value: Any) -> str:
    return hashlib.sha256(written(value)).hexdigest()
