"""A campaign of ten thousand accounts and fifty thousand ties, as a home keeps it.

It is written into store and lake as a run would leave it, without a run: what is
tested is how much a page of it asks and sends.
"""

import base64
import hashlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from legation.app.home import Home, identity_of
from legation.app.library import DETECTOR
from legation.formats.campaign import Statement, campaign_objects
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.tlp import Tlp
from legation.store.duck import connect
from legation.store.opening import Store
from legation.store.proofs import EVIDENCE, TIES, place_of
from legation.threats.disinformation.findings import CAVEAT, Campaign, Member, Role
from worlds.readings import a_campaign, a_run

from .homes import make_home

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
ROLES: tuple[Role, ...] = ("amplifier", "amplifier", "originator", "bridge")
_DAY = 86_400
_START = 1_772_409_600


def pseudonym(number: int) -> str:
    """Return the pseudonym of an invented account."""
    digest = hashlib.sha256(str(number).encode()).digest()[:17]
    return f"acct-{base64.b32encode(digest).decode().lower()[:26]}"


def large_campaign(accounts: int, ties: int, communities: int) -> Campaign:
    """Return the campaign; its activity covers 200 days."""
    members = tuple(
        Member(
            account_id=pseudonym(number),
            role=ROLES[number % 4],
            score=round(1 - number / (2 * accounts), 6),
            q=0.001,
            layers=("repost",),
            objects=5,
            partners=10,
            part=number % communities + 1 if number % 50 else None,
        )
        for number in range(accounts)
    )
    return a_campaign(
        campaign_id="c-large",
        name="a large campaign",
        accounts=members,
        ties=ties,
        activity=tuple((_START + day * _DAY, 50) for day in range(200)),
        first=_START,
        last=_START + 200 * _DAY,
    )


def large_home(folder: Path, *, accounts: int, ties: int, communities: int = 40) -> Home:
    """Make a home that holds the campaign, its ties and some of its evidence."""
    home = Home(Settings(home=folder), lambda: NOW)
    make_home(home, "Invented ministry")
    campaign = large_campaign(accounts, ties, communities)
    run = a_run(run_id="run-large", ties=ties, validated_ties=ties)
    with home.store() as store:
        _keep_proofs(store, campaign, ties)
        statement = Statement(
            identity=identity_of(store), created=NOW, marking=Tlp.AMBER, caveat=CAVEAT, masked=False
        )
        stated = campaign_objects(campaign, run, statement)[0]
        store.objects.put(encode_object(stated))
        facts = {"run": msgspec.to_builtins(run), "campaigns": [stated.id]}
        store.runs.record(
            run.run_id, detector=DETECTOR, input_sha256=run.input_sha256, rule={}, facts=facts
        )
    return home


def _keep_proofs(store: Store, campaign: Campaign, ties: int) -> None:
    made = np.random.default_rng(7)
    ids = np.array(sorted(member.account_id for member in campaign.accounts), np.object_)
    codes = np.unique(made.integers(0, len(ids), (2 * ties, 2)), axis=0)
    codes = np.unique(np.sort(codes[codes[:, 0] != codes[:, 1]], axis=1), axis=0)
    codes = codes[made.permutation(len(codes))[:ties]]
    columns: dict[str, Any] = {
        "a": ids[codes[:, 0]],
        "b": ids[codes[:, 1]],
        "n": made.integers(3, 40, len(codes)),
    }
    staged = store.lake.stage("run-large")
    day = datetime.fromtimestamp(campaign.first, UTC).date()
    with closing(connect()) as connection:
        connection.register("tied", columns)
        connection.execute(
            "COPY (SELECT 'c-large' AS campaign_id, a AS account_a, b AS account_b, "
            "n::BIGINT AS objects, to_timestamp(1772409600) AS first, "
            "to_timestamp(1772509600) AS last, ['repost'] AS layers, 0.5::DOUBLE AS expected, "
            "0.001::DOUBLE AS q FROM tied) "
            f"TO '{place_of(staged, TIES, day)}' (FORMAT parquet)"
        )
        connection.execute(
            "COPY (SELECT 'c-large' AS campaign_id, a AS account_a, b AS account_b, "
            "'repost' AS layer, 'p' || i AS object, 'x' || i AS post_a, 'y' || i AS post_b, "
            "to_timestamp(1772409600 + (i % 200) * 86400) AS time_a, "
            "to_timestamp(1772409630 + (i % 200) * 86400) AS time_b, 30::BIGINT AS lag_s, "
            "'validated' AS tie FROM (SELECT *, row_number() OVER () AS i FROM tied) "
            f"LIMIT 20000) TO '{place_of(staged, EVIDENCE, day)}' (FORMAT parquet)"
        )
    store.lake.commit("run-large")
    store.lake.discard("run-large")
