"""What is still to be asked, in order: nothing that no norm needs any more.

A question is asked while one form at least could still come to another result by its answer.
What is asked beside a norm comes once the norm may be met.
"""

from collections.abc import Mapping, Sequence

import msgspec

from legation.knowledge.norms import Norms
from legation.safeguards.cases.bodies import Answer
from legation.safeguards.cases.law.answers import Given
from legation.safeguards.cases.law.assessing import offered
from legation.safeguards.cases.law.logic import judge, open_questions


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is still to be answered.

    Attributes:
        key: Its key.
        text: What is asked.
        means: What counts.
        mark: What must stand beside its wording.
        decides: Names of the norms that need it.
    """

    key: str
    text: str
    means: str
    mark: str
    decides: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Questions under one heading, in the order in which they are asked."""

    subject: str
    questions: tuple[Ask, ...]


def guided(
    norms: Norms,
    given: Mapping[str, Given],
    *,
    conflict: bool = False,
    names: Sequence[str] | None = None,
) -> tuple[Group, ...]:
    """Return what is still to be asked.

    Args:
        norms: All forms.
        given: Answers that stand, by question.
        conflict: Whether a person said that the question of armed conflict is open.
        names: Of the norms that are asked about; None: of all that are offered.
    """
    answers: dict[str, Answer] = {key: one.answer for key, one in given.items()}
    decides: dict[str, list[str]] = {}
    for read in offered(norms, conflict=conflict):
        form = read.form
        if names is not None and form.name not in names:
            continue
        needed = list(open_questions(form, answers))
        if judge(form, lambda key: answers.get(key, "no"))[0] != "not met":
            needed += [key for key in form.beside if key not in answers]
        for key in needed:
            decides.setdefault(key, []).append(form.name)
    asked = sorted(
        (norms.questions[key] for key in decides if key in norms.questions),
        key=lambda one: (one.place, one.key),
    )
    groups: dict[str, list[Ask]] = {}
    for one in asked:
        ask = Ask(
            key=one.key,
            text=one.text,
            means=one.means,
            mark=one.mark,
            decides=tuple(decides[one.key]),
        )
        groups.setdefault(one.subject, []).append(ask)
    return tuple(
        Group(subject=subject, questions=tuple(several)) for subject, several in groups.items()
    )
