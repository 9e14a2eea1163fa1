"""No file leaves the desk without an entry: each address that hands one out is asked for one."""

import re
from collections.abc import Iterator

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from legation.desk.server import build_app
from worlds.gates import open_gate
from worlds.readings import small_shelf

FILLED = {"campaign_id": "campaign--1", "of": "groups", "job_id": "none"}
KINDS = ("csv", "json", "svg", "pdf")
# A job notes its export when it writes the file; see tests/test_app_outputs and the journeys.
BY_JOB = "/job/{job_id}/as/file"
# These need a home; see tests/desk/test_lists.
OF_A_HOME = {"/acts/as/{kind}", "/filters/as/{kind}", "/search/as/{kind}"}


def _addresses() -> Iterator[str]:
    elsewhere = {BY_JOB, *OF_A_HOME}
    for route in build_app(small_shelf(), banner=None, gate=open_gate()).routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            exports = handler.opt.get("verb") == "campaign.export"
            if exports and "GET" in handler.http_methods and route.path_format not in elsewhere:
                yield route.path_format


@pytest.mark.parametrize("address", sorted(_addresses()))
def test_a_file_that_leaves_is_noted(address: str) -> None:
    shelf = small_shelf()
    handed_out = []
    app = build_app(shelf, banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        for kind in KINDS:
            named = {**FILLED, "kind": kind}
            path = re.sub(r"\{(\w+)\}", lambda found, named=named: named[found[1]], address)  # type: ignore[misc]  # a lambda has no types
            before = len(shelf.left) + shelf.asked.count("export")
            answer = client.get(f"{path}?a=acct-1&b=acct-2" if "/tie/" in path else path)
            if answer.status_code == 200:
                handed_out.append(kind)
                assert len(shelf.left) + shelf.asked.count("export") == before + 1, path
    assert handed_out
