"""Packs of a home: what is taken in holds, what does not hold changes nothing."""

import base64
from datetime import date

import msgspec
import pytest

from legation.app.home import Home
from legation.app.knowledge.checking import CHECKED, Look, record
from legation.app.knowledge.offers import Given, Offer
from legation.app.knowledge.packs import ADDED, Knowledge
from legation.app.knowledge.signatures import sign_pack, signer_of
from legation.crypto.key_files import UNPROTECTED
from legation.crypto.keys import KeySet
from legation.crypto.signing import SigningIdentity, sign
from legation.errors import (
    BadInputError,
    ConflictError,
    DeniedError,
    LegationError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.knowledge.marks import UNSIGNED as UNSIGNED_MARK
from legation.knowledge.shipped import release_key
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.packs import PACK

UNSIGNED = Given(unsigned=True)
NEWER = PACK.replace(b"date = 2026-03-01", b"date = 2026-03-02")
STRANGER = KeySet.generate().identity()
OTHER = KeySet.generate().identity()


@pytest.fixture
def known(home: Home, store: Store) -> Knowledge:
    return Knowledge(home.library(store, "command line").scope())


def signed(content: bytes, by: SigningIdentity = STRANGER) -> Given:
    return Given(signature=sign_pack(content, by), by=by.public().fingerprint())


def taken(known: Knowledge, content: bytes = PACK, given: Given | None = None) -> Offer:
    offer = known.offer(content, "accords.toml", given or signed(content))
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
    offer = taken(known, given=UNSIGNED)
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
    offer = known.offer(content, "accords.toml", signed(content))
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
        (PACK.replace(b"as_of = 2026-02-01", b"as_of = 2026-03-09"), UNSIGNED, BadInputError),
        (
            PACK.replace(b'key = "xa-1"', b'key = "xa-1", as_of = 2026-03-09'),
            UNSIGNED,
            BadInputError,
        ),
        (PACK.replace(b"on = 2025-06-01", b"on = 2026-03-09"), UNSIGNED, BadInputError),
        (PACK.replace(b'when = "1899"', b'when = "2027"'), UNSIGNED, BadInputError),
    ]
    for content, given, error in bad:
        with pytest.raises(error) as raised:
            known.add(known.offer(content, "accords.toml", given))
        assert raised.value.hint  # type: ignore[attr-defined]  # every error of ours has one
    assert nothing_came_of_it(known, store)


def test_an_older_pack_and_another_of_the_same_date_are_refused(known: Knowledge) -> None:
    taken(known, NEWER)
    with pytest.raises(ConflictError, match="is older than the known one of 2026-03-02"):
        known.offer(PACK, "accords.toml", signed(PACK))
    other = NEWER.replace(b"Grain law", b"Grain Act")
    with pytest.raises(ConflictError, match="of the same date"):
        known.offer(other, "accords.toml", signed(other))


def test_a_pack_that_came_in_meanwhile_is_not_overtaken(known: Knowledge) -> None:
    late = known.offer(PACK, "accords.toml", signed(PACK))
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
    act = NEWER.replace(b"Grain law", b"Act")
    changes = known.offer(act, "x", signed(act)).difference.changes
    assert [(one.kind, one.fact.key) for one in changes] == [("added", "xa-1")]
    assert "Grain law" not in changes[0].line()


def test_names_of_a_pack_name_codes_of_users(known: Knowledge, clock: Clock) -> None:
    taken(known)
    page = known.page("XA", on=clock())
    assert page.name == "Aldria"
    assert page.standings[0].sentence.startswith("whether Aldria has signed")


def test_what_ships_is_listed_as_anchored_and_signed_and_stale_after_180_days(
    known: Knowledge, clock: Clock
) -> None:
    clock.pass_time(days=365)
    found = {one.pack: one for one in known.listed()}
    said = found["legation/agreements"].signature
    assert said == f"shipped with legation, anchored by its SHA-256, signed by {release_key()}"
    assert found["legation/agreements"].stale
    # A pack of numbers and titles that were adopted once states nothing that may change.
    assert not found["legation/norms"].stale
    assert known.check().stale_packs == (
        *("legation/agreements", "legation/forms", "legation/tallinn"),
    )


BEVORA = PACK.replace(b"Office of Aldria", b"Office of Bevora")


