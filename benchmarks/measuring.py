"""One command measured: wall and CPU seconds, and the peak memory of its whole process tree.

The memory is sampled from the process and all its children, as `measure.py` beside the peers'
scripts does; a peer that starts workers is counted with them. Two commands are compared only
within one run: they alternate, and the figure is the median of the pairs' ratios with its range.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY_S = 0.01


@dataclass(frozen=True)
class Measured:
    """What a command took.

    Attributes:
        wall_s: Seconds from start to end.
        cpu_s: CPU seconds of the process and the children it waited for.
        peak_mib: Largest sum of resident memory over the process tree, sampled.
        out: Its standard output.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    out: str


def measure(command: Sequence[str], folder: Path) -> Measured:
    """Run a command to its end; end the program with its words when it fails.

    Args:
        command: The command line.
        folder: Where its output is kept while it runs.
    """
    out, err = folder / "stdout.txt", folder / "stderr.txt"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        started = time.monotonic()
        # As shipped: whatever is set for legation on this machine must not change a figure.
        plain = {name: value for name, value in os.environ.items() if name[:9] != "LEGATION_"}
        child = subprocess.Popen(command, stdout=to_out, stderr=to_err, env=plain)
        peak, status, usage = _watch(child.pid)
        wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        told = err.read_text(encoding="utf-8", errors="replace")[-2000:]
        sys.exit(f"{' '.join(command)} ended with {child.returncode}\n{told}")
    return Measured(
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mib=max(peak, usage.ru_maxrss * 1024) / 2**20,
        out=out.read_text(encoding="utf-8", errors="replace"),
    )


@dataclass(frozen=True)
class Ratio:
    """How many times more one took than the other, over alternating pairs."""

    pairs: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median of the pairs."""
        return statistics.median(self.pairs)

    def told(self, digits: int = 1) -> tuple[str, str]:
        """Return the median and the range, in words."""
        low, high = min(self.pairs), max(self.pairs)
        return f"{self.median:.{digits}f}", f"{low:.{digits}f} to {high:.{digits}f}"


def alternate(pairs: int, *tasks: Callable[[], float]) -> list[tuple[float, ...]]:
    """Run the tasks in turn, `pairs` times; every other time in the opposite order."""
    rounds = []
    for number in range(pairs):
        order = range(len(tasks)) if number % 2 == 0 else reversed(range(len(tasks)))
        taken = {place: tasks[place]() for place in order}
        rounds.append(tuple(taken[place] for place in range(len(tasks))))
        print("  " + "  ".join(f"{seconds:.2f} s" for seconds in rounds[-1]), flush=True)
    return rounds


def ratio(rounds: Sequence[tuple[float, ...]], over: int, under: int) -> Ratio:
    """Return the ratio of two of the tasks."""
    return Ratio(tuple(taken[over] / taken[under] for taken in rounds))


def load() -> str:
    """Return the machine's load of the last minute, and its cores."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _watch(pid: int) -> tuple[int, int, resource.struct_rusage]:
    peak = 0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, status, usage
        peak = max(peak, sum(_resident(each) for each in _tree(pid)))
        time.sleep(_EVERY_S)


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += _tree(int(child))
    except OSError:
        pass  # it ended while it was looked at
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
