import errno
import os
import random
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checking import verify_log
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.log.notes import parse_note
from legation.crypto.log.signers import cosign_checkpoint, log_signers
from legation.crypto.log.tiles import TileReader, bundles_of, tiles_of
from legation.crypto.log.writing import LARGEST_BATCH, create_log, open_log
from legation.crypto.signing import SigningIdentity
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from worlds.logs import (
    LOG_KEYS,
    ORIGIN,
    PUBLISHER,
    STRANGER,
    WITNESS_NAMES,
    WITNESSES,
    Disk,
    PowerLossError,
    Tree,
    keys_of,
    log_of,
)

KILLS = int(os.environ.get("LEGATION_LOG_KILLS", "12"))
ENTRIES = [b"statement %d" % at for at in range(1200)]
TREE = Tree(ENTRIES)


def split(entries: Sequence[bytes], *sizes: int) -> Iterator[Sequence[bytes]]:
    at = 0
    for size in sizes:
        yield entries[at : at + size]
        at += size
    if entries[at:]:
        yield entries[at:]


def size_of(disk: Disk) -> int:
    return verify_log(disk.read, LOG_KEYS).head.size


def test_what_is_appended_is_published_with_its_number() -> None:
    disk = Disk()
    create_log(disk, ORIGIN, PUBLISHER)
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        assert log.head == TREE.heads[0]
        assert log.append(ENTRIES[:3]).first == 0
        appended = log.append(ENTRIES[3:5])
        assert appended.first == 3
        assert appended.checkpoint == log.checkpoint
    assert parse_note(disk.read(CHECKPOINT)) == appended.checkpoint
    assert verify_log(disk.read, LOG_KEYS).head == TREE.heads[5]


@settings(max_examples=25)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=6), st.integers(1, 1200))
def test_any_batches_give_the_same_files_as_one_batch(sizes: list[int], count: int) -> None:
    once = log_of([ENTRIES[:count]])
    parts = log_of([batch for batch in split(ENTRIES[:count], *sizes) if batch])
    assert size_of(parts) == count
    needed = {each.path for each in tiles_of(0, count)} | {b.path for b in bundles_of(0, count)}
    assert needed == {*once.safe} - {CHECKPOINT}
    assert needed <= {*parts.safe}
    for path in once.safe.keys() & parts.safe.keys() - {CHECKPOINT}:
        assert once.safe[path] == parts.safe[path]


def test_one_by_one_gives_the_same_files_as_one_batch() -> None:
    once = log_of([ENTRIES[:600]])
    singly = log_of([[entry] for entry in ENTRIES[:600]])
    assert {*once.safe} <= {*singly.safe}
    for path in {*once.safe} - {CHECKPOINT}:
        assert once.safe[path] == singly.safe[path]


def test_no_published_hash_is_ever_written_again() -> None:
    disk = Disk()
    create_log(disk, ORIGIN, PUBLISHER)
    vouched: dict[str, bytes] = {}
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        for batch in split(ENTRIES, 1, 5, 250, 1, 255, 1, 300):
            log.append(batch)
            for path, content in vouched.items():
                assert disk.safe.get(path, content) == content
            vouched |= {path: disk.safe[path] for path in disk.safe if path != CHECKPOINT}


def test_a_partial_tile_stays_until_the_full_one_is_published() -> None:
    disk = log_of(list(split(ENTRIES[:255], 100, 55)))
    for width in (100, 155, 255):
        assert f"tile/0/000.p/{width}" in disk.safe
        assert f"tile/entries/000.p/{width}" in disk.safe
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        log.append(ENTRIES[255:256])
    assert [path for path in disk.safe if ".p/" in path] == ["tile/1/000.p/1"]
    # Who holds an older checkpoint still reads its tree.
    reader = TileReader(disk.read, TREE.heads[155])
    assert reader.entry(154) == ENTRIES[154]


def _crashes(
    batches: Sequence[Sequence[bytes]], then: Sequence[bytes]
) -> Iterator[tuple[int, int]]:
    """Stop the last batch after every number of steps; yield what stood, and what stands."""
    before = sum(map(len, batches))
    calm = log_of(batches)
    begun = calm.steps
    with open_log(calm, ORIGIN, PUBLISHER) as log:
        log.append(then)
    for step in range(calm.steps - begun + 1):
        disk = log_of(batches)
        disk.steps, disk.stop_after = 0, step
        try:
            with open_log(disk, ORIGIN, PUBLISHER) as log:
                log.append(then)
        except PowerLossError:
            pass
        disk.lose_power(seed=step)
        after = size_of(disk)
        assert after in (before, before + len(then))
        # It goes on from there, over whatever the crash has left.
        with open_log(disk, ORIGIN, PUBLISHER) as log:
            log.append(ENTRIES[after : after + 700])
        assert verify_log(disk.read, LOG_KEYS).head == TREE.heads[after + 700]
        yield before, after


