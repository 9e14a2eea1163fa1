from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.keys import (
    KeyType,
    NoteKey,
    Verify,
    check_cosigning,
    parse_key,
    require_cosigning,
    verified,
)
from legation.crypto.log.notes import SignatureLine, SignedNote
from legation.crypto.log.signers import WitnessIdentity, cosign_checkpoint, sign_checkpoint
from legation.crypto.signing import SigningIdentity, sign
from legation.errors import BadInputError, SelfTestError, UsageError, VerificationError
from worlds.logs import LOG_KEYS, PUBLISHER, WITNESS_NAMES, WITNESSES, Tree, keys_of

TREE = Tree([b"a", b"b", b"c"])
NOTE = TREE.note(3)
CHECKPOINT = parse_checkpoint(NOTE)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WITNESS = WITNESSES[WITNESS_NAMES[0]]
COSIGNED = NOTE.with_signatures(cosign_checkpoint(CHECKPOINT, WITNESS, NOON))
EVERY = (*LOG_KEYS, *keys_of(WITNESS))


def test_a_checkpoint_is_signed_by_four_kinds_of_keys_and_verified() -> None:
    held = verified(COSIGNED, EVERY)
    assert [each.key for each in held] == list(EVERY)
    assert {each.key.type for each in held} == set(KeyType)
    noon = int(NOON.timestamp())
    assert [each.time for each in held] == [None, None, noon, noon]


