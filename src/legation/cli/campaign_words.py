"""A campaign in words for the shell: how sure, who, with what, since when, and what is unknown."""

from datetime import UTC
from typing import TYPE_CHECKING, Final

from legation.cli.beside import registered
from legation.cli.words import chance, counted, day, language, share, table
from legation.threats.disinformation.findings import Campaign, Quotation, Run
from legation.threats.disinformation.naming import marks

if TYPE_CHECKING:
    from legation.missions.talks import Near

_SHOWN: Final = 20


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
    told += [f"found by: {run.run_id}", "", _members(campaign), *_copied(campaign)]
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
            f"{one.role} (copied)" if one.copied else one.role,
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


def _copied(campaign: Campaign) -> list[str]:
    """Say what the mark of a copied member means, where there is one."""
    return ["(copied): was only or mostly copied: cannot tell whether it takes part"] * any(
        one.copied for one in campaign.accounts
    )


def _brief(text: str) -> str:
    from legation.formats.masking import shorten

    return shorten(" ".join(text.split()), 160)
