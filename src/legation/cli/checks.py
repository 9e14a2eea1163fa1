"""`legation doctor` and `legation audit verify`: is what should hold still so?"""

from typing import Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, table, tell
from legation.errors import LegationError


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    good: bool
    said: str


def doctor(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Check the program, its keys and its store.

    Ends with 0 when all holds, else with the exit code of the first fault.
    """
    from legation.app.checks import GROUND, checks

    findings: list[Finding] = []
    code = 0
    for what, check in checks(doors.home(home)):
        try:
            findings.append(Finding(what=what, good=True, said=check()))
        except LegationError as fault:
            code = code or fault.exit_code
            findings.append(Finding(what=what, good=False, said=f"{fault} ({fault.hint})"))
            if what == GROUND:
                break
    if as_json:
        answer_json(findings)
    else:
        rows = [(f.what, "good" if f.good else "BAD", f.said) for f in findings]
        answer(table(("checked", "", "said"), rows))
    return code


def verify(
    *,
    head: Annotated[
        str, Parameter(help="End of the trail that was kept elsewhere, as it was printed.")
    ] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Check that no entry of the audit trail was changed or removed.

    The home notes the end of its trail beside the database. Keep the line this prints outside
    of this machine too: who can write to both is found only against it.
    """
    from legation.app.checks import verify_trail
    from legation.store.audit import AuditState, read_head

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        entries = verify_trail(store, *([read_head(head)] if head else []))
        state = AuditState(entries=entries, head=store.audit.head())
    if as_json:
        answer_json(state)
    else:
        tell(f"The trail holds: {state.entries} entries.")
        answer(state.head.text())
    return 0
