"""Cases as what leaves: a list of them, or one with its entries, under the label of all it tells.

A row of a list tells nothing but what stands in the list; a case is told entry by entry, with what
was corrected, so that who receives it can see what was believed when.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.cases.sayings import words_of
from legation.app.sheets.sheet import Sheet
from legation.safeguards.cases.case import Case, happened, numbers_named
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.entries import Entry, tag_of

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.stix.objects import StixObject
    from legation.store.cases import CaseRow

CAVEAT: Final = (
    "A case says what people stated, on what, and when. It does not say whether an act was "
    "unlawful; who did it is an estimate, told apart from how sure it is. What its dossiers say is "
    "not here."
)


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a file."""

    number: str
    title: str
    type: str
    domain: str
    status: str
    began: str
    opened: datetime
    touched: datetime
    due: str
    parties: tuple[str, ...]


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a case in a file.

    Attributes:
        happened: When it happened, as far as it is known.
        known: When it became known.
        written: When it was entered.
        holds: Whether it was neither corrected nor taken back.
        names: Numbers of the entries that it names.
    """

    number: int
    kind: str
    happened: str
    known: str
    written: datetime
    author: str
    says: str
    source: str
    grade: str
    verified: str
    holds: bool
    corrects: int | None
    names: tuple[int, ...]


def case_line(row: "CaseRow") -> CaseLine:
    """Return a case of a list as a file has it."""
    told = {name: getattr(row, name) for name in CaseLine.__struct_fields__}
    return CaseLine(**told)


def entry_line(case: Case, entry: Entry, names: Mapping[str, str]) -> EntryLine:
    """Return an entry as a file has it.

    Args:
        case: Its case.
        entry: The entry.
        names: What people are called, by id.
    """
    body = entry.body
    grade = f"{getattr(body, 'reliability', '')}{getattr(body, 'credibility', '')}"
    return EntryLine(
        number=entry.number,
        kind=tag_of(body),
        happened=happened(body),
        known=getattr(body, "known", None) or "",
        written=entry.written,
        author=names.get(entry.author, entry.author),
        says=words_of(body),
        source=str(getattr(body, "source", "")),
        grade=grade,
        verified=getattr(body, "verified", None) or "",
        holds=entry in case.holding,
        corrects=entry.corrects,
        names=tuple(number for _, number in numbers_named(body)),
    )


def sheet_of_case(scope: "Scope", case: Case, names: Mapping[str, str]) -> Sheet:
    """Return a case as what leaves."""
    ids = (case.id, *(one.id for one in case.entries))
    # What a dossier says of a person leaves with the dossier alone.
    told = (case.id, *(one.id for one in case.entries if not isinstance(one.body, OfDossier)))
    return Sheet(
        page="case",
        name=f"case-{case.number}",
        caveat=CAVEAT,
        day=scope.now().date(),
        ids=ids,
        rows=tuple(entry_line(case, one, names) for one in case.entries),
        shape=EntryLine,
        told=case,
        things=lambda scope: _things(scope, told),
        may="case.export",
    )


def sheet_of_list(scope: "Scope", rows: "Sequence[CaseRow]") -> Sheet:
    """Return a list of cases as what leaves."""
    ids = tuple(one.object_id for one in rows)
    return Sheet(
        page="cases",
        name="cases",
        caveat=CAVEAT,
        day=scope.now().date(),
        ids=(*ids, *(one.first_id for one in rows)),
        rows=tuple(map(case_line, rows)),
        shape=CaseLine,
        told=tuple(rows),
        things=lambda scope: _things(scope, ids),
        may="case.export",
    )


def _things(scope: "Scope", ids: Iterable[str]) -> "Iterable[StixObject]":
    """Return objects as they are kept; what a reader may not know is not in them."""
    from legation.stix.codec import decode_object

    every = scope.objects
    known = every.get_many(ids)
    return (decode_object(known[each].raw, place=each) for each in ids if each in known)
