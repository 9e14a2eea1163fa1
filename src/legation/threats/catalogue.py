"""Every detector: its name, the module that holds it, and what it sees.

A new one is a file in its threat's folder and a line here. A detector is loaded only
when it runs, so the list costs nothing to read.
"""

from importlib import import_module
from typing import Any

import msgspec

from legation.errors import UsageError


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        name: As in runs, commands and documents.
        module: Where it stands.
        kind: Its class there.
        sees: What it sees, in a phrase.
    """

    name: str
    module: str
    kind: str
    sees: str

    def load(self) -> Any:
        """Return the detector's class."""
        return getattr(import_module(self.module), self.kind)


DETECTORS: tuple[Detector, ...] = (
    Detector(
        name="disinformation.coordination",
        module="legation.threats.disinformation.coordination",
        kind="Coordination",
        sees="accounts that act together more often than chance explains",
    ),
    Detector(
        name="impersonation.altered-copies",
        module="legation.threats.impersonation.altered_copies",
        kind="AlteredCopies",
        sees="posts that carry a registered statement with other words than were issued",
    ),
)


def detector(name: str) -> Detector:
    """Return the entry of that name.

    Raises:
        UsageError: There is none.
    """
    found = {each.name: each for each in DETECTORS}
    if name not in found:
        raise UsageError(f"no detector {name!r}", hint=f"detectors: {', '.join(found)}")
    return found[name]
