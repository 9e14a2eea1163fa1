"""Cosignatures come from real witnesses on this machine; what others answer is not believed."""

import http.client
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.keys import verified
from legation.crypto.log.notes import SignedNote, parse_note, parse_signatures
from legation.crypto.log.policies import Policy, verify_checkpoint
from legation.crypto.log.signers import NoteSigner, cosign_checkpoint
from legation.crypto.log.witnessing import parse_evidence, parse_request, verify_evidence
from legation.crypto.log.writing import open_log
from legation.errors import BadInputError, NotFoundError, UnreachableError, VerificationError
from legation.safeguards.statements.gathering import (
    Gathered,
    Outcome,
    gather,
    take_in,
    write_request,
)
from legation.safeguards.statements.witness import SIZE
from legation.safeguards.statements.witness_folder import WitnessFolder, origin_hash
from legation.sources.taxii.access import Access
from legation.sources.taxii.line import Bounds
from legation.sources.witnesses import post_checkpoint
from worlds.certificates import make_certificate
from worlds.logs import LOG_KEYS, ORIGIN, PUBLISHER, Disk, Tree, log_of, published
from worlds.shell import legation
from worlds.witnesses import (
    NAMES,
    WitnessHome,
    WitnessProcess,
    answering,
    policy_of,
    silent,
)

ENTRIES = [b"statement %d" % at for at in range(600)]
TREE = Tree(ENTRIES)
FORKED = [*ENTRIES[:3], b"other words", *ENTRIES[4:]]
HASTY = Bounds(page_bytes=400_000, connect_s=2.0, silence_s=1.0, answer_s=2.0)


def now() -> datetime:
    return datetime.now(UTC)


def quick(address: str, body: bytes) -> tuple[int, str, bytes]:
    """Ask as the program does, but wait less for who never answers."""
    if address.endswith("/silent/"):
        return post_checkpoint(address, body, bounds=HASTY)
    return post_checkpoint(address, body)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[WitnessHome]:
    folder = tmp_path_factory.mktemp("witnesses")
    return [WitnessHome(folder / str(at), name) for at, name in enumerate(NAMES)]


@pytest.fixture
def running(homes: list[WitnessHome]) -> Iterator[list[WitnessProcess]]:
    processes = [WitnessProcess(each) for each in homes]
    yield processes
    for each in processes:
        each.kill()


def ask(disk: Disk, policy: Policy, addresses: dict[str, str]) -> Gathered:
    note = parse_note(published(disk))
    return gather(note, disk.read, policy, addresses, send=quick, now=now)


def test_three_witnesses_are_asked_and_their_word_outlives_kill_9(
    homes: list[WitnessHome], running: list[WitnessProcess]
) -> None:
    """The whole story of three witnesses that run as programs of their own."""
    policy = policy_of(homes, 3)
    addresses = {home.name: each.address for home, each in zip(homes, running, strict=True)}
    grown = [log_of([ENTRIES[:300]]), log_of([ENTRIES[:300], ENTRIES[300:450]])]
    for disk in grown:
        got = ask(disk, policy, addresses)
        assert [each.outcome for each in got.heard] == [Outcome.COSIGNED] * 3
        assert got.reached
        assert len(verify_checkpoint(got.note, policy).by) == 3
    again = gather(got.note, grown[1].read, policy, addresses, send=quick, now=now)
    assert again.reached
    assert len(again.note.signatures) == len(got.note.signatures) == 8

    # Killed outright and begun again, each remembers what it cosigned.
    for each in running:
        each.kill()
    running[:] = [WitnessProcess(each) for each in homes]
    addresses = {home.name: each.address for home, each in zip(homes, running, strict=True)}
    forked = ask(log_of([FORKED[:500]]), policy, addresses)
    assert [each.outcome for each in forked.heard] == [Outcome.REFUSED] * 3
    assert "422" in forked.heard[0].why
    assert not forked.reached
    for home in homes:
        (file,) = WitnessFolder(home.folder).evidence()
        verify_evidence(parse_evidence(file.read_bytes()), LOG_KEYS)
    older = ask(grown[0], policy, addresses)
    assert {each.outcome for each in older.heard} == {Outcome.AHEAD}
    assert "450" in older.heard[0].why

    # The true log goes on.
    assert ask(log_of([ENTRIES]), policy, addresses).reached
    assert [each.stop() for each in running] == [0, 0, 0]
    assert "two histories" in running[0].said()


