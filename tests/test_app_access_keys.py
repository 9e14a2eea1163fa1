"""The keys of somebody who is signed in: added, named, removed, and never the last one."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from legation.app.access.entering import Entrance
from legation.app.access.keys import MOST, OwnKeys
from legation.crypto.codes import fingerprint
from legation.errors import ConflictError, DeniedError, NotFoundError, StepUpError, UsageError
from legation.store import open_store
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import prepare
from worlds.people import a_passkey, enrolled


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as opened:
        yield opened


def _keys(store: Store, clock: Clock, secret: str, *, proven: bool = True) -> OwnKeys:
    """Return the keys of a session in which a passkey was shown just now, or never."""
    entrance = Entrance(store, clock)
    if proven:
        store.sessions.prove(fingerprint(secret))
    return entrance.keys(entrance.guest(secret), secret)


def test_a_key_is_added_beside_the_first_and_tells_when_it_was_used(
    store: Store, clock: Clock
) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    own = _keys(store, clock, secret)
    made = a_passkey(store.people.get("Omar Haddad"))
    clock.pass_time(minutes=1)
    own.add(made, "  Key in \n the safe ")
    assert [key.name for key in own.every()] == ["", "Key in the safe"]
    assert store.people.get("Omar Haddad").kit is not None
    used = clock.pass_time(days=1)
    Entrance(store, clock).log_in(made, 3, "127.0.0.1", None)
    assert own.every()[1].used == used
    assert store.people.passkey(made.credential_id).uses == 3


def test_the_last_key_stays(store: Store, clock: Clock) -> None:
    own = _keys(store, clock, enrolled(store, clock, "Omar Haddad", "analyst"))
    (first,) = own.every()
    with pytest.raises(ConflictError, match="your last key"):
        own.remove(first.credential_id)
    own.add(a_passkey(store.people.get("Omar Haddad")), "second")
    own.remove(first.credential_id)
    assert [key.name for key in own.every()] == ["second"]
    with pytest.raises(NotFoundError):
        own.remove(first.credential_id)
    with pytest.raises(NotFoundError):
        store.people.passkey(first.credential_id)


def test_with_a_key_all_other_sessions_of_its_owner_end(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    own = _keys(store, clock, secret)
    second = a_passkey(store.people.get("Omar Haddad"))
    own.add(second, "lost")
    entrance = Entrance(store, clock)
    by_the_lost_one = entrance.log_in(second, 1, "127.0.0.1", None)
    own.remove(second.credential_id)
    entrance.guest(secret)
    with pytest.raises(NotFoundError):
        entrance.guest(by_the_lost_one)


def test_nobody_touches_the_keys_of_somebody_else(store: Store, clock: Clock) -> None:
    own = _keys(store, clock, enrolled(store, clock, "Omar Haddad", "analyst"))
    enrolled(store, clock, "Ada Brunel", "auditor")
    hers = store.held_keys.of(store.people.get("Ada Brunel").person_id)[0].credential_id
    with pytest.raises(NotFoundError):
        own.remove(hers)
    with pytest.raises(NotFoundError):
        own.rename(hers, "mine")
    with pytest.raises(DeniedError, match="somebody else"):
        own.add(a_passkey(store.people.get("Ada Brunel")), "mine")
    with pytest.raises(ConflictError, match="known already"):
        own.add(a_passkey(store.people.get("Omar Haddad"), credential_id=hers), "mine")


def test_a_session_of_long_ago_changes_no_key(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    store.sessions.prove(fingerprint(secret))
    clock.pass_time(minutes=5, seconds=1)
    own = _keys(store, clock, secret, proven=False)
    (first,) = own.every()
    for act in (
        lambda: own.add(a_passkey(store.people.get("Omar Haddad")), "x"),
        lambda: own.rename(first.credential_id, "x"),
        lambda: own.remove(first.credential_id),
        own.new_kit,
    ):
        with pytest.raises(StepUpError, match="show your passkey again"):
            act()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x07b", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, store: Store, clock: Clock) -> None:
    own = _keys(store, clock, enrolled(store, clock, "Omar Haddad", "analyst"))
    with pytest.raises(UsageError):
        own.add(a_passkey(store.people.get("Omar Haddad")), name)
    assert len(own.every()) == 1


def test_keys_are_not_gathered_without_end(store: Store, clock: Clock) -> None:
    own = _keys(store, clock, enrolled(store, clock, "Omar Haddad", "analyst"))
    for number in range(MOST - 1):
        own.add(a_passkey(store.people.get("Omar Haddad")), f"key {number}")
    with pytest.raises(UsageError):
        own.add(a_passkey(store.people.get("Omar Haddad")), "one more")


def test_an_offered_kit_takes_the_place_of_the_old_one_when_it_is_confirmed(
    store: Store, clock: Clock
) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    own = _keys(store, clock, secret)
    old = own.new_kit()
    entrance.confirm_kit(entrance.guest(secret), old[0])
    lost, new = own.new_kit(), own.new_kit()
    with pytest.raises(DeniedError):
        entrance.recover(new[0], "127.0.0.1")
    for code in (lost[0], old[1]):
        with pytest.raises(DeniedError):
            entrance.confirm_kit(entrance.guest(secret), code)
    entrance.confirm_kit(entrance.guest(secret), new[0])
    with pytest.raises(DeniedError):
        entrance.recover(old[1], "127.0.0.1")
    entrance.recover(new[0], "127.0.0.1")


def test_the_trail_names_a_key_by_a_hash_and_tells_no_code(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    own = _keys(store, clock, secret)
    made = a_passkey(store.people.get("Omar Haddad"))
    own.add(made, "x")
    own.rename(made.credential_id, "y")
    own.remove(made.credential_id)
    codes = own.new_kit()
    entries = store.audit.entries()[-4:]
    assert [one.event.verb for one in entries] == ["key.add", "key.name", "key.remove", "kit.make"]
    assert len({one.event.detail["key"] for one in entries[:3]}) == 1
    told = msgspec.json.encode(entries).decode()
    assert made.credential_id not in told
    assert not any(code in told for code in codes)
