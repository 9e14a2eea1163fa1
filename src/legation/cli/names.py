"""`legation name open`, `looks` and `expire`: the clear names behind pseudonyms."""

from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, counted, table, tell, typed
from legation.errors import UsageError


def opened(
    *pseudonyms: str,
    purpose: Annotated[str, Parameter(help="What the names are needed for.")] = "",
    legality: Annotated[str, Parameter(help="The law or mandate that allows it.")] = "",
    necessity: Annotated[str, Parameter(help="Why the pseudonym does not do.")] = "",
    proportionality: Annotated[
        str, Parameter(help="Why the gain outweighs the interference.")
    ] = "",
    safeguards: Annotated[
        str, Parameter(help="What protects the person: who sees it, when it ends.")
    ] = "",
    actor: Annotated[str, Parameter(help="Who looks. [default: command line]")] = "command line",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the clear names behind pseudonyms.

    A name is shown only for a reason: purpose, legality, necessity, proportionality and
    safeguards, each in a sentence. They are written into the audit trail before a name is opened.

    Args:
        pseudonyms: Whose names, as lists, exports and the desk show them.
    """
    from legation.app.names import open_names
    from legation.rights.sealed_names import Look

    if not pseudonyms:
        raise UsageError("no pseudonym", hint="run: legation name open PSEUDONYM --purpose TEXT")
    look = Look(
        purpose=purpose,
        actor=actor,
        at=doors.now(),
        legality=legality,
        necessity=necessity,
        proportionality=proportionality,
        safeguards=safeguards,
    )
    place = doors.home(home)
    place.require()
    protection = doors.protection(place, passphrase_file)
    with place.store() as store:
        found = open_names(place, store, pseudonyms, look, protection)
    if as_json:
        answer_json(found)
    else:
        header = ("pseudonym", "platform", "name", "kept until")
        rows = [(one.pseudonym, one.platform, one.name, one.until) for one in found]
        answer(table(header, rows))
    tell(f"{counted(len(found), 'look')} written into the audit trail")
    return 0


def looks(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List who looked at which clear name, when and for what."""
    from legation.app import names

    place = doors.home(home)
    place.require()
    with place.store() as store:
        found = names.looks(store)
    if as_json:
        answer_json(found)
    elif not found:
        tell("Nobody has looked at a clear name.")
    else:
        header = ("when", "who", "pseudonym", "purpose", "safeguards")
        rows = [
            (
                f"{one.at:%Y-%m-%d %H:%M:%S}Z",
                one.actor,
                one.pseudonym,
                one.purpose,
                one.safeguards or "not stated",
            )
            for one in found
        ]
        answer(table(header, rows))
    return 0


def erase(
    pseudonym: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, without the name: it stays.")] = "",
    actor: Annotated[str, Parameter(help="Who erases. [default: command line]")] = "command line",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Delete the clear name of one account, so that no later import brings it back.

    Its posts stay under the pseudonym, as they always were. A backup of an earlier day still has
    the name. Where the keys of the home are at hand, a reason that repeats the name is refused.

    Args:
        pseudonym: Whose name.
    """
    from legation.app import names

    place = doors.home(home)
    place.require()
    vault = doors.vault_at_hand(place, passphrase_file)
    sealer = None if vault is None else vault.desk
    with place.store() as store:
        gone = names.erase(store, pseudonym, actor=actor, reason=reason, sealer=sealer)
    answer(f"The name of {pseudonym} erased")
    if not gone:
        tell(
            "Another program reads the store: the sealed bytes leave its log when that one ends. "
            f"Run then: {typed('legation rights expire', home)}"
        )
    return 0


def lift(
    pseudonym: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="The law by which the name may return: it stays.")] = "",
    actor: Annotated[str, Parameter(help="Who lifts it. [default: command line]")] = "command line",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Let an erased name of an account be kept again, by a later import that has it.

    Args:
        pseudonym: Whose name.
    """
    from legation.app import names

    place = doors.home(home)
    place.require()
    with place.store() as store:
        names.lift(store, pseudonym, actor=actor, reason=reason)
    answer(f"The name of {pseudonym} is kept out no longer")
    return 0


def expire(*, home: HomeFolder = None, doors: Lent) -> int:
    """Delete the clear names whose retention has ended.

    `watch` does the same on each round. The setting `retention_days` holds for names that are
    taken in from then on: the last day of a name is part of its seal.
    """
    from legation.app import names

    place = doors.home(home)
    place.require()
    with place.store() as store:
        answer(f"{counted(names.expire(place, store), 'name')} deleted")
    return 0
