"""Passkeys: the questions that the desk asks an authenticator, and the check of its answers.

A passkey must be discoverable, so that nobody types a name, and must verify its user by PIN or
body, so that a stolen key opens nothing. A challenge is a random number with its end and
a seal of this process: it needs no memory until it is answered, and is taken once.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, final

import msgspec

from legation.errors import DeniedError
from legation.store.people import Passkey, Person

HOLDS: Final = timedelta(minutes=5)
_RANDOM: Final = 24
_TIME: Final = 8
_ANSWERED: Final = 10_000
# What an answer can be that no authenticator gave; one nested too deeply is a RecursionError.
_BROKEN: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_AGAIN: Final = "try again; the page may have been open for too long"


@final
class Challenges:
    """Random numbers that an authenticator signs, each for one purpose, once.

    Args:
        now: The clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take a fresh seal: after a restart, pages have to be loaded again."""
        self._now = now
        self._key = secrets.token_bytes(32)
        self._answered: OrderedDict[bytes, None] = OrderedDict()

    def make(self, purpose: str) -> bytes:
        """Return a new challenge."""
        until = int((self._now() + HOLDS).timestamp()).to_bytes(_TIME, "big")
        facts = secrets.token_bytes(_RANDOM) + until
        return facts + self._seal(purpose, facts)

    def redeem(self, challenge: bytes, purpose: str) -> None:
        """Take a challenge that came back.

        Raises:
            DeniedError: It is not ours, is for something else, is too old, or was taken.
        """
        facts, seal = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
        good = hmac.compare_digest(seal, self._seal(purpose, facts))
        until = int.from_bytes(facts[_RANDOM:], "big")
        if not good or self._now().timestamp() > until or challenge in self._answered:
            raise DeniedError("this answer is to no question of now", hint=_AGAIN)
        self._answered[challenge] = None
        while len(self._answered) > _ANSWERED:
            self._answered.popitem(last=False)

    def _seal(self, purpose: str, facts: bytes) -> bytes:
        return hmac.digest(self._key, hashlib.sha256(purpose.encode()).digest() + facts, "sha256")


def registration(
    person: Person, *, name: str, challenge: bytes, known: Sequence[str] = ()
) -> bytes:
    """Return the question that makes a passkey, as JSON for the browser.

    Args:
        person: Whose it will be.
        name: Of the desk.
        challenge: What is signed.
        known: Ids of keys that they have: their authenticators make no second one.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=name,
        rp_name="legation",
        user_id=person.person_id.encode(),
        user_name=person.name,
        user_display_name=person.name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_octets(each)) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options).encode()


def registered(
    credential: dict[str, Any], person: Person, *, name: str, origin: str, challenge: bytes
) -> Passkey:
    """Check a new passkey and return what is kept of it.

    Raises:
        DeniedError: The answer does not hold.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=name,
            expected_origin=origin,
            require_user_verification=True,
        )
    except (*_BROKEN, WebAuthnException) as bad:
        raise _not_held(bad) from bad
    return Passkey(
        credential_id=_text(found.credential_id),
        person_id=person.person_id,
        public_key=found.credential_public_key,
        uses=found.sign_count,
    )


def question(*, name: str, challenge: bytes) -> bytes:
    """Return the question that a log-in asks, as JSON for the browser."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=name, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options).encode()


def verified(
    credential: dict[str, Any], passkey: Passkey, *, name: str, origin: str, challenge: bytes
) -> int:
    """Check a passkey's answer and return where its counter stands.

    Raises:
        DeniedError: The answer does not hold.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=name,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
        handle = credential["response"].get("userHandle")
        owner = passkey.person_id if handle is None else _octets(handle).decode()
    except (*_BROKEN, WebAuthnException) as bad:
        raise _not_held(bad) from bad
    if owner != passkey.person_id:
        raise DeniedError("this passkey is another person's", hint=_AGAIN)
    return found.new_sign_count


def answered(credential: dict[str, Any]) -> tuple[str, bytes]:
    """Return the id of a credential and the challenge that it answers; nothing is checked yet.

    Raises:
        DeniedError: It is no answer of an authenticator.
    """
    try:
        told = msgspec.json.decode(_octets(credential["response"]["clientDataJSON"]))
        return _text(_octets(credential["id"])), _octets(told["challenge"])
    except (*_BROKEN, msgspec.MsgspecError) as bad:
        raise _not_held(bad) from bad


def _not_held(bad: Exception) -> DeniedError:
    del bad  # its words may repeat what came in
    return DeniedError("the passkey's answer does not hold", hint=_AGAIN)


def _octets(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError("no text")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as bad:
        raise ValueError("not base64url") from bad


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
