from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.sealed_files import open_sealed_file, seal_file
from legation.crypto.sealing import OVERHEAD, SealingKey, open_sealed, seal
from legation.errors import ConflictError, NotFoundError, UsageError, VerificationError

KEY, OTHER = SealingKey(b"k" * 32), SealingKey(b"o" * 32)
ROW = b"row 7"
TEXT = b"a clear name"
CHUNK = 16 * 1024


@given(st.binary(max_size=300), st.binary(max_size=20))
def test_what_was_sealed_opens(plaintext: bytes, context: bytes) -> None:
    assert open_sealed(seal(plaintext, KEY, context), KEY, context) == plaintext
    assert KEY.open(KEY.seal(plaintext, context), context) == plaintext


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_sizes_around_a_chunk_open(size: int) -> None:
    assert open_sealed(seal(b"x" * size, KEY, ROW), KEY, ROW) == b"x" * size


@given(st.data())
def test_a_seal_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(seal(TEXT, KEY, ROW))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        open_sealed(bytes(sealed), KEY, ROW)


@given(st.integers(0, OVERHEAD + len(TEXT) - 1))
def test_a_seal_cut_anywhere_does_not_open(length: int) -> None:
    with pytest.raises(VerificationError):
        open_sealed(seal(TEXT, KEY, ROW)[:length], KEY, ROW)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_never_crash(junk: bytes) -> None:
    for sealed in (junk, b"lgs1" + junk):
        with pytest.raises(VerificationError):
            open_sealed(sealed, KEY, ROW)


def test_a_seal_opens_with_its_key_and_in_its_place_only() -> None:
    sealed = seal(TEXT, KEY, ROW)
    for key, context in ((OTHER, ROW), (KEY, b"row 8"), (KEY, b"")):
        with pytest.raises(VerificationError):
            open_sealed(sealed, key, context)


def test_two_seals_of_one_text_differ() -> None:
    assert seal(TEXT, KEY, ROW) != seal(TEXT, KEY, ROW)


def test_the_overhead_is_as_stated() -> None:
    assert len(seal(TEXT, KEY, ROW)) == len(TEXT) + OVERHEAD


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(UsageError):
        SealingKey(bytes(length))


def test_the_key_shows_in_no_representation() -> None:
    assert repr(KEY) == "SealingKey()"


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    path = tmp_path / "clear"
    path.write_bytes(bytes(range(256)) * 12_000)  # three pieces of 1 MiB, the last not full
    return path


@pytest.fixture
def sealed(clear: Path) -> Path:
    path = clear.with_name("sealed")
    seal_file(clear, path, KEY, ROW)
    return path


def test_a_sealed_file_opens(clear: Path, sealed: Path, tmp_path: Path) -> None:
    open_sealed_file(sealed, tmp_path / "opened", KEY, ROW)
    assert (tmp_path / "opened").read_bytes() == clear.read_bytes()
    assert (tmp_path / "opened").stat().st_mode & 0o777 == 0o600


def test_an_empty_file_is_sealed_and_opened(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    seal_file(tmp_path / "empty", tmp_path / "sealed", KEY, ROW)
    open_sealed_file(tmp_path / "sealed", tmp_path / "opened", KEY, ROW)
    assert (tmp_path / "opened").read_bytes() == b""


HEADER = 4 + 56


@pytest.mark.parametrize(
    "keep", [0, 3, 4, HEADER, HEADER + CHUNK + 16, HEADER + 100 * (CHUNK + 16), -17, -1]
)
def test_nothing_of_a_cut_file_is_left_at_the_target(sealed: Path, keep: int) -> None:
    before = {*sealed.parent.iterdir()}
    sealed.write_bytes(sealed.read_bytes()[:keep])
    with pytest.raises(VerificationError):
        open_sealed_file(sealed, sealed.with_name("opened"), KEY, ROW)
    assert {*sealed.parent.iterdir()} == before


@pytest.mark.parametrize("place", [0, 4, HEADER, 1_500_000, -1])
def test_nothing_of_an_altered_file_is_left_at_the_target(sealed: Path, place: int) -> None:
    before = {*sealed.parent.iterdir()}
    octets = bytearray(sealed.read_bytes())
    octets[place] ^= 1
    sealed.write_bytes(octets)
    with pytest.raises(VerificationError):
        open_sealed_file(sealed, sealed.with_name("opened"), KEY, ROW)
    assert {*sealed.parent.iterdir()} == before


def test_a_lengthened_file_is_refused(sealed: Path) -> None:
    sealed.write_bytes(sealed.read_bytes() + b"more")
    with pytest.raises(VerificationError):
        open_sealed_file(sealed, sealed.with_name("opened"), KEY, ROW)


def test_sealed_bytes_cannot_pass_for_a_sealed_file(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(seal(TEXT, KEY, ROW))
    with pytest.raises(VerificationError):
        open_sealed_file(tmp_path / "bytes", tmp_path / "opened", KEY, ROW)


def test_a_file_at_the_target_is_kept(clear: Path, sealed: Path) -> None:
    before = sealed.read_bytes()
    with pytest.raises(ConflictError):
        seal_file(clear, sealed, KEY, ROW)
    assert sealed.read_bytes() == before


def test_a_missing_source_or_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        seal_file(tmp_path / "none", tmp_path / "sealed", KEY, ROW)
    with pytest.raises(NotFoundError):
        open_sealed_file(tmp_path / "none", tmp_path / "opened", KEY, ROW)
    with pytest.raises(NotFoundError):
        seal_file(tmp_path / "none", tmp_path / "no" / "folder", KEY, ROW)
    assert not [*tmp_path.iterdir()]
