"""`legation desk` and `legation demo`: what a person looks at in a browser."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import DeskHome, Doors, HomeFolder, KnownFile, Lent, PassphraseFile
from legation.cli.words import answer, counted, tell
from legation.threats.disinformation.findings import CAVEAT

if TYPE_CHECKING:
    from legation.app.library import Library

Port = Annotated[
    int | None, Parameter(help="Port on this machine; 0 takes a free one. [default: 8321]")
]
_INVENTED = "INVENTED DATA: no state, newsroom or person in it exists"


def desk(
    *,
    port: Port = None,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    read_only: Annotated[bool, Parameter(help="Show only: no import, no jobs.")] = False,
    doors: Lent,
) -> int:
    """Open the desk in a browser, on this machine only.

    It never shows an account's clear name. As long as it is open it does the jobs that are
    asked for; to import into a home whose keys are protected it needs their passphrase.
    """
    from legation.app.library import Library

    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = Library(store, doors.now, "desk", marking=place.marking)
        given = not place.keys_are_protected() or passphrase_file is not None
        work = DeskHome(
            home=place,
            store=store,
            protection=doors.protection(place, passphrase_file) if given else None,
        )
        _open(doors, library, None, _port(doors, port), None if read_only else work)
    return 0


def demo(
    *,
    posts: Annotated[Path | None, Parameter(help="Do the same on a file of your own.")] = None,
    home: Annotated[
        Path | None,
        Parameter(
            help="Folder of the demonstration. [default: ~/.legation/demo/invented, or for a file "
            "of your own a folder beside it, named by the file's content]"
        ),
    ] = None,
    known: KnownFile = None,
    serve: Annotated[bool, Parameter(negative="--no-serve", help="Open the desk.")] = True,
    port: Port = None,
    doors: Lent,
) -> int:
    """Import, detect, and open the desk, on an invented fortnight of posts.

    It has a home of its own, so nothing of yours is touched. Running it again adds nothing.
    """
    from legation.app.demo import demo_home, demonstrate
    from legation.app.library import Library
    from legation.cli.campaigns import lines
    from legation.cli.importing import said
    from legation.crypto.key_files import UNPROTECTED

    place = demo_home(doors.settings(None), home, posts, doors.now)
    banner = None if posts else _INVENTED
    if banner:
        answer(banner)
    tell(f"Home of this demonstration: {place.folder}")
    with place.store() as store:
        shown = demonstrate(place, store, posts, known)
        answer(said(shown.taken))
        kept = Library(store, doors.now, "desk").latest()
        found = kept.campaigns if kept else ()
        answer(f"{counted(len(found), 'campaign')} found")
        if found:
            answer(lines(found))
        answer(shown.compared) if shown.compared else None
        tell(CAVEAT)
        if serve:
            library = Library(store, doors.now, "desk", marking=place.marking)
            # Under a banner that says all is invented nobody shall bring in what is not.
            work = DeskHome(home=place, store=store, protection=UNPROTECTED) if posts else None
            _open(doors, library, banner, _port(doors, port), work)
    return 0


def _open(
    doors: Doors, library: "Library", banner: str | None, port: int, work: DeskHome | None
) -> None:
    def announce(address: str) -> None:
        answer(f"The desk: {address}")
        tell("Ctrl-C ends.")
        sys.stdout.flush()

    doors.open_desk(library, banner, port, announce, work)


def _port(doors: Doors, port: int | None) -> int:
    return doors.settings(None).desk_port if port is None else port
