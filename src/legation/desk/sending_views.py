"""What would leave for a partner, why, and its leaving: shown first, and sent as it was shown.

The gate decides. A form that sends says what it was drawn from: where anything of that has
changed since, nothing leaves and the page is shown anew.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.cases.docket import Docket
from legation.app.caveats import NO_CAVEAT
from legation.app.scope import Scope
from legation.app.sharing.outgoing import Outgoing
from legation.app.sharing.policies import policy_of
from legation.app.sharing.shown import digest_of, label_of_all, losses_of
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.aside import ASIDE
from legation.desk.case_forms import fault_of
from legation.desk.exports import download, left_as
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.desk.working import DeskWork
from legation.errors import ConflictError, LegationError, NotFoundError, UsageError
from legation.formats.marked import mark, marking_of
from legation.formats.profiles.losses import Loss
from legation.safeguards.sharing.gate.context import Outcome, Preview
from legation.store.exchange.partners import Partner

Working = NamedDependency[SkipValidation[DeskWork]]
OUTCOMES: Final[tuple[Outcome, ...]] = ("sent", "redacted", "held")
_ASKED: Final = ("partner", "campaign", "case", "object", "all", "outcome")
_NAMES: Final = ("campaign", "case", "object", "all")
_PARTED: Final = re.compile(r"[\s,;]+")
_MOST_NAMED: Final = 200
# Of a preview, on a page; its file has all of it.
_MOST_SHOWN: Final = 300


class VerdictLine(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of an object, in a file."""

    object_id: str
    modified: str
    outcome: str
    label: str
    reasons: tuple[str, ...]
    sent_id: str
    sent_modified: str


_Done = TypeVar("_Done")


