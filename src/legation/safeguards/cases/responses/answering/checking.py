"""Whether a choice or a step may be entered: what is not open is refused with its reason."""

from collections.abc import Collection, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from legation.errors import DeniedError, RecordError, UsageError
from legation.knowledge.states import verify_party
from legation.safeguards.cases.bodies import first_day, require_past, surely_before
from legation.safeguards.cases.persons import require_sentence
from legation.safeguards.cases.policy.pack import Policy
from legation.safeguards.cases.responses.answering.options import Option, options
from legation.safeguards.cases.responses.answering.recording import as_chosen, for_choice
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.catalogue import response
from legation.safeguards.cases.responses.grounds import ASKED_BY_LAW
from legation.safeguards.cases.responses.response import Response
from legation.safeguards.cases.responses.situation import Situation

ANOTHER_STATE: Final = "it is aimed at another state than the act is attributed to"
# What comes back needs something that went out before.
_BACK: Final = ("acknowledged", "refused", "complied", "stopped")
_OUT: Final = ("called", "notified", "offered", "taken", "sent")
_DONE: Final = ("taken", "sent")
_CALLS: Final = ("called", "notified", "offered")
_HINT: Final = "see the reasons beside the answer"


def verify_chosen(body: Chosen, situation: Situation, policy: Policy) -> None:
    """Require a choice of what is open, given to whom it may be given, above no silent rung.

    Args:
        body: The choice.
        situation: What is on record, without it.
        policy: The state's.

    Raises:
        RecordError: It may not be entered; the place is the field at fault.
    """
    try:
        one = response(body.answer)
    except UsageError as bad:
        raise RecordError(str(bad), place="answer", hint=bad.hint) from bad
    _verify_against(body, one, situation)
    _verify_touches(body, one)
    _verify_named(body, one, situation)
    require_sentence(body.why, "why", "the reason")
    for each in body.instead_of:
        require_sentence(each.why, "instead_of", "the reason")
    option = _option(as_chosen(situation, body), body, policy)
    _require_open(option, "answer")
    told = [each.rung for each in body.instead_of]
    if len(set(told)) != len(told):
        raise RecordError("a rung is told of twice", place="instead_of", hint="give one reason")
    if silent := [rung for rung in option.untried if rung not in told]:
        raise RecordError(
            f"lower rungs are open and were not tried: {', '.join(map(str, silent))}",
            place="instead_of",
            hint="say of each why it is passed over, or take it first",
        )


def verify_step(
    body: Step,
    chosen: Chosen | None,
    before: Sequence[Step],
    situation: Situation,
    policy: Policy,
    *,
    now: datetime,
) -> None:
    """Require a step of a choice that there is, in its order, of what is still open.

    Args:
        body: The step.
        chosen: The choice that it names; None: the case has no such choice.
        before: The steps of that choice so far.
        situation: What is on record.
        policy: The state's.
        now: For what lies ahead.

    Raises:
        RecordError: It may not be entered; the place is the field at fault.
    """
    if chosen is None:
        raise RecordError(
            f"entry {body.of} is no choice of an answer", place="of", hint="choose one first"
        )
    require_past(body.on, now, "on")
    if body.known:
        require_past(body.known, now, "known")
        if first_day(body.known) < first_day(body.on):
            raise RecordError(
                "it became known before it happened", place="known", hint="compare the two days"
            )
    if situation.began and surely_before(body.on, situation.began):
        raise RecordError(
            f"it is dated before the act began on {situation.began}",
            place="on",
            hint="compare the two days; what came before the act answers nothing of it",
        )
    if body.what in _BACK and not any(one.what in _OUT for one in before):
        raise RecordError(
            f"nothing went out that could be {body.what}",
            place="what",
            hint="enter first what was sent or taken",
        )
    option = option_of(situation, body.of, chosen, policy)
    if body.what in _CALLS and option.state == "refused":
        # What is owed still may be given late; what is refused is not carried on.
        _require_open(option, "what")
    if body.what in _DONE:
        _require_open(option, "what")
        _verify_aim(chosen, response(chosen.answer), situation, "what")
        signed = situation.signed.get(body.of, 0)
        if option.persons > 1 and signed < option.persons:
            raise RecordError(
                f"{option.persons} persons must sign the decision, and {signed} did",
                place="what",
                hint="have the decision record signed first",
            )


