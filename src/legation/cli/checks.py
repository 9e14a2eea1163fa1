"""`legation doctor`: is what should hold still so?"""

import msgspec

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, table
from legation.errors import LegationError


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    good: bool
    said: str


def doctor(
    *,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Check the program, its keys and its store.

    Ends with 0 when all holds, else with the exit code of the first fault.
    """
    from legation.app.checks import GROUND, checks

    findings: list[Finding] = []
    code = 0
    place = doors.home(home)
    protection = doors.protection(place, passphrase_file) if passphrase_file else None
    for what, check in checks(place, protection):
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
