"""What a regime of sanctions asks of a dossier: a data file for each, none built into the rules.

The regimes that ship stand in `regimes/`; a ministry loads its own from a file of the same form.
Whatever a regime is missing, the dossier cannot show; so a file that does not fit is refused
whole, with the table and the key of the fault.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import BadInputError
from legation.formats.follow_the_money import PROPERTIES, Schema
from legation.safeguards.cases.bodies import Key, Line, Verified, Words
from legation.safeguards.cases.data_file import read_data, require_apart
from legation.safeguards.cases.dossier.bodies import SubjectKind

_FOLDER: Final = "regimes"
# Of the parts of a statement this one is the subject's own: others may share the conduct.
LINK: Final = "link"
CONDUCT: Final = "conduct"
NAME: Final = "name"
SCHEMA: Final[Mapping[SubjectKind, Schema]] = {"person": "Person", "body": "Organization"}
# "always": no listing without it. "if-known": a value, or that it cannot be had.
Needed = Literal["always", "if-known"]
FieldKind = Literal["text", "name", "day", "state", "gender"]
# A listing that nobody looks at for longer than a year is a listing without review.
Months = Annotated[int, msgspec.Meta(ge=1, le=12)]


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: Key
    title: Line
    # How far the row was checked; None: as far as the file as a whole.
    verified: Verified | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A legal act on which the regime stands."""

    number: Line
    title: Line


class Question(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of the threshold; only `yes` meets it.

    Attributes:
        article: Where the act asks it.
    """

    article: Line


class Factor(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One factor by which the act measures significance."""

    article: Line


class ListingGround(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ground on which the act lets somebody be listed."""

    article: Line


class Field(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that identifies the subject.

    Attributes:
        of: Kinds of subject that are asked for it.
        kind: What its value has to be.
        many: Whether it takes more than one value.
        distinguishes: Whether it tells the subject from somebody of the same name.
        personal: Whether it is data about a person.
        property: Property of FollowTheMoney that it is written to; empty: it is not.
    """

    of: tuple[SubjectKind, ...]
    kind: FieldKind = "text"
    needed: Needed = "if-known"
    many: bool = False
    distinguishes: bool = False
    personal: bool = True
    property: str = ""


class Part(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that a statement of reasons has to have."""


class Remedy(_Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the right to be heard."""

    article: Line


class Regime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One regime.

    Attributes:
        authority: Who lists.
        acts: On what it stands, the first the one that is named.
        review_months: After how many months a listing is looked at again at the latest.
        note: What the file lacks, in the words of who compiled it.
    """

    key: Key
    name: Line
    authority: Line
    acts: Annotated[tuple[Act, ...], msgspec.Meta(min_length=1)]
    review_months: Months
    source: Words
    as_of: date
    verified: Verified
    note: str = ""
    threshold: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1)]
    factor: tuple[Factor, ...] = ()
    ground: Annotated[tuple[ListingGround, ...], msgspec.Meta(min_length=1)]
    field: Annotated[tuple[Field, ...], msgspec.Meta(min_length=1)]
    part: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]
    remedy: Annotated[tuple[Remedy, ...], msgspec.Meta(min_length=1)]

    def mark(self, row: _Row) -> Verified:
        """Return how far a row was checked."""
        return row.verified or self.verified

    def fields_of(self, kind: SubjectKind) -> tuple[Field, ...]:
        """Return the fields that a kind of subject is asked for."""
        return tuple(field for field in self.field if kind in field.of)


def read_regime(content: bytes, *, place: str) -> Regime:
    """Read a regime.

    Args:
        content: The file: TOML in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It does not fit; the place names table, row and key.
    """
    regime = read_data(content, Regime, place=place)
    for table in ("threshold", "factor", "ground", "field", "part", "remedy"):
        require_apart((row.key for row in getattr(regime, table)), table, place=place)
    for kind in SCHEMA:
        named = {field.key: field for field in regime.fields_of(kind)}
        if NAME not in named or named[NAME].needed != "always":
            raise BadInputError(
                f"a {kind} has no name that is always needed",
                place=f"{place}: field {NAME}",
                hint='add a field with key = "name" and needed = "always"',
            )
    for field in regime.field:
        _verify_property(field, place)
    return regime


@cache
def shipped_regimes() -> tuple[Regime, ...]:
    """Return the regimes that ship, by key."""
    folder = files(__package__).joinpath(_FOLDER)
    found = [
        read_regime(one.read_bytes(), place=one.name)
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda regime: regime.key))


def _verify_property(field: Field, place: str) -> None:
    for kind in field.of:
        if field.property and field.property not in PROPERTIES[SCHEMA[kind]]:
            raise BadInputError(
                f"{SCHEMA[kind]} has no property {field.property!r}",
                place=f"{place}: field {field.key} property",
                hint=f"choose of {', '.join(sorted(PROPERTIES[SCHEMA[kind]]))}",
            )
