"""A desk that is killed while it wakes somebody: the call goes on, and says what is doubtful."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from legation.app.duty import Duty
from legation.app.home import Home
from legation.app.noticing import wake
from legation.settings import Settings
from worlds.desk_process import DeskProcess, signed_in
from worlds.homes import make_home
from worlds.partners import authority, secret_file, webhook


def now() -> datetime:
    return datetime.now(UTC)


def until(true: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_call_survives_a_kill_between_sending_and_its_record(tmp_path: Path) -> None:
    with webhook(tmp_path) as hook:
        given = {
            "webhook_hosts": hook.host,
            "webhook_key_file": str(secret_file(tmp_path)),
            "webhook_ca": str(authority(tmp_path)),
        }
        settings = Settings(home=tmp_path / "home", **(given | {"webhook_hosts": (hook.host,)}))  # type: ignore[arg-type]  # as named
        home = Home(settings, now)
        make_home(home)
        secret = signed_in(home.folder)
        with home.store() as store:
            person = store.people.get("Omar Haddad").person_id
            begins = now() - timedelta(hours=1)
            store.rota.add(person, begins, begins + timedelta(days=9), zone="UTC")
            Duty(home, store, "test").set_channels(person, [f"https://{hook.host}/in"])
            call = wake(store, settings, "campaign.new", key="1")
            assert call is not None
        hook.wait_s = 60
        desk = DeskProcess(home.folder, secret, given=given)
        until(lambda: hook.bodies)
        desk.kill()  # the words have left, and their record has not been written
        hook.wait_s = 0
        again = DeskProcess(home.folder, secret, given=given)
        second = DeskProcess(home.folder, secret, given=given)
        try:
            until(lambda: "possibly sent twice" in again.get(f"/duty/{call.ref}"))
            until(lambda: "sent <strong" in again.get(f"/duty/{call.ref}"))
            assert len(hook.bodies) == 2
            keys = {headers["Idempotency-Key"] for headers, _ in hook.bodies}
            assert len(keys) == 1
            assert hook.bodies[0][1] == hook.bodies[1][1]
            assert re.search("Nobody was reached", again.get("/")) is None
            again.form(f"/duty/{call.ref}/take")
            assert "Taken by <bdi>Omar Haddad</bdi>" in second.get(f"/duty/{call.ref}")
        finally:
            said = again.stop() + second.stop()
        assert "OUTSIDE" not in said
        with home.store(sweep=False) as store:
            assert store.audit.verify().entries > 0
