"""A finding that an earlier version kept is read in the words of this one."""

from typing import Any

import msgspec
import pytest

from legation.app.kept import finding
from legation.stix.extensions import extension_id
from worlds.found_campaigns import found_campaign

REASON = "corrected for the search over all parts of the network"


def kept(name: str, p: float, said: str) -> dict[str, Any]:
    value = msgspec.to_builtins(found_campaign())
    value |= {"name": name, "grade_reasons": ["layers: link 3", f"{said}, {REASON}"]}
    value["significance"]["p_value"] = p
    return {"extensions": {extension_id("campaign"): {"finding": value}}}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (
            "de link campaign since 2026-03-02: bridge",
            "German link campaign since 2026-03-02: bridge",
        ),
        ("en near-text campaign since 2026-03-02", "English near-text campaign since 2026-03-02"),
        ("xx link campaign since 2026-03-02", "xx link campaign since 2026-03-02"),
        ("German link campaign since 2026-03-02", "German link campaign since 2026-03-02"),
        ("de bello gallico", "de bello gallico"),
    ],
)
def test_a_name_that_began_with_a_code_begins_with_the_language(before: str, now: str) -> None:
    assert finding(kept(before, 0.01, "p = 0.01")).name == now


def test_a_chance_that_was_kept_as_nothing_is_said_to_be_less_than_the_least() -> None:
    read = finding(kept("x", 0.0, "p = 0"))
    assert read.grade_reasons == ("layers: link 3", f"p < 1e-300, {REASON}")
    assert read.significance.p_value == 1e-300
    other = finding(kept("x", 0.02, "p = 0.02"))
    assert other.grade_reasons[1] == f"p = 0.02, {REASON}"
    assert other.significance.p_value == 0.02
