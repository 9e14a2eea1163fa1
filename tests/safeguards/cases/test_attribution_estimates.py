"""Likelihood and confidence are told side by side, each word with what it means."""

import inspect
import json
import pkgutil
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from legation.safeguards.cases import attribution
from legation.safeguards.cases.attribution.estimates import (
    CONFIDENCE,
    CREDIBILITY,
    RANGES,
    RELIABILITY,
    Range,
    at_least,
)
from legation.safeguards.cases.attribution.grades import OF_CONTENT, OF_SOURCE, weight_of
from legation.safeguards.cases.attribution.layers import Layered
from legation.safeguards.cases.bodies import Confidence, Credibility, Likelihood, Reliability
from legation.safeguards.cases.policy.pack import read_policy
from legation.safeguards.cases.typed import read_typed


def test_every_word_has_its_meaning() -> None:
    assert tuple(RANGES) == get_args(Likelihood)
    assert tuple(CONFIDENCE) == get_args(Confidence)
    assert tuple(RELIABILITY) == tuple(OF_SOURCE) == get_args(Reliability)
    assert tuple(CREDIBILITY) == tuple(OF_CONTENT) == get_args(Credibility)


def test_ranges_follow_one_another_without_a_hole() -> None:
    told = [*RANGES.values()]
    assert (told[0].low, told[-1].high) == (1, 99)
    assert all(one.low < one.high == other.low for one, other in pairwise(told))


@pytest.mark.parametrize("at", range(7))
def test_a_word_is_at_least_each_word_up_to_it_and_no_other(at: int) -> None:
    words = get_args(Likelihood)
    assert [at_least(words[at], one) for one in words] == [one <= at for one in range(7)]


def test_a_better_grade_never_weighs_less_and_what_cannot_be_judged_is_in_doubt() -> None:
    for letters in pairwise("ABCDE"):
        for digits in pairwise("12345"):
            best, worst = (weight_of(*one) for one in zip(letters, digits, strict=True))  # type: ignore[arg-type]  # grades of the code
            assert best.low > worst.high > 0
    doubt = weight_of("F", "6")
    assert doubt.low == weight_of("E", "5").low < doubt.mid < doubt.high == weight_of("A", "1").high


@pytest.mark.parametrize(("word", "of"), RANGES.items())
def test_the_other_word_of_the_directive_is_taken_and_the_word_of_the_scale_is_kept(
    word: str, of: Range
) -> None:
    told = {
        "layer": "technical", "party": "XB", "confidence": "low", "rests_on": "3", "basis": "b",
        "gaps": "g",
    }  # fmt: skip
    for said in (word, of.synonym, of.synonym.upper()):
        body = read_typed("layer", told | {"likelihood": said})
        assert isinstance(body, Layered)
        assert body.likelihood == word
    policy = f'name = "p"\n[answers.public-attribution]\nlikelihood = "{of.synonym}"\n'
    asked = read_policy(policy.encode(), place="p.toml").answers["public-attribution"]
    assert asked.likelihood == word


def test_a_word_that_is_none_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("quite likely", Likelihood)


def test_nothing_makes_one_number_of_likelihood_and_confidence() -> None:
    looked = 0
    for module in pkgutil.iter_modules(attribution.__path__, f"{attribution.__name__}."):
        told = import_module(module.name)
        for _, made in inspect.getmembers(told, inspect.isfunction):
            if made.__module__ != module.name:
                continue
            looked += 1
            hints = get_type_hints(made)
            back = hints.pop("return", None)
            if {Likelihood, Confidence} <= {*hints.values()}:
                assert back not in (int, float)
            # What holds both is handed on whole: nobody makes a number of it.
            if any("likelihood" in getattr(one, "__struct_fields__", ()) for one in hints.values()):
                assert back not in (int, float)
    assert looked > 20


@pytest.mark.data
def test_words_and_ranges_are_those_of_the_research(shared: Path) -> None:
    told = json.loads((shared / "agreements" / "frameworks.json").read_text("utf-8"))
    assert [[word, one.low, one.high] for word, one in RANGES.items()] == [
        [words.split(" / ")[0], low, high] for words, low, high in told["icd203_words"]
    ]
    assert told["admiralty"]["source"] == RELIABILITY
    assert told["admiralty"]["information"] == CREDIBILITY
