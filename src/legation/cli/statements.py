"""`legation statement`: issue official statements, and ask a register what is genuine.

A verdict is one sentence with the words that differ; with `--json` it is the bytes that every door
gives. What does not verify has no verdict: it is an error, and its text can still be looked up.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from cyclopts import Parameter

from legation.cli.doors import AsJson, Lent
from legation.cli.statement_words import CHANGED, say_attachments, say_verdict, shown
from legation.cli.words import answer, answer_json, counted, table, tell
from legation.errors import BadInputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from legation.app.statements.asking import Asked
    from legation.app.statements.handed import Handed
    from legation.app.statements.house import Unlock
    from legation.app.statements.trust import Trust
    from legation.cli.doors import Doors
    from legation.safeguards.statements.verdict import Verdict

_LONGEST_END: Final = 9
FailOn = Literal["replaced", "altered", "not-found"]
_WORDS: Final = ("current", *get_args(FailOn))
Register = Annotated[Path, Parameter("--register", help="A copy of the register, or its folder.")]
MaybeRegister = Annotated[
    Path | None, Parameter("--register", help="A copy of the register, or its folder.")
]
AnchorGiven = Annotated[
    str, Parameter("--anchor", help="Fingerprint of the register's root keys, as it is printed.")
]
TrustFile = Annotated[
    Path | None,
    Parameter(
        "--trust",
        help="File that remembers anchor and newest state, so that no older one is taken.",
    ),
]
FailOnGiven = Annotated[
    FailOn | None,
    Parameter("--fail-on", help="End with 1 at this verdict or one further from current."),
]


def verify(
    file: Path,
    /,
    *,
    register: MaybeRegister = None,
    directory: Annotated[
        list[Path] | None,
        Parameter(help="A version of the key directory, in place of a register; may be repeated."),
    ] = None,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    attachment: Annotated[
        list[Path] | None,
        Parameter(help="A file that belongs to it, or a folder of such; may be repeated."),
    ] = None,
    fail_on: FailOnGiven = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Verify a statement file, and say whether it is current.

    With a key directory alone it says what holds; whether a statement was corrected or withdrawn
    since, only a register tells. With --attachment it ends with 1 where a file is missing or other.

    Args:
        file: The `.statement`, or a PDF, page or text that holds one.
    """
    from legation.app.statements.asking import read_statement_at, verify_alone
    from legation.safeguards.statements.statement import time_text

    data = _file_in(file)
    if register is not None:
        asked = asked_of(register, anchor, trust, doors.now())
        verdict = asked.on_file(data)
        if verdict.verdict == "not-found":
            tell("Its signatures and proof hold: it may be newer than this copy; get a newer one.")
        code = _say(verdict, fail_on, as_json=as_json)
        return max(code, say_attachments(data, attachment))
    if not directory:
        raise UsageError(
            "nothing to verify it against", hint="give --register COPY or --directory FILE"
        )
    if as_json or fail_on:
        raise UsageError(
            "without a register there is no verdict", hint="give --register COPY as well"
        )
    versions = [read_statement_at(one) for one in directory]
    found = verify_alone(data, versions, trust_given(None, anchor, trust), doors.now())
    said, logged = found.statement, found.logged
    answer(f"Both signatures hold: {shown(said.issuer)}, {said.number}, {time_text(said.issued)}.")
    if logged is None:
        answer("It carries no proof that it was logged.")
    else:
        seen = logged.witnessed
        when = f", seen by witnesses at {time_text(seen)}" if seen else ""
        answer(f"It is entry {logged.index} of {logged.log}{when}.")
    answer("Whether it is current cannot be told without a register.")
    return say_attachments(data, attachment)


