"""An invented dossier without a gap, and the ways to plant each kind of gap in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.dossier.beside import Beside, Exhibit, Listing
from legation.safeguards.cases.dossier.bodies import (
    DossierOpened,
    FactorMet,
    Ground,
    Identified,
    OfDossier,
    Reasoned,
    RemedySet,
    ReviewSet,
    RightsCited,
    SourceJudged,
    ThresholdMet,
)
from legation.safeguards.cases.dossier.folding import Dossier, fold_dossier
from legation.safeguards.cases.dossier.gaps import GapKind
from legation.safeguards.cases.dossier.regimes import Regime, shipped_regimes

REGIME = next(one for one in shipped_regimes() if one.key == "eu-cyber-2019-797")
TODAY = date(2026, 11, 27)
STATES = {"XA": "Aldria", "XB": "Borland (Kingdom of)"}
PERSON, BODY = "jan-example", "unit-nine"
RIGHTS_TEST = 900
# A choice to propose the listing that was tested, and signed by two.
CHOICE = Listing(choice=905, test=RIGHTS_TEST, signed=2, persons=2)

LINK = "Jan Example, called The Clerk, gave orders to the programme in the servers on 4 May 2015."
CONDUCT = "From 30 April to 20 May 2015 papers were copied from the servers of a parliament."


def exhibit(number: int, **other: Any) -> Exhibit:
    told = {
        "says": f"What entry {number} says.",
        "source": f"Report No. {number}",
        "url": f"https://example.org/{number}",
        "on": "2020-10-22",
        "reliability": "B",
        "credibility": "2",
        "verified": "verified-excerpt",
        "files": ("ab" * 32,),
    }
    return Exhibit(**{**told, **other})


@dataclass
class Draft:
    """A dossier that is still being written."""

    key: str
    bodies: list[OfDossier]
    facts: dict[int, Exhibit]
    regime: Regime | None = REGIME
    rights_tests: frozenset[int] = frozenset({RIGHTS_TEST})
    listings: tuple[Listing, ...] = (CHOICE,)
    others: list[Dossier] = field(default_factory=list)

    def entries(self) -> list[tuple[int, Body]]:
        return list(enumerate(self.bodies, 1000))

    def folded(self) -> Dossier:
        return fold_dossier(self.entries(), self.key, self.regime)

    def beside(self) -> Beside:
        return Beside(
            today=TODAY,
            facts=self.facts,
            rights_tests=self.rights_tests,
            listings=self.listings,
            states=STATES,
            others=tuple(self.others),
        )

    def drop(self, kind: type[OfDossier], **like: object) -> list[OfDossier]:
        gone = [one for one in self.bodies if is_like(one, kind, like)]
        assert gone, f"nothing to drop: {kind} {like}"
        self.bodies = [one for one in self.bodies if not is_like(one, kind, like)]
        return gone

    def change(self, kind: type[OfDossier], like: dict[str, object], **to: Any) -> None:
        assert any(is_like(one, kind, like) for one in self.bodies)
        self.bodies = [
            msgspec.structs.replace(one, **to) if is_like(one, kind, like) else one
            for one in self.bodies
        ]

    def add_sentence(self, sentence: str, *rests_on: int) -> None:
        at = max((one.at for one in self.bodies if isinstance(one, Reasoned)), default=0) + 1
        self.bodies.append(
            Reasoned(dossier=self.key, at=at, sentence=sentence, rests_on=tuple(rests_on))
        )

    def add_fact(self, number: int, *, is_open: bool = True, judged: str = "admissible") -> None:
        self.facts[number] = exhibit(number)
        self.bodies.append(judgement(self.key, number, is_open=is_open, judged=judged))


def is_like(one: OfDossier, kind: type[OfDossier], like: dict[str, object]) -> bool:
    return isinstance(one, kind) and all(getattr(one, name) == to for name, to in like.items())


def judgement(
    key: str, number: int, *, is_open: bool = True, judged: str = "admissible"
) -> SourceJudged:
    told = {"dossier": key, "fact": number, "open": is_open, "admissibility": judged, "why": "w"}
    return msgspec.convert({"entry": "source-judged", **told}, SourceJudged)


def person() -> Draft:
    return _draft(
        PERSON,
        "person",
        {
            "name": "Jan Example",
            "aliases": "The Clerk",
            "gender": "male",
            "date-of-birth": "1985-04-03",
            "place-of-birth": "Easton",
            "nationality": "XA",
            "passport": "",
            "address": "",
            "position": "engineer of Unit Nine",
        },
        LINK,
    )


def body() -> Draft:
    return _draft(
        BODY,
        "body",
        {
            "name": "Unit Nine",
            "aliases": "Main Office Nine",
            "address": "5 Harbour Road, Easton",
            "registration": "",
            "registered-in": "XA",
            "linked-persons": "Jan Example",
        },
        "Unit Nine paid for the servers, and its staff gave them orders on 4 May 2015.",
    )


def _draft(key: str, kind: str, fields: dict[str, str], link: str) -> Draft:
    opened = {"entry": "dossier", "dossier": key, "regime": REGIME.key, "kind": kind}
    bodies: list[OfDossier] = [msgspec.convert(opened, DossierOpened)]
    bodies += [
        Identified(dossier=key, field=name, value=value, rests_on=(3,))
        if value
        else Identified(dossier=key, field=name, unavailable=True)
        for name, value in fields.items()
    ]
    bodies += [
        ThresholdMet(dossier=key, question=question, answer="yes", rests_on=(1, 2), why="w")
        for question in ("significant-effect", "external-threat")
    ]
    bodies += [
        FactorMet(dossier=key, factor="data-stolen", rests_on=(1,), why="16 GB"),
        Ground(dossier=key, ground="responsible", rests_on=(2,)),
        RightsCited(dossier=key, test=RIGHTS_TEST),
        ReviewSet(dossier=key, on="2027-11-26"),
    ]
    bodies += [RemedySet(dossier=key, remedy=row.key, how="by letter") for row in REGIME.remedy]
    statement = [
        (CONDUCT, "conduct", (1,)),
        (link, "link", (2, 3)),
        ("The mail of 16 offices failed for four days, and 16 GB were taken.", "effect", (1,)),
        ("The servers that gave the orders stood outside the Union.", "threat", (2,)),
        ("The attack was attributed to Aldria by Borland on 2020-10-22.", "", (1, 4)),
    ]
    bodies += [
        Reasoned(
            dossier=key, at=at, sentence=said, serves=(part,) if part else (), rests_on=rests_on
        )
        for at, (said, part, rests_on) in enumerate(statement, 1)
    ]
    bodies += [judgement(key, number) for number in (1, 2, 3)]
    bodies.append(judgement(key, 4, is_open=False, judged="disputed"))
    return Draft(key=key, bodies=bodies, facts={number: exhibit(number) for number in range(1, 5)})


Plant = Callable[[Draft], object]


def _changes(kind: type[OfDossier], like: dict[str, object], **to: Any) -> Plant:
    return lambda draft: draft.change(kind, like, **to)


def _drops(kind: type[OfDossier], **like: object) -> Plant:
    return lambda draft: draft.drop(kind, **like)


def _says(sentence: str, *rests_on: int) -> Plant:
    return lambda draft: draft.add_sentence(sentence, *rests_on)


def _rests_on(number: int, sentence: str, **fact: Any) -> Plant:
    def plant(draft: Draft) -> None:
        draft.add_fact(number)
        draft.facts[number] = exhibit(number, **fact)
        draft.add_sentence(sentence, 1, number)

    return plant


def _alone_on(number: int, sentence: str, *, is_open: bool, judged: str) -> Plant:
    def plant(draft: Draft) -> None:
        draft.add_fact(number, is_open=is_open, judged=judged)
        draft.add_sentence(sentence, number)

    return plant


def _unjudged(draft: Draft) -> None:
    draft.facts[50] = exhibit(50)
    draft.add_sentence("A log of 2015 shows it.", 1, 50)


def _namesake(draft: Draft) -> None:
    for one in REGIME.fields_of("person"):
        if one.distinguishes:
            draft.change(Identified, {"field": one.key}, value="", unavailable=True)


def _other(draft: Draft, **to: Any) -> Draft:
    """Return a second dossier, of somebody else who is told by other fields."""
    second = Draft(key="second", bodies=list(draft.bodies), facts=draft.facts)
    second.bodies = [msgspec.structs.replace(one, dossier="second") for one in second.bodies]
    for name, value in to.items():
        second.change(Identified, {"field": name}, value=value)
    return second


def _copied(draft: Draft) -> None:
    second = _other(draft, name="Eva Sample", aliases="The Smith")
    for at, one in enumerate(second.bodies):
        if isinstance(one, Reasoned):
            said = one.sentence.replace("Jan Example", "Eva Sample").replace("Clerk", "Smith")
            second.bodies[at] = msgspec.structs.replace(one, sentence=said)
    draft.others.append(second.folded())


def _twice(draft: Draft) -> None:
    second = _other(draft)
    like = next(one for one in second.bodies if isinstance(one, Reasoned) and "link" in one.serves)
    second.change(Reasoned, {"at": like.at}, sentence="Jan Example drove the car in 2016.")
    draft.others.append(second.folded())


def _choice(**to: Any) -> Plant:
    def plant(draft: Draft) -> None:
        draft.listings = tuple(msgspec.structs.replace(one, **to) for one in draft.listings)

    return plant


def _not_chosen(draft: Draft) -> None:
    draft.listings = ()


def _regime_unknown(draft: Draft) -> None:
    draft.regime = None


# Each kind of gap, how it is planted, and the part of the dossier that it needs for itself: of
# two that need the same part only one can be planted.
PLANTS: dict[GapKind, tuple[Plant, frozenset[str]]] = {
    "key-unknown": (
        lambda draft: draft.bodies.append(
            FactorMet(dossier=draft.key, factor="no-such-factor", rests_on=(1,), why="w")
        ),
        frozenset(),
    ),
    "name-missing": (_drops(Identified, field="name"), frozenset({"name"})),
    "field-missing": (_drops(Identified, field="passport"), frozenset({"passport"})),
    "field-not-asked": (
        lambda draft: draft.bodies.append(
            Identified(dossier=draft.key, field="registration", value="HR 1", rests_on=(3,))
        ),
        frozenset(),
    ),
    "field-unsourced": (
        _changes(Identified, {"field": "aliases"}, rests_on=()),
        frozenset(),
    ),
    "day-malformed": (
        _changes(Identified, {"field": "date-of-birth"}, value="spring 1985"),
        frozenset({"birth"}),
    ),
    "day-ahead": (
        _changes(Identified, {"field": "date-of-birth"}, value="2031-01-01"),
        frozenset({"birth"}),
    ),
    "state-unknown": (
        _changes(Identified, {"field": "nationality"}, value="Aldria"),
        frozenset(),
    ),
    "gender-unknown": (_changes(Identified, {"field": "gender"}, value="clerk"), frozenset()),
    "namesake": (_namesake, frozenset({"birth", "passport"})),
    "threshold-missing": (_drops(ThresholdMet, question="significant-effect"), frozenset()),
    "threshold-not-met": (
        _changes(ThresholdMet, {"question": "external-threat"}, answer="disputed"),
        frozenset(),
    ),
    "threshold-unsourced": (
        _changes(ThresholdMet, {"question": "external-threat"}, rests_on=()),
        frozenset(),
    ),
    "factor-missing": (_drops(FactorMet, factor="data-stolen"), frozenset({"factor"})),
    "factor-unsourced": (
        _changes(FactorMet, {"factor": "data-stolen"}, rests_on=()),
        frozenset({"factor"}),
    ),
    "ground-missing": (_drops(Ground), frozenset({"ground"})),
    "ground-unsourced": (_changes(Ground, {}, rests_on=()), frozenset({"ground"})),
    "part-missing": (_changes(Reasoned, {"at": 3}, serves=()), frozenset()),
    "sentence-unsourced": (_says("The papers were sold in June 2015."), frozenset()),
    "sentence-closed": (
        _alone_on(60, "A source told it in July 2015.", is_open=False, judged="admissible"),
        frozenset(),
    ),
    "sentence-inadmissible": (
        _alone_on(61, "A tap showed it in August 2015.", is_open=True, judged="not admissible"),
        frozenset(),
    ),
    "several-sentences": (
        _says("The papers were printed in 2016. They were sent by post.", 1),
        frozenset(),
    ),
    "generic-words": (_says("Others took part in malicious activities too.", 1), frozenset()),
    "conduct-undated": (
        _changes(Reasoned, {"at": 1}, sentence="Papers were copied from the servers."),
        frozenset({"conduct"}),
    ),
    "not-individual": (
        _changes(Reasoned, {"at": 2}, sentence="The engineer gave orders on 4 May 2015."),
        frozenset({"link", "name"}),
    ),
    "state-attributed": (_says("The attack of 2015 was ordered by Borland.", 1), frozenset()),
    "sentence-twice": (_says(CONDUCT.upper(), 1), frozenset({"conduct"})),
    "cites-no-fact": (_says("A witness saw it in 2017.", 1, 777), frozenset()),
    "cites-withdrawn": (
        _rests_on(51, "A second witness saw it in 2017.", withdrawn=True),
        frozenset(),
    ),
    "admissibility-missing": (_unjudged, frozenset()),
    "open-without-address": (_rests_on(52, "A paper wrote it in 2018.", url=""), frozenset()),
    "ungraded": (_rests_on(53, "A blog wrote it in 2018.", reliability=None), frozenset()),
    "unverified": (
        _rests_on(54, "A book told it in 2019.", verified="from-memory"),
        frozenset(),
    ),
    "remedy-missing": (_drops(RemedySet, remedy="observations"), frozenset()),
    "not-chosen": (_not_chosen, frozenset({"open", "signed", "tested"})),
    "not-open": (_choice(barred=("the policy does not open it",)), frozenset({"open"})),
    "not-signed": (_choice(signed=1), frozenset({"signed"})),
    "rights-other": (_choice(test=0), frozenset({"rights", "tested"})),
    "rights-missing": (_drops(RightsCited), frozenset({"rights"})),
    "rights-unknown": (_changes(RightsCited, {}, test=901), frozenset({"rights"})),
    "review-missing": (_drops(ReviewSet), frozenset({"review"})),
    "review-past": (_changes(ReviewSet, {}, on="2026-11-27"), frozenset({"review"})),
    "review-late": (_changes(ReviewSet, {}, on="2027-11-28"), frozenset({"review"})),
    # These two look at the dossier as it is by then, so they come last.
    "copied": (_copied, frozenset({"name", "link"})),
    "subject-twice": (_twice, frozenset()),
    # Of a dossier without a statement nothing more can be said of it, so these stand alone.
    "statement-missing": (_drops(Reasoned), frozenset({"whole"})),
    "regime-unknown": (_regime_unknown, frozenset({"whole"})),
}


def planted(kinds: Iterable[GapKind]) -> Draft:
    """Return the person's dossier with gaps of these kinds."""
    chosen = set(kinds)
    draft = person()
    for kind, (plant, _) in PLANTS.items():
        if kind in chosen:
            plant(draft)
    return draft


def compatible(kinds: Iterable[GapKind]) -> list[GapKind]:
    """Return the kinds that can stand together, the first of each part."""
    taken: set[str] = set()
    kept: list[GapKind] = []
    for kind in kinds:
        needs = PLANTS[kind][1]
        if "whole" not in needs and not needs & taken:
            taken |= needs
            kept.append(kind)
    return kept
