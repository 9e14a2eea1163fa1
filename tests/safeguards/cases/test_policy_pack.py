"""A policy may ask for more than the floor, never for less, and a fault in it is named by line."""

import msgspec
import pytest

from legation.errors import BadInputError
from legation.safeguards.cases.policy.pack import (
    LARGEST,
    Asked,
    Policy,
    asked_of,
    default_policy,
    read_policy,
    template_of,
)
from legation.safeguards.cases.policy.words import faults
from legation.safeguards.cases.responses.catalogue import BY_KEY, RESPONSES
from legation.safeguards.cases.responses.situation import LIKELIHOODS, OBLIGATIONS


def read(text: str) -> Policy:
    return read_policy(text.encode(), place="p.toml")


def fault(text: str) -> BadInputError:
    with pytest.raises(BadInputError) as found:
        read(text)
    return found.value


def test_the_policy_that_ships_speaks_of_every_answer_and_of_no_state() -> None:
    policy = default_policy()
    assert policy.answers.keys() == BY_KEY.keys()
    assert policy.state == ""
    assert all(one.open for one in policy.answers.values())
    assert policy.answers["countermeasure"].likelihood == "very likely"


def test_a_policy_is_read_with_all_that_it_may_say() -> None:
    policy = read(
        """
        name = "of a state"
        state = "XA"
        [answers.note-verbale]
        open = false
        [answers.retorsion]
        likelihood = "almost certain"
        confidence = "high"
        persons = 3
        roles = ["legal"]
        law = "xa-act-7"
        subject = "Note {reference}"
        words = "Of {happened}."
        """
    )
    asked = asked_of(BY_KEY["retorsion"], policy)
    assert (asked.likelihood, asked.confidence, asked.persons) == ("almost certain", "high", 3)
    assert (asked.roles, asked.law) == (("legal",), "xa-act-7")
    assert asked_of(BY_KEY["note-verbale"], policy).open is False
    assert template_of("retorsion", policy) == ("Note {reference}", "Of {happened}.")


def test_what_a_policy_leaves_out_holds_as_the_answer_says() -> None:
    policy = read('name = "silent"')
    for one in RESPONSES:
        asked = asked_of(one, policy)
        assert (asked.open, asked.likelihood, asked.confidence) == (
            one.open,
            one.least,
            one.confidence,
        )
        assert asked.persons == (2 if one.two_persons else 1)
        assert template_of(one.key, policy) == template_of(one.key, default_policy())
    assert asked_of(BY_KEY["countermeasure"], policy).open is False


@pytest.mark.parametrize(
    ("key", "line", "field"),
    [
        ("takedown-request", "rights_test = false", "rights_test"),
        ("countermeasure", "rights_test = false", "rights_test"),
        ("countermeasure", "persons = 1", "persons"),
        ("sanctions-dossier", "persons = 1", "persons"),
        ("countermeasure", 'spares = ["force"]', "spares"),
        ("takedown-request", 'never_for = ["opinion"]', "never_for"),
        ("takedown-request", 'never_for = ["genuine", "criticism"]', "never_for"),
        ("countermeasure", 'likelihood = "roughly even chance"', "likelihood"),
        ("note-verbale", 'roles = ["administrator"]', "roles"),
        ("no-action", "open = false", "open"),
        ("note-verbale", 'spares = ["force"]', "spares"),
    ],
)
def test_the_floor_cannot_be_lowered(key: str, line: str, field: str) -> None:
    found = fault(f'name = "p"\n\n# of one answer\n[answers.{key}]\n{line}\n')
    assert found.place == f"p.toml:5: answers.{key}.{field}"
    assert found.hint


@pytest.mark.parametrize("least", OBLIGATIONS)
def test_a_countermeasure_spares_each_duty_of_article_50(least: str) -> None:
    rest = [f'"{one}"' for one in OBLIGATIONS if one != least]
    text = f'name = "p"\n[answers.countermeasure]\nspares = [{", ".join(rest)}]'
    assert "ARSIWA 50" in str(fault(text))


