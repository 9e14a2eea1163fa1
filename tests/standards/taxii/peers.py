"""Foreign TAXII servers, started for the tests in environments of their own."""

import importlib
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from standards.taxii.serving import Account, Served
from worlds.stix_made import StixMaker

PROGRAMS = Path(__file__).with_name("peer_programs.py")


@contextmanager
def serve_peer(told: str, folder: Path) -> Iterator[Served]:
    """Start a peer and stop it at the end.

    Args:
        told: Its name, a colon, and the folder with its environment; or `@module:function`, what
            serves some other server as `own.serve_legation` does.
        folder: Where it may write.
    """
    name, _, environments = told.partition(":")
    if name.startswith("@"):
        with getattr(importlib.import_module(name[1:]), environments)(folder) as found:
            yield found
        return
    python = Path(environments) / name / "bin" / "python"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    maker = StixMaker(3)
    thing = maker.thing("campaign")
    held = (maker.thing(), thing, maker.marking(), maker.observable(), maker.newer(thing))
    (folder / "held.json").write_text(json.dumps(held), "utf-8")
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(
            [python, PROGRAMS, name, str(port), folder],
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=folder,
        ) as process,
    ):
        try:
            assert process.stdout
            about = json.loads(process.stdout.readline())
            _wait(port)
            yield Served(
                name=name,
                url=f"http://127.0.0.1:{port}",
                api_root=about["api_root"],
                first=Account(*about["first"]),
                second=Account(*about["second"]),
                **{key: about.get(key) for key in ("ro", "wo", "other", "closed", "hidden")},
                rw=about["rw"],
                ro_objects=held if about["ro_held"] else (),
                max_content_length=2_000_000,
                public_discovery=about["public_discovery"],
            )
        finally:
            process.kill()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)
