from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.keys import verified
from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.notes import SignedNote, encoded
from legation.crypto.log.signers import cosign_checkpoint, sign_checkpoint
from legation.crypto.log.tiles import TileReader
from legation.crypto.log.witnessing import (
    Evidence,
    MayCosign,
    Reason,
    Refused,
    WitnessRequest,
    contradiction,
    decide,
    parse_evidence,
    parse_request,
    verify_evidence,
)
from legation.errors import BadInputError, VerificationError
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
    signed_text,
)

ENTRIES = [b"statement %d" % at for at in range(60)]
TREE = Tree(ENTRIES)
# The same publisher shows others a log in which entry 3 says something else.
FORKED_ENTRIES = [*ENTRIES[:3], b"other words", *ENTRIES[4:]]
FORK = Tree(FORKED_ENTRIES)
LOGS = {ORIGIN: LOG_KEYS}
SIZES = st.integers(1, 60)


def request(old: int, new: int, tree: Tree = TREE) -> WitnessRequest:
    proof = prove_consistency(old, new, tree.read)
    return WitnessRequest(old_size=old, proof=proof, checkpoint=tree.note(new))


@given(SIZES, SIZES)
@settings(max_examples=60)
def test_a_log_that_only_grew_is_cosigned(one: int, other: int) -> None:
    old, new = sorted((one, other))
    decision = decide(request(old, new), LOGS, TREE.note(old))
    assert isinstance(decision, MayCosign)
    assert decision.checkpoint.head == TREE.heads[new]


def test_the_first_checkpoint_of_a_watched_log_is_cosigned_with_a_time() -> None:
    decision = decide(request(0, 5), LOGS, None)
    assert isinstance(decision, MayCosign)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    signers = WITNESSES[WITNESS_NAMES[0]]
    note = decision.note.with_signatures(cosign_checkpoint(decision.checkpoint, signers, noon))
    held = verified(note, keys_of(signers))
    assert [each.time for each in held] == [int(noon.timestamp())] * 2


def test_an_empty_log_is_cosigned_and_continued() -> None:
    assert isinstance(decide(request(0, 0), LOGS, None), MayCosign)
    assert isinstance(decide(request(0, 4), LOGS, TREE.note(0)), MayCosign)


@given(st.integers(4, 60))
@settings(max_examples=40)
def test_another_root_of_the_same_size_is_refused_with_evidence(size: int) -> None:
    for asked in (request(size, size, FORK), request(0, size, FORK)):
        refused = decide(asked, LOGS, TREE.note(size))
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.SPLIT_VIEW
        assert refused.evidence is not None
        verify_evidence(refused.evidence, LOG_KEYS)


@given(st.integers(4, 59), st.integers(5, 60))
@settings(max_examples=60)
def test_a_log_that_was_rewritten_is_refused(old: int, new: int) -> None:
    """Its own proof shows what it begins with, unless the old size is a power of two."""
    if new <= old:
        return
    refused = decide(request(old, new, FORK), LOGS, TREE.note(old))
    assert isinstance(refused, Refused)
    assert refused.last_size == old
    if old.bit_count() == 1:
        assert (refused.reason, refused.evidence) == (Reason.NOT_CONSISTENT, None)
    else:
        assert refused.reason is Reason.SPLIT_VIEW
        assert refused.evidence is not None
        verify_evidence(refused.evidence, LOG_KEYS)
    read = contradiction(TREE.note(old), FORK.note(new), FORK.read)
    verify_evidence(read, LOG_KEYS)


def test_evidence_is_read_from_the_files_that_the_log_publishes() -> None:
    disk = log_of([FORKED_ENTRIES])
    reader = TileReader(disk.read, FORK.heads[60])
    evidence = contradiction(TREE.note(16), FORK.note(60), reader.nodes)
    verify_evidence(parse_evidence(evidence.encode()), LOG_KEYS)


def test_evidence_is_a_file_that_anybody_can_check() -> None:
    refused = decide(request(5, 9, FORK), LOGS, TREE.note(5))
    assert isinstance(refused, Refused)
    assert refused.evidence is not None
    read = parse_evidence(refused.evidence.encode())
    assert read == refused.evidence
    verify_evidence(read, LOG_KEYS)


