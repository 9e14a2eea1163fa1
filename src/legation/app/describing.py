"""Words for what the detector found: texts, times and languages from the store.

Everything that is asked of the posts is asked once for all campaigns of a run. Which
texts are read follows from the posts, not from their order, so the same posts are
described in the same words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from legation.threats.disinformation.batches import LAYERS, Batches, Numbers
from legation.threats.disinformation.beside import NOTHING, Beside, ProtectedNames, linked
from legation.threats.disinformation.findings import Campaign, Quotation
from legation.threats.disinformation.linked import LinkedDomain

if TYPE_CHECKING:
    from legation.app.wording import Wording
    from legation.store.coaction import Prepared
    from legation.store.coaction_posts import MemberTexts
    from legation.text.terms import Counted
    from legation.threats.disinformation.coordination import Found, Rule
    from legation.threats.disinformation.description import Known
    from legation.threats.disinformation.likened import Likened

# Terms are chosen and counted in so many posts of each account, of members and of others alike,
# so that nobody's own topics outweigh the rest. Languages are told (within 2 %) of so many posts
# of a campaign, which are all of them where it has no more.
_POSTS_AN_ACCOUNT: Final = 20
_POSTS_A_CAMPAIGN: Final = 4_000
# A language of 1.5 % of other people's posts has the 300 of them that a comparison needs.
_BACKGROUND: Final = 20_000


def spoken(prepared: "Prepared") -> Numbers:
    """Return each account's language as a number, -1 when unknown."""
    from legation.store.coaction_posts import account_snippets
    from legation.text.language import UNDETERMINED, identify_groups
    from legation.text.normalise import normalise

    languages = np.full(prepared.accounts, -1, np.int64)
    accounts, texts = account_snippets(prepared.connection)
    known, codes = identify_groups(accounts, [normalise(text) for text in texts])
    names = tuple(sorted(set(codes) - {UNDETERMINED}))
    number = {name: place for place, name in enumerate(names)}
    languages[known] = [number.get(code, -1) for code in codes]
    return languages


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Describing:
    """One run's findings, and where its posts are.

    Attributes:
        prepared: The numbered posts, in an open connection.
        batches: What the detector looked at.
        found: What it found.
        rule: Its rule.
        likened: What each campaign gained by likeness, in the order of the campaigns.
        likenesses: The rows of evidence for it.
        known: The user's list of look-alikes, by account id.
        masked: Whether names of accounts in the texts are pseudonyms.
        beside: What the registers hand over of domains and names.
    """

    prepared: "Prepared"
    batches: Batches
    found: "Found"
    rule: "Rule"
    likened: "tuple[Likened, ...]"
    likenesses: Mapping[str, Any] | None
    known: "Mapping[str, Known]"
    masked: bool = False
    beside: Beside = NOTHING

    def campaigns(self) -> tuple[Campaign, ...]:
        """Return the campaigns in words and numbers, strongest first."""
        from legation.app.wording import Wording
        from legation.store.coaction_posts import background_texts, member_texts
        from legation.store.posts_told import ids_of, times_of
        from legation.threats.disinformation.description import Material, describe
        from legation.threats.disinformation.narrative import main_language

        clusters = self.found.clusters
        if not clusters:
            return ()
        connection = self.prepared.connection
        every = [
            np.concatenate([cluster.accounts, gained.account])
            for cluster, gained in zip(clusters, self.likened, strict=True)
        ]
        members = np.unique(np.concatenate(every))
        ids = ids_of(connection, members)
        owner, time = times_of(connection, members)
        grouped = _grouped(every)
        posts = member_texts(connection, grouped, _POSTS_A_CAMPAIGN, _POSTS_AN_ACCOUNT)
        others, theirs = background_texts(connection, members, _BACKGROUND, _POSTS_AN_ACCOUNT)
        picked = _thinned(posts, len(clusters))
        wanted = np.concatenate([np.flatnonzero(posts.read), *picked])
        wording = Wording([*posts.text[wanted].tolist(), *theirs])
        reads = [_read(posts, place, own, wording) for place, own in enumerate(picked)]
        background, quotations = _background(others, theirs, wording), self._quotations(grouped)
        domains = self._domains(grouped)
        names = ProtectedNames(self.beside.offices, self.beside.names())
        return tuple(
            describe(
                self.found,
                cluster,
                self.batches,
                Material(
                    ids=ids,
                    post_times=time[np.isin(owner, accounts)],
                    languages=read.languages,
                    texts=read.picked,
                    text_languages=read.picked_languages,
                    text_authors=read.authors,
                    background=background(main_language(read.picked_languages)),
                    quotations=quoted,
                    clock_resolution_s=clock_s,
                    known=self.known,
                    domains=led,
                    names=names.detect(read.texts),
                    likened=gained,
                    masked=self.masked,
                ),
                self.rule,
            )
            for cluster, accounts, gained, quoted, clock_s, read, led in zip(
                *(clusters, every, self.likened, quotations, self._clocks(), reads, domains),
                strict=True,
            )
        )

    def write_evidence(self, campaign_ids: Sequence[str], path: Path) -> None:
        """Write every co-action that proves a campaign, and every likeness beside it."""
        from legation.store.coaction_evidence import write_evidence
        from legation.threats.disinformation.evidence import evidence_rows, validated

        clusters = self.found.clusters
        rows = [evidence_rows(self.found, one, self.batches) for one in clusters]
        held = [validated(self.found, one, own) for one, own in zip(clusters, rows, strict=True)]
        chosen = np.concatenate([np.zeros(0, np.int64), *rows])
        of = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
        met = self.batches.co_actions
        columns = {name: getattr(met, name)[chosen] for name in met.__slots__}
        write_evidence(
            self.prepared.connection,
            {
                **columns,
                "campaign": of.astype(np.int64),
                "validated": np.concatenate([np.zeros(0, np.int64), *held]),
            },
            campaign_ids,
            path,
            self.likenesses,
        )

    def chances(self, campaign_ids: Sequence[str]) -> dict[str, list[Any]]:
        """Return what chance explains of each validated tie, by the accounts' ids."""
        from legation.store.posts_told import ids_of

        ties, clusters = self.found.ties, self.found.clusters
        rows = np.concatenate([np.zeros(0, np.int64), *(one.ties for one in clusters)])
        ends = ties.a[rows], ties.b[rows]
        ids = ids_of(self.prepared.connection, np.unique(np.concatenate(ends)))
        pairs = zip(campaign_ids, clusters, strict=True)
        return {
            "campaign_id": [name for name, one in pairs for _ in range(len(one.ties))],
            "account_a": [ids[account] for account in ends[0].tolist()],
            "account_b": [ids[account] for account in ends[1].tolist()],
            "expected": [each for one in clusters for each in one.tie_expected.tolist()],
            "q": [each for one in clusters for each in one.tie_q.tolist()],
        }

    def _clocks(self) -> list[int]:
        """Return the coarsest clock of the posts that prove each campaign."""
        from legation.store.posts_told import clocks_of
        from legation.threats.disinformation.evidence import evidence_rows

        met, alike = self.batches.co_actions, self.likenesses or {}
        proving = []
        for place, cluster in enumerate(self.found.clusters):
            rows = evidence_rows(self.found, cluster, self.batches)
            posts = [met.post_a[rows], met.post_b[rows]]
            if alike:
                own = alike["campaign"] == place
                posts += [alike["post_a"][own], alike["post_b"][own]]
            proving.append(np.unique(np.concatenate(posts)))
        post, clock = clocks_of(self.prepared.connection, np.unique(np.concatenate(proving)))
        return [int(clock[np.isin(post, posts)].max(initial=1)) for posts in proving]

    def _domains(self, members: Mapping[str, Numbers]) -> list[tuple[LinkedDomain, ...]]:
        """Return, for each campaign, the official domains that its links lead to, or their like."""
        from legation.store.linked import linked_counts, linked_hosts

        connection, groups = self.prepared.connection, len(self.found.clusters)
        if not self.beside.domains:
            return [()] * groups
        hosts = linked_hosts(connection, members)
        return linked(
            self.beside, hosts, lambda asked: linked_counts(connection, members, asked), groups
        )

    def _quotations(self, members: Mapping[str, Numbers]) -> list[tuple[Quotation, ...]]:
        """Return, for each campaign, the words of a post on each object that most members share.

        Args:
            members: Columns `of` and `account`: the campaigns by their place, and their members.
        """
        from legation.store.posts_told import texts_had, words_of
        from legation.threats.disinformation.description import most_shared

        shared = [most_shared(one, self.found, self.batches) for one in self.found.clusters]
        words = words_of(self.prepared.connection, np.concatenate(shared)[:, 0])
        asked = {
            (place, words[post][1])
            for place, rows in enumerate(shared)
            for post in rows[:, 0].tolist()
            if post in words
        }
        wanted = {
            "of": np.array([place for place, _ in asked], np.int64),
            "said": np.array([text for _, text in asked], np.object_),
        }
        had = texts_had(self.prepared.connection, members, wanted)
        return [_quoted(place, rows.tolist(), words, had) for place, rows in enumerate(shared)]


