"""How soon the command answers: `legation --version` beside an import of its two smallest parts.

    python benchmarks/start.py --keep

Both are whole processes that alternate, so a busy machine slows both. What the figure stands on,
that nothing is imported on the way, is a test (`tests/cli/test_start.py`).
"""

import statistics
import sys

import data
import measuring
import results

_OURS = [sys.executable, "-m", "legation", "--version"]
_BESIDE = [sys.executable, "-c", "import msgspec, cyclopts"]
_MOST = 2.0


def main() -> None:
    """Measure, print, and end with 1 when it takes too long."""
    parser = data.options(__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    given = parser.parse_args()
    ratios = []
    with data.workplace(given.work) as work:
        for command in (_OURS, _BESIDE):  # once unmeasured: bytecode is written then
            measuring.measure(command, work)
        for _ in range(given.pairs):
            ours = measuring.measure(_OURS, work).wall_s
            ratios.append(ours / measuring.measure(_BESIDE, work).wall_s)
    figure = statistics.median(ratios)
    result = results.Result(
        name="start-version",
        figure=f"{figure:.2f} times the import of msgspec and cyclopts",
        detail=f"whole processes; {min(ratios):.2f} to {max(ratios):.2f} over {given.pairs} pairs",
        goal=f"at most {_MOST:g} times",
        command=f"benchmarks/start.py --pairs {given.pairs}",
    )
    results.show([result], keep=given.keep)
    if figure > _MOST:
        sys.exit("slower than it must be")


if __name__ == "__main__":
    main()
