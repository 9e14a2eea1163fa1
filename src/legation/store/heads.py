"""The end of the audit trail, noted beside the database.

Who can write to the database can cut the trail off or empty it, and the rest is sound.
So each program that acts notes the end on closing, in a file of the home; a later check asks that
it is still in the trail. A note that no longer holds is left as it is: it is the proof.
Who may write to the home as well is found only by a head that was kept elsewhere.
"""

from pathlib import Path

from legation.errors import VerificationError
from legation.store.audit import Audit, AuditHead, read_head
from legation.store.durable import write_whole


class NotedHead:
    """The file with the trail's end."""

    def __init__(self, file: Path, audit: Audit) -> None:
        """Stand for the file; it may be absent."""
        self._file = file
        self._audit = audit

    def read(self) -> tuple[AuditHead, ...]:
        """Return the noted end; none before the first note."""
        if not self._file.exists():
            return ()
        return (read_head(self._file.read_bytes().decode("utf-8", "replace")),)

    def note(self) -> None:
        """Note the trail's end, unless what was noted before is no longer in the trail."""
        head = self._audit.head()
        if not head.seq:
            return
        for known in self.read():
            if known == head or not self._audit.has(known):
                return
        write_whole(self._file, f"{head.text()}\n".encode())

    def verify(self, *heads: AuditHead) -> int:
        """Check the trail against the note, and against further ends kept elsewhere.

        Returns:
            The number of entries.

        Raises:
            VerificationError: The trail does not hold, or misses what was noted; or there is no
                note though the trail has entries.
            BadInputError: The note is damaged.
        """
        noted = self.read()
        entries = self._audit.verify(*noted, *heads).entries
        if entries and not noted:
            raise VerificationError(
                f"the note of the trail's end, {self._file.name}, is gone: a trail that was cut "
                "off would look sound",
                hint="compare the trail with a head kept elsewhere (audit verify --head); "
                "the next command notes its end anew",
            )
        return entries
