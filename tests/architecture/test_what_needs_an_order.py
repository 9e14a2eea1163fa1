"""Nothing that runs without a monitoring order can be pointed at anybody.

The rule of docs/reference/rights.md: an order is asked of whatever singles out, that is, takes the
name of an account, a term or a channel to look for. What reads all that it was given by one rule
needs none. So whoever adds an option, a field or a source that singles out fails here first.
"""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import fields

from legation.app.detecting import Asked
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.ordering import IN_FORCE, add_order, end_order, state_of
from legation.app.watching import look
from legation.cli.coordination import coordination
from legation.cli.importing import posts
from legation.cli.watching import watch
from legation.crypto.key_files import UNPROTECTED
from legation.rights.orders import Draft
from legation.settings import Settings
from legation.sources.catalogue import PRESETS
from legation.threats.catalogue import DETECTORS
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.planted_posts import RING, write_town
from worlds.shell import legation

SOURCE = Path(__file__).parents[2] / "src/legation"
# What each option of a door is; none names whom, or what words, to look for.
OPTIONS = {
    "a file or folder that somebody was given": {"folder", "posts", "files", "file"},
    "how a file is read": {"mapping", "preset", "zone", "platform", "shorteners", "dry_run"},
    "a measure of acting together": {"layers", "window", "min_objects"},
    "how long and how often": {"once", "every"},
    "where and how it is told": {
        *("ties_only", "accounts", "campaigns", "evidence", "as_json", "fail_on"),
    },
    "who is told to act for a reason of their own": {"known"},
    "the desk itself": {"home", "passphrase_file", "doors"},
}
# Which detectors are handed rows of a register, and no more: what the house itself has said.
OWN_ROWS = {"impersonation.altered-copies": {"statements"}}
DRAFT = Draft(
    threat="T1",
    target="accounts-acting-together",
    watched="accounts that post the word for grain in one text",
    expression="none is kept from posting; opinions are not looked at",
    legality="article 4 of the invented law",
    aim="find accounts that post one text about the treaty within seconds",
    necessity="single posts do not show that they are made together",
    proportionality="public posts only, under pseudonyms",
    safeguards="the legal adviser agrees, and complaints go to the ombudsman",
    actor="ann",
    ends="2026-04-30",
)
FETCHING = {
    "http",
    "urllib.request",
    "socket",
    "ssl",
    "httpx",
    "httpx2",
    "requests",
    "aiohttp",
    "ftplib",
}


@pytest.mark.parametrize("door", [watch, coordination, posts])
def test_no_option_names_whom_or_which_words_to_look_for(door: Callable[..., int]) -> None:
    known = {option for some in OPTIONS.values() for option in some}
    assert set(inspect.signature(door).parameters) <= known


def test_no_rule_of_a_detector_holds_a_name_or_a_word() -> None:
    """What is asked is numbers, and layers of a closed list; or the rows of an own register."""
    handed = {one.name: set(inspect.signature(one.load()).parameters) for one in DETECTORS}
    own = {name: given for name, given in handed.items() if name in OWN_ROWS}
    assert own == OWN_ROWS
    for shape in (Asked, *(one.load() for one in DETECTORS if one.name not in OWN_ROWS)):
        for name, kind in _held(shape).items():
            assert kind in (int, float, bool) or name == "layers", (shape, name)
    with pytest.raises(Exception, match="Invalid enum value"):
        _converted({"layers": ["acct-" + "a" * 26]})


def test_nothing_goes_out_but_for_one_page_that_a_person_captures_once() -> None:
    """Posts come as files that somebody brought: no source can follow an account.

    What a partner shares is asked of that partner's own server, collection by collection.
    """
    assert PRESETS
    going, calling = set(), set()
    for path in sorted(SOURCE.rglob("*.py")):
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in _imported(node)
        }
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith("sources/") and any(name in FETCHING for name in names):
            going.add(place)
        if "legation.sources.web_page" in names:
            calling.add(place)
    assert {one for one in going if not one.startswith("sources/taxii/")} == {"sources/web_page.py"}
    # The second fetches the one file of a host that says where its register of statements is.
    assert calling == {"cli/evidence.py", "sources/well_known.py"}


def test_no_list_of_accounts_makes_a_finding(tmp_path: Path) -> None:
    """The one list that names accounts excuses some: without posts of a ring it finds nothing."""
    listed = tmp_path / "known.csv"
    rows = "".join(f"person_{n},party,its own list,the list\n" for n in range(8))
    rows += "".join(f"{one},party,its own list,the list\n" for one in RING)
    listed.write_text("account_id,kind,rule,source\n" + rows, "utf-8")
    town = write_town(tmp_path / "town.jsonl", ring=False)
    said = legation("detect", "coordination", town, "--known", listed, "--fail-on", "low")
    assert said.code == 0
    ring = write_town(tmp_path / "ring.jsonl")
    said = legation("detect", "coordination", ring, "--known", listed, "--fail-on", "low")
    assert said.code == 1


def test_an_order_neither_widens_nor_narrows_what_is_found(tmp_path: Path) -> None:
    found = []
    for name in ("none", "in-force", "ended"):
        clock = Clock()
        clock.pass_time(days=31)
        home = Home(Settings(home=tmp_path / name), clock)
        make_home(home)
        with home.store() as store:
            if name != "none":
                made = add_order(store, DRAFT, clock())
                assert state_of(made, clock()).startswith(IN_FORCE)
            if name == "ended":
                end_order(store, made.order_id, actor="ann", reason="the talks are over")
            posts_file = write_town(tmp_path / f"{name}.jsonl")
            Intakes(home, store, UNPROTECTED).take(posts_file, Reading())
            report = look(home, store)
            assert report is not None
            shapes = [(len(one.accounts), one.ties, one.grade) for one in report.campaigns]
            found.append((shapes, report.run.tests, report.run.pairs))
    assert found[0][0]
    assert found[0] == found[1] == found[2]


def _converted(given: dict[str, Any]) -> Asked:
    return msgspec.convert(given, Asked)


def _held(shape: Any) -> dict[str, Any]:
    """Return the fields of a shape, and of the rule in it, with their kinds."""
    own = {one.name: one.type for one in fields(shape)}
    rule = own.pop("rule", None)
    return own | (_held(rule) if rule is not None else {})


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