def test_no_evidence_is_made_against_an_honest_log() -> None:
    with pytest.raises(VerificationError, match="continues the older"):
        contradiction(TREE.note(5), TREE.note(9), TREE.read)


@given(SIZES, SIZES, st.binary(min_size=32, max_size=32), st.integers(0, 99), st.booleans())
@settings(max_examples=60)
def test_nobody_can_make_evidence_against_an_honest_log(
    one: int, other: int, root: bytes, at: int, exchange: bool
) -> None:
    old, new = sorted((one, other))
    proof = list(prove_consistency(old, new, TREE.read))
    if proof and exchange:
        proof[at % len(proof)] = root
    for begins in (root, TREE.heads[old].root, TREE.heads[new].root):
        forged = Evidence(
            older=TREE.note(old), newer=TREE.note(new), root=begins, proof=tuple(proof)
        )
        with pytest.raises(VerificationError):
            verify_evidence(forged, LOG_KEYS)


def test_evidence_that_the_log_did_not_sign_is_none() -> None:
    for older, newer in (
        (TREE.note(9, STRANGER), FORK.note(9)),
        (TREE.note(9), FORK.note(9, STRANGER)),
    ):
        forged = Evidence(older=older, newer=newer, root=FORK.heads[9].root, proof=())
        with pytest.raises(VerificationError):
            verify_evidence(forged, LOG_KEYS)


def test_evidence_of_two_logs_or_of_none_is_none() -> None:
    head = FORK.heads[9]
    other = sign_checkpoint(Checkpoint(origin="other.example/log", head=head), PUBLISHER)
    empty = SignedNote(text="none\n", signatures=TREE.note(9).signatures)
    for older, newer, root in (
        (TREE.note(9), other, head.root),
        (empty, FORK.note(9), head.root),
        (TREE.note(0), FORK.note(9), bytes(32)),
    ):
        with pytest.raises(VerificationError, match="no two histories"):
            verify_evidence(Evidence(older=older, newer=newer, root=root, proof=()), LOG_KEYS)


@pytest.mark.parametrize(
    ("asked", "last", "reason"),
    [
        (request(3, 9), TREE.note(5), Reason.OTHER_OLD_SIZE),
        (request(0, 9), TREE.note(5), Reason.OTHER_OLD_SIZE),
        (request(3, 9), None, Reason.OTHER_OLD_SIZE),
        (request(3, 4), TREE.note(5), Reason.OTHER_OLD_SIZE),
        (msgspec.structs.replace(request(5, 9), proof=()), TREE.note(5), Reason.NOT_CONSISTENT),
        (
            msgspec.structs.replace(request(5, 5), proof=(bytes(32),)),
            TREE.note(5),
            Reason.NOT_CONSISTENT,
        ),
        (
            msgspec.structs.replace(request(5, 9), checkpoint=TREE.note(9, STRANGER)),
            TREE.note(5),
            Reason.NOT_SIGNED,
        ),
    ],
)
def test_a_request_that_does_not_fit_is_refused_without_evidence(
    asked: WitnessRequest, last: SignedNote | None, reason: Reason
) -> None:
    refused = decide(asked, LOGS, last)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.evidence) == (reason, None)
    assert refused.why
    assert refused.last_size == (parse_checkpoint(last).head.size if last else 0)


def test_a_request_that_shrinks_below_what_was_cosigned_is_refused() -> None:
    asked = WitnessRequest(old_size=5, proof=(), checkpoint=TREE.note(4))
    refused = decide(asked, LOGS, TREE.note(5))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OTHER_OLD_SIZE


def test_a_log_that_is_not_watched_is_refused() -> None:
    for logs in ({}, {"other.example/log": LOG_KEYS}):
        refused = decide(request(0, 5), logs, None)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.UNKNOWN_LOG


