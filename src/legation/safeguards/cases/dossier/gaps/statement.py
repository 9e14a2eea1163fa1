"""The statement of reasons: individual, specific, concrete, and each sentence with an open source.

A listing has fallen in court for less than one of these gaps. A sentence may say that a state
stands behind it only as somebody's claim, with who made it and when: a listing attributes nothing
to a state.
"""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.bodies import Number
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.bodies import Reasoned
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps.words import Gap
from legation.safeguards.cases.dossier.regimes import CONDUCT, LINK, Regime
from legation.safeguards.cases.dossier.wording import (
    attributes_to_state,
    is_dated,
    is_generic,
    is_several,
    masked,
    names_any,
    plain,
    state_names,
)

_WHOLE: Final = "statement"


def gaps_in(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    """Yield the gaps of the statement and of its sentences."""
    if not dossier.sentences:
        yield Gap(kind="statement-missing", place=_WHOLE)
        return
    yield from _of_parts(dossier, regime)
    if not any(names_any(one.sentence, dossier.names) for _, one in dossier.sentences):
        yield Gap(kind="not-individual", place=_WHOLE)
    yield from _copied(dossier, beside)
    states = state_names(beside.states)
    seen: dict[str, int] = {}
    for number, one in dossier.sentences:
        yield from _of_words(number, one, states)
        yield from _of_sources(number, one, dossier, beside)
        first = seen.setdefault(plain(one.sentence), one.at)
        if first != one.at:
            yield Gap(kind="sentence-twice", place=_at(one), about=str(first), entry=number)


def _of_parts(dossier: Dossier, regime: Regime) -> Iterator[Gap]:
    known = {part.key: part.title for part in regime.part}
    served = {key for _, one in dossier.sentences for key in one.serves}
    for key, title in known.items():
        if key not in served:
            yield Gap(kind="part-missing", place=f"part {key}", about=title)
    for number, one in dossier.sentences:
        for key in one.serves:
            if key not in known:
                yield Gap(kind="key-unknown", place=f"part {key}", entry=number)
    conduct = _serving(dossier, CONDUCT)
    if conduct and not any(is_dated(one.sentence) for one in conduct):
        yield Gap(kind="conduct-undated", place=f"part {CONDUCT}")


def _of_words(number: Number, one: Reasoned, states: tuple[str, ...]) -> Iterator[Gap]:
    if is_several(one.sentence):
        yield Gap(kind="several-sentences", place=_at(one), entry=number)
    if is_generic(one.sentence):
        yield Gap(kind="generic-words", place=_at(one), entry=number)
    if attributes_to_state(one.sentence, states):
        yield Gap(kind="state-attributed", place=_at(one), entry=number)


def _of_sources(number: Number, one: Reasoned, dossier: Dossier, beside: Beside) -> Iterator[Gap]:
    if not one.rests_on:
        yield Gap(kind="sentence-unsourced", place=_at(one), entry=number)
        return
    # What is no fact, or no fact any more, is told with the sources.
    standing = [
        number
        for number in one.rests_on
        if number in beside.facts and not beside.facts[number].withdrawn
    ]
    judged = [dossier.judged[number] for number in standing if number in dossier.judged]
    if len(judged) < len(standing) or not judged:
        return
    if not any(source.open for source in judged):
        yield Gap(kind="sentence-closed", place=_at(one), entry=number)
    if all(source.admissibility == "not admissible" for source in judged):
        yield Gap(kind="sentence-inadmissible", place=_at(one), entry=number)


def _copied(dossier: Dossier, beside: Beside) -> Iterator[Gap]:
    """Yield a gap for each dossier that tells the link of its own subject in the same words.

    Who took part in one operation shares the conduct with others, and its effect; what links
    each of them to it is theirs alone.
    """
    mine = {masked(one.sentence, dossier.names) for one in _serving(dossier, LINK)}
    for other in beside.others if mine else ():
        theirs = {masked(one.sentence, other.names) for _, one in other.sentences}
        if mine <= theirs:
            yield Gap(kind="copied", place=f"part {LINK}", about=other.key)


def _serving(dossier: Dossier, part: str) -> list[Reasoned]:
    return [one for _, one in dossier.sentences if part in one.serves]


def _at(one: Reasoned) -> str:
    return f"sentence {one.at}"
