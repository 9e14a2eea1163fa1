"""The room Evidence in the desk: capture, reading, translation, looks, exports, hostile files."""

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.evidence.forms import language_told
from legation.app.evidence.leaving import check_package
from legation.app.evidence.room import Room
from legation.app.evidence.taking import mask
from legation.crypto.key_files import UNPROTECTED
from legation.desk.aside import ASIDE, MOST
from legation.desk.fence import HEADERS
from legation.errors import VerificationError
from legation.rights.sealed_names import Look
from legation.store.evidence import Kept, Part
from worlds.documents import PAGE, packed_archive, pdf_document, web_archive, word_document
from worlds.planted_posts import write_town
from worlds.working_desk import SAME, WorkingDesk, working_desk

WHY = {
    "purpose": "to show the court the page",
    "legality": "section 3 of the Evidence Act",
    "necessity": "the court asks for the file",
    "proportionality": "one page, one court, no copy",
    "safeguards": "by sealed post, to the court alone",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WorkingDesk]:
    with working_desk(tmp_path) as made:
        yield made


def send(desk: WorkingDesk, raw: bytes, name: str = "page.html", **fields: str) -> Any:
    return desk.client.post(
        "/evidence/send",
        data={"form_token": desk.token(), **fields},
        files={"file": (name, raw)},
        headers=SAME,
        follow_redirects=False,
    )


