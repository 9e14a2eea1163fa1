"""The catalogue of answers is whole, and each answer says what it is, by whom and by what law."""

from pathlib import Path
from typing import get_args

import pytest

import legation.safeguards.cases.responses as folder
from legation.errors import UsageError
from legation.knowledge.shipped import shipped_packs
from legation.rights.roles import ROLES
from legation.safeguards.cases.policy.pack import default_policy, template_of
from legation.safeguards.cases.responses import law
from legation.safeguards.cases.responses.answering.ladder import RUNGS
from legation.safeguards.cases.responses.catalogue import RESPONSES, response
from legation.safeguards.cases.responses.law import Article
from legation.safeguards.cases.responses.response import COSTS, Response, Touches

HOME = Path(folder.__file__).parent
# What is asked of a ministry, each by the answer that does it.
ASKED = {
    "note-verbale",
    "public-statement",
    "public-attribution",
    "contact-point-request",
    "partner-notification",
    "takedown-request",
    "criminal-charge",
    "technical-measure",
    "retorsion",
    "sanctions-dossier",
    "countermeasure",
    "referral",
    "no-action",
    "hotline-call",
    "joint-technical-finding",
    "standstill",
    "clarification-request",
    "good-offices",
    "phased-lifting",
}
EACH = pytest.mark.parametrize("one", RESPONSES, ids=lambda one: one.key)


def test_every_answer_that_is_asked_of_a_ministry_is_there_once() -> None:
    keys = [one.key for one in RESPONSES]
    assert {*keys} == ASKED
    assert len(keys) == len(ASKED)


def test_every_answer_is_one_file_and_one_line() -> None:
    files = {
        path.stem.replace("_", "-")
        for path in HOME.rglob("*.py")
        if "RESPONSE: Final = Response(" in path.read_text("utf-8")
    }
    assert files == ASKED


@EACH
def test_an_answer_declares_everything(one: Response) -> None:
    assert one.title
    assert one.what.endswith(".")
    assert one.roles
    assert {*one.roles} <= {*ROLES} - {"auditor", "administrator"}
    assert one.legal
    assert all(need.words for need in one.legal)
    assert one.cost in COSTS
    assert one.effect.words
    assert one.effect.source
    assert one.effect.measured or one.effect.words.startswith("not measured")
    assert one.touches in get_args(Touches)
    assert one.rung is None or 0 <= one.rung < len(RUNGS)


@EACH
def test_exits_stand_beside_the_ladder(one: Response) -> None:
    if one.rung is None:
        assert not one.exits
    else:
        assert one.exits
        assert all(response(key).rung is None for key in one.exits)


@EACH
def test_what_touches_persons_or_is_aimed_at_a_state_takes_two(one: Response) -> None:
    assert one.two_persons or not (one.touches == "always" or one.kinds)


@EACH
def test_an_answer_whose_room_is_not_built_is_a_document(one: Response) -> None:
    subject, words = template_of(one.key, default_policy())
    assert subject
    assert words
    assert not one.room_built


def test_the_ladder_is_climbed_from_the_lowest_rung_and_exits_come_last() -> None:
    rungs = [one.rung for one in RESPONSES]
    on = [rung for rung in rungs if rung is not None]
    assert on == sorted(on)
    assert rungs[len(on) :] == [None] * 6
    assert len(RUNGS) == 12


def test_each_article_is_a_fact_that_ships_and_is_marked_as_it_is_there() -> None:
    facts = {row.key: row.verified for pack in shipped_packs() for row in pack.rows}
    articles = [one for one in vars(law).values() if isinstance(one, Article)]
    assert len(articles) > 30
    for one in articles:
        if one.norm:
            assert one.norm in facts, one
        # An article is named from memory, whatever was seen of the agreement as a whole.
        if one.norm and "." in one.norm:
            assert one.verified == facts[one.norm], one
        elif one.verified != "own":
            assert one.mark == "unverified", one


def test_an_answer_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no answer 'note-verbal'") as found:
        response("note-verbal")
    assert found.value.hint == "did you mean 'note-verbale'?"


def test_no_answer_is_written_with_a_state_or_a_verdict() -> None:
    for path in HOME.parent.rglob("*"):
        if path.suffix in (".py", ".toml") and path.parts[-2] in (
            "responses",
            "speaking",
            "acting",
            "deescalation",
            "answering",
            "policy",
        ):
            text = path.read_text("utf-8").casefold()
            if path.name != "words.py":
                assert "unlawful" not in text, path
