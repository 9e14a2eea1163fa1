"""Orders of a home: given or refused alike whatever the home is set to, and on record."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from legation.app.home import Home
from legation.app.ordering import (
    IN_FORCE,
    REFUSED_NOW,
    WAITS,
    add_order,
    agree_order,
    checked,
    end_order,
    state_of,
    why_waiting,
)
from legation.app.persons import erase_person, vault_of
from legation.app.registers import Registers
from legation.app.reports import REPORTS
from legation.crypto.key_files import UNPROTECTED
from legation.errors import ConflictError, DeniedError, NotFoundError, UsageError, VerificationError
from legation.rights.orders import REFUSED, Draft
from legation.rights.roles import ROLES
from legation.settings import Settings
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.ministry import TABLES

DRAFT = Draft(
    threat="T1",
    target="accounts-acting-together",
    watched="accounts that post the word for grain in one text",
    expression="none is kept from posting; opinions are not looked at",
    legality="article 4 of the invented law",
    aim="find accounts that post one text about the treaty within seconds",
    necessity="single posts do not show that they are made together",
    proportionality="public posts only, under pseudonyms",
    safeguards="the legal adviser agrees, and complaints go to the ombudsman",
    actor="ann",
    ends="2026-03-31",
)
WORDS = "see which accounts join the protest, and their secret Qzv-Wexlö"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clock: Clock) -> Iterator[Callable[[Settings], Store]]:
    stores: list[Store] = []

    def open_one(settings: Settings) -> Store:
        home = Home(settings, clock)
        if not home.exists():
            make_home(home)
        stores.append(home.store())
        return stores[-1]

    yield open_one
    for one in stores:
        one.close()


@pytest.fixture
def store(opened: Callable[[Settings], Store], tmp_path: Path) -> Store:
    return opened(Settings(home=tmp_path / "home"))


def other(**values: Any) -> Draft:
    return msgspec.structs.replace(DRAFT, **values)


def test_an_order_is_kept_whole_and_stands_in_the_trail(store: Store, clock: Clock) -> None:
    order = add_order(store, DRAFT, clock())
    assert store.orders.every() == [order]
    for name in Draft.__struct_fields__[:-1]:
        assert getattr(order, name) == getattr(DRAFT, name)
    assert order.ends == date(2026, 3, 31)
    (entry,) = store.audit.entries(verb="order.add")
    assert (entry.event.actor, entry.event.subject) == ("ann", order.order_id)
    assert checked(store) == "1 orders hold"


def test_an_order_ends_by_itself_or_for_a_reason(store: Store, clock: Clock) -> None:
    first, second = (add_order(store, DRAFT, clock()) for _ in range(2))
    assert state_of(first, clock()) == "in force"
    with pytest.raises(DeniedError, match="reason of the end"):
        end_order(store, first.order_id, actor="ben", reason="so")
    ended = end_order(store, first.order_id, actor="ben", reason="the treaty is signed")
    assert (ended.ended, ended.ended_by) == (clock(), "ben")
    assert state_of(ended, clock()) == "ended 2026-03-01"
    with pytest.raises(ConflictError):
        end_order(store, first.order_id, actor="ben", reason="the treaty is signed")
    with pytest.raises(NotFoundError):
        end_order(store, "order-none", actor="ben", reason="the treaty is signed")
    clock.pass_time(days=31)
    assert state_of(second, clock()) == "ended 2026-03-31"
    with pytest.raises(ConflictError):
        end_order(store, second.order_id, actor="ben", reason="the treaty is signed")
    assert checked(store) == "2 orders hold"
    assert len(store.audit.entries(verb="order.end")) == 1


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        *(({"target": target}, "target") for target in sorted(REFUSED)),
        ({"target": "protest", "ends": "", "aim": "", "actor": ""}, "target"),
        ({"aim": WORDS}, "words"),
        ({"watched": WORDS}, "words"),
        ({"necessity": WORDS}, "words"),
        ({"legality": WORDS}, "words"),
        ({"proportionality": WORDS}, "words"),
        ({"aim": "accounts of jour\u200bnalists, Qzv-Wexlö"}, "disguise"),
        ({"aim": "know what is thought", "watched": "what is said"}, "conduct"),
    ],
)
def test_a_refusal_is_for_the_auditor_to_see_and_holds_no_word_of_the_order(
    store: Store, clock: Clock, values: dict[str, str], rule: str
) -> None:
    with pytest.raises(DeniedError, match=f"rule {rule}"):
        add_order(store, other(**values), clock())
    assert store.orders.every() == []
    (entry,) = store.audit.entries(verb="order.refuse")
    assert entry.event.detail["rule"] == rule
    assert "Wexl" not in str(entry.event.detail)
    assert entry.event.verb in REPORTS["refusals"]
    assert store.audit.verify().entries == entry.seq


HOLDERS = (
    b"key,mission,role,person,protected,since,until,source,as_of\n"
    b"chief,paris,head of mission,G\xc3\xbcnther Blankenst\xc3\xbcck,yes,2024-01-01,,"
    b"gazette,2026-03-01\n"
)


@pytest.mark.parametrize("erased", [False, True])
def test_an_order_that_names_a_held_or_erased_person_is_refused_where_the_keys_are_at_hand(
    store: Store,
    clock: Clock,
    tmp_path: Path,
    erased: bool,
) -> None:
    home = Home(Settings(home=tmp_path / "home"), clock)
    vault = vault_of(home.keys(UNPROTECTED))
    registers = Registers(home.library(store, "ann").scope(), lambda: vault)
    registers.take(TABLES["missions"], "missions.csv")
    assert not registers.take(HOLDERS, "holders.csv").refused
    if erased:
        (record,) = store.personal.records()
        erase_person(store, record.record_id, vault, actor="ann", reason="the office has ended")
    for part in ("watched", "aim", "expression", "legality", "necessity", "safeguards"):
        for name in ("Blankenst\u00fcck, G\u00fcnther", "guenther blankenstueck"):
            draft = other(**{part: f"accounts that imitate {name} within seconds"})
            with pytest.raises(DeniedError, match="rule name") as refused:
                add_order(store, draft, clock(), vault)
            assert "lankenst" not in str(refused.value)
            assert state_of(add_order(store, draft, clock()), clock()) in (WAITS, IN_FORCE)
    entry = store.audit.entries(verb="order.refuse")[0]
    assert entry.event.detail["rule"] == "name"
    assert "lankenst" not in str(entry.event.detail)
    assert state_of(add_order(store, DRAFT, clock(), vault), clock()) == IN_FORCE


def test_what_is_only_badly_filled_in_is_no_refusal_and_keeps_nothing(
    store: Store, clock: Clock
) -> None:
    for values in (
        {"ends": ""},
        {"threat": "T9"},
        {"legality": "law"},
        {"watched": "accounts @bob"},
    ):
        with pytest.raises((UsageError, DeniedError)):
            add_order(store, other(**values), clock())
    assert store.orders.every() == []
    assert not store.audit.entries(verb="order.refuse")


def every_setting(home: Path) -> Iterator[tuple[str, Settings]]:
    """Yield settings in which each is another than usual, one at a time and those of power."""
    chosen: dict[str, Any] = {
        "memory_limit": "2GB",
        "default_tlp": "clear",
        "reader_tlp": "clear",
        "reader_pap": "clear",
        "person_tlp": "red",
        "person_pap": "red",
        "language": "ar",
        "wake_grade": "never",
        "mail_security": "tls",
        "database": f"sqlite:///{home / 'other.sqlite'}",
        "mail_server": "mail.example:25",
        "policies": str(home.with_name("all.cedar")),
    }
    usual = Settings(home=home)
    for name in Settings.__struct_fields__[1:]:
        value = getattr(usual, name)
        match value:
            case bool():
                made: Any = not value
            case int():
                made = value + 1
            case tuple():
                made = (*ROLES,) if name == "reader_roles" else ("x",)
            case _:
                made = chosen.get(name, "x")
        yield name, msgspec.structs.replace(usual, **{name: chosen.get(name, made)})


def test_no_setting_role_or_policy_changes_the_outcome(
    opened: Callable[[Settings], Store], tmp_path: Path, clock: Clock
) -> None:
    home = tmp_path / "home"
    (tmp_path / "all.cedar").write_text("permit(principal, action, resource);\n", "utf-8")
    tried = 0
    for name, settings in every_setting(home):
        store = opened(settings)
        before = len(store.audit.entries(verb="order.refuse", limit=1000))
        for target in sorted(REFUSED):
            for actor in ("ann", "administrator", "store"):
                with pytest.raises(DeniedError, match="rule target"):
                    add_order(store, other(target=target, actor=actor), clock())
                tried += 1
        with pytest.raises(DeniedError, match="rule words"):
            add_order(store, other(aim=WORDS), clock())
        refused = len(store.audit.entries(verb="order.refuse", limit=2000)) - before
        assert refused == len(REFUSED) * 3 + 1, name
        assert store.orders.every() == [], name
        store.close()
    assert tried >= len(Settings.__struct_fields__[1:]) * len(REFUSED)


DOUBTFUL = {"aim": "tilit, jotka julkaisevat saman tekstin sopimuksesta"}
AGREED = "read whole: it is about accounts that post one text"


def desk_of(store: Store) -> dict[str, str]:
    """Put three people into the store, and return the id of each."""
    people = {"ann": ("legal",), "ben": ("legal",), "cy": ("analyst", "security officer")}
    for name, roles in people.items():
        store.people.add(f"p-{name}", name, roles)
    return {name: f"p-{name}" for name in people}


def test_an_order_in_doubt_does_not_hold_until_a_second_person_of_the_legal_role_agrees(
    store: Store, clock: Clock
) -> None:
    desk_of(store)
    order = add_order(store, other(**DOUBTFUL), clock())
    assert state_of(order, clock()) == WAITS
    assert "language" in why_waiting(order)[0]
    (entry,) = store.audit.entries(verb="order.add")
    assert entry.event.detail["doubts"][:1] == ["language"]
    assert checked(store) == "1 orders hold, 1 wait for a second person"

    def agree(actor: str, reason: str = AGREED) -> None:
        agree_order(store, order.order_id, actor=actor, reason=reason, now=clock())

    for actor, said in (
        ("ann", "their own order"),
        ("p-ann", "their own order"),
        ("cy", "does not have the role legal"),
        ("command line", "no person of this desk"),
        ("", "nobody is named"),
    ):
        with pytest.raises(DeniedError, match=said):
            agree(actor)
    with pytest.raises(DeniedError, match="too short"):
        agree("ben", "fine")
    assert state_of(store.orders.get(order.order_id), clock()) == WAITS
    assert not store.audit.entries(verb="order.agree")
    agree("ben")
    agreed = store.orders.get(order.order_id)
    assert state_of(agreed, clock()) == IN_FORCE
    assert (agreed.agreed, agreed.agreed_by, agreed.agree_reason) == (clock(), "p-ben", AGREED)
    assert checked(store) == "1 orders hold"
    with pytest.raises(ConflictError, match="waits for nobody"):
        agree("ben")
    clock.pass_time(days=31)
    assert state_of(agreed, clock()) == "ended 2026-03-31"


def test_who_ordered_must_be_known_before_anybody_is_a_second_person(
    store: Store, clock: Clock
) -> None:
    desk_of(store)
    order = add_order(store, other(actor="command line", **DOUBTFUL), clock())
    with pytest.raises(DeniedError, match="who ordered it is no person"):
        agree_order(store, order.order_id, actor="ben", reason=AGREED, now=clock())
    store.people.disable("p-ben")
    order = add_order(store, other(**DOUBTFUL), clock())
    with pytest.raises(DeniedError, match="disabled"):
        agree_order(store, order.order_id, actor="ben", reason=AGREED, now=clock())


def test_an_agreement_passes_to_no_other_order_and_plain_ones_need_none(
    store: Store, clock: Clock
) -> None:
    desk_of(store)
    first = add_order(store, other(**DOUBTFUL), clock())
    agree_order(store, first.order_id, actor="ben", reason=AGREED, now=clock())
    changed = add_order(store, other(aim=DOUBTFUL["aim"] + " merellä"), clock())
    assert state_of(changed, clock()) == WAITS
    plain = add_order(store, DRAFT, clock())
    with pytest.raises(ConflictError):
        agree_order(store, plain.order_id, actor="ben", reason=AGREED, now=clock())
    with pytest.raises(DeniedError, match="rule words"):
        add_order(store, other(aim=WORDS), clock())


def test_an_order_that_the_rules_of_today_refuse_holds_no_longer(
    store: Store, clock: Clock
) -> None:
    desk_of(store)
    order = add_order(store, DRAFT, clock())
    old = msgspec.structs.replace(order, order_id="order-old", necessity=WORDS)
    store.orders.add(old)
    assert state_of(store.orders.get("order-old"), clock()) == REFUSED_NOW
    with pytest.raises(DeniedError, match="rule words"):
        agree_order(store, "order-old", actor="ben", reason=AGREED, now=clock())
    with pytest.raises(VerificationError, match="where no order may be aimed"):
        checked(store)
    end_order(store, "order-old", actor="ben", reason="the rules were sharpened")
    assert checked(store) == "2 orders hold"


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE orders SET ends = '2030-01-01'",
        "UPDATE orders SET target = 'protest'",
        "DELETE FROM orders",
        "DELETE FROM order_ends",
    ],
)
def test_orders_are_never_changed_and_a_change_is_found(
    store: Store, clock: Clock, act: str
) -> None:
    order = add_order(store, DRAFT, clock())
    end_order(store, order.order_id, actor="ben", reason="the treaty is signed")
    database = store.objects._database
    with pytest.raises(DatabaseError, match="only grows"), database.write() as connection:
        connection.execute(text(act))
    with database.write() as connection:
        for trigger in ("orders_update", "orders_delete", "order_ends_delete"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        if act == "DELETE FROM orders":
            connection.execute(text("DELETE FROM order_ends"))
        connection.execute(text(act))
    with pytest.raises(VerificationError):
        checked(store)
