"""What rules a sending may change while it is judged: then it is judged again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.answering import Answering, Said
from legation.app.sharing.outgoing import Outgoing
from legation.app.sharing.shown import digest_of
from legation.app.sharing.taking import post
from legation.crypto.keys import KeySet
from legation.errors import ConflictError, DeniedError, StepUpError, UsageError
from legation.rights.clearance import Clearance
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from worlds.sharing_home import GREEN, POLICY, TOOL, SharingHome, made, sharing_home

RED = POLICY.replace(b'"green"', b'"red"')
THEIRS = made("campaign", 9, Tlp.GREEN, name="theirs")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


class Between:
    """Keys whose first use finds that somebody has just done something."""

    def __init__(self, keys: KeySet, act: Callable[[], object]) -> None:
        self._keys, self._act = keys, act

    def __getattr__(self, name: str) -> Any:
        act, self._act = self._act, lambda: None
        act()
        return getattr(self._keys, name)


def out(desk: SharingHome, act: Callable[[], object]) -> Outgoing:
    scope = desk.home.library(desk.store, "command line").scope()
    keys: Any = Between(desk.keys(), act)
    return Outgoing(scope, keys)


def test_a_policy_that_is_narrowed_meanwhile_holds(desk: SharingHome) -> None:
    narrow = POLICY.replace(b'"green"', b'"clear"')
    done = out(desk, lambda: desk.policy(text=narrow)).push("Aldria", [GREEN["id"]])
    assert done.new == 0
    assert desk.read("Aldria") == []


def test_a_label_that_is_raised_meanwhile_holds(desk: SharingHome) -> None:
    def act() -> None:
        label = Label(tlp=Tlp.RED)
        desk.store.labels.set(GREEN["id"], label, actor="Cyn", reason="a source")
        # The house's own act of labelling stands in the trail.
        scope = desk.home.library(desk.store, "command line").scope()
        with desk.store.transaction():
            scope.note("Cyn", "label.set", GREEN["id"])

    out(desk, act).push("Aldria", [GREEN["id"]])
    assert {one.get("name") for one in desk.read("Aldria")} & {GREEN["name"]} == set()


def test_what_is_recalled_meanwhile_does_not_leave_again(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    out(desk, lambda: desk.recall(GREEN["id"])).push("Aldria", [GREEN["id"]])
    (campaign,) = [one for one in desk.read("Aldria") if one["type"] == "campaign"]
    assert campaign["revoked"] is True
    assert campaign["name"] == "recalled"


def test_a_package_is_judged_by_what_holds_when_it_is_written(desk: SharingHome) -> None:
    narrow = POLICY.replace(b'"green"', b'"clear"')
    with pytest.raises(UsageError, match="nothing is left"):
        out(desk, lambda: desk.policy(text=narrow)).write("Aldria", [GREEN["id"]])
    assert desk.store.ledger.find() == []


def answering(desk: SharingHome, tlp: Tlp = Tlp.RED, *, proven: bool = True) -> Answering:
    scope = desk.home.library(desk.store, "command line").scope()
    holds = msgspec.structs.replace(scope.reader.clearance, tlp=tlp)
    reader = msgspec.structs.replace(scope.reader, clearance=holds, proven=proven)
    with desk.store.transaction():
        partner = desk.store.partners.get("Aldria")
        post(desk.store, partner, [msgspec.json.encode(THEIRS)], "line", desk.clock())
    return Answering(replace(scope, reader=reader), desk.keys())


def test_an_answer_stands_in_the_ledger_for_those_alone_who_may_know_its_level(
    desk: SharingHome,
) -> None:
    desk.policy(text=RED)
    said = Said(note="what only few may know\nmore", tlp=Tlp.RED)
    answering(desk).answer("Aldria", THEIRS["id"], said)

    def types(tlp: Tlp) -> set[str]:
        reader = Clearance(
            tlp=tlp, pap=Pap.RED, levels=frozenset(), compartments=frozenset(), party=""
        )
        found = desk.store.ledger.find(reader=reader)
        return {one.object_id.partition("--")[0] for one in found}

    assert "note" in types(Tlp.RED)
    assert "note" not in types(Tlp.AMBER)
    (note,) = [one for one in desk.store.ledger.find() if one.object_id.startswith("note--")]
    assert note.tlp == Tlp.RED


def test_an_answer_above_amber_asks_for_the_passkey_and_none_is_above_who_gives_it(
    desk: SharingHome,
) -> None:
    desk.policy(text=RED)
    said = Said(note="what only few may know", tlp=Tlp.RED)
    with pytest.raises(StepUpError):
        answering(desk, proven=False).answer("Aldria", THEIRS["id"], said)
    with pytest.raises(DeniedError, match="above what you may know"):
        answering(desk, Tlp.GREEN).answer("Aldria", THEIRS["id"], said)
    assert desk.store.ledger.find() == []


@pytest.mark.parametrize("name", ["ALDRIA", "\u0410ldria", "Aldria\u200b", "A1dria"])
def test_a_name_that_looks_like_a_partners_is_refused(desk: SharingHome, name: str) -> None:
    with pytest.raises(ConflictError, match="looks like"):
        desk.roster.add(name)


def test_of_an_ended_partner_nothing_changes_and_nobody_is_given_anothers_collection(
    desk: SharingHome,
) -> None:
    every = desk.store.collections.every()
    own = next(one for one in every if one.number == desk.store.partners.get("Bevora").outbox)
    with pytest.raises(UsageError, match="own collection of another partner"):
        desk.roster.grant("Aldria", own.collection_id, reads=True, writes=False)
    desk.roster.end("Aldria")
    for act in (
        lambda: desk.roster.give("Aldria", 10),
        lambda: desk.roster.trust("Aldria", "0" * 64),
        lambda: desk.policy("Aldria"),
        lambda: desk.roster.grant("Aldria", own.collection_id, reads=True, writes=True),
    ):
        with pytest.raises(UsageError, match="has ended"):
            act()


def test_what_is_shown_for_one_partner_is_sent_to_no_other(desk: SharingHome) -> None:
    desk.policy("Bevora", POLICY.replace(b"QMA", b"QMB"))
    ids = {name: desk.store.partners.get(name).partner_id for name in ("Aldria", "Bevora")}
    shown = digest_of(desk.out().preview("Aldria", [TOOL["id"]]), ids["Aldria"])
    with pytest.raises(ConflictError, match="has changed since"):
        desk.out().push("Bevora", [TOOL["id"]], shown=shown)
