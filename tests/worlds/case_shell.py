"""A home with people who deal with cases, and a case in it, all by commands."""

import json
from pathlib import Path
from typing import Any, Final

from worlds.homes import prepare
from worlds.shell import Said, legation

CASE: Final = "2026-0001"
PEOPLE: Final = {"Ann": "analyst", "Dan": "legal", "Eve": "policy", "Fay": "press"}
FACT: Final = 3
STANDING: Final = ("standing.false-flag", "standing.insider", "standing.error")
_SURE: Final = ("likelihood=very likely", "confidence=moderate", "rests_on=3")


class CaseShell:
    """Commands of one home; what must work is asserted to."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        prepare(folder)
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

    def chosen(self, *words: str, key: str = "hotline-call") -> int:
        """Choose an answer; return its number."""
        said = self.case(
            "answer", CASE, key, "--why", "to hear what they know of it", "--rests-on", "3",
            "--against", "XB", *words, "--actor", "Eve",
        )  # fmt: skip
        return int(said.out.split()[-1])
