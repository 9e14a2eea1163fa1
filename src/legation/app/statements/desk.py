"""From a draft to a statement that anybody can check: two persons, one hash, keys typed at the end.

Whoever wrote a wording does not approve it. What is approved is the hash of the whole draft, and
what is signed is that draft and no other. The passphrase of the keys is given at the moment of
signing; it is neither kept nor told to the trail.
"""

from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.statements.drafts import (
    OPEN,
    Body,
    Judged,
    Posted,
    Told,
    Wording,
    read,
    told,
)
from legation.app.statements.shelf import Shelf
from legation.app.statements.signing import Signing
from legation.app.statements.telling import tell_draft
from legation.errors import (
    BadInputError,
    ConflictError,
    DeniedError,
    NotFoundError,
    UsageError,
)
from legation.safeguards.statements.drafting import Draft, next_number, statement_of
from legation.safeguards.statements.statement import HASH_DIGITS, write_statement
from legation.stix.labels import widens
from legation.store.statements import DraftRow, StatementEntry

if TYPE_CHECKING:
    from legation.app.scope import Scope
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
    "signing": "statement.sign-begin",
    "not signed": "statement.sign-break-off",
    "published": "statement.publish",
    "posted": "statement.posted",
}


class Stood(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody saw a statement.

    Attributes:
        address: Where.
        at: When.
        text: What stood there.
    """

    address: str
    at: datetime
    text: str


@final
class StatementDesk:
    """The drafts, as one person may know and change them.

    Args:
        scope: Who acts, before which store.
        shelf: The register of the home.

    Attributes:
        shelf: It.
    """

    def __init__(self, scope: "Scope", shelf: Shelf) -> None:
        """Read nothing yet."""
        self._scope, self.shelf = scope, shelf

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
            after = told([read(deed)])
            row = store.statements.begin(deed, after.standing, token_hex(16))
            tell_draft(store, row, None, after)
            self._require_known(row.draft)
            self._note("drafted", row.draft, sha256=wording.draft.sha256)
        return row

    def change(self, draft: int, wording: Wording, *, seen: int) -> DraftRow:
        """Change the wording of a draft; an approval of what stood there before counts no more.

        Raises:
            ConflictError: It became a statement, was ended, or was changed since.
            BadInputError: As `begin`; others likewise.
        """
        row, before = self.get(draft)
        self.require(before, *OPEN)
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
        return self.add(row, before, "changed", wording, seen=seen)

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
        self.require(before, "waiting")
        if self._actor in before.authors:
            raise DeniedError(
                "whoever has written at a draft does not approve it",
                hint="let another person read and approve it",
            )
        if sha256 != before.wording.draft.sha256:
            raise ConflictError("this wording was changed", hint="read it as it stands now")
        return self._judge(row, before, "approved", words, seen)

    def send_back(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """Ask for another wording, and say why; a signing that did not end is broken off.

        Raises:
            ConflictError: It is signed already, or something was done to it since.
        """
        row, before = self.get(draft)
        self.require(before, "waiting", "approved", "signing")
        if not words.strip():
            raise UsageError("it is not said what is to be changed", hint="say it in a sentence")
        if before.state == "signing" and row.seq == seen:
            seen = Signing(self).break_off(draft).seq
            row, before = self.get(draft)
        return self._judge(row, before, "sent back", words, seen)

    def refuse(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """End a draft: this is not said."""
        row, before = self.get(draft)
        self.require(before, *OPEN)
        return self._judge(row, before, "refused", words, seen)

    def withdraw(self, draft: int, *, words: str, seen: int) -> DraftRow:
        """End a draft by the hand of one of its authors.

        Raises:
            DeniedError: They have not written at it.
        """
        row, before = self.get(draft)
        self.require(before, *OPEN)
        if self._actor not in before.authors:
            raise DeniedError(
                "only who has written at a draft withdraws it", hint="refuse it, if you may"
            )
        return self._judge(row, before, "withdrawn", words, seen)

    def posted(self, draft: int, stood: Stood, *, seen: int) -> DraftRow:
        """Write where a statement stood, and what the register says of the text that stood there.

        To compare a long text takes a second: it is done beside the loop.

        Raises:
            UsageError: There is no address, no text, or the time is yet to come.
            ConflictError: It is not public.
        """
        row, before = self.get(draft)
        self.require(before, "published")
        address, text = stood.address.strip(), stood.text
        if not address or len(address) > _LONGEST_ADDRESS or "\n" in address:
            raise UsageError("no address is given", hint="write where it was posted")
        if not text.strip() or len(text) > MOST_POSTED:
            raise UsageError("the text that stood there is missing", hint="paste it")
        if stood.at > self._scope.now():
            raise UsageError("this time has not come yet", hint="write when it was seen")
        verdict = self.shelf.on_text(text)
        body = Posted(address=address, seen=stood.at, text=text, verdict=verdict)
        return self.add(row, before, "posted", body, seen=seen)

    def preview(self, draft: Draft) -> str:
        """Return the bytes that would be signed now, as text.

        Number, key and time come at the moment of signing, and so does the salt of an embargo.
        """
        # Any number but those of the statements that it changes.
        year = self._scope.now().year
        number = draft.number or next_number((one.number for one in draft.changes), year)
        now = self._scope.now().astimezone(UTC).replace(microsecond=0)
        later = "0" * HASH_DIGITS
        salt = later if draft.embargo is not None else ""
        return write_statement(statement_of(draft, number, later, now, salt)).decode()

    def now(self) -> datetime:
        """Return the time."""
        return self._scope.now()

    def add(
        self, row: DraftRow, before: Told, kind: str, body: Body, *, seen: int, **detail: str
    ) -> DraftRow:
        """Write what was done to a draft, with the trail.

        Args:
            row: How it stands.
            before: What was done to it.
            kind: What is done.
            body: What goes with it.
            seen: Number of the last entry that whoever does it knew.
            **detail: For the trail.

        Raises:
            ConflictError: Something else was done to it since.
            DeniedError: The one who writes may not know what they have written.
        """
        store = self._scope.store
        with store.transaction():
            entry = self._entry(row.draft, kind, body)
            after = told([*before.deeds, read(entry)])
            added = store.statements.add(entry, after.standing, seen=seen)
            tell_draft(store, added, before, after)
            self._require_known(added.draft)
            self._note(kind, row.draft, **detail)
        return added

    @property
    def _actor(self) -> str:
        return self._scope.reader.actor

    def _told(self, draft: int) -> Told:
        return told(map(read, self._scope.store.statements.entries(draft)))

    def require(self, told: Told, *states: str) -> None:
        """Refuse what a draft does not stand for.

        Raises:
            ConflictError: It is in none of these states.
        """
        if told.state not in states:
            raise ConflictError("this draft does not stand so any more", hint="load its page again")

    def _require_known(self, draft: int) -> None:
        """Refuse a label that takes a draft from the one who writes it; nothing is kept then."""
        try:
            self.known.get(draft)
        except NotFoundError as gone:
            raise DeniedError(
                "this label is above what you may know yourself",
                hint="take a lower one, or have somebody write it who may know it",
            ) from gone

    def _require_fit(self, wording: Wording, before: Wording | None = None) -> None:
        """Refuse a wording that could not be issued, or that its author may not know."""
        draft = wording.draft
        if not draft.versions:
            raise BadInputError("there is no text", place="text", hint="write one")
        issuers = self.shelf.issuers()
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
        held = {(one.issuer, one.number) for one in self.shelf.asked().register.held.every()}
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
        return self.add(row, before, kind, body, seen=seen, sha256=body.sha256)

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
