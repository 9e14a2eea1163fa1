"""What the how-tos of cases show can be done as it stands: each file is read, each entry fits."""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.attribution.naming import Claimed
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case, case_of
from legation.safeguards.cases.case_file import read_case_file
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.dossier.regimes import read_regime, shipped_regimes
from legation.safeguards.cases.entries import Entry, tag_of
from legation.safeguards.cases.facts import Opened, Said, Task, Told, Victim, Work
from legation.safeguards.cases.law.answers import Answered
from legation.safeguards.cases.persons import RightsTest, verify_rights_test
from legation.safeguards.cases.playbooks.plays import read_playbook, shipped_playbooks
from legation.safeguards.cases.playbooks.rumours import advise, shipped_guide
from legation.safeguards.cases.policy.pack import Asked, Policy, asked_of, read_policy
from legation.safeguards.cases.responses.catalogue import BY_KEY, response
from legation.safeguards.cases.rules import verify_entry
from legation.safeguards.cases.typed import read_typed

FOLDER = Path(__file__).parents[3] / "docs" / "how-to"
PAGES = (
    "open-a-case",
    "assess-a-case",
    "attribute",
    "answer-proportionately",
    "propose-a-listing",
    "use-a-playbook",
    "watch-for-escalation",
)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BOOK = Book(norms=Norms(shipped_packs(), today=NOW.date()), own="XA")
_NUMBER = 2


def page(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


def files(name: str) -> list[bytes]:
    return [
        one.encode()
        for one in re.findall(r"^```toml\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)
    ]


def commands(verb: str) -> Iterator[list[str]]:
    """Yield the words of each command that the how-tos show, after its verb."""
    for name in PAGES:
        for line in page(name).splitlines():
            if line.startswith(f"legation case {verb} "):
                yield shlex.split(line)[3:]


ADDED = [words for words in commands("add") if len(words) > _NUMBER]


def typed(words: list[str]) -> Body:
    told: dict[str, str] = {}
    for part in words[2:]:
        if part.startswith("--"):
            break
        name, _, value = part.partition("=")
        told[name] = f"{told[name]}\n{value}" if name in told else value
    before = None
    if "--corrects" in words:
        before = whole_case().entry(int(words[words.index("--corrects") + 1])).body
    return read_typed(words[1], told, before=before)


def whole_case() -> Case:
    case = case_of("2026-0001", "incident--11111111-1111-4111-8111-111111111111", ())
    for number, body in enumerate(read_case_file(files("open-a-case")[0], "letters.toml"), 1):
        entry = Entry(number=number, author="person-1", written=NOW, body=body)
        verify_entry(case, entry, BOOK, NOW)
        case = case_of(case.number, case.id, (*case.entries, entry))
    return case


def test_the_file_of_a_case_is_read_and_each_entry_fits_the_others() -> None:
    case = whole_case()
    kinds = [type(one.body) for one in case.entries]
    assert {Opened, Victim, Task, Work, Claimed, Said, Answered, Told} == set(kinds)
    assert (kinds.count(Said), kinds.count(Answered)) == (2, 4)
    assert case.opened.type == "T4"
    assert all(isinstance(case.entry(number).body, Said) for number in (6, 9))


def test_a_policy_of_ones_own_is_read_and_asks_what_it_says() -> None:
    policy = read_policy(files("answer-proportionately")[0], place="policy.toml")
    assert policy.state == "XA"
    assert asked_of(response("countermeasure"), policy).likelihood == "almost certain"
    assert asked_of(response("public-attribution"), policy).persons == 3
    assert asked_of(response("criminal-charge"), policy).open is False


def test_a_policy_shows_every_key_that_there_is() -> None:
    told = files("answer-proportionately")[0].decode()
    keys = set(re.findall(r"^(\w+) = ", told, re.MULTILINE))
    assert keys == {*Asked.__struct_fields__, *Policy.__struct_fields__} - {"answers"}


def test_a_regime_and_a_playbook_of_ones_own_are_read() -> None:
    assert read_regime(files("propose-a-listing")[0], place="own.toml").key == "xa-cyber"
    assert read_playbook(files("use-a-playbook")[0], place="own.toml").key == "forged-letters"


@pytest.mark.parametrize("words", ADDED, ids=lambda words: " ".join(words[1:3])[:60])
def test_an_entry_that_is_shown_is_one(words: list[str]) -> None:
    body = typed(words)
    assert tag_of(body) == words[1]
    if isinstance(body, RightsTest):
        verify_rights_test(body, {}, BOOK.playbooks)
    if isinstance(body, OfDossier):
        assert body.dossier == "first"
    facts = {number for number, _ in whole_case().facts()}
    assert set(getattr(body, "rests_on", ())) <= facts


def test_the_dossier_that_is_shown_uses_keys_of_the_regime_that_ships() -> None:
    regime = next(one for one in shipped_regimes() if one.key == "eu-cyber-2019-797")
    keys = {
        row.key
        for table in (regime.threshold, regime.factor, regime.ground, regime.field, regime.part,
                      regime.remedy)
        for row in table
    }  # fmt: skip
    named = {
        value
        for words in ADDED
        for part in words[2:]
        for name, _, value in [part.partition("=")]
        if name in ("field", "question", "factor", "ground", "remedy", "serves")
    }
    assert named
    assert named - keys == set()


def test_questions_answers_playbooks_and_steps_that_are_shown_are_there() -> None:
    asked = {
        part.partition("=")[0]
        for words in commands("assess")
        for part in words[1:]
        if re.fullmatch(r"[a-z-]+=(yes|no|disputed|unknown)", part)
    }
    assert asked
    assert asked - BOOK.norms.questions.keys() == set()
    chosen = {words[1] for words in commands("answer") if len(words) > _NUMBER}
    assert chosen == {"note-verbale", "sanctions-dossier"}
    assert chosen <= BY_KEY.keys()
    steps = {one.key: {step.key for step in one.step} for one in shipped_playbooks()}
    ticked = [(words[1], words[2]) for words in commands("tick")]
    assert ticked
    assert [one for one in ticked if one[1] not in steps[one[0]]] == []


def test_the_rumours_that_are_shown_get_an_advice() -> None:
    found = []
    for words in commands("rumour"):
        answers = dict(part.split("=", 1) for part in words if re.match(r"[a-z]+=", part))
        found.append(advise(shipped_guide(), answers).rule)  # type: ignore[arg-type]  # words of an answer
    assert [one.advice for one in found if one is not None] == ["stay silent", "answer"]
