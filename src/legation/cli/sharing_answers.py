"""`legation share received|answers|answer`: what partners sent, and what is said about it."""

from typing import Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile, refuse_outside
from legation.cli.partner_names import partner_of
from legation.cli.words import answer, answer_json, pour, table, tell
from legation.settings import TlpName

Name = Annotated[str, Parameter(help="Name or id of the partner.")]


def came(
    name: Name,
    /,
    *,
    kind: Annotated[
        list[str] | None, Parameter("--type", help="Only of this type; may be repeated.")
    ] = None,
    object_id: Annotated[
        str, Parameter("--object", help="Print this object alone, as the bytes that came.")
    ] = "",
    after: Annotated[int, Parameter(help="Where the page before ended.")] = 0,
    limit: Annotated[int, Parameter(help="How many at most. [default: 100]")] = 100,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what a partner sent, each object in the version that holds; or print one of them.

    With --object it is the exact bytes that came, with nothing after them.
    """
    from legation.app.sharing.receiving import bytes_of, received

    refuse_outside("--limit", limit, 1, 10_000)
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = partner_of(store, name)
        if object_id:
            pour(bytes_of(store, partner, object_id).decode())
            return 0
        page = received(store, partner, kinds=tuple(kind or ()), after=after, limit=limit)
    if as_json:
        answer_json(msgspec.to_builtins(page))
        return 0
    header = ("came", "object", "name", "confidence", "")
    rows = [
        (
            f"{one.came:%Y-%m-%d %H:%M}Z",
            one.object_id,
            one.name[:80],
            "not said" if one.confidence is None else str(one.confidence),
            "revoked" if one.revoked else "",
        )
        for one in page.items
    ]
    answer(table(header, rows) if rows else f"{partner.name} sent nothing of that.")
    if page.next is not None:
        tell(f"There is more: --after {page.next}")
    return 0


def answers(
    object_id: Annotated[str, Parameter(help="Id of the object here.")] = "",
    /,
    *,
    campaign: Annotated[str, Parameter(help="Id of a campaign, in place of an object's.")] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what partners answered to an object of ours, under whatever id they have it."""
    from legation.app.sharing.answering import answers_to
    from legation.errors import UsageError

    place = doors.home(home)
    place.require()
    if bool(object_id) == bool(campaign):
        raise UsageError("answers to what?", hint="give the id of an object, or --campaign")
    with place.store() as store:
        library = place.library(store, "command line")
        found = answers_to(library.scope(), object_id or library.object_id(campaign))
    if as_json:
        answer_json(msgspec.to_builtins(found))
        return 0
    header = ("when", "partner", "what", "words", "confidence")
    rows = [
        (
            f"{one.at:%Y-%m-%d %H:%M}Z",
            one.partner,
            one.kind,
            one.words[:200],
            "not said" if one.confidence is None else str(one.confidence),
        )
        for one in found
    ]
    answer(table(header, rows) if rows else "No partner has answered.")
    return 0


def answer_it(
    name: Name,
    object_id: Annotated[str, Parameter(help="Id of the partner's object.")],
    /,
    *,
    seen: Annotated[
        int | None, Parameter(help="It was seen so often; 0: that is not stated.")
    ] = None,
    opinion: Annotated[
        str, Parameter(help="strongly-disagree, disagree, neutral, agree or strongly-agree.")
    ] = "",
    why: Annotated[str, Parameter(help="Why, beside an opinion.")] = "",
    note: Annotated[str, Parameter(help="Words about it.")] = "",
    lesson: Annotated[str, Parameter(help="What is done against it, in words.")] = "",
    tlp: Annotated[TlpName, Parameter(help="Level of the answer. [default: amber]")] = "amber",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Answer an object that a partner sent: that it was seen, an opinion, a note or a lesson.

    It goes through the gate like all that leaves, and tells neither who saw it nor where.
    """
    from legation.app.sharing.answering import OPINIONS, Answering, Said
    from legation.errors import UsageError
    from legation.stix.tlp import level_named

    place = doors.home(home)
    place.require()
    if seen is not None:
        refuse_outside("--seen", seen, 0, 999_999_999)
    chosen = next((one for one in OPINIONS if one == opinion), None)
    if opinion and chosen is None:
        raise UsageError(
            f"no opinion {opinion!r:.30}", hint=f"choose one of: {', '.join(OPINIONS)}"
        )
    said = Said(seen=seen, opinion=chosen, why=why, note=note, lesson=lesson, tlp=level_named(tlp))
    with place.store() as store:
        scope = place.library(store, "command line").scope()
        keys = place.keys(doors.protection(place, passphrase_file))
        name = partner_of(store, name).partner_id
        Answering(scope, keys).answer(name, object_id, said)
    answer("sent")
    return 0
