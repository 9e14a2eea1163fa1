"""What `legation doctor` looks at: versions, keys, trail, objects, lake, persons, partners, duty.

Each check answers in a phrase or raises what is wrong; the door shows both.
"""

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, final

from legation import __version__
from legation.app.home import MADE, Home

if TYPE_CHECKING:
    from legation.crypto.key_files import Protection
    from legation.store.audit import AuditHead
    from legation.store.imports import Import
    from legation.store.opening import Store

_NAMED: Final = 3
_LIBRARIES: Final = ("duckdb", "sqlalchemy", "cryptography", "numpy", "networkit")
# Where this does not hold, what is built on it cannot be read.
GROUND: Final = "store"
Check = tuple[str, Callable[[], str]]


def checks(home: Home, protection: "Protection | None" = None) -> Iterator[Check]:
    """Yield what is looked at, and how; the store's checks only where there is a home.

    Who makes each before the next is asked for is spared what rests on a part that does not hold.

    Args:
        home: The home.
        protection: What opens its keys, where they are protected and somebody said how.
    """
    yield "legation", lambda: f"{__version__} on Python {platform.python_version()}"
    yield "libraries", lambda: ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield "primitives", _primitives
    yield "home", lambda: _home(home)
    if home.exists():
        yield "policies", lambda: _policies(home)
        keys = _Holds(lambda: _keys(home, protection))
        yield "key file", keys
        yield GROUND, lambda: _of_store(home, _cells)
        yield "triggers", lambda: _of_store(home, _triggers)
        yield "audit trail", lambda: _of_store(home, _trail)
        yield "signed heads", lambda: _of_store(home, lambda store: _heads(home, store))
        manifests = _Holds(lambda: _of_store(home, _manifests))
        yield "manifests", manifests
        if manifests.held:
            yield "imports", lambda: _of_store(home, _imports)
            yield "runs", lambda: _of_store(home, _runs)
            yield "lake", lambda: _of_store(home, _lake)
        yield "objects", lambda: _of_store(home, _objects)
        yield "labels", lambda: _of_store(home, _labels)
        if keys.held:
            yield (
                "sealed names",
                lambda: _of_store(home, lambda store: _seals(home, store, protection)),
            )
        yield "search", lambda: _of_store(home, _search)
        yield "evidence", lambda: _of_store(home, lambda store: _evidence(home, store))
        yield "personal data", lambda: _of_store(home, lambda store: _personal(home, store))
        yield "orders", lambda: _of_store(home, _orders)
        yield "cases", lambda: _of_store(home, _cases)
        yield "exchange", lambda: _of_store(home, _exchange)
        yield "duty", lambda: _of_store(home, lambda store: _duty(home, store))


@final
class _Holds:
    """A check that remembers whether what it looks at holds."""

    def __init__(self, check: Callable[[], str]) -> None:
        self._check = check
        self.held = True

    def __call__(self) -> str:
        self.held = False
        said = self._check()
        self.held = True
        return said


def _primitives() -> str:
    from legation.crypto.selftest import require_known_answers

    require_known_answers()
    return "each gives its published answer"


def _home(home: Home) -> str:
    how = "protected by a passphrase" if home.keys_are_protected() else "unprotected"
    return f"{home.folder}, keys {how}"


def _policies(home: Home) -> str:
    from legation.app.access.rules import usual_clearance
    from legation.app.agreeing import verify_reading

    usual_clearance(home.settings)
    if not home.settings.policies:
        return "the shipped ones"
    return f"{verify_reading(home.policies())} decisions on reading are those of the store"


def _of_store(home: Home, look: Callable[["Store"], str]) -> str:
    # Whoever only looks sweeps nothing: a file without its manifest may be all that is left.
    with home.store(sweep=False) as store:
        return look(store)


def _given(home: Home, protection: "Protection | None") -> "Protection | None":
    from legation.crypto.key_files import UNPROTECTED

    return protection if protection or home.keys_are_protected() else UNPROTECTED


def _keys(home: Home, protection: "Protection | None") -> str:
    from legation.app.seals import verify_key_file

    return verify_key_file(home, _given(home, protection))


def _seals(home: Home, store: "Store", protection: "Protection | None") -> str:
    from legation.app.seals import verify_seals

    return verify_seals(home, store, _given(home, protection))


def _duty(home: Home, store: "Store") -> str:
    from legation.app.duty_checks import verify_duty

    return verify_duty(home, store)


def _cells(store: "Store") -> str:
    return f"{store.verify_cells()} rows hold what their columns should"


def _triggers(store: "Store") -> str:
    return f"{store.verify_triggers()} keep entries and versions from being changed"


def _trail(store: "Store") -> str:
    return f"{verify_trail(store)} entries hold"


def _heads(home: Home, store: "Store") -> str:
    from legation.app.heads import standing, verify_heads

    signed = len(verify_heads(store, MADE))
    days = standing(store, home.now()).days
    if not days:
        return f"{signed} signed, today's among them"
    return f"{signed} signed, none for {days} days; run: legation audit head --sign"


