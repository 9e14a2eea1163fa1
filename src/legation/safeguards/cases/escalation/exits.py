"""The ways out, beside every warning: moves that calm, and what each of them needs.

They are listed whether a pair warns or not, and in one order for every pair.
"""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from legation.safeguards.cases.bodies import Verified


class Exit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A move that calms.

    Attributes:
        needs: What must be there before it can be made.
        source: Where it is known from, and `verified` how far that was checked.
    """

    key: str
    title: str
    needs: tuple[str, ...]
    source: str
    verified: Verified


@cache
def exits() -> tuple[Exit, ...]:
    """Return the moves in the order in which they are tried.

    >>> exits()[0].title
    'Hotline call'
    """
    folder = files("legation.safeguards.cases.escalation")
    told = tomllib.loads(folder.joinpath("exits.toml").read_text("utf-8"))
    return msgspec.convert(told["exits"], tuple[Exit, ...])
