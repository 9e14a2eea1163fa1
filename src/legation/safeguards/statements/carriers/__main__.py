"""The process that reads a stranger's PDF or picture: little memory, little time, no files.

Trusted certificates, led by their length, and the file come in on the standard input; what was
found goes out as JSON. What is refused
on purpose is told; whatever else goes wrong ends the process, and the one that asked says so.
"""

import sys
from typing import Final

import msgspec

from legation.safeguards.statements.carriers.told import Told

MOST_BYTES: Final = 60_000_000
_LONGEST_LENGTH: Final = 12


def main() -> None:
    """Read one file."""
    from legation.formats.documents.__main__ import bound

    bound()
    import logging

    logging.disable(logging.CRITICAL)
    given = sys.stdin.buffer
    authorities = given.read(int(given.readline(_LONGEST_LENGTH))).decode()
    told = told_of(given.read(MOST_BYTES), sys.argv[1], authorities)
    sys.stdout.buffer.write(msgspec.json.encode(told))
    sys.stdout.buffer.flush()


def told_of(data: bytes, kind: str, authorities: str) -> Told:
    """Return what is found in a file, or why nothing is."""
    from cryptography.x509 import load_pem_x509_certificates

    from legation.errors import BadInputError, MissingPartError, VerificationError
    from legation.safeguards.statements.carriers.pdf import files_in_pdf
    from legation.safeguards.statements.carriers.picture import read_provenance

    try:
        if kind == "pdf":
            return Told(files=tuple(files_in_pdf(data)))
        roots = load_pem_x509_certificates(authorities.encode()) if authorities else []
        return Told(provenance=read_provenance(data, roots))
    except BadInputError as bad:
        return Told(refused="unreadable", why=str(bad), hint=bad.hint)
    except VerificationError as bad:
        return Told(refused="not-held", why=str(bad), hint=bad.hint)
    except MissingPartError as bad:
        return Told(refused="missing", why=str(bad), hint=bad.hint)


if __name__ == "__main__":
    main()
