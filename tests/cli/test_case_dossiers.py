"""`legation case dossier`: listed without a name, seen for a purpose, handed out when whole."""

import json
from pathlib import Path

import pytest

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.dossier.bodies import OfDossier
from worlds import dossiers
from worlds.case_shell import CASE, LISTING, RIGHTS, CaseShell

KEY = dossiers.PERSON
NAME = "Jan Example"
PURPOSE = ("--purpose", "to compare its sources with the file")


@pytest.fixture
def whole(cases: CaseShell, tmp_path: Path) -> CaseShell:
    """A case with a dossier that lacks nothing."""
    cases.listing(CASE, tmp_path / "dossier.toml")
    return cases


def test_the_list_names_nobody_and_a_look_says_what_for(whole: CaseShell) -> None:
    for words in (("dossier", CASE), ("dossier", CASE, "--json"), ("show", CASE),
                  ("show", CASE, "--json")):  # fmt: skip
        assert NAME not in whole.case(*words).out, words
    (told,) = whole.told("dossier", CASE)["dossiers"]
    assert (told["key"], told["gaps"]) == (KEY, 0)
    for purpose in ((), ("--purpose", "x")):
        code, err = whole.refused("dossier", CASE, KEY, *purpose)
        assert (code, "the purpose of the look is too short" in err) == (4, True)
    assert "dossier.look" not in whole.did("audit", "report", "looks").out
    said = whole.case("dossier", CASE, KEY, *PURPOSE)
    assert NAME in said.out
    assert "TLP:RED" in said.out.splitlines()[0]
    assert "1 look written into the audit trail" in said.err
    report = whole.did("audit", "report", "looks").out
    assert "dossier.look" in report
    assert PURPOSE[1] in report
    assert NAME not in report


def test_a_whole_dossier_is_handed_out_in_three_ways_under_its_label(
    whole: CaseShell, tmp_path: Path
) -> None:
    files = {kind: tmp_path / kind for kind in ("ftm", "stix", "text")}
    words = [word for kind, file in files.items() for word in (f"--{kind}", file)]
    said = whole.case("dossier", CASE, KEY, *PURPOSE, *words)
    for kind, file in files.items():
        assert NAME in file.read_text("utf-8"), kind
    assert said.err.count("TLP-RED") == 3
    assert files["text"].read_text("utf-8").startswith("TLP:RED")
    schemata = [json.loads(line)["schema"] for line in files["ftm"].read_text("utf-8").splitlines()]
    assert {"Person", "Sanction", "Document"} <= set(schemata)
    bundle = json.loads(files["stix"].read_text("utf-8"))
    assert "grouping" in {one["type"] for one in bundle["objects"]}
    assert whole.did("audit", "report", "exports").out.count("dossier.export") == 3


def test_what_is_not_whole_does_not_leave_and_each_gap_is_told(
    cases: CaseShell, tmp_path: Path
) -> None:
    regime = "regime=eu-cyber-2019-797"
    assert "No dossier yet" in cases.case("dossier", CASE).err
    cases.add("dossier", "dossier=first", regime, "kind=person")
    cases.add("identified", "dossier=first", "field=name", "value=Petra Invented", "rests_on=3")
    file = tmp_path / "out"
    for kind in ("--ftm", "--stix", "--text"):
        code, err = cases.refused("dossier", CASE, "first", *PURPOSE, kind, file)
        assert code == 5
        assert "statement: there is no statement of reasons" in err
        assert not file.exists()
    said = cases.case("dossier", CASE, "first", *PURPOSE).out
    assert said.index("What is missing") < said.index("Petra Invented")
    assert cases.refused("dossier", CASE, "second", *PURPOSE)[0] == 65
    assert cases.refused("dossier", CASE, *PURPOSE)[0] == 2
    code, err = cases.refused("add", CASE, "identified", "dossier=first", "field=no-such",
                              "value=x")  # fmt: skip
    assert code == 65


def test_every_part_of_a_dossier_is_an_entry(whole: CaseShell) -> None:
    shown = whole.told("show", CASE)["entries"]
    kinds = {one["kind"] for one in shown if "states" not in one}
    bodies: list[Body] = [*dossiers.person().bodies]
    assert all(isinstance(one, OfDossier) for one in bodies)
    assert kinds == {str(one.__struct_config__.tag) for one in bodies}


def refused_files(cases: CaseShell, folder: Path, gap: str) -> None:
    """A look stays possible and tells the gap; no file is written."""
    for kind in ("--ftm", "--stix", "--text"):
        code, err = cases.refused("dossier", CASE, KEY, *PURPOSE, kind, folder / "out")
        assert (code, gap in err) == (5, True), err
        assert not (folder / "out").exists()
    shown = cases.case("dossier", CASE, KEY, *PURPOSE).out
    assert gap in " ".join(shown.split())
    assert NAME in shown


def test_a_dossier_of_which_nobody_chose_to_propose_the_listing_does_not_leave(
    whole: CaseShell, tmp_path: Path
) -> None:
    (choice,) = (
        one["entry"] for one in whole.told("answer", CASE)["chosen"] if one["answer"] == LISTING
    )
    whole.case("withdraw", CASE, str(choice), "--why", "the working party did not meet at all")
    refused_files(whole, tmp_path, "nobody chose to propose a listing")


def test_a_dossier_does_not_leave_once_the_answer_is_refused_or_its_hands_are_gone(
    whole: CaseShell, tmp_path: Path
) -> None:
    whole.add("genuine-speech", "why=citizens say all of this of their own accord")
    refused_files(whole, tmp_path, "the answer sanctions-dossier is not open now")
    speech = whole.entries()
    whole.case("withdraw", CASE, str(speech), "--why", "another text of theirs was meant by it",
               "--actor", "Ann")  # fmt: skip
    whole.case("dossier", CASE, KEY, *PURPOSE, "--text", tmp_path / "first")
    whole.add("protected", "kind=press source", "why=told to a journalist in confidence")
    refused_files(whole, tmp_path, "the answer sanctions-dossier is not open now")
    whole.case("withdraw", CASE, str(whole.entries()), "--why", "it is the source of another case",
               "--actor", "Ann")  # fmt: skip
    (record,) = whole.told("decide", CASE)["records"]
    whole.add(
        "decision", "what=a listing is proposed later", f"answers={record['entry'] - 1}",
        "touches_persons=yes", f"changes={record['entry']}", actor="Dan",
    )  # fmt: skip
    refused_files(whole, tmp_path, "fewer persons signed the decision")


def test_a_dossier_cites_the_rights_test_of_its_own_choice(
    whole: CaseShell, tmp_path: Path
) -> None:
    other = tuple(part.replace(LISTING, "takedown-request") for part in RIGHTS)
    test = whole.add("rights-test", *other)
    whole.add("rights-cited", f"dossier={KEY}", f"test={test}")
    refused_files(whole, tmp_path, "the rights test that is cited was made for another step")
