"""The balance of a home: for a reader, on a day, opened down to objects of the store."""

import csv
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from legation.app.balancing import Balance, Balancing
from legation.app.home import Home
from legation.app.registers import Registers, TakenRows
from legation.app.weighable import with_names
from legation.balance.evidence import THREATS
from legation.balance.weighing import ancestors
from legation.errors import UsageError
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.ministry import TABLES


@pytest.fixture
def home(settled: Home) -> Home:
    """The home of the ministry with all its registers."""
    return settled


def registers(home: Home, store: Store) -> Registers:
    return Registers(home.library(store, "command line").scope())


def weighed(home: Home, store: Store, balancing: Balancing | None = None) -> Balance:
    return (balancing or Balancing()).balance(home.library(store, "command line").scope())


def test_twelve_missions_show_exposed_covered_and_untold_ones(home: Home, store: Store) -> None:
    balance = weighed(home, store)
    assert len(balance.standings) == 12
    verdicts = Counter(node.verdict for one in balance.standings for node in one.balances)
    # None of them is tried and watched so much that it could be called balanced.
    assert set(verdicts) == {"exposed", "covered", "cannot tell"}
    assert {one.answer.verdict for one in balance.standings} == set(verdicts)
    # What is worst stands first.
    assert [one.answer.verdict for one in balance.standings] == sorted(
        (one.answer.verdict for one in balance.standings),
        key=["exposed", "cannot tell", "balanced", "covered"].index,
    )


def test_every_bar_opens_down_to_objects_of_the_store(home: Home, store: Store) -> None:
    balance = weighed(home, store)
    for node in balance.nodes.values():
        assert all(child in balance.nodes for child in node.children)
        for object_id in node.evidence:
            assert store.objects.get(object_id).object_id == object_id
            assert balance.names[object_id]


def test_whoever_asks_again_gets_what_was_kept_and_a_change_touches_its_ancestors(
    home: Home, store: Store
) -> None:
    balancing = Balancing()
    first = weighed(home, store, balancing)
    assert first.made == len(first.nodes)
    assert weighed(home, store, balancing).made == 0
    table = TABLES["channels"].replace(
        b"paris-mail,paris,mail,Mail,", b"paris-mail,paris,mail,Post,"
    )
    assert registers(home, store).take(table, "channels.csv").changed == 1
    again = weighed(home, store, balancing)
    changed = registers(home, store).id_of("channels", "paris-mail")
    assert again.made == len(ancestors(first.nodes, changed)) < len(first.nodes) / 8
    assert again.nodes == weighed(home, store).nodes


def test_the_balance_of_an_earlier_day_is_what_was_believed_then(
    home: Home, store: Store, clock: Clock
) -> None:
    then = clock.pass_time(hours=1)
    believed = weighed(home, store)
    clock.pass_time(days=40)
    # Nothing came since: what was tried has faded.
    assert weighed(home, store).nodes != believed.nodes
    again = Balancing().balance(home.library(store, "command line").scope(), as_of=then)
    assert again.nodes == believed.nodes


def test_what_somebody_may_not_know_is_not_weighed_for_them(home: Home, store: Store) -> None:
    hidden = registers(home, store).id_of("missions", "bevora")
    store.labels.set(
        hidden, Label(tlp=Tlp.RED, compartments=("grain",)), actor="a", reason="for the few"
    )
    balance = weighed(home, store)
    assert "bevora" not in {one.mission.key for one in balance.standings}
    assert not any(
        name == "Embassy in Bevora" or name.startswith("bevora-") for name in balance.names.values()
    )
    assert not any(name.startswith(hidden) for name in balance.nodes)


def test_talks_that_are_near_raise_a_watch_that_ends_by_itself(
    home: Home, store: Store, clock: Clock
) -> None:
    assert [watch.talk for watch in weighed(home, store).watches] == ["grain-round-3"]
    clock.pass_time(days=30)
    assert weighed(home, store).watches == ()


def test_an_empty_home_weighs_nothing(tmp_path: Path, clock: Clock) -> None:
    bare = Home(Settings(home=tmp_path / "bare"), clock)
    make_home(bare, "Ministry of Bevora")
    with bare.store() as store:
        balance = weighed(bare, store)
    assert (balance.standings, balance.nodes, balance.watches) == ((), {}, ())


