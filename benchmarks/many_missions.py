"""The balance of many: 200 states, 500 missions, 5,000 channels; questions for a page, nodes anew.

    python benchmarks/many_missions.py --keep

Counts alone are held to goals, so a busy machine changes nothing of them; the seconds beside them
are told and held to nothing.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import data
import results

sys.path.insert(0, str(data.CHECKOUT / "tests"))

from litestar.testing import TestClient
from sqlalchemy import event

from legation.app.balancing import Balancing
from legation.app.jobs import StoredJobs
from legation.app.registers import Registers
from legation.balance.weighing import ancestors
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from worlds.gates import Clock, open_gate
from worlds.homes import new_home
from worlds.many_missions import CHANNELS, MISSIONS, STATES, tables

_MOST = 10
_PAGES = ("/", "/balance", "/mission/m0", "/mission/m0/T6", "/state/FR")
_NOT_ASKED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def main() -> None:
    """Measure, print, and end with 1 when a page asks too much or too much is made anew."""
    given = data.options(__doc__).parse_args()
    with data.workplace(given.work) as work:
        most, made, nodes, touched, spans = _measured(Path(work))
    whole, again = spans
    result = results.Result(
        name="balance-many",
        figure=f"at most {most} questions for a page; {made} of {nodes:,} nodes made anew",
        detail=(
            f"{STATES} states, {MISSIONS} missions, {CHANNELS:,} channels, invented; one changed "
            f"channel has {touched} ancestors; the first weighing {whole:.1f} s, that after the "
            f"change {again:.1f} s with its reading"
        ),
        goal=f"at most {_MOST} questions; its ancestors and nothing else",
        command="benchmarks/many_missions.py",
    )
    results.show([result], keep=given.keep)
    if most > _MOST or made != touched:
        sys.exit("more than it must be")


def _measured(folder: Path) -> tuple[int, int, int, int, tuple[float, float]]:
    home = new_home(folder / "home", Clock())
    with home.store() as store:
        scope = home.library(store, "benchmark").scope()
        registers = Registers(scope)
        for name, content in tables().items():
            if registers.take(content, name).refused:
                sys.exit(f"{name} was not taken in")
        balancing = Balancing()
        begun = time.perf_counter()
        first = balancing.balance(scope)
        whole = time.perf_counter() - begun
        content = tables()["channels"].replace(b"m0-c0,m0,mail,Way 0,", b"m0-c0,m0,mail,Post,")
        if registers.take(content, "channels").changed != 1:
            sys.exit("no channel was changed")
        begun = time.perf_counter()
        after = balancing.balance(scope)
        again = time.perf_counter() - begun
        touched = ancestors(first.nodes, registers.id_of("channels", "m0-c0"))
        app = build_app(
            StoredReading(home.library(store, "benchmark")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(home, store, StoredJobs(home, store)),
        )
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            most = max(_questions(store, client, path) for path in _PAGES)
    return most, after.made, len(after.nodes), len(touched), (whole, again)


def _questions(store: Any, client: Any, path: str) -> int:
    with _asked(store) as met:
        if client.get(path).status_code != 200:
            sys.exit(f"{path} failed")
    return len(met)


@contextmanager
def _asked(store: Any) -> Iterator[list[str]]:
    met: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(_NOT_ASKED):
            met.append(statement)

    engine = store._database.engine  # noqa: SLF001 - what it is asked is measured
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield met
    finally:
        event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
