"""Each statement has one number and stands in the log once, whatever stops on the way."""

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checking import verify_log
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.log.notes import parse_note
from legation.crypto.log.policies import verify_checkpoint
from legation.crypto.log.signers import cosign_checkpoint
from legation.crypto.log.tiles import FileReader, TileReader
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.books import Begun, path_of
from legation.safeguards.statements.drafting import Order, drafted
from legation.safeguards.statements.logging import logged_by
from legation.safeguards.statements.publishing import create_register, open_register
from legation.safeguards.statements.releasing import release_due
from legation.safeguards.statements.statement import Change, Statement, read_statement
from legation.safeguards.statements.statement_file import read_file, write_file
from legation.safeguards.statements.verifying import verify_file
from worlds.logs import (
    LOG_KEYS,
    ORIGIN,
    PUBLISHER,
    WITNESS_NAMES,
    WITNESSES,
    PowerLossError,
    keys_of,
    policy,
)
from worlds.registers import House, order
from worlds.statements import ALDANIA, ISSUER, NAME, NOON

KILLS = int(os.environ.get("LEGATION_PUBLISH_KILLS", "12"))
HOUR = timedelta(hours=1)


def stand(read: FileReader) -> dict[str, Statement]:
    """Return the public statements by number, after every file was verified with the log."""
    head = verify_log(read, LOG_KEYS).head
    entries = TileReader(read, head)
    found: list[Statement] = []
    for index in range(head.size):
        try:
            file = read(path_of(index))
        except NotFoundError:
            continue
        assert read_file(file).entry == entries.entry(index)
        found.append(verify_file(file, ISSUER).statement)
    numbers = Counter(one.number for one in found)
    texts = Counter(one.versions[0].text for one in found)
    assert set(numbers.values()) | set(texts.values()) <= {1}
    return {one.number: one for one in found}


def size(read: FileReader) -> int:
    return verify_log(read, LOG_KEYS).head.size


def test_a_statement_gets_the_next_number_of_the_year_and_a_proof() -> None:
    house = House()
    first, second = house.publish(order("a", "One."), order("b", "Two."))
    assert (first.number, second.number) == ("2026-0001", "2026-0002")
    assert house.publish(order("c", "Three.", number="2026-0041"))[0].index == 2
    third = house.publish(order("d", "Four."))[0]
    assert third.number == "2026-0042"
    found = verify_file(write_file(third.file), ISSUER, logged_by(policy(0)))
    assert found.logged is not None
    assert (found.logged.index, found.statement.number) == (3, "2026-0042")
    assert found.statement.issued == NOON
    public = read_file(house.public.read(third.path))
    assert public.proof == b""
    assert public.entry == third.file.entry
    house.time += timedelta(days=60)
    assert house.publish(order("e", "Five."))[0].number == "2027-0001"


def test_who_asks_twice_by_one_key_is_given_the_same_statement() -> None:
    house = House()
    (first,) = house.publish(order("a"))
    house.time += HOUR
    (again,) = house.publish(order("a"))
    assert (again.number, again.index, again.file.signed, again.file.signature) == (
        first.number,
        first.index,
        first.file.signed,
        first.file.signature,
    )
    assert size(house.public.read) == 1
    with pytest.raises(ConflictError, match="another draft"):
        house.publish(order("a", "Something else."))
    with pytest.raises(UsageError, match="one key"):
        house.publish(order("b", "One."), order("b", "Two."))


def test_a_number_is_given_once_and_to_one_issuer() -> None:
    house = House()
    house.publish(order("a", number="press/2026.7"))
    with pytest.raises(ConflictError, match="another statement's"):
        house.publish(order("b", "Other.", number="press/2026.7"))
    with pytest.raises(ConflictError, match="another statement's"):
        house.publish(order("c", "C.", number="9"), order("d", "D.", number="9"))
    other = house.publish(order("e", "Ours.", number="press/2026.7", issuer="Office of Tarvia"))
    assert other[0].number == "press/2026.7"
    assert house.publish(order("f", "F."))[0].number == "2026-0001"


