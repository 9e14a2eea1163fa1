"""Each tab of a campaign says what is so, what is empty, and what could not be read."""

import re
from datetime import UTC, date, datetime
from typing import Any, final
from xml.etree import ElementTree as ET

import msgspec
import pytest
from litestar.testing import TestClient

from legation.app.access.entering import Guest
from legation.app.history import History, Sighting, Version
from legation.app.holding import Holding, Look
from legation.desk.brief import campaign_brief
from legation.desk.paper import Stamp
from legation.desk.rendering import Pages
from legation.desk.server import build_app
from legation.desk.telling import changed
from legation.desk.vocabulary import TABS
from legation.errors import VerificationError
from legation.threats.disinformation.findings import (
    Burst,
    Compared,
    LanguageShare,
    Lookalike,
    Quotation,
    Technique,
    Term,
)
from legation.threats.disinformation.linked import LinkedDomain, WrittenName
from worlds.gates import open_gate
from worlds.readings import Shelf, a_campaign, a_row, a_run, a_tie, small_shelf

HERE = "/campaign/campaign--1"


def _client(reading: Any) -> TestClient:  # type: ignore[type-arg]  # generic over the app
    return TestClient(
        build_app(reading, banner="TLP:AMBER", gate=open_gate()), base_url="http://127.0.0.1:8321"
    )


def _text(shelf: Any, path: str) -> str:
    with _client(shelf) as client:
        answer = client.get(f"{HERE}{path}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("end", "name"), TABS)
def test_each_tab_begins_with_the_sentence_and_says_which_it_is(end: str, name: str) -> None:
    text = _text(small_shelf(), end)
    assert "2 accounts acted together from 3 March 2026" in text.split("</h1>")[0]
    assert f'aria-current="page">{name}</a>' in text
    assert all(f'href="{HERE}{other}"' in text for other, _ in TABS)


def test_likeness_by_wording_stands_in_the_sums_and_filters_of_a_campaigns_lists() -> None:
    joined = msgspec.structs.replace(a_campaign().accounts[1], layers=("similarity",))
    accounts = (a_campaign().accounts[0], joined)
    shelf = Shelf(
        run=a_run(),
        all_campaigns=[a_campaign(accounts=accounts)],
        evidence_rows=[
            a_row(),
            a_row(post_b="p000009"),
            a_row(layer="similarity", tie="joined"),
        ],
    )
    for end in ("/spread", "/evidence", "/accounts"):
        assert '<option value="similarity">' in _text(shelf, end), end
        assert '<option value="similarity">' not in _text(small_shelf(), end), end
    row = _text(shelf, "/spread").partition("3 March 2026</th>")[2].partition("</tr>")[0]
    _posts, together, *by_layer = map(int, re.findall(r'class="number">(\d+)<', row))
    # One of the two pairs of posts met on two layers: it counts once in the sum.
    assert (together, by_layer) == (2, [2, 1])
    assert "similarity" in _text(shelf, "/evidence?layer=similarity")
    assert "1 meeting: a pair of posts" in _text(shelf, "/evidence?layer=similarity")
    evidence = _text(shelf, "/evidence")
    assert "3 meetings: a pair of posts meets once for each object" in evidence
    assert "Pairs of posts: 2." in evidence


def test_the_pages_say_of_what_a_language_has_a_share_and_which_posts_were_read() -> None:
    spoken = (LanguageShare(language="ar", share=0.75), LanguageShare(language="fr", share=0.25))
    term = Term(term="#bridge", posts=159, ratio=4.0)
    known = a_campaign(languages=spoken, terms=(term,), hours=(1141, *[0] * 23), posts_read=1141)
    shelf = Shelf(run=a_run(), all_campaigns=[known])
    read = "Read: 1,141 posts, all that the members wrote."
    assert f"Share of the posts of the members. {read}" in _text(shelf, "/spread")
    overview = _text(shelf, "")
    assert "counted in other posts than the ratio" in overview  # kept before they were the same
    assert "Share of the posts of the members" in overview
    kept_before = Shelf(run=a_run(), all_campaigns=[a_campaign(languages=spoken)])
    assert "Share of the members." in _text(kept_before, "/spread")


def test_beside_the_probability_stands_what_it_comes_from() -> None:
    of = msgspec.structs.replace(
        a_campaign().significance,
        observed=3459,
        expected=3431.1,
        look="far",
        reached=14,
        trials=1984,
        rate=0.001,
    )
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign(significance=of)])
    text = _text(shelf, "")
    assert "<dt>Pairs of accounts beyond their 1-in-1,000 mark</dt><dd>14" in text
    assert "<dt>Chance explains</dt><dd>1.98" in text
    assert "3,459" not in text
    assert "3,431.1" not in text


