"""A machine that lacks room or memory is told as such, whichever library says it."""

import duckdb
import pytest

from legation.__main__ import _explained
from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.faults import lacking
from legation.store.reading.damage import told_as_damage


def fault_of(sql: str, memory_limit: str = "1GB") -> Exception:
    with connect(memory_limit, 1) as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute(sql)
    return raised.value


def full_disk() -> Exception:
    return fault_of("COPY (SELECT * FROM range(1000000)) TO '/dev/full' (FORMAT parquet)")


def full_memory() -> Exception:
    return fault_of("SELECT list(range) FROM range(100000000)", "20MB")


@pytest.mark.parametrize("make", [full_disk, full_memory, MemoryError])
def test_a_lack_is_told_with_what_helps(make: object) -> None:
    assert callable(make)
    message, hint, code = _explained(make())
    assert code == 75
    assert "disk" in message or "memory" in message
    assert "room" in hint or "memory_limit" in hint


@pytest.mark.parametrize("make", [full_disk, full_memory])
def test_a_lack_is_not_told_as_damage_of_a_file(make: object) -> None:
    assert callable(make)
    with pytest.raises(duckdb.Error), told_as_damage("posts.csv"):
        raise make()


def test_other_faults_are_left_as_they_are() -> None:
    assert lacking(ValueError("x")) is None
    assert lacking(BadInputError("No space left on device", place="", hint="")) is None
    with pytest.raises(BadInputError, match=r"posts\.csv"), told_as_damage("posts.csv"):
        raise fault_of("SELECT * FROM read_parquet('/dev/null')")
