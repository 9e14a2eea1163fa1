"""Which clause of TAXII 2.1 is held by which test.

The OASIS Standard of 10 June 2021 is told here in our own short words, section by section, and
not copied. A test names the clauses that it holds with `@clause("3.4-M2", ...)`; what no test of
a server can hold is listed in `other_clauses` with its reason. `test_clauses.py` counts.

An identifier is the section, then what binds: M for MUST and MUST NOT, S for SHOULD, SHOULD NOT
and RECOMMENDED, D for what the text describes or permits without such a word. L is no clause of
the standard: it is what legation promises besides.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from standards.taxii.contract_clauses import CONTRACT
from standards.taxii.other_clauses import OTHERS
from standards.taxii.server_clauses import SERVER

Test = TypeVar("Test", bound=Callable[..., object])

KINDS = {"M": "MUST", "S": "SHOULD", "D": "described", "L": "promise of legation"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause.

    Attributes:
        name: Section, a hyphen, the kind's letter and a number.
        text: What it asks, in one sentence of ours.
        untested: Why no test of a server holds it; empty when tests do.
    """

    name: str
    text: str
    untested: str = ""

    @property
    def section(self) -> str:
        """The section of the standard."""
        return self.name.partition("-")[0]

    @property
    def kind(self) -> str:
        """How it binds: MUST, SHOULD, described, or our promise."""
        return KINDS[self.name.partition("-")[2][0]]


def _all() -> dict[str, Clause]:
    held = [Clause(name, text) for name, text in {**SERVER, **CONTRACT}.items()]
    others = [Clause(name, text, why) for name, (text, why) in OTHERS.items()]
    return {one.name: one for one in (*held, *others)}


CLAUSES: Mapping[str, Clause] = MappingProxyType(_all())


def clause(*names: str) -> Callable[[Test], Test]:
    """Say which clauses a test holds.

    Raises:
        LookupError: A name is in no table.
    """
    unknown = [name for name in names if name not in CLAUSES]
    if unknown:
        raise LookupError(f"no such clause: {unknown}")
    return lambda test: test


def holders(folder: Path = Path(__file__).parent) -> dict[str, list[str]]:
    """Find the tests that name each clause, as `file::test`, by reading their files."""
    found: dict[str, list[str]] = {name: [] for name in CLAUSES}
    for file in sorted(folder.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for name in _named(node):
                    found[name].append(f"{file.name}::{node.name}")
    return found


def _named(test: ast.FunctionDef) -> list[str]:
    return [
        str(argument.value)
        for call in test.decorator_list
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "clause"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]
