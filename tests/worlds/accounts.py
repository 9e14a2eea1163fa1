"""Whether every value of some objects went on or is accounted for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from legation.formats.profiles.losses import Loss, covers, leaves


def unaccounted(
    before: Mapping[str, Any], after: Iterable[Mapping[str, Any]], losses: Iterable[Loss]
) -> list[str]:
    """Return the pointers of values that are in no object afterwards and in no loss.

    Args:
        before: An object that was given.
        after: The objects that may be it afterwards.
        losses: What was told.
    """
    told = [loss for loss in losses if loss.object_id == before["id"]]
    others = [dict(map(_told, leaves(thing))) for thing in after]
    return [
        at
        for at, value in leaves(before)
        if not any(at in other and other[at] == _told((at, value))[1] for other in others)
        and not any(covers(loss, before["id"], at) for loss in told)
    ]


def _told(leaf: tuple[str, Any]) -> tuple[str, str]:
    return leaf[0], repr(leaf[1])


def untold_in_misp(before: Mapping[str, Any], event: Any, losses: Iterable[Loss]) -> list[str]:
    """Return the pointers of values that stand nowhere in MISP events and in no loss.

    The attached file counts for nothing here, and what every shape says (its type, its UUID)
    is not looked for.
    """
    told = [loss for loss in losses if loss.object_id == before["id"]]
    there = set(_words(event))
    return [
        at
        for at, value in leaves(before)
        if at not in ("/type", "/id", "/spec_version")
        and _word(value) not in there
        and not any(covers(loss, before["id"], at) for loss in told)
    ]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in ("data", "uuid"):
                yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield _word(value)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else str(int(value) if value in (True, False) else value)
