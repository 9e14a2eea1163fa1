"""Four layers of attribution: technical, operational, legal, political.

Infrastructure may be traced while nobody can say who sat at it, a group may be known while no
state is linked to it in law, and a government may speak, or stay silent, whatever the others say.
So each layer is assessed by itself, with what it rests on and what it lacks.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.attribution.rows import Row, of_kind
from legation.safeguards.cases.bodies import (
    Body,
    Confidence,
    Likelihood,
    Number,
    Party,
    Short,
    Words,
)

Layer = Literal["technical", "operational", "legal", "political"]
Form = Literal["public", "private", "none"]
LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)
MEANINGS: Final[Mapping[Layer, str]] = {
    "technical": "infrastructure, programs and ways of working",
    "operational": "the group that acted, whom it chose, and when",
    "legal": "organ, authority, direction or control, adoption",
    "political": "whether it is said in public, in private or not at all, and with whom",
}


class Layered(Body, frozen=True, kw_only=True, tag="layer"):
    """What one layer says of who did it; a later one of the same layer takes its place.

    Attributes:
        party: The state or organisation that it names.
        actor: The group or body that it names.
        rests_on: Numbers of the entries that it rests on.
        basis: Why they say so.
        gaps: What is missing.
        form: Of the political layer: how it is said.
        beside: Of the political layer: who says it too.
    """

    layer: Layer
    party: Party | None = None
    actor: Short = ""
    likelihood: Likelihood
    confidence: Confidence
    rests_on: Annotated[tuple[Number, ...], msgspec.Meta(min_length=1)]
    basis: Words
    gaps: Words
    form: Form | None = None
    beside: tuple[Party, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a layer that names nobody, and a form where it has no place."""
        if not self.party and not self.actor.strip() and self.form != "none":
            raise RecordError(
                "it names nobody", place="party", hint="name a party, an actor, or both"
            )
        if (self.layer == "political") != (self.form is not None):
            raise RecordError(
                "only the political layer has a form, and it must have one",
                place="form",
                hint="of the political layer, say public, private or none",
            )
        if self.beside and self.form in (None, "none"):
            raise RecordError(
                "nobody says beside you what is not said",
                place="beside",
                hint="name partners where the form is public or private",
            )


def layers(rows: Iterable[Row]) -> Mapping[Layer, tuple[int, Layered]]:
    """Return the layer that stands of each kind, with its number; in the order of the layers."""
    latest = {body.layer: (number, body) for number, body in of_kind(rows, Layered)}
    return {layer: latest[layer] for layer in LAYERS if layer in latest}


def up_to(layer: Layer) -> tuple[Layer, ...]:
    """Return a layer with those that it builds on.

    >>> up_to("legal")
    ('technical', 'operational', 'legal')
    """
    return LAYERS[: LAYERS.index(layer) + 1]
