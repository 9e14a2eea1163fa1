"""Forms that change something: who sends them, and whether from a page of this desk.

A page elsewhere can make a reader's browser send a form to 127.0.0.1, but it cannot read
the desk's pages; so every form carries a token that stands in those pages alone, and the
browser's own word on where the form came from is heard too. Whoever brings log-in and
sessions replaces `Forms.token`, `Forms.check` and `person_of`, and no view changes.
"""

import hmac
import secrets
from typing import Any, Final, final
from urllib.parse import parse_qsl

from litestar import Request

from legation.errors import BadInputError, DeniedError

FIELD: Final = "token"
_MOST: Final = 1 << 18
_MOST_FIELDS: Final = 100
_HINT: Final = "open the page again and send the form from there"

Asked = Request[Any, Any, Any]


@final
class Forms:
    """Knows the forms of this desk from those of others."""

    def __init__(self) -> None:
        """Choose a token, which lives as long as the process."""
        self._secret = secrets.token_urlsafe(32)

    def token(self) -> str:
        """Return what a form of this desk carries in the field `FIELD`."""
        return self._secret

    def check(self, request: Asked, token: str) -> None:
        """Refuse a form that was not sent from a page of this desk.

        Raises:
            DeniedError: It was not.
        """
        self.check_origin(request)
        if not hmac.compare_digest(token.encode(), self._secret.encode()):
            raise DeniedError("this form was not sent from a page of this desk", hint=_HINT)

    def check_origin(self, request: Asked) -> None:
        """Refuse a form of which the browser says that it comes from elsewhere.

        Raises:
            DeniedError: It comes from elsewhere, or the browser does not say.
        """
        site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin")
        here = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if site not in (None, "same-origin") or origin not in (None, here):
            raise DeniedError("this form comes from another site", hint=_HINT)
        if site is None and origin is None:
            raise DeniedError("nothing tells where this form comes from", hint=_HINT)


async def form_of(request: Asked, forms: Forms) -> dict[str, str]:
    """Return the fields of a form that was sent from a page of this desk.

    Raises:
        DeniedError: It was sent from elsewhere.
        BadInputError: It is no form, or too large.
    """
    forms.check_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadInputError("this is no form", place="", hint=_HINT)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST:
            raise BadInputError("this form is too large", place="", hint=_HINT)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as bad:
        raise BadInputError("this form cannot be read", place="", hint=_HINT) from bad
    fields = dict(pairs)
    forms.check(request, fields.pop(FIELD, ""))
    return fields


def person_of(_request: Asked) -> str:
    """Return who asks, for the trail and the list of jobs."""
    return "desk"
