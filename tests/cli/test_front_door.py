"""What a person meets whatever they type: help, errors in two lines, exit codes."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from legation import __version__
from legation.__main__ import Told, _explained, _told_why
from legation.store.duck import connect
from worlds.shell import legation, started, typed


def test_the_version_is_answered() -> None:
    said = legation("--version")
    assert (said.out, said.err, said.code) == (f"legation {__version__}\n", "", 0)


def test_help_lists_every_command_in_the_order_of_work() -> None:
    said = legation("--help")
    names = ["init", "import", "watch", "campaign", "detect", "desk", "demo"]
    names += ["name", "admin", "audit", "job", "doctor"]
    places = [said.out.index(f"│ {name} ") for name in names]
    assert said.code == 0
    assert places == sorted(places)
    lines = said.out.splitlines()
    assert len(lines) <= 40  # one screen
    assert max(map(len, lines)) <= 80  # and no line is broken


@pytest.mark.parametrize(
    ("words", "code", "error", "hint"),
    [
        (["detec"], 2, 'unknown command "detec". Did you mean "detect"?', "run: legation --help"),
        (["import", "post"], 2, 'unknown command "post"', "run: legation import --help"),
        (["watch", "--evry", "3"], 2, "unknown option: --evry", "run: legation watch --help"),
        (["detect", "coordination"], 2, "no file of posts", "legation detect coordination POSTS"),
        (["detect", "coordination", "gone.csv"], 3, "no file gone.csv", "check the path"),
        (["campaign", "list", "--home", "gone"], 3, "no home in gone", "run: legation init"),
        (["campaign", "show"], 2, "requires an argument", "run: legation campaign show --help"),
    ],
)
def test_an_error_is_two_lines_and_its_exit_code(
    words: list[str], code: int, error: str, hint: str
) -> None:
    said = legation(*words)
    first, second = said.err.splitlines()
    assert said.code == code
    assert said.out == ""
    assert first.startswith("legation: error: ")
    assert error in first
    assert second.startswith("legation: hint: ")
    assert hint in second


@pytest.mark.parametrize(
    ("command", "option", "bounds"),
    [
        (("detect", "coordination", "gone.csv"), "--window", {"1", "31,622,400"}),
        (("detect", "coordination", "gone.csv"), "--min-objects", {"1", "1,000,000"}),
        (("watch",), "--every", {"0", "86,400"}),
        (("desk",), "--port", {"1024", "65535"}),
    ],
)
@pytest.mark.parametrize("value", ["-1", "-inf", "nan", "inf", "1e400", "1" + "0" * 20, "9" * 5000])
def test_a_number_out_of_range_is_told_with_its_range(
    command: tuple[str, ...], option: str, bounds: set[str], value: str, watched: Path
) -> None:
    home = () if command[0] == "detect" else ("--home", watched)
    said = legation(*command, *home, f"{option}={value}")
    error, hint = said.err.splitlines()
    assert said.code == 2
    assert option in error or "port" in error
    # Words that are no whole number never come so far as the range.
    assert "invalid value" in error or all(bound in hint for bound in bounds)


def test_what_the_system_refuses_is_no_fault_of_the_program(tmp_path: Path) -> None:
    assert _explained(PermissionError(13, "Permission denied", str(tmp_path)))[2] == 4
    assert _explained(OSError(28, "No space left on device"))[2] == 75
    assert _explained(OSError(40, "Too many levels of symbolic links", "a"))[2] == 2


def test_a_fault_of_the_program_keeps_its_places_and_none_of_its_words() -> None:
    try:
        int("jane_doe")
    except ValueError as fault:
        message, hint, code = _explained(fault)
    kept = Path(hint.rsplit(" ", 1)[1])
    text = kept.read_text("utf-8")
    kept.unlink()
    assert code == 70
    assert message == "a fault of the program (ValueError)"
    assert "test_front_door.py" in text
    assert "jane_doe" not in message + hint + text


def test_a_report_of_a_fault_follows_no_link_and_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    victim = tmp_path / "victim.txt"
    victim.write_text("kept", "utf-8")
    (tmp_path / f"legation-fault-{os.getpid()}.txt").symlink_to(victim)
    for _ in range(2):
        hint = _explained(ValueError("x"))[1]
        kept = Path(hint.rsplit(" ", 1)[1])
        assert (kept.parent, kept.is_symlink()) == (tmp_path, False)
        assert kept.stat().st_mode & 0o777 == 0o600
    assert victim.read_text("utf-8") == "kept"
    assert len(list(tmp_path.glob("legation-fault-*"))) == 3


@pytest.mark.parametrize("words", [("doctor",), ("campaign", "list"), ("init",)])
def test_a_home_of_nobody_is_told(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATION_HOME", "~nobodyx/y")
    said = legation(*words)
    error, hint = said.err.splitlines()
    assert said.code == 2
    assert "the home is ~nobodyx/y, and this machine knows no home folder for it" in error
    assert "write the whole path" in hint


def test_ctrl_c_ends_a_watch_without_a_trace(tmp_path: Path) -> None:
    home = tmp_path / "home"
    legation("init", "--home", home)
    legation("audit", "head", "--sign", "--home", home)  # or the watch would say that it signs
    with started("watch", "--every", "0.2", home=home) as program:
        assert program.stderr is not None
        assert program.stderr.readline().startswith("Watching the store")
        time.sleep(0.3)
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=30)
    # A shell shows both as 130; Python ends by the signal when it was met inside an import.
    assert program.returncode in (130, -signal.SIGINT)
    assert err == ""


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path, town: Path) -> None:
    words = ("detect", "coordination", town, "--layers", "repost", "--min-objects", "1")
    with started(*words, "--ties-only", home=tmp_path) as program:
        assert program.stdout is not None
        program.stdout.close()
        assert program.stderr is not None
        err = program.stderr.read()
        program.wait(timeout=60)
    assert program.returncode == 141
    assert "Traceback" not in err
    assert "error" not in err


def test_the_program_answers_by_the_name_it_is_installed_under(tmp_path: Path) -> None:
    assert Path(sys.executable).with_name("legation").exists()
    assert typed("--version", home=tmp_path).out == f"legation {__version__}\n"


def test_a_passphrase_is_not_asked_for_without_a_terminal(tmp_path: Path) -> None:
    said = typed("init", "--passphrase", home=tmp_path / "home")
    error, hint = said.err.splitlines()
    assert said.code == 2
    assert error.endswith("there is no terminal to ask at")
    assert "--passphrase-file FILE" in hint
    assert not (tmp_path / "home" / "desk.keys").exists()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_meets_a_query_is_not_lost_in_a_fault_of_the_query(
    sign: signal.Signals,
) -> None:
    told = Told()
    before = signal.signal(sign, told)

    def met(number: int) -> int:
        signal.raise_signal(sign)
        return number

    try:
        with connect("1GB", 1) as connection:
            connection.create_function("met", met, ["BIGINT"], "BIGINT")
            with pytest.raises((Exception, KeyboardInterrupt, SystemExit)):
                connection.execute("SELECT sum(met(range)) FROM range(9)")
    finally:
        signal.signal(sign, before)
    if sign is signal.SIGINT:
        assert _told_why(RuntimeError("Query interrupted"), told) == 130
        return
    with pytest.raises(SystemExit) as ended:
        _told_why(RuntimeError("Query interrupted"), told)
    assert ended.value.code == 128 + sign
