"""A letter holds what is meant for its receiver; the desk's own stands in its cover note."""

import re
from typing import Any

import pytest

from legation.app.cases.books import book_of
from legation.app.cases.letters import letter_of
from legation.app.home import Home
from legation.safeguards.cases.attribution.layers import MEANINGS, Layered
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.facts import Opened, Said
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.responses.answering.drafting import Draft
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.catalogue import RESPONSES
from legation.safeguards.cases.responses.grounds import NO_PACK
from legation.store.opening import Store
from worlds.gathered_cases import agreed, case, named, weighed

OPENED = Opened(
    title="Letters", type="T4", domain="political", began="2015-05-01", known="2015-05-02"
)
OPEN = Said(
    says="the pages of the house were copied",
    on="2015-05-01",
    source="the press office",
    url="https://example.org/pages",
    reliability="B",
    credibility="2",
    verified="verified-excerpt",
)
CLOSED = Said(says="a server was rented in town", on="2015-05-01", source="our own service")
PERSON = Said(
    says="Jane Roe rented the server", on="2015-05-01", source="press", url="https://example.org/j"
)
ACCESS = Answered(question="access", answer="yes", rests_on=(2,))
CITED = (2, 3, 4, 5)


def letter(
    home: Home,
    store: Store,
    answer: str,
    *more: Any,
    layer: str = "technical",
    told: dict[str, str] | None = None,
    **chosen: Any,
) -> Draft:
    """Return the letter of a case with open, closed and personal facts, named at one layer."""
    scope = home.library(store, "command line").scope()
    bodies: list[Body] = [OPEN, CLOSED, PERSON, *weighed(), ACCESS, *more]
    proposal = len(bodies) + 3
    found = case(*bodies, named("DE", layer), agreed(proposal), first=OPENED)
    one = Chosen(
        **{
            "answer": answer, "touches": False, "why": "the source in town says so",
            "against": "DE", "rests_on": CITED, **chosen,
        }
    )  # fmt: skip
    return letter_of(
        scope, found, book_of(scope), 30, chosen=one, told=told or {}, marking="TLP:AMBER"
    )


INTERNAL = (
    *("TLP", "entry", "unverified", "from memory", "views differ", "B2", "very likely"),
    *("confidence", "moderate", "server", "Jane", "Roe", "in town"),
)


@pytest.mark.parametrize("answer", [one.key for one in RESPONSES])
def test_no_letter_holds_what_is_for_the_desk(home: Home, store: Store, answer: str) -> None:
    made = letter(home, store, answer)
    text = f"{made.subject}\n{made.text}"
    # What a public attribution says of how sure it is, it says with its meaning.
    spared = {"very likely", "confidence", "moderate"} if answer == "public-attribution" else set()
    if answer in ("no-action", "technical-measure"):
        spared |= {"in town"}  # read by the desk alone: why it was chosen
    assert [one for one in INTERNAL if one in text and one not in spared] == []
    assert "TLP:AMBER" in made.cover


def test_of_facts_only_those_with_an_open_source_stand_there_to_be_confirmed(
    home: Home, store: Store
) -> None:
    made = letter(home, store, "note-verbale")
    assert "the pages of the house were copied [to be confirmed by the drafter]" in made.text
    assert "https://example.org/pages [to be confirmed by the drafter]" in made.text
    cover = made.cover
    assert "entry 3 (B2): the pages of the house were copied" in cover
    assert "entry 4 (F6): a server was rented in town (our own service) [no open source" in cover
    assert "- entry 5: Jane Roe" in cover
    assert "a plain rule" in cover
    assert "entry 4: from memory" in cover
    assert "the source in town says so" in cover


def test_only_norms_that_bound_the_receiver_when_it_happened_are_cited(
    home: Home, store: Store
) -> None:
    made = letter(home, store, "note-verbale")
    assert "Budapest Convention" in made.text
    assert not re.search("uncc|against Cybercrime|UN GGE", made.text)
    assert "uncc 7: met, not in the letter: DE when it happened: not a party" in made.cover
    assert re.search(r"budapest 2: unverified: ", made.cover)
    other = letter(home, store, "note-verbale", against="RU")
    assert "Budapest" not in other.text
    assert "elements" in other.missing
    assert "budapest 2: met, not in the letter: RU when it happened: unknown" in other.cover


@pytest.mark.parametrize(
    ("layer", "sense"),
    [
        (
            "technical",
            f"in the technical sense: {MEANINGS['technical']}; it is no attribution in law",
        ),
        ("operational", "in the operational sense: the group that acted, whom it chose, and when"),
        ("political", "in the political sense: said in private; it is no attribution in law"),
    ],
)
def test_an_attribution_stands_in_the_words_of_its_layer_and_form(
    home: Home, store: Store, layer: str, sense: str
) -> None:
    political = _political("private")
    made = letter(home, store, "note-verbale", political, layer=layer)
    said = f"attributed to Germany by the ministry on 2026-03-02, {sense}"
    assert said in made.text
    assert sense in made.cover


@pytest.mark.parametrize(
    ("form", "answer", "stands"),
    [
        ("none", "note-verbale", False),
        ("private", "note-verbale", True),
        ("private", "public-attribution", False),
        ("public", "public-attribution", True),
    ],
)
def test_what_is_said_to_nobody_or_in_private_is_not_said_elsewhere(
    home: Home, store: Store, form: Any, answer: str, *, stands: bool
) -> None:
    made = letter(home, store, answer, _political(form), layer="political")
    assert ("attributed to Germany" in made.text) == stands
    assert ("it is not in the letter" in made.cover) != stands


def test_a_public_attribution_states_its_estimate_in_words_with_their_meaning(
    home: Home, store: Store
) -> None:
    text = letter(home, store, "public-attribution").text
    assert "very likely (80 to 95 percent)" in text
    assert "moderate confidence (credibly sourced and plausible" in text


def test_a_law_that_no_pack_has_is_marked_for_the_desk(home: Home, store: Store) -> None:
    asked: dict[str, Any] = {"touches": True, "platform": "pages", "against": None}
    made = letter(home, store, "takedown-request", ground="banana", **asked)
    assert "banana [to be confirmed by the drafter]" in made.text
    assert f"law banana: {NO_PACK}" in made.cover
    known = letter(home, store, "takedown-request", ground="gb-cma-1990", **asked)
    assert "Computer Misuse Act 1990" in known.text
    assert "law gb-cma-1990: unverified: from memory" in known.cover


def test_a_cover_note_says_who_signs_and_what_a_drafter_has_to_choose(
    home: Home, store: Store
) -> None:
    made = letter(home, store, "public-statement", against=None, touches=True)
    assert "- 2 must sign; it may be used by: press, policy" in made.cover
    assert "- no decision names this choice yet" in made.cover
    assert all(f"- {name}" in made.cover for name in made.missing)
    filled = letter(home, store, "note-verbale", told={"what": "what we say", "request": "tell us"})
    assert "what we say" in filled.text
    assert "request" not in filled.missing


def _political(form: Any) -> Layered:
    return Layered(
        layer="political",
        party=None if form == "none" else "DE",
        likelihood="very likely",
        confidence="moderate",
        rests_on=(2,),
        basis="the others",
        gaps="who paid",
        form=form,
    )
