"""Labels as they stand on what leaves: in the partner's family of ids, and never a weaker one.

AMBER+STRICT has an id in the families of OASIS and of OpenCTI; TLP 1 cannot say it, and its RED
stands in its place. `releasable_to` would tell who the other partners are, so of all the parties
there the partner's own code alone is left. To say the same label in other ids changes no content:
an object keeps its id by that.
"""

from collections.abc import Mapping
from typing import Any

from legation.safeguards.sharing.gate.labels import Markings
from legation.safeguards.sharing.gate.parts import DEFINITIONS, Json, selected
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.tags import is_tag, plain
from legation.stix.extensions import carry, extension_id
from legation.stix.labels import Label
from legation.stix.tlp import Tlp, level_of, marking_ref


def substance(value: Json) -> dict[str, Any]:
    """Return an object without all that says who may know it."""
    left = {
        name: part
        for name, part in value.items()
        if name not in ("object_marking_refs", "granular_markings", "extensions", "labels")
    }
    extensions = {
        name: part
        for name, part in _mapping(value.get("extensions")).items()
        if name != extension_id("label")
    }
    words = [word for word in _texts(value.get("labels")) if not is_tag(word)]
    left |= {"extensions": extensions} if extensions else {}
    # A list of words on the language of a part is no marking.
    spoken = [row for row in value.get("granular_markings") or () if _is_lang(row)]
    left |= {"granular_markings": spoken} if spoken else {}
    return left | ({"labels": words} if words else {})


def emitted(
    value: Json, label: Label, policy: Policy, markings: Markings, ids: Mapping[str, str]
) -> dict[str, Any]:
    """Return an object under its label, as the partner reads it.

    Args:
        value: The object.
        label: What holds for it.
        policy: The partner's.
        markings: What each marking says.
        ids: Under which id each definition of a statement leaves.
    """
    left = dict(value)
    refs = _marked(value, label, policy, markings, ids)
    _put(left, "object_marking_refs", refs)
    _put(left, "granular_markings", _parts(value, label, policy, markings, ids))
    _put(left, "labels", _words(value, label))
    ours = extension_id("label")
    said = _extension(label, policy)
    others = {n: part for n, part in _mapping(value.get("extensions")).items() if n != ours}
    _put(left, "extensions", others | said)
    return left


def levels_in(value: Json) -> set[str]:
    """Return the ids of levels by which an object is marked."""
    parts = (row.get("marking_ref", "") for row in value.get("granular_markings") or ())
    refs = {*(value.get("object_marking_refs") or ()), *parts}
    return {ref for ref in refs if level_of(ref) is not None}


def _marked(
    value: Json, label: Label, policy: Policy, markings: Markings, ids: Mapping[str, str]
) -> list[str]:
    before = _texts(value.get("object_marking_refs"))
    others = [ids[ref] for ref in before if ref in markings.statements and ref in ids]
    if not before and label.tlp is Tlp.CLEAR and value["type"] in DEFINITIONS:
        return []
    level = marking_ref(label.tlp, policy.family)
    refs = [level, *others]
    return before if sorted(refs) == sorted(before) else refs


def _parts(
    value: Json, label: Label, policy: Policy, markings: Markings, ids: Mapping[str, str]
) -> list[Any]:
    found = []
    for row in value.get("granular_markings") or ():
        if not isinstance(row, Mapping):
            continue
        selectors = [one for one in _texts(row.get("selectors")) if selected(value, one)]
        ref = row.get("marking_ref")
        if not selectors:
            continue
        if not isinstance(ref, str):
            found.append({**row, "selectors": selectors})
            continue
        tlp, _ = markings.said(ref)
        if tlp is not None and tlp > label.tlp:
            written = {"marking_ref": marking_ref(tlp, policy.family)}
            found.append({**row, **written, "selectors": selectors})
        elif tlp is None and ref in ids and ref in markings.statements:
            found.append({**row, "marking_ref": ids[ref], "selectors": selectors})
    return found


def _words(value: Json, label: Label) -> list[Any]:
    words = value.get("labels")
    if not isinstance(words, list | tuple):
        return []
    right = {str(label.tlp).casefold(), str(label.pap).casefold()}
    return [
        word
        for word in words
        if not isinstance(word, str) or not is_tag(word) or plain(word) in right
    ]


def _extension(label: Label, policy: Policy) -> dict[str, Any]:
    said = {
        "pap": label.pap.name.lower() if label.pap else (),
        "levels": list(label.levels),
        "compartments": list(label.compartments),
        "restricted": label.restricted or (),
        "releasable_to": [policy.partner] if label.restricted else [],
    }
    said = {name: part for name, part in said.items() if part not in ((), [])}
    return carry("label", said) if said else {}


def _put(left: dict[str, Any], name: str, part: Any) -> None:
    if part:
        left[name] = part
    else:
        left.pop(name, None)


def _is_lang(row: Any) -> bool:
    return isinstance(row, Mapping) and "marking_ref" not in row


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []
