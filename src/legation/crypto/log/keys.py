"""Keys that sign notes: what each signs, and how it is named (C2SP signed-note, tlog-cosignature).

Four types, and no other: a log signs its checkpoints by Ed25519 and by ML-DSA-65, a witness
cosigns by Ed25519 and by ML-DSA-44, with a time. C2SP has no type for ML-DSA-65, so that
one is legation's own: type 0xff, followed by its name, as C2SP asks. The type is a part of the
key, never of the signature; the bytes of one type can be shown as no other's, because the
texts begin differently or have another ML-DSA context. Weak public keys are refused.
"""

import functools
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Final, NamedTuple, final

import msgspec
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey, MLDSA65PublicKey

from legation.crypto.log import vectors
from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.notes import KEY_ID_BYTES, SignedNote, decoded, encoded, is_key_name
from legation.crypto.points import refuse_weak_ed25519, refuse_weak_ml_dsa, refuse_weak_ml_dsa_44
from legation.crypto.selftest import require_known_answers
from legation.errors import BadInputError, SelfTestError, UsageError, VerificationError

CHECKPOINT_CONTEXT: Final = b"legation/checkpoint/v1"
TIME_BYTES: Final = 8
LATEST_TIME: Final = 2**63 - 1

_OWN_TYPE = b"\xfflegation/checkpoint-ml-dsa-65/v1\x00"
_SUBTREE = b"subtree/v1\n\x00"
_LONGEST_NAME = 255
_VKEY_PARTS = 3
_REFUSALS = (InvalidSignature, ValueError)
_NOT_HELD = "get the checkpoint again from the log and from another mirror, and compare"


class KeyType(Enum):
    """What a key signs, and how."""

    ED25519 = b"\x01"
    COSIGNATURE_ED25519 = b"\x04"
    COSIGNATURE_ML_DSA_44 = b"\x06"
    ML_DSA_65 = _OWN_TYPE

    @property
    def cosigns(self) -> bool:
        """Tell whether it is a witness's, with a time."""
        return self in (KeyType.COSIGNATURE_ED25519, KeyType.COSIGNATURE_ML_DSA_44)


@final
class NoteKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key under its name; a weak one is refused when it is made.

    Attributes:
        name: Its name, as `statements.ministry.example/log`.
        type: What it signs.
        public: Its bytes: 32 of Ed25519, 1,312 of ML-DSA-44, 1,952 of ML-DSA-65.
    """

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a weak key, and a name that cannot stand in a note."""
        if not is_key_name(self.name) or len(self.name.encode()) > _LONGEST_NAME:
            raise BadInputError(
                f"{self.name!r:.60} is no name of a key",
                place="name",
                hint="write it without spaces and plus, as statements.ministry.example/log",
            )
        _KINDS[self.type].refuse_weak(self.public)

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that stand before its signatures."""
        named = self.name.encode() + b"\n" + self.type.value + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """Return the key as one word: name, identifier and key, joined by plus (a vkey)."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(self.type.value + self.public)}"

    def __repr__(self) -> str:
        """Return what tells it from others."""
        return f"<{self.type.name} {self.name}+{self.key_id.hex()}>"


@final
class Signed(NamedTuple):
    """A signature that holds.

    Attributes:
        key: The key that made it.
        time: When, in seconds since 1970, for a witness's; None for others. A witness that
            says nothing of the time has 0.
    """

    key: NoteKey
    time: int | None


def parse_key(text: str, *, place: str = "key") -> NoteKey:
    """Read a key that was written as one word (a vkey).

    Raises:
        BadInputError: It is no such word, of another type, or its identifier is another key's.
        VerificationError: The key is weak.
    """
    parts = text.split("+", 2)
    if len(parts) != _VKEY_PARTS:
        raise _no_key("it has not three parts", place)
    name, key_id, rest = parts
    value = decoded(rest, "the key", place=place)
    for kind in KeyType:
        size = _KINDS[kind].public_bytes
        if value.startswith(kind.value) and len(value) == len(kind.value) + size:
            key = NoteKey(name=name, type=kind, public=value[-size:])
            if key.key_id.hex() != key_id:
                raise _no_key("its identifier is another key's", place)
            return key
    raise _no_key("its type is not known here", place)


