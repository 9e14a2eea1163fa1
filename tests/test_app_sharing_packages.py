"""Signed files for a stick or a mail: from one desk to another, and what is refused on the way."""

import io
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.app.sharing.outcomes import IN_A_FILE
from legation.app.sharing.packages import opened, packed, signed_by, signer
from legation.app.sharing.taking import TakenIn, take
from legation.crypto.key_files import UNPROTECTED
from legation.errors import BadInputError, LegationError, UsageError, VerificationError
from legation.formats.envelope import Taken, judged
from worlds.sharing_home import GREEN, POLICY, TOOL, SharingHome, sharing_home
from worlds.taxii_desk import TaxiiDesk, taxii_desk

DAMAGED: Final = int(os.environ.get("LEGATION_TEST_DAMAGED", "300"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened_home:
        opened_home.policy()
        yield opened_home


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[TaxiiDesk]:
    with taxii_desk(tmp_path / "theirs") as other:
        other.roster.add("Ministry")
        yield other


def written(desk: SharingHome, name: str = "Aldria") -> bytes:
    return desk.out().write(name, [GREEN["id"]]).content


def taken(theirs: TaxiiDesk, data: bytes) -> TakenIn:
    return take(theirs.store, "Ministry", data, "x.zip", actor="test", now=theirs.clock())


def test_what_one_desk_writes_another_takes_in_once(desk: SharingHome, theirs: TaxiiDesk) -> None:
    done = desk.out().write("Aldria", [GREEN["id"]])
    first = taken(theirs, done.content)
    assert (first.new, first.refused, first.contradicting) == (done.objects, 0, 0)
    assert first.fingerprint == done.fingerprint
    assert not first.pinned
    again = taken(theirs, done.content)
    assert (again.new, again.known) == (0, done.objects)


def test_a_pinned_partner_is_known_by_its_signature_and_nobody_else(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().write("Aldria", [GREEN["id"]])
    theirs.roster.trust("Ministry", done.fingerprint)
    assert taken(theirs, done.content).pinned
    theirs.roster.trust("Ministry", "0" * 64)
    with pytest.raises(VerificationError, match="somebody else"):
        taken(theirs, done.content)


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "0" * 63])
def test_what_is_no_fingerprint_is_not_pinned(theirs: TaxiiDesk, text: str) -> None:
    with pytest.raises(UsageError):
        theirs.roster.trust("Ministry", text)


@pytest.mark.parametrize("name", ["manifest.json", "objects.json", "signature.json"])
def test_a_package_with_any_part_changed_is_refused_and_nothing_is_kept(
    desk: SharingHome, theirs: TaxiiDesk, name: str
) -> None:
    files = unzipped(written(desk))
    changed = files[name].replace(b"letters", b"lettres").replace(b'"sha256": "', b'"sha256": "0')
    changed = changed.replace(b'"signature": "', b'"signature": "A')
    assert changed != files[name]
    with pytest.raises(LegationError):
        taken(theirs, zipped(files | {name: changed}))
    assert theirs.store.quarantine.find() == []


def test_what_is_no_package_is_refused(theirs: TaxiiDesk, desk: SharingHome) -> None:
    files = unzipped(written(desk))
    bomb = zipped(files | {"objects.json": b" " * 500_000_000})
    for data in (
        b"PK\x03\x04",
        b"PK\x03\x04" + b"x" * 100,
        zipped({"x": b""}),
        zipped({name: raw for name, raw in files.items() if name != "manifest.json"}),
        zipped(files | {"signature.json": b"[]"}),
        zipped(files | {"signature.json": b'{"ed25519":"x"}'}),
        bomb,
    ):
        with pytest.raises((BadInputError, VerificationError)):
            taken(theirs, data)


def test_a_package_that_is_cut_short_is_said_to_be_damaged(
    theirs: TaxiiDesk, desk: SharingHome
) -> None:
    package = written(desk)
    middle = len(package) // 2
    for data in (package[:middle], package[:middle] + b"\0" * 40 + package[middle + 40 :]):
        with pytest.raises(BadInputError, match=r"^x\.zip: the package is damaged"):
            taken(theirs, data)
    with pytest.raises(BadInputError, match=r"^x\.zip: this is no package of legation"):
        taken(theirs, zipped({"x": b""}))


def test_a_package_made_twice_of_the_same_is_the_same_file(desk: SharingHome) -> None:
    keys = desk.home.keys(UNPROTECTED)
    one = judged(msgspec.json.encode(TOOL), "x")
    assert isinstance(one, Taken)
    content = b'{"type":"bundle","id":"x","objects":[%s]}' % one.raw
    made = [
        packed(
            content,
            [one],
            signer(keys, "p", named=True),
            profile="plain",
            marking="TLP:GREEN",
            made=desk.clock(),
        )
        for _ in range(2)
    ]
    manifests = [unzipped(package)["manifest.json"] for package in made]
    assert manifests[0] == manifests[1]
    assert opened(made[0]).manifest.objects[0].id == TOOL["id"]


def test_keys_for_partners_that_may_not_know_us_are_theirs_alone(desk: SharingHome) -> None:
    keys = desk.home.keys(UNPROTECTED)
    prints = {
        signer(keys, partner, named=named).public().fingerprint()
        for partner in ("p", "q")
        for named in (True, False)
    }
    assert len(prints) == 3
    again = signer(keys, "p", named=False).public().fingerprint()
    assert again == signer(keys, "p", named=False).public().fingerprint()
    assert again in prints
    anonymous = POLICY.replace(b'attribution = "named"', b'attribution = "anonymous"')
    desk.policy(text=anonymous)
    assert (
        desk.out().write("Aldria", [GREEN["id"]]).fingerprint
        != keys.identity().public().fingerprint()
    )


@pytest.mark.parametrize("profile", [b"plain", b"opencti", b"misp"])
def test_each_profile_goes_and_comes(desk: SharingHome, theirs: TaxiiDesk, profile: bytes) -> None:
    desk.policy(text=POLICY.replace(b'tlp = "green"', b'tlp = "green"\nprofile = "%s"' % profile))
    done = desk.out().write("Aldria", [GREEN["id"]])
    found = taken(theirs, done.content)
    assert found.profile == profile.decode()
    assert found.refused == found.contradicting == 0
    assert found.new >= done.objects


def test_what_went_in_a_file_is_in_the_ledger_and_its_recall_says_to_tell_the_partner(
    desk: SharingHome,
) -> None:
    written(desk)
    entries = desk.store.ledger.find(object_id=GREEN["id"])
    assert [one.channel for one in entries] == ["file"]
    assert [one.outcome for one in desk.recall(GREEN["id"])] == [IN_A_FILE]
    assert desk.out().write("Aldria", [GREEN["id"]]).recalled == 1
    last = desk.store.audit.last("share.write")
    assert last is not None
    assert last.event.detail["sha256"]


def test_without_a_policy_no_file_is_written(desk: SharingHome) -> None:
    with pytest.raises(UsageError, match="nothing leaves"):
        written(desk, "Bevora")


def signed(desk: SharingHome, manifest: bytes, content: bytes) -> bytes:
    by = signer(desk.home.keys(UNPROTECTED), "p", named=True)
    return zipped(
        {
            "manifest.json": manifest,
            "signature.json": msgspec.json.encode(signed_by(manifest, by)),
            "objects.json": content,
        }
    )


@pytest.mark.parametrize(
    "lie",
    [
        (b'"id": "campaign--', b'"id": "identity--'),
        (b'"modified": "2', b'"modified": "3'),
        (b'"objects": [', b'"objects": [{"id": "x", "sha256": "y"},'),
    ],
)
def test_a_manifest_that_names_other_objects_than_there_are_is_refused(
    desk: SharingHome, theirs: TaxiiDesk, lie: tuple[bytes, bytes]
) -> None:
    files = unzipped(written(desk))
    honest = signed(desk, files["manifest.json"], files["objects.json"])
    assert taken(theirs, honest).refused == 0
    manifest = files["manifest.json"].replace(*lie)
    assert manifest != files["manifest.json"]
    with pytest.raises(VerificationError, match="other objects"):
        taken(theirs, signed(desk, manifest, files["objects.json"]))


def test_all_that_stands_in_a_plain_content_is_in_its_manifest(desk: SharingHome) -> None:
    files = unzipped(written(desk))
    listed = msgspec.json.decode(files["manifest.json"])["objects"]
    content = msgspec.json.decode(files["objects.json"])["objects"]
    assert [one["id"] for one in listed] == [one["id"] for one in content]


def test_entries_that_no_package_has_are_not_even_unpacked(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    more = zipped(unzipped(written(desk)) | {"more.bin": b"\0" * 100_000_000})
    tracemalloc.start()
    assert taken(theirs, more).refused == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_what_unpacks_to_far_more_than_any_json_is_refused_before_it_is(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    bomb = zipped(unzipped(written(desk)) | {"objects.json": b" " * 100_000_000})
    tracemalloc.start()
    with pytest.raises(BadInputError, match="unpacks to more than"):
        taken(theirs, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_list_of_entries_without_end_is_not_read(desk: SharingHome, theirs: TaxiiDesk) -> None:
    many = zipped(unzipped(written(desk)) | {str(number): b"" for number in range(200)})
    with pytest.raises(BadInputError, match="too many entries"):
        taken(theirs, many)


def test_a_time_without_a_zone_is_no_time_of_a_package(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    files = unzipped(written(desk))
    manifest = msgspec.json.decode(files["manifest.json"]) | {"made": "2026-01-01T00:00:00"}
    with pytest.raises(BadInputError):
        taken(theirs, signed(desk, msgspec.json.encode(manifest), files["objects.json"]))


@pytest.fixture
def package(desk: SharingHome) -> bytes:
    return written(desk)


@settings(
    max_examples=DAMAGED,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.tuples(st.floats(0, 1), st.integers(0, 40)),
)
def test_a_package_damaged_anywhere_is_told_or_opened_and_no_fault(
    package: bytes, changed: list[tuple[float, int]], cut: tuple[float, int]
) -> None:
    data = bytearray(package)
    for where, byte in changed:
        data[int(where * (len(data) - 1))] = byte
    at = int(cut[0] * len(data))
    del data[at : at + cut[1]]
    with suppress(BadInputError, VerificationError):
        assert opened(bytes(data)).content


def test_a_package_older_than_the_last_is_told_and_taken(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    old = written(desk)
    desk.clock.pass_time(hours=1)
    new = written(desk)
    assert taken(theirs, new).notes == taken(theirs, new).notes == ()
    (note,) = taken(theirs, old).notes
    assert "older than the last one" in note
    assert taken(theirs, new).notes == ()


def test_who_else_signed_says_nothing_of_how_old_a_package_is(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    old = written(desk)
    desk.clock.pass_time(hours=1)
    desk.policy(text=POLICY.replace(b'attribution = "named"', b'attribution = "anonymous"'))
    assert taken(theirs, written(desk)).notes == ()
    assert taken(theirs, old).notes == ()


def unzipped(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()
