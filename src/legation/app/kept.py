"""The shapes in which the library answers: the latest run, and what leaves of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from legation.threats.disinformation.findings import Campaign, Run


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
    """What a file says of its own leaving: under which level, when, by whom."""

    level: str
    at: datetime
    by: str


def as_known(run: Run, campaigns: Sequence[Campaign], *, whole: bool) -> Run:
    """Return a run that counts only what may be known of what it found."""
    if whole or run.validated_ties is None:
        return run
    return msgspec.structs.replace(run, validated_ties=sum(one.ties for one in campaigns))


def finding(value: dict[str, Any]) -> Campaign:
    """Return the finding that a campaign's object carries."""
    from legation.stix.extensions import extension_id

    carried = value["extensions"][extension_id("campaign")]
    return msgspec.convert(carried["finding"], Campaign)
