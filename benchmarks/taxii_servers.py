"""The TAXII servers that are compared: legation as it is installed, and the peers.

Each is a process of its own on this machine, stores on the same disk, and is ended at the end.
Homes of several sizes hold the same objects: one is grown, and copied where it has the size.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import data
import msgspec
import taxii_load
from taxii_load import Place

PARTNER = "bench"
PEERS = ("opentaxii", "medallion")
_BATCH = 1_000
_TOLD = 100_000
_FILLED_S = 3_600.0
# OpenTAXII refuses observables over HTTP. Laid down by the script, these would have one version
# in common, by which SQLite looks them up: each page would take as long as their number squared.
_PLAIN = """\
import functools, os, runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
import gen_stix
gen_stix.gen = functools.partial(gen_stix.gen, sco=False)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Marks(msgspec.Struct):
    """What is known of a home beside it.

    Attributes:
        token: Of the partner.
        collection: Id of the one into which it sends.
        late: Instant at which nine tenths of the objects had been added.
    """

    token: str
    collection: str
    late: str


def homes(work: Path, sizes: Sequence[int], *, observables: bool) -> dict[int, Path]:
    """Return a home for each number of objects; make those that are not there yet.

    Args:
        work: Where they stand, also for the next run.
        sizes: How many objects.
        observables: Whether observables are among them, which OpenTAXII refuses.
    """
    front = "home" if observables else "plain"
    found = {size: work / f"{front}-{size}" for size in sizes}
    if all((home / "marks.json").exists() for home in found.values()):
        return found
    growing = work / f"{front}-growing"
    for one in (*found.values(), growing):
        shutil.rmtree(one, ignore_errors=True)
    _run("init", "--home", str(growing))
    _run("partner", "add", PARTNER, "--home", str(growing))
    token = _run("partner", "let-in", PARTNER, "--home", str(growing)).strip()
    told = msgspec.json.decode(_run("partner", "show", PARTNER, "--home", str(growing), "--json"))
    collection = next(one["id"] for one in told["collections"] if one["can_write"])
    some = taxii_load.objects(1, observables=observables)
    filled: list[int] = []
    for size in sorted(sizes):
        _fill(growing, collection, some, size - len(filled), filled)
        late = datetime.fromtimestamp(filled[len(filled) * 9 // 10] / 1e6, UTC)
        shutil.copytree(growing, found[size])
        marks = Marks(token, collection, f"{late:%Y-%m-%dT%H:%M:%S.%f}Z")
        (found[size] / "marks.json").write_bytes(msgspec.json.encode(marks))
    shutil.rmtree(growing)
    return found


def _fill(home: Path, name: str, some: taxii_load.Objects, count: int, filled: list[int]) -> None:
    """Add objects as the server does, without HTTP; note when each was added."""
    from legation.app.home import Home
    from legation.formats.envelope import Taken, read_envelope
    from legation.settings import Settings
    from legation.store.exchange.collections import Posting

    def now() -> datetime:
        return datetime.now(UTC)

    begun, told = time.perf_counter(), len(filled)
    with Home(Settings(home=home), now).store() as store:
        number = store.collections.get(name).number
        partner = store.partners.get(PARTNER).partner_id
        end = len(filled) + count
        while len(filled) < end:
            body = taxii_load.envelope(some, min(_BATCH, end - len(filled)))
            judged = [one for one in read_envelope(body, source="bench") if isinstance(one, Taken)]
            items = tuple((one.facts, one.raw) for one in judged)
            posting = Posting(number=number, partner_id=partner, items=items)
            filled += [one.added_us for one in store.collections.post(posting, now())]
            if len(filled) - told >= _TOLD or len(filled) == end:
                took = time.perf_counter() - begun
                print(f"  filed {len(filled) - told:,} of {end:,} in {took:.1f} s", flush=True)
                begun, told = time.perf_counter(), len(filled)


@contextmanager
def served(home: Path, *, desk: bool = False) -> Iterator[Place]:
    """Serve a copy of a home by `share serve`, or by the whole desk."""
    kept, home = home, Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
    shutil.copytree(kept, home, dirs_exist_ok=True)
    marks = msgspec.json.decode((home / "marks.json").read_bytes(), type=Marks)
    words = ("desk",) if desk else ("share", "serve")
    command = [*data.legation(), *words, "--home", str(home), "--port", "0"]
    try:
        with _process(command, home / "served.txt") as (child, first):
            yield Place(
                name="the desk" if desk else "legation",
                port=_port(first),
                root="/taxii2/exchange",
                collection=marks.collection,
                authorization=f"Bearer {marks.token}",
                late=marks.late,
                pid=child.pid,
            )
    finally:
        shutil.rmtree(home)


@contextmanager
def peer(name: str, peers: Path, objects: int, work: Path) -> Iterator[Place]:
    """Start a peer with so many objects of the same seed."""
    python = peers / name / "bin" / "python"
    script = str(taxii_load.EXCHANGE / f"{name}_peer.py")
    folder = work / f"{name}-{objects}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = ["--port", str(_free()), "--preload", str(objects), "--minutes", "120"]
    options += ["--dir", str(folder)] if name == "opentaxii" else []
    begun = time.perf_counter()
    began = ["-c", _PLAIN, script] if name == "opentaxii" else [script]
    with _process([str(python), *began, *options], folder / "served.txt") as (child, first):
        told: dict[str, Any] = msgspec.json.decode(first)
        print(f"  {name} with {objects:,}: {time.perf_counter() - begun:.0f} s", flush=True)
        late = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(milliseconds=objects * 9 // 10)
        yield Place(
            name=name,
            port=int(urlsplit(told["url"]).port or 0),
            root=told["api_root"].rstrip("/"),
            collection=told["collection"],
            authorization=_shown(told),
            late=f"{late:%Y-%m-%dT%H:%M:%S.%f}Z",
            pid=child.pid,
        )


def _shown(told: dict[str, Any]) -> str:
    import base64

    if told.get("bearer"):
        return f"Bearer {told['bearer']}"
    shown = f"{told['user']}:{told['password']}".encode()
    return f"Basic {base64.b64encode(shown).decode()}"


def _run(*words: str) -> str:
    done = subprocess.run(
        [*data.legation(), *words], capture_output=True, text=True, check=False, env=_plain()
    )
    if done.returncode:
        sys.exit(f"legation {' '.join(words)} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


@contextmanager
def _process(command: Sequence[str], said: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a server until the end; give its process and the first line that it says."""
    with said.open("wb") as out, said.with_suffix(".err").open("wb") as err:
        child = subprocess.Popen(command, stdout=out, stderr=err, env=_plain())
    try:
        yield child, _first_line(child, said)
    finally:
        child.terminate()
        child.wait()


def _first_line(child: subprocess.Popen[bytes], said: Path) -> str:
    end = time.monotonic() + _FILLED_S
    while time.monotonic() < end and child.poll() is None:
        first, line, _ = said.read_text(encoding="utf-8").partition("\n")
        if line:
            return first
        time.sleep(0.05)
    told = said.with_suffix(".err").read_text(encoding="utf-8", errors="replace")[-2000:]
    sys.exit(f"it did not start, and ended with {child.returncode}: {told}")


def _plain() -> dict[str, str]:
    """As shipped: whatever is set for legation on this machine must not change a figure."""
    return {name: value for name, value in os.environ.items() if name[:9] != "LEGATION_"}


def _port(said: str) -> int:
    found = [word for word in said.split() if word.startswith("http")]
    return int(urlsplit(found[-1]).port or 0)


def _free() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
