"""The search over a home: found with its place, in any script, and nothing of what is hidden."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from legation.app import snippets
from legation.app.checks import checks
from legation.app.home import Home
from legation.app.import_record import undo
from legation.app.importing import Intakes, Reading
from legation.app.indexing import index_again, is_current
from legation.app.searching import search
from legation.app.snippets import pieces
from legation.app.watching import look
from legation.cli.doors import Doors
from legation.cli.program import run
from legation.crypto.key_files import UNPROTECTED
from legation.errors import LegationError, VerificationError
from legation.rights.roles import VERBS
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.labels import Label
from legation.stix.objects import SPEC
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_ref
from legation.stix.vocabulary import Note
from legation.store.folding import folded, words_of
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.many_campaigns import ListedDesk, Person, listed_desk, many_home
from worlds.planted_posts import write_town

HOSTILE = "<script>alert(1)</script> <img src=https://evil.example/a.png> http://evil.example/x"


def later() -> Clock:
    """Return a clock that stands after the town's posts."""
    clock = Clock()
    clock.pass_time(days=31)
    return clock


def found(home: Home, store: Store, question: str, kind: str = "") -> dict[str, list[Any]]:
    results = search(
        home.library(store, "test"),
        question,
        verbs=VERBS,
        person_id="p-1",
        roles=("analyst",),
        kind=kind,
        limit=50,
    )
    return {group.kind: list(group.found) for group in results.groups}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Store]]:
    """A home that has looked at a town of posts."""
    folder = tmp_path_factory.mktemp("town")
    home = Home(Settings(home=folder / "home"), later())
    make_home(home)
    with home.store() as store:
        Intakes(home, store, UNPROTECTED).take(write_town(folder / "town.jsonl"), Reading())
        look(home, store)
        yield home, store


def test_the_posts_of_a_campaign_are_found_and_lead_to_two_who_are_tied(
    town: tuple[Home, Store],
) -> None:
    home, store = town
    library = home.library(store, "test")
    kept = library.latest()
    assert kept is not None
    (campaign,) = kept.campaigns
    posts = found(home, store, "HARBOUR treaty", "post")["post"]
    assert posts
    for one in posts:
        assert one.campaign_id == campaign.campaign_id
        tie = library.proofs(campaign.campaign_id).tie(*one.accounts)
        assert tie.post_pairs > 0
        assert any(piece.found for piece in one.pieces)


def test_accounts_imports_and_the_campaign_itself_are_found(town: tuple[Home, Store]) -> None:
    home, store = town
    kept = home.library(store, "test").latest()
    assert kept is not None
    member = kept.campaigns[0].accounts[3].account_id
    (account,) = found(home, store, member[5:20])["account"]
    assert account.accounts == (member,)
    assert [one.title for one in found(home, store, "TOWN")["import"]] == ["town.jsonl"]
    (campaign,) = found(home, store, kept.campaigns[0].name)["campaign"]
    assert campaign.campaign_id == kept.campaigns[0].campaign_id


def test_whoever_may_not_open_a_room_finds_nothing_in_it(town: tuple[Home, Store]) -> None:
    home, store = town
    results = search(
        home.library(store, "test"), "town", verbs={"campaign.read"}, person_id="p", roles=()
    )
    assert "import" not in results.totals
    nothing = search(home.library(store, "test"), "e", verbs=set(), person_id="p", roles=())
    assert (nothing.totals, nothing.groups) == ({}, ())


def test_texts_are_drawn_anew_after_damage_and_when_posts_were_taken_back(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), later())
    make_home(home)
    with home.store() as store:
        Intakes(home, store, UNPROTECTED).take(write_town(tmp_path / "town.jsonl"), Reading())
        look(home, store)
        before = found(home, store, "harbour", "post")
        assert before["post"]
        with store._database.write() as connection:
            connection.execute(sql("UPDATE search_texts SET folded = 'x' WHERE kind = 'post'"))
        assert found(home, store, "harbour", "post") == {}
        told = dict(checks(home))
        with pytest.raises(VerificationError, match="not those kept") as noticed:
            told["search"]()
        assert noticed.value.hint == "run: legation search --rebuild"
        index_again(store)
        assert "texts are those that were kept" in told["search"]()
        assert len(found(home, store, "harbour", "post")["post"]) == len(before["post"])
        undo(home, store, store.imports.newest("posts")[0].import_id, actor="test")
        assert not is_current(store)
        assert found(home, store, "harbour", "post") == {}


def test_a_home_of_a_time_before_the_search_is_searched_all_the_same(tmp_path: Path) -> None:
    clock = Clock()
    home = many_home(tmp_path / "home", 3, clock)
    with home.store() as store:
        with store._database.write() as connection:
            connection.execute(sql("DELETE FROM search_texts"))
            connection.execute(sql("DELETE FROM search_state"))
        assert len(found(home, store, "大使")["campaign"]) == 3
        assert is_current(store)


