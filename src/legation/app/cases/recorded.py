"""A decision record as a file that holds by itself: what was decided, by whose hands, signed.

Years later somebody without this desk must see what was believed when, and that nothing of it was
changed. So the exact text is signed by both keys of the desk, and stands in the file as it was
signed. That a day of review has passed since takes nothing from a record: its gaps are told in it.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.kept import Exported
from legation.app.leaving import Left, leave, marking_to_leave
from legation.errors import BadInputError, VerificationError
from legation.formats.marked import named
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.deciding.gaps import decision_gaps
from legation.safeguards.cases.deciding.records import Record
from legation.safeguards.cases.gathering import record_in, stands_in
from legation.stix.canonical import canonical

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.crypto.signing import SigningIdentity

PURPOSE: Final = "legation/decision-record/v1"
EXPORT: Final = "decision.export"
_FORM: Final = "legation decision record 1"
_SAYS: Final = (
    "This desk held this decision with these signatures of its people. It does not say that the "
    "decision was right, or that what it rests on is true."
)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file proves, whoever handed it on.

    Attributes:
        record: The record, as it was signed.
        fingerprint: Of the desk that signed it.
    """

    record: dict[str, Any]
    fingerprint: str


def recorded(
    scope: "Scope", case: Case, entry: int, names: Mapping[str, str], by: "SigningIdentity"
) -> Exported:
    """Return a decision as a signed file, once the trail says that it leaves.

    Args:
        scope: Who takes it out.
        case: The case.
        entry: The entry that first stated the decision.
        names: What people are called, by id.
        by: The desk's keys.

    Raises:
        NotFoundError: That entry begins no decision.
        DeniedError: The policies do not let this reader take it out.
    """
    from legation.app.home import identity_of
    from legation.crypto.signing import sign

    record = record_in(case, entry)
    ids = ids_of(case, record)
    marking = marking_to_leave(scope, ids)
    desk = identity_of(scope.store)
    told = {
        "marking": marking.text,
        "form": _FORM,
        "says": _SAYS,
        "case": case.number,
        "desk": {"id": desk.id, "name": desk.name},
        "exported": scope.now().isoformat(),
        **told_of(case, record, names, scope),
    }
    text, public = canonical(told), by.public()
    content = msgspec.json.format(
        msgspec.json.encode(
            {
                "marking": marking.text,
                "form": _FORM,
                "record": text.decode(),
                "purpose": PURPOSE,
                "ed25519": b64encode(public.ed25519).decode(),
                "ml_dsa_65": b64encode(public.ml_dsa_65).decode(),
                "signature": b64encode(sign(text, PURPOSE, by)).decode(),
                "fingerprint": public.fingerprint(),
            }
        ),
        indent=2,
    )
    of = Left(page="decision", kind="json", contents=hashlib.sha256(content).hexdigest())
    leave(scope, ids, of, may="case.export", verb=EXPORT, subjects=(case.id,))
    name = named(f"decision-{case.number}-{entry}.json", marking.tag)
    return Exported(name=name, media_type="application/json", content=content)


def check_record(content: bytes, *, place: str, fingerprint: str = "") -> Checked:
    """Check such a file without any home.

    Args:
        content: The file.
        place: Its name, for errors.
        fingerprint: That of the desk, as it was told by another way; empty: not compared.

    Raises:
        BadInputError: It is no decision record.
        VerificationError: Something in it does not hold.
    """
    from legation.crypto.signing import PublicIdentity, verify

    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
        text = told["record"].encode()
        record = msgspec.json.decode(text, type=dict[str, Any])
        keys = PublicIdentity(
            ed25519=b64decode(told["ed25519"]), ml_dsa_65=b64decode(told["ml_dsa_65"])
        )
        signature, signed = b64decode(told["signature"]), record["decision"]["signed"].encode()
        digest, form, marking = record["decision"]["sha256"], record["form"], record["marking"]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as bad:
        raise BadInputError(
            "this is no decision record", place=place, hint="give the file as the desk wrote it"
        ) from bad
    verify(text, signature, PURPOSE, keys)
    found = keys.fingerprint()
    # What stands beside the signed text is there to be read: it must say the same.
    beside = {"form": form, "marking": marking, "fingerprint": found, "purpose": PURPOSE}
    for name, value in beside.items():
        if told.get(name) != value:
            raise VerificationError(
                f"{place}: {name} is not what was signed", hint="get the file again from the desk"
            )
    if hashlib.sha256(signed).hexdigest() != digest:
        raise VerificationError(
            f"{place}: the hash that its hands signed is not that of the decision",
            hint="get the file again from the desk",
        )
    if fingerprint and "".join(fingerprint.split()).lower() != "".join(found.split()):
        raise VerificationError(
            f"{place}: another desk has signed this", hint="compare the fingerprint with the desk"
        )
    return Checked(record=record, fingerprint=found)


def told_of(case: Case, record: Record, names: Mapping[str, str], scope: "Scope") -> dict[str, Any]:
    """Return all that a record says, its hands, its gaps and what it rests on, as JSON has it."""
    found = decision_gaps(record, stands_in(case, scope.now().date()))
    return {
        "decision": {
            "entry": record.entry,
            "stands": record.stands,
            "states": list(record.states),
            "author": names.get(record.author, record.author),
            "written": record.written.isoformat(),
            "body": msgspec.to_builtins(record.body),
            "signed": record.signed_bytes.decode(),
            "sha256": record.sha256,
        },
        "hands": [
            {
                "entry": hand.entry,
                "who": names.get(hand.who, hand.who),
                "id": hand.who,
                "role": hand.role,
                "at": hand.at.isoformat(),
                "counts": hand.counts,
                "words": hand.words,
            }
            for hand in record.hands
        ],
        "complete": record.is_complete and not found,
        "gaps": [{"place": gap.place, "says": gap.says, "about": gap.about} for gap in found],
        "rests_on": [
            {"entry": case.cited_as(one), "states": msgspec.to_builtins(one.body)}
            for one in case.holding
            if case.cited_as(one) in _cited(record)
        ],
    }


def _cited(record: Record) -> frozenset[int]:
    body = record.body
    return frozenset(filter(None, (*body.answers, body.attribution, body.rights_test)))


def ids_of(case: Case, record: Record) -> tuple[str, ...]:
    """Return the ids of all objects of which a record tells."""
    numbers = {*record.states, *_cited(record), *(hand.entry for hand in record.hands)}
    return (case.id, *(one.id for one in case.entries if one.number in numbers))
