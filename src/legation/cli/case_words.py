"""An entry of a case as it is typed: NAME=VALUE for each field, read by the field's own type."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from legation.cli.words import tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.safeguards.cases.bodies import Body
    from legation.safeguards.cases.typed import Field

_LINES: Final = ("lines", "mapping")


def body_of(
    kind: str,
    parts: Sequence[str],
    files: Sequence[dict[str, str]] = (),
    *,
    before: "Body | None" = None,
) -> "Body":
    """Return what the parts of a command state.

    Args:
        kind: Of entry.
        parts: Each as NAME=VALUE; of a list the values are parted by commas. What is made of
            parts stands once for each of them.
        files: Captured files.
        before: The entry that it corrects: what is not given is taken over from it.

    Raises:
        UsageError: A part is no NAME=VALUE, or stands twice.
        RecordError: It is no entry of that kind.
    """
    from legation.safeguards.cases.entries import TAGS
    from legation.safeguards.cases.typed import form_of, read_typed, texts_of

    several = {one.name for one in form_of(kind) if one.kind in _LINES} if kind in TAGS else set()
    told: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise UsageError(f"{part!r:.60} is no field", hint="write NAME=VALUE, in quotes")
        if name in told and name not in several:
            raise UsageError(f"the field {name!r:.40} stands twice", hint="write it once")
        # A line of its own for each: what is typed here is read as a form of the desk is.
        told[name] = f"{told[name]}\n{value}" if name in told else value
    if before is not None and TAGS.get(kind) is type(before):
        given = told.keys() | ({"files"} if files else set())
        if kept := [name for name in texts_of(before) if name not in given]:
            tell(f"Taken over from the entry that is corrected: {', '.join(kept)}")
        return read_typed(kind, told, files, before=before)
    return read_typed(kind, told, files)


def told_kinds() -> dict[str, list[str]]:
    """Return the fields of each kind of entry; those that may be left out stand in brackets.

    What is made of parts stands with them, in the order in which they are given.
    """
    from legation.safeguards.cases.entries import TAGS
    from legation.safeguards.cases.typed import form_of

    return {tag: [_told(one) for one in form_of(tag)] for tag in TAGS}


def _told(one: "Field") -> str:
    from legation.safeguards.cases.typed import BAR

    parts = f"={f' {BAR} '.join(one.parts)}" if one.parts else ""
    name = f"{one.name}{parts}" if one.kind != "mapping" else f"{one.name}=NAME: VALUE"
    return name if one.required else f"[{name}]"