def test_the_states_of_the_registers_are_swapped_and_nothing_but_their_codes_changes(
    home: Home, store: Store, tmp_path: Path, clock: Clock
) -> None:
    swapped = Home(Settings(home=tmp_path / "swapped"), clock)
    make_home(swapped, "Ministry of Bevora")
    with swapped.store() as other:
        found = registers(swapped, other)
        for name, content in TABLES.items():
            turned = content.replace(b"XA", b"\0").replace(b"XB", b"XA").replace(b"\0", b"XB")
            assert not found.take(turned, name).refused
        one, two = weighed(home, store), weighed(swapped, other)
    for left, right in zip(one.standings, two.standings, strict=True):
        assert (left.mission.key, left.answer.verdict) == (right.mission.key, right.answer.verdict)
        assert {left.mission.state, right.mission.state} == {"XA", "XB"}
        for threat, a, b in zip(THREATS, left.balances, right.balances, strict=True):
            assert (threat, a.bounds, a.unknown, a.verdict) == (
                threat,
                b.bounds,
                b.unknown,
                b.verdict,
            )


def test_a_day_that_lies_ahead_is_refused(home: Home, store: Store, clock: Clock) -> None:
    scope = home.library(store, "command line").scope()
    assert Balancing().balance(scope, as_of=clock()).standings == ()
    with pytest.raises(UsageError, match="nobody knows"):
        Balancing().balance(scope, as_of=clock() + timedelta(days=1))


def test_a_proof_that_lies_ahead_is_refused(home: Home, store: Store, clock: Clock) -> None:
    found = registers(home, store)
    for name in ("missions", "channels"):
        found.take(TABLES[name], f"{name}.csv")
    head, first, *_ = TABLES["proofs"].decode().splitlines()
    columns = head.split(",")
    cells = dict(zip(columns, next(csv.reader([first])), strict=True))
    for days, refused in ((1, 0), (2, 1)):
        day = str((clock() + timedelta(days=days)).date())
        row = cells | {"key": f"p{days}", "on": day, "known": day}
        table = io.StringIO()
        writer = csv.DictWriter(table, columns)
        writer.writeheader()
        writer.writerow(row)
        assert len(found.take(table.getvalue().encode(), "proofs.csv").refused) == refused


HEAD = "key,mission,channel,kind,threats,on,known,outcome,by,source\n"
CELLS = {
    "key": "b1",
    "mission": "paris",
    "channel": "paris-mail",
    "kind": "breach",
    "threats": "T2|T6",
    "on": "",
    "known": "",
    "outcome": "failed",
    "by": "team",
    "source": "report",
}
LESS = [
    {"kind": "attempt"},
    {"on": "2024-01-01", "known": "2024-01-01"},
    {"threats": "T6"},
    {"kind": "case", "outcome": "held"},
    {"mission": "tokyo", "channel": ""},
    {"mission": "tokyo", "channel": "tokyo-mail"},
    {"on": "2026-03-02", "known": "2026-03-02"},
    {"source": "report.", "kind": "attempt"},
]


def proof(home: Home, store: Store, clock: Clock, **cells: str) -> TakenRows:
    day = str(clock().date())
    row = CELLS | {"on": day, "known": day} | cells
    table = HEAD + ",".join(row.values()) + "\n"
    return registers(home, store).take(table.encode(), "proofs.csv")


def numbers(balance: Balance) -> dict[str, tuple[object, ...]]:
    return {
        name: (node.bounds, node.unknown, node.verdict, node.evidence)
        for name, node in balance.nodes.items()
    }


@pytest.mark.parametrize("less", LESS)
def test_a_breach_stated_again_as_less_counts_as_it_was_and_is_told(
    home: Home, store: Store, clock: Clock, less: dict[str, str]
) -> None:
    balancing = Balancing()
    assert proof(home, store, clock).weakened == ()
    hurt = weighed(home, store, balancing)
    then = clock.pass_time(hours=1)
    (told,) = proof(home, store, clock, **less).weakened
    assert (told.key, told.counts) == ("b1", True)
    after = weighed(home, store, balancing)
    assert numbers(after) == numbers(hurt)
    (change,) = with_names(home.library(store, "command line").scope(), after.altered)["paris"]
    assert (change.day, change.by, change.counts) == (clock().date(), "command line", True)
    assert change.said.startswith(f"a breach was changed on {clock().date()} by command line: ")
    (entry,) = store.audit.entries(verb="mission.weaken")
    assert entry.event.subject == registers(home, store).id_of("proofs", "b1") == told.object_id
    assert entry.event.detail["before"] != entry.event.detail["after"]
    assert entry.event.detail["after"] == store.objects.get(told.object_id).content_sha256
    # What was believed before it was changed knows of no change.
    scope = home.library(store, "command line").scope()
    assert Balancing().balance(scope, as_of=then - timedelta(minutes=1)).altered == {}


