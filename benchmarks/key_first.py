"""When the key of the worked cases was committed, and when the rules that it judges.

    python benchmarks/key_first.py --keep

Read from the history of the checkout: each file of the cases and their key was committed before
the first rule and the first form of a norm, and none was changed afterwards. The register keeps
the key's digest, which a test compares with the file.
"""

import subprocess
import sys

import data
import results

_CASES = "tests/worlds/cases"
KEY = f"{_CASES}/key.toml"
# What judges elements: the rules, what they read forms with, and the forms themselves.
_RULES = (
    "src/legation/safeguards/cases/law",
    "src/legation/knowledge/forms.py",
    "src/legation/knowledge/packs/forms.toml",
)


def main() -> None:
    """Print both commits, and end with 1 when the key did not come first or was changed."""
    given = data.options(__doc__).parse_args()
    cases = _commits(_CASES)
    rules = [one for path in _RULES for one in _commits(path)]
    if not cases or not rules:
        sys.exit("the history is not here: use a whole clone")
    last = cases[-1]
    later = [one for one in rules if _comes_before(last, one)]
    first = rules[0] if len(later) == len(rules) else None
    count = len(_git("ls-files", _CASES).splitlines())
    result = results.Result(
        name="cases-key-first",
        figure=(
            f"key in {last[:10]}, before each of {len(rules)} commits that touch rules and forms"
            if first
            else f"{len(rules) - len(later)} commits of rules do not come after the key"
        ),
        detail=(
            f"{count} files of cases and key, last changed in {last[:10]}; "
            f"key.toml is blob {_git('rev-parse', f'HEAD:{KEY}').strip()}"
        ),
        goal="the key is committed before the rules that meet it",
        command="benchmarks/key_first.py",
    )
    results.show([result], keep=given.keep)
    if first is None:
        sys.exit(1)


def _commits(path: str) -> list[str]:
    """Return the commits that touch a path, the first one first."""
    return _git("log", "--reverse", "--format=%H", "--", path).split()


def _comes_before(one: str, other: str) -> bool:
    if one == other:
        return False
    asked = ["git", "merge-base", "--is-ancestor", one, other]
    return subprocess.run(asked, cwd=data.CHECKOUT, check=False).returncode == 0


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=data.CHECKOUT, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
