"""One reader before one store: what each of the desk's parts needs to serve somebody.

Whoever holds a scope reads objects as its reader may know them, acts under its reader's
roles, and writes into the trail in its reader's name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, final

from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.rights.clearance import Reader
    from legation.rights.policies import Policies
    from legation.store.opening import Store
    from legation.store.readable import KnownObjects


@final
@dataclass(frozen=True, kw_only=True)
class Scope:
    """A reader, a store, and the rules between them.

    Attributes:
        store: The open store.
        reader: Who reads, and what they hold.
        now: The clock.
        policies: Gives the policies, when an act is to be judged.
        ladder: National classifications, the lowest first.
        compartments: All compartments that objects may be put into.
        marking: The desk's own level, under which it states what it keeps.
        tested_days: Days after which a try no longer lifts a safeguard to tested.
        state: Code of the state whose desk it is; empty: nobody said.
        casework: Folder of the ministry's own files by which cases are judged; empty: none.
    """

    store: "Store"
    reader: "Reader"
    now: Callable[[], datetime]
    policies: "Callable[[], Policies]"
    ladder: Sequence[str] = ()
    compartments: Sequence[str] = ()
    marking: Tlp = Tlp.AMBER
    tested_days: int = 365
    state: str = ""
    casework: str = ""

    @property
    def objects(self) -> "KnownObjects":
        """Return the objects that the reader may know."""
        return self.store.objects.as_read_by(self.reader.clearance)

    def note(self, actor: str, verb: str, subject: str, **detail: Any) -> None:
        """Write an act into the trail, in the transaction that is open."""
        from legation.store.audit import Event

        self.store.audit.append(
            Event(at=self.now(), actor=actor, verb=verb, subject=subject, detail=detail)
        )
