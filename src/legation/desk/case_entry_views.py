"""The entries of a case: all of them in a list, one whole, and all as a file.

The list shows what was corrected or taken back too. The page of one entry says what it rests on
and what rests on it; what a dossier says is shown there alone, for a stated purpose.
"""

from typing import Any, Final

import msgspec
from litestar import Response, get

from legation.app.cases.docket import Docket
from legation.app.cases.resting import resting_on, taken_back
from legation.app.cases.sheets import entry_line, sheet_of_case
from legation.app.days import end_of_day
from legation.app.sheets.sheet import hand_out
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, only
from legation.desk.case_before import cited_by
from legation.desk.case_showing import shown
from legation.desk.case_views import Door, entry_number, page_of, seen_in
from legation.desk.listing import Heads, Turn
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download
from legation.errors import NotFoundError, UsageError
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.rules import CORRECTED


@get("/case/{case:str}/entries", sync_to_thread=False, verb="case.read")
def entries(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name
) -> Response[str]:
    """List all entries of a case, also what was corrected or taken back."""
    asked = only(request, "as_of", "order", "after", "kind")
    seen = seen_in(request, reading, case, "order", "after", "kind")
    found: Case = seen.case
    lines = [entry_line(found, one, gate.names(request)) for one in found.entries]
    turn = _entries_turn(case, lines, asked)
    return page_of(reading, pages, seen, "case_entries", turn=turn,
                 kinds=sorted({one.kind for one in lines}),
                 correctable={found.cited_as(one) for one in found.holding
                              if isinstance(one.body, CORRECTED)})  # fmt: skip


@get("/case/{case:str}/entry/{entry:str}", sync_to_thread=False, verb="case.read")
def entry_page(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name, entry: Name
) -> Response[str]:
    """Show one entry whole: what it says, on what, by whom, and whether it holds."""
    seen, names = seen_in(request, reading, case), gate.names(request)
    found: Case = seen.case
    one = found.entry(entry_number(entry))
    cited = found.cited_as(one)
    after = [each for each in found.entries if found.cited_as(each) == cited and each != one]
    back = taken_back(found, cited)
    return page_of(
        reading,
        pages,
        seen,
        "case_entry",
        entry=one,
        line=entry_line(found, one, names),
        personal=isinstance(one.body, OfDossier),
        fields=() if isinstance(one.body, OfDossier) else shown(one.body),
        cited=cited_by(found, one, names),
        resting=[entry_line(found, each.entry, names) for each in resting_on(found, cited)
                 if cited in each.by],
        versions=[entry_line(found, each, names) for each in after],
        back=entry_line(found, back, names) if back else None,
        correctable=isinstance(one.body, CORRECTED),
    )  # fmt: skip


@get("/case/{case:str}/as/{kind:str}", sync_to_thread=False, verb="case.export")
def case_file(request: Ask, reading: Given, gate: Door, case: Name, kind: Name) -> Response[bytes]:
    """Hand out a case with its entries."""
    asked = only(request, "as_of", "order", "kind")
    scope = scope_of(reading)
    found = Docket(scope).case(case, as_of=end_of_day(asked.get("as_of", "")))
    sheet = sheet_of_case(scope, found, gate.names(request))
    rows = _entries_found(list(sheet.rows), asked)
    made = hand_out(scope, msgspec.structs.replace(sheet, rows=tuple(rows)), kind)
    return file(Download(name=made.name, media_type=made.media_type, content=made.content))


CASE_ENTRIES: Final = (entries, entry_page, case_file)


def _entries_found(lines: list[Any], asked: dict[str, str]) -> list[Any]:
    order = asked.get("order", "number")
    keys = {
        "number": lambda one: one.number,
        "happened": lambda one: (one.happened, one.number),
        "kind": lambda one: (one.kind, one.number),
    }
    name = order.removeprefix("-")
    if name not in keys:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(keys)}")
    some = [one for one in lines if asked.get("kind", "") in ("", one.kind)]
    return sorted(some, key=keys[name], reverse=order.startswith("-"))


def _entries_turn(case: str, lines: list[Any], asked: dict[str, str]) -> Turn:
    found = _entries_found(lines, asked)
    given = {name: value for name, value in asked.items() if name != "after"}
    numbers = [str(one.number) for one in found]
    after = asked.get("after", "")
    if after and after not in numbers:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    start = numbers.index(after) + 1 if after else 0
    return Turn(
        rows=tuple(found[start : start + LIMIT]),
        after=after,
        follows=numbers[start + LIMIT - 1] if start + LIMIT < len(found) else None,
        total=len(found),
        given=given,
        heads=Heads(path=f"/case/{case}/entries", given=given, order=asked.get("order", "number")),
        start=start,
    )
