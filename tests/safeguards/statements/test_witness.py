"""A witness answers in C2SP's words, forgets nothing, and tells two histories to everybody."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.keys import verified
from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.notes import SignedNote, encoded, parse_note, parse_signatures
from legation.crypto.log.signers import sign_checkpoint
from legation.crypto.log.witnessing import WitnessRequest, parse_evidence, verify_evidence
from legation.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.witness import SIZE, StatementWitness, Told
from legation.safeguards.statements.witness_folder import (
    MOST_EVIDENCE,
    WitnessFolder,
    origin_hash,
    read_watching,
)
from worlds.logs import (
    LOG_KEYS,
    ORIGIN,
    PUBLISHER,
    STRANGER,
    WITNESS_NAMES,
    WITNESSES,
    Tree,
    keys_of,
    signed_text,
)

KILLS = max(3, int(os.environ.get("LEGATION_LOG_KILLS", "12")) // 4)
NAME = WITNESS_NAMES[0]
SIGNERS = WITNESSES[NAME]
ENTRIES = [b"statement %d" % at for at in range(60)]
TREE = Tree(ENTRIES)
FORK = Tree([*ENTRIES[:3], b"other words", *ENTRIES[4:]])
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = ", ".join(f'"{key}"' for key in LOG_KEYS)
WATCHED = f'name = "{NAME}"\n[[log]]\norigin = "{ORIGIN}"\nkeys = [{KEYS}]\n'


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    made = WitnessFolder.make(tmp_path / "witness", NAME)
    (made.folder / "witness.toml").write_text(WATCHED, "utf-8")
    return made


def opened(folder: WitnessFolder, clock: Clock | None = None) -> StatementWitness:
    return StatementWitness(folder, SIGNERS, clock or Clock())


def request(old: int, new: int, tree: Tree = TREE) -> WitnessRequest:
    proof = prove_consistency(old, new, tree.read)
    return WitnessRequest(old_size=old, proof=proof, checkpoint=tree.note(new))


def asked(witness: StatementWitness, old: int, new: int, tree: Tree = TREE) -> Told:
    return witness.answer(request(old, new, tree).encode())


def kept_size(folder: WitnessFolder) -> int | None:
    content = folder.last(origin_hash(ORIGIN))
    return None if content is None else parse_checkpoint(parse_note(content)).head.size


def test_a_log_that_only_grew_is_cosigned_by_both_keys(folder: WitnessFolder) -> None:
    witness = opened(folder)
    for old, new in ((0, 5), (5, 5), (5, 60)):
        told = asked(witness, old, new)
        assert told.status == 200
        lines = parse_signatures(told.body.decode())
        note = SignedNote(text=TREE.note(new).text, signatures=lines)
        held = verified(note, witness.keys)
        assert [(each.key, each.time) for each in held] == [
            (key, int(NOON.timestamp())) for key in keys_of(SIGNERS)
        ]
        assert kept_size(folder) == new


def test_what_is_served_of_a_log_has_its_signatures_and_ours(folder: WitnessFolder) -> None:
    witness = opened(folder)
    assert witness.last(origin_hash(ORIGIN)).status == 404
    stranger = TREE.note(5, STRANGER).signatures
    note = TREE.note(5).with_signatures(stranger)
    told = witness.answer(WitnessRequest(old_size=0, proof=(), checkpoint=note).encode())
    served = witness.last(origin_hash(ORIGIN))
    assert (told.status, served.status) == (200, 200)
    kept = parse_note(served.body)
    assert len(verified(kept, [*LOG_KEYS, *witness.keys])) == 4
    assert len(kept.signatures) == 4
    for other in ("", "0" * 64, "../" + origin_hash(ORIGIN), origin_hash(ORIGIN).upper()):
        assert witness.last(other).status == 404


def test_another_old_size_is_told_with_the_one_that_was_cosigned(folder: WitnessFolder) -> None:
    witness = opened(folder)
    assert asked(witness, 3, 9).body == b"0\n"
    asked(witness, 0, 5)
    for told in (asked(witness, 0, 9), asked(witness, 7, 9), asked(witness, 0, 4)):
        assert (told.status, told.kind, told.body) == (409, SIZE, b"5\n")
    assert kept_size(folder) == 5


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 5\n\nnothing", 400),
        (WitnessRequest(old_size=9, proof=(), checkpoint=TREE.note(5)).encode(), 400),
        (WitnessRequest(old_size=0, proof=(), checkpoint=TREE.note(9, STRANGER)).encode(), 403),
        (
            WitnessRequest(
                old_size=0,
                proof=(),
                checkpoint=SignedNote(text=TREE.note(9).text, signatures=TREE.note(8).signatures),
            ).encode(),
            403,
        ),
        (
            WitnessRequest(
                old_size=0,
                proof=(),
                checkpoint=sign_checkpoint(
                    Checkpoint(origin="other.example/log", head=TREE.heads[9]), PUBLISHER
                ),
            ).encode(),
            404,
        ),
        (
            WitnessRequest(old_size=0, proof=(bytes(32),), checkpoint=TREE.note(9)).encode(),
            422,
        ),
        (
            WitnessRequest(
                old_size=0,
                proof=(),
                checkpoint=signed_text(f"{ORIGIN}\n0\n{encoded(bytes(32))}\n"),
            ).encode(),
            422,
        ),
        (
            WitnessRequest(
                old_size=0, proof=(), checkpoint=signed_text(f"{ORIGIN}\n5\nno root\n")
            ).encode(),
            400,
        ),
    ],
)
def test_what_is_refused_has_the_status_of_c2sp(
    folder: WitnessFolder, body: bytes, status: int
) -> None:
    told = opened(folder).answer(body)
    assert told.status == status
    assert told.body.endswith(b"\n")
    assert kept_size(folder) is None


def test_a_proof_that_does_not_fit_is_refused_and_the_request_kept(folder: WitnessFolder) -> None:
    witness = opened(folder)
    asked(witness, 0, 5)
    body = WitnessRequest(old_size=5, proof=(), checkpoint=TREE.note(9)).encode()
    assert witness.answer(body).status == 422
    assert [file.read_bytes() for file in (folder.folder / "evidence").iterdir()] == [body]
    assert folder.evidence() == []


@pytest.mark.parametrize(("old", "new"), [(5, 9), (5, 5), (59, 60)])
def test_two_histories_are_refused_and_kept_as_evidence(
    folder: WitnessFolder, old: int, new: int
) -> None:
    witness = opened(folder)
    asked(witness, 0, old)
    for _ in range(2):
        told = asked(witness, old, new, FORK)
        assert told.status == 422
    (file,) = folder.evidence()
    assert file.name == told.evidence
    verify_evidence(parse_evidence(file.read_bytes()), LOG_KEYS)
    assert kept_size(folder) == old
    assert asked(witness, old, 60).status == 200


def test_another_root_of_the_same_size_is_evidence_whatever_old_size_is_named(
    folder: WitnessFolder,
) -> None:
    witness = opened(folder)
    asked(witness, 0, 9)
    told = asked(witness, 0, 9, FORK)
    assert (told.status, told.kind, told.body) == (409, SIZE, b"9\n")
    assert [file.name for file in folder.evidence()] == [told.evidence]


def test_evidence_does_not_fill_the_disk(folder: WitnessFolder) -> None:
    for at in range(MOST_EVIDENCE + 5):
        folder.keep_evidence(ORIGIN, b"evidence", str(at))
    assert len(folder.evidence()) == MOST_EVIDENCE


def test_of_two_requests_at_once_one_is_cosigned_first_and_nothing_is_rolled_back(
    folder: WitnessFolder,
) -> None:
    """Also by two programs on one folder: each has its own witness here."""
    asked(opened(folder), 0, 3)
    for round_ in range(6):
        old = kept_size(folder) or 0
        start = Barrier(4)

        def one(new: int, old: int = old, start: Barrier = start) -> Told:
            witness = opened(folder)
            start.wait()
            return asked(witness, old, new)

        sizes = [old + step for step in (1, 2, 3, 4)]
        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(one, sizes))
        done = [size for size, each in zip(sizes, told, strict=True) if each.status == 200]
        assert len(done) == 1
        assert kept_size(folder) == done[0], round_
        assert {each.status for each in told} == {200, 409}


def test_nothing_is_cosigned_that_could_not_be_kept(folder: WitnessFolder) -> None:
    witness = opened(folder)
    asked(witness, 0, 5)
    place = folder.folder / "logs" / origin_hash(ORIGIN)
    (place / "checkpoint").rename(place / "was")
    (place / "checkpoint").mkdir()
    told = asked(witness, 5, 9)
    assert told.status == 503
    assert b"\xe2\x80\x94" not in told.body
    (place / "checkpoint").rmdir()
    (place / "was").rename(place / "checkpoint")
    assert asked(witness, 5, 9).status == 200


def test_what_was_kept_and_then_changed_is_not_built_upon(folder: WitnessFolder) -> None:
    witness = opened(folder)
    asked(witness, 0, 5)
    file = folder.folder / "logs" / origin_hash(ORIGIN) / "checkpoint"
    whole = file.read_bytes()
    for changed in (whole[:-9], b"", TREE.note(3).encode(), whole.replace(b"\n5\n", b"\n4\n")):
        file.write_bytes(changed)
        assert asked(witness, 5, 9).status == 503
        assert asked(witness, 0, 9).status == 503
        assert asked(witness, 3, 9).status == 503
    file.write_bytes(whole)
    assert asked(witness, 5, 9).status == 200


def test_a_clock_that_was_set_back_cosigns_nothing(folder: WitnessFolder) -> None:
    clock = Clock()
    witness = opened(folder, clock)
    asked(witness, 0, 5)
    clock.at = NOON - timedelta(seconds=1)
    told = asked(witness, 5, 9)
    assert (told.status, b"clock" in told.body) == (503, True)
    clock.at = NOON
    assert asked(witness, 5, 9).status == 200


def test_a_log_that_signs_many_times_does_not_lock_itself_out(folder: WitnessFolder) -> None:
    """The ML-DSA signature of one text is another one each time; of each key one is kept."""
    note = TREE.note(5)
    for _ in range(40):
        note = note.with_signatures(TREE.note(5).signatures)
    witness = opened(folder)
    body = WitnessRequest(old_size=0, proof=(), checkpoint=note).encode()
    assert witness.answer(body).status == 200
    assert asked(witness, 5, 9).status == 200


def test_keys_of_another_name_are_not_those_of_the_witness(folder: WitnessFolder) -> None:
    with pytest.raises(UsageError, match="not those"):
        StatementWitness(folder, WITNESSES[WITNESS_NAMES[1]], Clock())


def test_a_witness_is_made_once_in_an_empty_folder(tmp_path: Path) -> None:
    made = WitnessFolder.make(tmp_path / "one", NAME)
    assert made.watching().logs == {}
    with pytest.raises(ConflictError):
        WitnessFolder.make(tmp_path / "one", NAME)
    for name in ("", "two words", "a+b", 'quote"d', "back\\slash", "line\nend"):
        with pytest.raises(UsageError):
            WitnessFolder.make(tmp_path / "two", name)
    with pytest.raises(NotFoundError):
        WitnessFolder(tmp_path / "two")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "name"),
        ("name = 3", "name"),
        ('name = "two words"', "no name"),
        (f"{WATCHED}\nmore = 1\n", "more"),
        (f'name = "{NAME}"\nlogs = []\n', "logs"),
        (f'name = "{NAME}"\n[[log]]\norigin = "o"\nkeys = []\n', "needs a log's keys"),
        (f'name = "{NAME}"\n[[log]]\norigin = "o"\nkeys = ["x"]\n', "no key"),
        (
            f'name = "{NAME}"\n[[log]]\norigin = "o"\nkeys = ["{keys_of(SIGNERS)[0]}"]\n',
            "needs a log's keys",
        ),
        (
            f'name = "{NAME}"\n[[log]]\norigin = "o"\nkeys = ["{LOG_KEYS[0]}", "{LOG_KEYS[0]}"]\n',
            "each once",
        ),
        (WATCHED + WATCHED.partition("\n")[2], "twice"),
        ("name = [[[", "cannot be read"),
        ("name = " + "[" * 5000, "nested too deep|cannot be read"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        read_watching(text.encode())


def test_a_configuration_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadInputError):
        read_watching(b"\xff")
    weak = f"{LOG_KEYS[0].name}+00000000+AQ" + "A" * 42 + "=="
    with pytest.raises((BadInputError, VerificationError)):
        read_watching(f'name = "w"\n[[log]]\norigin = "o"\nkeys = ["{weak}"]\n'.encode())


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.witnessing import WitnessRequest
from legation.safeguards.statements.witness import StatementWitness
from legation.safeguards.statements.witness_folder import WitnessFolder
from worlds.logs import WITNESSES, Tree
name = sys.argv[2]
witness = StatementWitness(
    WitnessFolder(Path(sys.argv[1])), WITNESSES[name], lambda: datetime.now(UTC)
)
tree = Tree([b"statement %d" % at for at in range(2000)])
old = int(sys.argv[3])
while True:
    proof = prove_consistency(old, old + 1, tree.read)
    asked = WitnessRequest(old_size=old, proof=proof, checkpoint=tree.note(old + 1))
    told = witness.answer(asked.encode())
    if told.status == 409:
        old = int(told.body)
        continue
    assert told.status == 200, told
    old += 1
    print(old, flush=True)
"""


def test_killed_at_any_moment_it_remembers_what_it_cosigned(folder: WitnessFolder) -> None:
    chance = Random(3)  # noqa: S311 - a test's dice
    tests = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, tests])}
    acknowledged = 0
    for _ in range(KILLS):
        program = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder.folder), NAME, str(acknowledged)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(chance.randint(1, 20))]
        program.kill()
        lines += program.communicate()[0].splitlines(keepends=True)
        acknowledged = max(int(line) for line in lines if line.endswith("\n"))
        assert kept_size(folder) in (acknowledged, acknowledged + 1)