def test_a_checkpoint_kept_of_another_log_is_refused() -> None:
    other = sign_checkpoint(Checkpoint(origin="other.example/log", head=TREE.heads[5]), PUBLISHER)
    refused = decide(request(5, 9), LOGS, other)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNKNOWN_LOG


def test_a_log_that_left_out_one_of_its_signatures_is_refused() -> None:
    note = TREE.note(5)
    for line in note.signatures:
        half = SignedNote(text=note.text, signatures=(line,))
        asked = WitnessRequest(old_size=0, proof=(), checkpoint=half)
        refused = decide(asked, LOGS, None)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.NOT_SIGNED


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    bare = f"{ORIGIN}\n"
    for text, reason in (("none\n", Reason.UNKNOWN_LOG), (bare, Reason.NOT_SIGNED)):
        note = SignedNote(text=text, signatures=TREE.note(5).signatures)
        refused = decide(WitnessRequest(old_size=0, proof=(), checkpoint=note), LOGS, None)
        assert isinstance(refused, Refused)
        assert refused.reason is reason
    for text in (bare, f"{ORIGIN}\n0\n{encoded(bytes(32))}\n"):
        note = signed_text(text)
        refused = decide(WitnessRequest(old_size=0, proof=(), checkpoint=note), LOGS, None)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.NO_CHECKPOINT


def test_a_first_checkpoint_with_a_proof_is_refused() -> None:
    asked = WitnessRequest(old_size=0, proof=(bytes(32),), checkpoint=TREE.note(5))
    refused = decide(asked, LOGS, None)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.last_size) == (Reason.NOT_CONSISTENT, 0)


def test_a_request_is_read_and_written_back() -> None:
    for asked in (request(0, 5), request(5, 9)):
        assert parse_request(asked.encode()) == asked


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda b: b"old 5\n\n" + b))
def test_reading_a_request_raises_nothing_undeclared(content: bytes) -> None:
    try:
        asked = parse_request(content)
    except BadInputError:
        return
    assert asked.encode() == content


GOOD = contradiction(TREE.note(5), FORK.note(9), FORK.read).encode()


@given(
    st.binary(max_size=200)
    | st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=4)).map(
        lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] + 1 :]
    )
)
def test_reading_evidence_raises_nothing_undeclared(content: bytes) -> None:
    try:
        evidence = parse_evidence(content)
        verify_evidence(evidence, LOG_KEYS)
    except (BadInputError, VerificationError):
        return
    assert evidence == parse_evidence(GOOD)


@pytest.mark.parametrize("content", [b"old 5", b"old 05\n\n", b"new 5\n\n", b"old \xff\n\n"])
def test_what_is_no_request_is_refused(content: bytes) -> None:
    with pytest.raises(BadInputError):
        parse_request(content + TREE.note(5).encode())


def test_what_is_too_large_is_not_read() -> None:
    for read in (parse_request, parse_evidence):
        with pytest.raises(BadInputError, match="too large"):
            read(bytes(5 << 20))


def test_evidence_with_a_root_that_is_no_hash_is_none() -> None:
    forged = Evidence(older=TREE.note(5), newer=FORK.note(9), root=b"", proof=())
    with pytest.raises(VerificationError):
        verify_evidence(forged, LOG_KEYS)


@pytest.mark.parametrize("size", [0, 1, 7])
def test_the_same_log_under_other_further_lines_is_cosigned_and_no_split_view(size: int) -> None:
    """A register names its key directory there, and signs anew when that changes."""
    one, two = (
        sign_checkpoint(
            Checkpoint(origin=ORIGIN, head=TREE.heads[size], extensions=lines), PUBLISHER
        )
        for lines in ((), ("directory 2",))
    )
    asked = WitnessRequest(old_size=size, proof=(), checkpoint=two)
    decision = decide(asked, LOGS, one)
    assert isinstance(decision, MayCosign)
    assert decision.checkpoint.extensions == ("directory 2",)
    with pytest.raises(VerificationError):
        contradiction(one, two, TREE.read)
    evidence = Evidence(older=one, newer=two, root=TREE.heads[size].root, proof=())
    with pytest.raises(VerificationError):
        verify_evidence(evidence, LOG_KEYS)
