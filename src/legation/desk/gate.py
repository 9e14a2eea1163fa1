"""The gate: before any page runs it is settled who asks, and whether they may.

Each address declares its verb (`verb=...` beside its path); one that declares none is closed.
One that declares `step_up=True` opens only to who has shown their passkey within five minutes.
A session is known by a secret in a cookie that no script can read, a program by its token.
What changes something must come from a page of this desk: by the browser's own word (`Origin`,
`Sec-Fetch-Site`) and by a token in the form that follows from the secret.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from secrets import token_bytes
from typing import Any, Final, final
from urllib.parse import quote

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from legation.app.access.entering import Entrance, Guest
from legation.app.access.noting import NOBODY
from legation.app.binding import Binding
from legation.crypto.codes import new_secret
from legation.desk.aside import Turns
from legation.desk.bodies import refuse_damaged
from legation.desk.known_guests import KnownGuests
from legation.desk.limits import Limits
from legation.desk.passkeys import Challenges
from legation.desk.referring import came_from
from legation.errors import DeniedError, LegationError, NotFoundError, UsageError
from legation.rights.roles import OPEN_VERBS, TOKEN_VERBS

Asking = Request[Any, Any, Any]
FORM_FIELD: Final = "form_token"
FORM_HEADER: Final = "x-legation-form"
_SAFE: Final = ("GET", "HEAD")
_LEAVES: Final = ".export"
_AS_FILE: Final = "/as/"
_BEARER: Final = "Bearer "
_PASSED: Final = "legation.passed"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is drawn for: who looks, the token of its forms, and the page's address."""

    guest: Guest | None
    form_token: str
    shown_at: str = "/"


