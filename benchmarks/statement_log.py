"""Figures of the log of statements: appends from many threads, and what a proof reads.

`python benchmarks/statement_log.py` measures on the disk that it runs on how often a second a
small file can be flushed, and beside it, in turns, how many entries a second many threads append,
each told only when its entry is on the disk. The log of ten million entries is computed as it is
read, so that its proofs can be counted on any machine. `--keep` puts the figures into the register.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from random import Random

import measuring
import results
from data import CHECKOUT

from legation.crypto.log.files import DiskFiles
from legation.crypto.log.grouping import GroupedWriter, Pending
from legation.crypto.log.merkle import leaf_hash, prove_inclusion, verify_inclusion
from legation.crypto.log.signers import log_signers
from legation.crypto.log.tiles import TileReader
from legation.crypto.log.writing import create_log, open_log
from legation.crypto.signing import SigningIdentity

sys.path.insert(0, str(CHECKOUT / "tests"))
from worlds.logs import Even

_ORIGIN = "statements.ministry.example/log"
_SIGNERS = log_signers(_ORIGIN, SigningIdentity(bytes([1]) * 32, bytes([2]) * 32))
_LARGE = 10_000_000
_MOST_TILES = 8
_SEED = 20_261_127
_COMMAND = "python benchmarks/statement_log.py"


def flushes(folder: Path, seconds: float) -> float:
    """Return how often a second a line is appended to a file and flushed, one after another."""
    done, begun = 0, time.monotonic()
    with (folder / "flushed").open("ab") as file:
        while time.monotonic() - begun < seconds:
            file.write(b"one line of a log that flushes for each of its entries\n")
            file.flush()
            os.fsync(file.fileno())
            done += 1
        return done / (time.monotonic() - begun)


def appends(folder: Path, seconds: float, threads: int, each: int) -> float:
    """Return how many entries a second threads append, each with so many under way at once."""
    files = DiskFiles(folder)
    create_log(files, _ORIGIN, _SIGNERS)
    ends, counts = threading.Event(), [0] * threads
    with open_log(files, _ORIGIN, _SIGNERS) as opened:
        log = GroupedWriter(opened)

        def work(number: int) -> None:
            under_way: deque[Pending] = deque()
            while not ends.is_set() or under_way:
                while len(under_way) < each and not ends.is_set():
                    entry = b"legation statement entry 1\n%d %d\n" % (number, counts[number])
                    under_way.append(log.submit(entry))
                    counts[number] += 1
                if under_way:
                    under_way.popleft().wait()

        working = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        begun = time.monotonic()
        for thread in working:
            thread.start()
        time.sleep(seconds)
        ends.set()
        for thread in working:
            thread.join()
        taken = time.monotonic() - begun
        if log.head.size != sum(counts):
            sys.exit(f"{log.head.size} entries stand, and {sum(counts)} were acknowledged")
    return sum(counts) / taken


def tiles(samples: int) -> tuple[int, float]:
    """Return how many tiles a proof in the large log reads, at most and on average."""
    even = Even(b"an entry")
    head, chance = even.head(_LARGE), Random(_SEED)  # noqa: S311 -- the same each time
    read = []
    for index in [0, _LARGE - 1, *(chance.randrange(_LARGE) for _ in range(samples))]:
        reader = TileReader(even.read, head)
        proof = prove_inclusion(index, head.size, reader.nodes)
        verify_inclusion(leaf_hash(b"an entry"), index, proof, head)
        read.append(reader.tiles_read)
    return max(read), sum(read) / len(read)


def main() -> None:
    """Measure, print, and keep when asked."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--seconds", type=float, default=3.0, help="of each round")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--threads", type=int, default=64)
    asked.add_argument("--each", type=int, default=64, help="entries under way of each thread")
    asked.add_argument("--samples", type=int, default=2000)
    asked.add_argument("--folder", type=Path, default=CHECKOUT, help="on the disk to measure")
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    pairs, rates = [], []
    with tempfile.TemporaryDirectory(dir=given.folder, prefix=".bench-log-") as made:
        for number in range(given.rounds):
            folder = Path(made) / str(number)
            folder.mkdir()
            flushed = flushes(folder, given.seconds)
            rate = appends(folder, given.seconds, given.threads, given.each)
            print(f"  {flushed:,.0f} flushes/s  {rate:,.0f} appends/s", flush=True)
            pairs.append(rate / flushed)
            rates.append(rate)
    median, told = measuring.Ratio(tuple(pairs)).told()
    most, average = tiles(given.samples)
    low, high = min(rates), max(rates)
    results.show(
        (
            results.Result(
                "statement-log-append",
                f"{median}x the flushes a second",
                f"{told}; {low:,.0f} to {high:,.0f} appends/s by {given.threads} threads "
                f"with {given.each} entries each under way",
                ">= 10x",
                _COMMAND,
            ),
            results.Result(
                "statement-log-tiles",
                f"{most} tiles",
                f"at most, {average:.2f} on average, of {given.samples + 2:,} proofs "
                f"in a log of {_LARGE:,} entries",
                f"<= {_MOST_TILES} tiles",
                _COMMAND,
            ),
        ),
        keep=given.keep,
    )


if __name__ == "__main__":
    main()
