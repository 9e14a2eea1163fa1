"""Statements found in imported posts: official postings, and copies with other words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from legation.app.import_record import undo
from legation.app.importing import Intakes, Reading
from legation.app.registers import Registers
from legation.app.statements.in_posts import Looked, look_in_posts
from legation.crypto.key_files import UNPROTECTED
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds.statement_desk import StatementDeskWorld, statement_desk

TEXT: Final = (
    "The talks with Tarvia on the northern border begin on 3 May in Velmar. We did not order any"
    " attack on the port, and both sides attend with ten experts each."
)
LIE: Final = TEXT.replace("did not order any", "did order any")
SLIP: Final = TEXT.replace("3 May", "13 May")
VOICES: Final = """key,state,kind,name,platform,office,rule,since,source,as_of
mfa,FR,account,aldria_mfa,x,foreign ministry,named on its page,2020-01-01,its page,2026-02-01
old,FR,account,aldria_old,x,foreign ministry,named on its page,2020-01-01,its page,2026-02-01
"""
MAPPING: Final = """name = "plain"
time_format = "epoch_s"
[fields]
post_id = "post_id"
account_id = "account_id"
time = "time"
text = "text"
platform = "platform"
"""
POSTS: Final = (
    ("p1", "aldria_mfa", TEXT),
    ("p2", "@Aldria_MFA", f"Read: {TEXT[:70]}"),
    ("p3", "aldria_old", SLIP),
    ("p4", "somebody", f"BREAKING {LIE}"),
    ("p5", "another", f"{LIE} https://t.example/1"),
    ("p6", "a_reader", f"“{TEXT}” That took them long."),
    ("p7", "a_joker", f"Satire: {LIE}"),
    ("p8", "nobody", "Rain is expected in the north tomorrow, with strong winds."),
)


class Found:
    """A desk with one statement, a missions register and posts that carry it."""

    def __init__(self, desk: StatementDeskWorld, folder: Path) -> None:
        self.desk, self._folder, self._files = desk, folder, 0
        taken = Registers(desk.home.library(desk.store, "ann").scope()).take(
            VOICES.encode(), "voices.csv"
        )
        assert not taken.refused
        (folder / "plain.toml").write_text(MAPPING, "utf-8")
        self.statement = self.publish(TEXT)

    def publish(self, text: str, press: str = "Pia", legal: str = "Lea") -> int:
        """Publish a statement; return its draft."""
        draft = self.desk.draft(press, language=["en"], text=[text])
        self.desk.approve(legal, draft)
        self.desk.publish(press, draft)
        return draft

    def take(self, *posts: tuple[str, str, str], days: int = 0) -> str:
        """Import posts that were posted so many days after now; return the import's number."""
        self._files += 1
        file = self._folder / f"posts{self._files}.jsonl"
        at = int(self.desk.clock().timestamp()) + days * 86_400
        rows = [
            {"post_id": post, "account_id": who, "platform": "x", "text": said, "time": at}
            for post, who, said in posts
        ]
        file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
        intakes = Intakes(self.desk.home, self.desk.store, UNPROTECTED)
        reading = Reading(mapping=str(self._folder / "plain.toml"))
        return intakes.take(file, reading).import_id

    def look(self) -> Looked | None:
        """Look at what is new, as the watch does on each round."""
        desk = self.desk
        return look_in_posts(desk.home, desk.store, desk.shelf, UNPROTECTED)

    def posts_of(self, copy: int) -> list[str]:
        """Return the posts that have an altered copy."""
        return [one.post_id for one in self.desk.store.copies.sightings(copy, limit=99)]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    folder = tmp_path_factory.mktemp("found")
    with statement_desk(folder / "desk") as desk:
        made = Found(desk, folder)
        made.take(*POSTS)
        assert made.look() == Looked(posts=8, postings=2, copies=(1, 2))
        yield made


def test_official_places_are_listed_by_themselves_with_why_they_count(found: Found) -> None:
    desk = found.desk
    for path in (f"/draft/{found.statement}", desk.place(found.statement)):
        page = desk.get("Pia", path).text
        section = page.partition("Found by the desk in imported posts")[2].partition("</ul>")[0]
        assert section.count("<li>") == 2
        assert "<bdi>aldria_mfa</bdi>" in section
        assert "named on its page" in section
        assert "<code" in section
        assert "a_reader" not in page
        assert "TLP:AMBER" in page


def test_an_altered_copy_is_a_finding_with_the_words_that_differ(found: Found) -> None:
    desk = found.desk
    copies = {one.copy: one for one in desk.store.copies.every()}
    by = {one.found.kind: one for one in copies.values()}
    assert found.posts_of(by["others"].copy) == ["p4", "p5"]
    assert found.posts_of(by["official"].copy) == ["p3"]
    page = desk.get("Ana", f"/statements/copy/{by['others'].copy}").text
    assert "<del>not</del>" in page
    assert "High" in page
    assert "somebody" not in page
    assert "cannot be told from words" in page
    assert (
        "<bdi>aldria_old</bdi>" in desk.get("Ana", f"/statements/copy/{by['official'].copy}").text
    )
    listed = desk.get("Ana", "/statements/copies").text
    assert listed.count('href="/statements/copy/') == 2
    assert desk.place(found.statement) in listed
    only = desk.get("Ana", "/statements/copies?by=official").text
    assert only.count('href="/statements/copy/') == 1
    assert "No altered copy fits this filter" in desk.get("Ana", "/statements/copies?words=zz").text
    assert 'href="/statements/copies"' in desk.get("Ana", "/").text


