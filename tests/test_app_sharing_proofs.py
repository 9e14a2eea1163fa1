"""Signatures that travel with what is sent by TAXII: made by one desk, verified by another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from legation.app.sharing.proofs import Verified, signed_lists, verify_sent
from legation.app.sharing.taking import post, take
from legation.crypto.key_files import UNPROTECTED
from legation.formats.envelope import Taken, judged
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
    assert found.pin == ""
    assert found.holds
    # What declares the signature, and the levels of TLP, are published: nobody has to sign them.
    assert found.unsigned == 0
    theirs.roster.trust("Ministry", public)
    again = arrive(theirs, [])
    assert again.signers[0].pinned
    assert again.signers[0].objects == done.new
    assert again.holds


def test_who_is_not_the_pinned_signer_signs_for_nothing(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().push("Aldria", [GREEN["id"]])
    theirs.roster.trust("Ministry", "0123abcd" * 8)
    found = arrive(theirs, outbox(desk))
    (signer,) = found.signers
    assert (signer.pinned, signer.objects, signer.uncounted) == (False, 0, done.new)
    assert found.pin == " ".join(["0123abcd"] * 8)
    assert not found.holds


def test_a_version_that_was_sent_anew_holds_by_either_list(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    first = outbox(desk)
    desk.policy(text=POLICY.replace(b"[action]", b"tlp_family = 'opencti'\n[action]"))
    desk.out().push("Aldria", [GREEN["id"]])
    found = arrive(theirs, [*first, *(raw for raw in outbox(desk) if is_list(raw))])
    assert found.signers[0].differing == ()
    assert found.holds


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
    assert found.unsigned == 1


def carrier(number: int) -> bytes:
    """Return a grouping that says it carries a signature, and does not."""
    value = GREEN | {
        "type": "grouping",
        "id": f"grouping--{number:08d}-0000-4000-8000-000000000000",
        "context": "unspecified",
        "object_refs": [GREEN["id"]],
        "extensions": {
            extension_id("sending"): {"extension_type": "property-extension", "manifest": "{}"}
        },
    }
    return msgspec.json.encode(value)


def test_lists_count_as_such_only_where_their_signature_holds(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    """Whoever sends false lists, and names them in a true one, hides nothing by them."""
    keys = desk.home.keys(UNPROTECTED).identity()
    bare = [
        msgspec.json.encode(GREEN | {"id": f"campaign--{at:08d}-0000-4000-8000-000000000000"})
        for at in range(3)
    ]
    false = [judged(carrier(at), "x") for at in range(6)]
    named = [one for one in false if isinstance(one, Taken)]
    assert len(named) == 6
    lists = signed_lists(named, keys, "p", theirs.clock())
    found = arrive(theirs, [*bare, *(one.raw for one in named), *(one.raw for one in lists)])
    assert found.unsigned == 3
    assert len(found.broken) == 6
    assert found.signers[0].objects == 6


def test_where_a_signer_is_pinned_only_its_lists_name_anything(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().push("Aldria", [GREEN["id"]])
    assert arrive(theirs, outbox(desk)).unsigned == 0
    public = desk.home.keys(UNPROTECTED).identity().public().fingerprint()
    theirs.roster.trust("Ministry", public)
    assert arrive(theirs, []).unsigned == 0
    theirs.roster.trust("Ministry", "0" * 64)
    # All that was sent but the level of TLP, which is published; and the list of somebody else.
    assert arrive(theirs, []).unsigned == done.new


def test_what_declares_a_list_is_known_by_its_bytes_alone(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    changed = [
        raw.replace(b'"name":"', b'"name":"x') if b'"extension-definition"' in raw else raw
        for raw in outbox(desk)
    ]
    assert arrive(theirs, changed).unsigned == 1


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


def taken(theirs: TaxiiDesk, package: bytes) -> Verified:
    take(theirs.store, "Ministry", package, "x.zip", actor="test", now=theirs.clock())
    return verify_sent(theirs.store, theirs.store.partners.get("Ministry"))


def test_what_came_in_a_package_is_proven_by_its_manifest(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().write("Aldria", [GREEN["id"]])
    for _ in range(2):
        found = taken(theirs, done.content)
        (signer,) = found.signers
        assert (signer.fingerprint, signer.lists) == (done.fingerprint, 1)
        assert (signer.objects, signer.differing, signer.absent) == (done.objects, (), 0)
        assert (found.unsigned, found.holds) == (0, True)
    theirs.roster.trust("Ministry", "0" * 64)
    assert not verify_sent(theirs.store, theirs.store.partners.get("Ministry")).holds


def test_what_came_in_a_package_and_over_the_line_is_proven_by_both(
    desk: SharingHome, theirs: TaxiiDesk
) -> None:
    done = desk.out().write("Aldria", [GREEN["id"]])
    desk.out().push("Aldria", [GREEN["id"]])
    taken(theirs, done.content)
    (signer,) = arrive(theirs, outbox(desk)).signers
    assert (signer.lists, signer.objects) == (2, done.objects)


@pytest.mark.parametrize("profile", [b"opencti", b"misp"])
def test_of_a_package_of_another_form_it_is_said_that_the_bytes_differ(
    desk: SharingHome, theirs: TaxiiDesk, profile: bytes
) -> None:
    desk.policy(text=POLICY.replace(b'tlp = "green"', b'tlp = "green"\nprofile = "%s"' % profile))
    done = desk.out().write("Aldria", [GREEN["id"]])
    found = taken(theirs, done.content)
    (signer,) = found.signers
    assert (signer.differing, signer.absent) == ((), 0)
    assert signer.objects + signer.reshaped == done.objects
    assert found.holds


def test_the_kept_manifest_holds_to_its_schema(desk: SharingHome, theirs: TaxiiDesk) -> None:
    taken(theirs, desk.out().write("Aldria", [GREEN["id"]]).content)
    number = theirs.store.partners.get("Ministry").inbox
    with theirs.store.collections.reading(number) as shelf:
        asked = Wanted(types=("grouping",))
        found, _ = shelf.page(asked, after_us=0, limit=9, most_bytes=10**9)
    (kept,) = found
    value = msgspec.json.decode(kept.raw)
    jsonschema_rs.validate(schema("sending"), value["extensions"][extension_id("sending")])
    assert any(one.startswith("campaign--") for one in value["object_refs"])
