"""What leaves for a partner: shown first, sent into its collection, kept in the ledger."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.cases.books import book_of
from legation.app.cases.filing import Filing
from legation.app.sharing.outgoing import Outgoing
from legation.crypto.key_files import UNPROTECTED
from legation.errors import ConflictError, NotFoundError, UsageError
from legation.safeguards.cases.facts import Told
from legation.stix.labels import Label
from legation.stix.tlp import Tlp, marking_ref
from worlds.invented_cases import bodies
from worlds.sharing_home import AMBER, GREEN, POLICY, TIED, TOOL, USES, SharingHome, sharing_home

EXACT = b"""
[redaction]
times = "exact"
[persons]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        yield opened


def outcomes(shown: Any) -> dict[str, str]:
    return {one.object_id: one.outcome for one in shown.verdicts}


def test_without_a_policy_nothing_leaves(desk: SharingHome) -> None:
    assert desk.out().preview("Aldria", [GREEN["id"]]).silent
    with pytest.raises(UsageError, match="nothing leaves"):
        desk.out().push("Aldria", [GREEN["id"]])
    assert desk.read("Aldria") == []


def test_a_policy_is_for_its_partner(desk: SharingHome) -> None:
    with pytest.raises(UsageError, match="QMA"):
        desk.policy("Bevora")


def test_a_policy_names_no_rung_that_is_not_on_the_ladder(desk: SharingHome) -> None:
    with pytest.raises(UsageError, match="strictly-so"):
        desk.policy(text=POLICY.replace(b'"green"', b'"green"\nlevel = "strictly-so"'))
    assert desk.store.partners.get("Aldria").policy == b""


def test_a_push_does_what_the_preview_shows(desk: SharingHome) -> None:
    desk.policy()
    shown = desk.out().preview("Aldria", [GREEN["id"]])
    done = desk.out().push("Aldria", [GREEN["id"]])
    assert done.preview == shown
    leaving = {one["id"]: one for one in shown.leaving}
    beside = {one["id"]: one for one in desk.read("Aldria") if one["id"] not in leaving}
    assert leaving.keys() | beside.keys() == {one["id"] for one in desk.read("Aldria")}
    assert all(one in shown.leaving for one in desk.read("Aldria") if one["id"] in leaving)
    # The signed list of what was sent, and what declares it.
    assert {one["type"] for one in beside.values()} <= {
        "grouping",
        "extension-definition",
        "identity",
    }


def test_what_belongs_to_a_campaign_comes_along_and_what_is_above_the_ceiling_stays(
    desk: SharingHome,
) -> None:
    desk.policy()
    shown = desk.out().preview("Aldria", [GREEN["id"]])
    found = outcomes(shown)
    assert found[GREEN["id"]] != "held"
    assert found[TOOL["id"]] != "held"
    assert found[USES["id"]] != "held"
    assert found[AMBER["id"]] == found[TIED["id"]] == "held"
    text = msgspec.json.encode(shown.leaving).decode()
    assert AMBER["id"] not in text
    assert "what only we know" not in text


def test_the_label_in_force_decides_and_not_the_one_that_the_object_states(
    desk: SharingHome,
) -> None:
    desk.policy()
    desk.store.labels.set(GREEN["id"], Label(tlp=Tlp.RED), actor="Cyn", reason="a source")
    assert outcomes(desk.out().preview("Aldria", [GREEN["id"]]))[GREEN["id"]] == "held"


def test_what_was_sent_is_not_sent_again_and_a_new_version_is(desk: SharingHome) -> None:
    desk.policy()
    first = desk.out().push("Aldria", [GREEN["id"]])
    assert first.new == len(first.preview.leaving)
    again = desk.out().push("Aldria", [GREEN["id"]])
    assert (again.new, again.known) == (0, first.new)
    later = GREEN | {"modified": "2026-01-02T10:20:30.000Z", "name": "letters to all editors"}
    desk.store.objects.put(msgspec.json.encode(later))
    assert desk.out().push("Aldria", [GREEN["id"]]).new == 1
    names = {one["name"] for one in desk.read("Aldria") if one["type"] == "campaign"}
    assert names == {"letters to all editors"}


