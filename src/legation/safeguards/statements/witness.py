"""A witness of registers: it cosigns that a log only grew, and tells when it did not.

It answers C2SP's `add-checkpoint` in the words of that protocol, whether a request came over a
line or on a stick. What it cosigns is on the disk first. Two histories of one log are refused and
kept as a file that anybody with the log's keys can check.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.keys import NoteKey, verified
from legation.crypto.log.notes import SignedNote
from legation.crypto.log.signers import NoteSigner, cosign_checkpoint
from legation.crypto.log.witnessing import (
    MayCosign,
    Reason,
    Refused,
    WitnessRequest,
    decide,
    parse_request,
)
from legation.errors import BadInputError, BusyError, LegationError, UsageError, VerificationError
from legation.safeguards.statements.witness_folder import Kept, Watching, WitnessFolder

LARGEST_REQUEST: Final = 1_100_000
PLAIN: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

_DONE, _BAD, _UNSIGNED, _UNKNOWN, _CONFLICT, _INCONSISTENT = 200, 400, 403, 404, 409, 422
_UNWELL = 503
_STATUS: Final = {
    Reason.UNKNOWN_LOG: _UNKNOWN,
    Reason.NOT_SIGNED: _UNSIGNED,
    Reason.NO_CHECKPOINT: _BAD,
    Reason.OTHER_OLD_SIZE: _CONFLICT,
    Reason.NOT_CONSISTENT: _INCONSISTENT,
    Reason.SPLIT_VIEW: _INCONSISTENT,
}


@final
class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An answer.

    Attributes:
        status: As of HTTP.
        kind: Its media type.
        body: What it says.
        evidence: Name of the file of evidence that was kept; empty for none.
    """

    status: int
    kind: str = PLAIN
    body: bytes = b""
    evidence: str = ""


@final
class StatementWitness:
    """A witness at its folder."""

    def __init__(
        self, folder: WitnessFolder, signers: Sequence[NoteSigner], now: Callable[[], datetime]
    ) -> None:
        """Read what it watches.

        Args:
            folder: Its folder.
            signers: Its keys, as of `witness_signers`.
            now: The clock.

        Raises:
            BadInputError: The configuration cannot be read.
            UsageError: The keys are under another name.
        """
        self.watching: Watching = folder.watching()
        self._folder, self._signers, self._now = folder, tuple(signers), now
        if {each.key.name for each in signers} != {self.watching.name}:
            raise UsageError(
                f"the keys are not those of {self.watching.name}",
                hint="a witness keeps its name: make another one for another name",
            )

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """Return its public keys."""
        return tuple(each.key for each in self._signers)

    def answer(self, body: bytes) -> Told:
        """Answer an `add-checkpoint` request.

        Args:
            body: Its bytes.

        Returns:
            The cosignatures, or the refusal.
        """
        try:
            request = parse_request(body)
        except BadInputError as bad:
            return _said(_BAD, str(bad))
        origin = request.checkpoint.text.partition("\n")[0]
        if origin not in self.watching.logs:
            return _said(_UNKNOWN, f"no log {origin!r:.60} is watched")
        try:
            with self._folder.deciding(origin) as kept:
                return self._decided(request, origin, kept)
        except (LegationError, OSError) as fault:
            # The disk is full, what was kept is damaged, the clock is wrong: nothing is cosigned.
            return _said(_UNWELL, f"this witness cannot decide: {fault}")

    def last(self, of: str) -> Told:
        """Answer which checkpoint of a log was cosigned last, with the log's and our signatures.

        Args:
            of: SHA-256 of the log's name, in hexadecimal.
        """
        content = self._folder.last(of)
        if content is None:
            return _said(_UNKNOWN, "nothing of such a log was cosigned")
        return Told(status=_DONE, body=content)

    def _decided(self, request: WitnessRequest, origin: str, kept: Kept) -> Told:
        last = kept.read()
        if last is not None:
            self._verify_kept(last)
        decision = decide(request, self.watching.logs, last)
        if isinstance(decision, Refused):
            return self._refused(decision, request, origin)
        return self._cosigned(decision, origin, kept)

    def _verify_kept(self, last: SignedNote) -> None:
        """Verify that we cosigned what is kept, and not after now.

        Raises:
            VerificationError: It was changed, or the clock was.
        """
        held = verified(last, self.keys)
        if {each.key for each in held} != set(self.keys):
            raise VerificationError(
                "what was cosigned last is damaged", hint="make a new witness with new keys"
            )
        if max(each.time or 0 for each in held) > int(self._now().timestamp()):
            raise BusyError("the clock was set back", hint="set the machine's clock")

    def _cosigned(self, may: MayCosign, origin: str, kept: Kept) -> Told:
        lines = cosign_checkpoint(may.checkpoint, self._signers, self._now())
        kept.replace(self._signed_once(may.note, origin).with_signatures(lines))
        return Told(status=_DONE, body="".join(f"{each}\n" for each in lines).encode())

    def _signed_once(self, note: SignedNote, origin: str) -> SignedNote:
        """Return a note that the log signed, with one signature of each of its keys."""
        by = {(each.name, each.key_id): each for each in note.signatures}
        lines = tuple(by[key.name, key.key_id] for key in self.watching.logs[origin])
        return SignedNote(text=note.text, signatures=lines)

    def _refused(self, refused: Refused, request: WitnessRequest, origin: str) -> Told:
        evidence = ""
        if refused.evidence is not None:
            shows = f"{refused.evidence.older.text}\n{refused.evidence.newer.text}"
            file = self._folder.keep_evidence(origin, refused.evidence.encode(), shows)
            evidence = file.name if file else ""
        elif refused.reason is Reason.NOT_CONSISTENT:
            # It may be a fault of who asks, or a history that only the log's files can show.
            shows = f"{request.old_size}\n{request.checkpoint.text}"
            note = self._signed_once(request.checkpoint, origin)
            asked = msgspec.structs.replace(request, checkpoint=note)
            self._folder.keep_evidence(origin, asked.encode(), shows, "request")
        status = _STATUS[refused.reason]
        if refused.reason is Reason.NO_CHECKPOINT:
            return _said(_empty_or_bad(request), refused.why)
        if refused.reason in (Reason.OTHER_OLD_SIZE, Reason.SPLIT_VIEW):
            if request.old_size > parse_checkpoint(request.checkpoint).head.size:
                return _said(_BAD, "the old size is larger than the new one", evidence)
            if request.old_size != refused.last_size:
                body = f"{refused.last_size}\n".encode()
                return Told(status=_CONFLICT, kind=SIZE, body=body, evidence=evidence)
        return _said(status, refused.why, evidence)


def _empty_or_bad(request: WitnessRequest) -> int:
    """Return the status for what is no checkpoint: C2SP has one of its own for an empty log."""
    lines = request.checkpoint.text.split("\n")
    return _INCONSISTENT if lines[1:2] == ["0"] else _BAD


def _said(status: int, why: str, evidence: str = "") -> Told:
    return Told(status=status, body=f"{why}\n".encode(), evidence=evidence)
