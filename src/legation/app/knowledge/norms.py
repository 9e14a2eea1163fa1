"""The norms that a case is judged by, worked out once for the packs that a reader knows and a day.

That takes a tenth of a second, and each page of a case asks for them.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from legation.app.knowledge.packs import Knowledge
from legation.knowledge.norms import Norms

if TYPE_CHECKING:
    from datetime import date

    from legation.app.scope import Scope
    from legation.knowledge.pack_file import Pack

_KEPT: Final = 8


def norms_of(scope: "Scope") -> Norms:
    """Return all norms that a reader knows, as of today."""
    packs = tuple(one.pack for one in Knowledge(scope).packs())
    day = scope.now().date()
    return _worked_out(_Held(packs, day))


class _Held:
    """Packs that a kept answer is drawn from: two that say the same give the same."""

    def __init__(self, packs: "tuple[Pack, ...]", day: "date") -> None:
        self.packs = packs
        self.day = day

    def __eq__(self, other: object) -> bool:
        """Tell whether the other holds the same packs for the same day."""
        return isinstance(other, _Held) and self.packs == other.packs and self.day == other.day

    def __hash__(self) -> int:
        """Return a hash that equal ones share."""
        return hash((len(self.packs), self.day))


@lru_cache(_KEPT)
def _worked_out(held: _Held) -> Norms:
    return Norms(held.packs, today=held.day)
