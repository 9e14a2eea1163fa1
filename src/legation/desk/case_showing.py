"""An entry of a case as a page shows it whole: each field by its label, each value by its words.

A form and a page call a field alike. Numbers of other entries lead to them; what people wrote
stands as they wrote it.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from legation.desk.case_labels import CONTEXTS, FormField, labelled
from legation.desk.case_words import CASE_WORDS
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case import numbers_named
from legation.safeguards.cases.entries import tag_of

_YES_OR_NO = "answer to a question"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a value.

    Attributes:
        kind: What people wrote, a word that is translated, a label before a piece, the number
            of an entry, a captured file.
        code: Shown before a word that people know by its code.
    """

    kind: Literal["text", "word", "label", "number", "file"]
    words: str
    context: str = ""
    code: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A field with its value, in as many lines as it has parts."""

    name: str
    label: str
    lines: tuple[tuple[Piece, ...], ...]


def shown(body: Body) -> tuple[Shown, ...]:
    """Return the fields of an entry that say something.

    >>> from legation.safeguards.cases.facts import Moved
    >>> [(one.label, one.lines[0][0].words) for one in shown(Moved(to="triaged"))]
    [('New status', 'triaged')]
    """
    told: dict[str, Any] = msgspec.to_builtins(body)
    kind, named = tag_of(body), {name for name, _ in numbers_named(body)}
    found = []
    for field in labelled(kind):
        value = told.get(field.name)
        if value in (None, "", [], (), {}):
            continue
        context = CONTEXTS.get((kind, field.name), CONTEXTS.get(field.name, ""))
        lines = _lines(field, value, context, named)
        found.append(Shown(name=field.name, label=field.label, lines=lines))
    return tuple(found)


def _lines(
    field: FormField, value: Any, context: str, named: set[str]
) -> tuple[tuple[Piece, ...], ...]:
    if isinstance(value, Mapping) and not field.parts:
        return tuple(
            (_of(field, name, "", set(), names=True), _of(field, each, context, set()))
            for name, each in value.items()
        )
    if not isinstance(value, list | tuple):
        value = [value]
    if field.name == "files":
        return tuple(
            (Piece(kind="file", words=one["evidence"], code=one["sha256"]),) for one in value
        )
    if field.parts:
        return tuple(_parts(field, one, context, named) for one in value)
    return (tuple(_of(field, one, context, named) for one in value),)


def _parts(
    field: FormField, value: Mapping[str, Any], context: str, named: set[str]
) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for name, label in field.parts:
        part = value.get(name)
        if part in (None, "", [], ()):
            continue
        several = part if isinstance(part, list | tuple) else [part]
        inner = FormField(name=name, kind="line", label=label)
        found.append(Piece(kind="label", words=label))
        found += [_of(inner, one, context, named) for one in several]
    return tuple(found)


def _of(
    field: FormField, value: Any, context: str, named: set[str], *, names: bool = False
) -> Piece:
    if isinstance(value, bool):
        return Piece(kind="word", words="yes" if value else "no", context=_YES_OR_NO)
    if isinstance(value, int) and field.name in named:
        return Piece(kind="number", words=str(value))
    text = str(value)
    choices = field.names if names else field.choices
    chosen = next((one for one in choices if one.value == text), None)
    if chosen is not None:
        code = text if chosen.coded or names else ""
        return Piece(kind="word", words=chosen.words, context=chosen.context, code=code)
    if text in CASE_WORDS.get(context, ()):
        return Piece(kind="word", words=text, context=context)
    return Piece(kind="text", words=text)
