"""`legation evidence`: capture what may vanish, read it, translate it, check it, hand it on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.words import answer, answer_json, counted, table, tell
from legation.errors import DeniedError, UsageError

if TYPE_CHECKING:
    from legation.app.evidence.room import Room
    from legation.app.evidence.taking import Given
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.store.evidence import Part
    from legation.store.opening import Store

_ACTOR = "command line"
_WEB = ("http://", "https://")
_LISTED = 1000
Purpose = Annotated[str, Parameter(help="What the file is needed for.")]
Legality = Annotated[str, Parameter(help="The law or mandate that allows it.")]
Necessity = Annotated[str, Parameter(help="Why the masked text does not do.")]
Proportionality = Annotated[str, Parameter(help="Why the gain outweighs the interference.")]
Safeguards = Annotated[
    str, Parameter(help="What protects who is named in it: who sees the copy, when it ends.")
]


def capture(
    thing: str,
    /,
    *,
    campaign: Annotated[
        str, Parameter(help="Campaign or case that it belongs to, by its id or number.")
    ] = "",
    source: Annotated[str, Parameter(help="Where it comes from: an address, or words.")] = "",
    title: Annotated[str, Parameter(help="What you call it.")] = "",
    seen: Annotated[str, Parameter(help="When you saw it: 2026-03-01 12:30, in UTC.")] = "",
    tlp: Annotated[str, Parameter(help="Level; it only makes the label stricter.")] = "",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Keep a file, or a page of the web where the settings allow it, before it vanishes.

    The bytes are kept as they are, sealed, under their SHA-256. An address is fetched once by a
    plain client: no script, no picture, no private network.

    Args:
        thing: A file (HTML, MHTML, WARC, WACZ, PNG, JPEG, PDF, Word, text, mail), or an address.
    """
    from legation.app.evidence.room import Room
    from legation.app.evidence.taking import Given

    place = doors.home(home)
    place.require()
    protection = doors.protection(place, passphrase_file)
    raw, given = _brought(place, thing)
    given = Given(
        name=given.name,
        title=title,
        source=source or given.source,
        method=given.method,
        campaign=campaign,
        seen=seen,
        tlp=tlp,
    )
    with place.store() as store:
        room = Room(place, store, protection)
        kept = room.take(room.prepare(raw), given, actor=_ACTOR)
        shown = room.shown(kept.evidence_id, actor=_ACTOR)
    if as_json:
        answer_json(kept)
        return 0
    answer(f"{kept.evidence_id}  {kept.sha256}  {shown.kind.said}, {kept.size:,} bytes")
    if shown.text is not None and shown.text.facts["unread"]:
        tell(f"No words: {shown.text.facts['unread']}. The file is kept all the same.")
    return 0


