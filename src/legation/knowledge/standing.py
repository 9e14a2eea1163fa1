"""How a state stands to each agreement: what it has not signed, ratified, implemented or tried.

"No" needs a row that says so, or a list of which its source says that it is complete. Where the
list has gaps, who is absent is not known; that is another answer than no. What is suspended
does not count as carried out. Where two packs say yes and no, the answer is that they
contradict each other, with what each says. Each answer has its evidence and the mark that
belongs beside it, and states differ in nothing but the data.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from legation.knowledge.answering import QUESTIONS, Answer, Known, Question, Said
from legation.knowledge.facts import Agreement, Fact
from legation.knowledge.marks import Shown
from legation.knowledge.pack_file import Pack
from legation.knowledge.states import state_name
from legation.knowledge.telling import Told

__all__ = ["QUESTIONS", "Said", "Standing", "StateCount", "StatePage", "state_counts", "state_page"]
_VERBS: Final[Mapping[Question, tuple[str, str, str]]] = {
    "signed": ("has signed or joined", "has not signed", "has signed"),
    "ratified": ("is bound by", "is not bound by", "is bound by"),
    "implemented": ("has a law that carries out", "has no law for", "has a law that carries out"),
    "tried": (
        "answered when the contact was tried under",
        "did not answer when the contact was tried under",
        "was tried under",
    ),
}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One answer about one state and one agreement.

    Attributes:
        agreement: Its key.
        title: Its title; every one, with who says it, where packs disagree.
        weight: What it is in law.
        said: The answer.
        status: Whether and since when it is suspended or has ended for the state.
        sentence: The answer as it is shown, mark and day included.
        evidence: The facts that it rests on.
        mark: What must stand beside it.
        says: Where packs contradict each other: which says what.
    """

    agreement: str
    title: str
    weight: str
    question: Question
    said: Said
    status: str
    sentence: str
    evidence: tuple[Shown, ...]
    mark: str
    says: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Return where the facts are from that it rests on."""
        return tuple(dict.fromkeys(one.source for one in self.evidence))

    @property
    def as_of(self) -> date:
        """Return the oldest day that its facts speak for."""
        return min(one.as_of for one in self.evidence)

    @property
    def stale(self) -> bool:
        """Tell whether it rests on a fact that is stale."""
        return any(one.stale for one in self.evidence)


class StatePage(msgspec.Struct, frozen=True, kw_only=True):
    """All answers about one state.

    Attributes:
        state: Its code.
        name: Its name.
        on: The day that the answers are for.
        standings: By agreement and question.
    """

    state: str
    name: str
    on: date
    standings: tuple[Standing, ...]

    def gaps(self) -> tuple[Standing, ...]:
        """Return what is not done, what is suspended or over, and what nobody knows."""
        return tuple(one for one in self.standings if one.said != "yes" or one.status)


class StateCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers about one state are no, and how many nobody knows.

    Attributes:
        name: Its name, with its mark.
        asked: Answers in all.
        known: Those that are known; where there is none, nothing can be told.
        no: Agreements not signed, not ratified, without a law, not answered under, by question.
        unchecked: Those of the first that rest on a fact with a mark, by question.
        unknown: Those of which it is not known, by question.
        suspended: Agreements that are suspended for it.
        suspended_unchecked: Those of them that are so by a fact with a mark.
        contradicted: Answers on which packs contradict each other.
        stale: Known answers that rest on a fact which may have changed since.
        as_of: Oldest day that a fact behind a known answer speaks for.
    """

    state: str
    name: str
    asked: int
    known: int
    no: dict[str, int]
    unchecked: dict[str, int]
    unknown: dict[str, int]
    suspended: int
    suspended_unchecked: int
    contradicted: int
    stale: int
    as_of: date | None


def state_page(state: str, packs: Sequence[Pack], *, on: date, today: date) -> StatePage:
    """Return how a state stood on a day.

    Args:
        state: Its code.
        packs: What is known.
        on: The day asked about.
        today: For what is stale.
    """
    told = Told(packs, today)
    known = Known(told.rows, told.refuted)
    name = state_name(state, told.names)
    standings = [_standing(told, name, one) for one in known.answers(state, on)]
    return StatePage(state=state, name=name, on=on, standings=tuple(standings))


def state_counts(
    codes: Sequence[str], packs: Sequence[Pack], *, on: date, today: date
) -> list[StateCount]:
    """Return for each state how many answers are no, and how many nobody knows."""
    told = Told(packs, today)
    known = Known(told.rows, told.refuted)
    return [_count(told, code, known.answers(code, on)) for code in codes]


