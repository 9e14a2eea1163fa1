"""Words and sentences of sharing, as pages say them: of keys, policies, sendings, and the gate.

The gate says its reasons in English; each sentence stands here, so that it has a translation.
"""

from typing import Final, get_args

from legation.app.sharing.answering import OPINIONS
from legation.app.sharing.aside import KINDS
from legation.app.sharing.outcomes import IN_A_FILE, RECALLED, WITHDRAWN
from legation.formats.profiles.losses import What
from legation.safeguards.sharing.gate.context import BACK, Outcome
from legation.store.exchange.partners import KEY_KINDS

SHARING_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "state of a partner": ("shares", "ended"),
    "kind of key": KEY_KINDS,
    "outcome of a sending": (*get_args(Outcome), *RECALLED, WITHDRAWN, IN_A_FILE),
    "way of a sending": ("taxii", "file"),
    "what becomes of a property": get_args(What),
    "what becomes of persons": ("redact", "hold", "send"),
    "name on what is sent": ("named", "pseudonym", "anonymous"),
    "affected parties": ("name", "obfuscate"),
    "how exact times are": ("exact", "second", "hour", "day"),
    "answer of a partner": ("sighting", "opinion", "note", "lesson"),
    "opinion": OPINIONS,
    "quarantine": KINDS,
}
# Why nothing leaves at all; why an object is held; what was done to one that leaves.
SHARING_TOLD: Final = (
    "the sharing has ended",
    "there is no policy",
    "the policy names no partner",
    "the policy begins on %(v1)s",
    "the policy states no last day",
    "the policy ended on %(v1)s",
    "%(told1)s, by what it tells of",
    "%(told1)s, by what it lists",
    "%(v1)s is above the partner's ceiling %(v2)s",
    "the partner does not hold the level %(v1)s",
    "the partner is not in the compartment %(v1)s",
    "not releasable to %(v1)s",
    "%(v1)s is above the partner's ceiling %(v2)s, by what it tells of",
    "%(v1)s is above the partner's ceiling %(v2)s, by what it lists",
    "the partner does not hold the level %(v1)s, by what it tells of",
    "the partner does not hold the level %(v1)s, by what it lists",
    "the partner is not in the compartment %(v1)s, by what it tells of",
    "the partner is not in the compartment %(v1)s, by what it lists",
    "not releasable to %(v1)s, by what it tells of",
    "not releasable to %(v1)s, by what it lists",
    "it holds a personal string that cannot be taken out",
    "its %(v1)s is marked above the partner's ceiling",
    "nothing is left of it without its %(v1)s",
    "it is not the published definition that its id stands for",
    "it is published, and goes along where it is pointed to",
    "it is published, and pointed to",
    "it tells who the partners are",
    BACK,
    "our name does not stand on what this partner is sent",
    "it tells of %(v1)s, which is not at hand",
    "the policy does not send the type %(v1)s",
    "it translates what goes under a pseudonym",
    "it points by %(v1)s to what is held or absent, and is nothing without it",
    "nothing that leaves points to it",
    "it holds personal data, which the policy holds back",
    "the policy strips notes, and this one has no abstract",
    "it is personal data, and nothing is left of it without that",
    "its pattern names somebody, and matches nothing without the name",
    "a newer version stands in its place",
    "it is no object, or nests too deep to be read",
    "it has no id, or one of another type",
    "a bundle is no object: its objects are handed in one by one",
    "its times or numbers are none of STIX",
    "two contents claim to be its newest version",
    "its versions are by different authors",
    "it goes as it is",
    "it goes as it is, marked %(v1)s",
    "marked parts above the partner's ceiling are cut: %(v1)s",
    "its author is not named",
    "its author stands under a pseudonym",
    "its times are rounded down to the second",
    "its times are rounded down to the hour",
    "its times are rounded down to the day",
    "it leaves as a copy, with an id for this partner",
    "its name is replaced by a pseudonym",
    "names of parties and own pseudonyms are replaced",
    "names of persons are replaced by pseudonyms",
    "of the note the abstract alone goes",
    "numbers of posts are replaced",
    "numbers and exact figures of the house are replaced",
    "whoever entered it is not named",
    "of the entry its kind alone goes",
    "it tells who saw something, or who else is told of it",
    "its pattern names an object that does not leave",
    "what is taken out of an object is taken out of its translation",
    "%(v1)s is taken out",
)
