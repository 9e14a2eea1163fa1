"""A paper says what its page says, carries label and hash on each page, and fetches nothing."""

import hashlib
import html
import io
import re
import unicodedata
from datetime import UTC
from typing import Any, get_args

import msgspec
import pytest
from docx import Document
from litestar.testing import TestClient
from pypdf import PdfReader

from legation.desk import framing, saying
from legation.desk.brief import campaign_brief, contents_of, hash_of
from legation.desk.paper import need, set_page, write_paper
from legation.desk.rendering import Pages
from legation.desk.server import build_app
from legation.errors import MissingPartError
from legation.threats.disinformation.findings import CAVEAT, Lookalike, Quotation, Term
from legation.threats.disinformation.linked import LinkedDomain, Way, WrittenName
from worlds.gates import open_gate
from worlds.invented_readings import invented_shelf
from worlds.readings import LEFT, Shelf, a_campaign, a_row, a_run, a_tie, small_shelf

ARABIC = "هذا قمح رطب في صوامع ميريلا"
TIE = "/campaign/campaign--1/tie/paper/pdf?a=acct-1&b=acct-2"


def _get(shelf: Shelf, path: str) -> bytes:
    app = build_app(shelf, banner="INVENTED DATA", gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[:800]
    return answer.content


def _pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def _plainly(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _quoting(grade: str, text: str) -> Shelf:
    quoted = Quotation(post_id="secretpost77", text=text, accounts=2, posts=4)
    campaign = a_campaign(grade=grade, quotations=(quoted,))
    return Shelf(
        run=a_run(),
        all_campaigns=[campaign],
        all_ties=[a_tie()],
        evidence_rows=[a_row(text_a=text, text_b=text)],
    )


@pytest.mark.parametrize(
    "path",
    ["/campaign/campaign--1/paper/pdf", TIE, "/today/paper/pdf", "/watch/campaigns/paper/pdf"],
)
def test_each_page_of_a_paper_has_label_hash_and_number(path: str) -> None:
    shelf = small_shelf()
    content = _get(shelf, path)
    pages = _pages(content)
    sha256 = shelf.left[0][3]
    assert content.startswith(b"%PDF-1.7")
    for number, text in enumerate(pages, start=1):
        assert "TLP:AMBER · INVENTED DATA" in text
        assert f"sha256 {sha256}" in _plainly(text)
        assert f"Page {number} of {len(pages)}" in _plainly(text)
    assert CAVEAT in _plainly(" ".join(pages))


def test_the_audit_appendix_names_run_input_time_and_who() -> None:
    run = a_run()
    last = _plainly(_pages(_get(small_shelf(), "/campaign/campaign--1/paper/pdf"))[-1])
    for said in (run.run_id, run.input_sha256, saying.moment(LEFT.timestamp()), "By desk"):
        assert said in last


def test_a_brief_says_the_sentence_of_its_page() -> None:
    shelf = invented_shelf()
    campaign = shelf.all_campaigns[0]
    text = " ".join(_pages(_get(shelf, f"/campaign/{campaign.campaign_id}/paper/pdf")))
    assert framing.headline(campaign) in _plainly(text)
    assert "Who acted with whom" in text
    assert campaign.quotations[0].text[:60] in _plainly(text)


def test_the_contents_travel_inside_and_their_hash_is_the_footers() -> None:
    shelf = small_shelf()
    reader = PdfReader(io.BytesIO(_get(shelf, "/campaign/campaign--1/paper/pdf")))
    (contents,) = reader.attachments["contents.json"]
    assert hashlib.sha256(contents).hexdigest() == shelf.left[0][3]
    told = msgspec.json.decode(contents)
    assert told["contents"]["campaign"]["campaign_id"] == "campaign--1"


def test_a_paper_is_made_for_readers_who_do_not_see() -> None:
    reader = PdfReader(io.BytesIO(_get(small_shelf(), "/campaign/campaign--1/paper/pdf")))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()


def test_arabic_runs_from_right_to_left_on_paper() -> None:
    shelf = _quoting("high", ARABIC)
    text = _plainly(" ".join(_pages(_get(shelf, "/campaign/campaign--1/paper/pdf"))))
    letters = {letter for letter in ARABIC if letter.isalpha()}
    assert letters <= set(text)
    html = Pages(banner=None, kinds=()).write(
        "paper_tie",
        brief=_tie_brief(shelf),
        run=shelf.run,
        stamp=_stamp(),
        drawing=None,
        timeline=None,
    )
    assert f'dir="rtl">{ARABIC}' in html


def _tie_brief(shelf: Shelf) -> Any:
    from legation.desk.brief import tie_brief

    return tie_brief(shelf, "campaign--1", "acct-1", "acct-2")


def _stamp() -> Any:
    from legation.desk.paper import Stamp

    left = small_shelf().leave("tie", (), "pdf", "")
    return Stamp(label="TLP:AMBER", sha256="00", leaving=left, page="tie")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
@pytest.mark.parametrize("grade", ["high", "moderate", "low"])
def test_below_high_a_brief_masks_what_leads_to_an_author(kind: str, grade: str) -> None:
    shelf = _quoting(grade, "ask @some.one about this " + "word " * 60)
    content = _get(shelf, f"/campaign/campaign--1/paper/{kind}")
    contents = contents_of(campaign_brief(shelf, "campaign--1")).decode()
    text = " ".join(_pages(content)) if kind == "pdf" else _docx_text(content)
    for said in (text, contents):
        assert ("some.one" in said) == (grade == "high")
    assert ("secretpost77" in contents) == (grade == "high")


def test_below_high_the_posts_of_a_tie_are_masked_too() -> None:
    shelf = _quoting("low", "ask @some.one about this " + "word " * 60)
    text = " ".join(_pages(_get(shelf, TIE)))
    assert "some.one" not in text
    assert "p000002" not in text


def test_a_name_made_of_marking_words_is_masked_in_lists() -> None:
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign(grade="low", name="en: @some.one")])
    for path in ("/today/paper/pdf", "/watch/campaigns/paper/pdf"):
        assert "some.one" not in " ".join(_pages(_get(shelf, path)))


