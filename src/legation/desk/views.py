"""The desk's pages and files: what each address answers.

A view asks the reading, hands the answer to a template, and decides nothing. Each
list comes in pages by key and can be had as a file. Each address declares beside its path
which verb it needs (`rights.roles`); without one it is closed. Views run on the server's own
thread, one after another: the desk has one local reader, and the parts below it need
not be safe across threads. What a file holds is read there too, and written beside it.
"""

from functools import partial
from typing import Final

import msgspec
from litestar import Response, get

from legation.app.handing import talks_near
from legation.app.registers import Registers
from legation.desk import charts
from legation.desk.answers import (
    LIMIT,
    SHORT,
    Ask,
    Given,
    Name,
    Writer,
    every,
    file,
    given,
    only,
    page,
    pair,
    tried,
)
from legation.desk.answers_beside import answers_about, labels_beside
from legation.desk.aside import ASIDE
from legation.desk.brief import today_balance
from legation.desk.campaign_lists import ACCOUNTS, heads_of, of_campaign
from legation.desk.case_beside import cases_about, ids_beside
from legation.desk.entering import first_page, go
from legation.desk.exports import as_may_leave, download, leaving
from legation.desk.first_page import MISSIONS, ladder_of, stories_of, weighed_for
from legation.desk.mission_views import Weighing
from legation.desk.network import members_of
from legation.desk.reading import Download, EvidenceRow, Reading, Tie, TiePage
from legation.desk.watch_views import marking_of
from legation.missions.talks import Near
from legation.threats.disinformation.findings import CAVEAT, Campaign, Member

# Of a file: each batch is sorted anew.
_MANY: Final = 10_000


@get("/", sync_to_thread=False, verb="words.read")
def today(request: Ask, reading: Given, weighing: Weighing, pages: Writer) -> Response[str]:
    """Show what was looked at, what to read first, what waits, and what it weighs.

    Whoever may read no campaign begins in the first room that is theirs.
    """
    if "campaign.read" not in request.user.verbs:
        return go(first_page(request.user))
    shown = reading.today()
    balance = weighed_for(request, reading, weighing, "mission.read")
    marking = marking_of(reading, shown.top)
    stories, since, waits = stories_of(request, reading, shown)
    return page(
        pages.write(
            "today",
            today=shown,
            balance=balance,
            marking=marking,
            stories=stories,
            since=since,
            waits=waits,
            ladder=ladder_of(balance),
            most_missions=MISSIONS,
        )
    )


@get("/today.json", sync_to_thread=False, verb="campaign.export")
def today_file(request: Ask, reading: Given, weighing: Weighing) -> Response[bytes]:
    """Hand out the first page's values; of the balance, to who may take it along."""
    shown = reading.today()
    weighed = weighed_for(request, reading, weighing, "mission.export")
    balance = today_balance(reading, weighed)
    told = {"caveat": CAVEAT} | msgspec.to_builtins(shown)
    content = msgspec.json.encode(told | ({"balance": balance} if balance else {}))
    made = Download(name="today.json", media_type="application/json", content=content)
    ids = tuple(line.campaign_id for line in shown.top)
    return file(leaving(reading, "today", ids, made, *(balance.rests_on if balance else ())))


