"""The way in without its pages: links, kits, recovery, log-in, tokens, and what the trail says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.access.entering import Entrance, Guest, guest_of
from legation.app.access.people import Register, address_of
from legation.app.access.rules import Rules
from legation.app.access.tokens import Keyring
from legation.app.reports import Asked
from legation.errors import DeniedError, NotFoundError, UsageError
from legation.rights.policies import with_roles
from legation.settings import Settings
from legation.store import open_store
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import prepare
from worlds.people import ADDRESS, HOST, a_passkey, enrolled, half_enrolled


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as opened:
        yield opened


def test_a_person_without_a_confirmed_kit_is_incomplete(store: Store, clock: Clock) -> None:
    secret, guest = half_enrolled(store, clock, "Ines Adler", "administrator")
    entrance = Entrance(store, clock)
    assert not guest.complete
    codes = entrance.new_kit(guest)
    with pytest.raises(DeniedError):
        entrance.confirm_kit(guest, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
    assert not entrance.guest(secret).complete
    entrance.confirm_kit(guest, codes[9])
    assert entrance.guest(secret).complete
    with pytest.raises(DeniedError, match="not shown again"):
        entrance.new_kit(entrance.guest(secret))


def test_a_kit_is_not_confirmed_by_another_persons_code(store: Store, clock: Clock) -> None:
    _, one = half_enrolled(store, clock, "Ines Adler", "administrator")
    _, other = half_enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    codes = entrance.new_kit(other)
    entrance.new_kit(one)
    with pytest.raises(DeniedError):
        entrance.confirm_kit(one, codes[0])


def test_a_link_is_for_one_person_and_one_passkey(store: Store, clock: Clock) -> None:
    register, entrance = Register(store, clock, HOST), Entrance(store, clock)
    person, link = register.add("Omar Haddad", ["analyst"])
    other, _ = register.add("Ada Brunel", ["press"])
    with pytest.raises(DeniedError):
        entrance.enrol(link, a_passkey(other), ADDRESS)
    assert entrance.invited(link).name == "Omar Haddad"
    entrance.enrol(link, a_passkey(person), ADDRESS)
    with pytest.raises(NotFoundError):
        entrance.enrol(link, a_passkey(person), ADDRESS)


def test_a_recovery_is_in_the_trail_and_old_ways_hold_until_the_link_is_used(
    store: Store, clock: Clock
) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    person, link = Register(store, clock, HOST).recover("Omar Haddad")
    assert entrance.guest(secret).name == "Omar Haddad"
    entry = store.audit.entries(verb="recovery.link")[0].event
    assert (entry.actor, entry.subject, entry.detail) == (HOST, person.person_id, {})
    entrance.enrol(link, a_passkey(person), ADDRESS)
    with pytest.raises(NotFoundError):
        entrance.guest(secret)


def test_a_disabled_person_enters_by_nothing(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    register, entrance = Register(store, clock, HOST), Entrance(store, clock)
    person, link = register.recover("Omar Haddad")
    passkey = a_passkey(person)
    _, token = Keyring(store, clock).add(
        "Omar Haddad", name="archive", scopes=["campaign.export"], days=1
    )
    register.disable("Omar Haddad")
    with pytest.raises(NotFoundError):
        entrance.guest(secret)
    with pytest.raises(DeniedError):
        entrance.enrol(link, passkey, ADDRESS)
    with pytest.raises(DeniedError):
        entrance.log_in(passkey, 1, ADDRESS, None)
    with pytest.raises(DeniedError):
        entrance.token_guest(token, "/today.json")
    with pytest.raises(DeniedError):
        register.recover("Omar Haddad")
    assert store.tokens.every()[0].used is None


def test_a_session_changes_its_secret_at_log_in(store: Store, clock: Clock) -> None:
    first = enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    passkey = a_passkey(store.people.get("Omar Haddad"))
    second = entrance.log_in(passkey, 1, ADDRESS, first)
    assert first != second
    with pytest.raises(NotFoundError):
        entrance.guest(first)
    entrance.log_out(entrance.guest(second), second)
    with pytest.raises(NotFoundError):
        entrance.guest(second)


def test_a_token_reaches_no_further_than_its_scopes_and_its_person(
    store: Store, clock: Clock
) -> None:
    enrolled(store, clock, "Ada Brunel", "press")
    enrolled(store, clock, "Omar Haddad", "analyst")
    entrance, keyring = Entrance(store, clock), Keyring(store, clock)
    scopes = ["campaign.export", "audit.export"]
    for name, verbs in (("Ada Brunel", set[str]()), ("Omar Haddad", {"campaign.export"})):
        token, secret = keyring.add(name, name="archive", scopes=scopes, days=1)
        guest = entrance.token_guest(secret, "/today.json")
        assert guest.verbs == verbs
        assert secret.startswith("lgn_")
        used = store.audit.entries(verb="token.use", subject=token.token_id)
        assert [entry.event.detail for entry in used] == [{"route": "/today.json"}]
    for wrong in ("", "lgn_", "lgn_guess", secret[:-1]):
        with pytest.raises(NotFoundError):
            entrance.token_guest(wrong, "/today.json")


def test_nobody_disables_themselves(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Ines Adler", "administrator")
    me = Entrance(store, clock).guest(secret).person_id
    with pytest.raises(DeniedError):
        Register(store, clock, me).disable(me)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 81, "bell\x07"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, store: Store, clock: Clock) -> None:
    with pytest.raises(UsageError):
        Register(store, clock, HOST).add(name, ["analyst"])
    assert store.people.count() == 0


def test_the_trail_tells_every_act_and_no_secret(store: Store, clock: Clock) -> None:
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    guest = entrance.guest(secret)
    entrance.note_denial(guest, "person.add", "/people")
    entrance.note_refusal("passkey", ADDRESS)
    entrance.log_out(guest, secret)
    told = [entry.event for entry in store.audit.entries()]
    assert [event.verb for event in told] == [
        "person.add",
        "enrolment.link",
        "person.enrol",
        "kit.make",
        "kit.confirm",
        "route.deny",
        "session.refuse",
        "session.end",
    ]
    assert {event.actor for event in told} == {HOST, guest.person_id, "nobody"}
    assert secret not in str(told)
    assert "Omar" not in str(told)


def test_the_log_comes_in_pages_the_newest_first(store: Store, clock: Clock) -> None:
    entrance = Entrance(store, clock)
    held = with_roles("auditor").clearance
    auditor = Guest(
        person_id="p-1", name="Ada", roles=("auditor",), verbs=frozenset(), clearance=held
    )
    for number in range(7):
        entrance.note_refusal(str(number), ADDRESS)
    first = entrance.report(auditor, Asked(), before=None, limit=3)
    second = entrance.report(auditor, Asked(), before=first[-1].seq, limit=3)
    third = entrance.report(auditor, Asked(), before=second[-1].seq, limit=3)
    seqs = [[entry.seq for entry in page] for page in (first, second, third)]
    assert seqs == [[7, 6, 5], [4, 3, 2], [1]]
    assert entrance.report(auditor, Asked(), before=1, limit=3) == []


def test_a_link_names_the_desk_as_people_reach_it() -> None:
    assert address_of(Settings(), "s") == "http://localhost:8321/enrol#s"
    assert address_of(Settings(desk_name="desk.example"), "s") == "https://desk.example/enrol#s"


def test_a_guest_is_told_as_their_roles_stand(store: Store, clock: Clock) -> None:
    person, _ = Register(store, clock, HOST).add("  Ada   Brunel ", ["auditor"])
    assert person.name == "Ada Brunel"
    rules = Rules(store, Settings())
    assert "audit.read" in guest_of(person, rules).verbs
    assert "campaign.read" not in guest_of(person, rules).verbs


def test_roles_change_for_a_reason_end_sessions_and_stand_in_the_trail(
    store: Store, clock: Clock
) -> None:
    register = Register(store, clock, HOST)
    secret = enrolled(store, clock, "Omar Haddad", "analyst")
    entrance = Entrance(store, clock)
    person_id = entrance.guest(secret).person_id
    with pytest.raises(DeniedError, match="too short: at least 10 letters"):
        register.change_roles("Omar Haddad", ["press"], "test")
    with pytest.raises(UsageError, match="nothing would change"):
        register.change_roles("Omar Haddad", ["analyst"], "he moves to the press office")
    with pytest.raises(DeniedError, match="their own roles"):
        Register(store, clock, person_id).change_roles(
            person_id, ["administrator"], "I would like to have it"
        )
    assert store.people.get("Omar Haddad").roles == ("analyst",)
    changed = register.change_roles("Omar Haddad", ["press"], "he moves to the press office")
    assert changed.roles == ("press",)
    with pytest.raises(NotFoundError):
        entrance.guest(secret)
    event = store.audit.entries(verb="person.roles")[-1].event
    assert event.detail == {
        "roles": ["press"],
        "before": ["analyst"],
        "reason": "he moves to the press office",
    }
