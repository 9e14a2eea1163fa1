"""Monitoring orders: stated whole, ended by themselves, refused where none may be aimed."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.errors import DeniedError, LegationError, UsageError
from legation.rights import aims, orders
from legation.rights.aims import names_conduct, refused_words
from legation.rights.intrusion import PARTS
from legation.rights.orders import MOST_DAYS, REFUSED, TARGETS, Draft, order_of, refusal_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LABELLED = tomllib.loads(Path(__file__).with_name("orders_labelled.toml").read_text("utf-8"))
DRAFT = Draft(
    threat="T1",
    target="accounts-acting-together",
    watched="accounts that post the word for grain in one text",
    expression="none is kept from posting; opinions on the treaty are not looked at",
    legality="article 4 of the invented law",
    aim="find accounts that post one text about the treaty within seconds",
    necessity="single posts do not show that they are made together",
    proportionality="public posts only, under pseudonyms",
    safeguards="the legal adviser agrees, and complaints go to the ombudsman",
    actor="ann",
    ends="2026-03-31",
)


def with_other(**other: Any) -> Draft:
    return msgspec.structs.replace(DRAFT, **other)


def refused(draft: Draft) -> bool:
    """Tell whether the rules refuse a draft, and check that the order is refused then too."""
    refusal = refusal_of(target=draft.target, aim=draft.aim, watched=draft.watched)
    if refusal is not None:
        with pytest.raises(DeniedError, match="the order is refused"):
            order_of(draft, "order-1", NOW)
    return refusal is not None


def test_an_order_keeps_all_that_was_stated() -> None:
    order = order_of(DRAFT, "order-1", NOW)
    assert order.test.parts() == {name: getattr(DRAFT, name) for name in PARTS}
    assert (order.expression, order.ends.isoformat()) == (DRAFT.expression, DRAFT.ends)


def test_an_order_ends_by_itself_after_its_last_day() -> None:
    order = order_of(DRAFT, "order-1", NOW)
    assert order.holds(datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    assert not order.holds(datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize("target", sorted(REFUSED))
def test_an_order_of_a_refused_class_is_refused_whatever_it_says(target: str) -> None:
    assert refused(with_other(target=target))
    assert refused(with_other(target=target, ends="", legality="", threat="", actor=""))
    with pytest.raises(DeniedError, match="rule target") as said:
        order_of(with_other(target=target), "order-1", NOW)
    assert target in str(said.value)
    assert "what accounts, domains or programs do together" in said.value.hint


@pytest.mark.parametrize("field", ["aim", "watched"])
@pytest.mark.parametrize("target", [one for one in TARGETS if one not in REFUSED])
@pytest.mark.parametrize(
    "words",
    [
        "accounts of those who join the PROTESTS",
        "accounts of jour\u00adnalists",
        "les comptes des journalístes",
        "учётные записи ОППОЗИЦИИ",
        "حسابات المُعارَضة",
        "反对派的账号",
    ],
)
def test_an_order_that_says_another_thing_than_its_class_is_refused(
    field: str, target: str, words: str
) -> None:
    assert refused(with_other(target=target, **{field: words}))


def test_an_order_that_names_no_conduct_is_refused() -> None:
    draft = with_other(aim="know who thinks what of the treaty", watched="what is said of grain")
    with pytest.raises(DeniedError, match="rule conduct"):
        order_of(draft, "order-1", NOW)
    assert refused(with_other(aim="Wer ist gegen den Vertrag?", watched="alle, die etwas sagen"))


def test_what_is_spared_may_be_named_where_it_is_spared() -> None:
    spared = "journalists, protest and the opposition are left out"
    assert not refused(with_other(expression=spared, safeguards=spared))


def measured(part: str) -> tuple[int, int, int, int]:
    """Return how many were let through of how many, and refused of how many."""
    sets = LABELLED[part].values()
    to_refuse = [text for one in sets for text in one["refuse"]]
    to_permit = [text for one in sets for text in one["permit"]]

    def stops(text: str) -> bool:
        return bool(refused_words(text)) or not names_conduct(text)

    through = sum(not stops(text) for text in to_refuse)
    stopped = sum(stops(text) for text in to_permit)
    return through, len(to_refuse), stopped, len(to_permit)


@pytest.mark.parametrize(
    ("part", "error"),
    [("seen", (0, 66, 7, 66)), ("hard", (0, 18, 0, 18)), ("held", (6, 18, 13, 18))],
)
def test_the_error_of_the_words_is_the_one_that_the_reference_states(
    part: str, error: tuple[int, int, int, int]
) -> None:
    assert measured(part) == error
    page = (Path(__file__).parents[2] / "docs" / "reference" / "rights.md").read_text("utf-8")
    through, bad, stopped, good = error
    assert f"| `{part}` | {through} of {bad} | {stopped} of {good} |" in page


def test_each_language_of_the_list_has_words_for_each_class() -> None:
    for entries in aims._patterns().values():
        assert len(entries) > 6 * 5
    assert {*LABELLED["seen"]} == {"en", "fr", "es", "ru", "ar", "zh"}


@pytest.mark.parametrize("text", ["", " ", "\u200b", "@", "*", "(", "\ud800", "x" * 100_000])
def test_odd_texts_are_judged_without_harm(text: str) -> None:
    assert refused_words(text) == []
    assert not names_conduct(text)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"threat": "T7"}, "no threat 'T7'"),
        ({"target": "everybody"}, "no target 'everybody'"),
        ({"ends": ""}, "no last day"),
        ({"ends": "tomorrow"}, "is no day"),
        ({"ends": "2026-02-28"}, "is past"),
        ({"ends": "2026-05-31"}, "later than 90 days"),
        ({"watched": "accounts such as @bob"}, "in clear"),
        ({"aim": "watch the mail of bob@example.org"}, "in clear"),
    ],
)
def test_an_order_that_is_wrongly_filled_in_is_refused_in_words(
    other: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refusal:
        order_of(with_other(**other), "order-1", NOW)
    assert refusal.value.hint


@pytest.mark.parametrize("part", ["watched", "expression", *PARTS])
def test_an_order_without_one_of_its_parts_cannot_be_given(part: str) -> None:
    with pytest.raises(LegationError):
        order_of(with_other(**{part: "accounts"}), "order-1", NOW)


@pytest.mark.parametrize("actor", ["", " ", "ann\nben"])
def test_somebody_must_order(actor: str) -> None:
    with pytest.raises(DeniedError, match="who orders"):
        order_of(with_other(actor=actor), "order-1", NOW)


def test_the_last_day_may_be_today_and_at_most_the_stated_number_of_days_away() -> None:
    for days in (0, MOST_DAYS):
        ends = (NOW.date() + timedelta(days=days)).isoformat()
        assert order_of(with_other(ends=ends), "order-1", NOW).ends.isoformat() == ends


def test_the_rule_knows_no_setting_role_or_policy() -> None:
    for module in (orders, aims):
        text = Path(str(module.__file__)).read_text("utf-8")
        imported = [line for line in text.splitlines() if "import " in line and "legation" in line]
        assert not [line for line in imported if "settings" in line or "policies" in line]
        assert not [line for line in imported if "roles" in line or "clearance" in line]
    assert set(refusal_of.__annotations__) == {"target", "aim", "watched", "return"}
