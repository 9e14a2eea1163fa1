"""From a draft to a statement that anybody can check: two persons, one hash, keys typed at the end.

Whoever wrote a wording does not approve it. What is approved is the hash of the whole draft, and
what is signed is that draft and no other. The passphrase of the keys is given at the moment of
signing; it is neither kept nor told to the trail.
"""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.statements.drafts import (
    OPEN,
    Body,
    Issued,
    Judged,
    Posted,
    Told,
    Wording,
    read,
    told,
)
from legation.app.statements.public_page import write_public_page
from legation.app.statements.shelf import Shelf
from legation.errors import BadInputError, ConflictError, DeniedError, LegationError, UsageError
from legation.safeguards.statements.drafting import Draft, Order, next_number, statement_of
from legation.safeguards.statements.statement import HASH_DIGITS, read_statement, write_statement
from legation.stix.labels import widens
from legation.store.statements import DraftRow, StatementEntry

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.key_files import Passphrase
    from legation.safeguards.statements.publishing import Published
    from legation.store.statements import Statements

MOST_WORDS: Final = 2_000
MOST_POSTED: Final = 100_000
_LONGEST_ADDRESS: Final = 2_000
_DID: Final = {
    "drafted": "statement.draft",
    "changed": "statement.change",
    "approved": "statement.approve",
    "sent back": "statement.send-back",
    "refused": "statement.refuse",
    "withdrawn": "statement.withdraw",
    "published": "statement.publish",
    "posted": "statement.posted",
}


