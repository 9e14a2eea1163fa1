"""Two stores for one reader: one that holds what they may not know, one where it never was.

All else is the same in both: ids, times, people, secrets. So a page of the one can be compared
with the page of the other, byte by byte.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, final

import msgspec
from litestar import Litestar

from legation.app.access.entering import Entrance
from legation.app.access.rules import Rules
from legation.app.binding import Binding
from legation.app.home import MADE, Home
from legation.app.jobs import StoredJobs
from legation.app.libraries import Libraries
from legation.app.library import DETECTOR
from legation.crypto.codes import fingerprint
from legation.desk.gate import Gate
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.formats.campaign import account_id, campaign_objects
from legation.rights.clearance import Reader
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.labels import Label, all_joined
from legation.stix.tlp import Tlp
from legation.store.audit import Event
from legation.store.clearances import Held
from legation.store.duck import connect
from legation.store.exchange.ledger import Sending
from legation.store.exchange.partners import Partner
from legation.store.opening import Store
from legation.store.proofs import EVIDENCE, TIES, place_of
from legation.store.values import microseconds

from .found_campaigns import MINISTRY, statement
from .gates import Clock
from .readings import a_campaign, a_run

LADDER = ("restricted", "secret")
COMPARTMENTS = ("talks", "visits")
PARTNER = "0000000a-0000-4000-8000-000000000000"
VIEWER, OTHER = "p-00000000000000aa", "p-00000000000000bb"
SECRET = "the secret of a session"  # noqa: S105 - of a test
START = datetime(2026, 12, 1, 12, tzinfo=UTC)  # after the invented campaigns were stated
LOOKING = START + timedelta(hours=8)
AMBER = Label(tlp=Tlp.AMBER)


@dataclass(frozen=True)
class Planned:
    """A campaign: its label, and which of the accounts are in it."""

    number: int
    label: Label
    members: tuple[int, ...]

    @property
    def campaign_id(self) -> str:
        """Return its id."""
        return f"c-{self.number}x{'abcdef'[self.number] * 6}"

    @property
    def marker(self) -> str:
        """Return a word that stands in its texts and nowhere else."""
        return f"marker{self.number}word"


@dataclass(frozen=True)
class Plan:
    """All that stands in a store.

    Attributes:
        campaigns: Whether they may be known or not.
        accounts: The label of each account; None for that of its findings.
        held: What the reader holds.
        jobs: For each job, and each request, the campaigns of which it tells.
    """

    campaigns: tuple[Planned, ...]
    accounts: tuple[Label | None, ...]
    held: Held
    jobs: tuple[tuple[int, ...], ...]

    def known(self, rules: Rules) -> set[int]:
        """Return the campaigns that the reader may know, as the policies say."""
        clearance = rules.read(self.held)
        reader = Reader(actor=VIEWER, roles=frozenset(), clearance=clearance)
        labels = [
            all_joined([each.label, *(self.accounts[one] or AMBER for one in each.members)])
            for each in self.campaigns
        ]
        may = rules.policies().allow(reader, "object.read", labels)
        return {each.number for each, one in zip(self.campaigns, may, strict=True) if one}


def pseudonym(number: int) -> str:
    """Return the pseudonym of an account."""
    return f"acct-{'abcdefgh'[number] * 26}"


@final
@dataclass
class Made:
    """A store that was filled, and its desk."""

    app: Litestar
    store: Store
    names: dict[str, str] = field(default_factory=dict)

    def plainly(self, text: str) -> str:
        """Return a page with the random ids of jobs and requests in order."""
        for random, plain in self.names.items():
            text = text.replace(random, plain)
        # The token of a form is another one on each page.
        text = re.sub(r'(name="form_token" value="|data-form-token=")[0-9a-f]+', r"\1", text)
        # Numbers of notices grow with those of all people, and say that there are others.
        return re.sub(r'(/notice/|name="number" value=")\d+', r"\1", text)


def filled(store: Store, clock: Clock, folder: Path, plan: Plan, only: set[int] | None) -> Made:
    """Fill an empty store with what is planned, or only with some of the campaigns."""
    settings = Settings(home=folder, ladder=LADDER, compartments=COMPARTMENTS)
    home = Home(settings, clock)
    clock.time = START
    _people(store, plan.held)
    store.objects.put(encode_object(MINISTRY))
    store.labels.set(MINISTRY.id, Label(tlp=Tlp.CLEAR), actor="test", reason="it signs")
    store.audit.append(Event(at=clock(), actor="command line", verb=MADE, subject=MINISTRY.id))
    there = [each for each in plan.campaigns if only is None or each.number in only]
    objects = {each.number: _campaign(store, clock, plan, each) for each in there}
    _proofs(store, there)
    for name, at in (("run-1", 400), ("run-2", 420)):
        clock.time = START + timedelta(minutes=at)
        run = a_run(run_id=name, ties=40, validated_ties=sum(2 for _ in there))
        facts = {
            "run": msgspec.to_builtins(run),
            "campaigns": list(objects.values()),
            "lines": {},
        }
        store.runs.record(
            name,
            detector=DETECTOR,
            input_sha256=store.lake.fingerprint("posts"),
            rule={},
            facts=facts,
        )
    names = _jobs(home, store, clock, plan, objects)
    _sent(store, objects.values())
    clock.time = LOOKING
    store.sessions.begin(fingerprint(SECRET), VIEWER, proven=True)
    gate = Gate(Entrance(store, clock, home.rules(store)), guest=None, binding=Binding(), now=clock)
    reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
    work = DeskWork(home, store, StoredJobs(home, store))
    return Made(build_app(reading, banner=None, gate=gate, work=work), store, names)


def _people(store: Store, held: Held) -> None:
    for person_id, name in ((VIEWER, "Ines Adler"), (OTHER, "Omar Haddad")):
        store.people.add(person_id, name, ("security officer",))
        store.people.confirm_kit(person_id)
    store.clearances.set(VIEWER, held, actor="test", reason="a test")
    everything = Held(
        tlp=Tlp.RED,
        pap=msgspec.convert(3, type(held.pap)),
        level=LADDER[-1],
        compartments=COMPARTMENTS,
        party=held.party,
    )
    store.clearances.set(OTHER, everything, actor="test", reason="a test")


def _campaign(store: Store, clock: Clock, plan: Plan, planned: Planned) -> str:
    clock.time = START + timedelta(minutes=10 * planned.number)
    template = a_campaign().accounts[0]
    campaign = a_campaign(
        campaign_id=planned.campaign_id,
        name=f"{planned.marker} name",
        accounts=tuple(
            msgspec.structs.replace(template, account_id=pseudonym(one)) for one in planned.members
        ),
        ties=2,
    )
    quoted = tuple(
        msgspec.structs.replace(each, text=f"{planned.marker} {each.text}")
        for each in campaign.quotations
    )
    campaign = msgspec.structs.replace(campaign, quotations=quoted)
    made = campaign_objects(campaign, a_run(run_id="run-2"), statement(masked=False))
    store.objects.put_many(map(encode_object, made))
    store.labels.set(made[0].id, planned.label, actor="test", reason="a test")
    for one in planned.members:
        label = plan.accounts[one]
        if label is not None:
            store.labels.set(account_id(pseudonym(one)), label, actor="test", reason="a test")
    return made[0].id


def _proofs(store: Store, there: Sequence[Planned]) -> None:
    """Write for each campaign a tie between its first two accounts, with its evidence."""
    rows = [
        (each.campaign_id, *sorted(map(pseudonym, each.members[:2])), each.marker) for each in there
    ]
    columns: dict[str, Any] = {
        name: [row[place] for row in rows] for place, name in enumerate(("c", "a", "b", "m"))
    }
    staged = store.lake.stage("run-2")
    with closing(connect()) as connection:
        connection.execute("CREATE TABLE tied (c VARCHAR, a VARCHAR, b VARCHAR, m VARCHAR)")
        for row in zip(*columns.values(), strict=True):
            connection.execute("INSERT INTO tied VALUES (?, ?, ?, ?)", list(row))
        connection.execute(
            "COPY (SELECT c AS campaign_id, a AS account_a, b AS account_b, 5::BIGINT AS objects, "
            "to_timestamp(1772409600) AS first, to_timestamp(1772509600) AS last, "
            "['repost'] AS layers, 0.5::DOUBLE AS expected, 0.001::DOUBLE AS q FROM tied "
            f"ORDER BY c) TO '{place_of(staged, TIES, START.date())}' (FORMAT parquet)"
        )
        connection.execute(
            "COPY (SELECT c AS campaign_id, a AS account_a, b AS account_b, 'repost' AS layer, "
            "m || ' object' AS object, 'x' || m AS post_a, 'y' || m AS post_b, "
            "to_timestamp(1772409600) AS time_a, to_timestamp(1772409630) AS time_b, "
            "30::BIGINT AS lag_s, 'validated' AS tie FROM tied ORDER BY c) "
            f"TO '{place_of(staged, EVIDENCE, START.date())}' (FORMAT parquet)"
        )
    store.lake.commit("run-2")
    store.lake.discard("run-2")


def _sent(store: Store, objects: Iterable[str]) -> None:
    """Note for each campaign that a partner was sent it, and fetched it."""
    partner = Partner(partner_id=PARTNER, name="Bevora", created=START)
    store.partners.add(partner)
    for place, one in enumerate(objects):
        sending = Sending(
            partner_id=PARTNER,
            object_id=one,
            modified="",
            sent_id=one,
            sent_modified="",
            sha256="",
            raw_sha256=b"",
            added=START + timedelta(seconds=place),
            outcome="sent",
            actor=OTHER,
            at=START,
        )
        store.ledger.add([sending])
        store.receipts.add(PARTNER, [microseconds(sending.added)], START)


def _jobs(
    home: Home, store: Store, clock: Clock, plan: Plan, objects: dict[int, str]
) -> dict[str, str]:
    """Ask for the jobs and requests that tell of what is there; return their ids, in order."""
    names: dict[str, str] = {}
    for number, told in enumerate(plan.jobs):
        if not set(told) <= objects.keys():
            continue
        clock.time = START + timedelta(minutes=430 + number)
        about: Iterable[str] = [objects[each] for each in told]
        actor = (VIEWER, OTHER)[number % 2]
        words = " ".join(f"marker{each}word" for each in told)
        job = StoredJobs(home, store).submit(
            "watch", f"Look {number} {words}", {}, actor=actor, about=about
        )
        store.jobs.note(job.job_id, f"looked at {words}")
        store.jobs.finish(job.job_id, "done", f"found {words}")
        request = store.decisions.ask(
            "import.undo",
            f"import-{number}",
            f"Undo {number} {words}",
            {},
            reason=f"because of {words}",
            asked_by=actor,
            until=START + timedelta(days=7),
            about=about,
        )
        first = objects[told[0]] if told else ""
        store.notices.add(
            "job.done" if number % 2 else "campaign.new",
            to=[VIEWER, "security officer"],
            key=f"notice {number}",
            object_id=first,
            subject=job.job_id,
            facts={"grade": "high"},
        )
        names |= {job.job_id: f"job-{number}", request.request_id: f"request-{number}"}
        if len(told) == 1:  # a call is about one object
            call, _ = store.calls.raise_call("campaign", key=f"call {number}", object_id=first)
            names[call.ref] = f"call-{number}"
    return names
