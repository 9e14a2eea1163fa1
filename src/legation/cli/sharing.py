"""`legation share`: the TAXII server, its collections, and what was not taken in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from legation.app.binding import LOOPBACK
from legation.cli.doors import AsJson, HomeFolder, Lent, SharingOpening, refuse_outside
from legation.cli.partner_names import partner_of
from legation.cli.words import answer, answer_json, table, tell

if TYPE_CHECKING:
    from legation.store.exchange.quarantined import Quarantined

_PORT = 8322
_LARGEST_MB = 200


def serve(
    *,
    port: Annotated[int, Parameter(help="Port; 0 takes a free one. [default: 8322]")] = _PORT,
    host: Annotated[
        str, Parameter(help="Address to listen on; others than this machine's need TLS.")
    ] = LOOPBACK,
    name: Annotated[
        str, Parameter(help="Host name that partners know, with the port where it is not 443.")
    ] = "",
    tls_cert: Annotated[Path | None, Parameter(help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, Parameter(help="Its key (PEM).")] = None,
    client_ca: Annotated[
        Path | None, Parameter(help="Certificates (PEM) of who signs those of partners.")
    ] = None,
    behind_proxy: Annotated[bool, Parameter(help="A proxy with TLS stands before it.")] = False,
    title: Annotated[str, Parameter(help="What the server calls itself to partners.")] = "legation",
    contact: Annotated[str, Parameter(help="Whom partners ask, such as an address.")] = "",
    largest_mb: Annotated[int, Parameter(help="Largest request, in megabytes. [default: 32]")] = 32,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Serve partners by TAXII 2.1: for this machine, or for others over TLS.

    Whoever asks shows a token or a client certificate from partner let-in; all others learn
    nothing. The desk serves the same beside its pages, under /taxii2/.
    """
    from legation.app.binding import read_binding
    from legation.app.sharing.serving import read_authority, taxii_server
    from legation.errors import UsageError
    from legation.safeguards.sharing.taxii.server import Offer

    refuse_outside("--largest-mb", largest_mb, 1, _LARGEST_MB)
    if client_ca is not None and tls_cert is None:
        raise UsageError(
            "client certificates are shown over TLS alone", hint="give --tls-cert and --tls-key"
        )
    authority = None if client_ca is None else read_authority(client_ca)
    place = doors.home(home)
    place.require()
    binding = read_binding(
        host=host,
        port=port,
        name=name,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
    )
    offer = Offer(title=title, contact=contact, largest=largest_mb * 1_000_000)
    with place.store() as store:
        if not any(one.ended is None for one in store.partners.every()):
            tell("No partner is on the roster yet: legation partner add NAME")
        opening = SharingOpening(
            server=taxii_server(store, doors.now, offer=offer),
            binding=binding,
            authority=authority,
        )
        try:
            doors.serve_taxii(opening, answer)
        finally:
            opening.server.end()
    return 0


def collections(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the collections, with who reaches each."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        every = store.collections.every()
        partners = [one for one in store.partners.every() if one.ended is None]
        reached = {
            one.name: {each.number: each for each in store.collections.granted(one.partner_id)}
            for one in partners
        }
    told: list[dict[str, Any]] = [
        {
            "id": one.collection_id,
            "title": one.title,
            "api_root": one.root,
            "partners": [name for name, some in reached.items() if one.number in some],
        }
        for one in every
    ]
    if as_json:
        answer_json(told)
        return 0
    header = ("title", "id", "partners")
    rows = [(one["title"], one["id"], ", ".join(one["partners"])) for one in told]
    answer(table(header, rows) if rows else "There is no collection.")
    return 0


def collect(
    title: Annotated[str, Parameter(help="What partners read as its name.")],
    /,
    *,
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    alias: Annotated[str, Parameter(help="A name in place of its id.")] = "",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Make a collection for several partners; each reaches it by partner grant."""
    from legation.app.sharing.roster import Roster

    place = doors.home(home)
    place.require()
    with place.store() as store:
        made = Roster(store, doors.now, "command line").collection(title, description, alias)
    answer(made.collection_id)
    return 0


def quarantined(
    *,
    partner: Annotated[str | None, Parameter(help="Only what this partner sent.")] = None,
    after: Annotated[int, Parameter(help="Only what has a greater number.")] = 0,
    limit: Annotated[int, Parameter(help="How many at most. [default: 100]")] = 100,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what partners sent and was not taken in."""
    refuse_outside("--limit", limit, 1, 10_000)
    place = doors.home(home)
    place.require()
    with place.store() as store:
        names = {one.partner_id: one.name for one in store.partners.every()}
        whose = None if partner is None else partner_of(store, partner).partner_id
        found = store.quarantine.find(partner_id=whose, after=after, limit=limit)
    if as_json:
        answer_json([_told(one, names) for one in found])
        return 0
    header = ("number", "came", "from", "object", "what is held against it")
    rows = [
        (
            str(one.seq),
            f"{one.came:%Y-%m-%d %H:%M}Z",
            names.get(one.partner_id, "the house"),
            one.object_id,
            f"{one.kind}: {one.reason}",
        )
        for one in found
    ]
    answer(table(header, rows) if rows else "Nothing is in quarantine.")
    return 0


def explain(
    number: Annotated[int, Parameter(help="Its number, from the list.")],
    /,
    *,
    raw: Annotated[bool, Parameter(help="Print the object as it came.")] = False,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Say of one object in quarantine what is held against it, and what stands in its place."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        names = {one.partner_id: one.name for one in store.partners.every()}
        found = store.quarantine.get(number)
        with store.collections.reading(found.number) as shelf:
            here = shelf.every_version(found.object_id)
    told = _told(found, names) | {"bytes": len(found.raw), "versions_here": here}
    if as_json:
        answer_json(told | ({"raw": found.raw.decode("utf-8", "replace")} if raw else {}))
        return 0
    answer(f"{found.object_id} {found.version_text}".rstrip())
    answer(f"from {names.get(found.partner_id, 'the house')}, {found.came:%Y-%m-%d %H:%M}Z")
    answer(f"{found.kind}: {found.reason}")
    answer(f"versions that stand in the collection: {', '.join(here) or 'none'}")
    if raw:
        answer(found.raw.decode("utf-8", "replace"))
    return 0


def _told(one: "Quarantined", names: dict[str, str]) -> dict[str, Any]:
    return {
        "number": one.seq,
        "object_id": one.object_id,
        "version": one.version_text,
        "kind": one.kind,
        "reason": one.reason,
        "partner": names.get(one.partner_id, ""),
        "came": one.came,
    }
