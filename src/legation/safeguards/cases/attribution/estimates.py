"""Words of estimate, words of confidence, and the Admiralty code: what each word means.

Likelihood is how probable something is; confidence is how far the estimate can be leaned on. They
are told side by side: nothing here, or elsewhere, makes one number of the two. Ranges are those
of Intelligence Community Directive 203 (2015), paragraph on expressing likelihood; neighbours
share their bounds, as they do there.
"""

from collections.abc import Mapping
from typing import Final, get_args

import msgspec

from legation.safeguards.cases.bodies import (
    Confidence,
    Credibility,
    Likelihood,
    Reliability,
    Verified,
)

SOURCE: Final = "ICD 203 (2015); Admiralty code as in NATO AJP-2.1"
VERIFIED: Final[Verified] = "from-memory"


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """What a word of estimate stands for, in percent.

    Attributes:
        synonym: The other word that the directive gives for the same range.
    """

    low: int
    high: int
    synonym: str


RANGES: Final[Mapping[Likelihood, Range]] = {
    "almost no chance": Range(low=1, high=5, synonym="remote"),
    "very unlikely": Range(low=5, high=20, synonym="highly improbable"),
    "unlikely": Range(low=20, high=45, synonym="improbable"),
    "roughly even chance": Range(low=45, high=55, synonym="roughly even odds"),
    "likely": Range(low=55, high=80, synonym="probable"),
    "very likely": Range(low=80, high=95, synonym="highly probable"),
    "almost certain": Range(low=95, high=99, synonym="nearly certain"),
}
CONFIDENCE: Final[Mapping[Confidence, str]] = {
    "low": "scant, questionable, fragmented or poorly corroborated information",
    "moderate": "credibly sourced and plausible, but not sufficiently corroborated",
    "high": "high-quality information from multiple sources",
}
RELIABILITY: Final[Mapping[Reliability, str]] = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
CREDIBILITY: Final[Mapping[Credibility, str]] = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
_SAME: Final[Mapping[str, Likelihood]] = {one.synonym: word for word, one in RANGES.items()}
_ORDER: Final[Mapping[str, int]] = {word: at for at, word in enumerate(get_args(Likelihood))}


def canonical(word: str) -> str:
    """Return the word of estimate for one that the directive gives for the same range.

    >>> canonical("Probable"), canonical("likely"), canonical("perhaps")
    ('likely', 'likely', 'perhaps')
    """
    return _SAME.get(" ".join(word.casefold().split()), word)


def at_least(word: Likelihood, threshold: Likelihood) -> bool:
    """Tell whether a word of estimate says no less than another.

    >>> at_least("very likely", "likely"), at_least("likely", "very likely")
    (True, False)
    """
    return _ORDER[word] >= _ORDER[threshold]
