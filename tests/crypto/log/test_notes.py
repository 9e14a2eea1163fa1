import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.merkle import EMPTY_ROOT, TreeHead
from legation.crypto.log.notes import (
    LARGEST_NOTE,
    MOST_SIGNATURES,
    SignatureLine,
    SignedNote,
    parse_note,
    parse_signatures,
)
from legation.errors import BadInputError
from worlds.logs import PUBLISHER, Tree

NAMES = st.text(
    st.characters(exclude_characters="+", exclude_categories=["Z", "Cc", "Cs"]), min_size=1
).filter(lambda name: not any(sign.isspace() for sign in name))
LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20), max_size=20)
SIGNATURES = st.builds(
    SignatureLine,
    name=NAMES,
    key_id=st.binary(min_size=4, max_size=4),
    signature=st.binary(min_size=1, max_size=90),
)
NOTES = st.builds(
    SignedNote,
    text=st.lists(LINES, min_size=1).map(lambda lines: "\n".join(lines) + "\n"),
    signatures=st.lists(SIGNATURES, min_size=1, max_size=8).map(tuple),
)
REAL = Tree([b"a", b"b"]).note(2).encode()
TEXT = "text\n"
LINE = "— a.example AAAAAAAA\n"


@given(NOTES)
def test_a_note_is_read_and_written_back(note: SignedNote) -> None:
    assert parse_note(note.encode()) == note


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_reading_a_note_raises_nothing_undeclared(content: bytes) -> None:
    try:
        note = parse_note(content)
    except BadInputError:
        return
    assert note.encode() == content


@given(st.integers(0, len(REAL) * 8 - 1))
def test_a_note_with_a_bit_changed_is_another_note_or_none(bit: int) -> None:
    changed = bytearray(REAL)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        note = parse_note(bytes(changed))
        parse_checkpoint(note)
    except BadInputError:
        return
    assert note.encode() == changed
    assert note != parse_note(REAL)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (TEXT, "no signature"),
        (f"{TEXT}\n", "no signature"),
        (f"{TEXT}\n{LINE}"[:-1], "no end"),
        (f"\x01{TEXT}\n{LINE}", "control"),
        (f"{TEXT}\r\n{LINE}", "control"),
        (f"{TEXT}\n— Bad Name AAAAAAAA\n", "base64"),
        (f"{TEXT}\n— a+b AAAAAAAA\n", "signature line"),
        (f"{TEXT}\n—  AAAAAAAA\n", "signature line"),
        (f"{TEXT}\n- a AAAAAAAA\n", "signature line"),
        (f"{TEXT}\n— a\u00a0b AAAAAAAA\n", "signature line"),
        (f"{TEXT}\n{LINE}More.\n", "signature line"),
        (f"{TEXT}\n— a AAAAAA==\n", "empty"),
        (f"{TEXT}\n— a AAAAAAA\n", "base64"),
        (f"{TEXT}\n— a AAAAAAB=\n", "spelling"),
        (f"{TEXT}\n— a AAAA AAAA\n", "base64"),
        (f"{TEXT}\n" + LINE * (MOST_SIGNATURES + 1), "64 signatures"),
        ("x" * LARGEST_NOTE + f"\n\n{LINE}", "bytes"),
    ],
)
def test_what_is_no_signed_note_is_refused(content: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        parse_note(content.encode())


def test_what_is_no_utf_8_is_refused() -> None:
    with pytest.raises(BadInputError, match="UTF-8"):
        parse_note(b"\xff" + f"{TEXT}\n{LINE}".encode())


def test_signatures_are_parted_from_the_text_by_the_last_empty_line() -> None:
    note = parse_note(f"one\n\ntwo\n\n{LINE}".encode())
    assert note.text == "one\n\ntwo\n"


def test_signature_lines_alone_are_read() -> None:
    assert [each.name for each in parse_signatures(LINE * 2)] == ["a.example", "a.example"]


def test_a_signature_is_added_once_and_64_are_the_most() -> None:
    note = parse_note(REAL)
    assert note.with_signatures(note.signatures) == note
    more = [
        SignatureLine(name="a", key_id=bytes(4), signature=bytes([at]))
        for at in range(MOST_SIGNATURES - 1)
    ]
    with pytest.raises(BadInputError, match="64"):
        note.with_signatures(more)


@given(
    st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20), min_size=1, max_size=60),
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES.filter(bool), max_size=3).map(tuple),
)
def test_a_checkpoint_is_read_and_written_back(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    head = TreeHead(size=size, root=root)
    checkpoint = Checkpoint(origin=origin, head=head, extensions=extensions)
    assert parse_checkpoint(SignedNote(text=checkpoint.text(), signatures=())) == checkpoint


@given(st.lists(st.sampled_from(["", "0", "01", "9" * 19, "9" * 20, "-1", "a", "٣"]), max_size=5))
def test_reading_a_checkpoint_raises_nothing_undeclared(lines: list[str]) -> None:
    with pytest.raises(BadInputError):
        parse_checkpoint(SignedNote(text="\n".join(lines), signatures=()))


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"a\n0\n{ROOT}", "three lines"),
        ("a\n0\n", "three lines"),
        (f"\n0\n{ROOT}\n", "empty"),
        (f"a\n01\n{ROOT}\n", "size"),
        (f"a\n+1\n{ROOT}\n", "size"),
        (f"a\n1_0\n{ROOT}\n", "size"),
        (f"a\n{2**63}\n{ROOT}\n", "no head"),
        (f"a\n1\n{ROOT[:-4]}\n", "32 bytes"),
        (f"a\n1\n{ROOT[:-2]}V=\n", "spelling"),
        (f"a\n1\n{ROOT}\n\nb\n", "empty"),
        (f"{'a' * 256}\n1\n{ROOT}\n", "too long"),
        ("a\n0\nJ7DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "another root"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        parse_checkpoint(SignedNote(text=text, signatures=()))


@pytest.mark.parametrize("line", ["", "a\nb", "a\x00"])
def test_a_line_that_would_be_read_as_others_is_refused(line: str) -> None:
    head = TreeHead(size=0, root=EMPTY_ROOT)
    with pytest.raises(BadInputError):
        Checkpoint(origin=line, head=head)
    with pytest.raises(BadInputError):
        Checkpoint(origin="a", head=head, extensions=(line,))


def test_a_log_signs_under_its_own_name_with_both_keys() -> None:
    note = parse_note(REAL)
    assert [each.name for each in note.signatures] == [each.key.name for each in PUBLISHER]
    assert [len(each.signature) for each in note.signatures] == [64, 3309]
