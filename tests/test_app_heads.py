"""Signed heads: a chain that was rewritten, cut or begun anew no longer passes through them."""

import shutil
import sqlite3
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.checks import verify_kept, verify_trail
from legation.app.heads import (
    heads,
    newest_head,
    read_head_file,
    sign_daily,
    sign_head,
    sign_if_due,
    standing,
    verify_signature,
)
from legation.app.home import Home
from legation.app.jobs import Runner
from legation.crypto.key_files import UNPROTECTED, Passphrase
from legation.crypto.keys import KeySet
from legation.errors import BadInputError, LegationError, VerificationError
from legation.settings import Settings
from legation.store.audit import Audit, Event
from legation.store.database import Database
from legation.store.opening import Store
from worlds.gates import Clock

WORDS = Passphrase("five words drawn by dice")


def _act(store: Store, clock: Clock, count: int = 3) -> None:
    for number in range(count):
        store.audit.append(
            Event(at=clock(), actor="ann", verb="case.read", subject=f"case--{number}")
        )


def _sign(home: Home, store: Store) -> None:
    assert sign_if_due(home, store, UNPROTECTED, actor="desk") is not None


def _days(home: Home, store: Store, clock: Clock, count: int) -> None:
    """Let days pass, each with acts and a signed head."""
    for _ in range(count):
        _act(store, clock)
        _sign(home, store)
        clock.pass_time(days=1)


def _rewritten(home: Home, *, leave: int, change: str = "", rewrite_note: bool = True) -> None:
    """Write the trail anew as its forger would: without triggers, with hashes that hold."""
    file = home.folder / "objects.sqlite"
    with sqlite3.connect(file) as raw:
        rows = raw.execute(
            "SELECT at_us, actor, verb, subject, body FROM audit_entries ORDER BY seq"
        ).fetchall()
        triggers = raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='trigger'"
        ).fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("DELETE FROM audit_entries")
    database = Database(f"sqlite:///{file}", home.now)
    audit = Audit(database)
    for at_us, actor, verb, subject, body in rows[:leave]:
        detail = msgspec.json.decode(body)[5]
        del at_us
        audit.append(
            Event(
                at=home.now(),
                actor=change if change and verb == "case.read" else actor,
                verb=verb,
                subject=subject,
                detail=detail,
            )
        )
    end = audit.head()
    database.close()
    with sqlite3.connect(file) as raw:
        for _, sql in triggers:
            raw.execute(sql)
    if rewrite_note:
        (home.folder / "audit.head").write_text(f"{end.text()}\n")


def test_a_trail_with_a_head_for_each_day_holds(home: Home, store: Store, clock: Clock) -> None:
    _days(home, store, clock, 3)
    found = heads(store)
    assert [head.date for head in found] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert [head.previous for head in found] == ["", found[0].sha256, found[1].sha256]
    assert verify_trail(store) == store.audit.head().seq
    assert verify_trail(store, verify_kept(store, found[1].content)) > 0


def test_a_head_is_signed_once_a_day(home: Home, store: Store, clock: Clock) -> None:
    assert standing(store, clock()).days == 1
    _sign(home, store)
    assert sign_if_due(home, store, UNPROTECTED, actor="desk") is None
    clock.pass_time(hours=11, minutes=59)
    assert standing(store, clock()).days == 0
    clock.pass_time(minutes=1)
    assert standing(store, clock()).days == 1
    _sign(home, store)
    clock.pass_time(days=4)
    assert standing(store, clock()).days == 4


def test_a_head_signed_under_a_clock_that_was_ahead_stops_no_other_and_alarms_nobody(
    home: Home, store: Store, clock: Clock
) -> None:
    _days(home, store, clock, 1)
    clock.pass_time(days=30)
    _act(store, clock)
    _sign(home, store)
    clock.pass_time(days=-30)
    assert standing(store, clock()).days == 1
    _act(store, clock)
    _sign(home, store)
    assert standing(store, clock()).days == 0
    assert verify_trail(store) == store.audit.head().seq
    assert [one.entries for one in heads(store)] == sorted(one.entries for one in heads(store))


def test_a_head_says_what_a_person_compares(home: Home, store: Store, clock: Clock) -> None:
    _act(store, clock)
    end = store.audit.head()
    _sign(home, store)
    head = newest_head(store)
    assert head is not None
    assert (head.entries, head.head) == (end.seq, end.hash)
    public = home.keys(UNPROTECTED).identity().public()
    assert head.fingerprint == public.fingerprint()
    assert f"fingerprint: {public.fingerprint()}" in head.page()
    assert f"code: {head.code}\n" in head.page()
    assert "SIGNATURE" not in head.page()
    noted = store.audit.last("audit.sign")
    assert noted is not None
    assert noted.event.detail["sha256"] == head.sha256


def test_keys_under_a_passphrase_that_nobody_gave_sign_nothing(
    tmp_path: Path, clock: Clock
) -> None:
    home = Home(Settings(home=tmp_path / "kept"), clock)
    home.make("test desk", WORDS)
    with home.store() as store:
        assert sign_if_due(home, store, None, actor="desk") is None
        assert standing(store, clock()).days == 1
        assert sign_if_due(home, store, WORDS, actor="desk") is not None