def test_who_watches_is_told_of_each_wording_once(found: Found) -> None:
    page = found.desk.get("Ana", "/notices").text
    assert page.count("A statement was posted with other words. <code>") == 1
    assert page.count("An official account posted a statement with other words. <code>") == 1
    found.desk.get("Lea", "/")
    assert "posted with other words" not in found.desk.get("Lea", "/notices").text


def test_what_is_found_is_for_those_alone_who_may_know_the_desks_findings(found: Found) -> None:
    desk = found.desk
    desk.let_in("Gro", "analyst", held=Held(tlp=Tlp.GREEN, pap=Pap.RED))
    assert "No altered copy was found" in desk.get("Gro", "/statements/copies").text
    desk.get("Gro", "/statements/copy/1", 404)
    desk.get("Gro", "/statements/copy/1/as/json", 404)
    assert "aldria_mfa" not in desk.get("Gro", desk.place(found.statement)).text
    assert "other words" not in desk.get("Gro", "/notices").text


def test_copies_leave_as_files_under_their_label_and_into_the_trail(found: Found) -> None:
    desk = found.desk
    before = desk.store.audit.head().seq
    rows = desk.get("Ana", "/statements/copies/as/json").json()
    assert rows["marking"] == "TLP:AMBER"
    assert {one["number"] for one in rows["rows"]} == {desk.number(found.statement)}
    assert "of the words are those of" in rows["rows"][0]["reason"]
    whole = desk.get("Ana", "/statements/copy/1/as/json").json()
    assert whole["differences"]
    assert len(whole["posts"]) == whole["copy"]["posts"]
    assert "acct-" in desk.get("Ana", "/statements/copy/1/as/csv").text
    desk.get("Ana", "/statements/copy/1/as/xml", 404)
    verbs = [one.event.verb for one in desk.store.audit.entries(after=before, limit=99)]
    assert len(verbs) >= 3
    assert {*verbs} == {"page.export"}


def test_a_look_reads_what_is_new_and_nothing_else(tmp_path: Path) -> None:
    with statement_desk(tmp_path / "desk") as desk:
        found = Found(desk, tmp_path)
        found.take(*POSTS)
        assert found.look() == Looked(posts=8, postings=2, copies=(1, 2))
        assert found.look() is None
        found.take(("n1", "fourth", LIE), ("n2", "aldria_mfa", TEXT))
        assert found.look() == Looked(posts=2, postings=1, copies=())
        (others,) = [one for one in desk.store.copies.every() if one.found.kind == "others"]
        assert (others.posts, others.accounts) == (3, 3)
        # A statement that is new is looked for since its day, and not before.
        desk.clock.pass_time(days=5)
        desk.let_in("Pip", "press")
        desk.let_in("Lou", "legal")
        late = "The bridge at Orvel opens for lorries on Monday, and the ferry stops at noon then."
        found.take(("l1", "aldria_mfa", late), ("l2", "x1", "Good morning to all of you there."))
        found.publish(late, "Pip", "Lou")
        assert found.look() == Looked(posts=2, postings=1, copies=())
        assert found.look() is None
        found.publish(
            "Nobody has posted a word about the museum of this town so far.", "Pip", "Lou"
        )
        assert found.look() == Looked(posts=2, postings=0, copies=())


def test_what_was_found_goes_with_the_posts_and_comes_back_with_them(tmp_path: Path) -> None:
    with statement_desk(tmp_path / "desk") as desk:
        found = Found(desk, tmp_path)
        imported = found.take(*POSTS)
        found.look()
        undo(desk.home, desk.store, imported, actor="ann")
        assert desk.store.copies.every() == []
        assert "No official account" in desk.get("Pia", desk.place(found.statement)).text
        desk.get("Ana", "/statements/copy/1", 404)
        assert found.look() is None
        found.take(*POSTS)
        assert found.look() == Looked(posts=8, postings=2, copies=())
        assert sorted(one.copy for one in desk.store.copies.every()) == [1, 2]


def test_without_a_register_or_keys_nothing_is_compared(tmp_path: Path) -> None:
    with statement_desk(tmp_path / "desk", register=False) as desk:
        assert look_in_posts(desk.home, desk.store, desk.shelf, UNPROTECTED) is None
        assert "legation statement register init" in desk.get("Ana", "/statements/copies").text
    with statement_desk(tmp_path / "other") as desk:
        assert look_in_posts(desk.home, desk.store, desk.shelf, None) is None
