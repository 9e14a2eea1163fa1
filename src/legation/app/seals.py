"""Whether the key file and the sealed names are what they were, as far as the keys are at hand.

A seal is bound to its row: pseudonym, platform and last day. So a name that was swapped, moved or
given more days does not open. Whether one was taken away, no seal can tell: the trail counts them.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from legation.app.home import MADE, Home
from legation.errors import VerificationError

if TYPE_CHECKING:
    from legation.crypto.key_files import Protection
    from legation.store.opening import Store

_UNTOLD = "not checked: the keys are protected; give --passphrase-file"


def verify_key_file(home: Home, protection: "Protection | None") -> str:
    """Check who may reach the key file, and that it can be read.

    Args:
        home: The home.
        protection: What opens the keys; None where they are protected and nobody said how.

    Raises:
        LegationError: Others may reach it, or it is damaged.
    """
    from legation.crypto.key_files import verify_alone, verify_form

    verify_alone(home.key_file)
    told = "for its owner alone, and so is its folder"
    if protection is None:
        verify_form(home.key_file)
        return f"{told}; its keys are {_UNTOLD}"
    home.keys(protection)
    return f"{told}; its keys are whole"


def verify_seals(home: Home, store: "Store", protection: "Protection | None") -> str:
    """Check that the keys are this desk's, and that each sealed name opens with them.

    Raises:
        VerificationError: They are another desk's, a seal does not hold, or a name is missing.
    """
    from legation.rights.sealed_names import SealedName, verify_name
    from legation.stix.ids import fact_id

    if protection is None:
        return f"{store.names.verify_number()} sealed names; {_UNTOLD}"
    keys = home.keys(protection)
    made, own = store.audit.last(MADE), keys.identity().public().fingerprint()
    if made is not None and made.event.subject != fact_id("identity", own):
        raise VerificationError(
            "the keys are not those of this desk", hint=f"restore {home.key_file} from its backup"
        )
    sealer, broken, whole = keys.sealing_key(), Counter[str](), 0
    for row in store.names.every():
        entry = SealedName(
            pseudonym=row.pseudonym, platform=row.platform, sealed=row.sealed, until=row.until
        )
        try:
            verify_name(entry, sealer)
            whole += 1
        except VerificationError:
            broken[row.platform] += 1
    if broken:
        raise seals_broken(broken)
    store.names.verify_number()
    return f"{whole} sealed names open with the keys"


def seals_broken(numbers: Mapping[str, int]) -> VerificationError:
    """Return what is wrong where names do not open: how many of which platform."""
    told = ", ".join(f"{number} of {platform:.60}" for platform, number in sorted(numbers.items()))
    return VerificationError(
        f"sealed names do not open: {told}; their rows were changed, or other keys sealed them",
        hint="run legation doctor, keep this store as evidence, and restore the last backup",
    )
