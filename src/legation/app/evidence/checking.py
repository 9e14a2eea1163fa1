"""Whether captured evidence holds: every file hashed again, every record and text compared."""

from typing import TYPE_CHECKING

import msgspec

from legation.app.evidence.vault import Vault
from legation.errors import VerificationError
from legation.store.evidence_verify import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from legation.app.home import Home
    from legation.crypto.sealing import SealingKey
    from legation.store.evidence import Kept
    from legation.store.opening import Store


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a check has seen.

    Attributes:
        records: Captures.
        files: Different files among them that are kept today.
        opened: Whether each was opened and hashed as it was captured; else as it is sealed.
        faults: What does not hold.
    """

    records: int
    files: int
    opened: bool
    faults: "tuple[Fault, ...]"


def verify(home: "Home", store: "Store", key: "SealingKey | None" = None) -> Verified:
    """Hash all files again and compare all records; with a key, what is in the files too."""
    from legation.store.evidence_verify import faults_of_records

    records = list(store.evidence.every())
    living = store.evidence.parts(kept.evidence_id for kept in records)
    current = {kept.sha256: kept for kept in records if living[kept.evidence_id]}
    vault = Vault(home.folder / "evidence", key)
    faults = [
        *faults_of_records(store.evidence, store.audit),
        *_faults_of_files(vault, current, opened=key is not None),
    ]
    return Verified(
        records=len(records), files=len(current), opened=key is not None, faults=tuple(faults)
    )


def _faults_of_files(
    vault: Vault, current: "dict[str, Kept]", *, opened: bool
) -> "Iterator[Fault]":

    for sha256, kept in current.items():
        state = vault.state(sha256, kept.sealed_sha256)
        if state == "whole" and opened:
            try:
                vault.open(sha256)
            except VerificationError as bad:
                yield Fault(evidence_id=kept.evidence_id, said=str(bad))
        elif state != "whole":
            yield Fault(evidence_id=kept.evidence_id, said=f"the captured file is {state}")


def checked(home: "Home", store: "Store") -> str:
    """Say for the doctor that evidence holds.

    Raises:
        VerificationError: Something does not.
    """
    found = verify(home, store)
    if found.faults:
        first = found.faults[0]
        raise VerificationError(
            f"faults of evidence: {len(found.faults)}, the first: {first.evidence_id}: "
            f"{first.said}",
            hint="run: legation evidence verify -- and restore the folder `evidence` from a backup",
        )
    return f"{found.records} captures and {found.files} sealed files hold"


def expire(home: "Home", store: "Store") -> int:
    """Delete files and texts whose last day is over; return how many files."""
    from datetime import UTC

    gone = store.evidence.expire(home.now().astimezone(UTC).date())
    vault = Vault(home.folder / "evidence")
    for sha256 in gone:
        vault.remove(sha256)
    return len(gone)
