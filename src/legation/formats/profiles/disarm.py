"""Techniques by their framework's own name.

The DISARM Foundation publishes its techniques in STIX under the source and the kill chain
"mitre-attack", and DISINFOX copies that. The numbers of DISARM and of ATT&CK for industrial
systems look alike, so a technique is one of DISARM only where its number stands in an
address of DISARM's. What is read so is written under DISARM's name; its id stays.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from legation.formats.profiles.losses import Report
from legation.stix.objects import Json

Framework = Literal["disarm", "attack"]

SOURCE: Final = "DISARM"
KILL_CHAIN: Final = "disarm"
_NUMBER: Final = re.compile(r"TA?\d{2,4}(?:\.\d{3})?", re.ASCII)
_WRONG: Final = "mitre-"
_ATTACK: Final = "mitre-attack"
_WHY: Final = "it is a technique of DISARM, by its number and its address"


def technique_of(value: Json) -> tuple[Framework, str] | None:
    """Return the framework and the number of a technique, or None.

    >>> technique_of({"type": "attack-pattern", "external_references": [
    ...     {"source_name": "mitre-attack", "external_id": "T1566"}]})
    ('attack', 'T1566')
    """
    if value.get("type") != "attack-pattern":
        return None
    attack = None
    for reference in _references(value):
        number = reference.get("external_id")
        if not isinstance(number, str):
            continue
        if _is_disarm(reference):
            return "disarm", number
        if reference.get("source_name") == _ATTACK and _NUMBER.fullmatch(number):
            attack = attack or number
    return None if attack is None else ("attack", attack)


def named_disarm(value: Json, report: Report) -> Json:
    """Return an object with DISARM's references and phases under DISARM's name."""
    references = _references(value)
    ours = [reference for reference in references if _is_disarm(reference)]
    if not ours:
        return value
    renamed, named = dict(value), value["id"]
    renamed["external_references"] = [
        _renamed(part, "source_name", SOURCE, report, (named, f"/external_references/{number}"))
        if isinstance(part, Mapping) and _is_disarm(part)
        else part
        for number, part in enumerate(value["external_references"])
    ]
    phases = value.get("kill_chain_phases")
    if isinstance(phases, list) and not any(map(_is_attack, references)):
        renamed["kill_chain_phases"] = [
            _renamed(
                part, "kill_chain_name", KILL_CHAIN, report, (named, f"/kill_chain_phases/{no}")
            )
            if isinstance(part, Mapping) and part.get("kill_chain_name") == _ATTACK
            else part
            for no, part in enumerate(phases)
        ]
    return renamed


def _references(value: Json) -> list[Json]:
    found = value.get("external_references")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _is_disarm(reference: Json) -> bool:
    number, url = reference.get("external_id"), reference.get("url")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return False
    if reference.get("source_name") == SOURCE:
        return True
    if not isinstance(url, str) or not str(reference.get("source_name")).startswith(_WRONG):
        return False
    last = url.rstrip("/").rpartition("/")[2].removesuffix(".md")
    return last == number and "disarm" in url.lower()


def _is_attack(reference: Json) -> bool:
    return reference.get("source_name") == _ATTACK and not _is_disarm(reference)


def _renamed(part: Json, name: str, wanted: str, report: Report, place: tuple[str, str]) -> Json:
    if part[name] == wanted:
        return part
    object_id, at = place
    report.add(object_id, f"{at}/{name}", "changed", _WHY)
    return {**part, name: wanted}
