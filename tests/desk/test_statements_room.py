"""The room Statements: drafts, four eyes, the register and the check, as each person sees them."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from legation.app.statements.asking import ask
from legation.app.statements.carriers import extracted
from legation.app.statements.desk import StatementDesk
from legation.app.statements.releasing import release
from legation.app.statements.signing import Signing
from legation.app.statements.trust import Trust
from legation.crypto.key_files import Passphrase
from legation.desk.statement_typing import moment_in
from legation.errors import BadInputError
from legation.safeguards.statements.verdict import serialised
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds.statement_desk import (
    FIELDS,
    PASSPHRASE,
    TEXT,
    StatementDeskWorld,
    change_speaker,
    let_speak,
    statement_desk,
)

BORLAND = "Ministry of Borland"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatementDeskWorld]:
    with statement_desk(tmp_path_factory.mktemp("statements")) as made:
        yield made


def published(desk: StatementDeskWorld, **changed: object) -> int:
    draft = desk.draft("Pia", **changed)
    desk.approve("Lea", draft)
    desk.publish("Pia", draft)
    return draft


def test_a_draft_is_approved_by_another_hand_signed_and_public(desk: StatementDeskWorld) -> None:
    draft = desk.draft(office="Office of the first")
    page = desk.get("Lea", f"/draft/{draft}").text
    assert "The harbour stays open." in page
    assert "الميناء مفتوح." in page
    assert "legation statement 1" in page
    desk.approve("Lea", draft)
    assert desk.state(draft) == "approved"
    desk.publish("Pia", draft)
    assert desk.state(draft) == "published"
    # Whoever has the anchor alone checks the same.
    trust = Trust(anchor=str(desk.shelf.house.anchor))
    asked = ask(desk.shelf.folder / "public", trust, desk.clock())
    verdict = asked.on_text(TEXT)
    assert (verdict.verdict, verdict.number) == ("current", desk.number(draft))
    place = desk.place(draft)
    assert place in desk.get("Ana", "/statements/register").text
    assert "The harbour stays open." in desk.get("Ana", place).text
    file = desk.get("Ana", f"{place}/as/statement")
    assert asked.on_file(file.content).verdict == "current"


def test_who_wrote_does_not_approve_also_when_another_wrote_after_them(
    desk: StatementDeskWorld,
) -> None:
    draft = desk.draft("Pol", office="Office of two hands")
    page = desk.get("Pol", f"/draft/{draft}").text
    assert "another person approves it" in page
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
    assert found
    refused = desk.act("Pol", draft, "approve", 200, sha256=found[1])
    assert "does not approve it" in refused
    desk.post(
        "Pia",
        f"/draft/{draft}/change",
        **{**FIELDS, "office": "Spokesman", "seen": desk.seen(draft)},
    )
    assert "does not approve it" in desk.approve("Pol", draft, 200)
    assert desk.state(draft) == "waiting"
    desk.approve("Sam", draft)
    assert desk.state(draft) == "approved"


def test_a_change_takes_the_approval_back_and_shows_what_differs(desk: StatementDeskWorld) -> None:
    draft = desk.draft(office="Office of changes")
    desk.approve("Lea", draft)
    changed = {**FIELDS, "text": [TEXT.replace("3 May", "4 May"), FIELDS["text"][1]]}
    desk.post("Pia", f"/draft/{draft}/change", **{**changed, "seen": desk.seen(draft)})
    assert desk.state(draft) == "waiting"
    page = desk.get("Lea", f"/draft/{draft}").text
    assert "<del>3</del>" in page
    assert "<ins>4</ins>" in page
    assert "does not stand so any more" in desk.publish("Pia", draft, 200)
    assert desk.number(draft) == ""


def test_an_approval_of_words_that_were_changed_meanwhile_is_refused(
    desk: StatementDeskWorld,
) -> None:
    draft = desk.draft(office="Office of the late")
    read = desk.get("Lea", f"/draft/{draft}").text
    seen, sha256 = desk.seen(draft), re.findall(r'name="sha256" value="([0-9a-f]{64})"', read)[0]
    desk.post("Pia", f"/draft/{draft}/change", **{**FIELDS, "office": "Spokesman", "seen": seen})
    refused = desk.post(
        "Lea", f"/draft/{draft}/approve", 200, seen=desk.seen(draft), sha256=sha256
    ).text
    assert "this wording was changed" in refused.lower()
    late = desk.post("Lea", f"/draft/{draft}/send-back", 200, seen=seen, words="why").text
    assert "since you opened it" in late
    assert desk.state(draft) == "waiting"


@pytest.mark.parametrize(
    ("name", "act"),
    [("Pia", "approve"), ("Ana", "publish"), ("Lea", "publish"), ("Ana", "approve")],
)
def test_each_role_does_its_own_part_alone(desk: StatementDeskWorld, name: str, act: str) -> None:
    draft = desk.draft(office=f"Office of {name} who would {act}")
    desk.post(name, f"/draft/{draft}/{act}", 403, seen=desk.seen(draft))
    desk.post("Ana", "/statements", 403, **FIELDS)
    assert desk.state(draft) == "waiting"


def test_two_presses_of_one_button_make_one_draft_and_one_statement(
    desk: StatementDeskWorld,
) -> None:
    office = "Office of the second press"
    draft = desk.draft(office=office)
    assert desk.draft(office=office) == draft
    desk.approve("Lea", draft)
    size, seen = desk.shelf.house.size(), desk.seen(draft)
    desk.publish("Pia", draft, seen=seen)
    again = desk.publish("Pia", draft, 200, seen=seen)
    assert "load its page again" in again.lower()
    assert desk.shelf.house.size() == size + 1


def test_a_crash_between_signing_and_the_store_is_made_good_by_the_next_press(
    desk: StatementDeskWorld,
) -> None:
    draft, size = desk.draft(office="Office of the crash"), desk.shelf.house.size()
    desk.approve("Lea", draft)
    scope = desk.home.library(desk.store, desk.ids["Pia"]).scope()
    signing = Signing(StatementDesk(scope, desk.shelf))
    signing.sign(signing.begin(draft, seen=int(desk.seen(draft))), Passphrase(PASSPHRASE))
    assert (
        desk.state(draft) == "signing"
    )  # and no more: it is in the log, and the store has no word
    assert "signed already" in desk.act("Lea", draft, "send-back", 200, words="stop")
    desk.publish("Pia", draft)
    assert (desk.state(draft), desk.shelf.house.size()) == ("published", size + 1)


def test_the_passphrase_opens_the_key_and_stays_nowhere(desk: StatementDeskWorld) -> None:
    draft = desk.draft(office="Office of the passphrase")
    desk.approve("Lea", draft)
    assert 'type="password"' in desk.get("Pia", f"/draft/{draft}").text
    other = {"passphrase": "nine loud gulls fly inland now"}
    wrong = desk.publish("Pia", draft, 200, **other)
    assert "nine loud gulls" not in wrong
    assert 'role="alert"' in wrong
    assert desk.state(draft) == "approved"
    desk.publish("Pia", draft)
    assert desk.state(draft) == "published"
    kept = [path for path in desk.home.folder.rglob("*") if path.is_file()]
    assert len(kept) > 10
    assert not [path for path in kept if PASSPHRASE.encode() in path.read_bytes()]


def test_an_embargo_keeps_the_text_back_until_its_hour_and_the_desk_lets_it_out(
    tmp_path: Path,
) -> None:
    with statement_desk(tmp_path) as desk:
        until = (desk.clock() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
        draft = published(desk, embargo=until)
        assert desk.state(draft) == "embargoed"
        assert "3 h" in desk.get("Pia", f"/draft/{draft}").text
        public = desk.shelf.folder / "public"
        assert "harbour" not in (public / "index.html").read_text("utf-8")
        assert desk.get("Ana", "/statements/register").text.count("harbour") == 0
        desk.get("Ana", "/statement/0", 404)
        assert release(desk.home, desk.store) == []
        desk.clock.pass_time(hours=4)
        assert release(desk.home, desk.store) == [0]
        assert desk.state(draft) == "published"
        assert "The harbour stays open." in (public / "index.html").read_text("utf-8")
        assert [one.number for one in desk.shelf.asked().register.held.every()] == ["2026-0001"] * 2
        assert release(desk.home, desk.store) == []


def test_the_public_page_has_no_script_and_leads_to_each_file(desk: StatementDeskWorld) -> None:
    published(desk, office="Office <of> the public page")
    text = (desk.shelf.folder / "public" / "index.html").read_text("utf-8")
    assert "<script" not in text
    assert "Office &lt;of&gt; the public page" in text
    assert 'lang="ar" dir="auto">الميناء مفتوح.' in text
    places = re.findall(r'href="(statements/[^"]+)"', text)
    assert len(places) == desk.shelf.house.size()
    assert all((desk.shelf.folder / "public" / place).is_file() for place in places)


def test_a_correction_begins_at_the_statement_and_shows_on_both(desk: StatementDeskWorld) -> None:
    first = published(desk, office="Office of corrections")
    number, place = desk.number(first), desk.place(first)
    form = desk.get("Pia", f"/statements/new?relation=corrects&changes={number}").text
    assert f'value="{number}"' in form
    second = published(
        desk,
        text=["The harbour was open.\nIt was so on 4 May.", "الميناء"],
        relation="corrects",
        changes=number,
        reason="the day was wrong",
    )
    page = desk.get("Ana", place).text
    assert "the day was wrong" in page
    assert desk.place(second) in page
    assert number in desk.get("Ana", f"/draft/{second}").text
    assert f'"{place}"' in desk.get("Ana", "/statements/register?state=corrected").text
    wrong = desk.post(
        "Pia",
        "/statements",
        200,
        **{**FIELDS, "relation": "corrects", "changes": "2026-0099", "reason": "x"},
    )
    assert "2026-0099" in wrong.text


def test_the_first_statement_of_a_year_is_changed_as_any_other(desk: StatementDeskWorld) -> None:
    published(desk, office="Office of the year")
    number = f"{desk.clock().year}-0001"
    second = published(
        desk,
        language=["en"],
        text=["The first words of the year are withdrawn."],
        relation="retracts",
        changes=number,
        reason="they were of last year",
    )
    assert number in desk.get("Ana", f"/draft/{second}").text
    assert desk.place(second) in desk.get("Ana", "/statement/0").text


def test_the_check_gives_the_verdict_of_every_other_door(desk: StatementDeskWorld) -> None:
    place = desk.place(published(desk, office="Office of the check"))
    asked = desk.shelf.asked()
    for text, word in (
        (TEXT, "Genuine and current"),
        (TEXT.replace("No ship", "One ship"), "Not as issued"),
        ("Something else entirely was said by nobody at all.", "Not found in this register"),
    ):
        answer = desk.post("Ana", "/statements/check", 200, files={"file": ("", b"")}, text=text)
        assert word in answer.text
        taken = desk.post(
            "Ana", "/statements/check", 200, files={"file": ("", b"")}, text=text, **{"as": "json"}
        )
        assert taken.content == serialised(asked.on_text(text))
    file = desk.get("Ana", f"{place}/as/statement").content
    answer = desk.post(
        "Ana", "/statements/check", 200, files={"file": ("a.statement", file)}, **{"as": "json"}
    )
    assert answer.content == serialised(asked.on_file(file))
    bad = desk.post(
        "Ana", "/statements/check", 200, files={"file": ("a.statement", file[:-9])}
    ).text
    assert 'role="alert"' in bad


def test_a_public_statement_travels_on_paper_in_text_page_and_code(
    desk: StatementDeskWorld,
) -> None:
    draft = published(desk, office="Office of carriers")
    place, number = desk.place(draft), desk.number(draft)
    asked = desk.shelf.asked()
    for kind, begins in (("pdf", b"%PDF-"), ("txt", b""), ("html", b"<link"), ("png", b"\x89PNG")):
        made = desk.get("Ana", f"{place}/as/{kind}?language=ar")
        assert made.content.startswith(begins)
        name = f'{number}.ar.TLP-CLEAR.{kind}"'
        assert made.headers["content-disposition"].endswith(name)
        if kind == "png":
            continue
        (file,) = extracted(made.content).files
        assert asked.on_file(file).number == number
        assert (kind == "pdf") or "الميناء مفتوح" in made.text
    assert desk.get("Ana", f"{place}/as/svg").content.startswith(b"<svg")
    assert f"{place}/as/pdf?language=en" in desk.get("Ana", place).text
    desk.get("Ana", f"{place}/as/pdf?language=xx", 404)
    desk.get("Ana", f"{place}/as/gif", 404)
    trail = [one.event for one in desk.store.audit.entries(limit=10_000)]
    kinds = [one.detail["kind"] for one in trail if one.subject == "statement"]
    assert {"pdf", "txt", "html", "png", "svg"} <= {*kinds}


def test_one_number_of_two_issuers_leads_to_the_statement_of_its_own(tmp_path: Path) -> None:
    with statement_desk(tmp_path) as desk:
        let_speak(desk.shelf, BORLAND)
        text = "The harbour is open to every ship that comes."
        first = published(desk, office="Office of the harbour", language=["en"], text=[text])
        change_speaker(desk.shelf)
        of_borland = {"issuer": BORLAND, "office": "Office of trains", "language": ["en"]}
        said = "Trains run again on the northern line since Monday."
        second = published(desk, **of_borland, text=[said])
        assert desk.number(first) == desk.number(second) == "2026-0001"
        page = desk.get("Pia", desk.place(second)).text
        assert f'href="/draft/{second}"' in page
        assert "issuer=Ministry%20of%20Borland" in page.replace("+", "%20")
        third = published(
            desk,
            **of_borland,
            text=["Trains run again on the southern line since Monday."],
            relation="corrects",
            changes="2026-0001",
            reason="it was the other line",
        )
        assert f'href="{desk.place(second)}"' in desk.get("Ana", desk.place(third)).text
        assert f'href="{desk.place(third)}"' not in desk.get("Ana", desk.place(first)).text
        found = desk.post("Ana", "/statements/check", 200, files={"file": ("", b"")}, text=text)
        assert f'href="{desk.place(first)}"' in found.text


def test_where_it_was_posted_is_kept_with_its_verdict(desk: StatementDeskWorld) -> None:
    draft = published(desk, office="Office of postings")
    desk.act(
        "Pia",
        draft,
        "posted",
        address="https://social.example/@aldria/1",
        at="2026-03-01T11:00",
        text=TEXT.replace("No ship", "One ship"),
    )
    page = desk.get("Ana", f"/draft/{draft}").text
    assert "hxxps://social[.]example/@aldria/1" in page
    assert "Not as issued" in page
    late = desk.act(
        "Pia", draft, "posted", 200, address="https://a.example", at="2027-01-01T00:00", text="x"
    )
    assert "has not come yet" in late


def test_a_draft_is_known_to_those_alone_who_meet_its_label(desk: StatementDeskWorld) -> None:
    draft = desk.draft(tlp="red", text=["Only few know of the lighthouse.", "نص"])
    desk.let_in("Few", "analyst", held=Held(tlp=Tlp.GREEN, pap=Pap.RED))
    assert "lighthouse" not in desk.get("Few", "/statements").text
    desk.get("Few", f"/draft/{draft}", 404)
    desk.get("Few", f"/draft/{draft}/as/json", 404)
    assert "lighthouse" in desk.get("Ana", "/statements").text
    wider = desk.post(
        "Pia",
        f"/draft/{draft}/change",
        200,
        **{**FIELDS, "tlp": "green", "seen": desk.seen(draft)},
    )
    assert "tells more people" in wider.text
    assert desk.store.statements.get(draft).label == Label(tlp=Tlp.RED)


def test_the_form_offers_a_label_that_its_writer_may_know(desk: StatementDeskWorld) -> None:
    desk.let_in("Gil", "press", held=Held(tlp=Tlp.GREEN, pap=Pap.RED))
    offered = desk.get("Gil", "/statements/new").text
    assert '<option value="green" selected>' in offered
    assert '<option value="amber" selected>' in desk.get("Pia", "/statements/new").text
    draft = desk.draft("Gil", office="Office of Gil")
    desk.get("Gil", f"/draft/{draft}")


def test_a_label_above_the_writer_is_refused_and_the_form_keeps_what_was_typed(
    desk: StatementDeskWorld,
) -> None:
    desk.let_in("Gus", "press", held=Held(tlp=Tlp.GREEN, pap=Pap.RED))
    before = desk.store.statements.count(most=1_000)
    given = {**FIELDS, "office": "Office of Gus", "tlp": "amber"}
    page = desk.post("Gus", "/statements", 200, **given).text
    assert "above what you may know yourself" in page
    assert "Office of Gus" in page
    assert "The harbour stays open." in page
    assert desk.store.statements.count(most=1_000) == before
    draft = desk.draft("Gus", office="Office of Gus, green")
    given["seen"] = desk.seen(draft)
    page = desk.post("Gus", f"/draft/{draft}/change", 200, **given).text
    assert "above what you may know yourself" in page
    assert desk.store.statements.get(draft).label.tlp is Tlp.GREEN


def test_a_text_longer_than_any_statement_is_refused_with_what_to_do(
    desk: StatementDeskWorld,
) -> None:
    page = desk.post(
        "Ana", "/statements/check", 200, files={"file": ("", b"")}, text="wort " * 100_000
    ).text
    assert "more than 400,000 characters" in page
    assert "paste the part" in page.lower()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-05-03T10:00", "10:00"),
        ("2026-05-03T10:00Z", "10:00"),
        ("2026-05-03T10:00+02:00", "08:00"),
        ("2026-05-03T10:00:59-05:30", "15:30"),
    ],
)
def test_a_typed_offset_counts(typed: str, meant: str) -> None:
    assert moment_in(typed, "embargo") == datetime.fromisoformat(f"2026-05-03T{meant}Z")


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "0001-01-01T00:00+10:00"])
def test_what_is_no_time_is_told_with_its_place(typed: str) -> None:
    with pytest.raises(BadInputError, match="no time") as fault:
        moment_in(typed, "embargo")
    assert fault.value.place == "embargo"


def test_a_draft_is_sent_back_refused_and_withdrawn(desk: StatementDeskWorld) -> None:
    draft = desk.draft(office="Office of refusals")
    assert "not said what" in desk.act("Lea", draft, "send-back", 200, words=" ")
    desk.act("Lea", draft, "send-back", words="name the ship")
    assert "name the ship" in desk.get("Pia", f"/draft/{draft}").text
    assert desk.state(draft) == "sent back"
    desk.act("Pia", draft, "withdraw", words="over")
    assert desk.state(draft) == "withdrawn"
    other = desk.draft(text=["Another text.", "نص"])
    desk.act("Lea", other, "refuse", words="no")
    assert desk.state(other) == "refused"
    assert "load its page again" in desk.act("Lea", other, "refuse", 200).lower()


def test_what_was_done_leaves_as_a_file_and_stands_in_the_trail(desk: StatementDeskWorld) -> None:
    draft = published(desk, office="Office of files")
    told = json.loads(desk.get("Lea", f"/draft/{draft}/as/json").content)
    assert [one["kind"] for one in told["done"]] == ["drafted", "approved", "signing", "published"]
    assert desk.number(draft) in desk.get("Lea", "/statements/as/csv").text
    verbs = [one.event.verb for one in desk.store.audit.entries(limit=1_000)]
    for verb in ("statement.draft", "statement.approve", "statement.publish"):
        assert verb in verbs
    trail = [str(one.event.detail) for one in desk.store.audit.entries(limit=1_000)]
    assert not [one for one in trail if "harbour" in one]


def test_a_desk_without_a_register_says_how_one_is_made(tmp_path: Path) -> None:
    with statement_desk(tmp_path, register=False) as desk:
        for path in ("/statements", "/statements/register", "/statements/check", "/statements/new"):
            assert "legation statement register init" in desk.get("Pia", path).text


@pytest.mark.parametrize("path", ["/draft/999", "/draft/x", "/statement/777", "/draft/1/as/xml"])
def test_what_is_not_there_is_told(desk: StatementDeskWorld, path: str) -> None:
    desk.draft()
    desk.get("Pia", path, 404)
