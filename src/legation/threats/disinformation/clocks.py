"""How finely the posts behind a campaign are timed, by the posts themselves.

A file's clock is that of its finest source. Where another source cuts its times to the minute,
all of its accounts' times are full minutes: then nothing about them is known any finer, whatever
the file's clock says, and who of two acted first within a minute cannot be told.
"""

from typing import Final

import numpy as np

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.packing import distinct, paired

# Six times on the full minute by chance: one in 47 billion, rare for a network of millions.
_LEAST: Final = 6
_STEPS: Final = (86_400, 3600, 60)


def clock_of(batches: Batches, rows: Numbers, stated: int) -> int:
    """Return the coarsest clock of the accounts that some co-actions tie, in seconds.

    Args:
        batches: What was searched.
        rows: The co-actions.
        stated: The clock that is known of their source.
    """
    co = batches.co_actions
    who = np.concatenate([co.account_a[rows], co.account_b[rows]])
    when = np.concatenate([co.time_a[rows], co.time_b[rows]])
    if not len(who):
        return stated
    base = int(when.min()) // _STEPS[0] * _STEPS[0]
    below = int(when.max()) - base + 1
    both = distinct(paired(who, when - base, below=below))
    account, time = both // below, both % below
    times = np.bincount(account)
    for step in _STEPS:
        if step <= stated:
            break
        aligned = np.bincount(account[time % step == 0], minlength=len(times))
        if ((times >= _LEAST) & (aligned == times)).any():
            return step
    return stated
