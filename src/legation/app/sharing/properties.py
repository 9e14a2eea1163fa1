"""An object of somebody else as people read it: each property with its value, one line each.

Nothing is left out in silence: what is too much for a page is counted, and stands in the exact
bytes below.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

MOST: Final = 200
"""Properties that a page shows."""
_DEEPEST: Final = 6


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One property.

    Attributes:
        name: Its path, the names of its parts joined by dots.
        text: Its value.
    """

    name: str
    text: str


def properties(value: Mapping[str, Any]) -> tuple[tuple[Property, ...], int]:
    """Return the first properties of an object, and how many more there are.

    >>> properties({"type": "note", "labels": ["a", "b"], "x": {"y": True}})[0][-1]
    Property(name='x.y', text='true')
    """
    every = list(_flat(value, "", 0))
    return tuple(every[:MOST]), max(0, len(every) - MOST)


def _flat(value: Any, name: str, depth: int) -> Iterator[Property]:
    if isinstance(value, Mapping) and value and depth < _DEEPEST:
        for part, inner in value.items():
            yield from _flat(inner, f"{name}.{part}" if name else str(part), depth + 1)
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for at, one in enumerate(value):
            yield from (
                _flat(one, f"{name}[{at}]", depth + 1)
                if depth < _DEEPEST
                else (Property(name=f"{name}[{at}]", text=_text(one)),)
            )
    elif isinstance(value, list):
        yield Property(name=name, text="\n".join(map(_text, value)))
    else:
        yield Property(name=name, text=_text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