def captured(desk: WorkingDesk, raw: bytes, name: str = "page.html", **fields: str) -> str:
    answer = send(desk, raw, name, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def file_of(desk: WorkingDesk, raw: bytes) -> Path:
    sha256 = hashlib.sha256(raw).hexdigest()
    return desk.home.folder / "evidence" / sha256[:2] / sha256


def with_campaign(desk: WorkingDesk, folder: Path) -> str:
    place = desk.sent(write_town(folder / "town.jsonl").read_bytes(), "town.jsonl")
    tried = desk.post(f"{place}/check", how="preset", preset="legation").headers["location"]
    desk.post(f"{tried}/import")
    desk.post("/watch")
    found = re.search(r'href="(/campaign/[^"/]+)"', desk.page("/watch/campaigns"))
    assert found
    return found[1]


def test_a_saved_page_is_kept_as_file_hash_and_time_and_shown_as_text(desk: WorkingDesk) -> None:
    assert "Nothing that you may know of was captured yet" in desk.page("/evidence")
    place = captured(desk, PAGE, source="https://x.com/some_one/status/7", seen="2026-03-31 08:00")
    page = desk.page(place)
    assert hashlib.sha256(PAGE).hexdigest() in page
    assert "2026-04-01 09:00" in page
    assert "2026-03-31 08:00" in page
    assert "The harbour closes" in page
    assert "Notice" in page
    for active in ("<script", "<img", "alert(", "onload="):
        assert active not in page.partition("<main")[2]
    assert "hxxps://evil[.]example/a.b" in page
    assert "hxxp://tracker[.]example/pixel.gif" in page
    assert 'href="http' not in page
    assert "some_one" not in page
    assert "Notice" in desk.page("/evidence")
    kept = file_of(desk, PAGE)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert PAGE not in kept.read_bytes()
    assert b"harbour" not in kept.read_bytes()
    (entry,) = desk.store.audit.entries(verb="evidence.capture")
    assert entry.event.actor == "test"
    assert entry.event.detail["sha256"] == hashlib.sha256(PAGE).hexdigest()
    assert "some_one" not in json.dumps(entry.event.detail)


def test_word_pdf_and_plain_text_come_in_with_their_words(desk: WorkingDesk) -> None:
    for raw, name, kind, said in (
        (word_document("Note verbale of the Ministry"), "a.docx", "Word", "Note verbale"),
        (pdf_document("The treaty of the harbour"), "a.pdf", "PDF", "The treaty of the harbour"),
        ("Министр закрыл гавань".encode(), "a.txt", "Plain text", "Министр закрыл"),
    ):
        page = desk.page(captured(desk, raw, name))
        assert kind in page
        assert said in page
        assert 'class="post" dir="auto"' in page


def test_an_encoding_that_cannot_be_told_is_said_and_may_be_stated(desk: WorkingDesk) -> None:
    raw = "Гавань закрыта по приказу министра".encode("windows-1251")
    place = captured(desk, raw, "note.txt")
    assert "Cannot tell in which encoding" in desk.page(place)
    assert desk.post(f"{place}/read", encoding="utf-8").status_code == 400
    assert desk.post(f"{place}/read", encoding="klingon").status_code == 400
    assert desk.post(f"{place}/read", encoding="windows-1251").status_code == 303
    page = desk.page(place)
    assert "Гавань закрыта" in page
    assert "This is reading 2" in page
    assert len(desk.store.audit.entries(verb="evidence.text")) == 1


def test_a_translation_has_its_author_and_stands_beside_the_original(desk: WorkingDesk) -> None:
    place = captured(
        desk, "Гавань закрыта по приказу министра до понедельника".encode(), "note.txt"
    )
    given = {"lang": "en", "text": "The harbour is closed", "how": "person"}
    assert desk.post(f"{place}/translate", **given).status_code == 303
    by_machine = {"lang": "ar", "text": "الميناء مغلق", "how": "machine"}
    assert desk.post(f"{place}/translate", **by_machine).status_code == 400
    assert desk.post(f"{place}/translate", machine="Courier 3.1", **by_machine).status_code == 303
    page = desk.page(place)
    assert "translated by a machine: <bdi>Courier 3.1</bdi>" in page
    assert "translated by a person" in page
    assert "Test Analyst" in page
    assert 'dir="auto" lang="ar">الميناء مغلق' in page
    assert 'aria-label="Original"' in page
    texts = [(part.lang, part.text) for _, part in desk.store.evidence.texts(known(desk))]
    assert texts == [
        ("ru", "Гавань закрыта по приказу министра до понедельника"),
        ("en", "The harbour is closed"),
        ("ar", "الميناء مغلق"),
    ]


def known(desk: WorkingDesk) -> Any:
    return desk.store.objects.as_read_by(desk.home.reader(desk.store, "test").clearance)


@pytest.mark.parametrize(
    ("end", "given"),
    [
        ("translate", {"lang": "en", "text": "The harbour is closed", "how": "person"}),
        ("read", {"encoding": "windows-1251"}),
    ],
)
def test_texts_are_read_and_masked_in_turn_beside_the_loop(
    desk: WorkingDesk, end: str, given: dict[str, str]
) -> None:
    """Who has as many files under way as one may have waits: nothing is done on the loop."""
    raw = "Гавань закрыта по приказу министра".encode("cp1251")
    place = captured(desk, raw, "note.txt")
    ASIDE._under_way["test"] = MOST
    try:
        assert desk.post(f"{place}/{end}", **given).status_code == 503
        assert send(desk, raw, "other.txt").status_code == 503
    finally:
        del ASIDE._under_way["test"]
    assert desk.post(f"{place}/{end}", **given).status_code == 303


def test_a_post_is_kept_in_turn_beside_the_loop_and_once(desk: WorkingDesk, tmp_path: Path) -> None:
    campaign = with_campaign(desk, tmp_path)
    page = desk.page(f"{campaign}/evidence")
    form = re.search(r'name="account" value="([^"]+)"><input[^>]*name="post" value="([^"]+)"', page)
    assert form
    given = {"account": form[1], "post": form[2]}
    room = Room(desk.home, desk.store, UNPROTECTED)
    name = campaign.rpartition("/")[2]
    ASIDE._under_way["test"] = MOST
    try:
        assert desk.post(f"{campaign}/keep", **given).status_code == 503
    finally:
        del ASIDE._under_way["test"]
    # Another request has read the same post meanwhile, and is done with it later.
    found = room.to_keep(name, *given.values(), actor="test")
    assert not isinstance(found, Kept)
    place = desk.post(f"{campaign}/keep", **given).headers["location"]
    prepared = room.prepare(found[0], post=True)
    masked = mask(room.names(), prepared.told, found[1])
    again = room.take_post(prepared, found[1], masked, actor="test")
    assert place == f"/evidence/{again.evidence_id}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The harbour is closed by order of the minister until Monday.", "English, 100 % sure."),
        (
            "Гавань закрыта по приказу министра",
            "cannot tell. The likeliest is Russian, 71 % sure; below 80 % none is told.",
        ),
        (
            "Hafen geschlossen. Port fermé. Harbour closed.",
            "cannot tell. The likeliest is Luxembourgish, 51 % sure; below 80 % none is told.",
        ),
        ("ok", "cannot tell."),
    ],
)
def test_a_language_is_told_with_how_sure_it_is_or_not_told(
    desk: WorkingDesk, words: str, told: str
) -> None:
    place = captured(desk, words.encode(), "note.txt")
    page = desk.page(place)
    assert f"Language: {told}<" in page
    assert (' lang="' in page.partition("<main")[2].partition("</blockquote>")[0]) == (
        "cannot" not in told
    )
    assert ('"lang":' in desk.page(f"{place}/as/stix")) == ("cannot" not in told)


