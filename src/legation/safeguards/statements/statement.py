r"""A statement: what was said, by whom, when, in which languages, and the bytes that are signed.

The bytes are lines of `name value` in one order, an empty line, and the texts one after the other.
They are written once and kept; nobody writes them again to check them, so no two programs need to
agree on more than where a line ends. docs/reference/statements shows the format with vectors.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal, get_args

import msgspec

from legation.errors import BadInputError
from legation.safeguards.statements import limits
from legation.safeguards.statements.limits import check_line, check_name, check_text
from legation.text.wording import digest

PURPOSE: Final = "legation/statement/v1"
"""What the signatures of a statement are for (see `crypto.signing`)."""
MAGIC: Final = "legation statement 1"
HASH_DIGITS: Final = 64

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")  # exact in every program

Relation = Literal["corrects", "retracts", "supersedes"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement does to an earlier one of the same issuer.

    Attributes:
        relation: `corrects`, `retracts` or `supersedes`.
        number: The earlier statement's.
        reason: Why, in one line.
    """

    relation: Relation
    number: str
    reason: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to a statement and travels beside it.

    Attributes:
        name: A plain file name.
        size: Its bytes.
        sha256: Its hash, in hexadecimal.
    """

    name: str
    size: int
    sha256: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A statement's text in one language.

    Attributes:
        language: Tag of BCP 47, such as `fr` or `zh-Hant`.
        text: As it was issued, tidy.
    """

    language: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text as it stands in the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def wording(self) -> str:
        """The hash of its wording, by which a pasted copy is found."""
        return digest(self.text)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement says of itself. Only `verifying.verify` tells that it is true.

    Attributes:
        issuer: Who speaks, as it is registered with its keys.
        office: Which office of the issuer.
        number: The issuer's number; no other statement has it.
        key: Fingerprint of the keys that sign, 64 hexadecimal digits.
        issued: When, in UTC, whole seconds.
        embargo: Not to be published before; None when there is no embargo.
        salt: 64 hexadecimal digits drawn at random; empty without embargo. Without it, whoever
            guesses a text under embargo could tell by the log's hash that the guess is right.
        changes: What it does to earlier statements.
        attachments: Files that belong to it.
        versions: Its text in each language, the first one first.
    """

    issuer: str
    office: str
    number: str
    key: str
    issued: datetime
    versions: tuple[Version, ...]
    embargo: datetime | None = None
    salt: str = ""
    changes: tuple[Change, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def write_statement(statement: Statement) -> bytes:
    """Return the bytes to be signed.

    Raises:
        BadInputError: It breaks a rule of `limits`; the place is the part that does.
    """
    _check(statement)
    for name, said in (
        ("issuer", statement.issuer),
        ("office", statement.office),
        *((change.relation, change.reason) for change in statement.changes),
        *(("attachment", one.name) for one in statement.attachments),
        *((f"text {one.language}", one.text) for one in statement.versions),
    ):
        limits.check_written(said, name)
    header = "".join(f"{line}\n" for line in _lines(statement)).encode()
    texts = "".join(f"{one.text}\n" for one in statement.versions).encode()
    _check_size(header, texts)
    return header + b"\n" + texts


def read_statement(signed: bytes) -> Statement:
    """Return what the signed bytes say. It is a claim until the signatures hold.

    Raises:
        BadInputError: They are no statement; the place is the line.
    """
    header, gap, texts = signed.partition(b"\n\n")
    _check_size(header, texts)
    if not gap:
        raise _refusal("no empty line after the header", 1)
    try:
        lines = header.decode().split("\n")
    except UnicodeDecodeError as bad:
        raise _refusal("the header is not UTF-8", 1) from bad
    statement = _Reader(lines, texts).statement()
    _check(statement)
    return statement


def time_text(instant: datetime) -> str:
    """Return an instant as statements write it.

    >>> time_text(datetime(2026, 11, 25, 10, tzinfo=UTC))
    '2026-11-25T10:00:00Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