class _Asked(NamedTuple):
    """Who asks what, where."""

    request: Ask
    reading: Reading
    desk_work: DeskWork
    partner: Partner
    given: dict[str, str]

    async def by_gate(self, act: Callable[[Outgoing, str], _Done]) -> _Done:
        """Do something with the gate, beside the loop: reading its keys and judging take time."""
        scope = scope_of(self.reading)

        def work() -> _Done:
            return act(Outgoing(scope, self.desk_work.keys()), self.partner.partner_id)

        return await ASIDE.do(self.request.user.person_id, work)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A preview with what is told beside it."""

    preview: Preview
    losses: tuple[Loss, ...]
    digest: str


@get("/sending", verb="share.send")
async def sending(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """Show what would leave for a partner, and why each object is sent, redacted or held."""
    asked = only(request, *_ASKED)
    return await _preview(request, reading, desk_work, pages, asked)


@get("/sending/as/{kind:str}", verb="share.send")
async def sending_file(
    request: Ask, reading: Given, desk_work: Working, kind: Name
) -> Response[bytes]:
    """Hand out the same: what becomes of each object, and as JSON the values that would leave."""
    request.user.require("partner.read")
    asked = only(request, *_ASKED)
    scope = scope_of(reading)
    partner = scope.store.partners.get(asked.get("partner", ""))
    shown = await _shown(_Asked(request, reading, desk_work, partner, asked))
    verdicts = [
        one for one in shown.preview.verdicts if asked.get("outcome", one.outcome) == one.outcome
    ]
    if kind == "json":
        content = msgspec.json.encode({"verdicts": verdicts, "leaving": shown.preview.leaving})
        made = Download(name="sending.json", media_type="application/json", content=content)
    else:
        lines = [
            VerdictLine(**{name: getattr(one, name) for name in VerdictLine.__struct_fields__})
            for one in verdicts
        ]
        made = download("sending", kind, lines, VerdictLine, caveat=NO_CAVEAT)
    ids = [one.object_id for one in verdicts]
    return file(left_as(scope, "sending", made, ids, may="share.export"))


@post("/sending/push", status_code=200, verb="share.send")
async def push(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """Put what was shown where the partner reads it."""
    asked, shown = await _formed(request, reading, desk_work)
    ids = _ids(reading, scope_of(reading), asked.given)
    try:
        done = await asked.by_gate(lambda out, name: out.push(name, ids, shown=shown))
    except (ConflictError, UsageError) as refused:
        return await _preview(request, reading, desk_work, pages, asked.given, fault=refused)
    counts = _counts(done.preview)
    return page(pages.write("pushed", partner=asked.partner, done=done, counts=counts))


@post("/sending/package", status_code=200, verb="share.send")
async def package(
    request: Ask, reading: Given, desk_work: Working, pages: Writer
) -> Response[str] | Response[bytes]:
    """Hand out what was shown as a signed file, for a stick or a mail."""
    asked, shown = await _formed(request, reading, desk_work)
    scope = scope_of(reading)
    ids = _ids(reading, scope, asked.given)
    try:
        done = await asked.by_gate(lambda out, name: out.write(name, ids, shown=shown))
    except (ConflictError, UsageError) as refused:
        return await _preview(request, reading, desk_work, pages, asked.given, fault=refused)
    label = label_of_all(done.preview.leaving, scope.marking)
    made = Download(name="sending.zip", media_type="application/zip", content=done.content)
    return file(mark(made, marking_of(label, scope.ladder)))


SENDING: Final = (sending, sending_file, push, package)


async def _preview(
    request: Ask,
    reading: Reading,
    desk_work: DeskWork,
    pages: Pages,
    asked: dict[str, str],
    *,
    fault: LegationError | None = None,
) -> Response[str]:
    request.user.require("partner.read")
    scope = scope_of(reading)
    every = [one for one in scope.store.partners.every() if one.ended is None]
    partner = scope.store.partners.get(asked["partner"]) if "partner" in asked else None
    shown, told = None, fault_of(fault) if fault is not None else None
    if partner is not None and any(name in asked for name in _NAMES):
        try:
            shown = await _shown(_Asked(request, reading, desk_work, partner, asked))
        except (UsageError, NotFoundError) as refused:
            told = told or fault_of(refused)
    outcome = asked.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        raise UsageError(f"no outcome {outcome!r:.30}", hint=f"choose from: {', '.join(OUTCOMES)}")
    verdicts = (
        [one for one in shown.preview.verdicts if outcome in ("", one.outcome)] if shown else []
    )
    ids = [one.object_id for one in verdicts]
    return page(
        pages.write(
            "sending",
            marking=reading.marking((), *ids, members=False) if ids else "",
            asked=asked,
            partners=every,
            partner=partner,
            profile=policy_of(partner).sharing.profile if partner else "plain",
            shown=shown,
            counts=_counts(shown.preview) if shown else {},
            verdicts=verdicts[:_MOST_SHOWN],
            total=len(verdicts),
            outcomes=OUTCOMES,
            fault=told,
        )
    )


async def _shown(asked: _Asked) -> _Shown:
    ids = _ids(asked.reading, scope_of(asked.reading), asked.given)
    profile = policy_of(asked.partner).sharing.profile

    def work(out: Outgoing, name: str) -> _Shown:
        preview = out.preview(name, ids)
        losses = losses_of(preview, profile) if preview.leaving else ()
        return _Shown(preview=preview, losses=losses, digest=digest_of(preview, name))

    return await asked.by_gate(work)


def _ids(reading: Reading, scope: Scope, asked: dict[str, str]) -> list[str]:
    """Return the ids of the objects that an address names; none for all of them."""
    library = reading.library()
    named = {name: _PARTED.split(asked.get(name, "").strip()) for name in _NAMES[:-1]}
    parts = {name: [one for one in some if one] for name, some in named.items()}
    if sum(map(len, parts.values())) > _MOST_NAMED:
        raise UsageError("these are too many names", hint=f"name up to {_MOST_NAMED} at once")
    ids = list(parts["object"])
    ids += [library.object_id(one) for one in parts["campaign"]] if library else []
    ids += [Docket(scope).case(one).id for one in parts["case"]]
    if bool(ids) == (asked.get("all") == "yes"):
        raise UsageError(
            "it is not said what is to be shared", hint="name a campaign, a case or objects, or all"
        )
    return ids


async def _formed(request: Ask, reading: Reading, desk_work: DeskWork) -> tuple[_Asked, str]:
    """Return what a form asks, and by what it was drawn."""
    request.user.require("partner.read")
    form = await request.form()
    typed = {name: str(form[name]) for name in _ASKED if form.get(name)}
    shown = str(form.get("shown", ""))
    if not shown:
        raise UsageError("nothing was shown before", hint="look at what would leave first")
    partner = scope_of(reading).store.partners.get(typed.get("partner", ""))
    return _Asked(request, reading, desk_work, partner, typed), shown


def _counts(preview: Preview) -> dict[str, int]:
    outcomes = [one.outcome for one in preview.verdicts]
    return {name: outcomes.count(name) for name in OUTCOMES}
