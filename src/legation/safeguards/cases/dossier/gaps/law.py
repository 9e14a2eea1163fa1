"""Threshold, factors and ground: what the act asks before anybody may be listed.

Only `yes` meets a threshold, and only with evidence; `disputed` and `unknown` are answers that
the dossier keeps and that stop it.
"""

from collections.abc import Iterator

from legation.safeguards.cases.bodies import Number
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps.words import Gap, GapKind
from legation.safeguards.cases.dossier.regimes import Regime


def gaps_in(dossier: Dossier, regime: Regime, beside: Beside) -> Iterator[Gap]:
    """Yield the gaps of threshold, factors and ground."""
    del beside
    yield from _of_threshold(dossier, regime)
    factors = {row.key: row.title for row in regime.factor}
    stated = [(number, one.factor, bool(one.rests_on)) for number, one in dossier.factors]
    if factors:
        yield from _of_rows(stated, factors, "factor", ("factor-missing", "factor-unsourced"))
    grounds = {row.key: row.title for row in regime.ground}
    named = [(number, one.ground, bool(one.rests_on)) for number, one in dossier.grounds]
    yield from _of_rows(named, grounds, "ground", ("ground-missing", "ground-unsourced"))


def _of_threshold(dossier: Dossier, regime: Regime) -> Iterator[Gap]:
    answers = {one.question: (number, one) for number, one in dossier.thresholds}
    for question in regime.threshold:
        place = f"threshold {question.key}"
        if question.key not in answers:
            yield Gap(kind="threshold-missing", place=place, about=question.title)
            continue
        number, one = answers.pop(question.key)
        if one.answer != "yes":
            yield Gap(kind="threshold-not-met", place=place, about=one.answer, entry=number)
        if not one.rests_on:
            yield Gap(kind="threshold-unsourced", place=place, about=question.title, entry=number)
    for key, (number, _) in answers.items():
        yield Gap(kind="key-unknown", place=f"threshold {key}", entry=number)


def _of_rows(
    stated: list[tuple[Number, str, bool]],
    known: dict[str, str],
    what: str,
    kinds: tuple[GapKind, GapKind],
) -> Iterator[Gap]:
    missing, unsourced = kinds
    if not any(key in known for _, key, _ in stated):
        yield Gap(kind=missing, place=what)
    for number, key, has_source in stated:
        place = f"{what} {key}"
        if key not in known:
            yield Gap(kind="key-unknown", place=place, entry=number)
        elif not has_source:
            yield Gap(kind=unsourced, place=place, about=known[key], entry=number)
