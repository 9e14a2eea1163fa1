"""How a state stands to each agreement: what it has not signed, ratified, implemented or tried.

"No" needs a row that says so, or a list of which its source says that it is complete. Where the
list has gaps, who is absent is not known; that is another answer than no. Each answer has its
evidence and the mark that belongs beside it, and states differ in nothing but the data.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from legation.knowledge.facts import Agreement, Law, Party, Trial, earliest, latest
from legation.knowledge.marks import Shown, shown
from legation.knowledge.pack_file import Pack, names_in
from legation.knowledge.states import state_name

Question = Literal["signed", "ratified", "implemented", "tried"]
Said = Literal["yes", "no", "not known"]
QUESTIONS: Final[tuple[Question, ...]] = ("signed", "ratified", "implemented", "tried")
_JOINED: Final = ("treaty", "bilateral", "cbm", "forum", "declaration", "coalition")
_CARRIED_OUT: Final = (*_JOINED, "norms")
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
_Answer = tuple[Said, Sequence[Shown]]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One answer about one state and one agreement.

    Attributes:
        agreement: Its key.
        title: Its title.
        weight: What it is in law.
        said: The answer.
        sentence: The answer as it is shown, mark and day included.
        evidence: The facts that it rests on.
        mark: What must stand beside it.
    """

    agreement: str
    title: str
    weight: str
    question: Question
    said: Said
    sentence: str
    evidence: tuple[Shown, ...]
    mark: str


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
        """Return what is not done, and what nobody knows."""
        return tuple(one for one in self.standings if one.said != "yes")


def state_page(state: str, packs: Sequence[Pack], *, on: date, today: date) -> StatePage:
    """Return how a state stood on a day.

    Args:
        state: Its code.
        packs: What is known.
        on: The day asked about.
        today: For what is stale.
    """
    known = _Known(packs, today)
    standings = [
        _standing(known, agreement, state, question, on)
        for agreement in known.agreements
        for question in _asked(agreement, known.parties(agreement.key, state))
    ]
    return StatePage(state=state, name=known.name(state), on=on, standings=tuple(standings))


class _Known:
    """Facts of all packs, each with the pack that it stands in."""

    def __init__(self, packs: Sequence[Pack], today: date) -> None:
        self._named = names_in(row for pack in packs for row in pack.rows)
        self._today = today
        rows = [(row, pack.title) for pack in packs for row in pack.rows]
        self._pack = {id(row): title for row, title in rows}
        first: dict[str, Agreement] = {}
        for row, _ in rows:
            if isinstance(row, Agreement):
                first.setdefault(row.key, row)
        self.agreements = tuple(first[key] for key in sorted(first))
        # A list is whole only when nobody who states it says otherwise.
        self.gaps = {
            row.key for row, _ in rows if isinstance(row, Agreement) and row.parties != "complete"
        }
        self._parties = [row for row, _ in rows if isinstance(row, Party)]
        self.laws = [row for row, _ in rows if isinstance(row, Law)]
        self.trials = [row for row, _ in rows if isinstance(row, Trial)]

    def name(self, state: str) -> str:
        return state_name(state, self._named)

    def parties(self, agreement: str, state: str) -> list[Party]:
        return [one for one in self._parties if (one.agreement, one.state) == (agreement, state)]

    def shown(self, facts: Iterable[Agreement | Party | Law | Trial]) -> tuple[Shown, ...]:
        return tuple(
            shown(one, pack=self._pack[id(one)], today=self._today, named=self._named)
            for one in facts
        )


def _asked(agreement: Agreement, rows: Sequence[Party]) -> tuple[Question, ...]:
    """Return what can be asked of a state: of others' bilateral agreements, nothing."""
    if agreement.kind not in _CARRIED_OUT or (agreement.kind == "bilateral" and not rows):
        return ()
    joined = agreement.kind in _JOINED
    asked: dict[Question, bool] = {
        "signed": joined,
        "ratified": joined and agreement.weight == "binding",
        "implemented": True,
        "tried": agreement.contact,
    }
    return tuple(question for question in QUESTIONS if asked[question])


