"""The dossier as it is read: sections of paragraphs and tables, which a door sets as a page or PDF.

A draft is shown with its gaps first, so that nobody takes it for a finished proposal. Every source
stands with its grade, its mark and its address; a value that cannot be had is said to be so.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from legation.safeguards.cases.bodies import Number
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps import gaps
from legation.safeguards.cases.dossier.regimes import Regime

SUBJECTS: Final = {"person": "Natural person", "body": "Legal person, entity or body"}
UNAVAILABLE: Final = "asked, cannot be had"
NOT_SAID: Final = "not said"
# Whose act it is, so that no reader takes a proposal for a listing.
STANDING: Final = (
    "This is a proposal. Only the authority named here decides on a listing; nothing in it is a "
    "finding of the program."
)
TITLES: Final[Mapping[str, str]] = {
    "gaps": "What is missing",
    "subject": "Subject",
    "regime": "Legal basis",
    "threshold": "Threshold",
    "factors": "Factors of significance",
    "ground": "Ground of listing",
    "statement": "Statement of reasons",
    "sources": "Sources",
    "remedy": "Right to be heard and review",
}
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "gaps": ("Place", "What is missing", "About", "What to do"),
    "subject": ("Field", "Value", "Entries"),
    "regime": ("Act", "Title"),
    "threshold": ("Question", "Article", "Mark", "Answer", "Why", "Entries"),
    "factors": ("Factor", "Article", "Mark", "Why", "Entries"),
    "ground": ("Ground", "Article", "Mark", "Entries"),
    "statement": ("No", "Sentence", "Entries"),
    "sources": ("Entry", "Source", "Address", "Day", "Grade", "Mark", "Open", "Admissible", "Why"),
    "remedy": ("Part", "Article", "Mark", "How"),
}


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the sheet.

    Attributes:
        key: Key of `TITLES`.
        title: Its heading.
        paragraphs: Its text.
        table: Its table; None: it has none.
    """

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


def dossier_text(dossier: Dossier, regime: Regime, beside: Beside) -> tuple[Section, ...]:
    """Return the sections of a dossier in their order; what is missing comes first."""
    missing = [(gap.place, gap.says, gap.about, gap.hint) for gap in gaps(dossier, regime, beside)]
    sections = [
        _section("subject", _subject(dossier, regime), (SUBJECTS[dossier.kind], STANDING)),
        _section(
            "regime",
            ((act.number, act.title) for act in regime.acts),
            (regime.name, regime.authority, f"{regime.source} ({regime.verified})"),
        ),
        _section("threshold", _threshold(dossier, regime)),
        _section("factors", _factors(dossier, regime)),
        _section("ground", _grounds(dossier, regime)),
        _section(
            "statement",
            ((str(one.at), one.sentence, _numbers(one.rests_on)) for _, one in dossier.sentences),
        ),
        _section("sources", _sources(dossier, beside)),
        _section("remedy", _remedy(dossier, regime), _review(dossier)),
    ]
    return (_section("gaps", missing), *sections) if missing else tuple(sections)


def statement(dossier: Dossier) -> str:
    """Return the statement of reasons as one text."""
    return " ".join(one.sentence.strip() for _, one in dossier.sentences)


def _section(
    key: str, rows: Iterable[tuple[str, ...]], paragraphs: tuple[str, ...] = ()
) -> Section:
    table = Table(columns=COLUMNS[key], rows=tuple(rows))
    return Section(
        key=key, title=TITLES[key], paragraphs=paragraphs, table=table if table.rows else None
    )


def _subject(dossier: Dossier, regime: Regime) -> Iterable[tuple[str, ...]]:
    for field in regime.fields_of(dossier.kind):
        stated = [one for _, one in dossier.identified if one.field == field.key]
        for one in stated:
            yield field.title, one.value or UNAVAILABLE, _numbers(one.rests_on)
        if not stated:
            yield field.title, NOT_SAID, ""


def _threshold(dossier: Dossier, regime: Regime) -> Iterable[tuple[str, ...]]:
    answers = {one.question: one for _, one in dossier.thresholds}
    for asked in regime.threshold:
        one = answers.get(asked.key)
        cited = (asked.title, asked.article, regime.mark(asked))
        if one is None:
            yield *cited, NOT_SAID, "", ""
        else:
            yield *cited, one.answer, one.why, _numbers(one.rests_on)


def _factors(dossier: Dossier, regime: Regime) -> Iterable[tuple[str, ...]]:
    present = {one.factor: one for _, one in dossier.factors}
    for row in regime.factor:
        if one := present.get(row.key):
            yield row.title, row.article, regime.mark(row), one.why, _numbers(one.rests_on)


def _grounds(dossier: Dossier, regime: Regime) -> Iterable[tuple[str, ...]]:
    named = {one.ground: one for _, one in dossier.grounds}
    for row in regime.ground:
        if one := named.get(row.key):
            yield row.title, row.article, regime.mark(row), _numbers(one.rests_on)


def _sources(dossier: Dossier, beside: Beside) -> Iterable[tuple[str, ...]]:
    for number in dossier.cited():
        fact, judged = beside.facts.get(number), dossier.judged.get(number)
        if fact is None:
            continue
        grade = f"{fact.reliability or '?'}{fact.credibility or '?'}"
        told = (str(number), fact.source, fact.url, fact.on, grade, fact.verified)
        if judged is None:
            yield *told, NOT_SAID, NOT_SAID, ""
        else:
            yield *told, "yes" if judged.open else "no", judged.admissibility, judged.why


def _remedy(dossier: Dossier, regime: Regime) -> Iterable[tuple[str, ...]]:
    said = {one.remedy: one.how for _, one in dossier.remedies}
    for row in regime.remedy:
        yield row.title, row.article, regime.mark(row), said.get(row.key, NOT_SAID)


def _review(dossier: Dossier) -> tuple[str, ...]:
    rights = f"Rights test: entry {dossier.rights[1].test}" if dossier.rights else ""
    review = f"Review: {dossier.review[1].on}" if dossier.review else ""
    return tuple(filter(None, (rights, review)))


def _numbers(numbers: Iterable[Number]) -> str:
    return ", ".join(map(str, numbers))
