"""Valid STIX 2.1 objects of every type, made anew and always the same from a seed.

A server of objects is tried with objects that nobody wrote for it. This maker knows no part of
legation: its objects are judged by the stix2 library and by the schemas of OASIS in
`tests/standards/taxii/test_made.py`. Each object may stand alone; what it refers to need not exist.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .stix_made_types import CONTRIBUTING, OBSERVABLES, THINGS

Made = dict[str, Any]

SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
START = datetime(2024, 3, 1, 8, tzinfo=UTC)


class StixMaker:
    """Makes objects; the same seed makes the same objects in the same order."""

    def __init__(self, seed: int) -> None:
        """Begin with a seed.

        Args:
            seed: Whatever number; two makers with the same one agree.
        """
        self.chance: random.Random = random.Random(seed)  # noqa: S311  # nothing here is secret
        self.made = 0

    def identifier(self, kind: str) -> str:
        """Make an identifier of a type, with a random UUID of version 4."""
        return f"{kind}--{uuid.UUID(int=self.chance.getrandbits(128), version=4)}"

    def when(self, digits: int = 3) -> str:
        """Make a timestamp, later than those before, with so many digits of a second."""
        self.made += 1
        moment = START + timedelta(seconds=self.made * 61)
        fraction = f"{self.chance.randrange(10**9):09d}"[:digits]
        return f"{moment:%Y-%m-%dT%H:%M:%S}{'.' if digits else ''}{fraction}Z"

    def thing(self, kind: str = "indicator", **more: Any) -> Made:
        """Make a domain object or a relationship (SDO, SRO) of a type.

        Args:
            kind: Its type.
            more: Properties that it has besides, or instead.
        """
        created = more.pop("created", None) or self.when()
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": self.identifier(kind),
            "created": created,
            "modified": created,
            **THINGS[kind](self),
            **more,
        }

    def observable(self, kind: str = "domain-name", **more: Any) -> Made:
        """Make an observable (SCO); its identifier follows from its values, as STIX asks."""
        own = {**OBSERVABLES[kind](self), **more}
        known = {name: own[name] for name in CONTRIBUTING[kind] if name in own}
        text = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        number = uuid.uuid5(SPACE, text) if known else self.identifier(kind)[-36:]
        return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{number}", **own}

    def marking(self) -> Made:
        """Make a marking definition: it has a time of creation and no versions."""
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self.identifier("marking-definition"),
            "created": self.when(),
            "definition_type": "statement",
            "definition": {"statement": f"Invented text {self.made}."},
        }

    def extension(self) -> Made:
        """Make the definition of an extension that adds a type of object."""
        return self.thing(
            "extension-definition",
            created_by_ref=self.identifier("identity"),
            extension_types=["new-sdo"],
        )

    def custom(self, kind: str = "outpost") -> tuple[Made, Made]:
        """Make an object of a type that STIX lacks, after the definition of its extension."""
        definition = self.extension()
        created = self.when()
        return definition, {
            "type": kind,
            "spec_version": "2.1",
            "id": self.identifier(kind),
            "created": created,
            "modified": created,
            "name": f"Outpost {self.made}",
            "rooms": self.chance.randrange(2**40),
            "extensions": {definition["id"]: {"extension_type": "new-sdo"}},
        }

    def odd(self) -> Made:
        """Make a valid object that is easily damaged: many scripts, unknown properties."""
        return self.thing(
            "identity",
            name="Ἀθήνα 外交部 وزارة \U0001f54a e\u0301 \u202e<b>&amp;</b>",
            description='"\\\u2028\u2029\u0001\ud7ff\ufffd =cmd|/C',
            x_conform_numbers=[0, -1, 2**53 - 1, 0.1, 1e-7, -0.5],
            x_conform_nested={"a": {"b": [[], {}, "", None, True]}, "": 1, "A": 2},
        )

    def precise(self) -> Made:
        """Make an object whose times are told to the nanosecond, which STIX permits."""
        created = self.when(9)
        return self.thing("campaign", created=created)

    def newer(self, thing: Made, *, digits: int = 3, **more: Any) -> Made:
        """Make a later version of an object."""
        return {**thing, "modified": self.when(digits), **more}

    def every(self) -> Iterator[Made]:
        """Make one object of each type of STIX 2.1, then the custom and the odd ones."""
        for kind in THINGS:
            yield self.extension() if kind == "extension-definition" else self.thing(kind)
        for kind in OBSERVABLES:
            yield self.observable(kind)
        yield self.marking()
        yield from self.custom()
        yield self.odd()
        yield self.precise()

    def some(self, number: int, make: Callable[[], Made] | None = None) -> list[Made]:
        """Make so many objects.

        Args:
            number: How many.
            make: How one is made; indicators without it.
        """
        return [(make or self.thing)() for _ in range(number)]
