"""Whoever edits what is looked things up by is found out, on either engine."""

from pathlib import Path

import pytest
from sqlalchemy import text

from legation.errors import VerificationError
from legation.store.manifests import Manifests
from legation.store.opening import Store

from .objects_made import ACCOUNT, CAMPAIGN, account, campaign, relation


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM object_properties", "object_properties does not say of campaign--"),
        ("DELETE FROM object_references", "object_references does not say of relationship--"),
        ("UPDATE object_heads SET revoked = NOT revoked", "the version of campaign--.* that holds"),
        ("DELETE FROM object_heads", "object_heads does not name campaign--"),
    ],
)
def test_an_edited_index_is_named(store: Store, statement: str, said: str) -> None:
    store.objects.put_many([campaign(), account(), relation(CAMPAIGN, ACCOUNT)])
    assert store.objects.verify() == 3
    with store.objects._database.write() as connection:
        connection.execute(text(statement))
    with pytest.raises(VerificationError, match=said) as found:
        store.objects.verify()
    assert "the register of objects was changed" in str(found.value)


FILE = '"kind":"posts","day":"2026-03-01","size":1,"sha256":"x"'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ('{"batch":"b"}', "cannot be read"),
        (
            f'{{"batch":"b","files":[{{"path":"../../v.txt",{FILE}}}]}}',
            "a file that is none of its batch",
        ),
        (
            f'{{"batch":"b","files":[{{"path":"/etc/passwd",{FILE}}}]}}',
            "a file that is none of its batch",
        ),
    ],
)
def test_a_manifest_that_is_damaged_or_leads_out_of_the_lake_is_named(
    tmp_path: Path, content: str, said: str
) -> None:
    manifests = Manifests(tmp_path / ".manifests")
    (manifests.folder / "b.json").write_text(content, "utf-8")
    with pytest.raises(VerificationError, match=said) as found:
        manifests.current()
    assert "b.json" in str(found.value)
    assert found.value.exit_code == 65
