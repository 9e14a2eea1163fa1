"""A file that a person sends, streamed from the form to the home's scratch.

The web library would keep it in the system's folder for temporary files; here no byte of
it goes anywhere but into the home. What is too large is read on for a while and thrown
away, so that the browser hears why instead of a broken line.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from legation.desk.gate import FORM_FIELD, Asking, Gate
from legation.errors import BadInputError, LegationError

if TYPE_CHECKING:
    from legation.app.uploads import Receiving

_MOST_PARTS: Final = 4
_MOST_TEXT: Final = 4096
_DRAINED: Final = 4 << 30
_HINT: Final = "choose the file again and send the form"


async def receive(request: Asking, gate: Gate, begin: Callable[[str], "Receiving"]) -> "Receiving":
    """Take in the file of a form; the caller finishes it, or leaves its block to remove it.

    Args:
        request: A form with the field `FORM_FIELD`, then a file.
        gate: Knows the forms of this desk, and has seen from where this one comes.
        begin: Opens the file of that name.

    Raises:
        DeniedError: The form was not drawn for this session.
        BadInputError: It is no such form, or the file is too large.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadInputError("this form holds no file", place="", hint=_HINT)
    taking = _Taking(request, gate, begin)
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


class _Taking:
    """The parts of the form as they come: the token first, then the file."""

    def __init__(self, request: Asking, gate: Gate, begin: Callable[[str], "Receiving"]) -> None:
        self._request = request
        self._gate = gate
        self._begin = begin
        self._part: MultipartSegment | None = None
        self._token = b""
        self._checked = False
        self.file: Receiving | None = None

    def hear(self, event: "MultipartSegment | bytearray | bytes | None") -> None:
        if isinstance(event, MultipartSegment):
            self._part = event
            if event.name == "file" and self.file is None:
                if not self._checked:
                    self._gate.require_form(self._request, self._token.decode("ascii", "replace"))
                    self._checked = True
                self.file = self._begin(event.filename or "")
        elif event is None:
            self._part = None
        elif self._part is not None and self._part.name == "file" and self.file is not None:
            self.file.write(bytes(event))
        elif self._part is not None and self._part.name == FORM_FIELD:
            self._token += event
            if len(self._token) > _MOST_TEXT:
                raise BadInputError("this form is damaged", place="", hint=_HINT)

    def close(self) -> None:
        """Remove what came in half."""
        if self.file is not None:
            self.file.__exit__(None, None, None)
