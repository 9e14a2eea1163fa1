"""`legation share take|verify|received|feed`: files of partners, as they are met at a shell."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from legation.app.home import Home
from legation.settings import Settings
from worlds.shell import Said, legation

FIRST: Final = "campaign--00000001-0000-4000-8000-000000000000"


def campaign(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": f"campaign {number}",
        **more,
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert legation("init", "--home", tmp_path / "home").code == 0
    assert (
        legation("partner", "add", "Aldria", "--party", "XA", "--home", tmp_path / "home").code == 0
    )
    return tmp_path / "home"


def share(home: Path, *words: str | Path) -> Said:
    return legation("share", *words, "--home", home)


def written(folder: Path, *objects: Any, indent: int | None = None) -> Path:
    bundle = {"type": "bundle", "id": "bundle--00000001-0000-4000-8000-000000000000"}
    file = folder / "aldria.json"
    file.write_text(json.dumps(bundle | {"objects": list(objects)}, indent=indent))
    return file


def test_what_came_is_printed_as_the_bytes_that_came(home: Path, tmp_path: Path) -> None:
    raw = json.dumps(campaign(1), indent=3)
    file = tmp_path / "x.json"
    file.write_text('{"type":"bundle","id":"bundle--x","objects":[' + raw + "]}")
    assert share(home, "take", "Aldria", file).code == 0
    said = share(home, "received", "Aldria", "--object", FIRST)
    assert (said.code, said.out) == (0, raw)
    unknown = share(home, "received", "Aldria", "--object", "campaign--x")
    assert (unknown.code, unknown.out) == (3, "")
    assert "Aldria sent nothing with the id 'campaign--x'" in unknown.err
    assert "share quarantine list" in unknown.err


def test_what_is_kept_aside_is_said_and_found_with_its_place(home: Path, tmp_path: Path) -> None:
    file = written(tmp_path, campaign(1, id="campaign--1"), campaign(2))
    said = share(home, "take", "Aldria", file)
    assert said.code == 0
    assert "1 version new, 0 known, 1 in quarantine: see share quarantine list" in said.out
    assert "aldria.json#/objects/0" in share(home, "quarantine", "list").out


def test_long_lists_of_losses_are_cut_with_how_many_more(home: Path, tmp_path: Path) -> None:
    sets = [
        campaign(n, type="intrusion-set", labels=["incident"],
                 id=f"intrusion-set--{n:08d}-0000-4000-8000-000000000000")
        for n in range(1, 40)
    ]  # fmt: skip
    file = written(tmp_path, *sets)
    said = share(home, "take", "Aldria", file)
    assert "read as disinfox" in said.out
    lost = [line for line in said.out.splitlines() if line.startswith("intrusion-set--")]
    assert len(lost) == 20
    more = re.search(r"and ([\d,]+) more that did not pass", said.err)
    assert more is not None
    again = share(home, "take", "Aldria", file, "--json")
    assert len(json.loads(again.out)["losses"]) == 20 + int(more[1].replace(",", ""))
    plain = share(home, "take", "Aldria", file, "--profile", "plain")
    assert (plain.code, plain.out) == (5, "")
    assert "39 of its objects are here already as the profile disinfox reads them" in plain.err
    forced = share(home, "take", "Aldria", file, "--profile", "plain", "--force")
    assert "39 versions new" in forced.out


def test_a_package_is_verified_by_who_signed_it(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    legation("init", "--home", other)
    legation("partner", "add", "Us", "--party", "XB", "--home", other)
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'partner = "XB"\nuntil = 2999-01-01\n[sharing]\ntlp = "red"\n[action]\npap = "red"\n'
        '[types]\nsend = ["*"]\n[persons]\nrule = "redact"\n'
    )
    legation("partner", "policy", "Us", policy, "--home", other)
    with Home(Settings(home=other), lambda: datetime.now(UTC)).store() as store:
        store.objects.put_many([json.dumps(campaign(1)).encode()])
    package = tmp_path / "us.zip"
    made = share(other, "write", "Us", package, "--object", FIRST)
    assert made.code == 0, made.err
    signs = legation("partner", "fingerprint", "Us", "--home", other).out.strip()
    assert f"signed by {signs}" in made.out

    assert share(other, "take", "Us", package).code == 2
    assert "us.zip is what we sent to Us ourselves" in share(other, "take", "Us", package).err

    taken = share(home, "take", "Aldria", package)
    assert taken.code == 0, taken.err
    said = share(home, "verify", "Aldria")
    assert said.code == 0
    assert f"signed by {signs} (nobody pinned a fingerprint): " in said.out
    assert "\n0 under no signature\n" in said.out
    assert "legation partner trust" in said.err
    legation("partner", "trust", "Aldria", "0123abcd" * 8, "--home", home)
    wrong = share(home, "verify", "Aldria")
    assert wrong.code == 1
    assert f"signed by {signs}, who is not the pinned signer: " in wrong.out
    assert "do not count as holding\n  pinned is 0123abcd 0123abcd" in wrong.out
    told = json.loads(share(home, "verify", "Aldria", "--json").out)
    assert told["signers"][0]["objects"] == 0
    legation("partner", "trust", "Aldria", signs, "--home", home)
    right = share(home, "verify", "Aldria")
    assert (right.code, right.err) == (0, "")
    assert "(as pinned)" in right.out


@pytest.mark.parametrize(
    "words",
    [
        ("take", "Aldira", __file__),
        ("verify", "Aldira"),
        ("received", "Aldira"),
        ("answer", "Aldira", FIRST, "--note", "x"),
        ("quarantine", "list", "--partner", "aldira"),
        ("feed", "add", "x", "Aldira", "https://aldria.example/", "c"),
    ],
)
def test_a_misspelt_partner_is_told_with_the_nearest(home: Path, words: tuple[str, ...]) -> None:
    said = share(home, *words)
    assert said.code == 3
    assert "hint: did you mean 'Aldria'?" in said.err


def test_a_certificate_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.pem"
    there.write_text("x")
    for cert, key in (("nope.pem", there), (there, "nope.pem")):
        said = share(home, "serve", "--tls-cert", cert, "--tls-key", key, "--name", "x.example")
        assert said.code == 3
        assert "nope.pem" in said.err
