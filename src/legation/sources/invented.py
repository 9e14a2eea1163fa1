"""An invented fortnight of posts, with two hidden campaigns, for the demonstration and tests.

Two invented states talk about a lake. Newsrooms post on the hour, fans repost a
singer, ordinary people talk in five languages, a television debate sets off a viral
burst that nobody directs, and two groups of accounts push a story each against the other's
state by one and the same rule. Both act as real operations do: a part of the group each
time, with varied delays and wording, among much ordinary talk. Swapping the states'
names changes nothing but the names.
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import final

import msgspec

from legation.sources.invented_words import LANGUAGES, Dice, Words

STATES = ("Aldria", "Bevora")
START = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
DAYS = 14
DEBATE = START + 8 * 86400 + 19 * 3600

_PEOPLE, _FANS, _NEWSROOMS = 3700, 220, 12
_MEMBERS, _PUSHES = 26, 48
_TALK = 17_000
_HOURS = [1, 1, 1, 1, 1, 2, 4, 6, 7, 6, 6, 6, 7, 6, 6, 6, 6, 7, 8, 9, 9, 7, 4, 2]


class HiddenCampaign(msgspec.Struct, frozen=True, kw_only=True):
    """What the detector has to find: who acts together, and against which state."""

    against: str
    members: tuple[str, ...]


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the invented world and what is hidden in it."""

    posts: int
    accounts: int
    campaigns: tuple[HiddenCampaign, ...]


class InventedPost(msgspec.Struct, frozen=True, kw_only=True):
    """One row in the canonical columns of posts."""

    post_id: str
    account_id: str
    created_at: datetime
    text: str
    lang: str
    urls: tuple[str, ...]
    hashtags: tuple[str, ...]
    mentions: tuple[str, ...]
    image_hashes: tuple[str, ...]
    is_repost: bool
    repost_key: str | None
    reply_to: str | None


def write_world(path: Path, *, seed: int = 7, states: tuple[str, str] = STATES) -> Truth:
    """Write the invented fortnight as JSON lines, in order of time.

    Args:
        path: File to write.
        seed: The same seed gives the same bytes.
        states: Names of the two states; their order changes nothing but the names.

    Returns:
        What is hidden in the file.
    """
    posts, truth = invent(seed=seed, states=states)
    path.write_bytes(msgspec.json.Encoder().encode_lines(posts))
    return truth


def write_table(path: Path, *, seed: int = 7) -> Truth:
    """Write the invented fortnight as CSV, in columns named as a listening tool names its own.

    No preset fits them, so whoever reads the file has to say which column holds what.
    """
    posts, truth = invent(seed=seed)
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["Id", "Author", "Published", "Message", "Language", "Retweet id"])
        for post in posts:
            when = post.created_at.isoformat()
            repost_of = post.repost_key or ""
            row = (post.post_id, post.account_id, when, post.text, post.lang, repost_of)
            table.writerow(row)
    return truth


def invent(*, seed: int = 7, states: tuple[str, str] = STATES) -> tuple[list[InventedPost], Truth]:
    """Return the invented posts in order of time, and what is hidden in them."""
    world = _World(Dice(seed), Words(states))
    handles = world.words.handles(_PEOPLE + _FANS + _NEWSROOMS + 2 * _MEMBERS, world.dice)
    people, rest = handles[:_PEOPLE], handles[_PEOPLE:]
    fans, rest = rest[:_FANS], rest[_FANS:]
    newsrooms, rest = rest[:_NEWSROOMS], rest[_NEWSROOMS:]
    groups = (rest[:_MEMBERS], rest[_MEMBERS:])
    world.settle(handles)
    world.chat([*people, *fans], _TALK)
    world.print_news(newsrooms, readers=people)
    world.cheer(fans)
    world.debate(people)
    for index, members in enumerate(groups):
        world.push(index, members)
        world.chat(members, 30 * len(members))
    hidden = tuple(
        HiddenCampaign(against=states[1 - index], members=tuple(sorted(members)))
        for index, members in enumerate(groups)
    )
    posts = _in_order(world.drafts)
    accounts = len({post.account_id for post in posts})
    return posts, Truth(posts=len(posts), accounts=accounts, campaigns=hidden)


@final
@dataclass(slots=True, kw_only=True, eq=False)
class _Draft:
    """A post before it has its number; it points to others by themselves."""

    account: str
    at: float
    text: str
    language: str
    urls: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    repost_of: "_Draft | None" = None
    reply_to: "_Draft | None" = None
    number: int = field(default=0)


