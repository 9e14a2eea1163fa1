"""`legation knowledge`: agreements, parties, norms and sources, as signed packs of dated facts.

What is shown of a fact comes with its day and its mark; no command reads a row around that.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from legation.app.days import end_of_day
from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.sheets import CsvFile, PdfFile, StixFile, asked_for, leave
from legation.cli.words import answer, answer_json, counted, table, tell

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.app.knowledge.offers import Offer
    from legation.app.knowledge.packs import Knowledge
    from legation.rights.vault import Vault
    from legation.store.opening import Store

_ACTOR = "command line"
AsOf = Annotated[
    str, Parameter("--as-of", help="What was known at the end of a day, such as 2026-03-01.")
]
State = Annotated[str, Parameter("--state", help="Only of this state (ISO 3166-1), such as SE.")]
TableName = Literal[
    "agreement", "party", "norm", "offence", "law", "rule", "numbering", "position", "trial",
    "question", "form", "control", "state_name", "source", "quotation", "correction", "check",
]  # fmt: skip


def sign(
    file: Path,
    /,
    *,
    replace: Annotated[
        bool, Parameter(help="Sign anew in place of the signature that is there.")
    ] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Sign a pack with the desk's keys: the signature is written beside it, as FILE.sig.

    Args:
        file: The pack (TOML).
    """
    from legation.app.knowledge.files import pack_bytes, put_signature
    from legation.app.knowledge.signatures import sign_pack
    from legation.knowledge.pack_file import read_pack

    place = doors.home(home)
    place.require()
    content = pack_bytes(file)
    pack = read_pack(content, place=str(file))
    identity = place.keys(doors.protection(place, passphrase_file)).identity()
    made = put_signature(file, sign_pack(content, identity), replace=replace)
    answer(f"{made}: {pack.title} of {pack.dated:%Y-%m-%d}")
    tell(f"Signed by {identity.public().fingerprint()}")
    return 0


