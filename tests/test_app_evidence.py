"""What is captured is on the disk, masked by what the home knows, and gone after its term."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.access.people import Register
from legation.app.evidence.checking import expire, verify
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.crypto.key_files import UNPROTECTED, Passphrase
from legation.errors import DeniedError, VerificationError
from legation.rights.sealed_names import Look
from legation.settings import Settings
from worlds.documents import PAGE
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.people import HOST

LOOK = {
    "purpose": "to show the court the page",
    "legality": "section 3 of the Evidence Act",
    "necessity": "the court asks for the file",
    "proportionality": "one page, one court",
    "safeguards": "by sealed post, to the court alone",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Home:
    made = Home(Settings(home=tmp_path / "home", evidence_days=30), clock)
    make_home(made)
    return made


@pytest.fixture
def room(home: Home) -> Iterator[Room]:
    with home.store() as store:
        yield Room(home, store, UNPROTECTED)


def capture(room: Room, raw: bytes = PAGE, **given: str) -> str:
    return room.take(room.prepare(raw), Given(**given), actor="ann").evidence_id


def test_what_was_acknowledged_is_there_when_the_home_opens_again(home: Home) -> None:
    with home.store() as store:
        made = capture(Room(home, store, UNPROTECTED))
    with home.store() as store:
        room = Room(home, store, UNPROTECTED)
        assert room.shown(made, actor="ben").state == "whole"
        look = Look(actor="ben", at=home.now(), **LOOK)
        assert room.original(made, look)[1] == PAGE


def test_nobody_keeps_what_they_could_not_find_again(home: Home, room: Room, clock: Clock) -> None:
    person, _ = Register(room.store, clock, HOST).add("Omar Haddad", ["analyst"])
    with pytest.raises(DeniedError, match="kept under TLP:AMBER, which you may not know"):
        room.take(room.prepare(PAGE), Given(), actor=person.person_id)
    assert [one for one in (home.folder / "evidence").rglob("*") if one.is_file()] == []


def test_names_that_the_home_knows_are_masked_in_words_titles_and_sources(
    home: Home, room: Room, tmp_path: Path
) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "post_id,account_id,created_at,text,platform\n"
        "p1,Ann_Vermeer,2026-02-02T10:00:00Z,x,bluesky\n",
        "utf-8",
    )
    Intakes(home, room.store, UNPROTECTED).take(posts, Reading())
    raw = b"<title>Ann_Vermeer at home</title><p>Ann_Vermeer wrote to ben@press.example</p>"
    made = capture(room, raw, name="letter_of_ann_vermeer.html", source="told by Ann_Vermeer")
    shown = room.shown(made, actor="ben")
    assert shown.text is not None
    seen = f"{shown.kept.title} {shown.kept.source} {shown.text.text}".lower()
    assert "vermeer" not in seen
    assert "ben@press" not in seen
    assert seen.count("acct-") >= 4
    for file in home.folder.rglob("*"):
        if file.is_file():
            assert b"ermeer wrote" not in file.read_bytes(), file
    clear = room.about(shown.kept)
    assert clear["source"] == "told by Ann_Vermeer"


def test_words_of_the_desk_are_never_masked_in_what_is_told_of_a_capture(
    home: Home, room: Room, tmp_path: Path
) -> None:
    posts = tmp_path / "posts.csv"
    handles = ("inside", "element", "page", "image", "clickable", "harbour_watch")
    rows = [f"p{n},{handle},2026-02-02T10:00:00Z,x" for n, handle in enumerate(handles)]
    posts.write_text("post_id,account_id,created_at,text\n" + "\n".join(rows) + "\n", "utf-8")
    Intakes(home, room.store, UNPROTECTED).take(posts, Reading())
    raw = (
        b'<script>x</script><img src="data:x/y;base64,AA"><p onclick="y">a page of harbour_watch'
        b'</p><a href="https://m.example/@page">b</a>'
    )
    shown = room.shown(capture(room, raw), actor="ben")
    assert shown.text is not None
    found = [name for _, name in shown.text.facts["found"]]
    assert "inside the page" in found
    assert "on an element of the page" in found
    assert any("@acct-" in name for name in found)
    assert "a page of acct-" in shown.text.text


def test_the_same_file_captured_twice_is_sealed_once_and_recorded_twice(
    home: Home, room: Room, clock: Clock
) -> None:
    first = capture(room)
    clock.pass_time(hours=1)
    second = capture(room)
    assert first != second
    files = [path for path in (home.folder / "evidence").rglob("*") if path.is_file()]
    assert [path.name for path in files] == [hashlib.sha256(PAGE).hexdigest()]
    assert verify(home, room.store, home.keys(UNPROTECTED).sealing_key()).faults == ()


def test_after_its_term_file_and_texts_are_gone_and_the_record_stays(
    home: Home, room: Room, clock: Clock
) -> None:
    first = capture(room)
    clock.pass_time(days=20)
    second = capture(room)
    clock.pass_time(days=11)
    assert expire(home, room.store) == 0  # the second record keeps the file
    assert room.shown(first, actor="ben").text is None
    assert room.shown(second, actor="ben").state == "whole"
    clock.pass_time(days=20)
    assert expire(home, room.store) == 1
    assert room.shown(second, actor="ben").state == "missing"
    assert [path for path in (home.folder / "evidence").rglob("*") if path.is_file()] == []
    assert verify(home, room.store).faults == ()
    with pytest.raises(DeniedError, match="kept until"):
        room.original(second, Look(actor="ben", at=clock(), **LOOK))


def test_a_file_under_another_files_name_does_not_open(home: Home, room: Room) -> None:
    first, second = capture(room), capture(room, b"Another note of the desk")
    folder = home.folder / "evidence"
    names = [hashlib.sha256(raw).hexdigest() for raw in (PAGE, b"Another note of the desk")]
    (folder / names[0][:2] / names[0]).write_bytes((folder / names[1][:2] / names[1]).read_bytes())
    with pytest.raises(VerificationError):
        room.original(first, Look(actor="ben", at=home.now(), **LOOK))
    found = verify(home, room.store, home.keys(UNPROTECTED).sealing_key())
    assert [fault.evidence_id for fault in found.faults] == [first]
    assert second


def test_a_home_with_protected_keys_captures_with_its_passphrase_alone(
    tmp_path: Path, clock: Clock
) -> None:
    word = Passphrase("a long enough passphrase of words")
    home = Home(Settings(home=tmp_path / "guarded"), clock)
    home.make("Ministry of Aldria", word)
    with home.store() as store:
        with pytest.raises(DeniedError, match="passphrase"):
            capture(Room(home, store, None))
        made = capture(Room(home, store, word))
        assert Room(home, store, None).shown(made, actor="ben").state == "whole"


def test_a_reader_without_the_role_is_refused_the_file_by_the_policies(
    home: Home, room: Room, clock: Clock
) -> None:
    made = capture(room)
    press = Home(Settings(home=home.folder, reader_roles=("press",)), clock)
    asked = Room(press, room.store, UNPROTECTED)
    assert asked.shown(made, actor="eve").state == "whole"
    with pytest.raises(DeniedError, match=r"evidence\.open"):
        asked.original(made, Look(actor="eve", at=clock(), **LOOK))
    assert room.store.audit.entries(verb="evidence.open") == []