# Need-to-know.


def test_nothing_hidden_is_found_counted_quoted_or_a_facet(tmp_path: Path) -> None:
    with listed_desk(tmp_path, 3) as desk:
        person = desk.person("Sam", "security officer")
        library = desk.home.library(desk.store, "test")
        objects = {each: library.object_id(each) for each in ("c-000", "c-001", "c-002")}
        desk.store.objects.put(encode_object(_note(objects["c-001"], "the harbour19 file")))
        assert "harbour19" in person.page("/search?q=harbour19")
        closed = Label(tlp=Tlp.AMBER, compartments=("talks",))
        desk.store.labels.set(objects["c-001"], closed, actor="test", reason="a test")
        hidden = library.latest()
        assert hidden is not None
        assert len(hidden.campaigns) == 2
        for question in ("harbour1", "harbour19", "大使馆", "السفارة", "group", "acct-"):
            for address in (f"/search?q={question}", f"/search?q={question}&kind=campaign"):
                page = person.page(address)
                assert "c-001" not in page
                assert "harbour1" not in page.partition("<main")[2].replace(question, "")
        assert "Nothing that you may know holds" in person.page("/search?q=harbour19")
        assert "harbour1" not in person.get("/search/as/json?q=大使馆").text
        totals = re.findall(r"Campaigns (\d+)</a>", person.page("/search?q=大使馆"))
        assert totals == ["2"]


def _note(target: str, content: str) -> Note:
    made = Timestamp.of(Clock()())
    return Note(
        spec_version=SPEC,
        id="note--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a03",
        created=made,
        modified=made,
        content=content,
        object_refs=(target,),
        object_marking_refs=(marking_ref(Tlp.GREEN),),
    )


# What a page shows of it.


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListedDesk]:
    with listed_desk(tmp_path_factory.mktemp("found"), 12) as opened:
        yield opened


@pytest.fixture(scope="module")
def ana(desk: ListedDesk) -> Person:
    return desk.person("Ana", "analyst")


@pytest.mark.parametrize("question", ["大", "大使", "大使馆", "السفارة", "السـفاره", "ETE ZEBRA"])
def test_the_page_finds_in_arabic_chinese_and_with_accents_from_one_letter_on(
    question: str, ana: Person
) -> None:
    page = ana.page(f"/search?q={question}")
    if question == "ETE ZEBRA":
        assert "Nothing that you may know holds" in page
        page = ana.page("/search?q=group")
    hits = re.findall(r"<li>(.*?)</li>", page.partition('class="hits"')[2], re.DOTALL)
    found = [hit for hit in hits if 'class="snippet"' in hit]
    assert len(found) == 5
    for hit in found:  # each line has the direction of its own words
        assert hit.count("<mark>") >= 1
        assert hit.count('class="snippet"') == hit.count('class="snippet" dir="auto"') <= 3


def test_all_pages_of_one_kind_join_to_the_whole(desk: ListedDesk, ana: Person) -> None:
    member = "acct-"
    seen: list[str] = []
    path = f"/search?q={member}&kind=account"
    while path:
        page = ana.page(path)
        seen += re.findall(r'<bdi class="account">([^<]+)</bdi></a>', page)
        onward = re.search(r'href="([^"]+)">Next page', page)
        path = onward[1].replace("&amp;", "&") if onward else ""
    kept = desk.home.library(desk.store, "test").latest()
    assert kept is not None
    assert sorted(seen) == sorted(a.account_id for one in kept.campaigns for a in one.accounts)


@pytest.mark.parametrize("order", ["relevance", "when", "kind"])
def test_results_are_put_in_order_by_the_address_and_pages_join_either_way(
    desk: ListedDesk, ana: Person, order: str
) -> None:
    def pages(way: str, kind: str) -> list[str]:
        seen: list[str] = []
        path = f"/search?q=acct-&kind={kind}&order={way}"
        while path:
            page = ana.page(path)
            assert f'href="/search?q=acct-&amp;kind={kind}&amp;order=' in page
            seen += re.findall(r'<bdi class="account">([^<]+)</bdi></a>', page)
            onward = re.search(r'href="([^"]+)">Next page', page)
            path = onward[1].replace("&amp;", "&") if onward else ""
        return seen

    forth, back = pages(order, "account"), pages(f"-{order}", "account")
    assert len(forth) > 50
    assert forth == back[::-1]
    kept = desk.home.library(desk.store, "test").latest()
    assert kept is not None
    last = {a.account_id: one.last for one in kept.campaigns for a in one.accounts}
    if order == "when":
        assert [last[each] for each in forth] == sorted(last.values(), reverse=True)
    assert 'aria-current="true">Date' in ana.page("/search?q=acct-&order=when")
    kinds = re.findall(r'id="kind-(\w+)"', ana.page(f"/search?q=a&order={order}"))
    back_kinds = re.findall(r'id="kind-(\w+)"', ana.page(f"/search?q=a&order=-{order}"))
    assert kinds == back_kinds[::-1]
    assert len(kinds) > 1
    if order == "kind":
        assert kinds == sorted(kinds)


