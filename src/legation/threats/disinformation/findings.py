"""What the search for campaigns says: members, campaigns, the run that found them.

These shapes are what leaves the detector: `campaigns.json` is `Report` written by
msgspec, the store keeps a `Campaign` inside a STIX campaign's extension, and the
desk shows it. Times are epoch seconds, UTC. "Coordinated" is measured here;
"inauthentic" is never said: that needs a recorded decision by a person.
"""

from typing import Final, Literal

import msgspec

from legation.threats.disinformation.linked import LinkedDomain, WrittenName

CAVEAT = (
    "Coordination is not inauthenticity: the accounts of a campaign act together more often than "
    "chance explains. Who they are, who directs them and whether they deceive is for a person to "
    "decide."
)

Role = Literal["originator", "amplifier", "bridge"]
Grade = Literal["high", "moderate", "low"]
Look = Literal["far", "farthest", "near"]

# What a chance is said to be that is less: floating point ends near 1e-308, and no chance is 0.
LEAST_P: Final = 1e-300
# A reader is shown no smaller chance than this, at every door: smaller ones are "under" it.
LEAST_SHOWN: Final = 0.0001


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One account of one campaign.

    Attributes:
        account_id: As in the input (detect) or a pseudonym (store).
        role: Originator (early in cascades), amplifier, or bridge between parts.
        score: 0..1, higher means stronger evidence of acting together.
        q: False-discovery rate at which the account's membership holds.
        layers: Layers that tie it, `similarity` among them when it was joined by likeness.
        objects: Distinct objects on which it met other members; for a member by likeness, its
            posts with wordings of the campaign.
        partners: Members it is tied to.
        alike: By trait the share of the people around who are less like the campaign than this
            account is; a trait that cannot be told is absent.
        part: Number of its community inside the campaign, 1 for the largest; None for those who
            joined one by one or by likeness, and in findings kept before it was told.
        copied: Whether it was only or mostly copied, so that whether it takes part cannot be told:
            it follows no member, or members follow it more than taking turns explains.
    """

    account_id: str
    role: Role
    score: float
    q: float
    layers: tuple[str, ...]
    objects: int
    partners: int
    alike: dict[str, float] = {}
    part: int | None = None
    copied: bool = False


class Significance(msgspec.Struct, frozen=True, kw_only=True):
    """How surprising the campaign is under the null.

    The p-value is no chance of `observed` against `expected`, which are sums over all pairs. It is
    the chance that `reached` or more of `trials` pairs go so far, where each does at `rate`: three
    looks are taken at each part of the network, and the least likely is kept. So it is
    3 * `searched` * P(at least `reached` of `trials`), for the look `farthest` 3 * `searched` *
    `trials` * `rate`, and at most 1.

    Attributes:
        observed: Co-actions of its pairs beyond those that made them pairs to look at.
        expected: The same under the null.
        p_value: Corrected for the three looks and for the search over all parts;
            never below 1e-300, which stands for whatever is less.
        null: Name of the null model and its strata.
        pairs: Pairs of accounts that meet often enough to be looked at.
        beyond: Those of them that meet more than one in a thousand does by chance.
        look: What gave the p-value: `far`, pairs beyond their 1-in-1,000 mark; `near`, pairs
            beyond their 1-in-20 mark, counting no more than hold the campaign together;
            `farthest`, the pair that goes furthest. None in findings kept before it was told.
        reached: Pairs that count in that look.
        trials: Of how many.
        rate: Chance of each; chance explains `trials` * `rate` of them.
        searched: Parts of the network that were judged.
    """

    observed: int
    expected: float
    p_value: float
    null: str
    pairs: int = 0
    beyond: int = 0
    look: Look | None = None
    reached: int = 0
    trials: int = 0
    rate: float = 0.0
    searched: int = 0


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A word that marks the campaign; all its figures are of the posts in `Compared`.

    In findings kept before that was told, `posts` are among the `posts_read` of the campaign,
    `ratio` is of other posts, and nothing else is known.

    Attributes:
        posts: Posts of the members that have it.
        ratio: Its share of their posts over its share of other people's.
        accounts: Members who wrote it.
        background: Posts of other people that have it.
        low: Lower end of the 95 % interval of `ratio`, with an account's posts as one cluster.
        high: Upper end.
    """

    term: str
    posts: int
    ratio: float
    accounts: int = 0
    background: int = 0
    low: float = 0.0
    high: float = 0.0


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The posts in which terms were chosen and counted: of one language, at most 20 an account.

    Attributes:
        language: Their language: that of at least half of the members' posts that can be told.
        posts: Posts of the members.
        accounts: Who wrote them.
        background: Posts of accounts in no campaign of the run, chosen by a hash of their ids.
        others: Who wrote those.
    """

    language: str
    posts: int
    accounts: int
    background: int
    others: int


class Quotation(msgspec.Struct, frozen=True, kw_only=True):
    """A representative post: the text, one post that has it, how many accounts and posts do.

    It stands for an object that many members share. Those who have the very text, letter for
    letter, and those who share the object are counted apart.

    Attributes:
        post_id: The members' earliest post on the object that is part of the evidence.
        accounts: Members who posted exactly this text.
        posts: Posts of members with exactly this text.
        layer: Layer of the object for which it stands. Empty in findings kept before it was
            told: there `accounts` and `posts` count those behind the evidence for the object.
        object_accounts: Members who acted on that object.
        object_posts: Posts of members that act on it.
    """

    post_id: str
    text: str
    accounts: int
    posts: int
    layer: str = ""
    object_accounts: int = 0
    object_posts: int = 0


class Burst(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which the campaign's members posted far more than usual.

    Attributes:
        usual: Median of up to 14 days with posts before and 14 after; in findings kept before
            `burst_days` was told, of all days with posts.
    """

    start: int
    end: int
    posts: int
    usual: float


