"""What is done to a draft of a statement, and how a draft stands by it.

A draft is what was done to it and nothing else: whoever reads its entries knows whose words they
are, who approved exactly which, and what was published. An approval is of the hash of the wording,
so a word that is changed afterwards takes the approval back by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal, get_args

import msgspec

from legation.errors import VerificationError
from legation.safeguards.statements.drafting import Draft
from legation.safeguards.statements.verdict import Verdict
from legation.stix.labels import Label
from legation.store.statements import DraftStanding, StatementEntry

State = Literal[
    "waiting",
    "approved",
    "signing",
    "sent back",
    "refused",
    "withdrawn",
    "embargoed",
    "published",
]
STATES: Final[tuple[State, ...]] = get_args(State)
OPEN: Final[tuple[State, ...]] = ("waiting", "approved", "sent back")
"""In these a draft may still be changed."""
UNDER_WAY: Final[tuple[State, ...]] = (*OPEN, "signing")
"""In these it may still become a statement."""
_LONGEST_TITLE: Final = 120


class Wording(msgspec.Struct, frozen=True, kw_only=True, tag="wording"):
    """What is to be said (`drafted`, `changed`).

    Attributes:
        draft: It, whole.
        label: Who may know the draft.
        answers: Id of the object that it answers; empty for none.
    """

    draft: Draft
    label: Label
    answers: str = ""


class Judged(msgspec.Struct, frozen=True, kw_only=True, tag="judged"):
    """A word on a wording: `approved`, `sent back`, `refused`, `withdrawn`.

    `signing` and `not signed` are such words too: that it is being signed, and that nobody signs
    it any more. They leave an approval as it is.

    Attributes:
        sha256: Of the wording that was judged.
        words: Why, as whoever judged said.
    """

    sha256: str
    words: str = ""


class Issued(msgspec.Struct, frozen=True, kw_only=True, tag="issued"):
    """A statement that stands in the register's log (`published`).

    Attributes:
        sha256: Of the wording that was approved.
        number: The statement's.
        index: Its place in the log.
        issued: The time that it bears.
        signed: SHA-256 of the bytes that were signed.
        origin: The log's name.
        embargo: Not public before; None without embargo.
    """

    sha256: str
    number: str
    index: int
    issued: datetime
    signed: str
    origin: str
    embargo: datetime | None = None


class Released(msgspec.Struct, frozen=True, kw_only=True, tag="released"):
    """An embargo has ended, and the text is public (`released`)."""

    index: int


class Posted(msgspec.Struct, frozen=True, kw_only=True, tag="posted"):
    """Where a statement was posted (`posted`).

    Attributes:
        address: Where.
        seen: When it stood there.
        text: What stood there.
        verdict: What the register said of that text.
    """

    address: str
    seen: datetime
    text: str
    verdict: Verdict


Body = Wording | Judged | Issued | Released | Posted


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, read.

    Attributes:
        seq: Its number among all entries.
        kind: What was done.
        actor: Who did it.
    """

    seq: int
    kind: str
    actor: str
    at: datetime
    body: Body


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the entries of a draft say together.

    Attributes:
        deeds: All that was done, the oldest first.
        wording: The last wording.
        approval: The approval of exactly that wording; None when there is none.
        authors: Everybody who has written at it, each once.
        issued: The statement that it became; None before.
        postings: Where it was posted.
        before: The wording that was approved last, or the one before the last; None for the first.
    """

    deeds: tuple[Deed, ...]
    wording: Wording
    state: State
    approval: Deed | None
    authors: tuple[str, ...]
    issued: Issued | None
    postings: tuple[Deed, ...]
    before: Wording | None

    @property
    def standing(self) -> DraftStanding:
        """How the draft stands, for its row."""
        draft = self.wording.draft
        return DraftStanding(
            label=self.wording.label,
            state=self.state,
            title=title_of(draft),
            issuer=draft.issuer,
            number=self.issued.number if self.issued else "",
            answers=self.wording.answers,
        )


def told(deeds: Iterable[Deed]) -> Told:
    """Return what was done to a draft says together.

    Args:
        deeds: All of them, the oldest first.

    Raises:
        VerificationError: They do not begin with a wording.
    """
    every = tuple(deeds)
    if not every or not isinstance(every[0].body, Wording):
        raise VerificationError(
            "the entries of this draft do not begin with a wording",
            hint="restore the store from its backup",
        )
    wording, state, approval, issued = every[0].body, "waiting", None, None
    wordings: list[Wording] = []
    approved: Wording | None = None
    for deed in every:
        body = deed.body
        if isinstance(body, Wording):
            wordings.append(body)
            wording, state, approval = body, "waiting", None
        elif isinstance(body, Issued):
            issued, state = body, "published" if body.embargo is None else "embargoed"
        elif isinstance(body, Released):
            state = "published"
        elif deed.kind in ("signing", "not signed"):
            state = "signing" if deed.kind == "signing" else "approved" if approval else "waiting"
        elif isinstance(body, Judged):
            state = deed.kind
            counts = deed.kind == "approved" and body.sha256 == wording.draft.sha256
            approval, approved = (deed, wording) if counts else (None, approved)
    earlier = approved if approved is not None and approved != wording else None
    return Told(
        deeds=every,
        wording=wording,
        state=msgspec.convert(state, State),
        approval=approval,
        authors=_once(one.actor for one in every if isinstance(one.body, Wording)),
        issued=issued,
        postings=tuple(one for one in every if isinstance(one.body, Posted)),
        before=earlier or (wordings[-2] if len(wordings) > 1 and approved is None else None),
    )


def read(entry: StatementEntry) -> Deed:
    """Return an entry, read."""
    return Deed(
        seq=entry.seq,
        kind=entry.kind,
        actor=entry.actor,
        at=entry.at,
        body=msgspec.json.decode(entry.body, type=Body),
    )


def title_of(draft: Draft) -> str:
    """Return what a draft is called: the first line of its first text."""
    return draft.versions[0].text.partition("\n")[0][:_LONGEST_TITLE]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
