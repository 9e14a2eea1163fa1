"""Dossiers of proposed listings: looked at for a stated purpose, and handed out when complete.

A dossier names a person. So each look says what it is for and stands in the trail before anything
is shown, and no list of a case repeats what its entries say. What is incomplete does not leave.
"""

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from legation.app.kept import Exported, Leaving
from legation.app.leaving import Left, leave, marking_to_leave
from legation.errors import NotFoundError
from legation.formats.marked import named
from legation.rights.intrusion import require_statement
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.dossier.beside import Beside
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.dossier.entities import dossier_entities
from legation.safeguards.cases.dossier.folding import Dossier
from legation.safeguards.cases.dossier.gaps import Gap, gaps, require_complete
from legation.safeguards.cases.dossier.objects import dossier_stix
from legation.safeguards.cases.dossier.regimes import Regime
from legation.safeguards.cases.dossier.sheet import Section, dossier_text
from legation.safeguards.cases.gathering import beside, dossier_named, dossiers_in

if TYPE_CHECKING:
    from legation.app.scope import Scope

LOOK: Final = "dossier.look"
EXPORT: Final = "dossier.export"
KINDS: Final = ("ftm", "stix", "text")
_MEDIA: Final = {
    "ftm": ("ftm.json", "application/json+ftm"),
    "stix": ("stix.json", "application/stix+json;version=2.1"),
    "text": ("txt", "text/plain;charset=utf-8"),
}


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier that somebody looks at.

    Attributes:
        gaps: What it lacks; none: it is complete.
        sections: What it says, in the order of a sheet.
    """

    dossier: Dossier
    regime: Regime | None
    beside: Beside
    gaps: tuple[Gap, ...]
    sections: tuple[Section, ...]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier in a list, which names nobody.

    Attributes:
        gaps: How many it has.
    """

    key: str
    regime: str
    kind: str
    gaps: int


def dossiers_told(scope: "Scope", case: Case, book: Book) -> tuple[Told, ...]:
    """Return the dossiers of a case, without what they say."""
    found = dossiers_in(case, book)
    return tuple(
        Told(
            key=one.key,
            regime=one.regime,
            kind=one.kind,
            gaps=len(gaps(one, book.regimes.get(one.regime), _around(scope, case, book, one.key))),
        )
        for one in found
    )


def open_dossier(scope: "Scope", case: Case, book: Book, key: str, *, purpose: str) -> Opened:
    """Return a dossier, once the trail says who looks at it and what for.

    Raises:
        DeniedError: No purpose is stated.
        RecordError: The case has no such dossier.
    """
    require_statement(purpose, "the purpose of the look", "purpose")
    dossier = dossier_named(case, book, key)
    around = _around(scope, case, book, key)
    regime = book.regimes.get(dossier.regime)
    with scope.store.transaction():
        detail = {"number": case.number, "dossier": key, "purpose": purpose}
        scope.note(scope.reader.actor, LOOK, case.id, **detail)
    return Opened(
        dossier=dossier,
        regime=regime,
        beside=around,
        gaps=gaps(dossier, regime, around),
        sections=dossier_text(dossier, regime, around) if regime else (),
    )


def export_dossier(scope: "Scope", case: Case, opened: Opened, kind: str) -> Exported:
    """Hand out a complete dossier, once the trail has it.

    Raises:
        NotFoundError: There is no such kind.
        ConflictError: It is not complete; the hint lists each gap.
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    if kind not in KINDS:
        raise NotFoundError(f"no export as {kind!r:.20}", hint=f"choose {', '.join(KINDS)}")
    require_complete(opened.dossier, opened.regime, opened.beside)
    content = _content(scope, case, opened, kind)
    ending, media = _MEDIA[kind]
    marking = marking_to_leave(scope, ids_of(case, opened.dossier.key))
    name = named(f"dossier-{case.number}-{opened.dossier.key}.{ending}", marking.tag)
    record_dossier(scope, case, opened, kind, content)
    return Exported(name=name, media_type=media, content=content)


def record_dossier(
    scope: "Scope", case: Case, opened: Opened, kind: str, contents: bytes
) -> Leaving:
    """Write into the trail that a complete dossier leaves; say under which label, when, by whom.

    Raises:
        ConflictError: It is not complete; the hint lists each gap.
        DeniedError: The policies do not let this reader take it out.
        StepUpError: It is above AMBER, and no passkey was shown just now.
    """
    require_complete(opened.dossier, opened.regime, opened.beside)
    of = Left(page="dossier", kind=kind, contents=hashlib.sha256(contents).hexdigest())
    ids = ids_of(case, opened.dossier.key)
    return leave(scope, ids, of, may="case.export", verb=EXPORT, subjects=(case.id,))


def marking_of_dossier(scope: "Scope", case: Case, key: str) -> str:
    """Return the marking of a dossier, which is for fewer people than its case."""
    from legation.stix.labels import all_joined

    labels = scope.store.labels.in_force(ids_of(case, key)).values()
    return all_joined(labels).text(scope.ladder)


def ids_of(case: Case, key: str) -> list[str]:
    """Return the ids of the entries of a dossier."""
    return [
        one.id
        for one in case.entries
        if isinstance(one.body, OfDossier) and one.body.dossier == key
    ]


def _around(scope: "Scope", case: Case, book: Book, key: str) -> Beside:
    """Return what stands beside a dossier; it is no other one of itself."""
    others = tuple(one for one in dossiers_in(case, book) if one.key != key)
    return beside(case, book, scope.now().date(), others)


def _content(scope: "Scope", case: Case, opened: Opened, kind: str) -> bytes:
    from legation.formats.follow_the_money import write_entities

    regime = opened.regime
    if regime is None:
        raise NotFoundError("the regime is not known", hint="load its file first")
    if kind == "ftm":
        return write_entities(
            dossier_entities(opened.dossier, regime, opened.beside, case=case.number),
            marking=marking_to_leave(scope, ids_of(case, opened.dossier.key)).text,
        )
    if kind == "stix":
        return _bundle(scope, case, opened, regime)
    lines: list[str] = [str(marking_to_leave(scope, ids_of(case, opened.dossier.key)).text)]
    for section in opened.sections:
        lines += ["", section.title, *section.paragraphs]
        if section.table is not None:
            lines += [" | ".join(section.table.columns)]
            lines += [" | ".join(row) for row in section.table.rows]
    return ("\n".join(lines) + "\n").encode()


def _bundle(scope: "Scope", case: Case, opened: Opened, regime: Regime) -> bytes:
    from legation.app.home import author_of, identity_of
    from legation.formats.bundle import write_bundle
    from legation.formats.campaign import self_contained
    from legation.stix.codec import object_of
    from legation.stix.labels import all_joined
    from legation.stix.timestamps import Timestamp
    from legation.stix.tlp import marking_ref

    label = all_joined(scope.store.labels.in_force(ids_of(case, opened.dossier.key)).values())
    written = [
        one.written
        for one in case.entries
        if isinstance(one.body, OfDossier) and one.body.dossier == opened.dossier.key
    ]
    told = dossier_stix(
        opened.dossier,
        regime,
        opened.beside,
        case=case.number,
        made=(Timestamp.of(min(written)), Timestamp.of(max(written))),
        author=author_of(scope.store),
        markings=(marking_ref(label.tlp),),
    )
    things = [object_of(one, place=str(one["id"])) for one in told]
    return write_bundle(
        self_contained(things, identity=identity_of(scope.store), marking=label.tlp)
    )
