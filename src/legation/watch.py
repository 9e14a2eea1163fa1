"""The watch: take in what comes into a folder, then look for campaigns in what is new.

It goes on until it is told to stop. A file that cannot be read is told of and passed
over, and so is a fault of the program: a watch that ends with one bad file watches
nothing. What it does is handed in by `app`, so it knows neither store nor detector.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from legation.sources.folder import Seen, new_files, refuse_link


@final
@dataclass(kw_only=True)
class Watch:
    """One watched folder, and what is done with what is found in it.

    Attributes:
        folder: Where exports are put; None: only the store is looked at.
        take: Takes in one file.
        look: Runs every detector over what is new, when anything is.
        refuse: Is told of a file that could not be taken in, and why.
        wait: Waits between two rounds.
    """

    folder: Path | None
    take: Callable[[Path], object]
    look: Callable[[], object]
    refuse: Callable[[Path, Exception], object]
    wait: Callable[[], object]
    _seen: dict[Path, Seen] = field(default_factory=dict)
    _done: dict[Path, Seen] = field(default_factory=dict)

    def once(self) -> None:
        """Take in what stands in the folder now, and look.

        A file must have stood still between two looks, so there is one wait.
        """
        if self.folder is not None:
            self._see(self.folder)
            self.wait()
        self.round()

    def forever(self) -> None:
        """Go round and round, until the process is told to stop."""
        while True:
            self.round()
            self.wait()

    def round(self) -> None:
        """Take in the files that stood still since the last round, and look."""
        if self.folder is not None:
            for file in self._see(self.folder):
                self._take(file)
        self.look()

    def _see(self, folder: Path) -> tuple[Path, ...]:
        found = new_files(folder, self._seen, self._done)
        self._seen = found.seen
        return found.ready

    def _take(self, file: Path) -> None:
        try:
            refuse_link(file)
            self.take(file)
        except Exception as refused:  # noqa: BLE001 - the watch goes on; it is told
            self.refuse(file, refused)
        self._done[file] = self._seen[file]
