"""Words that pages show from values: names of layers, roles, states, months.

A value is English where it is kept; on a page it is shown by the filter `word`, in the
reader's language. A word that stands here is in the catalogues; one that does not is shown
as it is kept.
"""

from typing import Final, get_args

from legation.app.acts import ACTS as ACTS_OF_TWO
from legation.app.caveats import BALANCE as BALANCE_CAVEAT
from legation.app.caveats import COPIES, KNOWLEDGE, RECEIVED, REGISTERS
from legation.app.noticing import SAID
from legation.app.ordering import IN_FORCE, REFUSED_NOW, WAITS
from legation.app.sheets.sheet import SheetPage
from legation.balance.nodes import Answer, NodeKind, Rung, Verdict
from legation.desk.case_labels import FIELD_WORDS
from legation.desk.case_words import CASE_TOLD, CASE_WORDS
from legation.desk.fact_tables import TABLES as TABLES_OF_FACTS
from legation.desk.finding_words import BALANCE, FINDING, NAMES, WORK
from legation.desk.hints import SAID as HINTS
from legation.desk.sharing_words import SHARING_TOLD, SHARING_WORDS
from legation.desk.statement_words import STATEMENT_WORDS
from legation.desk.tongues import pgettext
from legation.formats.documents.kinds import KINDS
from legation.knowledge.facts import Finding
from legation.knowledge.standing import QUESTIONS, Said
from legation.knowledge.states import states
from legation.missions.objects import SHAPES
from legation.missions.register import (
    THREATS,
    ChannelKind,
    MissionKind,
    Outcome,
    ProofKind,
    Secrecy,
    Vouched,
)
from legation.missions.register import Role as MissionRole
from legation.missions.talks import TalkKind, TalkStatus
from legation.rights.intrusion import PARTS
from legation.rights.intrusion import STATED as LOOKED_AT
from legation.rights.lettering import HIDING
from legation.rights.orders import DOUBTS, TARGETS
from legation.rights.purposes import PURPOSES
from legation.rights.roles import ROLES, VERB_WORDS
from legation.safeguards.duty.ladder import NO_CHANNEL, NOBODY
from legation.store.decisions import RequestState
from legation.store.reading.mapping import TYPES
from legation.text.language_names import LANGUAGE_NAMES
from legation.threats.disinformation.findings import CAVEAT, Grade, Role

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT_MONTHS: Final = tuple(month[:3] for month in MONTHS)
ACTS: Final = {
    "repost": "reposting the same post",
    "link": "posting the same link",
    "image": "posting the same picture",
    "text": "posting the same text",
    "near-text": "posting nearly the same text",
    "hashtags": "using the same hashtags in the same order",
    "reply": "answering the same post",
    "similarity": "writing the same sentences",
}
TRAITS: Final = {
    "rhythm": "hours of posting",
    "hashtags": "hashtags used",
    "hosts": "hosts linked to",
    "style": "shape of own texts",
}
LANGUAGES: Final = {**LANGUAGE_NAMES, "und": "cannot tell"}
# The parts of a campaign's page: the end of the address, and what the tab is called.
TABS: Final = (
    ("", "Overview"),
    ("/coordination", "Coordination"),
    ("/evidence", "Evidence"),
    ("/techniques", "TTPs"),
    ("/spread", "Spread"),
    ("/rights", "Rights check"),
    ("/history", "History"),
)
TACTICS: Final = (
    "develop-content",
    "establish-assets",
    "establish-legitimacy",
    "maximise-exposure",
)
# How a piece of evidence came, and what may be found in a document.
CAPTURED: Final = ("upload", "post", "fetch", "command line")
INSIDE: Final = (
    "acts by itself",
    "acts when clicked",
    "attachment",
    "base address",
    "captured",
    "embedded file",
    "embedded object",
    "field",
    "form",
    "frame",
    "link",
    "linked file",
    "macro",
    "moves on by itself",
    "names a person",
    "not listed",
    "not read",
    "opens with",
    "outside media",
    "outside picture",
    "pages",
    "part",
    "picture",
    "saved from",
    "saved on",
    "says of itself",
    "script",
    "size",
    "tracked change",
)
# By context: what a word is a name of.
VOCABULARY: Final[dict[str, tuple[str, ...]]] = {
    "month": MONTHS,
    "month, short": SHORT_MONTHS,
    "layer": tuple(ACTS),
    "what two accounts did": tuple(ACTS.values()),
    "trait": (*TRAITS, *TRAITS.values()),
    "language": tuple(LANGUAGES.values()),
    "tab": tuple(name for _, name in TABS),
    "confidence": get_args(Grade),
    "role of an account": get_args(Role),
    "role of a person": ROLES,
    "part of a post": tuple(name.replace("_", " ").capitalize() for name in TYPES),
    "tie": ("validated", "joined"),
    "state": (
        "waiting",
        "running",
        "done",
        "failed",
        "cancelled",
        "undone",
        "not finished",
        "sending",
        "sent",
        "dead",
        "withdrawn",
    ),
    "mark": ("open", "seen", "aside", "all"),
    "threat": tuple(THREATS.values()),
    "verdict": get_args(Verdict),
    "answer": get_args(Answer),
    "part of a balance": get_args(NodeKind),
    "rung": get_args(Rung),
    "kind of mission": get_args(MissionKind),
    "name of a state": tuple(states().values()),
    "kind of channel": get_args(ChannelKind),
    "kind of talks": get_args(TalkKind),
    "standing of talks": get_args(TalkStatus),
    "secrecy": get_args(Secrecy),
    "what happened": get_args(ProofKind),
    "outcome": get_args(Outcome),
    "what was changed": ("a breach", "a failed test", "a failed drill", "an attempt"),
    "verified": get_args(Vouched),
    "role at a mission": get_args(MissionRole),
    "register": tuple(SHAPES),
    "legal weight": ("binding", "political", "expert", "unilateral"),
    "question about an agreement": QUESTIONS,
    "answer about an agreement": get_args(Said),
    "what a state has not done": (
        *("not signed", "not bound", "not carried out", "no answer when tried"),
        *("suspended", "contradicted", "cannot tell"),
    ),
    "table of facts": tuple(name.replace("_", " ") for name in TABLES_OF_FACTS),
    "finding of a check": get_args(Finding),
    "mark of a fact": ("not checked", "checked", "stale", "contradicted"),
    "list": ("campaigns", "jobs", "imports", "people", "log", "search"),
    "kind of result": (
        "Campaigns",
        "Texts of posts",
        "Links",
        "Hashtags",
        "Accounts",
        "Notes",
        "Cases",
        "Saved filters",
        "Imports",
        "People",
    ),
    "target of an order": tuple(one.replace("-", " ") for one in TARGETS),
    "state of an order": (IN_FORCE, WAITS, REFUSED_NOW, "ended"),
    "state of a request": get_args(RequestState),
    "act of two people": tuple(act.title for act in ACTS_OF_TWO),
    "tactic": tuple(name.replace("-", " ").capitalize() for name in TACTICS),
    "page": ("today", "campaigns", "campaign", "tie", "dossier", "decision", *get_args(SheetPage)),
    "unit": ("day", "hour", "week"),
    "file": tuple(kind.said for kind in KINDS.values()),
    "capture": (*CAPTURED, "whole", "missing", "damaged"),
    "inside": INSIDE,
    "urgency": ("urgent", "soon"),
    "channel": ("mail", "webhook", "sms"),
    "entry": ("open", "done", "handover", "taken"),
    **CASE_WORDS,
    **SHARING_WORDS,
    **STATEMENT_WORDS,
    **FIELD_WORDS,
}
# What the libraries that read values and tables say of them: it stands within errors of rows.
_READ: Final = (
    "invalid enum value %(v1)s",
    "expected str of length <= %(num1)s",
    "expected str of length >= %(num1)s",
    "expected array of length <= %(num1)s",
    "expected array of length >= %(num1)s",
    "expected int <= %(num1)s",
    "expected int >= %(num1)s",
    "expected int, got str",
    "expected int | null, got str",
    "expected bool, got str",
    "invalid RFC3339 encoded datetime",
    "invalid RFC3339 encoded date",
    "unexpected end of data",
    "%(v1)s expected after %(v2)s",
)
# What the parts below say and no error carries: jobs, reasons of a finding, groups of a network.
# Whom nothing would reach, and why, as the outlook of a rota says it.
UNREACHED: Final = (
    *(
        f"%(v1)s: {why}"
        for why in (
            "has no channel",
            "has no role that takes calls",
            "mail is not set up",
            "mail is dead: %(told2)s",
            "may not enter the desk any more",
            "nobody has that name",
            "sms is dead: %(told2)s",
            "text messages are not set up",
            "webhook is dead: %(told2)s",
            "webhooks are not set up",
        )
    ),
    "%(v1)s has no role that takes calls",
    "%(v1)s may not enter the desk any more",
)
# What has to be stated of an intrusive step, and who it is that does one.
STATED: Final = (
    *(name for name in PARTS),
    *(f"the {name}" for name in PARTS),
    *(f"the {name} of the look" for name in LOOKED_AT),
    *("purpose", "reason", "watched", "expression"),
    *("what is said of watched", "what is said of expression"),
    *("the reason of the erasure", "the reason of the lifting"),
    *("the reason of the agreement", "the reason of the end"),
    *("agrees", "ends it", "erases", "lifts it", "looks", "orders"),
)
TOLD: Final[tuple[str, ...]] = (
    CAVEAT,
    BALANCE_CAVEAT,
    REGISTERS,
    KNOWLEDGE,
    RECEIVED,
    COPIES,
    *(one.told for one in PURPOSES if one.use == "hold"),
    *DOUBTS.values(),
    *FINDING,
    *NAMES,
    *WORK,
    "the role %(roles1)s may not %(told1)s",
    "this token may not %(told1)s",
    "ask somebody who may: %(roles1)s",
    "ask somebody who may: nobody",
    *VERB_WORDS.values(),
    *HINTS,
    *BALANCE,
    *CASE_TOLD,
    *SHARING_TOLD,
    *SAID.values(),
    *sorted(HIDING),
    *_READ,
    NOBODY,
    NO_CHANNEL,
    "is not known",
    "may not know of it",
    "may not enter the desk any more",
    "has no role that takes calls",
    "mail is not set up",
    "webhooks are not set up",
    "text messages are not set up",
    *UNREACHED,
    *STATED,
    *TARGETS,
    # What stands above what is shown.
    (
        "This run is stale: posts that it looked at have been taken back since. What it found may "
        "rest on them."
    ),
    "This run is not up to date: posts have come in since that it has not looked at.",
    "DEMONSTRATION: without log-in, on this machine only",
    "INVENTED DATA: no state, newsroom or person in it exists",
    # What the desk says where a page cannot be had.
    "There is no such page.",
    "go to the first page",
    "This page is read-only.",
    "open the page without sending a form",
    "log in, or send a token that holds",
    "go back and try again",
    "This page failed: that is a fault of the program, not yours.",
    "the terminal that runs the desk holds the details; the other pages go on",
)


def word(value: str, context: str) -> str:
    """Return the word for a value.

    >>> word("high", "confidence")
    'high'
    """
    return pgettext(context, value)
