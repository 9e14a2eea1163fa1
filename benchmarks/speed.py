"""How fast, and with how much memory, beside coordination-network-toolkit.

    python benchmarks/speed.py --peers DIR

Both read the same `toolkit.csv`, made of the first million posts by `make_input.py`: reposts,
60 seconds, at least two objects. Runs alternate; the figure is the median of the pairs' ratios.
The toolkit's time is what it needs inside its process to load and compute, without its start;
ours is that of the library call the same way, and that of the whole command with its start.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import data
import measuring
import memory
import networks
import results

WINDOW_S, LEAST = 60, 2
MILLION, SMALLER = 1_000_000, 300_000
_TIES = ("--ties-only", "--layers", "repost", "--window", str(WINDOW_S))
_STAGES = re.compile(r"load ([0-9.]+)s compute ([0-9.]+)s")


@dataclass(frozen=True)
class Bench:
    """Where the inputs are and how the two are started.

    Attributes:
        work: Folder to work in.
        toolkit: Interpreter of the toolkit's environment; None when it is not asked for.
        pairs: Alternating pairs of runs.
    """

    work: Path
    toolkit: Path | None
    pairs: int

    @property
    def command(self) -> str:
        """Return what was run, for the register."""
        return f"benchmarks/speed.py --pairs {self.pairs} --peers DIR"

    def csv(self, posts: int) -> Path:
        """Return the first posts in the toolkit's form; made once."""
        folder = self.work / f"first-{posts}"
        file = folder / "toolkit.csv"
        if not file.exists():
            maker = [sys.executable, str(data.PEERS / "make_input.py"), str(data.posts())]
            measuring.measure([*maker, str(posts), str(folder)], self.work)
        return file

    def toolkit_stages(self, file: Path) -> tuple[float, float]:
        """Let the toolkit load and compute; return the seconds of the two."""
        database = file.with_suffix(".db")
        database.unlink(missing_ok=True)
        runner = [str(self.toolkit), str(data.PEERS / "run_toolkit.py"), str(file), str(database)]
        took = measuring.measure([*runner, "co_retweet", str(WINDOW_S), str(LEAST)], self.work)
        found = _STAGES.search(took.out)
        if found is None:
            sys.exit(f"the toolkit said something else: {took.out}")
        return float(found[1]), float(found[2])

    def whole_command(self, file: Path) -> measuring.Measured:
        """Run `legation detect coordination --ties-only`."""
        command = [*data.legation(), "detect", "coordination", str(file), *_TIES]
        return measuring.measure([*command, "--min-objects", str(LEAST)], self.work)

    def library_call(self, file: Path) -> float:
        """Return the seconds of the same by a call, in a process of its own."""
        command = [sys.executable, __file__, "--child", str(file)]
        return float(measuring.measure(command, self.work).out)

    def detect(self, file: Path, *given: str) -> measuring.Measured:
        """Run the whole pipeline with everything it can write."""
        written = (
            ("--accounts", "accounts.csv"),
            ("--campaigns", "campaigns.json"),
            ("--evidence", "evidence.parquet"),
        )
        outputs = [part for option, name in written for part in (option, str(self.work / name))]
        command = [*data.legation(), "detect", "coordination", str(file), *outputs, *given]
        return measuring.measure(command, self.work)


def beside_toolkit(bench: Bench) -> Iterator[results.Result]:
    """Yield the ratios to the toolkit, and whether both find the same ties."""
    file = bench.csv(MILLION)
    print("toolkit, library call, whole command:", flush=True)
    rounds = measuring.alternate(
        bench.pairs,
        lambda: sum(bench.toolkit_stages(file)),
        partial(bench.library_call, file),
        lambda: bench.whole_command(file).wall_s,
    )
    for place, name, told, goal in (
        (1, "speed-library", "library call, reading the CSV included", 15),
        (2, "speed-command", "whole command, its start and output included", 8),
    ):
        median, span = measuring.ratio(rounds, 0, place).told()
        yield results.Result(
            name,
            f"{median} times faster than the toolkit",
            f"{told}; {span} over {len(rounds)} alternating pairs; 1,000,000 posts",
            f"at least {goal} times",
            bench.command,
        )
    ours = bench.work / "ties.csv"
    ours.write_text(bench.whole_command(file).out, encoding="utf-8")
    same = networks.compare(file, file.with_suffix(".db"), ours, LEAST)
    yield results.Result(
        "speed-same-ties",
        same.told(),
        same.explained(),
        "every difference explained",
        bench.command,
    )


def growth(bench: Bench) -> Iterator[results.Result]:
    """Yield how time grows with rows."""
    small, large = bench.csv(SMALLER), bench.csv(data.ALL_POSTS)
    rows = data.ALL_POSTS / SMALLER
    ways: tuple[tuple[str, str, Callable[[Path], float]], ...] = (
        ("library", "library call", bench.library_call),
        ("command", "whole command", lambda file: bench.whole_command(file).wall_s),
    )
    for name, told, way in ways:
        print(f"growth, {told}: {SMALLER:,} and {data.ALL_POSTS:,} posts:", flush=True)
        rounds = measuring.alternate(bench.pairs, partial(way, small), partial(way, large))
        grown = measuring.Ratio(tuple(after / before / rows for before, after in rounds))
        median, span = grown.told(2)
        yield results.Result(
            f"speed-growth-{name}",
            f"time grows {median} times the growth in rows",
            f"{told}; {span}; from {SMALLER:,} to {data.ALL_POSTS:,} posts",
            "at most 1.15 times",
            bench.command,
        )


