"""Policies: who may do what, as a text that a security officer can read.

The shipped text is `need_to_know.cedar`; a setting names another in its place. It is the one
place that says what a role may do: with an object under its label, and on the desk, whose
addresses ask here. A text with a fault, be it a misspelt name, is refused as a whole: half
a policy is no policy. Lists are never filtered here (an engine of policies takes a tenth of
a millisecond for each object); that is the store's part, and a test proves that the two
decide alike.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, final

from legation.errors import BadInputError, DeniedError, NotFoundError
from legation.rights.clearance import Clearance, Reader
from legation.rights.roles import (
    COMMON_VERBS,
    DESK_VERBS,
    OBJECT_VERBS,
    ROLES,
    ObjectVerb,
    Verb,
)
from legation.settings import at_home
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp

_HINT: Final = "start from the shipped need_to_know.cedar"
_DESK: Final = 'Desk::"desk"'
_READER: Final = 'Reader::"reader"'
# Readers whose verbs are remembered: a desk has fewer people than that.
_MOST: Final = 1024


@final
class Policies:
    """A checked text of policies."""

    def __init__(self, text: str, *, place: str = "") -> None:
        """Check the text.

        Args:
            text: Cedar policies.
            place: Where the text stands, for errors.

        Raises:
            BadInputError: It is no Cedar, or speaks of what does not exist.
        """
        from cedarpy import validate_policies

        try:
            result = validate_policies(text, schema())
        except ValueError as bad:
            raise BadInputError(f"no policies: {bad}", place=place, hint=_HINT) from bad
        if not result.validation_passed:
            said = "; ".join(str(fault.error) for fault in result.errors)
            raise BadInputError(f"policies with a fault: {said}", place=place, hint=_HINT)
        self._text = text
        self._verbs: dict[tuple[frozenset[str], Clearance], frozenset[Verb]] = {}

    def verbs_of(self, reader: Reader) -> frozenset[Verb]:
        """Return what somebody may do on the desk, with what is everybody's."""
        key = reader.roles, reader.clearance
        if key not in self._verbs:
            if len(self._verbs) >= _MOST:
                self._verbs.clear()
            self._verbs[key] = COMMON_VERBS | self._permitted(reader)
        return self._verbs[key]

    def who_may(self, verb: str) -> list[str]:
        """Return the roles that may do something on the desk, for whoever is told to ask them."""
        return [role for role in ROLES if verb in self.verbs_of(with_roles(role))]

    def _permitted(self, reader: Reader) -> frozenset[Verb]:
        from cedarpy import Decision, is_authorized_batch

        verbs = sorted(DESK_VERBS)
        requests = [
            {
                "principal": _READER,
                "action": f'Action::"{verb}"',
                "resource": _DESK,
                "context": {},
            }
            for verb in verbs
        ]
        entities = [_reader(reader), _entity("Desk", "desk")]
        answers = is_authorized_batch(requests, self._text, entities)
        told = zip(verbs, answers, strict=True)
        return frozenset(verb for verb, answer in told if answer.decision == Decision.Allow)

    def allow(self, reader: Reader, verb: ObjectVerb, labels: Sequence[Label]) -> list[bool]:
        """Tell for each label whether the reader may do this with an object under it."""
        from cedarpy import Decision, is_authorized_batch

        requests = [
            {
                "principal": _READER,
                "action": f'Action::"{verb}"',
                "resource": f'Object::"{number}"',
                "context": {},
            }
            for number in range(len(labels))
        ]
        entities = [_reader(reader), *(_object(n, label) for n, label in enumerate(labels))]
        answers = is_authorized_batch(requests, self._text, entities) if requests else []
        return [answer.decision == Decision.Allow for answer in answers]

    def require(self, reader: Reader, verb: ObjectVerb, labels: Iterable[Label]) -> None:
        """Refuse an act with objects under these labels.

        Raises:
            DeniedError: The policies do not permit it with each of them.
        """
        if not all(self.allow(reader, verb, list(labels))):
            roles = ", ".join(sorted(reader.roles)) or "no role"
            raise DeniedError(
                f"the policies do not permit {verb} to {reader.actor} ({roles})",
                hint="ask the security officer, or somebody with another role",
            )


def read_policies(file: str) -> Policies:
    """Read policies from a file; the shipped ones when none is named.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It holds no sound policies.
    """
    if not file:
        return _checked(_shipped("need_to_know.cedar"), "")
    try:
        return _checked(at_home(Path(file), "policies").read_text("utf-8"), file)
    except FileNotFoundError as gone:
        raise NotFoundError(f"no policies at {file}", hint="check the setting `policies`") from gone
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=file, hint=_HINT) from bad


def schema() -> str:
    """Return what policies may speak of: readers, objects, the desk, and every verb."""
    lines = []
    for verb in sorted(DESK_VERBS | OBJECT_VERBS):
        kinds = (("Object", OBJECT_VERBS), ("Desk", DESK_VERBS))
        things = [kind for kind, some in kinds if verb in some]
        lines.append(
            f'action "{verb}" appliesTo {{ principal: [Reader], resource: [{", ".join(things)}] }};'
        )
    return "\n".join([_shipped("need_to_know.cedarschema"), *lines, ""])


def with_roles(*roles: str) -> Reader:
    """Return somebody of these roles who may know all that has no further condition."""
    everything = Clearance(
        tlp=Tlp.RED, pap=Pap.RED, levels=frozenset(), compartments=frozenset(), party=""
    )
    return Reader(actor="", roles=frozenset(roles), clearance=everything)


@lru_cache(maxsize=8)
def _checked(text: str, place: str) -> Policies:
    """Return checked policies; the same text need not be checked again."""
    return Policies(text, place=place)


@lru_cache(maxsize=2)
def _shipped(name: str) -> str:
    return files("legation.rights").joinpath(name).read_text("utf-8")


def _reader(reader: Reader) -> dict[str, Any]:
    held = reader.clearance
    return _entity(
        "Reader",
        "reader",
        tlp=int(held.tlp),
        pap=int(held.pap),
        levels=sorted(held.levels),
        compartments=sorted(held.compartments),
        party=held.party,
        roles=sorted(reader.roles),
    )


def _object(number: int, label: Label) -> dict[str, Any]:
    return _entity(
        "Object",
        str(number),
        tlp=int(label.tlp),
        pap=int(label.pap),
        levels=list(label.levels),
        compartments=list(label.compartments),
        restricted=label.restricted,
        releasable_to=list(label.releasable_to),
    )


def _entity(kind: str, name: str, **attrs: Any) -> dict[str, Any]:
    return {"uid": {"type": kind, "id": name}, "attrs": attrs, "parents": []}
