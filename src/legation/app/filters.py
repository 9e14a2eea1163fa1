"""Saved filters, as a person uses them: saved, shared, renamed, removed.

A filter is the address of a list under a name. Sharing it shares the question; whoever opens
it gets what they may know. Each act is in the audit trail, with the filter's id and no word
of it.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, final
from urllib.parse import parse_qsl, urlencode

from legation.app.scope import Scope
from legation.errors import DeniedError, UsageError
from legation.rights.roles import ROLES
from legation.store.saved_filters import ALL, SavedFilter

if TYPE_CHECKING:
    from legation.stix.labels import Label

LONGEST_NAME: Final = 80
_LONGEST_ADDRESS: Final = 2_000
LISTS: Final = {
    "campaigns": "/watch/campaigns",
    "jobs": "/jobs",
    "imports": "/imports",
    "people": "/people",
    "log": "/log",
    "search": "/search",
}


@final
class Filters:
    """The filters that one person may see.

    Args:
        scope: The reader before the store.
        person_id: Who.
        roles: What they are.
    """

    def __init__(self, scope: Scope, person_id: str, roles: Collection[str]) -> None:
        """Read nothing yet."""
        self._scope = scope
        self._store = scope.store
        self._person_id = person_id
        self._roles = roles

    def shown(self, of: str | None = None) -> list[SavedFilter]:
        """Return their own filters, and those shared with them; of one list, or of all."""
        clearance = self._scope.reader.clearance
        return self._store.filters.shown_to(clearance, self._person_id, self._roles, of=of)

    def get(self, filter_id: str) -> SavedFilter:
        """Return one filter.

        Raises:
            NotFoundError: For them there is none of that id.
        """
        clearance = self._scope.reader.clearance
        return self._store.filters.shown(filter_id, clearance, self._person_id, self._roles)

    def save(
        self, name: str, *, of: str, asked: str, label: "Label", shared_with: str = ""
    ) -> SavedFilter:
        """Save the address of a list under a name.

        Raises:
            UsageError: There is no such list or role, or the name is empty or too long.
            DeniedError: The label asks for more than they hold.
        """
        if of not in LISTS:
            raise UsageError(f"no list {of!r:.40}", hint=f"choose from: {', '.join(LISTS)}")
        if len(asked) > _LONGEST_ADDRESS:
            raise UsageError("this filter is too long to save", hint="leave some of it out")
        _refuse_unknown_share(shared_with)
        said, kept = _named(name), urlencode(parse_qsl(asked))
        with self._store.transaction():
            made = self._store.filters.add(
                said,
                of=of,
                asked=kept,
                owner=self._person_id,
                shared_with=shared_with,
                label=label,
            )
            if made.filter_id not in {one.filter_id for one in self.shown()}:
                raise DeniedError(
                    "this label asks for more than you hold", hint="choose one that you meet"
                )
            self._note("filter.save", made, shared_with=shared_with)
        return made

    def rename(self, filter_id: str, name: str) -> None:
        """Give a filter of theirs another name."""
        self._change(filter_id, "filter.rename", name=_named(name))

    def share(self, filter_id: str, shared_with: str) -> None:
        """Share a filter of theirs with a role, with all, or with nobody any more."""
        _refuse_unknown_share(shared_with)
        self._change(filter_id, "filter.share", shared_with=shared_with)

    def remove(self, filter_id: str) -> None:
        """Remove a filter of theirs."""
        self._change(filter_id, "filter.remove", gone=True)

    def _change(
        self,
        filter_id: str,
        verb: str,
        *,
        name: str | None = None,
        shared_with: str | None = None,
        gone: bool = False,
    ) -> None:
        with self._store.transaction():
            found = self.get(filter_id)
            if found.owner != self._person_id:
                raise DeniedError(
                    "this filter is somebody else's", hint="save one of your own from it"
                )
            self._store.filters.change(filter_id, name=name, shared_with=shared_with, gone=gone)
            told = {} if shared_with is None else {"shared_with": shared_with}
            self._note(verb, found, **told)

    def _note(self, verb: str, of: SavedFilter, **detail: str) -> None:
        self._scope.note(self._person_id, verb, of.filter_id, list=of.list, **detail)


def address_of(of: SavedFilter) -> str:
    """Return the address that a filter leads to."""
    return f"{LISTS[of.list]}?{of.asked}" if of.asked else LISTS[of.list]


def _named(name: str) -> str:
    said = " ".join(name.split())
    if not 0 < len(said) <= LONGEST_NAME or not said.isprintable():
        raise UsageError(
            "a filter needs a name", hint=f"give one of at most {LONGEST_NAME} letters"
        )
    return said


def _refuse_unknown_share(shared_with: str) -> None:
    if shared_with not in ("", ALL, *ROLES):
        raise UsageError(
            f"no role {shared_with!r:.40}", hint=f"choose from: {ALL}, {', '.join(ROLES)}"
        )
