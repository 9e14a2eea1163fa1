"""How the duty stands, for who checks a home."""

from typing import TYPE_CHECKING

from legation.app.duty import Duty
from legation.errors import UnreachableError

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.store.opening import Store


def verify_duty(home: "Home", store: "Store") -> str:
    """Say in a phrase how the duty stands.

    Raises:
        UnreachableError: A call reached nobody, nobody is on duty for a time of the next seven
            days, or nothing reaches somebody who is.
    """
    outlook = Duty(home, store, "doctor").outlook()
    lost = store.calls.count("nobody")
    if lost:
        raise UnreachableError(
            f"{lost} calls reached nobody", hint="run: legation duty show, and take them"
        )
    if not outlook.kept:
        return "no rota is kept: nobody is woken"
    if outlook.gaps:
        first = outlook.gaps[0]
        raise UnreachableError(
            f"times of the next 7 days in which nobody is on duty: {len(outlook.gaps)}, the first "
            f"from {first.starts:%Y-%m-%d %H:%M} to {first.ends:%Y-%m-%d %H:%M} UTC",
            hint="fill the rota: legation duty import FILE",
        )
    if outlook.faults:
        raise UnreachableError(
            "people or channels of the rota that cannot be reached: "
            f"{len(outlook.faults)}, the first: {outlook.faults[0]}",
            hint="run: legation duty channel NAME",
        )
    return "somebody is on duty throughout the next 7 days, and each has a channel"