def test_an_empty_desk_has_papers_too() -> None:
    for shelf in (Shelf(run=None), Shelf(run=a_run())):
        for path in ("/today/paper/pdf", "/watch/campaigns/paper/pdf"):
            assert _pages(_get(shelf, path))
        assert shelf.left[0][:3] == ("today", (), "pdf")


def _docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_a_name_longer_than_a_property_may_be_is_cut_there_alone() -> None:
    shelf = small_shelf()
    name = "harbour" * 50
    shelf.all_campaigns = [msgspec.structs.replace(shelf.all_campaigns[0], name=name)]
    campaign_id = shelf.all_campaigns[0].campaign_id
    content = _get(shelf, f"/campaign/{campaign_id}/paper/docx")
    assert Document(io.BytesIO(content)).core_properties.title == name[:255]
    assert name in _docx_text(content)


def test_word_holds_the_same_and_can_be_opened() -> None:
    terms = (Term(term="قمح", posts=3, ratio=9.0),)
    shelf = _quoting("high", ARABIC)
    shelf.all_campaigns = [msgspec.structs.replace(shelf.all_campaigns[0], terms=terms)]
    content = _get(shelf, "/campaign/campaign--1/paper/docx")
    text = _docx_text(content)
    footer = Document(io.BytesIO(content)).sections[0].footer
    sha256 = hash_of(contents_of(campaign_brief(shelf, "campaign--1")))
    assert shelf.left[0][3] == sha256
    for said in (framing.headline(shelf.all_campaigns[0]), CAVEAT, ARABIC, sha256, "run-5d1c"):
        assert said in text
    below = "\n".join(one.text for one in footer.paragraphs)
    assert "TLP:AMBER · INVENTED DATA" in below
    assert sha256 in below
    assert "PAGE" in footer._element.xml
    quoted = next(one for one in Document(io.BytesIO(content)).paragraphs if one.text == ARABIC)
    assert "w:bidi" in quoted._p.xml
    assert quoted.runs[0].font.rtl


