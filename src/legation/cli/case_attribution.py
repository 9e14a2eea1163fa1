"""`legation case attribute` and `agree`: what was weighed, who is named, by whom, how surely.

One person proposes, another agrees; until then nothing is attributed. Likelihood and confidence
are told side by side and never made one number.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from legation.cli.case_doors import (
    DOOR,
    Actor,
    AsOf,
    CaseName,
    RestsOn,
    Seen,
    cited,
    mark,
    plainly,
    rows,
    say_fallen,
    say_written,
    seen,
    write,
)
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, tell, typed
from legation.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from legation.app.home import Home
    from legation.safeguards.cases.attribution.matrix import Matrix
    from legation.safeguards.cases.attribution.ranking import Ranking
    from legation.safeguards.cases.bodies import Body
    from legation.store.opening import Store

_NONE: Final = "cannot tell"
_CARRIED_BY_NONE: Final = "no single item or source carries it"


def attribute(
    case: CaseName,
    /,
    *,
    layer: Annotated[
        str, Parameter(help="Proposes one: technical, operational, legal or political.")
    ] = "",
    party: Annotated[str, Parameter(help="The state or organisation, by its code.")] = "",
    name: Annotated[str, Parameter(help="The group, where it is one.")] = "",
    likelihood: Annotated[
        str, Parameter(help="almost no chance, very unlikely, ..., very likely, almost certain.")
    ] = "",
    confidence: Annotated[str, Parameter(help="low, moderate or high.")] = "",
    rests_on: RestsOn = "",
    by: Annotated[str, Parameter(help="Who says it. [default: the desk]")] = "",
    on: Annotated[str, Parameter(help="From which day it is said. [default: today]")] = "",
    as_of: AsOf = "",
    actor: Actor = DOOR,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show what was weighed and who is named, or with --layer propose an attribution."""
    stated = {
        "party": party.upper(), "actor": name, "likelihood": likelihood,
        "confidence": confidence, "rests_on": rests_on, "by": by,
    }  # fmt: skip
    if layer:
        stated |= {"layer": layer, "on": on or doors.now().date().isoformat()}
        return _propose(case, stated, actor=actor, home=home, as_json=as_json, doors=doors)
    if any(stated.values()) or on:
        raise UsageError("nothing says in which sense it is meant", hint="give --layer too")
    with seen(doors, home, case, as_of=as_of) as found:
        told = _told(found)
        if as_json:
            answer_json(found.told(**told))
            return 0
        answer(found.head())
        _say_standing(found, told)
        say_fallen(told["fallen"])
        _say_matrix(told["matrix"], told["ranking"])
        _say_ranking(told["ranking"])
        _say_layers(found)
        _say_links(told["links"])
        rows(("claimed by others", "entry", "source"), _claims(found))
        gaps = told["gaps"]
        bars = (
            ("bars it" if one.bars else "", one.place, one.words, cited(one.of)) for one in gaps
        )
        answer("")
        rows(("gap", "of", "what", "entries"), bars)
    return 0


