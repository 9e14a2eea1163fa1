"""A home with people on duty, whose channels end at simulated partners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, final

from legation.app.access.people import Register
from legation.app.duty import Duty
from legation.app.home import Home
from legation.app.noticing import wake
from legation.app.waking import Waker
from legation.safeguards.duty.outcome import Outcome
from legation.safeguards.duty.wording import Letter
from legation.settings import Settings
from legation.store.calls import Call
from legation.store.opening import Store
from worlds.people import cleared

from .gates import Clock
from .homes import make_home

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@final
class Post:
    """The other side of all channels: takes each letter, or does what it is told to do.

    Attributes:
        letters: What it was given, in order.
        says: How each try ends, by address; `taken` otherwise.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.says: dict[str, Any] = {}
        self.before: Callable[[Letter], object] = lambda _: None

    def __call__(self, settings: Settings, letter: Letter, draft_id: str, now: datetime) -> Outcome:
        del settings, draft_id, now
        self.letters.append(letter)
        self.before(letter)
        state = self.says.get(letter.address, "taken")
        return Outcome(state=state, words=f"it was {state}")

    def woken(self) -> list[str]:
        """Return to which addresses something went, in order."""
        return [letter.address for letter in self.letters]


@final
class Watchmen:
    """A home, its store, its people and its clock."""

    def __init__(self, home: Home, store: Store, clock: Clock) -> None:
        self.home = home
        self.store = store
        self.clock = clock
        self.post = Post()
        self.waker = Waker(home, send=self.post)
        self.ids: dict[str, str] = {}

    def add(self, name: str, *channels: str, role: str = "analyst") -> str:
        """Add somebody with channels, and return their id."""
        person, _ = Register(self.store, self.clock, "command line").add(name, [role])
        cleared(self.store, person)
        self.ids[name] = person.person_id
        if channels:
            Duty(self.home, self.store, "command line").set_channels(name, channels)
        return person.person_id

    def shift(self, name: str, *, days: float = 1, rank: int = 1, start: float = 0) -> None:
        """Put somebody on duty from now on."""
        begins = self.clock() + start * DAY
        self.store.rota.add(self.ids[name], begins, begins + days * DAY, zone="UTC", rank=rank)

    def call(self, key: str = "1", object_id: str = "") -> Call:
        """Raise a call."""
        with self.store.transaction():
            made = wake(
                self.store, self.home.settings, "campaign.new", key=key, object_id=object_id
            )
        assert made is not None
        return made

    def go(self, minutes: float = 0) -> None:
        """Let time pass, and do what is due."""
        self.clock.pass_time(minutes=minutes)
        assert self.waker.round(self.store)

    def steps(self, call: Call) -> list[tuple[str, str, str]]:
        """Return whom each step was for, by what, and why not."""
        names = {person: name for name, person in self.ids.items()}
        return [
            (names.get(one.person_id, one.person_id), one.kind, one.words)
            for one in self.store.calls.steps(call.ref)
        ]


@contextmanager
def watchmen(folder: Path, **given: Any) -> Iterator[Watchmen]:
    """Open a new home whose channels are set up."""
    clock = Clock()
    ready = {
        "mail_server": "localhost:25",
        "mail_from": "desk@aldria.example",
        "sms_command": ("/bin/true", "{to}"),
        "webhook_hosts": ("hooks.example",),
        "webhook_key_file": "/nowhere",
    }
    home = Home(Settings(home=folder / "home", **(ready | given)), clock)
    make_home(home)
    with home.store() as store:
        yield Watchmen(home, store, clock)
