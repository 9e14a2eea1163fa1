"""What a field of an entry is called on a form, and which words its choices have there.

A file and the command line name a field by its own name (`rests_on`); a form calls it what people
call it, and shows the name beside that. A name has one label, unless a kind of entry means
something else by it: then the label stands under the kind and the name. What is to be known
besides is in `case_help`. Values stay as they are kept; a form shows each by its word.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from legation.desk.case_help import HELP
from legation.desk.case_words import MEANINGS
from legation.safeguards.cases.attribution.matrix import FITS
from legation.safeguards.cases.circumstances import Circumstances
from legation.safeguards.cases.entries import tag_of
from legation.safeguards.cases.persons import RIGHTS
from legation.safeguards.cases.responses.situation import OBLIGATIONS
from legation.safeguards.cases.typed import Field, form_of

_T = TypeVar("_T")
LABEL: Final = "field of an entry"
HELP_ON: Final = "help on a field"
# A field by its name; or by its kind of entry and its name, where that kind means another thing.
Of = str | tuple[str, str]

LABELS: Final[Mapping[Of, str]] = {
    "a": "One party, by its code",
    "actor": "Group or body",
    "admissibility": "Admissibility in court",
    "after": "Poll after the case",
    "against": "To whom it is given, by code",
    "aim": "Legitimate aim",
    "answer": "Answer",
    "answers_to": "Number of the choice that it answers",
    ("chosen", "answer"): "Answer, by its key",
    ("decision", "answers"): "Entries of the answers chosen",
    ("rumour-weighed", "answers"): "Answers to the questions of the guide",
    ("state-link", "answers"): "Answers to what the test asks",
    "at": "Place in the statement",
    "attribution": "Number of the attribution that it relies on",
    "b": "The other party, by its code",
    "basis": "Reasons",
    "before": "Poll before the case",
    "began": "When it began",
    "beside": "Who says it too, by code",
    "binds": "Whether it binds",
    ("attributed", "by"): "In whose name it is said",
    ("claimed", "by"): "Who says so",
    ("duty", "by"): "By what it binds",
    "ceased": "Day on which the act ended",
    "changes": "Number of the decision that this one changes",
    "commensurate": "Why it would be in proportion to the injury",
    "confidence": "Confidence",
    "considered": "Options that were not taken",
    "credibility": "Credibility of what the source says",
    "deadline": "By when, or until when",
    "domain": "Domain",
    "done": "How the step stands",
    "dossier": "Dossier, by its key",
    "due": "Last day",
    "ended": "When it ended",
    "entries": "Entries that the partner was told of",
    "excluded": "Whether a guarded source is concerned",
    ("power", "fact"): "The same law in a knowledge pack",
    ("source-judged", "fact"): "Number of the fact",
    "factor": "Factor, by its key",
    "field": "What identifies the subject, by its key",
    "files": "Captured files that show it",
    "fit": "How the fact fits the hypothesis",
    "for": "Which answer is tested",
    "form": "How it is said",
    "gaps": "What is missing",
    ("chosen", "ground"): "Law that it is asked for by, by its key",
    ("ground", "ground"): "Ground of the listing, by its key",
    "guide": "Guide, by its key",
    "high": "Highest that the score may be",
    ("claimed", "how"): "In which form they said it",
    ("remedy-set", "how"): "How the subject is heard",
    "hypothesis": "Hypothesis, by its key",
    "injured": "Who is injured",
    "instead_of": "Why lower rungs were passed over",
    "institution": "Institution that is trusted",
    "item": "Number of the fact",
    "key": "Key of the hypothesis",
    ("dossier", "kind"): "Who is to be listed",
    ("genuine-speech", "kind"): "Kind of speech",
    ("hypothesis", "kind"): "Kind of author",
    ("link", "kind"): "How they are linked",
    ("protected", "kind"): "What is guarded",
    ("victim", "kind"): "Kind of victim",
    ("work", "kind"): "Kind of work",
    "known": "When it became known",
    "law": "Law and section that allow it",
    "layer": "Layer of attribution",
    "legal_basis": "Legal basis",
    "legality": "Law or mandate that allows it",
    "level": "Level at which it is held",
    "likelihood": "How likely it is",
    "low": "Lowest that the score may be",
    "marking": "Marking under which the partner was told",
    "medium": "Kind of document",
    "mission": "Mission, by its key",
    "necessity": "Necessity: why nothing less would do",
    "needed": "What was needed",
    "norm": "Norm, by its name or key",
    "note": "Note",
    "notice": "How those concerned are told",
    "object": "Which talks, visit, vote or agreement",
    "obligations": "Whether a countermeasure would touch these duties",
    "observations": "How those concerned are heard",
    ("effect", "of"): "What it is an effect on",
    ("step", "of"): "Number of the choice",
    "on": "When it happened",
    ("attributed", "on"): "Day from which it is said",
    ("claimed", "on"): "When they said it",
    ("effect", "on"): "When it showed",
    ("review", "on"): "Day by which the listing is looked at again",
    ("task-done", "on"): "When it ended",
    ("ticked", "on"): "When it was done",
    ("told", "on"): "When the partner was told",
    "open": "Whether anybody can read the source",
    "outcome": "What came of it",
    ("moved", "outcome"): "Outcome of the case",
    ("task-done", "outcome"): "How it ended",
    "owner": "Who does it",
    "parties": "Between whom, by code",
    "partner": "Partner",
    "party": "State or organisation, by its code",
    ("reply", "party"): "Whose answer it is, by code",
    ("state-link", "party"): "State, by its code",
    ("told", "party"): "State or organisation of the partner, by its code",
    "pending": "Whether a tribunal deals with the dispute",
    "persons": "Who is concerned",
    "platform": "Platform, by its key",
    "playbook": "Playbook, by its key",
    "proportionality": "Proportionality: why the gain outweighs the interference",
    "question": "Question, by its key",
    "regime": "Regime of sanctions, by its key",
    "reliability": "Reliability of the source",
    "remedy": "Part of the remedy, by its key",
    ("decision", "review"): "Day by which the decision is looked at again",
    ("rights-test", "review"): "Who reviews the step, and by when",
    "rests_on": "Entries that it rests on",
    "rights": "Rights that the step touches",
    "rights_test": "Number of the rights test",
    "role": "Role in which you sign",
    "rule": "Rule of the platform, by its key",
    "rumour": "What the rumour says",
    "safeguards": "Safeguards: what limits it",
    "rung": "Rung of the ladder, from 0 to 11",
    "says": "What is said to have happened",
    ("hypothesis", "says"): "Who did it, by this hypothesis",
    ("reply", "says"): "What they did or said",
    "score": "Score",
    "sentence": "Sentence",
    ("opened", "serves"): "What of foreign policy it touches",
    ("reasoned", "serves"): "Parts of the statement that it belongs to",
    "sha256": "Hash of what is signed",
    "source": "Source",
    "stands": "How the question stands",
    ("power", "state"): "State whose power it is, by its code",
    ("work", "state"): "How the work stands",
    "step": "Step, by its key",
    "summary": "Summary",
    "task": "Number of the task",
    "template": "Occasion",
    ("rights-cited", "test"): "Number of the rights test",
    ("state-link", "test"): "Legal test",
    "title": "Title",
    ("agreed", "to"): "Number of the proposal",
    ("attribution-withdrawn", "to"): "Number of what is taken back",
    ("link", "to"): "What it is linked to, by its id",
    ("moved", "to"): "New status",
    ("signed", "to"): "Number of the decision",
    "touches": "Whether it touches persons",
    "towards": "To whom, by code",
    "touches_persons": "Whether any answer touches persons",
    "type": "Type of case",
    "unavailable": "Whether it was asked and cannot be had",
    "urgent": "Why it cannot wait for notice",
    "url": "Address at which it can be read",
    "value": "Value",
    "verified": "How far it was checked",
    ("decision", "what"): "What is decided",
    ("step", "what"): "What was done, or came back",
    ("task", "what"): "What is to be done",
    ("told", "what"): "What the partner was told",
    ("victim", "what"): "Who or what it is",
    ("withdrawn", "what"): "Number of the entry taken back",
    "why": "Why",
    ("agreed", "words"): "Why you agree",
    ("attribution-withdrawn", "words"): "Why it is taken back",
    ("link", "words"): "Remark",
    ("rumour-weighed", "words"): "Why it was answered otherwise than advised",
    ("signed", "words"): "What you add",
    ("step", "words"): "What was said or done",
    ("task-done", "words"): "Remark",
    ("ticked", "words"): "What was found, or why the step does not apply",
}
# Of a field that is made of parts, by its name and the part's.
_POLL: Final[Mapping[str, str]] = {
    "share": "share who said yes, from 0 to 1",
    "asked": "how many were asked",
    "low": "lower end of the interval",
    "high": "upper end of the interval",
    "on": "day of the poll",
    "source": "source",
}
PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "after": _POLL,
    "before": _POLL,
    "answers": {
        "element": "key of what is asked",
        "answer": "answer",
        "rests_on": "entries that it rests on",
        "says": "what they show",
    },
    "considered": {
        "option": "what it would have been",
        "answer": "number of the answer that proposes it",
        "why_not": "why it was not taken",
    },
    "instead_of": {"rung": "number of the rung", "why": "why it was passed over"},
}
# The contexts in which the words of the choices stand.
CONTEXTS: Final[Mapping[Of, str]] = {
    "admissibility": "admissibility",
    "answer": "answer to a question",
    "answers": "answer to a question",
    "binds": "answer to a question",
    ("duty", "by"): "by what a duty binds",
    "confidence": "confidence",
    "credibility": "credibility",
    "domain": "domain",
    "done": "state of a step",
    "excluded": "guarded source",
    "fit": "fit",
    "form": "form of an attribution",
    "injured": "who is injured",
    ("dossier", "kind"): "kind of subject",
    ("genuine-speech", "kind"): "kind of speech",
    ("hypothesis", "kind"): "kind of hypothesis",
    ("link", "kind"): "kind of link",
    ("protected", "kind"): "guarded source",
    ("victim", "kind"): "kind of victim",
    ("work", "kind"): "kind of diplomatic work",
    "layer": "layer of attribution",
    "likelihood": "likelihood",
    "marking": "who may be told",
    "medium": "kind of document",
    "obligations": "answer to a question",
    ("effect", "of"): "what an effect is on",
    ("moved", "outcome"): "outcome of a case",
    ("task-done", "outcome"): "how a task ended",
    "reliability": "reliability",
    "rights": "right",
    ("opened", "serves"): "what a case touches",
    "stands": "standing of a question",
    ("work", "state"): "standing of diplomatic work",
    "template": "occasion of a case",
    ("state-link", "test"): "test of a link to a state",
    ("moved", "to"): "status of a case",
    "type": "type of case",
    "verified": "how far a fact was checked",
    ("step", "what"): "what was done",
}
# Values that a type alone does not list: a form lets choose where a file has them written.
_SET_OF_NUMBERS: Final[Mapping[Of, tuple[str, ...]]] = {"fit": tuple(map(str, FITS))}
_SEVERAL: Final[Mapping[Of, tuple[str, ...]]] = {"rights": tuple(RIGHTS)}
# Of a table of names and values, the names.
_NAMES: Final[Mapping[Of, tuple[str, tuple[str, ...]]]] = {
    (tag_of(Circumstances), "obligations"): ("duty that is not touched", OBLIGATIONS)
}
# Of these the value is shown too, since people know it by its code.
_CODED: Final = frozenset({"credibility", "fit", "reliability", "type of case", "who may be told"})
# Where what a value means is a word of another context.
_MEANT_IN: Final[Mapping[str, str]] = {"type of case": "threat"}
FIELD_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    LABEL: tuple(
        dict.fromkeys(
            (*LABELS.values(), *(label for some in PARTS.values() for label in some.values()))
        )
    ),
    HELP_ON: tuple(dict.fromkeys(HELP.values())),
}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A value to choose.

    Attributes:
        words: What it is called, in English.
        context: In which that is translated.
        coded: Whether the value is a code, which is shown before its words.
    """

    value: str
    words: str
    context: str
    coded: bool = False


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an entry, as a form of the desk shows it.

    Attributes:
        kind: What is typed, as in `Field`; or several of some words.
        label: What people call it, in English.
        help: What is to be known besides; empty: the label says it.
        names: Of a table, the names that stand in it.
        parts: Name and label of each.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    names: tuple[Choice, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    required: bool = False
    most: int | None = None


def labelled(kind: str) -> tuple[FormField, ...]:
    """Return the fields of a kind of entry with their labels.

    >>> [one.label for one in labelled("review")]
    ['Dossier, by its key', 'Day by which the listing is looked at again']
    """
    return tuple(_labelled(kind, one) for one in form_of(kind))


def field_at(place: str, fields: tuple[FormField, ...]) -> str:
    """Return the name of the field at which a fault is, or that holds its place; else nothing.

    >>> field_at("answers.0.element", labelled("state-link")), field_at("on", labelled("signed"))
    ('answers', '')
    """
    name = place.replace("[", "/").replace(".", "/").partition("/")[0]
    return next((one.name for one in fields if one.name == name), "")


def _labelled(kind: str, of: Field) -> FormField:
    parts = PARTS.get(of.name, {})
    context = _own(CONTEXTS, kind, of.name, "")
    numbers = _own(_SET_OF_NUMBERS, kind, of.name, ())
    several = _own(_SEVERAL, kind, of.name, ())
    named, names = _own(_NAMES, kind, of.name, ("", ()))
    return FormField(
        name=of.name,
        kind="choice" if numbers else "several" if several else of.kind,
        label=_own(LABELS, kind, of.name, ""),
        help=_own(HELP, kind, of.name, ""),
        choices=_choices(numbers or several or of.choices, context),
        names=_choices(names, named),
        parts=tuple((part, parts.get(part, "")) for part in of.parts),
        required=of.required,
        most=of.most,
    )


def _choices(values: tuple[str, ...], context: str) -> tuple[Choice, ...]:
    meant = MEANINGS.get(context, {})
    return tuple(
        Choice(
            value=one,
            words=meant.get(one, one),
            context=_MEANT_IN.get(context, context) if one in meant else context,
            coded=context in _CODED and one in meant,
        )
        for one in values
    )


def _own(table: Mapping[Of, _T], kind: str, name: str, nothing: _T) -> _T:
    """Return what stands under a kind and a name, or else under the name."""
    return table.get((kind, name), table.get(name, nothing))
