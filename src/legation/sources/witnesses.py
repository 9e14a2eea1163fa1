"""Witnesses of a log, asked over HTTP: a request goes there, an answer comes back.

The line is that of feeds: one place, bounded in bytes and time, followed nowhere else. What an
answer is worth is judged where the log's keys are known.
"""

from typing import Final

from legation.sources.taxii.access import Access, checked
from legation.sources.taxii.failures import Failure
from legation.sources.taxii.line import Bounds, Line, Question
from legation.sources.taxii.patience import Patience, Tempo

_MEDIA: Final = "text/plain; charset=utf-8"
# An answer is at most some signatures; a witness writes one file for it.
_BOUNDS: Final = Bounds(page_bytes=400_000, connect_s=10.0, silence_s=20.0, answer_s=60.0)


def post_checkpoint(
    address: str, body: bytes, *, access: Access | None = None, bounds: Bounds = _BOUNDS
) -> tuple[int, str, bytes]:
    """Send an `add-checkpoint` request to a witness (C2SP tlog-witness).

    Args:
        address: The witness's submission prefix, as https://witness.example/.
        body: The request.
        access: How to get in, and whom to trust; None: by the system's certificates.
        bounds: What the answer may cost.

    Returns:
        Status, media type and body of the answer.

    Raises:
        UnreachableError: There is none.
        UsageError: The address cannot be used.
        DeniedError: It is plain http to another machine.
        BadInputError: The answer is too large, or no text.
    """
    how = access or Access()
    place = checked(address, plain_http=how.plain_http)
    question = Question(
        method="POST", address=f"{place}add-checkpoint", body=body, media=_MEDIA, repeat="never"
    )
    with Line(place, how, bounds=bounds, patience=Patience(tries=1), tempo=Tempo()) as line:
        got = line.ask(question)
    if isinstance(got, Failure):
        raise got.error()
    return got.status, got.headers.get("content-type", ""), bytes(got.body)
