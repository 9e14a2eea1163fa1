"""The register of measured figures: `benchmarks/RESULTS.md`, written by these programs only.

One row for each figure, under a name that documents link to. A later run of the same benchmark
takes the row's place, so the register says what was measured last, when, on how busy a machine,
and with which command.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import data
import measuring

FILE = data.CHECKOUT / "benchmarks" / "RESULTS.md"
_HEAD = """\
# Results

Written by the programs in this folder; nothing here was typed by hand,
but for the rows orders-attack and orders-words, whose rates a test compares with what is measured.
What the names mean and how to read the figures: `docs/explanation/measured.md`.
Load is that of the machine's last minute when the figure was printed.

| name | figure | range or detail | goal | date (UTC) | load | command |
|---|---|---|---|---|---|---|
"""
_ROW = re.compile(r'^\| <a id="([a-z0-9-]+)"></a>')


@dataclass(frozen=True)
class Result:
    """One figure.

    Attributes:
        name: Lower case with hyphens; the row's anchor.
        figure: With its unit.
        detail: Its range, or what it was measured on.
        goal: What must hold, empty when the figure is only reported.
        command: What was run, without any path of this machine.
    """

    name: str
    figure: str
    detail: str
    goal: str
    command: str


def show(results: Iterable[Result], *, keep: bool) -> None:
    """Print the figures; put them into the register when asked."""
    shown = list(results)
    for result in shown:
        goal = f"   (goal: {result.goal})" if result.goal else ""
        print(f"{result.name}: {result.figure}   [{result.detail}]{goal}", flush=True)
    if keep:
        _keep(shown)


def _keep(results: Iterable[Result]) -> None:
    rows = _rows()
    day = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    for result in results:
        cells = (result.figure, result.detail, result.goal, day, measuring.load())
        shown = " | ".join(_cell(cell) for cell in cells)
        command = f"`{result.command}`"
        rows[result.name] = f'| <a id="{result.name}"></a>{result.name} | {shown} | {command} |'
    FILE.write_text(_HEAD + "".join(f"{rows[name]}\n" for name in sorted(rows)), encoding="utf-8")


def _rows() -> dict[str, str]:
    if not FILE.exists():
        return {}
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {found[1]: line for line in lines if (found := _ROW.match(line))}


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
