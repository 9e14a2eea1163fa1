"""A register as strangers see it: checked, copied, mirrored, through a theft of its keys."""

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from legation.crypto.directory.directory import Directory, IssuerKey
from legation.crypto.directory.files import read_directory_file
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.notes import SignatureLine, SignedNote, parse_note
from legation.crypto.log.signers import cosign_checkpoint, log_signers
from legation.errors import (
    BadInputError,
    ConflictError,
    LegationError,
    NotFoundError,
    VerificationError,
)
from legation.safeguards.statements.books import path_of
from legation.safeguards.statements.key_directories import put_directory
from legation.safeguards.statements.mirroring import Mirrored, mirror
from legation.safeguards.statements.register_copy import (
    OpenedRegister,
    open_copy,
    read_copy,
    write_copy,
)
from legation.safeguards.statements.register_folder import check_folder, copy_of
from legation.safeguards.statements.releasing import release_due
from legation.safeguards.statements.statement import Change
from legation.safeguards.statements.statement_file import StatementFile, read_file, write_file
from legation.safeguards.statements.verdict import Verdict, verdict_on_file, verdict_on_text
from worlds.logs import Disk
from worlds.register_copies import (
    ANCHOR,
    BEGAN,
    LOG,
    NOW,
    ORIGIN,
    ROOTS,
    directory,
    directory_file,
    policy,
    witnesses,
)
from worlds.registers import House, Part, Watcher, order
from worlds.statements import ALDANIA, NAME, NOON, OTHERS

FLIPS = int(os.environ.get("LEGATION_REGISTER_FLIPS", "1200"))
HOUR = timedelta(hours=1)
REFUSALS = (BadInputError, VerificationError)
HELD = "The border stays open."
LATER = "The border is closed."


def strict(**changed: object) -> Directory:
    """Return a directory by which every witness and both root keys are needed: no bit is idle."""
    return directory(policy=policy(quorum=3), **changed)


def house(first: Directory | None = None) -> tuple[House, list[Watcher]]:
    """Return a register with a key directory, and those who watch it."""
    made = House(ORIGIN, log_signers(ORIGIN, LOG))
    put_directory(made.public, directory_file(first or strict()), ANCHOR, NOON)
    return made, [Watcher(signers) for signers in witnesses()]


def seen(made: House, watchers: list[Watcher], hours: float) -> None:
    for watcher in watchers:
        watcher.cosign(made, NOON + hours * HOUR)


@pytest.fixture(scope="module")
def plain() -> House:
    made, watchers = house()
    changes = (Change(relation="corrects", number="2026-0001", reason="The day was wrong."),)
    made.publish(order("a", "We meet on Monday."), order("b", HELD))
    made.publish(order("c", "We meet on Tuesday.", changes=changes))
    made.publish(order("d", "Until ten.", embargo=NOON + 50 * HOUR))
    seen(made, watchers, 3)
    return made


def on_text(opened: OpenedRegister, text: str) -> Verdict:
    return verdict_on_text(text, opened.held)


def test_a_folder_is_checked_by_an_anchor_alone(plain: House) -> None:
    found, opened = check_folder(plain.public, ANCHOR, NOW)
    assert (found.size, found.directory, found.embargoed, found.faults) == (4, 1, 1, ())
    assert found.copy == "missing"
    assert found.seen == NOON + 3 * HOUR
    assert on_text(opened, HELD).verdict == "current"
    replaced = on_text(opened, "We meet on Monday.")
    assert (replaced.verdict, [one.number for one in replaced.see]) == ("replaced", ["2026-0003"])
    assert on_text(opened, "Until ten.").verdict == "not-found"
    plain.public.publish("copy", copy_of(plain.public))
    assert check_folder(plain.public, ANCHOR, NOW)[0].copy == "current"
    assert read_copy(plain.public.read("copy")).checkpoint == plain.public.read("checkpoint")
    plain.public.remove("copy")


def spoiled(made: House, path: str, change: Callable[[bytes], bytes | None]) -> Part:
    """Return the folder with one file changed or gone."""
    disk = Disk()
    disk.safe = dict(made.disk.safe)
    content = change(disk.safe.pop(f"public/{path}"))
    if content is not None:
        disk.safe[f"public/{path}"] = content
    return Part(disk, "public")


