"""`legation detect coordination`: accounts that act together, in files; nothing is stored.

Ids come out as they went in, for whoever joins them to other data. The files that were
asked for are written after the whole answer is known, each in one step.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import Parameter

from legation.cli.doors import (
    AsJson,
    KnownFile,
    Lent,
    MappingFile,
    PresetName,
    Shorteners,
    Zone,
    refuse_outside,
)
from legation.cli.words import answer, answer_json, counted, day, pour, tell
from legation.errors import UsageError
from legation.threats.disinformation.findings import CAVEAT, Report

if TYPE_CHECKING:
    from legation.app.detecting import Asked, Question
    from legation.store.coaction_ties import Ties
    from legation.threats.disinformation.findings import Run

_GRADES: Final = ("low", "moderate", "high")
_YEAR_S: Final = 366 * 86_400
_MOST_OBJECTS: Final = 1_000_000
Grade = Literal["low", "moderate", "high"]


def coordination(
    *posts: Path,
    mapping: MappingFile = None,
    preset: PresetName = "",
    zone: Zone = "",
    shorteners: Shorteners = None,
    layers: Annotated[
        str | None,
        Parameter(help="Kinds of objects. [default: repost,link,image,text,near-text,similarity]"),
    ] = None,
    window: Annotated[
        int | None, Parameter(help="Seconds within which two posts meet. [default: 3600]")
    ] = None,
    min_objects: Annotated[
        int | None, Parameter(help="Least pairs of posts that make a tie. [default: 3]")
    ] = None,
    ties_only: Annotated[
        bool, Parameter(help="Write the ties as CSV; no null, no campaigns.")
    ] = False,
    accounts: Annotated[Path | None, Parameter(help="Write accounts.csv here.")] = None,
    campaigns: Annotated[Path | None, Parameter(help="Write campaigns.json here.")] = None,
    evidence: Annotated[Path | None, Parameter(help="Write evidence.parquet here.")] = None,
    known: KnownFile = None,
    as_json: AsJson = False,
    fail_on: Annotated[
        Grade | None, Parameter(help="End with 1 when a campaign has this grade or a higher one.")
    ] = None,
    doors: Lent,
) -> int:
    """Find accounts that act together more often than chance explains.

    Args:
        posts: Exports of one kind: CSV, JSON, JSON lines or Parquet.
    """
    from legation.app.detecting import Question
    from legation.app.known import read_known
    from legation.cli.importing import reading_of

    if not posts:
        raise UsageError("no file of posts", hint="run: legation detect coordination POSTS")
    written = {"--accounts": accounts, "--campaigns": campaigns, "--evidence": evidence}
    _refuse_overwriting(posts, {"--known": known, "--mapping": mapping}, written)
    question = Question(
        files=posts,
        reading=reading_of(mapping, preset, zone, shorteners),
        asked=_asked(layers, window, min_objects),
        settings=doors.settings(None),
        now=doors.now,
        known=read_known(known) if known else {},
    )
    if ties_only:
        asked = [name for name, path in written.items() if path]
        if asked:
            raise UsageError(
                f"--ties-only finds no campaigns, so there is nothing for {asked[0]}",
                hint="leave one of the two out",
            )
        return _ties(question, as_json=as_json)
    report = _found(question, accounts, campaigns, evidence)
    answer_json(report) if as_json else answer(_summary(report))
    tell(CAVEAT)
    worst = max((_GRADES.index(one.grade) for one in report.campaigns), default=-1)
    return 1 if fail_on is not None and worst >= _GRADES.index(fail_on) else 0


def _refuse_overwriting(
    posts: Sequence[Path], others: Mapping[str, Path | None], written: Mapping[str, Path | None]
) -> None:
    """Refuse to write where something is read from, two answers into one file, or nowhere."""
    from legation.app.outputs import require_place

    read = [("the posts", path) for path in posts]
    taken = [*read, *((name, path) for name, path in others.items() if path)]
    for option, path in written.items():
        if path is None:
            continue
        for what, other in taken:
            if _is_same(path, other):
                raise UsageError(
                    f"{option} names the file of {what}: {path}", hint="name another file"
                )
        taken.append((option, path))
        require_place(path)


def _is_same(one: Path, other: Path) -> bool:
    if realpath(one) == realpath(other):
        # A device or a pipe takes whatever is written.
        return not one.exists() or one.is_file()
    return one.is_file() and other.is_file() and one.samefile(other)


def _found(
    question: "Question", accounts: Path | None, campaigns: Path | None, evidence: Path | None
) -> Report:
    import msgspec

    from legation.app.detecting import campaigns_in_files
    from legation.app.outputs import place, put
    from legation.formats.graph import accounts_csv

    with campaigns_in_files(question) as found:
        report = found.report
        if accounts is not None:
            put(accounts, accounts_csv(report.campaigns, raw_ids=True))
        if campaigns is not None:
            put(campaigns, msgspec.json.format(msgspec.json.encode(report), indent=1))
        if evidence is not None:
            place(evidence, found.write_evidence)
    for reason, count in found.rejected.items():
        tell(f"{counted(count, 'row')} rejected: {reason}")
    return report


def _ties(question: "Question", *, as_json: bool) -> int:
    from legation.app.detecting import ties_in_files

    found: Ties = ties_in_files(question)
    a, b, weight = found.account_a.tolist(), found.account_b.tolist(), found.weight.tolist()
    if as_json:
        rows = [
            {"account_a": one, "account_b": other, "weight": times}
            for one, other, times in zip(a, b, weight, strict=True)
        ]
        answer_json({"caveat": CAVEAT, "pairs": found.counted.pairs, "ties": rows})
    else:
        listing = io.StringIO()
        writer = csv.writer(listing, lineterminator="\n")
        writer.writerow(("account_a", "account_b", "weight"))
        writer.writerows(zip(a, b, weight, strict=True))
        pour(listing.getvalue())
    dense = len(found.counted.dense)
    tell(f"{counted(len(a), 'tie')}; meetings of two posts counted: {found.counted.pairs:,}")
    if dense:
        tell(f"{counted(dense, 'dense object')}: {found.counted.policy}")
    tell("These ties are meetings as they were counted; none was compared with chance.")
    tell(CAVEAT)
    return 0


def _asked(layers: str | None, window: int | None, min_objects: int | None) -> "Asked":
    import msgspec

    from legation.app.detecting import Asked
    from legation.threats.disinformation.batches import LAYERS, SIMILARITY

    every = (*LAYERS, SIMILARITY)
    names = tuple(name.strip() for name in (layers or "").split(",") if name.strip())
    if layers is not None and not names:
        raise UsageError("--layers names no layer", hint=f"the layers are {', '.join(every)}")
    for name in names:
        if name not in every:
            raise UsageError(f"no layer {name!r}", hint=f"the layers are {', '.join(every)}")
    if window is not None:
        refuse_outside("--window", window, 1, _YEAR_S)
    if min_objects is not None:
        refuse_outside("--min-objects", min_objects, 1, _MOST_OBJECTS)
    given = {"layers": names or None, "window_s": window, "min_objects": min_objects}
    return msgspec.convert({k: v for k, v in given.items() if v is not None}, Asked)


def _summary(report: Report) -> str:
    from legation.app.listing import in_order
    from legation.cli.campaign_words import lines, met_in_words, unsaid

    run = report.run
    members = {member.account_id for one in report.campaigns for member in one.accounts}
    told = [
        f"{_posts_by(run)}, {_span(run.first, run.last)}" if run.posts else "no posts",
        f"{counted(run.rejected_rows, 'row')} rejected",
        (
            f"{counted(run.pairs, 'meeting')} of two posts within {run.window_s:,} s, one for "
            f"each object they share: {met_in_words(run)}"
        ),
        f"{counted(run.ties, 'pair')} of accounts met at least once",
    ]
    if run.validated_ties is not None:
        held = counted(run.validated_ties, "validated tie")
        told.append(f"{held} at a false-discovery rate of {run.fdr:.0%}")
    if run.dense.objects:
        told.append(
            f"{counted(run.dense.objects, 'dense object')} with "
            f"{counted(run.dense.pairs, 'pair')}: "
            f"{run.dense.policy}"
        )
    told.append(f"{counted(len(report.campaigns), 'campaign')}, {counted(len(members), 'account')}")
    if report.campaigns:
        told += ["", lines(tuple(in_order(report.campaigns)))]
    else:
        told += unsaid(run)
    return "\n".join(told)


def _posts_by(run: "Run") -> str:
    return f"{counted(run.posts, 'post')} by {counted(run.accounts, 'account')}"


def _span(first: int, last: int) -> str:
    return f"{day(first)} to {day(last)}"
