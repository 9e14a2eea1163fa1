"""A complete dossier as FollowTheMoney entities: the subject, the proposed listing, its documents.

The status says that it is a proposal: a graph of listings must not show as listed who was only
proposed. An incomplete dossier is not written.
"""

from collections.abc import Iterator
from typing import Final

from legation.formats.follow_the_money import Entity, entity, entity_id
from legation.knowledge.states import states
from legation.safeguards.cases.bodies import Number
from legation.safeguards.cases.dossier.beside import Beside, Exhibit
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps import require_complete
from legation.safeguards.cases.dossier.regimes import SCHEMA, Regime
from legation.safeguards.cases.dossier.sheet import statement

PROPOSED: Final = "Proposed"
EVIDENCE: Final = "evidence"
LINKED: Final = "linked-persons"


def dossier_entities(
    dossier: Dossier, regime: Regime, beside: Beside, *, case: str
) -> tuple[Entity, ...]:
    """Return the entities of a complete dossier, the subject first.

    Args:
        dossier: The dossier.
        regime: Its regime.
        beside: Its facts.
        case: Number of the case, part of every id.

    Raises:
        ConflictError: It has gaps; the hint lists them.
        RecordError: A value is none that the format can carry.
    """
    require_complete(dossier, regime, beside)
    schema = SCHEMA[dossier.kind]
    subject = entity(schema, entity_id(schema, case, dossier.key), _told(dossier, regime))
    listing = entity(
        "Sanction",
        entity_id("Sanction", case, dossier.key),
        {
            "entity": [subject.id],
            "authority": [regime.authority],
            "program": [regime.name],
            "programId": [regime.key],
            "provisions": [row.title for row in regime.ground if row.key in _grounds(dossier)],
            "status": [PROPOSED],
            "reason": [statement(dossier)],
            "recordId": [case],
        },
    )
    return (
        subject,
        listing,
        *_linked(dossier, case, subject.id),
        *_documents(dossier, beside, case, subject.id),
    )


def _told(dossier: Dossier, regime: Regime) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for field in regime.fields_of(dossier.kind):
        for _, one in dossier.identified:
            if one.field != field.key or not one.value or not field.property:
                continue
            # A code that an exercise invents is none of the model's: it is kept as a note.
            if field.kind == "state" and one.value not in states():
                told.setdefault("notes", []).append(f"{field.title}: {one.value}")
            else:
                told.setdefault(field.property, []).append(one.value)
    return told


def _grounds(dossier: Dossier) -> set[str]:
    return {one.ground for _, one in dossier.grounds}


def _linked(dossier: Dossier, case: str, subject: str) -> Iterator[Entity]:
    """Yield whoever is linked to a body: of the kind of the link nothing is said."""
    for _, one in dossier.identified:
        if one.field == LINKED and one.value:
            person = entity_id("Person", case, dossier.key, one.value)
            yield entity("Person", person, {"name": [one.value]})
            link = entity_id("UnknownLink", case, dossier.key, one.value)
            yield entity("UnknownLink", link, {"subject": [subject], "object": [person]})


def _documents(dossier: Dossier, beside: Beside, case: str, subject: str) -> Iterator[Entity]:
    for number in dossier.cited():
        fact = beside.facts[number]
        document = entity_id("Document", case, str(number))
        yield entity("Document", document, _document(number, fact))
        yield entity(
            "Documentation",
            entity_id("Documentation", case, dossier.key, str(number)),
            {
                "document": [document],
                "entity": [subject],
                "role": [EVIDENCE],
                "recordId": [f"{case}/{number}"],
                "summary": [fact.says],
                "status": [dossier.judged[number].admissibility],
            },
        )


def _document(number: Number, fact: Exhibit) -> dict[str, list[str]]:
    return {
        "fileName": [f"entry-{number}"],
        "title": [fact.source],
        "sourceUrl": [fact.url],
        "date": [fact.on],
        "notes": [
            f"Admiralty {fact.reliability}{fact.credibility}; {fact.verified}",
            *(f"SHA-256 {digest}" for digest in fact.files),
        ],
    }