def _background(
    authors: Numbers, texts: Sequence[str], wording: "Wording"
) -> Callable[[str], "Counted"]:
    """Return what counts other people's words in a language.

    Other people are accounts in no campaign of the run. Members of another campaign are
    none: their number would make what a campaign pushes look like what people say.
    """
    from legation.text.terms import count_terms

    @cache
    def counted(language: str) -> "Counted":
        own = [at for at, text in enumerate(texts) if wording.language(text) == language]
        return count_terms([wording.said(texts[at]) for at in own], authors[own].tolist())

    return counted


def _grouped(every: Sequence[Numbers]) -> dict[str, Numbers]:
    """Return the members of all campaigns as columns `of`, the campaign's place, and `account`."""
    of = np.repeat(np.arange(len(every)), [len(accounts) for accounts in every])
    return {"of": of.astype(np.int64), "account": np.concatenate(every).astype(np.int64)}


@dataclass(frozen=True, slots=True)
class _Read:
    """The words of a campaign's posts.

    Attributes:
        languages: Of the posts that were read.
        texts: Of the same, where there are words.
        picked: Texts of those picked of each member.
        picked_languages: Of these.
        authors: Accounts of these.
    """

    languages: tuple[str, ...]
    texts: list[str]
    picked: list[str]
    picked_languages: tuple[str, ...]
    authors: Numbers


def _thinned(posts: "MemberTexts", campaigns: int) -> list[Numbers]:
    """Return, for each campaign, the places of the texts in which its terms are counted."""
    told = np.array([text is not None for text in posts.text.tolist()], np.bool_)
    every = [np.flatnonzero((posts.of == at) & posts.picked & told) for at in range(campaigns)]
    return [own[:: max(-(-len(own) // _POSTS_A_CAMPAIGN), 1)] for own in every]


def _read(posts: "MemberTexts", place: int, picked: Numbers, wording: "Wording") -> _Read:
    """Return the words of one campaign's posts."""
    texts = posts.text[(posts.of == place) & posts.read].tolist()
    chosen = posts.text[picked].tolist()
    return _Read(
        languages=tuple(wording.language(text) for text in texts),
        texts=[wording.said(text) for text in texts if text is not None],
        picked=[wording.said(text) for text in chosen],
        picked_languages=tuple(wording.language(text) for text in chosen),
        authors=posts.account[picked],
    )


def _quoted(
    of: int,
    rows: Sequence[Sequence[int]],
    words: Mapping[int, tuple[str, str]],
    had: Mapping[tuple[int, str], tuple[int, int]],
) -> tuple[Quotation, ...]:
    found: dict[str, Quotation] = {}
    for post, layer, object_accounts, object_posts in rows:
        post_id, text = words.get(post, ("", ""))
        if text and text not in found:
            accounts, posts = had[of, text]
            found[text] = Quotation(
                post_id=post_id,
                text=text,
                accounts=accounts,
                posts=posts,
                layer=LAYERS[layer],
                object_accounts=object_accounts,
                object_posts=object_posts,
            )
    return tuple(found.values())
