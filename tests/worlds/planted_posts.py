"""A small town's posts with one ring planted in them, quick enough for every test.

Ordinary people talk and repost what is popular within hours; eight accounts repost the
same things within two minutes, eight times a day for twenty days.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 20
RING = tuple(f"ring_{number}" for number in range(8))
_PEOPLE = tuple(f"person_{number}" for number in range(120))
_DAY = 86_400


def write_town(path: Path, *, ring: bool = True, seed: int = 3) -> Path:
    """Write the posts as JSON lines, with the ring or without, and return the path."""
    chance = random.Random(seed)  # noqa: S311 - an invented world, no secret
    rows: list[dict[str, object]] = []

    def post(account: str, at: float, text: str, repost_key: str | None = None) -> None:
        rows.append(
            {
                "post_id": f"p{len(rows) + 1}",
                "account_id": account,
                "created_at": (START + timedelta(seconds=int(at))).isoformat(),
                "text": text,
                "is_repost": repost_key is not None,
                "repost_key": repost_key,
            }
        )

    for day in range(DAYS):
        for person in _PEOPLE:
            said = f"{person} says the weather of day {day} is {chance.randrange(10**9)} today"
            post(person, (day + chance.random()) * _DAY, said)
        for popular in range(12):
            at = (day + chance.random() * 0.9) * _DAY
            for person in chance.sample(_PEOPLE, 12):
                liked = "RT something that many people liked on that day"
                post(person, at + chance.random() * 20_000, liked, f"popular-{day}-{popular}")
        for push in range(8):
            at = (day + chance.random() * 0.9) * _DAY
            for member in RING if ring else ():
                pushed = "RT the harbour treaty must be stopped now"
                post(member, at + chance.random() * 120, pushed, f"pushed-{day}-{push}")
    rows.sort(key=lambda row: str(row["created_at"]))
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    return path
