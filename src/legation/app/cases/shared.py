"""How a case stands for all who may know it: drawn from its entries, held against what is kept.

An entry for fewer people than the case says nothing of how the case stands: its row and its
incident are read by everybody who knows the case. So both follow from the other entries alone,
and the doctor can work them out again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from legation.errors import VerificationError
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.objects import SHARED, entry_id, entry_of, standing_of
from legation.stix.extensions import extension_id
from legation.stix.labels import Label, label_of
from legation.store.cases import Standing

if TYPE_CHECKING:
    from legation.store.opening import Store
    from legation.store.readable import Readable
    from legation.store.versions import Version

_AT_ONCE = 10_000
# The list has the time at which a writing began, an object that at which it was put.
_LONGEST_WRITING = timedelta(minutes=10)


def versions_of(
    source: "Readable", object_id: str, author: str
) -> "Iterator[tuple[Entry, Version]]":
    """Yield the entries of a case with their objects.

    Args:
        source: What is read: all objects, or those of a reader.
        object_id: Of the case.
        author: Id of the desk.
    """
    after: int | None = None
    while True:
        page = source.find("note", refers_to=object_id, after=after, limit=_AT_ONCE)
        for version in page.items:
            entry = entry_of(version.raw, version.recorded, case=object_id, author=author)
            if entry is not None:
                yield entry, version
        if (after := page.next) is None:
            return


def shared_case(
    store: "Store", author: str, object_id: str, number: str
) -> tuple[Case, int, Label]:
    """Return a case as all who know it may know it, the number of its last entry, and its label."""
    first = entry_id(object_id, 1)
    label = store.labels.in_force([first])[first]
    shared, last = [], 0
    for entry, version in versions_of(store.objects, object_id, author):
        last = max(last, entry.number)
        if entry.corrects is None and not isinstance(entry.body, SHARED):
            continue
        if label_of(version.value()).joined(label) == label:
            shared.append(entry)
    return case_of(number, object_id, shared), last, label


def standing_row(case: Case, last: int = 0) -> Standing:
    """Return how a case stands, for its row.

    Args:
        case: As all who know it may know it.
        last: Number of its last entry; 0: that of these.
    """
    opened, due = case.opened, case.due()
    return Standing(
        title=opened.title,
        type=opened.type,
        domain=opened.domain,
        status=case.status,
        began=opened.began,
        due=due.isoformat() if due else "",
        entries=last or case.entries[-1].number,
        parties=case.parties(),
        subjects=case.subjects(),
    )


def verify_cases(store: "Store", author: str) -> int:
    """Check that each case stands as its entries say; return how many there are.

    Raises:
        VerificationError: One does not.
    """
    rows = store.cases.every()
    _verify_all_there(store, {row.object_id for row in rows}, author)
    for row in rows:
        if row.first_id != entry_id(row.object_id, 1):
            raise _broken(row.number, "its first entry is not that of the list")
        case, last, _ = shared_case(store, author, row.object_id, row.number)
        times = _times(store, author, row.object_id)
        apart = (abs(row.opened - min(times)), abs(row.touched - max(times)))
        if max(apart) > _LONGEST_WRITING:
            raise _broken(row.number, "its times are not those of its entries")
        told = standing_row(case, last)
        for name in Standing.__struct_fields__:
            if getattr(row, name) != getattr(told, name):
                raise _broken(row.number, f"its {name} is not what its entries say")
        kept = store.objects.get(row.object_id).value()["extensions"][extension_id("case")]
        if {name: part for name, part in kept.items() if name != "extension_type"} != standing_of(
            case
        ):
            raise _broken(row.number, "its incident does not say what its entries say")
    return len(rows)


def _verify_all_there(store: "Store", listed: set[str], author: str) -> None:
    """Require that every case that has an incident is listed.

    Raises:
        VerificationError: One is not.
    """
    after: int | None = None
    while True:
        page = store.objects.find("incident", after=after, limit=_AT_ONCE)
        for version in page.items:
            value = version.value()
            kept = value.get("extensions", {}).get(extension_id("case"))
            if kept and value.get("created_by_ref") == author and version.object_id not in listed:
                raise _broken(str(kept.get("number", "")), "it is not in the list of cases")
        if (after := page.next) is None:
            return


def _times(store: "Store", author: str, object_id: str) -> list[datetime]:
    return [entry.written for entry, _ in versions_of(store.objects, object_id, author)]


def _broken(number: str, what: str) -> VerificationError:
    return VerificationError(
        f"case {number}: {what}",
        hint="keep this store as evidence, and compare it with the last backup",
    )
