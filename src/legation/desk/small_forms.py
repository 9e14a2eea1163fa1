"""A form with one small file, read into memory: no byte of it goes to a temporary folder.

Large files of observations go the way of `receiving`. The gate leaves reading such a form to
its page (`streams=True`), which asks it for the token before anything is done.
"""

from typing import Final

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from legation.desk.gate import FORM_FIELD, Asking, Gate
from legation.errors import BadInputError, DeniedError

_MOST_PARTS: Final = 12
_DRAINED: Final = 256_000_000
_HINT: Final = "choose the file again and send the form"


class SmallForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a form held: its fields, and its file."""

    fields: dict[str, str]
    name: str
    content: bytes


async def read_form(request: Asking, gate: Gate, *, most: int, bare: bool = False) -> SmallForm:
    """Read a form of this desk's own with a file of at most so many bytes.

    Args:
        request: The form.
        gate: Knows who sends it.
        most: Bytes of all of it.
        bare: Whether it may come without a file.

    Raises:
        DeniedError: The form was not drawn for this session.
        BadInputError: It is no such form, or too large.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadInputError("this form holds no file", place="", hint=_HINT)
    parser = PushMultipartParser(options["boundary"], max_segment_count=_MOST_PARTS)
    try:
        parts, file = await _parts(request, parser, most)
    except MultipartError as bad:
        raise BadInputError("this form is damaged", place="", hint=_HINT) from bad
    fields = {name: text.decode("utf-8", "replace") for name, text in parts.items()}
    gate.require_form(request, fields.pop(FORM_FIELD, ""))
    if not parser.closed or not (file or bare):
        raise BadInputError("no whole file came", place="", hint=_HINT)
    # It may have come for minutes: who sent it is asked for again before anything is done.
    if gate.still(request, str(request.route_handler.opt["verb"])) is None:
        raise DeniedError("you may not send files any more", hint="log in again")
    return SmallForm(fields=fields, name=file, content=bytes(parts.get("file", b"")))


async def _parts(
    request: Asking, parser: PushMultipartParser, most: int
) -> tuple[dict[str, bytearray], str]:
    """Return the parts of a form by their names, and the name of its file."""
    parts: dict[str, bytearray] = {}
    part, file, read = "", "", 0
    async for piece in request.stream():
        read += len(piece)
        if read > most:  # it is read on and thrown away, so that the browser hears why
            parts.clear()
            if read > _DRAINED:
                break
            continue
        for event in parser.parse(piece):
            if isinstance(event, MultipartSegment):
                part = event.name
                parts.setdefault(part, bytearray())
                file = event.filename or file
            elif event is not None:
                parts[part] += event
    if read > most:
        said = f"this file is larger than {most // 1_000_000} MB"
        raise BadInputError(said, place="", hint="split it, and send its parts")
    return parts, file
