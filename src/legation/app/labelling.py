"""Labels by a person's hand: shown, made stricter, or made wider for a reason.

Whoever may not know an object cannot label it, and is told that there is none. Wider is
whatever lets somebody know who could not before; it needs a reason and the policies' leave.
The act is in the audit trail, in the transaction that puts the label in force.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import DeniedError, UsageError
from legation.stix.labels import Label, Pap, widens
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.app.home import Home
    from legation.rights.clearance import Reader
    from legation.store.opening import Store

SET: Final = "label.set"
WIDEN: Final = "label.widen"
_LEAST_REASON: Final = 10
_CASE: Final = re.compile(r"\d{4}-\d{4,9}", re.ASCII)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a label that are to change; None leaves a part as it is.

    Attributes:
        tlp: TLP level.
        pap: PAP level.
        level: Rung of the ladder; empty for none.
        compartments: All compartments from now on.
        releasable_to: All parties that may be told; none lifts the limit.
    """

    tlp: Tlp | None = None
    pap: Pap | None = None
    level: str | None = None
    compartments: tuple[str, ...] | None = None
    releasable_to: tuple[str, ...] | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One label of an object, and how it came to be."""

    text: str
    label: Label
    actor: str
    reason: str
    recorded: datetime


def object_named(home: "Home", store: "Store", name: str, actor: str) -> str:
    """Return the id of an object by that id, a pseudonym, a case's number, or a campaign's start.

    Raises:
        NotFoundError: There is none that may be known.
    """
    from legation.formats.campaign import PSEUDONYM, account_id

    if "--" in name:
        object_id = name
    elif _CASE.fullmatch(name):
        cases = store.cases.as_read_by(home.reader(store, actor).clearance)
        object_id = cases.get(name).object_id
    elif PSEUDONYM.fullmatch(name):
        object_id = account_id(name)
    else:
        object_id = home.library(store, actor).object_id(name)
    known = store.objects.as_read_by(home.reader(store, actor).clearance)
    return known.get(object_id).object_id


def labels_of(home: "Home", store: "Store", object_id: str, actor: str) -> list[Shown]:
    """Return the labels of an object, the one in force last.

    Older ones that ask for more than the reader holds are left out: they name compartments.

    Raises:
        NotFoundError: There is no such object that may be known.
    """
    reader = home.reader(store, actor)
    store.objects.as_read_by(reader.clearance).get(object_id)
    entries = store.labels.history(object_id)
    met = home.policies().allow(reader, "object.read", [entry.label for entry in entries])
    return [
        Shown(
            text=entry.label.text(home.settings.ladder),
            label=entry.label,
            actor=entry.actor,
            reason=entry.reason,
            recorded=entry.recorded,
        )
        for entry, may in zip(entries, met, strict=True)
        if may
    ]


def set_label(
    home: "Home", store: "Store", object_id: str, wanted: Wanted, *, actor: str, reason: str = ""
) -> Label:
    """Put another label of an object in force, and return it.

    Raises:
        NotFoundError: There is no such object that may be known.
        UsageError: Nothing would change, or a name is not among the settings'.
        DeniedError: It is wider and has no reason, or the policies do not permit it.
    """
    from legation.store.audit import Event

    reader, ladder = home.reader(store, actor), home.settings.ladder
    with store.transaction():
        store.objects.as_read_by(reader.clearance).get(object_id)
        before = store.labels.in_force([object_id])[object_id]
        label = _changed(before, wanted)
        _refuse_unknown(label, before, ladder, home.settings.compartments)
        if label == before:
            raise UsageError(
                f"the label is {before.text(ladder)} already", hint="say what is to change"
            )
        verb = _allowed(home, reader, label, before, reason)
        store.labels.set(object_id, label, actor=actor, reason=reason)
        detail = {"from": before.text(ladder), "to": label.text(ladder), "reason": reason}
        event = Event(at=home.now(), actor=actor, verb=verb, subject=object_id, detail=detail)
        store.audit.append(event)
    return label


def wanted_label(
    before: Label, wanted: Wanted, *, ladder: "Sequence[str]", compartments: "Sequence[str]"
) -> Label:
    """Return the label that is wanted in place of one.

    Raises:
        UsageError: A name is not among the settings'.
    """
    label = _changed(before, wanted)
    _refuse_unknown(label, before, ladder, compartments)
    return label


def require_reason(reason: str) -> None:
    """Refuse to tell more people without saying why.

    Raises:
        DeniedError: No sentence is given.
    """
    if sum(map(str.isalnum, reason)) < _LEAST_REASON:
        raise DeniedError(
            "a wider label tells more people, and no reason is given",
            hint="say why in a sentence: --reason TEXT",
        )


def _allowed(home: "Home", reader: "Reader", label: Label, before: Label, reason: str) -> str:
    """Return the verb of a change, once it is permitted."""
    wider = widens(label, before, home.settings.ladder)
    if wider:
        require_reason(reason)
    home.policies().require(reader, "label.widen" if wider else "label.set", [before])
    return WIDEN if wider else SET


def _changed(before: Label, wanted: Wanted) -> Label:
    label = before
    if wanted.tlp is not None:
        label = msgspec.structs.replace(label, tlp=wanted.tlp)
    if wanted.pap is not None:
        label = msgspec.structs.replace(label, pap=wanted.pap)
    if wanted.level is not None:
        label = msgspec.structs.replace(label, levels=(wanted.level,) if wanted.level else ())
    if wanted.compartments is not None:
        named = tuple(sorted(set(wanted.compartments)))
        label = msgspec.structs.replace(label, compartments=named)
    if wanted.releasable_to is not None:
        parties = tuple(sorted(set(wanted.releasable_to)))
        label = msgspec.structs.replace(label, restricted=bool(parties), releasable_to=parties)
    return label


def _refuse_unknown(
    label: Label, before: Label, ladder: "Sequence[str]", compartments: "Sequence[str]"
) -> None:
    """Refuse a name that nobody could hold: the object would be closed to all by a slip."""
    for what, new, old, known in (
        ("level", label.levels, before.levels, ladder),
        ("compartment", label.compartments, before.compartments, compartments),
    ):
        for name in sorted({*new} - {*old} - {*known}):
            listed = ", ".join(known) or "none yet"
            raise UsageError(
                f"no {what} {name!r} in the settings", hint=f"the settings name: {listed}"
            )
