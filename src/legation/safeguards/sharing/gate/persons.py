"""Persons in texts, put under pseudonyms that one partner alone is given.

The key of a partner is drawn from the desk's own, so the same account has one pseudonym for one
partner for ever, and two partners who lay their feeds side by side cannot join what they hold. The
desk's own pseudonyms are replaced like names: they would join all. Beside the strings that the desk
knows, every mention, address and link to an account is masked, known or not (`rights.masking`),
and so are telephone numbers in their international form and the names of users in paths of files.
"""

import hmac
import re
from collections.abc import Callable, Iterable
from typing import Final, final

from legation.rights.masking import TextMasker
from legation.rights.ordinary import is_ordinary
from legation.rights.pseudonyms import PREFIX, PSEUDONYM, Pseudonymiser, normalised
from legation.safeguards.sharing.gate.context import Account
from legation.safeguards.sharing.gate.disguises import forms
from legation.safeguards.sharing.gate.spotting import Spotter

MASK: Final = "…"
_DOMAIN: Final = b"legation share 1\x00"
_HOUSE_PSEUDONYM: Final = re.compile(PSEUDONYM.pattern, re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+")
_NUMBER: Final = re.compile(r"(?<![\w+])\+\d[\d ()./\-]{6,}\d")
_HOME: Final = re.compile(
    r"((?:(?<!\\)\\++|/)(?:users|home|documents and settings)(?:\\++|/))"
    r"(?!(?:public|default|all users|shared|user|username)\b)([^\\/:\"'%\s\]]+)",
    re.IGNORECASE,
)
# A text of more letters is not searched: of it nothing goes.
_LONGEST: Final = 200_000
_TRIES: Final = 64
_REMEMBERED: Final = 1 << 15


def partner_key(secret: bytes, partner: str) -> bytes:
    """Return the key of one partner, drawn from the desk's pseudonym secret."""
    return hmac.digest(secret, _DOMAIN + partner.encode("utf-8", "surrogatepass"), "sha256")


@final
class Persons:
    """What the desk knows of persons, and how each is called for one partner.

    Args:
        secret: The desk's pseudonym secret.
        key: The partner's key.
        names: Personal strings, each with the kind of alias that stands in its place.
        accounts: Strings by which accounts are known, each with the account that it means; words
            that name nobody (`rights.ordinary`) are passed over.
    """

    __slots__ = ("_given", "_house", "_masker", "_memory", "_partner", "_spotter", "_told")

    def __init__(
        self,
        secret: bytes,
        key: bytes,
        names: Iterable[tuple[str, str]],
        accounts: Iterable[tuple[str, Account]],
    ) -> None:
        """Learn every string."""
        self._given: dict[tuple[str, str], str] = {}
        self._house = Pseudonymiser(secret)
        self._partner = Pseudonymiser(key)
        self._masker = TextMasker((), self._partner)
        self._memory: dict[tuple[str, bool], str] = {}
        self._told: dict[str, bool] = {}
        self._spotter = Spotter(())
        strings = [(name, self._alias(self._spotter.key(name), kind)) for name, kind in names]
        known = [
            (handle, self.account(one.handle, one.platform))
            for handle, one in accounts
            if not is_ordinary(handle) and not PSEUDONYM.fullmatch(handle.strip().lower())
        ]
        self._spotter = Spotter(sorted({*strings, *known}))

    def account(self, handle: str, platform: str = "") -> str:
        """Return the partner's pseudonym of an account, or of the desk's own pseudonym of it."""
        name = handle.strip().lower()
        if not PSEUDONYM.fullmatch(name):
            known = normalised(handle)
            name = self._house.of(handle, platform) if known else name
        return self._fresh(name, self._partner.of)

    def alias(self, name: str, kind: str) -> str:
        """Return what stands in place of a name: its kind, and letters."""
        key = self._spotter.key(name) or name
        return self._fresh(key, lambda tried: self._alias(tried, kind), kind)

    def tells(self, text: str) -> bool:
        """Tell whether a text holds a personal string in any form that is read."""
        if not self._spotter:
            return False
        if len(text) > _LONGEST:
            return True
        found = self._told.get(text)
        if found is None:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            found = self._told[text] = any(map(self._spotter.finds, forms(text)))
        return found

    def clean(self, text: str, *, known_only: bool = False) -> str:
        """Return a text without persons; where a name hides too deep, nothing of it is left.

        Pseudonyms that stand in it stay as they are; see `own_pseudonyms`.

        Args:
            text: What somebody wrote.
            known_only: Whether strings are replaced that the desk knows, and no others.
        """
        key = (text, known_only)
        if key not in self._memory:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            self._memory[key] = self._cleaned(text, known_only=known_only)
        return self._memory[key]

    def own_pseudonyms(self, text: str) -> str:
        """Return a text with the desk's pseudonyms replaced by the partner's."""
        if PREFIX not in text.lower():
            return text
        return _HOUSE_PSEUDONYM.sub(lambda found: self.account(found[0]), text)

    def _cleaned(self, text: str, *, known_only: bool) -> str:
        if known_only and not self._spotter:
            return text
        if len(text) > _LONGEST:
            return MASK
        masked = text if known_only else _ADDRESS.sub(self._address, text)
        masked = self._spotter.replaced(masked)
        if not known_only:
            masked = self._unknown(masked)
        return MASK if self.tells(masked) else masked

    def _address(self, found: re.Match[str]) -> str:
        return self.account(found[0])

    def _unknown(self, text: str) -> str:
        masked = self._masker.mask(text)
        masked = _HOME.sub(lambda found: found[1] + self.account(found[2]), masked)
        return _NUMBER.sub(lambda found: self.alias(found[0], "number"), masked)

    def _alias(self, key: str, kind: str) -> str:
        return f"{kind}-{self._partner.of(f'{kind} {key}').removeprefix(PREFIX)}"

    def _fresh(self, name: str, made: Callable[[str], str], kind: str = "") -> str:
        """Return the first of some pseudonyms in whose letters no name can be read."""
        found = self._given.get((kind, name))
        if found is None:
            tried = (made(f"{name} {turn}" if turn else name) for turn in range(_TRIES))
            found = next((one for one in tried if not self.tells(one)), MASK)
            self._given[kind, name] = found
        return found
