"""`legation audit`: check the trail, sign its end, report on it, hand it to a SIEM."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile, refuse_outside
from legation.cli.sheets import tell_name
from legation.cli.words import answer, answer_json, counted, pour, table, tell, typed
from legation.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from legation.formats.siem import AuditLine, Cursor, Kind
    from legation.store.audit import AuditHead
    from legation.store.opening import Store

_MOST: Final = 1_000_000
_AT_ONCE: Final = 1000
Since = Annotated[str, Parameter(help="First day, UTC, such as 2026-03-01.")]
Until = Annotated[str, Parameter(help="Last day, UTC.")]


def verify(
    *,
    head: Annotated[
        str,
        Parameter(help="End of the trail that was kept elsewhere: the line, or a file with it."),
    ] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Check that no entry of the audit trail was changed or removed, and all its signed heads.

    The home notes the end of its trail beside the database, and keeps a signed head for each day.
    Keep one on paper or on another machine too: who can write to both is found only against it.
    """
    from legation.app.checks import verify_trail
    from legation.store.audit import AuditState

    place = doors.home(home)
    place.require()
    with place.store(sweep=False) as store:
        entries = verify_trail(store, *([_kept(head, store)] if head else []))
        state = AuditState(entries=entries, head=store.audit.head())
        signed = len(store.signed_heads.every())
    if as_json:
        answer_json(state)
    else:
        tell(f"The trail holds: {state.entries} entries, {counted(signed, 'signed head')}.")
        answer(state.head.text())
    return 0


