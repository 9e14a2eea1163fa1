"""The file of a key directory: read in one way, written back byte for byte."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.directory.files import (
    MOST_SIGNATURES,
    DirectoryFile,
    RootSignature,
    read_directory_file,
    write_directory_file,
)
from legation.crypto.signing import SIGNATURE_BYTES
from legation.errors import BadInputError
from worlds.directories import versions

DATA = versions(1)[0]
FILE = read_directory_file(DATA)
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_a_file_is_written_back_as_it_was() -> None:
    assert write_directory_file(FILE) == DATA
    assert [each.by for each in FILE.signatures] == sorted(each.by for each in FILE.signatures)


@settings(max_examples=40)
@given(
    st.binary(max_size=300),
    st.lists(HEX, unique=True, max_size=4),
    st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES),
)
def test_what_was_written_is_read_back(signed: bytes, by: list[str], signature: bytes) -> None:
    lines = [RootSignature(by=each, signature=signature) for each in by]
    if not signed:
        with pytest.raises(BadInputError, match="length"):
            write_directory_file(DirectoryFile(signed=signed))
        return
    file = DirectoryFile(signed=signed).with_signatures(lines)
    assert read_directory_file(write_directory_file(file)) == file


@settings(max_examples=300)
@given(st.integers(0, len(DATA) * 8 - 1))
def test_a_file_with_any_bit_changed_is_refused_or_another_file(bit: int) -> None:
    changed = bytearray(DATA)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        read = read_directory_file(bytes(changed))
    except BadInputError:
        return
    assert read != FILE
    assert write_directory_file(read) == changed


@given(st.integers(0, len(DATA) - 1))
def test_a_file_cut_anywhere_is_refused(at: int) -> None:
    with pytest.raises(BadInputError):
        read_directory_file(DATA[:at])


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_with_their_place(junk: bytes) -> None:
    for data in (junk, DATA[:32] + junk, DATA + junk + b"\n"):
        with pytest.raises(BadInputError, match="byte"):
            read_directory_file(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"signed ", b"signed 0"),
        (b"root ", b"root  "),
        (b"root ", b"Root "),
        (b"==\nend", b"=\nend"),
        (b"end\n", b"end"),
        (b"end\n", b"end\n\n"),
        (b"file 1\n", b"file 2\n"),
        (b"file 1\n", b"file 1\r\n"),
    ],
)
def test_a_second_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in DATA or old.startswith(b"==")
    head, _, tail = DATA.rpartition(old) if old in DATA else (DATA, b"", b"x")
    with pytest.raises(BadInputError):
        read_directory_file(head + new + tail)


def test_signatures_out_of_order_and_too_many_are_refused() -> None:
    swapped = msgspec.structs.replace(FILE, signatures=FILE.signatures[::-1])
    with pytest.raises(BadInputError, match="ascend"):
        write_directory_file(swapped)
    lines = [
        RootSignature(by=f"{at:064x}", signature=bytes(SIGNATURE_BYTES))
        for at in range(MOST_SIGNATURES + 1)
    ]
    with pytest.raises(BadInputError, match="at most"):
        FILE.with_signatures(lines)


def test_a_signature_that_is_there_is_kept() -> None:
    first = FILE.signatures[0]
    other = msgspec.structs.replace(first, signature=bytes(SIGNATURE_BYTES))
    assert FILE.with_signatures([other]) == FILE
