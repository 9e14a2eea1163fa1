"""Who signs checkpoints: a log by two keys, a witness by one or two.

A signer need not hold its key: whatever has a public key and signs bytes will do, such as a
device. Every signature is over a checkpoint that was read first, never over a caller's text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.keys import (
    TIME_BYTES,
    KeyType,
    NoteKey,
    context_of,
    require_cosigning,
    signed_bytes,
)
from legation.crypto.log.notes import SignatureLine, SignedNote
from legation.crypto.selftest import require_known_answers
from legation.crypto.signing import Signer
from legation.errors import UsageError


class NoteSigner(Protocol):
    """What signs for one key."""

    @property
    def key(self) -> NoteKey:
        """Return the public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign bytes, as the key's type asks."""
        ...


@final
@dataclass(frozen=True, slots=True)
class WitnessIdentity:
    """The two private keys of a witness; they are used for nothing else.

    Attributes:
        ed25519_seed: 32 secret bytes.
        ml_dsa_44_seed: 32 secret bytes.
    """

    ed25519_seed: bytes = field(repr=False)
    ml_dsa_44_seed: bytes = field(repr=False)


def log_signers(origin: str, by: Signer) -> tuple[NoteSigner, NoteSigner]:
    """Return what signs a log's checkpoints: Ed25519 and ML-DSA-65, both under its name.

    Args:
        origin: The log's name.
        by: What holds the log's private keys.
    """
    require_known_answers()
    public = by.public()
    safe_context = context_of(KeyType.ML_DSA_65)
    return (
        _Held(
            NoteKey(name=origin, type=KeyType.ED25519, public=public.ed25519),
            by.sign_ed25519,
        ),
        _Held(
            NoteKey(name=origin, type=KeyType.ML_DSA_65, public=public.ml_dsa_65),
            lambda message: by.sign_ml_dsa_65(message, safe_context),
        ),
    )


def witness_signers(name: str, identity: WitnessIdentity) -> tuple[NoteSigner, NoteSigner]:
    """Return what cosigns for a witness: Ed25519 and ML-DSA-44, both under its name.

    Args:
        name: The witness's name.
        identity: Its private keys.
    """
    require_known_answers()
    require_cosigning()
    classical = Ed25519PrivateKey.from_private_bytes(identity.ed25519_seed)
    safe = MLDSA44PrivateKey.from_seed_bytes(identity.ml_dsa_44_seed)
    return (
        _Held(
            NoteKey(
                name=name,
                type=KeyType.COSIGNATURE_ED25519,
                public=classical.public_key().public_bytes_raw(),
            ),
            classical.sign,
        ),
        _Held(
            NoteKey(
                name=name,
                type=KeyType.COSIGNATURE_ML_DSA_44,
                public=safe.public_key().public_bytes_raw(),
            ),
            safe.sign,
        ),
    )


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[NoteSigner]) -> SignedNote:
    """Sign a checkpoint as a log.

    A log must sign no checkpoint that contradicts an earlier one: `writing` sees to it.

    Raises:
        UsageError: A signer is a witness's.
        SelfTestError: A primitive does not give its published answer.
    """
    if not signers or any(each.key.type.cosigns for each in signers):
        raise UsageError("a log signs with a log's keys", hint="use `log_signers`")
    text = checkpoint.text()
    lines = tuple(_line(each, text, None) for each in signers)
    return SignedNote(text=text, signatures=lines)


def cosign_checkpoint(
    checkpoint: Checkpoint, signers: Sequence[NoteSigner], at: datetime
) -> tuple[SignatureLine, ...]:
    """Cosign a checkpoint as a witness; `witnessing` decides whether it may.

    Args:
        checkpoint: What was found consistent.
        signers: The witness's signers.
        at: Now, aware.

    Returns:
        The lines to add to the checkpoint's note.

    Raises:
        UsageError: A signer is a log's, or the time is not after 1970.
        SelfTestError: A primitive does not give its published answer.
    """
    if not signers or not all(each.key.type.cosigns for each in signers):
        raise UsageError("a witness signs with a witness's keys", hint="use `witness_signers`")
    time = int(at.timestamp())
    if time <= 0:
        raise UsageError("a cosignature needs its time", hint="set the machine's clock")
    return tuple(_line(each, checkpoint.text(), time) for each in signers)


def _line(signer: NoteSigner, text: str, time: int | None) -> SignatureLine:
    require_known_answers()
    key = signer.key
    signature = signer.sign(signed_bytes(key.type, key.name, text, time))
    stamp = b"" if time is None else time.to_bytes(TIME_BYTES, "big")
    return SignatureLine(name=key.name, key_id=key.key_id, signature=stamp + signature)


@final
@dataclass(frozen=True, slots=True)
class _Held:
    """A key, and what signs with it."""

    key: NoteKey
    sign: Callable[[bytes], bytes]
