"""What a hint of the parts below says to somebody before a browser, who has no shell.

The parts below speak to whoever stands at the machine: "run: legation job list". On a page the
same is a page of the desk; and what only the machine can do is said to be done there.
"""

from typing import Final

_RUN: Final = "run: legation "
_PAGES: Final = {
    "campaign list": "open the list of campaigns, under Watch",
    "job list": "open the page Jobs",
    "import list": "open the list of imports, under Watch",
    "admin list": "open the page People, or ask who may",
    "order list": "open the page Orders, under Settings",
}
_SEEN: Final = {
    "see partner list": "open the list of partners, under Sharing",
    "see legation partner list": "open the list of partners, under Sharing",
    "see partner show": "open the partner, under Sharing",
    "see legation partner policy": "open the partner, and read its policy",
    "see legation partner policy, or state another level with --tlp": (
        "open the partner and read its policy, or state another level"
    ),
    "see share collections": "open the partner, and read what it reaches",
    "see share quarantine list": "open the list of quarantine, under Sharing",
    "see legation share ledger": "open the list of what was sent, under Sharing",
    "see share preview": "look at what would leave for the partner",
    "see legation share received": "open the list of what came, under Sharing",
}


def on_a_page(hint: str) -> str:
    """Return a hint as a page gives it.

    >>> on_a_page("run: legation job list")
    'open the page Jobs'
    >>> on_a_page("run: legation doctor")
    'ask whoever keeps the machine of this desk: run: legation doctor'
    """
    if not hint.startswith(_RUN):
        return _SEEN.get(hint, hint)
    known = _PAGES.get(hint.removeprefix(_RUN))
    return known or f"ask whoever keeps the machine of this desk: {hint}"


SAID: Final = (
    *_PAGES.values(),
    *dict.fromkeys(_SEEN.values()),
    "ask whoever keeps the machine of this desk: %(told1)s",
)