@pytest.mark.parametrize("kind", ["test", "drill"])
def test_a_test_that_failed_counts_as_failed_until_another_source_says_otherwise(
    home: Home, store: Store, clock: Clock, kind: str
) -> None:
    assert proof(home, store, clock, kind=kind).weakened == ()
    failed = weighed(home, store)
    clock.pass_time(minutes=5)
    (told,) = proof(home, store, clock, kind=kind, outcome="held").weakened
    assert (told.columns, told.counts) == (("outcome",), True)
    again = weighed(home, store)
    assert numbers(again) == numbers(failed)
    (change,) = again.altered["paris"]
    assert change.said.startswith(f"a failed {kind} was changed on {clock().date()}: ")
    proof(home, store, clock, kind=kind, outcome="held", source="the second report")
    assert numbers(weighed(home, store)) != numbers(failed)


def test_an_attempt_that_is_put_back_out_of_the_year_counts_on(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock, kind="attempt", outcome="unknown")
    met = weighed(home, store)
    long_ago = {"on": "2024-01-01", "known": "2024-01-01"}
    (told,) = proof(home, store, clock, kind="attempt", outcome="unknown", **long_ago).weakened
    assert told.columns == ("known",)
    assert numbers(weighed(home, store)) == numbers(met)


def test_a_breach_that_is_moved_to_another_mission_is_told_at_the_one_that_it_left(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock)
    moved = {"mission": "tokyo", "channel": "tokyo-mail", "source": "the second report"}
    proof(home, store, clock, **moved)
    altered = weighed(home, store).altered
    assert [one.key for one in altered["paris"]] == ["b1"]
    assert [one.key for one in altered["tokyo"]] == ["b1"]


def test_a_breach_on_a_channel_that_its_threat_does_not_come_through_stays_open(
    home: Home, store: Store, clock: Clock
) -> None:
    account = TABLES["channels"].decode().splitlines()
    rows = list(csv.DictReader(account))
    (mail,) = (row for row in rows if row["key"] == "paris-mail")
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0].keys())
    writer.writeheader()
    writer.writerow(mail | {"key": "paris-voice", "kind": "account", "address": "x.com/paris"})
    assert registers(home, store).take(table.getvalue().encode(), "channels.csv").added == 1
    proof(home, store, clock, channel="", threats="T2")
    open_ = weighed(home, store)
    paris = registers(home, store).id_of("missions", "paris")
    assert open_.nodes[f"{paris}|T2|balance"].verdict == "cannot tell"
    proof(home, store, clock, channel="paris-voice", threats="T2")
    again = weighed(home, store).nodes[f"{paris}|T2|balance"]
    assert again.verdict == "cannot tell"


def test_a_mission_that_is_ended_and_entered_anew_takes_its_breach_along(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock)
    clock.pass_time(days=2)
    yesterday = str((clock() - timedelta(days=1)).date())
    for name, key in (("missions", "paris"), ("channels", "paris-mail")):
        rows = list(csv.DictReader(TABLES[name].decode().splitlines()))
        (one,) = (row for row in rows if row["key"] == key)
        anew = {"key": key.replace("paris", "seine"), "until": ""}
        anew |= {"mission": "seine"} if name == "channels" else {}
        table = io.StringIO()
        writer = csv.DictWriter(table, list(dict.fromkeys([*rows[0], "until"])))
        writer.writeheader()
        writer.writerows([one | {"until": yesterday}, one | anew])
        assert registers(home, store).take(table.getvalue().encode(), f"{name}.csv").refused == ()
    found = registers(home, store)
    nodes = weighed(home, store).nodes
    credit = nodes[f"{found.id_of('channels', 'seine-mail')}|T6|credit"]
    assert found.id_of("proofs", "b1") in credit.evidence
    assert credit.rung == "none"


def test_another_source_lets_a_changed_breach_count_as_it_says_and_is_told(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock)
    hurt = weighed(home, store)
    (told,) = proof(home, store, clock, kind="attempt", source="second report").weakened
    assert not told.counts
    after = weighed(home, store)
    assert numbers(after) != numbers(hurt)
    (change,) = after.altered["paris"]
    assert not change.counts
    assert store.audit.entries(verb="mission.weaken")


