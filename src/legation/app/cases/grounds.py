"""What an entry rests on, seen as it stands: captured files, linked objects, held names.

A file must be there as it was captured when an entry cites it. A link leads to what the writer
may know, and never round in a circle. A name that is held sealed, or was erased, enters no case.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import ConflictError, NotFoundError, RecordError, VerificationError
from legation.safeguards.cases.bodies import Body, texts_in
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import DIRECTED, Attached, Link, Told
from legation.stix.tlp import level_named

if TYPE_CHECKING:
    from pathlib import Path

    from legation.app.scope import Scope
    from legation.rights.vault import Vault

_MOST_STEPS: Final = 10_000


def verify_grounds(
    scope: "Scope",
    folder: "Path",
    case: Case,
    entry: Entry,
    at_hand: "Callable[[], Vault | None] | None" = None,
) -> None:
    """Require that all that an entry rests on is there, and is what it says.

    Args:
        scope: Who writes.
        folder: Where captured files stand.
        case: The case that it comes to.
        entry: What comes.
        at_hand: Gives what opens held names.

    Raises:
        RecordError: Something is not there for the writer; the place names it.
        VerificationError: A captured file is gone, or another than was captured.
        ConflictError: A link would lead back to this case.
    """
    for place, attached in files_of(entry.body):
        _verify_file(scope, folder, place, attached)
    if isinstance(entry.body, Link):
        _verify_link(scope, case, entry.body)
    if isinstance(entry.body, Told):
        _verify_told(scope, case, entry.body)
    vault = at_hand() if at_hand is not None else None
    if vault is not None:
        _verify_names(scope, entry.body, vault)


def files_of(body: Body) -> Iterator[tuple[str, Attached]]:
    """Yield the captured files on which an entry rests, each with its place."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        for number, one in enumerate(value if isinstance(value, tuple) else (), 1):
            if isinstance(one, Attached):
                yield f"{name}/{number}", one


def _verify_file(scope: "Scope", folder: "Path", place: str, attached: Attached) -> None:
    from legation.app.evidence.vault import Vault as Files

    try:
        kept = scope.store.evidence.get(scope.objects, attached.evidence)
    except NotFoundError as none:
        raise RecordError(
            "there is no such captured file",
            place=f"{place}/evidence",
            hint="capture it first: legation evidence capture",
        ) from none
    if kept.sha256 != attached.sha256:
        raise RecordError(
            "the captured file has another hash",
            place=f"{place}/sha256",
            hint=f"it is {kept.sha256[:16]}…; compare it with your own copy",
        )
    state = Files(folder).state(kept.sha256, kept.sealed_sha256)
    if state != "whole":
        raise VerificationError(
            f"{place}: the captured file is {state}",
            hint="restore it from a backup, or capture it again",
        )


def _verify_link(scope: "Scope", case: Case, body: Link) -> None:
    known = scope.objects
    try:
        known.get(body.to)
    except NotFoundError as none:
        raise RecordError(
            "there is no such object", place="to", hint="check the id; a case goes by its number"
        ) from none
    if body.kind in DIRECTED and _leads_to(scope, body.to, case.id):
        raise ConflictError(
            "to: this link would lead back to the case itself",
            hint="take the other link back, or use one that does not lead",
        )


def _verify_told(scope: "Scope", case: Case, body: Told) -> None:
    """Require that nobody is told an entry under a wider marking than it has."""
    cited = {number: one.id for number in body.entries if (one := case.cited(number)) is not None}
    labels, told = scope.store.labels.in_force(cited.values()), level_named(body.marking)
    for number, entry in cited.items():
        # What comes in the same writing is not kept yet; it is the case's own then.
        if entry in labels and told < labels[entry].tlp:
            raise RecordError(
                f"entry {number} is {labels[entry].tlp}, and nobody is told it under {told}",
                place="marking",
                hint="name other entries, or give it a wider label first: legation label set",
            )


def _leads_to(scope: "Scope", start: str, goal: str) -> bool:
    """Tell whether a case leads to another by links that hold, whoever may know them."""
    from legation.app.cases.shared import versions_of
    from legation.app.home import author_of
    from legation.safeguards.cases.case import case_of

    author, seen, open_ends = author_of(scope.store), {start}, [start]
    while open_ends and len(seen) < _MOST_STEPS:
        here = open_ends.pop()
        if here == goal:
            return True
        entries = (one for one, _ in versions_of(scope.store.objects, here, author))
        for _, link in case_of("", here, entries).links():
            if link.kind in DIRECTED and link.to not in seen:
                seen.add(link.to)
                open_ends.append(link.to)
    return False


def _verify_names(scope: "Scope", body: Body, vault: "Vault") -> None:
    from legation.app.persons import parts_naming

    texts = dict(texts_in(msgspec.to_builtins(body)))
    parts = parts_naming(scope.store, texts, vault, actor=scope.reader.actor)
    if parts:
        raise RecordError(
            "this names a person whose name is held sealed or was erased",
            place=parts[0],
            hint="say what the person is, such as: the press officer",
        )