def agree(
    case: CaseName,
    entry: Annotated[int, Parameter(help="Number of the entry that proposes.")],
    /,
    *,
    words: Annotated[str, Parameter(help="Why you agree, in a sentence.")],
    actor: Annotated[str, Parameter(help="Who agrees: a person who did not propose it.")],
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Agree, as a second person, to an attribution: from then on it is in force."""
    from legation.safeguards.cases.typed import read_typed

    body = read_typed("agreed", {"to": str(entry), "words": words})
    say_written(case, write(doors, home, case, [body], actor=actor), as_json=as_json)
    return 0


def _propose(
    case: str, stated: dict[str, str], *, actor: str, home: "Path | None", as_json: bool,
    doors: Lent,
) -> int:  # fmt: skip
    from legation.app.home import identity_of
    from legation.safeguards.cases.typed import read_typed

    def body(place: "Home", store: "Store") -> "list[Body]":
        del place
        by = stated["by"] or identity_of(store).name
        return [read_typed("attributed", stated | {"by": by})]

    entries = write(doors, home, case, body, actor=actor)
    say_written(case, entries, as_json=as_json)
    command = typed(f"legation case agree {case} {entries[0].number}", home)
    tell(f"It waits for a second person. Next: {command}")
    return 0


def _told(found: Seen) -> dict[str, Any]:
    from legation.safeguards.cases.attribution.layers import Layered, layers
    from legation.safeguards.cases.attribution.matrix import matrix
    from legation.safeguards.cases.attribution.naming import Claimed, wording
    from legation.safeguards.cases.attribution.ranking import rank
    from legation.safeguards.cases.attribution.state_link import Linked, as_of, link
    from legation.safeguards.cases.fallen import fallen_in
    from legation.safeguards.cases.gathering import attributed_in, bars_of, items_of, rows_of

    all_rows, items, gone = rows_of(found.case), items_of(found.case), found.case.taken_back()
    weighed = matrix(all_rows, items)
    standing = attributed_in(found.case)
    force = standing.in_force
    return {
        "in_force": None if force is None else plainly(force) | {"says": wording(force.body)},
        "why": standing.why,
        "refused": standing.refused,
        "matrix": weighed,
        "ranking": rank(weighed),
        "layers": [plainly(body) | {"entry": number} for number, body in layers(all_rows).values()],
        "links": [
            plainly(link(body, gone)) | {"entry": number, "party": body.party, "actor": body.actor}
            for number, body in found.case.of(Linked)
        ],
        "links_as_of": as_of(),
        "claims": [
            plainly(body) | {"entry": number, "says": wording(body)}
            for number, body in found.case.of(Claimed)
        ],
        "gaps": bars_of(found.case),
        "fallen": fallen_in(found.case, Linked, Layered),
    }


def _say_standing(found: Seen, told: "Mapping[str, Any]") -> None:
    from legation.safeguards.cases.attribution.estimates import RANGES

    force = told["in_force"]
    if force is None:
        answer(f"Nothing is attributed: {told['why']}")
    else:
        body = force["body"]
        span = RANGES[body["likelihood"]]
        two = (found.names.get(who, who) for who in (force["author"], force["agreed_by"]))
        answer(f"{force['says']} ({body['layer']})")
        answer(
            f"{body['likelihood']} ({span.low} to {span.high} %); confidence {body['confidence']}; "
            f"entries {force['number']} and {force['agreed']}, by {' and '.join(two)}"
        )
        if force["relinked"]:
            answer(
                f"the link to the state changed after they agreed (entries "
                f"{cited(force['relinked'])}): until somebody agrees anew, the weaker counts"
            )
    for one in told["refused"]:
        answer(f"entry {one.number} does not hold: {one.why}")


def _say_matrix(told: "Matrix", ranking: "Ranking") -> None:
    from legation.safeguards.cases.attribution.matrix import NOT_WEIGHED

    answer("\nHypotheses")
    rows(
        ("key", "kind", "names", "entry", "says"),
        (
            (one.key, one.kind, ", ".join(filter(None, (one.party, one.actor))),
             str(one.entry or "stands in every matrix"), one.says)
            for one in told.columns
        ),
    )  # fmt: skip
    telling = {one.item: one.telling for one in ranking.items}
    answer("")
    rows(
        ("item", "grade", *(one.key for one in told.columns), "tells"),
        (
            (
                str(line.item.number), f"{line.item.reliability}{line.item.credibility}",
                *(NOT_WEIGHED if cell is None else f"{cell.fit:+d}" for cell in line.cells),
                telling[line.item.number],
            )
            for line in told.lines
        ),
    )  # fmt: skip
    if told.aside:
        answer(f"weighed against nothing: {cited(told.aside)}")


def _say_ranking(ranking: "Ranking") -> None:
    answer("\nWhat speaks against each, and no other alike (less is better)")
    rows(
        ("hypothesis", "from", "middle", "to", "items against", "not weighed"),
        (
            (one.hypothesis, f"{one.low:.2f}", f"{one.mid:.2f}", f"{one.high:.2f}",
             cited(one.against), str(one.unweighed))
            for one in ranking.scores
        ),
    )  # fmt: skip
    answer(f"leader: {ranking.leader}" if ranking.leader else ranking.why)
    if ranking.leader is None:
        return
    carried = [f"item {cited(one.items)}: then {one.leader or _NONE}"
               for one in ranking.without_items if one.changes]  # fmt: skip
    carried += [f"source {one.source}: then {one.leader or _NONE}"
                for one in ranking.without_sources if one.changes]  # fmt: skip
    answer(
        f"it hangs on {'; '.join(carried)}" if carried else "no single item or source carries it"
    )
    if ranking.alike != ranking.leader:
        answer(f"if all items weighed the same: {ranking.alike or _NONE}")


def _say_layers(found: Seen) -> None:
    from legation.safeguards.cases.attribution.layers import LAYERS, layers
    from legation.safeguards.cases.gathering import rows_of

    there = layers(rows_of(found.case))
    told: list[tuple[str, ...]] = []
    for layer in LAYERS:
        if layer not in there:
            told.append((layer, "missing", "", "", "", ""))
            continue
        number, body = there[layer]
        who = ", ".join(filter(None, (body.party, body.actor))) or f"{body.form}: nothing is said"
        told.append((layer, who, body.likelihood, body.confidence, str(number), body.gaps))
    answer("")
    rows(("layer", "names", "likelihood", "confidence", "entry", "what is missing"), told)


def _say_links(told: "Iterable[Mapping[str, Any]]") -> None:
    for one in told:
        who = ", ".join(filter(None, (one["party"], one["actor"])))
        answer(
            f"\nlink to {who} by {one['article']} (entry {one['entry']}): {one['result']} "
            f"[{mark(one['verified'])}]"
        )
        for part in one["elements"]:
            counts = f", counts as {part['counts']}" if part["counts"] != part["answer"] else ""
            said = f"{part['answer']}{counts}" if part["answered"] else "never asked"
            answer(f"  {part['element']}: {said} ({cited(part['rests_on']) or 'nothing'})")
            for view in part["views"]:
                answer(f"    {view['who']}: {view['says']} [{mark(view['verified'])}]")


def _claims(found: Seen) -> "Iterable[tuple[str, ...]]":
    from legation.safeguards.cases.attribution.naming import Claimed, wording

    answer("")
    return [(wording(body), str(number), body.source) for number, body in found.case.of(Claimed)]
