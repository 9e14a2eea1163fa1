"""All forms that some packs state, each with the norm that it is about, its weight and its mark.

This is worked out once for the packs of a desk; judging a case by it is a matter of answers
alone. No order of packs hides a form: two that state one for the same norm are both offered.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal, final

import msgspec

from legation.knowledge.answering import Answer as Standing
from legation.knowledge.answering import Known
from legation.knowledge.binding import (
    Bound,
    Views,
    bound_by_agreement,
    bound_by_law,
    views_of,
)
from legation.knowledge.facts import (
    Agreement,
    Fact,
    Law,
    Norm,
    Offence,
    Party,
    Position,
    Rule,
    Weight,
)
from legation.knowledge.forms import Form, Question
from legation.knowledge.marks import Shown
from legation.knowledge.pack_file import Pack
from legation.knowledge.tables import table_of
from legation.knowledge.telling import Told

# The table of rules is that of this one manual.
MANUAL: Final = "tallinn-2-2017"
Ground = Literal["law", "between states"]
_BETWEEN_STATES: Final = ("agreement", "norm", "offence", "rule")
LAW_NOTE: Final = "binding under the law of that state alone"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is put to a person.

    Attributes:
        subject: Under which heading.
        place: Where among all questions.
        means: What counts.
        mark: What must stand beside it.
    """

    key: str
    subject: str
    place: int
    text: str
    means: str
    source: str
    mark: str


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A form with what it is about.

    Attributes:
        pack: Publisher and name of its pack.
        number: Of the article, norm, rule or section.
        title: Its short title.
        agreement: Where it stands; for a state's own law, that law.
        binder: What binds by it, as `TABLE:KEY`.
        weight: What it is in law.
        weight_note: Where one word for it is not enough.
        source: Where the norm and the form are from.
        as_of: The older of the days that they speak for.
        unchecked: Whether one of the facts behind it was not checked.
        mark: What must stand beside it.
        stale: Whether what it states may have changed since its day.
    """

    form: Form
    pack: str
    number: str
    title: str
    agreement: str
    binder: str
    weight: Weight
    weight_note: str
    source: str
    as_of: date
    unchecked: bool
    mark: str
    stale: bool


@final
class Norms:
    """All norms that can be asked about, with who is bound and who said what.

    Attributes:
        forms: Each form, by its key and pack.
        questions: What is asked, by key.
        grounds: Keys of what is law: of a state's own, or between states alone.
    """

    def __init__(self, packs: Sequence[Pack], *, today: date) -> None:
        """Put each form beside its norm.

        Args:
            packs: What is known.
            today: For what is stale.
        """
        self._told = Told(packs, today)
        # Of a state's standing nothing but who is bound is asked here.
        binding = [
            (row, pack)
            for row, pack in self._told.rows
            if isinstance(row, Party) or (isinstance(row, Agreement) and row.weight == "binding")
        ]
        self._known = Known(binding, self._told.refuted)
        self._facts: dict[str, list[tuple[Fact, Pack]]] = {}
        self._positions: dict[str, list[tuple[Position, Pack]]] = {}
        for row, pack in self._told.rows:
            self._facts.setdefault(f"{table_of(row)}:{row.key}", []).append((row, pack))
            if isinstance(row, Position):
                self._positions.setdefault(row.about, []).append((row, pack))
        self.questions: dict[str, Asked] = {}
        for row, pack in self._told.rows:
            if isinstance(row, Question):
                self.questions.setdefault(row.key, self._asked(row, pack))
        self.forms: tuple[Read, ...] = tuple(
            read
            for row, pack in self._told.rows
            if isinstance(row, Form) and (read := self._read(row, pack))
        )
        self.grounds: Mapping[str, Ground] = self._grounds()

    def law(self, key: str) -> Law | None:
        """Return a state's own law by its key or by that of one of its sections."""
        sections = (one.form.about for one in self.forms if one.form.key == key)
        for name in (f"law:{key}", *sections):
            row = self.fact(name)
            if isinstance(row, Law):
                return row
        return None

    def names(self) -> frozenset[str]:
        """Return all facts, each as `TABLE:KEY`."""
        return frozenset(self._facts)

    def fact(self, name: str) -> Fact | None:
        """Return a fact as the first pack that has it states it; None: no pack has it."""
        return next((row for row, _ in self._facts.get(name, ())), None)

    def mark(self, name: str) -> str:
        """Return what must stand beside a fact; empty: nothing, or no pack has it."""
        return next((self._told.shown(*one).mark for one in self._facts.get(name, ())), "")

    def standings(self, states: Sequence[str], on: date) -> list[tuple[str, list[Standing]]]:
        """Return for each state how it stood to each agreement that binds, on a day."""
        return [(state, self._known.answers(state, on)) for state in dict.fromkeys(states)]

    def binder(self, about: str) -> str:
        """Return what binds by a norm, as `TABLE:KEY`: its agreement, or the law itself."""
        for row, pack in self._facts.get(about, ())[:1]:
            if isinstance(row, Law):
                return about
            if agreement := self._agreement(row, pack):
                return f"agreement:{agreement[0].key}"
        return ""

    def bound(
        self, binder: str, standings: Sequence[tuple[str, Sequence[Standing]]], on: date
    ) -> tuple[Bound, ...]:
        """Return how states stood to what binds; empty: it binds nobody."""
        for row, pack in self._facts.get(binder, ())[:1]:
            if isinstance(row, Law):
                states = [state for state, _ in standings]
                return bound_by_law(row, self._told.shown(row, pack), states, on)
            if isinstance(row, Agreement) and row.weight == "binding":
                return bound_by_agreement(row, standings, self._told, on)
        return ()

    def views(self, about: str, states: Sequence[str], on: date) -> Views:
        """Return what states had said of a norm by a day."""
        return views_of(self._positions.get(about, ()), states, self._told, on)

    def _grounds(self) -> dict[str, Ground]:
        found: dict[str, Ground] = {}
        for name in self._facts:
            table, _, key = name.partition(":")
            if table in _BETWEEN_STATES:
                found[key] = "between states"
        for one in self.forms:
            own = one.form.about.startswith("law:")
            found[one.form.key] = "law" if own else "between states"
        found.update({name[4:]: "law" for name in self._facts if name.startswith("law:")})
        return found

    def _asked(self, row: Question, pack: Pack) -> Asked:
        return Asked(
            key=row.key,
            subject=row.subject,
            place=row.place,
            text=row.text,
            means=row.means,
            source=row.source,
            mark=self._told.shown(row, pack).mark,
        )

    def _read(self, form: Form, pack: Pack) -> Read | None:
        norm = self._nearest(form.about, pack)
        if norm is None:
            # A pack that was taken away may leave a form without its norm.
            return None
        row, theirs = norm
        agreement = self._agreement(row, theirs)
        behind = [self._told.shown(form, pack), self._told.shown(row, theirs)]
        if agreement:
            behind.append(self._told.shown(*agreement))
        weight: Weight = "binding" if isinstance(row, Law) else "expert"
        note = LAW_NOTE if isinstance(row, Law) else ""
        if agreement:
            weight, note = agreement[0].weight, agreement[0].weight_note
        if isinstance(row, Norm):
            weight = row.weight
        return Read(
            form=form,
            pack=pack.title,
            number=form.number or str(getattr(row, "number", "")),
            title=form.title or str(getattr(row, "title", "")),
            agreement=agreement[0].title if agreement else str(getattr(row, "title", "")),
            binder=self.binder(form.about),
            weight=weight,
            weight_note=note,
            source=_sources(behind),
            as_of=min(one.as_of for one in behind),
            unchecked=any(one.unchecked for one in behind),
            mark="; ".join(dict.fromkeys(one.mark for one in behind if one.mark)),
            stale=any(one.stale for one in behind),
        )

    def _agreement(self, row: Fact, pack: Pack) -> tuple[Agreement, Pack] | None:
        key = row.agreement if isinstance(row, Norm | Offence) else ""
        key = MANUAL if isinstance(row, Rule) else key
        found = self._nearest(f"agreement:{key}", pack) if key else None
        if found and isinstance(found[0], Agreement):
            return found[0], found[1]
        return None

    def _nearest(self, name: str, pack: Pack) -> tuple[Fact, Pack] | None:
        """Return a fact as its own pack states it, else as the first that does."""
        several = self._facts.get(name, ())
        own = (one for one in several if one[1] is pack)
        return next(own, several[0] if several else None)


def _sources(behind: Sequence[Shown]) -> str:
    return "; ".join(dict.fromkeys(one.source for one in behind))
