"""`legation share preview|push|ledger` and `legation partner policy`: what leaves, and for whom."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, Doors, HomeFolder, Lent, PassphraseFile, refuse_outside
from legation.cli.partner_names import partner_of
from legation.cli.words import answer, answer_json, counted, table, tell

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.app.library import Library
    from legation.app.sharing.outgoing import Outgoing
    from legation.safeguards.sharing.gate.context import Preview
    from legation.store.opening import Store

Name = Annotated[str, Parameter(help="Name or id of the partner.")]
Objects = Annotated[
    list[str] | None,
    Parameter("--object", help="Id of an object, with what belongs to it; may be repeated."),
]
Campaigns = Annotated[
    list[str] | None, Parameter("--campaign", help="Id of a campaign; may be repeated.")
]
Cases = Annotated[
    list[str] | None, Parameter("--case", help="Number of a case, such as 2026-0017.")
]
All = Annotated[bool, Parameter("--all", help="Of all that you may know.")]


def policy(
    name: Name,
    file: Annotated[Path | None, Parameter(help="The policy (TOML); left out: show it.")] = None,
    /,
    *,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Put a partner's policy in force, or show the one that is.

    The file says what the partner may be sent; a partner without one is sent nothing. What stands
    where the partner reads, and may not any more, is taken out there.
    """
    from legation.app.sharing.aligning import put_in_force
    from legation.app.sharing.policies import policy_of, silent_of

    place = doors.home(home)
    place.require()
    with place.store() as store:
        if file is not None:
            scope = place.library(store, "command line").scope()
            _, done = put_in_force(
                scope,
                partner_of(store, name).partner_id,
                file.read_bytes(),
                file.name,
                lambda: place.keys(doors.protection(place, passphrase_file)),
            )
            if done.withdrawn:
                tell(f"{counted(len(done.withdrawn), 'object')} may not stand there any more.")
        else:
            partner = partner_of(store, name)
            answer(partner.policy.decode("utf-8", "replace") or "# no policy: nothing leaves")
        partner = partner_of(store, name)
    silent = silent_of(partner, doors.now().date())
    tell(f"Nothing leaves: {silent}." if silent else f"It holds until {policy_of(partner).until}.")
    return 0


def preview(
    name: Name,
    /,
    *,
    objects: Objects = None,
    campaign: Campaigns = None,
    case: Cases = None,
    everything: All = False,
    held: Annotated[bool, Parameter(help="List what is held alone.")] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show exactly what would leave for a partner, and why each object is sent, redacted or held.

    Nothing is sent. With --json the values that would leave are written too, as they would leave.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, "command line")
        name = partner_of(store, name).partner_id
        ids = _ids(library, objects, campaign, case, everything=everything)
        shown = _outgoing(doors, place, store, passphrase_file).preview(name, ids)
    if as_json:
        answer_json(msgspec.to_builtins(shown))
        return 0
    _tell(shown, held=held)
    return 0


def push(
    name: Name,
    /,
    *,
    objects: Objects = None,
    campaign: Campaigns = None,
    case: Cases = None,
    everything: All = False,
    yes: Annotated[bool, Parameter(help="Send it; without, it is shown what would be.")] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Put what a partner may be sent where it reads it.

    Each version is an entry of the ledger. What the partner has already is not sent again.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, "command line")
        name = partner_of(store, name).partner_id
        ids = _ids(library, objects, campaign, case, everything=everything)
        outgoing = _outgoing(doors, place, store, passphrase_file)
        if not yes:
            shown = outgoing.preview(name, ids)
            _tell(shown, held=False)
            tell("Nothing was sent. To send it: --yes")
            return 0
        done = outgoing.push(name, ids)
    if as_json:
        told = {"new": done.new, "known": done.known, "recalled": done.recalled}
        told["withdrawn"] = done.withdrawn
        answer_json(told | _counts(done.preview))
        return 0
    answer(f"{counted(done.new, 'object')} sent; {done.known} the partner had already")
    if done.withdrawn:
        answer(f"{done.withdrawn} taken out there: held now, or sent under another id")
    answer(_in_words(done.preview))
    return 0


