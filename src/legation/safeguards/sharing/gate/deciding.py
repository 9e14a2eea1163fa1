"""The gate: what would leave for a partner, and why each object is sent, redacted or held.

One pure function. It judges the newest version of each object by its label and by those of all
that it is drawn from, cuts marked parts, takes persons out, and holds what says nothing without
something that is held, until nothing more falls. What is left leaves with its markings in the
partner's family of ids; what was changed leaves as a copy with an id of its own. The answer
depends on the set of what is handed in, never on its order.
"""

from collections.abc import Iterable, Sequence
from typing import Final, final

from legation.safeguards.sharing.gate.bearers import is_person
from legation.safeguards.sharing.gate.bodies import translated
from legation.safeguards.sharing.gate.context import BACK, Context, Outcome, Preview, Verdict
from legation.safeguards.sharing.gate.derived import effective, listed, members, needs
from legation.safeguards.sharing.gate.intake import Intake, sorted_out
from legation.safeguards.sharing.gate.labels import Markings, barred
from legation.safeguards.sharing.gate.leaving import Leaving
from legation.safeguards.sharing.gate.naming import affected, quiet, redactor
from legation.safeguards.sharing.gate.parts import (
    DEFINITIONS,
    STANDARD,
    Json,
    Path,
    lacking,
    pruned,
    references,
)
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.shelf import (
    is_forged,
    public,
    wanted_definitions,
    with_definitions,
)
from legation.stix.labels import Label, Pap, all_joined
from legation.stix.tlp import Tlp

_SHOWN: Final = 60
# What stands for the marked parts of an object, behind its id.
_PARTS: Final = " parts"


def decide(objects: Sequence[Json], policy: Policy, context: Context) -> Preview:
    """Return what would leave of some objects, and why.

    Args:
        objects: STIX objects as JSON values, in any order, with older versions or without.
        policy: The partner's.
        context: What the desk knows.

    Raises:
        UsageError: The default level is TLP:CLEAR, the secret is too short, or the policy names a
            rung that is not on the ladder.
    """
    intake = sorted_out(objects)
    silent = policy.silent(context.today)
    if silent:
        held = [_verdict(value, "held", [silent]) for value in intake.newest.values()]
        return _preview(policy, silent, [*intake.held, *held], ())
    judged = _Judging(intake, policy, context)
    verdicts, leaving = judged.outcome()
    return _preview(policy, "", [*intake.held, *verdicts], leaving)


