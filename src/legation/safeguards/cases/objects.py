"""Cases and their entries as STIX objects, and back.

A case is an incident, whose extension `case` says how it stands for all who may know it. Each
entry is a note on that incident, whose extension `entry` carries what it states. The note also
points to the files and objects that it rests on, so whoever may not know one of these does not
know the entry either.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import Body, Number
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.entries import ANY_BODY, Entry, read_body, tag_of
from legation.safeguards.cases.facts import (
    Attached,
    Link,
    Moved,
    Opened,
    Task,
    TaskDone,
    Victim,
    Withdrawn,
)
from legation.stix.extensions import carry, extension_id
from legation.stix.ids import fact_id
from legation.stix.labels import Label, labelled
from legation.stix.objects import SPEC, Json
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import Incident, Note

# Entries from which it follows how a case stands.
SHARED: Final = (Opened, Moved, Victim, Link, Task, TaskDone, Withdrawn)
# The parts of a note that an entry is read from; reading the rest would cost ten times as much.
_Carried: Final = msgspec.defstruct(
    "_Carried",
    [
        ("case_ref", str),
        ("number", Number),
        ("states", ANY_BODY),
        ("author", str, ""),
        ("corrects", Number | None, None),
    ],
    frozen=True,
)
_Extensions: Final = msgspec.defstruct(
    "_Extensions", [("entry", _Carried | None, None)], rename={"entry": extension_id("entry")}
)
_Note: Final = msgspec.defstruct(
    "_Note",
    [("id", str), ("created_by_ref", str, ""), ("extensions", _Extensions | None, None)],
)
_NOTES: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(_Note)
# What an entry says in words, in the order of its fields; the rest is read by programs.
_SAID: Final = ("title", "says", "what", "why", "words", "summary", "outcome")


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Who keeps a case, and under which label.

    Attributes:
        author: Id of the desk's identity.
        created: When the case was opened, aware.
        modified: When this version was made.
    """

    author: str
    created: datetime
    modified: datetime
    label: Label


def case_id(author: str, number: str) -> str:
    """Return the id of a case's object."""
    return fact_id("incident", author, number)


def entry_id(case: str, number: int) -> str:
    """Return the id of an entry's object: of two that are written at once, one is refused."""
    return fact_id("note", case, number)


def incident_of(case: Case, stated: Stated) -> Incident:
    """Return the object of a case as it stands."""
    opened = case.opened
    thing = Incident(
        spec_version=SPEC,
        id=case.id,
        created_by_ref=stated.author,
        created=Timestamp.of(stated.created),
        modified=Timestamp.of(stated.modified),
        name=opened.title,
        description=opened.summary or None,
        extensions=carry("case", standing_of(case)),
    )
    return labelled(thing, stated.label)


def standing_of(case: Case) -> dict[str, Any]:
    """Return how a case stands, as its extension carries it; what is not there is left out."""
    opened, due = case.opened, case.due()
    told = {
        "number": case.number,
        "type": opened.type,
        "domain": opened.domain,
        "template": opened.template,
        "status": case.status,
        "began": opened.began,
        "ended": opened.ended or "",
        "known": opened.known,
        "serves": opened.serves,
        "object": opened.object,
        "parties": list(case.parties()),
        "due": due.isoformat() if due else "",
        "tasks": len(case.open_tasks()),
    }
    return {name: part for name, part in told.items() if part not in ("", [], None)}


def note_of(case: str, entry: Entry, stated: Stated) -> Note:
    """Return the object of an entry."""
    content: dict[str, Any] = {
        "case_ref": case,
        "number": entry.number,
        "author": entry.author,
        "states": _bare(entry.body),
    }
    if entry.corrects is not None:
        content["corrects"] = entry.corrects
    written = Timestamp.of(entry.written)
    thing = Note(
        spec_version=SPEC,
        id=entry_id(case, entry.number),
        created_by_ref=stated.author,
        created=written,
        modified=written,
        abstract=tag_of(entry.body),
        content=_content(entry.body),
        object_refs=(case, *sorted({*points_to(entry.body)} - {case})),
        extensions=carry("entry", content),
    )
    return labelled(thing, stated.label)


def entry_of(raw: bytes, written: datetime, *, case: str, author: str) -> Entry | None:
    """Return the entry of a case that an object carries; None when it carries none.

    Args:
        raw: The object, as it is kept.
        written: When the store took it in.
        case: Id of the case: an entry of another one may link to it.
        author: Id of whose entries count: what a partner says of our case is theirs.

    Raises:
        RecordError: What it carries is no entry.
    """
    found = entry_in(raw, written, author=author)
    return found[1] if found is not None and found[0] == case else None


def entry_in(raw: bytes, written: datetime, *, author: str) -> tuple[str, Entry] | None:
    """Return the entry that an object carries, after the id of its case; see `entry_of`."""
    try:
        thing = _NOTES.decode(raw)
    except msgspec.ValidationError as bad:
        _verify_other(raw, author, bad)
        return None
    carried = thing.extensions.entry if thing.extensions is not None else None
    if carried is None or thing.created_by_ref != author:
        return None
    return carried.case_ref, Entry(
        number=carried.number,
        author=carried.author,
        written=written,
        body=carried.states,
        corrects=carried.corrects,
        id=thing.id,
    )


def points_to(body: Body) -> Iterable[str]:
    """Yield the ids of the objects that an entry rests on or leads to."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if name == "to" and isinstance(value, str) and "--" in value:
            yield value
        for one in value if isinstance(value, tuple) else ():
            if isinstance(one, Attached):
                yield one.evidence


def words_of(body: Body) -> str:
    """Return what an entry says to a person, in a line for each part."""
    found = (getattr(body, name, "") for name in _SAID)
    return "\n".join(one for one in found if isinstance(one, str) and one)


def _content(body: Body) -> str:
    """Return what a note says in words; of what may name a person who is to be listed, its kind."""
    return tag_of(body) if isinstance(body, OfDossier) else words_of(body) or tag_of(body)


def _bare(body: Body) -> Json:
    told: dict[str, Any] = msgspec.to_builtins(body)
    return {name: part for name, part in told.items() if part not in ("", None, [], {})}


def _verify_other(raw: bytes, author: str, bad: Exception) -> None:
    """Require that what cannot be read is none of ours.

    Raises:
        RecordError: It is; the place names the part at fault.
    """
    value = msgspec.json.decode(raw)
    content = value.get("extensions", {}).get(extension_id("entry"))
    if value.get("created_by_ref") != author or not isinstance(content, dict):
        return
    read_body(content.get("states"), value["id"])
    raise RecordError(str(bad), place=value["id"], hint="see the reference: STIX") from bad
