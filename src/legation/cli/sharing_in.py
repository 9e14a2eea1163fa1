"""`legation share pull` and `legation share feed`: what is taken in from servers of partners."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, Doors, HomeFolder, Lent
from legation.cli.partner_names import partner_of
from legation.cli.words import answer, answer_json, complain, counted, table, tell

if TYPE_CHECKING:
    from legation.app.sharing.proofs import Held
    from legation.app.sharing.pulling import Pulled, Pulling
    from legation.app.sharing.taking import TakenIn
    from legation.store.opening import Store

_NO_ERROR = "none"
_MOST_SHOWN = 20


def take(
    partner: Annotated[str, Parameter(help="Who sent it.")],
    file: Annotated[Path, Parameter(help="The file: STIX 2.1, of OpenCTI, or a MISP event.")],
    /,
    *,
    profile: Annotated[
        str, Parameter(help="plain, opencti, misp or disinfox. [default: it is recognised]")
    ] = "",
    force: Annotated[
        bool, Parameter(help="Take it in although its objects are here as read by another profile.")
    ] = False,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take in a file that a partner sent, into the collection for what it sends.

    What did not pass as it was is listed, the first of it; with --json all. What cannot be read as
    an object stands in quarantine, with its place. The same file again adds nothing, and what we
    sent to the partner ourselves is refused.
    """
    from legation.app.sharing.taking import take as take_in
    from legation.app.sharing.unpacking import LARGEST
    from legation.store.plain_files import read_plain

    place = doors.home(home)
    place.require()
    data = read_plain(file, LARGEST)
    with place.store() as store:
        done = take_in(
            store,
            partner_of(store, partner).partner_id,
            data,
            file.name,
            profile=profile,
            force=force,
            actor="command line",
            now=doors.now(),
        )
    if as_json:
        answer_json(msgspec.to_builtins(done))
        return 0
    answer(f"{file.name}, read as {done.profile}: {_in_words(done, done.ours)}")
    if done.fingerprint:
        said = (
            "as pinned"
            if done.pinned
            else "nobody pinned it: compare it, then legation partner trust"
        )
        tell(f"signed by {done.fingerprint} ({said})")
    for note in done.notes:
        tell(note)
    header = ("object", "property", "what", "why")
    shown = done.losses[:_MOST_SHOWN]
    rows = [(one.object_id, one.property, one.what, one.why) for one in shown]
    answer(table(header, rows)) if rows else None
    if left := len(done.losses) - len(shown):
        tell(f"and {left:,} more that did not pass as they were: --json lists all")
    return 0


