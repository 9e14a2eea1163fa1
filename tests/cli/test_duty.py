"""Duty from a terminal: the rota, channels, calls, the hand-over log, notices, and the doctor."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legation.app.home import Home
from legation.app.noticing import wake
from legation.settings import Settings
from worlds.homes import prepare
from worlds.shell import Said, legation


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two people, and channels that lead to a program that does nothing."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LEGATION_HOME", str(folder))
    monkeypatch.setenv("LEGATION_SMS_COMMAND", "/bin/true,{to}")
    prepare(folder)
    assert legation("init").code == 0
    for name in ("Ann", "Ben"):
        assert legation("admin", "add", name, "--role", "analyst").code == 0
        cleared = ("--tlp", "red", "--pap", "red", "--reason", "works on the duty of this desk")
        assert legation("admin", "clearance", name, *cleared).code == 0
    return folder


here = pytest.mark.usefixtures("home")


def opened(home: Path) -> Home:
    return Home(Settings(home=home), lambda: datetime.now(UTC))


def plan(folder: Path, *rows: tuple[str, float, float]) -> Path:
    """Write a rota: who, from how many days from now, to how many."""
    start = datetime.now(UTC).replace(microsecond=0)
    lines = ["person,starts,ends,zone"]
    for who, first, last in rows:
        times = (start + timedelta(days=first), start + timedelta(days=last))
        lines.append(f"{who},{times[0].isoformat()},{times[1].isoformat()},Europe/Paris")
    path = folder / "rota.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def duty_of(said: Said) -> str:
    return next(line for line in said.out.splitlines() if line.startswith("duty"))


@here
def test_a_rota_is_taken_in_listed_and_written_again(tmp_path: Path) -> None:
    file = plan(tmp_path, ("Ann", -1, 3), ("Ben", 3, 9), ("Zoe", 3, 9))
    said = legation("duty", "import", file)
    assert (said.code, said.out) == (65, "2 shifts added, 0 known, 0 removed, 1 rejected\n")
    assert "line 4: nobody is named Zoe" in said.err
    listed = legation("duty", "list")
    assert listed.code == 0
    assert "Ann" in listed.out
    assert "unreached: Ann: has no channel" in listed.err
    told = json.loads(legation("duty", "list", "--json").out)
    assert [one["person"] for one in told["shifts"]] == ["Ann", "Ben"]
    for kind in ("ics", "csv"):
        written = tmp_path / f"again.{kind}"
        written.write_text(legation("duty", "export", kind).out, newline="")
        again = legation("duty", "import", written, "--replace")
        assert (again.code, again.out) == (0, "0 shifts added, 2 known, 0 removed, 0 rejected\n")


@here
def test_a_gap_is_an_exit_code(tmp_path: Path) -> None:
    legation("duty", "import", plan(tmp_path, ("Ann", -1, 3), ("Ben", 4, 9)))
    said = legation("duty", "list")
    assert said.code == 6
    assert "legation: gap: nobody from" in said.err


def test_the_doctor_tells_of_gaps_dead_channels_and_lost_calls(home: Path, tmp_path: Path) -> None:
    good = legation("doctor")
    assert (good.code, "no rota is kept" in duty_of(good)) == (0, True)
    legation("duty", "import", plan(tmp_path, ("Ann", -1, 3)))
    gap = legation("doctor")
    assert (gap.code, "BAD" in duty_of(gap), "nobody is on duty" in duty_of(gap)) == (6, True, True)
    legation("duty", "import", plan(tmp_path, ("Ann", -1, 9)), "--replace")
    silent = legation("doctor")
    assert (silent.code, "Ann: has no channel" in duty_of(silent)) == (6, True)
    legation("duty", "channel", "Ann", "mail:ann@a.example")
    assert "mail is not set up" in duty_of(legation("doctor"))
    legation("duty", "channel", "Ann", "sms:+33123456789")
    assert legation("doctor").code == 0
    place = opened(home)
    with place.store() as store:
        call = wake(store, place.settings, "campaign.new", key="1")
        assert call is not None
        store.calls.round_over(call.ref, due=place.now())
    lost = legation("doctor")
    assert (lost.code, "1 calls reached nobody" in duty_of(lost)) == (6, True)
    assert call.ref in legation("duty", "show").out
    said = legation("duty", "ack", call.ref, "--person", "Ann")
    assert (said.code, said.out) == (0, f"{call.ref}: taken by Ann\n")
    assert legation("duty", "ack", call.ref, "--person", "Ben").code == 5
    assert legation("doctor").code == 0


@here
def test_channels_are_shown_with_what_they_lack() -> None:
    assert "No channel." in legation("duty", "channel", "Ann").err
    said = legation("duty", "channel", "Ann", "sms:+33 12345", "mail:ann@a.example")
    assert "sms:+3312345" in said.out
    assert "ready" in said.out
    assert "mail is not set up" in said.out
    assert legation("duty", "channel", "Ann", "https://elsewhere.example/").code == 2
    assert legation("duty", "channel", "Nobody").code == 3


def test_the_watch_wakes_people_too(home: Path, tmp_path: Path) -> None:
    legation("duty", "import", plan(tmp_path, ("Ann", -1, 9)))
    legation("duty", "channel", "Ann", "sms:+33123456789")
    place = opened(home)
    with place.store() as store:
        call = wake(store, place.settings, "campaign.new", key="1")
    assert call is not None
    assert "Nobody" not in legation("duty", "show", call.ref).out
    assert legation("watch", "--once").code == 0
    shown = legation("duty", "show", call.ref).out
    assert "sms" in shown
    assert "sent" in shown
    told = json.loads(legation("duty", "show", call.ref, "--json").out)
    assert (told["state"], told["steps"][0]["kind"]) == ("open", "sms")
    assert legation("duty", "show", "WRONG").code == 3
    assert json.loads(legation("duty", "show", "--json").out)[0]["ref"] == call.ref


@here
def test_a_shift_is_handed_over_from_a_terminal() -> None:
    assert "Nothing has been written yet." in legation("duty", "handover").err
    assert legation("duty", "handover", "words").code == 2
    said = legation("duty", "handover", "all yours", "--person", "Ann", "--to", "Ben")
    assert said.out == "1: written\n"
    assert legation("duty", "handover", "--take", "1", "--person", "Ann").code == 4
    assert legation("duty", "handover", "--take", "1", "--person", "Ben").out == "1: taken\n"
    legation("duty", "handover", "wait", "--open", "--person", "Ben")
    shown = legation("duty", "handover").out
    assert "all yours" in shown
    assert "takes 1" in shown
    kinds = [one["kind"] for one in json.loads(legation("duty", "handover", "--json").out)]
    assert kinds == ["open", "taken", "handover"]
    assert legation("duty", "handover", "x", "--person", "Ann", "--about", "campaign--x").code == 3


def test_notices_are_listed_from_a_terminal(home: Path) -> None:
    assert "Nothing has happened yet." in legation("notice", "list").err
    with opened(home).store() as store:
        store.notices.add("import.undone", to=("analyst",), key="1", subject="i-1")
    assert "An import was taken back." in legation("notice", "list").out
    (told,) = json.loads(legation("notice", "list", "--json").out)
    assert told["subject"] == "i-1"
    assert legation("notice", "list", "--limit", "0").code == 2
