"""What is searched is found in any script, alike on each engine, and by those who may."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from legation.errors import ConflictError, VerificationError
from legation.store.folding import folded, holds, words_of
from legation.store.opening import Store
from legation.store.search import OBJECTS, Text

from .objects_made import CAMPAIGN, GREEN, OTHER, campaign, cleared, encoded, labelled_by

NOTE = "note--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a03"
TALKS = labelled_by(compartments=["talks"])
OUTSIDER, INSIDER = cleared(), cleared(compartments=frozenset({"talks"}))
SOURCE = "detector"


def found(store: Store, question: str, reader: object = INSIDER, kind: str = "post") -> list[str]:
    known: Any = reader
    words = words_of(question)
    numbers = [one.number for one in store.search.places(known, words) if one.kind == kind]
    hits = store.search.some(known, words, numbers)
    return [hits[number].text for number in numbers]


def keep(store: Store, *texts: str, object_id: str = CAMPAIGN) -> None:
    kept = [Text(object_id=object_id, kind="post", text=one) for one in texts]
    store.search.keep(SOURCE, "run-1", kept)


def note(content: str, modified: str = "2026-01-02T03:04:05Z", **more: object) -> bytes:
    return encoded(
        {
            "type": "note",
            "spec_version": "2.1",
            "id": NOTE,
            "created": "2026-01-02T03:04:05Z",
            "modified": modified,
            "content": content,
            "object_refs": [CAMPAIGN],
            "object_marking_refs": [GREEN],
            **more,
        }
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Le Résumé de l'été", "resume ete"),
        ("le resume", "Résumé"),
        ("Die Straße nach MÜNCHEN", "strasse münchen"),
        ("Muenchen liest", "münchen"),
        ("München liest", "muenchen"),
        ("中国大使馆今天关闭", "大使馆"),
        ("中国大使馆今天关闭", "使"),
        ("中国大使馆今天关闭", "大使 关闭"),
        ("ＡＢＣ１２３ 全角", "abc123"),
        ("السِّفارةُ تُغلِقُ أبوابَها", "السفاره ابوابها"),
        ("الســـفارة", "السفارة"),
        ("إلى القاهرة", "الي القاهره"),
        ("سفارت ایران", "ايران"),
        ("عام ٢٠٢٦", "2026"),
        ("שָׁלוֹם לכם", "שלום"),
        ("посольство открыто Ёлка", "елка ПОСОЛЬСТВО"),
        ("대사관 폐쇄", "사관"),
        ("see https://courier.example/a?b=c#d", "courier.example/a"),
        ("join #HarbourTreaty now", "#harbourtreaty"),
        ("100% _sure_ it's \\ fine", "100% _sure_ \\"),
        ("two  words\nin a row", '"words in a row"'),
        ("a zero\u200bwidth sign", "zerowidth"),
    ],
)
def test_a_text_is_found_as_its_reader_writes_it(store: Store, text: str, question: str) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    keep(store, "something else", text)
    assert found(store, question) == [text]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("two other words in a row", '"two words"'),
        ("大使馆", "使大"),
        ("percent", "%"),
        ("underscore", "_"),
        ("all or nothing", "all everything"),
        ("a OR b", '"or c"'),
    ],
)
def test_what_is_typed_is_no_pattern_and_every_word_counts(
    store: Store, text: str, question: str
) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    keep(store, text)
    assert found(store, question) == []


SIGNS = st.sampled_from(
    [*"aAäÄéßeu #%_'\"\\*?-.", *"大使馆中国", *"اأإآىيةه\u064b\u0640ك", "\u0301"]
)
WORDS = st.text(SIGNS, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    open_texts=st.lists(WORDS, max_size=6),
    closed_texts=st.lists(WORDS, max_size=6),
    question=st.text(SIGNS, min_size=1, max_size=4),
)
def test_both_engines_find_what_a_plain_scan_finds_and_nothing_hidden(
    store: Store, open_texts: list[str], closed_texts: list[str], question: str
) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    store.objects.put(campaign(object_id=OTHER, object_marking_refs=[GREEN], **TALKS))
    texts = [Text(object_id=CAMPAIGN, kind="post", text=one) for one in open_texts]
    texts += [Text(object_id=OTHER, kind="post", text=one) for one in closed_texts]
    store.search.keep(SOURCE, "run-1", texts)
    words = words_of(question)
    if not words:
        return
    for reader, every in ((OUTSIDER, open_texts), (INSIDER, open_texts + closed_texts)):
        plainly = [one for one in every if holds(folded(one), words)]
        assert found(store, question, reader) == plainly
        counted, first = store.search.first(reader, words, 2)
        assert counted == ({"post": len(plainly)} if plainly else {})
        assert [hit.text for hit in first.get("post", [])] == plainly[:2]


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_keeps_no_case_and_no_unseen_sign(text: str) -> None:
    form = folded(text)
    assert folded(form) == form
    assert form == form.strip()
    assert "  " not in form
    assert "\u200b" not in form
    assert folded(text.upper()) == folded(text.upper().lower()) or not text.isascii()


@given(st.text(max_size=30))
def test_every_way_of_writing_a_text_in_unicode_is_found_alike(text: str) -> None:
    forms = {folded(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


def test_a_note_is_found_in_its_latest_words_only(store: Store) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), note("ask the harbour master")])
    assert found(store, "harbour", kind="note") == ["ask the harbour master"]
    store.objects.put(note("ask the consul", modified="2026-01-03T00:00:00Z"))
    assert found(store, "harbour", kind="note") == []
    assert found(store, "consul", kind="note") == ["ask the consul"]
    store.objects.put(note("gone", modified="2026-01-04T00:00:00Z", revoked=True))
    assert found(store, "consul", kind="note") == []
    assert store.search.verify() == 0


def test_a_note_on_what_is_hidden_is_not_found(store: Store) -> None:
    store.objects.put_many(
        [campaign(object_marking_refs=[GREEN], **TALKS), note("ask the harbour master")]
    )
    assert found(store, "harbour", OUTSIDER, "note") == []
    assert store.search.first(OUTSIDER, words_of("harbour"), 1) == ({}, {})
    assert found(store, "harbour", INSIDER, "note") == ["ask the harbour master"]


def test_a_note_that_is_refused_leaves_nothing_to_be_found(store: Store) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), note("one")])
    with pytest.raises(ConflictError):
        store.objects.put_many([note("two", modified="2026-01-03T00:00:00Z"), note("three")])
    assert found(store, "two", kind="note") == []
    assert found(store, "one", kind="note") == ["one"]
    store.search.verify()


def test_texts_come_in_the_order_in_which_they_were_kept_with_the_time_of_their_object(
    store: Store,
) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    keep(store, *(f"harbour {number}" for number in range(9)))
    assert found(store, "harbour") == [f"harbour {number}" for number in range(9)]
    places = store.search.places(INSIDER, words_of("harbour"))
    assert {one.recorded for one in places} == {store.objects.get(CAMPAIGN).recorded}


def test_what_was_kept_before_is_replaced_and_other_sources_stay(store: Store) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), note("a harbour")])
    keep(store, "old harbour")
    keep(store, "new harbour")
    assert found(store, "harbour") == ["new harbour"]
    assert found(store, "harbour", kind="note") == ["a harbour"]
    assert store.search.built_for(SOURCE) == "run-1"
    assert store.search.built_for("nothing") is None


def test_a_text_that_was_changed_lost_or_added_is_noticed_and_can_be_drawn_anew(
    store: Store,
) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), note("the harbour")])
    assert store.search.verify() == 1
    for damage in (
        "UPDATE search_texts SET folded = 'x'",
        "DELETE FROM search_texts",
        (
            "INSERT INTO search_texts SELECT number + 1, source, object_id, kind, place, shown, 'x'"
            " FROM search_texts"
        ),
    ):
        with store._database.write() as connection:
            connection.execute(sql(damage))
        with pytest.raises(VerificationError, match=OBJECTS) as noticed:
            store.search.verify()
        assert "legation search --rebuild" in noticed.value.hint
        store.objects.index_again()
        assert store.search.verify() == 1
        assert found(store, "harbour", kind="note") == ["the harbour"]