def _count(told: Told, state: str, answers: Sequence[Answer]) -> StateCount:
    no: dict[str, int] = dict.fromkeys(QUESTIONS, 0)
    unchecked: dict[str, int] = dict.fromkeys(QUESTIONS, 0)
    unknown: dict[str, int] = dict.fromkeys(QUESTIONS, 0)
    suspended: dict[str, bool] = {}
    for one in answers:
        marked = one.said != "not known" and any(
            told.shown(*fact).mark for fact in (*one.evidence, *one.variants)
        )
        no[one.question] += one.said == "no"
        unchecked[one.question] += one.said == "no" and marked
        unknown[one.question] += one.said == "not known"
        if one.status.startswith("suspended"):
            suspended[one.agreement.key] = suspended.get(one.agreement.key, False) or marked
    known = [one for one in answers if one.said != "not known"]
    days = [row.as_of for one in known for row, _ in one.evidence]
    return StateCount(
        state=state,
        name=state_name(state, told.names),
        asked=len(answers),
        known=len(known),
        no=no,
        unchecked=unchecked,
        unknown=unknown,
        suspended=len(suspended),
        suspended_unchecked=sum(suspended.values()),
        contradicted=sum(one.said == "contradicted" for one in answers),
        stale=sum(
            any(fact.stale for fact in _evidence(told, one)) for one in known if one.evidence
        ),
        as_of=min(days, default=None),
    )


def _standing(told: Told, name: str, one: Answer) -> Standing:
    itself = [told.shown(*variant) for variant in one.variants]
    evidence = _evidence(told, one)
    # A sentence names the agreement, so the mark of that fact stands beside it too.
    beside = [*evidence, *(other for other in itself if other.mark and other not in evidence)]
    title = _every(one, "title")
    says = tuple(
        f"{pack}: {said}{f' [{notes}]' if (notes := _notes(told, voices)) else ''}"
        for pack, said, voices in one.voices
    )
    return Standing(
        agreement=one.agreement.key,
        title=title,
        weight=_every(one, "weight"),
        question=one.question,
        said=one.said,
        status=one.status,
        sentence=_sentence(name, title, one, beside, says),
        evidence=tuple(evidence) or tuple(itself),
        mark="; ".join(dict.fromkeys(fact.mark for fact in beside if fact.mark)),
        says=says if one.said == "contradicted" else (),
    )


def _evidence(told: Told, one: Answer) -> list[Shown]:
    """Return the facts behind an answer; that something was done on a day grows not stale."""
    return [
        _of_an_act(told.shown(row, pack), row) if _is_an_act(one) else told.shown(row, pack)
        for row, pack in one.evidence
    ]


def _is_an_act(one: Answer) -> bool:
    """Tell whether an answer rests on what was done on a day, which stays so."""
    return (one.question, one.said, one.status) == ("signed", "yes", "")


def _of_an_act(fact: Shown, row: Fact) -> Shown:
    done = any(str(getattr(row, name, ""))[:1].isdigit() for name in ("signed", "ratified"))
    return msgspec.structs.replace(fact, stale=fact.stale and not done)


def _every(one: Answer, field: str) -> str:
    """Return what the packs say of an agreement: once, or each with who says it."""
    said: dict[str, list[str]] = {}
    for row, pack in one.variants:
        said.setdefault(str(getattr(row, field)), []).append(pack.title)
    if len(said) == 1:
        return next(iter(said))
    return " / ".join(f"{text} (as {', '.join(packs)} says)" for text, packs in said.items())


def _notes(told: Told, voices: Sequence[tuple[Fact, Pack]]) -> str:
    return "; ".join(dict.fromkeys(told.shown(*voice).note_of_its_own() for voice in voices))


def _sentence(
    name: str, title: str, one: Answer, beside: Sequence[Shown], says: Sequence[str]
) -> str:
    done, undone, asked = _VERBS[one.question]
    notes = "; ".join(dict.fromkeys(fact.note() for fact in beside))
    noted = f" [{notes}]" if notes else ""
    status = f"; {one.status}" if one.status else ""
    if one.said == "contradicted":
        notes = "; ".join(fact.note() for fact in beside if fact.table == "agreement" and fact.mark)
        noted = f" [{notes}]" if notes else ""
        return (
            f"packs contradict each other whether {name} {asked} {title}: {'; '.join(says)}{noted}"
        )
    if one.said == "suspended":
        return f"for {name}, {title} is {one.status}: it does not count as in use{noted}"
    if one.said == "not known":
        facts = any(fact.table != "agreement" for fact in beside)
        why = "" if facts else _why(one.agreement, one.question)
        return f"whether {name} {asked} {title} is not known{why}{status}{noted}"
    return f"{name} {done if one.said == 'yes' else undone} {title}{status}{noted}"


def _why(agreement: Agreement, question: Question) -> str:
    if question in ("implemented", "tried"):
        return f": no {'law' if question == 'implemented' else 'trial'} is on record"
    incomplete = agreement.parties == "incomplete"
    return f": {'the list is incomplete' if incomplete else 'no list is on record'}"
