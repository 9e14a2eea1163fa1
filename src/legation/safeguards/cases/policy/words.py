"""The words of prepared documents: templates with named fields, checked before they are kept.

A template may name fields of a closed list; what it says of a field that nobody filled in stays
open where a reader sees it. No template says that an act is against the law: which elements are
met, and where views differ, is what a document may state.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

# Each field, and what it is called where it is not known.
FIELDS: Final = {
    "case": "number of the case",
    "reference": "reference",
    "day": "day",
    "sender": "sender",
    "addressee": "addressee",
    "contact": "contact",
    "what": "what happened",
    "happened": "day on which it happened",
    "known": "day on which it became known",
    "evidence": "evidence",
    "elements": "elements that are met",
    "views": "where views differ",
    "attribution": "attribution",
    "likelihood": "likelihood",
    "confidence": "confidence",
    "request": "request",
    "deadline": "day by which an answer is hoped for",
    "measure": "measure",
    "conditions": "conditions",
    "ground": "law or rule",
    "platform": "platform",
    "place": "where the text stands",
    "marking": "marking",
    "mechanism": "mechanism",
    "reason": "reason",
}
# Of these the field `attribution` is made: by whom, since when and in which sense always stands.
ATTRIBUTION_PARTS: Final = {
    "attributed_to": "to whom it is attributed",
    "attributed_by": "by whom it is attributed",
    "attributed_on": "day of the attribution",
    "attributed_as": "sense of the attribution",
}
ATTRIBUTION: Final = (
    "attributed to {attributed_to} by {attributed_by} on {attributed_on}, {attributed_as}"
)
FIELD: Final = re.compile(r"\{([^{}]*)\}")
# A finding that no program makes; a person who wants to state it writes it into the draft.
_FINDING: Final = re.compile(
    r"\b(un|il)lawful|\billegal|\bwrongful|\bviolat|\bin breach of|\bbreach(ed|es) (of )?(the )?"
    r"(law|duty|obligation|international)",
    re.IGNORECASE,
)


def faults(template: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a template, and what can be done about it.

    >>> list(faults("Of {hapened}"))
    [("no field 'hapened'", "did you mean 'happened'?")]
    """
    for name in FIELD.findall(template):
        if name not in FIELDS:
            near = get_close_matches(name[:40], list(FIELDS), 1, cutoff=0.0)[0]
            yield f"no field {name[:40]!r}", f"did you mean {near!r}?"
    if re.search(r"[{}]", FIELD.sub("", template)):
        yield "a brace that opens or closes no field", "write a field as {happened}"
    if found := _FINDING.search(template):
        yield (
            f"the words {found.group()!r} state that an act is against the law",
            "write which elements are met, and where views differ",
        )
