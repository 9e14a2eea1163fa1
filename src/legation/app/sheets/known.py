"""Sheets of what is known: how a state stands to each agreement, and what one agreement is.

Each line carries the mark of its fact, its source and its day; nothing here reads a row
around the mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.caveats import KNOWLEDGE
from legation.app.sheets.sheet import Sheet
from legation.errors import NotFoundError
from legation.knowledge.marks import Shown
from legation.knowledge.objects import object_id
from legation.knowledge.standing import Standing, StatePage

if TYPE_CHECKING:
    from legation.app.knowledge.packs import Knowledge
    from legation.app.scope import Scope
    from legation.stix.objects import StixObject

# What of other tables belongs to an agreement, by the field that names it.
_BELONG: Final[Mapping[str, str]] = {
    "party": "agreement",
    "norm": "agreement",
    "offence": "agreement",
    "law": "implements",
    "trial": "agreement",
}

FACT_TABLES: Final = ("agreement", *_BELONG)


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    """An answer about a state; the sentence has the mark of its facts."""

    state: str
    agreement: str
    title: str
    weight: str
    question: str
    answer: str
    sentence: str
    mark: str


class FactLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it may be shown: with its source, its day and its mark."""

    table: str
    key: str
    pack: str
    states: str
    source: str
    as_of: str
    verified: str
    mark: str
    stale: bool
    sentence: str


class ToldState(msgspec.Struct, frozen=True, kw_only=True):
    """How a state stands, as a paper prints it."""

    state: str
    name: str
    on: date
    standings: tuple[Standing, ...]


class ToldAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement and what is known of it, table by table."""

    key: str
    title: str
    facts: tuple[Shown, ...]

    def of(self, table: str) -> tuple[Shown, ...]:
        """Return the facts of one table."""
        return tuple(one for one in self.facts if one.table == table)

    def tables(self) -> tuple[str, ...]:
        """Return the tables in which something is known."""
        return tuple(dict.fromkeys(one.table for one in self.facts))


def state_sheet(page: StatePage, author: str) -> Sheet:
    """Return the sheet of a state's page: all its answers.

    Args:
        page: How it stands to each agreement.
        author: Id of the desk's identity, by whom the objects of packs are named.
    """
    return Sheet(
        page="state",
        name=f"state-{page.state}",
        caveat=KNOWLEDGE,
        day=page.on,
        ids=_ids(author, (fact for one in page.standings for fact in one.evidence)),
        rows=tuple(_answer(page, one) for one in page.standings),
        shape=AnswerLine,
        told=ToldState(state=page.state, name=page.name, on=page.on, standings=page.standings),
        things=lambda scope: _state_things(scope, page),
    )


def agreement_of(known: "Knowledge", key: str, *, as_of: datetime | None = None) -> ToldAgreement:
    """Return what is known of an agreement.

    Raises:
        NotFoundError: No pack has it.
    """
    found = [one for one in known.facts("agreement", as_of=as_of) if one.key == key]
    if not found:
        raise NotFoundError(
            f"no agreement {key!r:.60}", hint="run: legation knowledge show agreement"
        )
    belong = [
        one
        for table, field in _BELONG.items()
        for one in known.facts(table, as_of=as_of)
        if _names(one.fields.get(field), key)
    ]
    title = str(found[0].fields.get("title", key))
    return ToldAgreement(key=key, title=title, facts=(*found, *belong))


def agreement_sheet(told: ToldAgreement, day: date, author: str) -> Sheet:
    """Return the sheet of one agreement; `author` as of `state_sheet`."""
    return Sheet(
        page="agreement",
        name=f"agreement-{told.key}",
        caveat=KNOWLEDGE,
        day=day,
        ids=_ids(author, told.facts),
        rows=tuple(map(_fact, told.facts)),
        shape=FactLine,
        told=told,
        things=lambda scope: _agreement_things(scope, told, day),
    )


def _ids(author: str, facts: Iterable[Shown]) -> tuple[str, ...]:
    """Return the ids of the objects of facts; what ships with the program has none in the store."""
    found: dict[str, None] = {}
    for one in facts:
        publisher, _, name = one.pack.rpartition("/")
        found[object_id(author, publisher, name, one.table, one.key)] = None
    return tuple(found)


def _names(field: Any, key: str) -> bool:
    return field == key or (isinstance(field, list | tuple) and key in field)


def _answer(page: StatePage, one: Standing) -> AnswerLine:
    return AnswerLine(
        state=page.state,
        agreement=one.agreement,
        title=one.title,
        weight=one.weight,
        question=one.question,
        answer=one.said,
        sentence=one.sentence,
        mark=one.mark,
    )


def _fact(one: Shown) -> FactLine:
    return FactLine(
        table=one.table,
        key=one.key,
        pack=one.pack,
        states=str(one.fields.get("state", "")),
        source=one.source,
        as_of=one.as_of.isoformat(),
        verified=one.verified,
        mark=one.mark,
        stale=one.stale,
        sentence=one.line(),
    )


def _state_things(scope: "Scope", page: StatePage) -> "list[StixObject]":
    about = _location(scope, page.state, page.name)
    return [
        about,
        *(
            _note(
                scope,
                about.id,
                page.on,
                one.sentence,
                {
                    "about": page.state,
                    "agreement": one.agreement,
                    "title": one.title,
                    "question": one.question,
                    "answer": one.said,
                    "day": page.on.isoformat(),
                    "mark": one.mark,
                    "facts": _facts(one.evidence),
                },
            )
            for one in page.standings
        ),
    ]


def _agreement_things(scope: "Scope", told: ToldAgreement, day: date) -> "list[StixObject]":
    from legation.app.home import author_of

    about = author_of(scope.store)
    return [
        _note(
            scope,
            about,
            day,
            one.line(),
            {
                "about": str(one.fields.get("state", "")),
                "agreement": told.key,
                "title": told.title,
                "day": day.isoformat(),
                "mark": one.mark,
                "facts": _facts([one]),
            },
        )
        for one in told.facts
    ]


def _facts(evidence: Sequence[Shown]) -> list[dict[str, Any]]:
    return [
        {
            "table": one.table,
            "key": one.key,
            "pack": one.pack,
            "source": one.source,
            "as_of": one.as_of.isoformat(),
            "verified": one.verified,
            "mark": one.mark,
        }
        for one in evidence
    ]


def _common(scope: "Scope", day: date) -> dict[str, Any]:
    from legation.app.home import author_of
    from legation.stix.objects import SPEC
    from legation.stix.timestamps import Timestamp

    at = Timestamp.of(datetime.combine(day, time(), UTC))
    author = author_of(scope.store)
    return {"spec_version": SPEC, "created_by_ref": author, "created": at, "modified": at}


def _location(scope: "Scope", state: str, name: str) -> "StixObject":
    from legation.app.home import author_of
    from legation.stix.ids import fact_id
    from legation.stix.vocabulary import Location

    made = _common(scope, date(1970, 1, 1))
    return Location(
        **made,
        id=fact_id("location", author_of(scope.store), state, name),
        name=name,
        description="A code of ISO 3166-1; it says nothing about status, borders or recognition.",
        country=state,
    )


def _note(
    scope: "Scope", about: str, day: date, sentence: str, content: Mapping[str, Any]
) -> "StixObject":
    from legation.app.home import author_of
    from legation.stix.extensions import carry
    from legation.stix.ids import fact_id
    from legation.stix.vocabulary import Note

    said = {name: part for name, part in content.items() if part not in ("", [])}
    told = msgspec.json.encode([author_of(scope.store), sentence, said], order="sorted")
    return Note(
        **_common(scope, day),
        id=fact_id("note", "standing", told.decode()),
        abstract=str(content["title"])[:200],
        content=f"{sentence}\n{KNOWLEDGE}",
        object_refs=(about,),
        extensions=carry("standing", said),
    )
