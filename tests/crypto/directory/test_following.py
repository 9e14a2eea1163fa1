"""The way from an anchor to the newest directory: what is followed, and what never is."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.directory.directory import PURPOSE, IssuerKey
from legation.crypto.directory.files import (
    DirectoryFile,
    RootSignature,
    read_directory_file,
    write_directory_file,
)
from legation.crypto.directory.following import (
    MOST_VERSIONS,
    add_signature,
    follow,
    sign_directory,
)
from legation.crypto.directory.roots import Anchor, RootSet, fingerprint_of
from legation.crypto.directory.text import read_directory, write_directory
from legation.crypto.signing import PublicIdentity, SigningIdentity, sign
from legation.errors import BadInputError, VerificationError
from worlds.directories import (
    MARCH,
    MINISTRY,
    OTHER_ROOTS,
    ROOTS,
    SPEAKER,
    after,
    directory,
    public_of,
    root_set,
    versions,
)

ANCHOR = root_set().anchor()
FILES = versions(3)
PARTS = [read_directory_file(data) for data in FILES]
TWO, OTHER_TWO = ROOTS[:2], OTHER_ROOTS[:2]
NEW = root_set(2, OTHER_ROOTS)


def _data(file: DirectoryFile) -> bytes:
    return write_directory_file(file)


def _refused(files: Sequence[bytes], why: str, remembered: int | None = None) -> None:
    with pytest.raises(VerificationError, match=why):
        follow(ANCHOR, files, MARCH, remembered)


def test_versions_are_followed_to_the_newest() -> None:
    said = follow(ANCHOR, FILES, MARCH, 3)
    assert said.version == 3
    assert follow(ANCHOR, FILES[:1], MARCH, None).version == 1
    assert said.issuers[0].name == MINISTRY


def test_an_anchor_of_other_keys_or_another_threshold_leads_nowhere() -> None:
    for roots in (NEW, root_set(1), root_set(3), root_set(2, TWO)):
        with pytest.raises(VerificationError, match="no version"):
            follow(roots.anchor(), FILES, MARCH, None)
    _refused([], "no version")


@pytest.mark.parametrize("by", [(), ROOTS[:1], OTHER_ROOTS, (ROOTS[0], SPEAKER)])
def test_below_the_threshold_nothing_is_followed(by: Sequence[SigningIdentity]) -> None:
    _refused([_data(sign_directory(directory(), by))], "2 of 3 root keys")


@pytest.mark.parametrize("by", [ROOTS, ROOTS[1:], (ROOTS[2], ROOTS[0], SPEAKER)])
def test_any_two_of_three_are_enough(by: Sequence[SigningIdentity]) -> None:
    assert follow(ANCHOR, [_data(sign_directory(directory(), by))], MARCH, None).version == 1


def test_one_key_that_signs_twice_counts_once() -> None:
    file = sign_directory(directory(), [ROOTS[0], ROOTS[0]])
    assert len(file.signatures) == 1
    _refused([_data(file)], "2 of 3")
    data = _data(file)
    at = data.index(b"root ")
    twice = data[:at] + data[at : -len(b"end\n")] + data[at:]
    with pytest.raises(BadInputError, match="ascend"):
        follow(ANCHOR, [twice], MARCH, None)


def test_a_signature_shown_under_another_key_is_refused() -> None:
    file = sign_directory(directory(), [ROOTS[0]])
    other = fingerprint_of(public_of(ROOTS[1]))
    borrowed = RootSignature(by=other, signature=file.signatures[0].signature)
    _refused([_data(file.with_signatures([borrowed]))], "does not hold")


def _swapped(file: DirectoryFile, half: slice) -> DirectoryFile:
    """Put a half of the second signer's signature into the first's."""
    first, second = file.signatures
    mixed = bytearray(first.signature)
    mixed[half] = second.signature[half]
    return msgspec.structs.replace(
        file, signatures=(msgspec.structs.replace(first, signature=bytes(mixed)), second)
    )


@pytest.mark.parametrize("half", [slice(0, 64), slice(64, None)], ids=["ed25519", "ml-dsa-65"])
def test_each_half_of_each_signature_must_hold(half: slice) -> None:
    _refused([_data(_swapped(PARTS[0], half))], "does not hold")
    third = add_signature(_swapped(PARTS[0], half), ROOTS[2])
    _refused([_data(third)], "does not hold")


def test_a_signature_for_another_purpose_is_refused() -> None:
    signed = write_directory(directory())
    lines = [
        RootSignature(
            by=fingerprint_of(public_of(each)),
            signature=sign(signed, "legation/statement/v1", each),
        )
        for each in TWO
    ]
    assert PURPOSE == "legation/directory/v1"
    _refused([_data(DirectoryFile(signed=signed).with_signatures(lines))], "does not hold")


@settings(max_examples=400)
@given(st.integers(0, len(FILES[0]) * 8 - 1))
def test_a_file_with_any_bit_changed_is_never_followed(bit: int) -> None:
    changed = bytearray(FILES[0])
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((BadInputError, VerificationError)):
        follow(ANCHOR, [bytes(changed)], MARCH, None)


@settings(max_examples=200)
@given(st.integers(0, 1), st.integers(0, len(FILES[0]) * 8 - 1))
def test_a_chain_with_any_bit_changed_leads_to_what_root_keys_signed_or_nowhere(
    at: int, bit: int
) -> None:
    changed = bytearray(FILES[at])
    changed[bit // 8] ^= 1 << bit % 8
    chain = [*FILES[:at], bytes(changed), *FILES[at + 1 : 2]]
    try:
        said = follow(ANCHOR, chain, MARCH, None)
    except (BadInputError, VerificationError):
        return
    # A first file whose root set is no longer the anchor's is passed over; the second is whole.
    assert at == 0
    assert said == read_directory(PARTS[1].signed)


@given(st.binary(max_size=200), st.integers(0, len(FILES[0])))
def test_hostile_bytes_raise_nothing_undeclared(junk: bytes, at: int) -> None:
    for data in (junk, FILES[0][:at] + junk):
        if data != FILES[0]:
            with pytest.raises((BadInputError, VerificationError)):
                follow(ANCHOR, [data], MARCH, None)


def test_an_older_version_than_remembered_is_a_roll_back() -> None:
    _refused(FILES[:2], "older than 3", remembered=3)
    _refused([FILES[2], FILES[1]], "stands behind")


def test_an_expired_version_is_a_freeze_and_an_expired_one_before_is_not() -> None:
    last = read_directory(PARTS[2].signed).expires
    assert follow(ANCHOR, FILES, last - timedelta(seconds=1), None).version == 3
    for now in (last, last + timedelta(days=900)):
        with pytest.raises(VerificationError, match="expired"):
            follow(ANCHOR, FILES, now, None)
    early = directory(1).expires
    assert early < last
    assert follow(ANCHOR, FILES, early, None).version == 3


def test_two_directories_of_one_version_are_a_fork() -> None:
    other = after(PARTS[0], 2, TWO, fresh=60)
    _refused([FILES[0], FILES[1], _data(other)], "two directories of version 2")
    _refused([FILES[0], _data(other), FILES[2]], "names another version 2")
    first = sign_directory(directory(fresh=60), TWO)
    _refused([FILES[0], _data(first)], "two directories of version 1")


def test_the_same_version_twice_is_no_fork_whoever_signed_it() -> None:
    again = sign_directory(directory(), ROOTS[1:])
    assert follow(ANCHOR, [FILES[0], _data(again), *FILES[1:]], MARCH, None).version == 3
    unsigned = DirectoryFile(signed=PARTS[0].signed)
    _refused([FILES[0], _data(unsigned)], "2 of 3")


def test_a_version_may_be_missing_where_the_root_set_stayed() -> None:
    assert follow(ANCHOR, [FILES[0], FILES[2]], MARCH, None).version == 3


def test_a_new_root_set_is_signed_by_the_old_one_and_by_itself() -> None:
    change = {"roots": NEW}
    both = after(PARTS[0], 2, [*TWO, *OTHER_TWO], **change)
    third = after(both, 3, OTHER_TWO, **change)
    chain = [FILES[0], _data(both), _data(third)]
    assert follow(ANCHOR, chain, MARCH, None).version == 3
    for by in (TWO, OTHER_TWO, [*TWO, OTHER_ROOTS[0]], [ROOTS[0], *OTHER_TWO]):
        _refused([FILES[0], _data(after(PARTS[0], 2, by, **change))], "must have signed")
    _refused([FILES[0], _data(third)], "root keys changed between")
    _refused([*chain[:2], _data(after(both, 3, TWO, **change))], "must have signed")


def test_old_root_keys_no_longer_decide() -> None:
    both = after(PARTS[0], 2, [*TWO, *OTHER_TWO], roots=NEW)
    forged = after(both, 3, ROOTS, roots=root_set())
    _refused([FILES[0], _data(both), _data(forged)], "2 of 3")


def test_who_trusts_the_new_root_set_passes_over_versions_before_it() -> None:
    both = after(PARTS[0], 2, [*TWO, *OTHER_TWO], roots=NEW)
    assert follow(NEW.anchor(), [FILES[0], _data(both)], MARCH, None).version == 2
    alone = after(PARTS[0], 2, TWO, roots=NEW)
    with pytest.raises(VerificationError, match="2 of 3"):
        follow(NEW.anchor(), [FILES[0], _data(alone)], MARCH, None)


def test_a_higher_threshold_is_asked_for_from_its_own_version_on() -> None:
    stricter = root_set(3)
    _refused([FILES[0], _data(after(PARTS[0], 2, TWO, roots=stricter))], "3 of 3")
    two = after(PARTS[0], 2, ROOTS, roots=stricter)
    assert follow(ANCHOR, [FILES[0], _data(two)], MARCH, None).roots.threshold == 3


def test_a_revoked_key_is_told_with_its_time() -> None:
    row = IssuerKey(name=MINISTRY, keys=public_of(SPEAKER), since=MARCH, revoked=MARCH)
    two = after(PARTS[0], 2, TWO, issuers=(row,))
    assert follow(ANCHOR, [FILES[0], _data(two)], MARCH, None).issuers == (row,)


def test_more_versions_than_anybody_follows_are_refused() -> None:
    _refused([FILES[0]] * (MOST_VERSIONS + 1), "more than")


def test_a_weak_root_key_is_refused_even_where_it_slipped_in() -> None:
    honest = public_of(ROOTS[0])
    weak = PublicIdentity(ed25519=honest.ed25519, ml_dsa_65=honest.ml_dsa_65)
    msgspec.structs.force_setattr(weak, "ed25519", (1).to_bytes(32, "little"))
    roots = RootSet.of(1, weak)
    forged = RootSignature(
        by=fingerprint_of(weak), signature=(1).to_bytes(32, "little") + bytes(32 + 3309)
    )
    file = DirectoryFile(signed=write_directory(directory(roots=roots)), signatures=(forged,))
    with pytest.raises(VerificationError, match="small order"):
        follow(roots.anchor(), [_data(file)], MARCH, None)


@given(st.permutations(range(3)), st.lists(st.integers(0, 2), max_size=3))
def test_no_order_of_good_files_leads_back(order: list[int], more: list[int]) -> None:
    numbers = [*order, *more]

    def ends() -> int:
        return follow(ANCHOR, [FILES[number] for number in numbers], MARCH, None).version

    if numbers == sorted(numbers):
        assert ends() == 3
    else:
        with pytest.raises(VerificationError, match="stands behind"):
            ends()


@given(st.binary(min_size=32, max_size=32))
def test_an_anchor_is_read_as_it_is_shown(sha256: bytes) -> None:
    anchor = Anchor(sha256=sha256)
    shown = str(anchor)
    assert [len(group) for group in shown.split(" ")] == [8] * 8
    readings: list[Callable[[str], str]] = [str, str.upper, lambda text: text.replace(" ", "\n")]
    for reading in readings:
        assert Anchor.parse(reading(shown)) == anchor


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "g" * 64, "\u0661" * 64])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="no anchor"):
        Anchor.parse(text)


@pytest.mark.parametrize(("threshold", "count"), [(0, 2), (3, 2), (1, 0), (1, 21)])
def test_a_root_set_that_cannot_decide_is_refused(threshold: int, count: int) -> None:
    keys = [SigningIdentity(bytes([at]) * 32, bytes([at]) * 32) for at in range(1, count + 1)]
    with pytest.raises(BadInputError):
        RootSet.of(threshold, *map(public_of, keys))


def test_a_root_set_names_no_key_and_no_half_of_one_twice_and_keeps_order() -> None:
    one, other = public_of(ROOTS[0]), public_of(ROOTS[1])
    half = PublicIdentity(ed25519=one.ed25519, ml_dsa_65=other.ml_dsa_65)
    for keys in ((one, one), (one, half)):
        with pytest.raises(BadInputError, match="twice"):
            RootSet.of(1, *keys)
    ascending = RootSet.of(1, one, other).keys
    with pytest.raises(BadInputError, match="ascend"):
        RootSet(threshold=1, keys=ascending[::-1])
