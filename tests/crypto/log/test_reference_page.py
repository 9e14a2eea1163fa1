"""The page that tells the formats, read and checked: what it shows is what the code does."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.keys import CHECKPOINT_CONTEXT, KeyType, parse_key, verified
from legation.crypto.log.merkle import Frontier, leaf_hash
from legation.crypto.log.notes import parse_signatures
from legation.crypto.log.policies import Policy, Witness
from legation.crypto.log.proofs import parse_proof, verify_proof
from legation.crypto.log.tiles import Tile
from legation.crypto.log.witnessing import EVIDENCE_TYPE, Reason
from legation.errors import VerificationError
from worlds.logs import LOG_KEYS, log_of

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (REFERENCE / "log.md").read_text("utf-8")
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
ENTRIES = [line.encode() for line in BLOCKS[0].splitlines()]
PROOF = parse_proof((REFERENCE / "log-example.tlog-proof").read_bytes())
KEYS = [parse_key(line) for line in (REFERENCE / "log-example.keys").read_text().splitlines()]


def _policy(quorum: int) -> Policy:
    names = dict.fromkeys(key.name for key in KEYS if key.type.cosigns)
    witnesses = tuple(
        Witness(name=name, keys=tuple(key for key in KEYS if key.name == name)) for name in names
    )
    log_keys = tuple(key for key in KEYS if not key.type.cosigns)
    return Policy(
        origin="statements.ministry.example/log",
        log_keys=log_keys,
        witnesses=witnesses,
        quorum=quorum,
    )


def test_the_hashes_of_the_entries_are_as_shown() -> None:
    shown = re.findall(r"^\| \d \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE)
    assert shown == [leaf_hash(entry).hex() for entry in ENTRIES]


def test_the_files_of_the_example_are_as_shown() -> None:
    assert BLOCKS[1].splitlines() == sorted(log_of([ENTRIES]).safe)
    assert Tile(0, 1234067).path.endswith("x001/x234/067")
    assert "tile 1234067 is `x001/x234/067`" in PAGE


def test_the_checkpoint_is_as_shown() -> None:
    frontier = Frontier()
    for entry in ENTRIES:
        frontier.append(leaf_hash(entry))
    assert PROOF.checkpoint.text == BLOCKS[2]
    assert parse_checkpoint(PROOF.checkpoint).head == frontier.head()


def test_the_signature_and_the_key_are_as_shown() -> None:
    assert parse_signatures(BLOCKS[3])[0] == PROOF.checkpoint.signatures[0]
    assert parse_key(BLOCKS[4].strip()) == KEYS[0] == LOG_KEYS[0]


def test_the_types_are_as_shown() -> None:
    own = KeyType.ML_DSA_65.value
    assert own == b"\xff" + b"legation/checkpoint-ml-dsa-65/v1" + b"\x00"
    assert "| `ff`, `legation/checkpoint-ml-dsa-65/v1`, `00` |" in PAGE
    assert f"`{CHECKPOINT_CONTEXT.decode()}`" in PAGE
    shown = set(re.findall(r"^\| [\w -]+ \| `(\w\w)`", PAGE, re.MULTILINE))
    assert shown == {kind.value[:1].hex() for kind in KeyType}


def test_the_proof_is_as_shown_and_holds() -> None:
    assert PROOF.encode().decode().startswith(BLOCKS[5])
    witnessed = verify_proof(ENTRIES[1], PROOF, _policy(2))
    assert witnessed.by == {
        "university.example/w": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        "press.example/w": datetime(2026, 3, 1, 12, 1, tzinfo=UTC),
    }
    assert {each.key for each in verified(PROOF.checkpoint, KEYS)} == set(KEYS[:6])


def test_the_proof_holds_for_no_other_entry_and_no_larger_quorum() -> None:
    for entry in (ENTRIES[0], ENTRIES[2], b"The embassy is closed."):
        with pytest.raises(VerificationError, match="not in the log"):
            verify_proof(entry, PROOF, _policy(2))
    with pytest.raises(VerificationError, match="3 of 3"):
        verify_proof(ENTRIES[1], PROOF, _policy(3))


def test_the_refusals_and_the_evidence_are_as_shown() -> None:
    shown = re.findall(r"^\| `([a-z-]+)` \| (?!.*kept)", PAGE, re.MULTILINE)
    assert [name for name in shown if name in set(Reason)] == list(Reason)
    assert f"`{EVIDENCE_TYPE}`" in PAGE
