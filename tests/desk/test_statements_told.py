"""Who is told of a draft: who may approve it, who wrote it, and the press at a late hour."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from legation.app.statements.releasing import release, release_in_time
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds.statement_desk import FIELDS, StatementDeskWorld, statement_desk

WAITS = "A draft of a statement waits for approval."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatementDeskWorld]:
    with statement_desk(tmp_path_factory.mktemp("told")) as made:
        for name in ("Pia", "Pol", "Lea", "Sam", "Ana"):
            made.get(name, "/statements")  # lets them in
        yield made


def told(desk: StatementDeskWorld, name: str, draft: int) -> list[tuple[str, str]]:
    """Return what somebody is told of a draft, and whether it is new to them."""
    page = desk.get(name, "/notices").text
    rows = re.findall(
        r'<a href="/notice/(\d+)">([^<]+?) <code>(\d+)</code>.*?<td>(?:<[^>]+>)(new|read)',
        page,
        re.DOTALL,
    )
    return [(says, state) for _, says, about, state in rows if about == str(draft)]


def test_who_may_approve_a_draft_is_told_that_it_waits_and_its_authors_are_not(
    desk: StatementDeskWorld,
) -> None:
    draft = desk.draft("Pol", office="Office of waiting")
    assert told(desk, "Lea", draft) == told(desk, "Sam", draft) == [(WAITS, "new")]
    assert told(desk, "Pol", draft) == told(desk, "Pia", draft) == told(desk, "Ana", draft) == []
    page = desk.get("Lea", "/notices").text
    number = re.findall(r'href="/notice/(\d+)"', page)[0]
    assert desk.get("Lea", f"/notice/{number}", 303).headers["location"] == f"/draft/{draft}"
    changed = {**FIELDS, "office": "Office of waiting on", "seen": desk.seen(draft)}
    desk.post("Pia", f"/draft/{draft}/change", **changed)
    assert told(desk, "Sam", draft) == [(WAITS, "new")]  # it waits as before


def test_what_was_judged_waits_no_more_and_its_authors_are_told(desk: StatementDeskWorld) -> None:
    draft = desk.draft("Pia", office="Office of judging")
    desk.act("Lea", draft, "send-back", words="name the ship")
    assert told(desk, "Sam", draft) == [(WAITS, "read")]
    assert told(desk, "Pia", draft) == [("A draft of yours was sent back.", "new")]
    changed = {**FIELDS, "office": "Office of judging anew", "seen": desk.seen(draft)}
    desk.post("Pol", f"/draft/{draft}/change", **changed)
    assert told(desk, "Sam", draft)[0] == (WAITS, "new")
    desk.approve("Sam", draft)
    assert told(desk, "Pol", draft)[0] == ("A draft of yours was approved.", "new")
    desk.act("Pol", draft, "refuse", words="not said")
    assert told(desk, "Pia", draft)[0] == ("A draft of yours was refused.", "new")
    assert told(desk, "Pol", draft)[0] == ("A draft of yours was approved.", "new")


def test_a_notice_of_a_draft_is_for_those_alone_who_meet_its_label(
    desk: StatementDeskWorld,
) -> None:
    desk.let_in("Fay", "legal", held=Held(tlp=Tlp.GREEN, pap=Pap.RED))
    closed = desk.draft("Pia", office="Office of few", tlp="red")
    open_ = desk.draft("Pia", office="Office of many", tlp="green")
    assert told(desk, "Lea", closed) == told(desk, "Lea", open_) == [(WAITS, "new")]
    assert told(desk, "Fay", closed) == []
    assert told(desk, "Fay", open_) == [(WAITS, "new")]
    stricter = {**FIELDS, "office": "Office of many", "tlp": "red", "seen": desk.seen(open_)}
    desk.post("Pia", f"/draft/{open_}/change", **stricter)
    assert told(desk, "Fay", open_) == []
    rows = desk.get("Fay", "/notices/as/json").json()["rows"]
    assert str(open_) not in [row["about"] for row in rows]
    marked = desk.get("Lea", "/notices/as/json")
    assert marked.json()["marking"] == "TLP:RED"
    assert "TLP:RED" in desk.get("Lea", "/notices").text


def test_the_press_is_told_when_an_embargo_ended_and_nothing_was_let_out(tmp_path: Path) -> None:
    with statement_desk(tmp_path) as desk:
        until = (desk.clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
        draft = desk.draft("Pia", embargo=until)
        desk.approve("Lea", draft)
        desk.publish("Pol", draft)
        desk.clock.pass_time(hours=1, minutes=10)
        statements = desk.shelf.folder / "public" / "statements"
        aside = statements.with_name("aside")
        if statements.exists():
            shutil.move(statements, aside)
        statements.write_text("a file where the folder should be")
        for _ in range(2):
            release_in_time(desk.home, desk.store)
        desk.let_in("Pip", "press")
        desk.let_in("Lou", "legal")
        late = ("An embargo has ended, and its statement is not public yet.", "new")
        assert told(desk, "Pip", draft) == [late]
        assert late not in told(desk, "Lou", draft)
        statements.unlink()
        assert release(desk.home, desk.store) == [0]
        was = ("A statement became public later than its embargo said.", "new")
        assert told(desk, "Pip", draft) == [was, late]


def test_what_is_let_out_in_time_is_no_news_to_the_press(tmp_path: Path) -> None:
    with statement_desk(tmp_path) as desk:
        until = (desk.clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
        draft = desk.draft("Pia", embargo=until)
        desk.approve("Lea", draft)
        desk.publish("Pia", draft)
        desk.clock.pass_time(hours=1, minutes=1)
        release_in_time(desk.home, desk.store)
        assert desk.state(draft) == "published"
        desk.let_in("Pip", "press")
        assert told(desk, "Pip", draft) == []
