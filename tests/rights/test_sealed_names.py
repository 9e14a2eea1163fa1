from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.sealing import SealingKey
from legation.errors import DeniedError, UsageError, VerificationError
from legation.rights.intrusion import PARTS, STATED
from legation.rights.sealed_names import Look, SealedName, keep_until, open_name, seal_name

KEY = SealingKey(bytes(range(32)))
REASONS = {
    "purpose": "Notify the platform of the campaign of 3 May",
    "actor": "analyst 7",
    "legality": "Mandate of the security desk, article 4",
    "necessity": "The platform acts on account names only",
    "proportionality": "Twelve accounts, named to the platform alone",
    "safeguards": "One officer writes it, no copy is kept, the head of the desk reads the log",
}
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
TODAY = NOON.date()
look = Look(at=NOON, **REASONS)


def sealed(handle: str = "bob", until: date = TODAY) -> SealedName:
    return seal_name(handle, pseudonym="acct-p", platform="x", until=until, sealer=KEY)


@given(st.text())
def test_a_sealed_name_opens_to_what_was_sealed(handle: str) -> None:
    assert open_name(sealed(handle), look, KEY) == handle


@given(st.text(min_size=6))
def test_a_sealed_name_holds_nothing_of_the_clear_one(handle: str) -> None:
    assert handle.encode("utf-8", "surrogatepass") not in sealed(handle).sealed


def test_names_of_common_length_have_sealed_entries_of_one_length() -> None:
    assert len({len(sealed("x" * length).sealed) for length in range(60)}) == 1


@pytest.mark.parametrize(
    "change", [{"pseudonym": "acct-q"}, {"platform": "y"}, {"until": date(2036, 1, 1)}]
)
def test_a_sealed_name_moved_to_another_row_does_not_open(change: dict[str, object]) -> None:
    with pytest.raises(VerificationError):
        open_name(msgspec.structs.replace(sealed(), **change), look, KEY)


def test_fields_cannot_be_shifted_into_each_other() -> None:
    entry = seal_name("bob", pseudonym="ab", platform="c", until=NOON.date(), sealer=KEY)
    with pytest.raises(VerificationError):
        open_name(msgspec.structs.replace(entry, pseudonym="a", platform="bc"), look, KEY)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(VerificationError):
        open_name(sealed(), look, SealingKey(bytes(32)))


def test_a_name_opens_on_its_last_day_and_not_after() -> None:
    yesterday = sealed(until=NOON.date() - timedelta(days=1))
    assert open_name(sealed(), look, KEY) == "bob"
    with pytest.raises(DeniedError, match="kept until 2026-05-02"):
        open_name(yesterday, look, KEY)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 4000))
def test_the_retention_rule_holds_whatever_the_zone(received: datetime, days: int) -> None:
    try:
        until = keep_until(received, days)
    except UsageError:
        assert received.date().toordinal() + days > date.max.toordinal()
        return
    entry = sealed(until=until)
    assert not entry.expired(received)
    if until < date.max:
        after = datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)
        assert entry.expired(after)
        assert not entry.expired(after - timedelta(microseconds=1))


def test_the_last_day_is_counted_in_utc() -> None:
    late = datetime(2026, 5, 3, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert keep_until(late, 1) == date(2026, 5, 5)


def test_a_negative_retention_is_refused() -> None:
    with pytest.raises(UsageError, match="negative"):
        keep_until(NOON, -1)


@pytest.mark.parametrize("reason", STATED)
@pytest.mark.parametrize("words", ["", "   ", "ok", "----------------"])
def test_a_look_without_its_reasons_is_denied(reason: str, words: str) -> None:
    with pytest.raises(DeniedError, match=reason):
        Look(at=NOON, **{**REASONS, reason: words})


@pytest.mark.parametrize("reason", STATED)
def test_a_reason_too_long_to_be_read_is_denied(reason: str) -> None:
    with pytest.raises(DeniedError, match=f"the {reason} of the look is too long"):
        Look(at=NOON, **{**REASONS, reason: "because " * 300})


def test_a_look_passes_the_one_test_of_every_intrusive_step() -> None:
    parts = look.test.parts()
    assert parts.keys() == PARTS.keys()
    assert parts.pop("aim") == look.purpose
    assert look.stated() == parts | {"purpose": look.purpose}


def test_a_look_by_nobody_is_denied() -> None:
    with pytest.raises(DeniedError, match="nobody"):
        Look(at=NOON, **{**REASONS, "actor": " "})


def test_a_look_needs_a_time_with_a_zone() -> None:
    with pytest.raises(UsageError):
        Look(at=NOON.replace(tzinfo=None), **REASONS)


def test_a_look_is_read_back_with_its_reasons_and_refused_without() -> None:
    wire = msgspec.json.encode(look)
    assert msgspec.json.decode(wire, type=Look) == look
    with pytest.raises(DeniedError):
        msgspec.json.decode(wire.replace(REASONS["purpose"].encode(), b""), type=Look)
