"""Progress by stream: it tells what changes, ends with the job or the session, and is bounded."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.desk.streams import MOST, MOST_OF_ONE, Progress, Streams
from legation.errors import BusyError, NotFoundError
from worlds.people import enrolled
from worlds.working_desk import WorkingDesk, working_desk


def _at(percent: int, state: str = "running") -> Progress:
    return Progress(state=state, percent=percent, words=f"at {percent}")


def _heard(streams: Streams, look: Callable[[], Progress | None]) -> list[bytes]:
    async def listen() -> list[bytes]:
        return [part async for part in streams.of("ann", look)]

    return asyncio.run(listen())


def test_a_stream_tells_what_has_changed_and_ends_with_the_job() -> None:
    seen = iter([_at(0), _at(0), _at(40), _at(100, "done"), _at(0)])
    parts = [part for part in _heard(Streams(0), lambda: next(seen)) if part != b": \n\n"]
    told = [msgspec.json.decode(part.removeprefix(b"data: "), type=Progress) for part in parts]
    assert [one.percent for one in told] == [0, 40, 100]
    assert all(part.endswith(b"\n\n") and part.count(b"\n") == 2 for part in parts)


@pytest.mark.parametrize("how", ["nobody", "gone"])
def test_a_stream_ends_when_nothing_may_be_told_any_more(how: str) -> None:
    looks = 0

    def look() -> Progress | None:
        nonlocal looks
        looks += 1
        if looks < 3:
            return _at(10)
        if how == "gone":
            raise NotFoundError("no job", hint="")
        return None

    streams = Streams(0)
    assert len(_heard(streams, look)) == 1
    assert looks == 3
    assert len(streams) == 0


def test_a_stream_ends_when_the_server_does() -> None:
    streams = Streams(0)
    looks = 0

    def look() -> Progress:
        nonlocal looks
        looks += 1
        streams.stopping = lambda: looks > 5
        return _at(looks)

    assert len(_heard(streams, look)) == 5


def test_one_person_and_all_together_have_so_many_and_one_that_was_left_is_free() -> None:
    streams = Streams(0)
    own = [streams.of("ann", lambda: _at(1)) for _ in range(MOST_OF_ONE)]
    with pytest.raises(BusyError):
        streams.of("ann", lambda: _at(1))
    others = [streams.of(f"person {n}", lambda: _at(1)) for n in range(MOST - MOST_OF_ONE)]
    with pytest.raises(BusyError):
        streams.of("ben", lambda: _at(1))
    assert len(streams) == MOST
    own.clear()
    others.clear()
    assert len(streams) == 0
    again = streams.of("ben", lambda: _at(1))
    assert len(streams) == 1
    del again


def _job(desk: WorkingDesk, actor: str = "test") -> str:
    job = desk.store.jobs.add("watch", "Look", {}, actor=actor, place="elsewhere")
    desk.store.jobs.finish(job.job_id, "done", "nothing new")
    return job.job_id


def test_the_desk_streams_a_job_to_whoever_may_see_it(tmp_path: Path) -> None:
    with working_desk(tmp_path) as desk:
        answer = desk.client.get(f"/job/{_job(desk)}/events")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["cache-control"] == "no-store"
        assert "content-encoding" not in answer.headers
        assert answer.text.startswith('data: {"state":"done","percent":100,"words":"nothing new",')
        assert answer.text.count("data: ") == 1
        assert desk.client.get(f"/job/{_job(desk, 'somebody else')}/events").status_code == 404
        assert desk.client.get("/job/none/events").status_code == 404


def test_a_stream_needs_a_session_ends_with_it_and_does_not_lengthen_it(tmp_path: Path) -> None:
    with working_desk(tmp_path, guarded=True) as desk:
        secret = enrolled(desk.store, desk.home.now, "Omar Haddad", "analyst")
        person = desk.store.people.get("Omar Haddad").person_id
        path = f"/job/{_job(desk, person)}/events"
        assert desk.client.get(path, follow_redirects=False).status_code == 401
        desk.client.cookies.set("legation-session", secret)
        assert desk.client.get(path).status_code == 200
        desk.store.sessions.end_all(person)
        assert desk.client.get(path, follow_redirects=False).status_code == 401


def test_who_opens_streams_without_end_gets_so_many_and_others_still_get_theirs(
    tmp_path: Path,
) -> None:
    with working_desk(tmp_path, guarded=True) as desk:
        people = ("Omar Haddad", "Lena Okafor")
        secrets = {name: enrolled(desk.store, desk.home.now, name, "analyst") for name in people}
        jobs = {
            name: desk.store.jobs.add(
                "watch", "Look", {}, actor=desk.store.people.get(name).person_id, place="elsewhere"
            ).job_id
            for name in people
        }
        app: Any = desk.client.app

        async def opened(name: str, heads: "asyncio.Queue[int]") -> None:
            """Ask for a stream and stay."""
            asked = {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": "GET",
                "scheme": "http",
                "path": f"/job/{jobs[name]}/events",
                "raw_path": f"/job/{jobs[name]}/events".encode(),
                "query_string": b"",
                "root_path": "",
                "headers": [
                    (b"host", b"localhost:8321"),
                    (b"cookie", f"legation-session={secrets[name]}".encode()),
                ],
                "client": ("127.0.0.1", 1),
                "server": ("127.0.0.1", 8321),
                "state": {},
            }
            sent = False

            async def receive() -> dict[str, Any]:
                nonlocal sent
                if sent:
                    await asyncio.Event().wait()
                sent = True
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    heads.put_nowait(message["status"])

            await app(asked, receive, send)

        async def attack() -> tuple[list[int], list[int]]:
            heads: asyncio.Queue[int] = asyncio.Queue()
            asking = [asyncio.create_task(opened(people[0], heads)) for _ in range(MOST_OF_ONE * 3)]
            own = [await heads.get() for _ in asking]
            asking.append(asyncio.create_task(opened(people[1], heads)))
            other = [await heads.get()]
            for one in asking:
                one.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            return own, other

        own, other = asyncio.run(asyncio.wait_for(attack(), 60))
        assert own.count(200) == MOST_OF_ONE
        assert own.count(503) == MOST_OF_ONE * 2
        assert other == [200]
