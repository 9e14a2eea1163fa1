"""`legation partner`: with whom the desk shares, by which keys they come, what they reach."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from legation.cli.doors import AsJson, Doors, HomeFolder, Lent, PassphraseFile, refuse_outside
from legation.cli.partner_names import partner_of
from legation.cli.words import answer, answer_json, counted, table, tell

if TYPE_CHECKING:
    from legation.app.sharing.roster import Roster
    from legation.store.exchange.access import Collection
    from legation.store.exchange.partners import Partner, PartnerKey
    from legation.store.opening import Store

_MOST_DAYS = 3_660
Name = Annotated[str, Parameter(help="Name or id of the partner.")]


def add(
    name: Annotated[str, Parameter(help="As people of the house call it.")],
    /,
    *,
    party: Annotated[str, Parameter(help="Its code among parties, such as FR or EU.")] = "",
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Take up a partner, with one collection for what it sends and one for what it is sent.

    The name of one with whom the sharing has ended can be given again: the new partner has a new
    id and nothing of the old one.

    Nothing leaves to it before a policy says what, and it reaches nothing before it has a key:
    see partner let-in.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = _roster(doors, store).add(name, party=party)
    answer(partner.partner_id)
    tell(f"{partner.name} is on the roster. Give it a key: legation partner let-in")
    return 0


def listed(*, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """List the partners, also those with whom the sharing has ended."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        every = store.partners.every()
        keys = store.partners.every_key()
    now = doors.now()
    if as_json:
        answer_json([_partner(one, keys.get(one.partner_id, []), now) for one in every])
        return 0
    header = ("name", "party", "keys that hold", "policy", "since", "state")
    rows = [
        (
            one.name,
            one.party,
            str(sum(key.holds(now) for key in keys.get(one.partner_id, ()))),
            "yes" if one.policy else "none: nothing leaves",
            f"{one.created:%Y-%m-%d}",
            f"ended {one.ended:%Y-%m-%d}" if one.ended else "shares",
        )
        for one in every
    ]
    answer(table(header, rows) if rows else "No partner is on the roster.")
    return 0


def show(name: Name, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent) -> int:
    """Show a partner, its keys by the first digits of their hashes, and what it reaches.

    The signer is the fingerprint of the partner's own keys, as partner trust pinned it.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = partner_of(store, name)
        keys = store.partners.keys(partner.partner_id)
        reached = store.collections.granted(partner.partner_id)
    now = doors.now()
    if as_json:
        told = _partner(partner, keys, now)
        answer_json(told | {"collections": [_collection(one) for one in reached]})
        return 0
    answer(f"{partner.name}  {partner.party}".rstrip())
    answer(f"id {partner.partner_id}")
    if partner.ended:
        answer(f"the sharing ended on {partner.ended:%Y-%m-%d}")
    answer(f"signer {_in_groups(partner.signer) or 'not pinned'}")
    answer(f"{counted(len(keys), 'key')}")
    header = ("key", "kind", "since", "until", "state")
    rows = [
        (
            key.key_sha256[:12],
            str(key.kind),
            f"{key.created:%Y-%m-%d}",
            f"{key.until:%Y-%m-%d}" if key.until else "no end",
            "holds" if key.holds(now) else "opens nothing",
        )
        for key in keys
    ]
    answer(table(header, rows)) if rows else None
    answer(f"{counted(len(reached), 'collection')}")
    grants = [(one.title, one.collection_id, _may(one)) for one in reached]
    answer(table(("collection", "id", "it may"), grants)) if grants else None
    return 0


def let_in(
    name: Name,
    /,
    *,
    days: Annotated[
        int | None, Parameter(help="How long the token holds. [default: until it is revoked]")
    ] = None,
    certificate: Annotated[
        Path | None, Parameter(help="Let it come by this client certificate (PEM or DER).")
    ] = None,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Make a token for a partner and show it once, or let it come by a client certificate.

    It sends the token as `Authorization: Bearer lgp_...`, or as the password of Basic with its
    name or id as user.
    """
    place = doors.home(home)
    place.require()
    if days is not None:
        refuse_outside("--days", days, 1, _MOST_DAYS)
    with place.store() as store:
        roster = _roster(doors, store)
        name = partner_of(store, name).partner_id
        if certificate is not None:
            answer(roster.let_in_by(name, certificate.read_bytes()))
            tell("It comes by the certificate with this SHA-256.")
        else:
            answer(roster.let_in(name, days=days))
            tell("The token is not shown again.")
    return 0


