"""What the rows of some packs answer about a state and an agreement, pack by pack.

Each pack that states something is a voice. Where the voices that decide are of one mind, that is
the answer; where one says yes and another no, the answer is that they contradict each other, and
no order of titles chooses between them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, Literal, TypeVar, final

import msgspec

from legation.knowledge.facts import Agreement, Fact, Law, Party, Trial
from legation.knowledge.holding import earliest, latest
from legation.knowledge.pack_file import Pack

Question = Literal["signed", "ratified", "implemented", "tried"]
Said = Literal["yes", "no", "not known", "suspended", "contradicted"]
QUESTIONS: Final[tuple[Question, ...]] = ("signed", "ratified", "implemented", "tried")
_Row = TypeVar("_Row", bound=Fact)
Stated = tuple[Fact, Pack]
Voice = tuple[str, Said, tuple[Stated, ...]]
_JOINED: Final = ("treaty", "bilateral", "cbm", "forum", "declaration", "coalition")
_CARRIED_OUT: Final = (*_JOINED, "norms")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, with the rows that it rests on.

    Attributes:
        agreement: As the first pack states it.
        variants: As each pack states it.
        status: Whether and since when it is suspended or has ended for the state.
        evidence: Rows that decide.
        voices: What each pack says, with its rows.
    """

    agreement: Agreement
    variants: tuple[Stated, ...]
    question: Question
    said: Said
    status: str
    evidence: tuple[Stated, ...]
    voices: tuple[Voice, ...]


@final
class Known:
    """Rows of all packs that answer something, by what they are about."""

    def __init__(
        self, rows: Iterable[Stated], refuted: Callable[[Fact, Pack], bool] = lambda *_: False
    ) -> None:
        """Sort the rows; of those that were found not to hold none decides an answer."""
        self._refuted = refuted
        self._variants: dict[str, list[tuple[Agreement, Pack]]] = {}
        self._parties: dict[tuple[str, str], list[tuple[Party, Pack]]] = {}
        self._laws: dict[tuple[str, str], list[tuple[Law, Pack]]] = {}
        self._trials: dict[tuple[str, str], list[tuple[Trial, Pack]]] = {}
        self._listing: set[tuple[str, str]] = set()
        for row, pack in rows:
            if isinstance(row, Agreement):
                self._variants.setdefault(row.key, []).append((row, pack))
            elif isinstance(row, Party):
                self._parties.setdefault((row.agreement, row.state), []).append((row, pack))
                self._listing.add((row.agreement, pack.title))
            elif isinstance(row, Law):
                for key in row.implements:
                    self._laws.setdefault((key, row.state), []).append((row, pack))
            elif isinstance(row, Trial):
                self._trials.setdefault((row.agreement, row.state), []).append((row, pack))

    def answers(self, state: str, on: date) -> list[Answer]:
        """Return all answers about a state, by agreement and question."""
        return [
            self._answer(key, state, question, on)
            for key in sorted(self._variants)
            for question in self._asked(key, state)
        ]

    def _asked(self, key: str, state: str) -> list[Question]:
        """Return what any pack makes to be asked: of others' bilateral agreements, nothing."""
        rows = self._parties.get((key, state))
        asked: set[Question] = set()
        for agreement, _ in self._variants[key]:
            if agreement.kind not in _CARRIED_OUT or (agreement.kind == "bilateral" and not rows):
                continue
            joined = agreement.kind in _JOINED
            asked |= {"implemented"}
            asked |= {"signed"} if joined else set()
            asked |= {"ratified"} if joined and agreement.weight == "binding" else set()
            asked |= {"tried"} if agreement.contact else set()
        return [question for question in QUESTIONS if question in asked]

    def _answer(self, key: str, state: str, question: Question, on: date) -> Answer:
        variants = self._variants[key]
        parties = self._parties.get((key, state), [])
        voices: list[Voice]
        if question == "signed":
            voices = self._voices(key, parties, lambda rows: _signed(rows, on))
        elif question == "ratified":
            voices = self._voices(key, parties, lambda rows: _ratified(rows, on))
        elif question == "implemented":
            laws = [one for one in self._laws.get((key, state), ()) if one[0].year <= on.year]
            voices = self._by_pack(laws, lambda _: "yes")
        else:
            voices = self._tried(self._trials.get((key, state), ()), on)
        said = _together(voices)
        status, suspends = _status(variants, parties, on)
        evidence = tuple(row for _, _, rows in voices for row in rows)
        if suspends and (question == "implemented" or said in ("yes", "not known")):
            if question != "signed" and not (question == "tried" and said == "yes"):
                said, evidence = "suspended", (*suspends, *evidence)
        elif status and question == "signed" and not evidence:
            evidence = suspends
        if not evidence:
            evidence = tuple(variants)
        return Answer(
            agreement=variants[0][0],
            variants=tuple(variants),
            question=question,
            said=said,
            status=status,
            evidence=tuple({(id(row), id(pack)): (row, pack) for row, pack in evidence}.values()),
            voices=tuple(voices),
        )

    def _voices(
        self,
        key: str,
        parties: Sequence[tuple[Party, Pack]],
        judge: Callable[[Sequence[Party]], Said],
    ) -> list[Voice]:
        """Return what each pack says: by its rows, or by a list that it says is whole."""
        voices = self._by_pack(parties, judge)
        spoken = {title for title, _, _ in voices}
        whole = [one for one in self._variants[key] if one[0].parties == "complete"]
        # A list is whole only when nobody who states it says otherwise, over a signature: what
        # nobody signed takes nothing away. Beside rows of others, only one that is there counts.
        doubted = any(
            agreement.parties != "complete" and not pack.unsigned
            for agreement, pack in self._variants[key]
        )
        for agreement, pack in whole:
            listed = (key, pack.title) in self._listing
            if pack.title not in spoken and (listed if spoken else not doubted):
                voices.append((pack.title, "no", ((agreement, pack),)))
        return voices

    def _by_pack(
        self, rows: Iterable[tuple[_Row, Pack]], judge: Callable[[Sequence[_Row]], Said]
    ) -> list[Voice]:
        by_pack: dict[str, list[tuple[_Row, Pack]]] = {}
        for row, pack in rows:
            by_pack.setdefault(pack.title, []).append((row, pack))
        voices: list[Voice] = []
        for title, several in by_pack.items():
            holding = [row for row, pack in several if not self._refuted(row, pack)]
            voices.append((title, judge(holding) if holding else "not known", tuple(several)))
        return voices

    def _tried(self, trials: Iterable[tuple[Trial, Pack]], on: date) -> list[Voice]:
        """Return what each pack says of the newest trial of all."""
        past = [one for one in trials if _by(one[0].on, on) == "yes"]
        last = max((latest(row.on) for row, _ in past), default="")
        newest = [one for one in past if latest(one[0].on) == last]

        def judge(rows: Sequence[Trial]) -> Said:
            outcomes = {row.outcome for row in rows}
            return "not known" if len(outcomes) > 1 else "yes" if outcomes == {"held"} else "no"

        return self._by_pack(newest, judge)