def verify_trail(store: "Store", *heads: "AuditHead") -> int:
    """Check the trail against its beginning, its noted and signed ends, and ends kept elsewhere.

    Returns:
        The number of entries.

    Raises:
        VerificationError: The trail does not hold.
    """
    from legation.app.heads import heads as signed_heads
    from legation.app.heads import verify_heads
    from legation.store.agreement import verify_made

    signed = [head.audit_head() for head in signed_heads(store)]
    entries = store.noted_head.verify(*heads, *signed)
    verify_made(store, MADE)
    verify_heads(store, MADE)
    return entries


def verify_kept(store: "Store", text: str) -> "AuditHead":
    """Return what a signed head that was kept elsewhere says, once its signature holds.

    Raises:
        BadInputError: It is no signed head.
        VerificationError: The signature does not hold, or another desk signed it.
    """
    from legation.app.heads import read_head_file, verify_signature
    from legation.errors import VerificationError

    head = read_head_file(text)
    verify_signature(head)
    if head.desk not in {entry.event.subject for entry in store.audit.every(MADE)}:
        raise VerificationError(
            f"the audit trail does not hold: the head of {head.date} that was kept elsewhere is "
            "of another desk",
            hint="see that it is of this desk; if it is, the trail was begun anew",
        )
    return head.audit_head()


def _manifests(store: "Store") -> str:
    return f"{len(store.lake.batches())} can be read, and name nothing outside of the lake"


def _imports(store: "Store") -> str:
    from legation.app.import_record import TAKEN, UNDONE
    from legation.store.agreement import verify_imports

    agree = verify_imports(store, "posts", TAKEN, undone=UNDONE)
    told = f"{agree} imports agree with trail and lake"
    back = "take back what came in: legation import undo NUMBER"
    if begun := store.imports.unfinished("posts"):
        told += (
            f"; {len(begun)} not finished: {_first(begun)}; unless it runs now, import the same "
            f"file again: it goes on where it stopped; or {back}"
        )
    if refused := store.imports.refused_in_part("posts"):
        told += f"; {len(refused)} failed with posts: {_first(refused)}; {back}"
    return told


def _first(some: "list[Import]") -> str:
    more = len(some) - _NAMED
    names = ", ".join(one.name for one in some[:_NAMED])
    return f"{names} and {more} more" if more > 0 else names


def _runs(store: "Store") -> str:
    from legation.app.recording import LOOKED
    from legation.store.agreement import verify_runs

    return f"{verify_runs(store, LOOKED)} runs agree with trail, objects and lake"


def _objects(store: "Store") -> str:
    store.objects.verify()
    return f"{sum(store.objects.counts().values())} objects hold"


def _labels(store: "Store") -> str:
    from legation.app.labelling import SET, WIDEN

    return f"those of {store.verify_labels(MADE, (SET, WIDEN))} objects are as they were given"


def _search(store: "Store") -> str:
    from legation.app.indexing import is_current

    texts = store.search.verify()
    when = "" if is_current(store) else "; drawn anew by the next search"
    return f"{texts} texts are those that were kept{when}"


def _evidence(home: Home, store: "Store") -> str:
    from legation.app.evidence.checking import checked

    return checked(home, store)


def _personal(home: Home, store: "Store") -> str:
    from legation.app.retention import checked

    return checked(home, store)


def _cases(store: "Store") -> str:
    from legation.app.cases.shared import verify_cases
    from legation.app.home import author_of

    return f"{verify_cases(store, author_of(store)):,} cases stand as their entries say"


def _exchange(store: "Store") -> str:
    return f"{store.verify_exchange():,} objects of collections are those that came or left"


def _orders(store: "Store") -> str:
    from legation.app.ordering import checked

    return checked(store)


def _lake(store: "Store") -> str:
    from legation.app.import_record import TAKEN, UNDONE
    from legation.app.recording import BEGUN, LOOKED
    from legation.errors import VerificationError
    from legation.store.agreement import verify_batches
    from legation.store.proofs import EVIDENCE, TIES

    store.lake.verify()
    proofs = (EVIDENCE, TIES)
    open_looks = verify_batches(
        store, "posts", taken=TAKEN, undone=UNDONE, looked=LOOKED, begun=BEGUN, proofs=proofs
    )
    if strangers := store.lake.strangers():
        raise VerificationError(
            f"{len(strangers)} files of the lake stand in no manifest, the first is "
            f"{strangers[0].relative_to(store.lake.folder)}",
            hint="restore `.manifests` from a backup; without it, import their source again",
        )
    told = f"{sum(len(batch.files) for batch in store.lake.batches())} files hold"
    if open_looks:
        looks = "1 look was" if len(open_looks) == 1 else f"{len(open_looks)} looks were"
        told += (
            f"; {looks} broken off before the record, and nothing rests on what was left; unless "
            "one runs now, run legation watch --once: it goes on, or looks at what came in since"
        )
    return told