@final
class _Judging:
    """One decision, while it is made."""

    def __init__(self, intake: Intake, policy: Policy, context: Context) -> None:
        self._intake = intake
        self._policy = policy
        self._context = context
        self._all = with_definitions(intake.newest, context.definitions)
        self._markings = Markings(
            [*context.definitions, *(v for v in intake.read if v["type"] in DEFINITIONS)],
            context.default,
        )
        self._labels = self._labelled()
        self._unnamed = affected(intake.read, policy, context)
        self._quiet = quiet(intake.read, policy)
        self._redactor = redactor(intake.read, policy, context)
        self._why: dict[str, list[str]] = {}
        self._changes: dict[str, list[str]] = {}
        self._bodies: dict[str, Json] = {}
        self._alive: dict[str, Json] = {}

    def outcome(self) -> tuple[list[Verdict], list[Json]]:
        """Decide, and return what becomes of each object, and what leaves."""
        for name, value in self._all.items():
            self._judge(name, value)
        while True:
            self._settle()
            labels = self._final_labels()
            if self._hold_barred(labels) or self._hold_quiet():
                continue
            self._keep_wanted()
            leaving = Leaving(
                self._alive,
                originals=self._all,
                times=self._intake.times,
                labels=labels,
                policy=self._policy,
                markings=self._markings,
                context=self._context,
            )
            faults = [
                (name, self._fault(name, leaving.values[name])) for name in sorted(leaving.copies)
            ]
            if not any(why for _, why in faults):
                return self._verdicts(leaving, labels), leaving.all_values()
            for name, why in faults:
                if why:
                    self._hold(name, why)

    # What each object is by itself.

    def _labelled(self) -> dict[str, Label]:
        """Return the labels of all, joined with those of what they tell of."""
        own = {name: self._own_label(value) for name, value in self._all.items()}
        theirs = dict.fromkeys(self._context.theirs, Label(tlp=Tlp.CLEAR))
        told = {**theirs, **self._context.labels, **own}
        # Of what is told of and is not at hand nobody knows the label: the strictest holds.
        needed = {one for value in self._all.values() for one in needs(value)}
        self._absent = needed - told.keys() - public().keys()
        told |= dict.fromkeys(self._absent, Label(tlp=Tlp.RED, pap=Pap.RED))
        sources = {name: (*needs(value), *members(value)) for name, value in self._all.items()}
        return effective(told, sources)

    def _own_label(self, value: Json) -> Label:
        label = self._markings.label(value)
        if self._markings.parts(value) is None:
            return label.joined(Label(tlp=Tlp.RED, pap=Pap.RED))
        return label

    def _judge(self, name: str, value: Json) -> None:
        """Hold an object, or keep what of it may be read."""
        if why := self._reasons(name, value):
            self._why[name] = why
            return
        cuts = self._marked_cuts(value, self._labels[name])
        changes = []
        if cuts:
            parts = ", ".join(sorted({str(path[0]) for path in cuts}))
            changes.append(f"marked parts above the partner's ceiling are cut: {parts}")
        if lack := lacking(pruned(value, cuts)) if cuts else "":
            self._why[name] = [f"its {lack} is marked above the partner's ceiling"]
            return
        left = pruned(value, cuts | self._untold(value))
        if left != pruned(value, cuts):
            changes.append("what is taken out of an object is taken out of its translation")
        redacted = self._redactor.redacted(left)
        lack = lacking(redacted.value)
        if redacted.held or lack:
            self._why[name] = [redacted.held or f"nothing is left of it without its {lack}"]
            return
        self._bodies[name] = redacted.value
        self._changes[name] = [*changes, *redacted.changes]

    def _reasons(self, name: str, value: Json) -> list[str]:
        """Return why an object is held, whatever it points to."""
        if why := self._id_reason(name, value) or self._type_reason(value):
            return [why]
        reasons = barred(self._labels[name], self._policy, self._context.ladder)
        if (
            reasons
            and barred(self._own_label(value), self._policy, self._context.ladder) != reasons
        ):
            reasons = [f"{reason}, by what it tells of" for reason in reasons]
        if reasons and (absent := [one for one in needs(value) if one in self._absent]):
            reasons.append(f"it tells of {absent[0]:.{_SHOWN}}, which is not at hand")
        return reasons or self._translated(value)

    def _id_reason(self, name: str, value: Json) -> str:
        """Return why an object is held for its id alone; empty: it is not."""
        unnamed = self._policy.sharing.attribution != "named"
        reasons = {
            "it is not the published definition that its id stands for":
                name in self._markings.forged or is_forged(value),
            "it is published, and goes along where it is pointed to": name in public(),
            "it tells who the partners are": name in self._context.roster,
            BACK: name in self._context.recalled,
            "our name does not stand on what this partner is sent":
                unnamed and name in self._context.house,
        }  # fmt: skip
        return next((why for why, holds in reasons.items() if holds), "")

    def _type_reason(self, value: Json) -> str:
        kind, types = value["type"], self._policy.types
        if kind in DEFINITIONS:
            return ""
        standard = kind in STANDARD
        listed_kinds = types.send if standard else types.custom
        either = {kind, "*"}
        if either & {*types.hold} or not either & {*listed_kinds}:
            return f"the policy does not send the type {kind:.{_SHOWN}}"
        return ""

    def _translated(self, value: Json) -> list[str]:
        target = self._all.get(str(value.get("object_ref", "")))
        if value["type"] != "language-content" or target is None:
            return []
        person = is_person(target) and self._policy.persons.rule != "send"
        if person or target["id"] in self._unnamed:
            return ["it translates what goes under a pseudonym"]
        return []

    def _untold(self, words: Json) -> set[Path]:
        """Return the parts of a translation that are taken out of what it translates."""
        target = self._all.get(str(words.get("object_ref", "")))
        if words["type"] != "language-content" or target is None:
            return set()
        cuts = self._marked_cuts(target, self._labels[target["id"]])
        return translated(words, target, cuts, self._policy)

    def _marked_cuts(self, value: Json, label: Label) -> set[Path]:
        """Return the marked parts that the partner may not read."""
        cuts: set[Path] = set()
        for part in self._markings.parts(value) or ():
            here = Label(tlp=part.tlp or label.tlp, pap=part.pap or label.pap).joined(label)
            if barred(here, self._policy, self._context.ladder):
                cuts |= set(part.paths)
        return cuts

    # What falls with what is held.

    def _settle(self) -> None:
        """Hold what says nothing without what is held, until nothing more falls."""
        pointing: dict[str, set[str]] = {}
        for name, body in self._bodies.items():
            for _, target in references(body):
                pointing.setdefault(target, set()).add(name)
        self._alive = {}
        waiting = sorted(self._bodies)
        while waiting:
            # All of one round are judged by what stood before it, so their order tells nothing.
            fallen: dict[str, str] = {}
            for name in waiting:
                left, why = self._without_held(self._bodies[name])
                if why:
                    fallen[name] = why
                else:
                    self._alive[name] = left
            for name, why in fallen.items():
                self._hold(name, why)
            touched = {one for name in fallen for one in pointing.get(name, ())}
            waiting = sorted(touched & self._bodies.keys())

    def _without_held(self, body: Json) -> tuple[Json, str]:
        """Return what is left of an object, or why nothing is."""
        cuts = {
            path
            for path, target in references(body)
            if target not in self._bodies
            and target not in public()
            and target not in self._context.theirs
        }
        if not cuts:
            return body, ""
        left = pruned(body, cuts)
        if lack := lacking(left):
            return left, f"it points by {lack} to what is held or absent, and is nothing without it"
        return left, ""

    def _hold(self, name: str, why: str) -> None:
        self._bodies.pop(name, None)
        self._alive.pop(name, None)
        self._why.setdefault(name, []).append(why)

    def _final_labels(self) -> dict[str, Label]:
        """Return the labels of what leaves, joined with those of all that is left in it.

        What is drawn from an object is drawn from its marked parts, too, as far as they go.
        """
        own: dict[str, Label] = {}
        sources: dict[str, tuple[str, ...]] = {}
        for name, body in self._alive.items():
            parts = self._markings.parts(body) or ()
            own[name] = self._labels[name].joined(self._markings.unplaced(body))
            own[name + _PARTS] = all_joined(Label(tlp=part.tlp or Tlp.CLEAR) for part in parts)
            drawn = (*needs(body), *members(body), *listed(body))
            sources[name] = (*drawn, *(one + _PARTS for one in drawn))
        found = effective(own, sources)
        return {name: found[name] for name in self._alive}

    def _hold_barred(self, labels: dict[str, Label]) -> bool:
        found = False
        for name, label in labels.items():
            if reasons := barred(label, self._policy, self._context.ladder):
                self._hold(name, f"{reasons[0]}, by what it lists")
                found = True
        return found

    def _hold_quiet(self) -> bool:
        """Hold who is met by what is not told alone: by who saw something, or may read it."""
        met = {target for body in self._alive.values() for _, target in references(body)}
        found = sorted(self._quiet & self._alive.keys() - met)
        for name in found:
            self._hold(name, "it tells who saw something, or who else is told of it")
        return bool(found)

    def _keep_wanted(self) -> None:
        wanted = wanted_definitions(self._alive, self._markings.statements)
        for name in [*self._alive]:
            if self._alive[name]["type"] in DEFINITIONS and name not in wanted:
                del self._alive[name]
                self._why.setdefault(name, []).append("nothing that leaves points to it")

    def _fault(self, name: str, value: Json) -> str:
        """Return why a copy does not go after all; empty: it goes."""
        if self._redactor.tells_in(value):
            return "it holds a personal string that cannot be taken out"
        body = self._bodies[name]
        if body["type"] == "indicator" and value.get("pattern") != body.get("pattern"):
            return "its pattern names an object that does not leave"
        return ""

    # What is told of it.

    def _verdicts(self, leaving: Leaving, labels: dict[str, Label]) -> list[Verdict]:
        along = {value["id"] for value in leaving.all_values()} & public().keys()
        found = []
        for name, value in self._all.items():
            if name in leaving.values:
                found.append(self._gone(name, leaving, labels[name]))
            elif name in along and name not in self._markings.forged:
                found.append(_verdict(value, "sent", ["it is published, and pointed to"]))
            elif name in self._intake.newest:
                found.append(_verdict(value, "held", self._why.get(name, []), self._text(name)))
        return found

    def _gone(self, name: str, leaving: Leaving, label: Label) -> Verdict:
        outcome, more = leaving.told(name)
        left = leaving.values[name]
        return Verdict(
            object_id=name,
            modified=str(self._all[name].get("modified", "")),
            outcome=outcome,
            reasons=(*self._changes.get(name, []), *more),
            label=label.text(self._context.ladder),
            sent_id=left["id"],
            sent_modified=str(left.get("modified", "")),
            sha256=leaving.digests[name],
        )

    def _text(self, name: str) -> str:
        return self._labels[name].text(self._context.ladder)


def _verdict(value: Json, outcome: Outcome, reasons: Sequence[str], label: str = "") -> Verdict:
    return Verdict(
        object_id=value["id"],
        modified=str(value.get("modified", "")),
        outcome=outcome,
        reasons=tuple(reasons),
        label=label,
    )


def _preview(
    policy: Policy, silent: str, verdicts: Iterable[Verdict], leaving: Iterable[Json]
) -> Preview:
    ordered = sorted(verdicts, key=lambda one: (one.object_id, one.modified, one.reasons))
    return Preview(
        partner=policy.partner,
        silent=silent,
        verdicts=tuple(ordered),
        leaving=tuple(sorted(leaving, key=lambda value: str(value["id"]))),
    )
