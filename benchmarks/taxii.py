"""TAXII servers side by side: taking in, answering, walking through, and memory.

    python benchmarks/taxii.py --peers DIR --keep      as the goals ask, about an hour
    python benchmarks/taxii.py --peers DIR --short     a fiftieth of the sizes, no rows
    python benchmarks/taxii.py --part flat --part grown   some measures alone

legation is the process of `share serve` (or `desk`) over HTTP, with the token of a partner; the
others are OpenTAXII 0.9.3 and medallion 3.0.0, as the scripts beside their set-up start them.
Each figure is a ratio within one run: the servers are asked in turn, and medians are compared.
"""

import signal
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import data
import measuring
import taxii_load
from results import Result, show
from taxii_bench import Bench, lacking_peer
from taxii_load import Place

CONNECTIONS = 8
PLAIN = ("first page", "type", "added after", "added after, type", "added late")
SELDOM = ("rare type", "no hit")
# OpenTAXII takes seconds for a page.
_SLOW_ROUNDS = 3
_LONGEST_WALK_S = 30.0


def main() -> None:
    """Run the parts that were asked for; print and keep their figures."""
    parser = data.options(__doc__)
    data.peers_option(parser)
    parser.add_argument("--short", action="store_true", help="a fiftieth of the sizes; no rows")
    parser.add_argument("--part", action="append", choices=sorted(_PARTS), help="only this")
    given = parser.parse_args()
    if not taxii_load.EXCHANGE.is_dir():
        sys.exit(f"no scripts of the peers: {taxii_load.EXCHANGE} is absent")
    asked = given.part or [name for name in _PARTS if not lacking_peer(name, given.peers)]
    for name in asked:
        if lacking := lacking_peer(name, given.peers):
            sys.exit(f"{name} needs {lacking}: shared/peers/exchange/setup.sh DIR, --peers DIR")
    if left := [name for name in _PARTS if name not in asked and not given.part]:
        print(f"left out, since their peers are not in --peers: {', '.join(left)}", flush=True)
    if given.short:
        print("short: a fiftieth of the objects; the goals are of the full sizes, no row is kept")
    # Whoever ends the program ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    with data.workplace(given.work) as work, ExitStack() as running:
        bench = Bench(given, asked, work, running)
        for name in asked:
            print(f"-- {name}, load {measuring.load()}", flush=True)
            show(_PARTS[name](bench), keep=given.keep and not given.short)


def _ingest(bench: Bench) -> Sequence[Result]:
    """Envelopes, taken in by both in turn."""
    places = bench.beside()
    # Of ours several, so that both are timed over more than a moment.
    each = (3, 1)
    rounds = taxii_load.repeated(
        bench.rounds, *(_taking(bench, one, times) for one, times in zip(places, each, strict=True))
    )
    ratio = measuring.ratio(rounds, 1, 0)
    figure, span = ratio.told()
    ours, theirs = (
        bench.envelope / statistics.median(taken) for taken in zip(*rounds, strict=True)
    )
    return [
        Result(
            name="taxii-ingest",
            figure=f"{figure} times the objects per second of OpenTAXII 0.9.3",
            detail=f"{span} over {bench.rounds} alternating rounds; envelopes of "
            f"{bench.envelope:,} without observables, at {bench.large:,} stored; medians "
            f"{ours:,.0f} and {theirs:,.0f} objects per second",
            goal="at least 20 times",
            command=bench.command("ingest"),
        )
    ]


def _grown(bench: Bench) -> Sequence[Result]:
    """Envelopes, taken in by ours with many objects and with ten times as many."""
    places = [bench.ours(bench.large), bench.ours(bench.largest)]
    rounds = taxii_load.repeated(bench.rounds * 3, *(_taking(bench, one, 2) for one in places))
    ratio = measuring.ratio(rounds, 0, 1)
    figure, span = ratio.told(2)
    large, largest = (
        bench.envelope / statistics.median(taken) for taken in zip(*rounds, strict=True)
    )
    return [
        Result(
            name="taxii-ingest-grown",
            figure=f"{figure} of its own rate with ten times the objects",
            detail=f"{span} over {len(rounds)} alternating rounds; {bench.large:,} and "
            f"{bench.largest:,} stored; medians {large:,.0f} and {largest:,.0f} objects per second",
            goal="at least 0.4",
            command=bench.command("grown"),
        )
    ]


