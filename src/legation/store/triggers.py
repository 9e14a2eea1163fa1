"""The triggers by which some tables only grow, and whether they are as they were laid.

The migrations lay them. Who can write to the database can take one away, or lay one that
swallows what is written, and leave no trace in any row. So a check compares what stands
there with what was laid: nothing less, nothing else, nothing more.
"""

from typing import Final

from sqlalchemy import Connection, text

from legation.store.soundness import damaged

_GROWING: Final = (
    "object_versions",
    "audit_entries",
    "label_kinds",
    "label_names",
    "object_labels",
    "object_marks",
    "clearances",
    "evidence",
    "orders",
    "order_ends",
    "shift_log",
    "shift_log_objects",
    "share_ledger",
    "statement_entries",
)
# Rows that are deleted in time and never changed.
_STANDING: Final = ("evidence_parts",)
# Rows that are emptied in time and never deleted.
_STAYING: Final = ("personal_fields",)
_SQLITE: Final = (
    {
        f"{table}_{act.lower()}": f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for table in _GROWING
        for act in ("UPDATE", "DELETE")
    }
    | {
        f"{table}_update": f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} never changes'); END"
        for table in _STANDING
    }
    | {
        f"{table}_delete": f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are erased, never deleted'); END"
        for table in _STAYING
    }
)
_POSTGRESQL: Final = (
    {
        f"{table}_grows": f"CREATE TRIGGER {table}_grows BEFORE DELETE OR UPDATE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION legation_only_grows()"
        for table in _GROWING
    }
    | {
        f"{table}_stands": f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION legation_only_grows()"
        for table in _STANDING
    }
    | {
        f"{table}_stay": f"CREATE TRIGGER {table}_stay BEFORE DELETE OR TRUNCATE "
        f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION legation_only_grows()"
        for table in _STAYING
    }
)


def verify_triggers(connection: Connection) -> int:
    """Check that the triggers are those that the migrations laid.

    Returns:
        How many there are.

    Raises:
        VerificationError: One is missing, altered, or not legation's.
    """
    if connection.dialect.name == "sqlite":
        laid = _SQLITE
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        laid = _POSTGRESQL
        query = (
            "SELECT tgname, CASE WHEN tgenabled = 'O' THEN pg_get_triggerdef(oid, true) END "
            "FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class "
            "WHERE relnamespace = current_schema()::regnamespace) ORDER BY tgname"
        )
    found = {str(name): str(said) for name, said in connection.execute(text(query))}
    for name, said in laid.items():
        if name not in found:
            raise damaged(f"the trigger {name}, which keeps entries from being changed, is gone")
        if found[name] != said:
            raise damaged(f"the trigger {name} is not the one that was laid")
    for name in found.keys() - laid.keys():
        raise damaged(f"a trigger stands in it that legation did not lay: {name:.70}")
    return len(laid)
