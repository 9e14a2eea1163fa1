"""Signatures that travel with what is sent by TAXII: made by one desk, verified by another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from legation.app.sharing.proofs import Verified, verify_sent
from legation.app.sharing.taking import post
from legation.crypto.key_files import UNPROTECTED
from legation.stix.extensions import extension_id, schema
from legation.store.exchange.reading import Wanted
from worlds.sharing_home import GREEN, POLICY, SharingHome, sharing_home
from worlds.taxii_desk import TaxiiDesk, taxii_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[TaxiiDesk]:
    with taxii_desk(tmp_path / "theirs") as other:
        other.roster.add("Ministry")
        yield other


def outbox(desk: SharingHome, name: str = "Aldria") -> list[bytes]:
    number = desk.store.partners.get(name).outbox
    with desk.store.collections.reading(number) as shelf:
        asked = Wanted(which=("all",))
        found, _ = shelf.page(asked, after_us=0, limit=10_000, most_bytes=10**9)
    return [one.raw for one in found]


def arrive(theirs: TaxiiDesk, raws: list[bytes]) -> Verified:
    partner = theirs.store.partners.get("Ministry")
    with theirs.store.transaction():
        outcomes, refused = post(theirs.store, partner, raws, "line", theirs.clock())
    assert refused == 0
    assert {one.state for one in outcomes} <= {"new", "known"}
    return verify_sent(theirs.store, theirs.store.partners.get("Ministry"))


def is_list(raw: bytes) -> bool:
    return extension_id("sending") in (msgspec.json.decode(raw).get("extensions") or {})


def test_what_is_sent_is_verified_where_it_arrives(desk: SharingHome, theirs: TaxiiDesk) -> None:
    done = desk.out().push("Aldria", [GREEN["id"]])
    found = arrive(theirs, outbox(desk))
    (signer,) = found.signers
    assert (signer.objects, signer.differing, signer.absent) == (done.new, (), 0)
    assert found.broken == ()
    public = desk.home.keys(UNPROTECTED).identity().public().fingerprint()
    assert signer.fingerprint == public
    assert not signer.pinned
    theirs.roster.trust("Ministry", public)
    assert arrive(theirs, []).signers[0].pinned


def test_what_carries_a_signature_holds_to_its_schema(desk: SharingHome) -> None:

    desk.out().push("Aldria", [GREEN["id"]])
    (raw,) = [raw for raw in outbox(desk) if is_list(raw)]
    carried = msgspec.json.decode(raw)["extensions"][extension_id("sending")]
    jsonschema_rs.validate(schema("sending"), carried)


def test_other_bytes_than_were_signed_are_named(desk: SharingHome, theirs: TaxiiDesk) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    raws = outbox(desk)
    changed = [
        raw.replace(b"letters to editors", b"lettres to editors") if not is_list(raw) else raw
        for raw in raws
    ]
    assert changed != raws
    (signer,) = arrive(theirs, changed).signers
    assert len(signer.differing) == 1
    assert signer.differing[0].startswith("campaign--")


@pytest.mark.parametrize("part", ["manifest", "signature", "ed25519", "ml_dsa_65"])
def test_a_signature_with_any_part_changed_is_broken(
    desk: SharingHome, theirs: TaxiiDesk, part: str
) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    raws = []
    for raw in outbox(desk):
        value: dict[str, Any] = msgspec.json.decode(raw)
        if is_list(raw):
            carried = value["extensions"][extension_id("sending")]
            text = carried[part]
            carried[part] = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
        raws.append(msgspec.json.encode(value))
    found = arrive(theirs, raws)
    assert len(found.broken) == 1
    assert found.signers == ()
    assert found.unsigned > 0


def test_what_is_absent_and_what_nobody_signed_is_counted(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().push("Aldria", [GREEN["id"]])
    lists = [raw for raw in outbox(desk) if is_list(raw)]
    others = [raw for raw in outbox(desk) if not is_list(raw)]
    found = arrive(theirs, lists)
    assert (found.signers[0].absent, found.signers[0].objects) == (done.new, 0)
    assert found.unsigned == 0
    unsigned = msgspec.json.encode(GREEN | {"id": "campaign--00000077-0000-4000-8000-000000000000"})
    found = arrive(theirs, [*others, unsigned])
    assert (found.signers[0].absent, found.signers[0].objects) == (0, done.new)
    # What declares the signature is under none itself.
    assert found.unsigned >= 1


def test_without_our_name_no_key_of_ours_signs(desk: SharingHome, theirs: TaxiiDesk) -> None:
    desk.policy(text=POLICY.replace(b'attribution = "named"', b'attribution = "anonymous"'))
    desk.out().push("Aldria", [GREEN["id"]])
    (signer,) = arrive(theirs, outbox(desk)).signers
    public = desk.home.keys(UNPROTECTED).identity().public().fingerprint()
    assert signer.fingerprint != public
    text = b"".join(outbox(desk)).decode()
    assert "Ministry of Aldria" not in text


def test_a_push_that_sends_nothing_signs_nothing(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    before = len(outbox(desk))
    desk.out().push("Aldria", [GREEN["id"]])
    assert len(outbox(desk)) == before
