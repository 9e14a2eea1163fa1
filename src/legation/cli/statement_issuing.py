"""`legation statement publish`, `retract`: a text becomes a statement of the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, Lent, PassphraseFile
from legation.cli.statement_keys import Module, PinFile, Token, access_of
from legation.cli.statements import unlocking
from legation.cli.words import answer, answer_json, tell
from legation.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from legation.app.statements.house import House, Unlock
    from legation.app.statements.speaking import Speaker
    from legation.cli.doors import Doors
    from legation.safeguards.statements.drafting import Draft
    from legation.safeguards.statements.statement import Attachment, Change, Relation

Folder = Annotated[Path, Parameter("--register", help="The publisher's folder.")]
Texts = Annotated[
    list[str] | None,
    Parameter("--text", help="A language and a file, as en=statement.txt; may be repeated."),
]
Office = Annotated[str, Parameter("--office", help="Which office speaks.")]
Issuer = Annotated[
    str, Parameter("--issuer", help="Who speaks. [default: the only issuer of the directory]")
]
Number = Annotated[str, Parameter("--number", help="Its number. [default: the next of the year]")]
Key = Annotated[
    str,
    Parameter("--key", help="A word for this draft: the same word is the same statement."),
]
IssuerKey = Annotated[
    Path | None,
    Parameter("--issuer-key", help="The issuer's key file. [default: issuer.key of the folder]"),
]
Output = Annotated[Path | None, Parameter("--output", help="Write the .statement here.")]


def publish(
    *,
    register: Folder,
    text: Texts = None,
    office: Office,
    issuer: Issuer = "",
    number: Number = "",
    embargo: Annotated[
        str, Parameter(help="Not public before this time: 2026-05-03T10:00:00Z.")
    ] = "",
    attach: Annotated[
        list[Path] | None, Parameter(help="A file that belongs to it; may be repeated.")
    ] = None,
    corrects: Annotated[str, Parameter(help="Number of the statement that it corrects.")] = "",
    supersedes: Annotated[str, Parameter(help="Number of the statement that it replaces.")] = "",
    reason: Annotated[str, Parameter(help="Why it changes that one, in one line.")] = "",
    key: Key = "",
    issuer_key: IssuerKey = None,
    module: Module = None,
    token: Token = "",
    pin_file: PinFile = None,
    output: Output = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Sign a statement and publish it: it gets the next number and stands in the log for good.

    The same draft is published once, however often this is run; --key issues it again.
    """
    from legation.app.statements.house import House

    changes = _changes(corrects=corrects, supersedes=supersedes, reason=reason)
    house = House(register, doors.now)
    draft = _draft(issuer_of(house, issuer), office, _texts(text or ()), number, changes)
    draft = _with(draft, embargo, attach or ())
    if draft.embargo is not None and draft.embargo <= doors.now():
        raise BadInputError(
            "this time has passed", place="--embargo", hint="leave it out, or give a later one"
        )
    hand = _Hand(
        unlock=unlocking(doors, passphrase_file),
        speaker=_speaker(doors, issuer_key, module, token, pin_file),
        key=key,
    )
    return _issue(house, draft, hand, output, as_json=as_json)


