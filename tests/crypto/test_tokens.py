"""Signing with keys in a token: SoftHSM2, a token in software that Debian ships."""

import ctypes
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from legation.crypto.directory.files import write_directory_file
from legation.crypto.directory.following import follow, sign_directory
from legation.crypto.directory.roots import RootSet
from legation.crypto.holder_files import Kind, TokenKey, read_held, write_held
from legation.crypto.key_files import Passphrase
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.keys import verified
from legation.crypto.log.merkle import TreeHead, leaf_hash
from legation.crypto.log.signers import log_signers, sign_checkpoint
from legation.crypto.signing import SIGNATURE_BYTES, sign, verify
from legation.crypto.tokens import (
    TokenAccess,
    TokenIdentity,
    additional_context,
    make_token_key,
    open_token,
)
from legation.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    VerificationError,
)
from worlds.directories import MARCH, directory, holder
from worlds.tokens import new_token

pytestmark = pytest.mark.token
NOTE = "legation/note/v1"
WORDS = Passphrase("correct horse battery staple")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("softhsm")


@pytest.fixture(scope="module")
def access(folder: Path) -> TokenAccess:
    return new_token(folder, "ministry")


@pytest.fixture(scope="module")
def key(access: TokenAccess) -> TokenKey:
    with open_token(access, write=True) as session:
        return make_token_key(session, access.token, "speaker")


@pytest.fixture
def signer(access: TokenAccess, key: TokenKey) -> Iterator[TokenIdentity]:
    with open_token(access) as session:
        yield TokenIdentity(session, key)


def test_a_key_in_a_token_makes_both_signatures(signer: TokenIdentity) -> None:
    text = b"The talks begin on Monday."
    signature = sign(text, NOTE, signer)
    assert len(signature) == SIGNATURE_BYTES
    verify(text, signature, NOTE, signer.public())
    with pytest.raises(VerificationError):
        verify(text, signature, "legation/statement/v1", signer.public())


def test_the_private_key_never_leaves_the_token(access: TokenAccess, key: TokenKey) -> None:
    from pkcs11 import Attribute, ObjectClass, exceptions

    with open_token(access) as session:
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label="speaker")
        assert private[Attribute.SENSITIVE] is True
        assert private[Attribute.EXTRACTABLE] is False
        with pytest.raises((exceptions.AttributeSensitive, exceptions.AttributeTypeInvalid)):
            private[Attribute.VALUE]
    assert key.ml_dsa is not None, "SoftHSM 2.6 knows no ML-DSA: its seed is in the key file"
    assert key.ml_dsa.hex() not in repr(key)


def test_the_key_file_of_a_token_s_key_is_read_back_and_signs(
    access: TokenAccess, key: TokenKey, tmp_path: Path
) -> None:
    path = tmp_path / "issuer.key"
    write_held(path, Kind.ISSUER, key, WORDS)
    read = read_held(path, Kind.ISSUER, WORDS)
    assert read == key
    assert key.ml_dsa is not None
    assert key.ml_dsa not in path.read_bytes()
    with open_token(access) as session:
        signer = TokenIdentity(session, read)
        verify(b"a", sign(b"a", NOTE, signer), NOTE, signer.public())


def test_a_root_key_in_a_token_signs_a_directory_beside_one_in_memory(
    signer: TokenIdentity,
) -> None:
    roots = RootSet.of(2, signer.public(), holder(22).public())
    file = sign_directory(directory(roots=roots), [signer, holder(22)])
    assert follow(roots.anchor(), [write_directory_file(file)], MARCH, None).version == 1


def test_a_log_s_keys_may_be_in_a_token(signer: TokenIdentity) -> None:
    signers = log_signers("log.example/token", signer)
    head = TreeHead(size=1, root=leaf_hash(b"a"))
    note = sign_checkpoint(Checkpoint(origin="log.example/token", head=head), signers)
    assert len(verified(note, [each.key for each in signers])) == 2


def test_a_token_with_another_key_of_that_label_is_noticed(folder: Path, key: TokenKey) -> None:
    other = new_token(folder, "stranger")
    with open_token(other, write=True) as session:
        make_token_key(session, other.token, "speaker")
    with open_token(other) as session, pytest.raises(VerificationError, match="another key"):
        TokenIdentity(session, key)


def test_a_label_is_used_once(access: TokenAccess, key: TokenKey) -> None:
    with open_token(access, write=True) as session, pytest.raises(ConflictError):
        make_token_key(session, access.token, key.label)


def test_a_wrong_pin_a_missing_token_key_or_library_is_told(
    access: TokenAccess, key: TokenKey
) -> None:
    with pytest.raises(DeniedError, match="PIN"), open_token(replace(access, pin="654321")):
        pass
    with pytest.raises(NotFoundError, match="named"), open_token(replace(access, token="lost")):  # noqa: S106 - a label
        pass
    with pytest.raises(NotFoundError), open_token(replace(access, module=Path("/nowhere.so"))):
        pass
    gone = msgspec.structs.replace(key, label="gone")
    with open_token(access) as session, pytest.raises(NotFoundError, match="gone"):
        TokenIdentity(session, gone)
    assert access.pin not in repr(access)


def test_the_context_is_handed_to_a_token_as_pkcs_11_3_2_lays_it_out() -> None:
    parameter, kept = additional_context(b"legation/statement/v1")
    word = ctypes.sizeof(ctypes.c_ulong)
    assert len(parameter) == 3 * word
    hedge, place, length = (
        int.from_bytes(parameter[at * word : (at + 1) * word], "little") for at in range(3)
    )
    assert (hedge, length) == (0, 21)
    assert ctypes.string_at(place, length) == b"legation/statement/v1"
    del kept