def listed(
    *,
    kind: Annotated[str, Parameter(help="Only this kind: html, pdf, docx, ...")] = "",
    campaign: Annotated[str, Parameter(help="Only what belongs to this campaign.")] = "",
    words: Annotated[str, Parameter(help="Only titles or sources with these letters.")] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List captured evidence, the newest first."""
    from legation.store.evidence_sorted import Wanted

    place = doors.home(home)
    place.require()
    wanted = Wanted(kind=kind, belongs_to=campaign, words=words)
    with place.store() as store:
        found, total = _room(place, store).find(wanted, actor=_ACTOR, limit=_LISTED)
    if as_json:
        answer_json(found)
    elif not found:
        tell("No evidence is kept.")
    else:
        rows = [
            (
                f"{one.captured:%Y-%m-%d %H:%M}Z",
                one.kind,
                one.title,
                one.sha256[:12],
                one.evidence_id,
            )
            for one in found
        ]
        answer(table(("captured", "kind", "title", "hash", "record"), rows))
    if total > len(found):
        tell(f"{total - len(found):,} more; give a narrower filter.")
    return 0


def show(
    evidence_id: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """Show one capture: its record, its masked text, its translations.

    Args:
        evidence_id: Id of the record.
    """
    from legation.app.evidence.forms import language_told

    place = doors.home(home)
    place.require()
    with place.store() as store:
        shown = _room(place, store).shown(evidence_id, actor=_ACTOR)
    text = shown.text
    if as_json:
        answer_json(
            {
                "record": shown.kept,
                "state": shown.state,
                "label": shown.label,
                "text": text.text if text else "",
                "lang": language_told(text) if text else "",
                "facts": text.facts if text else {},
                "translations": [
                    {
                        "number": one.number,
                        "lang": one.lang,
                        "author": one.author,
                        "machine": one.machine,
                        "created": one.created,
                        "text": one.text,
                    }
                    for one in shown.translations
                ],
            }
        )
        return 0
    kept = shown.kept
    answer(f"{kept.title}\n{shown.label}  {shown.kind.said}  {kept.sha256}  {shown.state}")
    by = kept.actor if kept.actor == kept.method else f"{kept.actor}, {kept.method}"
    answer(f"captured {kept.captured:%Y-%m-%d %H:%M:%S}Z by {by}")
    answer(f"source {kept.source or 'not stated'}")
    answer(f"seen {f'{kept.seen:%Y-%m-%d %H:%M:%S}Z' if kept.seen else 'not stated'}")
    answer(f"belongs to {kept.belongs_to or 'no campaign'}")
    answer(f"kept until {kept.until}")
    if text is not None:
        answer(_language(text))
        answer(f"\n{text.facts['unread'] or text.text}")
    for one in shown.translations:
        by = f"{one.author}, {one.machine or 'no machine'}"
        answer(f"\n[{one.lang}] by {by}, {one.created:%Y-%m-%d}\n{one.text}")
    return 0


def translate(
    evidence_id: str,
    /,
    *,
    lang: Annotated[str, Parameter(help="Language of the translation, such as fr.")],
    file: Annotated[Path, Parameter(help="File with the translation, in UTF-8.")],
    machine: Annotated[
        str, Parameter(help="Name and version of the program that translated, if one did.")
    ] = "",
    actor: Annotated[str, Parameter(help="Who translated. [default: command line]")] = _ACTOR,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Add a translation; earlier ones stay beside it.

    Args:
        evidence_id: Id of the record.
    """
    place = doors.home(home)
    place.require()
    protection = doors.protection(place, passphrase_file)
    with place.store() as store:
        part = _room(place, store, protection).translate(
            evidence_id,
            lang=lang,
            text=file.read_text("utf-8"),
            machine=machine,
            actor=actor,
        )
    answer(f"{evidence_id}  translation {part.number} ({part.lang})  {part.sha256}")
    return 0


def verify(
    *,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Hash every captured file again, and compare records and texts with the audit trail."""
    from legation.app.evidence import checking

    place = doors.home(home)
    place.require()
    key = place.keys(doors.protection(place, passphrase_file)).sealing_key()
    with place.store() as store:
        found = checking.verify(place, store, key)
    if as_json:
        answer_json(found)
    else:
        for fault in found.faults:
            answer(f"{fault.evidence_id}  {fault.said}")
        hashed = f"{counted(found.records, 'capture')}, {counted(found.files, 'file')} hashed again"
        tell(f"{hashed}, {counted(len(found.faults), 'fault')}")
    return 1 if found.faults else 0


def export(
    evidence_id: str,
    /,
    *,
    purpose: Purpose = "",
    legality: Legality = "",
    necessity: Necessity = "",
    proportionality: Proportionality = "",
    safeguards: Safeguards = "",
    folder: Annotated[Path, Parameter(help="Where to write it.")] = Path(),
    actor: Annotated[str, Parameter(help="Who looks. [default: command line]")] = _ACTOR,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Write a captured file with its manifest and a signed statement, for a stated purpose.

    The file names persons, so taking it out is a look: its reasons are in the trail before.

    Args:
        evidence_id: Id of the record.
    """
    from legation.app.evidence.leaving import check_package, package
    from legation.app.outputs import put
    from legation.rights.sealed_names import Look

    place = doors.home(home)
    place.require()
    look = Look(
        purpose=purpose,
        actor=actor,
        at=doors.now(),
        legality=legality,
        necessity=necessity,
        proportionality=proportionality,
        safeguards=safeguards,
    )
    protection = doors.protection(place, passphrase_file)
    with place.store() as store:
        room = _room(place, store, protection)
        name, content = package(room, evidence_id, look, protection)
    put(folder / name, content)
    answer(str(folder / name))
    tell(f"Signed; tell the receiver by another way: {check_package(content).fingerprint}")
    return 0


def check(
    file: Path,
    /,
    *,
    fingerprint: Annotated[
        str, Parameter(help="The desk's fingerprint, as it was told by another way.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Check a package of evidence without any home or network.

    Args:
        file: The ZIP as a desk wrote it.
    """
    from legation.app.evidence.leaving import check_package

    found = check_package(file.read_bytes(), fingerprint=fingerprint)
    if as_json:
        answer_json(found)
        return 0
    answer(f"{found.file}: the file is the one that was captured at {found.captured}")
    answer(f"signed by {found.desk}, fingerprint {found.fingerprint}")
    if not fingerprint:
        tell("Compare the fingerprint with the one that the desk has told you by another way.")
    return 0


def expire(*, home: HomeFolder = None, doors: Lent) -> int:
    """Delete captured files and texts whose last day is over; the records stay."""
    from legation.app.evidence import checking

    place = doors.home(home)
    place.require()
    with place.store() as store:
        answer(f"{counted(checking.expire(place, store), 'file')} deleted")
    return 0


def _room(place: "Home", store: "Store", protection: "Protection | None" = None) -> "Room":
    from legation.app.evidence.room import Room

    return Room(place, store, protection)


def _brought(place: "Home", thing: str) -> "tuple[bytes, Given]":
    """Return the bytes of a file or an address, and what they say of themselves."""
    from legation.app.evidence.taking import Given, too_large

    most = place.settings.evidence_mb * 1_000_000
    if thing.startswith(_WEB):
        from legation.sources.web_page import fetch

        if not place.settings.evidence_fetch:
            raise DeniedError(
                "this desk fetches nothing from the web",
                hint="save the page by hand and capture the file, or set `evidence_fetch`",
            )
        found = fetch(thing, most_bytes=most)
        return found.raw, Given(source=found.url, method="fetch")
    file = Path(thing)
    if not file.is_file():
        raise UsageError(f"{thing!r:.90} is neither a file nor an address", hint="check the path")
    with file.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise too_large(place.settings.evidence_mb)
    return raw, Given(name=file.name, method="command line")


def _language(text: "Part") -> str:
    from legation.app.evidence.forms import language_told

    likeliest, sure = text.facts.get("likeliest", text.lang), text.facts["confidence"]
    if language_told(text) != "und":
        return f"language: {text.lang}, {sure:.0%} sure"
    return "language: cannot tell" + ("" if likeliest == "und" else f" ({likeliest}? {sure:.0%})")
