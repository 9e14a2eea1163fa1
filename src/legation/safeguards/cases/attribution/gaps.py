"""What still stands in the way of an attribution, and what weakens it; each with its place.

A gap that bars keeps the second person's yes from being written. The others are told beside the
attribution and bar nothing: an answer that hangs on one item may be right, but a reader must know.
What is compared is the latest proposal; where there is none, all four layers are asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Literal

import msgspec

from legation.errors import ConflictError, DeniedError, NotFoundError
from legation.safeguards.cases.attribution.estimates import at_least
from legation.safeguards.cases.attribution.layers import LAYERS, Layer, Layered, layers, up_to
from legation.safeguards.cases.attribution.matrix import Column, Item, Matrix, matrix
from legation.safeguards.cases.attribution.naming import (
    NO_LINK,
    NOBODY_PROPOSED,
    NOTHING_WEIGHED,
    WAITS,
    Agreed,
    Attributed,
    Withdrawn,
    carrying_links,
    is_another,
    needs_link,
    standing_attribution,
)
from legation.safeguards.cases.attribution.ranking import Ranking, rank
from legation.safeguards.cases.attribution.rows import AT, Row, folded, of_kind

Kind = Literal["cells", "evidence", "hypotheses", "layers", "state link", "hands"]
# Words of the gaps; what is particular to a case stands in the place and in `of`.
NOT_PROPOSED: Final = NOBODY_PROPOSED
NOT_AGREED: Final = WAITS
AGREE_AGAIN: Final = "the second person agreed before it was complete, or it fell since: agree anew"
NO_EVIDENCE: Final = NOTHING_WEIGHED
NO_HYPOTHESIS: Final = "nobody has entered a hypothesis of who did it"
CELLS: Final = "this hypothesis was not weighed against these items"
NO_LEADER: Final = "no hypothesis leads: their intervals overlap"
ANOTHER_LEADS: Final = "the hypothesis that leads names somebody else, or is of no party or actor"
NO_LAYER: Final = "this layer is missing"
OTHER_LAYER: Final = "this layer names somebody else"
SILENT: Final = "the political layer says that nothing is said"
FELL: Final = "this layer rests on an entry that was taken back: state it anew"
LESS_SURE: Final = "the attribution is worded as more likely than this layer is"
ASIDE: Final = "these facts were weighed against no hypothesis"
ONE_SOURCE: Final = "all that was weighed goes back to one source"
HIGH_ON_ONE: Final = "high confidence needs several sources, and all that was weighed has one"
FALLS_WITH_ITEM: Final = "without this item the answer is another"
FALLS_WITH_SOURCE: Final = "without this source the answer is another"
FALLS_ALIKE: Final = "if all items weighed the same, whatever their grades, the answer is another"
AGAINST_ALL: Final = "these items speak against every hypothesis: one may be missing"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is missing, or that weakens the attribution.

    Attributes:
        place: What it is about: a hypothesis, a layer, an entry, a source; empty for all.
        of: Numbers of the entries that it concerns.
        bars: Whether the attribution cannot be set as long as it is there.
    """

    kind: Kind
    words: str
    place: str = ""
    of: tuple[int, ...] = ()
    bars: bool = True


def attribution_gaps(
    rows: Iterable[Row], items: Iterable[Item], *, gone: Mapping[int, int] | None = None
) -> tuple[Gap, ...]:
    """Return what stands in the way of an attribution, and then what weakens it.

    Args:
        rows: Entries of the case, also those taken back.
        items: Its facts.
        gone: What was taken back, each with the number of the entry that did it.
    """
    every, gone = list(rows), gone or {}
    some = [row for row in every if row[0] not in gone]
    taken = {body.to for _, body in of_kind(some, Withdrawn)}
    proposals = [one for one in of_kind(some, Attributed) if one[0] not in taken]
    proposal = proposals[-1] if proposals else None
    body = proposal[1] if proposal else None
    gaps = [*_hands(every, proposal, gone), *_of(some, items, body, gone)]
    return tuple(sorted(gaps, key=lambda one: not one.bars))


def require_agreement(
    rows: Iterable[Row],
    items: Iterable[Item],
    agreed: Agreed,
    author: str,
    *,
    gone: Collection[int] = (),
) -> None:
    """Require that a yes, before it is written, sets the attribution.

    Args:
        rows: Entries that stand so far.
        items: Facts of the case.
        agreed: The yes.
        author: Who says it.
        gone: Numbers of entries that were taken back.

    Raises:
        NotFoundError: There is no such proposal.
        ConflictError: It was withdrawn.
        DeniedError: Who agrees proposed it, or something still stands in the way.
    """
    some = list(rows)
    proposed = {
        number: (proposer, body)
        for number, proposer, _, body in some
        if isinstance(body, Attributed)
    }
    if agreed.to not in proposed:
        raise NotFoundError(
            f"entry {agreed.to} proposes no attribution", hint="name the entry that proposes one"
        )
    if agreed.to in {body.to for _, body in of_kind(some, Withdrawn)}:
        raise ConflictError(f"entry {agreed.to} was withdrawn", hint="propose it again")
    proposer, body = proposed[agreed.to]
    if not is_another(author, proposer):
        raise DeniedError(
            "who proposes an attribution cannot agree to it", hint="ask another person to agree"
        )
    for gap in _of(some, items, body, gone):
        if gap.bars:
            at = f" ({gap.place})" if gap.place else ""
            raise DeniedError(
                f"the attribution cannot be set yet: {gap.words}{at}",
                hint="complete what is missing; the page of the case lists all of it",
            )