def _standing(
    known: _Known, agreement: Agreement, state: str, question: Question, on: date
) -> Standing:
    rows = known.parties(agreement.key, state)
    if question == "signed":
        said, evidence = _signed(known, agreement, rows, on)
    elif question == "ratified":
        said, evidence = _ratified(known, agreement, rows, on)
    elif question == "implemented":
        laws = [
            one
            for one in known.laws
            if one.state == state and agreement.key in one.implements and one.year <= on.year
        ]
        said, evidence = ("yes" if laws else "not known"), known.shown(laws)
    else:
        said, evidence = _tried(known, agreement, state, on)
    # A sentence names the agreement, so the mark of that fact stands beside it too.
    itself = known.shown([agreement])
    beside = [*evidence, *(one for one in itself if one.mark and one not in evidence)]
    mark = "; ".join(dict.fromkeys(one.mark for one in beside if one.mark))
    return Standing(
        agreement=agreement.key,
        title=agreement.title,
        weight=agreement.weight,
        question=question,
        said=said,
        sentence=_sentence(known.name(state), agreement, question, said, beside),
        evidence=tuple(evidence) or itself,
        mark=mark,
    )


def _signed(known: _Known, agreement: Agreement, rows: Sequence[Party], on: date) -> _Answer:
    answers = {_joined(row, on) for row in rows}
    return _judged(known, agreement, rows, answers)


def _ratified(known: _Known, agreement: Agreement, rows: Sequence[Party], on: date) -> _Answer:
    answers = {_bound(row, on) for row in rows}
    # Of several stretches of time, the one that holds on the day counts.
    if "yes" in answers and all(row.withdrawn for row in rows if _bound(row, on) == "no"):
        answers = {"yes"}
    return _judged(known, agreement, rows, answers)


def _judged(
    known: _Known, agreement: Agreement, rows: Sequence[Party], answers: set[Said]
) -> _Answer:
    if not rows:
        whole = agreement.key not in known.gaps
        return ("no" if whole else "not known"), known.shown([agreement])
    return (answers.pop() if len(answers) == 1 else "not known"), known.shown(rows)


def _joined(row: Party, on: date) -> Said:
    """Return whether a row says that the state had joined by a day, by signature or accession."""
    dones = (row.signed, row.ratified, row.in_force)
    if any(_by(done, on) == "yes" for done in dones):
        return "yes"
    if row.signed == "no" or (row.signed and _by(row.signed, on) == "no"):
        return "no"
    later = [_by(done, on) for done in dones if done[:1].isdigit()]
    return "no" if later and set(later) == {"no"} else "not known"


def _bound(row: Party, on: date) -> Said:
    if row.withdrawn and _by(row.withdrawn, on) == "yes":
        return "no"
    dones = [_by(done, on) for done in (row.ratified, row.in_force) if done]
    if "yes" in dones:
        return "not known" if row.withdrawn and _by(row.withdrawn, on) != "no" else "yes"
    if row.signed == "no" or (dones and set(dones) == {"no"}):
        return "no"
    return "not known"


def _by(done: str, on: date) -> Said:
    """Return whether something was done by a day; a year alone may leave it open."""
    if done in ("yes", "no"):
        return "yes" if done == "yes" else "no"
    if not done:
        return "not known"
    if latest(done) <= on.isoformat():
        return "yes"
    return "no" if earliest(done) > on.isoformat() else "not known"


def _tried(known: _Known, agreement: Agreement, state: str, on: date) -> _Answer:
    trials = [
        one
        for one in known.trials
        if (one.agreement, one.state) == (agreement.key, state) and _by(one.on, on) == "yes"
    ]
    if not trials:
        return "not known", known.shown([agreement])
    last = max(latest(one.on) for one in trials)
    newest = [one for one in trials if latest(one.on) == last]
    outcomes: set[Said] = {"yes" if one.outcome == "held" else "no" for one in newest}
    return (outcomes.pop() if len(outcomes) == 1 else "not known"), known.shown(newest)


def _sentence(
    name: str, agreement: Agreement, question: Question, said: Said, beside: Sequence[Shown]
) -> str:
    done, undone, asked = _VERBS[question]
    notes = "; ".join(dict.fromkeys(one.note() for one in beside))
    noted = f" [{notes}]" if notes else ""
    if said == "not known":
        why = "" if any(one.table != "agreement" for one in beside) else _why(agreement, question)
        return f"whether {name} {asked} {agreement.title} is not known{why}{noted}"
    return f"{name} {done if said == 'yes' else undone} {agreement.title}{noted}"


def _why(agreement: Agreement, question: Question) -> str:
    if question in ("implemented", "tried"):
        return f": no {'law' if question == 'implemented' else 'trial'} is on record"
    incomplete = agreement.parties == "incomplete"
    return f": {'the list is incomplete' if incomplete else 'no list is on record'}"
