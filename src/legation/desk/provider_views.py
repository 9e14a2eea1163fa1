"""The way in by an identity provider: out to it by a form of ours, back from it by its answer.

The browser comes back from another site, so cookies that are `SameSite=Strict` stay behind. One
short-lived `Lax` cookie ties question and answer to one browser; state, nonce and PKCE
verifier follow from it, so nothing is kept meanwhile. Both steps end on a page of ours that
leads on by itself: a redirect out of a form would need a hole in the policy (`form-action`), and
a redirect back in would be counted as the other site's and leave the new session behind.
"""

import base64
import hmac
import secrets
from typing import Any, Final, final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody

from legation.app.access.entering import Guest
from legation.app.access.vouching import Claimed, Vouching
from legation.crypto.codes import fingerprint, new_secret
from legation.desk.entering import first_page, place_of
from legation.desk.gate import Gate
from legation.desk.passkeys import HOLDS
from legation.desk.provider import Provider, Question
from legation.desk.rendering import Pages
from legation.errors import DeniedError, LegationError, NotFoundError

BACK: Final = "/log-in/provider/back"
_LONGEST: Final = 4096
_ANEW: Final = "anew"

Ask = Request[Guest | None, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who goes to the provider, and where they want to be afterwards.

    Attributes:
        to: A place of the desk.
        anew: Set where the provider has to ask them now who they are.
    """

    to: str = ""
    anew: str = ""


@final
class Ways:
    """The questions that are out, none of which is kept: each follows from its browser's secret.

    Args:
        provider: Who is asked; None when nobody is.
    """

    def __init__(self, provider: Provider | None) -> None:
        """Take a fresh key: after a restart, who is on the way begins again."""
        self._provider = provider
        self._key = secrets.token_bytes(32)

    @property
    def provider(self) -> Provider:
        """Return who is asked.

        Raises:
            NotFoundError: Nobody is.
        """
        if self._provider is None:
            raise NotFoundError(
                "this desk has no identity provider", hint="log in with your passkey"
            )
        return self._provider

    def question(
        self, gate: Gate, request: Ask, secret: str, state: str, *, anew: bool
    ) -> Question:
        """Return what is asked for a browser's secret and a state."""
        return Question(
            state=state,
            nonce=self._derived("nonce", secret, state),
            verifier=self._derived("verifier", secret, state),
            back=f"{gate.origin(request)}{BACK}",
            anew=anew,
        )

    def _derived(self, what: str, secret: str, state: str) -> str:
        facts = f"{what}\n{secret}\n{state}".encode("utf-8", "replace")
        return _text(hmac.digest(self._key, facts, "sha256"))


Out = NamedDependency[SkipValidation[Ways]]


@post("/log-in/provider", status_code=200, verb="door.see")
async def leave(
    request: Ask, gate: Door, pages: Writer, ways: Out, data: URLEncodedBody[Leaving]
) -> Response[str]:
    """Lead to the provider."""
    to, anew = place_of(data.to), bool(data.anew)
    known = request.user if anew else None
    gate.limits.refuse_tired(gate.tries_of(known) if known else gate.address(request))
    secret = new_secret()
    challenge = gate.challenges.make(_purpose(secret, to, anew=anew))
    state = f"{_text(challenge)}.{_text(to.encode())}.{_ANEW if anew else ''}"
    question = ways.question(gate, request, secret, state, anew=anew)
    place = await ways.provider.departure(question)
    text = pages.write("leaving", place=place)
    return Response(text, media_type=MediaType.HTML, cookies=[_cookie(gate, secret)])


@get(BACK, verb="door.see")
async def come_back(request: Ask, gate: Door, pages: Writer, ways: Out) -> Response[str]:
    """Let in for whom the provider vouches."""
    vouching = gate.entrance.vouching(ways.provider.client)
    secret = _asked_here(gate, request)
    claimed = None
    person_id = None
    try:
        answer = _answer(request)
        to, anew = _redeemed(gate, secret, answer.get("state", ""))
        if not anew:  # whoever proves themselves anew was counted by name as they left
            gate.limits.refuse_tired(gate.address(request))
        question = ways.question(gate, request, secret, answer["state"], anew=anew)
        claimed = await ways.provider.claimed(question, answer)
        person_id = vouching.person_id(claimed)
        before = request.auth if request.user is not None else None
        session = gate.entrance.vouched(
            person_id,
            claimed.issuer,
            address=gate.address(request),
            before=before,
            proven=anew,
        )
    except LegationError as refused:
        gate.limits.refuse_tired(gate.address(request))
        _note(gate, request, vouching, refused, claimed)
        raise
    guest = gate.entrance.guest(session)
    text = pages.write("entered", to=to or first_page(guest))
    cookies = [
        gate.cookie(gate.session_cookie, session),
        gate.cookie(gate.visit_cookie, None),
        _cookie(gate, None),
    ]
    return Response(text, media_type=MediaType.HTML, cookies=cookies)


PROVIDED: Final = (leave, come_back)


def _asked_here(gate: Gate, request: Ask) -> str:
    """Return the secret of a browser that went to the provider from here.

    Any page elsewhere can have a browser ask for this address, as a picture for instance. That is
    no attempt to come in: it is refused, and neither counted against the address nor noted.

    Raises:
        DeniedError: It did not.
    """
    secret = request.cookies.get(gate.way_cookie, "")
    if not secret or request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        raise DeniedError(
            "this browser asked no identity provider", hint="begin on the page Log in"
        )
    return secret


def _answer(request: Ask) -> dict[str, str]:
    """Return what the browser brought back, each word once."""
    items = list(request.query_params.multi_items())
    answer = dict(items)
    if len(answer) < len(items) or sum(len(k) + len(v) for k, v in items) > _LONGEST:
        raise DeniedError("this answer is none of a provider's", hint="log in again")
    return answer


def _redeemed(gate: Gate, secret: str, state: str) -> tuple[str, bool]:
    """Take a state that came back, once; return where its log-in leads, and how it was asked."""
    try:
        challenge, place, word = state.split(".")
        to = _octets(place).decode()
        octets = _octets(challenge)
    except ValueError as bad:
        raise DeniedError("this answer is to no question of ours", hint="log in again") from bad
    anew = word == _ANEW
    gate.challenges.redeem(octets, _purpose(secret, to, anew=anew))
    return place_of(to), anew


def _note(
    gate: Gate, request: Ask, vouching: Vouching, refused: LegationError, claimed: Claimed | None
) -> None:
    """Write into the trail who was not let in, and why; the words are ours."""
    more = {"reason": str(refused)}
    known = None
    if claimed is not None:
        more["sub"] = claimed.subject
        known = vouching.known(claimed)
    gate.refuse(request, "provider", known.person_id if known else None, **more)


def _cookie(gate: Gate, secret: str | None) -> Cookie:
    """Return the cookie that comes back from another site, for as long as an answer may take."""
    return Cookie(
        key=gate.way_cookie,
        value=secret or "",
        path="/",
        httponly=True,
        secure=gate.binding.secure,
        samesite="lax",
        max_age=int(HOLDS.total_seconds()) if secret else 0,
    )


def _purpose(secret: str, to: str, *, anew: bool) -> str:
    return f"way {fingerprint(secret)} {anew} {to}"


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
