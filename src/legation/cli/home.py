"""`legation init`: a home, with keys that nobody else has and an empty store."""

from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, tell


def init(
    *,
    home: HomeFolder = None,
    name: Annotated[str, Parameter(help="Who signs what leaves this desk.")] = "legation desk",
    passphrase: Annotated[
        bool, Parameter(help="Protect the keys by a passphrase, asked for twice.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    new_keys: Annotated[
        bool, Parameter(help="Make new keys for a store whose keys are lost for good.")
    ] = False,
    doors: Lent,
) -> int:
    """Make a home: keys and an empty store.

    Without a passphrase the keys are protected by the file's mode alone: a desk that
    starts by itself has nobody to type one.
    """
    from legation.crypto.key_files import UNPROTECTED, Protection
    from legation.errors import UsageError

    place = doors.home(home)
    protection: Protection = UNPROTECTED
    if passphrase_file is not None:
        protection = doors.passphrase(passphrase_file, "")
    elif passphrase:
        protection = doors.passphrase(None, "New passphrase of the keys: ")
        if doors.passphrase(None, "Once more: ") != protection:
            raise UsageError("the two passphrases differ", hint="run legation init again")
    place.make(name, protection, new_keys=new_keys)
    answer(f"home: {place.folder}")
    if protection is UNPROTECTED:
        tell("The keys are unprotected: only the file's mode keeps others away.")
    tell("Next: legation import posts FILE, then legation watch --once")
    return 0
