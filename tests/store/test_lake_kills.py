"""A run that is killed with SIGKILL loses nothing acknowledged and doubles nothing."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from legation.store.lake import Lake

from .lake_writer import DAYS, content

WRITER = Path(__file__).with_name("lake_writer.py")
KILLS = int(os.environ.get("LEGATION_TEST_KILLS", "8"))
BATCHES = 400


def start(folder: Path, batches: int) -> "subprocess.Popen[str]":
    command = [sys.executable, str(WRITER), str(folder), str(batches)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_after(folder: Path, batches: int, seconds: float) -> list[str]:
    """Kill the writer some time after so many batches were acknowledged."""
    with start(folder, BATCHES) as writer:
        assert writer.stdout is not None
        read = [writer.stdout.readline() for _ in range(1 + batches)]
        time.sleep(seconds)
        writer.kill()
        return [line.strip() for line in read[1:]] + writer.stdout.read().split()


def check(lake: Lake, acknowledged: set[str]) -> None:
    assert acknowledged <= {batch.batch for batch in lake.batches()}
    for batch in lake.batches():
        whole = {lake.folder / file.path: content(batch.batch, file.day) for file in batch.files}
        assert len(whole) == len(DAYS)
        assert {path: path.read_bytes() for path in whole} == whole


def test_nothing_is_lost_or_doubled_by_kills_at_random_points(tmp_path: Path) -> None:
    chance = random.Random(20260101)  # noqa: S311 (no secret)
    acknowledged: set[str] = set()
    for number in range(KILLS):
        acknowledged.update(killed_after(tmp_path, number % 3, chance.uniform(0.0, 0.02)))
        check(Lake(tmp_path), acknowledged)
    assert len(acknowledged) >= KILLS - 1 - KILLS // 3
    total = len(acknowledged) + 5
    with start(tmp_path, total) as last:
        last.communicate(timeout=60)
    lake = Lake(tmp_path)
    lake.recover()
    check(lake, {f"b{number:03}" for number in range(total)})
    assert set(tmp_path.rglob("*.parquet")) == set(lake.files("posts"))
    assert list((tmp_path / ".staging").iterdir()) == []