@pytest.mark.parametrize("end", ["", "/spread", "/paper/pdf"])
def test_what_likeness_brought_is_said_beside_the_means_by_which_they_acted(end: str) -> None:
    asked = a_run(layers=(*a_run().layers, "similarity"))
    joined = msgspec.structs.replace(a_campaign().accounts[1], layers=("similarity",))
    likened = a_campaign(accounts=(a_campaign().accounts[0], joined))
    ways = (
        (asked, likened, "1 account joined by likeness"),
        (asked, a_campaign(), "Likeness of wording was looked for: nobody joined by it."),
        (a_run(), a_campaign(), "Likeness of wording was not looked for."),
    )
    for run, campaign, said in ways:
        shelf = Shelf(run=run, all_campaigns=[campaign])
        text = _paper(shelf) if "paper" in end else _text(shelf, end)
        assert [told for *_, told in ways if told in text] == [said]


def _paper(shelf: Any) -> str:
    return Pages(banner=None, kinds=()).write(
        "paper_campaign",
        brief=campaign_brief(shelf, "campaign--1"),
        run=shelf.run,
        stamp=Stamp(
            label="TLP:AMBER",
            sha256="00",
            leaving=shelf.leave("campaign", (), "pdf", ""),
            page="campaign",
        ),
        drawing=None,
        timeline=None,
    )


def test_the_sentence_holds_the_marking_words_and_never_a_target() -> None:
    terms = tuple(Term(term=word, posts=3, ratio=9.0) for word in ("grain", "قمح", "x", "y"))
    heading = _text(Shelf(run=a_run(), all_campaigns=[a_campaign(terms=terms)]), "")
    heading = heading.split('<h1 class="sentence">')[1].split("</h1>")[0]
    assert "<bdi>“grain”</bdi>, <bdi>“قمح”</bdi>, <bdi>“x”</bdi>; not known" in heading
    assert "not known: whom this is aimed at, who directs" in heading
    assert "“y”" not in heading


def test_a_campaigns_page_begins_with_a_post_that_tells_what_it_is_about() -> None:
    link, story = "see http://x.example @one", "the harbour must close before the talks begin"
    posts = [Quotation(post_id="p", text=text, accounts=3, posts=9) for text in (link, story)]
    text = _text(Shelf(run=a_run(), all_campaigns=[a_campaign(quotations=tuple(posts))]), "")
    assert f'<q dir="auto">{story}</q>' in text
    bare = _text(Shelf(run=a_run(), all_campaigns=[a_campaign(quotations=tuple(posts[:1]))]), "")
    assert "One of their posts" not in bare


def told_campaign(**more: Any) -> Any:
    """Return a campaign whose terms are told with the posts that they are of."""
    of = Compared(language="en", posts=200, accounts=9, background=5000, others=800)
    often = Term(term="grain", posts=30, ratio=12.0, accounts=7, background=62, low=6.0, high=24.0)
    rare = msgspec.structs.replace(often, term="harvest", posts=4)
    return a_campaign(**({"terms": (often, rare), "compared": of} | more))


def test_a_term_stands_with_its_share_of_the_posts_and_its_interval() -> None:
    text = _text(Shelf(run=a_run(), all_campaigns=[told_campaign()]), "")
    heading = text.split('<h1 class="sentence">')[1].split("</h1>")[0]
    assert "words that set their posts in English apart" in heading
    assert "of these posts: <bdi>“grain”</bdi> 15 %; not known" in heading
    assert "harvest" not in heading
    assert "200 posts by 9 accounts of the campaign, against 5,000 posts by 800 accounts" in text
    row = text.split('<th scope="row"><bdi>grain</bdi></th>')[1].split("</tr>")[0]
    cells = re.findall(r'<td class="number">(?:<bdi>)?([^<]*)', row)
    assert cells == ["30", "15 %", "7", "62", "12 × (6 to 24)"]  # noqa: RUF001 -- a sign of multiplication


@pytest.mark.parametrize("end", ["", "/paper/pdf"])
def test_where_no_narrative_can_be_told_the_reason_is_said(end: str) -> None:
    why = "too few posts of other people in Russian to compare with: 12 of at least 300"
    shelf = Shelf(run=a_run(), all_campaigns=[told_campaign(terms=(), no_narrative=why)])
    text = _paper(shelf) if end else _text(shelf, "")
    assert f"Cannot tell by what narrative: {why}." in text
    assert "what they push cannot be told from their words" in text


