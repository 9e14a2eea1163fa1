"""Drafting, signing in several rooms, joining and publishing of a key directory."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.statements.directories import (
    Changes,
    draft,
    join,
    read,
    sign,
    signed,
    write,
)
from legation.app.statements.keys import PublicKey
from legation.crypto.directory.files import (
    DirectoryFile,
    read_directory_file,
    write_directory_file,
)
from legation.crypto.directory.following import claimed, follow
from legation.crypto.directory.roots import fingerprint_of
from legation.crypto.directory.text import pair_text, read_directory, witness_text
from legation.crypto.holder_files import Kind
from legation.crypto.log.files import DiskFiles
from legation.crypto.log.policies import Witness
from legation.crypto.log.signers import log_signers
from legation.crypto.signing import SigningIdentity
from legation.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.key_directories import (
    DIRECTORY,
    directories_in,
    put_directory,
)
from worlds.directories import (
    CONSUL,
    EMBASSY,
    MARCH,
    MINISTRY,
    OTHER_ROOTS,
    ROOTS,
    SPEAKER,
    holder,
    public_of,
)
from worlds.logs import ORIGIN, WITNESSES, keys_of

APRIL = MARCH + timedelta(days=31)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Public parts of all keys, as their holders bring them."""

    def put(name: str, kind: Kind, *lines: str) -> Path:
        path = tmp_path / f"{name}.pub"
        path.write_bytes(PublicKey(kind=kind, lines=lines).encode())
        return path

    holders = {"speaker": SPEAKER, "consul": CONSUL, "next": holder(43)}
    found = {name: put(name, Kind.ISSUER, pair_text(public_of(h))) for name, h in holders.items()}
    for at, each in enumerate((*ROOTS, *OTHER_ROOTS)):
        found[f"root {at}"] = put(f"root-{at}", Kind.ROOT, pair_text(public_of(each)))
    for name, by in (("log", holder(61)), ("new log", holder(62))):
        keys = [str(each.key) for each in log_signers(ORIGIN, by)]
        found[name] = put(name, Kind.LOG, *keys)
    stray = [str(each.key) for each in log_signers("other.example/log", holder(63))]
    found["other log"] = put("other-log", Kind.LOG, *stray)
    for at, (name, signers) in enumerate(WITNESSES.items()):
        witness = Witness(name=name, keys=keys_of(signers))
        found[f"witness {at}"] = put(f"witness-{at}", Kind.WITNESS, witness_text(witness))
    return found


@pytest.fixture
def register(tmp_path: Path) -> Path:
    place = tmp_path / "register"
    place.mkdir()
    return place


def first(files: dict[str, Path], **changed: Any) -> Changes:
    plain = Changes(
        name="Key directory of Examplia",
        roots=[files[f"root {at}"] for at in range(3)],
        threshold=2,
        log=files["log"],
        witnesses=[files["witness 0"]],
        quorum=1,
        issuers=[(MINISTRY, files["speaker"])],
    )
    return msgspec.structs.replace(plain, **changed)


def publish(file: DirectoryFile, register: Path, now: datetime) -> None:
    """Publish a version as whoever trusts the register's first one, or this one, would follow."""
    before = every(register)
    first = read_directory_file(before[0]) if before else file
    anchor = claimed(first).said.roots.anchor()
    put_directory(DiskFiles(register), write_directory_file(file), anchor, now)


def every(register: Path) -> list[bytes]:
    return list(directories_in(DiskFiles(register)).values())


def signed_by(file: DirectoryFile, *by: SigningIdentity) -> DirectoryFile:
    for each in by:
        file = sign(file, each)
    return file


def test_a_first_version_is_drafted_signed_in_two_rooms_joined_and_published(
    files: dict[str, Path], register: Path
) -> None:
    drafted = draft(None, first(files), MARCH.replace(microsecond=5))
    assert signed(drafted).missing == 2
    copies = [sign(drafted, ROOTS[0]), sign(drafted, ROOTS[2])]
    assert [signed(copy).missing for copy in copies] == [1, 1]
    whole = join(copies)
    assert signed(whole).missing == 0
    publish(whole, register, MARCH)
    said = claimed(whole).said
    assert follow(said.roots.anchor(), every(register), MARCH, None) == said
    assert said.issued == MARCH
    assert said.expires == MARCH + timedelta(days=365)


