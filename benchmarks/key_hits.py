"""How many elements of the hand-made key of the worked cases the forms that ship give.

    python benchmarks/key_hits.py --keep

The key and the cases are those of the tests, which read them in the same way.
"""

import runpy
import sys

import data
import results

_TESTS = data.CHECKOUT / "tests"
_GOAL = 0.9


def main() -> None:
    """Print the hits, and end with 1 where they are fewer than the goal."""
    given = data.options(__doc__).parse_args()
    sys.path.insert(0, str(_TESTS))
    place = _TESTS / "safeguards" / "cases" / "test_law_worked_cases.py"
    told = list(runpy.run_path(str(place))["hits"]())
    right = sum(result == key for _, _, result, key in told)
    cases, norms = len({case for case, *_ in told}), len({norm for _, norm, *_ in told})
    found = results.Result(
        name="cases-key-hits",
        figure=f"{right} of {len(told)} elements",
        detail=f"{cases} cases by {norms} norms; the forms were written with the key in view",
        goal=f"at least {_GOAL:.0%}",
        command="benchmarks/key_hits.py",
    )
    results.show([found], keep=given.keep)
    if right < _GOAL * len(told):
        sys.exit(1)


if __name__ == "__main__":
    main()
