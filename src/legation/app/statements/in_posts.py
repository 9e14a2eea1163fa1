"""What imported posts carry of the home's statements, found as they come and kept.

The watch asks it on each round. What was compared is remembered by batch of the lake and by
statement, so a look reads posts that are new; a statement that is new is looked for in the posts
since the day on which it became public, and in no earlier ones. Where an official place has it as
issued, that is a posting; where anybody gives other words as its own, that is a finding with its
reason (`impersonation.altered-copies`). Quotations, excerpts of others and satire are neither kept
nor counted.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.handing import Handing
from legation.app.statements.postings import LEAST, issued, official_places
from legation.missions.register import Voice
from legation.stix.labels import Label
from legation.store.posts_said import SaidPost, posts_said
from legation.store.statement_copies import By, CopyFound, Sighting
from legation.text.alignment import Difference
from legation.threats.impersonation.altered_copies import AlteredCopies, Carried, Issued, Post

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.app.statements.shelf import Shelf
    from legation.crypto.key_files import Protection
    from legation.safeguards.statements.verdict import Registered
    from legation.store.manifests import LakeFile
    from legation.store.opening import Store

LOOKED: Final = "detect.copies"
TOLD: Final = ("analyst", "security officer", "contact point", "press")
"""Roles that are told of altered copies."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Which words of a statement were changed, as it is kept with a copy.

    Attributes:
        kept: Share of the stretch that is as issued.
        covered: Share of the statement's words that the posts have.
        differences: Which words differ.
    """

    kept: float
    covered: float
    differences: tuple[Difference, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An official place where a statement stood, as the missions register has it.

    Attributes:
        kind: `account`, or `domain` where the posts are its pages.
        platform: Where the account is; empty for a domain.
        name: The handle, or the domain.
        rule: Why it counts as official.
        source: Where the register has that from.
    """

    kind: str
    platform: str
    name: str
    state: str
    office: str
    rule: str
    source: str


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found.

    Attributes:
        posts: How many posts were compared.
        postings: How many of them are official places with a statement as issued.
        copies: Numbers of the altered wordings that are new.
    """

    posts: int
    postings: int
    copies: tuple[int, ...]


def look_in_posts(
    home: "Home", store: "Store", shelf: "Shelf", protection: "Protection | None"
) -> Looked | None:
    """Compare what is new of posts and statements, and keep what was found.

    Args:
        home: The home.
        store: Its open store.
        shelf: The register of the home.
        protection: Opens the keys, by which official accounts are told from others; without it
            nothing is compared.

    Returns:
        What was found; None when nothing is new.

    Raises:
        LegationError: The register does not hold, or is stale.
    """
    if protection is None or not shelf.is_there:
        return None
    parts = store.lake.parts("posts")
    before = store.copies.compared("batch")
    fresh = shelf.signed() - store.copies.compared("statement")
    new, gone = parts.keys() - before, before - parts.keys()
    if not (new or gone or fresh):
        return None
    rows = shelf.asked().register.held.every()
    since = min((_public(one).date() for one in rows if one.signed in fresh), default=date.max)
    look = _Look(home, store, rows, fresh, Handing(home, store, protection).official())
    with store.transaction():
        store.copies.forget(gone)
    found = [look.at(batch, parts[batch], is_new=True) for batch in sorted(new)]
    for batch in sorted(parts.keys() - new):
        late = [one for one in parts[batch] if one.day >= since]
        found += [look.at(batch, late, is_new=False)] if late else []
    with store.transaction():
        store.copies.note_compared("statement", fresh)
    return Looked(
        posts=sum(one.posts for one in found),
        postings=sum(one.postings for one in found),
        copies=tuple(number for one in found for number in one.copies),
    )


def changed_in(found: CopyFound) -> Changed:
    """Return which words a copy changes."""
    return msgspec.json.decode(found.body, type=Changed)


def place_in(seen: Sighting) -> Place | None:
    """Return the official place of a sighting; None where it is nobody's."""
    return msgspec.json.decode(seen.body, type=Place) if seen.body else None


