"""What scripts of our pages send, before any page reads it: text, and nested within reason.

A stranger can send anything here. What nobody could read is told as damaged, so that no reader
of JSON behind the gate meets it.
"""

from typing import Any

import msgspec
from litestar import Request

from legation.errors import UsageError


async def refuse_damaged(asking: Request[Any, Any, Any]) -> None:
    """Refuse what a script sent, where nobody could read it.

    Raises:
        UsageError: It is no text, or is nested beyond all use.
    """
    body = await asking.body()
    if not body.lstrip().startswith((b"{", b"[")):
        return
    try:
        body.decode("utf-8")
        msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return  # which page this is for says what it lacks
    except (UnicodeError, RecursionError) as bad:
        raise UsageError(
            "this form is damaged", hint="load the page again and send it anew"
        ) from bad