def test_a_change_names_a_statement_of_the_same_issuer() -> None:
    house = House()
    (first,) = house.publish(order("a", "The talks begin on Monday."))
    changes = (Change(relation="corrects", number=first.number, reason="The day was wrong."),)
    with pytest.raises(NotFoundError, match="no statement"):
        house.publish(order("b", "Not ours.", changes=changes, issuer="Office of Tarvia"))
    (later,) = house.publish(order("c", "The talks begin on Tuesday.", changes=changes))
    taken = (Change(relation="retracts", number=later.number, reason="Nothing was agreed."),)
    missing = (Change(relation="retracts", number="2026-0099", reason="No."),)
    with pytest.raises(NotFoundError):
        house.publish(order("d", "Withdrawn.", changes=missing))
    house.publish(order("d", "Withdrawn.", changes=taken))
    assert [len(one.changes) for one in stand(house.public.read).values()] == [0, 1, 1]


def test_a_draft_that_breaks_a_rule_takes_no_number() -> None:
    house = House()
    before = dict(house.disk.safe)
    for bad in (order("a", ""), order("b", "x", office=""), order("c", "x", number="a b")):
        with pytest.raises(BadInputError):
            house.publish(bad)
    assert house.disk.safe == before
    assert house.publish(order("d"))[0].number == "2026-0001"
    with pytest.raises(UsageError):
        order("")


def test_an_embargoed_text_stands_nowhere_in_the_public_folder_before_its_time() -> None:
    house = House()
    (kept,) = house.publish(order("a", "Secret until noon.", embargo=NOON + HOUR))
    open_one = house.publish(order("b", "Open."))[0]
    assert size(house.public.read) == 2
    assert [*stand(house.public.read)] == [open_one.number]
    public = {name: value for name, value in house.disk.safe.items() if name[:7] == "public/"}
    assert not [name for name, value in public.items() if b"Secret" in value]
    assert released(house) == []
    with house.opened() as writer:
        assert writer.at(0).file.signed == kept.file.signed
    house.time = NOON + HOUR
    assert released(house) == [0]
    assert released(house) == []
    assert [*stand(house.public.read)] == [kept.number, open_one.number]
    assert not [name for name in house.disk.safe if name.startswith("private/embargoed/0")]


def released(house: House) -> list[int]:
    return release_due(house.public, house.private, house.now)


def crash(house: House, after: int, *orders: Order) -> bool:
    """Lose power after so many steps of publishing; tell whether it came to that."""
    house.disk.steps, house.disk.stop_after = 0, after
    try:
        house.publish(*orders)
    except PowerLossError:
        house.disk.lose_power(seed=after)
        return True
    house.disk.lose_power(seed=after)
    return False


def verify_house(house: House, *orders: Order) -> None:
    """Recover, ask again, and see that each order is one statement with one number."""
    before = size(house.public.read)
    with house.opened():
        pass  # what was signed is finished
    recovered = size(house.public.read)
    assert recovered >= before
    published = house.publish(*orders)
    house.publish(*orders)
    house.time += 9 * HOUR
    released(house)
    house.time -= 9 * HOUR
    assert len({one.number for one in published}) == len(orders)
    assert {*stand(house.public.read)} == {one.number for one in published}
    assert size(house.public.read) == len(orders)
    for one in published:
        verify_file(write_file(one.file), ISSUER, logged_by(policy(0)))
    assert not [name for name in house.disk.safe if "/open/" in name]


BATCHES = {
    "one": (order("a"),),
    "embargoed": (order("a", embargo=NOON + HOUR),),
    "three": (order("a"), order("b", "Two.", embargo=NOON + HOUR), order("c", "Three.")),
}


@pytest.mark.parametrize("batch", BATCHES)
def test_a_crash_at_any_step_leaves_each_statement_whole_or_not_there(batch: str) -> None:
    orders, steps, sizes = BATCHES[batch], 0, set()
    while True:
        house = House()
        if not crash(house, steps, *orders):
            break
        sizes.add(size(house.public.read))
        verify_house(house, *orders)
        steps += 1
    assert steps > 15
    assert sizes == {0, len(orders)}