@pytest.mark.parametrize("text", ["\x00\x07\x0b bell", "\ufffe", "<b>&", "x" * 50_000])
def test_hostile_texts_neither_break_a_paper_nor_become_markup(text: str) -> None:
    shelf = _quoting("high", f"word {text}")
    for kind in ("pdf", "docx"):
        assert _get(shelf, f"/campaign/campaign--1/paper/{kind}")


def test_a_paper_that_would_fetch_is_not_made() -> None:
    from weasyprint.urls import FatalURLFetchingError

    html = '<html lang="en"><title>t</title><p>x<img alt="" src="https://steal.example/x.png">'
    with pytest.raises(FatalURLFetchingError):
        set_page(html, b"{}")


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        (
            ImportError("absent"),
            "add the extra `pdf`: in the folder that legation was installed from, run: make pdf",
        ),
        (OSError("no pango"), "apt install libpango"),
    ],
)
def test_a_part_that_is_absent_is_named_with_what_to_do(fault: Exception, hint: str) -> None:
    def absent(_: str) -> None:
        raise fault

    with pytest.raises(MissingPartError) as refused:
        need("pdf", absent)
    assert hint in refused.value.hint


def test_without_the_part_the_desk_answers_with_a_page_and_records_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    shelf = small_shelf()
    with TestClient(
        build_app(shelf, banner=None, gate=open_gate()), base_url="http://127.0.0.1:8321"
    ) as client:
        answer = client.get("/today/paper/pdf")
    assert answer.status_code == 501
    assert "make pdf" in answer.text
    assert shelf.left == []


def test_a_paper_of_the_same_values_has_the_same_hash() -> None:
    pages = Pages(banner=None, kinds=())
    one, two = small_shelf(), small_shelf()
    for shelf in (one, two):
        write_paper(shelf, pages, campaign_brief(shelf, "campaign--1"), "docx")
    assert one.left == two.left
    assert LEFT.tzinfo is UTC


BESIDE = {
    "lookalikes": (Lookalike(kind="party", rule="its own list", accounts=2, source="the list"),),
    "domains": tuple(
        LinkedDomain(
            official="mfa.aldria.example",
            state="XA",
            office="Ministry",
            rule="own domain",
            source="the gazette",
            accounts=2,
            posts=5,
            host="" if way is None else f"xn--mf-{way[:3].strip()}.example",
            way=way,
        )
        for way in (None, *get_args(Way))
    ),
    "names": (WrittenName(role="head of mission", mission="paris", posts=3),),
}


def _in_words(text: str) -> set[str]:
    """Return the words of a text without the signs that turn and part them."""
    return set(re.findall(r"[^\W_]+", "".join(c for c in text if unicodedata.category(c) != "Cf")))


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_word_says_of_domains_and_protected_names_what_the_page_says(language: str) -> None:
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign(**BESIDE)])
    app = build_app(shelf, banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        heads = {"Accept-Language": language}
        shown = client.get("/campaign/campaign--1", headers=heads).text
        content = client.get("/campaign/campaign--1/paper/docx", headers=heads).content
    section = shown[shown.index('aria-labelledby="else"') : shown.index('aria-labelledby="cannot"')]
    section = html.unescape(
        re.sub(r"<[^>]+>", " ", section[section.index(">") + 1 : section.rindex("<")])
    )
    text = _docx_text(content)
    assert "mfa.aldria.example" in text
    assert _in_words(section) <= _in_words(text)
    assert "<" not in text


def test_word_without_such_has_no_heading_for_it() -> None:
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign()])
    text = _docx_text(_get(shelf, "/campaign/campaign--1/paper/docx"))
    assert "Official domains" not in text
    assert "A list that is empty names nobody." in text
