"""`legation statement register page`: the register as a page for everybody, written anew."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import Lent
from legation.cli.words import answer


def page(
    folder: Annotated[Path, Parameter(help="The publisher's folder, with public and private.")],
    /,
    *,
    doors: Lent,
) -> int:
    """Write the page for everybody, which lists what is public, into the public folder."""
    from legation.app.statements.asking import ask
    from legation.app.statements.house import House
    from legation.app.statements.public_page import PAGE, write_public_page
    from legation.app.statements.trust import read_trust

    house = House(folder, doors.now)
    trust = read_trust(folder / "private" / "trust")
    write_public_page(house.public, ask(house.public_folder, trust, doors.now()).register)
    answer(str(house.public_folder / PAGE))
    return 0
