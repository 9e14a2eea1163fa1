"""Long work goes on beside the loop, in its turn, and nobody takes all turns."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from legation.desk.aside import Aside
from legation.errors import BusyError

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


def test_what_fails_gives_its_turn_back_and_the_words_of_the_page_go_with_it() -> None:
    async def desk() -> str:
        aside = Aside(threads=1, most=1)
        with pytest.raises(ZeroDivisionError):
            await aside.do("one", lambda: 1 // 0)
        TOLD.set("fr")
        return await aside.do("one", TOLD.get)

    assert asyncio.run(desk()) == "fr"
