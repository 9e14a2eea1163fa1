"""The book of a home: what ships, and the ministry's own files beside it.

A file of the ministry's own takes the place of one that ships under the same key.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from legation.app.knowledge.norms import norms_of
from legation.errors import BadInputError
from legation.knowledge.states import states
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.dossier.regimes import Regime, read_regime, shipped_regimes
from legation.safeguards.cases.playbooks.plays import Playbook, read_playbook, shipped_playbooks
from legation.safeguards.cases.policy.pack import Policy, default_policy, read_policy

if TYPE_CHECKING:
    from legation.app.scope import Scope

_Kept = TypeVar("_Kept", Regime, Playbook)


def book_of(scope: "Scope") -> Book:
    """Return what a home's cases are judged by, as its reader may know it.

    Raises:
        BadInputError: A file of the ministry's own cannot be read; the place names it.
    """
    folder = Path(scope.casework).expanduser() if scope.casework else None
    return Book(
        norms=norms_of(scope),
        own=scope.state,
        policy=_policy(folder),
        regimes=_own(folder, "regimes", shipped_regimes(), read_regime),
        playbooks=_own(folder, "playbooks", shipped_playbooks(), read_playbook),
        states=states(),
    )


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
