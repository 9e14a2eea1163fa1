"""The invented cases of the demonstration and the tests: files, read as anybody's are."""

from importlib.resources import files
from typing import Final, Literal

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case_file import read_case_file

_FOLDER: Final = "legation.safeguards.cases"


def invented_case(name: Literal["campaign", "speech"]) -> tuple[Body, ...]:
    """Return the entries of an invented case, the first of which opens it.

    Args:
        name: `campaign`: accounts that act together, by nobody knows whom; `speech`: what citizens
            say of the same, which is no threat and closed as such.
    """
    file = f"invented_{name}.toml"
    return read_case_file(files(_FOLDER).joinpath(file).read_bytes(), file)