def test_a_language_that_was_told_under_an_older_rule_is_judged_anew(desk: WorkingDesk) -> None:
    part = Part(
        evidence_id="note--1",
        number=1,
        kind="text",
        body=b"",
        created=desk.home.now(),
        author="test",
        lang="lb",
        machine="",
        facts={"confidence": 0.512},
        sha256="",
    )
    assert language_told(part) == "und"
    assert language_told(msgspec.structs.replace(part, facts={"confidence": 0.8})) == "lb"
    assert language_told(msgspec.structs.replace(part, kind="translation", facts={})) == "lb"


def test_later_translations_stand_beside_earlier_ones(desk: WorkingDesk) -> None:
    place = captured(desk, PAGE)
    for text in ("Le port ferme", "Le port est fermé"):
        assert desk.post(f"{place}/translate", lang="fr", text=text).status_code == 303
    page = desk.page(place)
    assert page.index("Le port est fermé") < page.index("Le port ferme")
    for lang, text in (("", "x"), ("fr", " "), ("<b>", "x")):
        assert desk.post(f"{place}/translate", lang=lang, text=text).status_code == 400


def test_a_post_of_a_campaign_is_kept_as_canonical_json_with_its_translation(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    campaign = with_campaign(desk, tmp_path)
    page = desk.page(f"{campaign}/evidence")
    form = re.search(r'name="account" value="([^"]+)"><input[^>]*name="post" value="([^"]+)"', page)
    assert form
    kept = desk.post(f"{campaign}/keep", account=form[1], post=form[2])
    place = kept.headers["location"]
    assert desk.post(f"{campaign}/keep", account=form[1], post=form[2]).headers["location"] == place
    desk.post(f"{place}/translate", lang="fr", text="Arrêtez le traité")
    page = desk.page(f"{campaign}/evidence")
    assert "Arrêtez le traité" in page
    record = desk.store.evidence.get(known(desk), place.rpartition("/")[2])
    opened = desk.post(f"{place}/original", **WHY)
    assert hashlib.sha256(opened.content).hexdigest() == record.sha256
    post = json.loads(opened.content)
    assert list(post) == sorted(post)
    assert post["text"] == "RT the harbour treaty must be stopped now"
    listed = desk.page(f"/evidence?campaign={campaign.rpartition('/')[2]}")
    assert f"Post {form[2]}" in listed
    wrong = desk.post(f"{campaign}/keep", account=form[1], post="p-none")
    assert wrong.status_code == 404


def test_evidence_has_the_label_of_its_campaign_and_is_hidden_with_it(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    from legation.stix.labels import Label
    from legation.stix.tlp import Tlp

    campaign = with_campaign(desk, tmp_path)
    campaign_id = campaign.rpartition("/")[2]
    place = captured(desk, PAGE, campaign=campaign_id, tlp="amber+strict")
    assert "TLP:AMBER+STRICT" in desk.page(place)
    assert captured(desk, PAGE, tlp="green") != place
    object_id = desk.home.library(desk.store, "desk").object_id(campaign_id)
    closed = Label(tlp=Tlp.AMBER, compartments=("talks",))
    desk.store.labels.set(object_id, closed, actor="test", reason="a test of it")
    desk.page(place, 404)
    assert "1 capture<" in desk.page("/evidence")
    assert hashlib.sha256(PAGE).hexdigest()[:16] in desk.page("/evidence")
    assert desk.client.get("/evidence/as/json").json()["rows"][0]["belongs_to"] == ""
    assert len(list(desk.store.evidence.texts(known(desk)))) == 1
    assert desk.post(f"{place}/original", **WHY).status_code == 404
    assert desk.post(f"{place}/translate", lang="fr", text="x").status_code == 404


def test_the_file_itself_is_opened_for_a_stated_purpose_that_is_logged_before(
    desk: WorkingDesk,
) -> None:
    place = captured(desk, PAGE)
    assert "stated purpose" in desk.page(f"{place}/original")
    for reason in WHY:
        refused = desk.post(f"{place}/original", **(WHY | {reason: "short"}))
        assert refused.status_code == 403
        assert PAGE not in refused.content
    assert desk.store.audit.entries(verb="evidence.open") == []
    opened = desk.post(f"{place}/original", **WHY)
    assert opened.content == PAGE
    assert opened.headers["content-type"].startswith("application/octet-stream")
    assert opened.headers["content-disposition"].startswith("attachment")
    assert opened.headers["x-content-type-options"] == "nosniff"
    (entry,) = desk.store.audit.entries(verb="evidence.open")
    assert {name: entry.event.detail[name] for name in WHY} == WHY


def test_a_package_is_checked_by_an_outsider_without_the_desk(desk: WorkingDesk) -> None:
    place = captured(desk, PAGE, source="https://x.com/some_one/status/7")
    package = desk.post(f"{place}/original", what="package", **WHY).content
    checked = check_package(package)
    assert checked.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert checked.desk == "Ministry of Aldria"
    assert check_package(package, fingerprint=checked.fingerprint.upper()) == checked
    with pytest.raises(VerificationError, match="another desk"):
        check_package(package, fingerprint="00")
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["as_it_came"]["source"] == "https://x.com/some_one/status/7"
    assert manifest["trail"]["number"] >= 1
    name = manifest["file"]
    for changed in ({name: b"other"}, {"manifest.json": files["manifest.json"] + b" "}):
        with pytest.raises(VerificationError):
            check_package(rezipped(files | changed))
    actors = {
        entry.event.detail["purpose"]
        for entry in desk.store.audit.entries(limit=1000)
        if entry.event.verb in ("evidence.open", "evidence.export")
    }
    assert actors == {WHY["purpose"]}


def rezipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()


def test_a_damaged_or_missing_file_is_told_on_its_page_and_by_the_check(
    desk: WorkingDesk,
) -> None:
    from legation.app.evidence.checking import checked, verify

    place = captured(desk, PAGE)
    assert checked(desk.home, desk.store) == "1 captures and 1 sealed files hold"
    job = desk.post("/evidence/verify").headers["location"]
    assert "holds" in desk.page(job)
    file = file_of(desk, PAGE)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "The captured file is damaged" in desk.page(place)
    assert desk.post(f"{place}/original", **WHY).status_code == 409
    job = desk.page(desk.post("/evidence/verify").headers["location"])
    assert "what does not hold: 1 file" in job
    assert f'href="{place}"' in job
    file.unlink()
    assert "The captured file is missing" in desk.page(place)
    with pytest.raises(VerificationError, match="missing"):
        checked(desk.home, desk.store)
    file.write_bytes(whole)
    assert verify(desk.home, desk.store).faults == ()
    file.unlink()
    again = captured(desk, PAGE)
    assert "whole" in desk.page(again)


@pytest.mark.parametrize("other", ["pipe", "link", "folder"])
def test_what_stands_in_place_of_a_captured_file_is_not_opened(
    desk: WorkingDesk, other: str, tmp_path: Path
) -> None:
    place = captured(desk, PAGE)
    file = file_of(desk, PAGE)
    kept = tmp_path / "kept"
    file.rename(kept)
    if other == "pipe":
        os.mkfifo(file)
    elif other == "link":
        file.symlink_to(kept)
    else:
        file.mkdir()
    answer = desk.post(f"{place}/original", **WHY)
    assert answer.status_code == 409
    assert PAGE not in answer.content


def test_lists_are_filtered_by_the_address_paged_by_key_and_exported(desk: WorkingDesk) -> None:
    assert "/evidence/as/json" in desk.page("/evidence")
    # Of no object there is no bundle, so none is offered.
    assert "/evidence/as/stix" not in desk.page("/evidence")
    for number in range(52):
        captured(desk, f"Note number {number} of the desk".encode(), f"n{number}.txt")
    captured(desk, PAGE, title="=HYPERLINK(1)")
    first = desk.page("/evidence?kind=text")
    assert "52 captures<" in first
    assert "/evidence/as/stix?kind=text" in first
    following = re.search(r'href="(/evidence\?kind=text&amp;before=\d+)"', first)
    assert following
    second = desk.page(following[1].replace("&amp;", "&"))
    assert second.count("/evidence/observed-data--") == 2
    assert "n51.txt" in desk.page("/evidence?words=N51")
    assert "No evidence fits" in desk.page("/evidence?words=nothing")
    desk.page("/evidence?colour=red", 400)
    desk.page("/evidence?before=x", 404)
    for order in ("title", "-title", "size", "-size", "kind", "-until"):
        path, seen = f"/evidence?order={order}", list[str]()
        while path:
            text = desk.page(path)
            seen += re.findall(r'<th scope="row"><a href="([^"]+)"', text)
            found = re.search(r'href="(/evidence[^"]+)">Next page', text)
            path = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == 53
    csv = desk.client.get("/evidence/as/csv").text
    assert "'=HYPERLINK" in csv
    assert len(csv.splitlines()) == 54
    assert len(desk.client.get("/evidence/as/json?kind=html").json()["rows"]) == 1
    assert desk.client.get("/evidence/as/xls").status_code == 404
    assert len(desk.store.audit.entries(verb="evidence.export", limit=1000)) == 54


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b"MZ\x90\x00", "a program for Windows"),
        (b"\x7fELF\x02", "a program for Linux"),
        (b"PK\x03\x04broken", "packed and damaged"),
        (b"\x1f\x8b\x08\x00rest", "packed with gzip"),
        (bytes(range(1, 9)) * 40, "of no known kind"),
    ],
)
def test_what_is_no_evidence_is_refused_with_what_is(
    desk: WorkingDesk, raw: bytes, said: str
) -> None:
    answer = send(desk, raw, "x.html")
    assert answer.status_code == 400
    assert said in answer.text
    assert not (desk.home.folder / "evidence").exists()


