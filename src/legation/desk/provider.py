"""The identity provider, as the desk speaks with it: OpenID Connect, code flow with PKCE.

Each answer is checked before any word of it counts: where it comes from, for whom it was
made, to which question, how long ago, and its signature, by keys that the provider may change
at any time (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9700; RFC 9207). Symmetric
algorithms and `none` are not on the list, so that a public key is never taken for a secret.
"""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, final

import msgspec

from legation.app.access.admission import Client, is_safe
from legation.app.access.vouching import Claimed
from legation.errors import DeniedError, LegationError, MissingPartError, UnreachableError

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
LEEWAY_S: Final = 60
_OLDEST_S: Final = 600
_FRESH_S: Final = 300  # as long as a question may be out
_KEPT: Final = timedelta(hours=1)
_KEYS_ASKED: Final = timedelta(seconds=30)
_TIMEOUT_S: Final = 10.0
_WHOLE_S: Final = 15.0  # for all of an answer, however slowly each of its bytes comes
_PAUSE: Final = timedelta(
    seconds=10
)  # others do not wait for a provider that just kept one so long
_LARGEST: Final = 512 * 1024
_LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2
_LEAST_RSA_BITS: Final = 2048
_LONGEST_NAME: Final = 200
_MOST_GROUPS: Final = 2000
# What words of another program can be, and what reading them may raise.
_BROKEN: Final = (
    *(ValueError, TypeError, KeyError, AttributeError, ArithmeticError),
    *(RecursionError, TimeoutError, OSError),
)
_TRY: Final = "try again; when it goes on, tell whoever runs the desk"


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider publishes of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


@final
class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One log-in that is on its way, bound to one browser.

    Attributes:
        state: Comes back with the answer.
        nonce: Must stand in the ID token.
        verifier: Proves at the provider that the same desk asks (PKCE, RFC 7636).
        back: The desk's address to which the browser returns.
        anew: Whether the provider has to ask the person now, whatever it remembers of them.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    anew: bool = False


