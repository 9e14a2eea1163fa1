"""What leaves, as the partner reads it: ids, references, times and markings in their last form.

Ids of copies come first, for references are rewritten to them; then times, then markings; last the
version, which rests on all that the copy says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, final

from legation.safeguards.sharing.gate.bearers import is_person
from legation.safeguards.sharing.gate.context import Context, Outcome
from legation.safeguards.sharing.gate.copies import (
    content_digest,
    copied,
    copy_id,
    ids_of,
    pointed,
    version_of,
)
from legation.safeguards.sharing.gate.emitting import emitted, substance
from legation.safeguards.sharing.gate.identifiers import Known
from legation.safeguards.sharing.gate.labels import Markings
from legation.safeguards.sharing.gate.parts import Json
from legation.safeguards.sharing.gate.persons import partner_key
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.redaction import PUBLISHED, is_published
from legation.safeguards.sharing.gate.shelf import along, public
from legation.safeguards.sharing.gate.times import coarse, rounded, versions
from legation.stix.labels import Label
from legation.stix.objects import SPEC
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import level_named, marking_ref

# When the identity under which we are known to one partner was made: for all the same.
_SOURCE_MADE: Final = "2026-01-01T00:00:00.000Z"
_SOURCE: Final = "identity--00000000-0000-4000-8000-000000000000"


@final
class Leaving:
    """What leaves of what may leave.

    Attributes:
        values: Each object as it leaves, by our id.
        digests: Of each, `modified` aside.
        copies: Those of them that leave with an id of their own.
    """

    def __init__(
        self,
        bodies: Mapping[str, Json],
        *,
        originals: Mapping[str, Json],
        times: Mapping[str, Sequence[Timestamp]],
        labels: Mapping[str, Label],
        policy: Policy,
        markings: Markings,
        context: Context,
    ) -> None:
        """Write each object in its last form."""
        self._policy = policy
        self._markings = markings
        self._context = context
        self._times = times
        self._labels = labels
        self._originals = originals
        self._key = partner_key(context.secret, policy.partner)
        self._source = copy_id(self._key, _SOURCE)
        self._known = Known([*originals, *known_ids(context), self._source], public())
        bodies = {name: self._authored(body) for name, body in bodies.items()}
        self.copies = self._changed(bodies)
        written = f"{policy.family} {policy.redaction.times}"
        texts = {name: f"{label.text()} {written}" for name, label in labels.items()}
        self._ids = ids_of(self.copies, bodies, texts, self._known, self._key) | {
            self._source: self._source
        }
        self.values: dict[str, dict[str, Any]] = {}
        self.digests: dict[str, str] = {}
        # What states the version of another comes after it.
        for name in sorted(bodies, key=lambda one: (_states_version(bodies[one]), one)):
            self._write(name, bodies[name])

    def told(self, name: str) -> tuple[Outcome, list[str]]:
        """Return what becomes of an object, and why, beside what was done to its content."""
        left, before = self.values[name], self._originals[name]
        if name not in self.copies:
            if left == before:
                return "sent", ["it goes as it is"]
            return "sent", [f"it goes as it is, marked {self._labels[name].text()}"]
        reasons = []
        if before.get("created_by_ref") and "created_by_ref" not in left:
            reasons.append("its author is not named")
        if left.get("created_by_ref") == self._source:
            reasons.append("its author stands under a pseudonym")
        if self._policy.redaction.times != "exact":
            reasons.append(f"its times are rounded down to the {self._policy.redaction.times}")
        return "redacted", [*reasons, "it leaves as a copy, with an id for this partner"]

    def all_values(self) -> list[Json]:
        """Return all that leaves, with the published definitions that it points to."""
        found: list[Json] = list(self.values.values())
        if any(value.get("created_by_ref") == self._source for value in found):
            found.append(self._source_identity())
        return [*found, *along(found)]

    def _authored(self, body: Json) -> Json:
        """Return an object with the pseudonym of ourselves where we stated it."""
        if body["type"] == "sighting" and self._policy.redaction.sightings == "counts":
            return body
        ours = self._originals[body["id"]].get("created_by_ref") in self._context.house
        if ours and self._policy.sharing.attribution == "pseudonym":
            return {**body, "created_by_ref": self._source}
        return body

    def _changed(self, bodies: Mapping[str, Json]) -> frozenset[str]:
        same = {name: name for name in (*bodies, self._source)}
        changed = {
            name
            for name, body in bodies.items()
            if substance(body) != substance(self._originals[name])
            or self._is_finer(body)
            or pointed(body, same, self._known) != body
        }
        return copied(changed, bodies, self._known)

    def _is_finer(self, body: Json) -> bool:
        """Tell whether an object tells times finer than the policy wants them."""
        unit = self._policy.redaction.times
        if unit == "exact" or is_published(body, self._context.house):
            return False
        if coarse(body, unit) != body:
            return True
        if body["type"] in PUBLISHED or _is_organisation(body):
            # When these were written down tells of no act.
            return False
        stated = [Timestamp(body[name]) for name in ("created", "modified") if name in body]
        return any(rounded(one, unit).moment != one.moment for one in stated)

    def _write(self, name: str, body: Json) -> None:
        copy = name in self.copies
        left = dict(body)
        if copy:
            left = coarse(pointed(body, self._ids, self._known), self._policy.redaction.times)
            left["id"] = self._ids[name]
            if "created" in left:
                left["created"] = self._rounded(left["created"])
            left = self._stating_versions(left)
        left = emitted(left, self._labels[name], self._policy, self._markings, self._ids)
        self.digests[name] = content_digest(left)
        if copy and "modified" in left:
            made = self._times.get(name) or [Timestamp(left["modified"])]
            base = versions(made, self._policy.redaction.times)[-1]
            before = self._context.before.get(left["id"])
            left["modified"], self.digests[name] = version_of(left, base, before)
        self.values[name] = left

    def _rounded(self, text: str) -> str:
        instant = Timestamp(text)
        here = rounded(instant, self._policy.redaction.times)
        return text if here.moment == instant.moment else here.text

    def _stating_versions(self, value: dict[str, Any]) -> dict[str, Any]:
        """Let `object_modified` say the version that the partner gets, or nothing."""
        if not _states_version(value):
            return value
        sent = {
            left["id"]: (self._originals[name].get("modified"), left.get("modified"))
            for name, left in self.values.items()
        }
        found: dict[str, Any] = _each_version(value, sent)
        return found

    def _source_identity(self) -> Json:
        name = self._source.partition("--")[2].partition("-")[0]
        level = level_named(self._policy.sharing.tlp)
        return {
            "type": "identity",
            "spec_version": SPEC,
            "id": self._source,
            "created": _SOURCE_MADE,
            "modified": _SOURCE_MADE,
            "name": f"source-{name}",
            "object_marking_refs": [marking_ref(level, self._policy.family)],
        }


def known_ids(context: Context) -> Iterator[str]:
    """Yield the ids that the desk knows beside those of what is handed in."""
    yield from context.labels
    yield from context.house | context.roster | context.recalled
    yield from (str(value.get("id", "")) for value in context.definitions)


def _is_organisation(body: Json) -> bool:
    """Tell whether an object is an organisation."""
    return body["type"] == "identity" and not is_person(body)


def _states_version(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "object_modified" in value or any(map(_states_version, value.values()))
    return isinstance(value, list | tuple) and any(map(_states_version, value))


def _each_version(value: Any, sent: Mapping[str, tuple[Any, Any]]) -> Any:
    if isinstance(value, Mapping):
        found = {name: _each_version(part, sent) for name, part in value.items()}
        if "object_modified" in found:
            ours, theirs = sent.get(str(found.get("object_ref")), (None, None))
            if theirs is not None and ours == found["object_modified"]:
                found["object_modified"] = theirs
            else:
                del found["object_modified"]
        return found
    return (
        [_each_version(part, sent) for part in value] if isinstance(value, list | tuple) else value
    )
