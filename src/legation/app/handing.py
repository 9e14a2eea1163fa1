"""What the registers hand to detectors: official accounts of every state, by the same rule.

The calendar of talks is handed over when a finding is read and not when it is made: a finding
stays the same for everybody, and each reader is told of the talks that they may know.

An official account that acts together with others is found like any other. The entry excuses
nobody and accuses nobody; it stands beside the campaign, with the rule by which it counts as
official and the source, so that a reader does not take a ministry's own accounts for a ring.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final, final

from legation.app.marking import above_amber
from legation.errors import UsageError
from legation.missions.objects import row_of
from legation.missions.register import Voice
from legation.missions.voices import spellings
from legation.stix.codec import decode_object
from legation.threats.disinformation.description import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from legation.app.home import Home
    from legation.app.scope import Scope
    from legation.crypto.key_files import Protection
    from legation.missions.talks import Near
    from legation.rights.pseudonyms import Pseudonymiser
    from legation.store.opening import Store
    from legation.threats.disinformation.findings import Campaign

_REGISTER: Final = "voices"


@final
class Handing:
    """Gives detectors what the registers know of accounts.

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
        voices = _accounts(self._store)
        if not voices or self._protection is None:
            return dict(listed or {})
        # Posts may name a platform otherwise than the register does.
        found = {
            self._names.of(voice.name, platform): _entry(voice)
            for voice in voices
            for platform in spellings(voice.platform)
        }
        return found | dict(listed or {})

    @cached_property
    def _names(self) -> "Pseudonymiser":
        from legation.rights.pseudonyms import Pseudonymiser

        if self._protection is None:
            raise UsageError("nothing opens the keys of this home", hint="name a passphrase")
        return Pseudonymiser(self._home.keys(self._protection).pseudonym_secret)


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


def _accounts(store: "Store") -> list[Voice]:
    versions = [each for each in store.objects.registered((_REGISTER,)) if not each.revoked]
    labels = store.labels.in_force(each.object_id for each in versions)
    found = []
    for each in versions:
        told = row_of(decode_object(each.raw, place=each.object_id))
        if told and isinstance(told[1], Voice) and told[1].kind == "account":
            label = labels.get(each.object_id)
            if label is None or not above_amber(label):
                found.append(told[1])
    return found


def _entry(voice: Voice) -> Known:
    until = f" to {voice.until}" if voice.until else ""
    return Known(
        kind=f"official account of {voice.state}: {voice.office}",
        rule=f"{voice.rule} (since {voice.since}{until})",
        source=voice.source,
    )