def test_below_the_threshold_nothing_is_published(files: dict[str, Path], register: Path) -> None:
    drafted = sign(draft(None, first(files), MARCH), ROOTS[0])
    with pytest.raises(VerificationError, match="2 of 3"):
        publish(drafted, register, MARCH)
    assert list(register.iterdir()) == []


@pytest.mark.parametrize("lost", ["name", "roots", "log", "issuers", "threshold"])
def test_a_first_version_that_lacks_something_is_refused(files: dict[str, Path], lost: str) -> None:
    with pytest.raises(UsageError):
        draft(None, first(files, **{lost: getattr(Changes(), lost)}), MARCH)


@pytest.fixture
def version_1(files: dict[str, Path], register: Path) -> DirectoryFile:
    file = signed_by(draft(None, first(files), MARCH), *ROOTS[:2])
    publish(file, register, MARCH)
    return file


def test_a_next_version_says_only_what_changes(version_1: DirectoryFile, register: Path) -> None:
    old = claimed(version_1).said
    two = signed_by(draft(version_1, Changes(), APRIL), *ROOTS[1:])
    publish(two, register, APRIL)
    said = follow(old.roots.anchor(), every(register), APRIL, 1)
    same = msgspec.structs.replace(
        said, version=1, previous=old.previous, issued=old.issued, expires=old.expires
    )
    assert same == old
    assert said.previous == version_1.sha256


def test_a_key_is_revoked_and_another_takes_its_place(
    files: dict[str, Path], version_1: DirectoryFile
) -> None:
    lost = fingerprint_of(public_of(SPEAKER))
    changes = Changes(
        revoked={lost: MARCH + timedelta(days=3)},
        issuers=[(MINISTRY, files["next"]), (EMBASSY, files["consul"])],
    )
    rows = read_directory(draft(version_1, changes, APRIL).signed).issuers
    assert [(row.name, row.since, row.revoked) for row in rows] == [
        (MINISTRY, MARCH, MARCH + timedelta(days=3)),
        (MINISTRY, APRIL, None),
        (EMBASSY, APRIL, None),
    ]


def test_a_revocation_is_only_made_earlier(version_1: DirectoryFile) -> None:
    lost = fingerprint_of(public_of(SPEAKER))
    two = draft(version_1, Changes(revoked={lost: APRIL}), APRIL)
    for at in (APRIL, APRIL + timedelta(days=1)):
        with pytest.raises(ConflictError, match="count longer"):
            draft(two, Changes(revoked={lost: at}), APRIL)
    three = draft(two, Changes(revoked={lost: MARCH}), APRIL)
    assert read_directory(three.signed).issuers[0].revoked == MARCH
    with pytest.raises(NotFoundError, match="no issuer has the key"):
        draft(version_1, Changes(revoked={"0" * 64: APRIL}), APRIL)
    with pytest.raises(BadInputError, match="before it counts"):
        draft(version_1, Changes(revoked={lost: MARCH - timedelta(days=1)}), APRIL)


def test_a_revoked_key_never_comes_back(files: dict[str, Path], version_1: DirectoryFile) -> None:
    lost = fingerprint_of(public_of(SPEAKER))
    two = draft(version_1, Changes(revoked={lost: APRIL}), APRIL)
    with pytest.raises(BadInputError, match="two places"):
        draft(two, Changes(issuers=[(MINISTRY, files["speaker"])]), APRIL)


def test_a_new_log_key_makes_the_old_one_an_earlier_one(
    files: dict[str, Path], version_1: DirectoryFile
) -> None:
    old = claimed(version_1).said
    said = read_directory(draft(version_1, Changes(log=files["new log"]), APRIL).signed)
    assert [each.keys for each in said.earlier] == [old.policy.log_keys]
    assert said.earlier[0].until == APRIL
    assert said.policy.log_keys != old.policy.log_keys
    with pytest.raises(ConflictError, match="the log is"):
        draft(version_1, Changes(log=files["other log"]), APRIL)
    with pytest.raises(BadInputError, match="one key stands"):
        draft(version_1, Changes(log=files["log"]), APRIL)


