"""The register of missions, as rows: who represents a state where, over which channels.

Each row is one fact with its source and its day. Rows are what people type, import and
export; `objects` turns them into STIX. Every state is entered by the same rule, the own one
among them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError, UsageError
from legation.knowledge.states import verify_party, verify_state

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Value = Annotated[int, msgspec.Meta(ge=1, le=5)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

MissionKind = Literal[
    "ministry", "embassy", "consulate", "permanent mission", "delegation", "virtual"
]
ChannelKind = Literal["mail", "messenger", "meeting", "account", "domain", "host", "service"]
Secrecy = Literal["public", "internal", "confidential", "secret"]
Rung = Literal["none", "declared", "in force"]
ProofKind = Literal["test", "drill", "case", "breach", "attempt", "watched"]
Outcome = Literal["held", "failed", "unknown"]
Vouched = Literal["by platform", "by its state", "both", "claimed", "withdrawn", "unknown"]
Threat = Literal["T1", "T2", "T3", "T4", "T5", "T6"]
Role = Literal[
    "head of mission",
    "deputy",
    "security officer",
    "contact point",
    "press officer",
    "consul",
    "communications",
    "staff",
]
THREATS: Final[Mapping[str, str]] = {
    "T1": "disinformation",
    "T2": "intrusion",
    "T3": "sabotage and leaks",
    "T4": "impersonation and manipulation around talks",
    "T5": "espionage",
    "T6": "phishing and baiting",
}


class Mission(msgspec.Struct, frozen=True, kw_only=True):
    """A mission, or the ministry at home.

    Attributes:
        key: Names it in every other table.
        state: Whom it represents: a state (ISO 3166-1 alpha-2), or an organisation by its code.
        host: State that receives it; empty for the ministry, and for one at an organisation or
            on a platform.
        seat: City, organisation or, for a virtual one, platform.
        since: First day.
        until: Last day; empty while it stands.
        source: Where the fact is from.
        as_of: Day that the source speaks for.
    """

    key: Key
    name: Name
    state: str
    kind: MissionKind
    host: str = ""
    seat: str = ""
    since: date
    until: date | None = None
    source: Text
    as_of: date


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A way by which a mission speaks, listens or works.

    Attributes:
        mission: Key of its mission.
        address: Its name outside: address, account, domain, host or product.
        platform: Of an account or a meeting tool.
        use: What it is used for, in a sentence.
        carries: The most secret matter it is meant to carry; empty: nobody said.
        users: People who use it, where that is known.
        safeguard: Control in force on it, by its number or name.
        state: How far the safeguard goes by its owner's word alone; tests and cases are proofs.
        fallback: Place in the order of fallback channels, 1 first; empty: it is none.
    """

    key: Key
    mission: Key
    kind: ChannelKind
    name: Name
    address: str = ""
    platform: str = ""
    use: str = ""
    carries: Secrecy | None = None
    users: Annotated[int, msgspec.Meta(ge=0)] | None = None
    safeguard: str = ""
    state: Rung | None = None
    fallback: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    since: date
    until: date | None = None
    source: Text
    as_of: date


