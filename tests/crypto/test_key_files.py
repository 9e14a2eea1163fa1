import hashlib
import multiprocessing
import os
import signal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto import locked_files
from legation.crypto.durable import written_whole
from legation.crypto.key_files import (
    UNPROTECTED,
    Passphrase,
    Protection,
    change_protection,
    read_keys,
    write_keys,
)
from legation.crypto.keys import KeySet
from legation.errors import (
    BadInputError,
    ConflictError,
    DeniedError,
    LegationError,
    NotFoundError,
    UsageError,
    VerificationError,
)

KEYS = KeySet.generate()
WORDS = Passphrase("correct horse battery staple")
WRONG = Passphrase("correct horse battery stable")


def _quick(passphrase: bytes, salt: bytes, *_: int) -> bytes:
    """Stand in for Argon2id where a test derives hundreds of keys."""
    return hashlib.sha256(salt + passphrase).digest()


def _locked(keys: KeySet, protection: Protection, derive: locked_files.Derivation) -> bytes:
    return locked_files.locked("keys", msgspec.json.encode(keys), protection, derive)


def _unlocked(
    content: bytes, protection: Protection, derive: locked_files.Derivation, *, place: str
) -> KeySet:
    payload = locked_files.unlocked(content, "keys", protection, derive, place=place)
    return msgspec.json.decode(payload, type=KeySet)


LOCKED, OPEN = _locked(KEYS, WORDS, _quick), _locked(KEYS, UNPROTECTED, _quick)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.keys"


def test_protected_keys_are_read_with_their_passphrase_only(path: Path) -> None:
    write_keys(path, KEYS, WORDS)
    assert read_keys(path, WORDS) == KEYS
    with pytest.raises(VerificationError, match="passphrase is wrong"):
        read_keys(path, WRONG)
    with pytest.raises(DeniedError, match="needs its passphrase"):
        read_keys(path, UNPROTECTED)


def test_the_first_line_states_the_cost(path: Path) -> None:
    write_keys(path, KEYS, WORDS)
    first = path.read_bytes().split(b"\n")[0]
    assert first.startswith(b"legation keys 1 argon2id m=65536 t=3 p=4 salt=")


def test_a_protected_file_holds_no_secret_in_clear(path: Path) -> None:
    write_keys(path, KEYS, WORDS)
    content = path.read_bytes()
    assert b"secret" not in content
    assert all(getattr(KEYS, name) not in content for name in KEYS.__struct_fields__)


def test_unprotected_keys_say_so_and_are_read_by_explicit_choice(path: Path) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    assert path.read_bytes().startswith(b"legation keys 1 unprotected\n")
    assert read_keys(path, UNPROTECTED) == KEYS
    with pytest.raises(DeniedError, match="unprotected"):
        read_keys(path, WORDS)


def test_a_key_file_is_for_its_owner_only(path: Path) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_touch_is_refused_with_a_hint(path: Path, mode: int) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    path.chmod(mode)
    with pytest.raises(DeniedError, match=f"mode {mode:04o}") as refused:
        read_keys(path, UNPROTECTED)
    assert "chmod 600" in refused.value.hint


def test_keys_already_there_are_kept(path: Path) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    with pytest.raises(ConflictError):
        write_keys(path, KeySet.generate(), UNPROTECTED)
    assert read_keys(path, UNPROTECTED) == KEYS
    assert [*path.parent.iterdir()] == [path]


def test_the_protection_is_changed_and_the_keys_stay(path: Path) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    change_protection(path, UNPROTECTED, WORDS)
    assert read_keys(path, WORDS) == KEYS
    with pytest.raises(VerificationError):
        change_protection(path, WRONG, UNPROTECTED)
    assert read_keys(path, WORDS) == KEYS


@given(st.integers(0, len(LOCKED) * 8 - 1))
def test_a_protected_file_with_any_bit_changed_is_refused(bit: int) -> None:
    _refuses_changed(LOCKED, bit, WORDS)


