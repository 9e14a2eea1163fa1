"""Personal fields: sealed under a key of their own, opened for a purpose, erased with the key."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.crypto.sealing import SealingKey
from legation.errors import DeniedError, LegationError, UsageError, VerificationError
from legation.rights.intrusion import PARTS, Intrusion
from legation.rights.purposes import INTERNAL, PURPOSES, last_day, purpose_to
from legation.rights.vault import PersonalField, PersonalLook, Vault, refuse_repeating
from legation.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2027, 3, 1)
REASONS = dict.fromkeys(PARTS, "a reason that is long enough")
VAULT = Vault(desk=SealingKey(bytes(range(32))), keyed=SealingKey, fresh=os.urandom)


def sealed(text: str = "Анна 贝格", **other: Any) -> PersonalField:
    given: dict[str, Any] = {"subject": "identity--1", "name": "person", "until": DAY}
    return VAULT.seal(text, purpose="protect-holder", **given | other)


@pytest.mark.parametrize("text", ["Anna Berg", "", "Анна 贝格 محمد", "\ud800", "x" * 5000])
def test_what_is_sealed_opens_to_the_same_text(text: str) -> None:
    assert VAULT.open(sealed(text), NOW) == text


def test_two_seals_of_one_name_have_nothing_in_common_and_tell_no_length() -> None:
    one, other = sealed("Anna Berg"), sealed("Anna Berg")
    assert one.record_id != other.record_id
    assert one.sealed != other.sealed
    assert one.wrapped != other.wrapped
    assert len(one.sealed) == len(sealed("A").sealed)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("record_id", "person-0"),
        ("subject", "identity--2"),
        ("field", "other"),
        ("purpose", "reach-holder"),
        ("until", date(2030, 1, 1)),
        ("sealed", b"lgs1" + bytes(200)),
        ("wrapped", b"lgs1" + bytes(100)),
    ],
)
def test_a_record_that_was_moved_or_put_off_does_not_open(part: str, value: object) -> None:
    with pytest.raises(VerificationError):
        VAULT.open(msgspec.structs.replace(sealed(), **{part: value}), NOW)


def test_without_its_key_a_record_is_erased_for_whoever_has_the_desk_s() -> None:
    erased = msgspec.structs.replace(sealed(), wrapped=b"")
    with pytest.raises(DeniedError, match="was erased"):
        VAULT.open(erased, NOW)


def test_after_its_last_day_a_record_does_not_open() -> None:
    assert VAULT.open(sealed(), datetime(2027, 3, 1, 23, 59, tzinfo=UTC))
    with pytest.raises(DeniedError, match="kept until 2027-03-01"):
        VAULT.open(sealed(), datetime(2027, 3, 2, tzinfo=UTC))


def test_nothing_secret_shows_in_a_representation() -> None:
    assert "secret" not in repr(VAULT)
    assert "SealingKey" not in repr(VAULT)


@pytest.mark.parametrize("purpose", ["", "curiosity", "warn-person", INTERNAL])
def test_nothing_is_held_for_a_purpose_that_is_not_on_the_list(purpose: str) -> None:
    with pytest.raises(DeniedError, match="purpose"):
        VAULT.seal("x", subject="s", name="person", purpose=purpose, until=DAY)


@pytest.mark.parametrize("purpose", ["", "curiosity", "protect-holder", INTERNAL])
def test_nothing_is_opened_for_a_purpose_that_is_not_on_the_list(purpose: str) -> None:
    with pytest.raises(DeniedError, match="purpose"):
        PersonalLook(purpose=purpose, actor="ann", at=NOW, test=Intrusion(**REASONS))


def test_a_purpose_that_was_nearly_named_is_named_in_the_hint() -> None:
    with pytest.raises(DeniedError) as refused:
        purpose_to("open", "warn-persons")
    assert refused.value.hint == "did you mean 'warn-person'?"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("words", ["", "   ", "because", "-- ... --", "x" * 2001])
def test_a_test_with_a_part_that_says_nothing_cannot_be_made(part: str, words: str) -> None:
    with pytest.raises(DeniedError, match=f"the {part} is too"):
        Intrusion(**REASONS | {part: words})


@pytest.mark.parametrize(
    "given",
    [{"actor": ""}, {"actor": "ann\nben"}, {"at": datetime(2026, 3, 1)}],  # noqa: DTZ001 - refused
)
def test_a_look_without_who_and_when_cannot_be_made(given: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "purpose": "warn-person",
        "actor": "ann",
        "at": NOW,
        "test": Intrusion(**REASONS),
    }
    with pytest.raises((DeniedError, UsageError)):
        PersonalLook(**whole | given)


@pytest.mark.parametrize(
    ("name", "reason", "refused"),
    [
        ("Anna Berg", "warn Anna Berg of a lure", True),
        ("Anna Berg", "warn mrs BERG of a lure", True),
        ("Anna Berg", "warn the officer in the bergland", False),
        ("Ed de Wit", "the mandate of the desk, de facto", False),
        ("李明", "通知李明有人在网上冒充他的名字", True),
        ("", "warn the head of mission", False),
    ],
)
def test_reasons_must_not_repeat_the_name_that_they_open(
    name: str, reason: str, *, refused: bool
) -> None:
    if refused:
        with pytest.raises(DeniedError, match="repeat the personal name"):
            refuse_repeating(name, ["another reason", reason])
    else:
        refuse_repeating(name, ["another reason", reason])


def test_the_reference_has_every_purpose_with_its_term() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "rights.md").read_text("utf-8")
    for one in PURPOSES:
        (row,) = [
            line for line in page.splitlines() if line.startswith(f"| `{one.key}` | {one.use}")
        ]
        assert one.told in row
        assert str(one.days) in row if one.days else row.endswith("| |")
        assert f"at most {one.after}" in row if one.after else True
        assert not one.setting or getattr(Settings(), one.setting) == one.days


def test_the_list_of_purposes_is_sound() -> None:
    keys = [one.key for one in PURPOSES]
    assert len(keys) == len(set(keys))
    for one in PURPOSES:
        assert (one.days > 0) == (one.use == "hold")
        assert one.told


def test_a_name_is_kept_for_its_term_and_a_while_after_the_office() -> None:
    purpose = purpose_to("hold", "protect-holder")
    today = NOW.date()
    assert last_day(purpose, NOW) == today + timedelta(days=400)
    assert last_day(purpose, NOW, date.max) == today + timedelta(days=400)
    assert last_day(purpose, NOW, today) == today + timedelta(days=90)
    assert last_day(purpose, NOW, today - timedelta(days=90)) == today
    with pytest.raises(LegationError, match="ended on"):
        last_day(purpose, NOW, today - timedelta(days=91))
