"""`legation partner`: who is on the roster, by which keys they come, what the trail keeps of it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from legation.app.home import Home
from legation.crypto.key_files import UNPROTECTED
from legation.settings import Settings
from worlds.certificates import Authority
from worlds.shell import Said, legation

ALDRIA: Final = "Embassy of Aldria"
HOSTILE: Final = (
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(1)",
    "\u202egnp.exe",
    "\x1b[31mred\x1b[2J",
    "a\u2066b\u2069\u200bc",
    "\x9b2Jq",
    "nul \x00 end",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def partner(home: Path, *words: str | Path) -> Said:
    return legation("partner", *words, "--home", home)


def told(home: Path, *words: str) -> Any:
    said = partner(home, *words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def trail(home: Path) -> list[tuple[str, str, dict[str, Any]]]:
    with Home(Settings(home=home), lambda: datetime.now(UTC)).store() as store:
        events = [entry.event for entry in store.audit.entries()]
    return [
        (one.verb, one.subject, dict(one.detail))
        for one in events
        if one.verb.startswith(("partner.", "collection."))
    ]


def test_a_partner_is_added_and_shown_with_two_collections(home: Path) -> None:
    said = partner(home, "add", ALDRIA, "--party", "xa")
    assert said.code == 0
    partner_id = said.out.strip()
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", partner_id
    )
    assert f"{ALDRIA} is on the roster" in said.err
    (listed,) = told(home, "list")
    assert (listed["id"], listed["name"], listed["party"]) == (partner_id, ALDRIA, "XA")
    assert (listed["has_policy"], listed["ended"], listed["keys"]) == (False, None, [])
    shown = told(home, "show", ALDRIA)
    reach = [(one["title"], one["can_read"], one["can_write"]) for one in shown["collections"]]
    assert reach == [("To the desk", True, True), ("From the desk", True, False)]
    assert told(home, "show", partner_id) == shown
    text = partner(home, "show", ALDRIA).out
    assert text.startswith(f"{ALDRIA}  XA\nid {partner_id}\nsigner not pinned\n0 keys\n")
    assert "none: nothing leaves" in partner(home, "list").out
    assert trail(home) == [("partner.add", partner_id, {})]


def test_an_empty_roster_says_so(home: Path) -> None:
    assert partner(home, "list").out == "No partner is on the roster.\n"
    assert told(home, "list") == []


def test_a_token_is_shown_once_and_stands_nowhere(home: Path) -> None:
    partner_id = partner(home, "add", ALDRIA).out.strip()
    said = partner(home, "let-in", ALDRIA, "--days", "30")
    token = said.out.strip()
    assert re.fullmatch(r"lgp_[\w-]{43}", token)
    assert said.err == "The token is not shown again.\n"
    (key,) = told(home, "show", ALDRIA)["keys"]
    assert (key["kind"], key["holds"], key["revoked"]) == ("token", True, None)
    until = datetime.fromisoformat(key["until"])
    assert timedelta(days=29) < until - datetime.now(UTC) <= timedelta(days=30)
    shown = partner(home, "show", ALDRIA).out
    assert f"{until:%Y-%m-%d}" in shown
    files = [file for file in home.rglob("*") if file.is_file()]
    assert any(ALDRIA.encode() in file.read_bytes() for file in files)
    for file in files:
        assert token.encode() not in file.read_bytes()
        assert token[4:].encode() not in file.read_bytes()
    assert trail(home)[-1] == ("partner.let-in", partner_id, {"kind": "token", "key": key["key"]})
    # The trail and what is written off it tell of a partner by its random id alone.
    with Home(Settings(home=home), lambda: datetime.now(UTC)).store() as store:
        for entry in store.audit.entries():
            assert ALDRIA not in repr(entry)


def test_a_token_without_days_has_no_end(home: Path) -> None:
    partner(home, "add", ALDRIA)
    partner(home, "let-in", ALDRIA)
    assert told(home, "show", ALDRIA)["keys"][0]["until"] is None
    assert re.search(r"token +\d{4}-\d\d-\d\d +no end +holds", partner(home, "show", ALDRIA).out)


def test_a_certificate_lets_in_by_its_hash_until_it_ends(home: Path, tmp_path: Path) -> None:
    partner(home, "add", ALDRIA)
    cert, _ = Authority(tmp_path).client("aldria")
    said = partner(home, "let-in", ALDRIA, "--certificate", cert)
    assert said.code == 0
    assert re.fullmatch(r"[0-9a-f]{64}\n", said.out)
    (key,) = told(home, "show", ALDRIA)["keys"]
    assert (key["kind"], key["key"]) == ("certificate", said.out[:12])
    assert key["until"]
    again = partner(home, "let-in", ALDRIA, "--certificate", cert)
    assert again.code == 5
    assert "this key is known already" in again.err
    partner(home, "add", "Borvia")
    assert partner(home, "let-in", "Borvia", "--certificate", cert).code == 5
    assert told(home, "show", "Borvia")["keys"] == []


def test_a_key_is_revoked_once(home: Path) -> None:
    partner_id = partner(home, "add", ALDRIA).out.strip()
    partner(home, "let-in", ALDRIA)
    key = told(home, "show", ALDRIA)["keys"][0]["key"]
    said = partner(home, "shut-out", ALDRIA, key.upper())
    assert (said.code, said.out) == (0, f"revoked: {key}\n")
    (shown,) = told(home, "show", ALDRIA)["keys"]
    assert shown["revoked"]
    assert not shown["holds"]
    assert "opens nothing" in partner(home, "show", ALDRIA).out
    assert trail(home)[-1] == ("partner.shut-out", partner_id, {"key": key})
    assert partner(home, "shut-out", ALDRIA, key).code == 2


def test_of_two_keys_one_is_meant_or_none(home: Path) -> None:
    partner(home, "add", ALDRIA)
    partner(home, "let-in", ALDRIA)
    partner(home, "let-in", ALDRIA)
    for key in ("", "g"):
        said = partner(home, "shut-out", ALDRIA, key)
        assert said.code == 2
        assert "hint: see partner show" in said.err
    assert all(key["holds"] for key in told(home, "show", ALDRIA)["keys"])


def test_what_ended_stays_on_the_list_and_is_let_in_no_more(home: Path) -> None:
    partner_id = partner(home, "add", ALDRIA).out.strip()
    partner(home, "let-in", ALDRIA)
    said = partner(home, "end", ALDRIA)
    assert (said.code, said.out) == (0, f"ended: {ALDRIA}\n")
    ended = told(home, "show", ALDRIA)["ended"]
    assert ended
    assert re.search(r"ended \d{4}-\d\d-\d\d$", partner(home, "list").out, re.MULTILINE)
    assert f"the sharing ended on {ended[:10]}" in partner(home, "show", ALDRIA).out
    assert trail(home)[-1] == ("partner.end", partner_id, {})
    refused = partner(home, "let-in", ALDRIA)
    assert refused.code == 2
    assert "has ended" in refused.err
    assert "legation partner add" in refused.err
    assert partner(home, "end", ALDRIA).code == 2
    assert told(home, "show", ALDRIA)["ended"] == ended
    assert trail(home)[-1] == ("partner.end", partner_id, {})
    again = partner(home, "add", ALDRIA).out.strip()
    assert again != partner_id
    assert [(one["id"], one["name"]) for one in told(home, "list")] == [
        (partner_id, f"{ALDRIA}, ended {ended[:10]}"),
        (again, ALDRIA),
    ]
    assert told(home, "show", ALDRIA)["keys"] == []
    assert told(home, "show", partner_id)["keys"]


def test_what_is_pinned_and_what_our_sendings_bear_is_shown(home: Path, tmp_path: Path) -> None:
    partner(home, "add", ALDRIA, "--party", "xa")
    partner(home, "add", "Borvia")
    groups = " ".join(["0123abcd"] * 8)
    partner(home, "trust", ALDRIA, groups)
    assert f"signer {groups}\n" in partner(home, "show", ALDRIA).out
    ours = partner(home, "fingerprint", ALDRIA)
    assert re.fullmatch(r"[0-9a-f]{8}( [0-9a-f]{8}){7}\n", ours.out)
    assert "There is no policy yet" in ours.err
    assert partner(home, "fingerprint", "Borvia").out != ours.out
    policy = tmp_path / "policy.toml"
    policy.write_text('partner = "XA"\n[sharing]\nattribution = "named"\n')
    assert partner(home, "policy", ALDRIA, policy).code == 0
    named = partner(home, "fingerprint", ALDRIA)
    assert named.err == ""
    keys = Home(Settings(home=home), lambda: datetime.now(UTC)).keys(UNPROTECTED)
    assert named.out.strip() == keys.identity().public().fingerprint() != ours.out.strip()


def test_a_misspelt_name_is_told_with_the_nearest_here(home: Path) -> None:
    partner(home, "add", ALDRIA)
    key = " ".join(["0123abcd"] * 8)
    for words in (
        ("show", "Embasy of aldria"),
        ("let-in", "Embasy of aldria"),
        ("shut-out", "Embasy of aldria", "a"),
        ("trust", "Embasy of aldria", key),
        ("confidence", "Embasy of aldria", "3"),
        ("grant", "Embasy of aldria", "room"),
        ("fingerprint", "Embasy of aldria"),
        ("end", "Embasy of aldria"),
    ):
        said = partner(home, *words)
        assert said.code == 3
        assert f"hint: did you mean '{ALDRIA}'?" in said.err


def test_a_grant_is_given_narrowed_and_taken(home: Path) -> None:
    partner_id = partner(home, "add", ALDRIA).out.strip()
    collection = legation("share", "collect", "Room", "--alias", "room", "--home", home).out.strip()

    def reached() -> list[tuple[bool, bool]]:
        found = told(home, "show", ALDRIA)["collections"]
        return [(one["can_read"], one["can_write"]) for one in found if one["title"] == "Room"]

    for words, said, reach in (
        (("room", "--read", "--write"), "Room: read and write\n", [(True, True)]),
        (("Room", "--read"), "Room: read\n", [(True, False)]),
        ((collection, "--write"), "Room: write\n", [(False, True)]),
        (("room",), "Room: nothing\n", []),
    ):
        assert partner(home, "grant", ALDRIA, *words).out == said
        assert reached() == reach
    detail = {"collection": collection, "reads": False, "writes": False}
    assert trail(home)[-1] == ("partner.grant", partner_id, detail)
    assert partner(home, "grant", ALDRIA, "To the desk", "--read").code == 0
    partner(home, "add", "Borvia")
    twice = partner(home, "grant", ALDRIA, "To the desk", "--read")
    assert twice.code == 3
    assert "hint: see share collections" in twice.err


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("add", ""), 2, "a partner has a name"),
        (("add", "  \t "), 2, "a partner has a name"),
        (("add", "x" * 121), 2, "a partner has a name"),
        (("add", "Borvia", "--party", "x y"), 2, "'x y' is no code of a party"),
        (("add", "Borvia", "--party", "x" * 13), 2, "is no code of a party"),
        (("add", ALDRIA), 5, "there is a partner 'Embassy of Aldria' already"),
        (("add",), 2, ""),
        (("show", "Nobody"), 3, "there is no partner 'Nobody'"),
        (("let-in", "Nobody"), 3, "there is no partner 'Nobody'"),
        (("let-in", ALDRIA, "--days", "0"), 2, "--days"),
        (("let-in", ALDRIA, "--days", "99999"), 2, "--days"),
        (("let-in", ALDRIA, "--days", "many"), 2, ""),
        (("let-in", ALDRIA, "--certificate", "/nowhere.pem"), 3, "/nowhere.pem"),
        (("let-in", ALDRIA, "--certificate", __file__), 65, "this is no certificate"),
        (("shut-out", "Nobody", "a"), 3, "there is no partner"),
        (("shut-out", ALDRIA, "\x1b[2J"), 2, "0 keys that hold begin with"),
        (("end", "Nobody"), 3, "there is no partner"),
        (("grant", "Nobody", "room"), 3, "there is no partner"),
        (("grant", ALDRIA, "nowhere"), 3, "there is no one collection 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_hint(
    home: Path, words: tuple[str, ...], code: int, why: str
) -> None:
    partner(home, "add", ALDRIA)
    before = trail(home)
    said = partner(home, *words)
    assert said.code == code
    assert said.out == ""
    assert why in said.err
    assert "hint: " in said.err
    assert "\x1b" not in said.err
    assert trail(home) == before


def test_a_home_that_is_not_there_is_told(tmp_path: Path) -> None:
    for words in (("list",), ("add", "x"), ("show", "x"), ("end", "x")):
        said = partner(tmp_path / "none", *words)
        assert said.code == 3
        assert "legation init" in said.err
        assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_steers_no_terminal_and_is_still_found(home: Path, name: str) -> None:
    partner_id = partner(home, "add", name).out.strip()
    said = [
        partner(home, "list"),
        partner(home, "list", "--json"),
        partner(home, "show", name),
        partner(home, "show", name, "--json"),
        legation("share", "collections", "--home", home),
        partner(home, "add", name),
        partner(home, "end", name),
    ]
    assert [one.code for one in said] == [0, 0, 0, 0, 0, 5, 0]
    for one in said:
        shown = (one.out + one.err).replace("\n", "")
        assert shown.isprintable(), shown
    (listed,) = told(home, "list")
    assert listed["id"] == partner_id
    assert listed["name"].encode("utf-8", "replace")
    assert len(partner(home, "list").out.splitlines()) == 2


def test_a_name_that_is_no_text_is_refused(home: Path) -> None:
    said = partner(home, "add", "half \udce4 end")
    assert said.code == 2
    assert told(home, "list") == []
