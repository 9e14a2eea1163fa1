"""A program that holds entities against the package `followthemoney`: lines in, faults out.

The package loads ICU for one thing, to write names in Latin letters, and ICU asks for a compiler.
Nothing here writes names anew, so where ICU is not installed its place is held by a stand-in
that refuses to be used. Run as: python follow_the_money_judge.py < entities.jsonl
"""

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any


class Transliterator:
    """Stands where ICU would; whoever asks it for anything is told that it is not there."""

    @staticmethod
    def createInstance(*_: object) -> "Transliterator":  # noqa: N802 # the name is ICU's
        """Return the stand-in."""
        return Transliterator()

    def transliterate(self, text: str) -> str:
        """Refuse."""
        raise NotImplementedError(text)


def main() -> int:
    """Judge each line."""
    if importlib.util.find_spec("icu") is None:
        stand_in = ModuleType("icu")
        vars(stand_in)["Transliterator"] = Transliterator
        sys.modules["icu"] = stand_in
    # Loaded by name: whoever checks types need not have the package.
    model = importlib.import_module("followthemoney").model
    every = [json.loads(line) for line in sys.stdin.buffer.read().splitlines()]
    kinds = {told["id"]: told["schema"] for told in every}
    found = [
        f"{number}: {fault}\n"
        for number, told in enumerate(every, 1)
        for fault in (*faults_of(told, model), *false_ends(told, model, kinds))
    ]
    sys.stdout.writelines(found)
    return 1 if found else 0


def faults_of(told: dict[str, Any], model: Any) -> Iterator[str]:
    """Yield what the package does not take, or would read otherwise than it was written."""
    schema = model.get(told["schema"])
    if schema is None or schema.abstract:
        yield f"no schema {told['schema']}"
        return
    yield from (f"no {name}" for name in schema.required if not told["properties"].get(name))
    try:
        schema.validate(told)
        read = model.get_proxy(told, cleaned=False).to_dict()
    except Exception as fault:  # noqa: BLE001 # a judge tells every fault and goes on
        yield f"{fault!r} {getattr(fault, 'errors', '')}"
        return
    for name, values in told["properties"].items():
        if sorted(read["properties"].get(name, [])) != sorted(values):
            yield f"{name}: {values} is read as {read['properties'].get(name)}"
    if read["id"] != told["id"]:
        yield f"the id is read as {read['id']}"


def false_ends(told: dict[str, Any], model: Any, kinds: dict[str, str]) -> Iterator[str]:
    """Yield the arrows of an entity that point to one of a schema that they may not point to."""
    schema = model.get(told["schema"])
    for name, values in told["properties"].items():
        range_ = getattr(schema.get(name) if schema else None, "range", None)
        if range_ is None:
            continue
        for value in values:
            if value in kinds and not model.get(kinds[value]).is_a(range_):
                yield f"{name}: a {kinds[value]} is no {range_.name}"


if __name__ == "__main__":
    raise SystemExit(main())
