"""Keys in a PKCS#11 token: a card, a USB device or a module in a rack signs and shows no secret.

Most tokens know Ed25519 and few know ML-DSA-65 yet. Where a token does not, the ML-DSA seed stays
in the holder's passphrase file, and both signatures are made all the same: whoever steals the
file alone, or the token alone, can sign nothing. What a token answers is verified before it
leaves, so a broken one is noticed at once. Needs the extra `hsm` (python-pkcs11).
"""

import ctypes
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from legation.crypto.holder_files import TokenKey
from legation.crypto.points import ED25519_BYTES
from legation.crypto.selftest import require_known_answers
from legation.crypto.signing import PublicIdentity
from legation.errors import (
    ConflictError,
    DeniedError,
    MissingPartError,
    NotFoundError,
    UnreachableError,
    VerificationError,
)

if TYPE_CHECKING:
    from pkcs11 import Session

# RFC 8410, section 3: id-Ed25519.
_ED25519_OID: Final = "1.3.101.112"
_SEED_BYTES: Final = 32
_HEDGE_PREFERRED: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAccess:
    """How a token is reached.

    Attributes:
        module: The vendor's PKCS#11 library.
        token: The token's label.
        pin: What unlocks it; it shows in no representation.
    """

    module: Path
    token: str
    pin: str = field(repr=False)


@contextmanager
def open_token(access: TokenAccess, *, write: bool = False) -> Iterator["Session"]:
    """Log into a token, and out again.

    Args:
        access: How it is reached.
        write: Whether a key will be made in it.

    Raises:
        MissingPartError: The extra `hsm` is not installed.
        NotFoundError: There is no such library or token.
        DeniedError: The PIN is wrong or locked.
        UnreachableError: The token does not answer as it should.
    """
    try:
        import pkcs11
        from pkcs11 import exceptions as faults
    except ImportError as missing:
        raise MissingPartError(
            "keys in tokens need the extra hsm", hint="run: make hsm"
        ) from missing
    if not access.module.is_file():
        raise NotFoundError(f"no library at {access.module}", hint="give the vendor's PKCS#11 file")
    try:
        token = pkcs11.lib(str(access.module)).get_token(token_label=access.token)
        with token.open(user_pin=access.pin, rw=write) as session:
            yield session
    except (faults.NoSuchToken, faults.MultipleTokensReturned) as none:
        raise NotFoundError(
            f"there is not one token named {access.token!r}",
            hint="plug it in, or give the label that its vendor's tool shows",
        ) from none
    except (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange, faults.PinLocked) as shut:
        raise DeniedError(
            "the token does not take this PIN",
            hint="type it again; few tries lock the token for good",
        ) from shut
    except faults.PKCS11Error as fault:
        raise UnreachableError(
            f"the token {access.token!r} answered {type(fault).__name__} {fault}".rstrip(),
            hint="check it with its vendor's tool; nothing was signed",
        ) from fault


def make_token_key(session: "Session", token: str, label: str) -> TokenKey:
    """Make a key in a token: Ed25519, and ML-DSA-65 where the token knows it.

    The private keys are made in the token, marked as secret and not to be taken out.

    Args:
        session: From `open_token`, for writing.
        token: The token's label.
        label: The key's new label.

    Raises:
        ConflictError: The token has a key of that label.
        VerificationError: The token made a weak key.
    """
    from pkcs11 import Attribute, KeyType, Mechanism, MLDSAParameterSet
    from pkcs11.util.ec import encode_named_curve_parameters

    if any(True for _ in session.get_objects({Attribute.LABEL: label})):
        raise ConflictError(
            f"the token has something named {label!r}", hint="give the key another label"
        )
    hidden = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
    curve = session.create_domain_parameters(
        KeyType.EC_EDWARDS,
        {Attribute.EC_PARAMS: encode_named_curve_parameters(_ED25519_OID)},
        local=True,
    )
    public, _ = curve.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        store=True,
        label=label,
        private_template=hidden,
    )
    classical = bytes(public[Attribute.EC_POINT])[-ED25519_BYTES:]
    seed, safe = secrets.token_bytes(_SEED_BYTES), None
    if _knows(session, Mechanism.ML_DSA):
        safe_public, _ = session.generate_keypair(
            KeyType.ML_DSA,
            store=True,
            label=label,
            public_template={Attribute.PARAMETER_SET: MLDSAParameterSet.ML_DSA_65},
            private_template=hidden,
        )
        safe = bytes(safe_public[Attribute.VALUE])
    made = TokenKey(
        token=token,
        label=label,
        ed25519=classical,
        ml_dsa=None if safe else seed,
        ml_dsa_public=safe,
    )
    _public(made)
    return made


