"""A home: one folder that holds the keys, the store and the lake of one desk.

Everything that outlives a command is in it, so a backup of the folder is a backup of
the desk. Who the desk is was written into its audit trail when the home was made.
"""

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, final
from weakref import WeakKeyDictionary

from legation.errors import ConflictError, NotFoundError
from legation.settings import Settings, at_home
from legation.store import open_store

if TYPE_CHECKING:
    from legation.app.access.rules import Rules
    from legation.app.library import Library
    from legation.crypto.key_files import Protection
    from legation.crypto.keys import KeySet
    from legation.rights.clearance import Reader
    from legation.rights.policies import Policies
    from legation.stix.tlp import Tlp
    from legation.stix.vocabulary import Identity
    from legation.store.opening import Store

MADE: Final = "desk.init"
DEMONSTRATION: Final = "legation demonstration"
_AUTHORS: Final["WeakKeyDictionary[Store, str]"] = WeakKeyDictionary()
# What `init` writes before anything needs the keys.
_AT_FIRST: Final = (MADE, "person.add", "enrolment.link")
_UNPROTECTED: Final = b"legation keys 1 unprotected\n"


@final
class Home:
    """One desk's folder.

    Args:
        settings: Where it is, and how much of the machine may be used.
        now: The clock.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        """Name the folder; nothing is made or read yet."""
        self.settings = settings
        self.now = now
        self.folder = at_home(settings.home, "the home")
        self.key_file = self.folder / "desk.keys"

    @property
    def marking(self) -> "Tlp":
        """Return the level under which findings are kept and leave."""
        from legation.stix.tlp import level_named

        return level_named(self.settings.default_tlp)

    @property
    def co_actions(self) -> Path:
        """Return the folder of kept co-actions: they follow from the lake and can be removed."""
        return self.folder / "coactions"

    def rules(self, store: "Store") -> "Rules":
        """Return who may know and do what in this home."""
        from legation.app.access.rules import Rules

        return Rules(store, self.settings)

    def reader(self, store: "Store", actor: str) -> "Reader":
        """Return who reads: a person of the desk by their id, or whoever has this machine.

        Args:
            store: The open store.
            actor: A person's id; any other name is a door of this machine, which holds what the
                settings say.

        Raises:
            DeniedError: The person was disabled.
            UsageError: The settings name a level that is not on their ladder.
        """
        return self.rules(store).reader(actor)

    def policies(self) -> "Policies":
        """Return who may do what."""
        from legation.rights.policies import read_policies

        return read_policies(self.settings.policies)

    def library(self, store: "Store", actor: str) -> "Library":
        """Return the campaigns in the open store that somebody may know; see `reader`."""
        return self.library_of(store, self.reader(store, actor))

    def library_of(self, store: "Store", reader: "Reader") -> "Library":
        """Return the campaigns in the open store that a reader may know."""
        from legation.app.library import Library
        from legation.app.scope import Scope

        settings = self.settings
        return Library(
            Scope(
                store=store,
                reader=reader,
                now=self.now,
                policies=self.policies,
                ladder=settings.ladder,
                compartments=settings.compartments,
                marking=self.marking,
                tested_days=settings.tested_days,
                state=settings.state.upper(),
                casework=settings.casework,
            )
        )

    def make(self, name: str, protection: "Protection", *, new_keys: bool = False) -> None:
        """Make the keys and an empty store.

        Args:
            name: Who signs what leaves this desk.
            protection: How the key file is protected.
            new_keys: Make new keys for a store that was kept under others, which are lost.

        Raises:
            ConflictError: A home is there already, or a store whose keys are lost; it is left
                as it is.
        """
        from legation.crypto.key_files import write_keys
        from legation.crypto.keys import KeySet

        if self.key_file.exists():
            raise ConflictError(
                f"{self.folder} is a home already", hint="choose another folder with --home"
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        keys = KeySet.generate()
        with self.store(sweep=False) as store:
            if not new_keys:
                self._refuse_lost_keys(store)
            self._introduce(store, name, keys)
            store.noted_head.note()
        # The keys come last: a home is made when they are there.
        write_keys(self.key_file, keys, protection)

    def exists(self) -> bool:
        """Tell whether the home was made."""
        return self.key_file.exists()

    def require(self) -> None:
        """Refuse to go on without a home.

        Raises:
            NotFoundError: There is none.
        """
        if not self.exists():
            command = f"legation init --home {shlex.quote(str(self.folder))}"
            raise NotFoundError(f"no home in {self.folder}", hint=f"run: {command}")

    def keys_are_protected(self) -> bool:
        """Tell whether the key file needs a passphrase."""
        self.require()
        with self.key_file.open("rb") as file:
            return file.read(len(_UNPROTECTED)) != _UNPROTECTED

    def keys(self, protection: "Protection") -> "KeySet":
        """Read the keys."""
        from legation.crypto.key_files import read_keys

        self.require()
        return read_keys(self.key_file, protection)

    def store(self, *, sweep: bool = True) -> "Store":
        """Open the store; the caller closes it.

        Args:
            sweep: Remove from the lake what a killed run left; off for who only looks.
        """
        url = self.settings.database_url()
        return open_store(url, home=self.folder, now=self.now, sweep=sweep)

    def _refuse_lost_keys(self, store: "Store") -> None:
        """Refuse to put new keys over names and signatures that need the old ones.

        A home whose making was broken off holds nothing but its own entries.
        """
        others = [entry for entry in store.audit.entries() if entry.event.verb not in _AT_FIRST]
        if others or store.names.count() or store.imports.find(limit=1) or store.lake.batches():
            raise ConflictError(
                f"{self.folder} holds a store, and its keys are not there",
                hint=f"restore {self.key_file} from its backup; only when it is lost for good, "
                "run: legation init --new-keys -- sealed names then stay sealed, and accounts get "
                "other pseudonyms",
            )

    def _introduce(self, store: "Store", name: str, keys: "KeySet") -> None:
        """Put the desk's identity into the store and its id into the trail."""
        from legation.stix.codec import encode_object
        from legation.stix.ids import fact_id
        from legation.stix.labels import Label
        from legation.stix.objects import SPEC
        from legation.stix.timestamps import Timestamp
        from legation.stix.tlp import Tlp
        from legation.stix.vocabulary import Identity
        from legation.store.audit import Event

        made = Timestamp.of(self.now())
        identity = Identity(
            spec_version=SPEC,
            id=fact_id("identity", keys.identity().public().fingerprint()),
            created=made,
            modified=made,
            name=name,
            identity_class="organization",
        )
        with store.transaction():
            store.objects.put(encode_object(identity))
            # It signs all that leaves, so whoever is told anything is told who says it.
            store.labels.set(
                identity.id,
                Label(tlp=Tlp.CLEAR),
                actor="command line",
                reason="it signs what leaves",
            )
            store.audit.append(
                Event(at=self.now(), actor="command line", verb=MADE, subject=identity.id)
            )