def add(
    file: Path,
    /,
    *,
    by: Annotated[str, Parameter(help="Fingerprint of who must have signed it.")] = "",
    signature: Annotated[
        Path | None, Parameter(help="The signature. [default: FILE.sig beside the pack]")
    ] = None,
    unsigned: Annotated[
        bool, Parameter(help="Take a pack that nobody signed; it stays marked so.")
    ] = False,
    yes: Annotated[bool, Parameter(help="Apply the difference that is shown.")] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show what a pack would change, and with --yes change it: wholly or not at all.

    Where the keys of the home are at hand, a pack that names somebody whose name is held sealed
    or was erased is refused.

    Args:
        file: The pack (TOML).
    """
    from legation.app.knowledge.files import beside, pack_bytes, signature_bytes
    from legation.app.knowledge.offers import Given

    place = doors.home(home)
    place.require()
    content = pack_bytes(file)
    there = signature or beside(file)
    signed = signature_bytes(there) if signature or os.path.lexists(there) else None
    with place.store(sweep=False) as store:
        known = _knowledge(place, store, partial(doors.vault_at_hand, place, passphrase_file))
        given = Given(signature=signed, by=by, unsigned=unsigned)
        offer = known.offer(content, str(file), given)
        if not as_json:
            _say(offer)
        written = known.add(offer) if yes else None
        _tell_not_compared(place, store, passphrase_file)
    if as_json:
        answer_json(
            {
                "pack": offer.pack.title,
                "date": offer.pack.dated,
                "before": offer.before or None,
                "before_signature": offer.before_signature or None,
                "succeeds": offer.succeeds or None,
                "signature": offer.signature,
                "changes": offer.difference.changes,
                "applied": yes,
            }
        )
    elif written is None:
        tell("Nothing is changed yet. To apply it, add --yes")
    else:
        tell(f"Applied: {counted(written, 'object')} written" if written else "Known already")
    return 0


def listed(
    *, as_of: AsOf = "", home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """List the packs that hold, with date, publisher and signature."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        packs = _knowledge(place, store).listed(as_of=end_of_day(as_of))
    if as_json:
        answer_json(packs)
        return 0
    heads = ("pack", "date", "as of", "rows", "not checked", "signature", "")
    rows = [
        (
            one.pack,
            f"{one.date:%Y-%m-%d}",
            one.as_of,
            f"{sum(one.rows.values()):,}",
            f"{one.unverified:,}",
            one.signature,
            "STALE: older than 180 days" if one.stale else "",
        )
        for one in packs
    ]
    answer(table(heads, rows))
    for one in packs:
        if one.note:
            tell(f"{one.pack}: {one.note}")
    return 0


def show(
    what: Annotated[TableName, Parameter(help="Which table.")],
    /,
    *,
    state: State = "",
    as_of: AsOf = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show the facts of a table, each with its source, its day and its mark."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        known = _knowledge(place, store)
        facts = known.facts(what, state=_code(state), as_of=end_of_day(as_of))
    if as_json:
        answer_json(facts)
    elif facts:
        for one in facts:
            answer(one.line())
    else:
        tell(f"No {what.replace('_', ' ')} is on record" + (f" of {state}" if state else ""))
    return 0


def page(
    state: str,
    /,
    *,
    on: Annotated[str, Parameter(help="How it stood at the end of a day. [default: today]")] = "",
    gaps: Annotated[bool, Parameter(help="Only what is not done or not known.")] = False,
    as_of: AsOf = "",
    csv: CsvFile = None,
    stix: StixFile = None,
    pdf: PdfFile = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show what a state has signed, ratified, implemented and tried, and what it has not.

    Args:
        state: Its code (ISO 3166-1), such as SE.
    """
    from legation.app.sheets.known import state_sheet

    place = doors.home(home)
    place.require()
    asked = asked_for(csv, stix, pdf)
    with place.store(sweep=False) as store:
        known = _knowledge(place, store)
        found = known.page(
            _code(state),
            on=end_of_day(on) or datetime.combine(doors.now().date(), time(), UTC),
            as_of=end_of_day(as_of),
        )
        if asked:
            scope = place.library(store, _ACTOR).scope()
            sheet = state_sheet(known, found, as_of=end_of_day(as_of))
            leave(scope, sheet, asked, doors)
    standings = found.gaps() if gaps else found.standings
    if as_json:
        answer_json({"state": found.state, "name": found.name, "on": found.on, "is": standings})
        return 0
    answer(f"{found.name} ({found.state}), on {found.on}")
    for one in standings:
        where = "; ".join(one.sources)
        answer(f"{one.agreement}  {one.question}: {one.said}: {one.sentence} ({where})")
    return 0


def confirm(
    fact: str,
    /,
    *,
    by: Annotated[str, Parameter(help="Who compared it with its source.")],
    source: Annotated[str, Parameter(help="Where they looked.")],
    on: Annotated[str, Parameter(help="When. [default: today]")] = "",
    found: Annotated[
        Literal["holds", "does not hold", "cannot tell"], Parameter(help="What they found.")
    ] = "holds",
    pack: Annotated[str, Parameter(help="Whose statement, where several packs make one.")] = "",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Record that a person compared a fact with its source: what holds is unchecked no more.

    Where the keys of the home are at hand, a check that names somebody whose name is held sealed
    or was erased is refused.

    Args:
        fact: Its table and key, such as party:budapest-2001.fr
    """
    from legation.app.knowledge.checking import Look, record

    place = doors.home(home)
    place.require()
    day = end_of_day(on)
    with place.store(sweep=False) as store:
        look = Look(
            about=fact,
            by=by,
            on=day.date() if day else doors.now().date(),
            found=found,
            source=source,
            pack=pack,
        )
        known = _knowledge(place, store, partial(doors.vault_at_hand, place, passphrase_file))
        seen = record(known, look, doors.now())
        _tell_not_compared(place, store, passphrase_file)
    if as_json:
        answer_json(seen)
    else:
        answer(seen.line())
    return 0


def agreement(
    key: str,
    /,
    *,
    as_of: AsOf = "",
    csv: CsvFile = None,
    stix: StixFile = None,
    pdf: PdfFile = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show what is known of one agreement: its parties, norms, offences, laws and trials.

    Args:
        key: Its key, as `knowledge show agreement` lists it.
    """
    from legation.app.sheets.known import agreement_of, agreement_sheet

    place = doors.home(home)
    place.require()
    asked = asked_for(csv, stix, pdf)
    with place.store(sweep=False) as store:
        known = _knowledge(place, store)
        told = agreement_of(known, key, as_of=end_of_day(as_of))
        day = (end_of_day(as_of) or doors.now()).date()
        if asked:
            scope = place.library(store, _ACTOR).scope()
            sheet = agreement_sheet(known, told, day, as_of=end_of_day(as_of))
            leave(scope, sheet, asked, doors)
    if as_json:
        answer_json(told)
        return 0
    for one in told.facts:
        answer(one.line())
    return 0


def check(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Say what is not checked, stale or contradictory in what is known."""
    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        found = _knowledge(place, store).check()
    if as_json:
        answer_json(found)
        return 0
    answer(
        f"{counted(found.facts, 'fact')}, {len(found.unverified):,} not checked, "
        f"{len(found.stale):,} stale, {counted(len(found.contradictions), 'contradiction')}"
    )
    for title in found.stale_packs:
        answer(f"stale: {title}: it speaks for a day more than 180 days ago")
    for contradiction in found.contradictions:
        answer(f"contradictory: {contradiction.what}")
        for fact in contradiction.facts:
            answer(f"  {fact.line()}")
    for fact in found.unverified:
        answer(f"not checked: {fact.line()}")
    return 0


def _say(offer: "Offer") -> None:
    pack = offer.pack
    answer(f"{pack.title} of {pack.dated:%Y-%m-%d}, {offer.signature}")
    before = f"{offer.before}, {offer.before_signature}" if offer.before else "not known"
    answer(f"before: {before}")
    if offer.succeeds:
        answer(f"takes the name over from {offer.succeeds}")
    for name, sums in offer.difference.counts().items():
        answer(f"{name}: {', '.join(f'{number:,} {kind}' for kind, number in sums.items())}")
    for change in offer.difference.changes:
        answer(change.line())
    for warning in offer.difference.warnings():
        tell(warning)
    if not offer.trusted:
        tell("This desk does not know the key. Compare it with the publisher, and give --by")


def _tell_not_compared(place: "Home", store: "Store", passphrase_file: Path | None) -> None:
    """Say so where personal names could not be compared; a home without any has nothing to say."""
    from legation.app.knowledge.naming import anything_withheld

    if passphrase_file is None and place.keys_are_protected() and anything_withheld(store):
        tell(
            "Not compared with the personal names that are held sealed or were erased: give the "
            "passphrase with --passphrase-file"
        )


def _code(state: str) -> str:
    """Return a code as it is written, of three letters as of two."""
    from legation.knowledge.facts import UNION
    from legation.knowledge.states import alpha2, verify_state

    code = alpha2(state.upper())
    if code and code != UNION:
        verify_state(code)
    return code


def _knowledge(
    place: "Home", store: "Store", at_hand: "Callable[[], Vault | None] | None" = None
) -> "Knowledge":
    from legation.app.knowledge.packs import Knowledge

    return Knowledge(place.library(store, _ACTOR).scope(), at_hand)
