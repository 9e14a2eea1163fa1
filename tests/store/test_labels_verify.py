"""Labels and indexes held to the versions' bytes, the history and the trail, on every engine."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import Table, delete, select, text, update

from legation.errors import VerificationError
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.audit import Event
from legation.store.opening import Store
from legation.store.tables import (
    object_heads,
    object_label_heads,
    object_labels,
    object_needs,
    object_properties,
    object_references,
)
from store.objects_made import CAMPAIGN, GREEN, OTHER, RED, account, campaign, labelled_by, relation

CHANGED = ("label.set", "label.widen")
SECRET = Label(tlp=Tlp.RED, pap=Pap.AMBER, levels=("secret",), compartments=("talks",))


def give(store: Store, label: Label, reason: str = "a reason") -> None:
    """Put a label in force as a person does, with its entry of the trail."""
    with store.transaction():
        before = store.labels.in_force([CAMPAIGN])[CAMPAIGN]
        store.labels.set(CAMPAIGN, label, actor="officer", reason=reason)
        ladder = ("restricted", "secret")
        detail = {"from": before.text(ladder), "to": label.text(ladder), "reason": reason}
        at = datetime(2026, 3, 1, tzinfo=UTC)
        store.audit.append(
            Event(at=at, actor="officer", verb="label.set", subject=CAMPAIGN, detail=detail)
        )


def unguard(store: Store, table: Table) -> None:
    """Take away the triggers of a table, as whoever has the database can."""
    with store.objects._database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER {table.name}_update"))
            connection.execute(text(f"DROP TRIGGER {table.name}_delete"))
        else:
            connection.execute(text(f"DROP TRIGGER {table.name}_grows ON {table.name}"))


def verified(store: Store) -> int:
    return store.verify_labels("desk.init", CHANGED)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_arrives_and_whatever_people_do_is_found_sound(store: Store, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (no secret hangs on it)
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), campaign(object_id=OTHER)])
    for day in range(2, 12):
        if dice.random() < 0.5:
            said = dice.choice(
                [
                    {"object_marking_refs": [GREEN]},
                    {"object_marking_refs": [RED]},
                    labelled_by(compartments=["talks"], levels=["secret"]),
                    labelled_by(releasable_to=dice.sample(["a", "b", "c"], 2)),
                ]
            )
            # Late and early ones alike.
            store.objects.put(
                campaign(f"2026-02-{dice.choice((day, 28 - day)):02}T00:00:00Z", **said)
            )
        else:
            label = dice.choice(
                [
                    SECRET,
                    Label(tlp=Tlp.GREEN),
                    Label(tlp=Tlp.AMBER, levels=("restricted", "secret")),
                    Label(tlp=Tlp.CLEAR, restricted=True, releasable_to=("a", "c")),
                ]
            )
            give(store, label)
        assert verified(store) == 2
        store.objects.verify()


@pytest.mark.parametrize(
    "table", [object_needs, object_references, object_properties, object_heads], ids=str
)
def test_an_emptied_index_is_told(store: Store, table: Table) -> None:
    store.objects.put_many([campaign(), account(account_login="a"), relation(CAMPAIGN, OTHER)])
    assert store.objects.verify() == 3
    with store.objects._database.write() as connection:
        connection.execute(delete(table))
    with pytest.raises(VerificationError, match=f"was changed: {table.name} does not"):
        store.objects.verify()


def test_a_head_that_names_an_older_version_is_told(store: Store) -> None:
    store.objects.put_many([campaign(), campaign("2026-02-02T00:00:00Z", name="Summer")])
    with store.objects._database.write() as connection:
        connection.execute(update(object_heads).values(seq=1))
    with pytest.raises(VerificationError, match="does not name the version of campaign--"):
        store.objects.verify()


def test_a_label_in_force_that_is_gone_or_another_is_told(store: Store) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN]), campaign(object_id=OTHER)])
    assert verified(store) == 2
    heads = object_label_heads
    other = store.labels.history(OTHER)
    assert other[0].label.tlp == Tlp.RED
    with store.objects._database.write() as connection:
        green = connection.execute(heads.select().where(heads.c.object_id == CAMPAIGN)).one()
        connection.execute(
            update(heads).where(heads.c.object_id == OTHER).values(label_id=green.label_id)
        )
    with pytest.raises(VerificationError, match=f"{OTHER} that is in force is not the last"):
        verified(store)
    with store.objects._database.write() as connection:
        connection.execute(delete(heads))
    with pytest.raises(VerificationError, match=f"no label of {CAMPAIGN} is in force"):
        verified(store)


def test_a_label_that_a_person_gave_and_that_is_gone_is_told_by_the_trail(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    give(store, SECRET)
    assert verified(store) == 1
    unguard(store, object_labels)
    with store.objects._database.write() as connection:
        first = connection.execute(object_labels.select().order_by(object_labels.c.seq)).first()
        assert first is not None
        connection.execute(
            update(object_label_heads).values(seq=first.seq, label_id=first.label_id)
        )
        connection.execute(delete(object_labels).where(object_labels.c.seq > first.seq))
    with pytest.raises(VerificationError, match=r"names a label of campaign--.* history lacks"):
        verified(store)


def test_a_label_without_its_entry_of_the_trail_is_told(store: Store) -> None:
    store.objects.put(campaign())
    store.labels.set(CAMPAIGN, Label(tlp=Tlp.CLEAR), actor="officer", reason="in silence")
    with pytest.raises(VerificationError, match="does not tell of the label TLP:CLEAR"):
        verified(store)


def test_an_arrival_that_is_taken_out_of_the_middle_is_told(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[GREEN]))
    give(store, SECRET)
    give(store, Label(tlp=Tlp.GREEN))
    store.objects.put(campaign("2026-02-02T00:00:00Z", object_marking_refs=[RED]))
    store.objects.put(campaign(object_id=OTHER))
    assert verified(store) == 2
    unguard(store, object_labels)
    with store.objects._database.write() as connection:
        third = connection.execute(
            select(object_labels.c.label_id).where(object_labels.c.seq == 3)
        ).scalar_one()
        connection.execute(
            update(object_label_heads)
            .where(object_label_heads.c.object_id == CAMPAIGN)
            .values(seq=3, label_id=third)
        )
        connection.execute(delete(object_labels).where(object_labels.c.seq == 4))
    with pytest.raises(VerificationError, match="1 entries of labels are gone"):
        verified(store)