@settings(max_examples=30)
@given(st.data())
def test_crash_after_crash_never_gives_two_numbers(data: st.DataObject) -> None:
    house, orders = House(), [order(str(at), f"Text {at}.") for at in range(4)]
    for _ in range(5):
        first = data.draw(st.integers(0, 3))
        crash(house, data.draw(st.integers(0, 40)), *orders[first : first + 2])
        stand(house.public.read)
    verify_house(house, *orders)


def test_what_a_crash_brings_back_of_an_order_that_was_done_does_no_harm() -> None:
    house = House()
    house.disk.steps, house.disk.stop_after = 0, None
    removed: dict[str, bytes] = {}
    remove = house.private.remove

    def remembering(path: str) -> None:
        removed[f"private/{path}"] = house.private.read(path)
        remove(path)

    house.private.remove = remembering  # type: ignore[method-assign]  # a disk that looks on
    house.publish(order("a"), order("b", "Two.", embargo=NOON + HOUR))
    house.publish(order("c", "Three."))
    house.disk.safe |= removed
    verify_house(house, order("a"), order("b", "Two.", embargo=NOON + HOUR), order("c", "Three."))


def test_books_or_a_log_of_another_day_are_not_written_on() -> None:
    house = House()
    house.publish(order("a"))
    old = dict(house.disk.safe)
    house.publish(order("b", "Two."))
    new = dict(house.disk.safe)
    for books, log in ((old, new), (new, old)):
        house.disk.safe = {name: one for name, one in books.items() if name[:8] == "private/"}
        house.disk.safe |= {name: one for name, one in log.items() if name[:7] == "public/"}
        with pytest.raises(VerificationError, match="books"), house.opened():
            pass
    house.disk.safe = {**new, "private/open/x": b"{}"}
    with pytest.raises(BadInputError, match="damaged"), house.opened():
        pass


def test_a_full_disk_at_any_step_leaves_what_stood_and_the_rest_is_finished_later() -> None:
    orders = BATCHES["three"]
    calm = House()
    calm.disk.steps = 0
    calm.publish(*orders)
    for step in range(calm.disk.steps):
        house = House()
        (before,) = house.publish(order("before", "Before."))
        count = iter(range(step, -1, -1))

        def full(_: str, count: object = count) -> None:
            if next(count, 0) == 0:  # type: ignore[call-overload]  # an iterator
                raise OSError(errno.ENOSPC, "No space left on device")

        with house.opened() as writer:
            house.disk.fault = full
            try:
                writer.publish(orders, ALDANIA)
            except BusyError as told:
                assert "No space left" in str(told)  # noqa: PT017 -- the last step may be spared
                with pytest.raises(UsageError):
                    writer.publish([order("other", "Other.")], ALDANIA)
            assert size(house.public.read) in (1, 4)
            assert before.number in stand(house.public.read)
        house.disk.fault = lambda _: None
        verify_house(house, order("before", "Before."), *orders)


def test_cosigned_checkpoints_are_kept_as_the_log_goes_on() -> None:
    house = House()
    house.publish(order("a"))
    with house.opened() as writer:
        for name in WITNESS_NAMES[:2]:
            head = parse_checkpoint(writer.checkpoint)
            lines = cosign_checkpoint(head, WITNESSES[name], NOON + HOUR)
            writer.add_cosignatures(lines, keys_of(WITNESSES[name]))
        file = write_file(writer.at(0).file)
    logged = verify_file(file, ISSUER, logged_by(policy(2))).logged
    assert logged is not None
    assert logged.witnessed == NOON + HOUR
    with house.opened() as writer:  # a witness cosigns each day, so that a copy stays fresh
        again = cosign_checkpoint(
            parse_checkpoint(writer.checkpoint), WITNESSES[WITNESS_NAMES[0]], NOON + 30 * HOUR
        )
        writer.add_cosignatures(again, keys_of(WITNESSES[WITNESS_NAMES[0]]))
        assert len(writer.checkpoint.signatures) == 6
        assert {*again} <= {*writer.checkpoint.signatures}
    kept = parse_note(house.public.read("cosigned/1-0"))
    assert verify_checkpoint(kept, policy(2)).by[WITNESS_NAMES[0]] == NOON + HOUR
    del house.disk.safe["public/cosigned/1-0"]  # as when a crash came before it
    house.publish(order("b", "Two."))
    assert len(parse_note(house.public.read("cosigned/1-0")).signatures) == 6


