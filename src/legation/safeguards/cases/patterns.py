"""How short texts in an entry are written, and how one that is not written so is refused."""

from typing import Final

from legation.errors import RecordError

KEY: Final = r"^[a-z0-9][a-z0-9.-]*\Z"
# An answer by its key, or a step of a playbook as PLAYBOOK/STEP.
TESTED: Final = r"^[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)?\Z"
PARTY: Final = r"^[A-Z][A-Z0-9-]{1,11}\Z"
_TWO: Final = "[0-9][0-9]"
_UP_TO_INSTANT: Final = rf"{_TWO}{_TWO}(-{_TWO}(-{_TWO}(T{_TWO}:{_TWO}(:{_TWO})?Z)?)?)?"
DAY: Final = rf"^[0-9]{{4}}-{_TWO}-{_TWO}\Z"
# A day, or as much of it as is known; the whole of an instant is written in UTC.
TIME: Final = rf"^{_UP_TO_INSTANT}\Z"
TIME_OR_NONE: Final = rf"^(|{_UP_TO_INSTANT})\Z"
DIGEST: Final = r"^[0-9a-f]{64}\Z"
OBJECT: Final = r"^[a-z0-9-]{3,60}--[0-9a-f-]{36}\Z"
# An object by its id, a campaign as its page calls it, a case by its number.
LINKED: Final = r"^([a-z0-9-]{3,60}--[0-9a-f-]{36}|c-[0-9a-f]{4,40}|[0-9]{4}-[0-9]{4,9})\Z"
ADDRESS: Final = r"^(|https?://\S+)\Z"
FACT: Final = r"^(|[a-z_]+:[a-z0-9][a-z0-9.-]*)\Z"


def refusal(said: str, place: str) -> RecordError | None:
    r"""Return what is said of a text that is not written as its pattern asks.

    Args:
        said: The words of the library, which name the pattern.
        place: Where it stands.

    >>> print(refusal(f"Expected `str` matching regex '{DAY}'", "on"))
    on: this is no day
    """
    pattern = said.partition(" matching regex '")[2].removesuffix("'").replace("\\\\", "\\")
    time = RecordError(
        "this is no day, month, year or instant in UTC",
        place=place,
        hint="write 2026-02-20, 2026-02, 2026 or 2026-02-20T09:30Z",
    )
    refused = {
        TIME: time,
        TIME_OR_NONE: time,
        DAY: RecordError("this is no day", place=place, hint="write 2026-02-20"),
        KEY: RecordError(
            "this is no key",
            place=place,
            hint="a key has small letters a to z, digits, dots and hyphens",
        ),
        TESTED: RecordError(
            "this is no key",
            place=place,
            hint="write the key of an answer, or a step of a playbook as PLAYBOOK/STEP",
        ),
        PARTY: RecordError(
            "this is no code of a state or an organisation",
            place=place,
            hint="write the two capitals of ISO 3166-1, such as FR, or a code such as EU",
        ),
        DIGEST: RecordError(
            "this is no SHA-256", place=place, hint="write its 64 hexadecimal digits"
        ),
        OBJECT: RecordError(
            "this is no id of an object", place=place, hint="copy it from the page of the object"
        ),
        LINKED: RecordError(
            "this is no id of an object, no campaign and no number of a case",
            place=place,
            hint="copy it from the page of the object, such as c-1a868a6150c1 or 2026-0017",
        ),
        ADDRESS: RecordError(
            "this is no address", place=place, hint="it begins with https:// and has no spaces"
        ),
        FACT: RecordError(
            "this names no fact of a pack", place=place, hint="write TABLE:KEY, as the pack does"
        ),
    }
    return refused.get(pattern)
