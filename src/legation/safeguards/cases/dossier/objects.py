"""A complete dossier as STIX: the subject, its statement of reasons, and a grouping of both.

STIX knows no listing, so the dossier is a grouping, and its statement a note about the subject
with each source as an external reference. Ids follow from the case and the dossier: a second
export is a new version of the same objects.
"""

from collections.abc import Iterable
from typing import Any, Final

from legation.safeguards.cases.dossier.beside import Beside, Exhibit
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps import require_complete
from legation.safeguards.cases.dossier.regimes import Regime
from legation.safeguards.cases.dossier.sheet import statement
from legation.stix.codec import mapping_of
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import Grouping, Identity, Note

_CLASSES: Final = {"person": "individual", "body": "organization"}
LABEL: Final = "sanctions-dossier"
PROPOSAL: Final = "Proposal of a listing; the authority decides"


def dossier_stix(
    dossier: Dossier,
    regime: Regime,
    beside: Beside,
    *,
    case: str,
    made: tuple[Timestamp, Timestamp],
    author: str,
    markings: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return the objects of a complete dossier as JSON values.

    Args:
        dossier: The dossier.
        regime: Its regime.
        beside: Its facts.
        case: Number of the case, part of every id.
        made: When the dossier was opened, and when this version was made.
        author: Id of the identity that states it.
        markings: Ids of the markings on each object.

    Raises:
        ConflictError: It has gaps; the hint lists them.
    """
    require_complete(dossier, regime, beside)
    created, modified = made
    shared: dict[str, Any] = {
        "spec_version": SPEC,
        "created_by_ref": author,
        "created": created,
        "modified": modified,
        "object_marking_refs": tuple(markings) or None,
    }
    subject = Identity(
        **shared,
        id=fact_id("identity", LABEL, case, dossier.key),
        name=dossier.names[0],
        description=_described(dossier, regime),
        identity_class=_CLASSES[dossier.kind],
    )
    reasons = Note(
        **shared,
        id=fact_id("note", LABEL, case, dossier.key),
        abstract=PROPOSAL,
        content=statement(dossier),
        object_refs=(subject.id,),
        external_references=_references(dossier, beside),
    )
    whole = Grouping(
        **shared,
        id=fact_id("grouping", LABEL, case, dossier.key),
        name=regime.name,
        description=PROPOSAL,
        context="unspecified",
        labels=(LABEL, regime.key),
        object_refs=(subject.id, reasons.id),
    )
    return [mapping_of(one) for one in (subject, reasons, whole)]


def _described(dossier: Dossier, regime: Regime) -> str:
    told = [
        f"{field.title}: {one.value}"
        for field in regime.fields_of(dossier.kind)
        for _, one in dossier.identified
        if one.field == field.key and one.value
    ]
    return "\n".join(told)


def _references(dossier: Dossier, beside: Beside) -> tuple[dict[str, Any], ...]:
    return tuple(
        _reference(number, beside.facts[number], dossier.judged[number].admissibility)
        for number in dossier.cited()
    )


def _reference(number: int, fact: Exhibit, admissibility: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source_name": fact.source,
        "external_id": f"entry {number}",
        "description": f"{fact.reliability}{fact.credibility}; {fact.verified}; {admissibility}",
    }
    if fact.url:
        told["url"] = fact.url
        # STIX asks for a hash of what stands at an address; one file is that, several are not.
        if len(fact.files) == 1:
            told["hashes"] = {"SHA-256": fact.files[0]}
    return told