@pytest.mark.parametrize(
    ("old", "batch"), [(0, 1), (0, 300), (5, 1), (250, 5), (250, 6), (255, 1), (256, 1), (100, 400)]
)
def test_a_crash_at_any_step_leaves_the_log_without_the_batch_or_with_all_of_it(
    old: int, batch: int
) -> None:
    batches = list(split(ENTRIES[:old], old // 2)) if old else []
    batches = [each for each in batches if each]
    seen = {after for _, after in _crashes(batches, ENTRIES[old : old + batch])}
    assert seen == {old, old + batch}


@settings(max_examples=60)
@given(st.data())
def test_crash_after_crash_never_breaks_a_log(data: st.DataObject) -> None:
    disk = Disk()
    create_log(disk, ORIGIN, PUBLISHER)
    size = 0
    for _ in range(6):
        batch = data.draw(st.integers(1, 150))
        disk.steps, disk.stop_after = 0, data.draw(st.integers(0, 12))
        try:
            with open_log(disk, ORIGIN, PUBLISHER) as log:
                log.append(ENTRIES[size : size + batch])
        except PowerLossError:
            pass
        disk.lose_power(data.draw(st.integers(0, 10_000)))
        after = size_of(disk)
        assert after in (size, size + batch)
        size = after
    assert verify_log(disk.read, LOG_KEYS).head == TREE.heads[size]


def test_a_full_disk_leaves_the_log_as_it_was_and_gives_back_its_room() -> None:
    disk = log_of([ENTRIES[:300]])
    kept = dict(disk.safe)

    def full(path: str) -> None:
        if path.startswith("tile/0"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with open_log(disk, ORIGIN, PUBLISHER) as log:
        disk.fault = full
        with pytest.raises(BusyError, match="No space left"):
            log.append(ENTRIES[300:320])
        assert (log.head, disk.safe, disk.written) == (TREE.heads[300], kept, {})
        disk.fault = lambda _: None
        log.append(ENTRIES[300:320])
    assert verify_log(disk.read, LOG_KEYS).head == TREE.heads[320]


def test_a_disk_that_fails_while_publishing_stops_the_writer_until_it_is_opened_again() -> None:
    disk = log_of([ENTRIES[:300]])

    def failing(path: str) -> None:
        if path == CHECKPOINT and parse_checkpoint(parse_note(disk.read(path))).head.size > 300:
            raise OSError(errno.EIO, "Input/output error")

    with open_log(disk, ORIGIN, PUBLISHER) as log:
        disk.fault = failing
        with pytest.raises(BusyError, match="Input/output"):
            log.append(ENTRIES[300:320])
        with pytest.raises(UsageError, match="read again"):
            log.append(ENTRIES[300:320])
    disk.fault = lambda _: None
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        assert log.head == TREE.heads[320]


@pytest.fixture
def folder(tmp_path: Path) -> DiskFiles:
    files = DiskFiles(tmp_path)
    create_log(files, ORIGIN, PUBLISHER)
    return files


def test_a_log_on_a_disk_is_files_that_all_may_read(folder: DiskFiles, tmp_path: Path) -> None:
    with open_log(folder, ORIGIN, PUBLISHER) as log:
        log.append(ENTRIES[:300])
    assert verify_log(folder.read, LOG_KEYS).head == TREE.heads[300]
    files = {
        str(each.relative_to(tmp_path)): each for each in tmp_path.rglob("*") if each.is_file()
    }
    assert {*files} == {*log_of([ENTRIES[:300]]).safe, ".lock"}
    del files[".lock"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files.values()} == {0o644}
    folders = [each for each in tmp_path.rglob("*") if each.is_dir()]
    assert all(stat.S_IMODE(each.stat().st_mode) & 0o005 for each in folders)


def test_a_file_that_may_grow_no_further_leaves_the_log_as_it_was(folder: DiskFiles) -> None:
    with open_log(folder, ORIGIN, PUBLISHER) as log:
        log.append(ENTRIES[:10])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
        try:
            with pytest.raises(BusyError, match="could not be written"):
                log.append([bytes(5000), bytes(5000)])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert verify_log(folder.read, LOG_KEYS).head == TREE.heads[10]
        log.append(ENTRIES[10:20])
    assert verify_log(folder.read, LOG_KEYS).head == TREE.heads[20]


def test_two_writers_do_not_meet(folder: DiskFiles, tmp_path: Path) -> None:
    with (
        open_log(folder, ORIGIN, PUBLISHER),
        pytest.raises(BusyError, match="another program"),
        open_log(DiskFiles(tmp_path), ORIGIN, PUBLISHER),
    ):
        pass
    with open_log(DiskFiles(tmp_path), ORIGIN, PUBLISHER):
        pass


KILLED = """
import sys
from pathlib import Path
from legation.crypto.log.files import DiskFiles
from legation.crypto.log.writing import open_log
from worlds.logs import ORIGIN, PUBLISHER
with open_log(DiskFiles(Path(sys.argv[1])), ORIGIN, PUBLISHER) as log:
    while True:
        size = log.head.size
        log.append([b"statement %d" % at for at in range(size, size + 37)])
        print(log.head.size, flush=True)
"""


def test_a_writer_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    folder: DiskFiles, tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311 - a test's dice
    tests = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])}
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        acknowledged = 0
        for _ in range(chance.randint(1, 6)):
            acknowledged = int(writer.stdout.readline() or acknowledged)
        writer.send_signal(signal.SIGSTOP if chance.random() < 0.5 else 0)
        writer.kill()
        rest, _ = writer.communicate()
        acknowledged = max([acknowledged, *map(int, rest.split())])
        head = verify_log(folder.read, LOG_KEYS).head
        assert head.size >= acknowledged
        assert head.size % 37 == 0
    with open_log(folder, ORIGIN, PUBLISHER) as log:
        log.append([b"the end"])
    assert list(tmp_path.glob(".checkpoint.*")) == []