def test_what_a_witness_serves_is_what_it_cosigned_last(tmp_path: Path) -> None:
    home = WitnessHome(tmp_path / "w", NAMES[0])
    process = WitnessProcess(home)
    try:
        got = ask(log_of([ENTRIES[:5]]), policy_of([home], 1), {home.name: process.address})
        assert got.reached
        place = urlsplit(process.address)
        line = http.client.HTTPConnection(place.hostname or "", place.port)

        def said(method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
            line.request(method, path, body)
            answer = line.getresponse()
            return answer.status, answer.read()

        status, content = said("GET", f"/{origin_hash(ORIGIN)}/checkpoint")
        assert status == 200
        served = parse_note(content)
        assert len(verified(served, [*LOG_KEYS, *home.keys])) == 4
        assert parse_checkpoint(served).head == TREE.heads[5]
        assert said("GET", f"/{'0' * 64}/checkpoint")[0] == 404
        assert said("HEAD", f"/{origin_hash(ORIGIN)}/checkpoint") == (200, b"")
        assert said("GET", "/add-checkpoint")[0] == 405
        assert said("POST", f"/{origin_hash(ORIGIN)}/checkpoint", b"")[0] == 405
        assert said("GET", "/")[0] == 404
        assert said("POST", "/add-checkpoint", b"old 0\n")[0] == 400
        status, size = said("POST", "/add-checkpoint", request_of(3).encode("latin-1"))
        assert (status, size) == (409, b"5\n")
        line.close()
        large = http.client.HTTPConnection(place.hostname or "", place.port)
        large.putrequest("POST", "/add-checkpoint")
        large.putheader("Content-Length", str(10_000_000))
        large.endheaders()
        assert large.getresponse().status == 413
        large.close()
    finally:
        process.kill()


def request_of(old: int) -> str:
    disk = log_of([ENTRIES[:5]])
    return write_request(parse_note(published(disk)), disk.read, old).decode("latin-1")


def cosigning(signers: tuple[NoteSigner, ...], at: datetime) -> Callable[[bytes], bytes]:
    """Answer as a witness that checks nothing."""

    def told(body: bytes) -> bytes:
        checkpoint = parse_checkpoint(parse_request(body).checkpoint)
        lines = cosign_checkpoint(checkpoint, signers, at)
        return "".join(f"{each}\n" for each in lines).encode()

    return told


def test_a_silent_one_and_a_lying_one_are_told_and_the_quorum_is_reached_by_others(
    homes: list[WitnessHome], tmp_path: Path
) -> None:
    mine = [WitnessHome(tmp_path / str(at), name) for at, name in enumerate(NAMES)]
    disk = log_of([ENTRIES[:40]])
    process = WitnessProcess(mine[0])
    # It signs, but with the keys of somebody else under its name.
    lie = cosigning(homes[1].signers(), now())
    try:
        with silent() as nowhere, answering(lambda body: (200, "text/plain", lie(body))) as liar:
            addresses = {NAMES[0]: process.address, NAMES[1]: liar, NAMES[2]: nowhere}
            got = ask(disk, policy_of(mine, 2), addresses)
            few = ask(disk, policy_of(mine, 1), {NAMES[0]: process.address})
    finally:
        process.kill()
    outcomes = [each.outcome for each in got.heard]
    assert outcomes == [Outcome.COSIGNED, Outcome.UNBELIEVED, Outcome.SILENT]
    assert not got.reached
    assert all(each.why for each in got.heard[1:])
    assert [each.outcome for each in few.heard] == [
        Outcome.COSIGNED,
        Outcome.UNASKED,
        Outcome.UNASKED,
    ]
    assert few.reached
    for each in (got, few):
        assert len(verify_checkpoint(each.note, policy_of(mine, 1)).by) == 1
        assert len(each.note.signatures) == 4


@pytest.fixture(scope="module")
def witness(homes: list[WitnessHome]) -> WitnessHome:
    return homes[0]


def altered(line: bytes) -> bytes:
    """Return signature lines of which one has a changed bit."""
    lines = parse_signatures(line.decode())
    wrong = bytes([lines[0].signature[-1] ^ 1])
    first = type(lines[0])(
        name=lines[0].name, key_id=lines[0].key_id, signature=lines[0].signature[:-1] + wrong
    )
    return f"{first}\n{lines[1]}\n".encode()


@pytest.mark.parametrize(
    ("lie", "outcome", "why"),
    [
        (lambda good: (200, "", altered(good)), Outcome.UNBELIEVED, "does not hold"),
        (lambda good: (200, "", good.split(b"\n")[0] + b"\n"), Outcome.UNBELIEVED, "not all"),
        (lambda _: (200, "", b""), Outcome.UNBELIEVED, "no signed note"),
        (lambda _: (200, "", b"<html>Log in</html>"), Outcome.UNBELIEVED, "no signed note"),
        (lambda _: (409, SIZE, b"many\n"), Outcome.UNBELIEVED, "no size"),
        (lambda _: (409, "text/plain", b"5\n"), Outcome.UNBELIEVED, "no size"),
        (lambda _: (409, SIZE, b"3\n"), Outcome.REFUSED, "another size each time"),
        (lambda _: (409, SIZE, b"99999\n"), Outcome.AHEAD, "99999"),
        (lambda _: (404, "", b"who?\x1b[31m\nmore"), Outcome.REFUSED, "404: who? [31m"),
        (lambda _: (500, "", b"broken"), Outcome.SILENT, "failed (500)"),
        (lambda _: (302, "", b""), Outcome.SILENT, ""),
        (lambda _: (200, "", b"x" * 500_000), Outcome.SILENT, "larger"),
    ],
)
def test_an_answer_that_is_not_a_witness_s_is_told_and_not_added(
    witness: WitnessHome,
    lie: Callable[[bytes], tuple[int, str, bytes]],
    outcome: Outcome,
    why: str,
) -> None:
    disk = log_of([ENTRIES[:40]])
    honest = cosigning(witness.signers(), now())
    with answering(lambda body: lie(honest(body))) as address:
        got = ask(disk, policy_of([witness], 1), {witness.name: address})
    assert got.heard[0].outcome is outcome
    assert why in got.heard[0].why
    assert got.note == parse_note(published(disk))
    assert not got.reached


@pytest.mark.parametrize(("ahead", "good"), [(60, True), (3600, False), (-3600, True)])
def test_a_time_to_come_is_not_believed(witness: WitnessHome, ahead: int, good: bool) -> None:
    told = cosigning(witness.signers(), now() + timedelta(seconds=ahead))
    with answering(lambda body: (200, "text/plain", told(body))) as address:
        got = ask(log_of([ENTRIES[:4]]), policy_of([witness], 1), {witness.name: address})
    assert got.reached is good
    assert got.heard[0].outcome is (Outcome.COSIGNED if good else Outcome.UNBELIEVED)


def test_signatures_of_others_beside_the_witness_s_are_left_out(homes: list[WitnessHome]) -> None:
    policy = policy_of(homes[:1], 1)
    both = [cosigning(each.signers(), now()) for each in homes[:2]]
    with answering(lambda body: (200, "", both[1](body) + both[0](body))) as address:
        got = ask(log_of([ENTRIES[:4]]), policy, {homes[0].name: address})
    assert got.reached
    assert {line.name for line in got.lines} == {homes[0].name}


def test_only_the_register_s_own_checkpoint_is_sent_to_its_own_witnesses(
    witness: WitnessHome,
) -> None:
    disk = log_of([ENTRIES[:4]])
    policy = policy_of([witness], 1)
    with pytest.raises(NotFoundError, match="no witness"):
        ask(disk, policy, {"other.example/w": "https://other.example/"})
    other = Policy(origin="other.example/log", log_keys=LOG_KEYS, witnesses=policy.witnesses)
    with pytest.raises(VerificationError):
        ask(disk, other, {})


def test_an_address_that_is_not_safe_is_not_asked(witness: WitnessHome) -> None:
    disk = log_of([ENTRIES[:4]])
    for address in ("http://witness.example/", "ftp://witness.example/", "https://a@b.example/"):
        got = ask(disk, policy_of([witness], 1), {witness.name: address})
        assert got.heard[0].outcome is Outcome.SILENT
    with pytest.raises(UnreachableError), silent() as address:
        quick(address, b"old 0\n")


def test_a_witness_is_asked_over_tls_and_nobody_else_s_certificate_is_taken(
    tmp_path: Path,
) -> None:
    home = WitnessHome(tmp_path / "w", NAMES[0])
    policy, disk = policy_of([home], 1), log_of([ENTRIES[:4]])
    cert, key = make_certificate(tmp_path, "localhost")
    process = WitnessProcess(home, "--name", "localhost", "--tls-cert", cert, "--tls-key", key)
    try:
        assert process.address.startswith("https://localhost:")
        addresses = {home.name: process.address}
        strange = ask(disk, policy, addresses)
        assert strange.heard[0].outcome is Outcome.SILENT
        assert "no trusted line" in strange.heard[0].why

        def trusting(address: str, body: bytes) -> tuple[int, str, bytes]:
            return post_checkpoint(address, body, access=Access(ca_file=str(cert)))

        note = parse_note(published(disk))
        assert gather(note, disk.read, policy, addresses, send=trusting, now=now).reached
    finally:
        process.kill()


def test_a_witness_without_a_line_cosigns_by_stick(tmp_path: Path) -> None:
    home = WitnessHome(tmp_path / "w", NAMES[0])
    policy = policy_of([home], 1)
    disk = log_of([ENTRIES[:40]])
    note = parse_note(published(disk))
    request, back = tmp_path / "out.witness-request", tmp_path / "back.cosignature"
    request.write_bytes(write_request(note, disk.read, 0))
    said = legation("statement", "witness", "cosign", home.folder, request, back)
    assert said.code == 0, said.err
    got = take_in(note, policy, [back.read_bytes()], now())
    assert got.reached
    assert len(verify_checkpoint(got.note, policy).by) == 1
    again = legation("statement", "witness", "cosign", home.folder, request, tmp_path / "b")
    assert again.code == 5
    assert "cosigned 40 entries last" in again.err
    request.write_bytes(write_request(note, disk.read, 40))
    assert legation("statement", "witness", "cosign", home.folder, request, back).code == 5
    done = legation("statement", "witness", "cosign", home.folder, request, tmp_path / "b")
    assert done.code == 0


def test_files_that_are_no_cosignatures_of_the_witnesses_are_refused(
    homes: list[WitnessHome],
) -> None:
    note = TREE.note(40)
    policy = policy_of(homes[:1], 1)
    checkpoint = parse_checkpoint(note)
    stranger = cosign_checkpoint(checkpoint, homes[1].signers(), now())
    for content, error in (
        (b"\xff", BadInputError),
        (b"nothing\n", BadInputError),
        ("".join(f"{each}\n" for each in stranger).encode(), VerificationError),
        (cosigning(homes[0].signers(), now())(stale()), VerificationError),
    ):
        with pytest.raises(error):
            take_in(note, policy, [content], now())
    assert take_in(note, policy, [], now()).heard[0].outcome is Outcome.UNASKED
    other = SignedNote(text=note.text, signatures=note.signatures[:1])
    with pytest.raises(VerificationError):
        take_in(other, policy, [], now())


def stale() -> bytes:
    """Return a request for an earlier checkpoint."""
    disk = log_of([ENTRIES[:20]])
    return write_request(parse_note(published(disk)), disk.read, 0)


def test_the_log_s_own_writer_publishes_what_was_gathered(homes: list[WitnessHome]) -> None:
    disk = log_of([ENTRIES[:40]])
    policy = policy_of(homes[:1], 1)
    told = cosigning(homes[0].signers(), now() - timedelta(days=1))
    later = cosigning(homes[0].signers(), now())
    for each in (told, later):
        with answering(lambda body, each=each: (200, "", each(body))) as address:  # type: ignore[misc]
            got = ask(disk, policy, {homes[0].name: address})
        with open_log(disk, ORIGIN, PUBLISHER) as log:
            log.add_cosignatures(got.lines, policy.witnesses[0].keys)
    assert parse_note(published(disk)) == got.note
    assert len(got.note.signatures) == 4
    fresh = verify_checkpoint(got.note, policy).by[homes[0].name]
    assert now() - fresh < timedelta(hours=1)
