"""`legation case dossier`: proposals of listings, looked at for a purpose, handed out when whole.

A dossier names a person: the list of them names nobody, and each look is in the trail before
anything is shown.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    CaseName,
    Seen,
    plainly,
    rows,
    seen,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.sheets import tell_name
from legation.cli.words import answer, answer_json, tell, typed
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.app.cases.listing import Opened

_LOOKED = "1 look written into the audit trail"


def dossier(
    case: CaseName,
    key: Annotated[str, Parameter(help="Which one. [default: list them]")] = "",
    /,
    *,
    purpose: Annotated[str, Parameter(help="What you look for, in a sentence.")] = "",
    ftm: Annotated[
        Path | None, Parameter("--ftm", help="Write it as FollowTheMoney entities, to this file.")
    ] = None,
    stix: Annotated[
        Path | None, Parameter("--stix", help="Write it as a STIX 2.1 bundle, to this file.")
    ] = None,
    text: Annotated[
        Path | None, Parameter("--text", help="Write it as text, to this file.")
    ] = None,
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the dossiers of a case, or show one with its gaps, for a purpose that the trail keeps.

    A file is written of a complete dossier alone; each gap of another is told.
    """
    from legation.app.cases.listing import open_dossier

    files = {"ftm": ftm, "stix": stix, "text": text}
    asked = {kind: file for kind, file in files.items() if file is not None}
    if not key and (asked or purpose):
        raise UsageError("no dossier is named", hint="name one: legation case dossier CASE KEY")
    with seen(doors, home, case, actor=actor) as found:
        if not key:
            return _listed(found, home, as_json=as_json)
        opened = open_dossier(found.scope, found.case, found.book, key, purpose=purpose)
        if asked:
            _leave(found, opened, asked)
        elif as_json:
            answer_json(_as_json(found, opened))
        else:
            _say(found, opened)
    tell(_LOOKED)
    return 0


def _listed(found: Seen, home: Path | None, *, as_json: bool) -> int:
    from legation.app.cases.listing import dossiers_told

    told = dossiers_told(found.scope, found.case, found.book)
    if as_json:
        answer_json(found.told(dossiers=told))
    elif not told:
        command = typed(f"legation case add {found.case.number} dossier", home)
        tell(f"No dossier yet. Next: {command}")
    else:
        header = ("dossier", "regime", "of a", "gaps")
        rows(header, ((one.key, one.regime, one.kind, str(one.gaps)) for one in told))
    return 0


def _leave(found: Seen, opened: "Opened", asked: dict[str, Path]) -> None:
    from legation.app.cases.listing import export_dossier
    from legation.app.outputs import put, require_place

    for file in asked.values():
        require_place(file)
    for kind, file in asked.items():
        made = export_dossier(found.scope, found.case, opened, kind)
        put(file, made.content)
        tell(f"Written: {file}")
        # Whoever writes to a file of a name of their own is told the one that has the label.
        tell_name(made.name)


def _as_json(found: Seen, opened: "Opened") -> dict[str, object]:
    from legation.app.cases.listing import marking_of_dossier

    gaps = [plainly(one) | {"says": one.says, "hint": one.hint} for one in opened.gaps]
    told = found.told(dossier=opened.dossier, gaps=gaps, sections=opened.sections)
    return told | {"marking": marking_of_dossier(found.scope, found.case, opened.dossier.key)}


def _say(found: Seen, opened: "Opened") -> None:
    from legation.app.cases.listing import marking_of_dossier

    one = opened.dossier
    marking = marking_of_dossier(found.scope, found.case, one.key)
    answer(f"{found.case.number}  dossier {one.key}  ({marking})")
    if opened.regime is None:
        answer(f"the regime {one.regime} is not known here")
    for gap in opened.gaps if not opened.sections else ():
        answer(f"{gap.place}: {gap.says}")
    for section in opened.sections:
        answer(f"\n{section.title}")
        for paragraph in section.paragraphs:
            answer(f"  {paragraph}")
        if section.table is not None:
            rows(section.table.columns, section.table.rows)
