"""What the registers hand to detectors: accounts, domains and names, by one rule for every state.

The calendar of talks is handed over when a finding is read and not when it is made: a finding
stays the same for everybody, and each reader is told of the talks that they may know.

An official account that acts together with others is found like any other. The entry excuses
nobody and accuses nobody; it stands beside the campaign, with the rule by which it counts as
official and the source, so that a reader does not take a ministry's own accounts for a ring.
Official domains are handed over in the same way, to tell them from what looks like one. Protected
names are opened in memory for that comparison alone, which the trail tells of once a day.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final, final

from legation.app.marking import above_amber
from legation.errors import UsageError
from legation.missions.objects import row_of
from legation.missions.register import Holder, Voice
from legation.missions.voices import spellings
from legation.stix.codec import decode_object
from legation.threats.disinformation.beside import Beside, Official, Protected
from legation.threats.disinformation.description import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from legation.app.home import Home
    from legation.app.scope import Scope
    from legation.crypto.key_files import Protection
    from legation.crypto.keys import KeySet
    from legation.missions.objects import Row
    from legation.missions.talks import Near
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.store.opening import Store
    from legation.threats.disinformation.findings import Campaign

# The purpose for which such a name is held; see `rights.purposes`.
_PROTECTING: Final = "protect-holder"
# How exports call the place of pages and feeds, whose account is their domain.
_PAGES: Final = ("", "web", "website", "rss", "feed", "bluesky")


@final
class Handing:
    """Gives detectors what the registers know of accounts, domains and names.

    Args:
        home: The home, whose keys make the pseudonyms that posts are kept under.
        store: Its open store.
        protection: What opens the keys, once and only when there is an entry; None leaves the
            register out.
    """

    def __init__(self, home: "Home", store: "Store", protection: "Protection | None") -> None:
        """Open nothing yet."""
        self._home = home
        self._store = store
        self._protection = protection

    def known(self, listed: "Mapping[str, Known] | None" = None) -> dict[str, Known]:
        """Return what is known of accounts: the user's own list, and the register beside it.

        A row that not everybody at AMBER may know is left out: a campaign's page would tell of it.

        Args:
            listed: The user's list of look-alikes, by pseudonym; where both know an account,
                it holds.
        """
        voices = [one for one in self._voices() if one.kind == "account"]
        if not voices or self._protection is None:
            return dict(listed or {})
        # Posts may name a platform otherwise than the register does.
        found = {
            self._names.of(voice.name, platform): _entry(voice)
            for voice in voices
            for platform in spellings(voice.platform)
        }
        return found | dict(listed or {})

    def official(self) -> dict[str, tuple[Voice, ...]]:
        """Return official accounts, and domains whose pages are imported, by pseudonym.

        A row above AMBER is left out, as above; so is all without keys.
        """
        found: dict[str, dict[str, Voice]] = {}
        for voice in self._voices() if self._protection is not None else ():
            domain = voice.kind == "domain"
            for platform in _PAGES if domain else spellings(voice.platform):
                for name in (voice.name, f"www.{voice.name}") if domain else (voice.name,):
                    found.setdefault(self._names.of(name, platform), {})[voice.key] = voice
        return {name: tuple(voices.values()) for name, voices in found.items()}

    def beside(self) -> Beside:
        """Return official domains and protected names; a row above AMBER is left out, as above."""
        domains = tuple(
            Official(
                domain=one.name,
                state=one.state,
                office=one.office,
                rule=_rule(one),
                source=one.source,
            )
            for one in self._voices()
            if one.kind == "domain"
        )
        offices = self._offices()
        return Beside(
            domains=domains,
            offices=tuple(offices.values()),
            names=lambda: self._opened(offices),
        )

    def _voices(self) -> list[Voice]:
        rows = _rows(self._store, "voices").values()
        return [row for row in rows if isinstance(row, Voice)]

    def _offices(self) -> dict[str, Protected]:
        """Return by record the offices whose holder's name is held to find what is like it."""
        if self._protection is None:
            return {}
        rows = _rows(self._store, "holders")
        found = {}
        for record in self._store.personal.records() if rows else ():
            row = rows.get(record.subject)
            if isinstance(row, Holder) and row.protected and record.purpose == _PROTECTING:
                found[record.record_id] = Protected(
                    role=row.role, mission=row.mission, record=record.record_id
                )
        return found

    def _opened(self, offices: "Mapping[str, Protected]") -> dict[str, str]:
        from legation.app.persons import opened_in_memory, vault_of

        if not offices:
            return {}
        return opened_in_memory(self._store, vault_of(self._keys), offices, actor="watch")

    @cached_property
    def _names(self) -> "Pseudonymiser":
        from legation.rights.pseudonyms import Pseudonymiser

        return Pseudonymiser(self._keys.pseudonym_secret)

    @cached_property
    def _keys(self) -> "KeySet":
        if self._protection is None:
            raise UsageError("nothing opens the keys of this home", hint="name a passphrase")
        return self._home.keys(self._protection)


def talks_near(scope: "Scope", campaign: "Campaign") -> "tuple[Near, ...]":
    """Return the raised watches within which a campaign was active, that the reader may know.

    Args:
        scope: Who reads.
        campaign: The campaign; where its days are not known, nothing can be told.
    """
    return calendar_of(scope)(campaign)


def calendar_of(scope: "Scope") -> "Callable[[Campaign], tuple[Near, ...]]":
    """Return the same for many campaigns; the calendar is read once."""
    from legation.app.registers import Registers
    from legation.missions.talks import Talk, near

    rows = Registers(scope).rows("talks")
    talks = [one.row for one in rows if isinstance(one.row, Talk)]
    return lambda campaign: near(talks, campaign.activity)


def _rows(store: "Store", register: str) -> "dict[str, Row]":
    """Return by id the rows of a register that everybody at AMBER may know."""
    versions = [each for each in store.objects.registered((register,)) if not each.revoked]
    labels = store.labels.in_force(each.object_id for each in versions)
    found = {}
    for each in versions:
        told = row_of(decode_object(each.raw, place=each.object_id))
        label = labels.get(each.object_id)
        if told and (label is None or not above_amber(label)):
            found[each.object_id] = told[1]
    return found


def _rule(voice: Voice) -> str:
    until = f" to {voice.until}" if voice.until else ""
    return f"{voice.rule} (since {voice.since}{until})"


def _entry(voice: Voice) -> Known:
    return Known(
        kind=f"official account of {voice.state}: {voice.office}",
        rule=_rule(voice),
        source=voice.source,
    )
