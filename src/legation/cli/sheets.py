"""What of the balance and of what is known leaves a terminal as files: one way for all.

A file is written in one step, and its leaving is in the audit trail under the label of all that
it rests on, as when it leaves the desk.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.words import tell

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.app.sheets.sheet import Sheet
    from legation.cli.doors import Doors

CsvFile = Annotated[Path | None, Parameter("--csv", help="Write it as a table, to this file.")]
StixFile = Annotated[
    Path | None, Parameter("--stix", help="Write it as a STIX 2.1 bundle, to this file.")
]
PdfFile = Annotated[
    Path | None,
    Parameter("--pdf", help="Write it as a paper, to this file (needs the extra `pdf`)."),
]
Asked = dict[str, Path]


def asked_for(csv: Path | None, stix: Path | None, pdf: Path | None) -> Asked:
    """Return the files that are asked for, by kind."""
    given = {"csv": csv, "stix": stix, "pdf": pdf}
    return {kind: file for kind, file in given.items() if file is not None}


def leave(scope: "Scope", sheet: "Sheet", asked: Asked, doors: "Doors") -> None:
    """Write a sheet into the files that are asked for, each noted in the trail."""
    from legation.app.outputs import put
    from legation.app.sheets.sheet import hand_out

    for kind, file in asked.items():
        if kind == "pdf":
            put(file, doors.write_sheet(scope, sheet))
        else:
            put(file, hand_out(scope, sheet, kind).content)
        tell(f"Written: {file}")
    tell(sheet.caveat)
