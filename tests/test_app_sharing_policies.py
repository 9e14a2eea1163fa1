"""What a partner's policy says of a day, and what an auditor reads of what was sent."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from legation.app.reports import Asked, lines
from legation.app.sharing.policies import silent_of
from legation.app.sharing.recalling import Recalling
from worlds.sharing_home import GREEN, SharingHome, sharing_home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        yield opened


def test_why_nothing_leaves_is_said_of_a_partner(desk: SharingHome) -> None:
    def why(day: date = date(2027, 1, 1)) -> str:
        return silent_of(desk.store.partners.get("Aldria"), day)

    assert why() == "there is no policy"
    desk.policy()
    assert why() == ""
    assert why(date(2031, 1, 1)) == "the policy ended on 2030-01-01"
    desk.roster.end("Aldria")
    assert why() == "the sharing has ended"


def test_what_left_to_partners_is_in_the_auditors_report_of_exports(desk: SharingHome) -> None:
    desk.policy()
    desk.out().push("Aldria", [GREEN["id"]])
    desk.out().write("Aldria", [GREEN["id"]])
    scope = desk.home.library(desk.store, "command line").scope()
    Recalling(scope).recall([GREEN["id"]], "it named the wrong group", desk.keys)
    told = lines(desk.store, Asked(report="exports"), up=True, limit=10)
    assert [one.verb for one in told] == [
        "share.push",
        "share.write",
        "share.align",
        "share.recall",
    ]
