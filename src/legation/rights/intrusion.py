"""The test that each intrusive step has to pass, in words that are kept with the step.

Privacy (ICCPR 17, ECHR 8, EU Charter 7 and 8) and expression (ICCPR 19, ECHR 10) may be interfered
with only on a lawful basis, for a legitimate aim, where nothing less would do, where the gain
outweighs the harm, and under safeguards. A program cannot judge the words; it can refuse a
step that has none, and keep them where an auditor reads them.
"""

from typing import Final

import msgspec

from legation.errors import DeniedError

# What a look states in words of its own: its purpose is the aim of the test.
STATED: Final = ("purpose", "legality", "necessity", "proportionality", "safeguards")
LEAST_LETTERS: Final = 10
MOST_LETTERS: Final = 2000
# What is asked of each part, for forms, help and errors.
PARTS: Final = {
    "legality": "the law or mandate that allows it, which those concerned can foresee",
    "aim": "the legitimate aim that it serves",
    "necessity": "why nothing less intrusive would do",
    "proportionality": "why the gain outweighs the interference",
    "safeguards": "what protects those concerned: who authorises, who sees it, when it ends, "
    "who may complain where",
}


class Intrusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The five parts of the test; it cannot be made without them.

    Attributes:
        legality: The law or mandate that allows it.
        aim: The legitimate aim that it serves.
        necessity: Why nothing less intrusive would do.
        proportionality: Why the gain outweighs the interference.
        safeguards: What limits it.
    """

    legality: str
    aim: str
    necessity: str
    proportionality: str
    safeguards: str

    def __post_init__(self) -> None:
        """Refuse a test with an empty part."""
        for name in self.__struct_fields__:
            require_statement(getattr(self, name), f"the {name}", name)

    def parts(self) -> dict[str, str]:
        """Return the parts by name, as they are stored with a step."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


def require_statement(words: str, told_what: str, told_name: str) -> None:
    """Require a sentence.

    Args:
        words: What was stated.
        told_what: What it is, for the error: `the aim`, `the aim of the look`.
        told_name: Its name alone.

    Raises:
        DeniedError: It is empty, too short to say anything, or too long to be read.
    """
    letters = sum(map(str.isalnum, words))
    if letters < LEAST_LETTERS:
        raise DeniedError(
            f"{told_what} is too short (letters: {letters})",
            hint=f"state the {told_name} in a sentence of {LEAST_LETTERS} letters or more; "
            "it is kept in the audit trail",
        )
    if len(words) > MOST_LETTERS:
        raise DeniedError(
            f"{told_what} is too long: {len(words):,} letters",
            hint=f"state the {told_name} in at most {MOST_LETTERS:,} letters",
        )


def require_actor(actor: str, told_act: str = "looks") -> None:
    """Require the name of who acts.

    Args:
        actor: Who.
        told_act: What they do, for the error: `looks`, `orders`.

    Raises:
        DeniedError: Nobody is named, or not in letters on one line.
    """
    if not actor.strip():
        raise DeniedError(f"nobody is named who {told_act}", hint=f"state who {told_act}")
    if not actor.isprintable():
        raise DeniedError(
            f"who {told_act} is named with a line end or another sign that cannot be seen",
            hint=f"state who {told_act} in letters, on one line",
        )
