"""An invented ministry with twelve missions, for the demonstration and the tests.

Aldria and Bevora do not exist; their codes are among those that ISO 3166-1 leaves to users. Some
missions are well tried, some live by a word, and of some nothing is known, so that each kind of
answer can be seen.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import msgspec

from legation.formats.rows import write_rows
from legation.missions.objects import SHAPES

OWN: Final = "XA"
NEIGHBOUR: Final = "XB"
NAMES: Final[Mapping[str, str]] = {OWN: "Aldria", NEIGHBOUR: "Bevora"}
_SOURCE: Final = "the invented gazette of Aldria"
_TRIED: Final = 2
# Key, name, kind, receiving state, seat, how well it is looked after (0 to 3).
_MISSIONS: Final = (
    ("ministry", "Ministry of Foreign Affairs", "ministry", "", "Aldstadt", 2),
    ("bevora", "Embassy in Bevora", "embassy", NEIGHBOUR, "Bevport", 1),
    ("paris", "Embassy in Paris", "embassy", "FR", "Paris", 3),
    ("nairobi", "Embassy in Nairobi", "embassy", "KE", "Nairobi", 2),
    ("tokyo", "Embassy in Tokyo", "embassy", "JP", "Tokyo", 3),
    ("brasilia", "Embassy in Brasília", "embassy", "BR", "Brasília", 0),
    ("stockholm", "Embassy in Stockholm", "embassy", "SE", "Stockholm", 2),
    ("jakarta", "Embassy in Jakarta", "embassy", "ID", "Jakarta", 1),
    ("istanbul", "Consulate in Istanbul", "consulate", "TR", "Istanbul", 1),
    ("geneva", "Permanent mission in Geneva", "permanent mission", "CH", "Geneva", 3),
    ("talks", "Delegation to the grain talks", "delegation", NEIGHBOUR, "Bevport", 1),
    ("virtual", "Virtual embassy", "virtual", "", "an open metaverse platform", 0),
)
# Suffix, kind, name, what it carries, use.
_CHANNELS: Final = (
    ("mail", "mail", "Mail", "confidential", "Reports and instructions"),
    ("messenger", "messenger", "Messenger", "internal", "The staff among themselves"),
    ("meeting", "meeting", "Video talks", "confidential", "Rounds at a distance"),
    ("account", "account", "Official account", "public", "Statements to the public"),
    ("domain", "domain", "Site", "public", "Consular notices"),
    ("host", "host", "File server", "secret", "Papers of the mission"),
    ("service", "service", "Consular register", "confidential", "Visas and passports"),
)
_BY_WORD: Final = ("", "declared", "in force", "in force")
_THREATS: Final = {
    "mail": "T6|T5|T2|T4|T3",
    "messenger": "T5|T6|T3|T4",
    "meeting": "T4|T5|T3",
    "account": "T1|T4|T6",
    "domain": "T1|T2|T3|T4",
    "host": "T2|T3|T5",
    "service": "T2|T3|T5",
}


def tables(day: date) -> dict[str, bytes]:
    """Return the registers of the invented ministry as tables, as of a day."""
    made: dict[str, list[dict[str, Any]]] = {
        "missions": [_mission(*one, day) for one in _MISSIONS],
        "channels": [row for one in _MISSIONS for row in _channels(one[0], one[5], day)],
        "jewels": [row for one in _MISSIONS for row in _jewels(one[0], one[5], day)],
        "holders": [row for one in _MISSIONS for row in _holders(one[0], day)],
        "plans": [_plan(one[0], one[5], day) for one in _MISSIONS if one[5]],
        "proofs": [row for one in _MISSIONS for row in _proofs(one[0], one[5], day)],
        "voices": _voices(day),
        "talks": _talks(day),
    }
    return {
        name: write_rows((msgspec.convert(row, SHAPES[name]) for row in rows), SHAPES[name])
        for name, rows in made.items()
    }


def _mission(  # noqa: PLR0917 - a row of the table above
    key: str, name: str, kind: str, host: str, seat: str, care: int, day: date
) -> dict[str, Any]:
    del care
    return {
        "key": key,
        "name": name,
        "state": OWN,
        "kind": kind,
        "host": host,
        "seat": seat,
        "since": date(2010, 1, 1),
        "source": _SOURCE,
        "as_of": day,
    }


def _channels(mission: str, care: int, day: date) -> Iterator[dict[str, Any]]:
    # A mission that nobody looks after has fewer channels on record.
    for number, (suffix, kind, name, carries, use) in enumerate(_CHANNELS[: 4 + care]):
        row: dict[str, Any] = {
            "key": f"{mission}-{suffix}",
            "mission": mission,
            "kind": kind,
            "name": name,
            "use": use,
            "carries": carries,
            "users": 5 + 3 * number,
            "since": date(2018, 1, 1),
            "source": _SOURCE,
            "as_of": day,
        }
        if kind == "account":
            row |= {"platform": "X", "address": f"aldria_{mission}"}
        if kind == "domain":
            row["address"] = f"{mission}.aldria.example"
        if _BY_WORD[care]:
            row |= {"safeguard": f"control {number + 1}", "state": _BY_WORD[care]}
        if suffix in ("messenger", "meeting") and care:
            row["fallback"] = 1 if suffix == "messenger" else 2
        yield row


def _jewels(mission: str, care: int, day: date) -> Iterator[dict[str, Any]]:
    if care:
        yield {
            "key": f"{mission}-papers",
            "mission": mission,
            "name": "Negotiating papers" if mission in ("talks", "bevora") else "Reports home",
            "value": 5 if mission in ("talks", "bevora", "ministry") else 3,
            "owner": "head of mission",
            "why": "their loss would show what Aldria would settle for",
            "channels": [f"{mission}-mail", f"{mission}-meeting"],
            "as_of": day,
        }


def _holders(mission: str, day: date) -> Iterator[dict[str, Any]]:
    for role in ("head of mission", "security officer"):
        yield {
            "key": f"{mission}-{role.replace(' ', '-')}",
            "mission": mission,
            "role": role,
            "since": date(2024, 1, 1),
            "source": _SOURCE,
            "as_of": day,
        }


def _plan(mission: str, care: int, day: date) -> dict[str, Any]:
    drilled = {"drilled": day - timedelta(days=40 * care), "outcome": "held"} if care > 1 else {}
    return {
        "key": f"{mission}-plan",
        "mission": mission,
        "decides": "head of mission",
        "fallbacks": [f"{mission}-messenger", f"{mission}-meeting"],
        "source": _SOURCE,
        "as_of": day,
        **drilled,
    }


def _proofs(mission: str, care: int, day: date) -> Iterator[dict[str, Any]]:
    def proof(name: str, kind: str, days: int, **more: Any) -> dict[str, Any]:
        on = day - timedelta(days=days)
        return {
            "key": f"{mission}-{name}",
            "mission": mission,
            "kind": kind,
            "on": on,
            "known": on,
            "by": "security officer",
            "source": "the desk's own record",
            **more,
        }

    if care:
        every = ["T1", "T2", "T3", "T4", "T5", "T6"]
        watched = proof("watched", "watched", 364 if care > 1 else 120, threats=every)
        yield watched | {"known": day}
    for number, (suffix, *_) in enumerate(_CHANNELS[: 4 + care]):
        channel = f"{mission}-{suffix}"
        threats = _THREATS[suffix].split("|")
        if care >= _TRIED:
            for nth in range(care * 2 - 1):
                yield proof(
                    f"{suffix}-test-{nth}",
                    "drill" if nth % 2 else "test",
                    10 + 31 * nth + number,
                    channel=channel,
                    threats=threats,
                    outcome="held",
                )
        if care == 1 and suffix == "mail":
            for nth in range(9):
                yield proof(
                    f"{suffix}-breach-{nth}",
                    "breach",
                    12 + 30 * nth,
                    channel=channel,
                    threats=threats[:2],
                    outcome="failed",
                    consequence="a draft of the grain accord was read before the round",
                )


def _voices(day: date) -> list[dict[str, Any]]:
    offices = (("president", "President"), ("mfa", "Ministry of Foreign Affairs"))
    rows = []
    for state, name in NAMES.items():
        for key, office in offices:
            common = {
                "state": state,
                "office": office,
                "language": "en",
                "verified": "by its state",
                "rule": "named on the state's own list of official accounts",
                "since": date(2015, 1, 1),
                "source": f"the invented list of {name}",
                "as_of": day,
            }
            slug = f"{state.casefold()}-{key}"
            rows += [
                common
                | {
                    "key": f"{slug}-account",
                    "kind": "account",
                    "name": f"{key}_{name}",
                    "platform": "X",
                },
                common
                | {
                    "key": f"{slug}-domain",
                    "kind": "domain",
                    "name": f"{key}.{name.casefold()}.example",
                },
            ]
    return rows


def _talks(day: date) -> list[dict[str, Any]]:
    morning = datetime.combine(day, time(8), UTC)

    def talk(key: str, kind: str, name: str, days: int, **more: Any) -> dict[str, Any]:
        starts = morning + timedelta(days=days)
        return {
            "key": key,
            "kind": kind,
            "name": name,
            "starts": starts,
            "ends": starts + timedelta(days=2),
            "parties": [OWN, NEIGHBOUR],
            "source": "the invitation",
            **more,
        }

    return [
        talk(
            "grain-round-3",
            "round",
            "Grain talks, third round",
            9,
            stakes="prices and passage of grain for three years",
            missions=["talks", "bevora"],
            seat="Bevport",
        ),
        talk(
            "un-vote",
            "vote",
            "Vote on safe passage",
            45,
            others=["United Nations"],
            stakes="the majority that Aldria has promised",
            missions=["geneva"],
            seat="Geneva",
        ),
        talk(
            "summit",
            "summit",
            "Summit of Aldria and Bevora",
            120,
            stakes="the border treaty",
            missions=["ministry"],
            seat="by video",
        ),
    ]


def pack(day: date) -> bytes:
    """Return a pack of knowledge that names the invented states and an accord between them."""
    source = f'source = "{_SOURCE}", verified = "verified-excerpt"'
    named = "\n".join(
        f'  {{ key = "{code.casefold()}", state = "{code}", name = "{name}", {source} }},'
        for code, name in NAMES.items()
    )
    accord = (
        'key = "grain", title = "Grain accord", kind = "bilateral", weight = "binding", '
        'parties = "complete"'
    )
    parties = "\n".join(
        f'  {{ key = "grain.{code.casefold()}", agreement = "grain", state = "{code}", '
        f'signed = 2015-05-01, ratified = "{ratified}", {source} }},'
        for code, ratified in ((OWN, "yes"), (NEIGHBOUR, "no"))
    )
    return f"""# Invented for the demonstration: neither states nor accord exist.

name = "invented"
publisher = "invented"
date = {day.isoformat()}
as_of = {day.isoformat()}
licence = "CC0-1.0"
note = "Invented for the demonstration."

state_name = [
{named}
]
agreement = [
  {{ {accord}, {source} }},
]
party = [
{parties}
]
""".encode()