class LanguageShare(msgspec.Struct, frozen=True, kw_only=True):
    """Share of the members' posts in a language (ISO 639-1, `und` when it cannot be told).

    Each post counts once, in the language of its own text without names and links, among the
    `posts_read` of the campaign; in findings kept before that was told, shares of accounts.
    """

    language: str
    share: float


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    """A DISARM technique suggested by what was observed; an analyst confirms."""

    id: str
    name: str
    because: str


class Lookalike(msgspec.Struct, frozen=True, kw_only=True):
    """A benign explanation that the user's own list names for some members."""

    kind: str
    rule: str
    accounts: int
    source: str


class Trait(msgspec.Struct, frozen=True, kw_only=True):
    """How alike the members are in one trait: rhythm, hashtags, hosts or style.

    Attributes:
        members: Members that could be compared.
        around: People around: accounts in no campaign, of the campaign's languages.
        alike: Chance that a member is more like the campaign than one of them; 0.5 tells nothing.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    name: str
    members: int
    around: int
    alike: float
    low: float
    high: float


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts that act together more often than chance explains.

    Attributes:
        campaign_id: Deterministic from the members and the run's rule.
        lineage: In a store, the id under which an earlier run found it first, when it had other
            members then; empty for a campaign that is new or unchanged.
        name: Short neutral name: its language, layer, first day and the first two terms that
            stand in one of 20 of its posts.
        first: First co-action, epoch seconds UTC.
        last: Last co-action, epoch seconds UTC.
        ties: Validated ties between members.
        co_actions: Co-actions per layer: a pair of posts counts once for each object it shares.
        post_pairs: Distinct pairs of posts behind the co-actions; None in findings kept before
            it was told.
        median_lag_s: Median seconds between two posts of one co-action.
        clock_resolution_s: Coarsest clock of the posts behind it, in seconds: no lag is known
            better. None in findings kept before it was told for each campaign.
        activity: Posts of members per day: (epoch seconds of the day, posts).
        hours: Posts of members by hour of the day, UTC, 24 counts.
        posts_read: Posts of members whose languages were told: all of them, or 4,000 evenly
            spaced in time. None in findings kept before it was told.
        compared: The posts in which `terms` were chosen and counted. None where there was too
            little to compare, and in findings kept before it was told.
        no_narrative: Why it cannot be told by what narrative; empty where it can, and in findings
            kept before it was told.
        more_languages: Languages of the posts beyond those listed.
        burst_days: Days that are bursts, of which `bursts` are those with most posts. None in
            findings kept before it was told.
        traits: How alike the members are in rhythm, hashtags, hosts and style: part of the layer
            `similarity`, and no evidence of acting together.
        domains: Official domains of the registers to which its links lead, and hosts that look
            like one; context, which moves no score.
        names: Protected names of the registers that its posts have in their text.
        cannot_show: What the data cannot show, in sentences.
    """

    campaign_id: str
    name: str
    grade: Grade
    grade_reasons: tuple[str, ...]
    first: int
    last: int
    accounts: tuple[Member, ...]
    ties: int
    co_actions: dict[str, int]
    median_lag_s: float
    significance: Significance
    terms: tuple[Term, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    bursts: tuple[Burst, ...] = ()
    languages: tuple[LanguageShare, ...] = ()
    activity: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    traits: tuple[Trait, ...] = ()
    lineage: str = ""
    techniques: tuple[Technique, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    domains: tuple[LinkedDomain, ...] = ()
    names: tuple[WrittenName, ...] = ()
    cannot_show: tuple[str, ...] = ()
    clock_resolution_s: int | None = None
    post_pairs: int | None = None
    posts_read: int | None = None
    compared: Compared | None = None
    no_narrative: str = ""
    more_languages: int = 0
    burst_days: int | None = None


class DenseObjects(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy for dense objects kept out of the pair join.

    Attributes:
        policy: The rule, in words.
        objects: Objects kept as hyperedges.
        actions: Actions on them.
        pairs: Exact count of windowed pairs that were counted and not made.
    """

    policy: str
    objects: int
    actions: int
    pairs: int


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: its input, its rule, and what it looked at.

    Attributes:
        run_id: Deterministic from input hash and rule.
        input_sha256: Hash of the input files' bytes (or of the lake's rows).
        clock_resolution_s: Coarsest clock of the posts that were compared; no window is below it.
        tests: Pairs over which the false-discovery rate is controlled: ALL pairs.
        pairs: Meetings of two posts within the window, counted before any was made: two posts
            meet once for each object that they share.
        ties: Pairs of accounts that met at least once, whatever chance explains.
        validated_ties: Ties that hold at the false-discovery rate and stand in a campaign;
            None in runs kept before they were counted.
        coarse_posts: Posts whose clock is coarser than the window: they tie nobody.
        met: Of the meetings, how many each layer holds that was looked at, none among them; None
            in runs kept before they were told apart.
    """

    run_id: str
    input_sha256: str
    posts: int
    accounts: int
    first: int
    last: int
    clock_resolution_s: int
    layers: tuple[str, ...]
    window_s: int
    min_objects: int
    fdr: float
    null: str
    tests: int
    pairs: int
    ties: int
    dense: DenseObjects
    rejected_rows: int = 0
    validated_ties: int | None = None
    coarse_posts: int = 0
    met: dict[str, int] | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer: the content of campaigns.json."""

    schema: str = "legation-campaigns-1"
    caveat: str = CAVEAT
    run: Run
    campaigns: tuple[Campaign, ...]