def shut_out(
    name: Name,
    key: Annotated[str, Parameter(help="First digits of the key's hash, from partner show.")],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Revoke one key of a partner: it opens nothing from now on."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        revoked = _roster(doors, store).shut_out(partner_of(store, name).partner_id, key)
    answer(f"revoked: {revoked.key_sha256[:12]}")
    return 0


def confidence(
    name: Name,
    number: Annotated[int, Parameter(help="0 to 100, as in STIX 2.1, appendix A.")],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Say how much you give what a partner says; what it states itself counts up to that."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = _roster(doors, store).give(partner_of(store, name).partner_id, number)
    answer(f"{partner.name}: {number}")
    return 0


def trust(
    name: Name,
    fingerprint: Annotated[str, Parameter(help="Its eight groups of eight digits, quoted.")],
    /,
    *,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Pin the fingerprint of a partner's keys, as it was told by another way.

    From then on a package that somebody else signed is refused.
    """
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = _roster(doors, store).trust(partner_of(store, name).partner_id, fingerprint)
    answer(f"pinned: {partner.name}")
    return 0


def fingerprint(
    name: Name, /, *, home: HomeFolder = None, passphrase_file: PassphraseFile = None, doors: Lent
) -> int:
    """Print the fingerprint that our sendings to a partner bear, to be told to it by another way.

    Where its policy lets our name stand on what is sent it is that of the desk; else one that no
    other partner is shown.
    """
    from legation.app.sharing.packages import signer
    from legation.app.sharing.policies import policy_of

    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = partner_of(store, name)
        named = policy_of(partner).sharing.attribution == "named"
        keys = place.keys(doors.protection(place, passphrase_file))
    answer(signer(keys, partner.partner_id, named=named).public().fingerprint())
    if not partner.policy:
        tell("There is no policy yet; one with attribution named makes it that of the desk.")
    return 0


def end(name: Name, /, *, home: HomeFolder = None, doors: Lent) -> int:
    """End the sharing with a partner: none of its keys opens anything from now on."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner = _roster(doors, store).end(partner_of(store, name).partner_id)
    answer(f"ended: {partner.name}")
    return 0


def grant(
    name: Name,
    collection: Annotated[str, Parameter(help="Id, alias or title of the collection.")],
    /,
    *,
    read: Annotated[bool, Parameter(help="It may read.")] = False,
    write: Annotated[bool, Parameter(help="It may add; with --read also delete.")] = False,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Let a partner reach a collection so; with neither option it no longer knows of it."""
    place = doors.home(home)
    place.require()
    with place.store() as store:
        partner_id = partner_of(store, name).partner_id
        _roster(doors, store).grant(partner_id, collection, reads=read, writes=write)
        found = store.collections.get(collection)
    may = " and ".join(word for word, yes in (("read", read), ("write", write)) if yes)
    answer(f"{found.title}: {may or 'nothing'}")
    return 0


def _roster(doors: Doors, store: "Store") -> "Roster":
    from legation.app.sharing.roster import Roster

    return Roster(store, doors.now, "command line")


def _in_groups(digits: str) -> str:
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def _may(one: "Collection") -> str:
    return " and ".join(word for word, yes in (("read", one.reads), ("add", one.writes)) if yes)


def _partner(one: "Partner", keys: "list[PartnerKey]", now: datetime) -> dict[str, Any]:
    return {
        "id": one.partner_id,
        "name": one.name,
        "party": one.party,
        "has_policy": bool(one.policy),
        "confidence": one.confidence,
        "signer": one.signer,
        "created": one.created,
        "ended": one.ended,
        "keys": [
            {
                "key": key.key_sha256[:12],
                "kind": key.kind,
                "created": key.created,
                "until": key.until,
                "revoked": key.revoked,
                "holds": key.holds(now),
            }
            for key in keys
        ],
    }


def _collection(one: "Collection") -> dict[str, Any]:
    return {
        "id": one.collection_id,
        "title": one.title,
        "api_root": one.root,
        "can_read": one.reads,
        "can_write": one.writes,
    }
