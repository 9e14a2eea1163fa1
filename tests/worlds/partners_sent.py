"""What two partners sent to a desk: objects of several types, answers, and what was put aside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.app.sharing.roster import Roster
from legation.app.sharing.taking import post
from legation.stix.tlp import Tlp
from legation.store.opening import Store

from .sharing_home import made

# A script, a link, and a mark that turns a line around.
HOSTILE: Final = "<script>document.title='owned'</script> \u202e https://evil.example/{0}"


def partners_send(
    store: Store,
    now: Callable[[], datetime],
    about: Sequence[str] = (),
    word: Callable[[str], str] = str,
) -> dict[str, str]:
    """Let two partners send; return ids for addresses.

    Args:
        store: The open store.
        now: The clock.
        about: Ids of objects of ours that they answer.
        word: Gives the words of a field from its name.
    """
    roster = Roster(store, now, "test")
    partners = {
        each: roster.add(word(name)) for each, name in (("Aldria", "first"), ("Bevora", "second"))
    }
    tool = made("tool", 61, Tlp.GREEN, name=word("tool"), description=HOSTILE.format(word("said")))
    note = made(
        "note",
        62,
        Tlp.AMBER,
        abstract=word("abstract"),
        content=HOSTILE.format(word("content")),
        object_refs=[tool["id"]],
        labels=[word("label")],
    )
    rest = [
        made("campaign", 63 + number, Tlp.GREEN, name=f"{word('campaign')} {number}", confidence=80)
        for number in range(4)
    ]
    answers = [
        answer
        for at, object_id in enumerate((tool["id"], *about))
        for answer in (
            made("opinion", 70 + at, Tlp.GREEN, opinion="agree", object_refs=[object_id],
                 explanation=word("explanation")),
            made("sighting", 70 + at, Tlp.GREEN, sighting_of_ref=object_id, count=3),
            made("course-of-action", 70 + at, Tlp.GREEN, name=word("action")),
            made("relationship", 70 + at, Tlp.GREEN, relationship_type="mitigates",
                 source_ref=f"course-of-action--{70 + at:08d}-0000-4000-8000-000000000000",
                 target_ref=object_id),
        )
    ]  # fmt: skip

    def send(name: str, *values: dict[str, Any] | bytes) -> None:
        raws = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in values]
        with store.transaction():
            post(store, partners[name], raws, "line", now())

    send("Aldria", tool, note, *rest, *answers)
    send("Aldria", tool | {"modified": "2026-01-02T00:00:00.000Z"})
    send("Bevora", rest[0], answers[0])
    odd = msgspec.json.encode({"type": "note", "id": word("odd")})
    send("Aldria", note | {"content": word("other")}, odd, HOSTILE.format(word("raw")).encode())
    aside = store.quarantine.find()
    conflict = next(one for one in aside if one.kind == "conflict")
    return {
        "sender_id": partners["Aldria"].partner_id,
        "sent_id": tool["id"],
        "held": str(conflict.seq),
        "held_invalid": str(next(one.seq for one in aside if one.kind == "invalid")),
    }
