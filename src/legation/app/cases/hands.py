"""By whose hand an entry comes: some are written by people of the desk alone, some by some roles.

To name who did it, to sign, and to choose an answer is done by a person, whose name stays; two who
agree must be two. A door of the machine is nobody. What names a person who may be listed is kept
for fewer people than the case. Whoever takes back what bars an answer is not who gives it.
"""

from typing import TYPE_CHECKING, Final

from legation.errors import DeniedError, LegationError, NotFoundError, RecordError
from legation.safeguards.cases.attribution.naming import Agreed, Attributed
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.deciding.bodies import Decision, Signed
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.entries import Entry
from legation.safeguards.cases.facts import Moved, Withdrawn
from legation.safeguards.cases.gathering import situation_of
from legation.safeguards.cases.responses.answering.checking import require_role
from legation.safeguards.cases.responses.answering.options import options
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.rules import verify_entry
from legation.safeguards.cases.withdrawals import barring_still, bars
from legation.stix.labels import Label
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.rights.roles import Verb

_BY_PEOPLE: Final = (Attributed, Agreed, Decision, Signed)
# What asks for a passkey that was shown just now.
PROVEN: Final = (Agreed, Signed)
_VERBS: "Final[dict[type[Body], Verb]]" = {
    Attributed: "case.write",
    Agreed: "attribution.decide",
    Decision: "case.write",
    Signed: "case.sign",
}


def verify_writer(scope: "Scope") -> bool:
    """Require that whoever writes may write cases at all; tell whether it is a person.

    A door of the machine is none, and may.

    Raises:
        DeniedError: It is a person who may not, or who is disabled.
    """
    person = _is_person(scope)
    if person:
        _require(scope, "case.write")
    return person


def verify_hand(scope: "Scope", entry: Entry, book: Book, case: Case, *, person: bool) -> None:
    """Require that whoever writes an entry may.

    Args:
        scope: Who writes.
        entry: What comes.
        book: What the desk judges by.
        case: The case that it comes to.
        person: Whether a person writes.

    Raises:
        DeniedError: They may not, or are nobody.
    """
    body = entry.body
    if not person and (isinstance(body, _BY_PEOPLE) or _takes_back_a_bar(body, case)):
        raise _nobody()
    verb = _VERBS.get(type(body))
    if verb is not None:
        _require(scope, verb)
    if isinstance(body, Signed):
        _require_own_role(scope, body)
    chosen = body if isinstance(body, Chosen) else None
    if isinstance(body, Step):
        chosen = dict(case.of(Chosen)).get(body.of)
    if chosen is not None:
        situation = situation_of(case, book, scope.now().date())
        option = next(
            (one for one in options(situation, book.policy) if one.key == chosen.answer), None
        )
        if option is not None:
            require_role(option, scope.reader.roles)


def verify_other_hand(entry: Entry, book: Book, case: Case, *, person: bool) -> None:
    """Require that whoever took back what bars a choice, a step or a move is not who makes it.

    Args:
        entry: What comes, and fits the case as it stands.
        book: What the desk judges by.
        case: The case that it comes to.
        person: Whether a person writes.

    Raises:
        DeniedError: They are the same; or it is a door, of which nobody knows who stands at it.
    """
    if not isinstance(entry.body, Chosen | Step | Moved):
        return
    before = barring_still(case, entry.author if person else None)
    if before is case:
        return
    try:
        verify_entry(before, entry, book, entry.written)
    except LegationError as barred:
        if not person:
            raise _nobody() from barred
        raise DeniedError(
            "whoever took back what bars this cannot be the one who does it",
            hint="ask somebody else to do it, under their own name",
        ) from barred


def stricter(body: Body, label: Label) -> Label:
    """Return the label of an entry: what may name a person who is to be listed is for few."""
    return label.joined(Label(tlp=Tlp.RED)) if isinstance(body, OfDossier) else label


def _is_person(scope: "Scope") -> bool:
    """Tell whether a person of the desk writes, who must not be disabled.

    Raises:
        DeniedError: They are.
    """
    try:
        person = scope.store.people.get(scope.reader.actor)
    except NotFoundError:
        return False
    if person.disabled is not None:
        raise DeniedError(f"{person.name} is disabled", hint="ask somebody else")
    return True


def _nobody() -> DeniedError:
    return DeniedError(
        "this is done by a person of the desk, under their name",
        hint="name one with --actor: see legation admin list",
    )


def _takes_back_a_bar(body: Body, case: Case) -> bool:
    stands = case.cited(body.what) if isinstance(body, Withdrawn) else None
    return stands is not None and bars(stands.body)


def _require_own_role(scope: "Scope", body: Signed) -> None:
    if body.role not in scope.reader.roles:
        own = ", ".join(sorted(scope.reader.roles))
        raise RecordError(
            f"{body.role!r:.60} is no role of whoever signs",
            place="role",
            hint=f"sign as what you are at the desk: {own}",
        )


def _require(scope: "Scope", verb: "Verb") -> None:
    from legation.rights.roles import require

    policies, roles = scope.policies(), sorted(scope.reader.roles)
    who = f"the role {', '.join(roles)}"
    require(policies.verbs_of(scope.reader), verb, who=who, may=policies.who_may(verb))
