"""The published schema of campaigns.json says what the types say."""

import jsonschema_rs
import msgspec
import pytest

from legation.threats.disinformation.findings import Report
from legation.threats.disinformation.published import published, schema
from worlds.found_campaigns import RUN, found_campaign


def test_the_published_schema_is_current() -> None:
    assert published() == schema()


def test_a_report_follows_the_schema() -> None:
    report = Report(run=RUN, campaigns=(found_campaign(),))
    jsonschema_rs.validator_for(published()).validate(msgspec.to_builtins(report))


def test_a_report_without_its_run_does_not() -> None:
    report = msgspec.to_builtins(Report(run=RUN, campaigns=()))
    del report["run"]
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for(published()).validate(report)
