"""A list that a program fetches leaves without what asks for a passkey, and says how much that is.

A person is asked for the passkey instead: for them nothing is left out, and nothing is silent.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from legation.app.access.tokens import Keyring
from legation.crypto.codes import fingerprint
from legation.desk.answers import LEFT_OUT
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds.busy_desk import BusyDesk, busy_desk
from worlds.people import enrolled


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyDesk]:
    with busy_desk(tmp_path_factory.mktemp("behind")) as opened:
        library = opened.men.home.library(opened.men.store, "desk")
        opened.men.store.labels.set(
            library.object_id(opened.ids["campaign_id"]),
            Label(tlp=Tlp.RED),
            actor="Cyn",
            reason="a source would be known by it",
        )
        yield opened


@pytest.fixture(scope="module")
def token(desk: BusyDesk) -> dict[str, str]:
    keyring = Keyring(desk.men.store, desk.men.clock)
    _, secret = keyring.add("Ora", name="feed", scopes=["campaign.export"], days=2)
    return {"authorization": f"Bearer {secret}", "accept": "application/json"}


def fetched(desk: BusyDesk, path: str, headers: dict[str, str]) -> Any:
    return desk.person.client.get(path, headers=headers, follow_redirects=False)


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


def test_a_list_leaves_without_what_a_token_may_not_take_and_says_so(
    desk: BusyDesk, token: dict[str, str]
) -> None:
    number = len(desk.men.home.library(desk.men.store, "desk").latest().campaigns)  # type: ignore[union-attr]  # there is one
    for kind in ("csv", "json"):
        answer = fetched(desk, f"/watch/campaigns/as/{kind}", token)
        assert answer.status_code == 200, answer.text
        assert answer.headers[LEFT_OUT] == "1"
        assert ".WITHOUT-1." in answer.headers["content-disposition"]
        assert desk.ids["campaign_id"] not in answer.text
        if kind == "json":
            told = answer.json()
            assert next(iter(told)) == "marking"
            assert told["left_out"]["rows"] == 1
            assert told["left_out"]["why"].startswith("1 row above TLP:AMBER is left out")
            assert len(told["rows"]) == number - 1
        else:
            assert len(rows(answer)) == number


def test_jobs_that_tell_of_what_is_closed_stay_behind_too(
    desk: BusyDesk, token: dict[str, str]
) -> None:
    desk.person.post("/export/csv")
    whole = desk.person.get("/jobs/as/json").json()["rows"]
    jobs = fetched(desk, "/jobs/as/json", token)
    assert jobs.status_code == 200, jobs.text
    left = int(jobs.headers[LEFT_OUT])
    assert left == jobs.json()["left_out"]["rows"] > 0
    assert len(jobs.json()["rows"]) + left <= len(whole)


def test_whole_campaigns_leave_without_it_or_not_at_all(
    desk: BusyDesk, token: dict[str, str]
) -> None:
    number = len(desk.men.home.library(desk.men.store, "desk").latest().campaigns)  # type: ignore[union-attr]  # there is one
    answer = fetched(desk, "/watch/campaigns/as/stix", token)
    if number > 1:
        assert answer.status_code == 200
        assert ".WITHOUT-1." in answer.headers["content-disposition"]
    else:
        assert answer.status_code == 403
        assert "1 row above TLP:AMBER is left out" in answer.json()["error"]
    one = fetched(desk, f"/campaign/{desk.ids['campaign_id']}/as/csv", token)
    assert one.status_code == 403
    assert "passkey" in one.json()["error"]


def test_a_person_is_asked_for_the_passkey_and_nothing_is_left_out(desk: BusyDesk) -> None:
    whole = desk.person.get("/watch/campaigns/as/json")
    assert whole.status_code == 200
    assert LEFT_OUT not in whole.headers
    assert "left_out" not in whole.json()
    assert desk.ids["campaign_id"] in whole.text
    secret = enrolled(desk.men.store, desk.men.clock, "Uma", "analyst")
    person_id = desk.men.store.people.get("Uma").person_id
    desk.men.store.clearances.set(
        person_id, Held(tlp=Tlp.RED, pap=Pap.RED), actor="command line", reason="works on it"
    )
    cookie = {"cookie": f"legation-session={secret}", "accept": "text/html"}
    # A session that a link began has shown no passkey yet, and one that did has for a while.
    assert_asked(desk, fetched(desk, "/watch/campaigns/as/csv", cookie))
    desk.men.store.sessions.prove(fingerprint(secret))
    assert desk.ids["campaign_id"] in fetched(desk, "/watch/campaigns/as/csv", cookie).text
    desk.men.clock.pass_time(minutes=10)
    assert_asked(desk, fetched(desk, "/watch/campaigns/as/csv", cookie))


def assert_asked(desk: BusyDesk, answer: Any) -> None:
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/prove")
    assert desk.ids["campaign_id"] not in answer.text
