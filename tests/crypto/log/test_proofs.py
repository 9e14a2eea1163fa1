import random
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.merkle import TreeHead, prove_consistency, prove_inclusion
from legation.crypto.log.notes import SignedNote
from legation.crypto.log.policies import (
    Policy,
    Window,
    Witness,
    verify_checkpoint,
    verify_same_log,
)
from legation.crypto.log.proofs import LogProof, make_proof, parse_proof, verify_proof
from legation.crypto.log.signers import cosign_checkpoint, sign_checkpoint
from legation.crypto.log.tiles import TileReader
from legation.errors import BadInputError, UsageError, VerificationError
from worlds.logs import (
    LOG_KEYS,
    ORIGIN,
    PUBLISHER,
    STRANGER,
    WITNESS_NAMES,
    WITNESSES,
    Tree,
    keys_of,
    log_of,
    policy,
    published,
)

ENTRIES = [b"statement %d" % at for at in range(700)]
TREE = Tree(ENTRIES)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def cosigned(note: SignedNote, count: int = 2, at: datetime = NOON) -> SignedNote:
    """Return a checkpoint that the first witnesses cosigned, an hour apart."""
    checkpoint = parse_checkpoint(note)
    for place, name in enumerate(WITNESS_NAMES[:count]):
        lines = cosign_checkpoint(checkpoint, WITNESSES[name], at + place * HOUR)
        note = note.with_signatures(lines)
    return note


def proof_of(index: int, size: int = 700, note: SignedNote | None = None) -> LogProof:
    path = prove_inclusion(index, size, TREE.read)
    return LogProof(index=index, path=path, checkpoint=note or cosigned(TREE.note(size)))


PROOF = proof_of(77)


def test_an_entry_is_verified_offline_from_one_file() -> None:
    read = parse_proof(PROOF.encode())
    assert read == PROOF
    witnessed = verify_proof(ENTRIES[77], read, policy())
    assert witnessed.checkpoint.head == TREE.heads[700]
    assert witnessed.by == {WITNESS_NAMES[0]: NOON, WITNESS_NAMES[1]: NOON + HOUR}


def test_a_proof_is_made_from_the_log_s_files() -> None:
    disk = log_of([ENTRIES[:300], ENTRIES[300:]])
    from legation.crypto.log.notes import parse_note

    proof = make_proof(77, parse_note(published(disk)), disk.read)
    assert proof.path == PROOF.path
    verify_proof(ENTRIES[77], proof, policy(quorum=0))


@pytest.mark.parametrize("size", [78, 255, 256, 300, 555, 700])
def test_a_proof_of_an_earlier_day_is_made_from_the_files_of_today(size: int) -> None:
    disk = log_of([ENTRIES])  # the partial tiles of that day were never here
    note, today = TREE.note(size), TileReader(disk.read, TREE.heads[700])
    proof = make_proof(77, note, disk.read, today=today)
    verify_proof(ENTRIES[77], proof, policy(quorum=0))
    other = Tree([*ENTRIES[:9], b"other words", *ENTRIES[10:]]).note(size)
    with pytest.raises(VerificationError, match="not those of the checkpoint"):
        make_proof(77, other, disk.read, today=today)