@given(st.integers(0, len(OPEN) * 8 - 1))
def test_an_unprotected_file_with_any_bit_changed_is_refused(bit: int) -> None:
    _refuses_changed(OPEN, bit, UNPROTECTED)


def _refuses_changed(content: bytes, bit: int, protection: Protection) -> None:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((VerificationError, BadInputError)):
        _unlocked(bytes(changed), protection, _quick, place="k")


@given(st.integers(0, len(LOCKED) - 1), st.integers(0, len(OPEN) - 1))
def test_a_file_cut_anywhere_is_refused(locked: int, plain: int) -> None:
    for content, protection in ((LOCKED[:locked], WORDS), (OPEN[:plain], UNPROTECTED)):
        with pytest.raises((VerificationError, BadInputError)):
            _unlocked(content, protection, _quick, place="k")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_never_crash(junk: bytes) -> None:
    for content in (junk, OPEN[:28] + junk, LOCKED[:80] + junk):
        for protection in (UNPROTECTED, WORDS):
            with pytest.raises(LegationError):
                _unlocked(content, protection, _quick, place="k")


@pytest.mark.parametrize(
    ("asked", "given_instead"),
    [(b"m=65536", b"m=8"), (b"m=65536", b"m=9999999"), (b" t=3", b" t=1"), (b" t=3", b" t=99"),
     (b"p=4", b"p=99")],
)  # fmt: skip
def test_a_cost_out_of_bounds_is_refused_before_it_is_paid(
    asked: bytes, given_instead: bytes
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError

    with pytest.raises(VerificationError, match="cost"):
        _unlocked(LOCKED.replace(asked, given_instead), WORDS, never, place="k")


@settings(max_examples=30)
@given(st.text(min_size=12))
def test_any_passphrase_opens_what_it_locked(words: str) -> None:
    locked = _locked(KEYS, Passphrase(words), _quick)
    assert _unlocked(locked, Passphrase(words), _quick, place="k") == KEYS


def test_a_passphrase_is_the_same_however_its_accents_are_typed() -> None:
    locked = _locked(KEYS, Passphrase("caf\u00e9 caf\u00e9 caf\u00e9"), _quick)
    typed = Passphrase("cafe\u0301 cafe\u0301 cafe\u0301")
    assert _unlocked(locked, typed, _quick, place="k") == KEYS


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(UsageError, match="12 characters"):
        Passphrase("short words")


def test_a_missing_file_is_told_with_what_to_do(path: Path) -> None:
    with pytest.raises(NotFoundError) as missing:
        read_keys(path, UNPROTECTED)
    assert "legation init" in missing.value.hint


def test_two_sets_of_keys_share_nothing_and_show_nothing() -> None:
    other = KeySet.generate()
    ours = [getattr(KEYS, name) for name in KEYS.__struct_fields__]
    theirs = [getattr(other, name) for name in other.__struct_fields__]
    assert len({*ours, *theirs}) == 8
    assert repr(KEYS) == str(KEYS) == "KeySet(...)"
    assert repr(WORDS) == "Passphrase()"


def test_a_secret_of_another_length_is_refused() -> None:
    with pytest.raises(BadInputError, match="sealing_secret"):
        KeySet(
            ed25519_seed=bytes(32),
            ml_dsa_65_seed=bytes(32),
            sealing_secret=bytes(31),
            pseudonym_secret=bytes(32),
        )


def _write_half_and_die(path: Path) -> None:
    with written_whole(path, replace=True) as file:
        file.write(b"half")
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_writer_killed_half_way_leaves_the_old_keys(path: Path) -> None:
    write_keys(path, KEYS, UNPROTECTED)
    writer = multiprocessing.get_context("spawn").Process(target=_write_half_and_die, args=(path,))
    writer.start()
    writer.join()
    assert writer.exitcode == -9
    assert read_keys(path, UNPROTECTED) == KEYS
    left = [other for other in path.parent.iterdir() if other != path]
    assert [other.suffix for other in left] == [".part"]
    assert left[0].stat().st_mode & 0o077 == 0
