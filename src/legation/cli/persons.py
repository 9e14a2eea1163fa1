"""`legation mission person`: who holds an office, for a purpose that is logged before."""

from typing import Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, table, tell

_ACTOR = "command line"


def person(
    key: str,
    /,
    *,
    purpose: Annotated[
        str,
        Parameter(
            help="reach-person, warn-person, verify-likeness, correct-record, answer-person or "
            "answer-authority."
        ),
    ] = "",
    legality: Annotated[str, Parameter(help="The law or mandate that allows it.")] = "",
    aim: Annotated[str, Parameter(help="The legitimate aim that it serves.")] = "",
    necessity: Annotated[str, Parameter(help="Why the role alone does not do.")] = "",
    proportionality: Annotated[
        str, Parameter(help="Why the gain outweighs the interference.")
    ] = "",
    safeguards: Annotated[str, Parameter(help="What limits it.")] = "",
    actor: Annotated[str, Parameter(help="Who looks. [default: command line]")] = _ACTOR,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show who holds an office.

    A name is shown only for a purpose of the list and with the five parts of the test, each in a
    sentence. They are written into the audit trail before it is shown, and stay there: name
    the office in them and not the person.

    Args:
        key: Key of the row, as the list of holders shows it.
    """
    from legation.app.persons import open_person, vault_of
    from legation.app.registers import Registers
    from legation.rights.intrusion import Intrusion
    from legation.rights.purposes import purpose_to
    from legation.rights.vault import PersonalLook

    purpose_to("open", purpose)
    look = PersonalLook(
        purpose=purpose,
        actor=actor,
        at=doors.now(),
        test=Intrusion(
            legality=legality,
            aim=aim,
            necessity=necessity,
            proportionality=proportionality,
            safeguards=safeguards,
        ),
    )
    place = doors.home(home)
    place.require()
    vault = vault_of(place.keys(doors.protection(place, passphrase_file)))
    with place.store() as store:
        registers = Registers(place.library(store, _ACTOR).scope())
        found = open_person(registers, key, look, vault)
    if as_json:
        answer_json(found)
    else:
        header = ("key", "mission", "role", "person", "kept until", "record")
        row = (found.key, found.mission, found.role, found.person, found.until, found.record_id)
        answer(table(header, [row]))
    tell("1 look written into the audit trail")
    return 0