@pytest.fixture
def folders(tmp_path: Path) -> tuple[DiskFiles, DiskFiles]:
    found = []
    for name in ("public", "private"):
        (tmp_path / name).mkdir()
        found.append(DiskFiles(tmp_path / name))
    create_register(found[0], found[1], ORIGIN, PUBLISHER)
    return found[0], found[1]


def publish_on(folders: tuple[DiskFiles, DiskFiles], *orders: Order) -> list[str]:
    with open_register(*folders, ORIGIN, PUBLISHER, now=lambda: NOON) as writer:
        return [one.number for one in writer.publish(orders, ALDANIA)]


def test_a_register_on_a_disk_is_published_into(folders: tuple[DiskFiles, DiskFiles]) -> None:
    assert publish_on(folders, order("a", "One."), order("b", "Two.")) == ["2026-0001", "2026-0002"]
    assert publish_on(folders, order("b", "Two.")) == ["2026-0002"]
    assert [*stand(folders[0].read)] == ["2026-0001", "2026-0002"]


def test_a_file_that_may_grow_no_further_leaves_the_register_as_it_was(
    folders: tuple[DiskFiles, DiskFiles],
) -> None:
    publish_on(folders, order("a", "One."))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        with pytest.raises(BusyError, match="could not be written"):
            publish_on(folders, order("b", "x " * 9000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [*stand(folders[0].read)] == ["2026-0001"]
    assert publish_on(folders, order("c", "Three."), order("b", "x " * 9000)) == [
        "2026-0003",
        "2026-0002",
    ]


PUBLISHER_PROGRAM = """
import sys
from pathlib import Path
from legation.crypto.log.files import DiskFiles
from legation.safeguards.statements.publishing import open_register
from worlds.logs import ORIGIN, PUBLISHER
from worlds.registers import order
from worlds.statements import ALDANIA, NOON
public, private = (DiskFiles(Path(sys.argv[1]) / name) for name in ("public", "private"))
with open_register(public, private, ORIGIN, PUBLISHER, now=lambda: NOON) as writer:
    print("open", flush=True)
    for at in range(int(sys.argv[2]), 10**6):
        texts = [order(str(2 * at + one), f"Text {2 * at + one}.") for one in (0, 1)]
        print(*(one.number for one in writer.publish(texts, ALDANIA)), flush=True)
"""


def test_a_publisher_killed_at_any_moment_gives_no_statement_two_numbers(
    folders: tuple[DiskFiles, DiskFiles], tmp_path: Path
) -> None:
    """As many kills as `LEGATION_PUBLISH_KILLS` says; each key is asked for again after one."""
    chance = random.Random(7)  # noqa: S311 -- a test's dice
    tests = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])}
    told: dict[int, str] = {}
    for _ in range(KILLS):
        asked = len(told) // 2
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER_PROGRAM, str(tmp_path), str(asked)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        lines = [process.stdout.readline() for _ in range(chance.randint(0, 2))]
        signal.sigtimedwait([], chance.random() * 0.06)  # any moment of the next one
        process.kill()
        rest, _ = process.communicate()
        for at, line in enumerate("".join([*lines, rest]).splitlines(keepends=True), asked):
            if line.endswith("\n"):
                told |= dict(zip((2 * at, 2 * at + 1), line.split(), strict=True))
    process_order = [order(str(at), f"Text {at}.") for at in range(len(told) + 2)]
    numbers = publish_on(folders, *process_order)
    assert {at: numbers[at] for at in told} == told
    texts = {number: one.versions[0].text for number, one in stand(folders[0].read).items()}
    assert texts == {number: f"Text {at}." for at, number in enumerate(numbers)}