@final
class StatementDesk:
    """The drafts, as one person may know and change them.

    Args:
        scope: Who acts, before which store.
        shelf: The register of the home.
    """

    def __init__(self, scope: "Scope", shelf: Shelf) -> None:
        """Read nothing yet."""
        self._scope, self._shelf = scope, shelf

    @property
    def known(self) -> "Statements":
        """The drafts that this person may know."""
        return self._scope.store.statements.as_read_by(self._scope.reader.clearance)

    def get(self, draft: int) -> tuple[DraftRow, Told]:
        """Return a draft: how it stands, and all that was done to it.

        Raises:
            NotFoundError: For this person there is no such draft.
        """
        row = self.known.get(draft)
        return row, self._told(draft)

    def begin(self, wording: Wording) -> DraftRow:
        """Begin a draft.

        Raises:
            BadInputError: It breaks a rule of the format; the place says where.
            NotFoundError: There is no such object to answer.
            DeniedError: Its label is for fewer people than the one who writes it.
        """
        self._require_fit(wording)
        store = self._scope.store
        with store.transaction():
            deed = self._entry(0, "drafted", wording)
            row = store.statements.begin(deed, told([read(deed)]).standing)
            self.known.get(row.draft)
            self._note("drafted", row.draft, sha256=wording.draft.sha256)
        return row

    def change(self, draft: int, wording: Wording, *, seen: int) -> DraftRow:
        """Change the wording of a draft; an approval of what stood there before counts no more.

        Raises:
            ConflictError: It became a statement, was ended, or was changed since.
            BadInputError: As `begin`; others likewise.
        """
        row, before = self.get(draft)
        self._require(before, *OPEN)
        if wording == msgspec.structs.replace(before.wording, answers=row.answers):
            return row
        if not row.answers and not wording.answers:
            # Whoever may not know what is answered does not take the answer away from it.
            wording = msgspec.structs.replace(wording, answers=before.wording.answers)
        if widens(wording.label, before.wording.label, self._scope.ladder):
            raise DeniedError(
                "a wider label tells more people of this draft",
                hint="keep its label, or begin another draft for more people",
            )
        self._require_fit(wording, before=before.wording)
        return self._add(row, before, "changed", wording, seen=seen)

    def approve(self, draft: int, *, sha256: str, words: str, seen: int) -> DraftRow:
        """Approve exactly one wording.

        Args:
            draft: Which draft.
            sha256: Hash of the wording that was read.
            words: For the trail of the draft.
            seen: Number of the last entry that was read.

        Raises:
            DeniedError: Whoever has written at a draft does not approve it.
            ConflictError: Its wording is another one by now, or it does not wait.
        """
        row, before = self.get(draft)
        self._require(before, "waiting")
        if self._actor in before.authors:
            raise DeniedError(
                "whoever has written at a draft does not approve it",
                hint="let another person read and approve it",
            )
        if sha256 != before.wording.draft.sha256:
            raise ConflictError("this wording was changed", hint="read it as it stands now")
        return self._judge(row, before, "approved", words, seen)

    def send_back(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """Ask for another wording, and say why."""
        row, before = self.get(draft)
        self._require(before, "waiting", "approved")
        if not words.strip():
            raise UsageError("it is not said what is to be changed", hint="say it in a sentence")
        return self._judge(row, before, "sent back", words, seen)

    def refuse(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """End a draft: this is not said."""
        row, before = self.get(draft)
        self._require(before, *OPEN)
        return self._judge(row, before, "refused", words, seen)

    def withdraw(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """End a draft by the hand of one of its authors.

        Raises:
            DeniedError: They have not written at it.
        """
        row, before = self.get(draft)
        self._require(before, *OPEN)
        if self._actor not in before.authors:
            raise DeniedError(
                "only who has written at a draft withdraws it", hint="refuse it, if you may"
            )
        return self._judge(row, before, "withdrawn", words, seen)

    def order(self, draft: int, *, seen: int) -> Order:
        """Return what is to be signed: the wording that was approved, under the draft's own key.

        Raises:
            ConflictError: It is not approved as it stands, or something was done to it since.
        """
        row, before = self.get(draft)
        self._require(before, "approved")
        if row.seq != seen:
            raise ConflictError(
                "somebody did something to this draft since you opened it",
                hint="read what was done, then decide again",
            )
        if before.approval is None or before.approval.actor in before.authors:
            raise DeniedError(
                "no second person has approved this wording", hint="have it approved first"
            )
        return Order(draft=before.wording.draft, key=f"draft {draft}")

    def sign(self, order: Order, passphrase: "Passphrase") -> "Published":
        """Sign and publish what was approved; the same order is published once.

        It reads and writes no store, so it can be done beside the loop that answers everybody.

        Args:
            order: From `order`.
            passphrase: Of the issuer's key, given for this once.

        Raises:
            LegationError: As `House.publish`.
        """
        from legation.crypto.holder_files import needs_passphrase
        from legation.crypto.key_files import UNPROTECTED, Protection

        def unlock(path: Path) -> Protection:
            return passphrase if needs_passphrase(path) else UNPROTECTED

        house = self._shelf.house
        (made,) = house.publish([order], unlock)
        # Until witnesses have seen it no reader opens the register, and the page is as it was.
        with suppress(LegationError):
            write_public_page(house.public, self._shelf.asked().register)
        return made

    def published(self, draft: int, made: "Published", sha256: str) -> DraftRow:
        """Write that a draft has become a statement."""
        row, before = self.get(draft)
        if before.issued is not None:
            return row
        said = read_statement(made.file.signed)
        kept_back = said.embargo is not None and said.embargo > self._scope.now()
        body = Issued(
            sha256=sha256,
            number=made.number,
            index=made.index,
            issued=said.issued,
            signed=_sha256(made.file.signed),
            origin=self._shelf.house.directory().policy.origin,
            embargo=said.embargo if kept_back else None,
        )
        return self._add(row, before, "published", body, seen=row.seq, number=made.number)

    def posted(self, draft: int, address: str, at: datetime, text: str, *, seen: int) -> DraftRow:
        """Write where a statement stood, and what the register says of the text that stood there.

        Raises:
            UsageError: There is no address, no text, or the time is yet to come.
            ConflictError: It is not public.
        """
        row, before = self.get(draft)
        self._require(before, "published")
        if not address.strip() or len(address) > _LONGEST_ADDRESS or "\n" in address:
            raise UsageError("no address is given", hint="write where it was posted")
        if not text.strip() or len(text) > MOST_POSTED:
            raise UsageError("the text that stood there is missing", hint="paste it")
        if at > self._scope.now():
            raise UsageError("this time has not come yet", hint="write when it was seen")
        verdict = self._shelf.asked().on_text(text)
        body = Posted(address=address.strip(), seen=at, text=text, verdict=verdict)
        return self._add(row, before, "posted", body, seen=seen)

    def preview(self, draft: Draft) -> str:
        """Return the bytes that would be signed now, as text; number, key and time come then."""
        # Any number but those of the statements that it changes.
        year = self._scope.now().year
        number = draft.number or next_number((one.number for one in draft.changes), year)
        now = self._scope.now().astimezone(UTC).replace(microsecond=0)
        return write_statement(statement_of(draft, number, "0" * HASH_DIGITS, now)).decode()

    @property
    def _actor(self) -> str:
        return self._scope.reader.actor

    def _told(self, draft: int) -> Told:
        return told(map(read, self._scope.store.statements.entries(draft)))

    def _require(self, before: Told, *states: str) -> None:
        if before.state not in states:
            raise ConflictError("this draft does not stand so any more", hint="load its page again")

    def _require_fit(self, wording: Wording, before: Wording | None = None) -> None:
        """Refuse a wording that could not be issued, or that its author may not know."""
        draft = wording.draft
        if not draft.versions:
            raise BadInputError("there is no text", place="text", hint="write one")
        issuers = self._shelf.issuers()
        if draft.issuer not in issuers:
            raise BadInputError(
                f"the key directory lets no such issuer speak: {draft.issuer!r:.60}",
                place="issuer",
                hint=f"choose from: {', '.join(issuers)}",
            )
        if draft.embargo is not None and draft.embargo <= self._scope.now():
            raise BadInputError(
                "this time has passed", place="embargo", hint="leave it out, or give a later one"
            )
        self.preview(draft)
        self._require_earlier(draft)
        if wording.answers and (before is None or wording.answers != before.answers):
            known = self._scope.objects
            known.get(wording.answers)

    def _require_earlier(self, draft: Draft) -> None:
        """Refuse to change a statement that is not in the register."""
        if not draft.changes:
            return
        held = {(one.issuer, one.number) for one in self._shelf.asked().register.held.every()}
        for change in draft.changes:
            if (draft.issuer, change.number) not in held:
                raise BadInputError(
                    f"the issuer has issued no statement {change.number!r:.70}",
                    place=change.relation,
                    hint="give the number of a public statement of this issuer",
                )

    def _judge(self, row: DraftRow, before: Told, kind: str, words: str, seen: int) -> DraftRow:
        if len(words) > MOST_WORDS:
            raise UsageError("these are too many words", hint=f"write up to {MOST_WORDS} signs")
        body = Judged(sha256=before.wording.draft.sha256, words=words.strip())
        return self._add(row, before, kind, body, seen=seen, sha256=body.sha256)

    def _add(
        self, row: DraftRow, before: Told, kind: str, body: Body, *, seen: int, **detail: str
    ) -> DraftRow:
        store = self._scope.store
        with store.transaction():
            entry = self._entry(row.draft, kind, body)
            after = told([*before.deeds, read(entry)])
            added = store.statements.add(entry, after.standing, seen=seen)
            self.known.get(added.draft)  # whoever writes may know what they have written
            self._note(kind, row.draft, **detail)
        return added

    def _entry(self, draft: int, kind: str, body: Body) -> StatementEntry:
        return StatementEntry(
            draft=draft,
            kind=kind,
            actor=self._actor,
            at=self._scope.now(),
            body=msgspec.json.encode(body),
        )

    def _note(self, kind: str, draft: int, **detail: str) -> None:
        """Tell the trail what was done, by hashes and numbers; what is said stands in the draft."""
        self._scope.note(self._actor, _DID[kind], f"draft {draft}", **detail)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
