"""Search: one box over campaigns, what their posts say, accounts, notes, imports and people.

Everything is looked for among what the reader may know: a count, a facet or a snippet of
what is hidden would tell of it. Imports and people are shown to whoever may open their rooms.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.cases.docket import Docket
from legation.app.indexing import require_index
from legation.app.snippets import Piece, pieces
from legation.errors import NotFoundError, UsageError
from legation.store.folding import Word, folded, holds, words_of
from legation.store.search_lake import LONGEST, MOST_TEXTS

if TYPE_CHECKING:
    from legation.app.library import Library
    from legation.store.roster import Roster
    from legation.store.search import Hit, Place
    from legation.threats.disinformation.findings import Campaign

SHORT: Final = 5
# In the order in which they are shown; what each needs.
KINDS: Final = {
    "campaign": "campaign.read",
    "post": "campaign.read",
    "link": "campaign.read",
    "hashtag": "campaign.read",
    "account": "campaign.read",
    "note": "campaign.read",
    "case": "case.read",
    "filter": "campaign.read",
    "import": "import.posts",
    "person": "person.read",
}
# By what results are put in order, within each kind; with `-` before it the other way round.
# As indexed: campaigns by their grade, texts by how many of a campaign's posts share them.
ORDERS: Final = ("relevance", "when", "kind")
_STORED: Final = ("campaign", "post", "link", "hashtag", "note", "case")
_IMPORTS: Final = 10_000


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a search goes; what is beyond is not found.

    Attributes:
        texts: Different texts, links and hashtags of one campaign, of each kind.
        characters: Of one of them.
        imports: The newest ones.
    """

    texts: int = MOST_TEXTS
    characters: int = LONGEST
    imports: int = _IMPORTS


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found.

    Attributes:
        key: Where it stands among others of its kind, for the page after.
        title: What it is: the campaign's name, a file's name.
        campaign_id: The campaign that it leads to; empty for none.
        grade: That of the campaign; empty for none.
        case: Number of the case that it leads to; empty for none.
        gone: Whether the entry was taken back, or another stands in its place.
        accounts: The two accounts whose tie shows it.
        at: Of what belongs to a campaign, its last day; else since when it is there.
        pieces: The text around the words.
    """

    kind: str
    key: str
    title: str
    campaign_id: str = ""
    grade: str = ""
    case: str = ""
    gone: bool = False
    accounts: tuple[str, ...] = ()
    target: str = ""
    at: datetime | None = None
    pieces: tuple[Piece, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one kind; `after` leads to more."""

    kind: str
    total: int
    found: tuple[Found, ...]
    after: str | None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """An answer.

    Attributes:
        words: The words that were looked for, as they were compared.
        totals: How much of each kind holds all words: the facets.
    """

    words: tuple[str, ...]
    totals: dict[str, int]
    groups: tuple[Group, ...]

    def campaign_ids(self) -> tuple[str, ...]:
        """Return the campaigns that are shown."""
        shown = (one.campaign_id for group in self.groups for one in group.found)
        return tuple(dict.fromkeys(filter(None, shown)))

    def object_ids(self) -> tuple[str, ...]:
        """Return the entries of cases that are shown."""
        shown = (one for group in self.groups if group.kind == "case" for one in group.found)
        return tuple(dict.fromkeys(one.target for one in shown))


def search(
    library: "Library",
    question: str,
    *,
    verbs: Collection[str],
    person_id: str,
    roles: Collection[str],
    kind: str = "",
    after: str = "",
    limit: int = SHORT,
    order: str = ORDERS[0],
    roster: "Roster | None" = None,
) -> Results:
    """Look for words.

    Args:
        library: What the reader may know.
        question: What a person typed.
        verbs: What they may do: whoever may not open a room finds nothing in it.
        person_id: Who they are, for their filters.
        roles: What they are, for filters that are shared with a role.
        kind: Only this kind.
        after: Key of the last one of the page before; only with a kind.
        limit: How many of each kind.
        order: One of `ORDERS`: what fits best, the newest, or the names of the kinds first.
        roster: Everybody of the desk, where that was read already.

    Raises:
        UsageError: There is no such kind, or no such order.
        NotFoundError: There is no such page.
    """
    if kind and kind not in KINDS:
        raise UsageError(f"no kind {kind!r:.40}", hint=f"choose from: {', '.join(KINDS)}")
    if order.removeprefix("-") not in ORDERS:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(ORDERS)}")
    words = words_of(question)
    if not words:
        return Results(words=(), totals={}, groups=())
    usual = order in ("relevance", "kind") and not kind
    seeking = _Seeking(library, words, person_id, roles, limit + 1 if usual else 0)
    seeking.roster, seeking.order = roster, order
    totals: dict[str, int] = {}
    groups: list[Group] = []
    names = sorted(KINDS) if order.endswith("kind") else list(KINDS)
    for name in reversed(names) if order.startswith("-") else names:
        verb = KINDS[name]
        if verb not in verbs:
            continue
        totals[name] = seeking.count(name)
        if totals[name] and kind in ("", name):
            found = seeking.find(name, after if kind else "", limit + 1)
            more = found[limit - 1].key if len(found) > limit else None
            groups.append(
                Group(kind=name, total=totals[name], found=tuple(found[:limit]), after=more)
            )
    return Results(
        words=tuple(word[0] for word in words),
        totals={name: number for name, number in totals.items() if number},
        groups=tuple(groups),
    )


class _Seeking:
    """One question at work."""

    roster: "Roster | None" = None
    order: str = ORDERS[0]

    def __init__(
        self,
        library: "Library",
        words: Sequence[Word],
        person_id: str,
        roles: Collection[str],
        first: int,
    ) -> None:
        scope = library.scope()
        self._scope, self._words = scope, words
        self._person_id, self._roles = person_id, roles
        self._kept = library.latest()
        require_index(scope.store, self._kept.run.run_id if self._kept else None)
        campaigns = self._kept.campaigns if self._kept else ()
        self._by_id = {one.campaign_id: one for one in campaigns}
        objects = self._kept.objects if self._kept else {}
        self._by_object = {each: self._by_id[name] for name, each in objects.items()}
        reader, store = scope.reader.clearance, scope.store.search
        self._first: dict[str, list[Hit]] | None = None
        self._places: dict[str, list[Place]] = {}
        if first:
            self._stored, self._first = store.first(reader, words, first)
        else:
            for place in store.places(reader, words):
                self._places.setdefault(place.kind, []).append(place)
            self._stored = {name: len(some) for name, some in self._places.items()}
        self._lists: dict[str, list[Found]] = {}
        self._cases: dict[str, frozenset[str]] = {}

    def count(self, kind: str) -> int:
        return self._stored.get(kind, 0) if kind in _STORED else len(self._listed(kind))

    def find(self, kind: str, after: str, limit: int) -> list[Found]:
        if kind in _STORED and self._first is not None:
            return [self._hit(hit) for hit in self._first.get(kind, ())]
        if kind in _STORED:
            places = self._places.get(kind, ())
            keys = _ordered([(str(one.number), self._at(one)) for one in places], self.order)
        else:
            keys = _ordered([(one.key, one.at) for one in self._listed(kind)], self.order)
        if after and after not in keys:
            raise NotFoundError("that page does not exist", hint="go back to the first page")
        start = keys.index(after) + 1 if after else 0
        some = keys[start : start + limit]
        if kind not in _STORED:
            by_key = {one.key: one for one in self._listed(kind)}
            return [by_key[key] for key in some]
        reader, numbers = self._scope.reader.clearance, list(map(int, some))
        hits = self._scope.store.search.some(reader, self._words, numbers)
        return [self._hit(hits[number]) for number in numbers if number in hits]

    def _at(self, place: "Place") -> datetime:
        campaign = self._by_object.get(place.object_id)
        return _day(campaign) if campaign else place.recorded

    def _hit(self, hit: "Hit") -> Found:
        name, *accounts = hit.place.split(" ")
        campaign = self._by_object.get(hit.object_id) or self._by_id.get(name)
        if hit.kind == "case":
            return self._entry(hit)
        return Found(
            kind=hit.kind,
            key=str(hit.number),
            title=campaign.name if campaign else "",
            campaign_id=campaign.campaign_id if campaign else "",
            grade=campaign.grade if campaign else "",
            accounts=tuple(accounts),
            target=hit.object_id,
            at=_day(campaign) if campaign else None,
            pieces=pieces(hit.text, self._words),
        )

    def _entry(self, hit: "Hit") -> Found:
        """Return an entry of a case under the number and title of its case."""
        case = self._scope.store.cases.of([hit.place]).get(hit.place)
        holds = case is None or hit.object_id in self._holding(hit.place)
        return Found(
            kind=hit.kind,
            key=str(hit.number),
            title=f"{case.number} {case.title}" if case else "",
            case=case.number if case else "",
            gone=not holds,
            target=hit.object_id,
            at=case.touched if case else None,
            pieces=pieces(hit.text, self._words),
        )

    def _holding(self, case: str) -> frozenset[str]:
        """Return the ids of the entries of a case that hold; each case is read once."""
        if case not in self._cases:
            found = Docket(self._scope).case(case)
            self._cases[case] = frozenset(one.id for one in found.holding)
        return self._cases[case]

    def _listed(self, kind: str) -> list[Found]:
        if kind not in self._lists:
            makers: dict[str, Callable[[], list[Found]]] = {
                "account": self._accounts,
                "filter": self._filters,
                "import": self._imports,
                "person": self._people,
            }
            self._lists[kind] = makers[kind]()
        return self._lists[kind]

    def _holds(self, text: str) -> bool:
        return holds(folded(text), self._words)

    def _accounts(self) -> list[Found]:
        return [
            Found(
                kind="account",
                key=f"{one.campaign_id}.{member.account_id}",
                title=one.name,
                campaign_id=one.campaign_id,
                grade=one.grade,
                accounts=(member.account_id,),
                at=_day(one),
                pieces=pieces(member.account_id, self._words),
            )
            for one in self._by_id.values()
            for member in one.accounts
            if self._holds(member.account_id)
        ]

    def _filters(self) -> list[Found]:
        shown = self._scope.store.filters.shown_to(
            self._scope.reader.clearance, self._person_id, self._roles
        )
        return [
            self._plainly("filter", one.filter_id, one.name, one.created)
            for one in shown
            if self._holds(one.name)
        ]

    def _imports(self) -> list[Found]:
        came = self._scope.store.imports.newest("posts", limit=_IMPORTS)
        return [
            self._plainly("import", one.import_id, one.name, one.started)
            for one in came
            if self._holds(one.name)
        ]

    def _people(self) -> list[Found]:
        return [
            self._plainly("person", one.person_id, one.name, one.created)
            for one in (self.roster or self._scope.store.roster.now()).people
            if self._holds(one.name)
        ]

    def _plainly(self, kind: str, key: str, name: str, at: datetime) -> Found:
        found = pieces(name, self._words)
        return Found(kind=kind, key=key, title=name, target=key, at=at, pieces=found)


def _ordered(told: Sequence[tuple[str, datetime | None]], order: str) -> list[str]:
    """Return the keys of results in an order; those of one time stay as they are indexed."""
    keys = [key for key, _ in told]
    if order.endswith("when"):
        times = {key: at.timestamp() if at else 0.0 for key, at in told}
        keys.sort(key=lambda key: -times[key])
    return keys[::-1] if order.startswith("-") else keys


def _day(campaign: "Campaign") -> datetime:
    return datetime.fromtimestamp(campaign.last, UTC)
