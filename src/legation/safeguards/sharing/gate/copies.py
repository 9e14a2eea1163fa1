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
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from legation.safeguards.sharing.gate.context import Before
from legation.safeguards.sharing.gate.parts import (
    ID,
    Json,
    is_reference,
    mapped,
    references,
    written,
)
from legation.safeguards.sharing.gate.times import after
from legation.stix.ids import kind_of
from legation.stix.timestamps import Timestamp

_COPY: Final = b"copy 1\x00"
# An id of these is the hash of a name, and whoever guesses the name can tell.
_GUESSABLE: Final = frozenset({"user-account", "email-addr", "email-message", "persona"})
_MARKED: Final[frozenset[str | int]] = frozenset({"object_marking_refs", "marking_ref"})


def copy_id(key: bytes, original: str, content: str = "") -> str:
    """Return the id of a copy: one of version 5 in form, drawn with the partner's key.

    Args:
        key: The partner's key.
        original: Our id.
        content: Digest of the content, of what has no versions.
    """
    digest = hmac.digest(key, _COPY + f"{original}\x00{content}".encode(), "sha256")
    return f"{kind_of(original)}--{UUID(bytes=digest[:16], version=5)}"


def mentions(value: Json) -> set[str]:
    """Return the ids that stand in the texts of an object, references and markings aside."""
    found: set[str] = set()

    def look(text: str, path: tuple[str | int, ...]) -> str:
        if "--" in text and path != ("id",) and not _is_pointer(text, path):
            found.update(ID.findall(text))
        return text

    mapped(value, look)
    return found


def is_hidden(name: str, values: Container[str], known: Container[str]) -> bool:
    """Tell whether an id may not stand in a text: of what is held, or the hash of a name."""
    return name not in values and (name in known or kind_of(name) in _GUESSABLE)


def copied(changed: Iterable[str], values: Mapping[str, Json]) -> frozenset[str]:
    """Return what leaves as a copy: what was changed, and what points to a copy."""
    pointing: dict[str, set[str]] = defaultdict(set)
    for name, value in values.items():
        for target in {target for _, target in references(value)} | mentions(value):
            pointing[target].add(name)
    found = set(changed)
    waiting = list(found)
    while waiting:
        fresh = pointing[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


def ids_of(
    copies: frozenset[str], values: Mapping[str, Json], labels: Mapping[str, str], key: bytes
) -> dict[str, str]:
    """Return the ids under which objects leave.

    Args:
        copies: Which of them are copies.
        values: All that leave, with our ids in them.
        labels: Under which label each leaves, as text.
        key: The partner's key.
    """
    found = {name: name for name in values}
    for name in copies:
        if "modified" in values[name]:
            found[name] = copy_id(key, name)
    loose = {name for name in copies if "modified" not in values[name]}
    own = {name: _digest([values[name], labels.get(name, "")]) for name in loose}
    targets = {
        name: ({to for _, to in references(values[name])} | mentions(values[name])) & loose
        for name in loose
    }
    for name in loose:
        reached = sorted(_reached(name, targets))
        found[name] = copy_id(key, name, _digest([[one, own[one]] for one in reached]))
    return found


def pointed(value: Json, ids: Mapping[str, str], known: Container[str]) -> dict[str, Any]:
    """Return an object whose references lead to what leaves.

    Args:
        value: The object, with our ids in it.
        ids: Under which id each object leaves.
        known: Ids of ours, that may not be told in a text.
    """

    def lead(text: str, path: tuple[str | int, ...]) -> str:
        if path == ("id",) or _is_pointer(text, path):
            return text if _is_marking(path) else ids.get(text, text)
        if "--" not in text:
            return text
        return ID.sub(lambda found: _told(found[0], ids, known), text)

    found: dict[str, Any] = mapped(value, lead)
    return found


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


def _told(name: str, ids: Mapping[str, str], ours: Container[str]) -> str:
    if name in ids:
        return ids[name]
    return f"{kind_of(name)}--…" if name in ours or kind_of(name) in _GUESSABLE else name


def _is_pointer(text: str, path: tuple[str | int, ...]) -> bool:
    return (_is_marking(path) or is_reference(path)) and ID.fullmatch(text) is not None


def _is_marking(path: tuple[str | int, ...]) -> bool:
    return bool(_MARKED & set(path[:1] + path[-1:]))


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