def test_a_stricter_marking_reaches_the_partner_without_a_new_version(desk: SharingHome) -> None:
    desk.policy(text=POLICY.replace(b'"green"', b'"amber"').replace(b"[persons]", EXACT))
    desk.out().push("Aldria", [TOOL["id"]])
    assert marks(desk, "tool") == {marking_ref(Tlp.GREEN)}
    desk.store.labels.set(TOOL["id"], Label(tlp=Tlp.AMBER), actor="Cyn", reason="a source")
    assert desk.out().push("Aldria", [TOOL["id"]]).new > 0
    assert marks(desk, "tool") == {marking_ref(Tlp.AMBER)}
    assert desk.store.quarantine.find() == []
    assert len(desk.store.ledger.find(object_id=TOOL["id"])) == 2


def test_what_a_partner_fetched_is_known_with_its_first_time(desk: SharingHome) -> None:
    desk.policy()
    desk.policy("Bevora", POLICY.replace(b"QMA", b"QMB"))
    for name in ("Aldria", "Bevora"):
        desk.out().push(name, [GREEN["id"]])
    desk.clock.pass_time(hours=1)
    first = desk.clock()
    assert desk.read("Aldria")
    desk.clock.pass_time(hours=1)
    desk.read("Aldria")
    for name, times in (("Aldria", {first}), ("Bevora", set())):
        partner = desk.store.partners.get(name).partner_id
        added = [one.added for one in desk.store.ledger.find(partner_id=partner)]
        every = desk.store.receipts.of(added)
        found = {added: at for (one, added), at in every.items() if one == partner}
        assert set(found.values()) == times
        assert len(found) == (len(set(added)) if times else 0)


def test_a_recall_reaches_all_who_were_sent_the_object_and_lists_them(desk: SharingHome) -> None:
    for name, party in (("Aldria", b"QMA"), ("Bevora", b"QMB")):
        desk.policy(name, POLICY.replace(b"QMA", party))
        desk.out().push(name, [GREEN["id"]])
    assert {one.partner for one in desk.recalling().who_had([GREEN["id"]])} == {"Aldria", "Bevora"}
    with pytest.raises(UsageError, match="reason"):
        desk.recall(GREEN["id"], reason=" ")
    done = desk.recall(GREEN["id"], reason="it named the wrong group")
    assert [one.outcome for one in done] == ["recalled", "recalled"]
    for name in ("Aldria", "Bevora"):
        (campaign,) = [one for one in desk.read(name) if one["type"] == "campaign"]
        assert campaign["revoked"] is True
    again = desk.out().push("Aldria", [GREEN["id"]])
    assert again.recalled == 1
    assert GREEN["id"] in {one.object_id for one in again.preview.verdicts if one.outcome == "held"}
    with pytest.raises(ConflictError, match="recalled already"):
        desk.recall(GREEN["id"])
    last = desk.store.audit.last("share.recall")
    assert last is not None
    assert last.event.detail["partners"] == 2


def test_what_has_no_versions_is_taken_out_of_the_collection(desk: SharingHome) -> None:
    url: dict[str, Any] = {
        "type": "url",
        "id": "url--00000001-0000-4000-8000-000000000000",
        "value": "https://letters.example/",
        "object_marking_refs": [marking_ref(Tlp.GREEN)],
    }
    desk.store.objects.put(msgspec.json.encode(url))
    desk.policy()
    desk.out().push("Aldria", [url["id"]])
    assert [one["type"] for one in desk.read("Aldria")].count("url") == 1
    assert [one.outcome for one in desk.recall(url["id"])] == ["deleted"]
    assert [one["type"] for one in desk.read("Aldria")].count("url") == 0
    assert desk.out().push("Aldria", [url["id"]]).new == 0