def verified(note: SignedNote, keys: Sequence[NoteKey]) -> list[Signed]:
    """Verify all signatures of a note that known keys claim.

    Signatures of unknown keys are passed over, as C2SP asks: they prove nothing and deny
    nothing.

    Args:
        note: The note.
        keys: The known keys.

    Returns:
        The signatures that hold, at least one, in the order of the note.

    Raises:
        VerificationError: One that a known key claims does not hold, or there is none.
        UsageError: Two known keys have the same name and identifier.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    if any(key.type is KeyType.COSIGNATURE_ML_DSA_44 for key in keys):
        require_cosigning()
    known = {(key.name, key.key_id): key for key in keys}
    if len(known) != len(set(keys)):
        raise UsageError("two keys have one name and identifier", hint="remove one of them")
    held = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            held.append(_held(key, note, line.signature))
    if not held:
        raise VerificationError(
            "none of the known keys has signed the note",
            hint="compare the keys that you hold with those that the log and its witnesses print",
        )
    return held


def signed_bytes(kind: KeyType, name: str, note_text: str, time: int | None) -> bytes:
    """Return the bytes that a key of that type signs.

    Args:
        kind: The key's type.
        name: The key's name.
        note_text: The text of the note.
        time: Seconds since 1970, for a witness's key.

    Raises:
        BadInputError: The type signs checkpoints only, and the text is none.
    """
    if kind is KeyType.COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {time}\n{note_text}".encode()
    if kind is KeyType.COSIGNATURE_ML_DSA_44:
        checkpoint = parse_checkpoint(SignedNote(text=note_text, signatures=()))
        return subtree_bytes(name, time or 0, checkpoint, 0)
    return note_text.encode()


def subtree_bytes(cosigner: str, time: int, log: Checkpoint, start: int) -> bytes:
    """Return the `cosigned_message` of C2SP tlog-cosignature for leaves from `start` on."""
    origin, name = log.origin.encode(), cosigner.encode()
    return b"".join(
        (
            _SUBTREE,
            bytes([len(name)]),
            name,
            time.to_bytes(TIME_BYTES, "big"),
            bytes([len(origin)]),
            origin,
            start.to_bytes(TIME_BYTES, "big"),
            log.head.size.to_bytes(TIME_BYTES, "big"),
            log.head.root,
        )
    )


Verify = Callable[[bytes, bytes, bytes, bytes], None]


@functools.cache
def require_cosigning() -> None:
    """Ask ML-DSA-44, which only cosignatures use, for its published answer, once.

    Raises:
        SelfTestError: It is missing, gives another answer, or takes an altered one.
    """
    check_cosigning(_verify_ml_dsa_44)


def check_cosigning(verify: Verify) -> None:
    """Ask a verification of ML-DSA-44 (key, signature, message, context) for the answer.

    Raises:
        SelfTestError: It is missing, gives another answer, or takes an altered one.
    """
    message = subtree_bytes(vectors.COSIGNER, 0, vectors.CHECKPOINT, vectors.START)
    try:
        verify(vectors.PUBLIC, vectors.SIGNATURE, message, b"")
    except (*_REFUSALS, UnsupportedAlgorithm, InternalError) as fault:
        raise _refused_itself() from fault
    with suppress(*_REFUSALS):
        verify(vectors.PUBLIC, vectors.SIGNATURE, message + b"\x00", b"")
        raise _refused_itself()


def context_of(kind: KeyType) -> bytes:
    """Return the ML-DSA context of a type; C2SP's own has none."""
    return CHECKPOINT_CONTEXT if kind is KeyType.ML_DSA_65 else b""


def _held(key: NoteKey, note: SignedNote, signature: bytes) -> Signed:
    kind = _KINDS[key.type]
    kind.refuse_weak(key.public)
    time = None
    if key.type.cosigns:
        time, signature = int.from_bytes(signature[:TIME_BYTES], "big"), signature[TIME_BYTES:]
    if len(signature) != kind.signature_bytes or (time or 0) > LATEST_TIME:
        raise _broken(key)
    try:
        message = signed_bytes(key.type, key.name, note.text, time)
        kind.verify(key.public, signature, message, context_of(key.type))
    except (InvalidSignature, ValueError, BadInputError) as broken:
        raise _broken(key) from broken
    return Signed(key, time)


def _verify_ed25519(public: bytes, signature: bytes, message: bytes, _context: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def _verify_ml_dsa_44(public: bytes, signature: bytes, message: bytes, context: bytes) -> None:
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message, context)


def _verify_ml_dsa_65(public: bytes, signature: bytes, message: bytes, context: bytes) -> None:
    MLDSA65PublicKey.from_public_bytes(public).verify(signature, message, context)


class _Kind(NamedTuple):
    public_bytes: int
    signature_bytes: int
    refuse_weak: Callable[[bytes], None]
    verify: Verify


_ED25519 = _Kind(32, 64, refuse_weak_ed25519, _verify_ed25519)
_KINDS: Final = {
    KeyType.ED25519: _ED25519,
    KeyType.COSIGNATURE_ED25519: _ED25519,
    KeyType.COSIGNATURE_ML_DSA_44: _Kind(1312, 2420, refuse_weak_ml_dsa_44, _verify_ml_dsa_44),
    KeyType.ML_DSA_65: _Kind(1952, 3309, refuse_weak_ml_dsa, _verify_ml_dsa_65),
}


def _refused_itself() -> SelfTestError:
    return SelfTestError(
        "ML-DSA-44 does not give its published answer on this machine",
        hint="install the cryptography wheel named in the lock file; no cosignature was believed",
    )


def _broken(key: NoteKey) -> VerificationError:
    return VerificationError(f"the signature of {key!r} does not hold", hint=_NOT_HELD)


def _no_key(why: str, place: str) -> BadInputError:
    return BadInputError(
        f"this is no key of a note: {why}",
        place=place,
        hint="copy the whole word: name+identifier+key",
    )