@final
class TokenIdentity:
    """A signer whose Ed25519 key, and ML-DSA-65 key where it can, is in a token.

    Args:
        session: From `open_token`; it stays open while the signer is used.
        key: From the holder's key file.

    Raises:
        NotFoundError: The token has no such key.
        VerificationError: Its key is another one, or weak.
    """

    def __init__(self, session: "Session", key: TokenKey) -> None:
        """Find the key in the token, and see that it signs."""
        from pkcs11 import KeyType

        self._key, self._public = key, _public(key)
        self._classical = _private(session, key, KeyType.EC_EDWARDS)
        self._safe = _private(session, key, KeyType.ML_DSA) if key.ml_dsa is None else None
        # A key of the same label in another token signs nothing that the file's key verifies.
        self.sign_ed25519(b"legation token 1\x00")

    def public(self) -> PublicIdentity:
        """Return the public half."""
        return self._public

    def sign_ed25519(self, message: bytes) -> bytes:
        """Sign bytes that name their purpose, by RFC 8032, in the token."""
        from pkcs11 import Mechanism

        signature = bytes(self._classical.sign(message, mechanism=Mechanism.EDDSA))
        try:
            Ed25519PublicKey.from_public_bytes(self._public.ed25519).verify(signature, message)
        except (InvalidSignature, ValueError) as broken:
            raise _other_key() from broken
        return signature

    def sign_ml_dsa_65(self, message: bytes, context: bytes) -> bytes:
        """Sign bytes that name their purpose, by FIPS 204, in the token or by the file's seed."""
        if self._safe is None:
            return _seeded(self._key).sign(message, context)
        from pkcs11 import Mechanism

        parameter, kept = additional_context(context)
        signature = bytes(
            self._safe.sign(message, mechanism=Mechanism.ML_DSA, mechanism_param=parameter)
        )
        del kept
        try:
            safe = MLDSA65PublicKey.from_public_bytes(self._public.ml_dsa_65)
            safe.verify(signature, message, context)
        except (InvalidSignature, ValueError) as broken:
            raise _other_key() from broken
        return signature


class _AdditionalContext(ctypes.Structure):
    """PKCS#11 3.2, CK_SIGN_ADDITIONAL_CONTEXT."""

    _fields_ = (
        ("hedge_variant", ctypes.c_ulong),
        ("context", ctypes.c_void_p),
        ("context_bytes", ctypes.c_ulong),
    )


def additional_context(context: bytes) -> tuple[bytes, object]:
    """Return the parameter that carries an ML-DSA context, and what must live as long as it."""
    kept = ctypes.create_string_buffer(context, len(context))
    parameter = _AdditionalContext(_HEDGE_PREFERRED, ctypes.addressof(kept), len(context))
    return bytes(parameter), kept


def _public(key: TokenKey) -> PublicIdentity:
    safe = key.ml_dsa_public or _seeded(key).public_key().public_bytes_raw()
    return PublicIdentity(ed25519=key.ed25519, ml_dsa_65=safe)


def _seeded(key: TokenKey) -> MLDSA65PrivateKey:
    require_known_answers()
    return MLDSA65PrivateKey.from_seed_bytes(key.ml_dsa or b"")


def _private(session: "Session", key: TokenKey, kind: Any) -> Any:
    from pkcs11 import ObjectClass
    from pkcs11 import exceptions as faults

    try:
        return session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=kind, label=key.label)
    except (faults.NoSuchKey, faults.MultipleObjectsReturned) as none:
        raise NotFoundError(
            f"the token {key.token!r} has not one key named {key.label!r}",
            hint="plug in the token that the key was made in",
        ) from none


def _knows(session: "Session", mechanism: Any) -> bool:
    return mechanism in session.token.slot.get_mechanisms()


def _other_key() -> VerificationError:
    return VerificationError(
        "the token signed with another key than that of the key file",
        hint="plug in the token that the key was made in; nothing was signed",
    )
