"""`legation campaign list`, `show` and `export`: what the latest run found."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.app.listing import Marks, Order, Query
from legation.app.listing import listed as find
from legation.cli.beside import registered
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.sheets import tell_name
from legation.cli.words import (
    answer,
    answer_json,
    chance,
    counted,
    day,
    language,
    pour,
    share,
    table,
    tell,
    typed,
)
from legation.errors import UsageError
from legation.settings import TlpName
from legation.threats.disinformation.findings import CAVEAT, Campaign, Grade, Quotation, Run, marks

if TYPE_CHECKING:
    from legation.missions.talks import Near

_ACTOR = "command line"
_SHOWN = 20


def listed(
    *,
    words: Annotated[str, Parameter(help="Only those that hold these words.")] = "",
    grade: Annotated[Grade | None, Parameter(help="Only of this grade.")] = None,
    layer: Annotated[str, Parameter(help="Only with this layer.")] = "",
    in_language: Annotated[
        str, Parameter("--language", help="Only with this language, by its code, such as en.")
    ] = "",
    order: Annotated[
        Order,
        Parameter(
            help="By grade, newest, accounts, ties, name or chance; with - before it the other "
            "way round. [default: grade]"
        ),
    ] = "grade",
    mark: Annotated[
        Marks, Parameter(help="Only under this mark. [default: all but those set aside]")
    ] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the campaigns of the latest run, strongest first, in the order of the desk's list."""
    place = doors.home(home)
    place.require()
    asked = Query(
        words=words, grade=grade, layer=layer, language=in_language, order=order, mark=mark
    )
    with place.store() as store:
        library = place.library(store, _ACTOR)
        kept, stale, marks = library.latest(), library.stale(), library.marks()
    campaigns = tuple(find(kept, marks, asked)) if kept else ()
    if as_json:
        answer_json({"run": kept.run if kept else None, "campaigns": campaigns})
        return 0
    if kept is None:
        tell(f"Nothing was looked at yet. Next: {typed('legation watch --once', home)}")
        return 0
    answer(lines(campaigns))
    if not kept.campaigns:
        answer("\n".join(unsaid(kept.run)))
    tell(stale) if stale else None
    tell(CAVEAT)
    return 0


def show(
    campaign_id: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """Show one campaign.

    Args:
        campaign_id: Its id, or the start of it.
    """
    from legation.app.handing import talks_near

    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, _ACTOR)
        (campaign, run), stale = library.campaign(campaign_id), library.stale()
        watches = talks_near(library.scope(), campaign)
    if stale:
        tell(stale)
    if as_json:
        answer_json({"run": run, "campaign": campaign, "watches": watches})
    else:
        answer(in_words(campaign, run))
        answer("\n".join(map(near_in_words, watches))) if watches else None
        tell(CAVEAT)
    return 0