@pytest.mark.parametrize("by", [None, STRANGER, "own"])
def test_nothing_is_taken_under_the_name_of_what_ships(
    by: SigningIdentity | str | None, known: Knowledge, store: Store, home: Home
) -> None:
    content = PACK.replace(b'"Office of Aldria"', b'"legation"').replace(b'"accords"', b'"norms"')
    key = home.keys(UNPROTECTED).identity() if by == "own" else by
    given = signed(content, key) if isinstance(key, SigningIdentity) else UNSIGNED
    before = known.packs()
    with pytest.raises(ConflictError, match="nothing is taken under the publisher 'legation'"):
        known.offer(content, "norms.toml", given)
    assert known.packs() == before
    assert not store.objects.registered(["knowledge"])


@pytest.mark.parametrize("name", ["Legation", "1egation", "l\u00e9gation", "leg\u0430tion", " "])
def test_a_name_that_looks_like_that_of_what_ships_is_refused(name: str, known: Knowledge) -> None:
    content = PACK.replace(b'"Office of Aldria"', f'"{name}"'.encode())
    with pytest.raises((ConflictError, BadInputError)):
        known.offer(content, "x.toml", UNSIGNED)


def test_what_an_older_home_took_in_under_that_name_stands_in_no_place_of_what_ships(
    known: Knowledge, store: Store
) -> None:
    before = known.packs()
    offer = known.offer(PACK, "x", UNSIGNED)
    pack = msgspec.structs.replace(offer.pack, publisher="legation", name="agreements")
    known.state("legation", lambda _: pack, verb="x", subject="x", detail={})
    assert store.objects.registered(["knowledge"])
    assert known.packs() == before


def test_a_name_belongs_to_the_key_that_signed_the_first_pack_under_it(known: Knowledge) -> None:
    taken(known)
    before = known.packs()
    another_pack = NEWER.replace(b'name = "accords"', b'name = "others"')
    for content in (NEWER, another_pack):
        with pytest.raises(VerificationError, match="the name Office of Aldria belongs to the key"):
            known.offer(content, "x.toml", signed(content, OTHER))
        with pytest.raises(VerificationError, match="is signed, and this one is not"):
            known.offer(content, "x.toml", UNSIGNED)
    assert known.packs() == before
    # The same key needs no naming any more, for this pack and for others of its publisher.
    for content in (NEWER, another_pack):
        assert known.offer(content, "x.toml", Given(signature=sign_pack(content, STRANGER))).trusted


def test_a_look_alike_of_a_known_publisher_is_refused(known: Knowledge) -> None:
    taken(known)
    for name in ("office of aldria", "0ffice of A1dria"):
        content = NEWER.replace(b"Office of Aldria", name.encode())
        with pytest.raises(ConflictError, match="looks like the known publisher"):
            known.offer(content, "x.toml", signed(content, OTHER))


def test_what_nobody_signed_only_adds(known: Knowledge) -> None:
    taken(known, given=UNSIGNED)
    before = known.packs()
    for content, what in (
        (NEWER.replace(b"Grain law", b"Grain Act"), "changes law xa-1"),
        (NEWER.replace(b'key = "t1"', b'key = "t2"'), "takes away trial t1"),
    ):
        with pytest.raises(DeniedError, match=f"nobody signed it, and it {what}"):
            known.offer(content, "x.toml", UNSIGNED)
    assert known.packs() == before
    more = NEWER.replace(
        b"trial = [",
        b"""trial = [
  { key = "t0", agreement = "grain", state = "XA", on = 2025-01-01, outcome = "failed", source = "log", verified = "verified-excerpt" },""",  # noqa: E501 - a row of a pack is one line
    )
    taken(known, more, UNSIGNED)
    assert [one.key for one in known.facts("trial")] == ["t0", "t1"]


def test_what_nobody_signed_carries_the_mark_until_somebody_did(
    known: Knowledge, store: Store, clock: Clock
) -> None:
    taken(known, given=UNSIGNED)
    marks = {one.mark for one in known.facts("law", state="XA")}
    assert marks == {UNSIGNED_MARK}
    assert known.names()["XA"] == f"Aldria [{UNSIGNED_MARK}]"
    assert UNSIGNED_MARK in stored(store, "Grain law")
    clock.pass_time(days=1)
    taken(known, NEWER)
    assert {one.mark for one in known.facts("law", state="XA")} == {""}
    assert known.names()["XA"] == "Aldria"
    assert UNSIGNED_MARK not in stored(store, "Grain law")


def stored(store: Store, words: str) -> str:
    """Return what the newest object of these words says in standard STIX."""
    return next(
        str(version.value()["description"])
        for version in reversed(store.objects.registered(["knowledge"]))
        if words in str(version.value().get("name"))
    )