def pipeline(bench: Bench) -> Iterator[results.Result]:
    """Yield the whole pipeline's time beside the toolkit's loading of the same file alone."""
    file, sample = bench.csv(data.ALL_POSTS), data.posts()
    exact = ("--layers", ",".join(data.EXACT_LAYERS))
    for name, given, told, goal in (
        ("exact", exact, "exact layers, null, campaigns, evidence", "at most 1"),
        ("default", (), "shipped default", ""),
    ):
        for form, source in (("csv", file), ("parquet", sample)):
            if name == "default" and form == "csv":
                continue
            print(f"toolkit's loading, {told} from {form}:", flush=True)
            peaks: list[float] = []

            def ours(
                source: Path = source, given: tuple[str, ...] = given, peaks: list[float] = peaks
            ) -> float:
                took = bench.detect(source, *given)
                peaks.append(took.peak_mib)
                return took.wall_s

            rounds = measuring.alternate(
                min(bench.pairs, 3), lambda: bench.toolkit_stages(file)[0], ours
            )
            median, span = measuring.ratio(rounds, 1, 0).told(2)
            yield results.Result(
                f"speed-pipeline-{name}-{form}",
                f"{median} times the toolkit's loading alone; peak {max(peaks):.0f} MiB",
                f"{told}; {span}; {data.ALL_POSTS:,} posts from {form}",
                f"{goal} times, at most 1536 MiB" if goal else "",
                bench.command,
            )


def near_text(bench: Bench) -> Iterator[results.Result]:
    """Yield what the near-duplicate layer adds."""
    sample = data.posts()
    exact = ("--layers", ",".join(data.EXACT_LAYERS))
    texts = memory.unique_texts(sample)
    added, peaks = [], []
    for _ in range(min(bench.pairs, 3)):
        without, with_it = bench.detect(sample, *exact), bench.detect(sample)
        added.append((with_it.cpu_s - without.cpu_s) / texts * 1e6)
        peaks.append((with_it.peak_mib - without.peak_mib) / texts * 1e6)
    added.sort()
    yield results.Result(
        "speed-near-text",
        f"{added[len(added) // 2]:.1f} CPU-s and {max(peaks):.0f} MiB per million unique texts",
        f"{added[0]:.1f} to {added[-1]:.1f} CPU-s; default less exact layers; {texts:,} texts",
        "at most 30 CPU-s and 1536 MiB",
        bench.command,
    )


def viral(bench: Bench) -> Iterator[results.Result]:
    """Yield what one object shared by 100,000 accounts in an hour costs."""
    file = bench.work / "viral.csv"
    pairs = memory.write_viral(file, WINDOW_S)
    for window in (WINDOW_S, 3600):
        expected = pairs if window == WINDOW_S else memory.VIRAL * (memory.VIRAL - 1) // 2
        took = bench.detect(file, "--layers", "repost", "--window", str(window))
        told = json.loads((bench.work / "campaigns.json").read_text(encoding="utf-8"))["run"]
        right = "exact" if told["pairs"] == expected else f"wrong: {expected:,} expected"
        yield results.Result(
            f"speed-viral-{window}",
            f"{told['pairs']:,} pairs counted ({right}); peak {took.peak_mib:.0f} MiB",
            f"{memory.VIRAL:,} accounts on one object in an hour, window {window} s; "
            f"ended after {took.wall_s:.1f} s",
            "exact count, at most 2048 MiB",
            bench.command,
        )


def child(file: Path) -> None:
    """Print the seconds of one library call; what it imports is loaded before."""
    import duckdb  # noqa: F401 # loaded before the clock starts, as the toolkit's imports are

    from legation.app.detecting import Asked, Question, ties_in_files
    from legation.app.importing import Reading
    from legation.settings import Settings
    from legation.store import coaction_ties, intake  # noqa: F401 # the same

    question = Question(
        files=(file,),
        reading=Reading(),
        asked=Asked(layers=("repost",), window_s=WINDOW_S, min_objects=LEAST),
        settings=Settings(),
        now=lambda: datetime.now(UTC),
    )
    started = time.perf_counter()
    found = ties_in_files(question)
    seconds = time.perf_counter() - started
    print(seconds if len(found.weight) else sys.exit("no ties"))


PARTS = {
    "toolkit": beside_toolkit,
    "growth": growth,
    "pipeline": pipeline,
    "near-text": near_text,
    "viral": viral,
}
# Parts in which the toolkit runs too.
BESIDE = frozenset({"toolkit", "pipeline"})


def main() -> None:
    """Run the parts asked for."""
    parser = data.options(__doc__)
    data.peers_option(parser)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--part", action="append", choices=list(PARTS), default=None)
    parser.add_argument("--child", type=Path, help=data.HIDDEN)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    parts = given.part or list(PARTS)
    toolkit = data.peer_python(given.peers, "toolkit") if BESIDE & set(parts) else None
    with data.workplace(given.work) as work:
        bench = Bench(work, toolkit, given.pairs)
        for part in parts:
            for result in PARTS[part](bench):
                results.show([result], keep=given.keep)


if __name__ == "__main__":
    main()
