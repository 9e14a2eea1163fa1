"""Where the real posts and the other systems are: beside the checkout, never inside it.

`shared` stands next to the checkout and holds the developer sample and the scripts that start
other systems. Their environments are made by `shared/peers/coordination/setup.sh DIR`; the
folder is named by `--peers DIR` or `LEGATION_PEERS`. Whatever a benchmark makes of the sample
stays in a temporary folder.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
SHARED = CHECKOUT.parent / "shared"
POSTS = SHARED / "data" / "posts" / "posts.parquet"
PEERS = SHARED / "peers" / "coordination"
ALL_POSTS = 1_271_938
# The accounts on which recall is judged, and the ordinary users of the hard control.
LEAST_POSTS = 10
DEBATE = "gopdebate"
# For options that one process gives another.
HIDDEN = argparse.SUPPRESS
# Layers whose objects are equal, not alike.
EXACT_LAYERS = ("repost", "link", "image", "text")


def options(told: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes."""
    parser = argparse.ArgumentParser(
        description=told, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, help="where to work; default: a temporary folder")
    parser.add_argument(
        "--keep", action="store_true", help="write the figures into benchmarks/RESULTS.md"
    )
    return parser


def peers_option(parser: argparse.ArgumentParser) -> None:
    """Add `--peers`, the folder of the other systems' environments."""
    named = os.environ.get("LEGATION_PEERS")
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(named) if named else None,
        help="folder made by shared/peers/coordination/setup.sh; default: LEGATION_PEERS",
    )


def posts() -> Path:
    """Return the developer sample, or end the program with the reason."""
    if not POSTS.is_file():
        sys.exit(f"no developer sample: {POSTS} is absent")
    return POSTS


def peer_python(folder: Path | None, peer: str) -> Path:
    """Return the interpreter of another system's environment, or end with the reason."""
    if folder is None:
        sys.exit("name the folder of the other systems: --peers DIR or LEGATION_PEERS")
    python = folder / peer / "bin" / "python"
    if not python.exists():
        sys.exit(f"no {peer} in {folder}: run shared/peers/coordination/setup.sh {folder}")
    return python


def legation() -> list[str]:
    """Return the start of a command line, as a user has it installed."""
    installed = Path(sys.executable).with_name("legation")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "legation"]


@contextmanager
def workplace(given: Path | None) -> Iterator[Path]:
    """Give a folder to work in: the one named, or a temporary one that goes afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="legation-bench-") as folder:
        yield Path(folder)
