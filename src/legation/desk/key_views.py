"""The page Your keys: passkeys of whoever looks, one by one, and a new recovery kit.

It changes only what is the reader's own. The list is always shown; to change it, the passkey
must have been shown a short while ago.
"""

from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation, URLEncodedBody

from legation.app.access.entering import Guest
from legation.app.access.keys import OwnKeys
from legation.crypto.codes import fingerprint
from legation.desk import passkeys
from legation.desk.entering import as_json, as_page, go, signed_in
from legation.desk.gate import Gate
from legation.desk.rendering import Pages

HERE: Final = "/keys"

Ask = Request[Guest | None, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is to be called."""

    name: str = ""


class Adding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that made a further passkey."""

    name: str
    credential: dict[str, Any]


@get(HERE, sync_to_thread=False, verb="own.keys")
def keys(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """List the keys of whoever looks."""
    own = _own(request, gate)
    guest, _ = signed_in(request)
    text = pages.write("keys", keys=own.every(), may_change=own.may_change(), vouched=guest.issuer)
    return Response(text, media_type=MediaType.HTML)


@post(f"{HERE}/begin", status_code=200, sync_to_thread=False, verb="own.keys")
def begin_key(request: Ask, gate: Door) -> Response[bytes]:
    """Ask the authenticator for a further passkey."""
    guest, secret = signed_in(request)
    own = _own(request, gate)
    own.require_change()
    asked = passkeys.registration(
        gate.entrance.person(guest),
        name=gate.binding.name,
        challenge=gate.challenges.make(_purpose(secret)),
        known=[key.credential_id for key in own.every()],
    )
    return as_json(msgspec.json.encode({"options": msgspec.Raw(asked)}))


@post(f"{HERE}/finish", status_code=200, sync_to_thread=False, verb="own.keys")
def finish_key(request: Ask, gate: Door, data: JSONBody[Adding]) -> Response[bytes]:
    """Keep the further passkey."""
    guest, secret = signed_in(request)
    _, challenge = passkeys.answered(data.credential)
    gate.challenges.redeem(challenge, _purpose(secret))
    made = passkeys.registered(
        data.credential,
        gate.entrance.person(guest),
        name=gate.binding.name,
        origin=gate.origin(request),
        challenge=challenge,
    )
    _own(request, gate).add(made, data.name)
    return as_json(msgspec.json.encode({"to": HERE}))


@post(f"{HERE}/{{key:str}}/name", status_code=303, sync_to_thread=False, verb="own.keys")
def name_key(
    request: Ask, gate: Door, key: FromPath[str], data: URLEncodedBody[Called]
) -> Response[str]:
    """Call a key otherwise."""
    _own(request, gate).rename(key, data.name)
    return go(HERE)


@post(f"{HERE}/{{key:str}}/remove", status_code=303, sync_to_thread=False, verb="own.keys")
def remove_key(request: Ask, gate: Door, key: FromPath[str]) -> Response[str]:
    """Let a key hold no longer."""
    _own(request, gate).remove(key)
    return go(HERE)


@post(f"{HERE}/kit", status_code=200, sync_to_thread=False, verb="own.keys")
def new_kit(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Show a new recovery kit, this once; it holds when it is confirmed."""
    return as_page(pages.write("kit", codes=_own(request, gate).new_kit(), fault=None))


KEYS: Final = (keys, begin_key, finish_key, name_key, remove_key, new_kit)


def _own(request: Ask, gate: Gate) -> OwnKeys:
    return gate.entrance.keys(*signed_in(request))


def _purpose(secret: str) -> str:
    return f"key {fingerprint(secret)}"
