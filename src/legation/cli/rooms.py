"""`legation desk` and `legation demo`: what a person looks at in a browser."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from legation.app.binding import LOOPBACK
from legation.cli.doors import (
    DeskHome,
    Doors,
    HomeFolder,
    KnownFile,
    Lent,
    Opening,
    PassphraseFile,
)
from legation.cli.words import answer, counted, tell, typed
from legation.threats.disinformation.findings import CAVEAT

Port = Annotated[
    int | None, Parameter(help="Port on this machine; 0 takes a free one. [default: 8321]")
]
_INVENTED = "INVENTED DATA: no state, newsroom or person in it exists"
_UNGUARDED = "DEMONSTRATION: without log-in, on this machine only"


def desk(
    *,
    port: Port = None,
    host: Annotated[
        str, Parameter(help="Address to listen on; others than this machine's need TLS.")
    ] = LOOPBACK,
    name: Annotated[
        str | None,
        Parameter(
            help="Host name that people type, with the port where it is not 443; passkeys belong "
            "to it. [default: the setting desk_name]"
        ),
    ] = None,
    tls_cert: Annotated[Path | None, Parameter(help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, Parameter(help="Its key (PEM).")] = None,
    behind_proxy: Annotated[
        bool, Parameter(help="A proxy with TLS stands before it, and says who asks.")
    ] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    read_only: Annotated[bool, Parameter(help="Show only: no import, no jobs.")] = False,
    doors: Lent,
) -> int:
    """Open the desk in a browser: for this machine, or for others over TLS.

    Whoever enters needs a passkey; it never shows an account's clear name. As long as it is open
    it does the jobs that are asked for; to import into a home whose keys are protected it
    needs their passphrase.
    """
    from legation.app.access.admission import read_client
    from legation.app.access.entering import Entrance
    from legation.app.binding import read_binding
    from legation.app.libraries import Libraries

    place = doors.home(home)
    place.require()
    binding = read_binding(
        host=host,
        port=_port(doors, port),
        name=doors.settings(None).desk_name if name is None else name,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
    )
    with place.store() as store:
        library = place.library(store, "desk")
        place.policies()  # policies with a fault close every page, so they are told here
        entrance = Entrance(store, doors.now, place.rules(store))
        if entrance.nobody_yet():
            command = typed("legation admin add NAME --role administrator", home)
            tell(f"Nobody may enter yet. Run: {command}")
        given = not place.keys_are_protected() or passphrase_file is not None
        work = DeskHome(
            home=place,
            store=store,
            protection=doors.protection(place, passphrase_file) if given else None,
        )
        opening = Opening(
            library=library,
            banner=None,
            binding=binding,
            entrance=entrance,
            libraries=Libraries(place, store),
            work=None if read_only else work,
            provider=read_client(place.settings),
            language=doors.settings(None).language,
        )
        _open(doors, opening)
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

    It has a home of its own, so nothing of yours is touched. Running it again adds nothing. The
    desk of a demonstration asks for no log-in, and says so on each page.
    """
    from legation.app.binding import Binding
    from legation.app.demo import demo_home, demonstrate
    from legation.app.listing import in_order
    from legation.cli.campaign_words import lines
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
        kept = place.library(store, "desk").latest()
        found = kept.campaigns if kept else ()
        answer(f"{counted(len(found), 'campaign')} found")
        if found:
            answer(lines(tuple(in_order(found))))
        answer(shown.compared) if shown.compared else None
        tell(CAVEAT)
        if serve:
            opening = Opening(
                library=place.library(store, "desk"),
                banner=banner or _UNGUARDED,
                binding=Binding(port=_port(doors, port)),
                entrance=None,
                # Under a banner that says all is invented nobody shall bring in what is not.
                work=DeskHome(home=place, store=store, protection=UNPROTECTED) if posts else None,
                language=doors.settings(None).language,
            )
            _open(doors, opening)
    return 0


def _open(doors: Doors, opening: Opening) -> None:
    def announce(address: str) -> None:
        answer(f"The desk: {address}")
        tell("Ctrl-C ends.")
        sys.stdout.flush()

    doors.open_desk(opening, announce)


def _port(doors: Doors, port: int | None) -> int:
    return doors.settings(None).desk_port if port is None else port