def test_a_file_above_the_cap_is_refused_and_nothing_of_it_stays(tmp_path: Path) -> None:
    with working_desk(tmp_path, evidence_mb=1) as desk:
        answer = send(desk, b"word " * 300_000, "big.txt")
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.text
        assert "evidence_mb" in answer.text
        assert desk.left() == []
        assert not (desk.home.folder / "evidence").exists()


def test_what_would_unpack_beyond_the_cap_is_kept_and_its_words_are_not_read(
    desk: WorkingDesk,
) -> None:
    bomb = word_document(body="<a>" + "0" * 70_000_000 + "</a>")
    assert len(bomb) < 100_000
    page = desk.page(captured(desk, bomb, "bomb.docx"))
    assert "Unpacked, the file is larger than 64 MB" in page
    assert "The file is kept all the same" in page
    archive = packed_archive(web_archive(b"<p>" + b"0" * 70_000_000))
    page = desk.page(captured(desk, archive, "bomb.wacz"))
    assert "Unpacked, the archive is larger than 64 MB" in page


def test_without_the_keys_nothing_is_captured_and_the_reason_is_told(tmp_path: Path) -> None:
    with working_desk(tmp_path, protection=None) as desk:
        answer = send(desk, PAGE)
        assert answer.status_code == 403
        assert "passphrase" in answer.text


