"""A page offers only the files that who looks at it may have."""

import re

import pytest
from litestar.testing import TestClient

from legation.desk.server import build_app
from legation.rights.roles import Role
from worlds.gates import open_gate
from worlds.readings import small_shelf

HERE = "/campaign/campaign--1"
PAGES = (
    "/",
    "/watch/campaigns",
    HERE,
    f"{HERE}/tie?a=acct-1&b=acct-2",
    f"{HERE}/coordination/groups",
    *(
        f"{HERE}/{tab}"
        for tab in (
            "accounts",
            "ties",
            "coordination",
            "evidence",
            "techniques",
            "spread",
            "rights",
            "history",
        )
    ),
)
FILE = re.compile(r'href="([^"]*(?:/as/|/paper/|/today\.json)[^"]*)"')


def offered(role: Role) -> dict[str, list[str]]:
    """Return which files each page offers, and fail where one of them is refused."""
    found = {}
    app = build_app(small_shelf(), banner=None, gate=open_gate(role))
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, path
            found[path] = [one.replace("&amp;", "&") for one in FILE.findall(answer.text)]
            for file in found[path]:
                if "/paper/" not in file:  # a paper takes seconds; its verb is that of the others
                    assert client.get(file).status_code != 403, (path, file)
    return found


@pytest.mark.parametrize("role", ["press", "contact point", "exercise lead"])
def test_who_may_take_no_file_is_offered_none(role: Role) -> None:
    assert {path: files for path, files in offered(role).items() if files} == {}


def test_who_may_take_files_is_offered_some_on_every_page() -> None:
    assert [path for path, files in offered("analyst").items() if not files] == []
