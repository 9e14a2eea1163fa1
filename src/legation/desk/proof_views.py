"""One row of a register, opened from the balance that rests on it.

Every leaf of a balance names objects; here each is shown whole, with where it is from, since
when the store has it, and, of a proof, where it counts.
"""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, get

from legation.app.balancing import Balance
from legation.app.knowledge.packs import Knowledge
from legation.app.marking import kept_label
from legation.app.registers import Kept, Registers
from legation.balance.telling import where_words
from legation.desk.answers import Ask, Given, Name, Writer, only, page
from legation.desk.mission_views import Weighing, believed, scope_of
from legation.errors import NotFoundError

# What a cell is a word of, by register and column; every other cell is its owner's own words.
_WORDS: Final = {
    ("missions", "kind"): "kind of mission",
    ("channels", "kind"): "kind of channel",
    ("channels", "carries"): "secrecy",
    ("channels", "state"): "rung",
    ("proofs", "kind"): "what happened",
    ("proofs", "outcome"): "outcome",
}


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a row.

    Attributes:
        column: Its name, as a table has it.
        said: What stands there.
        context: What it is a word of; empty for its owner's words.
    """

    column: str
    said: str
    context: str


@get("/mission/{key:str}/object/{object_id:str}", sync_to_thread=False, verb="mission.read")
def evidence_row(  # noqa: PLR0917 - the parts of an address, and what draws its page
    request: Ask, reading: Given, weighing: Weighing, pages: Writer, key: Name, object_id: Name
) -> Response[str]:
    """Show one row of a mission whole."""
    scope, asked = scope_of(reading), only(request, "as_of")
    every = Registers(scope).every(as_of=believed(request))
    weighed = weighing.balance(scope, as_of=believed(request))
    # What counts for a mission is opened there, even if its row is another mission's by now.
    own = _weighed_for(weighed, key)
    found = next(
        (
            one
            for rows in (*every.values(), weighed.proofs)
            for one in rows
            if one.object_id == object_id and (object_id in own or _is_of(one, key))
        ),
        None,
    )
    if found is None:
        raise NotFoundError(
            f"no row {object_id!r:.80} of this mission", hint="go back to its balance"
        )
    counts = None
    if found.register == "proofs":
        counts = _counts(weighed, object_id)
    return page(
        pages.write(
            "row",
            named=Knowledge(scope).names(),
            marking=kept_label(scope.store, [object_id]).text(scope.ladder),
            asked=asked,
            mission=key,
            row=found,
            cells=_cells(found),
            since=datetime.fromisoformat(found.modified).timestamp(),
            counts=counts,
        )
    )


def _is_of(one: Kept, key: str) -> bool:
    own = one.register == "missions" and one.row.key == key
    return own or getattr(one.row, "mission", "") == key


def _weighed_for(weighed: Balance, key: str) -> set[str]:
    """Return the ids of the objects that are weighed of a mission."""
    found = (weighed.weighed[one.id] for one in weighed.standings if one.mission.key == key)
    return {part.id for one in found for parts in (one.gone, one.facts) for part in parts}


def _counts(weighed: Balance, object_id: str) -> tuple[str, ...]:
    uses = (use for mission in weighed.weighed for use in weighed.uses(mission))
    return where_words(use for use in uses if use.fact == object_id)


def _cells(found: Kept) -> list[Cell]:
    told: dict[str, object] = msgspec.to_builtins(found.row)
    return [
        Cell(
            column=column,
            said=", ".join(map(str, said)) if isinstance(said, list) else str(said),
            context=_WORDS.get((found.register, column), ""),
        )
        for column, said in told.items()
        if said not in (None, "", [])
    ]
