"""The prepared document of an answer: the policy's words, with what is known filled in.

What is not known stays open, visibly, so that nobody signs a gap. The document states facts, and
an attribution only as who attributes, to whom, since when, in which sense; that an act is against
the law it never says by itself. What is for the desk alone stands in the cover note beside it.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

import msgspec

from legation.errors import UsageError
from legation.safeguards.cases.policy.pack import Policy, template_of
from legation.safeguards.cases.policy.words import (
    ATTRIBUTION,
    ATTRIBUTION_PARTS,
    FIELD,
    FIELDS,
)
from legation.safeguards.cases.responses.response import Response

NOT_KNOWN: Final = "[{field}: not known]"
_MOST: Final = 20_000


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A prepared document.

    Attributes:
        subject: On one line.
        text: Its text.
        missing: Fields that stay open in it, in the order in which they come.
        cover: The cover note for the desk; it goes to nobody else.
    """

    subject: str
    text: str
    missing: tuple[str, ...] = ()
    cover: str = ""


def draft_text(response: Response, facts: Mapping[str, str], policy: Policy) -> Draft:
    """Return the document of an answer.

    Args:
        response: The answer.
        facts: What is known, by the names of `FIELDS` and of the parts of an attribution.
        policy: The state's, for the words.

    Raises:
        UsageError: A fact has a name that no document knows, or is too long for one.
    """
    known = {name for name in FIELDS if name != "attribution"} | ATTRIBUTION_PARTS.keys()
    for name, value in facts.items():
        if name not in known:
            near = get_close_matches(name[:40], sorted(known), 1, cutoff=0.0)[0]
            raise UsageError(f"no field {name[:40]!r}", hint=f"did you mean {near!r}?")
        if len(value) > _MOST:
            raise UsageError(f"{name} is too long for a document", hint="attach it")
    subject, words = template_of(response.key, policy)
    missing: dict[str, None] = {}
    subject = _filled(subject, facts, missing)
    text = _filled(words.strip() + "\n", facts, missing)
    return Draft(subject=re.sub(r"\s+", " ", subject), text=text, missing=tuple(missing))


def _filled(template: str, facts: Mapping[str, str], missing: dict[str, None]) -> str:
    """Fill in a template once: what a fact says is never read as a template itself."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name == "attribution":
            return _attribution(facts, missing)
        return _known(name, FIELDS[name], facts, missing)

    return FIELD.sub(value, template)


def _attribution(facts: Mapping[str, str], missing: dict[str, None]) -> str:
    if not any(facts.get(name, "").strip() for name in ATTRIBUTION_PARTS):
        return _known("attribution", FIELDS["attribution"], {}, missing)
    parts = {name: _known(name, words, facts, missing) for name, words in ATTRIBUTION_PARTS.items()}
    return ATTRIBUTION.format(**parts)


def _known(name: str, words: str, facts: Mapping[str, str], missing: dict[str, None]) -> str:
    said = facts.get(name, "").strip()
    if said:
        return said
    missing[name] = None
    return NOT_KNOWN.format(field=words)
