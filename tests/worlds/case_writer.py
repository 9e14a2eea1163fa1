"""A program that moves a case to and fro until it is killed; it prints each entry on disk."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.app.home import Home
from legation.safeguards.cases.facts import Moved
from legation.settings import Settings


def main(folder: Path, number: str) -> None:
    """Close the case and open it again, without end."""
    home = Home(Settings(home=folder), lambda: datetime.now(UTC))
    with home.store() as store:
        scope = home.library(store, "command line").scope()
        filing, docket = (
            Filing(scope, folder / "evidence", book_of(scope)),
            Docket(scope),
        )
        sys.stdout.write("\n")
        while True:
            why = "it was seen once more by somebody else"
            closed = docket.case(number).status == "closed"
            moved = (
                Moved(to="triaged", why=why)
                if closed
                else Moved(to="closed", why=why, outcome="cannot tell")
            )
            (entry,) = filing.add(number, [moved])
            sys.stdout.write(f"{entry.number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
