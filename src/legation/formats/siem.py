"""The audit trail for a SIEM: Elastic Common Schema as lines of JSON, and syslog (RFC 5424).

A collector is read by more people than the desk, so only facts from a closed list leave: who, when,
what, of which id, from where. Reasons, purposes, labels, names and whatever else is free text
stay behind; the hash of the entry says which entry of the trail has them. Each line bears
the number and the hash of its entry, so that whoever reads on from a line loses none and
doubles none. `docs/reference/siem.md` gives the mapping.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

import msgspec

from legation.errors import BadInputError, UsageError

Kind = Literal["ecs", "syslog"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ECS: Final = "8.17.0"
_FAILURES: Final = ("session.refuse", "route.deny", "order.refuse")
_CATEGORIES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("session.begin", ("authentication", "session"), ("start",)),
    ("session.end", ("session",), ("end",)),
    ("session.refuse", ("authentication",), ("start",)),
    ("route.deny", ("web",), ("access", "denied")),
    ("person.add", ("iam",), ("user", "creation")),
    ("person.disable", ("iam",), ("user", "deletion")),
    # Of persons whose names are held; the verbs after these are of the desk's own people.
    ("person.seal", ("database",), ("creation",)),
    ("person.look", ("database",), ("access",)),
    ("person.use", ("database",), ("access",)),
    ("person.erase", ("database",), ("deletion",)),
    ("person.", ("iam",), ("user", "change")),
    ("key.", ("iam",), ("user", "change")),
    ("kit.", ("iam",), ("user", "change")),
    ("token.", ("iam",), ("user", "change")),
    ("enrolment.", ("iam",), ("user", "change")),
    ("recovery.", ("iam",), ("user", "change")),
    ("label.", ("configuration",), ("change",)),
    ("name.keep", ("database",), ("creation",)),
    ("name.expire", ("database",), ("deletion",)),
    ("import.undo", ("database",), ("deletion",)),
    ("import.", ("database",), ("creation",)),
    ("", ("database",), ("access",)),
)
# The words of these are ours, or ids, or numbers.
_TOLD: Final = frozenset(
    {"step", "kind", "page", "roles", "before", "scopes", "by", "issuer", "person", "key", "codes"}
    | {"deleted", "today", "date", "entries", "campaigns", "posts", "report", "asked_by"}
)
_LONGEST: Final = 200
# A number for documentation (RFC 5612): legation has none of its own.
_SD_ID: Final = "audit@32473"
_FACILITY: Final = 13  # log audit (RFC 5424, section 6.2.1)
_WARNING, _INFORMATIONAL = 4, 6
_CURSOR: Final = re.compile(r"([1-9]\d{0,17})\.([0-9a-f]{64})", re.ASCII)
_OF_SYSLOG: Final = re.compile(r'\[audit@32473 seq="(\d+)" hash="([0-9a-f]{64})"', re.ASCII)


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the trail, as it is handed to this room."""

    seq: int
    at: datetime
    actor: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """The last entry that somebody has."""

    seq: int
    hash: str

    def text(self) -> str:
        """Write it as one word.

        >>> Cursor(seq=7, hash="ab" * 32).text()[:6]
        '7.abab'
        """
        return f"{self.seq}.{self.hash}"


def read_cursor(text: str) -> Cursor:
    """Read a cursor.

    Raises:
        UsageError: It is none.
    """
    found = _CURSOR.fullmatch(text.strip())
    if found is None:
        raise UsageError("this is no cursor", hint="give it as the last export told it")
    return Cursor(seq=int(found[1]), hash=found[2])


def write_line(line: AuditLine, kind: Kind, version: str) -> str:
    """Write an entry as one line, without its end."""
    return _syslog(line) if kind == "syslog" else _ecs(line, version)


def cursor_of(text: str, kind: Kind) -> Cursor:
    """Return the cursor that a written line is.

    Raises:
        BadInputError: It was not written here.
    """
    try:
        if kind == "syslog":
            found = _OF_SYSLOG.search(text)
            if found is not None:
                return Cursor(seq=int(found[1]), hash=found[2])
        else:
            event = msgspec.json.decode(text)["event"]
            return Cursor(seq=int(event["sequence"]), hash=str(event["id"]))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, UnicodeError):
        pass
    raise BadInputError(
        "the file does not end with a line of this format",
        place="",
        hint="name another file, or the format that it was written in",
    )


def _ecs(line: AuditLine, version: str) -> str:
    categories, types = next((c, t) for begin, c, t in _CATEGORIES if line.verb.startswith(begin))
    told: dict[str, Any] = {
        "@timestamp": _time(line.at),
        "ecs": {"version": ECS},
        "event": {
            "kind": "event",
            "id": line.hash,
            "sequence": line.seq,
            "action": line.verb,
            "category": categories,
            "type": types,
            "outcome": "failure" if line.verb in _FAILURES else "success",
            "module": "legation",
            "dataset": "legation.audit",
        },
        "message": f"{line.verb} by {line.actor}",
        "user": {"id": line.actor},
        "observer": {"vendor": "legation", "product": "legation", "version": version},
        "legation": {"subject": line.subject[:_LONGEST], **_told(line.detail)},
    }
    if address := line.detail.get("address"):
        told["source"] = {"address": str(address)[:_LONGEST]}
        if _is_ip(str(address)):
            told["source"]["ip"] = str(address)
    if route := line.detail.get("route"):
        told["url"] = {"path": str(route)[:_LONGEST]}
    if contents := line.detail.get("contents"):
        told["file"] = {"hash": {"sha256": str(contents)[:64]}}
    # Pure ASCII: some signs of Unicode end a line for some readers.
    return json.dumps(told, separators=(",", ":"))


def _syslog(line: AuditLine) -> str:
    severity = _WARNING if line.verb in _FAILURES else _INFORMATIONAL
    facts: dict[str, Any] = {
        "seq": line.seq,
        "hash": line.hash,
        "actor": line.actor,
        "subject": line.subject[:_LONGEST],
        **{name: line.detail[name] for name in ("address", "route") if line.detail.get(name)},
        **_told(line.detail),
    }
    said = "".join(f' {name}="{_escaped(value)}"' for name, value in facts.items())
    word = re.sub(r"[^!-~]", "?", line.verb)[:32] or "-"
    head = f"<{_FACILITY * 8 + severity}>1 {_time(line.at)} - legation - {word}"
    return f"{head} [{_SD_ID}{said}] {word}"


def _told(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an entry's facts may leave."""
    found = {name: _plain(detail[name]) for name in sorted(_TOLD & detail.keys())}
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return [one[:_LONGEST] for one in value]
    return None


def _escaped(value: Any) -> str:
    text = ",".join(value) if isinstance(value, list) else str(value)
    # RFC 5424, section 6.3.3; a line must stay one line.
    text = "".join(sign if sign.isprintable() else "?" for sign in text[:_LONGEST])
    return re.sub(r'(["\\\]])', r"\\\1", text)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
