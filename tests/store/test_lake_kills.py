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


def killed_after(folder: Path, seconds: float) -> list[str]:
    with start(folder, BATCHES) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        return writer.stdout.read().split()


def check(lake: Lake, acknowledged: set[str]) -> None:
    assert acknowledged <= {batch.batch for batch in lake.batches()}
    for batch in lake.batches():
        whole = {lake.folder / file.path: content(batch.batch, file.day) for file in batch.files}
        assert len(whole) == len(DAYS)
        assert {path: path.read_bytes() for path in whole} == whole


def test_nothing_is_lost_or_doubled_by_kills_at_random_points(tmp_path: Path) -> None:
    chance = random.Random(20260101)  # noqa: S311 (no secret)
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        acknowledged.update(killed_after(tmp_path, chance.uniform(0.0, 0.06)))
        check(Lake(tmp_path), acknowledged)
    assert acknowledged, "no batch was acknowledged: the kills came too early to prove anything"
    total = len(acknowledged) + 5
    with start(tmp_path, total) as last:
        last.communicate(timeout=60)
    lake = Lake(tmp_path)
    lake.recover()
    check(lake, {f"b{number:03}" for number in range(total)})
    assert set(tmp_path.rglob("*.parquet")) == set(lake.files("posts"))
    assert list((tmp_path / ".staging").iterdir()) == []