@get("/campaign/{campaign_id:str}", sync_to_thread=False, verb="campaign.read")
def campaign(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show one campaign, with the talks near which it was active."""
    found = reading.campaign(campaign_id)
    ties, missing = tried(
        lambda: reading.ties(campaign_id, account=None, after=None, limit=SHORT // 2)
    )
    of = found.campaign
    near, talks = _near(request, reading, of)
    library = reading.library()
    object_id = library.object_id(campaign_id) if library else ""
    cases = cases_about(request, reading, object_id) if library else None
    answers = answers_about(request, reading, object_id)
    return page(
        pages.write(
            "campaign",
            marking=reading.marking(
                (of.campaign_id,),
                *talks,
                *ids_beside(cases),
                members=True,
                labels=labels_beside(answers),
            ),
            cases=cases,
            answers=answers,
            campaign=of,
            opened_as=campaign_id,
            near=near,
            run=found.run,
            ties=ties or TiePage(ties=(), after=None, total=0),
            missing=missing,
            short=SHORT,
            timeline=charts.timeline(of.activity, of.bursts),
            hours=charts.hours(of.hours),
        )
    )


@get("/campaign/{campaign_id:str}/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def campaign_file(reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out one campaign in a kind that the parts below write."""
    return file(reading.export((campaign_id,), kind))


@get("/campaign/{campaign_id:str}/accounts", sync_to_thread=False, verb="campaign.read")
def accounts(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """List a campaign's accounts, best score first."""
    found = reading.campaign(campaign_id)
    members = _members(request, found.campaign)
    turn = of_campaign(ACCOUNTS, found.campaign.campaign_id).page(request, members)
    return page(
        pages.write(
            "accounts",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            run=found.run,
            turn=turn,
            group=turn.given.get("group", ""),
        )
    )


@get(
    "/campaign/{campaign_id:str}/accounts/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def accounts_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out a campaign's accounts."""
    campaign = reading.campaign(campaign_id).campaign
    rows = ACCOUNTS.whole(request, _members(request, campaign))
    return file(
        leaving(
            reading,
            "accounts",
            (campaign_id,),
            download("accounts", kind, rows, Member, caveat=CAVEAT),
        )
    )


@get("/campaign/{campaign_id:str}/ties", sync_to_thread=False, verb="campaign.read")
def ties(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """List a campaign's ties, strongest first."""
    asked = only(request, "account", "order", "after")
    account, after = asked.get("account"), asked.get("after")
    found = reading.campaign(campaign_id)
    order = asked.get("order", "objects")
    turned = reading.ties(campaign_id, account=account, order=order, after=after, limit=LIMIT)
    return page(
        pages.write(
            "ties",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            page=turned,
            account=account,
            after=after,
            heads=heads_of(f"/campaign/{found.campaign.campaign_id}/ties", asked, "objects"),
        )
    )


@get("/campaign/{campaign_id:str}/ties/as/{kind:str}", verb="campaign.export")
async def ties_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out a campaign's ties."""
    asked = only(request, "account", "order")
    account, order = asked.get("account"), asked.get("order", "objects")

    def turn(after: str | None) -> tuple[tuple[Tie, ...], str | None]:
        turned = reading.ties(campaign_id, account=account, order=order, after=after, limit=_MANY)
        return turned.ties, turned.after

    rows = list(every(turn))
    written = partial(download, "ties", kind, rows, Tie, caveat=CAVEAT)
    made = await ASIDE.do(request.user.person_id, written)
    return file(leaving(reading, "ties", (campaign_id,), made))


@get("/campaign/{campaign_id:str}/tie", sync_to_thread=False, verb="campaign.read")
def tie(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show why two accounts are tied: their posts side by side."""
    asked = only(request, "a", "b", "layer", "order", "after")
    found = reading.campaign(campaign_id)
    evidence = reading.tie(
        campaign_id,
        pair(asked),
        layer=asked.get("layer"),
        order=asked.get("order", "time"),
        after=asked.get("after"),
        limit=LIMIT,
    )
    drawn = charts.strip([row.lag_s for row in evidence.rows], found.run.window_s)
    return page(
        pages.write(
            "tie",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            run=found.run,
            evidence=evidence,
            tie=evidence.tie,
            strip=drawn,
            after=asked.get("after"),
            heads=heads_of(
                f"/campaign/{found.campaign.campaign_id}/tie",
                asked | {"a": evidence.tie.account_a, "b": evidence.tie.account_b},
                "time",
            ),
        )
    )


@get("/campaign/{campaign_id:str}/tie/as/{kind:str}", verb="campaign.export")
async def tie_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out the evidence of a tie."""
    asked = only(request, "a", "b", "layer", "order")
    layer, order = asked.get("layer"), asked.get("order", "time")
    both = pair(asked)
    grade = reading.campaign(campaign_id).campaign.grade

    def turn(after: str | None) -> tuple[tuple[EvidenceRow, ...], str | None]:
        turned = reading.tie(campaign_id, both, layer=layer, order=order, after=after, limit=_MANY)
        return turned.rows, turned.after

    rows = as_may_leave(every(turn), grade)
    written = partial(download, "evidence", kind, rows, EvidenceRow, caveat=CAVEAT)
    made = await ASIDE.do(request.user.person_id, written)
    return file(leaving(reading, "tie", (campaign_id,), made))


@get("/words", sync_to_thread=False, verb="words.read")
def words(pages: Writer) -> Response[str]:
    """Explain the words of the pages."""
    return page(pages.write("words"))


def _near(request: Ask, reading: Reading, of: Campaign) -> tuple[tuple[Near, ...], tuple[str, ...]]:
    """Return the watches within which a campaign was active, and the ids of their talks.

    Who may not read the registers, or may not know the talks, is shown nothing of them.
    """
    library = reading.library()
    if library is None or "mission.read" not in request.user.verbs:
        return (), ()
    scope = library.scope()
    found, registers = talks_near(scope, of), Registers(scope)
    return found, tuple(registers.id_of("talks", one.watch.talk) for one in found)


def _members(request: Ask, campaign: Campaign) -> tuple[Member, ...]:
    group = given(request).get("group")
    return members_of(campaign, group) if group else campaign.accounts


VIEWS: Final = (
    today,
    today_file,
    campaign,
    campaign_file,
    accounts,
    accounts_file,
    ties,
    ties_file,
    tie,
    tie_file,
    words,
)