def other_signature(content: bytes) -> bytes:
    parts = read_file(content)
    return write_file(msgspec.structs.replace(parts, signature=parts.signature[::-1]))


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("tile/0/000.p/4", lambda old: bytes(len(old))),
        ("tile/entries/000.p/4", lambda old: old[:-1] + b"x"),
        ("statements/001", other_signature),
        ("statements/001", lambda _: b"no statement"),
        ("checkpoint", lambda old: old[: old.rindex(b"\n", 0, -1) + 1]),
        ("checkpoint", lambda _: None),
        ("directory/1", lambda _: None),
        ("directory/1", lambda old: old[:-5]),
        ("tile/0/000.p/4", lambda _: None),
    ],
)
def test_a_folder_with_any_file_changed_is_refused(
    plain: House, path: str, change: Callable[[bytes], bytes | None]
) -> None:
    with pytest.raises((*REFUSALS, NotFoundError)):
        check_folder(spoiled(plain, path, change), ANCHOR, NOW)


def test_a_directory_is_published_when_it_follows_from_the_anchor() -> None:
    made, _ = house()
    first = made.public.read("directory/1")
    with pytest.raises(ConflictError, match="other bytes"):
        put_directory(made.public, directory_file(strict(fresh=99)), ANCHOR, NOON)
    second = strict(version=2, previous=read_directory_file(first).sha256)
    with pytest.raises(VerificationError):
        put_directory(made.public, directory_file(second, ROOTS[:1]), ANCHOR, NOON)
    assert put_directory(made.public, directory_file(second), ANCHOR, NOON).version == 2
    with pytest.raises(VerificationError):
        put_directory(made.public, first, ANCHOR, NOON)


def test_after_a_theft_only_what_witnesses_saw_before_the_revocation_stays_genuine() -> None:
    """The thief has the issuer's keys and the publisher's log, and dates statements back."""
    made, watchers = house()
    made.publish(order("a", HELD))
    seen(made, watchers, 1)
    before = write_file(_proved(made, 0))
    made.publish(order("b", "The thief says this before anybody knows of the theft."))
    revoked = NOON + 2 * HOUR
    second = strict(
        version=2,
        previous=read_directory_file(made.public.read("directory/1")).sha256,
        issued=revoked,
        issuers=(
            IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=revoked),
            IssuerKey(name=NAME, keys=OTHERS.public(), since=revoked),
        ),
    )
    put_directory(made.public, directory_file(second), ANCHOR, revoked)
    made.publish(order("c", "Backdated by the thief."))  # the house's clock still says noon
    made.time = NOON + 3 * HOUR
    made.publish(order("d", LATER), by=OTHERS)
    seen(made, watchers, 3)
    backdated, renewed = (write_file(_proved(made, index)) for index in (2, 3))

    found, opened = check_folder(made.public, ANCHOR, NOW)
    assert [fault.partition(":")[0] for fault in found.faults] == ["1", "2"]
    for text, verdict in (
        (HELD, "current"),
        (LATER, "current"),
        ("The thief says this before anybody knows of the theft.", "not-found"),
        ("Backdated by the thief.", "not-found"),
    ):
        assert on_text(opened, text).verdict == verdict
    for file in (before, renewed):
        assert verdict_on_file(file, opened.verify, opened.held).verdict == "current"
    bare = msgspec.structs.replace(read_file(backdated), proof=b"")
    for forged in (backdated, write_file(bare)):
        with pytest.raises(VerificationError, match="revoked"):
            verdict_on_file(forged, opened.verify, opened.held)
    # Who saw version 2 is not led back to version 1, where the thief's keys hold.
    old = spoiled(made, "directory/2", lambda _: None)
    with pytest.raises(VerificationError, match="older"):
        check_folder(old, ANCHOR, NOW, remembered=2)


def revoking(made: House, at: datetime) -> None:
    """Publish the second directory, in which the key of the issuer is revoked."""
    second = strict(
        version=2,
        previous=read_directory_file(made.public.read("directory/1")).sha256,
        issued=at,
        issuers=(
            IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=at),
            IssuerKey(name=NAME, keys=OTHERS.public(), since=at),
        ),
    )
    put_directory(made.public, directory_file(second), ANCHOR, at)


def names(made: House) -> tuple[str, ...]:
    return parse_checkpoint(parse_note(made.public.read("checkpoint"))).extensions


def test_the_checkpoint_names_the_newest_directory_once_the_register_was_opened() -> None:
    made, watchers = House(ORIGIN, log_signers(ORIGIN, LOG)), [Watcher(s) for s in witnesses()]
    assert names(made) == ()
    put_directory(made.public, directory_file(strict()), ANCHOR, NOON)
    with pytest.raises(VerificationError, match="does not name one key directory"):
        check_folder_at(made, watchers, 1)
    made.publish(order("a", HELD))
    assert [line[:12] for line in names(made)] == ["directory 1 "]
    seen(made, watchers, 1)
    revoking(made, NOON + 2 * HOUR)
    with made.opened():
        assert [line[:12] for line in names(made)] == ["directory 2 "]
    # Nobody has cosigned this text; the earlier one tells when the entries were seen.
    with pytest.raises(VerificationError, match="witnesses must have cosigned"):
        check_folder(made.public, ANCHOR, NOW)
    seen(made, watchers, 3)
    found, opened = check_folder(made.public, ANCHOR, NOW)
    assert (found.directory, found.faults) == (2, ())
    assert on_text(opened, HELD).verdict == "current"
    assert {"cosigned/1-1", "cosigned/1-2"} <= {*made.public.listed("cosigned")}


