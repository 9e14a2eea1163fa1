"""Clear names on the desk: for a stated purpose, in one answer, each look logged before."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from legation.rights.sealed_names import seal_name
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from worlds.planted_posts import RING, write_town
from worlds.working_desk import SAME, WorkingDesk, working_desk

WHY = {
    "purpose": "to warn the person of a threat",
    "legality": "mandate of the desk, article 3",
    "necessity": "a letter cannot be sent to a pseudonym",
    "proportionality": "one name, read by one officer",
    "safeguards": "the letter is closed, the name is noted nowhere",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingDesk]:
    folder = tmp_path_factory.mktemp("looking")
    with working_desk(folder) as made:
        place = made.sent(write_town(folder / "town.jsonl").read_bytes(), "town.jsonl")
        tried = made.post(f"{place}/check", how="preset", preset="legation").headers["location"]
        made.post(f"{tried}/import")
        made.post("/watch")
        yield made


def campaign(desk: WorkingDesk) -> str:
    found = re.search(r'href="(/campaign/[^"/]+)"', desk.page("/watch/campaigns"))
    assert found
    return found[1]


def accounts(desk: WorkingDesk) -> list[str]:
    return re.findall(
        r'name="account" value="(acct-[a-z2-7]{26})"', desk.page(f"{campaign(desk)}/names")
    )


def ask(desk: WorkingDesk, names: list[str], **given: str) -> Any:
    return desk.client.post(
        f"{campaign(desk)}/names",
        data={"form_token": desk.token(), "account": names, **given},
        headers=SAME,
        follow_redirects=False,
    )


def looks(desk: WorkingDesk) -> int:
    return len(desk.store.audit.entries(verb="name.look", limit=1000))


def test_names_stand_under_pseudonyms_on_every_page_until_they_are_asked_for(
    desk: WorkingDesk,
) -> None:
    here = campaign(desk)
    for end in ("", "/coordination", "/evidence", "/rights", "/accounts", "/names", "/history"):
        page = desk.page(f"{here}{end}")
        assert [name for name in RING if name in page] == [], end
    assert f'href="{here}/names"' in desk.page(f"{here}/rights")


def test_names_are_shown_for_a_stated_purpose_in_one_answer_and_each_look_is_logged(
    desk: WorkingDesk,
) -> None:
    before, some = looks(desk), accounts(desk)[:2]
    answer = ask(desk, some, **WHY)
    assert answer.status_code == 200
    shown = [name for name in RING if f"<bdi>{name}</bdi>" in answer.text]
    assert len(shown) == 2
    assert WHY["purpose"] in answer.text
    assert "2027-04-01" in answer.text  # until when each may be opened
    assert answer.headers["cache-control"] == "no-store"
    entries = desk.store.audit.entries(verb="name.look", limit=1000)[before:]
    assert [entry.event.subject for entry in entries] == some
    for entry in entries:
        assert entry.event.actor == "test"
        assert {test: entry.event.detail[test] for test in WHY} == WHY
    page = desk.page(f"{campaign(desk)}/names")
    assert [name for name in RING if name in page] == []
    assert WHY["safeguards"] in answer.text
    rights = desk.page(f"{campaign(desk)}/rights")
    assert WHY["purpose"] in rights
    assert WHY["safeguards"] in rights


@pytest.mark.parametrize("reason", WHY)
def test_without_one_of_the_five_reasons_nothing_is_opened(desk: WorkingDesk, reason: str) -> None:
    before = looks(desk)
    answer = ask(desk, accounts(desk)[:1], **(WHY | {reason: "no"}))
    assert answer.status_code == 403
    assert reason in answer.text
    assert [name for name in RING if name in answer.text] == []
    assert looks(desk) == before


def test_only_members_of_the_campaign_are_opened_and_few_at_once(desk: WorkingDesk) -> None:
    before = looks(desk)
    assert ask(desk, [], **WHY).status_code == 400
    assert ask(desk, [f"acct-{'a' * 26}"], **WHY).status_code == 404
    assert ask(desk, [f"acct-{'a' * 25}{chr(97 + n)}" for n in range(26)], **WHY).status_code == 400
    assert desk.client.get("/campaign/none/names").status_code == 404
    assert looks(desk) == before


def test_one_account_may_be_asked_for_by_address_and_unknown_pages_are_refused(
    desk: WorkingDesk,
) -> None:
    one = accounts(desk)[1]
    page = desk.page(f"{campaign(desk)}/names?account={one}")
    assert page.count('name="account"') == 1
    assert "No such account" in desk.page(f"{campaign(desk)}/names?account=acct-none")
    desk.page(f"{campaign(desk)}/names?after=acct-none", 404)


def test_a_name_that_may_not_be_known_or_whose_day_is_over_stays_closed(desk: WorkingDesk) -> None:
    from legation.crypto.key_files import UNPROTECTED
    from legation.formats.campaign import account_id
    from legation.store.names import Names
    from legation.store.tables import sealed_names

    here, names = campaign(desk), accounts(desk)
    sealer = desk.home.keys(UNPROTECTED).sealing_key()
    old = seal_name(
        "ring_x", pseudonym=names[0], platform="", until=date(2026, 3, 31), sealer=sealer
    )
    with desk.store._database.write() as connection:
        connection.execute(sealed_names.delete().where(sealed_names.c.pseudonym == names[0]))
    Names(desk.store._database, desk.store.audit).put_names([old])
    late = ask(desk, names[:1], **WHY)
    assert late.status_code == 403
    assert "ring_x" not in late.text
    hidden = Label(tlp=Tlp.AMBER, compartments=("talks",))
    desk.store.labels.set(account_id(names[1]), hidden, actor="test", reason="a test of it")
    answer = desk.client.post(
        f"{here}/names",
        data={"form_token": desk.token(), "account": names[1:2], **WHY},
        headers=SAME,
    )
    assert answer.status_code == 404  # the campaign that names it is hidden with it
    assert [name for name in RING if name in answer.text] == []


def test_a_desk_without_the_passphrase_opens_no_name(tmp_path: Path) -> None:
    from legation.app.names import Opened
    from legation.errors import DeniedError
    from legation.rights.sealed_names import Look

    with working_desk(tmp_path, protection=None) as made:
        from legation.app.jobs import StoredJobs
        from legation.desk.working import DeskWork

        work = DeskWork(made.home, made.store, StoredJobs(made.home, made.store))
        look = Look(actor="test", at=datetime.now(UTC), **WHY)
        opened: list[Opened] = []
        with pytest.raises(DeniedError, match="passphrase"):
            opened = work.open_names([f"acct-{'a' * 26}"], look)
        assert opened == []
