"""The process that reads a stranger's document: little memory, little time, no files to write.

The document comes in on the standard input and what is told of it goes out as JSON. Whatever
goes wrong is told as the reason why there are no words; the process that asked goes on.
"""

import resource
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from legation.formats.documents.told import Told

MEMORY: Final = 1 << 30
SECONDS: Final = 20
_FILES: Final = 64


def bound() -> None:
    """Take away from this process what reading does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def main() -> None:
    """Read one document."""
    bound()
    import logging

    import msgspec

    logging.disable(logging.CRITICAL)
    kind, stated = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""  # noqa: PLR2004
    told = told_of(sys.stdin.buffer.read(), kind, stated)
    sys.stdout.buffer.write(msgspec.json.encode(_sound(msgspec.to_builtins(told))))
    sys.stdout.buffer.flush()


def told_of(raw: bytes, kind: str, stated: str = "") -> "Told":
    """Return what is told of a document, be it why there are no words."""
    from legation.errors import BadInputError
    from legation.formats.documents.catalogue import READERS
    from legation.formats.documents.told import Told

    try:
        return READERS[kind](raw, stated=stated)
    except BadInputError as bad:
        return Told(unread=str(bad))
    except MemoryError:
        return Told(unread=f"the document asks for more than {MEMORY >> 20} MB of memory")
    except Exception as fault:  # noqa: BLE001 - the door of this process: a stranger's file
        return Told(unread=f"the document is damaged ({type(fault).__name__})")


def _sound(value: Any) -> Any:
    """Replace lone surrogates, which no encoding of Unicode can write."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _sound(part) for name, part in value.items()}
    return [_sound(part) for part in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
