"""Campaigns as the search would report them, small and invented."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from legation.formats.campaign import Statement
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp
from legation.stix.vocabulary import Identity
from legation.threats.disinformation.findings import (
    CAVEAT,
    Burst,
    Campaign,
    DenseObjects,
    Grade,
    LanguageShare,
    Lookalike,
    Member,
    Quotation,
    Report,
    Run,
    Significance,
    Technique,
    Term,
    Trait,
)
from legation.threats.disinformation.linked import LinkedDomain, WrittenName

CREATED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINISTRY = Identity(
    spec_version=SPEC,
    id=fact_id("identity", "an invented ministry"),
    created=Timestamp.of(CREATED),
    modified=Timestamp.of(CREATED),
    name="Ministry of Foreign Affairs of Aldria",
    identity_class="organization",
)
RUN = Run(
    run_id="run-1",
    input_sha256="ab" * 32,
    posts=30_000,
    accounts=4_000,
    first=1_770_000_000,
    last=1_771_000_000,
    clock_resolution_s=1,
    layers=("repost", "link"),
    window_s=60,
    min_objects=2,
    fdr=0.01,
    null="stratified Poisson, hour x layer x language",
    tests=7_998_000,
    pairs=12_345,
    ties=120,
    validated_ties=3,
    dense=DenseObjects(policy="more than 500 accounts in an hour", objects=1, actions=900, pairs=7),
)


def found_campaign(
    grade: Grade = "moderate", text: str = "Vote as @some.one says", members: int = 3
) -> Campaign:
    """Make a campaign of a grade, with one quotation."""
    return Campaign(
        campaign_id="campaign-1",
        name="en repost 2026-02-02",
        grade=grade,
        grade_reasons=("two layers", "two days"),
        first=1_770_000_000,
        last=1_770_100_000,
        accounts=tuple(
            Member(
                account_id=f"acct-{'a' * 25}{chr(ord('a') + number)}",
                role="amplifier" if number else "originator",
                score=1 - number / 1000,
                q=0.001,
                layers=("repost", "link"),
                objects=5,
                partners=2,
                alike={"rhythm": 0.91, "style": 0.75},
                part=1 if number < 2 else None,
            )
            for number in range(members)
        ),
        ties=3,
        co_actions={"repost": 40, "link": 12},
        median_lag_s=7.5,
        significance=Significance(observed=52, expected=0.75, p_value=1e-9, null=RUN.null),
        terms=(Term(term="@other_one", posts=9, ratio=14.0),),
        quotations=(Quotation(post_id="1234567890", text=text, accounts=3, posts=9),),
        bursts=(Burst(start=1_770_000_000, end=1_770_086_400, posts=50, usual=3.5),),
        languages=(LanguageShare(language="en", share=1.0),),
        activity=((1_769_990_400, 50),),
        hours=tuple(range(24)),
        traits=(Trait(name="rhythm", members=3, around=90, alike=0.91, low=0.4, high=1.0),),
        techniques=(Technique(id="T0118", name="Amplify Existing Narrative", because="reposts"),),
        lookalikes=(Lookalike(kind="fans", rule="names in fans.csv", accounts=1, source="desk"),),
        domains=(
            LinkedDomain(
                official="www.mfa.aldria.example",
                state="XA",
                office="foreign ministry",
                rule="its own list",
                source="its own list",
                accounts=2,
                posts=5,
                host="mfa.a1dria.example",
                way="letters",
            ),
        ),
        names=(WrittenName(role="head of mission", mission="paris", posts=2),),
        cannot_show=("who directs the accounts",),
    )


def statement(*, masked: bool = True, marking: Tlp = Tlp.AMBER) -> Statement:
    """Make the statement of the invented ministry."""
    return Statement(
        identity=MINISTRY, created=CREATED, marking=marking, caveat=CAVEAT, masked=masked
    )


def report_of(run_id: str, grades: Sequence[str]) -> Report:
    """Make the report of a run with one campaign of each grade, the same members each time."""
    campaigns = []
    for number, grade in enumerate(grades):
        made = found_campaign(msgspec.convert(grade, Grade))
        members = tuple(
            msgspec.structs.replace(
                one, account_id=f"{one.account_id[:-2]}{chr(ord('b') + number)}{one.account_id[-1]}"
            )
            for one in made.accounts
        )
        name = f"campaign-{number}"
        campaigns.append(msgspec.structs.replace(made, campaign_id=name, accounts=members))
    run = msgspec.structs.replace(RUN, run_id=run_id)
    return Report(run=run, campaigns=tuple(campaigns))