def option_of(situation: Situation, number: int, chosen: Chosen, policy: Policy) -> Option:
    """Return an answer that was chosen as it stands now, by its own test and its own words.

    Args:
        situation: What is on record.
        number: Of the choice.
        chosen: The choice.
        policy: The state's.
    """
    return _option(for_choice(situation, number, chosen), chosen, policy)


def require_open(situation: Situation, number: int, chosen: Chosen, policy: Policy) -> None:
    """Require that an answer that was chosen is open still.

    Raises:
        RecordError: It is not; the reason is told.
    """
    _require_open(option_of(situation, number, chosen, policy), "")
    _verify_aim(chosen, response(chosen.answer), situation, "")


def laws_near(ground: str, situation: Situation) -> list[str]:
    """Return the laws of the packs whose keys come nearest to what was named, without sections."""
    laws = [key for key, kind in situation.grounds.items() if kind == "law"]
    whole = [key for key in laws if not any(key.startswith(f"{one}.") for one in laws)]
    return get_close_matches(ground, whole, 3, cutoff=0.0)


def require_role(option: Option, roles: Collection[str]) -> None:
    """Require that somebody may use an answer.

    Args:
        option: The answer, as the policy leaves it.
        roles: What they are at the desk.

    Raises:
        DeniedError: None of their roles may.
    """
    if not set(option.roles) & set(roles):
        raise DeniedError(
            f"{option.key} is for others to use", hint=f"ask one of: {', '.join(option.roles)}"
        )


def _option(situation: Situation, body: Chosen, policy: Policy) -> Option:
    return next(one for one in options(situation, policy) if one.key == body.answer)


def _require_open(option: Option, place: str) -> None:
    if option.state == "open":
        return
    why = next(one for one in option.reasons if one.kind == option.state)
    named = f" ({why.named})" if why.named else ""
    raise RecordError(
        f"{option.key} is not open: {why.words}{named} [{why.by.article}]", place=place, hint=_HINT
    )


def _verify_against(body: Chosen, one: Response, situation: Situation) -> None:
    if body.against is not None:
        try:
            verify_party(body.against)
        except UsageError as bad:
            raise RecordError(str(bad), place="against", hint=bad.hint) from bad
    elif one.addressed:
        raise RecordError(
            f"{one.key} is given to somebody", place="against", hint="name the state or body"
        )
    _verify_aim(body, one, situation, "against")


def _verify_aim(body: Chosen, one: Response, situation: Situation, place: str) -> None:
    who = situation.attributed
    if one.kinds and who.kind == "state" and body.against not in (None, who.party):
        raise RecordError(
            ANOTHER_STATE, place=place, hint="aim it at the responsible state alone, or leave it"
        )


def _verify_touches(body: Chosen, one: Response) -> None:
    if one.touches == "always" and not body.touches:
        raise RecordError(
            f"{one.key} touches persons by its nature", place="touches", hint="say that it does"
        )
    if one.touches == "never" and body.touches:
        raise RecordError(
            f"{one.key} touches no person", place="touches", hint="choose the answer that does"
        )


def _verify_named(body: Chosen, one: Response, situation: Situation) -> None:
    if one.deadline and not body.deadline:
        raise RecordError(f"{one.key} sets a day", place="deadline", hint="name the day")
    if body.deadline:
        try:
            day = first_day(body.deadline)
        except RecordError as bad:
            raise RecordError(str(bad), place="deadline", hint=bad.hint) from bad
        if day < first_day(situation.day):
            raise RecordError("the day is past", place="deadline", hint="name a day to come")
    if one.key in ASKED_BY_LAW and situation.grounds.get(body.ground or "") == "between states":
        near = ", ".join(laws_near(body.ground or "", situation))
        raise RecordError(
            f"{body.ground} binds states alone, and is no ground to ask by",
            place="ground",
            hint=f"name the law of the land that carries it out, such as: {near}"
            if near
            else "name the law of the land that carries it out",
        )
    if one.key == "takedown-request":
        if not (body.ground or body.rule):
            raise RecordError(
                "no law and no rule of the platform is named", place="ground", hint="name one"
            )
        if not body.platform:
            raise RecordError("no platform is named", place="platform", hint="name it by its key")