def test_a_declared_successor_follows_when_a_person_names_it(
    known: Knowledge, store: Store, clock: Clock
) -> None:
    to = OTHER.public().fingerprint()
    first = PACK.replace(
        b'licence = "CC0-1.0"', f'licence = "CC0-1.0"\nsuccessor = "{to}"'.encode()
    )
    taken(known, first)
    clock.pass_time(days=1)
    unnamed = known.offer(NEWER, "x.toml", Given(signature=sign_pack(NEWER, OTHER)))
    assert not unnamed.trusted
    with pytest.raises(DeniedError):
        known.add(unnamed)
    offer = taken(known, NEWER, signed(NEWER, OTHER))
    assert offer.succeeds == STRANGER.public().fingerprint()
    entry = store.audit.entries(verb=ADDED)[-1]
    assert (entry.event.detail["succeeds"], entry.event.detail["signed_by"]) == (
        STRANGER.public().fingerprint(),
        to,
    )
    # The old key follows no more, and a third never did.
    third = NEWER.replace(b"date = 2026-03-02", b"date = 2026-03-03")
    for key in (STRANGER, KeySet.generate().identity()):
        with pytest.raises(VerificationError, match="belongs to the key"):
            known.offer(third, "x.toml", signed(third, key))


def test_two_publishers_who_disagree_are_both_shown_with_who_says_what(
    known: Knowledge, clock: Clock
) -> None:
    taken(known)
    content = BEVORA.replace(b'ratified = "no"', b'ratified = "2003"').replace(
        b'name = "Aldria"', b'name = "Great Aldria"'
    )
    taken(known, content, signed(content, OTHER))
    shown = {one.pack: one for one in known.facts("party", state="XA") if one.key == "river.xa"}
    assert set(shown) == {"Office of Aldria/accords", "Office of Bevora/accords"}
    for pack, other, value in (
        ("Office of Aldria/accords", "Office of Bevora/accords", "2003"),
        ("Office of Bevora/accords", "Office of Aldria/accords", "no"),
    ):
        said = f"contradicted by {other} (ratified: {value}; from memory, not checked)"
        assert said in shown[pack].mark
        assert said in shown[pack].line()
    assert known.names()["XA"].split(" / ") == [
        "Aldria [as Office of Aldria/accords says]",
        "Great Aldria [as Office of Bevora/accords says]",
    ]
    one = next(
        one
        for one in known.page("XA", on=clock()).standings
        if (one.agreement, one.question) == ("river", "ratified")
    )
    assert one.said == "contradicted"
    memory = "from memory, not checked"
    ours, theirs = "Office of Aldria/accords", "Office of Bevora/accords"
    note = f"as of 2026-02-01; {memory}"
    assert one.says == (
        f"{ours}: no [{note}]",
        f"{theirs}: yes [{note}]",
    )
    assert all(said in one.sentence for said in one.says)


def test_a_fact_that_a_person_checked_loses_its_mark_and_keeps_its_history(
    known: Knowledge, store: Store, clock: Clock
) -> None:
    taken(known)
    before = clock.pass_time(hours=1)
    clock.pass_time(days=1)
    look = Look(
        about="party:river.xa", by="Legal adviser", on=date(2026, 3, 3), source="the depositary"
    )
    seen = record(known, look, clock())
    assert seen.mark == ""
    assert seen.verified == "from-memory"
    assert seen.checks == ("checked by Legal adviser on 2026-03-03: holds (the depositary)",)
    assert seen.checks[0] in seen.line()
    (entry,) = store.audit.entries(verb=CHECKED)
    assert entry.event.subject == "party:river.xa"
    river = next(one for one in known.facts("party", as_of=before) if one.key == "river.xa")
    assert (river.mark, river.checks) == ("from memory, not checked", ())
    clock.pass_time(days=1)
    again = msgspec.structs.replace(look, found="does not hold", on=date(2026, 3, 4))
    seen = record(known, again, clock())
    assert seen.mark == "does not hold, as Legal adviser found"
    assert len(seen.checks) == 2
    assert next(one.signature for one in known.packs() if one.pack.name == "checks") == (
        "recorded at this desk"
    )


@pytest.mark.parametrize("more", [{"by": "x" * 301}, {"source": "x" * 2001}])
def test_a_check_that_could_not_be_read_again_is_refused(
    known: Knowledge, clock: Clock, more: dict[str, str]
) -> None:
    taken(known)
    clock.pass_time(days=1)
    plain = Look(
        about="party:river.xa", on=date(2026, 3, 2), by="Legal adviser", source="the depositary"
    )
    look = msgspec.structs.replace(plain, **more)
    with pytest.raises(UsageError, match="at too great a length"):
        record(known, look, clock())
    assert known.facts("party")


