"""Feed every reader of strangers' bytes with inputs that follow its branches (`make fuzz`).

atheris (libFuzzer) makes the inputs; `tests/worlds/parsers.py` says what is read, what may be
raised, and what must be written back. Each reader runs in a program of its own, for the runs that
are asked for together; an input that breaks one is kept and named, and the end is an error.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_DONE = re.compile(r"^Done ([0-9]+) runs in ([0-9]+) second", re.MULTILINE)
_LONGEST = 20_000


def main() -> None:
    """Run them all, or the one that a parent asks for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--runs", type=int, default=1_050_000, help="of all readers together")
    asked.add_argument("--only", default="", help="one reader, by its name")
    asked.add_argument("--keep", type=Path, default=ROOT / ".fuzz", help="where what breaks is put")
    asked.add_argument("--one", default="", help=argparse.SUPPRESS)
    given, rest = asked.parse_known_args()
    if given.one:
        _follow(given.one, rest)
    sys.exit(_all(given))


def _all(given: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    from worlds.parsers import PARSERS, TOKENS

    names = [given.only] if given.only else list(PARSERS)
    each, done, broken = -(-given.runs // len(names)), 0, []
    given.keep.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        words = Path(made) / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in TOKENS), "ascii")
        for name in names:
            corpus = Path(made) / name
            corpus.mkdir()
            for number, seed in enumerate(PARSERS[name].seeds):
                (corpus / str(number)).write_bytes(seed)
            options = [f"-runs={each}", f"-max_len={_LONGEST}", f"-dict={words}", "-verbosity=1"]
            options.append(f"-artifact_prefix={given.keep}/{name}-")
            run = subprocess.run(  # noqa: S603 -- this program itself
                [sys.executable, __file__, "--one", name, *options, str(corpus)],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            told = _DONE.search(run.stderr)
            if run.returncode or told is None:
                broken.append(name)
                sys.stdout.write(f"{run.stdout[-3000:]}\n{run.stderr[-3000:]}\n")
                continue
            done += int(told[1])
            sys.stdout.write(f"{name}: {int(told[1]):,} runs in {int(told[2]):,} s\n")
            sys.stdout.flush()
    kept = f"; what breaks them is in {given.keep}" if broken else ""
    sys.stdout.write(f"{done:,} runs, {len(broken)} readers broken{kept}\n")
    return int(bool(broken) or done < given.runs)


def _follow(name: str, options: list[str]) -> None:
    """Run one reader under atheris; the program ends with it."""
    import atheris

    sys.path.insert(0, str(ROOT / "tests"))
    with atheris.instrument_imports(include=["legation"], enable_loader_override=False):
        from worlds.parsers import PARSERS
    parser = PARSERS[name]

    def take(data: bytes) -> None:
        parser.try_on(data)

    atheris.Setup([sys.argv[0], *options], take)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()