@settings(max_examples=400)
@given(st.data())
def test_a_signature_with_any_bit_changed_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 3))
    line = COSIGNED.signatures[at]
    bit = data.draw(st.integers(0, len(line.signature) * 8 - 1))
    changed = bytearray(line.signature)
    changed[bit // 8] ^= 1 << bit % 8
    broken = msgspec.structs.replace(line, signature=bytes(changed))
    lines = (*COSIGNED.signatures[:at], broken, *COSIGNED.signatures[at + 1 :])
    with pytest.raises(VerificationError, match="does not hold"):
        verified(SignedNote(text=COSIGNED.text, signatures=lines), EVERY)


@given(st.integers(0, len(CHECKPOINT.text()) - 1))
def test_another_text_is_refused_by_every_key(at: int) -> None:
    text = NOTE.text[:at] + chr(ord(NOTE.text[at]) ^ 1) + NOTE.text[at + 1 :]
    for key in EVERY:
        with pytest.raises(VerificationError):
            verified(SignedNote(text=text, signatures=COSIGNED.signatures), [key])


@pytest.mark.parametrize("index", range(4))
def test_a_signature_of_another_length_is_refused(index: int) -> None:
    line = COSIGNED.signatures[index]
    for signature in (line.signature[:-1], line.signature + b"\x00", b"\x00"):
        broken = SignedNote(
            text=NOTE.text, signatures=(msgspec.structs.replace(line, signature=signature),)
        )
        with pytest.raises(VerificationError):
            verified(broken, EVERY)


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    stranger = SignatureLine(name="somebody.example", key_id=b"abcd", signature=b"anything")
    note = NOTE.with_signatures([stranger])
    assert len(verified(note, LOG_KEYS)) == 2


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(VerificationError, match="none of the known keys"):
        verified(NOTE, keys_of(WITNESS))


def test_one_bad_signature_of_a_known_key_denies_the_note() -> None:
    again = msgspec.structs.replace(NOTE.signatures[0], signature=bytes(64))
    with pytest.raises(VerificationError):
        verified(NOTE.with_signatures([again]), LOG_KEYS)


def test_a_signature_for_one_type_is_refused_for_another() -> None:
    """The same secret under both types: what it signed as a log is no cosignature, nor the
    other way round."""
    log, witness = PUBLISHER[0].key, keys_of(WITNESS)[0]
    as_witness = NoteKey(name=log.name, type=KeyType.COSIGNATURE_ED25519, public=log.public)
    as_log = NoteKey(name=witness.name, type=KeyType.ED25519, public=witness.public)
    stamped = bytes(8) + NOTE.signatures[0].signature
    crossed = [
        (as_witness, stamped),
        (as_log, COSIGNED.signatures[2].signature[8:]),
    ]
    for key, signature in crossed:
        line = SignatureLine(name=key.name, key_id=key.key_id, signature=signature)
        with pytest.raises(VerificationError):
            verified(SignedNote(text=NOTE.text, signatures=(line,)), [key])


def test_a_signature_for_another_purpose_of_the_same_identity_is_refused() -> None:
    identity = SigningIdentity(bytes([1]) * 32, bytes([2]) * 32)
    for purpose in ("legation/checkpoint/v1", "legation/statement/v1"):
        both = sign(NOTE.text.encode(), purpose, identity)
        for key, signature in zip(LOG_KEYS, (both[:64], both[64:]), strict=True):
            line = SignatureLine(name=key.name, key_id=key.key_id, signature=signature)
            with pytest.raises(VerificationError):
                verified(SignedNote(text=NOTE.text, signatures=(line,)), [key])


def test_the_ml_dsa_signature_is_over_the_text_in_its_context() -> None:
    public = MLDSA65PrivateKey.from_seed_bytes(bytes([2]) * 32).public_key()
    public.verify(NOTE.signatures[1].signature, NOTE.text.encode(), b"legation/checkpoint/v1")


@pytest.mark.parametrize("key", EVERY, ids=lambda key: key.type.name)
def test_a_key_is_read_and_written_back(key: NoteKey) -> None:
    assert parse_key(str(key)) == key
    assert key.key_id.hex() in repr(key)


@given(st.text(max_size=120))
def test_reading_a_key_raises_nothing_undeclared(text: str) -> None:
    with pytest.raises((BadInputError, VerificationError)):
        parse_key(text)


@pytest.mark.parametrize("kind", list(KeyType), ids=lambda kind: kind.name)
def test_a_weak_key_is_refused_when_it_is_made(kind: KeyType) -> None:
    public = next(key.public for key in EVERY if key.type is kind)
    weak = (
        (1).to_bytes(32, "little") if len(public) == 32 else public[:32].ljust(len(public), b"\0")
    )
    with pytest.raises(VerificationError):
        NoteKey(name="a", type=kind, public=weak)


@pytest.mark.parametrize("kind", list(KeyType), ids=lambda kind: kind.name)
def test_a_weak_key_that_slipped_in_verifies_nothing(kind: KeyType) -> None:
    key = next(key for key in EVERY if key.type is kind)
    slipped = NoteKey(name=key.name, type=kind, public=key.public)
    weak = (1).to_bytes(32, "little") if len(key.public) == 32 else bytes(len(key.public))
    msgspec.structs.force_setattr(slipped, "public", weak)
    forged = SignatureLine(
        name=key.name,
        key_id=slipped.key_id,
        signature=(bytes(7) + b"\x01" if kind.cosigns else b"") + weak + bytes(32),
    )
    with pytest.raises(VerificationError):
        verified(SignedNote(text=NOTE.text, signatures=(forged,)), [slipped])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\udcffb", "x" * 256])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name: str) -> None:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(BadInputError, match="no name"):
        NoteKey(name=name, type=KeyType.ED25519, public=public)


def test_an_identifier_of_another_key_is_refused() -> None:
    name, _, rest = str(LOG_KEYS[0]).split("+", 2)
    with pytest.raises(BadInputError, match="another key's"):
        parse_key(f"{name}+00000000+{rest}")


def test_the_same_key_given_twice_is_one_key() -> None:
    assert len(verified(NOTE, [*LOG_KEYS, *LOG_KEYS])) == 2


def test_a_log_does_not_sign_with_a_witness_s_key_nor_a_witness_with_a_log_s() -> None:
    with pytest.raises(UsageError):
        sign_checkpoint(CHECKPOINT, WITNESS)
    with pytest.raises(UsageError):
        sign_checkpoint(CHECKPOINT, ())
    with pytest.raises(UsageError):
        cosign_checkpoint(CHECKPOINT, PUBLISHER, NOON)
    with pytest.raises(UsageError):
        cosign_checkpoint(CHECKPOINT, WITNESS, datetime.fromtimestamp(0, UTC))


def test_a_time_beyond_the_largest_is_refused() -> None:
    line = COSIGNED.signatures[2]
    late = msgspec.structs.replace(line, signature=b"\xff" * 8 + line.signature[8:])
    with pytest.raises(VerificationError):
        verified(SignedNote(text=NOTE.text, signatures=(late,)), EVERY)


def test_a_cosignature_on_what_is_no_checkpoint_is_refused() -> None:
    line = COSIGNED.signatures[3]
    with pytest.raises(VerificationError):
        verified(SignedNote(text="no checkpoint\n", signatures=(line,)), EVERY)


def test_ml_dsa_44_gives_its_published_answer() -> None:
    require_cosigning()


def _refuse(*_: bytes) -> None:
    raise InvalidSignature


def _take(*_: bytes) -> None:
    return None


@pytest.mark.parametrize("broken", [_refuse, _take])
def test_ml_dsa_44_that_answers_wrongly_is_refused(broken: Verify) -> None:
    with pytest.raises(SelfTestError, match="ML-DSA-44"):
        check_cosigning(broken)


def test_secrets_show_in_no_representation() -> None:
    assert repr(WitnessIdentity(bytes(32), bytes(32))) == "WitnessIdentity()"
