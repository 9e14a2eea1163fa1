"""The load on TAXII servers: requests over kept connections, on any of them in the same way.

One line is one connection. What is compared is asked in turn, request by request or round by
round, so that what else the machine does falls on both.
"""

import http.client
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Self

import data
import msgspec

EXCHANGE = data.SHARED / "peers" / "exchange"
sys.path.insert(0, str(EXCHANGE))
MEDIA = "application/taxii+json;version=2.1"
ACCEPTED = 202
_SLOWEST_S = 300.0
Objects = Iterator[dict[str, Any]]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A server at work, and the collection that is asked.

    Attributes:
        name: As the figures call it.
        root: Path of the API root.
        authorization: The header by which the load says who it is.
        late: Instant at which nine tenths of the objects had been added.
        pid: Of its process.
    """

    name: str
    port: int
    root: str
    collection: str
    authorization: str
    late: str
    pid: int


class Answered(msgspec.Struct, frozen=True):
    """An answer and how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Kind(msgspec.Struct, frozen=True):
    """One kind of question: the rest of the path under a collection, and the parameters."""

    path: str
    query: tuple[tuple[str, str], ...] = ()


class Line:
    """A connection that is kept."""

    def __init__(self, place: Place) -> None:
        """Connect to a server."""
        self.place = place
        self._connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=_SLOWEST_S)
        self._connection.connect()

    def __enter__(self) -> Self:
        """Give the line, which is closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._connection.close()

    def get(self, kind: Kind) -> Answered:
        """Ask the collection."""
        return self._sent("GET", self._under(kind.path, kind.query), None)

    def post(self, body: bytes) -> tuple[int, float]:
        """Add an envelope; return how many objects were taken in, and the seconds until then."""
        begun = time.perf_counter()
        found = self._sent("POST", self._under("objects/", ()), body)
        if found.status != ACCEPTED:
            sys.exit(f"{self.place.name} answered {found.status}: {found.body[:300]!r}")
        told = msgspec.json.decode(found.body)
        while told["status"] == "pending":
            time.sleep(0.005)
            asked = self._sent("GET", f"{self.place.root}/status/{told['id']}/", None)
            told = msgspec.json.decode(asked.body)
        return int(told.get("success_count", 0)), time.perf_counter() - begun

    def _under(self, path: str, query: Sequence[tuple[str, str]]) -> str:
        given = "&".join(f"{name}={value}" for name, value in query)
        path = f"{self.place.root}/collections/{self.place.collection}/{path}"
        return f"{path}?{given}" if given else path

    def _sent(self, method: str, path: str, body: bytes | None) -> Answered:
        headers = {"Accept": MEDIA, "Authorization": self.place.authorization}
        headers |= {} if body is None else {"Content-Type": MEDIA}
        begun = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            told = answer.read()
        except (http.client.RemoteDisconnected, ConnectionError):
            # A server may close what was idle: it is asked anew, and timed anew.
            self._connection.close()
            begun = time.perf_counter()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            told = answer.read()
        took = time.perf_counter() - begun
        return Answered(answer.status, dict(answer.headers.items()), told, took)


def objects(seed: int, *, observables: bool = False, most: int = 10_000_000) -> Objects:
    """Return the invented objects of a seed, one after the other."""
    from gen_stix import gen  # type: ignore[import-not-found]

    made: Objects = gen(most, seed, observables)
    return made


def envelope(some: Objects, size: int) -> bytes:
    """Return the next objects as an envelope."""
    return msgspec.json.encode({"objects": list(islice(some, size))})


def kinds(place: Place, page: int) -> dict[str, Kind]:
    """Return all kinds of questions; the object and the instant in them are of the first page."""
    with Line(place) as line:
        found = line.get(Kind("manifest/", (("limit", str(page)),)))
    if found.status != http.client.OK:
        sys.exit(f"{place.name} answered {found.status}: {found.body[:300]!r}")
    records = msgspec.json.decode(found.body)["objects"]
    one = records[len(records) // 2]
    some = (("limit", str(page)),)
    after = ("added_after", one["date_added"])
    indicators = ("match[type]", "indicator")
    return {
        "first page": Kind("objects/", some),
        "type": Kind("objects/", (*some, indicators)),
        "rare type": Kind("objects/", (*some, ("match[type]", "threat-actor"))),
        "two types": Kind("objects/", (*some, ("match[type]", "campaign,report"))),
        "no hit": Kind("objects/", (*some, ("match[type]", "tool"))),
        "id": Kind("objects/", (*some, ("match[id]", one["id"]))),
        "by id": Kind(f"objects/{one['id']}/"),
        "versions": Kind(f"objects/{one['id']}/versions/"),
        "added after": Kind("objects/", (*some, after)),
        "added after, type": Kind("objects/", (*some, after, indicators)),
        "added late": Kind("objects/", (*some, ("added_after", place.late))),
        "all versions": Kind("objects/", (*some, ("match[version]", "all"))),
        "first versions": Kind("objects/", (*some, ("match[version]", "first"))),
        "manifest": Kind("manifest/", some),
    }


def in_turn(
    places: Sequence[Place],
    asked: Sequence[Mapping[str, Kind]],
    times: int,
    *,
    each: Sequence[int] = (1, 1),
    alike: bool = True,
) -> dict[str, list[list[float]]]:
    """Ask each kind of each server, in turn; return the seconds by kind and server.

    Args:
        places: The servers.
        asked: The questions to each, by name.
        times: In how many rounds each is asked.
        each: How often in a round each server is.
        alike: Whether they must give equally many objects; if not so, the program ends.
    """
    taken: dict[str, list[list[float]]] = {name: [[] for _ in places] for name in asked[0]}
    with ExitStack() as kept:
        lines = [kept.enter_context(Line(place)) for place in places]
        for name, seconds in taken.items():
            counts = {count(line, one[name], name) for line, one in zip(lines, asked, strict=True)}
            if alike and len(counts) > 1:
                sys.exit(f"{name}: not equally many objects: {counts}")
            for number in range(times):
                for at in range(len(lines)) if number % 2 else reversed(range(len(lines))):
                    for _ in range(each[at]):
                        seconds[at].append(lines[at].get(asked[at][name]).seconds)
    return taken


def count(line: Line, kind: Kind, name: str) -> int:
    """Return how many objects or versions a server gives; end the program when it refuses."""
    found = line.get(kind)
    if found.status != http.client.OK:
        sys.exit(f"{line.place.name}, {name}: {found.status}: {found.body[:300]!r}")
    told = msgspec.json.decode(found.body)
    return len(told.get("objects", told.get("versions", ())))


def post_over(place: Place, bodies: Sequence[bytes], connections: int) -> float:
    """Post envelopes of one object over several connections; return how many a second."""
    waiting, lock, taken = iter(bodies), threading.Lock(), [0]

    def work(line: Line) -> None:
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                return
            count, _ = line.post(body)
            with lock:
                taken[0] += count

    with ExitStack() as kept:
        lines = [kept.enter_context(Line(place)) for _ in range(connections)]
        threads = [threading.Thread(target=work, args=(line,)) for line in lines]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begun
    if taken[0] != len(bodies):
        sys.exit(f"{place.name} took {taken[0]} of {len(bodies)} objects")
    return taken[0] / took


class Crawl(msgspec.Struct, frozen=True):
    """A walk through a whole collection.

    Attributes:
        objects: How many there were.
        seconds: From the first request to the last answer.
        last: The question for the last page that was full.
    """

    objects: int
    seconds: float
    last: Kind


def crawl(
    place: Place, page: int, *, most: int = 1 << 40, longest_s: float = float("inf")
) -> Crawl:
    """Walk through a collection by its cursors, as far as so many objects, or so long."""
    walked, kind = 0, Kind("objects/", (("limit", str(page)),))
    last = kind
    with Line(place) as line:
        begun = time.perf_counter()
        while True:
            told = msgspec.json.decode(line.get(kind).body)
            found = len(told.get("objects", ()))
            walked += found
            last = kind if found == page else last
            took = time.perf_counter() - begun
            if not told.get("more") or walked >= most or took > longest_s:
                return Crawl(walked, took, last)
            kind = Kind("objects/", (("limit", str(page)), ("next", told["next"])))


def resident(pid: int, what: str = "VmRSS") -> float:
    """Return the resident memory of a process and its children in megabytes (10^6 bytes).

    Args:
        pid: The process.
        what: VmRSS for now, VmHWM for the most that there ever was.
    """
    total = 0.0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            total += int(line.split()[1]) * 1024 / 1e6
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            total += resident(int(child), what)
    return total


def median_ms(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return statistics.median(seconds) * 1000


def repeated(times: int, *tasks: Callable[[], float]) -> list[tuple[float, ...]]:
    """Run the tasks in turn so many times; every other time in the opposite order."""
    rounds = []
    for number in range(times):
        order = range(len(tasks)) if number % 2 == 0 else reversed(range(len(tasks)))
        taken = {at: tasks[at]() for at in order}
        rounds.append(tuple(taken[at] for at in range(len(tasks))))
    return rounds