def lookup(
    what: Annotated[
        str,
        Parameter(
            help="The text, or a file with it, or - for standard input.", allow_leading_hyphen=True
        ),
    ] = "",
    /,
    *,
    image: Annotated[
        Path | None, Parameter(help="A screenshot, read by Tesseract where that is installed.")
    ] = None,
    languages: Annotated[
        str, Parameter(help="Languages of the screenshot as Tesseract names them: eng+fra.")
    ] = "eng",
    register: Register,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    fail_on: FailOnGiven = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Look a copied text up in a register: as issued, changed since, altered, or not found.

    Where it holds a whole .statement, the answer is on that alone, as of `verify`.
    """
    from legation.app.statements.pictures import read_picture

    if (image is None) == (not what):
        raise UsageError("one text is looked up", hint="give TEXT, FILE, - or --image FILE")
    if image is None:
        asked = asked_of(register, anchor, trust, doors.now())
        handed = _handed(what)
        verdict = asked.on_handed(handed)
        _tell_alone(handed)
        return _say(verdict, fail_on, as_json=as_json)
    read = read_picture(image, languages)
    verdict = asked_of(register, anchor, trust, doors.now()).on_text(read.text)
    doubt = f"{len(read.doubtful)} of {counted(read.words, 'word')} are doubtful"
    tell(f"A machine read the picture: {read.confidence:g} % sure of a word in the mean; {doubt}.")
    if read.doubtful:
        tell(f"Doubtful: {', '.join(map(shown, read.doubtful[:20]))}")
    code = _say(verdict, fail_on, as_json=as_json)
    if verdict.verdict != "current":
        tell(
            "The machine may have read otherwise than it is written: compare the picture with the"
            " registered text before you say that anything was altered."
        )
    return code


def listed(
    *,
    register: Register,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the statements of a register, the newest first, with what became of each."""
    held = asked_of(register, anchor, trust, doors.now()).register.held
    rows = sorted(held.every(), key=lambda one: (one.issued, one.number), reverse=True)
    if as_json:
        answer_json(rows)
        return 0
    answer(
        table(
            ("number", "issued", "language", "words", "since"),
            [
                (
                    one.number,
                    f"{one.issued:%Y-%m-%d %H:%M}Z",
                    one.language,
                    shown(one.text[:60]),
                    ", ".join(f"{CHANGED[each.relation]} by {each.number}" for each in one.later)
                    or "stands",
                )
                for one in rows
            ],
        )
        if rows
        else "The register has no public statement."
    )
    return 0


def show(
    number: Annotated[str, Parameter(help="Number of the statement.")],
    /,
    *,
    issuer: Annotated[str, Parameter(help="Its issuer, where several have the number.")] = "",
    register: Register,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Show a statement as it stands in a register: each version, and what changed it since."""
    from legation.safeguards.statements.statement import time_text

    held = asked_of(register, anchor, trust, doors.now()).register.held
    found = [one for one in held.every() if one.number == number and issuer in ("", one.issuer)]
    if not found:
        raise NotFoundError(
            f"the register has no public statement {number!r:.70}",
            hint="legation statement list names all",
        )
    if as_json:
        answer_json(found)
        return 0
    for one in found:
        answer(f"{shown(one.issuer)}, {one.number}, {one.language}, {time_text(one.issued)}")
        for later in one.later:
            answer(f"  {CHANGED[later.relation]} by {later.number}: {shown(later.reason)}")
        answer(f"\n{one.text}\n")
    return 0


def trust_given(register: Path | None, anchor: str, file: Path | None) -> "Trust":
    """Return what the reader trusts: from an anchor, a trust file, or the publisher's own folder.

    Raises:
        UsageError: Nothing says it, or two say different things.
    """
    from legation.app.statements.trust import Trust, read_trust
    from legation.crypto.directory.roots import Anchor

    given = Anchor.parse(anchor) if anchor else None
    kept = None
    if file is not None and file.exists():
        kept = read_trust(file)
    elif file is not None and given is None:
        raise UsageError(
            f"there is no trust file {file}",
            hint="give --anchor with the fingerprint that the issuer printed, and it is made",
        )
    elif given is None and register is not None and (register / "private" / "trust").exists():
        kept = read_trust(register / "private" / "trust")
        tell("Trusted is what the folder says of itself: that is for its publisher alone.")
    if kept is None:
        if given is None:
            raise UsageError(
                "nobody says which root keys are trusted",
                hint="give --anchor with the fingerprint that the issuer printed",
            )
        return Trust(anchor=str(given))
    if given is not None and given != Anchor.parse(kept.anchor):
        raise UsageError(
            f"--anchor and {file} name different root keys",
            hint="find out which is the issuer's before you trust either",
        )
    return kept


def unlocking(doors: "Doors", file: Path | None) -> "Unlock":
    """Return what opens key files: nothing where they need nothing, else a passphrase.

    A file gives the same one to every key; without it each key is asked for by its name.
    """
    from legation.crypto.holder_files import needs_passphrase
    from legation.crypto.locked_files import UNPROTECTED, Protection

    def unlock(path: Path) -> Protection:
        if not needs_passphrase(path):
            return UNPROTECTED
        return doors.opening(file, f"Passphrase of {path.name}: ")

    return unlock


def asked_of(register: Path, anchor: str, file: Path | None, now: "datetime") -> "Asked":
    """Open a register, remember what was seen of it, and tell what in it does not count."""
    from legation.app.statements.asking import ask
    from legation.app.statements.trust import write_trust

    asked = ask(register, trust_given(register, anchor, file), now)
    if file is not None:
        write_trust(file, asked.trust)
    for fault in asked.register.faults:
        tell(f"Entry {fault.index} of the register does not count: {fault.reason}")
    return asked


def _say(verdict: "Verdict", fail_on: FailOn | None, *, as_json: bool) -> int:
    from legation.safeguards.statements.verdict import serialised

    if as_json:
        sys.stdout.write(serialised(verdict).decode())
    else:
        say_verdict(verdict)
    place = _WORDS.index(verdict.verdict)
    return 1 if fail_on is not None and place >= _WORDS.index(fail_on) else 0


def _is_name(what: str) -> bool:
    """Tell whether somebody meant a file: one word that ends as names of files do."""
    head, dot, end = what.rpartition(".")
    as_ends = bool(dot and head) and end.isascii() and end.isalpha() and len(end) <= _LONGEST_END
    return what == "." or (as_ends and len(what.split()) == 1)


def _file_in(path: Path) -> bytes:
    """Return the statement's file that a file is or holds, and say where it was taken out."""
    from legation.app.statements.asking import read_bounded
    from legation.app.statements.handed import MAX_SOURCE, handed_in

    handed = handed_in(read_bounded(path, MAX_SOURCE))
    if not handed.data:
        raise BadInputError(
            "it holds no statement file",
            place=str(path),
            hint="look its text up: legation statement lookup FILE",
        )
    _tell_alone(handed)
    return handed.data


def _handed(what: str) -> "Handed":
    """Return what was handed in: a text, a file's content, or standard input."""
    from legation.app.statements.asking import MOST_PASTED, read_bounded
    from legation.app.statements.handed import MAX_SOURCE, handed_in, text_handed_in

    if what == "-":
        handed = handed_in(sys.stdin.buffer.read(MAX_SOURCE + 1))
    elif _is_file(what):
        handed = handed_in(read_bounded(Path(what), MAX_SOURCE))
    elif _is_name(what):
        raise NotFoundError(
            f"there is no file {what}", hint="check its name; give a text of one word by -"
        )
    else:
        return text_handed_in(what)
    if len(handed.text) > MOST_PASTED:
        raise BadInputError(
            f"it has more than {MOST_PASTED:,} characters", place=what, hint="give one text"
        )
    return handed


def _is_file(what: str) -> bool:
    """Tell whether a file, or what is no folder either, has that name."""
    if len(what.encode("utf-8", "surrogateescape")) >= 250 or "\n" in what:  # noqa: PLR2004 -- a name
        return False
    return Path(what).exists() and not Path(what).is_dir()


def _tell_alone(handed: "Handed") -> None:
    from legation.app.statements.handed import ALONE

    if handed.alone:
        tell(ALONE[handed.alone])