@settings(max_examples=500)
@given(st.integers(0, len(PROOF.encode()) * 8 - 1))
def test_a_proof_with_a_bit_changed_proves_nothing_else(bit: int) -> None:
    """Whatever still verifies is the same proof: only lines of unknown keys are passed over."""
    changed = bytearray(PROOF.encode())
    changed[bit // 8] ^= 1 << bit % 8
    try:
        read = parse_proof(bytes(changed))
        verify_proof(ENTRIES[77], read, policy())
    except (BadInputError, VerificationError):
        return
    raise AssertionError(bit)


def test_a_hundred_ways_to_change_a_proof_are_refused() -> None:
    chance = random.Random(7)  # noqa: S311 - a test's dice
    for _ in range(100):
        other = chance.choice([at for at in range(700) if at != 77])
        for entry, proof in (
            (ENTRIES[other], PROOF),
            (ENTRIES[77], proof_of(other)),
            (ENTRIES[77], msgspec.structs.replace(PROOF, index=other)),
            (ENTRIES[77], msgspec.structs.replace(PROOF, path=proof_of(other).path)),
        ):
            with pytest.raises(VerificationError):
                verify_proof(entry, proof, policy())


def refused(proof: LogProof, why: str, *, by: Policy | None = None, **how: object) -> None:
    verify = partial(verify_proof, ENTRIES[77], proof, by or policy(), **how)  # type: ignore[arg-type]  # whatever the test hands in
    with pytest.raises(VerificationError, match=why) as raised:
        verify()
    assert raised.value.hint


def test_another_log_is_refused() -> None:
    other = Checkpoint(origin="other.example/log", head=TREE.heads[700])
    refused(proof_of(77, note=cosigned(sign_checkpoint(other, PUBLISHER))), "not 'statements")


def test_another_publisher_under_the_same_name_is_refused() -> None:
    refused(proof_of(77, note=TREE.note(700, STRANGER)), "none of the known keys")
    # Witnesses alone do not make it the log's.
    refused(proof_of(77, note=cosigned(TREE.note(700, STRANGER))), "has not signed")


def test_a_stripped_signature_is_refused_whichever_it_is() -> None:
    whole = cosigned(TREE.note(700))
    for at in range(2):
        lines = tuple(each for place, each in enumerate(whole.signatures) if place != at)
        note = SignedNote(text=whole.text, signatures=lines)
        refused(proof_of(77, note=note), "has not signed the checkpoint")
    for at in range(2, 6):
        lines = tuple(each for place, each in enumerate(whole.signatures) if place != at)
        note = SignedNote(text=whole.text, signatures=lines)
        refused(proof_of(77, note=note), "2 of 3 witnesses must have cosigned; 1 have")


def test_a_missing_quorum_is_refused_and_says_how_many_there_are() -> None:
    for count in range(3):
        refused(
            proof_of(77, note=cosigned(TREE.note(700), count)),
            f"3 of 3 witnesses must have cosigned; {count} have",
            by=policy(quorum=3),
        )
    verify_proof(ENTRIES[77], proof_of(77, note=cosigned(TREE.note(700), 3)), policy(quorum=3))


def test_a_stale_checkpoint_is_refused() -> None:
    fresh = Window(not_before=NOON + 2 * HOUR)
    refused(PROOF, "at another time", window=fresh)
    verify_proof(ENTRIES[77], PROOF, policy(), window=Window(not_before=NOON))


def test_what_was_witnessed_after_a_revocation_does_not_count() -> None:
    refused(PROOF, "at another time", window=Window(not_after=NOON))
    verify_proof(ENTRIES[77], PROOF, policy(quorum=1), window=Window(not_after=NOON))
    # A later cosignature does not take away an earlier one.
    twice = PROOF.checkpoint.with_signatures(
        cosign_checkpoint(parse_checkpoint(PROOF.checkpoint), WITNESSES[WITNESS_NAMES[1]], NOON)
    )
    proof = msgspec.structs.replace(PROOF, checkpoint=twice)
    verify_proof(ENTRIES[77], proof, policy(), window=Window(not_after=NOON))


def test_a_forked_checkpoint_is_refused_by_who_remembers_the_other() -> None:
    fork = Tree([*ENTRIES[:-1], b"another"]).heads[700]
    remembered = Checkpoint(origin=ORIGIN, head=fork)
    refused(PROOF, "two histories", remembered=remembered)
    verify_proof(ENTRIES[77], PROOF, policy(), remembered=parse_checkpoint(PROOF.checkpoint))


def test_a_signed_root_without_the_entry_is_refused() -> None:
    note = cosigned(Tree([*ENTRIES[:77], b"another", *ENTRIES[78:]]).note(700))
    refused(proof_of(77, note=note), "not in the log at that place")


def test_a_cosignature_without_a_time_does_not_count() -> None:
    from legation.crypto.log.keys import KeyType
    from legation.crypto.log.notes import SignatureLine

    note = TREE.note(700)
    name, signers = next(iter(WITNESSES.items()))
    lines = []
    for signer in signers:
        from legation.crypto.log.keys import signed_bytes

        message = signed_bytes(signer.key.type, name, note.text, 0)
        lines.append(
            SignatureLine(
                name=name, key_id=signer.key.key_id, signature=bytes(8) + signer.sign(message)
            )
        )
    assert {signer.key.type for signer in signers} == {
        KeyType.COSIGNATURE_ED25519,
        KeyType.COSIGNATURE_ML_DSA_44,
    }
    note = note.with_signatures(lines)
    refused(proof_of(77, note=note), "1 of 3 witnesses must have cosigned", by=policy(quorum=1))


def test_two_checkpoints_of_one_history_are_told_from_two_histories() -> None:
    old, new = (Checkpoint(origin=ORIGIN, head=TREE.heads[size]) for size in (300, 700))
    proof = prove_consistency(300, 700, TREE.read)
    verify_same_log(old, new, proof)
    verify_same_log(new, old, proof)
    fork = Checkpoint(origin=ORIGIN, head=TreeHead(size=300, root=bytes(32)))
    with pytest.raises(VerificationError, match="does not begin with"):
        verify_same_log(fork, new, proof)
    with pytest.raises(VerificationError, match="two logs"):
        verify_same_log(msgspec.structs.replace(old, origin="other.example"), new, proof)


@given(
    st.integers(0, 2**62),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(max_size=80),
)
def test_a_proof_is_read_and_written_back(
    index: int, path: tuple[bytes, ...], extra: bytes
) -> None:
    proof = LogProof(index=index, path=path, checkpoint=PROOF.checkpoint, extra=extra)
    assert parse_proof(proof.encode()) == proof


HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
NOTE = TREE.note(1).encode().decode()


@pytest.mark.parametrize(
    "top",
    [
        "wrong-header\nindex 0",
        "c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0",
        "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex notanumber",
        "c2sp.org/tlog-proof@v1\nindex -5",
        "c2sp.org/tlog-proof@v1\nindex 05",
        "c2sp.org/tlog-proof@v1\nindex 5 ",
        "c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA",
        "c2sp.org/tlog-proof@v1\nindex 0" + f"\n{HASH}" * 64,
        "c2sp.org/tlog-proof@v1\r\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex \u0660",
        "c2sp.org/tlog-proof@v2\nindex 0",
    ],
)
def test_what_is_no_proof_is_refused(top: str) -> None:
    with pytest.raises(BadInputError):
        parse_proof(f"{top}\n\n{NOTE}".encode())
    parse_proof(f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}".encode())


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda b: PROOF.encode()[:60] + b))
def test_reading_a_proof_raises_nothing_undeclared(content: bytes) -> None:
    try:
        proof = parse_proof(content)
    except BadInputError:
        return
    assert proof.encode() == content


