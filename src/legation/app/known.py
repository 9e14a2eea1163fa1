"""The user's own list of accounts that act together for a reason of their own.

Agencies, parties, fan groups and apps look coordinated because they are. Who they are is
for the user to say: no list ships. An entry excuses nobody; it stands beside the campaign.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from legation.errors import BadInputError, RecordError

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.threats.disinformation.description import Known

_COLUMNS: Final = ("account_id", "kind", "rule", "source")
_HINT: Final = "the list is CSV with account_id, kind, rule, source, and platform if you like"


def read_known(file: Path, name: Callable[[str, str], str] | None = None) -> "dict[str, Known]":
    """Read a list of look-alikes: for each account id what the user knows of it.

    Args:
        file: CSV in UTF-8 with the columns account_id, kind, rule, source; platform may follow.
        name: Turns an account's name and platform into its id; None leaves names as written.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is not UTF-8, or lacks a column.
        RecordError: A row lacks a cell or names an account twice; the place has its line.
    """
    from legation.threats.disinformation.description import Known

    found: dict[str, Known] = {}
    for line, row in _rows(file):
        if any(not row[column] for column in _COLUMNS):
            raise RecordError("a cell is missing", place=f"{file}:{line}", hint=_HINT)
        account = row["account_id"]
        try:
            account = name(account, row["platform"]) if name else account
        except RecordError as bad:
            raise RecordError(str(bad), place=f"{file}:{line}", hint=bad.hint) from bad
        if account in found:
            raise RecordError(
                "the account stands in the list twice", place=f"{file}:{line}", hint="keep one"
            )
        found[account] = Known(kind=row["kind"], rule=row["rule"], source=row["source"])
    return found


def known_in(home: "Home", file: Path, protection: "Protection") -> "dict[str, Known]":
    """Read a list of look-alikes under a home's pseudonyms."""
    from legation.rights.pseudonyms import Pseudonymiser

    return read_known(file, Pseudonymiser(home.keys(protection).pseudonym_secret).of)


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    from legation.store.reading.probe import require_file

    require_file(file)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="", strict=True)
            missing = set(_COLUMNS) - set(reader.fieldnames or ())
            if missing:
                said = f"no column {', '.join(sorted(missing))}"
                raise BadInputError(said, place=f"{file}:1", hint=_HINT)
            every = (*_COLUMNS, "platform")
            return [
                (reader.line_num, {column: row.get(column, "").strip() for column in every})
                for row in reader
            ]
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=str(file), hint=_HINT) from bad
    except csv.Error as bad:
        raise BadInputError(f"not CSV: {bad}", place=str(file), hint=_HINT) from bad