def refuse_demonstration(store: "Store") -> None:
    """Refuse to mix what is real into a demonstration, whose missions and talks are invented.

    Raises:
        ConflictError: The home of this store is a demonstration's.
    """
    if identity_of(store).name == DEMONSTRATION:
        raise ConflictError(
            "this home is a demonstration: what its registers hold is invented",
            hint="make a home of your own with legation init, and take the file in there",
        )


def author_of(store: "Store") -> str:
    """Return the id of who the desk is; of a store that is open it is asked once.

    Raises:
        NotFoundError: The store was not made by `Home.make`.
    """
    if store not in _AUTHORS:
        made = store.audit.entries(verb=MADE)
        if not made:
            raise NotFoundError("the store does not say whose it is", hint="run: legation init")
        # Making a home may have been broken off before; the last one holds.
        _AUTHORS[store] = made[-1].event.subject
    return _AUTHORS[store]


def identity_of(store: "Store") -> "Identity":
    """Return who the desk is.

    Raises:
        NotFoundError: The store was not made by `Home.make`.
    """
    from legation.stix.codec import decode_object
    from legation.stix.vocabulary import Identity

    subject = author_of(store)
    identity = decode_object(store.objects.get(subject).raw, place=subject)
    if not isinstance(identity, Identity):
        raise NotFoundError(f"{subject} is no identity", hint="run: legation audit verify")
    return identity