def export(
    campaign_id: str,
    /,
    *,
    stix: Annotated[bool, Parameter(help="As a STIX 2.1 bundle.")] = False,
    csv: Annotated[bool, Parameter(help="As a table of its accounts.")] = False,
    graphml: Annotated[bool, Parameter(help="As a network, in GraphML.")] = False,
    gexf: Annotated[bool, Parameter(help="As a network, in GEXF 1.3.")] = False,
    pdf: Annotated[bool, Parameter(help="As a brief to print (needs the extra `pdf`).")] = False,
    docx: Annotated[
        bool, Parameter(help="As a brief to edit in Word (needs the extra `pdf`).")
    ] = False,
    tlp: Annotated[
        TlpName | None,
        Parameter(help="Level of the bundle. [default: the store's or the desk's, the stricter]"),
    ] = None,
    out: Annotated[Path | None, Parameter(help="File to write. [default: standard output]")] = None,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write one campaign as a file.

    Below grade "high" mentions are masked and quotations shortened: the grounds do not
    bear more. A level wider than the store's is refused: sharing never widens a marking. Each
    export is written into the audit trail.

    Args:
        campaign_id: Its id, or the start of it.
    """
    from legation.app.outputs import put
    from legation.stix.tlp import level_named

    asked = {"stix": stix, "csv": csv, "graphml": graphml, "gexf": gexf}
    asked |= {"pdf": pdf, "docx": docx}
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if len(kinds) != 1:
        raise UsageError(
            "say how to write it" if not kinds else "one kind of file at a time",
            hint="add one of --stix, --csv, --graphml, --gexf, --pdf, --docx",
        )
    paper = kinds[0] in ("pdf", "docx")
    if paper and tlp:
        raise UsageError("a brief leaves under the level of store and desk", hint="leave --tlp out")
    if paper and out is None:
        raise UsageError("a brief is no text", hint="say where to write it: --out FILE")
    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, _ACTOR)
        name = library.campaign(campaign_id)[0].campaign_id
        level = level_named(tlp) if tlp else None
        if paper:
            content = doors.write_paper(library, name, kinds[0])
        else:
            made = library.export([name], kinds[0], level)
            content = made.content
    if out is None:
        pour(content.decode())
        tell_name(made.name)
    else:
        put(out, content)
        tell(f"Written: {out}")
    return 0


def met_in_words(run: "Run") -> str:
    """Say in which layers posts met, and in which none did."""
    if run.met is None:
        return ", ".join(run.layers)
    some = [f"{layer} {number:,}" for layer, number in run.met.items() if number]
    none = [layer for layer, number in run.met.items() if not number]
    told = [", ".join(some) or "none"]
    if none:
        told.append(f"no two accounts shared: {', '.join(none)}")
    return "; ".join(told)


def unsaid(run: "Run") -> list[str]:
    """Say what a run that found no campaign cannot tell."""
    from legation.threats.disinformation.unknowns import nothing_found

    return [f"cannot tell: {sentence}" for sentence in nothing_found(run)]


def lines(campaigns: tuple[Campaign, ...]) -> str:
    """Lay out campaigns, one a line."""
    if not campaigns:
        return "No campaign was found."
    header = ("id", "grade", "accounts", "validated ties", "first", "last", "name")
    return table(
        header,
        [
            (
                one.campaign_id,
                one.grade,
                str(len(one.accounts)),
                str(one.ties),
                day(one.first),
                day(one.last),
                one.name,
            )
            for one in campaigns
        ],
    )


def near_in_words(near: "Near") -> str:
    """Tell of a raised watch within which a campaign was active."""
    until = f"{near.watch.ends.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    return (
        f"near talks: {near.posts:,} of {near.of:,} posts fall into the watch that is raised until "
        f"{until} for {near.watch.because}. That they fall together proves no tie"
    )


def in_words(campaign: Campaign, run: Run) -> str:
    """Tell a campaign: how sure, who, with what, since when, and what cannot be shown."""
    from legation.threats.disinformation.grading import against_chance

    found = campaign.significance
    told = [
        f"{campaign.campaign_id}  {campaign.name}",
        f"grade: {campaign.grade}",
        *(f"  - {reason}" for reason in campaign.grade_reasons),
        f"when: {day(campaign.first)} to {day(campaign.last)}",
        f"languages: {_spoken(campaign)}",
        f"how fast: median {campaign.median_lag_s:g} s between two posts{_timed(campaign)}",
        f"with what: {_met(campaign)}",
        f"against chance: {against_chance(found)}",
        f"p: {chance(found.p_value)} ({found.null})",
    ]
    told += [*_narrative(campaign), *_bursts(campaign)]
    told += [
        f"post {quotation.post_id} ({_had(quotation)}): {_brief(quotation.text)}"
        for quotation in campaign.quotations
    ] or ["posts: the data holds no texts to quote"]
    told += [
        f"alike in {one.name}: {one.alike:.2f} ({one.low:.2f} to {one.high:.2f}), "
        f"{one.members} members against {one.around} people around"
        for one in campaign.traits
    ]
    told += [
        f"technique suggested: {one.id} {one.name}: {one.because}" for one in campaign.techniques
    ] or ["techniques suggested: none"]
    told += [
        f"beside it: {one.kind}, {counted(one.accounts, 'member')} "
        f"by the rule {one.rule!r} (from {one.source})"
        for one in campaign.lookalikes
    ]
    told += registered(campaign, _read(campaign))
    told += [f"cannot show: {sentence}" for sentence in campaign.cannot_show]
    told += [f"found by: {run.run_id}", "", _members(campaign)]
    return "\n".join(told)


def _timed(campaign: Campaign) -> str:
    """Say how well the times behind a campaign are known, where it is worse than a second."""
    clock_s = campaign.clock_resolution_s or 1
    return f", timed to {clock_s} s" if clock_s > 1 else ""


def _narrative(campaign: Campaign) -> list[str]:
    """Say by what terms the posts are marked, or that it cannot be told, and why."""
    of, told = campaign.compared, []
    if campaign.terms and of is None:  # kept before the posts were told
        told.append("terms: " + ", ".join(one.term for one in campaign.terms))
    elif campaign.terms and of:
        told.append(
            f"terms, in at most 20 posts of each account in {language(of.language)}: "
            f"{counted(of.posts, 'post')} by {counted(of.accounts, 'account')}, against "
            f"{counted(of.background, 'post')} by {counted(of.others, 'account')} in no campaign"
        )
        told += [
            f"  - {one.term}: {counted(one.posts, 'post')} ({share(one.posts / of.posts)}) by "
            f"{counted(one.accounts, 'account')}, {one.ratio:.1f} times as often "
            f"({one.low:.1f} to {one.high:.1f})"
            for one in campaign.terms
        ]
    if not marks(campaign.terms, of):
        told.append(f"cannot tell by what narrative: {campaign.no_narrative or 'why was not kept'}")
    return told


def _bursts(campaign: Campaign) -> list[str]:
    """Say on which days far more than usual was posted, of how many, and what is usual."""
    if not campaign.bursts:
        return ["days far above their usual: none" + ("" if campaign.activity else " known")]
    every = campaign.burst_days
    of = f", the {len(campaign.bursts)} with most posts of {every}" if every else ""
    around = "" if every is None else "; usual: median of up to 14 days with posts before and after"
    return [
        f"days far above their usual{of}{around}",
        *(
            f"  - {day(one.start)}: {counted(one.posts, 'post')}, usual {one.usual:g}"
            for one in campaign.bursts
        ),
    ]


def _spoken(campaign: Campaign) -> str:
    shares = ", ".join(f"{language(one.language)} {share(one.share)}" for one in campaign.languages)
    if campaign.more_languages:
        rest = max(1 - sum(one.share for one in campaign.languages), 0.0001)
        shares += f", {counted(campaign.more_languages, 'more language')} {share(rest)}"
    if campaign.posts_read is None or not shares:
        return shares or "unknown"
    return f"{shares}; shares of {_read(campaign)}"


def _read(campaign: Campaign) -> str:
    """Say of which posts the words were read."""
    read, every = campaign.posts_read or 0, sum(campaign.hours)
    said = counted(read, "post")
    return f"{said} of {every:,}, evenly spaced in time" if read < every else f"all {said}"


def _had(quotation: Quotation) -> str:
    """Say how many posts have a text, and how many share the object for which it stands."""
    had = f"{counted(quotation.posts, 'post')} by {counted(quotation.accounts, 'account')}"
    if not quotation.layer:  # kept before the two were counted apart
        return f"{had} share what it shares"
    posts, accounts = quotation.object_posts, quotation.object_accounts
    sharing = f"{counted(posts, 'post')} by {counted(accounts, 'account')}"
    return f"exactly this text: {had}; same {quotation.layer}: {sharing}"


def _met(campaign: Campaign) -> str:
    met = ", ".join(f"{layer} {number:,}" for layer, number in campaign.co_actions.items())
    if campaign.post_pairs is None:
        return f"co-actions: {met}"
    return f"{counted(campaign.post_pairs, 'pair')} of posts; co-actions: {met}"


def _members(campaign: Campaign) -> str:
    header = ("account", "role", "score", "q", "objects", "partners", "layers")
    rows = [
        (
            one.account_id,
            one.role,
            f"{one.score:.3f}",
            chance(one.q),
            str(one.objects),
            str(one.partners),
            "|".join(one.layers),
        )
        for one in campaign.accounts[:_SHOWN]
    ]
    more = len(campaign.accounts) - len(rows)
    return table(header, rows) + (f"\nand {more} more" if more > 0 else "")


def _brief(text: str) -> str:
    from legation.formats.masking import shorten

    return shorten(" ".join(text.split()), 160)
