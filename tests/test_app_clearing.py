"""What each person may know: what the settings give, more by another's word, never by one's own."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.access.clearing import Officer, WantedClearance
from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.access.rules import Rules
from legation.app.access.tokens import Keyring
from legation.errors import DeniedError, NotFoundError, UsageError
from legation.rights.clearance import Clearance
from legation.settings import Settings
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store import open_store
from legation.store.clearances import Held
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import prepare
from worlds.people import HOST, enrolled

SETTINGS = Settings(
    ladder=("restricted", "secret"), compartments=("talks", "visits"), reader_tlp="amber"
)
WHY = "she works on the talks in Aldria"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as opened:
        yield opened


def host(store: Store, clock: Clock) -> Officer:
    return Officer(store, Rules(store, SETTINGS), clock, HOST, own=None)


def officer(store: Store, clock: Clock, name: str, **wanted: object) -> Officer:
    """Return a security officer of the desk, who holds what is wanted."""
    person, _ = Register(store, clock, HOST).add(name, ["security officer"])
    if wanted:
        host(store, clock).set(name, WantedClearance(**wanted), WHY)  # type: ignore[arg-type]  # as named
    rules = Rules(store, SETTINGS)
    own = rules.clearance(person.person_id)
    return Officer(store, rules, clock, person.person_id, own=own)


@pytest.mark.parametrize("role", ["analyst", "security officer", "administrator"])
def test_a_person_holds_green_and_no_more_until_somebody_decides(
    store: Store, clock: Clock, role: str
) -> None:
    person, _ = Register(store, clock, HOST).add("Omar Haddad", [role])
    reader = Rules(store, SETTINGS).reader(person.person_id)
    assert (reader.clearance.tlp, reader.clearance.pap) == (Tlp.GREEN, Pap.GREEN)
    assert (reader.clearance.levels, reader.clearance.compartments) == (frozenset(), frozenset())
    assert reader.roles == {role}
    assert store.clearances.every() == {}


def test_what_the_machine_may_know_is_given_to_no_person(store: Store, clock: Clock) -> None:
    person, _ = Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    wide = msgspec.structs.replace(
        SETTINGS,
        reader_tlp="red",
        reader_level="secret",
        reader_compartments=("talks",),
        reader_party="XA",
    )
    rules = Rules(store, wide)
    assert rules.reader("command line").clearance == rules.usual()
    assert rules.usual().tlp == Tlp.RED
    assert rules.usual().compartments == {"talks"}
    assert rules.held(person.person_id) == Held(tlp=Tlp.GREEN, pap=Pap.GREEN, party="XA")
    own = msgspec.structs.replace(wide, person_tlp="amber", person_pap="clear")
    held = Rules(store, own).clearance(person.person_id)
    assert (held.tlp, held.pap) == (Tlp.AMBER, Pap.CLEAR)


def test_a_clearance_is_an_entry_beside_the_older_ones_and_in_the_trail(
    store: Store, clock: Clock
) -> None:
    person, _ = Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    host(store, clock).set("Omar Haddad", WantedClearance(tlp="red", level="secret"), WHY)
    clock.pass_time(days=1)
    host(store, clock).set("Omar Haddad", WantedClearance(compartments=("talks",)), WHY)
    held = Rules(store, SETTINGS).clearance(person.person_id)
    assert held.tlp == Tlp.RED
    assert held.levels == {"restricted", "secret"}
    assert held.compartments == {"talks"}
    assert [one.held.compartments for one in store.clearances.history(person.person_id)] == [
        (),
        ("talks",),
    ]
    last = store.audit.entries(verb="clearance.set")[-1].event
    assert (last.actor, last.subject) == (HOST, person.person_id)
    assert last.detail == {
        "from": "TLP:RED · PAP:GREEN · up to secret",
        "to": "TLP:RED · PAP:GREEN · up to secret · talks",
        "reason": WHY,
    }


def test_nobody_widens_what_they_may_know_themselves(store: Store, clock: Clock) -> None:
    ines = officer(store, clock, "Ines Adler", compartments=("talks",))
    with pytest.raises(DeniedError, match="themselves"):
        ines.set("Ines Adler", WantedClearance(tlp="red"), WHY)
    assert store.audit.entries(verb="clearance.set")[-1].event.actor == HOST


@pytest.mark.parametrize(
    "wanted",
    [{"tlp": "red"}, {"level": "secret"}, {"compartments": ("visits",)}, {"party": "XA"}],
)
def test_an_officer_gives_nothing_that_they_do_not_hold(
    wanted: dict[str, object], store: Store, clock: Clock
) -> None:
    ines = officer(store, clock, "Ines Adler", compartments=("talks",))
    Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    with pytest.raises(DeniedError, match="do not hold"):
        ines.set("Omar Haddad", WantedClearance(**wanted), WHY)  # type: ignore[arg-type]  # as named
    ines.set("Omar Haddad", WantedClearance(tlp="green", compartments=("talks",)), WHY)


def test_what_an_officer_does_not_hold_is_not_named_to_them_and_stays(
    store: Store, clock: Clock
) -> None:
    ines = officer(store, clock, "Ines Adler", compartments=("talks",))
    person, _ = Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    everything = WantedClearance(compartments=("talks", "visits"))
    host(store, clock).set("Omar Haddad", everything, "the visits are his, and the talks")
    shown = ines.shown("Omar Haddad")
    assert b"visits" not in msgspec.json.encode(shown)
    assert shown.compartments == ("talks",)
    ines.set("Omar Haddad", WantedClearance(compartments=()), WHY)
    assert Rules(store, SETTINGS).clearance(person.person_id).compartments == {"visits"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"compartments": ("tlaks",)}, "no compartment"),
        ({"level": "cosmic"}, "no level"),
        ({"tlp": "purple"}, "no level"),
        ({"party": "?"}, "no party"),
    ],
)
def test_a_name_that_no_label_could_ask_for_is_refused(
    wanted: dict[str, object], said: str, store: Store, clock: Clock
) -> None:
    Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    with pytest.raises(UsageError, match=said):
        host(store, clock).set("Omar Haddad", WantedClearance(**wanted), WHY)  # type: ignore[arg-type]  # as named


def test_a_change_without_a_reason_or_without_a_change_is_refused(
    store: Store, clock: Clock
) -> None:
    Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    with pytest.raises(DeniedError, match="reason"):
        host(store, clock).set("Omar Haddad", WantedClearance(tlp="red"), " ")
    with pytest.raises(DeniedError, match="too short: at least 10 letters"):
        host(store, clock).set("Omar Haddad", WantedClearance(tlp="red"), "test")
    host(store, clock).set("Omar Haddad", WantedClearance(tlp="red"), WHY)
    with pytest.raises(UsageError, match="nothing would change"):
        host(store, clock).set("Omar Haddad", WantedClearance(tlp="red"), WHY)


def test_a_rung_that_left_the_ladder_is_held_by_nobody(store: Store, clock: Clock) -> None:
    person, _ = Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    host(store, clock).set("Omar Haddad", WantedClearance(level="secret"), WHY)
    shorter = msgspec.structs.replace(SETTINGS, ladder=("restricted",))
    assert Rules(store, shorter).clearance(person.person_id).levels == frozenset()


def test_who_was_disabled_or_is_nobody_reads_nothing(store: Store, clock: Clock) -> None:
    person, _ = Register(store, clock, HOST).add("Omar Haddad", ["analyst"])
    Register(store, clock, HOST).disable("Omar Haddad")
    for actor in (person.person_id, "p-0123456789abcdef"):
        with pytest.raises(DeniedError):
            Rules(store, SETTINGS).reader(actor)
    # A name of a person stands for nobody who acts.
    assert Rules(store, SETTINGS).reader("Omar Haddad").clearance == Rules(store, SETTINGS).usual()


def test_a_token_carries_what_its_person_held_and_never_more_than_they_hold(
    store: Store, clock: Clock
) -> None:
    enrolled(store, clock, "Omar Haddad", "analyst")
    rules = Rules(store, SETTINGS)
    change = host(store, clock)
    change.set("Omar Haddad", WantedClearance(tlp="red", compartments=("talks",)), WHY)
    _, secret = Keyring(store, clock, rules).add(
        "Omar Haddad", name="archive", scopes=["campaign.export"], days=1
    )
    change.set("Omar Haddad", WantedClearance(tlp="green", compartments=("visits",)), WHY)
    guest = Entrance(store, clock, rules).token_guest(secret, "/campaigns/as/csv")
    assert guest.clearance is not None
    assert guest.clearance.tlp == Tlp.GREEN
    assert guest.clearance.compartments == frozenset()
    change.set("Omar Haddad", WantedClearance(tlp="red", compartments=("talks", "visits")), WHY)
    later = Entrance(store, clock, rules).token_guest(secret, "/campaigns/as/csv")
    assert later.clearance is not None
    assert later.clearance.tlp == Tlp.RED
    assert later.clearance.compartments == {"talks"}
    assert not later.reader().proven


NAMES = st.frozensets(st.sampled_from("abc"))
CLEARANCES = st.builds(
    Clearance,
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    levels=NAMES,
    compartments=NAMES,
    party=st.sampled_from(["", "XA", "XB"]),
)


@given(CLEARANCES, CLEARANCES)
def test_what_is_bounded_reaches_no_further_than_either(one: Clearance, other: Clearance) -> None:
    both = one.bounded_by(other)
    assert both == other.bounded_by(one)
    assert both == both.bounded_by(one) == both.bounded_by(other)
    assert (both.tlp, both.pap) <= (one.tlp, one.pap) or both.tlp < one.tlp
    assert both.levels <= one.levels & other.levels
    assert both.compartments <= one.compartments & other.compartments


def test_nobody_of_that_name_has_a_clearance(store: Store, clock: Clock) -> None:
    with pytest.raises(NotFoundError):
        host(store, clock).set("Nobody", WantedClearance(tlp="red"), WHY)


def test_an_officer_outside_a_compartment_learns_neither_its_name_nor_who_is_in_it(
    store: Store, clock: Clock
) -> None:
    for name in ("Ina Inside", "Olga Outside"):
        Register(store, clock, HOST).add(name, ["analyst"])
    host(store, clock).set("Ina Inside", WantedClearance(compartments=("talks",)), WHY)
    outside = officer(store, clock, "Oscar Officer", tlp="amber")
    said = set()
    for name in ("Ina Inside", "Olga Outside"):
        for asked in ("talks", "visits", "nothere"):
            with pytest.raises(DeniedError) as refused:
                outside.set(name, WantedClearance(compartments=(asked,)), WHY)
            said.add((str(refused.value), refused.value.hint))
    assert len(said) == 1
    inside = officer(store, clock, "Otto Officer", compartments=("talks",))
    inside.set("Olga Outside", WantedClearance(compartments=("talks",)), WHY)