def _hands(
    rows: list[Row], proposal: tuple[int, Attributed] | None, gone: Mapping[int, int]
) -> Iterator[Gap]:
    if proposal is None:
        yield Gap(kind="hands", words=NOT_PROPOSED)
        return
    number = proposal[0]
    for refused in standing_attribution(rows, gone=gone).refused:
        if refused.number == number:
            words = NOT_AGREED if refused.why == WAITS else AGREE_AGAIN
            yield Gap(kind="hands", words=words, place=AT % number, of=(number,))


def _of(
    rows: list[Row], items: Iterable[Item], body: Attributed | None, gone: Collection[int]
) -> Iterator[Gap]:
    told = matrix(rows, items)
    ranking = rank(told)
    yield from _evidence(told)
    yield from _led(told, ranking, body)
    yield from _layers(rows, body, gone)
    if body is not None and needs_link(body) and not carrying_links(rows, body, gone):
        yield Gap(kind="state link", words=NO_LINK, place=str(body.party))
    yield from _weak(told, ranking, body)


def _evidence(told: Matrix) -> Iterator[Gap]:
    if not told.lines:
        yield Gap(kind="evidence", words=NO_EVIDENCE)
    if all(one.entry is None for one in told.columns):
        yield Gap(kind="hypotheses", words=NO_HYPOTHESIS)
    for column in told.columns:
        open_items = tuple(item for item, key in told.unweighed if key == column.key)
        if open_items:
            yield Gap(kind="cells", words=CELLS, place=column.key, of=open_items)
    for stray in told.stray:
        yield Gap(kind="cells", words=stray.words, place=stray.place)


def _led(told: Matrix, ranking: Ranking, body: Attributed | None) -> Iterator[Gap]:
    if ranking.leader is None:
        if told.lines:
            yield Gap(kind="hypotheses", words=NO_LEADER, place=", ".join(ranking.front))
        return
    leading = next(one for one in told.columns if one.key == ranking.leader)
    if body is not None and not _same(leading, body):
        yield Gap(kind="hypotheses", words=ANOTHER_LEADS, place=leading.key)


def _layers(rows: list[Row], body: Attributed | None, gone: Collection[int]) -> Iterator[Gap]:
    there = layers(rows)
    needed: tuple[Layer, ...] = up_to(body.layer) if body else LAYERS
    for layer in needed:
        if layer not in there:
            yield Gap(kind="layers", words=NO_LAYER, place=layer)
        elif any(one in gone for one in there[layer][1].rests_on):
            yield Gap(kind="layers", words=FELL, place=layer, of=(there[layer][0],))
    if body is None or body.layer not in there:
        return
    number, own = there[body.layer]
    if own.form == "none":
        yield Gap(kind="layers", words=SILENT, place=body.layer, of=(number,))
    elif not _same(own, body):
        yield Gap(kind="layers", words=OTHER_LAYER, place=body.layer, of=(number,))
    elif not at_least(own.likelihood, body.likelihood):
        yield Gap(kind="layers", words=LESS_SURE, place=body.layer, of=(number,), bars=False)


def _weak(told: Matrix, ranking: Ranking, body: Attributed | None) -> Iterator[Gap]:
    if told.aside:
        yield Gap(kind="evidence", words=ASIDE, of=told.aside, bars=False)
    shared = tuple(one.item for one in ranking.items if one.shared)
    if shared:
        yield Gap(kind="hypotheses", words=AGAINST_ALL, of=shared, bars=False)
    numbers = tuple(line.item.number for line in told.lines)
    if len(ranking.without_sources) == 1:
        words = HIGH_ON_ONE if body is not None and body.confidence == "high" else ONE_SOURCE
        source = ranking.without_sources[0].source
        # By the word's own meaning (ICD 203): high is leaned on several sources of quality.
        bars = words == HIGH_ON_ONE
        yield Gap(kind="evidence", words=words, place=source, of=numbers, bars=bars)
    if ranking.leader is None:
        return
    for one in ranking.without_items:
        if one.changes:
            place = AT % one.items[0]
            words = FALLS_WITH_ITEM
            yield Gap(kind="evidence", words=words, place=place, of=one.items, bars=False)
    for one in ranking.without_sources if len(ranking.without_sources) > 1 else ():
        if one.changes and len(one.items) > 1:
            words = FALLS_WITH_SOURCE
            yield Gap(kind="evidence", words=words, place=one.source, of=one.items, bars=False)
    if ranking.alike != ranking.leader:
        yield Gap(kind="evidence", words=FALLS_ALIKE, place=str(ranking.leader), bars=False)


def _same(told: Column | Layered, body: Attributed) -> bool:
    """Tell whether what names somebody names whom the attribution does, as far as both say."""
    parties = told.party is None or body.party is None or told.party == body.party
    one, other = folded(told.actor), folded(body.actor)
    actors = not one or not other or one == other
    shares = (told.party is not None and told.party == body.party) or (bool(one) and one == other)
    return parties and actors and shares
