"""What our own extensions tell of the house: numbers of its runs, exact figures, hands.

Two partners who lay their feeds side by side could join what they hold by the number of a run or
a figure to its last digit; an entry of a case says whose hand wrote it. So numbers are drawn anew
for each partner, figures keep two digits, and hands are never told. Where the policy lets our name
stand on what is sent, there is nothing to join, and numbers and figures stay.
"""

import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final

from legation.safeguards.sharing.gate.parts import Json
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.extensions import KINDS, extension_id

WITHHELD: Final = "withheld"
_DOMAIN: Final = b"own number 1\x00"
_NUMBERS: Final = frozenset({"campaign_id", "run_id", "input_sha256"})
# Whoever has the number of a post has its author.
_POSTS: Final = frozenset({"post_id", "post_a", "post_b"})
_OURS: Final = frozenset(map(extension_id, KINDS))
_ENTRY: Final = extension_id("entry")
_LABEL: Final = extension_id("label")
# Of a number: the letters before its dash that stay, and its length where it has none.
_FRONT: Final = 8
_FULL: Final = 64


def discreet(value: Json, policy: Policy, key: bytes) -> tuple[dict[str, Any], list[str]]:
    """Return an object whose extensions of ours tell nothing of the house, and what was done.

    Args:
        value: The object.
        policy: The partner's.
        key: The partner's.
    """
    extensions = value.get("extensions")
    if not isinstance(extensions, Mapping) or _OURS.isdisjoint(extensions):
        return dict(value), []
    changes: dict[str, None] = {}
    left = {
        name: content
        if name not in _OURS or name == _LABEL
        else _content(name, content, _Drawn(policy, key, changes))
        for name, content in extensions.items()
    }
    entry = left.get(_ENTRY)
    if value.get("type") == "note" and isinstance(entry, dict) and policy.redaction.strip_notes:
        states = entry.get("states")
        kind = {"entry": states["entry"]} if isinstance(states, dict) and "entry" in states else {}
        if states is not None and states != kind:
            entry["states"] = kind
            changes["of the entry its kind alone goes"] = None
    return {**value, "extensions": left}, list(changes)


class _Drawn:
    """How numbers, posts and figures are written for one partner."""

    def __init__(self, policy: Policy, key: bytes, changes: dict[str, None]) -> None:
        named = policy.sharing.attribution == "named"
        self._numbers = frozenset() if named else _NUMBERS
        self._posts = frozenset() if policy.persons.rule == "send" else _POSTS
        self._figures = not named
        self._key, self._changes = key, changes

    def part(self, name: str, part: Any) -> Any:
        """Return what stands under a name."""
        if isinstance(part, str) and name in self._numbers | self._posts:
            of_post = name in self._posts
            said = "numbers of posts" if of_post else "numbers and exact figures of the house"
            self._changes[f"{said} are replaced"] = None
            return self._anew(part)
        if isinstance(part, float) and self._figures:
            short = float(f"{part:.2g}")
            if short != part:
                self._changes["numbers and exact figures of the house are replaced"] = None
            return short
        return part

    def hand(self) -> str:
        """Return what stands in place of whoever wrote an entry."""
        self._changes["whoever entered it is not named"] = None
        return WITHHELD

    def _anew(self, text: str) -> str:
        """Return another number of the same shape, the same one each time for this partner."""
        digest = hmac.digest(self._key, _DOMAIN + text.encode("utf-8", "surrogatepass"), "sha256")
        front, dash, rest = text.partition("-")
        drawn = digest.hex()
        return f"{front}-{drawn[: len(rest)]}" if dash and len(front) <= _FRONT else drawn[:_FULL]


def _content(name: str, content: Any, drawn: _Drawn) -> Any:
    left = _each(content, "", drawn.part)
    if name == _ENTRY and isinstance(left, dict) and left.get("author", WITHHELD) != WITHHELD:
        left["author"] = drawn.hand()
    return left


def _each(part: Any, name: str, write: Callable[[str, Any], Any]) -> Any:
    if isinstance(part, Mapping):
        return {key: _each(below, key, write) for key, below in part.items()}
    if isinstance(part, list | tuple):
        return [_each(below, name, write) for below in part]
    return write(name, part)
