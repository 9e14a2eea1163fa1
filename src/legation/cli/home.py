"""`legation init`: a home, with keys that nobody else has and an empty store."""

from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, tell, typed


def init(
    *,
    home: HomeFolder = None,
    name: Annotated[str, Parameter(help="Who signs what leaves this desk.")] = "legation desk",
    passphrase: Annotated[
        bool, Parameter(help="Protect the keys by a passphrase, asked for twice.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    person: Annotated[str, Parameter(help="Name of the first administrator.")] = "Administrator",
    role: Annotated[
        list[str] | None,
        Parameter(help="A role of theirs beside administrator, such as analyst; may be repeated."),
    ] = None,
    new_keys: Annotated[
        bool, Parameter(help="Make new keys for a store whose keys are lost for good.")
    ] = False,
    doors: Lent,
) -> int:
    """Make a home: keys, an empty store, and a link for the first administrator.

    Without a passphrase the keys are protected by the file's mode alone: a desk that
    starts by itself has nobody to type one. The link holds for 15 minutes, once.
    """
    from legation.app.access.noting import HOST
    from legation.app.access.people import Register
    from legation.cli.admin import hand_over
    from legation.crypto.key_files import UNPROTECTED, Protection
    from legation.errors import UsageError
    from legation.rights.roles import read_roles

    roles = read_roles(["administrator", *(role or ())])
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
    with place.store() as store:
        people = Register(store, doors.now, HOST)
        if not people.every():
            _, secret = people.add(person, roles)
            hand_over(place.settings, secret, "It lets in the first administrator", home)
        else:
            command = typed("legation admin list", home)
            tell(f"People of this store may enter as before: {command}")
    if protection is UNPROTECTED:
        tell("The keys are unprotected: only the file's mode keeps others away.")
    first, then = (
        typed(each, home) for each in ("legation import posts FILE", "legation watch --once")
    )
    tell(f"Next: {first}, then {then}")
    return 0
