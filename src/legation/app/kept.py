"""The shapes in which the library answers: the latest run, and what leaves of it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.text.language_names import LANGUAGE_NAMES
from legation.threats.disinformation.findings import LEAST_P, Campaign, Run

_NAMED_BY_CODE: Final = re.compile(r"([a-z]{2,3}) [a-z-]+ campaign since \d", re.ASCII)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The latest run and what it found.

    Attributes:
        run: The run.
        campaigns: Strongest first.
        times: For each campaign id when its object was created and last modified, as in STIX.
        objects: For each campaign id that of its object.
    """

    run: Run
    campaigns: tuple[Campaign, ...]
    times: dict[str, tuple[str, str]]
    objects: dict[str, str]


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of its own leaving: under which level, when, by whom.

    Attributes:
        tag: What of the level stands in the name of the file.
    """

    level: str
    at: datetime
    by: str
    tag: str = ""


def as_known(run: Run, campaigns: Sequence[Campaign], *, whole: bool) -> Run:
    """Return a run that counts only what may be known of what it found."""
    if whole or run.validated_ties is None:
        return run
    return msgspec.structs.replace(run, validated_ties=sum(one.ties for one in campaigns))


def finding(value: dict[str, Any]) -> Campaign:
    """Return the finding that a campaign's object carries."""
    from legation.stix.extensions import extension_id

    carried = value["extensions"][extension_id("campaign")]
    return _as_said_now(msgspec.convert(carried["finding"], Campaign))


def _as_said_now(found: Campaign) -> Campaign:
    """Return a finding that an earlier version kept in the words of this one.

    Then a chance too small for the machine was 0, and a name began with the code of a language.
    """
    of = found.significance
    named = _NAMED_BY_CODE.match(found.name)
    language = LANGUAGE_NAMES.get(named[1]) if named else None
    return msgspec.structs.replace(
        found,
        name=f"{language}{found.name[named.end(1) :]}" if named and language else found.name,
        grade_reasons=tuple(
            re.sub(r"^p = 0,", f"p < {LEAST_P:g},", reason) for reason in found.grade_reasons
        ),
        significance=msgspec.structs.replace(of, p_value=max(of.p_value, LEAST_P)),
    )