def test_what_nobody_was_sent_cannot_be_recalled(desk: SharingHome) -> None:
    with pytest.raises(NotFoundError):
        desk.recall(GREEN["id"])
    with pytest.raises(NotFoundError):
        desk.recalling().who_had(["campaign--99999999-0000-4000-8000-000000000000"])


def marks(desk: SharingHome, kind: str) -> set[str]:
    """Return the markings of what a partner reads of a type."""
    found = [one for one in desk.read("Aldria") if one["type"] == kind]
    return {ref for one in found for ref in one["object_marking_refs"]}


def test_each_sending_is_an_entry_of_the_ledger_and_of_the_trail(desk: SharingHome) -> None:
    desk.policy()
    done = desk.out().push("Aldria", [GREEN["id"]])
    entries = desk.store.ledger.find(object_id=GREEN["id"])
    partner = desk.store.partners.get("Aldria")
    assert [one.partner_id for one in entries] == [partner.partner_id]
    assert len(desk.store.ledger.find()) == done.new
    last = desk.store.audit.last("share.push")
    assert last is not None
    assert (last.event.subject, last.event.detail["new"]) == (partner.partner_id, done.new)
    assert "Aldria" not in str(last.event.detail)


def test_two_partners_are_sent_two_copies_that_do_not_join(desk: SharingHome) -> None:
    desk.policy()
    desk.policy("Bevora", POLICY.replace(b"QMA", b"QMB"))
    for name in ("Aldria", "Bevora"):
        desk.out().push(name, [GREEN["id"]])
    ids = [{one["id"] for one in desk.read(name)} for name in ("Aldria", "Bevora")]
    redacted = [
        {
            one.sent_id
            for one in desk.store.ledger.find(partner_id=desk.store.partners.get(name).partner_id)
            if one.outcome == "redacted"
        }
        for name in ("Aldria", "Bevora")
    ]
    assert redacted[0]
    assert redacted[0] <= ids[0]
    assert not redacted[0] & redacted[1]


def test_who_may_not_know_an_object_cannot_share_it(desk: SharingHome) -> None:
    desk.policy()
    reader = desk.home.reader(desk.store, "command line")
    green = msgspec.structs.replace(reader.clearance, tlp=Tlp.GREEN)
    guest = msgspec.structs.replace(reader, clearance=green)
    scope = desk.home.library_of(desk.store, guest).scope()
    out = Outgoing(scope, desk.home.keys(UNPROTECTED))
    with pytest.raises(NotFoundError):
        out.preview("Aldria", [AMBER["id"]])
    assert AMBER["id"] not in outcomes(out.preview("Aldria", []))


def test_an_entry_that_says_which_partner_was_told_never_leaves(desk: SharingHome) -> None:
    desk.policy(text=POLICY.replace(b'"green"', b'"red"'))
    scope = desk.home.library(desk.store, "command line").scope()
    told = Told(partner="Bevora", on="2026-02-22", what="the letters", marking="green")
    filing = Filing(scope, desk.home.folder / "evidence", book_of(scope))
    row = filing.open([*bodies(), told])
    shown = desk.out().preview("Aldria", [row.object_id])
    assert "Bevora" not in msgspec.json.encode(shown.leaving).decode()
    assert "held" in outcomes(shown).values()


def test_a_partner_that_ended_is_sent_nothing(desk: SharingHome) -> None:
    desk.policy()
    desk.roster.end("Aldria")
    with pytest.raises(UsageError, match="ended"):
        desk.out().push("Aldria", [GREEN["id"]])


def test_a_policy_that_ran_out_is_silent(desk: SharingHome) -> None:
    desk.policy(text=POLICY.replace(b"2030-01-01", b"2026-12-31"))
    desk.clock.pass_time(days=400)
    assert "ended" in desk.out().preview("Aldria", [GREEN["id"]]).silent