def test_lists_that_are_cut_say_how_many_are_left_out() -> None:
    burst = Burst(start=0, end=86_400, posts=90, usual=4.0)
    spoken = (LanguageShare(language="ar", share=0.9),)
    cut = told_campaign(bursts=(burst,), burst_days=104, languages=spoken, more_languages=3)
    shelf = Shelf(run=a_run(), all_campaigns=[cut])
    for text in (_text(shelf, ""), _paper(shelf)):
        assert "The 1 with most posts of 104 days far above their usual" in text
        assert "days without a post are left out" in text
        assert re.search(r"3 more languages</(dt|th)><(dd|td[^>]*)>10 %", text)
    assert "3 more languages" in _text(shelf, "/spread")


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("/coordination", "no network to draw"),
        ("/coordination", "No tie is kept"),
        ("/coordination", "Cannot tell: likeness"),
        ("/evidence", "no texts to quote"),
        ("/evidence", "No evidence is kept for this campaign"),
        ("/evidence?layer=repost", "No evidence is kept on this layer"),
        ("/techniques", "Nothing observed suggests a technique"),
        ("/spread", "The days of their posts are not known"),
        ("/spread", "No day of this campaign is kept"),
        ("/spread", "Nothing was counted"),
        ("/rights", "Nobody has looked at a clear name"),
        ("/history", "No run is kept that saw this campaign"),
    ],
)
def test_an_empty_tab_says_what_is_missing(end: str, said: str) -> None:
    bare = a_campaign(accounts=(), co_actions={})
    assert said in _text(Shelf(run=a_run(), all_campaigns=[bare]), end)


@final
class _Broken:
    """A shelf whose proofs, holdings and history cannot be read."""

    def __init__(self) -> None:
        self._shelf = small_shelf()

    def for_one_page(self, guest: Guest | None) -> "_Broken":
        del guest
        return self

    def __getattr__(self, name: str) -> Any:
        if name in ("ties", "links", "evidence", "days", "holding", "history"):
            return self._fail
        return getattr(self._shelf, name)

    def _fail(self, *_: Any, **__: Any) -> None:
        raise VerificationError("the proofs cannot be read", hint="run: legation doctor")


@pytest.mark.parametrize(
    "end", ["", "/coordination", "/evidence", "/spread", "/rights", "/history"]
)
def test_what_cannot_be_read_is_told_in_its_place_and_the_rest_stands(end: str) -> None:
    text = _text(_Broken(), end)
    assert "The proofs cannot be read." in text
    assert "Run: legation doctor" in text
    assert "2 accounts acted together" in text


@pytest.mark.parametrize("path", ["/spread/as/csv", "/evidence/as/json", "/history/as/csv"])
def test_a_file_of_what_cannot_be_read_is_an_error_page_with_its_hint(path: str) -> None:
    with _client(_Broken()) as client:
        answer = client.get(f"{HERE}{path}")
    assert answer.status_code == 409
    assert "Ask whoever keeps the machine of this desk: run: legation doctor" in answer.text


def test_a_technique_stands_with_what_suggested_it_and_what_it_takes() -> None:
    technique = Technique(id="T0049.003", name="Bots Amplify", because="reposts within seconds")
    text = _text(
        Shelf(run=a_run(), all_campaigns=[a_campaign(techniques=(technique,))]), TABS[3][0]
    )
    assert "reposts within seconds" in text
    assert "Maximise exposure" in text
    assert f'href="{HERE}/evidence?layer=repost">12 co-actions: repost' in text
    assert "automation itself is not shown" in text
    assert "as of 2024-11-22" in text


def test_a_technique_that_our_edition_does_not_know_is_said_to_be_so() -> None:
    technique = Technique(id="T9999", name="Other", because="an analyst said so")
    text = _text(
        Shelf(run=a_run(), all_campaigns=[a_campaign(techniques=(technique,))]), TABS[3][0]
    )
    assert "not in our edition" in text


def test_the_rights_check_tells_what_is_held_until_when_and_who_looked() -> None:
    held = Holding(
        members=2,
        names=1,
        first_day=date(2027, 3, 1),
        last_day=date(2027, 4, 2),
        looked=31,
        looks=(
            Look(
                at=datetime(2026, 3, 18, 8, tzinfo=UTC),
                actor="A. Analyst",
                account_id="acct-1",
                purpose="notify the platform",
            ),
        ),
    )
    known = Lookalike(kind="agency", rule="wire copy", accounts=1, source="our list")
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign(lookalikes=(known,))], held=held)
    text = _text(shelf, "/rights")
    for said in ("2027-03-01", "2027-04-02", "The latest 1 of 31 looks", "notify the platform"):
        assert said in text
    assert "Cannot tell from acting together alone" in text
    assert "1 member named" in text


