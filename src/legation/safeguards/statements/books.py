"""The publisher's books, which stay in its house: numbers, what is under way, what is embargoed.

An order that is begun has one file, replaced in one step: first with its number alone, then with
the signed statement too. While it stands the order is not done, and whoever opens the register
finishes it. Everything else in the books can be written again from it.
"""

import hashlib
from datetime import datetime
from typing import Final, TypeVar, final
from urllib.parse import quote, unquote

import msgspec

from legation.crypto.log.files import LogFiles
from legation.crypto.log.tiles import Bundle
from legation.errors import BadInputError, NotFoundError
from legation.safeguards.statements.drafting import Order

STATEMENTS: Final = "statements"
OPEN: Final = "open"
NUMBERS: Final = "numbers"
DONE: Final = "done"
EMBARGOED: Final = "embargoed"

_Record = TypeVar("_Record", bound=msgspec.Struct)


class Begun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order that is under way.

    Attributes:
        name: Hash of its key.
        draft: Hash of its draft.
        issuer: Who speaks.
        number: The number that is kept for it.
        issued: The time that it bears.
        salt: What its embargo asks for; empty without embargo.
        size: How many entries the log had when it was signed.
        place: Its place in the batch.
        file: The signed statement; empty before it is signed.
    """

    name: str
    draft: str
    issuer: str
    number: str
    issued: datetime
    salt: str = ""
    size: int = 0
    place: int = 0
    file: bytes = b""


class Done(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order that was carried out.

    Attributes:
        draft: Hash of its draft.
        issuer: Who speaks.
        number: Its number.
        index: Its place in the log.
    """

    draft: str
    issuer: str
    number: str
    index: int


def path_of(index: int) -> str:
    """Return where the statement at a place of the log lies.

    >>> path_of(1067)
    'statements/x001/067'
    """
    return Bundle(index).path.replace("tile/entries", STATEMENTS, 1)


@final
class Books:
    """The books of one register."""

    def __init__(self, files: LogFiles) -> None:
        """Stand for the books in a folder."""
        self._files = files

    def begun(self) -> list[Begun]:
        """Return the orders that are under way, in the order in which they were signed."""
        found = []
        for name in self._names(OPEN):
            if name.endswith(".part"):  # what a crash has left of one
                self._files.remove(f"{OPEN}/{name}")
            else:
                found.append(self._record(f"{OPEN}/{name}", Begun))
        return sorted(found, key=lambda one: (one.size, one.place, one.name))

    def begin(self, one: Begun) -> None:
        """Write that an order is under way; afterwards it is on the disk."""
        self._files.publish(f"{OPEN}/{one.name}", msgspec.json.encode(one))

    def done(self, order: Order) -> Done | None:
        """Return what an order was carried out as; None when it was not."""
        try:
            return self._record(f"{DONE}/{order.name}", Done)
        except NotFoundError:
            return None

    def knows(self, order: Order) -> bool:
        """Tell whether an order was carried out, or is under way with a number of its own."""
        if self.done(order) is not None:
            return True
        return order.name in self._names(OPEN)

    def count_done(self, but: set[str]) -> int:
        """Return how many orders were carried out, leaving out those of these names."""
        return len({*self._names(DONE)} - but)

    def finish(self, one: Begun, index: int, *, embargoed: bool) -> None:
        """Write that an order was carried out; `settle` makes it durable, `close` ends it."""
        done = msgspec.json.encode(
            Done(draft=one.draft, issuer=one.issuer, number=one.number, index=index)
        )
        self._files.put(_number(one.issuer, one.number), done)
        self._files.put(f"{DONE}/{one.name}", done)
        if embargoed:
            self._files.put(f"{EMBARGOED}/{index}", one.file)

    def settle(self) -> None:
        """Put what was finished on the disk."""
        self._files.settle()

    def close(self, one: Begun) -> None:
        """Take an order that is finished off the list."""
        self._files.remove(f"{OPEN}/{one.name}")

    def numbers(self, issuer: str) -> list[str]:
        """Return the numbers of an issuer that stand in the log."""
        return [unquote(name) for name in self._names(_number(issuer, ""))]

    def index_of(self, issuer: str, number: str) -> int:
        """Return the place in the log of an issuer's number.

        Raises:
            NotFoundError: The issuer has issued no such number.
        """
        try:
            return self._record(_number(issuer, number), Done).index
        except NotFoundError as gone:
            raise NotFoundError(
                f"the issuer has issued no statement {number!r:.70}",
                hint="legation statement list names all that are public",
            ) from gone

    def issued(self, issuer: str, number: str) -> bool:
        """Tell whether an issuer's number stands in the log."""
        try:
            self._files.read(_number(issuer, number))
        except NotFoundError:
            return False
        return True

    def embargoed(self) -> list[int]:
        """Return the places in the log whose statements are kept back."""
        return sorted(int(name) for name in self._names(EMBARGOED) if name.isdigit())

    def held_back(self, index: int) -> bytes:
        """Return a statement that is kept back.

        Raises:
            NotFoundError: None is at that place.
        """
        return self._files.read(f"{EMBARGOED}/{index}")

    def let_go(self, index: int) -> None:
        """Keep a statement back no longer, once it is published."""
        self._files.remove(f"{EMBARGOED}/{index}")

    def _names(self, place: str) -> list[str]:
        return [name.rpartition("/")[2] for name in self._files.listed(place.rstrip("/"))]

    def _record(self, path: str, kind: type[_Record]) -> _Record:
        try:
            return msgspec.json.decode(self._files.read(path), type=kind)
        except msgspec.DecodeError as bad:
            raise BadInputError(
                f"the record is damaged: {bad}",
                place=path,
                hint="restore the publisher's books from their backup",
            ) from bad


def _number(issuer: str, number: str) -> str:
    # A digest parts the issuers; their names are too long for names of folders.
    digest = hashlib.sha256(issuer.encode()).hexdigest()[:32]
    return f"{NUMBERS}/{digest}/{quote(number, safe='')}"