def test_a_breach_that_is_withdrawn_whole_counts_on(home: Home, store: Store, clock: Clock) -> None:
    proof(home, store, clock)
    hurt = weighed(home, store)
    name = registers(home, store).id_of("proofs", "b1")
    later = clock.pass_time(hours=1)
    value = store.objects.get(name).value()
    value |= {"revoked": True, "modified": f"{later:%Y-%m-%dT%H:%M:%S}.000Z"}
    store.objects.put_many([msgspec.json.encode(value)])
    assert all(one.row.key != "b1" for one in registers(home, store).rows("proofs"))
    after = weighed(home, store)
    assert numbers(after) == numbers(hurt)
    assert [change.columns for change in after.altered["paris"]] == [("row",)]


def test_what_says_less_of_a_breach_that_somebody_may_not_know_is_not_told_to_them(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock)
    proof(home, store, clock, kind="attempt")
    hidden = registers(home, store).id_of("proofs", "b1")
    store.labels.set(
        hidden, Label(tlp=Tlp.RED, compartments=("grain",)), actor="a", reason="for the few"
    )
    after = weighed(home, store)
    assert after.altered == {}
    assert hidden not in after.names


def test_a_breached_channel_that_is_ended_and_entered_anew_takes_its_breach_along(
    home: Home, store: Store, clock: Clock
) -> None:
    balancing = Balancing()
    proof(home, store, clock)
    hurt = weighed(home, store, balancing)
    clock.pass_time(days=2)
    lines = TABLES["channels"].decode().splitlines()
    rows = list(csv.DictReader(lines))
    (mail,) = (row for row in rows if row["key"] == "paris-mail")
    yesterday = str((clock() - timedelta(days=1)).date())
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0].keys() | {"until"})
    writer.writeheader()
    writer.writerows([mail | {"until": yesterday}, mail | {"key": "paris-post", "until": ""}])
    taken = registers(home, store).take(table.getvalue().encode(), "channels.csv")
    assert (taken.added, taken.changed, taken.refused) == (1, 1, ())
    again = weighed(home, store, balancing)
    assert again.nodes == weighed(home, store).nodes
    found = registers(home, store)
    old, new = (found.id_of("channels", key) for key in ("paris-mail", "paris-post"))
    before, after = hurt.nodes[f"{old}|T6|credit"], again.nodes[f"{new}|T6|credit"]
    assert f"{old}|T6|credit" not in again.nodes
    assert before.rung == after.rung == "none"
    assert {old, found.id_of("proofs", "b1")} <= set(after.evidence)


def test_a_breached_channel_that_is_moved_to_another_mission_is_weighed_at_both(
    home: Home, store: Store, clock: Clock
) -> None:
    proof(home, store, clock)
    rows = list(csv.DictReader(TABLES["channels"].decode().splitlines()))
    (mail,) = (row for row in rows if row["key"] == "paris-mail")
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0].keys())
    writer.writeheader()
    writer.writerow(mail | {"mission": "tokyo"})
    assert registers(home, store).take(table.getvalue().encode(), "channels.csv").changed == 1
    nodes = weighed(home, store).nodes
    found = registers(home, store)
    way, paris = found.id_of("channels", "paris-mail"), found.id_of("missions", "paris")
    tokyo, met = found.id_of("missions", "tokyo"), found.id_of("proofs", "b1")
    assert f"{way}|{paris}|T6|credit" in nodes[f"{paris}|T6|safeguards"].children
    assert met in nodes[f"{way}|{paris}|T6|credit"].evidence
    assert f"{way}|T6|credit" in nodes[f"{tokyo}|T6|safeguards"].children
    assert met in nodes[f"{way}|T6|credit"].evidence


def test_a_channel_that_was_breached_stays_of_its_kind(
    home: Home, store: Store, clock: Clock
) -> None:
    table = TABLES["channels"].replace(b"paris-mail,paris,mail,", b"paris-mail,paris,account,")
    proof(home, store, clock)
    proof(home, store, clock, kind="attempt")
    taken = registers(home, store).take(table, "channels.csv")
    assert taken.changed == 0
    (refused,) = taken.refused
    assert (refused.column, refused.reason) == (
        "kind",
        "a channel that was breached stays of its kind",
    )
    proof(home, store, clock, kind="attempt", source="second report")
    # Nothing is in the way once the breach is taken back for a reason.
    assert registers(home, store).take(table, "channels.csv").changed == 1
