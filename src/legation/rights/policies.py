"""Policies: who may do what with an object, as a text that a security officer can read.

The shipped text is `need_to_know.cedar`; a setting names another in its place. A text with
a fault, be it a misspelt name, is refused as a whole: half a policy is no policy. Lists are
never filtered here (an engine of policies takes a tenth of a millisecond for each object);
that is the store's part, and a test proves that the two decide alike.
"""

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, final

from legation.errors import BadInputError, DeniedError, NotFoundError
from legation.rights.clearance import Reader
from legation.stix.labels import Label

Verb = Literal[
    "object.read",
    "campaign.export",
    "evidence.export",
    "evidence.open",
    "label.set",
    "label.widen",
]
_HINT: Final = "start from the shipped need_to_know.cedar"


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
            result = validate_policies(text, _shipped("need_to_know.cedarschema"))
        except ValueError as bad:
            raise BadInputError(f"no policies: {bad}", place=place, hint=_HINT) from bad
        if not result.validation_passed:
            said = "; ".join(str(fault.error) for fault in result.errors)
            raise BadInputError(f"policies with a fault: {said}", place=place, hint=_HINT)
        self._text = text

    def allow(self, reader: Reader, verb: Verb, labels: Sequence[Label]) -> list[bool]:
        """Tell for each label whether the reader may do this with an object under it."""
        from cedarpy import Decision, is_authorized_batch

        requests = [
            {
                "principal": 'Reader::"reader"',
                "action": f'Action::"{verb}"',
                "resource": f'Object::"{number}"',
                "context": {},
            }
            for number in range(len(labels))
        ]
        entities = [_reader(reader), *(_object(n, label) for n, label in enumerate(labels))]
        answers = is_authorized_batch(requests, self._text, entities) if requests else []
        return [answer.decision == Decision.Allow for answer in answers]

    def require(self, reader: Reader, verb: Verb, labels: Iterable[Label]) -> None:
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
        return Policies(_shipped("need_to_know.cedar"))
    try:
        return Policies(Path(file).expanduser().read_text("utf-8"), place=file)
    except FileNotFoundError as gone:
        raise NotFoundError(f"no policies at {file}", hint="check the setting `policies`") from gone
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=file, hint=_HINT) from bad


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
