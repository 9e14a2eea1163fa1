"""Runs the benchmarks and writes their figures into `benchmarks/RESULTS.md`.

    python benchmarks/run.py --peers DIR            short forms, about ten minutes on two cores
    python benchmarks/run.py --peers DIR --full     as the goals ask, about an hour

DIR is what `shared/peers/coordination/setup.sh` and `shared/peers/exchange/setup.sh` made. What
needs an environment that is not in it is left out, and said so. Ends with 1 when a benchmark
failed.
"""

import subprocess
import sys
from pathlib import Path

import data
import speed

_HERE = Path(__file__).parent
# (program, options of the short form, options of the full form)
_FORMS = (
    ("start", (), ()),
    ("quality", ("--no-thinned",), ()),
    ("injection", ("--seeds", "1", "--sizes", "3", "10"), ("--seeds", "3")),
    (
        "calibration",
        ("--runs", "10", "--posts", "150000", "--planted", "1"),
        ("--runs", "200", "--planted", "5"),
    ),
)


def main() -> None:
    """Run one after the other, so that none disturbs another."""
    parser = data.options(__doc__)
    data.peers_option(parser)
    parser.add_argument("--full", action="store_true", help="as many runs as the goals ask")
    given = parser.parse_args()
    data.posts()
    failed = []
    with data.workplace(given.work) as work:
        beside = [_speed(given.peers, full=given.full), _taxii(given.peers, full=given.full)]
        for name, options in [*beside, *_others(full=given.full)]:
            print(f"== {name} {' '.join(options)}", flush=True)
            command = [sys.executable, str(_HERE / f"{name}.py"), "--work", str(work / name)]
            done = subprocess.run([*command, "--keep", *options], check=False)
            if done.returncode:
                failed.append(name)
    if failed:
        sys.exit(f"failed, or not as it must be: {', '.join(failed)}")


def _others(*, full: bool) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, whole if full else short) for name, short, whole in _FORMS]


def _speed(peers: Path | None, *, full: bool) -> tuple[str, tuple[str, ...]]:
    pairs = ("--pairs", "5" if full else "2")
    if peers is not None:
        return "speed", (*pairs, "--peers", str(peers))
    print(f"left out, since --peers is not given: {', '.join(sorted(speed.BESIDE))}", flush=True)
    alone = [name for name in speed.PARTS if name not in speed.BESIDE]
    return "speed", (*pairs, *(word for name in alone for word in ("--part", name)))


def _taxii(peers: Path | None, *, full: bool) -> tuple[str, tuple[str, ...]]:
    short = () if full else ("--short",)
    return "taxii", short if peers is None else (*short, "--peers", str(peers))


if __name__ == "__main__":
    main()
