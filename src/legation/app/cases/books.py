"""The book of a home: what ships, and the ministry's own files beside it.

Norms are worked out once for the packs that a reader knows and a day: that takes a tenth of a
second, and a page asks for them each time.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from legation.app.knowledge.packs import Knowledge
from legation.errors import BadInputError
from legation.knowledge.norms import Norms
from legation.knowledge.states import states
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.dossier.regimes import Regime, read_regime, shipped_regimes
from legation.safeguards.cases.playbooks.plays import Playbook, read_playbook, shipped_playbooks
from legation.safeguards.cases.policy.pack import Policy, default_policy, read_policy

if TYPE_CHECKING:
    from datetime import date

    from legation.app.scope import Scope
    from legation.knowledge.pack_file import Pack
    from legation.settings import Settings

_Kept = TypeVar("_Kept", Regime, Playbook)
_KEPT: Final = 8


def book_of(scope: "Scope", settings: "Settings") -> Book:
    """Return what a home's cases are judged by, as its reader may know it.

    Raises:
        BadInputError: A file of the ministry's own cannot be read; the place names it.
    """
    packs = tuple(one.pack for one in Knowledge(scope).packs())
    folder = Path(settings.casework).expanduser() if settings.casework else None
    return Book(
        norms=_norms(packs, scope.now().date()),
        own=settings.state.upper(),
        policy=_policy(folder),
        regimes=_own(folder, "regimes", shipped_regimes(), read_regime),
        playbooks=_own(folder, "playbooks", shipped_playbooks(), read_playbook),
        states=states(),
    )


def _norms(packs: "tuple[Pack, ...]", day: "date") -> Norms:
    return _worked_out(tuple(id(one) for one in packs), day.toordinal(), _Held(packs, day))


class _Held:
    """Packs that a kept answer is drawn from: held, so that their ids stay theirs."""

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
def _worked_out(ids: tuple[int, ...], day: int, held: _Held) -> Norms:
    del ids, day
    return Norms(held.packs, today=held.day)


def _policy(folder: Path | None) -> Policy:
    file = folder / "policy.toml" if folder else None
    return (
        default_policy()
        if file is None or not file.exists()
        else read_policy(_content(file), place=str(file))
    )


def _own(
    folder: Path | None,
    name: str,
    shipped: tuple[_Kept, ...],
    read: "Callable[..., _Kept]",
) -> dict[str, _Kept]:
    """Return what ships and the ministry's own, by key; an own one takes the place of another."""
    found = {one.key: one for one in shipped}
    for file in sorted((folder / name).glob("*.toml")) if folder else ():
        one = read(_content(file), place=str(file))
        found[one.key] = one
    return found


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise BadInputError(
            f"cannot be read: {fault.strerror}", place=str(file), hint="see the setting `casework`"
        ) from fault