def check_folder_at(made: House, watchers: list[Watcher], hours: float) -> None:
    """Have the checkpoint of a register cosigned as it stands, and check the folder."""
    note = parse_note(made.public.read("checkpoint"))
    for watcher in watchers:
        at = NOON + hours * HOUR
        note = note.with_signatures(cosign_checkpoint(parse_checkpoint(note), watcher.signers, at))
    made.public.publish("checkpoint", note.encode())
    check_folder(made.public, ANCHOR, NOW)


def test_a_proof_of_before_a_revocation_is_of_a_checkpoint_that_enough_had_seen() -> None:
    """One witness alone saw the first; all saw the next, still before the revocation."""
    made, watchers = house()
    made.publish(order("a", HELD))
    watchers[0].cosign(made, NOON + HOUR / 2)
    made.publish(order("b", LATER))
    seen(made, watchers, 1)
    revoking(made, NOON + 2 * HOUR)
    seen(made, watchers, 3)
    found, opened = check_folder(made.public, ANCHOR, NOW)
    assert found.faults == ()
    assert on_text(opened, HELD).verdict == on_text(opened, LATER).verdict == "current"


def test_a_fresh_mirror_after_a_revocation_proves_what_was_seen_before() -> None:
    """The partial tiles of that day were dropped; today's begin with them."""
    made, watchers = house()
    made.publish(order("a", HELD))
    made.publish(*(order(str(at), f"Text {at}.") for at in range(4)))
    seen(made, watchers, 1)
    revoking(made, NOON + 2 * HOUR)
    made.time = NOON + 2 * HOUR
    made.publish(order("last", LATER), by=OTHERS)
    seen(made, watchers, 3)
    for name in made.public.listed("tile/0/000.p"):
        if not name.endswith("/6"):
            made.public.remove(name)
    assert made.public.listed("tile/0/000.p") == ["tile/0/000.p/6"]
    target = mirrored(made)
    found, opened = check_folder(target, ANCHOR, NOW)
    assert (found.copy, found.faults) == ("current", ())
    assert on_text(opened, HELD).verdict == "current"


def test_a_folder_from_which_a_public_statement_was_taken_is_refused(plain: House) -> None:
    without = spoiled(plain, path_of(1), lambda _: None)
    with pytest.raises(VerificationError, match="statement 1 of the log is public"):
        check_folder(without, ANCHOR, NOW)
    with pytest.raises(VerificationError, match="statement 1 of the log is public"):
        copied_to(without, Part(Disk(), "mirror"))


def test_a_mirror_waits_for_an_embargo_and_not_longer() -> None:
    made, watchers = house()
    made.publish(order("a", HELD), order("late", "Until ten.", embargo=NOON + HOUR))
    seen(made, watchers, 2)
    assert copied_to(made.public, Part(Disk(), "mirror")).size == 2
    seen(made, watchers, 2.5)
    with pytest.raises(VerificationError, match="public since 2026-11-25T13:00:00Z"):
        copied_to(made.public, Part(Disk(), "mirror"))
    made.time = NOON + 2.5 * HOUR
    assert release_due(made.public, made.private, made.now) == [1]
    assert copied_to(made.public, Part(Disk(), "mirror")).size == 2


def test_a_folder_that_lacks_the_directory_of_its_checkpoint_is_not_mirrored() -> None:
    made, watchers = house()
    made.publish(order("a", HELD))
    revoking(made, NOON + HOUR)
    seen(made, watchers, 2)
    without = spoiled(made, "directory/2", lambda _: None)
    with pytest.raises(VerificationError, match="key directory 2 that the checkpoint names"):
        copied_to(without, Part(Disk(), "mirror"))
    made.public.remove("directory/2")
    with pytest.raises(VerificationError, match="lacks the key directory 2"):
        made.publish(order("b", LATER))


def _proved(made: House, index: int) -> StatementFile:
    with made.opened() as writer:
        return writer.at(index).file


def copied_to(source: Part, target: Part) -> Mirrored:
    return mirror(source, target, ANCHOR, NOW)


def mirrored(made: House) -> Part:
    target = Part(Disk(), "mirror")
    copied_to(made.public, target)
    return target