class _Reader:
    """Takes the lines of a header one by one."""

    def __init__(self, lines: Sequence[str], texts: bytes) -> None:
        self._lines, self._texts, self._at = lines, texts, 0

    def statement(self) -> Statement:
        if self._value("legation") != MAGIC.partition(" ")[2]:
            raise _refusal("this is no statement of version 1", 1)
        issuer, office, number, key = map(self._value, ("issuer", "office", "number", "key"))
        issued = self._time("issued")
        embargo, salt = self._kept_back()
        statement = Statement(
            issuer=issuer,
            office=office,
            number=number,
            key=key,
            issued=issued,
            embargo=embargo,
            salt=salt,
            changes=tuple(self._changes()),
            attachments=tuple(self._attachments()),
            versions=tuple(self._versions()),
        )
        if self._at != len(self._lines) or self._texts:
            raise _refusal("something stands where nothing is known to stand", self._at + 1)
        return statement

    def _next(self) -> str:
        return self._lines[self._at].partition(" ")[0] if self._at < len(self._lines) else ""

    def _value(self, name: str) -> str:
        if self._next() != name:
            raise _refusal(f"the line {name!r:.20} is missing", self._at + 1)
        self._at += 1
        return self._lines[self._at - 1].partition(" ")[2]

    def _parts(self, name: str, count: int) -> list[str]:
        parts = self._value(name).split(" ", count - 1)
        if len(parts) != count:
            raise _refusal(f"the line {name!r:.20} has not {count} values", self._at)
        return parts

    def _time(self, name: str) -> datetime:
        text = self._value(name)
        if not _TIME.fullmatch(text):
            raise _refusal(f"{text!r:.40} is no time in UTC", self._at)
        try:
            return datetime.fromisoformat(text)
        except ValueError as bad:
            raise _refusal(f"{text!r:.40} is not in the calendar", self._at) from bad

    def _kept_back(self) -> tuple[datetime | None, str]:
        if self._next() != "embargo":
            return None, ""
        return self._time("embargo"), self._value("salt")

    def _whole(self, digits: str) -> int:
        if not _WHOLE.fullmatch(digits):
            raise _refusal(f"{digits!r:.40} is no count of bytes", self._at)
        return int(digits)

    def _changes(self) -> list[Change]:
        found: list[Change] = []
        relations: dict[str, Relation] = {name: name for name in get_args(Relation)}
        while relation := relations.get(self._next()):
            number, reason = self._parts(relation, 2)
            found.append(Change(relation=relation, number=number, reason=reason))
        return found

    def _attachments(self) -> list[Attachment]:
        found = []
        while self._next() == "attachment":
            sha256, size, name = self._parts("attachment", 3)
            found.append(Attachment(name=name, size=self._whole(size), sha256=sha256))
        return found

    def _versions(self) -> list[Version]:
        found = []
        while self._next() == "text":
            language, sha256, wording, size = self._parts("text", 4)
            end = self._whole(size)
            raw, line_end = self._texts[:end], self._texts[end : end + 1]
            self._texts = self._texts[end + 1 :]
            if len(raw) != end or line_end != b"\n" or hashlib.sha256(raw).hexdigest() != sha256:
                raise _refusal(f"the text {language!r:.20} is not that of its hash", self._at)
            try:
                version = Version(language=language, text=raw.decode())
            except UnicodeDecodeError as bad:
                raise _refusal(f"the text {language!r:.20} is not UTF-8", self._at) from bad
            if len(raw) <= limits.MAX_TEXT and version.wording != wording:
                raise _refusal(f"the text {language!r:.20} has another wording", self._at)
            found.append(version)
        return found


def _lines(statement: Statement) -> list[str]:
    embargo = statement.embargo
    return [
        MAGIC,
        f"issuer {statement.issuer}",
        f"office {statement.office}",
        f"number {statement.number}",
        f"key {statement.key}",
        f"issued {time_text(statement.issued)}",
        *([f"embargo {time_text(embargo)}", f"salt {statement.salt}"] if embargo else []),
        *(f"{change.relation} {change.number} {change.reason}" for change in statement.changes),
        *(f"attachment {one.sha256} {one.size} {one.name}" for one in statement.attachments),
        *(
            f"text {one.language} {one.sha256} {one.wording} {len(one.text.encode())}"
            for one in statement.versions
        ),
    ]


def _check(statement: Statement) -> None:
    check_line(statement.issuer, "issuer")
    check_line(statement.office, "office")
    _check_form(limits.NUMBER.fullmatch(statement.number), statement.number, "number")
    _check_hash(statement.key, "key")
    for name, instant in (("issued", statement.issued), ("embargo", statement.embargo)):
        bad = instant is not None and (instant.tzinfo is None or instant.microsecond)
        _check_form(not bad, str(instant), name)
    if statement.embargo is None:
        _check_form(not statement.salt, statement.salt, "salt")
    else:
        _check_hash(statement.salt, "salt")
    _check_count(statement.changes, limits.MAX_CHANGES, "changes")
    for change in statement.changes:
        known = change.relation in get_args(Relation) and limits.NUMBER.fullmatch(change.number)
        _check_form(known and change.number != statement.number, change.number, change.relation)
        check_line(change.reason, change.relation)
    _check_once([change.number for change in statement.changes], "changes")
    _check_count(statement.attachments, limits.MAX_ATTACHMENTS, "attachment")
    for attachment in statement.attachments:
        check_name(attachment.name, "attachment")
        _check_hash(attachment.sha256, "attachment")
        _check_form(0 <= attachment.size < 10**15, str(attachment.size), "attachment")
    _check_once([one.name.casefold() for one in statement.attachments], "attachment")
    _check_count(statement.versions, limits.MAX_TEXTS, "text", least=1)
    for version in statement.versions:
        if not limits.LANGUAGE.fullmatch(version.language):
            raise BadInputError(
                f"{version.language!r:.60} is no tag of a language",
                place="text",
                hint="write it as BCP 47 has it: en, fr, zh-Hant, pt-BR",
            )
        check_text(version.text, f"text {version.language}")
    _check_once([one.language.casefold() for one in statement.versions], "text")


def _check_form(holds: object, value: str, place: str) -> None:
    if not holds:
        raise BadInputError(
            f"{value!r:.60} has not the form of its place",
            place=place,
            hint="see the format in docs/reference/statements",
        )


def _check_hash(value: str, place: str) -> None:
    plain = len(value) == HASH_DIGITS and not set(value) - set("0123456789abcdef")
    _check_form(plain, value, place)


def _check_count(values: Sequence[object], most: int, place: str, *, least: int = 0) -> None:
    _check_form(least <= len(values) <= most, f"a count of {len(values)}", place)


def _check_once(values: Sequence[str], place: str) -> None:
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise BadInputError(
            f"{twice[0]!r:.60} stands there twice", place=place, hint="name each once"
        )


def _check_size(header: bytes, texts: bytes) -> None:
    if len(header) > limits.MAX_HEADER or len(header) + len(texts) > limits.MAX_SIGNED:
        raise BadInputError(
            f"a statement has at most {limits.MAX_SIGNED} bytes, {limits.MAX_HEADER} before its"
            " texts",
            place="line 1",
            hint="put long parts into attachments",
        )


def _refusal(what: str, line: int) -> BadInputError:
    return BadInputError(
        what,
        place=f"line {line}",
        hint="get the file again as it was issued; mail and editors change line ends",
    )
