"""The rights test of a step says something in each part, and names nobody."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.rights.intrusion import PARTS
from legation.safeguards.cases.persons import (
    REMEDIES,
    RIGHTS,
    Protected,
    RightsTest,
    SpeechNamed,
    verify_protected,
    verify_rights_test,
    verify_speech_named,
)
from legation.safeguards.cases.playbooks.plays import shipped_playbooks
from legation.safeguards.cases.responses.answering.steps import Chosen

TAKEDOWN = Chosen(
    answer="takedown-request", touches=True, why="the letter is forged", rests_on=(1,)
)
NOTE = Chosen(answer="note-verbale", touches=False, why="to ask what they know", rests_on=(1,))
BOOKS = {one.key: one for one in shipped_playbooks()}
CHOSEN = {4: TAKEDOWN, 5: NOTE}


def whole_test(**changed: Any) -> RightsTest:
    said: dict[str, Any] = {
        "for_": "takedown-request",
        "persons": "whoever runs the account that imitates the embassy",
        "rights": ("expression",),
        "legality": "section 7 of the act on electronic communication",
        "aim": "the rights of those whom the forged letter deceives",
        "necessity": "a correction was published and did not reach its readers",
        "proportionality": "one text is concerned, and it may be posted again once corrected",
        "safeguards": "two persons sign, and the request ends with the answer to it",
        "notice": "the platform tells whoever posted it, at once",
        "observations": "they may answer to the legal adviser within thirty days",
        "review": "the ombudsman reviews each request every quarter",
        "excluded": "neither",
    }
    return RightsTest(**{**said, **changed})


def place_of(body: RightsTest) -> str:
    with pytest.raises(RecordError) as found:
        verify_rights_test(body, CHOSEN, BOOKS)
    assert found.value.hint
    return found.value.place


def test_a_whole_test_is_taken_for_an_answer_a_choice_or_a_step_of_a_playbook() -> None:
    verify_rights_test(whole_test(), CHOSEN, BOOKS)
    verify_rights_test(whole_test(for_=4), CHOSEN, BOOKS)
    verify_rights_test(whole_test(for_="t4-impersonation/report-account"), CHOSEN, BOOKS)


@pytest.mark.parametrize("name", ["persons", *PARTS, *REMEDIES])
@pytest.mark.parametrize("said", ["yes", "n/a ... - - - -", "?"])
def test_each_part_is_a_sentence(name: str, said: str) -> None:
    assert place_of(whole_test(**{name: said})) == name


@pytest.mark.parametrize("name", ["persons", *PARTS, *REMEDIES])
@pytest.mark.parametrize(
    "said",
    [
        "the holder of the account @somebody and those around",
        "whoever reads ana@example.org is concerned by it",
        "the holder of the number +33 1 23 45 67 89 is concerned",
    ],
)
def test_no_part_names_somebody(name: str, said: str) -> None:
    assert place_of(whole_test(**{name: said})) == name


@pytest.mark.parametrize(
    "said",
    [
        "Regulation (EU) 2019/796, which the Council made",
        "Council Decision (CFSP) 2019/797 and Regulation (EU) No 269/2014",
        "Regulations 2019/796, 2020/1999 and their annexes",
        "OJ L 129 17 of May, Art. 8(2) 10(2) of the convention",
        "§ 1004 823 of the civil code, section 12(3) 14(1) of the act",
        "the order that ends on 2026-03-01, given in case 2026-0001",
    ],
)
def test_the_number_of_an_act_of_a_day_or_of_a_case_names_nobody(said: str) -> None:
    verify_rights_test(whole_test(legality=said), CHOSEN, BOOKS)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ask the holder of @somebody, they know", "@somebody"),
        ("write to ana@example.org about it", "ana@example.org"),
        ("call +33 2019/796 about the act", "+33 2019/796"),
        ("section 33 1 23 45 67 89 of the act", "33 1 23 45 67 89"),
    ],
)
def test_the_words_that_name_somebody_are_told(said: str, words: str) -> None:
    with pytest.raises(RecordError) as found:
        verify_rights_test(whole_test(legality=said), CHOSEN, BOOKS)
    assert words in str(found.value)


@pytest.mark.parametrize(
    "step",
    [
        *("takedown-requests", 7, 5, "note-verbale"),
        *("no-book/keep", "t4-impersonation/no-step", "t4-impersonation/keep"),
    ],
)
def test_it_is_of_a_step_that_there_is_and_that_touches_somebody(step: str | int) -> None:
    assert place_of(whole_test(for_=step)) == "for"


def test_it_names_which_rights_are_touched() -> None:
    assert place_of(whole_test(rights=("privacy", "privacy"))) == "rights"
    assert {"ICCPR 17", "ICCPR 19"} <= {
        part.strip(" );") for words in RIGHTS.values() for part in words.split("(")[1].split(";")
    }
    said = msgspec.to_builtins(whole_test()) | {"rights": []}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, RightsTest)


@pytest.mark.parametrize("name", ["legality", "notice", "review", "excluded", "rights", "for"])
def test_no_part_can_be_left_out(name: str) -> None:
    said = msgspec.to_builtins(whole_test())
    del said[name]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(said, RightsTest)


def test_speech_and_sources_are_named_with_a_reason_and_without_a_name() -> None:
    verify_speech_named(SpeechNamed(why="residents write of a road in their own words"))
    with pytest.raises(RecordError, match="why"):
        verify_speech_named(SpeechNamed(why="speech"))
    verify_protected(Protected(kind="press source", why="told to a journalist in confidence"))
    with pytest.raises(RecordError, match="why"):
        verify_protected(Protected(kind="press source", why="ana@example.org told a journalist"))
    with pytest.raises(RecordError, match="why"):
        verify_protected(Protected(kind="press source", why="source"))


@pytest.mark.parametrize("body", [whole_test(), whole_test(for_=4)])
def test_a_test_is_kept_as_it_was_written(body: RightsTest) -> None:
    assert msgspec.json.decode(msgspec.json.encode(body), type=RightsTest) == body
