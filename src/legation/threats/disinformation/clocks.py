"""How finely the posts behind a campaign are timed, by the posts themselves.

A file's clock is that of its finest source. Where another source cuts its times to the minute,
all of its accounts' times are full minutes: then nothing about them is known any finer, whatever
the file's clock says, and who of two acted first within a minute cannot be told.
"""

from typing import Final

import numpy as np

from legation.threats.disinformation.batches import Batches, CoActions, Numbers
from legation.threats.disinformation.packing import distinct, paired

# Six times on the full minute by chance: one in 47 billion, rare for a network of millions.
_LEAST: Final = 6
_STEPS: Final = (60, 3600, 86_400)


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
    return max(stated, int(clocks(who, when, accounts=batches.accounts).max(initial=1)))


def clocks(account: Numbers, time: Numbers, *, accounts: int) -> Numbers:
    """Return the clock of each account in seconds; 1 where its times do not tell.

    Args:
        account: Who acted.
        time: When, in epoch seconds.
        accounts: Number of accounts.
    """
    found = np.ones(accounts, dtype=np.int64)
    if not len(account):
        return found
    base = int(time.min()) // _STEPS[-1] * _STEPS[-1]
    below = int(time.max()) - base + 1
    both = distinct(paired(account, time - base, below=below))
    who, when = both // below, both % below
    times = np.bincount(who, minlength=accounts)
    for step in _STEPS:
        aligned = np.bincount(who[when % step == 0], minlength=accounts)
        found[(times >= _LEAST) & (aligned == times)] = step
    return found


def ticks(found: CoActions, clock: Numbers) -> Numbers:
    """Return for each co-action by how many ticks the post of `a` came after that of `b`.

    The coarser clock of the two accounts counts: within one of its ticks there is no order.
    """
    step = np.maximum(clock[found.account_a], clock[found.account_b])
    behind: Numbers = found.time_a // step - found.time_b // step
    return behind
