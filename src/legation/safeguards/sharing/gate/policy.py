"""A partner's policy: one readable file that says what this partner may be sent.

Its parts are those of FIRST's Information Exchange Policy 2.0: handling, action, sharing,
licensing; beside them stand the kinds of objects that go and what becomes of persons in them.
Each key has a default, and each default is the narrowest: an empty file sends nothing. A key that
is not known is an error, for a misspelt rule would be a rule that does not hold. A rule that is
not written is never inferred from who the partner is.
"""

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, get_args

import msgspec

from legation.errors import BadInputError, LegationError
from legation.knowledge.toml_file import read_toml
from legation.rights.purposes import purpose_to
from legation.safeguards.sharing.gate.parts import STANDARD
from legation.stix.tlp import Family

LONGEST: Final = 100_000
Profile = Literal["plain", "opencti", "misp"]
Times = Literal["exact", "second", "hour", "day"]
Duty = Literal["must", "may"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Kind = Annotated[str, msgspec.Meta(pattern=r"^(\*|[a-z][a-z0-9-]{1,248}[a-z0-9])$")]

_HINT: Final = "compare with docs/reference/share-policy.md"
_ALL: Final = "*"
_FAMILY_OF: Final[Mapping[Profile, Family]] = {
    "plain": "oasis",
    "opencti": "opencti",
    "misp": "tlp1",
}


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Handling(_Part, frozen=True, kw_only=True):
    """How the partner keeps what it gets: what was agreed, told to people and not enforced here.

    Attributes:
        encrypt_in_transit: Whether it may travel over an encrypted channel only.
        encrypt_at_rest: Whether the partner must keep it encrypted.
    """

    encrypt_in_transit: Duty = "must"
    encrypt_at_rest: Duty = "must"


class Action(_Part, frozen=True, kw_only=True):
    """What the partner may do with what it gets.

    Attributes:
        pap: Highest PAP level of what is sent.
    """

    pap: Literal["clear", "green", "amber", "red"] = "clear"


class Sharing(_Part, frozen=True, kw_only=True):
    """Who may be told.

    Attributes:
        tlp: Highest TLP level of what is sent.
        level: Rung of the national ladder that the partner holds, with all beneath; empty: none.
        compartments: Compartments that it holds.
        parties: Codes under which `releasable_to` means this partner, beside its own.
        attribution: Whether our name may stand on what is sent: `named`, `pseudonym` (one name
            for us that only this partner is given), or `anonymous`.
        affected: Whether affected parties are named (`name`) or stand under a pseudonym.
        profile: For which kind of program it is written.
        tlp_family: In which ids TLP is said; empty: those of the profile.
    """

    tlp: Literal["clear", "green", "amber", "amber+strict", "red"] = "clear"
    level: str = ""
    compartments: tuple[Name, ...] = ()
    parties: tuple[Name, ...] = ()
    attribution: Literal["named", "pseudonym", "anonymous"] = "anonymous"
    affected: Literal["name", "obfuscate"] = "obfuscate"
    profile: Profile = "plain"
    tlp_family: Literal["", "oasis", "opencti", "tlp1"] = ""


class Types(_Part, frozen=True, kw_only=True):
    """Which kinds of objects go.

    Attributes:
        send: Types that go; `*` stands for all of STIX 2.1.
        custom: Types beyond STIX 2.1 that go; `*` stands for all.
        hold: Types that do not go, whatever the two lists say.
    """

    send: tuple[Kind, ...] = ()
    custom: tuple[Kind, ...] = ()
    hold: tuple[Kind, ...] = ()


class Persons(_Part, frozen=True, kw_only=True):
    """What becomes of personal data.

    Attributes:
        rule: `redact`: persons stand under pseudonyms of this partner; `hold`: what has
            personal data stays; `send`: it goes as it is, for a stated purpose.
        purpose: For `send`, a purpose to open personal data (`rights.purposes`).
    """

    rule: Literal["redact", "hold", "send"] = "hold"
    purpose: str = ""


class Redaction(_Part, frozen=True, kw_only=True):
    """What else is taken out.

    Attributes:
        times: To what times are rounded down.
        strip_bodies: Whether bodies of mail, payloads, command lines and the like are taken out.
        strip_notes: Whether of notes the abstract alone goes.
        sightings: `counts`: how often and when; `full`: by whom and by which data, too.
    """

    times: Times = "day"
    strip_bodies: bool = True
    strip_notes: bool = True
    sightings: Literal["counts", "full"] = "counts"


class Licensing(_Part, frozen=True, kw_only=True):
    """Under which terms; told to people and not enforced here.

    Attributes:
        reference: Where the terms stand.
        unmodified_resale: Whether the partner may sell it on as it is.
    """

    reference: str = ""
    unmodified_resale: Literal["may", "must not"] = "must not"


class Policy(_Part, frozen=True, kw_only=True):
    """What one partner may be sent.

    Attributes:
        partner: Code of the partner's party.
        since: First day on which something is sent; none: from the start.
        until: Last day; none: nothing is sent, for a rule without an end is forgotten.
    """

    partner: Annotated[str, msgspec.Meta(max_length=60)] = ""
    since: date | None = None
    until: date | None = None
    handling: Handling = Handling()
    action: Action = Action()
    sharing: Sharing = Sharing()
    types: Types = Types()
    persons: Persons = Persons()
    redaction: Redaction = Redaction()
    licensing: Licensing = Licensing()

    @property
    def family(self) -> Family:
        """The ids in which TLP is said."""
        return self.sharing.tlp_family or _FAMILY_OF[self.sharing.profile]

    @property
    def parties(self) -> frozenset[str]:
        """The codes under which `releasable_to` means this partner."""
        return frozenset({self.partner, *self.sharing.parties} - {""})

    def silent(self, today: date) -> str:
        """Return why nothing at all is sent on a day; empty: the policy holds."""
        if not self.partner:
            return "the policy names no partner"
        if self.since is not None and today < self.since:
            return f"the policy begins on {self.since}"
        if self.until is None:
            return "the policy states no last day"
        return f"the policy ended on {self.until}" if today > self.until else ""


def read_policy(text: bytes, place: str = "policy") -> Policy:
    """Read a policy.

    >>> read_policy(b'partner = "QMA"').sharing.tlp
    'clear'

    Args:
        text: The file: TOML in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It cannot be read, has a key that is not known, names a type under which
            nothing stands, or sends personal data without a purpose.
    """
    value = read_toml(text, place=place, longest=LONGEST, hint=_HINT)
    _refuse_unknown(value, Policy, place)
    _refuse_times(value, place)
    _refuse_other_words(value, Policy, f"{place}: ")
    try:
        policy = msgspec.convert(value, Policy)
    except msgspec.ValidationError as bad:
        said, _, path = str(bad).replace("`", "").partition(" - at $.")
        where = f"{place}: {path}" if path else place
        raise BadInputError(said[:1].lower() + said[1:], place=where, hint=_HINT) from bad
    _refuse_misspelt_types(policy.types, place)
    _require_purpose(policy, place)
    return policy


def _refuse_unknown(value: Mapping[str, Any], shape: type[_Part], place: str) -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(shape)}
    for name, part in value.items():
        if name not in fields:
            near = get_close_matches(name[:60], fields, 1, cutoff=0.0)[0]
            raise BadInputError(
                f"no key {name!r:.60}", place=place, hint=f"did you mean {near!r}? {_HINT}"
            )
        kind = fields[name]
        if isinstance(kind, type) and issubclass(kind, _Part) and isinstance(part, Mapping):
            _refuse_unknown(part, kind, f"{place}: {name}")