class _Look:
    """One look over some batches."""

    def __init__(
        self,
        home: "Home",
        store: "Store",
        rows: "Sequence[Registered]",
        fresh: frozenset[str],
        official: Mapping[str, Sequence[Voice]],
    ) -> None:
        self._home, self._store, self._official = home, store, official
        statements = issued(rows)
        self._detector = AlteredCopies(statements)
        self._fresh = {
            said for said, row in zip(statements, rows, strict=True) if row.signed in fresh
        }
        self._label = Label(tlp=home.marking)

    def at(self, batch: str, files: "Sequence[LakeFile]", *, is_new: bool) -> Looked:
        """Compare the posts of a batch; of one that was compared, for new statements alone."""
        copies: dict[str, CopyFound] = {}
        seen: list[Sighting] = []
        count = 0
        for text, same in groupby(self._posts(files), key=lambda post: post.text):
            posts = list(same)
            count += len(posts)
            carried = self._detector.carried(text)
            if carried is None or carried.how == "reworked":
                continue
            if is_new or carried.statement in self._fresh:
                seen += self._kept(batch, carried, posts, copies)
        return self._keep(batch, copies, seen, count)

    def _posts(self, files: "Sequence[LakeFile]") -> Iterable[SaidPost]:
        settings, lake = self._home.settings, self._store.lake
        paths = [lake.folder / one.path for one in files]
        return posts_said(
            lake, LEAST, paths, memory_limit=settings.memory_limit, threads=settings.threads
        )

    def _kept(
        self, batch: str, carried: Carried, posts: Sequence[SaidPost], copies: dict[str, CopyFound]
    ) -> list[Sighting]:
        found = []
        for post in posts:
            places = official_places(post, self._official)
            name = ""
            if carried.how == "altered":
                by: By = "official" if places else "others"
                name = self._named(carried, by, post, copies)
            elif not places:
                continue
            found.append(self._sighting(batch, carried, post, name, places))
        return found

    def _named(self, carried: Carried, by: By, post: SaidPost, copies: dict[str, CopyFound]) -> str:
        of = carried.statement
        changes = [(one.at, one.pasted) for one in carried.differences]
        told = msgspec.json.encode((by, of.issuer, of.number, of.language, changes))
        name = hashlib.sha256(told).hexdigest()
        if name not in copies:
            one = Post(
                post_id=post.post_id, account_id=post.account_id, time=post.time, text=post.text
            )
            (finding,) = self._detector.detect([one])
            changed = Changed(
                kept=finding.kept, covered=finding.covered, differences=finding.differences
            )
            copies[name] = CopyFound(
                name=name,
                kind=by,
                issuer=of.issuer,
                number=of.number,
                language=of.language,
                grade=finding.grade,
                reason=finding.reason,
                label=self._label,
                body=msgspec.json.encode(changed),
            )
        return name

    def _sighting(
        self, batch: str, carried: Carried, post: SaidPost, copy: str, places: Sequence[Voice]
    ) -> Sighting:
        of: Issued = carried.statement
        return Sighting(
            batch=batch,
            post_id=post.post_id,
            account_id=post.account_id,
            issuer=of.issuer,
            number=of.number,
            language=of.language,
            how=carried.how,
            copy=copy,
            at=datetime.fromtimestamp(post.time, UTC),
            label=self._label,
            body=msgspec.json.encode(_place(places[0])) if places else b"",
        )

    def _keep(
        self, batch: str, copies: Mapping[str, CopyFound], seen: Sequence[Sighting], count: int
    ) -> Looked:
        """Keep what a batch has, with its notices and the word of the trail, as a whole."""
        from legation.store.audit import Event

        store = self._store
        postings = sum(not one.copy for one in seen)
        with store.transaction():
            new = store.copies.put(copies.values(), seen)
            for name, number in new.items():
                kind = "copy.official" if copies[name].kind == "official" else "copy.found"
                store.notices.add(
                    kind,
                    to=TOLD,
                    key=f"{kind} {name}",
                    subject=str(number),
                    facts={"grade": copies[name].grade},
                )
            store.copies.note_compared("batch", [batch])
            if seen:
                detail = {"posts": count, "postings": postings, "copies": len(new)}
                store.audit.append(
                    Event(
                        at=self._home.now(),
                        actor="watch",
                        verb=LOOKED,
                        subject=batch,
                        detail=detail,
                    )
                )
        return Looked(posts=count, postings=postings, copies=tuple(new.values()))


def _public(one: "Registered") -> datetime:
    return max(one.issued, one.embargo) if one.embargo else one.issued


def _place(voice: Voice) -> Place:
    return Place(
        kind=voice.kind,
        platform=voice.platform,
        name=voice.name,
        state=voice.state,
        office=voice.office,
        rule=voice.rule,
        source=voice.source,
    )
