"""A file that a person sends, streamed from the form to the home's scratch.

The web library would keep it in the system's folder for temporary files; here no byte of
it goes anywhere but into the home. What is too large is read on for a while and thrown
away, so that the browser hears why instead of a broken line. One person has few files coming in
at once: what is half here takes memory or disk until it is whole, and the server itself gives up
a form that comes too slowly.
"""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from legation.desk.gate import FORM_FIELD, Asking, Gate
from legation.errors import BadInputError, BusyError, DeniedError, LegationError

if TYPE_CHECKING:
    from typing import Protocol, Self

    class Receiving(Protocol):
        """Takes in a file piece by piece; half of it is removed when its block fails."""

        def write(self, piece: bytes) -> None:
            """Take in a piece."""

        def __enter__(self) -> Self:
            """Use as a context."""

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: TracebackType | None,
            /,
        ) -> None:
            """Remove what came in half."""


_Taken = TypeVar("_Taken", bound="Receiving")
MOST: Final = 2
"""How many a person may have coming in at once: one, and one by mistake."""
_MOST_PARTS: Final = 16
_MOST_TEXT: Final = 4096
_DRAINED: Final = 4 << 30
_HINT: Final = "choose the file again and send the form"


async def receive(
    request: Asking,
    gate: Gate,
    begin: Callable[[str], _Taken],
    fields: dict[str, str] | None = None,
) -> _Taken:
    """Take in the file of a form; the caller finishes it, or leaves its block to remove it.

    Args:
        request: A form with the field `FORM_FIELD`, then a file; other fields before the file.
        gate: Knows the forms of this desk, and has seen from where this one comes.
        begin: Opens the file of that name.
        fields: Takes the other fields that stand before the file; None: they are passed over.

    Raises:
        DeniedError: The form was not drawn for this session.
        BadInputError: It is no such form, or the file is too large.
        BusyError: This person has as many coming in as one may have.
    """
    person = request.user.person_id
    if gate.arriving[person] >= MOST:
        raise BusyError(
            f"{MOST} of your files are coming in already",
            hint="wait until one is there, then try again",
        )
    gate.arriving[person] += 1
    try:
        taken = await _received(request, gate, begin, fields)
    finally:
        gate.arriving[person] -= 1
        if not gate.arriving[person]:
            del gate.arriving[person]
    # It may have come for an hour: who sent it is asked for again before it is kept.
    if gate.still(request, str(request.route_handler.opt["verb"])) is None:
        with taken:
            raise DeniedError("you may not send files any more", hint="log in again")
    return taken


async def _received(
    request: Asking,
    gate: Gate,
    begin: Callable[[str], _Taken],
    fields: dict[str, str] | None,
) -> _Taken:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadInputError("this form holds no file", place="", hint=_HINT)
    taking = _Taking(request, gate, begin, fields)
    refused: LegationError | None = None
    read = 0
    with ExitStack() as half:
        half.callback(taking.close)
        parser = PushMultipartParser(options["boundary"], max_segment_count=_MOST_PARTS)
        async for piece in request.stream():
            read += len(piece)
            if refused is None:
                try:
                    for event in parser.parse(piece):
                        taking.hear(event)
                except LegationError as why:
                    refused = why
                    taking.close()
                except MultipartError:
                    refused = BadInputError("this form is damaged", place="", hint=_HINT)
                    taking.close()
            elif read > _DRAINED:
                break
        if refused is not None:
            raise refused
        if taking.file is None or not parser.closed:
            raise BadInputError("no whole file came", place="", hint=_HINT)
        half.pop_all()
    return taking.file


class _Taking(Generic[_Taken]):
    """The parts of the form as they come: the token first, then the file."""

    def __init__(
        self,
        request: Asking,
        gate: Gate,
        begin: Callable[[str], _Taken],
        fields: dict[str, str] | None,
    ) -> None:
        self._fields = fields
        self._words = b""
        self._request = request
        self._gate = gate
        self._begin = begin
        self._part: MultipartSegment | None = None
        self._token = b""
        self._checked = False
        self.file: _Taken | None = None

    def hear(self, event: "MultipartSegment | bytearray | bytes | None") -> None:
        if isinstance(event, MultipartSegment):
            self._part, self._words = event, b""
            if event.name == "file" and self.file is None:
                if not self._checked:
                    self._gate.require_form(self._request, self._token.decode("ascii", "replace"))
                    self._checked = True
                self.file = self._begin(event.filename or "")
        elif event is None:
            if self._part is not None and self._fields is not None and self.file is None:
                self._fields[self._part.name] = self._words.decode("utf-8", "replace")
            self._part = None
        elif self._part is not None and self._part.name == "file" and self.file is not None:
            self.file.write(bytes(event))
        elif self._part is not None and self._part.name == FORM_FIELD:
            self._token += event
            self._refuse_long(self._token)
        elif self._fields is not None and self.file is None:
            self._words += event
            self._refuse_long(self._words)

    def _refuse_long(self, words: bytes) -> None:
        if len(words) > _MOST_TEXT:
            raise BadInputError("this form is damaged", place="", hint=_HINT)

    def close(self) -> None:
        """Remove what came in half."""
        if self.file is not None:
            self.file.__exit__(None, None, None)
