"""The files that the desk writes itself: the rows of a view as CSV or JSON.

Whole campaigns as STIX, graphs and tables are written by the parts below; here are
only lists that a reader has before their eyes, under the rules of every other export:
no cell is a formula, and below the grade "high" what leads to an author is masked.
"""

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from legation.app.leaving import hand_out, held_back
from legation.desk.reading import CampaignLine, DayLine, Download, EvidenceRow, Link, Reading, Tie
from legation.errors import NotFoundError
from legation.formats.cells import safe_cell
from legation.formats.marked import mark
from legation.formats.masking import MASK, mask_mentions, shorten
from legation.threats.disinformation.findings import Grade, Member

if TYPE_CHECKING:
    from legation.app.access.entering import Guest
    from legation.app.scope import Scope
    from legation.rights.roles import ObjectVerb
    from legation.stix.labels import Label

KINDS = ("csv", "json")
_OBJECT_IS_A_POST = ("repost", "reply")
# Kept as epoch seconds. A table is read by people and by spreadsheets, which take them for numbers.
_TIMES = frozenset({"first", "last", "time_a", "time_b", "day"})

Row = CampaignLine | Member | Tie | EvidenceRow | DayLine | Link | msgspec.Struct


def download(
    name: str, kind: str, rows: Sequence[Row], shape: type[Row], *, caveat: str
) -> Download:
    """Write rows as a file.

    Args:
        name: Name of the file without its ending.
        kind: `csv` or `json`.
        rows: What the view lists.
        shape: Type of the rows: an empty list has its header too.
        caveat: What these rows do not show, see `app.caveats`; `NO_CAVEAT` where nothing is
            claimed.

    Raises:
        NotFoundError: The kind is not one of `KINDS`.
    """
    if kind == "csv":
        content, media = _csv(rows, shape), "text/csv"
    elif kind == "json":
        content = msgspec.json.encode(
            {"caveat": caveat, "rows": rows} if caveat else {"rows": rows}
        )
        media = "application/json"
    else:
        raise NotFoundError(f"no export as {kind!r}", hint=f"this list has {', '.join(KINDS)}")
    return Download(name=f"{name}.{kind}", media_type=media, content=content)


def held(scope: "Scope", guest: "Guest", told: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return which rows stay behind when a program fetches a list; see `app.leaving`."""
    return held_back(scope, told) if guest.by == "token" else frozenset()


def held_campaigns(reading: Reading, guest: "Guest", ids: Iterable[str]) -> frozenset[str]:
    """Return the same of campaigns."""
    library = reading.library()
    if guest.by != "token" or library is None:
        return frozenset()
    return held(library.scope(), guest, {each: library.told_of([each])[1] for each in ids})


def leaving(
    reading: Reading,
    page: str,
    campaign_ids: tuple[str, ...],
    made: Download,
    *beside: str,
    left_out: int = 0,
) -> Download:
    """Return a file under its label, after its leaving was written into the audit trail.

    Args:
        reading: Where it is written.
        page: Of which page it is.
        campaign_ids: The campaigns of which it tells.
        made: The file.
        beside: Ids of all other objects of which it tells.
        left_out: How many rows stay behind.
    """
    marking = reading.marking_to_leave(campaign_ids, *beside)
    made = mark(made, msgspec.structs.replace(marking, left_out=left_out))
    kind = made.name.rpartition(".")[2]
    reading.leave(page, campaign_ids, kind, hashlib.sha256(made.content).hexdigest(), *beside)
    return made


def left_as(
    scope: "Scope",
    page: str,
    made: Download,
    ids: Iterable[str],
    *,
    labels: "Sequence[Label]" = (),
    may: "ObjectVerb" = "campaign.export",
    left_out: int = 0,
) -> Download:
    """Return rows as a file under the label of all of which they tell, once the trail has it.

    Args:
        scope: Who takes it out, of which store.
        page: What it shows.
        made: The file, bare.
        ids: Of all objects of the register of which it tells.
        labels: Of all else of which it tells, such as what partners sent.
        may: What the policies must permit with each of these.
        left_out: How many rows stay behind.

    Raises:
        DeniedError: What they tell of may not leave by this person's hand.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    return hand_out(scope, page, made, ids, labels=labels, may=may, left_out=left_out)


def as_may_leave(rows: Iterable[EvidenceRow], grade: Grade) -> list[EvidenceRow]:
    """Return evidence as it may be exported: whole at grade "high", else masked.

    A post's id leads to its author as surely as a mention does, so it is masked too.
    """
    return list(rows) if grade == "high" else [_masked(row) for row in rows]


def _masked(row: EvidenceRow) -> EvidenceRow:
    return msgspec.structs.replace(
        row,
        object=MASK if row.layer in _OBJECT_IS_A_POST else mask_mentions(row.object),
        post_a=MASK,
        post_b=MASK,
        text_a=None if row.text_a is None else shorten(mask_mentions(row.text_a)),
        text_b=None if row.text_b is None else shorten(mask_mentions(row.text_b)),
    )


def _csv(rows: Sequence[Row], shape: type[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(shape.__struct_fields__)
    for row in rows:
        writer.writerow([_written(row, name) for name in shape.__struct_fields__])
    return out.getvalue().encode("utf-8", "replace")


def _written(row: Row, name: str) -> object:
    value = getattr(row, name)
    if name in _TIMES and isinstance(value, int):
        with suppress(OverflowError, OSError, ValueError):  # a number that is no time stays one
            value = datetime.fromtimestamp(value, UTC)
    return _cell(value)


def _cell(value: object) -> object:
    if isinstance(value, dict):
        value = "|".join(f"{key}:{number}" for key, number in value.items())
    if isinstance(value, tuple):
        value = "|".join(str(one) for one in value)
    if isinstance(value, datetime):
        value = value.isoformat()
    return safe_cell(value) if isinstance(value, str) else value
