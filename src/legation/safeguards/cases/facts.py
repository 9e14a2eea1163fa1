"""What is stated of a case itself: what happened, to whom, who works on what, who was told.

Two clocks stand on each event: when it happened, and when it became known. Persons are told of
by what they are, never by name: names are held sealed, apart from every case.
"""

from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import patterns
from legation.safeguards.cases.bodies import (
    Body,
    Credibility,
    Key,
    Line,
    Number,
    On,
    Party,
    Reliability,
    Short,
    Verified,
    Words,
)

Type = Literal["T1", "T2", "T3", "T4", "T5", "T6", "digital repression"]
Domain = Literal["security", "political", "economic", "cultural", "consular"]
Template = Literal["", "election", "accession", "referendum", "visit"]
Purpose = Literal["", "talks", "visit", "vote", "agreement"]
VictimKind = Literal[
    "person",
    "company",
    "state",
    "international organisation",
    "protected person",
    "mission",
]
Medium = Literal[
    "paper", "scan", "fax", "broadcast transcript", "telephone note", "post", "mail", "log", "other"
]
Status = Literal["reported", "triaged", "assessed", "attributed", "answered", "closed"]
STATUSES: Final[tuple[Status, ...]] = (
    "reported",
    "triaged",
    "assessed",
    "attributed",
    "answered",
    "closed",
)
Outcome = Literal["", "answered", "no threat", "cannot tell", "not pursued", "handed on"]
WorkKind = Literal["dialogue", "round", "vote", "démarche", "CBM"]
WorkState = Literal["planned", "held", "suspended", "cancelled", "agreed", "not agreed"]
LinkKind = Literal["part of", "follows from", "same as", "about", "prepared as"]
# Fields that are days, or as much of a day as is known.
DAYS: Final = frozenset({"on", "due", "began", "ended", "known", "review", "deadline", "ceased"})
# These lead from case to case and must not lead back.
DIRECTED: Final[tuple[LinkKind, ...]] = ("part of", "follows from")
Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
Sha256 = Annotated[str, msgspec.Meta(pattern=patterns.DIGEST)]
ObjectId = Annotated[str, msgspec.Meta(pattern=patterns.OBJECT)]


class Opened(Body, frozen=True, kw_only=True, tag="opened"):
    """That there is a case, and what it is about.

    Attributes:
        title: What it is called, without names of persons.
        type: Threat, or digital repression by any state, the own one among them.
        template: Which occasion it is opened for; its first tasks follow from that.
        began: When it began.
        ended: When it ended; empty: not, or nobody knows.
        known: When it became known to the desk or to the public.
        serves: What of foreign policy it touches.
        object: Which talks, visit, vote or agreement; a key of the register of talks, or words.
    """

    title: Line
    type: Type
    domain: Domain
    template: Template = ""
    summary: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    began: On
    ended: On | None = None
    known: On
    serves: Purpose = ""
    object: Short = ""


class Victim(Body, frozen=True, kw_only=True, tag="victim"):
    """Who was harmed or aimed at.

    Attributes:
        party: State or organisation that it belongs to; empty where it has none.
        what: What it is, without a personal name.
        mission: Key of a mission of the register.
    """

    kind: VictimKind
    party: Party | None = None
    what: Short = ""
    mission: Key | None = None

    def __post_init__(self) -> None:
        """Refuse a victim of which nothing is said."""
        if not (self.party or self.what.strip()):
            raise RecordError(
                "it says nothing of the victim", place="what", hint="say what it is, or whose"
            )