@pytest.mark.parametrize("said", LIKELIHOODS)
def test_no_way_leads_below_the_floor_of_a_countermeasure(said: str) -> None:
    made = Policy(name="p", answers={"countermeasure": Asked(likelihood=said)})  # type: ignore[arg-type] # from the list of words
    asked = asked_of(BY_KEY["countermeasure"], made)
    assert asked.likelihood is not None
    assert LIKELIHOODS.index(asked.likelihood) >= LIKELIHOODS.index("likely")


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('name = "p"\nnot = 1', "p.toml:2: not", "did you mean 'note'?"),
        ('nam = "p"', "p.toml:1: nam", "did you mean 'name'?"),
        (
            'name = "p"\n[answers.note-verbal]\nopen = true',
            "p.toml:2: answers.note-verbal",
            "did you mean 'note-verbale'?",
        ),
        (
            'name = "p"\n[answers.retorsion]\nopen = true\nlikelyhood = "likely"',
            "p.toml:4: answers.retorsion.likelyhood",
            "did you mean 'likelihood'?",
        ),
        (
            'name = "p"\n[answers.retorsion]\nsubject = "x {hapened}"',
            "p.toml:3: answers.retorsion.subject",
            "did you mean 'happened'?",
        ),
    ],
)
def test_an_unknown_name_is_told_with_its_line_and_the_nearest(
    text: str, place: str, hint: str
) -> None:
    found = fault(text)
    assert (found.place, found.hint) == (place, hint)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            'name = "p"\n[answers.retorsion]\nlikelihood = "sure"',
            ":3: answers.retorsion.likelihood",
        ),
        ('name = "p"\n[answers.retorsion]\npersons = 0', ":3: answers.retorsion.persons"),
        ('name = "p"\n[answers.retorsion]\nopen = "yes"', ":3: answers.retorsion.open"),
        ('name = "p"\n[answers]\nretorsion = 3', ": answers.retorsion"),
        ('name = "p"\nanswers = 3', ""),
        ('name = "p"\nstate = "Atlantis"', ":2: state"),
        ('state = "XA"', ""),
        ('name = ""', ":1: name"),
        ('name = "p', ": end of document"),
        ("name = " + "9" * 5000, ""),
    ],
)
def test_a_wrong_value_is_told_with_its_line(text: str, place: str) -> None:
    assert fault(text).place == f"p.toml{place}"


def test_what_is_no_text_or_too_much_is_refused() -> None:
    with pytest.raises(BadInputError, match="UTF-8"):
        read_policy(b"name = '\xff'", place="p.toml")
    with pytest.raises(BadInputError, match="larger"):
        read_policy(b"#" * (LARGEST + 1), place="p.toml")
    assert "too many parts" in str(fault("a = 1\n" + ".".join("a" * 40_000) + " = 1"))
    assert read('name = "p" # ' + "a" * (LARGEST - 100)).name == "p"


@pytest.mark.parametrize(
    "words",
    [
        "This act is unlawful.",
        "It was ILLEGAL.",
        "You violated the rules.",
        "an internationally wrongful act",
        "in breach of Article 22",
        "Of {happened",
        "Of {}",
        "Of {happened.year}",
        "Of {happened!r:>10}",
    ],
)
def test_words_that_judge_or_reach_further_than_a_field_are_refused(words: str) -> None:
    assert list(faults(words))
    assert fault(f'name = "p"\n[answers.note-verbale]\nwords = "{words}"').place == (
        "p.toml:3: answers.note-verbale.words"
    )


def test_the_words_that_ship_have_no_fault() -> None:
    for one in default_policy().answers.values():
        assert not [*faults(one.subject), *faults(one.words)]


def test_a_policy_can_be_kept_and_read_again() -> None:
    policy = default_policy()
    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy
