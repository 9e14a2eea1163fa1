"""What the registers know, told beside a campaign: official domains, look-alikes, held names.

A campaign may carry the links of a ministry, or of a page that is dressed as one, and may speak of
whoever holds an office. A reader has to know which. All of it is context by one rule for every
state: it stands beside the finding, makes nobody a member, and moves no score and no grade, for a
link says nothing of who set it. "Looks like" tells of letters, never of intent: whose a domain is,
and whether it is meant to deceive, cannot be told from its name.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

import msgspec

from legation.rights.lettering import folded
from legation.rights.vault import names_in, words_of
from legation.text.hosts import in_network, looks, parts_of, windows
from legation.threats.disinformation.linked import LinkedDomain, Way, WrittenName

# A name of one word could be any word: no post is told to have it.
_LEAST_WORDS: Final = 2


class Official(msgspec.Struct, frozen=True, kw_only=True):
    """An official domain of the registers.

    Attributes:
        domain: As it stands in the network.
        state: A state, or an organisation by its code.
        office: Whose it is.
        rule: Why it counts as official, and since when.
        source: Where that is from.
    """

    domain: str
    state: str
    office: str
    rule: str
    source: str


class Protected(msgspec.Struct, frozen=True, kw_only=True):
    """An office whose holder's name is protected; the name is compared in memory, told nowhere.

    Attributes:
        role: Which office it is.
        mission: Key of its mission.
        record: Id of the sealed record, which says nothing.
    """

    role: str
    mission: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the registers hand over beside accounts.

    Attributes:
        domains: Official domains of every state.
        offices: Offices with a protected name.
        names: Opens these names, by record: asked only when there are texts to compare.
    """

    domains: tuple[Official, ...] = ()
    offices: tuple[Protected, ...] = ()
    names: Callable[[], Mapping[str, str]] = field(default=dict)

    def told(self) -> list[object]:
        """Return what makes another run of the same posts; no name is in it, nor its hash."""
        records = sorted(one.record for one in self.offices)
        named = [records] if records else []
        return [*sorted(map(msgspec.structs.astuple, self.domains)), *named]


NOTHING: Final = Beside()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a host is, beside an official domain.

    Attributes:
        official: The domain on record.
        way: How it is taken for it; None: it is that domain, or a host within it.
        host: The host that is another; empty for the domain itself.
    """

    official: str
    way: Way | None = None
    host: str = ""


@final
class OfficialDomains:
    """Tells official domains among hosts, and what looks like one and is another."""

    def __init__(self, official: Iterable[Official]) -> None:
        """Sort the domains by what they look like."""
        self._rows: dict[str, list[Official]] = defaultdict(list)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for one in official:
            domain = in_network(one.domain)
            if domain not in self._rows:
                self._alike[looks(domain)].append(domain)
            self._rows[domain].append(one)
        sizes = {domain.count(".") + 1 for domain in self._rows}
        # The longest first: the ministry's own domain before that of all ministries.
        self._sizes = sorted(sizes, reverse=True)

    def judge(self, authority: str) -> Judged | None:
        """Return what the authority of a link is; None where it is none of it.

        Args:
            authority: User, host and port, as a link has them.
        """
        user, host = parts_of(authority)
        for name, ends in windows(host, self._sizes):
            if ends and name in self._rows:
                return Judged(official=name)
        for name, ends in windows(host, self._sizes):
            for domain in self._alike.get(looks(name), ()):
                return Judged(official=domain, way="letters" if ends else "inside", host=host)
        for name, ends in windows(user, self._sizes) if user else ():
            if ends and (alike := self._alike.get(looks(name))):
                return Judged(official=alike[0], way="before @", host=host)
        return None

    def tell(self, counted: Mapping[Judged, tuple[int, int]]) -> tuple[LinkedDomain, ...]:
        """Return the findings: the domains themselves first, then by members, posts and name.

        Args:
            counted: By what was judged, the members and posts whose links lead there.
        """
        found = [
            LinkedDomain(
                official=one.domain,
                state=one.state,
                office=one.office,
                rule=one.rule,
                source=one.source,
                accounts=accounts,
                posts=posts,
                host=judged.host,
                way=judged.way,
            )
            for judged, (accounts, posts) in counted.items()
            for one in self._rows[judged.official]
        ]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    one.way is not None,
                    *(-one.accounts, -one.posts),
                    *(one.official, one.host, one.rule, one.source),
                ),
            )
        )


@final
class ProtectedNames:
    """Counts posts that have a protected name in their text."""

    def __init__(self, offices: Iterable[Protected], names: Mapping[str, str]) -> None:
        """Prepare the words of each name, whatever their order, marks and look-alike letters.

        Args:
            offices: Whose names.
            names: The names by record; one that is not there is not compared.
        """
        self._of: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
        for one in offices:
            words = words_of(folded(names.get(one.record, "")))
            if len(words) >= _LEAST_WORDS:
                self._of[words].add((one.role, one.mission))
        self._most = max(map(len, self._of), default=0)

    def detect(self, texts: Sequence[str]) -> tuple[WrittenName, ...]:
        """Return which names the texts have, and how many of them; no name is repeated."""
        counts: Counter[tuple[str, str]] = Counter()
        for text in texts if self._of else ():
            found = names_in(folded(text), self._most) & self._of.keys()
            counts.update({office for words in found for office in self._of[words]})
        return tuple(
            WrittenName(role=role, mission=mission, posts=posts)
            for (role, mission), posts in sorted(
                counts.items(), key=lambda item: (-item[1], item[0])
            )
        )


def linked(
    beside: Beside,
    hosts: Sequence[str],
    count: Callable[[Mapping[str, int]], Mapping[tuple[int, int], tuple[int, int]]],
    groups: int,
) -> list[tuple[LinkedDomain, ...]]:
    """Return for each campaign the domains to which its links lead.

    Args:
        beside: What the registers hand over.
        hosts: Authorities of links of all campaigns, each once.
        count: Counts members and posts, by campaign and number, of links to numbered hosts.
        groups: How many campaigns there are.
    """
    domains = OfficialDomains(beside.domains)
    judged = {host: found for host in hosts if (found := domains.judge(host))}
    things = list(dict.fromkeys(judged.values()))
    number = {thing: place for place, thing in enumerate(things)}
    counted = count({host: number[thing] for host, thing in judged.items()}) if judged else {}
    by_group: list[dict[Judged, tuple[int, int]]] = [{} for _ in range(groups)]
    for (of, place), numbers in counted.items():
        by_group[of][things[place]] = numbers
    return [domains.tell(one) for one in by_group]
