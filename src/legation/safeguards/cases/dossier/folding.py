"""The dossier as its entries add up to it, whatever order they arrive in.

Of what can be said once the last entry holds; of what can be said of several each stays. An
entry that was taken back counts for nothing, and what it replaced holds again: so the dossier of
any earlier day is folded from the entries of that day alone.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from legation.errors import ConflictError, NotFoundError, RecordError
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.data_file import require_known
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
    SubjectKind,
    ThresholdMet,
)
from legation.safeguards.cases.dossier.regimes import NAME, Regime

Numbered = tuple[Number, Body]
Kind = TypeVar("Kind", bound=OfDossier)
ALIASES: Final = "aliases"


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One dossier, as it stands.

    Attributes:
        entry: Number of the entry that opened it.
        identified: What identifies the subject, with the number of each entry.
        thresholds: One answer for each question that was answered.
        sentences: The statement of reasons, in its order.
        judged: How each fact may be used, by the fact's number.
    """

    key: str
    regime: str
    kind: SubjectKind
    entry: Number
    identified: tuple[tuple[Number, Identified], ...] = ()
    thresholds: tuple[tuple[Number, ThresholdMet], ...] = ()
    factors: tuple[tuple[Number, FactorMet], ...] = ()
    grounds: tuple[tuple[Number, Ground], ...] = ()
    sentences: tuple[tuple[Number, Reasoned], ...] = ()
    judged: Mapping[Number, SourceJudged] = msgspec.field(default_factory=dict)
    remedies: tuple[tuple[Number, RemedySet], ...] = ()
    rights: tuple[Number, RightsCited] | None = None
    review: tuple[Number, ReviewSet] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return how the subject is called, its name first."""
        some = [
            (one.field != NAME, one.value)
            for _, one in self.identified
            if one.field in (NAME, ALIASES) and one.value
        ]
        return tuple(dict.fromkeys(value for _, value in sorted(some, key=lambda pair: pair[0])))

    def cited(self) -> tuple[Number, ...]:
        """Return the facts that any part of it rests on, each once, in their order."""
        parts = (self.identified, self.thresholds, self.factors, self.grounds, self.sentences)
        return tuple(
            sorted({number for part in parts for _, one in part for number in one.rests_on})
        )


def fold_dossier(
    entries: Iterable[Numbered],
    key: str,
    regime: Regime | None,
    withdrawn: Collection[Number] = (),
) -> Dossier:
    """Return a dossier as the entries of its case add up to it.

    Args:
        entries: The entries of the case with their numbers, in any order; others are passed over.
        key: Which dossier.
        regime: Its regime, which says what can be stated more than once; None: it is not known,
            and all that was stated stays.
        withdrawn: Numbers of entries that were taken back.

    Raises:
        NotFoundError: The case has no such dossier.
    """
    mine = sorted(
        (
            (number, body)
            for number, body in entries
            if isinstance(body, OfDossier) and body.dossier == key and number not in withdrawn
        ),
        key=lambda one: one[0],
    )
    opened = next(((n, body) for n, body in mine if isinstance(body, DossierOpened)), None)
    if opened is None:
        raise NotFoundError(f"no dossier {key!r:.90}", hint="open it, or list those of the case")
    many = {field.key for field in regime.field if field.many} if regime else None
    return Dossier(
        key=key,
        regime=opened[1].regime,
        kind=opened[1].kind,
        entry=opened[0],
        identified=_identified(_of(mine, Identified), many),
        thresholds=_last({(one.question,): (n, one) for n, one in _of(mine, ThresholdMet)}),
        factors=_last({(one.factor,): (n, one) for n, one in _of(mine, FactorMet)}),
        grounds=_last({(one.ground,): (n, one) for n, one in _of(mine, Ground)}),
        sentences=tuple(
            sorted(
                {one.at: (n, one) for n, one in _of(mine, Reasoned)}.values(),
                key=lambda pair: pair[1].at,
            )
        ),
        judged={one.fact: one for _, one in _of(mine, SourceJudged)},
        remedies=_last({(one.remedy,): (n, one) for n, one in _of(mine, RemedySet)}),
        rights=next(reversed(_of(mine, RightsCited)), None),
        review=next(reversed(_of(mine, ReviewSet)), None),
    )


def require_fits(
    body: OfDossier, entries: Iterable[Numbered], regimes: Mapping[str, Regime]
) -> None:
    """Require that an entry fits the case before it is written.

    Args:
        body: The entry to be.
        entries: Those that the case has.
        regimes: The regimes that are known, by key.

    Raises:
        RecordError: It names a dossier, a regime or a key that does not exist; the place is the
            field at fault.
        ConflictError: The dossier was opened before.
    """
    opened = {one.dossier: one for _, one in entries if isinstance(one, DossierOpened)}
    if isinstance(body, DossierOpened):
        require_known(body.regime, regimes, "regime", place="regime")
        if body.dossier in opened:
            raise ConflictError(f"dossier {body.dossier} is open", hint="give it another key")
        return
    require_known(body.dossier, opened, "dossier", place="dossier")
    regime = regimes.get(opened[body.dossier].regime)
    if regime is None:
        raise RecordError(
            f"the regime {opened[body.dossier].regime} of the dossier is not known here",
            place="dossier",
            hint="load the file of the regime first",
        )
    _require_keys(body, regime, opened[body.dossier].kind)


def _require_keys(body: OfDossier, regime: Regime, kind: SubjectKind) -> None:
    match body:
        case Identified():
            fields = (field.key for field in regime.fields_of(kind))
            require_known(body.field, fields, "field", place="field")
        case ThresholdMet():
            keys = (row.key for row in regime.threshold)
            require_known(body.question, keys, "question", place="question")
        case FactorMet():
            require_known(body.factor, (r.key for r in regime.factor), "factor", place="factor")
        case Ground():
            require_known(body.ground, (r.key for r in regime.ground), "ground", place="ground")
        case RemedySet():
            require_known(body.remedy, (r.key for r in regime.remedy), "remedy", place="remedy")
        case Reasoned():
            for key in body.serves:
                require_known(key, (r.key for r in regime.part), "part", place="serves")
        case _:
            pass


def _of(mine: Iterable[tuple[Number, OfDossier]], kind: type[Kind]) -> list[tuple[Number, Kind]]:
    return [(number, body) for number, body in mine if isinstance(body, kind)]


def _last(by: Mapping[Any, tuple[Number, Kind]]) -> tuple[tuple[Number, Kind], ...]:
    return tuple(sorted(by.values(), key=lambda one: one[0]))


def _identified(
    stated: list[tuple[Number, Identified]], many: Collection[str] | None
) -> tuple[tuple[Number, Identified], ...]:
    """Keep the last value of what takes one, and each value of what takes several."""
    kept: dict[tuple[str, str], tuple[Number, Identified]] = {}
    for number, one in stated:
        single = many is not None and one.field not in many
        if single or one.unavailable:
            kept = {at: known for at, known in kept.items() if at[0] != one.field}
        else:
            kept.pop((one.field, ""), None)
        kept[(one.field, "" if one.unavailable else one.value)] = (number, one)
    return _last(kept)
