"""What a knowledge pack may state: one type for each of its tables.

Every row names its source, the day that the source speaks for, and how far it was checked, in
the words of those who compiled it. A state is entered by its code, by the same rule whichever
it is; nothing here says who is whose friend.
"""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

import msgspec

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
# A day, or as much of it as the source gives; empty: the source does not say.
Day = Annotated[str, msgspec.Meta(pattern=r"^(|\d{4}(-\d\d(-\d\d)?)?)$")]
# Whether and when something was done: empty means that the source does not say.
Done = Annotated[str, msgspec.Meta(pattern=r"^(|yes|no|\d{4}(-\d\d(-\d\d)?)?)$")]
Verified = Literal[
    "verified-excerpt",
    "verified-excerpt-press",
    "verified-excerpt-signature-only",
    "verified-excerpt-ratification-only",
    "from-memory",
]
Weight = Literal["binding", "political", "expert", "unilateral"]
AgreementKind = Literal[
    "treaty",
    "bilateral",
    "norms",
    "cbm",
    "forum",
    "declaration",
    "coalition",
    "regime",
    "manual",
    "codification",
]
# How much of who takes part stands in the table of parties.
Listed = Literal["complete", "incomplete", "none"]
# The exceptional reservation of ISO 3166-1 for the Union, which signs treaties beside states.
UNION: Final = "EU"
# What a fixed fact states happened, or was written: it stays so. What a standing one states may
# have changed since its day, so it grows stale.
Kind = Literal["fixed", "standing"]
Finding = Literal["holds", "does not hold", "cannot tell"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every row has.

    Attributes:
        ages: Whether what the row states may change after its day.
        key: Names it among the rows of its table.
        source: Where the fact is from.
        as_of: Day that the source speaks for.
        verified: How far it was checked.
    """

    ages: ClassVar[Kind] = "fixed"

    key: Key
    source: Text
    as_of: date
    verified: Verified


class Agreement(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A treaty, a commitment, a norm set, a regime or a manual.

    Attributes:
        body: Under whose roof, or between whom.
        weight: What it is in law.
        weight_note: Where one word for it is not enough.
        contact: Whether it names a way to reach each other.
        mechanism: Which.
        standing: How it stands, in the words of the source.
        suspended: Since when it is suspended as a whole.
        ended: When it ended, or was replaced.
        parties: How much of who takes part stands in the table of parties.
        article: Whether the article speaks of it.
    """

    ages: ClassVar[Kind] = "standing"

    title: Title
    kind: AgreementKind
    body: str = ""
    weight: Weight
    weight_note: str = ""
    opened: Day = ""
    in_force: Day = ""
    contact: bool = False
    mechanism: str = ""
    standing: str = ""
    suspended: Day = ""
    ended: Day = ""
    parties: Listed = "none"
    article: bool = False


class Party(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one state stands to one agreement, for one stretch of time."""

    ages: ClassVar[Kind] = "standing"

    agreement: Key
    state: str
    signed: Done = ""
    ratified: Done = ""
    in_force: Done = ""
    suspended: Day = ""
    withdrawn: Day = ""
    reservation: str = ""


class Norm(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One norm, measure or article that is no offence.

    Attributes:
        agreement: Where it stands.
        number: Its number there.
        use: What it serves here.
    """

    agreement: Key
    number: Title
    title: Title
    kind: str = ""
    weight: Weight
    use: str = ""


class Offence(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an article obliges states to make a crime."""

    agreement: Key
    number: Title
    title: Title
    threats: tuple[Literal["T1", "T2", "T3", "T4", "T5", "T6"], ...] = ()


class Law(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state's own law.

    Attributes:
        implements: Keys of agreements that it carries out, by the source.
    """

    ages: ClassVar[Kind] = "standing"

    state: str
    title: Title
    year: Annotated[int, msgspec.Meta(ge=1000, le=9999)]
    implements: tuple[Key, ...] = ()
    note: str = ""


class Rule(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the Tallinn Manual 2.0 (2017), by number and short title alone.

    Attributes:
        number_2013: Its number in the edition of 2013; None: there was none, or it is not known.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=154)]
    title: Title
    chapter: str = ""
    number_2013: Annotated[int, msgspec.Meta(ge=1, le=95)] | None = None
    use: str = ""


class Numbering(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the Tallinn Manual of 2013 that no single rule of 2017 carries on.

    Attributes:
        number_2013: Its number.
        numbers_2017: The rules that took up its matter; empty: none has it for its own.
    """

    number_2013: Annotated[int, msgspec.Meta(ge=1, le=95)]
    title: Title
    numbers_2017: tuple[Annotated[int, msgspec.Meta(ge=1, le=154)], ...] = ()
    note: str = ""


class Position(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a state said of a rule or norm; silence is a position that somebody looked for.

    Attributes:
        about: `rule:KEY` or `norm:KEY`.
    """

    ages: ClassVar[Kind] = "standing"

    about: Title
    state: str
    stance: Literal["adopted", "rejected", "silent"]
    on: Day = ""
    note: str = ""


class Trial(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A try of an agreement's contact mechanism, as one state answered."""

    agreement: Key
    state: str
    on: Day
    outcome: Literal["held", "failed"]


class Control(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A control of a framework, by number and title."""

    number: Title
    title: Title
    framework: Title


class StateName(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name for a code that ISO 3166-1 leaves to its users."""

    ages: ClassVar[Kind] = "standing"

    state: str
    name: Title


class Work(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A work that is cited.

    Attributes:
        cited_by: Who cites it: `article`, or empty.
        supports: Facts that it supports, each as `TABLE:KEY`.
        contradicts: Facts that it contradicts.
        checked_by: Who compared it; empty: nobody.
        checked_on: When; only with a day does it lift the mark.
    """

    title: Title
    author: str = ""
    published: Day = ""
    kind: str = ""
    cited_by: str = ""
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    checked_by: str = ""
    checked_on: Day = ""
    note: str = ""


class Quotation(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody said, and what that speaks for.

    Attributes:
        checked_by: Who compared it with its source; empty: nobody.
        checked_on: When; only with a day does it lift the mark.
        anecdote: Whether nobody knows that it was ever said.
    """

    who: Title
    what: Text
    when: Day = ""
    where: str = ""
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    checked_by: str = ""
    checked_on: Day = ""
    anecdote: bool = False


class Correction(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the article is wrong or imprecise, and what the register states.

    Attributes:
        about: Facts that it is about, each as `TABLE:KEY`.
    """

    article_says: Text
    register_states: Text
    basis: Text
    about: tuple[str, ...] = ()


class Check(Fact, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a person compared a fact with its source, and what they found; its source says where.

    Attributes:
        about: The fact, as `TABLE:KEY`.
        pack: Publisher and name of the pack that states it; empty: the pack of the check.
        by: Who compared it.
        on: When.
        said: SHA-256 of what the fact stated then; a fact that changed is not checked any more.
    """

    about: Title
    pack: str = ""
    by: Title
    on: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
    found: Finding
    said: Annotated[str, msgspec.Meta(pattern=r"^(|[0-9a-f]{64})$")] = ""
