"""What pages load: from here alone, kept by browsers, small; and a desk without it works too."""

import gzip
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.desk.assets import Assets, assets
from legation.desk.server import build_app
from worlds.gates import open_gate
from worlds.invented_readings import invented_shelf

ROOT = Path(__file__).parents[2]
ISLANDS = ROOT / "src" / "legation" / "desk" / "islands"
STATIC = ROOT / "src" / "legation" / "desk" / "static"
FIRST_LOAD = 60_000
SHELF = invented_shelf()
TIE = SHELF.ties(SHELF.all_campaigns[1].campaign_id, account=None, after=None, limit=1).ties[0]
HERE = f"/campaign/{SHELF.all_campaigns[1].campaign_id}"
PAGES = (
    "/",
    "/watch/campaigns",
    HERE,
    *(f"{HERE}/{tab}" for tab in ("coordination", "evidence", "techniques", "spread", "rights")),
    f"{HERE}/history",
    f"{HERE}/accounts",
    f"{HERE}/ties",
    f"{HERE}/coordination/groups",
    f"{HERE}/coordination/links",
    "/words",
    "/shortcuts",
    "/nothing",
)
RUNS = re.compile(
    r"\s(on(?:click|load|error|submit|change|input|toggle|focus|blur|key\w+|mouse\w+|pointer\w+)"
    r"|style|hx-on[\w:-]*|hx-vars|hx-vals)="
)
built = pytest.mark.skipif(
    not assets().islands, reason="THE SCRIPTS OF THE DESK ARE NOT BUILT: run make islands"
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Any]]:
    app = build_app(SHELF, banner="TLP:AMBER", gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as opened:
        yield opened


def _sent(client: TestClient[Any], path: str) -> tuple[int, str]:
    """Return how many bytes went over the line, and what they say."""
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    packed = answer.headers.get("content-encoding") == "gzip"
    return len(raw), (gzip.decompress(raw) if packed else raw).decode("utf-8", "replace")


@built
@pytest.mark.parametrize("path", PAGES)
def test_the_first_load_of_a_page_is_small_without_the_graph(
    client: TestClient[Any], path: str
) -> None:
    size, text = _sent(client, path)
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))
    assert len(loaded) >= 3
    seen: dict[str, int] = {}
    while loaded:
        place = loaded.pop()
        seen[place], content = _sent(client, place)
        for name in re.findall(r'["`]\./([\w.-]+\.(?:js|css))["`]', content):
            if f"/static/built/{name}" not in seen and not name.startswith("graph-"):
                loaded.add(f"/static/built/{name}")
    assert any("/built/shell-" in place for place in seen)
    assert any("/built/partial-" in place for place in seen)
    assert size + sum(seen.values()) <= FIRST_LOAD, (size, seen)


@built
def test_no_built_file_names_an_outside_host_or_makes_code_of_text() -> None:
    found = [one for one in (STATIC / "built").iterdir() if one.suffix != ".md"]
    assert len(found) >= 4
    for path in found:
        text = path.read_text("utf-8")
        assert re.findall(r"(?:https?|wss?):|['\"`]//", text) == [], path.name
        assert re.findall(r"\beval\(|\bFunction\(", text) == [], path.name
        assert "sourceMappingURL" not in text


@built
def test_the_licences_of_what_was_built_go_with_it_and_are_permissive(
    client: TestClient[Any],
) -> None:
    text = (STATIC / "built" / "licenses.md").read_text("utf-8")
    found = dict(re.findall(r"^## (\S+) - [\d.]+ \(([\w.-]+)\)$", text, re.MULTILINE))
    assert {"htmx.org", "sigma", "graphology"} <= set(found)
    assert set(found.values()) <= {"MIT", "0BSD", "BSD-3-Clause", "ISC", "Apache-2.0"}
    assert client.get("/static/built/licenses.md").status_code == 404


def test_what_is_not_built_names_no_outside_host() -> None:
    for path in STATIC.iterdir():
        if path.is_file():
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            text = text.replace("http://localhost", "")  # how door.js names the address to use
            assert "://" not in text, path.name


@built
def test_what_was_built_may_be_kept_and_what_is_not_marked_may_not(
    client: TestClient[Any],
) -> None:
    lasting = client.get(assets().islands["shell"])
    assert lasting.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert lasting.headers["content-type"].startswith("text/javascript")
    marked = client.get(assets().address("desk.css"))
    assert "immutable" in marked.headers["cache-control"]
    for path in ("/static/desk.css", "/static/desk.css?v=old", "/", "/static/built/manifest.json"):
        assert client.get(path).headers["cache-control"] == "no-store"
    assert client.get("/static/built/manifest.json").status_code == 404
    assert client.get("/static/built/..%2fdesk.css").status_code == 404


def test_every_chart_stands_beside_its_table(client: TestClient[Any]) -> None:
    seen = 0
    for path in (*PAGES, f"{HERE}/tie?a={TIE.account_a}&b={TIE.account_b}"):
        text = client.get(path).text
        drawn = text.split('<figure class="chart">')[1:]
        seen += len(drawn)
        for after in drawn:
            assert re.search(r"<table|class=\"meeting\"", after), path
        images = re.findall(r'<svg[^>]*role="(?:img|group)"[^>]*aria-label="([^"]*)"', text)
        assert len(images) >= len(drawn)
        for said in images:
            assert re.search(r"(?:table|below|rows)", said), (path, said)
    assert seen >= 4


def test_pages_are_compressed_for_whoever_takes_them_so(client: TestClient[Any]) -> None:
    whole = client.get(HERE, headers={"accept-encoding": "identity"})
    packed = client.get(HERE, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in whole.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.text == whole.text
    assert _sent(client, HERE)[0] < len(whole.content) / 3
    assert "content-encoding" not in client.get("/alive").headers


def test_a_desk_whose_scripts_were_not_built_has_none(tmp_path: Path) -> None:
    for name in ("desk.css", "icon.svg", "door.js"):
        (tmp_path / name).write_bytes((STATIC / name).read_bytes())
    bare = Assets(tmp_path)
    assert bare.islands == {}
    assert bare.plain("door.js").content.startswith(b"//")


def test_the_packages_of_the_scripts_are_locked_by_hash_and_without_an_address() -> None:
    lock = (ISLANDS / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert "file:" not in lock
    addresses = [line.strip() for line in lock.splitlines() if "://" in line]
    assert [line for line in addresses if not line.startswith('"url": ')] == []
    assert not re.search(r"registry|localhost|127\.0\.0\.1", lock)
    packages = re.findall(r'"node_modules/[^"]+": \{', lock)
    assert len(packages) == lock.count('"integrity": "sha512-') > 10
    assert "omit-lockfile-registry-resolved=true" in (ISLANDS / ".npmrc").read_text("utf-8")
    assert "ignore-scripts=true" in (ISLANDS / ".npmrc").read_text("utf-8")


def test_the_scripts_go_into_the_wheel_and_their_tools_do_not() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "src/legation/desk/static/built/*" in wheel["artifacts"]
    assert wheel["exclude"] == ["src/legation/desk/islands"]
    assert "nodejs" not in str(project["project"])


def test_no_template_holds_a_script_a_style_or_an_attribute_that_runs() -> None:
    for template in files("legation.desk").joinpath("templates").iterdir():
        text = template.read_text("utf-8")
        assert RUNS.findall(text) == [], template.name
        assert "<style" not in text
        assert re.findall(r"<script(?![^>]*src=)", text) == [], template.name