def head(
    *,
    sign: Annotated[bool, Parameter(help="Sign the end of the trail now.")] = False,
    every: Annotated[bool, Parameter(help="List all signed heads.")] = False,
    output: Annotated[
        Path | None, Parameter(help="File to write it into whole, with its signatures.")
    ] = None,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Print the signed end of the trail, to keep on paper; or sign it now.

    The desk and the watch sign it once a day when they have the keys; keys under a passphrase
    that nobody gave them need this command.
    """
    from legation.app import heads
    from legation.app.outputs import put

    place = doors.home(home)
    place.require()
    protection = doors.protection(place, passphrase_file) if sign else None
    with place.store() as store:
        if protection is not None:
            by = place.keys(protection).identity()
            heads.sign_head(store, doors.now(), by, actor="command line")
        found = heads.heads(store)
        days = heads.standing(store, doors.now()).days
    if not found:
        raise NotFoundError("no head was signed yet", hint="run: legation audit head --sign")
    if every:
        header = ("date", "entries", "code", "head")
        answer(table(header, [(h.date, str(h.entries), h.code, h.head) for h in found]))
    else:
        pour(found[-1].page())
    if output is not None:
        put(output, found[-1].content.encode("ascii"))
        tell(f"written with its signatures: {output}")
    if days:
        command = typed("legation audit head --sign", home)
        tell(f"No head was signed for {counted(days, 'day')}: {command}")
    return 0


def report(
    name: Annotated[
        str,
        Parameter(
            help="exports, looks, reads, refusals, people, sessions, labels or erasures; "
            "without one the whole trail."
        ),
    ] = "",
    /,
    *,
    since: Since = "",
    until: Until = "",
    actor: Annotated[str, Parameter(help="Name or id of who acted.")] = "",
    kind: Annotated[str, Parameter("--format", help="table, csv or json.")] = "table",
    limit: Annotated[int, Parameter(help="Most entries. [default: 10000]")] = 10_000,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Report what happened in a period, the newest first; that it was asked for is noted."""
    import msgspec

    from legation.app.leaving import marking_to_leave
    from legation.app.reports import every_line, note_export, read_asked
    from legation.formats.cells import write_rows
    from legation.formats.marked import marked, named

    refuse_outside("--limit", limit, 1, _MOST)
    if kind not in ("table", "csv", "json"):
        raise UsageError(f"no report as {kind!r}", hint="choose from: table, csv, json")
    asked = read_asked({"report": name, "since": since, "until": until, "actor": actor})
    place = doors.home(home)
    place.require()
    with place.store() as store:
        found = list(every_line(store, asked, most=limit))
        by = (doors.now(), "command line")
        note_export(store, by, asked, kind=kind, entries=len(found))
        marking = marking_to_leave(place.library(store, "command line").scope(), ())
    rows = [
        (
            str(one.seq),
            one.at[:19],
            one.name or one.actor,
            one.verb,
            one.subject,
            "; ".join(f"{key}: {value}" for key, value in one.detail.items()),
        )
        for one in found
    ]
    header = ("no", "when", "who", "verb", "of what", "more")
    called = f"{asked.report or 'log'}.{kind}"
    if kind == "json":
        told = msgspec.json.encode({**asked.given(), "entries": found})
        answer_json(msgspec.Raw(marked(told, "application/json", marking.text)))
    elif kind == "csv":
        pour(marked(write_rows(header, rows).encode(), "text/csv", marking.text).decode())
    else:
        answer(table(header, rows))
    tell_name(named(called, marking.tag)) if kind != "table" else tell(f"Label: {marking.text}")
    if len(found) == limit:
        tell(f"Older entries are left out after {limit:,}: --limit, or a shorter period.")
    return 0


def export(
    *,
    kind: Annotated[str, Parameter("--format", help="ecs (lines of JSON) or syslog.")] = "ecs",
    since: Since = "",
    after: Annotated[str, Parameter(help="Cursor of the last entry that you have.")] = "",
    output: Annotated[
        Path | None, Parameter(help="File to append to; it goes on after its last line.")
    ] = None,
    limit: Annotated[int, Parameter(help="Most entries. [default: 1000000]")] = _MOST,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write the trail for a SIEM, from where the last export ended.

    With --output the file itself says where: nothing is lost or doubled, whenever it was broken
    off. Without it lines go to standard output, and the cursor for --after is told on standard
    error. No content, name or reason leaves; ids, verbs and hashes do.
    """
    from legation.app.leaving import marking_to_leave
    from legation.app.reports import read_asked
    from legation.formats.marked import named
    from legation.formats.siem import KINDS, read_cursor

    refuse_outside("--limit", limit, 1, _MOST)
    if kind not in KINDS:
        raise UsageError(f"no format {kind!r}", hint=f"choose from: {', '.join(KINDS)}")
    if output is not None and after:
        raise UsageError("the file says where to go on", hint="leave --after out")
    form: Kind = "syslog" if kind == "syslog" else "ecs"
    day = read_asked({"since": since}).since
    place = doors.home(home)
    place.require()
    cursor = read_cursor(after) if after else None
    with place.store(sweep=False) as store:
        if output is None:
            written, last = _write(store, form, sys.stdout.write, cursor, since=day, limit=limit)
        else:
            with _appending(output, form) as (file, kept):
                written, last = _write(store, form, _encoded(file), kept, since=day, limit=limit)
                file.flush()
                os.fsync(file.fileno())
        marking = marking_to_leave(place.library(store, "command line").scope(), ())
    tell(f"{written:,} entries written")
    # Others read these lines as they are: the label stands in the name alone.
    tell_name(named(f"legation-audit.{'ndjson' if kind == 'ecs' else 'log'}", marking.tag))
    if last is not None:
        tell(f"cursor: {last.text()}")
    return 0


def _write(
    store: "Store",
    kind: "Kind",
    write: Callable[[str], object],
    cursor: "Cursor | None",
    *,
    since: date | None,
    limit: int,
) -> "tuple[int, Cursor | None]":
    """Write what follows a cursor; return how many entries, and the new cursor."""
    from legation import __version__
    from legation.app.reports import after
    from legation.formats.siem import Cursor, write_line

    written = 0
    found: list[AuditLine]
    while found := after(store, cursor, since=since, limit=min(_AT_ONCE, limit - written)):
        for line in found:
            write(f"{write_line(line, kind, __version__)}\n")
        cursor = Cursor(seq=found[-1].seq, hash=found[-1].hash)
        written += len(found)
        if written >= limit:
            break
    return written, cursor


def _encoded(file: BinaryIO) -> Callable[[str], object]:
    return lambda text: file.write(text.encode())


@contextmanager
def _appending(path: Path, kind: "Kind") -> "Iterator[tuple[BinaryIO, Cursor | None]]":
    """Open a file behind its last whole line; give that line's cursor."""
    from legation.app.outputs import private
    from legation.formats.siem import cursor_of
    from legation.store.durable import locked

    # Whoever ships its lines may be given the file since: what it is now stays.
    private(path)
    with locked(path.with_name(f".{path.name}.lock")), path.open("a+b") as file:
        whole, last = _last_line(file)
        file.truncate(whole)
        yield file, cursor_of(last, kind) if last else None


def _last_line(file: BinaryIO) -> tuple[int, str]:
    """Return where a file's whole lines end, and the last of them."""
    size = file.seek(0, os.SEEK_END)
    tail, start = b"", size
    while start > 0 and tail.count(b"\n") < 2:  # noqa: PLR2004 - one before the last line, one after
        start = max(0, start - 65_536)
        file.seek(start)
        tail = file.read(size - start)
    end = tail.rfind(b"\n") + 1
    line = tail[:end].rstrip(b"\n").rpartition(b"\n")[2]
    return start + end, line.decode("utf-8", "replace")


def _kept(given: str, store: "Store") -> "AuditHead":
    """Return a head that was kept elsewhere: a line, or a file with a line or a signed head."""
    from legation.app.checks import verify_kept
    from legation.store.audit import read_head

    path = Path(given)
    try:
        text = path.read_text("ascii", "replace") if path.is_file() else given
    except OSError:
        text = given
    if text.lstrip().startswith("legation audit head"):
        return verify_kept(store, text)
    return read_head(text)
