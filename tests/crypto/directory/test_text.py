"""The signed bytes of a key directory: one spelling, and nothing but declared errors."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.crypto.directory.directory import (
    LONGEST_LIFE,
    Directory,
    EarlierLogKeys,
    IssuerKey,
    check_line,
)
from legation.crypto.directory.text import parse_time, read_directory, time_text, write_directory
from legation.crypto.log.keys import KeyType, NoteKey
from legation.crypto.log.policies import Policy
from legation.crypto.log.signers import log_signers
from legation.crypto.signing import PublicIdentity
from legation.errors import BadInputError, LegationError, VerificationError
from worlds.directories import (
    CONSUL,
    EMBASSY,
    MARCH,
    MINISTRY,
    SPEAKER,
    directory,
    holder,
    public_of,
    root_set,
)
from worlds.logs import LOG_KEYS, ORIGIN, WITNESSES, keys_of, policy
from worlds.weak_keys import SPELLINGS

OLD_LOG = tuple(each.key for each in log_signers(ORIGIN, holder(51)))
OLDER_LOG = tuple(each.key for each in log_signers(ORIGIN, holder(52)))
FULL = directory(
    2,
    "ab" * 32,
    earlier=(
        EarlierLogKeys(keys=OLDER_LOG, until=MARCH),
        EarlierLogKeys(keys=OLD_LOG, until=MARCH + timedelta(days=1)),
    ),
    issuers=(
        IssuerKey(name=MINISTRY, keys=public_of(SPEAKER), since=MARCH, revoked=MARCH),
        IssuerKey(name=MINISTRY, keys=public_of(holder(43)), since=MARCH),
        IssuerKey(name=EMBASSY, keys=public_of(CONSUL), since=MARCH),
    ),
)
SIGNED = write_directory(FULL)
TIMES = st.datetimes(
    datetime(1, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 - bounds
).map(lambda at: at.replace(microsecond=0))  # fmt: skip


def _is_line(name: str) -> bool:
    try:
        check_line(name, "name")
    except BadInputError:
        return False
    return True


NAMES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=40
).filter(_is_line)


def test_a_full_directory_is_read_back() -> None:
    assert read_directory(SIGNED) == FULL
    assert [row.name for row in FULL.issuers] == [MINISTRY, MINISTRY, EMBASSY]


@settings(max_examples=60)
@given(
    name=NAMES,
    numbers=st.tuples(
        st.integers(2, 999_999_999),
        st.integers(1, 31_622_400),
        st.integers(1, 3),
        st.integers(0, 3),
    ),
    issued=TIMES,
    life=st.integers(1, LONGEST_LIFE.days * 86_400),
    ends=st.none() | st.integers(0, 10**8),
)
def test_what_was_written_is_read_back_and_written_again_as_it_was(
    name: str, numbers: tuple[int, int, int, int], issued: datetime, life: int, ends: int | None
) -> None:
    version, fresh, threshold, quorum = numbers
    revoked = None if ends is None else issued + timedelta(seconds=ends)
    said = directory(
        version,
        "0f" * 32,
        name=name,
        issued=issued,
        expires=issued + timedelta(seconds=life),
        fresh=fresh,
        roots=root_set(threshold),
        policy=policy(quorum),
        issuers=(IssuerKey(name=name, keys=public_of(SPEAKER), since=issued, revoked=revoked),),
    )
    signed = write_directory(said)
    assert read_directory(signed) == said
    assert write_directory(read_directory(signed)) == signed


@settings(max_examples=300)
@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_bytes_with_any_bit_changed_are_refused_or_are_their_own_spelling(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    _refused_or_its_own(bytes(changed))


@settings(max_examples=200)
@given(st.integers(0, SIGNED.count(b"\n") - 1), st.integers(0, SIGNED.count(b"\n") - 1))
def test_lines_out_of_order_are_refused(one: int, other: int) -> None:
    lines = SIGNED.split(b"\n")
    lines[one], lines[other] = lines[other], lines[one]
    swapped = b"\n".join(lines)
    if swapped != SIGNED:
        _refused_or_its_own(swapped)


@given(st.integers(0, SIGNED.count(b"\n") - 1))
def test_a_line_that_is_missing_or_stands_twice_is_refused_or_another_directory(at: int) -> None:
    lines = SIGNED.split(b"\n")
    _refused_or_its_own(b"\n".join(lines[:at] + lines[at + 1 :]))
    _refused_or_its_own(b"\n".join(lines[: at + 1] + lines[at:]))


def _refused_or_its_own(signed: bytes) -> None:
    """Reading refuses, or what was read is written as exactly these bytes and no others."""
    try:
        read = read_directory(signed)
    except (BadInputError, VerificationError):
        return
    assert write_directory(read) == signed
    assert read != FULL


@given(st.integers(0, len(SIGNED) - 1))
def test_bytes_cut_anywhere_are_refused(at: int) -> None:
    whole_lines = SIGNED[:at].endswith(b"\n") and b"\nkey " in SIGNED[:at]
    if not whole_lines:
        with pytest.raises(LegationError):
            read_directory(SIGNED[:at])


@given(st.binary(max_size=300))
def test_hostile_bytes_are_refused_with_their_line(junk: bytes) -> None:
    for signed in (junk, SIGNED[:60] + junk, SIGNED + junk[:1] + b"\n"):
        with pytest.raises((BadInputError, VerificationError)):
            read_directory(signed)


@given(st.lists(st.sampled_from(sorted(set(SIGNED.split(b"\n")))), max_size=30))
def test_any_heap_of_good_lines_is_refused_or_a_directory(lines: list[bytes]) -> None:
    _refused_or_its_own(b"".join(line + b"\n" for line in lines))


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInputError, match="at most"):
        read_directory(SIGNED + b"x" * 3_000_000)


KEY, OTHER_KEY = public_of(SPEAKER), public_of(CONSUL)
ROW = IssuerKey(name=MINISTRY, keys=KEY, since=MARCH)
BROKEN: dict[str, dict[str, Any]] = {
    "an empty name": {"name": ""},
    "a name of two lines": {"name": "a\nb"},
    "a name with a direction override": {"name": "a\u202eb"},
    "a name with a zero-width space": {"name": "a\u200bb"},
    "a name that is not NFC": {"name": "e\u0301"},
    "a name with two blanks": {"name": "a  b"},
    "a name with a blank at its end": {"name": "a "},
    "a name that is too long": {"name": "a" * 501},
    "version 0": {"version": 0},
    "a version without one before": {"version": 2},
    "a first version with one before": {"previous": "ab" * 32},
    "a hash in capitals": {"version": 2, "previous": "AB" * 32},
    "a hash that is too short": {"version": 2, "previous": "ab"},
    "no life": {"expires": MARCH},
    "too long a life": {"expires": MARCH + LONGEST_LIFE + timedelta(days=3)},
    "a time in another zone": {"issued": MARCH.astimezone(timezone(timedelta(hours=1)))},
    "a time without a zone": {"issued": MARCH.replace(tzinfo=None)},
    "half a second": {"issued": MARCH.replace(microsecond=1)},
    "no freshness": {"fresh": 0},
    "freshness without bound": {"fresh": 31_622_401},
    "no issuer": {"issuers": ()},
    "an issuer's key twice": {"issuers": (ROW, ROW)},
    "one issuer in two places": {
        "issuers": (
            ROW,
            IssuerKey(name=EMBASSY, keys=OTHER_KEY, since=MARCH),
            msgspec.structs.replace(ROW, keys=public_of(holder(44))),
        )
    },
    "a key revoked before it counts": {
        "issuers": (msgspec.structs.replace(ROW, revoked=MARCH - timedelta(seconds=1)),)
    },
    "half of a root key as an issuer's": {
        "issuers": (
            msgspec.structs.replace(
                ROW,
                keys=PublicIdentity(
                    ed25519=root_set().keys[0].ed25519, ml_dsa_65=KEY.ml_dsa_65
                ),
            ),
        )
    },
    "a log with one key": {"policy": Policy(origin=ORIGIN, log_keys=LOG_KEYS[:1])},
    "a log's keys in another order": {"policy": Policy(origin=ORIGIN, log_keys=LOG_KEYS[::-1])},
    "a log's keys under another name": {"policy": Policy(origin="other", log_keys=LOG_KEYS)},
    "a witness under another name": {
        "policy": msgspec.structs.replace(
            policy(),
            witnesses=(msgspec.structs.replace(policy().witnesses[0], name="x"),),
            quorum=1,
        )
    },
    "a witness's keys in another order": {
        "policy": msgspec.structs.replace(
            policy(),
            witnesses=(
                msgspec.structs.replace(
                    policy().witnesses[0], keys=policy().witnesses[0].keys[::-1]
                ),
            ),
            quorum=1,
        )
    },
    "earlier keys of the log that are its own": {
        "earlier": (EarlierLogKeys(keys=LOG_KEYS, until=MARCH),)
    },
    "earlier keys out of order": {"earlier": FULL.earlier[::-1]},
    "half of earlier keys": {"earlier": (EarlierLogKeys(keys=OLD_LOG[:1], until=MARCH),)},
}  # fmt: skip


@pytest.mark.parametrize("changed", BROKEN.values(), ids=BROKEN)
def test_what_breaks_a_rule_is_no_directory(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        directory(**changed)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (b"version 2", b"version 02"),
        (b"version 2", b"version +2"),
        (b"version 2", "version \u0662".encode()),
        (b"fresh 604800", b"fresh 604800 "),
        (b"quorum 2", b"quorum 4"),
        (b"T12:00:00Z", b"T24:00:00Z"),
        (b"T12:00:00Z", b"T12:00:00z"),
        (b"T12:00:00Z", b"T12:00:60Z"),
        (b"2026-03-03", b"2026-02-30"),
        (b"\n", b"\r\n"),
        (b"threshold 2", b"threshold 4"),
        (b"threshold 2", b"threshold 0"),
        (b"threshold 2", b"threshold 2\nthreshold 2"),
        (b"legation key directory 1", b"legation key directory 2"),
    ],
)
def test_a_second_spelling_and_an_impossible_value_are_refused(line: bytes, instead: bytes) -> None:
    assert line in SIGNED
    with pytest.raises(BadInputError):
        read_directory(SIGNED.replace(line, instead, 1))


def _place(old: bytes, new: bytes) -> bytes:
    from legation.crypto.log.notes import encoded

    return SIGNED.replace(encoded(old).encode(), encoded(new).encode())


@pytest.mark.parametrize("spelling", SPELLINGS, ids=bytes.hex)
def test_every_small_order_key_is_refused_in_each_place_of_a_directory(spelling: bytes) -> None:
    for honest in (root_set().keys[0].ed25519, public_of(SPEAKER).ed25519):
        with pytest.raises(VerificationError, match=r"small order|canonical"):
            read_directory(_place(honest, spelling))
    for honest_key in (LOG_KEYS[0], OLD_LOG[0], next(iter(WITNESSES.values()))[0].key):
        weak = NoteKey(name=honest_key.name, type=honest_key.type, public=honest_key.public)
        msgspec.structs.force_setattr(weak, "public", spelling)
        with pytest.raises(VerificationError, match=r"small order|canonical"):
            read_directory(SIGNED.replace(str(honest_key).encode(), str(weak).encode()))


@pytest.mark.parametrize("place", ["root", "issuer", "log", "old log", "witness"])
def test_a_weak_ml_dsa_key_is_refused_in_each_place_of_a_directory(place: str) -> None:
    if place in ("root", "issuer"):
        honest = root_set().keys[0] if place == "root" else public_of(SPEAKER)
        changed = _place(honest.ml_dsa_65, honest.ml_dsa_65[:32] + bytes(1920))
    else:
        witness = keys_of(next(iter(WITNESSES.values())))[1]
        key = {"log": LOG_KEYS[1], "old log": OLD_LOG[1], "witness": witness}[place]
        assert key.type in (KeyType.ML_DSA_65, KeyType.COSIGNATURE_ML_DSA_44)
        weak = NoteKey(name=key.name, type=key.type, public=key.public)
        empty = key.public[:32] + bytes(len(key.public) - 32)
        msgspec.structs.force_setattr(weak, "public", empty)
        changed = SIGNED.replace(str(key).encode(), str(weak).encode())
    with pytest.raises(VerificationError, match="t1 is zero"):
        read_directory(changed)


def test_a_directory_gives_the_policies_of_earlier_keys_of_its_log() -> None:
    earlier = FULL.earlier_policies()
    assert [each.log_keys for each, _ in earlier] == [OLDER_LOG, OLD_LOG]
    assert [window.not_after for _, window in earlier] == [MARCH, MARCH + timedelta(days=1)]
    assert {each.quorum for each, _ in earlier} == {FULL.policy.quorum}


@given(TIMES)
def test_a_time_is_read_back(at: datetime) -> None:
    assert parse_time(time_text(at)) == at


@given(st.text(max_size=24))
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        parse_time(text)


def test_a_directory_is_a_value() -> None:
    assert isinstance(FULL, Directory)
    assert msgspec.structs.replace(FULL) == FULL