class Attached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A captured file on which an entry rests, as it was when the entry was written.

    Attributes:
        evidence: Id of the capture, which has its record of custody.
        sha256: Of the file.
    """

    evidence: ObjectId
    sha256: Sha256


class Said(Body, frozen=True, kw_only=True, tag="said"):
    """Something that somebody says happened: a fact as far as its source goes.

    Attributes:
        says: What, in a sentence.
        on: When it happened.
        known: When it became known.
        source: Who says so.
        url: Where it can be read by anybody; empty: it is not open.
        reliability: Of the source, by the Admiralty code; F: cannot be judged.
        credibility: Of what it says; 6: cannot be judged.
        verified: How far it was compared with its source.
        medium: What kind of document it is.
        files: Captured files that show it.
    """

    says: Words
    on: On
    known: On | None = None
    source: Line
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern=patterns.ADDRESS)] = ""
    reliability: Reliability = "F"
    credibility: Credibility = "6"
    verified: Verified = "from-memory"
    medium: Medium = "other"
    files: tuple[Attached, ...] = ()


class Replied(Body, frozen=True, kw_only=True, tag="reply"):
    """What another party did or said in answer, so that both sides of a climb are on record.

    Attributes:
        party: Whose answer it is.
        towards: To whom; empty: to the state that the desk serves.
        rung: Where it stands on the ladder of answers, from 0 to 11; empty: it is a move to calm.
        says: What they did or said, in a sentence.
        on: When.
        known: When it became known.
        source: Who says so.
        url: Where it can be read by anybody.
        reliability: Of the source, by the Admiralty code; F: cannot be judged.
        credibility: Of what it says; 6: cannot be judged.
        verified: How far it was compared with its source.
        answers_to: Number of the choice that it answers.
    """

    party: Party
    towards: Party | None = None
    rung: Annotated[int, msgspec.Meta(ge=0, le=11)] | None = None
    says: Words
    on: On
    known: On | None = None
    source: Line
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern=patterns.ADDRESS)] = ""
    reliability: Reliability = "F"
    credibility: Credibility = "6"
    verified: Verified = "from-memory"
    answers_to: Number | None = None

    def __post_init__(self) -> None:
        """Refuse an answer to oneself."""
        if self.party == self.towards:
            raise RecordError(
                "nobody answers themselves", place="towards", hint="name the other party"
            )


class Task(Body, frozen=True, kw_only=True, tag="task"):
    """Work that somebody owns, with its deadline.

    Attributes:
        owner: A person of the desk, by name as the desk lists it, or a role.
        due: Last day.
        rests_on: Entries that it follows from.
    """

    what: Line
    owner: Line
    due: On
    rests_on: tuple[Number, ...] = ()


class TaskDone(Body, frozen=True, kw_only=True, tag="task-done"):
    """How a task ended."""

    task: Number
    outcome: Literal["done", "dropped"]
    on: On
    words: Short = ""


class Work(Body, frozen=True, kw_only=True, tag="work"):
    """Cyber diplomacy about the case: a dialogue, a round, a vote, a démarche, a CBM.

    Attributes:
        level: At which it is held: experts, ministers …
        parties: Between whom.
    """

    kind: WorkKind
    on: On
    level: Short = ""
    parties: tuple[Party, ...] = ()
    outcome: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    state: WorkState
    source: Line


class Link(Body, frozen=True, kw_only=True, tag="link"):
    """That the case has to do with something else that is kept.

    Attributes:
        to: Id of a finding, letter, statement or event; a campaign as its page calls it; a case by
            its number. What is kept is the id of the object.
        kind: How; "part of" and "follows from" lead from case to case.
    """

    to: Annotated[str, msgspec.Meta(pattern=patterns.LINKED)]
    kind: LinkKind = "about"
    words: Short = ""


class Told(Body, frozen=True, kw_only=True, tag="told"):
    """That a partner was told, what, and under which marking."""

    partner: Line
    party: Party | None = None
    on: On
    what: Words
    marking: Tlp
    entries: tuple[Number, ...] = ()


class Moved(Body, frozen=True, kw_only=True, tag="moved"):
    """That the case has another status.

    Attributes:
        why: A sentence; asked for where a step is left out, and at the close.
        outcome: Of a case that is closed.
    """

    to: Status
    why: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    outcome: Outcome = ""


class Withdrawn(Body, frozen=True, kw_only=True, tag="withdrawn"):
    """That an entry is taken back; it stays where it is, and this stands after it."""

    what: Number
    why: Words