ON_A_SMALL_DISK = """
import json, sys
from pathlib import Path
from legation.crypto.log.files import DiskFiles
from legation.errors import BusyError
from legation.safeguards.statements.publishing import create_register, open_register
from worlds.logs import ORIGIN, PUBLISHER
from worlds.registers import order
from worlds.statements import ALDANIA, NOON
place = Path(sys.argv[1])
for name in ("public", "private"):
    (place / name).mkdir()
both = [DiskFiles(place / name) for name in ("public", "private")]
create_register(*both, ORIGIN, PUBLISHER)
def publish(at):
    with open_register(*both, ORIGIN, PUBLISHER, now=lambda: NOON) as writer:
        return writer.publish([order(str(at), f"Text {at}. " + "word " * 2000)], ALDANIA)[0].number
numbers, at = [], 0
try:
    while at < 1000:
        numbers.append(publish(at))
        at += 1
except BusyError as full:
    print(full, file=sys.stderr)
sys.path[:0] = [sys.argv[2]]
from safeguards.statements.test_publishing import stand
standing = [*stand(both[0].read)]
(place / "ballast").unlink()
numbers += [publish(at) for at in (at, at + 1)]
print(json.dumps([standing, numbers, [*stand(both[0].read)]]))
"""


@pytest.mark.namespace
def test_a_disk_that_is_really_full_leaves_the_register_readable_and_whole(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=1500k small {tmp_path} && head -c 200000 /dev/zero > "
    unshare = ["unshare", "--mount", "--map-root-user"]
    tried = shutil.which("unshare") and subprocess.run(
        [*unshare, "sh", "-c", f"{mount}{tmp_path}/ballast"], capture_output=True, check=False
    )
    if not tried or tried.returncode:
        pytest.skip("namespace: no mount namespace may be made here")
    tests = str(Path(__file__).parents[2])
    done = subprocess.run(
        [
            *unshare,
            "sh",
            "-c",
            f'{mount}{tmp_path}/ballast && exec "$@"',
            "sh",
            sys.executable,
            "-c",
            ON_A_SMALL_DISK,
            str(tmp_path),
            tests,
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "No space left" in done.stderr
    standing, numbers, after = json.loads(done.stdout)
    assert len(standing) >= len(numbers) - 2 > 5
    assert after == numbers
    assert len(set(numbers)) == len(numbers)


def test_versions_are_made_tidy_and_names_are_the_issuer_s() -> None:
    assert drafted([("en", "One \u00a0 two\r\n\r\n")])[0].text == "One two"
    house = House()
    found = read_statement(house.publish(order("a"))[0].file.signed)
    assert found.issuer == NAME
    assert CHECKPOINT in {name.removeprefix("public/") for name in house.disk.safe}


def test_a_text_under_embargo_gets_a_salt_that_stays_with_its_statement() -> None:
    house = House()
    kept = order("a", "Secret until noon.", embargo=NOON + HOUR)
    other = order("b", "Secret until noon.", embargo=NOON + HOUR)
    first, second = house.publish(kept, other)
    salts = [read_statement(one.file.signed).salt for one in (first, second)]
    assert [len(salt) for salt in salts] == [64, 64]
    assert salts[0] != salts[1]
    assert house.publish(kept)[0].file.signed == first.file.signed
    (plain,) = house.publish(order("c", "Open."))
    assert read_statement(plain.file.signed).salt == ""


@pytest.mark.parametrize("after", range(0, 40, 2))
def test_a_statement_under_embargo_is_signed_once_whenever_a_crash_comes(after: int) -> None:
    """Whatever was signed before the crash is what is published after it, with its salt."""
    house = House()
    kept = order("a", "Secret until noon.", embargo=NOON + HOUR)
    signed = set[bytes]()
    if crash(house, after, kept):
        under_way = [
            msgspec.json.decode(house.private.read(name), type=Begun)
            for name in house.private.listed("open")
            if not name.endswith(".part")
        ]
        signed = {read_file(one.file).signed for one in under_way if one.file}
    (again,) = house.publish(kept)
    assert signed <= {again.file.signed}
    assert size(house.public.read) == 1
