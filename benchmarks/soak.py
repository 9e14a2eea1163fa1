"""Imports a large file while being killed, and proves that nothing is lost and nothing doubled.

    python benchmarks/soak.py --bytes 5000000000 --kills 20

A file of posts is written by a fixed rule, so that what must stand in the lake is known
beforehand: how many posts, and sums over their ids and times. The import runs in a process
of its own, is killed with SIGKILL at random points, started again, and at last let through.
Its memory is what the system counted for each of these processes. `--kills` and `--seed`
choose the points; CI runs the same program on 200 MB.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import results

START = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
ACCOUNTS = 50_000
LIMIT = 2 << 30
HEADER = "post_id,account_id,created_at,text,lang,urls,hashtags,mentions\n"
WORDS = "the lake is calm and both states talk about water rights near the old bridge".split()  # noqa: SIM905 # a sentence
BLOCK = 2_000


class Expected(msgspec.Struct):
    """What must stand in the lake."""

    posts: int = 0
    ids: int = 0
    times: int = 0
    rejected: int = 0
    folded: int = 0


def write_posts(file: Path, size: int) -> Expected:
    """Write about this many bytes of posts, with bad and repeated rows among them."""
    expected = Expected()
    written = 0
    rows = max(1, size // 330)
    with file.open("w", encoding="utf-8", newline="") as stream:
        written += stream.write(HEADER)
        number = 0
        while written < size:
            lines = list(_block(number, rows, expected))
            written += stream.write("".join(lines))
            number += BLOCK
    return expected


def _block(start: int, rows: int, expected: Expected) -> Iterator[str]:
    for n in range(start, start + BLOCK):
        # The time goes on with the file, over 60 days; one post in 97 comes late.
        second = (n * 60 * 86400) // rows - (86400 if n % 97 == 0 else 0)
        when = START + 86400 + second
        author, other = n * 7919 % ACCOUNTS, (n * 104729 + 1) % ACCOUNTS
        text = " ".join(WORDS[(n * k) % len(WORDS)] for k in range(1, 36))
        clock = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))
        # As in real exports, one post in a few names an account.
        named = f" @user_{other}" if n % 4 == 0 else ""
        row = (
            f'p{n},user_{author},{clock},"{text}{named} ""quoted""\n{n:x}",en,'
            f"https://news.example/{n % 1000}?utm_source=soak&id={n},"
            f'"[""Lake"",""Tag{n % 50}""]",{named[2:]}\n'
        )
        if n % 10_007 == 5:
            expected.rejected += 1
            yield f"p{n},user_{author},never,bad,,,,\n"
            continue
        expected.posts += 1
        expected.ids += n
        expected.times += when
        yield row
        if n % 5_003 == 7:
            expected.folded += 1
            yield row


def run_import(file: Path, home: Path, slice_bytes: int) -> None:
    """Import the file, as the child process does."""
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.sources.importing import DeskPrivacy
    from legation.store.intake_import import Importer
    from legation.store.lake import Lake
    from legation.store.reading.mapping import CANONICAL
    from legation.text.links import Links

    privacy = DeskPrivacy(Pseudonymiser(b"soak" * 8), lambda _: None)
    importer = Importer(
        Lake(home / "lake"),
        privacy,
        home / "scratch",
        now=lambda: datetime.now(UTC),
        links=Links(),
        slice_bytes=slice_bytes,
    )
    importer.add(file, CANONICAL)


def killed_runs(
    command: Sequence[str], home: Path, kills: int, slices: int, seed: int
) -> list[int]:
    """Start the import, kill it at random points, let the last through; return the peaks."""
    dice = random.Random(seed)  # noqa: S311 # the same points each time
    points = sorted(dice.randrange(slices) for _ in range(kills))
    peaks = []
    for point in points:
        child = subprocess.Popen(command)
        while child.poll() is None and _committed(home) < point:
            time.sleep(0.05)
        deadline = time.monotonic() + dice.uniform(0.1, 4)
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if child.poll() is not None:
            print(f"the import ended before its kill at slice {point}")
            break
        child.send_signal(signal.SIGKILL)
        peaks.append(_peak(child))
        print(f"killed with {_committed(home)} of about {slices} slices in the lake")
    child = subprocess.Popen(command)
    peaks.append(_peak(child))
    if child.returncode:
        sys.exit(f"the last run failed with {child.returncode}")
    return peaks


def _peak(child: subprocess.Popen[bytes]) -> int:
    """Wait for the process and return its largest resident memory in bytes."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024


def _committed(home: Path) -> int:
    manifests = home / "lake" / ".manifests"
    return sum(1 for _ in manifests.glob("posts-*.json")) if manifests.is_dir() else 0


def check(home: Path, expected: Expected, peaks: Sequence[int]) -> list[str]:
    """Return what does not hold."""
    from legation.store.duck import connect
    from legation.store.lake import Lake

    lake = Lake(home / "lake")
    lake.verify()
    files = [str(path) for path in lake.files("posts")]
    with connect("1GB", 2, home / "spill") as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT post_id), sum(post_id[2:]::HUGEINT)::VARCHAR, "
            f"sum(time)::VARCHAR FROM read_parquet({files})"
        ).fetchall()[0]
    wanted = (expected.posts, expected.posts, str(expected.ids), str(expected.times))
    faults = [] if found == wanted else [f"the lake holds {found}, not {wanted}"]
    if lake.files("post_edits"):
        faults.append("a post was taken for an edit of itself")
    if max(peaks) > LIMIT:
        faults.append(f"peak memory {max(peaks) / 2**20:.0f} MiB is above 2048 MiB")
    if (home / "scratch").exists():
        faults.append("clear rows were left in the scratch folder")
    return faults


def told(figure: str, peak_mib: float, seconds: float, command: str) -> results.Result:
    """Return the row of an import that held."""
    return results.Result(
        name="soak",
        figure=f"{figure}: nothing lost, nothing doubled",
        detail=f"peak {peak_mib:.0f} MiB; {seconds:.0f} s, kills and repeated slices included",
        goal="nothing lost, nothing doubled, at most 2048 MiB",
        command=command,
    )


def main() -> None:
    """Write, import under kills, check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bytes", type=int, default=5_000_000_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slice-bytes", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="write the figure into RESULTS.md")
    parser.add_argument("--folder", type=Path, help="where to work; default: a temporary folder")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        run_import(Path(given.child[0]), Path(given.child[1]), int(given.child[2]))
        return
    slice_bytes = given.slice_bytes or min(1 << 27, max(1 << 20, given.bytes // 20))
    work = Path(tempfile.mkdtemp(prefix="soak-", dir=given.folder))
    try:
        started = time.monotonic()
        expected = write_posts(work / "posts.csv", given.bytes)
        print(f"wrote {given.bytes:,} bytes, {expected.posts:,} posts", flush=True)
        slices = given.bytes // slice_bytes + 1
        command = [sys.executable, __file__, "--child", str(work / "posts.csv"), str(work / "home")]
        peaks = killed_runs(
            [*command, str(slice_bytes)], work / "home", given.kills, slices, given.seed
        )
        faults = check(work / "home", expected, peaks)
        seconds = time.monotonic() - started
        figure = f"{expected.posts:,} posts, {len(peaks) - 1} kills"
        print(f"{figure}, peak {max(peaks) / 2**20:.0f} MiB, {seconds:.0f} s", flush=True)
        if faults:
            sys.exit("\n".join(faults))
        command = f"benchmarks/soak.py --bytes {given.bytes} --kills {given.kills}"
        results.show([told(figure, max(peaks) / 2**20, seconds, command)], keep=given.keep)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