def test_a_proof_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadInputError, match="too large"):
        parse_proof(bytes(3 << 20))


def _witness(name: str, of: str | None = None) -> Witness:
    return Witness(name=name, keys=keys_of(WITNESSES[of or name]))


ONE = WITNESS_NAMES[0]


@pytest.mark.parametrize(
    ("why", "parts"),
    [
        ("keys of the log", {"log_keys": ()}),
        ("keys of the log", {"log_keys": keys_of(WITNESSES[ONE])}),
        ("no key", {"witnesses": (Witness(name="a", keys=()),)}),
        ("does not cosign", {"witnesses": (Witness(name="a", keys=LOG_KEYS),)}),
        ("cannot give 1", {"quorum": 1}),
        ("cannot give -1", {"quorum": -1}),
        ("one name", {"witnesses": (_witness(ONE), _witness(ONE, WITNESS_NAMES[1]))}),
        ("stands in it twice", {"witnesses": (_witness(ONE), _witness("another", ONE))}),
        ("stands in it twice", {"log_keys": (*LOG_KEYS, LOG_KEYS[0])}),
    ],
)
def test_a_policy_that_asks_for_nothing_or_counts_twice_is_refused(
    why: str, parts: dict[str, object]
) -> None:
    whole: dict[str, object] = {"origin": ORIGIN, "log_keys": LOG_KEYS}
    with pytest.raises(UsageError, match=why):
        Policy(**(whole | parts))  # type: ignore[arg-type]  # parts of all kinds


def test_what_is_no_checkpoint_satisfies_no_policy() -> None:
    note = SignedNote(text="no checkpoint\n", signatures=TREE.note(1).signatures)
    with pytest.raises(VerificationError, match="no checkpoint"):
        verify_checkpoint(note, policy(0))
