"""Servers that are killed while partners post: what was acknowledged is there, nothing by half.

Several servers work on one home, as the desk and `share serve` do. All are killed at moments of
chance and started anew, again and again. LEGATION_TEST_KILLS says how often; the standing promise
is 500 times.
"""

import http.client
import logging
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Final, final

import msgspec
import pytest

from worlds.sharing_process import SharingHome, SharingProcess, Visitor, campaign
from worlds.shell import legation

KILLS: Final = int(os.environ.get("LEGATION_TEST_KILLS", "12"))
PARTNERS: Final = ("Aldria", "Borvia", "Cestia")
HOT: Final = 0xF0000000
SERVERS: Final = 4
_EVERY: Final = 40
_log = logging.getLogger(__name__)


class Sent(msgspec.Struct):
    """An envelope that was sent, with the status that was read for it."""

    raws: dict[tuple[str, str], bytes]
    status: bytes = b""


class Named(msgspec.Struct):
    id: str
    modified: str = ""


class Page(msgspec.Struct):
    objects: list[msgspec.Raw] = []
    more: bool = False
    next: str = ""


@final
class Poster(threading.Thread):
    """A partner who posts envelopes of one and of many objects until its server is gone."""

    def __init__(self, home: SharingHome, server: SharingProcess, name: str, seed: int) -> None:
        super().__init__(daemon=True)
        self._line = home.visitor(server, name)
        self._path = home.inboxes[name]
        self._chance = random.Random(seed)  # noqa: S311 - sizes, no secret
        self.name = name
        self.sent: list[Sent] = []
        self.refused: list[bytes] = []

    def run(self) -> None:
        try:
            while True:
                self._post()
        except (OSError, http.client.HTTPException):
            return
        finally:
            self._line.close()

    def _post(self) -> None:
        size = self._chance.choice((1, 1, 1, 2, 30, 300))
        raws = {}
        for _ in range(size):
            number = next(NUMBERS)
            raw = campaign(number, description="é " * self._chance.randint(0, 200))
            if self._chance.random() < 0.1:
                # New versions of one object: those that stand there take other places.
                modified = f"2026-01-01T00:00:00.{number:09d}Z"
                raw = campaign(HOT, modified=modified)
            raws[key_of(raw)] = raw
        self.sent.append(Sent(raws))
        answer = self._line.post(self._path, list(raws.values()))
        if answer.status == 202:
            self.sent[-1].status = answer.body
        else:
            self.refused.append(answer.body)


NUMBERS = count(1)


def key_of(raw: bytes) -> tuple[str, str]:
    named = msgspec.json.decode(raw, type=Named)
    return named.id, named.modified


@final
class Seen:
    """What a partner has read of its collection so far."""

    def __init__(self) -> None:
        self.after = ""
        self.raws: dict[tuple[str, str], bytes] = {}

    def read_on(self, line: Visitor, path: str) -> None:
        cursor = ""
        since = f"&added_after={self.after}" if self.after else ""
        while True:
            more = f"&next={cursor}" if cursor else ""
            answer = line.ask(f"{path}?match[version]=all&limit=1000{since}{more}")
            assert answer.status == 200, answer.body
            page = msgspec.json.decode(answer.body, type=Page)
            for raw in page.objects:
                assert key_of(bytes(raw)) not in self.raws
                self.raws[key_of(bytes(raw))] = bytes(raw)
            self.after = answer.headers.get("x-taxii-date-added-last", self.after)
            if not page.more:
                return
            cursor = page.next


@pytest.mark.xdist_group("browser")
def test_servers_that_are_killed_keep_what_they_acknowledged_and_nothing_by_half(
    tmp_path: Path,
) -> None:
    home = SharingHome(tmp_path / "home", *PARTNERS)
    chance = random.Random(7)  # noqa: S311 - moments, no secret
    seen = {name: Seen() for name in PARTNERS}
    killed, counts = 0, Counter[str]()
    posters: list[Poster] = []
    while killed < KILLS:
        servers = opened(home, SERVERS)
        counts += verify(home, servers[0], posters, seen)
        posters = [
            Poster(home, server, name, chance.randrange(1 << 30))
            for server in servers
            for name in PARTNERS
        ]
        for poster in posters:
            poster.start()
        for server in servers:
            time.sleep(chance.uniform(0.02, 0.4))
            server.kill()
            killed += 1
        for poster in posters:
            poster.join(60)
            assert not poster.is_alive()
            assert not poster.refused, poster.refused
        if killed % _EVERY == 0:
            assert legation("doctor", "--home", home.folder).code == 0
            _log.info("%d kills, %s", killed, dict(counts))
    (last,) = opened(home, 1)
    counts += verify(home, last, posters, seen)
    assert last.stop() == 0
    assert "Traceback" not in last.said()
    found = legation("doctor", "--home", home.folder)
    assert found.code == 0, found.out
    total = sum(len(one.raws) for one in seen.values())
    assert f"{total:,} objects of collections" in found.out
    _log.info("%d kills, %s, %d objects", killed, dict(counts), total)
    assert counts["acknowledged"], "nothing was acknowledged: the kills prove nothing"
    assert counts["unanswered"], "nothing was killed at work: the moments prove nothing"


def opened(home: SharingHome, number: int) -> list[SharingProcess]:
    """Start servers side by side."""
    with ThreadPoolExecutor(number) as hands:
        return list(hands.map(SharingProcess, [home.folder] * number))


def verify(
    home: SharingHome, server: SharingProcess, posters: list[Poster], seen: dict[str, Seen]
) -> Counter[str]:
    """Hold all that was sent before the kills to what stands there after them."""
    counts = Counter[str]()
    for name in PARTNERS:
        line = home.visitor(server, name)
        seen[name].read_on(line, home.inboxes[name])
        for sent in [one for poster in posters if poster.name == name for one in poster.sent]:
            counts[_verify(sent, seen[name], line)] += 1
        line.close()
    return counts


def _verify(sent: Sent, seen: Seen, line: Visitor) -> str:
    there = [seen.raws.get(key) for key in sent.raws]
    if sent.status:
        assert there == list(sent.raws.values())
        told = msgspec.json.decode(sent.status)
        assert told["success_count"] == len(sent.raws)
        again = line.ask(f"/taxii2/exchange/status/{told['id']}/")
        assert (again.status, again.body) == (200, sent.status)
        return "acknowledged"
    assert there in (list(sent.raws.values()), [None] * len(there)), "by half"
    return "kept and unanswered" if there[0] else "unanswered"