def test_texts_of_posts_come_by_the_last_day_of_their_campaign(desk: ListedDesk) -> None:
    library = desk.home.library(desk.store, "test")
    words = "大使馆"
    asked = {"verbs": VERBS, "person_id": "test", "roles": (), "kind": "campaign", "limit": 100}
    (usual,) = search(library, words, **asked).groups  # type: ignore[arg-type]  # as named above
    (newest,) = search(library, words, order="when", **asked).groups  # type: ignore[arg-type]  # same
    kept = library.latest()
    assert kept is not None
    last = {one.campaign_id: one.last for one in kept.campaigns}
    assert {one.key for one in usual.found} == {one.key for one in newest.found}
    days = [last[one.campaign_id] for one in newest.found]
    assert days == sorted(days, reverse=True)
    assert [one.at.timestamp() for one in newest.found if one.at] == days


def test_imported_html_is_text_links_are_broken_and_no_image_is_loaded(tmp_path: Path) -> None:
    with listed_desk(tmp_path, 2) as opened:
        ana = opened.person("Ana", "analyst")
        target = opened.home.library(opened.store, "test").object_id("c-000")
        opened.store.objects.put(encode_object(_note(target, HOSTILE)))
        for question in ("alert", "evil.example", "img", "script", "http"):
            page = ana.page(f"/search?q={question}")
            main = page.partition("<main")[2].partition("</main>")[0]
            assert "<script" not in main
            assert "<img" not in main
            assert "http://evil" not in main.replace("</mark>", "").replace("<mark>", "")
            assert "https://evil" not in main.replace("</mark>", "").replace("<mark>", "")
        assert "hxxp" in ana.page("/search?q=evil.example")


def test_files_of_a_search_hold_its_results_without_a_formula(ana: Person) -> None:
    rows = list(csv.DictReader(io.StringIO(ana.get("/search/as/csv?q=大使馆").text)))
    assert {row["kind"] for row in rows} == {"campaign"}
    assert len(rows) == 12
    assert all(not row["text"].startswith(("=", "+", "-", "@")) for row in rows)


def test_an_odd_question_is_answered(ana: Person) -> None:
    for question in ('"', "%%", "' OR 1=1 --", "%00", "a" * 900, "\u202e", "NEAR(a b)", "*"):
        answer = ana.client.get(
            "/search", params={"q": question}, headers={"cookie": f"legation-session={ana.secret}"}
        )
        assert answer.status_code == 200
    assert "Type words in the box above" in ana.page("/search")
    assert "These signs hold no word" in ana.page("/search?q=%22%22")


@given(st.text(max_size=80), st.text(min_size=1, max_size=4))
def test_a_snippet_is_a_part_of_its_text_in_its_order(text: str, question: str) -> None:
    shown = pieces(text, words_of(question))
    inner = "".join(piece.text for piece in shown if piece.text != "…")
    assert inner.removesuffix("…") in text
    for piece in shown:
        if piece.found:
            assert piece.text in text


# The command line.


def test_the_command_line_finds_the_same(
    desk: ListedDesk, ana: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError

    doors = Doors(
        now=desk.clock, open_desk=never, ask_secret=never, write_paper=never, write_sheet=never
    )
    place = ["--home", str(desk.home.folder)]
    assert run(["search", "大使馆", "group", "--json", *place], doors) == 0
    told = json.loads(capsys.readouterr().out)
    shown = re.findall(
        r'href="/campaign/(c-\d+)"', ana.page("/search?q=大使馆+group&kind=campaign")
    )
    (group,) = told["groups"]
    assert [one["campaign_id"] for one in group["found"]] == shown
    assert run(["search", "nowhere at all", *place], doors) == 0
    assert "nothing that holds these words" in capsys.readouterr().err
    assert run(["search", "--rebuild", *place], doors) == 0
    assert "Drawn anew: 12 texts." in capsys.readouterr().err
    for wrong in (["search"], ["search", "x", "--limit", "0"], ["search", "x", "--kind", "y"]):
        with pytest.raises(LegationError):
            run([*wrong, *place], doors)


def test_a_long_hostile_text_is_compared_sign_by_sign_only_where_a_word_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lengths: list[int] = []

    def counted(text: str) -> str:
        lengths.append(len(text))
        return folded(text)

    monkeypatch.setattr(snippets, "folded", counted)
    text = " http://a.b/c" * 8_000 + " grain" + " grain http://a.b/c" * 5_000
    shown = pieces(text, words_of("grain"))
    assert next(one.text for one in shown if one.found) == "grain"
    assert "http://a.b/c" in shown[1].text
    assert len(lengths) < 4_000
    assert sum(lengths) < 2 * len(text)
    assert [one.found for one in pieces("x" * 99_990 + " grain", words_of("grain"))][-1]
