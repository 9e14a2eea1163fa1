"""The desk of `campaign_list.py`: a home with campaigns, a person with a session, as shipped."""

import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.binding import Binding
from legation.app.home import Home, identity_of
from legation.app.libraries import Libraries
from legation.app.library import DETECTOR
from legation.app.listing import Query
from legation.crypto.key_files import UNPROTECTED
from legation.desk.gate import Gate
from legation.desk.server import build_app, listen, server_of
from legation.desk.stored import StoredReading
from legation.formats.campaign import Statement, campaign_objects
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.tlp import Tlp
from legation.store.people import Passkey
from legation.threats.disinformation.findings import (
    CAVEAT,
    Campaign,
    DenseObjects,
    LanguageShare,
    Member,
    Run,
    Significance,
)

PATH = "/watch/campaigns.json"
_START = 1_772_409_600
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def prepare(folder: Path, campaigns: int) -> tuple[bytes, str]:
    """Make the home; return what its list answers, and the cookie of a person's session."""
    home = _home(folder)
    home.make("Invented ministry", UNPROTECTED)
    with home.store() as store:
        statement = Statement(
            identity=identity_of(store),
            created=home.now(),
            marking=Tlp.AMBER,
            caveat=CAVEAT,
            masked=False,
        )
        run = _run()
        ids = []
        for number in range(campaigns):
            things = campaign_objects(_campaign(number), run, statement)
            store.objects.put_many(map(encode_object, things))
            ids.append(things[0].id)
        facts = {"run": msgspec.to_builtins(run), "campaigns": ids}
        store.runs.record(
            run.run_id, detector=DETECTOR, input_sha256=run.input_sha256, rule={}, facts=facts
        )
        secret = _session(Entrance(store, home.now), Register(store, home.now, "host"))
        library = home.library(store, "desk")
        page = StoredReading(library).campaigns(Query(), after=None, limit=100)
        told = {"caveat": CAVEAT, "total": page.total, "after": page.after, "rows": page.lines}
    return msgspec.json.encode(told), f"legation-session={secret}"


def serve(folder: Path, port: int) -> None:
    """Run the desk over the home."""
    home = _home(folder)
    with home.store() as store:
        binding = Binding(port=port)
        gate = Gate(
            Entrance(store, home.now, home.rules(store)), guest=None, binding=binding, now=home.now
        )
        reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
        with listen(port) as held:
            server_of(build_app(reading, banner=None, gate=gate), binding).run(sockets=[held])


def _home(folder: Path) -> Home:
    return Home(Settings(home=folder / "home"), lambda: datetime.now(UTC))


def _session(entrance: Entrance, register: Register) -> str:
    person, link = register.add("Ana Analyst", ["analyst"])
    passkey = Passkey(
        credential_id=secrets.token_urlsafe(16),
        person_id=person.person_id,
        public_key=b"public key",
        uses=0,
    )
    secret = entrance.enrol(link, passkey, "127.0.0.1")
    entrance.confirm_kit(entrance.guest(secret), entrance.new_kit(entrance.guest(secret))[0])
    return secret


def _run() -> Run:
    dense = DenseObjects(policy="none", objects=0, actions=0, pairs=0)
    return Run(
        run_id="run-list",
        input_sha256="ab" * 32,
        posts=100_000,
        accounts=10_000,
        first=_START,
        last=_START + 1_000_000,
        clock_resolution_s=1,
        layers=("repost", "link", "text"),
        window_s=60,
        min_objects=2,
        fdr=0.01,
        null="popularity and hour of the day",
        tests=1,
        pairs=1,
        ties=1,
        dense=dense,
    )


def _letters(number: int, place: int) -> str:
    return _LETTERS[number % 26] + _LETTERS[number // 26] + _LETTERS[place]


def _campaign(number: int) -> Campaign:
    members = tuple(
        Member(
            account_id=f"acct-{_letters(number, place)}".ljust(31, "a"),
            role="amplifier",
            score=0.9,
            q=0.001,
            layers=("repost",),
            objects=5,
            partners=3,
        )
        for place in range(4 + number % 20)
    )
    begun = datetime.fromtimestamp(_START, UTC) + timedelta(hours=number)
    return Campaign(
        campaign_id=f"c-{number:04d}-0123456789abcdef",
        name=f"English repost group, {begun:%d %B %Y}: harbour, treaty {number}",
        grade=("high", "moderate", "low")[number % 3],
        grade_reasons=("Two layers agree.",),
        first=int(begun.timestamp()),
        last=int(begun.timestamp()) + 86_400,
        accounts=members,
        ties=3 * len(members),
        co_actions={"repost": 40, "link": 12, "text": 3},
        median_lag_s=7.5,
        significance=Significance(observed=52, expected=0.75, p_value=1e-9, null="popularity"),
        languages=(
            LanguageShare(language="en", share=0.9),
            LanguageShare(language="fr", share=0.1),
        ),
    )


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
