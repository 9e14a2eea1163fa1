"""Personal records for the store's tests: bytes that look sealed, which the store cannot tell."""

import hashlib
from datetime import date

import msgspec

from legation.store.personal import PersonalRow

LATER = date(2027, 1, 1)


def personal_record(
    number: int, *, until: date = LATER, subject: str = "", **other: object
) -> PersonalRow:
    sealed = hashlib.sha512(b"%d" % number).digest()
    row = PersonalRow(
        record_id=f"person-{number}",
        subject=subject or f"identity--{number}",
        field="person",
        purpose="reach-holder",
        until=until,
        sealed=sealed,
        wrapped=hashlib.sha512(b"key %d" % number).digest(),
        sha256=hashlib.sha256(sealed).hexdigest(),
    )
    return msgspec.structs.replace(row, **other)
