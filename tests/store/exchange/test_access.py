"""Who is let in by which keys, and what they then reach; on every engine."""

from datetime import timedelta

import pytest

from legation.errors import ConflictError, NotFoundError, UsageError
from legation.store.exchange.access import Access, Collection
from legation.store.exchange.partners import KeyKind, Partner, PartnerKey
from legation.store.opening import Store
from store.conftest import Clock


@pytest.fixture
def roster(store: Store, clock: Clock) -> Store:
    """Aldria by a token and a certificate, Borvia by a token that ends in an hour."""
    now = clock()
    for partner_id, name in (("a", "Aldria"), ("b", "Borvia")):
        store.partners.add(Partner(partner_id=partner_id, name=name, created=now))
    hour = now + timedelta(hours=1)
    for key, partner_id, until in (("t-a", "a", None), ("c-a", "a", None), ("t-b", "b", hour)):
        kind: KeyKind = "certificate" if key.startswith("c") else "token"
        store.partners.add_key(
            PartnerKey(
                key_sha256=key,
                kind=kind,
                partner_id=partner_id,
                created=now,
                until=until,
            )
        )
    for name in ("one", "two"):
        made = Collection(
            number=0, collection_id=name, root="exchange", title=name, alias=f"{name}-room"
        )
        store.collections.add(made, now)
    return store


def who(store: Store, clock: Clock, *keys: str) -> str:
    found = store.doorkeeper.admit(keys, clock())
    return found.partner_id if found else "nobody"


def test_one_key_or_several_of_one_partner_let_it_in(roster: Store, clock: Clock) -> None:
    for keys in (("t-a",), ("c-a",), ("t-a", "c-a"), ("t-a", "unknown"), ("t-a", "t-a")):
        assert who(roster, clock, *keys) == "a"


def test_keys_of_two_partners_let_in_nobody(roster: Store, clock: Clock) -> None:
    assert who(roster, clock, "t-a", "t-b") == "nobody"
    assert who(roster, clock, "c-a", "t-b") == "nobody"
    clock.pass_time(hours=2)
    # A key that opens nothing any more contradicts none.
    assert who(roster, clock, "c-a", "t-b") == "a"


def test_what_is_no_key_lets_in_nobody(roster: Store, clock: Clock) -> None:
    for keys in ((), ("",), ("T-A",), ("t-a ",), ("%",), ("t-_",), ("a",)):
        assert who(roster, clock, *keys) == "nobody"


def test_a_key_holds_until_its_last_instant_and_no_longer(roster: Store, clock: Clock) -> None:
    clock.pass_time(hours=1, microseconds=-1)
    assert who(roster, clock, "t-b") == "b"
    clock.pass_time(microseconds=1)
    assert who(roster, clock, "t-b") == "nobody"


def test_a_revoked_key_and_an_ended_partner_open_nothing(roster: Store, clock: Clock) -> None:
    roster.partners.revoke_key("t-a", clock())
    assert who(roster, clock, "t-a") == "nobody"
    assert who(roster, clock, "c-a") == "a"
    with pytest.raises(NotFoundError):
        roster.partners.revoke_key("t-a", clock())
    roster.partners.end("a", clock())
    assert who(roster, clock, "c-a") == "nobody"
    assert [key.revoked is not None for key in roster.partners.keys("a")] == [True, False]


def test_a_partner_reaches_what_it_was_granted_and_no_other(roster: Store, clock: Clock) -> None:
    def reached(key: str) -> list[tuple[str, bool, bool]]:
        found = roster.doorkeeper.admit([key], clock())
        assert isinstance(found, Access)
        return [(one.collection_id, one.reads, one.writes) for one in found.reached]

    assert reached("t-a") == reached("t-b") == []
    roster.collections.grant("a", 1, reads=True, writes=False)
    roster.collections.grant("b", 2, reads=True, writes=True)
    assert reached("t-a") == reached("c-a") == [("one", True, False)]
    assert reached("t-b") == [("two", True, True)]
    roster.collections.grant("a", 2, reads=False, writes=False, knows=True)
    assert reached("t-a") == [("one", True, False), ("two", False, False)]
    roster.collections.end(1, clock())
    assert reached("t-a") == [("two", False, False)]
    roster.collections.grant("a", 2, reads=False, writes=False)
    assert reached("t-a") == []


def test_a_key_is_of_one_partner_and_a_name_too(roster: Store, clock: Clock) -> None:
    key = PartnerKey(key_sha256="t-a", kind="token", partner_id="b", created=clock())
    with pytest.raises(ConflictError, match="known already"):
        roster.partners.add_key(key)
    with pytest.raises(ConflictError, match="already"):
        roster.partners.add(Partner(partner_id="c", name="Aldria", created=clock()))
    assert [one.name for one in roster.partners.every()] == ["Aldria", "Borvia"]
    assert roster.partners.get("b") == roster.partners.get("Borvia")
    with pytest.raises(NotFoundError):
        roster.partners.get("aldria")


def test_a_status_is_told_to_whom_it_was_given_and_forgotten_after_a_day(
    roster: Store, clock: Clock
) -> None:
    from legation.store.exchange.collections import Status

    def keep(status_id: str) -> None:
        status = Status(
            status_id=status_id, partner_id="a", root="exchange", asked=clock(), body=b"{}"
        )
        roster.collections.keep_statuses([status])

    keep("s")
    asked = [
        ("s", "a", "exchange"),
        ("s", "b", "exchange"),
        ("s", "a", "x"),
        ("t", "a", "exchange"),
    ]
    assert [roster.collections.status(*one) for one in asked] == [b"{}", None, None, None]
    clock.pass_time(hours=25)
    keep("u")
    assert roster.collections.status("s", "a", "exchange") is None


def test_a_secret_is_laid_down_once_by_whoever_comes_first(roster: Store) -> None:
    assert roster.collections.secret("cursors", b"first") == b"first"
    assert roster.collections.secret("cursors", b"second") == b"first"
    assert roster.collections.secret("other", b"third") == b"third"


@pytest.mark.parametrize(
    "alias", ["../..", "objects?x=1#", "A", "a b", "-a", "a/b", "a.b", "é", "a" * 62, "a\n"]
)
def test_what_cannot_stand_in_an_address_is_no_alias(
    store: Store, clock: Clock, alias: str
) -> None:
    made = Collection(number=0, collection_id="c", root="exchange", title="c", alias=alias)
    with pytest.raises(UsageError, match="no alias"):
        store.collections.add(made, clock())
    assert store.collections.every() == []
