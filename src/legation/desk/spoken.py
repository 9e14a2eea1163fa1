"""Which language a request is answered in.

A person chooses it, and the choice stays with their browser; else the browser's own wish
counts, else the setting of the desk. No page needs to know: it is drawn while its language
is spoken.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, final

from litestar import MediaType, Request, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.params import FromPath, SkipValidation
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from legation.desk.entering import place_of
from legation.desk.gate import Gate
from legation.desk.tongues import Tongue, speaking, tongues
from legation.errors import NotFoundError

COOKIE: Final = "legation-language"
_YEAR_S: Final = 365 * 86_400
_MOST_WISHES: Final = 20

Door = NamedDependency[SkipValidation[Gate]]


@final
class Spoken:
    """Answers each request in one language.

    Args:
        inner: The desk.
        known: Its languages.
        usual: Code of the one that the settings name.
    """

    def __init__(self, inner: ASGIApp, known: Mapping[str, Tongue], usual: str) -> None:
        """Know the languages."""
        self._inner = inner
        self._known = known
        self._usual = usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose the language, and say which it is."""
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        wish = headers.get(b"accept-language", b"").decode("latin-1")
        chosen = self._known[
            _of_cookie(headers.get(b"cookie", b"").decode("latin-1"), self._known)
            or (wished(wish, self._known) if wish else None)
            or self._usual
        ]

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                kind = dict(message["headers"]).get(b"content-type", b"")
                if kind.startswith((b"text/html", b"application/json")):
                    own = (b"content-language", b"vary")
                    others = [each for each in message["headers"] if each[0] not in own]
                    named = (b"content-language", chosen.code.encode())
                    message["headers"] = [*others, named, (b"vary", b"Accept-Language, Cookie")]
            await send(message)

        with speaking(chosen):
            await self._inner(scope, receive, send_named)


def wished(header: str, known: Mapping[str, Tongue]) -> str | None:
    """Return the language that a browser wishes most among those we have.

    >>> wished("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", tongues())
    'fr'
    >>> wished("pt, en;q=0", tongues())
    """
    wishes: list[tuple[float, int, str]] = []
    for place, wish in enumerate(header.split(",")[:_MOST_WISHES]):
        tag, *more = (part.strip() for part in wish.split(";"))
        weight = next((part[2:] for part in more if part.startswith("q=")), "1")
        try:
            wishes.append((-float(weight), place, tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(wishes) if weight < 0 and tag in known), None)


@get("/language/{code:str}", sync_to_thread=False, verb="door.see", bare=True)
def choose_language(
    request: Request[Any, Any, Any], gate: Door, code: FromPath[str]
) -> Response[str]:
    """Keep a language for this browser, and go back to the page."""
    if code not in tongues():
        raise NotFoundError(f"no language {code!r:.40}", hint="choose one at the foot of a page")
    place = place_of(request.query_params.get("to")) or "/"
    cookie = Cookie(
        key=COOKIE,
        value=code,
        path="/",
        httponly=True,
        secure=gate.binding.secure,
        samesite="lax",
        max_age=_YEAR_S,
    )
    return Response(
        "",
        status_code=303,
        media_type=MediaType.TEXT,
        headers={"Location": place},
        cookies=[cookie],
    )


def _of_cookie(header: str, known: Mapping[str, Tongue]) -> str | None:
    if COOKIE not in header:  # most have none: reading cookies takes longer than the rest
        return None
    try:
        kept = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return kept.value if kept is not None and kept.value in known else None
