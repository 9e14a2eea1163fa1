"""What is known names nobody whose name is held sealed or was erased: it is never erased.

A pack is signed as a whole, so no row can be left out of it: it is refused, and nothing of it is
taken in. A check of a fact says who made it, and is a fact itself: it is held to the same.
"""

from typing import TYPE_CHECKING

from legation.app.persons import refuse_withheld, withheld
from legation.errors import BadInputError, RecordError
from legation.knowledge.pack_file import Pack
from legation.knowledge.tables import table_of

if TYPE_CHECKING:
    import msgspec

    from legation.rights.vault import Vault
    from legation.store.opening import Store


def verify_names_nobody(
    store: "Store", pack: Pack, place: str, vault: "Vault", *, actor: str
) -> None:
    """Refuse a pack of which a row holds, in any part, a name that is held sealed or was erased.

    Args:
        store: The open store.
        pack: What was read.
        place: Its file, for errors.
        vault: What opens the names that are held; they stand in memory only.
        actor: Who takes it in: the trail tells of the comparison.

    Raises:
        BadInputError: A row does. No error repeats the name.
    """
    names = withheld(store, vault, actor=actor)
    if not names.held and not names.erased:
        return
    parts = {"the head of the pack": pack} | {
        f"{table_of(row)}:{row.key}": row for row in pack.rows
    }
    for part, said in parts.items():
        try:
            refuse_withheld(said, names, vault)
        except RecordError as fault:
            raise BadInputError(
                f"{part}: {fault}",
                place=place,
                hint="a fact is never erased: name the office and not the person, or ask the "
                "publisher for a pack that does",
            ) from fault


def verify_check_names_nobody(
    store: "Store", check: "msgspec.Struct", vault: "Vault", *, actor: str
) -> None:
    """Refuse what a person says of a fact where it holds, in any part, such a name.

    Raises:
        RecordError: It does. The error does not repeat the name.
    """
    refuse_withheld(check, withheld(store, vault, actor=actor), vault)


def anything_withheld(store: "Store") -> bool:
    """Tell whether there is any name that could be compared, for who has no keys at hand."""
    return bool(store.personal.marks()) or bool(store.personal.records())
