"""Who an object is: whether it is a person, and the strings by which it names one.

The words of STIX for kinds of identities are open, and whoever writes "journalist" or "human" means
a person; so what is no person is listed, and everything else may be one. The same holds of threat
actors: one that has the means of an organisation is none, and one that says nothing may be one.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from legation.rights.folding import shows
from legation.safeguards.sharing.gate.context import Account
from legation.safeguards.sharing.gate.parts import Json

# Observables and others that are a person, or the means by which one is reached or pays.
PERSONS: Final = frozenset({
    "user-account", "email-addr", "persona", "email-message", "phone-number", "credential",
    "bank-account", "payment-card",
})  # fmt: skip
_NAMES: Final = (
    "name", "value", "persona_name", "display_name", "contact_information", "x_opencti_firstname",
    "x_opencti_lastname", "iban", "account_number", "card_number", "holder_name",
)  # fmt: skip
# STIX 2.1, 10.7 (identity-class-ov), without "individual" and "unknown".
_NO_PERSON: Final = frozenset({"group", "organization", "organisation", "class", "system"})
# STIX 2.1, 10.27 (attack-resource-level-ov), and 10.24 (threat-actor-type-ov).
_MEANS: Final = frozenset({"club", "contest", "team", "organization", "government"})
_ORGANISED: Final = frozenset({"competitor", "crime-syndicate", "nation-state"})
_SAID: Final[Mapping[str, bool]] = {
    "Threat-Actor-Individual": True,
    "Individual": True,
    "Threat-Actor-Group": False,
}


def is_person(value: Json) -> bool:
    """Tell whether an object is a person, or may be one: it does not say that it is none."""
    kind = value.get("type")
    said = _SAID.get(str(value.get("x_opencti_type", "")))
    if kind == "identity":
        return bool(said) or _plain(value.get("identity_class")) not in _NO_PERSON
    if kind == "threat-actor":
        means = _plain(value.get("resource_level"))
        if said or means == "individual":
            return True
        return said is None and means not in _MEANS and not _kinds(value) & _ORGANISED
    return kind in PERSONS


def handle_of(value: Json) -> tuple[str, str]:
    """Return by what an account is known, and where."""
    named = (value.get(name) for name in ("user_id", "account_login", "display_name", "id"))
    handle = next((name for name in named if isinstance(name, str) and name.strip("@ ")), "?")
    platform = value.get("account_type", "")
    return handle, platform if isinstance(platform, str) else ""


def strings_of(value: Json) -> list[str]:
    """Return the strings by which an object names persons: the one that it is, or its authors."""
    kind = value.get("type")
    if kind in ("note", "opinion"):
        return _words(value.get("authors"))
    if not is_person(value) or kind == "email-message":
        return []
    if _says_nothing(value):
        # It may be a ministry, or a known group, whose name is in every other text.
        return []
    return names_of(value)


def handles_of(value: Json) -> list[tuple[str, Account]]:
    """Return the strings by which an account is known, each with the account that it is."""
    if value.get("type") != "user-account":
        return []
    account = Account(*handle_of(value))
    named = (value.get(name) for name in ("user_id", "account_login"))
    return [(name, account) for name in named if isinstance(name, str) and name.strip()]


def names_of(value: Json) -> list[str]:
    """Return the strings by which an object names what it is."""
    found = [value.get(name) for name in _NAMES]
    more = [*_words(value.get("aliases")), *_words(value.get("x_opencti_aliases"))]
    return [name for name in (*found, *more) if isinstance(name, str) and name.strip()]


def _says_nothing(value: Json) -> bool:
    """Tell whether nothing in an object says what it is."""
    if value.get("x_opencti_type"):
        return False
    if value["type"] == "identity":
        return not value.get("identity_class")
    if value["type"] == "threat-actor":
        told = ("resource_level", "threat_actor_types", "roles")
        return not any(value.get(name) for name in told)
    return False


def _kinds(value: Json) -> set[str]:
    return {_plain(one) for one in _words(value.get("threat_actor_types"))}


def _plain(word: Any) -> str:
    """Return a word as it is compared: without case, width and signs that do not show."""
    if not isinstance(word, str):
        return str(word) if word else ""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(letter for letter in folded if shows(letter)).strip()


def _words(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
