"""The demonstration: a home of its own, an invented fortnight or a file of the user's.

What is hidden in the invented world is known, so the demonstration says how much of it
was found. Running it again finds everything done and adds nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.app.handing import Handing
from legation.app.home import DEMONSTRATION, Home
from legation.app.importing import Intakes, Reading, Taken
from legation.app.known import known_in
from legation.app.library import Library
from legation.app.watching import look
from legation.missions.invented import NAMES, OWN
from legation.settings import Settings

if TYPE_CHECKING:
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.sources.invented import Truth
    from legation.store.opening import Store


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the demonstration did.

    Attributes:
        taken: What became of the posts.
        compared: How much of what is hidden was found; empty for a file of the user's.
    """

    taken: Taken
    compared: str


def demo_home(
    settings: Settings, folder: Path | None, posts: Path | None, now: Callable[[], datetime]
) -> Home:
    """Return the demonstration's home, made when absent; each file of the user's has its own."""
    from legation.crypto.key_files import UNPROTECTED
    from legation.store.reading.digest import digest_of

    place = folder or settings.home / "demo"
    if folder is None:
        place /= digest_of((posts,))[:12] if posts else "invented"
    # The demonstration keeps its objects in its own home, whatever the settings name.
    own = settings.state if posts else OWN
    home = Home(msgspec.structs.replace(settings, home=place, database="", state=own), now)
    if not home.exists():
        home.make(DEMONSTRATION, UNPROTECTED)
    return home


def demonstrate(home: Home, store: "Store", posts: Path | None, known: Path | None = None) -> Shown:
    """Take in the posts and look for campaigns in them."""
    from legation.crypto.key_files import UNPROTECTED
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.sources.invented import write_world

    truth = None
    file = posts
    if file is None:
        file = home.folder / "invented.jsonl"
        truth = write_world(file)
        _enter_ministry(home, store)
    taken = Intakes(home, store, UNPROTECTED).take(file, Reading())
    listed = known_in(home, known, UNPROTECTED) if known else None
    handing = Handing(home, store, UNPROTECTED)
    look(home, store, known=handing.known(listed), beside=handing.beside())
    if truth is None:
        return Shown(taken=taken, compared="")
    names = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret)
    library = home.library(store, "demo")
    _open_case(home, library, truth, names)
    return Shown(taken=taken, compared=_compared(library, truth, names))


def _enter_ministry(home: Home, store: "Store") -> None:
    """Enter the invented ministry, unless it is there."""
    from legation.app.knowledge.offers import Given
    from legation.app.knowledge.packs import Knowledge
    from legation.app.knowledge.signatures import sign_pack
    from legation.app.registers import Registers
    from legation.crypto.key_files import UNPROTECTED
    from legation.missions.invented import pack, tables

    scope, day = home.library(store, "demo").scope(), home.now().date()
    registers, knowledge = Registers(scope, invented=True), Knowledge(scope)
    if not registers.rows("missions"):
        content = pack(day)
        signature = sign_pack(content, home.keys(UNPROTECTED).identity())
        knowledge.add(knowledge.offer(content, "invented.toml", Given(signature=signature)))
        for name, content in tables(day).items():
            registers.take(content, f"{name}.csv")


def _open_case(home: Home, library: "Library", truth: "Truth", names: "Pseudonymiser") -> None:
    """Open the invented cases, unless there are any.

    One is about what was found against the own state; the other about what citizens say of the
    same, which is no threat.
    """
    from legation.app.cases.books import book_of
    from legation.app.cases.docket import Docket
    from legation.app.cases.filing import Filing
    from legation.safeguards.cases.facts import Link, Task
    from legation.safeguards.cases.invented import invented_case
    from legation.store.cases import Wanted

    scope, kept = library.scope(), library.latest()
    if Docket(scope).find(Wanted(), limit=1) or kept is None:
        return
    hidden = next(one for one in truth.campaigns if one.against == NAMES[OWN])
    members = {names.of(name) for name in hidden.members}
    found = [
        one.campaign_id
        for one in kept.campaigns
        if members & {member.account_id for member in one.accounts}
    ]
    due = (scope.now() + timedelta(days=2)).date().isoformat()
    filing = Filing(scope, home.folder / "evidence", book_of(scope), door="demo")
    row = filing.open(
        [
            *invented_case("campaign"),
            *(Link(to=one, words="the finding that it rests on") for one in found),
            Task(
                what="decide with the delegation whether to say something", owner="press", due=due
            ),
        ]
    )
    speech = filing.open(invented_case("speech"))
    filing.add(
        row.number, [Link(to=speech.object_id, kind="about", words="what citizens say, set apart")]
    )


def _compared(library: Library, truth: "Truth", names: "Pseudonymiser") -> str:
    """Say how many of the hidden accounts are members, and how many others are."""
    kept = library.latest()
    flagged = {
        member.account_id
        for campaign in (kept.campaigns if kept else ())
        for member in campaign.accounts
    }
    hidden = {names.of(name) for campaign in truth.campaigns for name in campaign.members}
    return (
        f"Hidden: {len(truth.campaigns)} campaigns of {len(hidden)} accounts among "
        f"{truth.accounts:,}. Found: {len(flagged & hidden)} of them, and "
        f"{len(flagged - hidden)} others."
    )