def test_witnesses_come_and_go(files: dict[str, Path], version_1: DirectoryFile) -> None:
    names = list(WITNESSES)
    changes = Changes(
        witnesses=[files["witness 1"], files["witness 2"]], without=[names[0]], quorum=2
    )
    policy = read_directory(draft(version_1, changes, APRIL).signed).policy
    assert [each.name for each in policy.witnesses] == names[1:]
    assert policy.quorum == 2
    with pytest.raises(NotFoundError, match="no witness"):
        draft(version_1, Changes(without=[names[1]]), APRIL)
    with pytest.raises(BadInputError, match="cannot give"):
        draft(version_1, Changes(without=[names[0]]), APRIL)


def test_new_root_keys_are_signed_by_the_old_ones_too(
    files: dict[str, Path], version_1: DirectoryFile, register: Path
) -> None:
    changes = Changes(roots=[files[f"root {at}"] for at in (3, 4, 5)], threshold=2)
    drafted = draft(version_1, changes, APRIL)
    alone = signed_by(drafted, *OTHER_ROOTS[:2])
    assert signed(alone).missing == 0
    with pytest.raises(VerificationError, match="2 of 3"):
        publish(alone, register, APRIL)
    both = signed_by(alone, *ROOTS[:2])
    assert len(signed(both).others) == 2
    publish(both, register, APRIL)
    third = signed_by(draft(both, Changes(), APRIL), *ROOTS)
    with pytest.raises(VerificationError, match="2 of 3"):
        publish(third, register, APRIL)


def test_a_published_version_is_never_replaced_and_none_is_left_out(
    version_1: DirectoryFile, register: Path, files: dict[str, Path]
) -> None:
    kept = (register / DIRECTORY / "1").read_bytes()
    other = signed_by(draft(None, first(files, fresh=60), MARCH), *ROOTS)
    with pytest.raises(ConflictError, match="already"):
        publish(other, register, MARCH)
    publish(version_1, register, MARCH)  # after a crash, and nothing changes
    two = signed_by(draft(version_1, Changes(), APRIL), *ROOTS)
    three = signed_by(draft(two, Changes(), APRIL), *ROOTS)
    with pytest.raises(NotFoundError, match="lacks version 2"):
        publish(three, register, APRIL)
    assert (register / DIRECTORY / "1").read_bytes() == kept
    assert [path.name for path in (register / DIRECTORY).iterdir()] == ["1"]


def test_a_version_that_stands_on_another_history_is_not_published(
    version_1: DirectoryFile, register: Path, files: dict[str, Path]
) -> None:
    other = signed_by(draft(None, first(files, fresh=60), MARCH), *ROOTS)
    two = signed_by(draft(other, Changes(), APRIL), *ROOTS)
    with pytest.raises(VerificationError, match="another version 1"):
        publish(two, register, APRIL)
    expired = signed_by(draft(version_1, Changes(days=1), MARCH), *ROOTS)
    with pytest.raises(VerificationError, match="expired"):
        publish(expired, register, APRIL)


def test_copies_that_differ_are_not_joined_and_a_broken_signature_is_not_carried(
    files: dict[str, Path], version_1: DirectoryFile
) -> None:
    with pytest.raises(ConflictError, match="different things"):
        join([version_1, draft(None, first(files, fresh=60), MARCH)])
    line = version_1.signatures[0]
    broken = msgspec.structs.replace(line, signature=bytes(len(line.signature)))
    with pytest.raises(VerificationError):
        join([DirectoryFile(signed=version_1.signed, signatures=(broken,)), version_1])


def test_files_that_are_none_are_told(
    version_1: DirectoryFile, tmp_path: Path, files: dict[str, Path]
) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read(tmp_path / "none")
    with pytest.raises(BadInputError, match=r"speaker\.pub: byte 0"):
        read(files["speaker"])
    for wrong in (files["root 0"], files["log"], tmp_path / "none"):
        with pytest.raises((BadInputError, NotFoundError)):
            draft(version_1, Changes(issuers=[(EMBASSY, wrong)]), APRIL)
    place = tmp_path / "draft"
    write(version_1, place, replace=False)
    assert place.read_bytes() == write_directory_file(version_1)
    with pytest.raises(ConflictError):
        write(version_1, place, replace=False)
