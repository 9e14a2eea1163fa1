"""Packs of a home: what is taken in holds, what does not hold changes nothing."""

import base64

import msgspec
import pytest

from legation.app.home import Home
from legation.app.knowledge.offers import Given, Offer
from legation.app.knowledge.packs import ADDED, Knowledge
from legation.app.knowledge.signatures import sign_pack, signer_of
from legation.crypto.key_files import UNPROTECTED
from legation.crypto.keys import KeySet
from legation.crypto.signing import sign
from legation.errors import BadInputError, ConflictError, DeniedError, VerificationError
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.packs import PACK

UNSIGNED = Given(unsigned=True)
NEWER = PACK.replace(b"date = 2026-03-01", b"date = 2026-03-02")
STRANGER = KeySet.generate().identity()


@pytest.fixture
def known(home: Home, store: Store) -> Knowledge:
    return Knowledge(home.library(store, "command line").scope())


def taken(known: Knowledge, content: bytes = PACK, given: Given = UNSIGNED) -> Offer:
    offer = known.offer(content, "accords.toml", given)
    known.add(offer)
    return offer


def titles(known: Knowledge) -> dict[str, str]:
    return {one.pack.title: one.signature for one in known.packs()}


def nothing_came_of_it(known: Knowledge, store: Store) -> bool:
    return (
        not store.audit.entries(verb=ADDED)
        and "Office of Aldria/accords" not in titles(known)
        and not store.objects.registered(["knowledge"])
    )


def test_a_pack_is_taken_in_whole_and_read_again_as_it_was(known: Knowledge, store: Store) -> None:
    offer = taken(known)
    found = next(one for one in known.packs() if one.pack.title == "Office of Aldria/accords")
    assert found.pack == offer.pack
    assert found.signature == "NOT SIGNED"
    (entry,) = store.audit.entries(verb=ADDED)
    assert entry.event.detail == {
        "date": "2026-03-01T00:00:00+00:00",
        "sha256": offer.sha256,
        "signed_by": "",
        "added": 12,
        "changed": 0,
        "removed": 0,
    }
    assert known.add(known.offer(PACK, "accords.toml", UNSIGNED)) == 0
    assert len(store.audit.entries(verb=ADDED)) == 1


def test_an_offer_changes_nothing(known: Knowledge, store: Store) -> None:
    offer = known.offer(PACK, "accords.toml", UNSIGNED)
    assert len(offer.difference.changes) == 12
    assert nothing_came_of_it(known, store)


def test_a_newer_pack_writes_what_differs_and_what_was_known_before_stays_known(
    known: Knowledge, clock: Clock
) -> None:
    taken(known)
    before = clock.pass_time(hours=1)
    clock.pass_time(days=1)
    content = NEWER.replace(b"Grain law", b"Grain Act").replace(b'key = "t1"', b'key = "t2"')
    offer = known.offer(content, "accords.toml", UNSIGNED)
    assert known.add(offer) == 4  # the head, a change, one that came, one that went
    assert [one.fields["title"] for one in known.facts("law", state="XA")] == ["Grain Act"]
    assert [one.key for one in known.facts("trial")] == ["t2"]
    assert [one.key for one in known.facts("trial", as_of=before)] == ["t1"]
    assert known.facts("law", state="XA", as_of=before)[0].fields["title"] == "Grain law"


def test_a_row_that_went_may_come_back(known: Knowledge, clock: Clock) -> None:
    taken(known)
    clock.pass_time(days=1)
    taken(known, NEWER.replace(b'key = "t1"', b'key = "t2"'))
    clock.pass_time(days=1)
    taken(known, PACK.replace(b"date = 2026-03-01", b"date = 2026-03-03"))
    assert [one.key for one in known.facts("trial")] == ["t1"]


def test_a_broken_signature_an_older_date_and_a_bad_row_change_nothing(
    known: Knowledge, store: Store, home: Home
) -> None:
    own = sign_pack(PACK, home.keys(UNPROTECTED).identity())
    turned = b"A" if own[3000:3001] != b"A" else b"B"
    forged = own[:3000] + turned + own[3001:]
    bad: list[tuple[bytes, Given, type[Exception]]] = [
        (PACK, Given(), VerificationError),
        (PACK, Given(by="00" * 32, unsigned=True), VerificationError),
        (PACK + b"\n", Given(signature=own), VerificationError),
        (PACK, Given(signature=forged), VerificationError),
        (PACK, Given(signature=forged, unsigned=True), VerificationError),
        (PACK, Given(signature=b"signed"), BadInputError),
        (PACK, Given(signature=own, by="0" * 64), VerificationError),
        (PACK.replace(b'state = "XA", title', b'state = "ZY", title'), UNSIGNED, BadInputError),
        (PACK.replace(b'implements = ["grain"]', b'implements = ["x"]'), UNSIGNED, BadInputError),
        (PACK.replace(b"date = 2026-03-01", b"date = 2027-03-01"), UNSIGNED, BadInputError),
    ]
    for content, given, error in bad:
        with pytest.raises(error) as raised:
            known.add(known.offer(content, "accords.toml", given))
        assert raised.value.hint  # type: ignore[attr-defined]  # every error of ours has one
    assert nothing_came_of_it(known, store)


