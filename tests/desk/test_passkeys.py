"""Passkeys that hold and passkeys that do not, shown by an authenticator in software."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk import passkeys
from legation.desk.passkeys import Challenges
from legation.errors import DeniedError
from legation.store.people import Passkey, Person
from worlds.gates import START, Clock
from worlds.soft_key import SoftKey, octets

ORIGIN = "http://localhost:8321"
PERSON = Person(
    person_id="p-1",
    name="Omar Haddad",
    roles=("analyst",),
    created=START,
    kit=None,
    disabled=None,
    passkeys=0,
)


def _enrolled(key: SoftKey) -> Passkey:
    asked = json.loads(passkeys.registration(PERSON, name="localhost", challenge=b"c" * 16))
    return passkeys.registered(
        key.make(asked), PERSON, name="localhost", origin=ORIGIN, challenge=b"c" * 16
    )


def _shown(key: SoftKey, passkey: Passkey) -> int:
    asked = json.loads(passkeys.question(name="localhost", challenge=b"d" * 16))
    credential = key.show(asked)
    found, challenge = passkeys.answered(credential)
    assert (found, challenge) == (passkey.credential_id, b"d" * 16)
    return passkeys.verified(
        credential, passkey, name="localhost", origin=ORIGIN, challenge=b"d" * 16
    )


def test_a_passkey_is_asked_to_be_discoverable_and_to_verify_its_user() -> None:
    asked = json.loads(passkeys.registration(PERSON, name="localhost", challenge=b"c" * 16))
    wanted = asked["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert octets(asked["user"]["id"]) == b"p-1"
    question = json.loads(passkeys.question(name="localhost", challenge=b"d" * 16))
    assert question["userVerification"] == "required"
    assert not question.get("allowCredentials")


def test_a_passkey_that_was_enrolled_is_taken_and_its_counter_noted() -> None:
    key = SoftKey()
    passkey = _enrolled(key)
    assert (passkey.person_id, passkey.uses) == ("p-1", 0)
    assert _shown(key, passkey) == 1


def _elsewhere(key: SoftKey) -> None:
    key.origin = "http://localhost:9999"


def _other_name(key: SoftKey) -> None:
    key.name = "evil.example"


def _unverified(key: SoftKey) -> None:
    key.verifies = False


WRONGS: tuple[Callable[[SoftKey], None], ...] = (_elsewhere, _other_name, _unverified)


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_passkey_made_elsewhere_or_without_its_user_is_refused(
    wrong: Callable[[SoftKey], None],
) -> None:
    key = SoftKey()
    wrong(key)
    with pytest.raises(DeniedError):
        _enrolled(key)


@pytest.mark.parametrize("wrong", WRONGS)
def test_an_answer_given_elsewhere_or_without_its_user_is_refused(
    wrong: Callable[[SoftKey], None],
) -> None:
    key = SoftKey()
    passkey = _enrolled(key)
    wrong(key)
    with pytest.raises(DeniedError):
        _shown(key, passkey)


def test_another_key_a_copy_and_another_persons_handle_are_refused() -> None:
    key, other = SoftKey(), SoftKey()
    passkey = _enrolled(key)
    other.credential_id, other.handle = key.credential_id, key.handle
    with pytest.raises(DeniedError):
        _shown(other, passkey)
    _shown(key, passkey)
    key.uses = 0
    with pytest.raises(DeniedError):  # the counter went back: a copy of the key
        _shown(
            key,
            Passkey(
                credential_id=passkey.credential_id,
                person_id="p-1",
                public_key=passkey.public_key,
                uses=5,
            ),
        )
    key.uses, key.handle = 9, b"p-2"
    with pytest.raises(DeniedError):
        _shown(key, passkey)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "rawId",
                        "type",
                        "response",
                        "clientDataJSON",
                        "signature",
                        "authenticatorData",
                        "attestationObject",
                        "userHandle",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, dict))
)
def test_whatever_is_sent_in_place_of_a_passkey_is_refused(sent: dict[str, Any]) -> None:
    passkey = Passkey(credential_id="x", person_id="p-1", public_key=b"", uses=0)
    with pytest.raises(DeniedError):
        passkeys.answered(sent)
    with pytest.raises(DeniedError):
        passkeys.verified(sent, passkey, name="localhost", origin=ORIGIN, challenge=b"d" * 16)
    with pytest.raises(DeniedError):
        passkeys.registered(sent, PERSON, name="localhost", origin=ORIGIN, challenge=b"c" * 16)


def test_a_challenge_is_taken_once_for_its_purpose_and_in_its_time() -> None:
    clock = Clock()
    challenges = Challenges(clock)
    challenge = challenges.make("log-in a")
    with pytest.raises(DeniedError):
        challenges.redeem(challenge, "log-in b")
    with pytest.raises(DeniedError):
        Challenges(clock).redeem(challenge, "log-in a")
    challenges.redeem(challenge, "log-in a")
    with pytest.raises(DeniedError):
        challenges.redeem(challenge, "log-in a")
    late = challenges.make("log-in a")
    clock.time += timedelta(minutes=5, seconds=1)
    with pytest.raises(DeniedError):
        challenges.redeem(late, "log-in a")


@given(st.binary(max_size=100))
def test_bytes_that_are_no_challenge_are_refused(sent: bytes) -> None:
    with pytest.raises(DeniedError):
        Challenges(Clock()).redeem(sent, "log-in a")