def test_a_log_is_created_once() -> None:
    disk = log_of([ENTRIES[:3]])
    with pytest.raises(ConflictError, match="already"):
        create_log(disk, ORIGIN, PUBLISHER)
    # A lost checkpoint must not begin a second history over the first.
    del disk.safe[CHECKPOINT]
    with pytest.raises(ConflictError):
        create_log(disk, ORIGIN, PUBLISHER)
    with pytest.raises(NotFoundError, match="no log"), open_log(disk, ORIGIN, PUBLISHER):
        pass


def test_a_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        DiskFiles(tmp_path / "nowhere")


def test_a_log_of_another_name_or_other_keys_is_not_opened() -> None:
    disk = log_of([ENTRIES[:3]])
    with (
        pytest.raises(VerificationError, match="holds the log"),
        open_log(disk, "other.example/log", PUBLISHER),
    ):
        pass
    with (
        pytest.raises(VerificationError, match="none of the known keys"),
        open_log(disk, ORIGIN, STRANGER),
    ):
        pass


def test_a_log_goes_on_under_new_keys_when_the_old_ones_are_trusted() -> None:
    disk = log_of([ENTRIES[:3]])
    renewed = log_signers(ORIGIN, SigningIdentity(bytes([7]) * 32, bytes([8]) * 32))
    with open_log(disk, ORIGIN, renewed, trusted=LOG_KEYS) as log:
        log.append(ENTRIES[3:5])
    assert verify_log(disk.read, keys_of(renewed)).head == TREE.heads[5]
    with open_log(disk, ORIGIN, renewed):
        pass


def test_an_old_copy_of_a_log_is_not_written_on() -> None:
    disk = log_of([ENTRIES[:300]])
    for size in (301, 1200):
        with (
            pytest.raises(VerificationError, match=f"but had {size}"),
            open_log(disk, ORIGIN, PUBLISHER, remembered=TREE.heads[size]),
        ):
            pass
    fork = Tree([b"other", *ENTRIES[1:]]).heads[200]
    with (
        pytest.raises(VerificationError, match="not those it had"),
        open_log(disk, ORIGIN, PUBLISHER, remembered=fork),
    ):
        pass
    for size in (0, 1, 299, 300):
        with open_log(disk, ORIGIN, PUBLISHER, remembered=TREE.heads[size]):
            pass


