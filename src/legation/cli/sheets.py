"""What leaves a terminal as files: one way for all.

A file is written in one step, and its leaving is in the audit trail under the label of all that
it rests on, as when it leaves the desk. What a file cannot carry is told beside it: on standard
output a file has no name, so the name that it has on the desk is told on standard error.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from legation.cli.words import pour, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_MEDIA: Final = {"csv": "text/csv", "json": "application/json", "ics": "text/calendar"}


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


def pour_out(
    scope: "Scope",
    page: str,
    name: str,
    content: bytes,
    *,
    ids: "Iterable[str]",
    verb: str = "page.export",
) -> None:
    """Write a file to standard output under its label, once its leaving is in the trail.

    Args:
        scope: Who takes it out, of which store.
        page: What it shows.
        name: What it is called; the ending says its kind.
        content: The file, bare.
        ids: Of all objects of which it tells.
        verb: What the trail calls it.
    """
    from legation.app.kept import Exported
    from legation.app.leaving import hand_out

    bare = Exported(name=name, media_type=_MEDIA[name.rpartition(".")[2]], content=content)
    made = hand_out(scope, page, bare, ids, verb=verb)
    pour(made.content.decode())
    tell_name(made.name)


def tell_name(name: str) -> None:
    """Say what a file is called on the desk, with its label: on standard output it has no name."""
    tell(f"File: {name}")