def test_an_older_pack_and_another_of_the_same_date_are_refused(known: Knowledge) -> None:
    taken(known, NEWER)
    with pytest.raises(ConflictError, match="is older than the known one of 2026-03-02"):
        known.offer(PACK, "accords.toml", UNSIGNED)
    with pytest.raises(ConflictError, match="of the same date"):
        known.offer(NEWER.replace(b"Grain law", b"Grain Act"), "accords.toml", UNSIGNED)


def test_a_pack_that_came_in_meanwhile_is_not_overtaken(known: Knowledge) -> None:
    late = known.offer(PACK, "accords.toml", UNSIGNED)
    taken(known, NEWER)
    with pytest.raises(ConflictError):
        known.add(late)
    assert known.listed()[0].date.day == 2


def test_the_desk_s_own_signature_is_known(known: Knowledge, home: Home) -> None:
    taken(known, given=Given(signature=sign_pack(PACK, home.keys(UNPROTECTED).identity())))
    assert titles(known)["Office of Aldria/accords"] == "signed by this desk"


def test_a_stranger_s_signature_needs_its_fingerprint_once(known: Knowledge, store: Store) -> None:
    signature = sign_pack(PACK, STRANGER)
    fingerprint = STRANGER.public().fingerprint()
    offer = known.offer(PACK, "accords.toml", Given(signature=signature))
    assert not offer.trusted
    with pytest.raises(DeniedError) as refused:
        known.add(offer)
    assert fingerprint in refused.value.hint
    assert nothing_came_of_it(known, store)
    taken(known, given=Given(signature=signature, by=fingerprint.upper()))
    assert titles(known)["Office of Aldria/accords"] == f"signed by {fingerprint}"
    taken(known, NEWER, Given(signature=sign_pack(NEWER, STRANGER)))


def test_a_signed_pack_is_not_followed_by_one_that_nobody_signed(known: Knowledge) -> None:
    signature = sign_pack(PACK, STRANGER)
    by = STRANGER.public().fingerprint()
    taken(known, given=Given(signature=signature, by=by))
    with pytest.raises(VerificationError, match="is signed, and this one is not"):
        known.offer(NEWER, "accords.toml", UNSIGNED)


def test_a_signature_for_another_purpose_is_none_on_a_pack() -> None:
    text = sign_pack(PACK, STRANGER).decode()
    assert signer_of(PACK, text.encode(), place="x") == STRANGER.public().fingerprint()
    assert sign(PACK, "legation/statement/v1", STRANGER) != sign(
        PACK, "legation/knowledge-pack/v1", STRANGER
    )
    public = STRANGER.public()
    octets = public.ed25519 + public.ml_dsa_65 + sign(PACK, "legation/statement/v1", STRANGER)
    armour = base64.b64encode(octets).decode()
    head, _, rest = text.partition("-----BEGIN LEGATION SIGNATURE-----\n")
    forged = f"{head}-----BEGIN LEGATION SIGNATURE-----\n{armour}\n{rest[rest.index('-----END') :]}"
    with pytest.raises(VerificationError):
        signer_of(PACK, forged.encode(), place="x")


def test_a_partner_s_object_is_no_row_of_a_pack(known: Knowledge, store: Store) -> None:
    taken(known)
    version = store.objects.registered(["knowledge"])[-1]
    value = msgspec.json.decode(version.raw)
    value |= {
        "id": "grouping--00000000-0000-4000-8000-000000000000",
        "created_by_ref": "identity--00000000-0000-4000-8000-000000000000",
    }
    before = known.packs()
    store.objects.put(msgspec.json.encode(value))
    assert known.packs() == before


def test_who_may_not_know_a_row_does_not_see_it(known: Knowledge, store: Store) -> None:
    taken(known)
    law = next(
        version.object_id
        for version in store.objects.registered(["knowledge"])
        if b"Grain law" in version.raw
    )
    store.labels.set(
        law, Label(tlp=Tlp.RED, compartments=("grain",)), actor="a", reason="for the few"
    )
    assert "XA" not in {one.fields["state"] for one in known.facts("law")}
    changes = known.offer(NEWER.replace(b"Grain law", b"Act"), "x", UNSIGNED).difference.changes
    assert [(one.kind, one.fact.key) for one in changes] == [("added", "xa-1")]
    assert "Grain law" not in changes[0].line()


def test_names_of_a_pack_name_codes_of_users(known: Knowledge, clock: Clock) -> None:
    taken(known)
    page = known.page("XA", on=clock())
    assert page.name == "Aldria"
    assert page.standings[0].sentence.startswith("whether Aldria has signed")


def test_what_ships_is_listed_as_not_signed_and_stale_after_180_days(
    known: Knowledge, clock: Clock
) -> None:
    clock.pass_time(days=365)
    found = {one.pack: one for one in known.listed()}
    assert found["legation/agreements"].signature == "shipped with legation, not signed"
    assert found["legation/agreements"].stale
    assert known.check().stale_packs == tuple(sorted(found))
