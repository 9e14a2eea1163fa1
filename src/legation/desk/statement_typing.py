"""What stands in the form of a draft, read: texts, what it changes, its label, what it answers.

What is typed comes back as it was typed where it is refused, and nothing is guessed: a text without
a language is no text.
"""

from datetime import UTC, datetime
from typing import Final

import msgspec

from legation.app.labelling import Wanted, wanted_label
from legation.app.scope import Scope
from legation.app.statements.drafts import Wording
from legation.desk.answers import Ask
from legation.desk.reading import Reading
from legation.desk.statement_words import RELATIONS
from legation.errors import BadInputError, UsageError
from legation.safeguards.statements.drafting import Draft, drafted
from legation.safeguards.statements.statement import Change
from legation.stix.labels import Label
from legation.stix.tlp import Tlp, level_named
from legation.store.statements import DraftRow

LEVELS: Final = ("clear", "green", "amber", "amber+strict", "red")
_FIELDS: Final = (
    *("issuer", "office", "number", "embargo", "relation", "changes", "reason", "answers"),
    *("tlp", "level", "seen"),
)


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form of a draft.

    Attributes:
        values: By the names of its fields.
        texts: Language and text of each version.
        compartments: Those that are ticked.
    """

    values: dict[str, str]
    texts: tuple[tuple[str, str], ...]
    compartments: tuple[str, ...] = ()


async def typed_in(request: Ask) -> Typed:
    """Return what a form holds."""
    form = await request.form()
    languages = [str(one).strip() for one in form.getall("language", [])]
    texts = [str(one).replace("\r\n", "\n") for one in form.getall("text", [])]
    pairs = zip(languages, texts, strict=False)
    return Typed(
        values={name: str(form.get(name, "")).strip() for name in _FIELDS},
        texts=tuple((language, text) for language, text in pairs if language or text.strip()),
        compartments=tuple(str(one) for one in form.getall("compartment", [])),
    )


def wording_in(
    scope: Scope, reading: Reading, typed: Typed, before: Label | None = None
) -> Wording:
    """Return the wording that a form states.

    Args:
        scope: Who writes, before which store.
        reading: Finds what it answers.
        typed: What was typed.
        before: The label that the draft has; None for a new one.

    Raises:
        BadInputError: A part of it cannot be read; the place is the field.
        UsageError: It asks for what there is not.
        NotFoundError: What it answers is not there for this person.
    """
    values = typed.values
    for language, text in typed.texts:
        if not language or not text.strip():
            raise BadInputError(
                "a text has a language, and a language a text",
                place="text",
                hint="give both, or clear both",
            )
    changes: tuple[Change, ...] = ()
    if relation := values.get("relation", ""):
        known = next((one for one in RELATIONS if one == relation), None)
        if known is None:
            raise UsageError(f"no such change: {relation!r:.20}", hint="choose from the list")
        changes = (Change(relation=known, number=values["changes"], reason=values["reason"]),)
    draft = Draft(
        issuer=values["issuer"],
        office=values["office"],
        versions=drafted(typed.texts),
        number=values["number"],
        embargo=moment_in(values["embargo"], "embargo"),
        changes=changes,
    )
    return Wording(
        draft=draft,
        label=_label(scope, typed, before),
        answers=_answered(reading, values["answers"]),
    )


def _label(scope: Scope, typed: Typed, before: Label | None) -> Label:
    named = typed.values["tlp"]
    if named not in LEVELS:
        raise UsageError(f"no level {named!r:.20}", hint=f"choose from: {', '.join(LEVELS)}")
    wanted = Wanted(
        tlp=level_named(named), level=typed.values["level"], compartments=typed.compartments
    )
    before = before or Label(tlp=Tlp.CLEAR)
    return wanted_label(before, wanted, ladder=scope.ladder, compartments=scope.compartments)


def level_for(scope: Scope) -> str:
    """Return the level that the form of a new draft offers: the desk's, or the writer's highest."""
    return LEVELS[min(scope.marking, scope.reader.clearance.tlp)]


def _answered(reading: Reading, name: str) -> str:
    """Return the id of what a draft answers, by that id or by the id of a campaign."""
    library = reading.library()
    if not name or library is None or "--" in name:
        return name
    return library.object_id(name.rpartition("/")[2])


def typed_of(row: DraftRow, wording: Wording) -> Typed:
    """Return what the form of a draft begins with: what stands in it."""
    draft = wording.draft
    (change,) = draft.changes or (None,)
    values = {
        "issuer": draft.issuer,
        "office": draft.office,
        "number": draft.number,
        "embargo": draft.embargo.strftime("%Y-%m-%dT%H:%M") if draft.embargo else "",
        "relation": change.relation if change else "",
        "changes": change.number if change else "",
        "reason": change.reason if change else "",
        "answers": row.answers,
        "tlp": LEVELS[wording.label.tlp],
        "level": wording.label.levels[0] if wording.label.levels else "",
        "seen": str(row.seq),
    }
    texts = tuple((one.language, one.text) for one in draft.versions)
    return Typed(values=values, texts=texts, compartments=wording.label.compartments)


def moment_in(text: str, place: str) -> datetime | None:
    """Return a time that was typed, in UTC; None where none was.

    Args:
        text: Without an offset it is in UTC; with one, such as `+02:00`, the same moment is meant.
        place: Of the form, for who typed it.

    Raises:
        BadInputError: It is no time.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as bad:
        raise BadInputError(
            f"{text!r:.40} is no time", place=place, hint="write it as 2026-05-03T10:00, in UTC"
        ) from bad
    return at.replace(second=0, microsecond=0)
