"""The vectors that the reference gives to others hold here."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.errors import LegationError
from legation.safeguards.statements.statement_file import read_file, write_file
from legation.safeguards.statements.verdict import Registered, serialised, told, verdict_on_text
from legation.safeguards.statements.verifying import verify_file
from legation.text.alignment import differences, words
from legation.text.wording import digest, tidy, wording
from worlds.statements import ISSUER, log, whole

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs/reference/statement-vectors.json").read_text("utf-8")
)
FILE = VECTORS["file"]


class Table:
    """The register of the vectors; what is near is said by them."""

    name: str = VECTORS["register"]["name"]
    as_of: datetime = datetime.fromisoformat(VECTORS["register"]["as_of"])
    held = msgspec.convert(VECTORS["register"]["versions"], list[Registered])

    def __init__(self, near: int | None) -> None:
        self._near = near

    def by_wording(self, wording: str) -> Sequence[Registered]:
        return [one for one in self.held if digest(one.text) == wording]

    def by_signed(self, signed: str) -> Sequence[Registered]:
        return [one for one in self.held if one.signed == signed]

    def near(self, text: str) -> Registered | None:
        return None if self._near is None or not text else self.held[self._near]


@pytest.mark.parametrize("vector", VECTORS["wording"], ids=lambda one: one["what"])
def test_a_wording_is_that_of_the_vectors(vector: dict[str, str]) -> None:
    text = vector["text"]
    assert (wording(text), tidy(text)) == (vector["wording"], vector["tidy"])
    assert digest(text) == vector["sha256"]


@pytest.mark.parametrize("vector", VECTORS["differences"])
def test_differences_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    registered, pasted = vector["registered"], vector["pasted"]
    assert [words(registered), words(pasted)] == vector["words"]
    assert list(msgspec.to_builtins(differences(registered, pasted))) == vector["differences"]


def test_the_file_of_the_vectors_verifies_and_is_written_as_it_stands() -> None:
    data = FILE["file"].encode()
    found = verify_file(data, ISSUER, log)
    assert found.statement == whole()
    assert write_file(read_file(data)) == data
    assert found.file.entry.decode() == FILE["entry"]
    assert hashlib.sha256(found.file.signed).hexdigest() == FILE["signed_sha256"]
    assert (ISSUER.keys.ed25519.hex(), ISSUER.keys.ml_dsa_65.hex()) == (
        FILE["ed25519"],
        FILE["ml_dsa_65"],
    )


@pytest.mark.parametrize("vector", FILE["refused"], ids=lambda one: one["what"])
def test_a_bad_file_of_the_vectors_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(LegationError):
        verify_file(vector["file"].encode(), ISSUER)


@pytest.mark.parametrize("vector", VECTORS["verdicts"], ids=lambda one: one["text"][:30])
def test_a_verdict_is_that_of_the_vectors_byte_for_byte(vector: dict[str, Any]) -> None:
    verdict = verdict_on_text(vector["text"], Table(vector["near"]))
    assert serialised(verdict) == vector["verdict"].encode()
    assert told(verdict) == vector["told"]
