"""One file on its way into `post`: its table, how it was read, what was counted."""

import msgspec

from legation.store.reading.mapping import Mapping
from legation.store.reading.probe import Probe


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file.

    Attributes:
        number: Place among the files.
        table: Its rows, good and bad, in the connection.
        bad_table: Rows that DuckDB could not split into cells.
        shown: The file's name to the reader; `probe` may be of its unfolded form.
        mapping: What the file has of the mapping.
        light: Select of ids, time and text, with raw cells, for finding the bad rows again.
        full: Select of all that was wanted.
        rows: All records, good and bad.
        good: Records without a fault.
        skipped: Records that are not posts.
        unsplit: Rows in `bad_table`.
        distinct: Distinct post ids among the good.
        clock_s: Resolution of its clock.
        rejected: Rows listed as rejected.
    """

    number: int
    table: str
    bad_table: str
    shown: str
    probe: Probe
    mapping: Mapping
    light: str
    full: str
    rows: int = 0
    good: int = 0
    skipped: int = 0
    unsplit: int = 0
    distinct: int = 0
    clock_s: int = 1
    rejected: int = 0
