"""Every error that legation raises on purpose.

Each carries a hint: what the reader can do. Errors of parsing carry their place.
The doors print `legation: error: ...` and `legation: hint: ...`, never a traceback,
and end with the error's exit code.
"""

from collections.abc import Mapping
from typing import ClassVar


class LegationError(Exception):
    """An error raised on purpose.

    Args:
        message: What went wrong, in one sentence.
        hint: What the reader can do about it.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str) -> None:
        """Keep the hint beside the message."""
        super().__init__(message)
        self.hint = hint


class UsageError(LegationError):
    """The command or setting is not understood."""

    exit_code = 2


class NotFoundError(LegationError):
    """Nothing has that name."""

    exit_code = 3


class DeniedError(LegationError):
    """The act is not allowed."""

    exit_code = 4


class StepUpError(DeniedError):
    """The act asks for a passkey that was shown just now."""


class ConflictError(LegationError):
    """Two facts claim the same place."""

    exit_code = 5


class UnreachableError(LegationError):
    """An outside place does not answer."""

    exit_code = 6


class BadInputError(LegationError):
    """The input cannot be read; the run stops.

    Args:
        message: What is wrong.
        place: File, and line and column or pointer, of the fault.
        hint: What the reader can do about it.
        draft: A file that helps, to be checked and kept; it follows the hint, after a colon.
    """

    exit_code = 65

    def __init__(self, message: str, *, place: str, hint: str, draft: str = "") -> None:
        """Put the place before the message."""
        hint = f"{hint}:\n\n{draft}" if draft else hint
        super().__init__(f"{place}: {message}" if place else message, hint=hint)
        self.place = place
        self.draft = draft


class RecordError(BadInputError):
    """One record cannot be read; it is listed as rejected and the run goes on."""


class VerificationError(LegationError):
    """A signature, seal, hash or chain does not hold."""

    exit_code = 65


class SelfTestError(LegationError):
    """A primitive of cryptography does not give its published answer: refuse to go on."""

    exit_code = 70


class BusyError(LegationError):
    """Another process holds what is needed; try later."""

    exit_code = 75


class MissingPartError(LegationError):
    """An optional part is not installed."""

    exit_code = 2


class StoppedError(LegationError):
    """Work was asked to end before its end; what it has finished by then stays."""

    exit_code = 75


class RefusedError(LegationError):
    """A partner's request is refused; it is answered by an error resource.

    Attributes:
        status: The HTTP status of the answer.
        headers: Headers that it has besides.
    """

    exit_code = 2

    def __init__(self, status: int, why: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Keep the status and the reason that the partner reads."""
        super().__init__(why, hint="see TAXII 2.1, sections 3 to 5")
        self.status, self.headers = status, dict(headers or {})
