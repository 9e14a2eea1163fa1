"""What the house tells by itself: which event becomes a notice, for whom, and what wakes somebody.

Each is written in the transaction of what it tells of, so that a kill neither loses nor
doubles it. Another room tells something of its own by `store.notices.add`, and wakes the duty
by `wake`; a kind is put into `SAID`, with the sentence that a reader sees.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from legation.app.lineage import line
from legation.threats.disinformation.findings import Campaign, Grade

if TYPE_CHECKING:
    from legation.settings import Settings
    from legation.store.calls import Call, Urgency
    from legation.store.opening import Store

# What a reader sees. The words of the matter are never among them.
SAID: Final[Mapping[str, str]] = {
    "campaign.new": "A new campaign was found.",
    "campaign.back": "A campaign that was no longer found is found again.",
    "campaign.rose": "The confidence in a campaign rose.",
    "job.done": "A job of yours is done.",
    "job.failed": "A job of yours failed.",
    "job.cancelled": "A job of yours was cancelled.",
    "decision.asked": "A request waits for a second person: you.",
    "decision.ended": "A request of yours was decided.",
    "case.attribution": "An attribution in a case waits for a second person.",
    "case.decision": "A decision in a case waits for a signature.",
    "import.undone": "An import was taken back.",
    "statement.waiting": "A draft of a statement waits for approval.",
    "statement.approved": "A draft of yours was approved.",
    "statement.sent-back": "A draft of yours was sent back.",
    "statement.refused": "A draft of yours was refused.",
    "statement.late": "An embargo has ended, and its statement is not public yet.",
    "statement.was-late": "A statement became public later than its embargo said.",
    "copy.found": "A statement was posted with other words.",
    "copy.official": "An official account posted a statement with other words.",
    "duty.nobody": "A call reached nobody.",
    "duty.handover": "A shift is handed over to you.",
}
WATCHERS: Final = ("analyst", "security officer", "contact point")
KEEPERS: Final = ("analyst", "security officer")
# Who may agree to an attribution, or sign a decision.
SECONDS: Final = ("security officer", "policy", "legal")
ALARMED: Final = ("security officer",)
_GRADES: Final[tuple[Grade, ...]] = ("low", "moderate", "high")


def tell_campaigns(
    store: "Store",
    found: Iterable[tuple[Campaign, str]],
    before: Mapping[str, Grade],
    run_id: str,
    settings: "Settings | None",
    *,
    gone: Collection[str] = (),
) -> None:
    """Tell of new campaigns, of those found again and of those whose grade rose.

    Args:
        store: The store, in the transaction that keeps them.
        found: Each campaign of a run, and the id of its object.
        before: Grade of each campaign of the run before, by the id that its line began with.
        run_id: The run.
        settings: Which grade wakes the duty; None: none does.
        gone: Where those lines began that earlier runs found, and the run before did not.
    """
    for campaign, object_id in found:
        began = line(campaign)
        old = before.get(began)
        kind, key = "campaign.new", f"campaign.new {object_id}"
        if began in gone:
            kind, key = "campaign.back", f"campaign.back {object_id} {run_id}"
        if old is not None:
            if _GRADES.index(campaign.grade) <= _GRADES.index(old):
                continue
            kind, key = "campaign.rose", f"campaign.rose {object_id} {run_id}"
        facts = {"campaign": campaign.campaign_id, "grade": campaign.grade} | (
            {"before": old} if old else {}
        )
        new = store.notices.add(kind, to=WATCHERS, key=key, object_id=object_id, facts=facts)
        if new and settings is not None and _wakes(campaign.grade, settings):
            wake(store, settings, kind, key=key, object_id=object_id)


def wake(
    store: "Store",
    settings: "Settings",
    cause: str,
    *,
    key: str,
    object_id: str = "",
    urgency: "Urgency" = "urgent",
) -> "Call | None":
    """Raise a call for the duty, in the transaction that is open; None where nobody has duty.

    Args:
        store: The store.
        settings: Who leads.
        cause: What happened; it never leaves the desk.
        key: Names the event: the same wakes once.
        object_id: Of which object: nobody is woken for what they may not know.
        urgency: How urgent.
    """
    from legation.store.audit import Event

    if not (store.rota.is_kept() or settings.duty_lead):
        return None
    call, new = store.calls.raise_call(cause, key=key, object_id=object_id, urgency=urgency)
    if new:
        detail = {"cause": cause, "urgency": urgency}
        store.audit.append(
            Event(at=call.created, actor="duty", verb="duty.call", subject=call.ref, detail=detail)
        )
    return call


def tell_seconds(store: "Store", kind: str, case: str, entry: str, author: str) -> None:
    """Tell those who could be the second person, and not who wrote it, in the open transaction.

    Args:
        store: The store.
        kind: What waits: `case.attribution` or `case.decision`.
        case: Number of the case.
        entry: Id of the object of the entry.
        author: Who wrote it.
    """
    store.notices.add(
        kind, to=SECONDS, but=author, key=f"{kind} {entry}", object_id=entry, subject=case
    )


def tell_undone(store: "Store", import_id: str, seq: int) -> None:
    """Tell that an import was taken back; the number of the trail's entry tells two apart."""
    store.notices.add(
        "import.undone", to=KEEPERS, key=f"import.undone {import_id} {seq}", subject=import_id
    )


def _wakes(grade: Grade, settings: "Settings") -> bool:
    least = settings.wake_grade
    return least != "never" and _GRADES.index(grade) >= _GRADES.index(least)