def test_what_a_person_found_not_to_hold_decides_no_answer(known: Knowledge, clock: Clock) -> None:
    taken(known)
    clock.pass_time(days=1)

    def bound() -> tuple[str, str]:
        found = known.page("XA", on=clock()).standings
        one = next(one for one in found if (one.agreement, one.question) == ("river", "signed"))
        return one.said, one.sentence

    assert bound()[0] == "yes"
    look = Look(
        about="party:river.xa",
        by="Legal adviser",
        on=date(2026, 3, 2),
        source="the depositary",
        found="does not hold",
    )
    record(known, look, clock())
    said, sentence = bound()
    assert said == "not known"
    assert "whether Aldria has signed River pact is not known" in sentence
    assert "does not hold, as Legal adviser found" in sentence


def test_a_check_that_a_reader_may_not_know_stays_beside_a_new_one(
    known: Knowledge, store: Store, clock: Clock
) -> None:
    taken(known)
    look = Look(about="party:river.xa", by="Adviser", on=date(2026, 3, 2), source="the chart")
    record(known, look, clock())
    (check,) = (
        version.object_id
        for version in store.objects.registered(["knowledge"])
        if version.value()["context"] == "knowledge-check"
    )
    store.labels.set(
        check, Label(tlp=Tlp.RED, compartments=("grain",)), actor="a", reason="for the few"
    )
    assert not known.facts("check")
    clock.pass_time(hours=1)
    record(known, msgspec.structs.replace(look, about="law:xa-1"), clock())
    assert len(known.facts("check")) == 1
    kept = [
        version.value()
        for version in store.objects.registered(["knowledge"])
        if version.value()["context"] == "knowledge-check"
    ]
    assert len(kept) == 2
    assert not any("gone" in extension for one in kept for extension in one["extensions"].values())


def test_of_two_checks_of_a_day_the_one_recorded_last_counts(
    known: Knowledge, clock: Clock
) -> None:
    taken(known)
    look = Look(about="party:river.xa", by="Adviser", on=date(2026, 3, 1), source="the chart")
    for found, mark in (("does not hold", "does not hold"), ("holds", ""), ("cannot tell", "from")):
        seen = record(known, msgspec.structs.replace(look, found=found), clock())
        clock.pass_time(minutes=1)
        assert (mark in seen.mark) if mark else not seen.mark


def test_a_check_is_of_what_was_stated_then(known: Knowledge, clock: Clock) -> None:
    taken(known)
    look = Look(about="party:river.xa", by="Adviser", on=date(2026, 3, 2), source="the chart")
    assert record(known, look, clock()).mark == ""
    clock.pass_time(days=1)
    taken(known, NEWER.replace(b'signed = "2001", ratified = "no"', b'signed = "2002"'))
    river = next(one for one in known.facts("party") if one.key == "river.xa")
    assert (river.mark, river.checks) == ("from memory, not checked", ())


def test_a_publisher_checks_its_own_facts_and_nobody_else_s(known: Knowledge) -> None:
    check = b"""
check = [
  { key = "c1", about = "party:river.xa", PACK by = "Registrar", on = 2026-02-20, found = "holds", source = "chart", verified = "verified-excerpt" },
]
"""  # noqa: E501 - a row of a pack is one line
    taken(known, PACK + check.replace(b"PACK", b""))
    river = next(one for one in known.facts("party") if one.key == "river.xa")
    assert river.mark == ""
    other = BEVORA.replace(b"Office of Bevora", b"Bureau of Bevora") + check.replace(
        b"PACK", b'pack = "legation/agreements",'
    ).replace(b"river.xa", b"budapest-2001.us")
    taken(known, other, signed(other, OTHER))
    (budapest,) = (one for one in known.facts("party") if one.key == "budapest-2001.us")
    assert budapest.mark == "from memory, not checked"


@pytest.mark.parametrize(
    ("part", "value", "error"),
    [
        ("about", "party:none", NotFoundError),
        ("about", "river.xa", NotFoundError),
        ("pack", "Office of Nobody/x", NotFoundError),
        ("by", " ", UsageError),
        ("by", "a\nb", UsageError),
        ("source", "", UsageError),
        ("on", date(2026, 3, 9), UsageError),
        ("on", date(2026, 1, 1), UsageError),
    ],
)
def test_a_check_says_who_when_and_where(
    part: str, value: object, error: type[LegationError], known: Knowledge, clock: Clock
) -> None:
    taken(known)
    look = Look(about="party:river.xa", by="Adviser", on=date(2026, 3, 2), source="the chart")
    with pytest.raises(error) as refused:
        record(known, msgspec.structs.replace(look, **{part: value}), clock())
    assert refused.value.hint
    assert not known.facts("check")
