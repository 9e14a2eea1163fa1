"""What a reader may not know is absent, on every path, and SQL decides as the policies do."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.errors import NotFoundError
from legation.rights.clearance import Clearance, Reader
from legation.rights.policies import read_policies
from legation.stix.extensions import carry
from legation.stix.ids import observable_id
from legation.stix.labels import Label, Pap, all_joined
from legation.stix.tlp import Tlp, marking_ref
from legation.store.opening import Store

from .conftest import Clock
from .objects_made import (
    ACCOUNT,
    CAMPAIGN,
    CREATED,
    GREEN,
    IDENTITY,
    OTHER,
    RED,
    RELATION,
    account,
    campaign,
    cleared,
    encoded,
    labelled_by,
    relation,
)

TALKS = labelled_by(compartments=["talks"])
OUTSIDER, INSIDER = cleared(), cleared(compartments=frozenset({"talks"}))
LADDER = ("restricted", "confidential", "secret")
NOTE = "note--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a03"
REPORT = "report--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a04"
GROUPING = "grouping--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a05"


def thing(object_id: str, **more: Any) -> bytes:
    """Return any object of the standard, under TLP:GREEN."""
    kind = object_id.partition("--")[0]
    times = {} if kind == "user-account" else {"created": CREATED, "modified": CREATED}
    stated = {"type": kind, "spec_version": "2.1", "id": object_id, "object_marking_refs": [GREEN]}
    return encoded({**stated, **times, **more})


def finding(*pseudonyms: str) -> dict[str, Any]:
    members = [{"account_id": each} for each in pseudonyms]
    return carry("campaign", {"finding": {"accounts": members}})


def member(pseudonym: str) -> str:
    return observable_id("user-account", {"user_id": pseudonym})


# What is hidden, path by path.


def test_hidden_and_absent_are_told_in_the_same_words(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN], **TALKS))
    known = store.objects.as_read_by(OUTSIDER)
    said = []
    for object_id in (CAMPAIGN, OTHER):
        with pytest.raises(NotFoundError) as absent:
            known.get(object_id)
        said.append((str(absent.value).replace(object_id, "ID"), absent.value.hint))
    assert said[0] == said[1]
    assert store.objects.as_read_by(INSIDER).get(CAMPAIGN).raw


def test_lists_counts_and_facets_know_nothing_of_what_is_hidden(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[RED], **TALKS))
    store.objects.put(campaign(object_id=OTHER, object_marking_refs=[GREEN]))
    known = store.objects.as_read_by(OUTSIDER)
    assert [each.object_id for each in known.find("campaign").items] == [OTHER]
    assert [each.object_id for each in known.find(where={"name": "Spring"}).items] == [OTHER]
    assert known.find(limit=1).next is None
    assert known.find(marking=RED).items == ()
    assert known.counts() == {"campaign": 1}
    assert known.counts_by_marking() == {GREEN: 1}
    assert known.get_many([CAMPAIGN, OTHER]).keys() == {OTHER}
    assert known.standing([CAMPAIGN, OTHER]).keys() == {OTHER}
    assert known.history(CAMPAIGN) == []


def test_an_arrow_to_a_hidden_object_is_hidden(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    store.objects.put(account(object_marking_refs=[GREEN], **TALKS))
    store.objects.put(relation(ACCOUNT, CAMPAIGN, object_marking_refs=[GREEN]))
    known = store.objects.as_read_by(OUTSIDER)
    assert known.relations(CAMPAIGN).items == ()
    assert known.find("relationship").items == ()
    assert known.find(refers_to=ACCOUNT).items == ()
    assert known.get_many([RELATION]) == {}
    assert len(store.objects.as_read_by(INSIDER).relations(CAMPAIGN).items) == 1


def test_a_finding_over_a_hidden_member_is_hidden_with_all_that_tells_of_it(store: Store) -> None:
    hidden = "acct-hidden"
    store.objects.put_many(
        [
            thing(member(hidden), user_id=hidden, **TALKS),
            thing(CAMPAIGN, name="Spring", extensions=finding(hidden, "acct-open")),
            thing(NOTE, content="on Spring", object_refs=[CAMPAIGN]),
            thing(GROUPING, name="Spring", context="x", object_refs=[CAMPAIGN]),
            relation(IDENTITY, CAMPAIGN, object_marking_refs=[GREEN]),
        ]
    )
    assert store.objects.as_read_by(OUTSIDER).counts() == {}
    assert sum(store.objects.as_read_by(INSIDER).counts().values()) == 5


def test_a_list_leaves_out_the_ids_that_may_not_be_known(store: Store) -> None:
    store.objects.put_many(
        [
            campaign(object_marking_refs=[GREEN], **TALKS),
            campaign(object_id=OTHER, object_marking_refs=[GREEN]),
            thing(REPORT, name="Week 9", object_refs=[CAMPAIGN, OTHER], created_by_ref=CAMPAIGN),
        ]
    )
    known = store.objects.as_read_by(OUTSIDER)
    shown = known.get(REPORT)
    assert shown.value()["object_refs"] == [OTHER]
    assert CAMPAIGN.encode() not in shown.raw
    assert shown.content_sha256 != store.objects.get(REPORT).content_sha256
    assert known.find(refers_to=CAMPAIGN).items == ()
    assert store.objects.as_read_by(INSIDER).get(REPORT).raw == store.objects.get(REPORT).raw


def test_a_label_closes_the_past_with_the_present(store: Store, clock: Clock) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    before = clock.time
    clock.pass_time(hours=1)
    store.objects.put(campaign("2026-02-02T00:00:00.000Z", object_marking_refs=[RED], **TALKS))
    known = store.objects.as_read_by(OUTSIDER)
    for when in ({"as_of": before}, {"in_force": before - timedelta(days=28)}):
        assert store.objects.get(CAMPAIGN, **when).raw
        with pytest.raises(NotFoundError):
            known.get(CAMPAIGN, **when)
    assert known.counts(as_of=before) == {}
    assert known.find(as_of=before).items == ()
    assert known.get_many([CAMPAIGN], as_of=before) == {}
    assert len(store.objects.as_read_by(INSIDER).history(CAMPAIGN)) == 2


def test_a_later_version_never_widens_a_label(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[RED], **TALKS))
    store.objects.put(campaign("2026-02-02T00:00:00.000Z", object_marking_refs=[GREEN]))
    expected = Label(tlp=Tlp.RED, compartments=("talks",))
    assert store.labels.in_force([CAMPAIGN]) == {CAMPAIGN: expected}
    assert len(store.labels.history(CAMPAIGN)) == 1


def test_a_person_puts_a_wider_label_in_force_beside_the_older_ones(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[RED], **TALKS))
    wider = Label(tlp=Tlp.GREEN)
    store.labels.set(CAMPAIGN, wider, actor="officer", reason="published by the press")
    assert store.objects.as_read_by(OUTSIDER).get(CAMPAIGN).raw
    assert [entry.label for entry in store.labels.history(CAMPAIGN)][1] == wider
    assert store.labels.history(CAMPAIGN)[1].reason == "published by the press"
    with pytest.raises(NotFoundError):
        store.labels.set(OTHER, wider, actor="officer", reason="")


@pytest.mark.parametrize("table", ["label_kinds", "label_names", "object_labels"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET label_id = label_id"])
def test_entries_of_labels_are_never_changed_or_deleted(store: Store, table: str, act: str) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    store.objects.put(campaign(object_marking_refs=[RED], **TALKS))
    with (
        pytest.raises(DatabaseError, match="only grows"),
        store.objects._database.write() as connection,
    ):
        connection.execute(text(act.format(table)))


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"object_marking_refs": "marking"},
        {"object_marking_refs": [GREEN], "granular_markings": ["?"]},
        {"object_marking_refs": [GREEN], **labelled_by(pap="purple")},
        {"object_marking_refs": [GREEN], **labelled_by(restricted=True)},
        {"object_marking_refs": [GREEN], **labelled_by(levels=["cosmic"])},
    ],
)
def test_what_states_no_readable_label_is_not_shown(store: Store, stated: dict[str, Any]) -> None:
    store.objects.put(campaign(**stated))
    amber = cleared(tlp=Tlp.AMBER, levels=frozenset(LADDER), party="XA")
    assert store.objects.as_read_by(amber).counts() == {}


# What SQL shows is what the policies allow.

NAMES = st.sampled_from(["talks", "visits", "numbers"])
LABELS = st.builds(
    Label,
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    levels=st.sets(st.sampled_from(LADDER), max_size=1).map(tuple),
    compartments=st.sets(NAMES, max_size=2).map(lambda some: tuple(sorted(some))),
    restricted=st.booleans(),
    releasable_to=st.sets(st.sampled_from(["XA", "XB"])).map(lambda some: tuple(sorted(some))),
).map(lambda label: label if label.restricted else msgspec.structs.replace(label, releasable_to=()))
CLEARANCES = st.builds(
    Clearance.up_to,
    st.sampled_from(["", *LADDER]),
    st.just(LADDER),
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    compartments=st.sets(NAMES),
    party=st.sampled_from(["", "XA", "XB"]),
)
KINDS = st.sampled_from(["user-account", "campaign", "relationship", "note", "grouping", "report"])
# Kind, label, relabelled by a person, and which of the objects before it points to.
MADE = st.tuples(KINDS, LABELS, st.none() | LABELS, st.lists(st.integers(0, 30), max_size=3))


class Model:
    """What was put, and what the policies say of it."""

    def __init__(self) -> None:
        self.labels: dict[str, Label] = {}
        self.needs: dict[str, set[str]] = {}
        self.refs: dict[str, set[str]] = {}
        self.policies = read_policies("")

    def put(
        self, store: Store, kind: str, label: Label, later: Label | None, at: list[int]
    ) -> None:
        before = list(self.labels)
        chosen = [before[-1 - place] for place in at if place < len(before)]
        pseudonym = f"acct-{uuid4()}"
        object_id = member(pseudonym) if kind == "user-account" else f"{kind}--{uuid4()}"
        more, needs = self._content(kind, chosen, pseudonym)
        if more is None:
            return
        extensions = more.pop("extensions", {}) | _carried(label)
        store.objects.put(
            thing(
                object_id,
                **more,
                object_marking_refs=[marking_ref(label.tlp)],
                **({"extensions": extensions} if extensions else {}),
            )
        )
        self.labels[object_id], self.needs[object_id] = label, needs
        self.refs[object_id] = set(chosen) if kind not in ("campaign", "user-account") else set()
        if later is not None:
            store.labels.set(object_id, later, actor="officer", reason="a test")
            self.labels[object_id] = later

    def _content(
        self, kind: str, chosen: list[str], pseudonym: str
    ) -> tuple[dict[str, Any] | None, set[str]]:
        if kind == "user-account":
            self.pseudonyms = getattr(self, "pseudonyms", {}) | {member(pseudonym): pseudonym}
            return {"user_id": pseudonym}, set()
        if kind == "campaign":
            members = [each for each in chosen if each.startswith("user-account")]
            return {"extensions": finding(*(self.pseudonyms[each] for each in members))}, set(
                members
            )
        if not chosen:
            return None, set()
        if kind == "relationship":
            ends = {"source_ref": chosen[0], "target_ref": chosen[-1]}
            chosen[1:-1] = []
            return {"relationship_type": "related-to", **ends}, set(chosen)
        needs = {each for each in chosen if kind == "note" or each.startswith("campaign")}
        return {"object_refs": chosen}, needs if kind != "report" else set()

    def allowed(self, reader: Clearance) -> set[str]:
        """Return the ids of what the policies let a reader read."""
        asks = Reader(actor="a reader", roles=frozenset(), clearance=reader)
        labels = [all_joined(self._told(each)) for each in self.labels]
        answers = self.policies.allow(asks, "object.read", labels)
        return {each for each, may in zip(self.labels, answers, strict=True) if may}

    def _told(self, object_id: str) -> list[Label]:
        """Return the labels of an object and of all that it tells of, near and far."""
        found, ahead = {object_id}, [object_id]
        while ahead:
            fresh = self.needs[ahead.pop()] - found
            found |= fresh
            ahead += fresh
        return [self.labels[each] for each in found]


def _carried(label: Label) -> dict[str, Any]:
    said: dict[str, Any] = {
        "pap": label.pap.name.lower(),
        "levels": label.levels,
        "compartments": label.compartments,
        "releasable_to": label.releasable_to,
    }
    return carry("label", said | ({"restricted": True} if label.restricted else {}))


@pytest.fixture
def agrees(store: Store) -> Callable[..., None]:
    """Put more objects into one store, and compare all it shows with the policies."""
    model = Model()

    def compare(made: list[tuple[Any, ...]], reader: Clearance) -> None:
        for kind, label, later, at in made:
            model.put(store, kind, label, later, at)
        allowed, known = model.allowed(reader), store.objects.as_read_by(reader)
        shown = {each.object_id: each for each in known.find(limit=10_000).items}
        assert shown.keys() == allowed
        assert known.get_many(model.labels).keys() == allowed
        assert known.standing(model.labels).keys() == allowed
        assert known.counts() == Counter(each.partition("--")[0] for each in allowed)
        assert sum(known.counts_by_marking().values()) == len(allowed)
        hidden = model.labels.keys() - allowed
        everything = b"".join(each.raw for each in shown.values())
        assert [each for each in hidden if each.encode() in everything] == []
        for each in list(model.labels)[-8:]:
            near = {one.object_id for one in known.find(refers_to=each, limit=1000).items}
            pointing = {one for one in allowed if each in model.refs[one]}
            assert near == (pointing if each in allowed else set())
            edges = {one.object_id for one in known.relations(each, limit=1000).items}
            assert edges == {one for one in near if one.startswith("relationship")}
            assert bool(known.history(each)) == (each in allowed)

    return compare


def test_what_the_store_shows_is_what_the_policies_allow(agrees: Callable[..., None]) -> None:
    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(MADE, min_size=1, max_size=8), CLEARANCES)
    def property_holds(made: list[tuple[Any, ...]], reader: Clearance) -> None:
        agrees(made, reader)

    property_holds()


def test_what_tells_of_a_hidden_object_from_afar_is_hidden(store: Store) -> None:
    last = ACCOUNT
    store.objects.put(account(object_marking_refs=[GREEN], **TALKS))
    for number in range(6):
        following = f"note--{UUID(int=number, version=4)}"
        store.objects.put(thing(following, content="on the one before", object_refs=[last]))
        last = following
    assert store.objects.as_read_by(OUTSIDER).counts() == {}
    assert store.objects.as_read_by(INSIDER).counts() == {"user-account": 1, "note": 6}


def test_two_objects_that_tell_of_each_other_are_known_together(store: Store) -> None:
    one, other = (f"note--{UUID(int=number, version=4)}" for number in range(2))
    store.objects.put(thing(one, content="on the other", object_refs=[other]))
    store.objects.put(thing(other, content="on the one", object_refs=[one]))
    assert store.objects.as_read_by(OUTSIDER).counts() == {"note": 2}
    closed = Label(tlp=Tlp.GREEN, compartments=("talks",))
    store.labels.set(one, closed, actor="officer", reason="")
    assert store.objects.as_read_by(OUTSIDER).counts() == {}
