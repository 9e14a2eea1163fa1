"""A program that puts every second campaign, each with its audit entry, beside another one.

It prints each id after its transaction is on disk.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from legation.store import open_store
from legation.store.audit import Event


def object_id(number: int) -> str:
    """Return the id of the campaign with this number."""
    return f"campaign--0e0fa2e4-6d1c-4a5b-9d39-{number:012x}"


def campaign(number: int) -> bytes:
    """Return a campaign as bytes."""
    time = "2026-02-01T00:00:00Z"
    return msgspec.json.encode(
        {"type": "campaign", "id": object_id(number), "created": time, "modified": time}
    )


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def main(url: str, home: Path, first: int, end: int) -> None:
    """Put the campaigns."""
    with open_store(url, home=home, now=now) as store:
        for number in range(first, end, 2):
            with store.transaction():
                store.objects.put(campaign(number))
                store.audit.append(
                    Event(at=now(), actor="writer", verb="put", subject=object_id(number))
                )
            sys.stdout.write(object_id(number) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int((sys.argv[4:] or ["24"])[0]))