class Jewel(msgspec.Struct, frozen=True, kw_only=True):
    """A paper, a negotiation or a knowledge that matters most, valued by its owner.

    Attributes:
        value: 1 to 5, by the owner: what its loss would cost the state.
        owner: Role or office that valued it.
        channels: Keys of the channels that carry or hold it.
    """

    key: Key
    mission: Key
    name: Name
    value: Value
    owner: Name
    why: str = ""
    channels: tuple[Key, ...] = ()
    as_of: date


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A person by role.

    Attributes:
        person: The personal name: sealed where it is kept, opened for a purpose alone.
        protected: Whether look-alikes of the name are looked for.
    """

    key: Key
    mission: Key
    role: Role
    person: str = ""
    protected: bool = False
    since: date
    until: date | None = None
    source: Text
    as_of: date


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a mission goes on when its channels do not.

    Attributes:
        decides: Role that decides on the change.
        fallbacks: Keys of channels, in order.
        drilled: Day of the last drill; empty: none is known.
        outcome: What the drill showed.
    """

    key: Key
    mission: Key
    decides: Role
    fallbacks: tuple[Key, ...]
    drilled: date | None = None
    outcome: Outcome = "unknown"
    source: Text
    as_of: date


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a channel: a test, a drill, a real case, a breach, an attempt.

    `watched` says that somebody looked for the threats from `on` to `known`: without it, nothing
    seen is not nothing there.

    Attributes:
        channel: Key of the channel; empty where the mission as a whole was met.
        threats: Which threats it speaks of.
        on: The day it happened.
        known: The day it became known.
        outcome: Whether the safeguard held.
        consequence: What it meant for the interests of the state.
        by: Who says so.
    """

    key: Key
    mission: Key
    channel: str = ""
    kind: ProofKind
    threats: tuple[Threat, ...]
    on: date
    known: date
    outcome: Outcome = "unknown"
    consequence: str = ""
    by: Name
    source: Text


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """An official account or domain, of any state by the same rule.

    Attributes:
        kind: account or domain.
        state: A state (ISO 3166-1 alpha-2), or an organisation by its code.
        name: The handle without `@`, or the domain.
        platform: Where the account is; empty for a domain.
        office: Whose it is: president, foreign ministry, embassy in ….
        mission: Key of a mission of the register, when it is one's.
        language: Of its posts (BCP 47), such as fr.
        verified: How its platform or its state vouches for it.
        rule: Why it counts as official.
        alike: Keys of official ones that it looks like and is not: both are official.
    """

    key: Key
    state: str
    kind: Literal["account", "domain"]
    name: Name
    platform: str = ""
    office: Name
    mission: str = ""
    language: str = ""
    verified: Vouched = "unknown"
    rule: Text
    alike: tuple[Key, ...] = ()
    since: date
    until: date | None = None
    source: Text
    as_of: date


REGISTERS: Final[dict[str, type[msgspec.Struct]]] = {
    "missions": Mission,
    "channels": Channel,
    "jewels": Jewel,
    "holders": Holder,
    "plans": Plan,
    "proofs": Proof,
    "voices": Voice,
}


def verify_row(row: msgspec.Struct) -> None:
    """Require what the types alone cannot say.

    Raises:
        RecordError: A country is not known, its days are out of order, or its parts do not fit
            together; the place is the column at fault.
    """
    if isinstance(row, Mission | Voice):
        _known("state", row.state, verify_party)
    if isinstance(row, Mission) and row.host:
        _known("host", row.host, verify_state)
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    if since and until and until < since:
        raise RecordError("ends before it begins", place="until", hint="swap `since` and `until`")
    if isinstance(row, Proof):
        _verify_proof(row)
    if isinstance(row, Mission):
        _verify_mission(row)
    if isinstance(row, Plan):
        _verify_plan(row)


def _verify_plan(row: Plan) -> None:
    if len(set(row.fallbacks)) < len(row.fallbacks):
        raise RecordError(
            "a fallback comes twice", place="fallbacks", hint="name each channel once"
        )
    if row.outcome != "unknown" and row.drilled is None:
        raise RecordError(
            "an outcome of no drill", place="drilled", hint="say on which day it was drilled"
        )


def _known(column: str, code: str, verify: Callable[[str], None]) -> None:
    try:
        verify(code)
    except UsageError as unknown:
        raise RecordError(str(unknown), place=column, hint=unknown.hint) from unknown


def _verify_proof(row: Proof) -> None:
    if row.known < row.on:
        raise RecordError("known before it happened", place="known", hint="swap `on` and `known`")
    if row.kind == "breach" and row.outcome == "held":
        raise RecordError(
            "a breach is a try that did not hold",
            place="outcome",
            hint="leave `outcome` empty, or write failed; what was met and held is a case",
        )
    if not row.threats:
        raise RecordError(
            "names no threat", place="threats", hint="give one or more of T1 to T6, parted by |"
        )


def _verify_mission(row: Mission) -> None:
    if row.kind == "virtual" and not row.seat:
        raise RecordError(
            "a virtual mission without its platform",
            place="seat",
            hint="name the platform as its seat",
        )
    if row.kind in ("embassy", "consulate") and not row.host:
        raise RecordError(
            "an embassy without the state that receives it"
            if row.kind == "embassy"
            else "a consulate without the state that receives it",
            place="host",
            hint="fill `host`",
        )
    if row.host and row.host == row.state:
        raise RecordError(
            "a mission at the state that sends it", place="host", hint="leave `host` empty at home"
        )