def _refuse_other_words(value: Mapping[str, Any], shape: type[_Part], place: str) -> None:
    """Refuse a word where another of a few is asked for, and name these."""
    for field in msgspec.structs.fields(shape):
        part, kind = value.get(field.name), field.type
        if isinstance(kind, type) and issubclass(kind, _Part) and isinstance(part, Mapping):
            _refuse_other_words(part, kind, f"{place}{field.name}.")
        words = [word for word in get_args(kind) if isinstance(word, str)]
        if words and isinstance(part, str) and part not in words:
            raise BadInputError(
                f"{part!r:.40} is no {field.name}",
                place=f"{place}{field.name}",
                hint=f"choose from: {', '.join(word or '(empty)' for word in words)}",
            )


def _refuse_misspelt_types(types: Types, place: str) -> None:
    """Refuse types under which nothing stands: a misspelt one would send or hold nothing."""
    for kind in types.send:
        if kind != _ALL and kind not in STANDARD:
            raise _no_type(kind, f"{place}: types.send", "types beyond it stand under `custom`")
    for kind in types.custom:
        if kind in STANDARD:
            raise BadInputError(
                f"{kind!r:.60} is a type of STIX 2.1",
                place=f"{place}: types.custom",
                hint="list it under `send`",
            )
    if _ALL in types.custom:
        return
    for kind in types.hold:
        if kind != _ALL and kind not in STANDARD and kind not in types.custom:
            raise _no_type(kind, f"{place}: types.hold", "of others hold what `custom` lists")


def _no_type(kind: str, place: str, others: str) -> BadInputError:
    near = get_close_matches(kind[:60], STANDARD, 1)
    asked = f"did you mean {near[0]!r}? " if near else ""
    return BadInputError(
        f"STIX 2.1 has no type {kind!r:.60}", place=place, hint=f"{asked}{others}; {_HINT}"
    )


def _refuse_times(value: Mapping[str, Any], place: str) -> None:
    for name in ("since", "until"):
        if isinstance(value.get(name), datetime | str):
            raise BadInputError(
                "this is no day", place=f"{place}: {name}", hint="write 2026-12-31, unquoted"
            )


def _require_purpose(policy: Policy, place: str) -> None:
    if policy.persons.rule != "send":
        return
    try:
        purpose_to("open", policy.persons.purpose)
    except LegationError as bad:
        raise BadInputError(str(bad), place=f"{place}: persons purpose", hint=bad.hint) from bad