def test_every_page_of_the_room_keeps_the_fence_and_runs_no_script(desk: WorkingDesk) -> None:
    place = captured(desk, PAGE)
    for path in ("/evidence", "/evidence/add", place, f"{place}/original"):
        answer = desk.client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        # The scripts are those of the shell, from files of the desk.
        scripts = re.findall(r"<script\b[^>]*>.{0,9}", answer.text)
        own = re.compile(r'<script type="module" src="/static/built/[\w.-]+"></script>')
        assert [one for one in scripts if not own.match(one)] == []
        assert "style=" not in answer.text


def test_a_record_leaves_as_text_table_and_stix(desk: WorkingDesk) -> None:
    from worlds.judges import oasis_faults, validator_faults

    place = captured(desk, PAGE, source="https://news.example/harbour")
    desk.post(f"{place}/translate", lang="fr", text="Le port ferme", how="machine", machine="M 1")
    assert "The harbour closes" in desk.client.get(f"{place}/as/txt").text
    bundle = desk.client.get(f"{place}/as/stix")
    assert validator_faults(bundle.content) == []
    for thing in bundle.json()["objects"]:
        assert oasis_faults(thing) == []
    types = [thing["type"] for thing in bundle.json()["objects"]]
    for kind in ("observed-data", "file", "url", "note", "language-content"):
        assert types.count(kind) == 1, kind
    assert "some_one" not in bundle.text


