"""What the parts of a case say of one another: its entries, gathered for each of its rules.

Attribution needs the facts, an answer needs the attribution and the norms, a decision needs the
answers. Each part has its own module, which knows none of the others; what one tells another is
gathered here, from the entries that hold.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import msgspec

from legation.errors import RecordError
from legation.knowledge.organisations import organisations
from legation.safeguards.cases.attribution.gaps import Gap as AttributionGap
from legation.safeguards.cases.attribution.gaps import attribution_gaps
from legation.safeguards.cases.attribution.layers import Layer
from legation.safeguards.cases.attribution.matrix import Item
from legation.safeguards.cases.attribution.naming import (
    Claimed,
    InForce,
    Standing,
    standing_attribution,
)
from legation.safeguards.cases.attribution.rows import Row
from legation.safeguards.cases.bodies import Answer, Body, Number, first_day
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import (
    Circumstances,
    DutyStated,
    as_left,
    binds_still,
)
from legation.safeguards.cases.deciding.gaps import Stands
from legation.safeguards.cases.deciding.records import Record, record_of, records_of
from legation.safeguards.cases.dossier.beside import Beside, Exhibit, Listing
from legation.safeguards.cases.dossier.bodies import DossierOpened
from legation.safeguards.cases.dossier.folding import Dossier, fold_dossier
from legation.safeguards.cases.entries import latest
from legation.safeguards.cases.facts import Said
from legation.safeguards.cases.law.answers import (
    Given,
    PowerNeeded,
    given_of,
    threshold_open,
)
from legation.safeguards.cases.law.assessing import Assessment, classify
from legation.safeguards.cases.law.gaps import Gap as LawGap
from legation.safeguards.cases.law.gaps import gaps_of_law
from legation.safeguards.cases.responses.acting import sanctions_dossier
from legation.safeguards.cases.responses.answering.checking import option_of
from legation.safeguards.cases.responses.answering.recording import on_record
from legation.safeguards.cases.responses.answering.steps import Chosen
from legation.safeguards.cases.responses.answering.testing import passing_tests, tests_of_choices
from legation.safeguards.cases.responses.situation import Attributed, Duty, Situation

_MET: Mapping[str, Answer] = {
    "met": "yes",
    "disputed": "disputed",
    "unknown": "unknown",
    "not met": "no",
}
# Articles on responsibility say when an act is a state's; no act breaks them.
_SECONDARY = "arsiwa"


def rows_of(case: Case) -> list[Row]:
    """Return the entries that hold: number, author, when written, what is stated.

    What was corrected stands under the number that others cite it by.
    """
    return [(case.cited_as(one), one.author, one.written, one.body) for one in case.holding]


def numbered(case: Case) -> list[tuple[Number, Body]]:
    """Return the same, as number and body."""
    return [(number, body) for number, _, _, body in rows_of(case)]


def items_of(case: Case, *, only: Number | None = None) -> list[Item]:
    """Return the facts, as they are weighed; of one number if it is given."""
    return [
        Item(
            number=number,
            says=body.says,
            source=body.source,
            reliability=body.reliability,
            credibility=body.credibility,
        )
        for number, body in case.of(Said)
        if only in (None, number)
    ]


def began(case: Case) -> date:
    """Return the first day of what happened."""
    return first_day(case.opened.began)


def every_row(case: Case) -> list[Row]:
    """Return the entries as they say it last, also those that were taken back."""
    found = latest(case.entries).items()
    return [(number, one.author, one.written, one.body) for number, one in found]


def answers_of(case: Case) -> dict[str, Given]:
    """Return the answers to the questions of law, by question."""
    return given_of(numbered(case), case.taken_back())


def attributed_in(case: Case, layer: Layer | None = None) -> Standing:
    """Return the attribution in force, if there is one, in any sense or in one."""
    return standing_attribution(every_row(case), gone=case.taken_back(), layer=layer)


def bars_of(case: Case) -> tuple[AttributionGap, ...]:
    """Return what stands in the way of an attribution, and then what weakens it."""
    return attribution_gaps(every_row(case), items_of(case), gone=case.taken_back())


def states_of(case: Case, book: Book) -> tuple[str, ...]:
    """Return the states and organisations concerned: the own, those harmed, those named."""
    named = [body.party for _, body in case.of(Claimed)]
    force = attributed_in(case).in_force
    told = [book.own, *case.parties(), *named, force.body.party if force else None]
    return tuple(dict.fromkeys(one for one in told if one))


def assessed(case: Case, book: Book) -> tuple[Assessment, ...]:
    """Return what the answers say of each norm, as the law stood when it began."""
    return classify(
        answers_of(case),
        book.norms,
        states=states_of(case, book),
        on=began(case),
        conflict=threshold_open(numbered(case)),
    )


def gaps_in_law(case: Case, book: Book, assessments: tuple[Assessment, ...]) -> tuple[LawGap, ...]:
    """Return the powers that no law in force gave, and the norms that bind too few."""
    powers = [(n, body) for n, body in numbered(case) if isinstance(body, PowerNeeded)]
    return gaps_of_law(powers, assessments, book.norms, on=began(case))


def situation_of(case: Case, book: Book, day: date) -> Situation:
    """Return what the rules of the answers are told of a case.

    Args:
        case: The case.
        book: What it is judged by.
        day: For which day.
    """
    entries, gone = numbered(case), case.taken_back()
    force = _answerable(case)
    told = next((b for _, b in reversed(entries) if isinstance(b, Circumstances)), None)
    base = Situation(
        status=case.status,
        day=day.isoformat(),
        began=case.opened.began,
        attributed=_attributed(force),
        norms=_duties(case, book, force),
        signed=_signed(records_in(case)),
        grounds=book.norms.grounds,
        grounds_named=_grounds_named(entries),
    )
    if told is not None:
        left = as_left(told, gone)
        shared = {
            name: getattr(left, name)
            for name in ("injured", "urgent", "ceased", "pending", "obligations", "commensurate")
        }
        base = msgspec.structs.replace(base, **shared)
    return on_record(base, entries)


def records_in(case: Case) -> tuple[Record, ...]:
    """Return the decisions of a case."""
    return records_of(rows_of(case), case=case.number, every=every_row(case))


def record_in(case: Case, entry: Number) -> Record:
    """Return one decision of a case, by its first entry.

    Raises:
        NotFoundError: No decision was first made by that entry.
    """
    return record_of(rows_of(case), entry, case=case.number, every=every_row(case))


def stands_in(case: Case, today: date) -> Stands:
    """Return what a decision may cite."""
    entries = numbered(case)
    chosen = {number: body for number, body in entries if isinstance(body, Chosen)}
    force = attributed_in(case).in_force
    return Stands(
        today=today,
        answers=frozenset(chosen),
        touching=frozenset(number for number, body in chosen.items() if body.touches),
        attributions={}
        if force is None
        else {force.number: (force.body.likelihood, force.body.confidence)},
        rights_tests=frozenset(rights_tests(case)),
        tested=tests_of_choices(entries),
    )


def rights_tests(case: Case) -> dict[Number, str | Number]:
    """Return what each rights test by which no guarded source is touched was made for."""
    return passing_tests(numbered(case))


def dossiers_in(case: Case, book: Book) -> tuple[Dossier, ...]:
    """Return the dossiers of a case, by their keys."""
    entries = numbered(case)
    opened = [body for _, body in entries if isinstance(body, DossierOpened)]
    return tuple(fold_dossier(entries, one.dossier, book.regimes.get(one.regime)) for one in opened)


def beside(case: Case, book: Book, today: date, others: tuple[Dossier, ...] = ()) -> Beside:
    """Return what stands beside the dossiers of a case.

    Args:
        case: The case.
        book: What it is judged by.
        today: The day on which they are judged.
        others: Dossiers of other cases.
    """
    gone = case.taken_back()
    facts = {
        case.cited_as(one): _exhibit(one.body, withdrawn=one.number in gone)
        for one in case.entries
        if isinstance(one.body, Said) and (one in case.holding or one.number in gone)
    }
    return Beside(
        today=today,
        facts=facts,
        rights_tests=frozenset(rights_tests(case)),
        listings=_listings(case, book, today),
        states=book.states,
        others=others,
    )


def _listings(case: Case, book: Book, today: date) -> tuple[Listing, ...]:
    """Return each choice to propose a listing, as it stands today."""
    chosen = [(n, body) for n, body in case.of(Chosen) if body.answer == sanctions_dossier.KEY]
    if not chosen:
        return ()
    situation, tested = situation_of(case, book, today), tests_of_choices(numbered(case))
    found = []
    for number, body in chosen:
        option = option_of(situation, number, body, book.policy)
        found.append(
            Listing(
                choice=number,
                barred=tuple(
                    why.words for why in option.reasons if why.kind in ("refused", "needs")
                ),
                test=tested.get(number, 0),
                signed=situation.signed.get(number, 0),
                persons=option.persons,
            )
        )
    return tuple(found)


def known_at(case: Case) -> datetime:
    """Return the hour at which the incident became known: the end of the first day it may be.

    Of a month or a year the first day counts, so that no duty that runs from it falls due late.
    """
    told = case.opened.known
    if "T" in told:
        return datetime.fromisoformat(told)
    return datetime.combine(first_day(told), time.max, UTC)


def _answerable(case: Case) -> InForce | None:
    """Return the attribution that an answer is given to: in law, where there is one.

    One in another sense that was set later and names somebody else takes its place.
    """
    last, legal = attributed_in(case).in_force, attributed_in(case, "legal").in_force
    if legal is None or last is None or legal.body.party != last.body.party:
        return last
    return legal


def _attributed(force: InForce | None) -> Attributed:
    if force is None:
        return Attributed()
    body = force.body
    state = body.party is not None and body.party not in organisations()
    link: Answer = "unknown"
    if force.links:
        link = "yes" if any(one.result == "met" for one in force.links) else "disputed"
    return Attributed(
        kind="state" if state else "group",
        party=body.party or body.actor,
        likelihood=body.likelihood,
        confidence=body.confidence,
        agreed=True,
        state_link=link,
        layer=body.layer,
    )


def _duties(case: Case, book: Book, force: InForce | None) -> tuple[Duty, ...]:
    stated = {
        body.norm.casefold(): body for _, body in numbered(case) if isinstance(body, DutyStated)
    }
    named = force.body.party if force else None
    gone = case.taken_back()
    found = []
    for one in assessed(case, book):
        table = one.about.partition(":")[0]
        if one.name.casefold().startswith(_SECONDARY):
            continue
        said = stated.get(one.name.casefold()) or stated.get(one.key)
        told = binds_still(said, gone) if said is not None else None
        binds = told or _binds(one, named, book.own)
        found.append(
            Duty(
                key=one.name,
                kind="offence"
                if table == "offence"
                else "domestic law"
                if table == "law"
                else "duty of states",
                # What binds as custom binds, whatever the weight of the text that words it.
                weight="binding"
                if said is not None and said.by == "custom" and binds == "yes"
                else one.weight,
                met=_MET[one.result],
                binds=binds,
            )
        )
    return tuple(found)


def _binds(one: Assessment, named: str | None, own: str) -> Answer:
    """Tell whether a norm is in force between two states, by the lists of its parties."""
    if not named or not own:
        return "unknown"
    said = {bound.state: bound.said for bound in one.bound}
    both = [said.get(named, "unknown"), said.get(own, "unknown")]
    if all(each == "bound" for each in both):
        return "yes"
    known = ("signed only", "not a party", "suspended")
    return "no" if any(each in known for each in both) else "unknown"


def _grounds_named(entries: list[tuple[Number, Body]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for _, body in entries:
        if isinstance(body, Chosen) and body.ground:
            found.setdefault(body.answer, {})[body.ground] = None
    return {answer: tuple(named) for answer, named in found.items()}


def _signed(records: tuple[Record, ...]) -> dict[Number, int]:
    found: dict[Number, int] = {}
    for record in records:
        for number in record.body.answers:
            found[number] = max(found.get(number, 0), len(record.counting))
    return found


def _exhibit(body: Said, *, withdrawn: bool) -> Exhibit:
    return Exhibit(
        says=body.says,
        source=body.source,
        url=body.url,
        on=body.on,
        reliability=body.reliability,
        credibility=body.credibility,
        verified=body.verified,
        withdrawn=withdrawn,
        files=tuple(one.sha256 for one in body.files),
    )


def dossier_named(case: Case, book: Book, key: str) -> Dossier:
    """Return a dossier of a case by its key.

    Raises:
        RecordError: There is none.
    """
    found = next((one for one in dossiers_in(case, book) if one.key == key), None)
    if found is None:
        known = ", ".join(one.key for one in dossiers_in(case, book)) or "none"
        raise RecordError(f"no dossier {key!r:.80}", place="dossier", hint=f"there are: {known}")
    return found
