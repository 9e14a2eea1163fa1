"""Many threads append, one writes for all: every entry once, each caller told the truth."""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checking import verify_log
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.log.grouping import GroupedWriter
from legation.crypto.log.notes import parse_note
from legation.crypto.log.proofs import make_proof, verify_proof
from legation.crypto.log.signers import cosign_checkpoint
from legation.crypto.log.tiles import TileReader
from legation.crypto.log.writing import Appended, create_log, open_log
from legation.errors import BadInputError, BusyError, LegationError, UsageError
from worlds.logs import (
    LOG_KEYS,
    ORIGIN,
    PUBLISHER,
    WITNESS_NAMES,
    WITNESSES,
    Disk,
    keys_of,
    policy,
    published,
)

KILLS = int(os.environ.get("LEGATION_LOG_KILLS", "12"))


class SlowDisk(Disk):
    """A disk that flushes only when it is let, so that others come meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.flushes = 0
        self.asked = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.free = True

    def settle(self, under: str = "") -> None:
        self.flushes += 1
        if not self.free:
            self.asked.release()
            self.let.acquire()
        super().settle(under)


@contextmanager
def grouped(disk: Disk) -> Iterator[GroupedWriter]:
    if not disk.safe:
        create_log(disk, ORIGIN, PUBLISHER)
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        yield GroupedWriter(log)


def entries_of(disk: Disk | DiskFiles) -> list[bytes]:
    head = verify_log(disk.read, LOG_KEYS).head
    reader = TileReader(disk.read, head)
    return [reader.entry(at) for at in range(head.size)]


def until(log: GroupedWriter, count: int) -> None:
    """Wait until so many entries wait."""
    turn = threading.Event()
    while len(log._queue) < count:
        turn.wait(0.001)


@settings(max_examples=15)
@given(st.integers(1, 24), st.integers(1, 12))
def test_every_entry_of_many_threads_stands_once_at_its_number(threads: int, each: int) -> None:
    disk = Disk()

    def work(thread: int) -> list[tuple[bytes, Appended]]:
        rows = [b"%d of thread %d" % (at, thread) for at in range(each)]
        return [(row, log.append(row)) for row in rows]

    with grouped(disk) as log, ThreadPoolExecutor(threads) as pool:
        done = [row for rows in pool.map(work, range(threads)) for row in rows]
    stand = entries_of(disk)
    assert sorted(stand) == sorted(entry for entry, _ in done)
    for entry, appended in done:
        assert stand[appended.first] == entry
        proof = make_proof(appended.first, appended.checkpoint, disk.read)
        verify_proof(entry, proof, policy(quorum=0))


def test_those_who_wait_share_one_flush_and_one_checkpoint() -> None:
    disk = SlowDisk()
    with grouped(disk) as log, ThreadPoolExecutor(40) as pool:
        disk.free = False
        first = pool.submit(log.append, b"first")
        disk.asked.acquire()
        rest = [pool.submit(log.append, b"%d" % at) for at in range(39)]
        until(log, 39)
        disk.free = True
        disk.let.release()
        assert first.result().first == 0
        assert sorted(each.result().first for each in rest) == list(range(1, 40))
        assert len({each.result().checkpoint.text for each in rest}) == 1
    assert disk.flushes == 2


def test_nobody_is_told_before_the_entry_is_published() -> None:
    disk = SlowDisk()
    with grouped(disk) as log, ThreadPoolExecutor(1) as pool:
        disk.free = False
        told = pool.submit(log.append, b"first")
        disk.asked.acquire()
        assert not told.done()
        assert verify_log(disk.read, LOG_KEYS).head.size == 0
        disk.let.release()
        assert parse_checkpoint(told.result().checkpoint).head.size == 1
    assert entries_of(disk) == [b"first"]


def _together(log: GroupedWriter, disk: SlowDisk, count: int) -> list[Appended | LegationError]:
    """Append so many entries as one batch behind a first one, and return what each is told."""

    def told(entry: bytes) -> Appended | LegationError:
        try:
            return log.append(entry)
        except LegationError as fault:
            return fault

    with ThreadPoolExecutor(count + 1) as pool:
        disk.free = False
        first = pool.submit(told, b"first")
        disk.asked.acquire()
        rest = [pool.submit(told, b"%d" % at) for at in range(count)]
        until(log, count)
        disk.free = True
        disk.let.release()
        return [each.result() for each in (first, *rest)]


def test_a_failure_reaches_each_who_waits_and_none_of_their_entries_is_in_the_log() -> None:
    disk = SlowDisk()

    def full(path: str) -> None:
        if path == "tile/entries/000.p/9":
            raise OSError(errno.ENOSPC, "No space left on device")

    with grouped(disk) as log:
        disk.fault = full
        first, *rest = _together(log, disk, 8)
        assert isinstance(first, Appended)
        assert all(isinstance(each, BusyError) for each in rest)
        assert len({id(each) for each in rest}) == 8
        assert all("No space left" in str(each) for each in rest)
        disk.fault = lambda _: None
        assert log.append(b"after").first == 1
    assert entries_of(disk) == [b"first", b"after"]


def test_a_failure_while_publishing_stops_all_until_the_log_is_opened_again() -> None:
    disk = SlowDisk()
    create_log(disk, ORIGIN, PUBLISHER)

    def failing(path: str) -> None:
        if path == CHECKPOINT and parse_checkpoint(parse_note(disk.read(path))).head.size > 1:
            raise OSError(errno.EIO, "Input/output error")

    with grouped(disk) as log:
        disk.fault = failing
        first, *rest = _together(log, disk, 3)
        assert isinstance(first, Appended)
        assert [type(each) for each in rest] == [BusyError] * 3
        with pytest.raises(UsageError, match="read again"):
            log.append(b"more")
    disk.fault = lambda _: None
    with grouped(disk) as log:
        assert log.append(b"more").first == 4


def test_an_entry_that_is_too_long_is_refused_alone() -> None:
    disk = SlowDisk()
    with grouped(disk) as log:
        with pytest.raises(BadInputError, match="65536 bytes"):
            log.append(bytes(65_536))
        assert log.append(b"good").first == 0
    assert entries_of(disk) == [b"good"]


def test_whoever_waits_for_a_late_entry_writes_all_before_it() -> None:
    disk = SlowDisk()
    create_log(disk, ORIGIN, PUBLISHER)
    with open_log(disk, ORIGIN, PUBLISHER) as opened:
        log = GroupedWriter(opened, largest=4)
        pending = [log.submit(b"%d" % at) for at in range(10)]
        assert pending[8].wait().first == 8
        assert pending[9].wait().first == 9
    assert disk.flushes == 3


def test_no_batch_is_larger_than_it_may_be() -> None:
    disk = SlowDisk()
    create_log(disk, ORIGIN, PUBLISHER)
    with open_log(disk, ORIGIN, PUBLISHER) as opened:
        log = GroupedWriter(opened, largest=4)
        told = _together(log, disk, 10)
    assert all(isinstance(each, Appended) for each in told)
    assert disk.flushes == 4
    assert len(entries_of(disk)) == 11


class StoppedError(BaseException):
    """What stops a thread."""


def test_when_the_thread_that_writes_is_stopped_the_others_are_told_and_go_on() -> None:
    disk = SlowDisk()

    def stop(path: str) -> None:
        if path == "tile/entries/000.p/6":
            raise StoppedError

    with grouped(disk) as log:
        disk.fault = stop
        with ThreadPoolExecutor(6) as pool:
            disk.free = False
            first = pool.submit(log.append, b"first")
            disk.asked.acquire()
            rest = [pool.submit(log.append, b"%d" % at) for at in range(5)]
            until(log, 5)
            disk.free = True
            disk.let.release()
            faults = [each.exception() for each in rest]
        assert first.result().first == 0
        assert sorted(type(each).__name__ for each in faults) == [
            *["BusyError"] * 4,
            "StoppedError",
        ]
        disk.fault = lambda _: None
        assert log.append(b"after").first == 1


class StoppedLock:
    """What a thread waits at that is stopped there, once it is let."""

    def __init__(self, let: threading.Event) -> None:
        self._let = let

    def acquire(self) -> bool:
        self._let.wait()
        raise StoppedError

    def release(self) -> None:
        pass


def _stopped_at(log: GroupedWriter, entry: bytes, let: threading.Event) -> None:
    """Wait as a thread does behind another one, and be stopped."""
    pending = log.submit(entry)
    pending.call = StoppedLock(let)  # type: ignore[assignment] # it only has to be waited at
    with log._guard:
        log._asking.append(pending)
    with pytest.raises(StoppedError):
        log._follow(pending)


@pytest.mark.parametrize("called", [True, False])
def test_a_thread_that_is_stopped_while_it_waits_keeps_nobody_waiting(called: bool) -> None:
    """Whether it was called to write next or not; its entry may be in the log."""
    disk, let = SlowDisk(), threading.Event()
    with grouped(disk) as log, ThreadPoolExecutor(4) as pool:
        disk.free = False
        first = pool.submit(log.append, b"first")
        disk.asked.acquire()
        stopped = pool.submit(_stopped_at, log, b"stopped", let)
        until(log, 1)
        if not called:
            let.set()
            stopped.result()
        behind = pool.submit(log.append, b"behind")
        until(log, 2)
        disk.free = True
        disk.let.release()
        assert first.result().first == 0
        let.set()
        assert behind.result().first == 2
    assert entries_of(disk) == [b"first", b"stopped", b"behind"]


def test_what_was_handed_in_is_written_by_whoever_waits_first() -> None:
    disk = SlowDisk()
    with grouped(disk) as log:
        pending = [log.submit(b"%d" % at) for at in range(300)]
        assert log.head.size == 0
        assert [each.wait().first for each in pending[::-1]] == list(range(300))[::-1]
        assert pending[7].wait().first == 7
    assert disk.flushes == 1


def test_cosignatures_are_published_between_batches() -> None:
    disk = Disk()
    signers = WITNESSES[WITNESS_NAMES[0]]
    with grouped(disk) as log:
        note = log.append(b"first").checkpoint
        now = datetime(2026, 3, 1, tzinfo=UTC)
        lines = cosign_checkpoint(parse_checkpoint(note), signers, now)
        log.add_cosignatures(lines, keys_of(signers))
        assert log.checkpoint.signatures[2:] == lines
    assert parse_note(published(disk)).signatures[2:] == lines


KILLED = """
import sys, threading
from pathlib import Path
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.log.grouping import GroupedWriter
from legation.crypto.log.writing import open_log
from worlds.logs import ORIGIN, PUBLISHER
told = threading.Lock()
with open_log(DiskFiles(Path(sys.argv[1])), ORIGIN, PUBLISHER) as opened:
    log = GroupedWriter(opened)
    def work(thread):
        at = 0
        while True:
            entry = f"{sys.argv[2]} {thread} {at}"
            first = log.append(entry.encode()).first
            with told:
                print(first, entry, flush=True)
            at += 1
    threads = [threading.Thread(target=work, args=(each,)) for each in range(12)]
    for each in threads: each.start()
    for each in threads: each.join()
"""


def test_killed_at_any_moment_no_entry_is_lost_that_was_acknowledged_and_none_is_twice(
    tmp_path: Path,
) -> None:
    files = DiskFiles(tmp_path)
    create_log(files, ORIGIN, PUBLISHER)
    chance = random.Random(5)  # noqa: S311 - a test's dice
    tests = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])}
    acknowledged: dict[int, str] = {}
    for run in range(max(3, KILLS // 4)):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path), str(run)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(chance.randint(1, 200))]
        writer.send_signal(signal.SIGKILL)
        lines += writer.communicate()[0].splitlines(keepends=True)
        for line in lines:
            if line.endswith("\n"):
                number, _, entry = line.rstrip("\n").partition(" ")
                acknowledged[int(number)] = entry
    stand = entries_of(files)
    assert len(set(stand)) == len(stand)
    assert {at: stand[at].decode() for at in acknowledged} == acknowledged
