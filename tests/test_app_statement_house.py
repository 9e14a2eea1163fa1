"""A publisher's folder: nothing that is due stays behind, every checkpoint names a directory."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import final

import msgspec
import pytest

from legation.app.statements import directories
from legation.app.statements.asking import ask, verify_alone
from legation.app.statements.directories import Changes
from legation.app.statements.house import Beginning, House
from legation.app.statements.keys import make_key, open_signer
from legation.app.statements.trust import Trust, read_trust, verify_directories
from legation.crypto.directory.files import (
    DirectoryFile,
    read_directory_file,
    write_directory_file,
)
from legation.crypto.directory.roots import fingerprint_of
from legation.crypto.directory.text import read_directory, write_directory
from legation.crypto.holder_files import Kind, needs_passphrase
from legation.crypto.locked_files import UNPROTECTED, Passphrase, Protection
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import DiskFiles
from legation.crypto.log.notes import parse_note
from legation.errors import DeniedError, NotFoundError, VerificationError
from legation.safeguards.statements.drafting import Draft, Order, drafted
from legation.safeguards.statements.key_directories import directories_in
from legation.safeguards.statements.register_copy import CopiedEntry, read_copy
from legation.safeguards.statements.register_folder import check_folder

ISSUER, ORIGIN = "Ministry of Aldania", "statements.aldania.example/log"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = Passphrase("seven quiet herons cross the harbour")


def unlock(path: Path) -> Protection:
    return WORDS if needs_passphrase(path) else UNPROTECTED


@final
class Publisher:
    """A folder and its clock."""

    def __init__(self, folder: Path) -> None:
        self.time = NOON
        self.house = House(folder, lambda: self.time)
        self.keys = folder / "private" / "keys"

    @property
    def public(self) -> DiskFiles:
        return self.house.public

    def publish(self, key: str, text: str, embargo: datetime | None = None) -> int:
        draft = Draft(
            issuer=ISSUER, office="Desk", versions=drafted([("en", text)]), embargo=embargo
        )
        return self.house.publish([Order(draft=draft, key=key)], unlock)[0].index

    def next_directory(self, **changes: object) -> DirectoryFile:
        files = directories_in(self.public)
        before = read_directory_file(files[max(files)])
        drafted_one = directories.draft(before, Changes(**changes), self.time)  # type: ignore[arg-type]  # any change
        with open_signer(self.keys / "root.key", Kind.ROOT, WORDS) as signer:
            return directories.sign(drafted_one, signer)

    def lines(self) -> tuple[str, ...]:
        return parse_checkpoint(parse_note(self.public.read("checkpoint"))).extensions

    def hidden(self) -> list[int]:
        entries = read_copy(self.public.read("copy")).entries
        return [at for at, one in enumerate(entries) if isinstance(one, CopiedEntry)]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "register"
    said = Beginning(origin=ORIGIN, issuer=ISSUER, name="Keys of Aldania")
    Publisher(folder).house.begin(said, WORDS)
    return folder


@pytest.fixture
def made(first: Path, tmp_path: Path) -> Publisher:
    shutil.copytree(first, tmp_path / "register")
    return Publisher(tmp_path / "register")


def test_a_register_begins_with_a_checkpoint_that_names_its_directory(made: Publisher) -> None:
    sha256 = read_directory_file(made.public.read("directory/1")).sha256
    assert made.lines() == (f"directory 1 {sha256}",)
    made.publish("a", "One.")
    assert made.lines() == (f"directory 1 {sha256}",)
    assert read_trust(made.house.folder / "private" / "trust").directory_sha256 == sha256


@pytest.mark.parametrize("how", ["publish", "release", "copy", "directory"])
def test_whatever_makes_the_copy_anew_lets_out_what_is_due(made: Publisher, how: str) -> None:
    made.publish("late", "Not before one.", NOON + HOUR)
    assert made.hidden() == [0]
    made.time += 2 * HOUR
    if how == "publish":
        made.publish("now", "At once.")
    elif how == "release":
        assert made.house.release(unlock) == [0]
    elif how == "copy":
        made.house.renew(unlock)
        made.house.remake()
    else:
        made.house.publish_directory(write_directory_file(made.next_directory()), unlock)
    assert made.hidden() == []


def test_a_directory_that_is_published_is_named_by_the_checkpoint_and_in_the_copy(
    made: Publisher,
) -> None:
    made.publish("a", "One.")
    speaker = made.house.directory().issuers[0].keys
    second = made.next_directory(revoked={fingerprint_of(speaker): NOON})
    size = made.house.size()
    said = made.house.publish_directory(write_directory_file(second), unlock)
    assert (said.version, made.house.size()) == (2, size)
    assert made.lines() == (f"directory 2 {second.sha256}",)
    copy = read_copy(made.public.read("copy"))
    assert len(copy.directories) == 2
    assert copy.checkpoint == made.public.read("checkpoint")
    opened = ask(made.house.public_folder, Trust(anchor=str(made.house.anchor)), NOON)
    assert opened.register.directory.version == 2


def test_a_directory_that_a_crash_has_left_unnamed_is_named_by_the_next_step(
    made: Publisher,
) -> None:
    second = made.next_directory()
    made.public.publish("directory/2", write_directory_file(second))
    assert made.lines()[0].startswith("directory 1 ")
    made.house.renew(unlock)
    assert made.lines() == (f"directory 2 {second.sha256}",)
    made.house.renew(lambda _: pytest.fail("no key is needed"))


def test_a_new_key_of_the_log_is_put_in_its_place_before_its_directory(made: Publisher) -> None:
    made.publish("a", "One.")
    spare = made.keys.parent / "next.key"
    make_key(spare, Kind.LOG, UNPROTECTED, name=ORIGIN)
    second = write_directory_file(made.next_directory(log=Path(f"{spare}.pub")))
    with pytest.raises(DeniedError, match="other keys of the log"):
        made.house.publish_directory(second, unlock)
    assert max(directories_in(made.public)) == 1
    shutil.copyfile(spare, made.keys / "log.key")
    made.house.publish_directory(second, unlock)
    assert made.lines()[0].startswith("directory 2 ")
    made.publish("b", "Two.")
    found, _ = check_folder(made.public, made.house.anchor, made.time)
    assert (found.size, found.faults) == (2, ())


def test_a_folder_that_lost_the_directory_it_named_is_not_written_on(made: Publisher) -> None:
    made.house.publish_directory(write_directory_file(made.next_directory()), unlock)
    trust = made.house.folder / "private" / "trust"
    kept = json.loads(trust.read_text()) | {"directory": 1, "directory_sha256": ""}
    trust.write_text(json.dumps(kept))
    made.public.remove("directory/2")
    with pytest.raises(VerificationError, match="lacks the key directory 2"):
        made.publish("a", "One.")


def test_what_is_due_and_not_there_is_told_by_the_check(made: Publisher) -> None:
    made.publish("late", "Not before one.", NOON + HOUR)
    made.publish("open", "At once.")
    anchor = made.house.anchor
    found, _ = check_folder(made.public, anchor, made.time)
    assert (found.embargoed, found.faults) == (1, ())
    late, _ = check_folder(made.public, anchor, NOON + HOUR)
    assert late.faults == ("0: public since 2026-11-25T13:00:00Z, and not in the folder",)
    made.public.remove("statements/001")
    with pytest.raises(VerificationError, match="statement 1 of the log is public"):
        check_folder(made.public, anchor, made.time)


def test_another_directory_of_a_version_that_was_seen_is_a_fork_and_evidence(
    made: Publisher,
) -> None:
    """Root keys that sign two directories of one version are seen by whoever remembers one."""
    made.publish("a", "One.")
    trust = ask(made.house.public_folder, Trust(anchor=str(made.house.anchor)), NOON).trust
    assert trust.directory_sha256 == read_directory_file(made.public.read("directory/1")).sha256
    said = read_directory(read_directory_file(made.public.read("directory/1")).signed)
    other = DirectoryFile(signed=write_directory(msgspec.structs.replace(said, fresh=9)))
    with open_signer(made.keys / "root.key", Kind.ROOT, WORDS) as signer:
        forked = write_directory_file(directories.sign(other, signer))
    with pytest.raises(VerificationError, match="two key directories of version 1") as told:
        verify_directories(trust, [forked])
    assert "evidence" in told.value.hint
    with pytest.raises(VerificationError, match="two key directories"):
        verify_alone(b"", [forked], trust, NOON)
    # A next one that stands on the other is as bad; without a memory nobody can tell.
    last = Changes(days=30)
    drafted_one = directories.draft(read_directory_file(forked), last, NOON)
    with pytest.raises(VerificationError, match="two key directories"):
        verify_directories(trust, [write_directory_file(drafted_one)])
    verify_directories(Trust(anchor=trust.anchor), [forked])
    verify_directories(trust, [made.public.read("directory/1")])


def test_a_folder_without_books_is_no_publishers(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no register"):
        House(tmp_path, lambda: NOON).renew(unlock)
