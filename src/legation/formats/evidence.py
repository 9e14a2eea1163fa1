"""Captured evidence as STIX objects, for the register and for partners.

Observed-data says that the desk held a file and when; `file` is that file by its hash; `url` is
where it comes from, names masked. Words that were read are a note, and a translation is
language-content on that note, as the standard has it. The bytes of the file are never in a bundle.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from legation.stix.extensions import carry
from legation.stix.ids import fact_id, observable_id
from legation.stix.labels import Label, labelled
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import (
    File,
    Identity,
    LanguageContent,
    Note,
    ObservedData,
    Relationship,
    Url,
)


def capture_id(identity: Identity, sealed_sha256: str, captured: datetime, of: str) -> str:
    """Return the id of a capture: who sealed which file, when, and for what."""
    made = Timestamp.of(captured).text
    return fact_id("observed-data", identity.id, sealed_sha256, made, of)


def capture_objects(
    facts: Mapping[str, Any],
    *,
    evidence_id: str,
    captured: datetime,
    seen: datetime | None,
    media_type: str,
    identity: Identity,
    label: Label,
) -> tuple[StixObject, ...]:
    """Return a capture, its file and its address.

    Args:
        facts: What the `capture` extension carries.
        evidence_id: From `capture_id`.
        captured: When.
        seen: When a person says that they saw it.
        media_type: Of the file.
        identity: Who keeps it.
        label: Who may know.
    """
    made = Timestamp.of(captured)
    things: list[StixObject] = [_file(facts, media_type)]
    source = str(facts.get("source", ""))
    if source.startswith(("http://", "https://")):
        address = observable_id("url", {"value": source})
        things.append(Url(spec_version=SPEC, id=address, value=source))
    observed = ObservedData(
        spec_version=SPEC,
        id=evidence_id,
        created_by_ref=identity.id,
        created=made,
        modified=made,
        first_observed=Timestamp.of(min(seen or captured, captured)),
        last_observed=made,
        number_observed=1,
        object_refs=tuple(thing.id for thing in things),
        extensions=carry("capture", {name: part for name, part in facts.items() if part != ""}),
    )
    return tuple(labelled(thing, label) for thing in (observed, *things))


def belonging(evidence_id: str, campaign: str, captured: datetime, of: Identity) -> StixObject:
    """Return that a capture was made for a campaign, by the id under which that one leaves."""
    return Relationship(
        **_stated(of, captured, ""),
        id=fact_id("relationship", evidence_id, "related-to", campaign),
        relationship_type="related-to",
        source_ref=evidence_id,
        target_ref=campaign,
    )


def text_objects(
    evidence_id: str,
    text: Mapping[str, Any],
    translations: Sequence[Mapping[str, Any]],
    *,
    identity: Identity,
    label: Label,
) -> tuple[StixObject, ...]:
    """Return the words of a capture and their translations; nothing when there are no words.

    Args:
        evidence_id: Of the capture.
        text: `text`, `lang`, `tool`, `sha256` and `created` of what was read.
        translations: The same of each, with `author`, `machine` and `number`.
        identity: Who states them.
        label: Who may know.
    """
    if not text["text"].strip():
        return ()
    note_id = fact_id("note", identity.id, evidence_id, text["sha256"])
    note = Note(
        **_stated(identity, text["created"], text["lang"]),
        id=note_id,
        abstract=f"Words of the file, read by {text['tool']}; names of accounts are masked",
        content=text["text"],
        object_refs=(evidence_id,),
    )
    others = [
        LanguageContent(
            **_stated(identity, one["created"], ""),
            id=fact_id("language-content", identity.id, evidence_id, one["number"], one["sha256"]),
            object_ref=note_id,
            contents={one["lang"]: {"content": one["text"]}},
            extensions=carry("translation", _translator(one)),
        )
        for one in translations
    ]
    return tuple(labelled(thing, label) for thing in (note, *others))


def _file(facts: Mapping[str, Any], media_type: str) -> File:
    hashes = {"SHA-256": str(facts["sha256"])}
    return File(
        spec_version=SPEC,
        id=observable_id("file", {"hashes": hashes}),
        hashes=hashes,
        size=int(facts["size"]),
        mime_type=media_type,
    )


def _stated(identity: Identity, created: datetime, lang: str) -> dict[str, Any]:
    made = Timestamp.of(created)
    return {
        "spec_version": SPEC,
        "created_by_ref": identity.id,
        "created": made,
        "modified": made,
        "lang": lang if lang not in ("", "und") else None,
    }


def _translator(one: Mapping[str, Any]) -> dict[str, Any]:
    carried = {"author": one["author"], "version": one["number"], "sha256": one["sha256"]}
    return carried | ({"machine": one["machine"]} if one["machine"] else {})