def test_whatever_leaves_names_a_campaign_by_the_id_under_which_that_one_leaves(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    campaign = with_campaign(desk, tmp_path)
    place = captured(desk, PAGE, campaign=campaign.rpartition("/")[2])
    own = desk.client.get(f"{campaign}/as/stix").json()
    (outside,) = [one["id"] for one in own["objects"] if one["type"] == "campaign"]
    (row,) = desk.client.get("/evidence/as/json").json()["rows"]
    ties = [
        (one["source_ref"], one["target_ref"])
        for one in desk.client.get(f"{place}/as/stix").json()["objects"]
        if one["type"] == "relationship"
    ]
    package = desk.post(f"{place}/original", what="package", **WHY).content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert row["belongs_to"] == outside
    assert ties == [(place.rpartition("/")[2], outside)]
    assert manifest["belongs_to"] == outside


def test_a_page_asks_at_most_ten_questions(desk: WorkingDesk, tmp_path: Path) -> None:
    from sqlalchemy import event

    campaign = with_campaign(desk, tmp_path)
    place = captured(desk, PAGE, campaign=campaign.rpartition("/")[2])
    for number in range(30):
        captured(desk, f"Note number {number} of the desk".encode(), f"n{number}.txt")
    asked: list[str] = []

    def count(*given: Any) -> None:
        if str(given[2]).startswith(("SELECT", "WITH", "INSERT", "UPDATE")):
            asked.append(str(given[2]))

    event.listen(desk.store._database.engine, "before_cursor_execute", count)
    for path in (f"{campaign}/evidence", "/evidence", place, f"{campaign}/names"):
        asked.clear()
        desk.page(path)
        assert len(asked) <= (7 if path.startswith("/campaign") else 10), (
            path,
            asked,
        )  # the lake is asked three times


def test_a_look_needs_its_five_reasons() -> None:
    assert set(WHY) == set(Look.__struct_fields__) - {"actor", "at"}


def test_a_post_that_was_taken_back_says_so_and_is_not_offered_to_be_kept(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    place = with_campaign(desk, tmp_path)
    before = desk.page(f"{place}/evidence")
    asked = re.search(
        r'name="account" value="([^"]+)"><input[^>]*name="post" value="([^"]+)"', before
    )
    assert asked
    assert "taken back" not in before
    (entry,) = desk.store.imports.newest("posts")
    desk.post(f"/import/undo/{entry.import_id}", number=entry.import_id[:8])
    page = desk.page(f"{place}/evidence")
    assert "Keep this post" not in page
    assert "Taken back by 1 April 2026; it cannot be kept any more." in page
    assert "must be able to show on what it rested" in page
    # The texts have left with the posts; what the finding quotes is part of it.
    assert before.count('class="post"') > page.count('class="post"') > 0
    late = desk.post(f"{place}/keep", account=asked[1], post=asked[2])
    assert late.status_code == 404
    assert "its import was taken back" in late.text.replace("&#39;", "'")