@final
class Gate:
    """Who may pass.

    Args:
        entrance: The people of the desk; None for a demonstration, which has none.
        guest: Who everybody is in a demonstration.
        binding: Under which name the desk is reached.
        now: The clock.
    """

    def __init__(
        self,
        entrance: Entrance | None,
        *,
        guest: Guest | None,
        binding: Binding,
        now: Callable[[], datetime],
    ) -> None:
        """Open for nobody yet."""
        self._entrance = entrance
        self._fixed = guest
        self._guests = KnownGuests(now)
        # All browsers before a demonstration are one session, which ends with it.
        self.shared_secret = new_secret()
        self.binding = binding
        self._now = now
        self.limits = Limits(now)
        self.challenges = Challenges(now)
        self.turns = Turns()
        self.arriving: Counter[str] = Counter()
        prefix = "__Host-legation" if binding.secure else "legation"
        self.session_cookie = f"{prefix}-session"
        self.visit_cookie = f"{prefix}-visit"
        self.way_cookie = f"{prefix}-way"

    @property
    def entrance(self) -> Entrance:
        """Return the people of the desk."""
        if self._entrance is None:
            raise NotFoundError("a demonstration has no people", hint="run: legation init")
        return self._entrance

    async def guard(
        self, asking: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Let a request pass, or refuse it."""
        if not isinstance(asking, Request):
            raise DeniedError("the desk has no sockets", hint="ask for a page")
        verb = handler.opt.get("verb")
        if verb is None and asking.scope["method"] == "OPTIONS":
            return  # answers which methods there are, and nothing else
        if verb is None:
            raise DeniedError("this address declares no verb", hint="tell whoever made it")
        guest, secret = self._known(asking, verb, handler)
        # However a guest came to be known, what they proved is judged anew for each request.
        guest = guest and guest.as_of(self._now())
        asking.scope["user"], asking.scope["auth"] = guest, secret
        if asking.scope["method"] not in _SAFE:
            self._refuse_foreign(asking, handler)
            if not handler.opt.get("streams"):
                given = asking.headers.get(FORM_HEADER, "")
                self.require_form(asking, given or await _token_in(asking))
                if given:
                    await refuse_damaged(asking)
            guest = asking.scope["user"] = self.as_now(asking)
        if guest is None:
            self._refuse_stranger(asking, verb, handler)
        elif guest.complete or verb in {"own.kit", "own.session", *OPEN_VERBS}:
            self._require(guest, verb, handler)
            held: Any = asking.scope
            held[_PASSED] = handler
            if verb.endswith(_LEAVES) or _AS_FILE in _route(handler):
                await self.turns.take(guest.person_id, asking.scope)
        else:
            raise _go("/kit")

    def seen(self, asking: Asking) -> Seen:
        """Return for whom a page is drawn; also where no guard has run."""
        if asking.scope.keys().isdisjoint({"user"}):
            try:
                asking.scope["user"], asking.scope["auth"] = self._by_session(asking)
            except LegationError:
                return Seen(guest=None, form_token="", shown_at=self._shown_at(asking))
        secret = asking.scope["auth"]
        return Seen(
            guest=asking.scope["user"],
            form_token="" if secret is None else form_token(secret),
            shown_at=self._shown_at(asking),
        )

    def as_now(self, asking: Asking) -> Guest | None:
        """Return who sent a form once it has come: it may have come for minutes."""
        guest, _ = self._by_session(asking)
        return guest and guest.as_of(self._now())

    def still(self, asking: Asking, verb: str) -> Guest | None:
        """Return who asks while an answer stays open; None when it may tell no more."""
        guest, _ = self._by_session(asking, attended=False)
        return guest if guest is not None and guest.complete and verb in guest.verbs else None

    def _shown_at(self, asking: Asking) -> str:
        """Return the address to come back to: of a form's answer, that of the form."""
        query = f"?{asking.url.query}" if asking.url.query else ""
        if asking.scope["method"] in _SAFE:
            return asking.url.path + query
        came = came_from(asking)
        if f"{came.scheme}://{came.netloc}".lower() != self.origin(asking):
            return "/"
        return came.path + (f"?{came.query}" if came.query else "")

    def require_form(self, asking: Asking, given: str) -> None:
        """Refuse a form that was not drawn for this browser.

        The gate asks this itself before each page runs, save where `streams=True` stands beside
        the verb: there the page reads the form piece by piece, and asks once it has the token.

        Raises:
            DeniedError: The token is not that of the session.
        """
        secret = asking.scope["auth"]
        due = b"" if secret is None else _due(secret)
        if not due or not hmac.compare_digest(_unmasked(given), due):
            self._note_forgery(asking, asking.route_handler)
            raise DeniedError(
                "this form is not of your session", hint="load the page again and send it anew"
            )

    def names(self, asking: Asking) -> dict[str, str]:
        """Return the name of each person of this desk by id."""
        if self._fixed is not None:
            return {self._fixed.person_id: self._fixed.name}
        guest: Guest | None = asking.scope.get("user")
        if guest is not None and guest.roster is not None:
            return guest.roster.names()
        return self.entrance.names()

    def visit(self, asking: Asking) -> tuple[str, Cookie | None]:
        """Return the secret that ties forms to a browser without a session, and its cookie."""
        if (known := asking.scope["auth"]) is not None:
            return known, None
        secret = new_secret()
        return secret, self.cookie(self.visit_cookie, secret)

    def cookie(self, name: str, secret: str | None) -> Cookie:
        """Return a cookie that only this desk's own pages send back; None removes it."""
        return Cookie(
            key=name,
            value=secret or "",
            path="/",
            httponly=True,
            secure=self.binding.secure,
            samesite="strict",
            max_age=None if secret else 0,
        )

    def address(self, asking: Asking) -> str:
        """Return from where somebody asks; a declared proxy says so in its last entry."""
        if self.binding.behind_proxy:
            # A proxy may add a line of its own: the last entry of the last line is the proxy's.
            told = asking.headers.getall("x-forwarded-for", [""])[-1]
            return told.rpartition(",")[2].strip()
        return asking.client.host if asking.client else ""

    def origin(self, asking: Asking) -> str:
        """Return the origin of the desk's pages; the fence has checked the name in it.

        The port is that which is declared, or listened on, whatever the request says: at another
        one of the same name another program may stand, with forms and questions of its own.
        """
        given = asking.headers.get("host", "").lower()
        name, colon, _ = given.rpartition(":")
        if not colon or given.endswith("]"):
            name = given
        scheme, usual = ("https", 443) if self.binding.secure else ("http", 80)
        listened = usual if self.binding.behind_proxy else (asking.scope["server"] or ("", 0))[1]
        port = self.binding.public_port or listened
        return f"{scheme}://{name}" + ("" if port == usual else f":{port}")

    def tries_of(self, guest: Guest) -> str:
        """Return under what the tries of a known session are counted: no stranger adds to them."""
        return f"proof of {guest.person_id}"

    def refuse(
        self,
        asking: Asking,
        step: str,
        person_id: str | None = None,
        *,
        counted: str = "",
        **more: object,
    ) -> None:
        """Note a failed attempt and count it against its address, or as what is named."""
        address = self.address(asking)
        self.limits.count(counted or address)
        self.entrance.note_refusal(step, address, person_id=person_id or NOBODY, **more)

    def _known(
        self, asking: Asking, verb: str, handler: BaseRouteHandler
    ) -> tuple[Guest | None, str | None]:
        given = asking.headers.get("authorization", "")
        if self._entrance is None or not given.startswith(_BEARER):
            return self._by_session(asking, attended=not handler.opt.get("unattended"))
        if verb not in TOKEN_VERBS or asking.scope["method"] not in _SAFE:
            raise DeniedError(
                "no token opens this address", hint=f"tokens are for: {', '.join(TOKEN_VERBS)}"
            )
        self.limits.refuse_tired(self.address(asking))
        try:
            found = self._entrance.token_guest(given.removeprefix(_BEARER), _route(handler))
        except (NotFoundError, DeniedError) as bad:
            self.refuse(asking, "token")
            raise _unknown(str(bad)) from bad
        return found, None

    def _by_session(
        self, asking: Asking, *, attended: bool = True
    ) -> tuple[Guest | None, str | None]:
        if self._entrance is None:
            return self._fixed, self.shared_secret
        secret = asking.cookies.get(self.session_cookie)
        if secret:
            try:
                return self._guests.of(self._entrance, secret, attended=attended), secret
            except NotFoundError:
                pass  # it is over: the browser still has its cookie
        return None, asking.cookies.get(self.visit_cookie)

    def _refuse_stranger(self, asking: Asking, verb: str, handler: BaseRouteHandler) -> None:
        if not handler.opt.get("bare") and self.entrance.nobody_yet():
            raise DeniedError(
                "This desk has no person yet.",
                hint="on its machine, run: legation admin add NAME --role administrator, and open "
                "the link that it prints",
            )
        if verb in OPEN_VERBS:
            return
        if asking.scope["method"] == "GET" and "text/html" in asking.headers.get("accept", ""):
            here = asking.url.path + (f"?{asking.url.query}" if asking.url.query else "")
            raise _go(f"/log-in?to={quote(here, safe='')}" if here != "/" else "/log-in")
        raise _unknown("Nobody is signed in here.")

    def _require(self, guest: Guest, verb: str, handler: BaseRouteHandler) -> None:
        try:
            guest.require(verb)
        except DeniedError:
            self._note_denial(guest, verb, handler)
            raise
        if handler.opt.get("step_up"):
            guest.require_proven(verb)

    def _note_denial(self, guest: Guest, verb: str, handler: BaseRouteHandler) -> None:
        if self._entrance is not None:
            key = f"person {guest.person_id}"
            self.limits.refuse_tired(key)
            self.limits.count(key)
            self._entrance.note_denial(guest, verb, _route(handler))

    def _refuse_foreign(self, asking: Asking, handler: BaseRouteHandler) -> None:
        """Refuse what the browser does not say to come from a page of this desk."""
        site = asking.headers.get("sec-fetch-site")
        origin = asking.headers.get("origin")
        told = site == "same-origin" if site is not None else origin is not None
        if not told or (origin is not None and origin.lower() != self.origin(asking)):
            self._note_forgery(asking, handler)
            raise DeniedError(
                "this was not sent from a page of this desk", hint="open the desk and try there"
            )

    def note_refused(self, asking: Asking) -> None:
        """Note that whoever may come to an address was refused what they asked of it."""
        held: Any = asking.scope
        handler = held.pop(_PASSED, None)
        if handler is not None and self._entrance is not None:
            verb, route = str(handler.opt["verb"]), _route(handler)
            self._entrance.note_denial(held["user"], verb, route, of="object")

    def _note_forgery(self, asking: Asking, handler: BaseRouteHandler) -> None:
        held: Any = asking.scope
        held.pop(_PASSED, None)
        guest = asking.scope["user"]
        if guest is not None:
            self._note_denial(guest, str(handler.opt["verb"]), handler)


async def _token_in(asking: Asking) -> str:
    """Return the token that a form was sent with.

    Raises:
        UsageError: It says of its letters what nobody knows.
    """
    try:
        return str((await asking.form()).get(FORM_FIELD, ""))
    except (LookupError, UnicodeError) as bad:
        raise UsageError(
            "this form is damaged", hint="load the page again and send it anew"
        ) from bad


def form_token(secret: str) -> str:
    """Return a token of forms that follows from a secret, and does not tell it.

    Each is masked anew: pages are compressed, and their length must not tell of it either.
    """
    mask = token_bytes(hashlib.sha256().digest_size)
    return (mask + _mixed(mask, _due(secret))).hex()


def mark_of(person_id: str) -> str:
    """Return what a page knows a person by, to tell whether they are still the same."""
    return hashlib.sha256(f"legation person 1\n{person_id}".encode()).hexdigest()[:16]


def _due(secret: str) -> bytes:
    return hashlib.sha256(f"legation form 1\n{secret}".encode("utf-8", "replace")).digest()


def _unmasked(token: str) -> bytes:
    """Return what a token holds; nothing when it is none."""
    try:
        given = bytes.fromhex(token)
    except ValueError:
        return b""
    half = len(given) // 2
    return _mixed(given[:half], given[half:]) if len(given) == 2 * half else b""


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _route(handler: BaseRouteHandler) -> str:
    return min(handler.paths)


def _go(place: str) -> HTTPException:
    return HTTPException(status_code=303, detail="go on there", headers={"Location": place})


def _unknown(said: str) -> NotAuthorizedException:
    return NotAuthorizedException(said, headers={"WWW-Authenticate": "Bearer"})
