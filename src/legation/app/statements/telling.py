"""Who is told of what was done to a draft: those who may approve it, and those who wrote it.

Each notice is written in the transaction of what it tells of, and bears the number of the draft
alone; whoever may not know the draft has no such notice.
"""

from typing import TYPE_CHECKING, Final

from legation.app.statements.drafts import Told

if TYPE_CHECKING:
    from legation.store.opening import Store
    from legation.store.statements import DraftRow

APPROVE: Final = ("security officer", "policy", "legal")
"""Roles that approve, as the policies that come with the desk have it."""
PRESS: Final = ("press",)
_TOLD_TO_AUTHORS: Final = {
    "approved": "statement.approved",
    "sent back": "statement.sent-back",
    "refused": "statement.refused",
}
_ROUNDS: Final = ("approved", "sent back")


def tell_draft(store: "Store", row: "DraftRow", before: Told | None, after: Told) -> None:
    """Tell of what was done to a draft last, in the transaction that is open.

    Args:
        store: The store.
        row: How the draft stands.
        before: What was done to it until then; None where it was begun.
        after: The same with the last thing.
    """
    deed = after.deeds[-1]
    subject, waited = str(row.draft), _waiting_key(row, before)
    if before is not None and before.state == "waiting" and after.state != "waiting":
        store.notices.settle(waited, [one.person_id for one in store.people.every()])
    if after.state == "waiting" and (before is None or before.state != "waiting"):
        store.notices.add(
            "statement.waiting",
            to=APPROVE,
            but=after.authors,
            key=_waiting_key(row, after),
            subject=subject,
        )
    kind = _TOLD_TO_AUTHORS.get(deed.kind)
    others = [one for one in after.authors if one != deed.actor]
    if kind is not None and others:
        store.notices.add(kind, to=others, key=f"{kind} {row.key} {deed.seq}", subject=subject)


def tell_late(store: "Store", row: "DraftRow", *, public: bool) -> bool:
    """Tell press officers that a text was not let out at its hour, in the open transaction.

    Args:
        store: The store.
        row: The draft.
        public: Whether it is public by now.

    Returns:
        Whether they were not told before.
    """
    kind = "statement.was-late" if public else "statement.late"
    return store.notices.add(kind, to=PRESS, key=f"{kind} {row.key}", subject=str(row.draft))


def _waiting_key(row: "DraftRow", told: Told | None) -> str:
    """Name one wait for approval: a draft waits anew after each judgement."""
    rounds = sum(one.kind in _ROUNDS for one in told.deeds) if told else 0
    return f"statement.waiting {row.key} {rounds}"
