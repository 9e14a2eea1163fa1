"""People, their ways in, their sessions and tokens: each once, each in its time."""

from datetime import timedelta

import pytest

from legation.errors import ConflictError, NotFoundError
from legation.store.opening import Store
from legation.store.people import Passkey, Person, RecoveryCode
from legation.store.tokens import Token

from .conftest import START, Clock

CODE = RecoveryCode(selector="ABCDE", person_id="p-1", hash="$argon2id$")
KEY = Passkey(credential_id="key", person_id="p-1", public_key=b"\x00\xff", uses=0)


@pytest.fixture
def person(store: Store) -> Person:
    return store.people.add("p-1", "Omar Haddad", ("analyst", "policy"))


def test_a_person_is_found_by_id_and_name(store: Store, person: Person) -> None:
    assert store.people.get("p-1") == store.people.get("Omar Haddad") == person
    assert person.roles == ("analyst", "policy")
    assert (person.kit, person.disabled, person.passkeys) == (None, None, 0)
    with pytest.raises(NotFoundError):
        store.people.get("p-2")
    with pytest.raises(ConflictError):
        store.people.add("p-2", "Omar Haddad", ("press",))
    assert store.people.count() == 1


@pytest.mark.usefixtures("person")
def test_a_link_holds_once_and_for_its_time(store: Store, clock: Clock) -> None:
    store.people.put_link("one", "p-1", START + timedelta(minutes=15))
    assert store.people.person_of_link("one").person_id == "p-1"
    store.people.use_link("one")
    for act in (store.people.use_link, store.people.person_of_link):
        with pytest.raises(NotFoundError):
            act("one")
    store.people.put_link("two", "p-1", START + timedelta(minutes=15))
    clock.pass_time(minutes=15)
    with pytest.raises(NotFoundError):
        store.people.use_link("two")


@pytest.mark.usefixtures("person")
def test_a_new_link_ends_the_one_before(store: Store) -> None:
    for link in ("one", "two"):
        store.people.put_link(link, "p-1", START + timedelta(minutes=15))
    with pytest.raises(NotFoundError):
        store.people.person_of_link("one")


@pytest.mark.usefixtures("person")
def test_a_new_passkey_takes_the_place_of_all_that_let_in_before(store: Store) -> None:
    store.people.put_passkey(KEY)
    store.people.put_kit("p-1", [CODE])
    store.people.confirm_kit("p-1")
    assert store.people.get("p-1").kit == START
    with pytest.raises(ConflictError):
        store.people.put_passkey(KEY)
    store.people.put_passkey(Passkey(credential_id="2", person_id="p-1", public_key=b"", uses=0))
    assert store.people.get("p-1").passkeys == 1
    assert store.people.get("p-1").kit is None
    assert store.people.recovery_code("ABCDE") is None
    with pytest.raises(NotFoundError):
        store.people.passkey("key")


@pytest.mark.usefixtures("person")
def test_a_passkey_keeps_its_bytes_and_its_counter(store: Store) -> None:
    store.people.put_passkey(KEY)
    store.people.note_use("key", 7)
    assert store.people.passkey("key") == Passkey(
        credential_id="key", person_id="p-1", public_key=b"\x00\xff", uses=7
    )


@pytest.mark.usefixtures("person")
def test_a_recovery_code_counts_once(store: Store) -> None:
    store.people.put_kit("p-1", [CODE])
    assert store.people.recovery_code("ABCDE") is None
    assert store.people.recovery_code("ABCDE", offered=True) == CODE
    store.people.confirm_kit("p-1")
    assert store.people.recovery_code("ABCDE") == CODE
    store.people.use_code("ABCDE")
    assert store.people.recovery_code("ABCDE") is None
    with pytest.raises(NotFoundError):
        store.people.use_code("ABCDE")


@pytest.mark.usefixtures("person")
def test_the_first_disabling_counts(store: Store, clock: Clock) -> None:
    store.people.disable("p-1")
    clock.pass_time(days=1)
    store.people.disable("p-1")
    assert store.people.get("p-1").disabled == START


@pytest.mark.usefixtures("person")
def test_a_session_ends_when_it_is_idle_and_after_twelve_hours(store: Store, clock: Clock) -> None:
    store.sessions.begin("s", "p-1")
    for _ in range(24):
        clock.pass_time(minutes=29)
        assert store.sessions.get("s").person_id == "p-1"
    clock.pass_time(minutes=29)
    with pytest.raises(NotFoundError):
        store.sessions.get("s")
    store.sessions.begin("idle", "p-1")
    clock.pass_time(minutes=30)
    with pytest.raises(NotFoundError):
        store.sessions.get("idle")


@pytest.mark.usefixtures("person")
def test_a_clock_that_is_set_back_makes_no_session_longer(store: Store, clock: Clock) -> None:
    store.sessions.begin("s", "p-1")
    clock.pass_time(hours=-1)
    with pytest.raises(NotFoundError):
        store.sessions.get("s")


@pytest.mark.usefixtures("person")
def test_sessions_end_one_by_one_and_all_of_a_person(store: Store) -> None:
    for name in ("a", "b", "c"):
        store.sessions.begin(name, "p-1")
    store.sessions.end("a")
    store.sessions.end("a")
    assert store.sessions.get("b").begun == START
    store.sessions.end_all("p-1")
    for name in ("a", "b", "c"):
        with pytest.raises(NotFoundError):
            store.sessions.get(name)


@pytest.mark.usefixtures("person")
def test_a_token_holds_until_its_end_or_its_revocation(store: Store, clock: Clock) -> None:
    def token(name: str) -> Token:
        return Token(
            token_id=name,
            person_id="p-1",
            name="for the archive",
            scopes=("campaign.export", "audit.export"),
            created=START,
            until=START + timedelta(days=1),
            used=None,
            revoked=None,
        )

    for name in ("t-1", "t-2"):
        store.tokens.add(token(name), f"hash of {name}")
    clock.pass_time(hours=1)
    assert store.tokens.use("hash of t-1").used == clock()
    assert [one.used for one in store.tokens.every()] == [clock(), None]
    store.tokens.revoke("t-1")
    with pytest.raises(NotFoundError):
        store.tokens.revoke("t-1")
    clock.pass_time(days=1)
    for name in ("t-1", "t-2", "t-3"):
        with pytest.raises(NotFoundError):
            store.tokens.use(f"hash of {name}")