@final
class Provider:
    """One identity provider.

    Args:
        client: The desk at the provider.
        now: The clock.
    """

    def __init__(self, client: Client, now: Callable[[], datetime]) -> None:
        """Ask nothing yet: a provider that is down must not keep the desk from opening.

        Raises:
            MissingPartError: What speaks with a provider is not installed.
        """
        _libraries()
        self.client = client
        self._now = now
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, Any] | None = None
        self._lock = asyncio.Lock()
        self._kept_waiting: datetime | None = None

    @property
    def name(self) -> str:
        """Return what the log-in page calls it."""
        return self.client.admission.name

    async def departure(self, question: Question) -> str:
        """Return where the browser goes to be asked.

        Raises:
            UnreachableError: The provider does not answer.
            DeniedError: What it publishes of itself does not hold.
        """
        metadata = await self._published()
        async with self._session(question, metadata) as session:
            address, _ = session.create_authorization_url(
                metadata.authorization_endpoint,
                state=question.state,
                nonce=question.nonce,
                code_verifier=question.verifier,
                **({"prompt": "login", "max_age": "0"} if question.anew else {}),
            )
        return str(address)

    async def claimed(self, question: Question, answer: Mapping[str, str]) -> Claimed:
        """Return whom the provider vouches for, after all checks.

        Args:
            question: What was asked.
            answer: What the browser brought back; its `state` was checked.

        Raises:
            UnreachableError: The provider does not answer.
            DeniedError: Something in the answer does not hold.
        """
        metadata = await self._published()
        self._refuse_mixed_up(metadata, answer)
        if "error" in answer or not answer.get("code"):
            raise DeniedError("the identity provider did not vouch for you", hint=_TRY)
        token = await self._exchanged(question, metadata, answer["code"])
        claims = await self._proved(metadata, token)
        self._verify_claims(claims, question)
        return _claimed(claims, self.client)

    def _refuse_mixed_up(self, metadata: Metadata, answer: Mapping[str, str]) -> None:
        said = answer.get("iss")
        due = metadata.authorization_response_iss_parameter_supported
        if (said is None and due) or (said is not None and said != self.client.issuer):
            raise DeniedError("this answer is of another identity provider", hint=_TRY)

    async def _published(self) -> Metadata:
        async with self._lock:
            if self._metadata is None or self._now() >= self._metadata[0] + _KEPT:
                address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
                found = await self._asked(address, Metadata)
                if found.issuer != self.client.issuer:
                    raise DeniedError("the identity provider names itself otherwise", hint=_TRY)
                places = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
                if not all(map(is_safe, places)):
                    raise DeniedError("the identity provider names places without TLS", hint=_TRY)
                self._metadata = (self._now(), found)
            return self._metadata[1]

    async def _exchanged(self, question: Question, metadata: Metadata, code: str) -> str:
        """Give the code back for an ID token."""
        oauth, http = _libraries()
        async with self._session(question, metadata) as session:
            try:
                async with asyncio.timeout(_WHOLE_S):
                    given = await session.fetch_token(
                        metadata.token_endpoint,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=question.verifier,
                    )
            except oauth.OAuthError as refused:
                raise DeniedError("the identity provider refused the code", hint=_TRY) from refused
            except (*_BROKEN, http.HTTPError, http.InvalidURL) as failed:
                raise _silent() from failed
        token = given.get("id_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or len(token) > _LARGEST:
            raise DeniedError("the identity provider gave no ID token", hint=_TRY)
        return token

    async def _proved(self, metadata: Metadata, token: str) -> dict[str, Any]:
        """Return the claims of an ID token whose signature holds."""
        from joserfc import errors, jwt

        for again in (False, True):
            keys = await self._published_keys(metadata, again=again)
            try:
                return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
            except errors.InvalidKeyIdError as unknown:
                # The provider may have changed its keys since they were asked for.
                if again:
                    raise _not_held() from unknown
            except (errors.JoseError, *_BROKEN) as bad:
                raise _not_held() from bad
        raise _not_held()

    async def _published_keys(self, metadata: Metadata, *, again: bool) -> Any:
        async with self._lock:
            old = self._keys
            wait = _KEYS_ASKED if again else _KEPT
            if old is None or self._now() >= old[0] + wait:
                found = await self._asked(metadata.jwks_uri, dict[str, Any])
                self._keys = (self._now(), _usable(found))
            assert self._keys is not None  # noqa: S101 - for the type: it was set above
            return self._keys[1]

    def _verify_claims(self, claims: Mapping[str, Any], question: Question) -> None:
        now = self._now().timestamp()
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        azp = claims.get("azp")
        good = {
            "issuer": claims.get("iss") == self.client.issuer,
            "audience": self.client.client_id in named,
            "party": azp == self.client.client_id if len(named) > 1 or azp is not None else True,
            "nonce": hmac.compare_digest(_octets(claims.get("nonce")), question.nonce.encode()),
            "end": _number(claims.get("exp"), 0) > now - LEEWAY_S,
            "beginning": now - _OLDEST_S <= _number(claims.get("iat"), 0) <= now + LEEWAY_S,
            "start": _number(claims.get("nbf", 0), now * 2) <= now + LEEWAY_S,
            "subject": _is_subject(claims.get("sub")),
            "time of the log-in": not question.anew
            or now - _FRESH_S <= _number(claims.get("auth_time"), 0) <= now + LEEWAY_S,
        }
        for what, holds in good.items():
            if not holds:
                raise DeniedError(f"the {what} of the ID token does not hold", hint=_TRY)

    async def _asked(self, address: str, kind: Any) -> Any:
        """Return what the provider publishes at an address."""
        _, http = _libraries()
        if self._kept_waiting is not None and self._now() < self._kept_waiting + _PAUSE:
            raise _silent()
        try:
            async with (
                asyncio.timeout(_WHOLE_S),
                http.AsyncClient(
                    transport=bounded(), timeout=_TIMEOUT_S, follow_redirects=False
                ) as asking,
            ):
                answer = await asking.get(address, headers={"Accept": "application/json"})
            if answer.status_code != 200:  # noqa: PLR2004 - the status code
                raise _silent()
            # Read so that one word that is none spoils itself alone.
            return msgspec.convert(json.loads(answer.content), type=kind)
        except (TimeoutError, http.TimeoutException) as late:
            self._kept_waiting = self._now()
            raise _silent() from late
        except (*_BROKEN, http.HTTPError, http.InvalidURL, msgspec.MsgspecError) as failed:
            raise _silent() from failed

    def _session(self, question: Question, metadata: Metadata) -> Any:
        oauth, _ = _libraries()
        known = metadata.token_endpoint_auth_methods_supported
        way = "client_secret_basic"
        if not self.client.secret:
            way = "none"
        elif way not in known and "client_secret_post" in known:
            way = "client_secret_post"
        return oauth.AsyncOAuth2Client(
            client_id=self.client.client_id,
            client_secret=self.client.secret or None,
            token_endpoint_auth_method=way,
            redirect_uri=question.back,
            scope="openid profile",
            code_challenge_method="S256",
            transport=bounded(),
            timeout=_TIMEOUT_S,
            follow_redirects=False,
        )


def bounded(most: int = _LARGEST) -> Any:
    """Return a way to the provider by which no answer is larger than this, also when unpacked."""
    _libraries()
    import httpx2 as http

    class Cut(http.AsyncByteStream):
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for piece in self._inner:
                read += len(piece)
                if read > most:
                    raise http.ReadError("this answer is too large")
                yield piece

        async def aclose(self) -> None:
            await self._inner.aclose()

    class Bounded(http.AsyncHTTPTransport):
        async def handle_async_request(self, request: Any) -> Any:
            request.headers["accept-encoding"] = "identity"
            answer = await super().handle_async_request(request)
            if answer.headers.get("content-encoding", "identity").lower() != "identity":
                # A few bytes of it may unpack to any number.
                await answer.aclose()
                raise http.ReadError("this answer is packed, which nobody asked for")
            answer.stream = Cut(answer.stream)
            return answer

    return Bounded()


def _libraries() -> tuple[Any, Any]:
    """Return what speaks OAuth and HTTP.

    Raises:
        MissingPartError: It is not installed.
    """
    try:
        import httpx2
        from authlib.integrations import httpx_client
    except ImportError as absent:
        raise MissingPartError(
            "an identity provider needs a part that is not installed",
            hint="add the extra `oidc`: in the folder that legation was installed from, "
            "run: make oidc",
        ) from absent
    return httpx_client, httpx2


def _usable(published: Mapping[str, Any]) -> Any:
    """Return the keys that may prove an ID token; others are as if they were not there."""
    from joserfc import errors
    from joserfc.jwk import ECKey, KeySet, RSAKey

    kinds: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey}
    found = []
    listed = published.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            if each["kty"] == "EC" or _bits(each["n"]) >= _LEAST_RSA_BITS:
                public = {name: value for name, value in each.items() if name != "d"}
                found.append(kinds[each["kty"]].import_key(public))
        except (errors.JoseError, *_BROKEN):
            continue
    return KeySet(found)


