"""A thousand personal strings are planted anywhere, in many forms; none of them leaves."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from legation.rights.pseudonyms import Pseudonymiser
from legation.safeguards.sharing.gate.context import Account, Context, Preview
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.persons import Persons, partner_key
from legation.safeguards.sharing.gate.policy import read_policy
from legation.stix.tlp import Tlp
from worlds.planted_persons import (
    FORMS,
    Value,
    observed_with,
    personal_strings,
    planted_objects,
)
from worlds.shared_truth import SECRET, TODAY

_DICE = Random(6)  # noqa: S311 - a seed, so that a failure can be told again
STRINGS = personal_strings(_DICE)
_POLICY = read_policy(
    b'partner = "QMA"\nuntil = 2026-12-31\n[sharing]\ntlp = "green"\n'
    b'[types]\nsend = ["*"]\n[persons]\nrule = "redact"\n'
    b'[redaction]\ntimes = "exact"\nstrip_bodies = false\nstrip_notes = false\n'
)
_STRUCTURE = re.compile(r"[a-z0-9-]+--[0-9a-f-]{36}|acct-[a-z2-7]{26}|[a-z]+-[a-z2-7]{26}")


def _context(strings: list[str]) -> Context:
    handles = tuple(Account(one) for one in strings if "_" in one)
    names = tuple(one for one in strings if "_" not in one)
    return Context(secret=SECRET, today=TODAY, default=Tlp.GREEN, names=names, accounts=handles)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _plain(text: str) -> str:
    """Fold a text in a way of the test's own."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in ("Mn", "Cf"))


def _told(preview: Preview) -> str:
    """Return all that leaves as one folded text, ids and pseudonyms aside."""
    texts = (_STRUCTURE.sub("", text) for value in preview.leaving for text in _texts(value))
    return "\n".join(map(_plain, texts))


def test_none_of_a_thousand_planted_strings_leaves() -> None:
    assert len(set(STRINGS)) == 1000
    objects, planted = planted_objects(_DICE, STRINGS)
    preview = decide(objects, _POLICY, _context(STRINGS))
    told, raw = _told(preview), json.dumps(preview.leaving, ensure_ascii=False)
    assert [string for string in STRINGS if _plain(string) in told] == []
    assert [text for text in planted if text in raw] == []
    # They are found and replaced, not held.
    assert Counter(one.outcome for one in preview.verdicts) == {"redacted": 1000}


def test_no_person_leaves_by_an_object_that_is_or_holds_one() -> None:
    some = STRINGS[::10]
    objects = [value for number, one in enumerate(some) for value in observed_with(one, number)]
    preview = decide(objects, _POLICY, _context(some))
    told = _told(preview)
    assert [string for string in some if _plain(string) in told] == []
    outcomes = {(one.object_id.partition("--")[0], one.outcome) for one in preview.verdicts}
    assert outcomes == {
        ("artifact", "held"),
        ("campaign", "sent"),
        ("email-addr", "redacted"),
        ("email-message", "redacted"),
        ("file", "redacted"),
        ("identity", "redacted"),
        ("indicator", "held"),
        ("language-content", "redacted"),
        ("marking-definition", "redacted"),
        ("note", "redacted"),
        ("observed-data", "redacted"),
        ("process", "redacted"),
        ("url", "redacted"),
        ("user-account", "redacted"),
        ("x509-certificate", "redacted"),
    }


def test_who_is_a_person_here_is_found_elsewhere_without_being_known() -> None:
    some = STRINGS[::25]
    persons = [value for number, one in enumerate(some) for value in observed_with(one, number)]
    named = [value for value in persons if value["type"] in ("identity", "user-account")]
    texts: list[Value] = [
        {**value, "description": f"{some[number]} was there"}
        for number, value in enumerate(v for v in persons if v["type"] == "campaign")
    ]
    for value in texts:
        value.pop("object_marking_refs")
    preview = decide([*named, *texts], _POLICY, Context(secret=SECRET, today=TODAY,
                                                        default=Tlp.GREEN))  # fmt: skip
    told = _told(preview)
    assert "was there" in told
    assert [string for string in some if _plain(string) in told] == []


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_name_is_found_in_each_form(form: str) -> None:
    known = [(one, "person") for one in STRINGS[::5]]
    persons = Persons(SECRET, partner_key(SECRET, "QMA"), known, ())
    for string, _ in known:
        text = FORMS[form](string)
        assert persons.tells(f"see {text} there"), string
        left = persons.clean(f"see {text} there")
        assert text not in left
        assert not persons.tells(left)


@pytest.mark.parametrize(
    "text",
    [
        "The campaign used several domains to distribute a narrative across languages.",
        "SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "https://attack.mitre.org/techniques/T1566/001",
        "Встреча министров прошла в столице",
        "انعقد اجتماع الوزراء في العاصمة",
    ],
)
def test_a_text_of_nobody_stays_as_it_is(text: str) -> None:
    known = [(one, "person") for one in STRINGS]
    persons = Persons(SECRET, partner_key(SECRET, "QMA"), known, ())
    assert persons.clean(text) == text


def test_a_short_name_is_found_as_a_word_and_not_inside_of_one() -> None:
    persons = Persons(SECRET, partner_key(SECRET, "QMA"), [("Lena", "person")], ())
    assert persons.clean("for Lena's sake") != "for Lena's sake"
    assert persons.clean("a plenary meeting") == "a plenary meeting"


def test_a_pseudonym_is_the_same_for_one_partner_and_another_for_the_next() -> None:
    one, same, other = (
        Persons(SECRET, partner_key(SECRET, party), (), ()) for party in ("QMA", "QMA", "QMB")
    )
    assert one.account("ann", "perch") == same.account(" @Ann ", "perch")
    assert one.account("ann", "perch") != other.account("ann", "perch")
    assert one.alias("Ann Basalt", "person") != other.alias("Ann Basalt", "person")


def test_a_pseudonym_of_the_desk_leads_to_the_same_as_the_account() -> None:
    persons = Persons(
        SECRET, partner_key(SECRET, "QMA"), (), [("ann_basalt", Account("ann_basalt", "perch"))]
    )
    house = Pseudonymiser(SECRET).of("ann_basalt", "perch")
    given = persons.account("ann_basalt", "perch")
    assert persons.account(house) == given
    assert persons.own_pseudonyms(f"by {house.upper()}") == f"by {given}"
    assert persons.clean("by ann_basalt") == f"by {given}"
