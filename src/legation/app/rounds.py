"""What the desk does by the clock, once a minute, beside the jobs that people ask for."""

from typing import TYPE_CHECKING

from legation.app.heads import sign_daily
from legation.app.retention import end_terms
from legation.app.statements.releasing import release_in_time

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.store.opening import Store


def go_round(home: "Home", store: "Store", protection: "Protection | None") -> None:
    """End terms that are over, sign the day's head of the trail, release what was embargoed.

    Args:
        home: The home.
        store: Its open store.
        protection: What opens the home's keys; None when nobody gave it.
    """
    end_terms(home, store)
    sign_daily(home, store, protection)
    release_in_time(home, store)
