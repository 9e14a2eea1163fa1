"""The profile of MISP: one event for each case, written natively, the objects attached.

MISP knows attributes and objects, not STIX; its own converter drops what describes
information manipulation. So events are written as analysts of MISP write them, and the
objects themselves go along as a file, so that a reader of STIX gets them back whole.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from legation.errors import BadInputError, MissingPartError
from legation.formats.profiles.envelope import checked, ordered
from legation.formats.profiles.losses import Exported, Piece, Report
from legation.formats.profiles.misp.cases import in_one_order
from legation.formats.profiles.misp.plan import planned
from legation.formats.profiles.plain import closed
from legation.stix.tlp import Tlp

MEDIA_TYPE: Final = "application/json"


def export_misp(
    pieces: Iterable[Piece], *, default: Tlp = Tlp.RED, persons: bool = False
) -> Exported:
    """Write objects as MISP events.

    Args:
        pieces: The objects; where their bytes are given, those are attached.
        default: Level of an object that states none; it may not be CLEAR.
        persons: Make objects of MISP of persons too. Without it only the attached file
            names them.

    Raises:
        BadInputError: There is no object, or one is none.
        MissingPartError: PyMISP is not installed.
        UsageError: The default is CLEAR.
        VerificationError: The bytes given with an object are not its value.
    """
    pymisp = need_pymisp()
    report = Report()
    things = in_one_order(closed(checked(pieces), report))
    if not things:
        raise BadInputError("an event without objects", place="", hint="export at least one object")
    events = planned(things, default=default, persons=persons, report=report)
    written = [{"Event": ordered(_written(pymisp, event))} for event in events]
    whole = written[0] if len(written) == 1 else {"response": written}
    text = json.dumps(whole, ensure_ascii=True, indent=1, allow_nan=False)
    return Exported(content=f"{text}\n".encode("ascii"), media_type=MEDIA_TYPE, losses=report.all())


def need_pymisp(load: Callable[[str], Any] = import_module) -> Any:
    """Return what writes MISP events.

    Raises:
        MissingPartError: It is not installed.
    """
    try:
        return load("pymisp")
    except ImportError as absent:
        raise MissingPartError(
            "events of MISP need a part that is not installed",
            hint="add the extra `misp`: in the folder that legation was installed from, "
            "run: make misp",
        ) from absent


def _written(pymisp: Any, plan: dict[str, Any]) -> dict[str, Any]:
    event = pymisp.MISPEvent(strict_validation=True, force_timestamps=True)
    objects = plan.pop("Object")
    event.from_dict(**plan)
    for said in objects:
        _add_object(pymisp, event, said)
    told: dict[str, Any] = _builtin(event)
    return told


def _add_object(pymisp: Any, event: Any, said: dict[str, Any]) -> None:
    thing = pymisp.MISPObject(said["name"], standalone=False, force_timestamps=True)
    thing.uuid, thing.comment, thing.timestamp = said["uuid"], said["comment"], said["timestamp"]
    for attribute in said["Attribute"]:
        thing.add_attribute(**attribute)
    for reference in said.get("ObjectReference", []):
        thing.add_reference(**reference)
    event.add_object(thing)


def _builtin(value: Any) -> Any:
    if hasattr(value, "jsonable"):
        return _builtin(value.jsonable())
    if isinstance(value, dict):
        return {name: _builtin(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_builtin(part) for part in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
