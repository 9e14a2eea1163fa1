"""One sheet: what it tells, as rows, as values and as objects; and how it leaves.

A sheet leaves as CSV, JSON, STIX 2.1 or PDF, always under the label of all that it rests on,
and its leaving is in the audit trail before anything is handed out.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import msgspec

from legation.app.kept import Exported, Leaving
from legation.app.leaving import Left, leave, marking_to_leave
from legation.app.scope import Scope
from legation.errors import NotFoundError
from legation.formats.cells import safe_cell
from legation.formats.marked import mark
from legation.rights.roles import ObjectVerb
from legation.stix.objects import StixObject

if TYPE_CHECKING:
    from legation.stix.labels import Label

EXPORTED: Final = "mission.export"
SheetPage = Literal["balance", "mission", "tree", "state", "agreement", "case", "cases"]
FileKind = Literal["csv", "json", "stix"]
FILE_KINDS: Final[tuple[FileKind, ...]] = get_args(FileKind)
_MEDIA: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "stix": "application/stix+json;version=2.1",
}
Things = Callable[[Scope], Iterable[StixObject]]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What leaves.

    Attributes:
        page: Of which page it is.
        name: Of the file, without its ending.
        caveat: What must stand beside it.
        day: The day that it speaks of.
        ids: Objects of which it tells: the strictest label of them is that of the file.
        rows: One for each line of the table.
        shape: Type of the rows: an empty list has its header too.
        told: What a paper prints.
        things: Gives the objects that say the same in STIX.
        may: What the policies must permit with each of the objects.
    """

    page: SheetPage
    name: str
    caveat: str
    day: date
    ids: tuple[str, ...]
    rows: tuple[msgspec.Struct, ...]
    shape: type[msgspec.Struct]
    told: Any
    things: Things
    may: ObjectVerb = "mission.export"

    def contents(self) -> bytes:
        """Return what it tells as JSON: the same values give the same bytes."""
        told = {"caveat": self.caveat, "day": self.day, "page": self.page, "rows": self.rows}
        return msgspec.json.encode(told, order="sorted")


def hand_out(scope: Scope, sheet: Sheet, kind: str) -> Exported:
    """Write a sheet as a file and record that it leaves.

    Args:
        scope: Who takes it out, of which store.
        sheet: What leaves.
        kind: `csv`, `json` or `stix`.

    Raises:
        NotFoundError: There is no such kind.
        DeniedError: The policies do not let this reader export one of the objects.
        StepUpError: Something in it is above AMBER, and no passkey was shown just now.
    """
    if kind == "csv":
        content = _table(sheet)
    elif kind == "json":
        content = sheet.contents()
    elif kind == "stix":
        content = _bundle(scope, sheet)
    else:
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose csv, json, stix or pdf")
    ending = "stix.json" if kind == "stix" else kind
    bare = Exported(name=f"{sheet.name}.{ending}", media_type=_MEDIA[kind], content=content)
    made = mark(bare, marking_to_leave(scope, sheet.ids))
    record_leaving(scope, sheet, kind, hashlib.sha256(made.content).hexdigest())
    return made


def record_leaving(scope: Scope, sheet: Sheet, kind: str, sha256: str) -> Leaving:
    """Write into the trail that a sheet leaves; say under which label, when, by whom.

    Raises:
        DeniedError: The policies do not let this reader export one of the objects.
        StepUpError: Something in it is above AMBER, and no passkey was shown just now.
    """
    of = Left(page=sheet.page, kind=kind, contents=sha256)
    return leave(scope, sheet.ids, of, may=sheet.may, subjects=(sheet.name,))


def label_of_sheet(scope: Scope, sheet: Sheet) -> "Label":
    """Return the label under which a sheet leaves: never wider than what it rests on."""
    from legation.stix.labels import all_joined

    label = all_joined(scope.store.labels.in_force(sheet.ids).values())
    return msgspec.structs.replace(label, tlp=max(label.tlp, scope.marking))


def _table(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = sheet.shape.__struct_fields__
    writer.writerow([*names, "caveat"])
    for row in sheet.rows:
        writer.writerow([*(_cell(getattr(row, name)) for name in names), sheet.caveat])
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        value = "|".join(map(str, value))
    return safe_cell(value) if isinstance(value, str) else value


def _bundle(scope: Scope, sheet: Sheet) -> bytes:
    from legation.app.home import identity_of
    from legation.formats.bundle import write_bundle
    from legation.formats.campaign import self_contained
    from legation.stix.labels import labelled

    label = label_of_sheet(scope, sheet)
    things = {thing.id: labelled(thing, label) for thing in sheet.things(scope)}
    return write_bundle(
        self_contained(things.values(), identity=identity_of(scope.store), marking=label.tlp)
    )