def _taking(bench: Bench, place: Place, times: int) -> Callable[[], float]:
    """Return a task that posts envelopes and gives the seconds of one."""

    def task() -> float:
        some, seconds = bench.fresh(), 0.0
        with taxii_load.Line(place) as line:
            for _ in range(times):
                taken, took = line.post(taxii_load.envelope(some, bench.envelope))
                if taken != bench.envelope:
                    sys.exit(f"{place.name} took {taken} of {bench.envelope} objects")
                seconds += took
        print(f"  {place.name}: {seconds / times:.3f} s an envelope", flush=True)
        return seconds / times

    return task


def _one_object(bench: Bench) -> Sequence[Result]:
    """One object a request, over several connections at once."""
    places = bench.beside()
    counts = (800 // (5 if bench.short else 1), 80 // (5 if bench.short else 1))

    def posting(place: Place, count: int) -> Callable[[], float]:
        def task() -> float:
            some = bench.fresh()
            bodies = [taxii_load.envelope(some, 1) for _ in range(count)]
            rate = taxii_load.post_over(place, bodies, CONNECTIONS)
            print(f"  {place.name}: {rate:.0f} a second", flush=True)
            return rate

        return task

    tasks = [posting(one, count) for one, count in zip(places, counts, strict=True)]
    rounds = taxii_load.repeated(bench.rounds, *tasks)
    figure, span = measuring.ratio(rounds, 0, 1).told()
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return [
        Result(
            name="taxii-one-object",
            figure=f"{figure} times the requests per second of OpenTAXII 0.9.3",
            detail=f"{span} over {len(rounds)} alternating rounds; one object a request over "
            f"{CONNECTIONS} connections, at {bench.large:,} stored; medians {ours:,.0f} and "
            f"{theirs:,.0f} a second",
            goal="at least 10 times",
            command=bench.command("one-object"),
        )
    ]


def _queries(bench: Bench) -> Sequence[Result]:
    """Questions for a page, beside OpenTAXII."""
    places = bench.beside()
    asked = [taxii_load.kinds(one, bench.page) for one in places]
    # OpenTAXII does not answer as the standard asks to words for versions.
    shared = [name for name in asked[0] if not name.endswith("versions") or name == "versions"]
    taken = taxii_load.in_turn(
        places,
        [{name: one[name] for name in shared} for one in asked],
        _SLOW_ROUNDS,
        each=(bench.times // _SLOW_ROUNDS, 1),
    )
    both = {name: tuple(map(taxii_load.median_ms, taken[name])) for name in shared}
    parts = {name: ours / theirs for name, (ours, theirs) in both.items()}
    for name, (ours, theirs) in both.items():
        print(f"  {name}: {ours:.2f} and {theirs:.2f} ms: {parts[name]:.3f}", flush=True)

    def row(name: str, kinds: Sequence[str], goal: str) -> Result:
        worst = max(kinds, key=lambda kind: parts[kind])
        told = ", ".join(f"{one} {both[one][0]:.1f} and {both[one][1]:.1f} ms" for one in kinds)
        return Result(
            name=name,
            figure=f"{parts[worst]:.3f} of OpenTAXII 0.9.3's median, at most ({worst})",
            detail=f"{_SLOW_ROUNDS} rounds, in each {bench.times // _SLOW_ROUNDS} to legation and "
            f"1 to the other; limit {bench.page}, {bench.large:,} stored: {told}",
            goal=goal,
            command=bench.command("queries"),
        )

    others = [name for name in shared if name not in (*PLAIN, *SELDOM)]
    return [
        row("taxii-queries", PLAIN, "at most 1/3 (0.333)"),
        row("taxii-queries-seldom", SELDOM, "at most 1/10 (0.1)"),
        row("taxii-queries-other", others, ""),
    ]


def _medallion(bench: Bench) -> Sequence[Result]:
    """The first page, beside the reference server."""
    places = [bench.ours(bench.tiny), bench.medallion()]
    kind = taxii_load.Kind("objects/", (("limit", str(bench.page)),))

    def asking(place: Place, times: int) -> Callable[[], float]:
        def task() -> float:
            with taxii_load.Line(place) as line:
                return statistics.median(line.get(kind).seconds for _ in range(times))

        return task

    asking(places[0], bench.times)()
    rounds = taxii_load.repeated(3, asking(places[0], bench.times), asking(places[1], 1))
    ratio = measuring.ratio(rounds, 1, 0)
    ours, theirs = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return [
        Result(
            name="taxii-first-page-medallion",
            figure=f"1/{ratio.median:,.0f} of medallion 3.0.0's time",
            detail=f"1/{min(ratio.pairs):,.0f} to 1/{max(ratio.pairs):,.0f} over {len(rounds)} "
            f"alternating rounds; limit {bench.page}, {bench.tiny:,} stored; medians "
            f"{ours * 1000:.1f} ms and {theirs:.1f} s",
            goal="at most 1/1,000",
            command=bench.command("medallion"),
        )
    ]


def _flat(bench: Bench) -> Sequence[Result]:
    """Every kind of question, with few objects and with a hundred times as many."""
    places = [bench.ours(bench.small), bench.ours(bench.largest)]
    asked = [taxii_load.kinds(one, bench.page) for one in places]
    taken = taxii_load.in_turn(places, asked, bench.times * 3, alike=not bench.short)
    both = {name: tuple(map(taxii_load.median_ms, each)) for name, each in taken.items()}
    grown = {name: many / few for name, (few, many) in both.items()}
    worst = max(grown, key=lambda name: grown[name])
    told = ", ".join(f"{name} {few:.2f} and {many:.2f} ms" for name, (few, many) in both.items())
    return [
        Result(
            name="taxii-flat",
            figure=f"{grown[worst]:.2f} times the median for a hundred times the objects, "
            f"at most ({worst})",
            detail=f"{bench.times * 3} of each in turn, limit {bench.page}, {bench.small:,} and "
            f"{bench.largest:,} stored: {told}",
            goal="at most 1.5 times for each kind",
            command=bench.command("flat"),
        )
    ]


def _crawl(bench: Bench) -> Sequence[Result]:
    """All objects, page by page, beside OpenTAXII."""
    places = bench.beside()

    def walking(place: Place) -> Callable[[], float]:
        def task() -> float:
            walk = taxii_load.crawl(place, bench.walk, longest_s=_LONGEST_WALK_S)
            rate = walk.objects / walk.seconds
            print(f"  {place.name}: {walk.objects:,} objects, {rate:,.0f} a second", flush=True)
            return rate

        return task

    rounds = taxii_load.repeated(3, *(walking(one) for one in places))
    figure, span = measuring.ratio(rounds, 0, 1).told()
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return [
        Result(
            name="taxii-crawl",
            figure=f"{figure} times the objects per second of OpenTAXII 0.9.3",
            detail=f"{span} over {len(rounds)} alternating rounds; {bench.large:,} stored, pages "
            f"of {bench.walk:,}, a walk ended after {_LONGEST_WALK_S:.0f} s; medians {ours:,.0f} "
            f"and {theirs:,.0f} a second",
            goal="at least 3 times",
            command=bench.command("crawl"),
        )
    ]


def _last_page(bench: Bench) -> Sequence[Result]:
    """The last full page of a walk beside the first one."""
    place = bench.ours(bench.large)
    first = taxii_load.Kind("objects/", (("limit", str(bench.walk)),))
    last = taxii_load.crawl(place, bench.walk).last
    asked = [{"page": first}, {"page": last}]
    taken = taxii_load.in_turn([place, place], asked, bench.times)["page"]
    few, many = map(taxii_load.median_ms, taken)
    return [
        Result(
            name="taxii-crawl-last",
            figure=f"{many / few:.2f} times the median of the first page",
            detail=f"{bench.times} of each in turn; {bench.large:,} stored, pages of "
            f"{bench.walk:,}; {few:.1f} and {many:.1f} ms",
            goal="at most 1.5 times",
            command=bench.command("last-page"),
        )
    ]


def _memory(bench: Bench) -> Sequence[Result]:
    """Resident memory with all that is stored, after questions of every kind and postings."""
    rows = []
    for desk in (True, False):
        with bench.anew(bench.largest, desk=desk) as place:
            asked = taxii_load.kinds(place, bench.page)
            begun = taxii_load.resident(place.pid)
            taxii_load.in_turn([place], [asked], 5)
            taxii_load.crawl(place, bench.walk, most=bench.large)
            after = taxii_load.resident(place.pid)
            _taking(bench, place, 5)()
            most = taxii_load.resident(place.pid, "VmHWM")
        rows.append(
            Result(
                name=f"taxii-memory-{'desk' if desk else 'serve'}",
                figure=f"{after:.0f} MB resident",
                detail=f"of the process after all kinds of questions and {bench.large:,} objects "
                f"read, {bench.largest:,} stored; {begun:.0f} MB when it began; at most {most:.0f} "
                f"MB when it also took in 5 envelopes of {bench.envelope:,}",
                goal="at most 300 MB",
                command=bench.command("memory"),
            )
        )
    return rows


_PARTS: dict[str, Callable[[Bench], Sequence[Result]]] = {
    # What reads comes first: what is taken in makes the servers unlike.
    "queries": _queries,
    "crawl": _crawl,
    "medallion": _medallion,
    "flat": _flat,
    "last-page": _last_page,
    "ingest": _ingest,
    "one-object": _one_object,
    "grown": _grown,
    "memory": _memory,
}


if __name__ == "__main__":
    main()
