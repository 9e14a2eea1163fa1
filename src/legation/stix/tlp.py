"""The Traffic Light Protocol: who may be told.

TLP 2.0 (FIRST, 2022) has five levels in one order. In STIX they go by three families
of ids: the OASIS extension for TLP 2.0, OpenCTI's (TLP 1 ids and one of its own for
AMBER+STRICT), and the TLP 1 ids of STIX 2.1 itself. A gate that knows one family only
leaks or blocks, so all are read here. Reading never widens: of several levels the
strictest holds, a marking that cannot be read counts as RED, and where no level is
stated the reader's own default holds, which may not be CLEAR.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final, Literal

from legation.errors import UsageError, VerificationError
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import MarkingDefinition


class Tlp(IntEnum):
    """A level; a greater one is stricter."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    def __str__(self) -> str:
        """Return the level as FIRST writes it."""
        return f"TLP:{self.name.replace('_', '+')}"


def level_named(name: str) -> Tlp:
    """Return the level that settings and commands call so.

    >>> level_named("amber+strict")
    <Tlp.AMBER_STRICT: 3>

    Raises:
        UsageError: There is no such level.
    """
    try:
        return Tlp[name.upper().replace("+", "_")]
    except KeyError as unknown:
        raise UsageError(
            f"no level {name!r:.30}", hint="choose clear, green, amber, amber+strict or red"
        ) from unknown


Family = Literal["oasis", "opencti", "tlp1"]

TLP2_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

_TLP1: Final = {
    Tlp.CLEAR: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Tlp.GREEN: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    Tlp.AMBER: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    Tlp.RED: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
_FAMILIES: Final[Mapping[Family, Mapping[Tlp, str]]] = {
    "oasis": {
        Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    },
    "opencti": _TLP1
    | {Tlp.AMBER_STRICT: "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"},
    # TLP 1 cannot say AMBER+STRICT: the next stricter level stands for it.
    "tlp1": _TLP1 | {Tlp.AMBER_STRICT: _TLP1[Tlp.RED]},
}
_LEVELS: Final = {
    marking: level
    for family in ("tlp1", "opencti", "oasis")
    for level, marking in _FAMILIES[family].items()
} | {marking: level for level, marking in _TLP1.items()}
_TLP2_MADE: Final = Timestamp("2022-10-01T00:00:00.000Z")
_TLP1_MADE: Final = Timestamp("2017-01-20T00:00:00.000Z")


def level_of(marking: str) -> Tlp | None:
    """Return the level that an id of any family names, or None for another marking.

    >>> level_of("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37")
    <Tlp.AMBER_STRICT: 3>
    """
    return _LEVELS.get(marking.lower())


def strictest(
    markings: Iterable[str],
    *,
    default: Tlp,
    definitions: Mapping[str, MarkingDefinition] | None = None,
) -> Tlp:
    """Return the level that holds for a set of markings.

    Args:
        markings: Ids of marking definitions.
        default: Level of what states none; it may not be CLEAR.
        definitions: Definitions at hand, by id. A statement among them (of a licence,
            say) states no level; a marking that is neither known nor here counts as RED.

    Raises:
        UsageError: The default is CLEAR.
    """
    if default is Tlp.CLEAR:
        raise UsageError(
            "what carries no marking is never TLP:CLEAR", hint="take TLP:GREEN or stricter"
        )
    levels = [_level(marking, definitions or {}) for marking in set(markings)]
    return max((level for level in levels if level is not None), default=default)


def level_of_object(
    thing: StixObject,
    *,
    default: Tlp,
    definitions: Mapping[str, MarkingDefinition] | None = None,
) -> Tlp:
    """Return the strictest level on an object or on any part of it."""
    granular = (str(part.get("marking_ref", "")) for part in thing.granular_markings or ())
    return strictest(
        [*(thing.object_marking_refs or ()), *filter(None, granular)],
        default=default,
        definitions=definitions,
    )


def marking_ref(level: Tlp, family: Family = "oasis") -> str:
    """Return the id of a level in a family."""
    return _FAMILIES[family][level]


def marking_definition(level: Tlp, family: Family = "oasis") -> MarkingDefinition:
    """Return the definition that the family publishes for a level."""
    marking = marking_ref(level, family)
    if family == "oasis":
        return MarkingDefinition(
            spec_version=SPEC,
            id=marking,
            created=_TLP2_MADE,
            name=str(level),
            extensions={
                TLP2_EXTENSION: {
                    "extension_type": "property-extension",
                    "tlp_2_0": str(level).removeprefix("TLP:").lower(),
                }
            },
        )
    if marking not in _TLP1.values():
        return _opencti_strict(marking)
    return _tlp1(_LEVELS[marking])


def refuse_forged(definition: MarkingDefinition) -> None:
    """Refuse a definition that misuses a level's id, or states a level under another id.

    Names, authors and references may differ; what the level is may not.

    Raises:
        VerificationError: The definition does not say what its id means.
    """
    meant = level_of(definition.id)
    said = _stated(definition)
    if meant is None and said is None:
        return
    if meant is None or said is None or said not in _acceptable(definition.id, meant):
        raise VerificationError(
            f"{definition.id} is not the published definition of its level",
            hint="drop it: the published definitions are known without being sent",
        )


def _level(marking: str, definitions: Mapping[str, MarkingDefinition]) -> Tlp | None:
    known = level_of(marking)
    if known is not None:
        return known
    definition = definitions.get(marking)
    return None if definition is not None and _stated(definition) is None else Tlp.RED


def _stated(definition: MarkingDefinition) -> str | None:
    extension = (definition.extensions or {}).get(TLP2_EXTENSION)
    if extension is not None:
        return str(extension.get("tlp_2_0", "")).lower()
    if str(definition.extra.get("x_opencti_definition_type", "")).upper() == "TLP":
        said = definition.extra.get("x_opencti_definition", "")
    elif (definition.definition_type or "").lower() == "tlp":
        said = next(iter((definition.definition or {}).values()), "")
    else:
        said = definition.name if (definition.name or "").upper().startswith("TLP:") else None
    return None if said is None else str(said).lower().removeprefix("tlp:")


def _acceptable(marking: str, level: Tlp) -> frozenset[str]:
    name = str(level).removeprefix("TLP:").lower()
    white = level is Tlp.CLEAR and marking.lower() == _TLP1[Tlp.CLEAR]
    return frozenset({name, "white"} if white else {name})


def _tlp1(level: Tlp) -> MarkingDefinition:
    name = "white" if level is Tlp.CLEAR else level.name.lower()
    return MarkingDefinition(
        spec_version=SPEC,
        id=_TLP1[level],
        created=_TLP1_MADE,
        name=f"TLP:{name.upper()}",
        definition_type="tlp",
        definition={"tlp": name},
    )


def _opencti_strict(marking: str) -> MarkingDefinition:
    return MarkingDefinition(
        spec_version=SPEC,
        id=marking,
        created=_TLP2_MADE,
        name=str(Tlp.AMBER_STRICT),
        definition_type="statement",
        definition={"statement": "custom"},
        extra={
            "x_opencti_definition_type": "TLP",
            "x_opencti_definition": str(Tlp.AMBER_STRICT),
        },
    )