def _bits(number: str) -> int:
    octets = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
    return int.from_bytes(octets, "big").bit_length()


def _claimed(claims: Mapping[str, Any], client: Client) -> Claimed:
    said = claims.get(client.admission.claim)
    groups = said if isinstance(said, list) else [said]
    names = (claims.get("name"), claims.get("preferred_username"))
    name = next((one for one in names if isinstance(one, str) and one.strip()), "")
    return Claimed(
        issuer=client.issuer,
        subject=claims["sub"],
        name=name[:_LONGEST_NAME],
        groups=tuple(one for one in groups[:_MOST_GROUPS] if isinstance(one, str)),
    )


def _is_subject(said: Any) -> bool:
    return isinstance(said, str) and 0 < len(said) <= _LONGEST_SUBJECT and said.isascii()


def _octets(said: Any) -> bytes:
    return said.encode("utf-8", "replace") if isinstance(said, str) else b""


def _number(said: Any, otherwise: float) -> float:
    return float(said) if isinstance(said, int | float) and abs(said) < 1e12 else otherwise  # noqa: PLR2004 - far beyond any date


def _silent() -> LegationError:
    return UnreachableError(
        "the identity provider does not answer as it should",
        hint="log in with your passkey, or try again later",
    )


def _not_held() -> DeniedError:
    return DeniedError("the signature of the ID token does not hold", hint=_TRY)
