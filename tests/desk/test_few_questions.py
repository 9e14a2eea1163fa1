"""Every page asks at most ten questions of the store, the gate's own among them.

The pages are those that the desk routes. Each is asked for just after another program wrote and
a minute passed, when nothing that was kept holds any more and the session is to be noted; after
a write alone; and once again.
"""

from collections.abc import Iterator
from typing import Final

import pytest

from worlds.busy_desk import BusyDesk, busy_desk

MOST: Final = 10
ONWARD: Final = {
    *(
        "campaigns",
        "digest",
        "enrol",
        "import",
        "kit",
        "language",
        "log-in",
        "notice",
        "recover",
        "watch",
    ),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyDesk]:
    with busy_desk(tmp_path_factory.mktemp("questions")) as opened:
        yield opened


def test_every_page_asks_at_most_ten_questions_with_those_of_the_gate(desk: BusyDesk) -> None:
    met: dict[str, int] = {}
    many = []
    for path in desk.pages():
        for when in ("a minute after a write", "just after a write", "again"):
            if when != "again":
                desk.write(minute=when.startswith("a minute"))
            met[path], asked = desk.ask(path)
            if len(asked) > MOST:
                many.append("\n  ".join([f"{path}, {when}: {len(asked)}", *asked]))
    assert many == [], "\n".join(many)
    # Each was there: what leads on elsewhere is known, and nothing failed.
    onward = {path for path, status in met.items() if status in (301, 303)}
    assert {path.split("/")[1] for path in onward} == ONWARD
    assert {path for path, status in met.items() if status not in (200, 301, 303)} == {
        "/log-in/provider/back"  # this desk has no provider
    }
    assert len(met) > 60


@pytest.mark.parametrize("path", ["/log-in", "/enrol", "/recover", "/words", "/", "/no-such-page"])
def test_a_stranger_is_answered_as_shortly(path: str, desk: BusyDesk) -> None:
    desk.write(minute=True)
    desk.questions.asked.clear()
    desk.person.client.get(path, follow_redirects=False)
    assert len(desk.questions.asked) <= MOST, desk.questions.asked
