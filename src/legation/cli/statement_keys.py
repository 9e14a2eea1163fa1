"""`legation statement keys`: a key for each who speaks, decides, logs or witnesses.

These commands need no home and no network: root keys are made and used on a machine that has
neither, and beside each key file stands the part that may be carried away.
docs/how-to/key-ceremony.md tells who does what, in which order.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import Doors, Lent, PassphraseFile, first_line
from legation.cli.words import answer, tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.crypto.holder_files import Kind
    from legation.crypto.locked_files import Protection
    from legation.crypto.tokens import TokenAccess

KeyFile = Annotated[Path, Parameter(help="Key file; its public part is written beside it.")]
Module = Annotated[
    Path | None, Parameter("--module", help="The vendor's PKCS#11 library, for a key in a token.")
]
Token = Annotated[str, Parameter("--token", help="Label of the token.")]
Label = Annotated[str, Parameter("--label", help="Name of the key in the token.")]
PinFile = Annotated[
    Path | None, Parameter("--pin-file", help="File whose first line is the token's PIN.")
]
Unprotected = Annotated[
    bool, Parameter("--unprotected", help="Protect the file by its mode alone: it starts alone.")
]


def root(
    file: KeyFile,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    token: Token = "",
    label: Label = "",
    pin_file: PinFile = None,
    doors: Lent,
) -> int:
    """Make a root key, on a machine without a network.

    The holder keeps FILE; FILE.pub goes to whoever drafts the directory.
    """
    from legation.crypto.holder_files import Kind

    protection = new_passphrase(doors, passphrase_file)
    access = access_of(doors, module, token, pin_file)
    return _made(file, Kind.ROOT, protection, access=access, label=label)


def issuer(
    file: KeyFile,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    module: Module = None,
    token: Token = "",
    label: Label = "",
    pin_file: PinFile = None,
    doors: Lent,
) -> int:
    """Make a key that signs statements.

    It counts when a published directory names it: FILE.pub goes to whoever drafts that.
    """
    from legation.crypto.holder_files import Kind

    protection = new_passphrase(doors, passphrase_file)
    access = access_of(doors, module, token, pin_file)
    return _made(file, Kind.ISSUER, protection, access=access, label=label)


def log(
    file: KeyFile,
    /,
    *,
    name: Annotated[str, Parameter(help="Origin of the log, as statements.ministry.example/log.")],
    passphrase_file: PassphraseFile = None,
    unprotected: Unprotected = False,
    module: Module = None,
    token: Token = "",
    label: Label = "",
    pin_file: PinFile = None,
    doors: Lent,
) -> int:
    """Make a key that signs the register's checkpoints."""
    from legation.crypto.holder_files import Kind

    protection = new_passphrase(doors, passphrase_file, unprotected=unprotected)
    access = access_of(doors, module, token, pin_file)
    return _made(file, Kind.LOG, protection, name=name, access=access, label=label)


def witness(
    file: KeyFile,
    /,
    *,
    name: Annotated[str, Parameter(help="Name of the witness, as witness.university.example.")],
    passphrase_file: PassphraseFile = None,
    unprotected: Unprotected = False,
    doors: Lent,
) -> int:
    """Make a key that cosigns as a witness; it is used for nothing else."""
    from legation.crypto.holder_files import Kind

    protection = new_passphrase(doors, passphrase_file, unprotected=unprotected)
    return _made(file, Kind.WITNESS, protection, name=name)


def new_passphrase(doors: Doors, file: Path | None, *, unprotected: bool = False) -> "Protection":
    """Return what will protect a new key: a file's first line, an answer given twice, or nothing.

    Raises:
        UsageError: The answers differ, or both were chosen.
    """
    from legation.crypto.locked_files import UNPROTECTED

    if unprotected:
        if file is not None:
            raise UsageError(
                "a key is either unprotected or under a passphrase", hint="give one of both"
            )
        return UNPROTECTED
    words = doors.passphrase(file, "New passphrase of the key: ")
    if file is None and doors.passphrase(None, "Once more: ") != words:
        raise UsageError("the two passphrases differ", hint="run the command again")
    return words


def access_of(
    doors: Doors, module: Path | None, token: str, pin_file: Path | None
) -> "TokenAccess | None":
    """Return how the token of a key is reached; None where none was named.

    Raises:
        UsageError: A token without its library.
    """
    from legation.crypto.tokens import TokenAccess

    if module is None:
        if token or pin_file is not None:
            raise UsageError("a token needs its library", hint="give --module")
        return None
    pin = doors.ask_secret("PIN of the token: ") if pin_file is None else first_line(pin_file)
    return TokenAccess(module=module, token=token, pin=pin)


def _made(
    file: Path,
    kind: "Kind",
    protection: "Protection",
    *,
    name: str = "",
    access: "TokenAccess | None" = None,
    label: str = "",
) -> int:
    from legation.app.statements.keys import PUBLIC_SUFFIX, fingerprint, make_key
    from legation.crypto.locked_files import UNPROTECTED

    public = make_key(file, kind, protection, name=name, access=access, label=label)
    answer(f"key: {file}")
    answer(f"public part: {file}{PUBLIC_SUFFIX}")
    answer(f"fingerprint: {fingerprint(public)}")
    if protection is UNPROTECTED:
        tell("The key is unprotected: only the file's mode keeps others away.")
    return 0
