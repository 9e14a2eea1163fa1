"""Reading what a server answered: each reader checks what the standard asks of such a resource."""

import re
import time
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from typing import Any

from standards.taxii.wire import Answer, Caller

Found = dict[str, Any]

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSIDE = re.compile(rb"Traceback|File \"|/site-packages/|\.py\b|sqlite|psycopg", re.IGNORECASE)


def is_time(text: Any) -> bool:
    """Tell whether it is a timestamp of TAXII: a real moment, microseconds, Z."""
    if not isinstance(text, str) or not TIME.fullmatch(text):
        return False
    return datetime.fromisoformat(text) is not None


def media(answer: Answer) -> tuple[str, dict[str, str]]:
    """Read the Content-Type: the type in small letters, and its parameters."""
    told = Message()
    told["Content-Type"] = answer.header("Content-Type") or ""
    parts = told.get_params() or [("", "")]
    return parts[0][0].lower(), {name.lower(): value for name, value in parts[1:]}


def in_taxii(answer: Answer) -> Answer:
    """Check that the answer says it is TAXII 2.1."""
    kind, more = media(answer)
    assert kind == "application/taxii+json", (answer.status, answer.headers, answer.body[:200])
    assert more.get("version") == "2.1", answer.headers
    return answer


def taxii(answer: Answer, status: int = 200) -> Found:
    """Check status and type, and give the resource; no list of its own may be empty."""
    assert answer.status == status, (answer.status, answer.body[:400])
    found = in_taxii(answer).json()
    assert isinstance(found, dict)
    assert [name for name, value in found.items() if value == [] or value is None] == []
    return found


def refused(answer: Answer, *expected: int) -> Found:
    """Check a refusal: its status, and an error resource with a reason and no inside shown."""
    assert answer.status in (expected or range(400, 500)), (answer.status, answer.body[:400])
    found = in_taxii(answer).json()
    assert isinstance(found, dict)
    assert isinstance(found.get("title"), str), found
    assert found["title"].strip()
    assert found.get("http_status") == str(answer.status), found
    reason = found.get("description", found["title"])
    assert isinstance(reason, str)
    assert reason.strip()
    assert not INSIDE.search(answer.body), answer.body
    return found


def add(caller: Caller, collection: str, *objects: Any) -> Found:
    """Send objects, wait until the status is complete, and give it; none may have failed."""
    status = added(caller, collection, *objects)
    assert status["failure_count"] == 0, status
    assert status["success_count"] == len(objects), status
    return status


def added(caller: Caller, collection: str, *objects: Any) -> Found:
    """Send objects and give the completed status, whatever it says."""
    return completed(caller, taxii(caller.post(collection, objects), 202))


def completed(caller: Caller, status: Found, *, patience: float = 30) -> Found:
    """Ask for a status until it is complete."""
    until = time.monotonic() + patience
    while status["status"] != "complete":
        assert time.monotonic() < until, status
        time.sleep(0.05)
        status = taxii(caller.get(caller.status(status["id"])))
    return status


def pages(
    caller: Caller, path: str, *query: tuple[str, str], limit: int | None = None
) -> Iterator[tuple[Found, Answer]]:
    """Walk a resource by `next`, or by added_after where the server gives no `next`."""
    size = [("limit", str(limit))] if limit else []
    more = [pair for pair in query if pair[0] == "next"]
    base = [pair for pair in query if pair[0] != "next"]
    while True:
        answer = caller.get(path, *base, *size, *more)
        found = taxii(answer)
        yield found, answer
        if not found.get("more"):
            return
        if "next" in found:
            more = [("next", found["next"])]
        else:
            last = answer.header("X-TAXII-Date-Added-Last")
            assert last, "more remains, and there is no way to it"
            base = [pair for pair in base if pair[0] != "added_after"] + [("added_after", last)]


def walk(caller: Caller, path: str, *query: tuple[str, str], limit: int | None = None) -> list[Any]:
    """Give all that a resource lists, over all its pages."""
    return [
        one
        for found, _ in pages(caller, path, *query, limit=limit)
        for one in found.get("objects") or found.get("versions") or []
    ]


def names(objects: list[Any]) -> list[str]:
    """Give the ids of objects or records."""
    return [str(one["id"]) for one in objects]


def version_of(thing: Found) -> str | None:
    """Give the version of an object as the standard defines it; None where the server chooses."""
    found = thing.get("modified", thing.get("created"))
    return None if found is None else str(found)
