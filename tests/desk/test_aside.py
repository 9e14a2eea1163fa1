"""Long work goes on beside the loop, in its turn, and nobody takes all turns."""

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest
from litestar import get

from legation.desk.aside import Aside
from legation.desk.server import build_app
from legation.errors import BusyError
from worlds.gates import open_gate
from worlds.readings import small_shelf
from worlds.requests import scope

TOLD: ContextVar[str] = ContextVar("told", default="")


def test_the_loop_goes_on_and_others_have_their_turn() -> None:
    let_go = threading.Event()

    async def desk() -> list[str]:
        aside = Aside(threads=2, most=1)
        seen: list[str] = []
        slow = asyncio.create_task(aside.do("one", let_go.wait, 60))
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="1 of your files"):
            await aside.do("one", seen.append, "refused")
        await aside.do("another", seen.append, "done")
        assert not slow.done()
        let_go.set()
        assert await slow
        await aside.do("one", seen.append, "again")
        return seen

    assert asyncio.run(desk()) == ["done", "again"]


def test_two_long_papers_of_one_person_leave_a_thread_to_everybody_else() -> None:
    let_go = threading.Event()

    async def desk() -> list[str]:
        aside = Aside(threads=2, most=2)
        seen: list[str] = []
        slow = [asyncio.create_task(aside.do("one", let_go.wait, 60)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.wait_for(aside.do("another", seen.append, "done"), 30)
        assert not any(one.done() for one in slow)
        let_go.set()
        assert await asyncio.gather(*slow) == [True, True]
        return seen

    assert asyncio.run(desk()) == ["done"]


def test_what_fails_gives_its_turn_back_and_the_words_of_the_page_go_with_it() -> None:
    async def desk() -> str:
        aside = Aside(threads=1, most=1)
        with pytest.raises(ZeroDivisionError):
            await aside.do("one", lambda: 1 // 0)
        TOLD.set("fr")
        return await aside.do("one", TOLD.get)

    assert asyncio.run(desk()) == "fr"


def test_of_many_files_of_one_person_few_are_made_and_a_page_goes_before_them() -> None:
    made: list[str] = []

    @get("/slow/as/csv", sync_to_thread=False, verb="campaign.export")
    def slow() -> str:
        made.append("file")
        return "rows"

    @get("/quick", sync_to_thread=False, verb="campaign.read")
    def quick() -> str:
        made.append("page")
        return "page"

    app = build_app(small_shelf(), banner=None, gate=open_gate(), more=[slow, quick])

    async def asked(path: str) -> int:
        told: list[int] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                told.append(message["status"])

        await app(scope("GET", path, host="localhost"), receive, send)
        return told[0]

    async def all_at_once() -> list[int]:
        paths = [*["/slow/as/csv"] * 20, "/quick"]
        first = await asyncio.gather(*map(asked, paths))
        return [*first, await asked("/slow/as/csv")]

    *files, page, later = asyncio.run(all_at_once())
    assert (files.count(200), files.count(503)) == (2, 18)
    assert (page, later) == (200, 200)
    assert made == ["page", "file", "file", "file"]