def test_a_log_whose_end_is_damaged_is_not_opened() -> None:
    for path in ("tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"):
        disk = log_of([ENTRIES[:300]])
        disk.safe[path] = bytes(len(disk.safe[path]))
        with pytest.raises(VerificationError), open_log(disk, ORIGIN, PUBLISHER):
            pass
        del disk.safe[path]
        with pytest.raises(NotFoundError), open_log(disk, ORIGIN, PUBLISHER):
            pass


def test_a_batch_out_of_bounds_is_refused_and_changes_nothing() -> None:
    disk = log_of([ENTRIES[:3]])
    kept = dict(disk.safe)
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        with pytest.raises(UsageError, match="1 to 65536"):
            log.append([])
        with pytest.raises(UsageError, match="not 65537"):
            log.append([b""] * (LARGEST_BATCH + 1))
        with pytest.raises(BadInputError, match="65536 bytes"):
            log.append([b"good", bytes(65_536)])
        assert disk.safe == kept
        log.append(ENTRIES[3:4])
    assert verify_log(disk.read, LOG_KEYS).head == TREE.heads[4]


def test_cosignatures_are_published_with_the_checkpoint_they_are_for() -> None:
    disk = log_of([ENTRIES[:3]])
    signers = WITNESSES[WITNESS_NAMES[0]]
    keys = keys_of(signers)
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        lines = cosign_checkpoint(parse_checkpoint(log.checkpoint), signers, now)
        stale = cosign_checkpoint(parse_checkpoint(TREE.note(2)), signers, now)
        with pytest.raises(VerificationError):
            log.add_cosignatures(stale, keys)
        with pytest.raises(VerificationError):
            log.add_cosignatures(lines, keys_of(WITNESSES[WITNESS_NAMES[1]]))
        log.add_cosignatures(lines, keys)
        assert parse_note(disk.read(CHECKPOINT)).signatures[2:] == lines
        log.append(ENTRIES[3:4])
        assert len(log.checkpoint.signatures) == 2


@settings(max_examples=150)
@given(st.data())
def test_reading_a_log_back_finds_any_changed_bit(data: st.DataObject) -> None:
    disk = log_of([ENTRIES[:600]])
    path = data.draw(st.sampled_from(sorted({*disk.safe} - {CHECKPOINT})))
    content = bytearray(disk.safe[path])
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    disk.safe[path] = bytes(content)
    with pytest.raises(VerificationError):
        verify_log(disk.read, LOG_KEYS)


def test_reading_a_log_back_names_what_is_wrong() -> None:
    disk = log_of([ENTRIES[:500], ENTRIES[500:600]])
    with pytest.raises(VerificationError, match="known keys"):
        verify_log(disk.read, keys_of(STRANGER))
    with pytest.raises(VerificationError, match="do not lead to the signed root"):
        verify_log(disk.read, LOG_KEYS, note=Tree([b"x"] * 600).note(600))
    verify_log(disk.read, LOG_KEYS, note=TREE.note(600))
    older = verify_log(disk.read, LOG_KEYS, note=TREE.note(500))
    assert older.head.size == 500
    del disk.safe["tile/entries/001"]
    with pytest.raises(NotFoundError):
        verify_log(disk.read, LOG_KEYS)


def test_further_lines_are_signed_anew_and_stay() -> None:
    disk = Disk()
    create_log(disk, ORIGIN, PUBLISHER, ["first line"])
    witness = WITNESSES[WITNESS_NAMES[0]]
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        log.append(ENTRIES[:3])
        assert parse_checkpoint(log.checkpoint).extensions == ("first line",)
        lines = cosign_checkpoint(
            parse_checkpoint(log.checkpoint), witness, datetime(2026, 3, 1, tzinfo=UTC)
        )
        log.add_cosignatures(lines, keys_of(witness))
        before = disk.read(CHECKPOINT)
        log.renew(["first line"])
        assert disk.read(CHECKPOINT) == before
        log.renew(["second line", "and a third"])
        said = parse_checkpoint(log.checkpoint)
        assert (said.head, said.extensions) == (TREE.heads[3], ("second line", "and a third"))
        assert len(log.checkpoint.signatures) == 2  # whoever cosigned has not cosigned this
        log.append(ENTRIES[3:5])
        with pytest.raises(BadInputError):
            log.renew(["a\nb"])
    with open_log(disk, ORIGIN, PUBLISHER) as log:
        log.append(ENTRIES[5:6])
        assert parse_checkpoint(log.checkpoint).extensions == ("second line", "and a third")
    assert size_of(disk) == 6
