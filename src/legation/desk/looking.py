"""Looks at what names a person: a form of five reasons, and names for this one answer.

A name is shown to who asked, in the answer to their form, and nowhere else: no page can be
bookmarked, no browser keeps it, and reloading asks again. Each look is in the audit trail before
a name is opened.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from legation.app.access.entering import Guest
from legation.desk.reading import Reading
from legation.desk.rendering import Pages
from legation.desk.working import DeskWork
from legation.errors import NotFoundError, UsageError
from legation.rights.intrusion import STATED

if TYPE_CHECKING:
    from legation.rights.sealed_names import Look
    from legation.threats.disinformation.findings import Member

Working = NamedDependency[SkipValidation[DeskWork]]
Given = NamedDependency[SkipValidation[Reading]]
Writer = NamedDependency[SkipValidation[Pages]]
Ask = Request[Guest, str | None, Any]
_LISTED: Final = 25
_MOST: Final = 25


def look_of(given: Mapping[str, str], *, actor: str, at: datetime) -> "Look":
    """Return the look that a form states.

    Raises:
        DeniedError: One of its reasons is missing.
    """
    from legation.rights.sealed_names import Look

    reasons = {name: given.get(name, "").strip() for name in STATED}
    return Look(actor=actor, at=at, **reasons)


@get("/campaign/{campaign_id:str}/names", sync_to_thread=False, verb="name.open")
def naming(
    request: Ask, reading: Given, pages: Writer, campaign_id: FromPath[str]
) -> Response[str]:
    """Ask whose clear names are needed, and for what."""
    found = reading.campaign(campaign_id)
    members = found.campaign.accounts
    after, account = request.query_params.get("after", ""), request.query_params.get("account", "")
    start = _place(after, members) if after else 0
    some = members[start : start + _LISTED]
    if account:
        some = tuple(one for one in members if one.account_id == account)
    more = not account and start + _LISTED < len(members)
    text = pages.write(
        "names",
        campaign=found.campaign,
        members=some,
        opened=(),
        look=None,
        chosen=account,
        after=after,
        next=some[-1].account_id if more and some else None,
        marking=reading.marking((found.campaign.campaign_id,), members=True),
    )
    return Response(text, media_type=MediaType.HTML)


@post("/campaign/{campaign_id:str}/names", status_code=200, verb="name.open", step_up=True)
async def named(
    request: Ask, desk_work: Working, reading: Given, pages: Writer, campaign_id: FromPath[str]
) -> Response[str]:
    """Show clear names to who asked, in this answer alone."""
    form = await request.form()
    given = {name: str(value) for name, value in form.items()}
    asked = list(dict.fromkeys(str(each) for each in form.getall("account", [])))
    found = reading.campaign(campaign_id)
    members = {one.account_id for one in found.campaign.accounts}
    _refuse_others(asked, members)
    look = look_of(given, actor=request.user.person_id, at=desk_work.evidence.home.now())
    text = pages.write(
        "names",
        campaign=found.campaign,
        members=(),
        opened=desk_work.open_names(asked, look),
        look=look,
        chosen="",
        after="",
        next=None,
        marking=reading.marking((found.campaign.campaign_id,), members=True),
    )
    return Response(text, media_type=MediaType.HTML)


LOOKING: Final = (naming, named)


def _refuse_others(asked: list[str], members: set[str]) -> None:
    if not asked:
        raise UsageError("no account is chosen", hint="tick whose names are needed")
    if len(asked) > _MOST:
        raise UsageError(f"more than {_MOST} names at once", hint="choose fewer: each is a look")
    for account in asked:
        if account not in members:
            raise NotFoundError("this account is not of the campaign", hint="choose from the page")


def _place(after: str, members: "tuple[Member, ...]") -> int:
    ids = [one.account_id for one in members]
    if after not in ids:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    return ids.index(after) + 1