def verify(
    partner: Annotated[str, Parameter(help="Whose collection is verified.")],
    /,
    *,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Verify what a partner sent against the lists that it signed.

    Ends with 1 where something is here with other bytes than were signed, a signature is broken,
    or somebody has signed who is not the pinned one.
    """
    from legation.app.sharing.proofs import verify_sent

    place = doors.home(home)
    place.require()
    with place.store() as store:
        found = verify_sent(store, partner_of(store, partner))
    if as_json:
        answer_json(msgspec.to_builtins(found))
        return int(not found.holds)
    for one in found.signers:
        _tell_signer(one, found.pin)
    for object_id in found.broken:
        answer(f"a signature that does not hold: {object_id}")
    answer(f"{found.unsigned} under no signature")
    if not found.pin:
        tell("Nobody pinned a fingerprint: compare it, then legation partner trust")
    return int(not found.holds)


def _tell_signer(one: "Held", pin: str) -> None:
    if one.pinned or not pin:
        said = "as pinned" if one.pinned else "nobody pinned a fingerprint"
        answer(f"signed by {one.fingerprint} ({said}): {counted(one.objects, 'object')} hold")
    else:
        answer(
            f"signed by {one.fingerprint}, who is not the pinned signer: "
            f"{counted(one.uncounted, 'object')} do not count as holding"
        )
        answer(f"  pinned is {pin}")
    if one.absent:
        answer(f"  {one.absent} signed and not here")
    if one.reshaped:
        answer(
            f"  {one.reshaped} signed in a package of another form: it was verified as a whole when"
            " it was taken in, and the bytes that are here are not those that were signed"
        )
    for object_id in one.differing:
        answer(f"  other bytes than were signed: {object_id}")


def add(
    name: Annotated[str, Parameter(help="As people of the house call it.")],
    partner: Annotated[str, Parameter(help="Whose feed it is.")],
    address: Annotated[str, Parameter(help="Address of the API root, https://.../")],
    collection: Annotated[str, Parameter(help="Id or alias of the collection there.")],
    /,
    *,
    token_file: Annotated[Path | None, Parameter(help="File whose first line is a token.")] = None,
    user: Annotated[str, Parameter(help="Name, where the server asks for name and password.")] = "",
    password_file: Annotated[
        Path | None, Parameter(help="File whose first line is the password.")
    ] = None,
    ca_file: Annotated[Path | None, Parameter(help="Certificates (PEM) to trust.")] = None,
    certificate: Annotated[Path | None, Parameter(help="Our client certificate (PEM).")] = None,
    key: Annotated[Path | None, Parameter(help="Its key (PEM).")] = None,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Keep a feed of a partner. Its server is asked nothing before share pull."""
    from legation.app.sharing.pulling import Entry

    place = doors.home(home)
    place.require()
    entry = Entry(
        user=user,
        password_file=_whole(password_file),
        token_file=_whole(token_file),
        ca_file=_whole(ca_file),
        certificate=_whole(certificate),
        key=_whole(key),
    )
    with place.store() as store:
        whose = partner_of(store, partner).partner_id
        feed = _pulling(doors, store).add(name, whose, address, collection, entry)
    answer(f"{feed.name}: {feed.address} {feed.collection}")
    tell("To take in what it has: legation share pull")
    return 0


def listed(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the feeds, and how far each was taken over."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        names = {one.partner_id: one.name for one in store.partners.every()}
        pulling = _pulling(doors, store)
        told = [(one, pulling.state(one)) for one in store.feeds.every()]
    if as_json:
        answer_json(
            [
                {
                    "name": feed.name,
                    "partner": names.get(feed.partner_id, ""),
                    "address": feed.address,
                    "collection": feed.collection,
                    "taken_until": state.added_after if state else "",
                    "objects": state.objects if state else 0,
                    "last_success": state.last_success if state else None,
                    "last_error": state.last_error if state else "",
                }
                for feed, state in told
            ]
        )
        return 0
    header = ("feed", "partner", "taken until", "objects", "last success", "last error")
    rows = [
        (
            feed.name,
            names.get(feed.partner_id, ""),
            (state.added_after if state else "") or "not yet",
            str(state.objects if state else 0),
            f"{state.last_success:%Y-%m-%d %H:%M}Z" if state and state.last_success else "never",
            (state.last_error if state else "") or _NO_ERROR,
        )
        for feed, state in told
    ]
    answer(table(header, rows) if rows else "There is no feed.")
    return 0


def end(
    name: Annotated[str, Parameter(help="Name of the feed.")],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Pull a feed no more; what it brought stays."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        feed = _pulling(doors, store).end(name)
    answer(f"ended: {feed.name}")
    return 0


def pulled(
    *names: Annotated[str, Parameter(help="Names of feeds. [default: all]")],
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take in what is new in feeds of partners.

    Each page is kept with how far the feed was taken, so a pull that is broken off loses nothing.
    One feed that fails keeps no other back; the exit code is then that of the last failure.
    """
    from legation.errors import LegationError

    place = doors.home(home)
    place.require()
    code, told = 0, []
    with place.store() as store:
        pulling = _pulling(doors, store)
        chosen = [store.feeds.get(name).name for name in names] or [
            one.name for one in store.feeds.every()
        ]
        for name in chosen:
            try:
                done = pulling.pull(name)
            except LegationError as bad:
                # A signal that met a library of the store ends the program, not this feed alone.
                doors.end_when_told()
                complain(f"{name}: {bad}", bad.hint)
                told.append({"feed": name, "error": str(bad)})
                code = bad.exit_code
            else:
                told.append({"feed": name, **msgspec.structs.asdict(done)})
                if not as_json:
                    answer(f"{name}: {_in_words(done)}")
    if as_json:
        answer_json(told)
    elif not chosen:
        answer("There is no feed.")
    return code


def _in_words(done: "Pulled | TakenIn", ours: int = 0) -> str:
    parts: list[Any] = [f"{counted(done.new, 'version')} new", f"{done.known} known"]
    if done.contradicting or done.refused:
        aside = done.contradicting + done.refused
        parts.append(f"{aside} in quarantine: see share quarantine list")
    if ours:
        parts.append(f"{ours} left out, for we sent them ourselves")
    return ", ".join(parts)


def _pulling(doors: Doors, store: "Store") -> "Pulling":
    from legation.app.sharing.pulling import Pulling

    return Pulling(store, doors.now, "command line")


def _whole(path: Path | None) -> str:
    return "" if path is None else str(path.expanduser().resolve())
