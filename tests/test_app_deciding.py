"""Four eyes: one asks, another one decides, and it is done once; nobody decides for themselves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.access.entering import Entrance, Guest
from legation.app.access.people import Register
from legation.app.access.rules import Rules
from legation.app.acts import ACTS, Act
from legation.app.deciding import HOLDS, Deciding
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.errors import ConflictError, DeniedError, NotFoundError, StepUpError, UsageError
from legation.rights.roles import ROLES, verbs_of
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store import open_store
from legation.store.clearances import Held
from legation.store.decisions import Request
from legation.store.notices import Addressee
from legation.store.opening import Store
from legation.store.provided import Vouched
from worlds.found_campaigns import CREATED, MINISTRY
from worlds.gates import Clock
from worlds.homes import prepare
from worlds.people import HOST, cleared, enrolled

WHY = "the wrong file was sent on Monday"


def carried(jobs: Any, request: Request) -> str:
    return str(jobs.put("test", request.title, request.given, actor=request.asked_by).job_id)


class Desk:
    """A store with people, and requests over it."""

    def __init__(self, store: Store, clock: Clock, home: Home) -> None:
        self.store, self.clock, self.home = store, clock, home
        self.rules = Rules(store, home.settings)
        acts = [msgspec.structs.replace(act, carry=carried) for act in ACTS]
        self.deciding = self.over(acts)
        self.secrets: dict[str, str] = {}

    def over(self, acts: list[Act]) -> Deciding:
        jobs = StoredJobs(self.home, self.store)
        return Deciding(self.store, self.rules, jobs, self.clock, acts)

    def person(self, name: str, *roles: Any) -> Guest:
        """Add somebody who has just logged in."""
        self.secrets[name] = enrolled(self.store, self.clock, name, *roles)
        return self.again(name)

    def again(self, name: str) -> Guest:
        """Return how somebody stands now."""
        guest = Entrance(self.store, self.clock, self.rules).guest(self.secrets[name])
        return msgspec.structs.replace(guest, proven=self.clock.time)

    def ask(self, guest: Guest, act: str = "import.undo", **more: Any) -> Request:
        given: dict[str, Any] = {"guest": guest, "reason": WHY, **more}
        return self.deciding.ask(act, "import-1", "Undo of posts.csv", {"import_id": "1"}, **given)

    def told(self, guest: Guest) -> list[tuple[str, str]]:
        """Return kind and subject of the notices that somebody gets, the newest first."""
        clearance = self.rules.clearance(guest.person_id)
        to = Addressee(person_id=guest.person_id, roles=guest.roles, cleared=clearance)
        return [(one.kind, one.subject) for one in self.store.notices.as_read_by(to).find()]

    def verbs(self) -> list[str]:
        entries = self.store.audit.entries(limit=1000)
        return [one.event.verb for one in entries if one.event.verb.startswith("decision.")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    home = Home(Settings(home=tmp_path), clock)
    prepare(tmp_path)
    with open_store(home.settings.database_url(), home=tmp_path, now=clock) as store:
        yield Desk(store, clock, home)


def test_what_another_person_approves_is_carried_out_once_with_both_in_the_trail(
    desk: Desk,
) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    asked = desk.ask(omar)
    assert desk.store.jobs.find() == []
    assert [one.request_id for one in desk.deciding.waiting_for(lena)] == [asked.request_id]
    assert desk.deciding.waiting_for(omar) == []
    made = desk.deciding.approve(asked.request_id, lena, "I saw the file")
    (job,) = desk.store.jobs.find()
    assert (made.state, made.outcome, job.actor) == ("approved", job.job_id, omar.person_id)
    first, second = desk.store.audit.entries(limit=1000)[-2:]
    assert (first.event.verb, first.event.actor) == ("decision.ask", omar.person_id)
    assert first.event.detail["reason"] == WHY
    assert (second.event.verb, second.event.actor) == ("decision.approve", lena.person_id)
    assert second.event.detail["asked_by"] == omar.person_id
    assert second.event.detail["job"] == job.job_id
    with pytest.raises(ConflictError):
        desk.deciding.approve(asked.request_id, lena)
    assert len(desk.store.jobs.find()) == 1


def test_who_can_decide_is_told_of_a_request_and_who_asked_of_its_end(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    auditor = desk.person("Ada Roth", "auditor")
    first = desk.ask(omar)
    assert desk.told(lena) == [("decision.asked", first.request_id)]
    assert desk.told(omar) == desk.told(auditor) == []
    desk.deciding.refuse(first.request_id, lena)
    second = desk.ask(omar)
    desk.deciding.approve(second.request_id, lena)
    ended = [("decision.ended", one.request_id) for one in (second, first)]
    assert desk.told(omar) == ended
    third = desk.ask(lena)
    desk.deciding.withdraw(third.request_id, lena)
    assert desk.told(lena)[0] == ("decision.asked", second.request_id)


def test_nobody_decides_on_what_they_asked_for_themselves(desk: Desk) -> None:
    ines = desk.person("Ines Adler", "security officer", "analyst")
    asked = desk.ask(ines)
    for act in (desk.deciding.approve, desk.deciding.refuse):
        with pytest.raises(DeniedError, match="themselves"):
            act(asked.request_id, ines)
    assert desk.store.jobs.find() == []
    assert desk.deciding.withdraw(asked.request_id, ines).state == "withdrawn"
    assert desk.verbs() == ["decision.ask", "decision.withdraw"]


def test_of_two_who_decide_at_once_one_is_too_late_and_nothing_is_done_twice(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    asked = desk.ask(omar)
    seen_before = desk.deciding._to_decide(asked.request_id, lena)
    desk.deciding.refuse(asked.request_id, lena, "keep it")
    desk.deciding._to_decide = lambda *_: seen_before  # type: ignore[method-assign]  # looked before the other decided
    with pytest.raises(ConflictError):
        desk.deciding.approve(asked.request_id, lena)
    assert desk.store.jobs.find() == []
    assert desk.verbs() == ["decision.ask", "decision.refuse"]


def test_an_act_that_fails_leaves_its_request_waiting(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    asked = desk.ask(omar)

    def fails(jobs: Any, request: Request) -> str:
        carried(jobs, request)
        raise ConflictError("not now", hint="later")

    broken = desk.over([msgspec.structs.replace(ACTS[0], carry=fails)])
    with pytest.raises(ConflictError, match="not now"):
        broken.approve(asked.request_id, lena)
    assert desk.deciding.get(asked.request_id, lena).state == "waiting"
    assert desk.store.jobs.find() == []
    assert desk.verbs() == ["decision.ask"]


def test_a_request_lapses_when_its_time_is_over(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    asked = desk.ask(omar)
    desk.clock.time += HOLDS - timedelta(seconds=1)
    assert desk.deciding.waiting_for(lena)
    desk.clock.time += timedelta(seconds=1)
    with pytest.raises(ConflictError, match="lapsed"):
        desk.deciding.approve(asked.request_id, lena)
    assert desk.deciding.waiting_for(lena) == []
    assert desk.verbs() == ["decision.ask", "decision.lapse"]


def test_the_requests_of_who_is_disabled_lapse_at_once(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    asked = desk.ask(omar)
    Register(desk.store, desk.clock, HOST).disable("Omar Haddad")
    assert desk.store.decisions.get(asked.request_id).state == "lapsed"
    assert desk.store.audit.entries(verb="decision.lapse")[0].event.detail["why"] == (
        "who asked was disabled"
    )
    assert desk.deciding.waiting_for(lena) == []


def test_a_request_is_there_only_for_who_may_know_what_it_tells_of(desk: Desk) -> None:
    omar, lena = desk.person("Omar Haddad", "analyst"), desk.person("Lena Berg", "analyst")
    ruth = desk.person("Ruth Klein", "analyst")
    desk.clock.time = CREATED
    desk.store.objects.put(encode_object(MINISTRY))
    talks = Label(tlp=Tlp.AMBER, compartments=("talks",))
    desk.store.labels.set(MINISTRY.id, talks, actor="test", reason="")
    for guest in (omar, lena):
        held = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=("talks",))
        desk.store.clearances.set(guest.person_id, held, actor="test", reason="")

    def cleared(guest: Guest) -> Guest:
        clearance = desk.rules.clearance(guest.person_id)
        return msgspec.structs.replace(guest, clearance=clearance)

    asked = desk.ask(cleared(omar), about=[MINISTRY.id])
    assert desk.deciding.who_could_decide(asked) == ["Lena Berg"]
    assert desk.deciding.waiting_for(cleared(ruth)) == []
    assert desk.told(ruth) == []
    assert desk.deciding.seen_by(cleared(ruth), limit=9) == []
    for act in (desk.deciding.get, desk.deciding.approve, desk.deciding.refuse):
        with pytest.raises(NotFoundError):
            act(asked.request_id, cleared(ruth))
    with pytest.raises(NotFoundError):
        desk.ask(cleared(ruth), about=[MINISTRY.id])
    # Who asked and has lost the compartment since could not ask now.
    lost = Held(tlp=Tlp.RED, pap=Pap.RED)
    desk.store.clearances.set(omar.person_id, lost, actor="test", reason="")
    assert desk.deciding.waiting_for(cleared(lena)) == []
    assert desk.verbs() == ["decision.ask", "decision.lapse"]


@pytest.mark.parametrize("act", ["public statement"])
def test_an_act_that_weighs_asks_both_for_their_passkey(act: str, desk: Desk) -> None:
    one = desk.person("Ada Brunel", "policy")
    other = desk.person("Ruth Klein", "legal")
    with pytest.raises(StepUpError):
        desk.ask(msgspec.structs.replace(one, proven=None), act)
    asked = desk.ask(one, act)
    with pytest.raises(StepUpError):
        desk.deciding.approve(asked.request_id, msgspec.structs.replace(other, proven=None))
    with pytest.raises(StepUpError):
        desk.deciding.approve(asked.request_id, msgspec.structs.replace(other, by="token"))
    assert desk.deciding.approve(asked.request_id, other).state == "approved"


def test_an_act_of_a_room_that_is_not_built_yet_is_known_and_closed(desk: Desk) -> None:
    one = desk.person("Ada Brunel", "policy")
    shipped = desk.over(list(ACTS))
    assert {act.name for act in ACTS} == {"import.undo", "public statement"}
    with pytest.raises(NotFoundError, match="no room"):
        shipped.ask("public statement", "c-1", "Statement", {}, guest=one, reason=WHY)
    with pytest.raises(NotFoundError, match="no act"):
        shipped.ask("war", "c-1", "War", {}, guest=one, reason=WHY)


def test_who_is_alone_is_told_that_nobody_could_decide(desk: Desk) -> None:
    omar = desk.person("Omar Haddad", "analyst")
    desk.person("Ada Brunel", "press")
    Register(desk.store, desk.clock, HOST).add("Lena Berg", ["analyst"])  # has not enrolled
    assert desk.deciding.who_could("import.undo", omar.person_id) == []
    desk.person("Ruth Klein", "security officer")
    assert desk.deciding.who_could("import.undo", omar.person_id) == ["Ruth Klein"]


def test_who_comes_in_by_a_provider_can_decide_though_they_have_no_kit(desk: Desk) -> None:
    omar = desk.person("Omar Haddad", "analyst")
    olga, _ = Register(desk.store, desk.clock, HOST).add("Olga Ruiz", ["security officer"])
    cleared(desk.store, olga)
    assert desk.deciding.who_could("import.undo", omar.person_id) == []
    issuer = "https://provider.example"
    vouched = Vouched(issuer=issuer, subject="olga", person_id=olga.person_id, follows=False)
    desk.store.provided.add(vouched)
    assert desk.deciding.who_could("import.undo", omar.person_id) == ["Olga Ruiz"]


def test_a_request_without_a_reason_or_asked_for_twice_is_refused(desk: Desk) -> None:
    omar = desk.person("Omar Haddad", "analyst")
    with pytest.raises(UsageError, match="reason"):
        desk.ask(omar, reason="...")
    desk.ask(omar)
    with pytest.raises(ConflictError, match="already"):
        desk.ask(omar)
    with pytest.raises(DeniedError, match="the role press may not"):
        desk.ask(desk.person("Ada Brunel", "press"))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_each_act_has_roles_that_may_ask_and_roles_that_may_decide(act: Act) -> None:
    for verb in (act.ask, act.decide):
        assert [role for role in ROLES if verb in verbs_of([role])]
    assert "administrator" not in [role for role in ROLES if act.decide in verbs_of([role])]