def _sighting(**changes: Any) -> Sighting:
    values: dict[str, Any] = {
        "run_id": "run-1",
        "recorded": datetime(2026, 3, 18, 8, tzinfo=UTC),
        "posts": 100,
        "window_s": 60,
        "campaign_id": "campaign--1",
        "same": True,
        "grade": "high",
        "accounts": 2,
        "ties": 1,
        "first": 1_772_409_600,
        "last": 1_772_509_600,
        "shared": 2,
    }
    return Sighting(**(values | changes))


def test_history_says_what_changed_from_run_to_run() -> None:
    older = _sighting(campaign_id="c-old", same=False, grade="low", accounts=3, ties=2)
    newer = _sighting(run_id="run-2", came=1, went=2)
    version = Version(recorded=older.recorded, modified="m", run_id="run-2", sha256="ab" * 32)
    past = History(sightings=(newer, older), versions=(version,), runs=5, left_out=3)
    text = _text(Shelf(run=a_run(), all_campaigns=[a_campaign()], past=past), "/history")
    assert "Seen in 2 of the latest 5 runs" in text
    assert "1 account came; 2 accounts went; confidence from low to high; ties from 2 to 1" in text
    assert "the first that is kept" in text
    assert "3 older runs not looked through" in text
    assert "ab" * 32 in text


def test_nothing_that_changed_is_said_to_be_nothing() -> None:
    assert changed(_sighting(came=0, went=0), _sighting()) == "nothing"


def test_the_picture_as_a_file_is_sound_and_names_its_label() -> None:
    with _client(small_shelf()) as client:
        answer = client.get(f"{HERE}/coordination/as/svg?open=0-originator")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own bytes
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    marks = [one for one in root.iter() if one.get("class", "").split(" ")[0] in ("one", "group")]
    assert [one.tag.partition("}")[2] for one in marks] == ["rect", "circle"]
    (marking,) = [one.text for one in root.iter() if (one.text or "").startswith("TLP")]
    assert marking == "TLP:AMBER · campaign--1"
    assert "href" not in answer.text


def test_below_high_the_evidence_leaves_masked() -> None:
    row = a_row(text_a="ask @some.one " + "x" * 200)
    shelf = Shelf(
        run=a_run(),
        all_campaigns=[a_campaign(grade="low")],
        all_ties=[a_tie()],
        evidence_rows=[row],
    )
    with _client(shelf) as client:
        text = client.get(f"{HERE}/evidence/as/csv").text
    assert "some.one" not in text
    assert row.post_a not in text


def test_each_file_that_leaves_is_recorded_with_the_hash_of_its_bytes() -> None:
    import hashlib

    shelf = small_shelf()
    with _client(shelf) as client:
        content = client.get(f"{HERE}/ties/as/csv").content
        client.get(f"{HERE}/coordination/as/svg")
        client.get("/today.json")
    assert shelf.left[0] == (
        "ties",
        ("campaign--1",),
        "csv",
        hashlib.sha256(content).hexdigest(),
    )
    assert [(page, kind) for page, _, kind, _ in shelf.left[1:]] == [
        ("coordination", "svg"),
        ("today", "json"),
    ]


def _linked(**other: Any) -> LinkedDomain:
    said = {"state": "XA", "office": "foreign ministry", "rule": "its list", "source": "a page"}
    return LinkedDomain(official="mfa.aldria.example", accounts=2, posts=5, **(said | other))


def test_official_domains_and_their_like_stand_on_the_page_with_state_rule_and_source() -> None:
    domains = (
        _linked(),
        _linked(host="mfa.xn--ldria-3ve.example", way="letters"),
        _linked(host="mfa.aldria.example.login.test", way="inside"),
        _linked(host="evil.test", way="before @"),
    )
    names = (WrittenName(role="head of mission", mission="paris", posts=3),)
    page = _text(Shelf(run=a_run(), all_campaigns=[a_campaign(domains=domains, names=names)]), "")
    part = page.split('id="registered"')[1].split("</section>")[0]
    text = " ".join(re.sub(r"<[^>]+>", "", part).split())
    assert "Links to mfa.aldria.example, an official domain: 5 posts by 2 members." in text
    assert "mfa.xn--ldria-3ve.example mfa.\u0430ldria.example, which looks, letter by" in text
    assert "mfa.aldria.example.login.test, which holds a name like" in text
    assert "Links to evil.test behind an \u201c@\u201d" in text
    assert text.count("Official for XA, foreign ministry, by the rule \u201cits list\u201d") == 4
    assert "(head of mission, paris) stands in 3 posts of those read" in text
    assert "it moves no grade" in text
    assert "has not been measured" in text


def test_a_campaign_without_them_has_no_such_part() -> None:
    assert 'id="registered"' not in _text(small_shelf(), "")
