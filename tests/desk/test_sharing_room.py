"""The room Sharing: the roster, what would leave, what was sent, and taking it back."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.jobs import StoredJobs
from legation.app.libraries import Libraries
from legation.crypto.key_files import UNPROTECTED
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.roles import Role
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from worlds.gates import guarded_gate, open_gate
from worlds.many_campaigns import Person
from worlds.people import ALL, enrolled
from worlds.sharing_home import AMBER, GREEN, POLICY, TOOL, SharingHome, sharing_home

SITE = "http://127.0.0.1:8321"
OFFICER: Role = "security officer"
WANTED = {"object": GREEN["id"]}


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path) as made:
        yield made


class Room:
    """The desk, as one person sees it."""

    def __init__(self, shared: SharingHome, client: Any) -> None:
        self.shared, self.client = shared, client
        every = shared.store.partners.every()
        self.ids = {one.name: one.partner_id for one in every}

    def page(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        text: str = answer.text
        return text

    def post(self, address: str, status: int = 200, **fields: str) -> Any:
        page = self.page("/sharing") + self.page("/sending?partner=" + self.ids["Aldria"])
        token = re.search(r'name="form_token" value="([^"]+)"', page + self.page("/cases"))
        assert token
        answer = self.client.post(
            address,
            data=fields | {"form_token": token[1]},
            headers={"Origin": SITE},
            follow_redirects=False,
        )
        assert answer.status_code == status, answer.text
        return answer

    def of(self, name: str, rest: str = "") -> str:
        return f"/partner/{self.ids[name]}{rest}"


@pytest.fixture
def enter(shared: SharingHome) -> Iterator[Any]:
    with ExitStack() as held:

        def entered(role: Role = OFFICER, *, keys: bool = True) -> Room:
            app = build_app(
                StoredReading(
                    shared.home.library(shared.store, "test"),
                    Libraries(shared.home, shared.store),
                ),
                banner=None,
                gate=open_gate(role),
                work=DeskWork(
                    shared.home,
                    shared.store,
                    StoredJobs(shared.home, shared.store),
                    UNPROTECTED if keys else None,
                ),
            )
            client = held.enter_context(TestClient(app, base_url=SITE))
            return Room(shared, client)

        yield entered


def digest(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def address(**asked: str) -> str:
    return "/sending?" + "&".join(f"{name}={value}" for name, value in asked.items())


def test_the_roster_shows_who_may_be_sent_something_and_who_may_not(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    text = enter().page("/sharing")
    assert "Aldria" in text
    assert "Bevora" in text
    assert "2030-01-01" in text
    assert "there is no policy" in text


@pytest.mark.parametrize("role", ["analyst", "policy", "legal", "press", "administrator"])
def test_who_does_not_deal_with_partners_learns_of_none(enter: Any, role: Role) -> None:
    room = enter(role)
    for place in ("/sharing", "/sharing/as/csv", room.of("Aldria"), "/ledger", "/sending"):
        text = room.page(place, 403)
        assert "Aldria" not in text


def test_a_contact_point_sees_the_roster_and_changes_nothing_of_it(enter: Any) -> None:
    room = enter("contact point")
    assert "Take up a partner" not in room.page("/sharing")
    assert "Put it in force" not in room.page(room.of("Aldria"))
    room.post("/sharing", 403, name="Cyria")
    room.post(room.of("Aldria", "/policy"), 403, policy=POLICY.decode())


def test_a_partner_is_taken_up_once_and_a_second_one_of_its_name_is_refused_with_what_was_typed(
    shared: SharingHome, enter: Any
) -> None:
    room = enter()
    answer = room.post("/sharing", 303, name="Cyria", party="cy")
    assert "Cyria" in room.page(answer.headers["location"])
    again = room.post("/sharing", name="Cyria", party="xx").text
    assert "There is a partner &#39;Cyria&#39; already" in again
    assert 'value="xx"' in again
    assert [one.name for one in shared.store.partners.every()] == ["Aldria", "Bevora", "Cyria"]


def test_a_policy_that_cannot_be_read_is_refused_in_its_place_and_the_old_one_holds(
    shared: SharingHome, enter: Any
) -> None:
    room = enter()
    room.post(room.of("Aldria", "/policy"), 303, policy=POLICY.decode())
    wrong = POLICY.decode().replace('tlp = "green"', 'tlp = "blue"')
    text = room.post(room.of("Aldria", "/policy"), policy=wrong).text
    assert "policy: sharing.tlp" in text
    assert "tlp = &#34;blue&#34;" in text
    assert shared.store.partners.get("Aldria").policy == POLICY
    assert room.client.get(room.of("Aldria", "/as/toml")).content == POLICY


def test_a_token_is_shown_once_and_opens_the_door(shared: SharingHome, enter: Any) -> None:
    room = enter()
    text = room.post(room.of("Bevora", "/token"), days="30").text
    token = re.search(r'id="token" dir="ltr">(lgp_[^<]+)<', text)
    assert token
    shared.tokens["Bevora"] = token[1]
    assert shared.read("Bevora") == []
    assert token[1] not in room.page(room.of("Bevora"))
    key = shared.store.partners.keys(room.ids["Bevora"])[-1]
    room.post(room.of("Bevora", "/shut-out"), 303, key=key.key_sha256)
    assert "opens nothing" in room.page(room.of("Bevora"))


def test_numbers_that_are_none_and_names_that_are_others_change_nothing(
    shared: SharingHome, enter: Any
) -> None:
    room = enter()
    keys = shared.store.partners.keys(room.ids["Aldria"])
    for rest, fields, said in (
        ("/token", {"days": "many"}, "is no number"),
        ("/token", {"days": "0"}, "is out of bounds"),
        ("/certificate", {"certificate": "none"}, "this is no certificate"),
        ("/confidence", {"confidence": "101"}, "101 is out of bounds"),
        ("/signer", {"signer": "abc"}, "this is no fingerprint"),
        ("/shut-out", {"key": "zz"}, "0 keys that hold begin with"),
        ("/end", {"name": "Bevora"}, "this is not the partner"),
    ):
        text = room.post(room.of("Aldria", rest), **fields).text
        assert said[1:] in text, rest
    partner = shared.store.partners.get("Aldria")
    assert (partner.confidence, partner.signer, partner.ended) == (None, "", None)
    assert shared.store.partners.keys(partner.partner_id) == keys


def test_an_ended_partner_stays_on_the_roster_and_offers_nothing_to_change(enter: Any) -> None:
    room = enter()
    room.post(room.of("Aldria", "/end"), 303, name="Aldria")
    text = room.page(room.of("Aldria"))
    assert "The sharing has ended" in text
    assert "Put it in force" not in text
    assert "Aldria" not in room.page("/sending")
    assert "Aldria" in room.page("/sharing?state=ended")


def test_a_preview_says_why_each_object_leaves_or_stays_and_sends_nothing(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    room = enter()
    text = room.page(address(partner=room.ids["Aldria"], **WANTED))
    assert GREEN["id"] in text
    assert "is above the partner&#39;s ceiling" in text
    assert "letters to editors" in text
    assert AMBER["name"] not in text
    assert shared.read("Aldria") == []
    assert "Nothing was sent." in room.page("/ledger")


def test_what_was_shown_is_what_the_partner_reads(shared: SharingHome, enter: Any) -> None:
    shared.policy()
    room = enter()
    asked = WANTED | {"partner": room.ids["Aldria"]}
    shown = digest(room.page(address(**asked)))
    leaving = room.client.get("/sending/as/json", params=asked).json()["leaving"]
    done = room.post("/sending/push", **asked, shown=shown).text
    assert "New for the partner" in done
    read = [one for one in shared.read("Aldria") if one["type"] != "note"]
    own = {one["id"]: one for one in leaving}
    assert {one["id"]: one for one in read if one["id"] in own} == own
    assert GREEN["id"] in room.page(f"/ledger?partner={room.ids['Aldria']}")


def test_what_has_changed_since_it_was_shown_does_not_leave(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    room = enter()
    asked = WANTED | {"partner": room.ids["Aldria"]}
    shown = digest(room.page(address(**asked)))
    shared.store.objects.put_many(
        [json.dumps(GREEN | {"name": "other", "modified": "2026-01-02T00:00:00.000Z"}).encode()]
    )
    text = room.post("/sending/push", **asked, shown=shown).text
    assert "What would leave has changed since it was shown" in text
    assert shared.read("Aldria") == []
    assert digest(text) != shown
    room.post("/sending/push", 400, **asked)
    assert shared.read("Aldria") == []


def test_a_package_leaves_by_the_same_form_under_its_label_and_stands_in_the_ledger(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    room = enter()
    asked = WANTED | {"partner": room.ids["Aldria"]}
    shown = digest(room.page(address(**asked)))
    answer = room.post("/sending/package", **asked, shown=shown)
    assert "sending.TLP-GREEN.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert GREEN["name"].encode() in archive.read("objects.json")
    assert "cannot tell" in room.page("/ledger")


def test_what_is_named_by_nobody_or_by_everything_at_once_is_asked_again(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    room = enter()
    partner = room.ids["Aldria"]
    text = room.page(address(partner=partner, all="yes", **WANTED))
    assert "It is not said what is to be shared" in text
    many = ",".join([GREEN["id"]] * 201)
    assert "These are too many names" in room.page(address(partner=partner, object=many))
    none = room.page(address(partner=partner, object="campaign--none"))
    assert "There is no object &#39;campaign--none&#39;" in none
    assert 'value="campaign--none"' in none
    room.page("/sending?partner=nobody&all=yes", 404)


def test_a_desk_that_was_not_given_its_keys_says_so_and_sends_nothing(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    room = enter(keys=False)
    text = room.page(address(partner=room.ids["Aldria"], **WANTED), 403)
    assert "keys" in text
    assert shared.read("Aldria") == []


def test_a_recall_lists_who_had_it_and_reaches_them(shared: SharingHome, enter: Any) -> None:
    shared.policy()
    room = enter()
    shared.out().push("Aldria", [GREEN["id"]])
    place = f"/ledger/object/{GREEN['id']}"
    assert "Aldria" in room.page(place)
    assert "Bevora" not in room.page(place)
    refused = room.post(f"{place}/recall", reason=" ").text
    assert "A recall has a reason" in refused
    room.post(f"{place}/recall", 303, reason="it named the wrong group")
    text = room.page(place)
    assert "recalled" in text
    assert "Recall it" not in text
    read = [one for one in shared.read("Aldria") if one["type"] == "campaign"]
    assert [one.get("revoked") for one in read] == [True]
    room.page(f"/ledger/object/{AMBER['id']}", 404)


def test_the_ledger_leaves_as_a_file_and_says_what_was_fetched(
    shared: SharingHome, enter: Any
) -> None:
    shared.policy()
    shared.out().push("Aldria", [GREEN["id"]])
    room = enter()
    rows = room.client.get(f"/ledger/as/json?object={TOOL['id']}").json()["rows"]
    assert [(one["partner"], one["outcome"], one["fetched"]) for one in rows] == [
        ("Aldria", "sent", "")
    ]
    assert "TLP" in room.client.get("/ledger/as/csv").headers["content-disposition"]


def test_of_what_a_reader_may_not_know_the_ledger_is_silent(shared: SharingHome) -> None:
    shared.policy()
    shared.out().push("Aldria", [GREEN["id"]])
    shared.store.labels.set(GREEN["id"], Label(tlp=Tlp.RED), actor="x", reason="x")
    entrance = Entrance(shared.store, shared.clock, shared.home.rules(shared.store))
    app = build_app(
        StoredReading(
            shared.home.library(shared.store, "test"), Libraries(shared.home, shared.store)
        ),
        banner=None,
        gate=guarded_gate(entrance, shared.clock),
        work=DeskWork(shared.home, shared.store, StoredJobs(shared.home, shared.store)),
    )
    with TestClient(app, base_url=SITE) as client:
        for level, told in ((Tlp.AMBER, False), (Tlp.RED, True)):
            secret = enrolled(
                shared.store,
                shared.clock,
                str(level),
                "contact point",
                held=msgspec.structs.replace(ALL, tlp=level),
            )
            person = Person(client, secret)
            known = person.page("/ledger")
            assert TOOL["id"] in known
            assert (GREEN["id"] in known) == told
            person.page(f"/ledger/object/{GREEN['id']}", 200 if told else 404)
            answer = person.get("/ledger/as/csv")
            assert (answer.status_code == 200) == (not told)  # above AMBER asks for the passkey
            assert GREEN["id"] not in answer.text


def test_names_of_partners_that_are_markup_or_turn_a_line_around_are_inert(enter: Any) -> None:
    room = enter()
    answer = room.post("/sharing", 303, name="<b>x</b>\u202e=1+1")
    for place in ("/sharing", answer.headers["location"], "/sending", "/ledger"):
        text = room.page(place)
        assert "<b>x</b>" not in text
        assert "\u202e" not in text
    assert "\n=1" not in room.client.get("/sharing/as/csv").text


def test_the_page_of_a_partner_says_what_its_policy_says(shared: SharingHome, enter: Any) -> None:
    shared.policy()
    text = enter().page(f"/partner/{shared.store.partners.get('Aldria').partner_id}")
    assert "TLP:GREEN PAP:RED" in text
    assert "redact" in text
    assert "there is no key" not in text
    told = json.loads(enter().client.get(
        f"/partner/{shared.store.partners.get('Aldria').partner_id}/as/json"
    ).content)  # fmt: skip
    assert told["policy"]["sharing"]["tlp"] == Policy().sharing.tlp.replace("clear", "green")
    assert all(len(one["key_sha256"]) == 12 for one in told["keys"])
