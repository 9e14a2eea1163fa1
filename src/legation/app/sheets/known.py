"""Sheets of what is known: how a state stands to each agreement, and what one agreement is.

Each line carries the mark of its fact, its source and its day; nothing here reads a row
around the mark.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.app.caveats import KNOWLEDGE
from legation.app.sheets.sheet import Sheet
from legation.errors import NotFoundError
from legation.knowledge.marks import Shown, as_text
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
    status: str
    sentence: str
    mark: str
    says: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: date
    stale: bool


class FactLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in a list or a file; what it states is never without its mark.

    Attributes:
        states: What it states, part by part.
    """

    table: str
    key: str
    states: str
    mark: str
    as_of: date
    stale: bool
    unchecked: bool
    checks: tuple[str, ...]
    disputed: tuple[str, ...]
    verified: str
    source: str
    pack: str
    line: str


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
    mark: str
    facts: tuple[Shown, ...]

    def of(self, table: str) -> tuple[Shown, ...]:
        """Return the facts of one table."""
        return tuple(one for one in self.facts if one.table == table)

    def tables(self) -> tuple[str, ...]:
        """Return the tables in which something is known."""
        return tuple(dict.fromkeys(one.table for one in self.facts))


def state_sheet(known: "Knowledge", page: StatePage, *, as_of: datetime | None = None) -> Sheet:
    """Return the sheet of a state's page: all its answers.

    Args:
        known: What is known, and by which objects.
        page: How it stands to each agreement.
        as_of: What was known at this time; None: now.
    """
    named = {one.agreement for one in page.standings}
    facts = [
        *(fact for one in page.standings for fact in one.evidence),
        *(one for one in known.facts("agreement", as_of=as_of) if one.key in named),
        *known.facts("state_name", state=page.state, as_of=as_of),
    ]
    return Sheet(
        page="state",
        name=f"state-{page.state}",
        caveat=KNOWLEDGE,
        day=page.on,
        ids=known.objects_of(facts, as_of=as_of),
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
    every = known.every(as_of=as_of)
    found = [one for one in every if one.table == "agreement" and one.key == key]
    if not found:
        raise NotFoundError(
            f"no agreement {key!r:.60}", hint="run: legation knowledge show agreement"
        )
    belong = [
        one
        for table, field in _BELONG.items()
        for one in every
        if one.table == table and _names(one.fields.get(field), key)
    ]
    return ToldAgreement(
        key=key,
        title=" / ".join(dict.fromkeys(str(one.fields.get("title", key)) for one in found)),
        mark="; ".join(dict.fromkeys(one.mark for one in found if one.mark)),
        facts=(*found, *belong),
    )


def agreement_sheet(
    known: "Knowledge", told: ToldAgreement, day: date, *, as_of: datetime | None = None
) -> Sheet:
    """Return the sheet of one agreement; `known` and `as_of` as of `state_sheet`."""
    return Sheet(
        page="agreement",
        name=f"agreement-{told.key}",
        caveat=KNOWLEDGE,
        day=day,
        ids=known.objects_of(told.facts, as_of=as_of),
        rows=tuple(map(fact_line, told.facts)),
        shape=FactLine,
        told=told,
        things=lambda scope: _agreement_things(scope, told, day),
    )


def fact_line(one: Shown) -> FactLine:
    """Return a fact as a line of a list or a file."""
    return FactLine(
        table=one.table,
        key=one.key,
        states=f"{as_text(one.fields)} [{one.note()}]",
        mark=one.mark,
        as_of=one.as_of,
        stale=one.stale,
        unchecked=one.unchecked,
        checks=one.checks,
        disputed=one.disputed,
        verified=one.verified,
        source=one.source,
        pack=one.pack,
        line=one.line(),
    )


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
        status=one.status,
        sentence=one.sentence,
        mark=one.mark,
        says=one.says,
        sources=one.sources,
        as_of=one.as_of,
        stale=one.stale,
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
                # The mark of a fact may not stand in the sentence; it does in its own line.
                "\n".join((one.sentence, *(fact.line() for fact in one.evidence))),
                {
                    "about": page.state,
                    "agreement": one.agreement,
                    "title": one.title,
                    "weight": one.weight,
                    "question": one.question,
                    "answer": one.said,
                    "status": one.status,
                    "day": page.on.isoformat(),
                    "mark": one.mark,
                    "says": list(one.says),
                    "sources": list(one.sources),
                    "as_of": one.as_of.isoformat(),
                    "stale": one.stale,
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
                "sources": [one.source],
                "as_of": one.as_of.isoformat(),
                "stale": one.stale,
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
            "stale": one.stale,
            "checks": list(one.checks),
            "disputed": list(one.disputed),
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
        abstract=f"{content['title']} [{content['mark']}]" if content["mark"] else content["title"],
        content=f"{sentence}\n{KNOWLEDGE}",
        object_refs=(about,),
        extensions=carry("standing", said),
    )