def test_an_open_desk_signs_by_itself_when_it_has_its_keys(home: Home, store: Store) -> None:
    sign_daily(home, store, None)
    assert heads(store) == []
    with Runner(home, UNPROTECTED, {}):
        until = time.monotonic() + 60
        while not heads(store) and time.monotonic() < until:
            time.sleep(0.05)
    (head,) = heads(store)
    noted = store.audit.last("audit.sign")
    assert noted is not None
    assert (noted.event.actor, noted.event.detail["sha256"]) == ("desk", head.sha256)


@pytest.mark.parametrize("leave", [1, 4, 6, 9, 12])
def test_a_shortened_trail_no_longer_passes_through_its_heads(
    home: Home, clock: Clock, leave: int
) -> None:
    with home.store() as store:
        _days(home, store, clock, 3)
        assert store.audit.head().seq == 13
    _rewritten(home, leave=leave)
    with home.store(sweep=False) as store:
        store.noted_head.verify()  # the chain itself is sound, and so is its note
        with pytest.raises(VerificationError, match=r"cut off|not the one|gone|begin"):
            verify_trail(store)


def test_a_rewritten_trail_no_longer_passes_through_its_heads(home: Home, clock: Clock) -> None:
    with home.store() as store:
        _days(home, store, clock, 3)
    _rewritten(home, leave=99, change="somebody else")
    with home.store(sweep=False) as store:
        store.noted_head.verify()
        with pytest.raises(VerificationError, match="is not the one that was kept"):
            verify_trail(store)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_head_that_is_gone_is_missed(home: Home, clock: Clock, gone: int) -> None:
    with home.store() as store:
        _days(home, store, clock, 3)
        (home.folder / "heads" / heads(store)[gone].name).unlink()
        with pytest.raises(VerificationError, match="gone"):
            verify_trail(store)


def test_all_heads_gone_are_missed(home: Home, clock: Clock) -> None:
    with home.store() as store:
        _days(home, store, clock, 2)
        shutil.rmtree(home.folder / "heads")
        with pytest.raises(VerificationError, match="the signed head of 2026-03-01 is gone"):
            verify_trail(store)


def test_heads_taken_away_with_their_entries_show_against_one_that_was_kept(
    home: Home, clock: Clock
) -> None:
    with home.store() as store:
        _days(home, store, clock, 2)
        kept = heads(store)[1].content
    shutil.rmtree(home.folder / "heads")
    _rewritten(home, leave=4)
    with home.store(sweep=False) as store:
        verify_trail(store)  # inside the machine all looks well
        with pytest.raises(VerificationError, match="cut off"):
            verify_trail(store, verify_kept(store, kept))


def test_a_head_signed_by_other_keys_is_refused(store: Store, clock: Clock) -> None:
    _act(store, clock)
    forged = sign_head(store, clock(), KeySet.generate().identity(), actor="desk")
    verify_signature(forged)  # it is sound, and not this desk's
    with pytest.raises(VerificationError, match="another desk's keys"):
        verify_trail(store)
    with pytest.raises(VerificationError, match="of another desk"):
        verify_kept(store, forged.content)


def test_nothing_is_signed_after_a_head_that_no_longer_fits(home: Home, clock: Clock) -> None:
    with home.store() as store:
        _days(home, store, clock, 2)
    _rewritten(home, leave=99, change="somebody else")
    with home.store() as store, pytest.raises(VerificationError, match="no longer in the trail"):
        sign_if_due(home, store, UNPROTECTED, actor="desk")


def test_a_kill_between_file_and_entry_leaves_a_sound_trail(
    home: Home, store: Store, clock: Clock
) -> None:
    head = sign_head(store, clock(), home.keys(UNPROTECTED).identity(), actor="desk")
    seq = store.audit.head().seq
    _act(store, clock)
    store.signed_heads.put(head.name, b"never twice")
    assert heads(store)[0].content == head.content
    assert seq < verify_trail(store)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = Home(Settings(home=tmp_path_factory.mktemp("signed") / "home"), Clock())
    home.make("test desk", UNPROTECTED)
    with home.store() as store:
        return sign_head(store, home.now(), home.keys(UNPROTECTED).identity(), actor="desk").content


@given(st.data())
def test_no_letter_of_a_head_can_be_changed(content: str, data: st.DataObject) -> None:
    verify_signature(read_head_file(content))
    at = data.draw(st.integers(0, len(content) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefABCDEFXYZ:-+/= \n"))
    changed = content[:at] + letter + content[at + 1 :]
    if "".join(changed.split()) == "".join(content.split()):
        return  # line ends and blanks of the armour say nothing
    with pytest.raises(LegationError):
        verify_signature(read_head_file(changed))


@pytest.mark.parametrize("text", ["", "legation audit head 1\n", "legation-audit-1 1 " + "a" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        read_head_file(text)


def test_a_head_under_the_name_of_another_day_is_refused(home: Home, store: Store) -> None:
    _sign(home, store)
    (file,) = (home.folder / "heads").iterdir()
    file.rename(file.with_name(file.name.replace("2026-03-01", "2026-03-02")))
    with pytest.raises(VerificationError, match="another day"):
        verify_trail(store)
