"""What a damaged file of the lake is told as: on the pages and in the files that rest on it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from worlds.gates import open_gate
from worlds.large_campaigns import large_home

HERE = "/campaign/c-large"
OF_THE_TIES = ("/ties", "/ties/as/csv", "/coordination/groups", "/as/graphml")
OF_THE_EVIDENCE = ("/evidence/as/json", "/spread/as/csv")
SAID = {
    "en": ("the proofs of this run cannot be read: a file in {}=2026-03-02 is damaged", "run: "),
    "fr": ("les preuves de cette analyse ne peuvent pas être lues", "exécutez : "),
    "ar": ("تتعذّر قراءة إثباتات عملية الرصد هذه", "يُرجى تنفيذ: "),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return large_home(tmp_path_factory.mktemp("damaged") / "home", accounts=60, ties=90)


@pytest.fixture(params=["ties", "evidence"])
def kept(home: Home, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a file of the proofs, and put it back."""
    (path,) = (home.folder / "lake" / request.param).rglob("*.parquet")
    content = path.read_bytes()
    yield path
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _scratched(path: Path) -> None:
    content, made = bytearray(path.read_bytes()), random.Random(5)  # noqa: S311 - an invented fault
    for place in range(len(content) // 2, len(content) - 8, 11):
        content[place] ^= made.randrange(1, 256)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _scratched])
def test_a_damaged_or_missing_file_is_a_refusal_that_says_what_to_do(
    home: Home, kept: Path, damage: object
) -> None:
    assert callable(damage)
    damage(kept)
    kind = kept.parts[-3]
    with home.store() as store:
        app = build_app(StoredReading(home.library(store, "desk")), banner=None, gate=open_gate())
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            for end in OF_THE_TIES if kind == "ties" else OF_THE_EVIDENCE:
                answer = client.get(f"{HERE}{end}")
                assert (answer.status_code, end) == (409, end)
                assert "run: legation doctor; it names the file to restore" in answer.text
                assert str(home.folder) not in answer.text
            # The page tells it in its place, and stands.
            page = client.get(f"{HERE}/{'coordination' if kind == 'ties' else 'evidence'}")
            assert page.status_code == 200
            assert "legation doctor" in page.text


@pytest.mark.parametrize("language", SAID)
def test_the_refusal_is_told_in_each_language(home: Home, kept: Path, language: str) -> None:
    kept.unlink()
    kind = kept.parts[-3]
    path = OF_THE_TIES[0] if kind == "ties" else OF_THE_EVIDENCE[0]
    with home.store() as store:
        reading = StoredReading(home.library(store, "desk"))
        app = build_app(reading, banner=None, gate=open_gate(), language=language)
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            answer = client.get(f"{HERE}{path}")
    assert answer.status_code == 409
    for said in SAID[language]:
        assert said.format(f"{kind}/day") in answer.text
    assert 'lang="en"' not in answer.text.partition("<h1>")[2].partition("</p>")[0]


def test_a_file_that_is_back_is_read_again(home: Home, kept: Path) -> None:
    content = kept.read_bytes()
    end = OF_THE_TIES[0] if kept.parts[-3] == "ties" else OF_THE_EVIDENCE[0]
    with home.store() as store:
        app = build_app(StoredReading(home.library(store, "desk")), banner=None, gate=open_gate())
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            _scratched(kept)
            assert client.get(f"{HERE}{end}").status_code == 409
            kept.write_bytes(content)
            assert client.get(f"{HERE}{end}").status_code == 200