def _together(voices: Sequence[Voice]) -> Said:
    """Return what the voices that decide say: one of them alone, or that they disagree."""
    decided = {said for _, said, _ in voices if said != "not known"}
    if len(decided) > 1:
        return "contradicted"
    return decided.pop() if decided else "not known"


def _status(
    variants: Sequence[tuple[Agreement, Pack]], parties: Sequence[tuple[Party, Pack]], on: date
) -> tuple[str, tuple[Stated, ...]]:
    """Return since when an agreement is suspended or over for a state, and who says so."""
    told: dict[str, None] = {}
    suspends: list[Stated] = []
    # Who left and came back stands as in the last stretch of time.
    standing = [one for one in parties if not _over(one[0], on)] or list(parties)
    stated: list[tuple[Party | Agreement, Pack]] = [*standing, *variants]
    for row, pack in stated:
        ended = row.withdrawn if isinstance(row, Party) else row.ended
        if ended and _by(ended, on) == "yes":
            told[f"ended on {ended}" if len(ended) > len("2001-01") else f"ended in {ended}"] = None
        elif row.suspended and _by(row.suspended, on) == "yes":
            told[f"suspended since {row.suspended}"] = None
            suspends.append((row, pack))
        elif row.suspended and _by(row.suspended, on) == "not known":
            told[f"suspended in {row.suspended}, the day is not known"] = None
    return ", ".join(told), tuple(suspends)


def _over(row: Party, on: date) -> bool:
    return bool(row.withdrawn) and _by(row.withdrawn, on) == "yes"


def _signed(rows: Sequence[Party], on: date) -> Said:
    answers = {_joined(row, on) for row in rows}
    return answers.pop() if len(answers) == 1 else "not known"


def _ratified(rows: Sequence[Party], on: date) -> Said:
    answers = {_bound(row, on) for row in rows}
    # Of several stretches of time, the one that holds on the day counts.
    if "yes" in answers and all(row.withdrawn for row in rows if _bound(row, on) == "no"):
        return "yes"
    return answers.pop() if len(answers) == 1 else "not known"


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
