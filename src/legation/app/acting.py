"""Acts on many rows of a list: all that may be done in one transaction, the rest listed.

A row that may not be changed is told with its reason, and the others are changed; whatever
else goes wrong leaves every row as it was. Each act can be undone for ten minutes by whoever
did it: undoing puts back what was, as a new entry, where nothing else has happened since, and
where they may still know the object and set its label. Somebody else's entry in between stands,
also where it says the same.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.labelling import Wanted, require_reason, wanted_label
from legation.app.scope import Scope
from legation.errors import ConflictError, DeniedError, LegationError, NotFoundError, UsageError
from legation.stix.labels import Label, widens
from legation.store.bulk import MARKS, Act, Changed, Mark, Marked

if TYPE_CHECKING:
    from legation.store.jobs import Job

UNDO_HOLDS: Final = timedelta(minutes=10)
MOST_ROWS: Final = 5_000
_UNDOABLE: Final = ("label", "mark")
_LONGEST_REASON: Final = 500
_UNDONE: Final = "undone within ten minutes by whoever set it"


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was left as it was, and why."""

    title: str
    why: str
    hint: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an act; `act` is None when no row was changed."""

    act: Act | None
    words: str
    done: int
    refused: tuple[Refused, ...]


@final
class Acting:
    """Somebody who acts on rows.

    Args:
        scope: The reader before the store.
        person_id: Who, for the trail.
    """

    def __init__(self, scope: Scope, person_id: str) -> None:
        """Do nothing yet."""
        self._scope = scope
        self._store = scope.store
        self._known = scope.objects
        self._person_id = person_id

    def relabel(
        self, rows: Mapping[str, str], wanted: Wanted, *, reason: str = "", also: str = ""
    ) -> Outcome:
        """Put another label of each object in force.

        Args:
            rows: Title of each object by its id.
            wanted: The parts of the label that are to change.
            reason: Why, where a label becomes wider.
            also: A compartment to put them into, besides those that each is in.
        """

        def one(object_id: str) -> Changed:
            self._known.get(object_id)
            before = self._store.labels.in_force([object_id])[object_id]
            asked = wanted
            if also:
                within = (*before.compartments, also)
                asked = msgspec.structs.replace(wanted, compartments=within)
            label = self._permitted(before, asked, reason)
            self._put_label(object_id, before, label, reason)
            return Changed(
                row_id=object_id,
                before=msgspec.json.encode(before),
                after=msgspec.json.encode(label),
            )

        return self._each("label", "Labels changed", rows, one)

    def mark(self, rows: Mapping[str, str], mark: str, *, reason: str = "") -> Outcome:
        """Mark each object: seen, set aside for a reason, or open again.

        Raises:
            UsageError: There is no such mark, or no reason is given to set aside.
        """
        known: Mark | None = next((one for one in MARKS if one == mark), None)
        said = " ".join(reason.split())[:_LONGEST_REASON]
        if known is None:
            raise UsageError(f"no mark {mark!r:.40}", hint=f"choose from: {', '.join(MARKS)}")
        if known == "aside" and not said:
            raise UsageError("no reason is given to set these aside", hint="say why in a sentence")
        before = self._store.bulk.marks(rows)

        def one(object_id: str) -> Changed:
            self._known.get(object_id)
            was = before.get(object_id, Marked())
            if (was.mark, was.reason) == (known, said):
                raise UsageError(f"this is {known} already", hint="choose another mark")
            self._put_mark(object_id, known, said)
            return Changed(
                row_id=object_id,
                before=msgspec.json.encode((was.mark, was.reason)),
                after=msgspec.json.encode((known, said)),
            )

        words = {"seen": "Marked as seen", "aside": "Set aside", "open": "Marked as open"}[known]
        return self._each("mark", words, rows, one)

    def cancel(self, rows: Mapping[str, str], cancel: "Callable[[str], Job]") -> Outcome:
        """Ask to end each job; this cannot be undone."""

        def one(job_id: str) -> Changed:
            job = cancel(job_id)
            state = msgspec.json.encode(job.state)
            return Changed(row_id=job_id, before=state, after=state)

        return self._each("cancel", "Asked to end", rows, one, of="jobs")

    def recent(self) -> list[Act]:
        """Return what they did in the last ten minutes and can still undo, the newest first."""
        since = self._scope.now() - UNDO_HOLDS
        return [one for one in self._store.bulk.acts(self._person_id, since=since) if undoable(one)]

    def history(self) -> list[Act]:
        """Return what they did, the newest first."""
        return self._store.bulk.acts(self._person_id, limit=1_000)

    def undo(self, act_id: str, titles: Mapping[str, str] | None = None) -> Outcome:
        """Put back what was before an act of theirs, where nothing else has happened since.

        Args:
            act_id: Which act.
            titles: Title of each object that may be known, by its id; others stand by their ids.

        Raises:
            NotFoundError: They did no such act.
            ConflictError: It cannot be undone, or not any more.
        """
        act = self._store.bulk.act(act_id)
        if act.actor != self._person_id:
            raise NotFoundError("there is no such act", hint="open the list of what you did")
        if not undoable(act):
            raise ConflictError("this was undone before, or cannot be", hint="look at the list")
        if self._scope.now() >= act.at + UNDO_HOLDS:
            raise ConflictError(
                "the ten minutes in which this can be undone are over",
                hint="change the rows by hand",
            )
        rows = {one.row_id: one for one in self._store.bulk.rows(act_id)}
        back = self._unlabelled if act.act == "label" else self._unmarked
        named = {row_id: (titles or {}).get(row_id, row_id) for row_id in rows}
        with self._store.transaction():
            outcome = self._each(
                "undo",
                f"Undone: {act.words}",
                named,
                lambda each: back(rows[each], act),
                of=act.list,
            )
            if outcome.act is not None and not self._store.bulk.note_undone(act_id):
                raise ConflictError("this was undone before", hint="look at the list")
        return outcome

    def _each(
        self,
        act: str,
        words: str,
        rows: Mapping[str, str],
        change: Callable[[str], Changed],
        *,
        of: str = "campaigns",
    ) -> Outcome:
        """Change row by row within one transaction; a row that is refused stays as it was."""
        if not rows:
            raise UsageError("no row is chosen", hint="tick some rows of the list")
        if len(rows) > MOST_ROWS:
            raise UsageError(
                f"{len(rows):,} rows are too many at once", hint=f"choose at most {MOST_ROWS:,}"
            )
        changed: list[Changed] = []
        refused: list[Refused] = []
        with self._store.transaction():
            for row_id, title in rows.items():
                try:
                    with self._store.transaction():
                        changed.append(change(row_id))
                except (ConflictError, DeniedError, NotFoundError, UsageError) as why:
                    refused.append(_refused(title, why))
            done = None
            if changed:
                done = self._store.bulk.record(act, words, changed, of=of, actor=self._person_id)
                self._scope.note(
                    self._person_id,
                    f"bulk.{act}",
                    done.act_id,
                    rows=len(changed),
                    refused=len(refused),
                )
        return Outcome(act=done, words=words, done=len(changed), refused=tuple(refused))

    def _permitted(self, before: Label, wanted: Wanted, reason: str) -> Label:
        own = self._scope.reader.clearance.compartments
        # Whether there is such a compartment would be an answer, and its row would be gone for
        # them without a way back.
        if {*(wanted.compartments or ())} - {*before.compartments} - own:
            raise DeniedError(
                "this label asks for more than you hold", hint="choose one that you meet"
            )
        there = [name for name in self._scope.compartments if name in own]
        label = wanted_label(before, wanted, ladder=self._scope.ladder, compartments=there)
        if label == before:
            raise UsageError("the label is that already", hint="say what is to change")
        wider = widens(label, before, self._scope.ladder)
        if wider:
            require_reason(reason)
        policies, reader = self._scope.policies(), self._scope.reader
        policies.require(reader, "label.widen" if wider else "label.set", [before])
        return label

    def _put_label(self, object_id: str, before: Label, label: Label, reason: str) -> None:
        ladder = self._scope.ladder
        self._store.labels.set(object_id, label, actor=self._person_id, reason=reason)
        self._scope.note(
            self._person_id,
            "label.widen" if widens(label, before, ladder) else "label.set",
            object_id,
            **{"from": before.text(ladder), "to": label.text(ladder), "reason": reason},
        )

    def _put_mark(self, object_id: str, mark: Mark, reason: str) -> None:
        marked = {object_id: Marked(mark=mark, reason=reason)}
        self._store.bulk.mark(marked, actor=self._person_id)
        self._scope.note(self._person_id, "object.mark", object_id, mark=mark)

    def _unlabelled(self, row: Changed, act: Act) -> Changed:
        self._known.get(row.row_id)
        last = self._store.labels.history(row.row_id)[-1]
        own = last.actor == act.actor and last.recorded <= act.at
        if not own or last.label != msgspec.json.decode(row.after, type=Label):
            raise ConflictError("the label has changed again since", hint="change it by hand")
        before = msgspec.json.decode(row.before, type=Label)
        self._scope.policies().require(self._scope.reader, "label.set", [last.label, before])
        self._put_label(row.row_id, last.label, before, _UNDONE)
        return Changed(row_id=row.row_id, before=row.after, after=row.before)

    def _unmarked(self, row: Changed, act: Act) -> Changed:
        self._known.get(row.row_id)
        now = self._store.bulk.marks([row.row_id]).get(row.row_id, Marked())
        own = now.actor == act.actor and now.recorded is not None and now.recorded <= act.at
        if not own or msgspec.json.encode((now.mark, now.reason)) != row.after:
            raise ConflictError("the mark has changed again since", hint="change it by hand")
        mark, reason = msgspec.json.decode(row.before, type=tuple[Mark, str])
        self._put_mark(row.row_id, mark, reason)
        return Changed(row_id=row.row_id, before=row.after, after=row.before)


def undoable(act: Act) -> bool:
    """Tell whether an act can be undone at all, and was not."""
    return act.act in _UNDOABLE and act.undone is None


def _refused(title: str, why: LegationError) -> Refused:
    return Refused(title=title, why=str(why), hint=why.hint)