def retract(
    number_of: Annotated[str, Parameter(help="Number of the statement that is withdrawn.")],
    /,
    *,
    register: Folder,
    reason: Annotated[str, Parameter(help="Why, in one line; readers see it.")],
    office: Office,
    text: Texts = None,
    issuer: Issuer = "",
    number: Number = "",
    key: Key = "",
    issuer_key: IssuerKey = None,
    module: Module = None,
    token: Token = "",
    pin_file: PinFile = None,
    output: Output = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Withdraw a statement by a new one; the old one stays in the log, and is told as withdrawn."""
    from legation.app.statements.house import House
    from legation.safeguards.statements.statement import Change

    house = House(register, doors.now)
    change = Change(relation="retracts", number=number_of, reason=reason)
    texts = _texts(text or ()) or [("en", f"Statement {number_of} is withdrawn. {reason}")]
    draft = _draft(issuer_of(house, issuer), office, texts, number, (change,))
    hand = _Hand(
        unlock=unlocking(doors, passphrase_file),
        speaker=_speaker(doors, issuer_key, module, token, pin_file),
        key=key,
    )
    return _issue(house, draft, hand, output, as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """Who issues: what opens keys, where the issuer's is, and the word that makes it once."""

    unlock: "Unlock"
    speaker: "Speaker"
    key: str


def _speaker(
    doors: "Doors", key: Path | None, module: Path | None, token: str, pin_file: Path | None
) -> "Speaker":
    from legation.app.statements.speaking import Speaker

    return Speaker(key=key, access=access_of(doors, module, token, pin_file))


def _issue(
    house: "House", draft: "Draft", hand: _Hand, output: Path | None, *, as_json: bool
) -> int:
    from legation.app.outputs import put, require_place
    from legation.safeguards.statements.drafting import Order
    from legation.safeguards.statements.statement import read_statement, time_text
    from legation.safeguards.statements.statement_file import write_file

    if output is not None:
        require_place(output)
    before = house.size()
    order = Order(draft=draft, key=hand.key or f"draft {draft.sha256}")
    (made,) = house.publish([order], hand.unlock, hand.speaker)
    if output is not None:
        put(output, write_file(made.file))
        if not house.is_witnessed():
            tell("Readers ask for witnesses: after register cosign, write the file anew by export.")
    said = read_statement(made.file.signed)
    if as_json:
        answer_json(
            {
                "issuer": made.issuer,
                "number": made.number,
                "index": made.index,
                "issued": time_text(said.issued),
                "embargo": time_text(said.embargo) if said.embargo else "",
                "path": made.path,
            }
        )
    else:
        answer(f"{made.number}  entry {made.index}  {made.path}")
    if made.index < before:
        tell("This draft was published before; give --key WORD to issue it again.")
    elif said.embargo is not None:
        tell(f"Its text is kept back; from {time_text(said.embargo)} run: register release")
    return 0


def issuer_of(house: "House", given: str) -> str:
    """Return who speaks: as given, or the only issuer of the key directory.

    Raises:
        UsageError: There are several.
    """
    names = list(dict.fromkeys(row.name for row in house.directory().issuers))
    if not given and len(names) > 1:
        raise UsageError("several issuers may speak", hint=f"give --issuer: {', '.join(names)}")
    return given or names[0]


def _draft(
    issuer: str,
    office: str,
    texts: Sequence[tuple[str, str]],
    number: str,
    changes: Sequence["Change"],
) -> "Draft":
    from legation.safeguards.statements.drafting import Draft, drafted

    if not texts:
        raise UsageError("a statement has a text", hint="give --text en=FILE")
    return Draft(
        issuer=issuer,
        office=office,
        versions=drafted(texts),
        number=number,
        changes=tuple(changes),
    )


def _with(draft: "Draft", embargo: str, attach: Sequence[Path]) -> "Draft":
    import msgspec

    return msgspec.structs.replace(
        draft,
        embargo=_time(embargo) if embargo else None,
        attachments=tuple(_attachment(path) for path in attach),
    )


def _attachment(path: Path) -> "Attachment":
    from legation.crypto.regular_files import opened_regular
    from legation.safeguards.statements.drafting import attached

    with opened_regular(path, hint="check --attach") as file:
        return attached(path.name, file)


def _changes(*, corrects: str, supersedes: str, reason: str) -> list["Change"]:
    from legation.safeguards.statements.statement import Change

    named: list[tuple[Relation, str]] = [("corrects", corrects), ("supersedes", supersedes)]
    found = [(relation, number) for relation, number in named if number]
    if bool(found) != bool(reason):
        raise UsageError(
            "a change and its reason belong together",
            hint="give --corrects or --supersedes NUMBER, and --reason",
        )
    return [Change(relation=relation, number=number, reason=reason) for relation, number in found]


def _texts(given: Sequence[str]) -> list[tuple[str, str]]:
    from legation.app.statements.asking import read_bounded
    from legation.safeguards.statements.limits import MAX_TEXT

    found = []
    for one in given:
        language, parted, name = one.partition("=")
        if not parted or not name:
            raise UsageError(
                f"{one!r:.60} is no language and file", hint="write it as --text en=FILE"
            )
        data = read_bounded(Path(name), 2 * MAX_TEXT)
        try:
            found.append((language, data.decode()))
        except UnicodeDecodeError as bad:
            raise UsageError(f"{name} is no text in UTF-8", hint="save it as UTF-8") from bad
    return found


def _time(text: str) -> datetime:
    from legation.crypto.directory.text import parse_time

    return parse_time(text, place="--embargo")
