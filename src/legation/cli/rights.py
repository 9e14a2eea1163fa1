"""`legation rights`: what personal data is held, who looked at it, and its erasure."""

from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, counted, table, tell, typed

if TYPE_CHECKING:
    from legation.store.personal import PersonalRow

_RECORD: Final = ("record_id", "about", "field", "purpose", "until")


def listed(
    *,
    records: Annotated[bool, Parameter(help="List each record, without what it holds.")] = False,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what personal data is held, for which purpose and how long."""
    from legation.app import retention

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        held = retention.holdings(store)
        found = retention.records(store) if records else []
    if as_json:
        answer_json([_told(one) for one in found] if records else held)
    elif records and not found:
        tell("No personal field is held.")
    elif records:
        answer(table(_RECORD, [tuple(map(str, _told(one).values())) for one in found]))
    else:
        header = ("purpose", "held", "first ends", "last ends", "erased", "what for")
        rows = [
            (one.purpose, one.held, one.first or "", one.last or "", one.erased or "", one.told)
            for one in held
        ]
        answer(table(header, [tuple(map(str, row)) for row in rows]))
    return 0


def looks(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List who looked at personal data, when and for what; the program's own uses too."""
    from legation.app import retention

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = retention.looks(store)
    if as_json:
        answer_json(found)
    elif not found:
        tell("Nobody has looked at personal data.")
    else:
        header = ("when", "who", "verb", "of what", "purpose", "safeguards")
        rows = [
            (
                f"{one.at:%Y-%m-%d %H:%M:%S}Z",
                one.actor,
                one.verb,
                one.subject,
                one.purpose,
                one.safeguards or "not stated",
            )
            for one in found
        ]
        answer(table(header, rows))
    return 0


def erase(
    record: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, without any personal name: it stays.")] = "",
    actor: Annotated[str, Parameter(help="Who erases. [default: command line]")] = "command line",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Destroy the key of a personal record: nobody can open it any more.

    Its hash and the entries of the audit trail stay. A backup of an earlier day still has it.
    Erasing needs no keys. Where they are at hand, a reason that repeats the name is refused, and
    the name leaves a mark, made with the keys, by which no later import brings it back.

    Args:
        record: As the list of records and a look show it.
    """
    from legation.app.persons import erase_person

    place = doors.home(home)
    place.require()
    vault = doors.vault_at_hand(place, passphrase_file)
    with place.store() as store:
        erased = erase_person(store, record, vault, actor=actor, reason=reason)
    answer(f"{record} erased")
    if not erased.marked:
        why = "the keys were not at hand" if vault is None else "the name could not be opened"
        tell(
            f"legation: warning: no mark was left, for {why}: a later import that states the name "
            "brings it back, and nothing will tell"
        )
        if vault is None:
            tell("legation: hint: erase with --passphrase-file, and a mark keeps the name out")
    for column, rows in erased.elsewhere.items():
        tell(f"The name stands in clear in {column} ({counted(rows, 'row')}): see the reference.")
    if not erased.gone:
        tell(
            "Another program reads the store: the sealed bytes leave its log when that one ends. "
            f"Run then: {typed('legation rights expire', home)}"
        )
    return 0


def lift(
    record: str,
    /,
    *,
    reason: Annotated[str, Parameter(help="The law by which the name may return: it stays.")] = "",
    actor: Annotated[str, Parameter(help="Who lifts it. [default: command line]")] = "command line",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Let an erased name come in again, by a later import that states it.

    Args:
        record: As the refusal of the row and the report `erasures` name it.
    """
    from legation.app import retention

    place = doors.home(home)
    place.require()
    with place.store() as store:
        retention.lift(store, record, actor=actor, reason=reason)
    answer(f"{record} is kept out no longer")
    return 0


def expire(*, home: HomeFolder = None, doors: Lent) -> int:
    """Erase all personal data whose last day is over; `watch` and the desk do so too."""
    from legation.app import retention

    place = doors.home(home)
    place.require()
    with place.store() as store:
        ended = retention.end_terms(place, store)
        store.personal.forget()
    answer(
        f"{counted(ended.names, 'name')}, {counted(ended.files, 'captured file')} and "
        f"{counted(ended.persons, 'personal record')} erased"
    )
    return 0


def _told(row: "PersonalRow") -> dict[str, Any]:
    """Return a record without anything sealed."""
    values = (row.record_id, row.subject, row.field, row.purpose, row.until)
    return dict(zip(_RECORD, values, strict=True))