@final
class _World:
    """The fortnight while it is written."""

    def __init__(self, dice: Dice, words: Words) -> None:
        self.dice = dice
        self.words = words
        self.drafts: list[_Draft] = []
        self._tongue: dict[str, str] = {}
        self._clock = [hour for hour, weight in enumerate(_HOURS) for _ in range(weight)]

    def settle(self, handles: list[str]) -> None:
        """Give each account the language it speaks."""
        shares = [(tongue, self.words.share(tongue)) for tongue in LANGUAGES]
        for handle in handles:
            left = self.dice.chance()
            for tongue, share in shares:
                self._tongue[handle] = tongue
                left -= share
                if left < 0:
                    break

    def chat(self, speakers: list[str], count: int) -> None:
        """Write ordinary talk: few speak much, most speak little; some answer others."""
        weights = self.dice.numbers().lognormal(0.0, 1.1, len(speakers))
        chosen = self.dice.numbers().choice(len(speakers), count, p=weights / weights.sum())
        said: list[_Draft] = []
        # Everybody says something: an account without a post is not in the data.
        for index in [*range(len(speakers)), *chosen.tolist()]:
            said.append(self._talk(speakers[index], said))
        self.drafts += said

    def _talk(self, speaker: str, said: list[_Draft]) -> _Draft:
        tongue, dice = self._tongue[speaker], self.dice
        draft = _Draft(
            account=speaker,
            at=self._moment(),
            text=self.words.talk(tongue, dice),
            language=tongue,
        )
        kind = dice.chance()
        if kind < 0.18:  # noqa: PLR2004 - the share of tagged talk
            draft.tags = (dice.pick(self.words.of(tongue, "tags")),)
        elif kind < 0.30 and said:  # noqa: PLR2004 - the share of answers
            other = dice.pick(said)
            draft.reply_to, draft.mentions = other, (other.account,)
            draft.at = max(draft.at, other.at + 60 + 7200 * dice.chance())
            draft.text = f"@{other.account} {draft.text}"
        elif kind < 0.40:  # noqa: PLR2004 - the share of links to anything
            draft.urls = (f"https://courier.example/{tongue}/{dice.below(40_000)}",)
        elif kind < 0.48:  # noqa: PLR2004 - the share of pictures
            draft.images = (f"{dice.below(1 << 40):010x}",)
        return _with_tail(draft)

    def print_news(self, newsrooms: list[str], *, readers: list[str]) -> None:
        """Write headlines on the hour and half hour, and the readers who repost them later."""
        for place, room in enumerate(newsrooms):
            tongue = LANGUAGES[place % len(LANGUAGES)]
            for day in range(DAYS):
                for hour in range(6, 22, 2):
                    at = START + day * 86400 + hour * 3600 + self.dice.pick((0, 1800))
                    head = self.words.fill(
                        self.dice.pick(self.words.of(tongue, "headlines")), tongue, self.dice
                    )
                    link = f"https://newsroom-{place}.example/{day}/{hour}"
                    item = _with_tail(
                        _Draft(
                            account=room,
                            at=at + 4 * self.dice.chance(),
                            text=head,
                            language=tongue,
                            urls=(link,),
                        )
                    )
                    self.drafts.append(item)
                    for _ in range(self.dice.below(4)):
                        self._repost(item, self.dice.pick(readers), mean=9000)

    def cheer(self, fans: list[str]) -> None:
        """Write a singer's posts and the fans who repost each within hours."""
        singer = fans[0]
        for day in range(DAYS):
            tongue = self.dice.pick(LANGUAGES)
            line = self.dice.pick(self.words.of(tongue, "fans"))
            post = _Draft(
                account=singer,
                at=START + day * 86400 + 12 * 3600 + 300 * self.dice.chance(),
                text=f"{line} ({day + 1}/{DAYS})",
                language=tongue,
                images=(f"{self.dice.below(1 << 40):010x}",),
            )
            self.drafts.append(post)
            for fan in self.dice.some(fans[1:], 0.28):
                self._repost(post, fan, mean=5400)

    def debate(self, people: list[str]) -> None:
        """Write the viral burst after the debate: many reposts in hours, directed by nobody."""
        viral: list[_Draft] = []
        for tongue in LANGUAGES:
            for line in self.words.of(tongue, "debate"):
                text = self.words.fill(line, tongue, self.dice, home=self.dice.below(2))
                at = DEBATE + 5400 * self.dice.chance()
                speaker = self.dice.pick(people)
                tag = self.words.of(tongue, "tags")[2]
                viral.append(
                    _with_tail(
                        _Draft(account=speaker, at=at, text=text, language=tongue, tags=(tag,))
                    )
                )
        self.drafts += viral
        pull = self.dice.numbers().pareto(1.1, len(viral)) + 0.3
        picked = self.dice.numbers().choice(len(viral), 4200, p=pull / pull.sum())
        seen: set[tuple[str, int]] = set()
        for index in picked.tolist():
            reader = self.dice.pick(people[:1800])
            if (reader, index) not in seen:
                seen.add((reader, index))
                self._repost(viral[index], reader, mean=7000)

    def push(self, index: int, members: list[str]) -> None:
        """Write one hidden campaign: about four pushes a day, each by a part of the group."""
        plan = self.words.campaign(index)
        steady, shy = members[:-5], members[-5:]
        for turn in range(_PUSHES):
            at = START + (1 + turn // 4) * 86400 + (7 + 2.6 * (turn % 4)) * 3600
            at += 5400 * self.dice.chance()
            acting = self.dice.some(steady, 0.5) + self.dice.some(shy, 0.14)
            if len(acting) > 1:
                self._push_once(index, plan, self._shuffled(acting), at, turn)

    def _push_once(
        self, index: int, plan: dict[str, list[str]], acting: list[str], at: float, turn: int
    ) -> None:
        tongue = plan["languages"][0 if self.dice.chance() < 0.75 else 1]  # noqa: PLR2004
        line = self.dice.pick(plan[tongue])
        link = f"https://{self.dice.pick(plan['domains'])}/{turn}"
        start = self.dice.below(len(plan["tags"]))
        tags = tuple((plan["tags"] * 2)[start : start + 3])
        kind = ("repost", "link", "repost", "copy", "tags")[turn % 5]
        first: _Draft | None = None
        for place, member in enumerate(acting):
            wait = 0.0 if place == 0 else self.dice.numbers().lognormal(3.3, 0.9)
            if kind == "repost" and first is not None:
                self._repost(first, member, mean=0, after=wait)
                continue
            draft = _Draft(
                account=member,
                at=at + wait,
                text=self.words.fill(line, tongue, self.dice, home=index),
                language=tongue,
            )
            if kind == "link":
                draft.urls = (f"{link}?utm_source=p{self.dice.below(9)}",)
            if kind == "tags":
                draft.tags = tags
            first = first or draft
            self.drafts.append(_with_tail(draft))

    def _repost(self, post: _Draft, by: str, *, mean: float, after: float | None = None) -> None:
        if by == post.account:
            return
        wait = 20 + self.dice.numbers().exponential(mean) if after is None else after
        at = post.at + wait
        if at < START + DAYS * 86400:
            self.drafts.append(
                _Draft(
                    account=by,
                    at=at,
                    text=f"RT @{post.account}: {post.text}",
                    language=post.language,
                    urls=post.urls,
                    tags=post.tags,
                    mentions=(post.account,),
                    images=post.images,
                    repost_of=post,
                )
            )

    def _moment(self) -> float:
        day, hour = self.dice.below(DAYS), self.dice.pick(self._clock)
        return START + day * 86400 + hour * 3600 + 3600 * self.dice.chance()

    def _shuffled(self, members: list[str]) -> list[str]:
        return [members[i] for i in self.dice.numbers().permutation(len(members)).tolist()]


def _with_tail(draft: _Draft) -> _Draft:
    tail = [f"#{tag}" for tag in draft.tags] + list(draft.urls)
    draft.text = " ".join([draft.text, *tail])
    return draft


def _in_order(drafts: list[_Draft]) -> list[InventedPost]:
    end = START + DAYS * 86400
    kept = sorted((draft for draft in drafts if draft.at < end), key=lambda draft: draft.at)
    for number, draft in enumerate(kept, start=1):
        draft.number = number
    return [_finished(draft) for draft in kept]


def _finished(draft: _Draft) -> InventedPost:
    return InventedPost(
        post_id=_id(draft),
        account_id=draft.account,
        created_at=datetime.fromtimestamp(int(draft.at), UTC),
        text=draft.text,
        lang=draft.language,
        urls=draft.urls,
        hashtags=draft.tags,
        mentions=draft.mentions,
        image_hashes=draft.images,
        is_repost=draft.repost_of is not None,
        repost_key=_id(draft.repost_of) if draft.repost_of else None,
        reply_to=_id(draft.reply_to) if draft.reply_to and draft.reply_to.number else None,
    )


def _id(draft: _Draft) -> str:
    return f"p{draft.number:06d}"
