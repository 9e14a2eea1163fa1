"""Signing what was approved, and nothing else: begun in the store, ended in the log.

Before any key is opened the draft is marked as being signed, in the transaction that compares its
hash with the approved one; from then on nobody changes it. The mark is looked at once more while
the register is held, so whoever took the mark back meanwhile is not overtaken. A crash leaves the
mark: the next press ends what was begun, with the same statement, for the key of the order is the
draft's own.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, final

import msgspec

from legation.app.statements.drafts import Issued, Judged
from legation.app.statements.public_page import write_public_page
from legation.errors import ConflictError, DeniedError, LegationError
from legation.safeguards.statements.books import Books
from legation.safeguards.statements.drafting import Order
from legation.safeguards.statements.statement import read_statement

if TYPE_CHECKING:
    from legation.app.statements.desk import StatementDesk
    from legation.crypto.key_files import Passphrase
    from legation.safeguards.statements.publishing import Published
    from legation.store.statements import DraftRow


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that is being signed.

    Attributes:
        draft: Which.
        seq: The entry that says so.
        order: What is signed, under the draft's own key.
    """

    draft: int
    seq: int
    order: Order


@final
class Signing:
    """The signing of drafts, by one person.

    Args:
        desk: The drafts, as that person may know and change them.
    """

    def __init__(self, desk: "StatementDesk") -> None:
        """Read nothing yet."""
        self._desk = desk

    def begin(self, draft: int, *, seen: int) -> Begun:
        """Mark a draft as being signed, if it is approved as it stands; go on after a crash.

        Args:
            draft: Which draft.
            seen: Number of the last entry that was read.

        Raises:
            ConflictError: It is not approved as it stands, or something was done to it since.
            DeniedError: No second person has approved it.
        """
        row, told = self._desk.get(draft)
        self._desk.require(told, "approved", "signing")
        if row.seq != seen:
            raise ConflictError(
                "somebody did something to this draft since you opened it",
                hint="read what was done, then decide again",
            )
        wording = told.wording.draft
        approval = told.approval.body if told.approval is not None else None
        if (
            not isinstance(approval, Judged)
            or approval.sha256 != wording.sha256
            or (told.approval is not None and told.approval.actor in told.authors)
        ):
            raise DeniedError(
                "no second person has approved this wording", hint="have it approved first"
            )
        order = Order(draft=wording, key=row.key)
        done = Books(self._desk.shelf.private).done(order)
        if done is not None and done.draft != wording.sha256:
            raise ConflictError(
                f"this draft was issued with other words, as {done.number!r:.70}",
                hint="begin another draft; what was issued stands in the register",
            )
        if told.state == "approved":
            row = self._desk.add(row, told, "signing", Judged(sha256=approval.sha256), seen=seen)
        return Begun(draft=draft, seq=row.seq, order=order)

    def done(self, begun: Begun, passphrase: "Passphrase") -> "DraftRow":
        """Sign, publish and write it down; where that fails nothing is marked any more.

        It takes seconds, so it is done beside the loop, and whole: whoever closes the page
        meanwhile leaves nothing half done.

        Args:
            begun: From `begin`.
            passphrase: Of the issuer's key, given for this once.

        Raises:
            LegationError: As `sign`.
        """
        try:
            made = self.sign(begun, passphrase)
        except LegationError:
            with suppress(LegationError):  # what is signed already stays marked
                self.break_off(begun.draft)
            raise
        return self.ended(begun, made)

    def sign(self, begun: Begun, passphrase: "Passphrase") -> "Published":
        """Sign and publish; the same order is published once. Done beside the loop.

        Args:
            begun: From `begin`.
            passphrase: Of the issuer's key, given for this once.

        Raises:
            ConflictError: The mark was taken back meanwhile: nothing is signed.
            LegationError: As `House.publish`.
        """
        from legation.crypto.holder_files import needs_passphrase
        from legation.crypto.key_files import UNPROTECTED, Protection

        def unlock(path: Path) -> Protection:
            return passphrase if needs_passphrase(path) else UNPROTECTED

        shelf = self._desk.shelf
        house = shelf.house
        (made,) = house.publish([begun.order], unlock, before=lambda: self._require_begun(begun))
        # Until witnesses have seen it no reader opens the register, and the page is as it was.
        with suppress(LegationError):
            write_public_page(house.public, shelf.asked().register)
        return made

    def ended(self, begun: Begun, made: "Published") -> "DraftRow":
        """Write that a draft has become a statement."""
        row, told = self._desk.get(begun.draft)
        if told.issued is not None:
            return row
        said = read_statement(made.file.signed)
        now = self._desk.now()
        body = Issued(
            sha256=begun.order.draft.sha256,
            number=made.number,
            index=made.index,
            issued=said.issued,
            signed=hashlib.sha256(made.file.signed).hexdigest(),
            origin=self._desk.shelf.house.directory().policy.origin,
            embargo=said.embargo if said.embargo is not None and said.embargo > now else None,
        )
        return self._desk.add(row, told, "published", body, seen=row.seq, number=made.number)

    def break_off(self, draft: int) -> "DraftRow":
        """Take the mark back: an approved draft that nobody signs.

        Raises:
            ConflictError: It is signed already, or is not being signed.
            BusyError: Somebody writes the register just now.
        """
        row, told = self._desk.get(draft)
        self._desk.require(told, "signing")
        order = Order(draft=told.wording.draft, key=row.key)
        shelf = self._desk.shelf
        with shelf.house.public.locked():
            if Books(shelf.private).knows(order):
                raise ConflictError(
                    "this draft is signed already, and cannot be called back",
                    hint="sign and publish once more: the same statement is given",
                )
            body = Judged(sha256=order.draft.sha256)
            return self._desk.add(row, told, "not signed", body, seen=row.seq)

    def _require_begun(self, begun: Begun) -> None:
        """Refuse to sign what is not marked any more, while the register is held."""
        row, told = self._desk.get(begun.draft)
        if (told.state, row.seq) != ("signing", begun.seq) or (
            told.wording.draft.sha256 != begun.order.draft.sha256
        ):
            raise ConflictError(
                "the signing was broken off meanwhile, and nothing is signed",
                hint="read what was done, then decide again",
            )
