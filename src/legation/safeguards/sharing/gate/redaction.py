"""What of one object may be read by the partner: persons, bodies, texts.

Of an object that is a person only what is listed here goes, with a pseudonym in place of the
name: what is not listed may name them. In all other objects every text, at any depth and in keys
too, is searched for persons. An indicator whose pattern names a person is held: with a pseudonym
in it, it would match nothing, or somebody else, and the partner would take it for a rule. So is
translation of a person's own words, and whatever has nothing left.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, final

import msgspec

from legation.safeguards.sharing.gate.bearers import handle_of, is_person
from legation.safeguards.sharing.gate.bodies import taken_out
from legation.safeguards.sharing.gate.own import discreet
from legation.safeguards.sharing.gate.parts import (
    DEFINITIONS,
    ID,
    STANDARD,
    Json,
    Path,
    is_reference,
    pruned,
    told_apart,
)
from legation.safeguards.sharing.gate.persons import Persons
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.times import is_time
from legation.stix.extensions import carry, extension_id

# Of these nothing is left without the number.
_BARE: Final = frozenset({"phone-number", "credential", "bank-account", "payment-card"})
# Where somebody else has published these, only strings that the desk knows are replaced, so that
# a technique keeps the id under which all know it.
PUBLISHED: Final = DEFINITIONS | {
    "attack-pattern", "course-of-action", "location", "tool", "vulnerability", "x-mitre-matrix",
    "x-mitre-tactic", "x-mitre-data-source", "x-mitre-data-component", "x-mitre-collection",
}  # fmt: skip

_SAME: Final = frozenset({
    "type", "spec_version", "id", "created", "modified", "created_by_ref", "revoked",
    "confidence", "lang", "object_marking_refs", "granular_markings", "defanged",
})  # fmt: skip
# What goes of a person, beside the pseudonym.
_KEPT: Final[Mapping[str, frozenset[str]]] = {
    "identity": frozenset({"identity_class", "sectors"}),
    "threat-actor": frozenset({
        "threat_actor_types", "sophistication", "resource_level", "primary_motivation",
        "secondary_motivations", "first_seen", "last_seen", "goals",
    }),
    "user-account": frozenset({
        "account_type", "is_service_account", "is_privileged", "can_escalate_privs", "is_disabled",
        "account_created", "account_expires", "account_first_login", "account_last_login",
    }),
    "email-addr": frozenset({"belongs_to_ref"}),
    "persona": frozenset({"persona_type"}),
    "email-message": frozenset({
        "is_multipart", "date", "content_type", "from_ref", "sender_ref", "to_refs", "cc_refs",
        "bcc_refs", "subject", "body", "body_multipart",
    }),
}  # fmt: skip
_OBJECT: Final = frozenset({
    "type", "id", "spec_version", "created", "modified", "object_marking_refs",
})  # fmt: skip
_HELD_BACK: Final = "it holds personal data, which the policy holds back"


class Redacted(msgspec.Struct, frozen=True, kw_only=True):
    """An object as the partner may read it.

    Attributes:
        value: What is left of it.
        changes: What was done, one short sentence each.
        held: Why it does not go at all; empty: it goes.
    """

    value: Mapping[str, Any]
    changes: tuple[str, ...] = ()
    held: str = ""


@final
class Redactor:
    """Applies one policy to one object after another.

    Args:
        policy: The partner's.
        persons: How persons are called for this partner.
        parties: The same for ourselves and affected parties, as far as they are not named.
        witnesses: The same for who saw something, in sightings that do not say who did.
        unnamed: Ids of identities of affected parties that go without their names.
        house: Ids of the identities that are ourselves.
        key: The partner's.
    """

    __slots__ = (
        "_house", "_key", "_parties", "_persons", "_policy", "_unnamed", "_witnesses",
    )  # fmt: skip

    def __init__(
        self,
        policy: Policy,
        persons: Persons,
        parties: Persons,
        *,
        witnesses: Persons,
        unnamed: Collection[str],
        house: Collection[str],
        key: bytes,
    ) -> None:
        """Keep what holds for all objects."""
        self._key = key
        self._policy = policy
        self._persons = persons
        self._parties = parties
        self._unnamed = unnamed
        self._witnesses = witnesses
        self._house = house

    def redacted(self, value: Json) -> Redacted:
        """Return what may be read of an object."""
        rule = self._policy.persons.rule
        person = is_person(value) and rule != "send"
        stripped = value["type"] == "note" and self._policy.redaction.strip_notes
        if stripped and not isinstance(value.get("abstract"), str):
            return _held(value, "the policy strips notes, and this one has no abstract")
        if person and rule == "hold":
            return _held(value, _HELD_BACK)
        if person and value["type"] in _BARE:
            return _held(value, "it is personal data, and nothing is left of it without that")
        bare, changes = self._stripped(value)
        bare, own = discreet(bare, self._policy, self._key)
        changes += own
        if person or value["id"] in self._unnamed:
            return self._called(bare, changes, "person" if person else "party")
        return self._masked(value, bare, changes)

    def tells(self, text: str) -> bool:
        """Tell whether a text holds what the partner may not read."""
        return self._parties.tells(text) or self._persons.tells(text)

    def tells_in(self, value: Json) -> bool:
        """Tell whether anything in an object does, its ids and times aside."""
        return _any_text(value, self.tells)

    def _masked(self, value: Json, bare: Json, changes: list[str]) -> Redacted:
        """Return an object that is no person with persons in its texts replaced."""
        left, unnamed, personal = self._texts(bare)
        if unnamed:
            changes.append("names of parties and own pseudonyms are replaced")
        if personal:
            changes.append("names of persons are replaced by pseudonyms")
            if self._policy.persons.rule == "hold":
                return _held(value, _HELD_BACK)
        if value["type"] == "indicator" and left.get("pattern") != value.get("pattern"):
            return _held(value, "its pattern names somebody, and matches nothing without the name")
        return Redacted(value=left, changes=tuple(changes))

    def _texts(self, value: Json) -> tuple[dict[str, Any], bool, bool]:
        """Return an object with its texts cleaned; whether of parties, and whether of persons."""
        # Where persons go by name, the strings that are known are those of parties alone.
        known_only = is_published(value, self._house) or self._policy.persons.rule == "send"
        saw = _is_of_sighting(value)
        done: set[str] = set()

        def clean(text: str) -> str:
            unnamed = self._parties.own_pseudonyms(text)
            unnamed = self._parties.clean(unnamed, known_only=True)
            unnamed = self._witnesses.clean(unnamed, known_only=True) if saw else unnamed
            left = self._persons.clean(unnamed, known_only=known_only)
            if left is not text:
                done.update(["parties"] if unnamed != text else [])
                done.update(["persons"] if left != unnamed else [])
            return left

        def tells(text: str) -> bool:
            if not self.tells(text):
                return False
            done.add("persons")
            return True

        return _each(value, clean, tells), "parties" in done, "persons" in done

    def _stripped(self, value: Json) -> tuple[dict[str, Any], list[str]]:
        """Take out bodies and the like, as far as the policy asks."""
        cuts = taken_out(value, self._policy)
        bare = pruned(value, cuts)
        there = sorted((cut for cut in cuts if _there(value, cut)), key=str)
        names = [next(step for step in reversed(cut) if isinstance(step, str)) for cut in there]
        changes = [f"{name:.60} is taken out" for name in dict.fromkeys(names)]
        abstract = value.get("abstract")
        strips = value["type"] == "note" and self._policy.redaction.strip_notes
        if strips and value.get("content") != abstract:
            bare["content"] = abstract
            changes.append("of the note the abstract alone goes")
        return bare, changes

    def _called(self, value: Json, changes: list[str], kind: str) -> Redacted:
        """Return what goes of a person or a party, under a pseudonym."""
        known = value["type"]
        kept = {
            name: part
            for name, part in value.items()
            if name in _SAME or name in _KEPT.get(known, ())
        }
        cleaned, _, _ = self._texts(kept)
        label = extension_id("label")
        given = _mapping(value.get("extensions"))
        extensions = {label: given[label]} if label in given else {}
        called = self._persons if kind == "person" else self._parties
        name = value.get("name") or value.get("persona_name") or value["id"]
        match known:
            case "identity" | "threat-actor":
                cleaned["name"] = called.alias(str(name), kind)
            case "persona":
                cleaned["persona_name"] = called.alias(str(name), kind)
            case "email-addr":
                # RFC 2606 keeps this domain free for ever, so no mail reaches anybody.
                cleaned["value"] = f"{called.account(str(value.get('value', '')))}@person.invalid"
            case "user-account":
                cleaned["user_id"] = called.account(*handle_of(value))
                extensions |= carry("pseudonym", {"method": "keyed-hash"})
        told = "its name is replaced by a pseudonym" if known != "email-message" else ""
        changes += [told] if told else []
        left = cleaned | ({"extensions": extensions} if extensions else {})
        return Redacted(value=left, changes=tuple(changes))


def is_published(value: Json, house: Collection[str]) -> bool:
    """Tell whether somebody else has published an object, who answers for its words."""
    author = value.get("created_by_ref", "")
    stated = bool(author) or value["type"] in DEFINITIONS
    return value["type"] in PUBLISHED and stated and author not in house


def _held(value: Json, why: str) -> Redacted:
    return Redacted(value=value, held=why)


def _is_of_sighting(value: Json) -> bool:
    """Tell whether an object is a sighting, or tells of one."""
    told = [value.get("id"), value.get("object_ref"), *_refs(value.get("object_refs"))]
    return any(isinstance(one, str) and one.startswith("sighting--") for one in told)


def _refs(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _there(value: Any, path: Path) -> bool:
    for step in path:
        if isinstance(value, Mapping):
            found = step in value
        else:
            found = isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)
        if not found:
            return False
        value = value[step]
    return True


def _each(value: Json, clean: Callable[[str], str], tells: Callable[[str], bool]) -> dict[str, Any]:
    """Return an object with every text and every key changed, what makes it an object aside."""
    rest = {name: part for name, part in value.items() if name not in _OBJECT}
    found = _fields(rest, (), clean, tells)
    return {name: part for name, part in value.items() if name in _OBJECT} | found


def _changed(
    part: Any, path: Path, clean: Callable[[str], str], tells: Callable[[str], bool]
) -> Any:
    if isinstance(part, str):
        if (is_reference(path) or path[-1] == "marking_ref") and ID.fullmatch(part):
            return part
        return clean(part)
    if isinstance(part, Mapping):
        return _fields(part, path, clean, tells)
    if isinstance(part, list | tuple):
        rows = [_changed(below, path, clean, tells) for below in part]
        # In a list the others keep their places.
        return [0 if row is None else row for row in rows]
    # A telephone number may stand as a number.
    return None if _number_tells(part, tells) else part


def _fields(
    part: Json, path: Path, clean: Callable[[str], str], tells: Callable[[str], bool]
) -> dict[str, Any]:
    names = told_apart({name: clean(name) for name in part})
    fields = {
        names[name]: _changed(below, (*path, name), clean, tells) for name, below in part.items()
    }
    return {name: below for name, below in fields.items() if below is not None}


def _any_text(value: Json, tells: Callable[[str], bool]) -> bool:
    """Tell whether a text, key or number of an object, ids and standard types aside, tells."""
    waiting: list[Any] = [part for name, part in value.items() if name != "type"]
    waiting += [] if value["type"] in STANDARD else [value["type"]]
    waiting += [name for name in value if name != "type"]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            if not ID.fullmatch(part) and not is_time(part) and tells(part):
                return True
        elif isinstance(part, Mapping):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple):
            waiting += part
        elif _number_tells(part, tells):
            return True
    return False


def _number_tells(part: Any, tells: Callable[[str], bool]) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool) and tells(str(part))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
