"""`legation label show` and `set`: who may know an object."""

from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, table, tell
from legation.settings import PapName, TlpName

_ACTOR = "command line"
_NONE = "none"


def show(
    object_id: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """Show the label of an object, and how it came to be.

    Args:
        object_id: Its STIX id, the pseudonym of an account, or the start of a campaign's id.
    """
    from legation.app.labelling import labels_of, object_named

    place = doors.home(home)
    place.require()
    with place.store() as store:
        name = object_named(place, store, object_id, _ACTOR)
        found = labels_of(place, store, name, _ACTOR)
    if as_json:
        answer_json({"object": name, "labels": found})
        return 0
    answer(f"{name}  {found[-1].text}")
    rows = [
        (f"{one.recorded:%Y-%m-%d %H:%M:%S}Z", one.text, one.actor, one.reason) for one in found
    ]
    answer(table(("since", "label", "by", "reason"), rows))
    return 0


def change(
    object_id: str,
    /,
    *,
    tlp: Annotated[TlpName | None, Parameter(help="TLP level.")] = None,
    pap: Annotated[PapName | None, Parameter(help="PAP level.")] = None,
    level: Annotated[str | None, Parameter(help="Rung of the setting `ladder`, or none.")] = None,
    compartment: Annotated[
        tuple[str, ...], Parameter(help="Compartment; again for another, or none.")
    ] = (),
    releasable_to: Annotated[
        tuple[str, ...], Parameter(help="Party that may be told; again for another, or none.")
    ] = (),
    reason: Annotated[str, Parameter(help="Why; a wider label needs it.")] = "",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Put another label of an object in force; older ones stay on record.

    What is not named stays as it is. Compartments and parties that are named take the place of
    all that were there. Each change is written into the audit trail.

    Args:
        object_id: Its STIX id, the pseudonym of an account, or the start of a campaign's id.
    """
    from legation.app.labelling import Wanted, object_named, set_label
    from legation.stix.labels import Pap
    from legation.stix.tlp import level_named

    wanted = Wanted(
        tlp=level_named(tlp) if tlp else None,
        pap=Pap[pap.upper()] if pap else None,
        level=None if level is None else "".join(_but_none((level,))),
        compartments=_but_none(compartment) if compartment else None,
        releasable_to=_but_none(releasable_to) if releasable_to else None,
    )
    place = doors.home(home)
    place.require()
    with place.store() as store:
        name = object_named(place, store, object_id, _ACTOR)
        label = set_label(place, store, name, wanted, actor=_ACTOR, reason=reason)
        clearance = place.reader(store, _ACTOR).clearance
        still = store.objects.as_read_by(clearance).standing([name])
    answer(f"{name}  {label.text(place.settings.ladder)}")
    if not still:
        tell("You may no longer know this object.")
    return 0


def _but_none(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name != _NONE)
