import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from legation.crypto.selftest import Primitives, check_known_answers, require_known_answers
from legation.errors import SelfTestError

ALL = [field.name for field in dataclasses.fields(Primitives)]
MAKERS = [name for name in ALL if not name.endswith("verify")]
VERIFIERS = [name for name in ALL if name.endswith("verify")]


def _with(name: str, primitive: Callable[..., Any]) -> Primitives:
    changed: dict[str, Any] = {name: primitive}
    return dataclasses.replace(Primitives(), **changed)


def test_the_installed_primitives_give_their_published_answers() -> None:
    check_known_answers(Primitives())
    require_known_answers()


@pytest.mark.parametrize("name", MAKERS)
def test_a_wrong_answer_makes_legation_refuse(name: str) -> None:
    right: Callable[..., bytes] = getattr(Primitives(), name)

    def wrong(*asked: Any) -> bytes:
        answer = right(*asked)
        return bytes([answer[0] ^ 1]) + answer[1:]

    with pytest.raises(SelfTestError, match="does not give its published answer"):
        check_known_answers(_with(name, wrong))


@pytest.mark.parametrize("name", VERIFIERS)
def test_a_verifier_that_takes_everything_makes_legation_refuse(name: str) -> None:
    with pytest.raises(SelfTestError):
        check_known_answers(_with(name, lambda *_: None))


def test_a_verifier_deaf_to_the_context_makes_legation_refuse() -> None:
    right = Primitives().ml_dsa_verify

    def deaf(public: bytes, signature: bytes, message: bytes, _context: bytes) -> None:
        right(public, signature, message, b"Context")

    with pytest.raises(SelfTestError, match="ML-DSA-65"):
        check_known_answers(dataclasses.replace(Primitives(), ml_dsa_verify=deaf))


def test_an_opener_that_skips_the_proof_makes_legation_refuse() -> None:
    deaf = dataclasses.replace(Primitives(), cobblestone_open=lambda *_: b"chunked")
    with pytest.raises(SelfTestError, match="Cobblestone"):
        check_known_answers(deaf)


@pytest.mark.parametrize("name", ALL)
def test_a_missing_primitive_makes_legation_refuse(name: str) -> None:
    def missing(*_: Any) -> bytes:
        raise AttributeError(name)

    with pytest.raises(SelfTestError):
        check_known_answers(_with(name, missing))
