"""Appending from many threads at the price of few flushes: those who wait share one batch.

A disk flushes some hundred times a second, whatever is flushed. So the first thread that waits
for its entry writes for all that have come meanwhile (a group commit, as databases do it), and
each is told once its own entry is on the disk and published, or why it is not.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Final, final

from legation.crypto.log.keys import NoteKey
from legation.crypto.log.merkle import TreeHead
from legation.crypto.log.notes import SignatureLine, SignedNote
from legation.crypto.log.tiles import encode_bundle
from legation.crypto.log.writing import LARGEST_BATCH, Appended, LogWriter
from legation.errors import BusyError, LegationError

# What a leader waits for those whom it has just let go, in seconds: less than one flush takes.
_PAUSE: Final = 0.0005


@final
class GroupedWriter:
    """A log that many threads append to, one entry at a time."""

    def __init__(self, log: LogWriter, *, largest: int = LARGEST_BATCH) -> None:
        """Take over a log that is open for writing; nobody else appends to it from now on.

        Args:
            log: What `open_log` gave.
            largest: Most entries of one batch.
        """
        self._log = log
        self._largest = largest
        self._pen = threading.Lock()
        self._guard = threading.Lock()
        self._queue: deque[Pending] = deque()
        self._asking: deque[Pending] = deque()
        self._led = self._crowded = False

    @property
    def head(self) -> TreeHead:
        """Return size and root of what is published."""
        with self._pen:
            return self._log.head

    @property
    def checkpoint(self) -> SignedNote:
        """Return the signed checkpoint that is published."""
        with self._pen:
            return self._log.checkpoint

    def append(self, entry: bytes) -> Appended:
        """Append one entry, durably: when this returns, it is published and on the disk.

        Args:
            entry: 65,535 bytes at most.

        Returns:
            The entry's number, and a checkpoint of a log that has it.

        Raises:
            BadInputError: The entry is too long; those of others are not touched by it.
            UsageError: An earlier batch failed while it was published: open the log again.
            BusyError: The disk is full or failed, or the thread that wrote was stopped.
        """
        return self.submit(entry).wait()

    def submit(self, entry: bytes) -> "Pending":
        """Hand in an entry; nothing is promised of it before its `wait` returns.

        Raises:
            BadInputError: The entry is too long.
        """
        encode_bundle([entry])  # refuses alone what would refuse a batch
        pending = Pending(self, entry)
        with self._guard:
            self._queue.append(pending)
        return pending

    def add_cosignatures(self, lines: Sequence[SignatureLine], keys: Sequence[NoteKey]) -> None:
        """Publish the checkpoint with what witnesses have signed; see `LogWriter`."""
        with self._pen:
            self._log.add_cosignatures(lines, keys)

    def _settle(self, mine: "Pending") -> None:
        """Return once an entry is settled, by this thread or by another one."""
        with self._guard:
            if mine.done:
                return
            leads, self._led = not self._led, True
            if not leads:
                mine.call = threading.Lock()
                mine.call.acquire()
                self._asking.append(mine)
        if not leads:
            self._follow(mine)
        if not mine.done:
            self._lead(mine)

    def _follow(self, mine: "Pending") -> None:
        called = False
        try:
            called = mine.call is not None and mine.call.acquire()
        finally:
            if not called:
                # Its thread was stopped: nobody is to wait for it.
                with self._guard:
                    mine.call = None
                    if mine.leads:
                        self._hand_on()

    def _lead(self, mine: "Pending") -> None:
        try:
            while not mine.done:
                self._write()
        finally:
            with self._guard:
                self._hand_on()

    def _write(self) -> None:
        if self._crowded:
            time.sleep(_PAUSE)
        with self._guard:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._largest))]
        self._crowded = len(batch) > 1
        try:
            with self._pen:
                appended = self._log.append([each.entry for each in batch])
            for place, each in enumerate(batch):
                each.appended = Appended(
                    first=appended.first + place, checkpoint=appended.checkpoint
                )
        except LegationError as fault:
            for each in batch:
                each.fault = fault
        finally:
            with self._guard:
                for each in batch:
                    each.done = True
                    if each.call is not None and not each.leads:
                        each.call.release()

    def _hand_on(self) -> None:
        """Let the next who waits lead; without one, whoever waits first."""
        self._led = False
        while self._asking:
            after = self._asking.popleft()
            if not after.done and after.call is not None:
                self._led = after.leads = True
                after.call.release()
                return


@final
class Pending:
    """An entry that was handed in."""

    __slots__ = ("_writer", "appended", "call", "done", "entry", "fault", "leads")

    def __init__(self, writer: GroupedWriter, entry: bytes) -> None:
        """Begin; `GroupedWriter.submit` does."""
        self._writer = writer
        self.entry = entry
        self.call: threading.Lock | None = None
        self.leads = self.done = False
        self.fault: LegationError | None = None
        self.appended: Appended | None = None

    def wait(self) -> Appended:
        """Return once the entry is published and on the disk; see `GroupedWriter.append`."""
        self._writer._settle(self)  # noqa: SLF001 -- both are one thing
        if self.appended is not None:
            return self.appended
        if self.fault is not None:
            # Each thread raises an error of its own: one error has one traceback.
            raise type(self.fault)(*self.fault.args, hint=self.fault.hint) from self.fault
        raise BusyError(
            "the thread that wrote for all was stopped",
            hint="open the log again, and look whether the entry is there, before you repeat",
        )