def write(
    name: Name,
    file: Annotated[Path, Parameter(help="The package to write, such as aldria.zip.")],
    /,
    *,
    objects: Objects = None,
    campaign: Campaigns = None,
    case: Cases = None,
    everything: All = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Write what a partner may be sent as a signed file, for a stick or a mail.

    It is in the form of the partner's program, as its policy says. What that form does not carry
    as it is, is listed. Each object is an entry of the ledger.
    """
    from legation.store.durable import staged

    place = doors.home(home)
    place.require()
    with place.store() as store, staged(file) as keep:
        library = place.library(store, "command line")
        name = partner_of(store, name).partner_id
        ids = _ids(library, objects, campaign, case, everything=everything)
        done = _outgoing(doors, place, store, passphrase_file).write(name, ids, keep=keep)
    told = {"objects": done.objects, "recalled": done.recalled, "fingerprint": done.fingerprint}
    if as_json:
        losses = msgspec.to_builtins(done.losses)
        answer_json(told | _counts(done.preview) | {"losses": losses})
        return 0
    answer(f"{file}: {counted(done.objects, 'object')}")
    answer(_in_words(done.preview))
    answer(f"signed by {done.fingerprint}")
    rows = [(one.object_id, one.property, one.what, one.why) for one in done.losses]
    answer(table(("object", "property", "what", "why"), rows)) if rows else None
    return 0


def ledger(
    *,
    partner: Annotated[str | None, Parameter(help="Only what this partner was sent.")] = None,
    object_id: Annotated[
        str | None, Parameter("--object", help="Who was sent this object, by its id here.")
    ] = None,
    limit: Annotated[int, Parameter(help="How many at most. [default: 100]")] = 100,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List what was sent to whom, and when it was first fetched, the newest first."""
    refuse_outside("--limit", limit, 1, 10_000)
    place = doors.home(home)
    place.require()
    with place.store() as store:
        names = {one.partner_id: one.name for one in store.partners.every()}
        whose = None if partner is None else partner_of(store, partner).partner_id
        found = store.ledger.find(partner_id=whose, object_id=object_id, limit=limit)
        fetched = store.receipts.of([one.added for one in found])
    if as_json:
        answer_json(
            [
                {
                    "at": one.at,
                    "partner": names.get(one.partner_id, ""),
                    "object_id": one.object_id,
                    "modified": one.modified,
                    "sent_id": one.sent_id,
                    "sent_modified": one.sent_modified,
                    "outcome": one.outcome,
                    "channel": one.channel,
                    "fetched": fetched.get((one.partner_id, one.added)),
                    "sha256": one.raw_sha256.hex(),
                    "by": one.actor,
                }
                for one in found
            ]
        )
        return 0
    header = ("when", "partner", "object", "as", "outcome", "fetched")
    rows = [
        (
            f"{one.at:%Y-%m-%d %H:%M}Z",
            names.get(one.partner_id, ""),
            one.object_id,
            "the same id" if one.sent_id == one.object_id else one.sent_id,
            one.outcome if one.channel == "taxii" else f"{one.outcome}, in a file",
            _when(fetched.get((one.partner_id, one.added))),
        )
        for one in found
    ]
    answer(table(header, rows) if rows else "Nothing was sent.")
    return 0


def recall(
    ids: Annotated[list[str], Parameter(help="Ids of the objects here.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, for the trail.")] = "",
    yes: Annotated[bool, Parameter(help="Recall them; without, list who has them.")] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take objects back from everybody who was sent them, and list who they are.

    What has versions is revoked by one that says nothing more, which reaches whoever goes on
    reading; what has none is taken out. Relations and notes that rest on it fall with it; what was
    sent beside it, such as the accounts of a campaign, stays, and is recalled by its own id. What
    a partner has copied elsewhere stays with it: ask it.
    """
    from legation.app.sharing.recalling import Recalling

    place = doors.home(home)
    place.require()
    with place.store() as store:
        recalling = Recalling(place.library(store, "command line").scope())
        if yes:
            had = recalling.recall(
                ids, reason, lambda: place.keys(doors.protection(place, passphrase_file))
            )
        else:
            had = recalling.who_had(ids)
    if as_json:
        answer_json(msgspec.to_builtins(had))
        return 0
    header = ("partner", "object", "object there", "versions", "last sent", "stands")
    rows = [
        (
            one.partner,
            one.object_id,
            "the same id" if one.sent_id == one.object_id else one.sent_id,
            str(one.versions),
            f"{one.sent:%Y-%m-%d %H:%M}Z",
            one.outcome,
        )
        for one in had
    ]
    answer(table(header, rows))
    for partner, number in {one.partner: one.with_it for one in had if one.with_it}.items():
        tell(f"{partner}: {counted(number, 'object')} that rested on it taken out too")
    if not yes:
        tell("Nothing was recalled. To recall it: --yes --reason WORDS")
    return 0


def align(
    name: Annotated[str, Parameter(help="Name or id of a partner; left out: of each.")] = "",
    /,
    *,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take out, where partners read, what may not stand there any more.

    A label that was raised since, or an object that is gone, is held by the gate today; what was
    put before stands until this, a push of it, another policy, or a recall.
    """
    from legation.app.sharing.aligning import Aligning

    place = doors.home(home)
    place.require()
    with place.store() as store:
        partners = [partner_of(store, name)] if name else store.partners.every()
        scope = place.library(store, "command line").scope()
        aligning = Aligning(scope, place.keys(doors.protection(place, passphrase_file)))
        done = [(one, aligning.align(one)) for one in partners if one.ended is None]
    if as_json:
        answer_json(
            [
                {"partner": one.name, "withdrawn": did.withdrawn, "renewed": did.renewed}
                for one, did in done
            ]
        )
        return 0
    rows = [(one.name, str(len(did.withdrawn)), str(did.renewed)) for one, did in done]
    header = ("partner", "taken out", "put anew")
    answer(table(header, rows) if rows else "No partner is on the roster.")
    return 0


def _when(at: datetime | None) -> str:
    return "not yet" if at is None else f"{at:%Y-%m-%d %H:%M}Z"


def _outgoing(
    doors: Doors, place: "Home", store: "Store", passphrase_file: Path | None
) -> "Outgoing":
    from legation.app.sharing.outgoing import Outgoing

    scope = place.library(store, "command line").scope()
    return Outgoing(scope, place.keys(doors.protection(place, passphrase_file)))


def _ids(
    library: "Library",
    objects: list[str] | None,
    campaigns: list[str] | None,
    cases: list[str] | None,
    *,
    everything: bool,
) -> list[str]:
    from legation.app.cases.docket import Docket
    from legation.errors import UsageError

    named = [*(objects or ()), *(library.object_id(one) for one in campaigns or ())]
    named += [Docket(library.scope()).case(one).id for one in cases or ()]
    if bool(named) == everything:
        raise UsageError(
            "it is not said what is to be shared",
            hint="name --campaign, --case or --object, or say --all",
        )
    return named


def _tell(shown: "Preview", *, held: bool) -> None:
    if shown.silent:
        answer(f"Nothing leaves: {shown.silent}.")
        return
    header = ("object", "outcome", "label", "why")
    rows = [
        (one.object_id, one.outcome, one.label, "; ".join(one.reasons))
        for one in shown.verdicts
        if not held or one.outcome == "held"
    ]
    answer(table(header, rows) if rows else "There is nothing to be shared.")
    answer(_in_words(shown))


def _in_words(shown: "Preview") -> str:
    counts = _counts(shown)
    return ", ".join(f"{number:,} {outcome}" for outcome, number in counts.items())


def _counts(shown: "Preview") -> dict[str, Any]:
    outcomes = [one.outcome for one in shown.verdicts]
    return {name: outcomes.count(name) for name in ("sent", "redacted", "held")}
