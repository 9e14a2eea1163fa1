"""A home's names of accounts: how an import replaces them, keeps them, and knows them again.

An account that one import has met is a name to be masked in every later one. The names
lie sealed, so an import opens those that it has not met itself; no person sees them, and
the trail says how many were opened and why.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from legation.app.home import Home
from legation.app.seals import seals_broken
from legation.errors import VerificationError

if TYPE_CHECKING:
    from datetime import datetime

    from legation.crypto.key_files import Protection
    from legation.rights.sealed_names import Look
    from legation.sources.importing import DeskPrivacy
    from legation.store.opening import Store
    from legation.store.reading.names import ClearName

_REASONS: Final = {
    "purpose": "to mask the names of known accounts in texts that are taken in",
    "legality": "the rule of this desk that no clear name is stored outside of its seal",
    "necessity": "names are searched for in texts, and a pseudonym cannot be",
    "proportionality": "the import alone reads them; none is shown, written or kept",
    # Each of these the program guarantees; none is a promise of a person.
    "safeguards": "each name stays sealed, is opened in memory for this import alone and never "
    "after its last day; the entry stands before the first is opened",
}


def privacy_of(home: Home, store: "Store", protection: "Protection") -> "DeskPrivacy":
    """Return the desk's way to replace names; the clear form is sealed for its term."""
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.rights.sealed_names import SealedName, keep_until, open_name, seal_name
    from legation.sources.importing import DeskPrivacy

    keys = home.keys(protection)
    sealer = keys.sealing_key()

    def keep(names: Sequence["ClearName"]) -> None:
        until = keep_until(home.now(), home.settings.retention_days)
        store.names.put_names(
            seal_name(
                name.handle,
                pseudonym=name.pseudonym,
                platform=name.platform,
                until=until,
                sealer=sealer,
            )
            for name in names
        )

    def known(platform: str, learned: Collection[str]) -> Iterator[str]:
        look, broken = _look(home.now()), 0
        for row in store.names.names_to_mask(platform, look, learned):
            entry = SealedName(
                pseudonym=row.pseudonym, platform=row.platform, sealed=row.sealed, until=row.until
            )
            try:
                name = open_name(entry, look, sealer)
            except VerificationError:
                broken += 1
                continue
            yield name
        if broken:  # told at the end, so that it can be said how many there are
            raise seals_broken({platform: broken})

    return DeskPrivacy(Pseudonymiser(keys.pseudonym_secret), keep, known)


def _look(at: "datetime") -> "Look":
    from legation.rights.sealed_names import Look

    return Look(actor="import", at=at, **_REASONS)
