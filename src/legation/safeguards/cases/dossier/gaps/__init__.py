"""What a dossier cannot show: every gap at once, each with its place and a way out.

A court reads each sentence by itself, so the check does too. An incomplete dossier is refused
whole, with the whole list: who mends one gap must not find the next one a day later.
"""

from typing import Final

from legation.errors import ConflictError
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps import (
    identity,
    law,
    procedure,
    sources,
    statement,
)
from legation.safeguards.cases.dossier.gaps.words import KINDS, WORDS, Gap, GapKind
from legation.safeguards.cases.dossier.regimes import Regime

__all__ = ["KINDS", "WORDS", "Gap", "GapKind", "gaps", "require_complete"]

_PARTS: Final = (identity, law, statement, sources, procedure)
_UNKNOWN: Final = "regime"


def gaps(dossier: Dossier, regime: Regime | None, beside: Beside) -> tuple[Gap, ...]:
    """Return each gap of a dossier, in the order of its parts; none: it is complete.

    Args:
        dossier: The dossier as it stands.
        regime: Its regime; None where it is not known, and then that is the only gap that can
            be told.
        beside: The facts, the day and the other dossiers.
    """
    if regime is None or regime.key != dossier.regime:
        return (
            Gap(kind="regime-unknown", place=_UNKNOWN, about=dossier.regime, entry=dossier.entry),
        )
    found = (gap for part in _PARTS for gap in part.gaps_in(dossier, regime, beside))
    return tuple(dict.fromkeys(found))


def require_complete(dossier: Dossier, regime: Regime | None, beside: Beside) -> None:
    """Require a dossier without a gap.

    Raises:
        ConflictError: It has gaps; the hint lists each with its place.
    """
    found = gaps(dossier, regime, beside)
    if found:
        listed = "; ".join(f"{gap.place}: {gap.says}" for gap in found)
        raise ConflictError(f"the dossier is not complete ({len(found)})", hint=listed)
