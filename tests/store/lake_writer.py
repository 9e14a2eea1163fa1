"""A program that fills a lake batch after batch, to be killed by a test.

It prints the name of each batch after its commit has returned: what was acknowledged.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

from legation.store.lake import Lake

DAYS = [date(2026, 1, 1) + timedelta(days=day) for day in range(3)]


def content(batch: str, day: date) -> bytes:
    """Return what the batch holds for a day, the same in each run."""
    return f"{batch} {day} ".encode() * 5000


def main(folder: Path, batches: int) -> None:
    """Bring in the batches that the lake does not have."""
    lake = Lake(folder)
    lake.recover()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for batch in (f"b{number:03}" for number in range(batches)):
        if lake.has(batch):
            continue
        staged = lake.stage(batch)
        for day in DAYS:
            part = staged / "posts" / f"day={day}"
            part.mkdir(parents=True)
            (part / "data_0.parquet").write_bytes(content(batch, day))
        lake.commit(batch)
        sys.stdout.write(batch + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
