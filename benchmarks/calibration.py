"""How often the detector shows a campaign where there is none.

    python benchmarks/calibration.py --runs 200 --null both --processes 2

The accounts of real posts are dealt out again (see `redraw.py`), the posts are joined and
searched as shipped, and any campaign shown is a false one. At the nominal level of 1 % at most
5 of 200 runs may show one. The same build must find a campaign of 10 accounts on 10 objects that
is planted into the day's redraw: a detector that never finds anything would pass the first test.
Into the hour's redraw one is planted too, and only reported: there the real campaigns' objects
stay in their hours, so that everybody in these hours acts together. Ends with 1 when a test fails.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import data
import numpy as np
import redraw
import results

from legation.threats.disinformation.batches import acted
from legation.threats.disinformation.coordination import Coordination, Rule

MEMBERS, OBJECTS = 10, 10
_MUST_FIND = frozenset({"day"})
# 5 of 200 runs; of fewer runs the number that a rate of 1 % exceeds as rarely (1.6 %).
_ALLOWED = ((200, 5), (100, 3), (50, 2), (10, 1))


@dataclass(frozen=True)
class Run:
    """One redraw searched.

    Attributes:
        null: Which redraw.
        seed: Of its chance.
        campaigns: Shown at the default level.
        p_value: Smallest corrected p-value of any part of the network.
        members: Planted accounts found together in the campaign that has most of them.
        others: Other accounts in that campaign.
        seconds: Wall time.
    """

    null: str
    seed: int
    campaigns: int
    p_value: float
    members: int
    others: int
    seconds: float


def run(file: Path, null: str, seed: int, *, planted: bool) -> Run:
    """Redraw, join and search once."""
    started = time.monotonic()
    sample, draw = _sample(file), np.random.default_rng([seed, sorted(redraw.REDRAWS).index(null)])
    dealt = redraw.REDRAWS[null](sample, draw)
    languages = redraw.languages_of(sample, dealt)
    accounts = len(languages)
    if planted:
        dealt = redraw.plant(dealt, accounts, draw, members=MEMBERS, objects=OBJECTS)
        usual = np.bincount(languages[languages >= 0], minlength=1).argmax()
        languages = np.concatenate([languages, np.full(MEMBERS, usual)])
    found = Coordination().detect(redraw.batches(dealt, languages, sample.window_s))
    sizes = [int((each.accounts >= accounts).sum()) for each in found.clusters]
    best = max(range(len(sizes)), key=sizes.__getitem__, default=None)
    return Run(
        null=null,
        seed=seed,
        campaigns=len(found.clusters),
        p_value=found.least_p,
        members=0 if best is None else sizes[best],
        others=0 if best is None else len(found.clusters[best].accounts) - sizes[best],
        seconds=time.monotonic() - started,
    )


@cache
def _sample(file: Path) -> redraw.Sample:
    return redraw.Sample.load(file)


def allowed(runs: int) -> int:
    """Return how many of so many runs may show a campaign."""
    return next((most for least, most in _ALLOWED if runs >= least), 0)


def measured(
    file: Path, nulls: Sequence[str], runs: int, planted: int, processes: int
) -> Iterable[tuple[list[Run], list[Run]]]:
    """Yield for each null its runs and those with a planted campaign."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for null in nulls:
            plain = _counted(pool.map(partial(run, file, null, planted=False), range(runs)))
            seeds = range(10_000, 10_000 + planted)
            yield plain, list(pool.map(partial(run, file, null, planted=True), seeds))


def _counted(runs: Iterable[Run]) -> list[Run]:
    done = []
    for each in runs:
        done.append(each)
        told = f"{each.campaigns} campaigns" if each.campaigns else "none"
        print(
            f"  {each.null} {each.seed}: {told}, smallest p {each.p_value:.3g}, "
            f"{each.seconds:.1f} s",
            flush=True,
        )
    return done


def report(plain: Sequence[Run], planted: Sequence[Run], command: str) -> list[results.Result]:
    """Return the figures of one null."""
    null, shown = plain[0].null, sum(1 for each in plain if each.campaigns)
    p_values = np.quantile([each.p_value for each in plain], (0, 0.01, 0.05, 0.25, 0.5))
    quantiles = ", ".join(f"{p:.3g}" for p in p_values)
    figures = [
        results.Result(
            name=f"calibration-{null}",
            figure=f"{shown} of {len(plain)} runs show a campaign",
            detail=f"smallest corrected p of a run, quantiles 0, 1, 5, 25, 50 %: {quantiles}",
            goal=f"at most {allowed(len(plain))} of {len(plain)} (nominal level 1 %)",
            command=command,
        )
    ]
    if planted:
        others = sorted(each.others for each in planted)
        found = [each.members for each in planted]
        figures.append(
            results.Result(
                name=f"calibration-{null}-planted",
                figure=f"{sum(n == MEMBERS for n in found)} of {len(planted)} found whole",
                detail=f"{MEMBERS} accounts x {OBJECTS} objects; accounts found "
                f"{min(found)} to {max(found)}; others in the campaign {others[0]} to {others[-1]}",
                goal="all found" if null in _MUST_FIND else "",
                command=command,
            )
        )
    return figures


def holds(plain: Sequence[Run], planted: Sequence[Run]) -> bool:
    """Tell whether false campaigns are as rare as they must be and planted ones are found."""
    shown = sum(1 for each in plain if each.campaigns)
    sought = [each for each in planted if each.null in _MUST_FIND]
    return shown <= allowed(len(plain)) and all(each.members == MEMBERS for each in sought)


def main() -> None:
    """Prepare the posts once, then redraw and search."""
    parser = data.options(__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--null", choices=[*redraw.REDRAWS, "both"], default="both")
    parser.add_argument("--planted", type=int, default=5, help="runs with a planted campaign")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--posts", type=int, help="only so many posts, the first by time")
    given = parser.parse_args()
    rule = Rule()
    nulls = list(redraw.REDRAWS) if given.null == "both" else [given.null]
    size = f" --posts {given.posts}" if given.posts else ""
    command = f"benchmarks/calibration.py --runs {given.runs} --null {given.null}{size}"
    kept = True
    with data.workplace(given.work) as work:
        sample = redraw.prepare(
            data.posts(), acted(rule.layers), rule.window_s, first=given.posts, spill=work / "spill"
        )
        sample.save(work / "sample.npz")
        print(f"{len(sample.account):,} posts, {len(sample.layer):,} actions", flush=True)
        done = measured(work / "sample.npz", nulls, given.runs, given.planted, given.processes)
        for plain, planted in done:
            figures = report(plain, planted, command)
            if given.posts:
                figures = [replace(each, name=f"{each.name}-short") for each in figures]
            results.show(figures, keep=given.keep)
            kept = kept and holds(plain, planted)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