def test_a_mirror_is_as_good_as_the_folder_and_grows_with_it() -> None:
    made, watchers = house()
    made.publish(order("a", HELD))
    seen(made, watchers, 1)
    target = Part(Disk(), "mirror")
    first = copied_to(made.public, target)
    assert (first.before, first.size, first.register) == (0, 1, ORIGIN)
    made.publish(*(order(str(at), f"Text {at}.") for at in range(258)))
    seen(made, watchers, 2)
    grown = copied_to(made.public, target)
    assert (grown.before, grown.size) == (1, 259)
    assert copied_to(made.public, target).files == 0
    assert check_folder(target, ANCHOR, NOW)[0].copy == "current"
    assert target.read("copy") == copy_of(made.public)


def test_what_was_public_once_stays_in_a_mirror(plain: House) -> None:
    target = mirrored(plain)
    copied_to(spoiled(plain, path_of(1), lambda _: None), target)
    assert on_text(check_folder(target, ANCHOR, NOW)[1], HELD).verdict == "current"


def test_a_roll_back_or_a_fork_is_not_mirrored() -> None:
    made, watchers = house()
    made.publish(order("a", HELD))
    seen(made, watchers, 1)
    old = dict(made.disk.safe)
    made.publish(order("b", LATER))
    seen(made, watchers, 2)
    target = mirrored(made)
    kept = target.read("checkpoint")
    earlier, _ = house()
    earlier.disk.safe = old
    with pytest.raises(VerificationError, match="mirror holds 2"):
        copied_to(earlier.public, target)
    for count in (2, 3):
        fork, others = house()
        fork.publish(*(order(str(at), f"Other {at}.") for at in range(count)))
        seen(fork, others, 2)
        with pytest.raises(VerificationError, match="not those of the mirror"):
            copied_to(fork.public, target)
    assert target.read("checkpoint") == kept
    assert check_folder(target, ANCHOR, NOW)[0].size == 2


def test_a_damaged_folder_is_not_mirrored(plain: House) -> None:
    for path in ("statements/001", "tile/0/000.p/4", "cosigned/4-1", "directory/1", "checkpoint"):
        target = Part(Disk(), "mirror")
        with pytest.raises((*REFUSALS, NotFoundError)):
            copied_to(spoiled(plain, path, lambda old: old[:-2]), target)
        with pytest.raises(NotFoundError):
            target.read("checkpoint")


def test_an_older_key_directory_is_not_mirrored(plain: House) -> None:
    target = mirrored(plain)
    second = strict(version=2, previous=read_directory_file(target.read("directory/1")).sha256)
    target.publish("directory/2", directory_file(second))
    with pytest.raises(VerificationError, match="mirror holds 2"):
        copied_to(plain.public, target)


def with_lines(data: bytes, lines: tuple[SignatureLine, ...]) -> bytes:
    copy = read_copy(data)
    note = SignedNote(text=parse_note(copy.checkpoint).text, signatures=lines)
    return write_copy(msgspec.structs.replace(copy, checkpoint=note.encode()))


def test_each_signature_under_a_checkpoint_is_needed(plain: House) -> None:
    data = copy_of(plain.public)
    open_copy(data, ANCHOR, NOW)
    note = parse_note(read_copy(data).checkpoint)
    assert parse_checkpoint(note).head.size == 4
    for gone in range(len(note.signatures)):
        lines = tuple(one for at, one in enumerate(note.signatures) if at != gone)
        short = with_lines(data, lines)
        with pytest.raises(VerificationError):
            open_copy(short, ANCHOR, NOW)


def test_no_flipped_bit_is_genuine(plain: House) -> None:
    """As many bits as `LEGATION_REGISTER_FLIPS` says, of a statement with its proof and a copy.

    A copy begins with the key directory and the checkpoint, so these are flipped as well.
    """
    copy = copy_of(plain.public)
    opened = open_copy(copy, ANCHOR, NOW)
    file = write_file(_proved(plain, 1))
    assert verdict_on_file(file, opened.verify, opened.held).verdict == "current"
    chance = random.Random(7)  # noqa: S311 -- the same each time
    for number in range(FLIPS):
        data = file if number % 2 else copy
        bit = chance.randrange(8 * len(data))
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            if number % 2:
                verdict = verdict_on_file(bytes(changed), opened.verify, opened.held)
            else:
                verdict = on_text(open_copy(bytes(changed), ANCHOR, NOW), HELD)
        except REFUSALS:
            continue
        pytest.fail(f"bit {bit} was flipped, and it is {verdict.verdict}")


def test_every_refusal_says_what_to_do(plain: House) -> None:
    with pytest.raises(LegationError) as told:
        check_folder(spoiled(plain, "directory/1", lambda _: None), ANCHOR, NOW)
    assert told.value.hint
