"""`legation statement witness` as whoever runs one types it."""

import json
import stat
from contextlib import ExitStack
from pathlib import Path
from socket import create_connection

import pytest

from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.witnessing import WitnessRequest
from legation.desk.witness_server import _IN_HAND
from legation.safeguards.statements.witness import LARGEST_REQUEST
from legation.safeguards.statements.witness_folder import WitnessFolder
from worlds.logs import LOG_KEYS, ORIGIN, Tree
from worlds.shell import Said, legation, typed
from worlds.witnesses import NAMES, WitnessHome, WitnessProcess

ENTRIES = [b"statement %d" % at for at in range(60)]
TREE = Tree(ENTRIES)
FORK = Tree([*ENTRIES[:3], b"other words", *ENTRIES[4:]])
KEYS = [word for key in LOG_KEYS for word in ("--key", str(key))]


def witness(*words: str | Path) -> Said:
    return legation("statement", "witness", *words)


@pytest.fixture
def home(tmp_path: Path) -> WitnessHome:
    return WitnessHome(tmp_path / "witness", NAMES[0])


def request(tmp_path: Path, old: int, new: int, tree: Tree = TREE) -> Path:
    proof = prove_consistency(old, new, tree.read)
    asked = WitnessRequest(old_size=old, proof=proof, checkpoint=tree.note(new))
    file = tmp_path / f"{old}-{new}.witness-request"
    file.write_bytes(asked.encode())
    return file


def test_a_witness_is_made_with_keys_to_hand_to_publishers(tmp_path: Path) -> None:
    said = witness("make", tmp_path / "w", NAMES[0])
    assert said.code == 0
    assert [word.partition("+")[0] for word in said.out.split()] == [NAMES[0]] * 2
    assert "witness.toml" in said.err
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
    assert witness("make", tmp_path / "w", NAMES[0]).code == 5
    assert witness("make", tmp_path / "v", "two words").code == 2
    assert not (tmp_path / "v").exists()
    assert witness("show", tmp_path / "nowhere").code == 3


def test_what_is_watched_is_shown(home: WitnessHome, tmp_path: Path) -> None:
    assert "nothing yet" in witness("show", home.folder).out
    back = tmp_path / "back"
    assert witness("cosign", home.folder, request(tmp_path, 0, 9), back).code == 0
    shown = witness("show", home.folder)
    assert ORIGIN in shown.out
    assert TREE.heads[9].root.hex() in shown.out
    told = json.loads(witness("show", home.folder, "--json").out)
    assert told == {
        "name": NAMES[0],
        "logs": [{"origin": ORIGIN, "size": 9, "root": TREE.heads[9].root.hex()}],
        "evidence": [],
    }
    unwatched = WitnessHome(tmp_path / "other", NAMES[1], watches=False)
    assert "No log is watched yet" in witness("show", unwatched.folder).out


def test_two_histories_are_told_and_anybody_can_verify_the_file(
    home: WitnessHome, tmp_path: Path
) -> None:
    witness("cosign", home.folder, request(tmp_path, 0, 9), tmp_path / "one")
    said = witness("cosign", home.folder, request(tmp_path, 9, 12, FORK), tmp_path / "two")
    assert said.code == 65
    assert "two histories" in said.err
    assert not (tmp_path / "two").exists()
    (file,) = WitnessFolder(home.folder).evidence()
    assert file.name in said.err
    assert file.name in witness("show", home.folder).out
    for words in (KEYS, ["--folder", home.folder]):
        verified = witness("evidence", file, *words)
        assert verified.code == 0
        assert "two histories, and signed both" in verified.out
        assert TREE.heads[9].root.hex() in verified.out
        assert FORK.heads[9].root.hex() in verified.out
    told = json.loads(witness("evidence", file, *KEYS, "--json").out)
    assert told["origin"] == ORIGIN
    assert told["begins"] == FORK.heads[9].root.hex()
    assert [each["size"] for each in told["checkpoints"]] == [9, 12]


def test_evidence_that_shows_nothing_is_refused(home: WitnessHome, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text("{}", "utf-8")
    assert witness("evidence", file, *KEYS).code == 65
    witness("cosign", home.folder, request(tmp_path, 0, 9), tmp_path / "one")
    witness("cosign", home.folder, request(tmp_path, 9, 12, FORK), tmp_path / "two")
    (found,) = WitnessFolder(home.folder).evidence()
    assert witness("evidence", found).code == 2
    other = WitnessHome(tmp_path / "other", NAMES[1])
    assert witness("evidence", found, "--key", str(other.keys[0])).code == 65
    changed = found.read_text("utf-8").replace('"root": "', '"root": "A')
    file.write_text(changed, "utf-8")
    assert witness("evidence", file, *KEYS).code == 65


def test_a_protected_key_file_asks_for_its_passphrase(tmp_path: Path) -> None:
    words, wrong = tmp_path / "words", tmp_path / "wrong"
    words.write_text("the witness of the university\n", "utf-8")
    wrong.write_text("the witness of the ministry\n", "utf-8")
    folder, asked = tmp_path / "w", request(tmp_path, 0, 5)
    assert witness("make", folder, NAMES[0], "--passphrase-file", words).code == 0
    for options, code in (((), 2), (("--passphrase-file", wrong), 65)):
        said = typed(
            "statement", "witness", "cosign", folder, asked, tmp_path / "c", *options, home=tmp_path
        )
        assert said.code == code, said.err
        assert "Traceback" not in said.err
    said = witness("cosign", folder, asked, tmp_path / "c", "--passphrase-file", words)
    assert "not cosigned (404)" in said.err  # it watches nothing yet


def test_others_are_served_over_tls_alone(home: WitnessHome) -> None:
    assert witness("serve", home.folder, "--host", "0.0.0.0", "--port", "0").code == 4  # noqa: S104
    (home.folder / "witness.toml").write_text("name =", "utf-8")
    assert witness("serve", home.folder, "--port", "0").code == 65


def test_a_stated_length_takes_no_room_from_others(home: WitnessHome) -> None:
    """As many lines as would fill the room say that much will come, and send nothing."""
    process = WitnessProcess(home)
    port = int(process.address.rstrip("/").rpartition(":")[2])
    lines = _IN_HAND // LARGEST_REQUEST + 1
    lead = f"POST /add-checkpoint HTTP/1.1\r\nHost: localhost:{port}\r\n"
    with ExitStack() as held:
        for _ in range(lines):
            line = held.enter_context(create_connection(("localhost", port), timeout=30))
            line.sendall(f"{lead}Content-Length: {LARGEST_REQUEST}\r\n\r\n".encode())
        asked = held.enter_context(create_connection(("localhost", port), timeout=30))
        body = b"x" * (LARGEST_REQUEST // 2)  # more than is left of the room beside those lines
        head = f"{lead}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        asked.sendall(head.encode() + body)
        assert asked.recv(20).startswith(b"HTTP/1.1 400 ")
    process.kill()


def test_a_witness_that_watches_nothing_says_so_and_serves(tmp_path: Path) -> None:
    home = WitnessHome(tmp_path / "w", NAMES[0], watches=False)
    process = WitnessProcess(home)
    assert process.address.startswith("http://localhost:")
    assert process.stop() == 0
    assert "No log is watched yet" in process.said()
