"""A home with people who deal with cases, and a case in it, all by commands."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from legation.safeguards.cases.facts import STATUSES
from worlds import dossiers
from worlds.homes import prepare
from worlds.shell import Said, legation

CASE: Final = "2026-0001"
PEOPLE: Final = {"Ann": "analyst", "Dan": "legal", "Eve": "policy", "Fay": "press"}
FACT: Final = 3
STANDING: Final = ("standing.false-flag", "standing.insider", "standing.error")
_SURE: Final = ("likelihood=very likely", "confidence=moderate", "rests_on=3")

RIGHTS: Final = (
    *("for=sanctions-dossier", "persons=one engineer of a unit", "rights=privacy"),
    *("legality=the decision of the Council", "aim=that the copying of papers ends"),
    *("necessity=a protest changed nothing in two years", "excluded=neither"),
    *("proportionality=accounts and journeys alone, for a year",),
    *("safeguards=the ombudsman sees the file", "notice=by letter, once it is decided"),
    *("observations=to the secretariat, in writing", "review=the court, and each year"),
)
_FACTS: Final = 4
LISTING: Final = "sanctions-dossier"
# Rungs below a dossier that are open in such a case.
PASSED: Final = range(5)


class CaseShell:
    """Commands of one home; what must work is asserted to."""

    def __init__(self, folder: Path) -> None:
        self.home = folder

    def make(self) -> None:
        """Make the home, and its people."""
        prepare(self.home)
        self.did("init")
        for name, role in PEOPLE.items():
            self.did("admin", "add", name, "--role", role)
            why = ("--reason", "deals with cases of this desk")
            self.did("admin", "clearance", name, "--tlp", "red", "--pap", "red", *why)

    def run(self, *words: str | Path) -> Said:
        """Run any command."""
        return legation(*words, "--home", self.home)

    def did(self, *words: str | Path) -> Said:
        """Run a command that must work."""
        said = self.run(*words)
        assert said.code == 0, (words, said.err)
        return said

    def case(self, *words: str | Path) -> Said:
        """Run a command about cases that must work."""
        return self.did("case", *words)

    def told(self, *words: str | Path) -> Any:
        """Return what a command about cases says as JSON."""
        return json.loads(self.case(*words, "--json").out)

    def refused(self, *words: str | Path) -> tuple[int, str]:
        """Run a command about cases that must not work; return its code and what it says."""
        said = self.run("case", *words)
        assert said.code != 0, said.out
        assert said.out == ""
        error, hint = said.err.splitlines()
        assert error.startswith("legation: error: ")
        assert hint.startswith("legation: hint: ")
        return said.code, said.err

    def entries(self) -> int:
        """Return the number of the last entry of the case."""
        number: int = self.told("show", CASE, "--all")["entries"][-1]["number"]
        return number

    def add(self, kind: str, *parts: str, actor: str = "") -> int:
        """Write an entry; return its number."""
        by = ("--actor", actor) if actor else ()
        return int(self.case("add", CASE, kind, *parts, *by).out.split()[-1])

    def listing(self, case: str, file: Path) -> None:
        """Write a dossier that lacks nothing into a case: its facts, its choice, its hands."""
        first = self.told("show", case, "--all")["entries"][-1]["number"] + 1
        for number in range(1, _FACTS + 1):
            fact = dossiers.exhibit(number)
            self.case(
                "add", case, "said", f"says={fact.says}", f"on={fact.on}", f"url={fact.url}",
                f"source={fact.source}", "reliability=B", "credibility=2",
                "verified=verified-excerpt",
            )  # fmt: skip
        rights = self.proposing(case, first)
        bodies = [msgspec.to_builtins(one) for one in dossiers.person().bodies]
        today = datetime.now(UTC).date()
        file.write_text(_toml([moved(one, first, rights, today) for one in bodies]), "utf-8")
        self.case("import", case, file)

    def proposing(self, case: str, fact: int) -> int:
        """Choose to propose a listing, and have it signed by two; return the number of its test."""
        self.case("assess", case, "forged=yes", "--rests-on", str(fact))
        for status in ("triaged", "assessed"):
            if self.told("show", case)["status"] in STATUSES[: STATUSES.index(status)]:
                self.case("move", case, status)
        rights = int(self.case("add", case, "rights-test", *RIGHTS).out.split()[-1])
        choice, decision = rights + 1, rights + 2
        instead = (word for rung in PASSED for word in ("--instead", f"{rung}:it was weighed here"))
        self.case(
            "answer", case, LISTING, "--why", "to propose whoever gave the orders",
            "--rests-on", str(fact), "--touches", *instead, "--actor", "Dan",
        )  # fmt: skip
        self.case("add", case, "decision", "what=a listing is proposed", f"answers={choice}",
                  "touches_persons=yes", f"rights_test={rights}", "--actor", "Dan")  # fmt: skip
        for who in ("Dan", "Eve"):
            self.case("sign", case, str(decision), "--role", PEOPLE[who], "--actor", who)
        return rights

    def opened(self) -> None:
        """Open a case: letters in the name of a ministry, and one fact, entry 3."""
        told = ("--title", "Letters in the name of a ministry", "--type", "T4")
        self.case("open", *told, "--began", "2026-02-19", "--known", "2026-02-20")
        self.add("victim", "kind=state", "party=FR", "what=the foreign ministry")
        fact = self.add(
            "said", "says=three letters on the paper of the ministry were sent",
            "on=2026-02-19", "source=the press office", "reliability=B", "credibility=2",
        )  # fmt: skip
        assert fact == FACT

    def weighed(self) -> None:
        """Weigh the fact against a state and against what stands in every matrix."""
        self.add("hypothesis", "key=theirs", "kind=state", "says=their service did it", "party=XB")
        for key, fit in (("theirs", "1"), *((one, "-2") for one in STANDING)):
            why = "why=the paper was bought there"
            self.add("weighed", "item=3", f"hypothesis={key}", f"fit={fit}", why)

    def proposed(self) -> int:
        """State the layers, and propose an attribution; return its number."""
        self.weighed()
        for layer in ("technical", "operational"):
            basis = ("basis=the paper and the stamps", "gaps=who paid")
            self.add("layer", f"layer={layer}", "party=XB", *_SURE, *basis)
        said = self.case(
            "attribute", CASE, "--layer", "operational", "--party", "XB", "--likelihood",
            "very likely", "--confidence", "moderate", "--rests-on", "3", "--by", "the ministry",
            "--on", "2026-03-01", "--actor", "Ann",
        )  # fmt: skip
        return int(said.out.split()[-1])

    def attributed(self) -> int:
        """Attribute the case by two people; return the number of the proposal."""
        self.case("assess", CASE, "forged=yes", "--rests-on", "3")
        number = self.proposed()
        words = ("--words", "I read all of it and agree")
        self.case("agree", CASE, str(number), *words, "--actor", "Dan")
        for status in ("triaged", "assessed", "attributed"):
            self.case("move", CASE, status)
        return number

    def chosen(self, *words: str, key: str = "hotline-call", actor: str = "Eve") -> int:
        """Choose an answer; return its number."""
        said = self.case(
            "answer", CASE, key, "--why", "to hear what they know of it", "--rests-on", "3",
            "--against", "XB", *words, "--actor", actor,
        )  # fmt: skip
        return int(said.out.split()[-1])


def moved(told: dict[str, Any], first: int, rights: int, today: date) -> dict[str, Any]:
    """Return an entry of a dossier with its facts where they stand in the case."""
    if "rests_on" in told:
        told["rests_on"] = [number + first - 1 for number in told["rests_on"]]
    if "fact" in told:
        told["fact"] += first - 1
    if "test" in told:
        told["test"] = rights
    if told.get("entry") == "review":
        told["on"] = str(today + timedelta(days=300))
    return told


def _toml(bodies: list[dict[str, Any]]) -> str:
    """Return entries as TOML; JSON writes its values as TOML does."""
    return "\n".join(
        "[[entries]]\n" + "".join(f"{name} = {json.dumps(part)}\n" for name, part in one.items())
        for one in bodies
    )
