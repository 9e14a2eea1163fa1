"""The tables of the reference of cases: entries, norms, answers, and what is refused.

`make case-reference` runs it. They are drawn from the types that read the entries, from the packs
that ship and from the rules themselves, so they cannot say anything else; a test proves that the
pages have them as they are.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args

import msgspec
from drawn import drawn

from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases import patterns
from legation.safeguards.cases.attribution import estimates, matrix, state_link
from legation.safeguards.cases.attribution.layers import Layer
from legation.safeguards.cases.bodies import Answer, Confidence, Likelihood
from legation.safeguards.cases.deciding import gaps as decision_gaps
from legation.safeguards.cases.dossier import regimes
from legation.safeguards.cases.dossier.gaps import words as dossier_gaps
from legation.safeguards.cases.effects import RELATIONS, TRUST
from legation.safeguards.cases.entries import TAGS
from legation.safeguards.cases.escalation.watch import Terms
from legation.safeguards.cases.facts import STATUSES
from legation.safeguards.cases.playbooks import plays
from legation.safeguards.cases.policy.pack import Asked, Policy, asked_of, default_policy
from legation.safeguards.cases.policy.words import ATTRIBUTION_PARTS, FIELDS
from legation.safeguards.cases.responses import catalogue
from legation.safeguards.cases.responses.answering import ladder, options
from legation.safeguards.cases.responses.law import Article
from legation.safeguards.cases.responses.response import COSTS, Response
from legation.safeguards.cases.rules import CORRECTED

_FOLDER: Final = Path(__file__).parents[1] / "docs/reference"
PAGES: Final = tuple(_FOLDER / f"{name}.md" for name in ("cases", "norms", "answers"))
_BEGIN: Final = "<!-- made by tools/case_reference.py: {} -->"
# The day for which norms are read: what is stale depends on it, and is not shown here.
_DAY: Final = date(2025, 10, 29)
_DAYS: Final = "a day, a month or a year, or an instant in UTC"
_PATTERNS: Final = {
    patterns.TIME: _DAYS,
    patterns.TIME_OR_NONE: _DAYS,
    patterns.KEY: "a key",
    patterns.TESTED: "a key, or `PLAYBOOK/STEP`",
    patterns.PARTY: "the code of a state or an organisation",
    patterns.DIGEST: "a SHA-256, in hexadecimal digits",
    patterns.OBJECT: "the id of a STIX object",
    patterns.LINKED: "the id of a STIX object or of a campaign, or the number of a case",
    patterns.ADDRESS: "an address",
    patterns.DAY: "a day",
    patterns.FACT: "a fact of a knowledge pack, as `TABLE:KEY`",
}
# Bounds of the number by which an entry is cited.
_ENTRIES: Final = (1, 1_000_000)
_SCALES: Final[tuple[tuple[object, ...], ...]] = (
    *(get_args(one) for one in (Answer, Likelihood, Confidence, Layer, plays.Threat)),
    STATUSES,
)
_KINDS: Final = {
    "refused": "no",
    "needs": "once it is there",
    "later": "owed after",
    "note": "told",
}


def made() -> dict[str, str]:
    """Return each part of the pages that is made, by its name."""
    parts = {
        "statuses": _statuses(),
        "entries": _entries(),
        "scales": _scales(),
        "links": _links(),
        "norms": _norms(),
        "questions": _questions(),
        "rungs": _rungs(),
        "answers": _answers(),
        "reasons": _reasons(),
        "policy": _policy(),
        "fields": _words_of_documents(),
        "regime": _fields(regimes.Regime),
        "playbook": _fields(plays.Playbook),
        "playbooks": _playbooks(),
        "dossier gaps": _gaps(dossier_gaps.WORDS),
        "decision gaps": _gaps(decision_gaps.WORDS),
        "terms": _terms(),
    }
    return {name: "\n".join(lines).strip() for name, lines in parts.items()}


def updated(page: str) -> str:
    """Return a page with its tables as they are now."""
    return drawn(page, made(), _BEGIN)


def _table(*heads: str) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)


def _row(*cells: object) -> str:
    told = (" ".join(str(one).split()).replace("|", "\\|") for one in cells)
    return f"| {' | '.join(told)} |"


def _several(names: "tuple[object, ...] | list[object]") -> str:
    return ", ".join(f"`{one}`" for one in names)


def _statuses() -> Iterator[str]:
    yield from _table("from", "to")
    for place, one in enumerate(STATUSES):
        later = ("triaged",) if one == "closed" else STATUSES[place + 1 :]
        yield _row(f"`{one}`", _several([*later]))


def _entries() -> Iterator[str]:
    for tag, shape in TAGS.items():
        said, _, _ = (inspect.getdoc(shape) or "").partition("\n\n")
        yield from ("", f"### `{tag}`", "", " ".join(said.split()), "")
        yield "It can be corrected." if shape in CORRECTED else "It is stated anew, not corrected."
        yield ""
        yield from _fields(shape)


def _meanings(shape: type) -> dict[str, str]:
    """Return what each field of a type means, by its own words."""
    _, _, listed = (inspect.getdoc(shape) or "").partition("Attributes:\n")
    found = re.findall(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", listed, re.DOTALL | re.MULTILINE)
    told = {name: re.sub(r"\bNone\b", "empty", words) for name, words in found}
    return {name: " ".join(words.split()) for name, words in told.items()}


def _fields(shape: type, within: str = "") -> Iterator[str]:
    if not within:
        yield from _table("field", "must be there", "what may stand in it", "what it is")
    told = _meanings(shape)
    info: Any = msgspec.inspect.type_info(shape)
    for one in info.fields:
        name = f"{within}{one.encode_name}"
        needed = "yes" if one.required else "no"
        yield _row(f"`{name}`", needed, _may(one.type), told.get(one.name, ""))
        inner = _struct_in(one.type)
        if inner is not None:
            yield from _fields(inner, f"{name}.")


def _struct_in(kind: Any) -> type | None:
    """Return the type of what a field is made of, where it is made of parts."""
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((found for one in kind.types if (found := _struct_in(one))), None)
    inner = getattr(kind, "item_type", getattr(kind, "type", None))
    return getattr(kind, "cls", None) if inner is None else _struct_in(inner)


def _may(kind: Any) -> str:
    """Return what a field of some type may hold."""
    return _MAY[type(kind)](kind)


def _union(kind: Any) -> str:
    some = [one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType)]
    return " or ".join(dict.fromkeys(map(_may, some)))


def _words(values: "tuple[object, ...]") -> str:
    """Return words to choose from; those of a scale in its order."""
    known: tuple[object, ...] = next(
        (scale for scale in _SCALES if set(scale) == set(values)), values
    )
    empty = ["empty"] if "" in values else []
    return ", ".join([*empty, *(f"`{one}`" for one in known if one != "")])


def _number(kind: Any) -> str:
    if (kind.ge, kind.le) == _ENTRIES:
        return "the number of an entry"
    low = kind.ge if kind.ge is not None else kind.gt
    if kind.le is not None:
        return f"a number from {low} to {kind.le}"
    return f"a number from {low}" if low is not None else "a number"


def _text(kind: Any) -> str:
    if kind.pattern is None:
        return f"words, up to {kind.max_length:,} letters" if kind.max_length else "words"
    return _PATTERNS[kind.pattern]


_TOLD: Final = msgspec.inspect
_MAY: Final[Mapping[type, Callable[[Any], str]]] = {
    _TOLD.UnionType: _union,
    _TOLD.Metadata: lambda kind: _may(kind.type),
    _TOLD.LiteralType: lambda kind: _words(kind.values),
    _TOLD.VarTupleType: lambda kind: f"several, each {_may(kind.item_type)}",
    _TOLD.DictType: lambda kind: (
        f"a table, each key {_may(kind.key_type)}, each value {_may(kind.value_type)}"
    ),
    _TOLD.StructType: lambda _: "a table",
    _TOLD.IntType: _number,
    _TOLD.FloatType: _number,
    _TOLD.StrType: _text,
    _TOLD.BoolType: lambda _: "`true` or `false`",
    _TOLD.DateType: lambda _: "a day",
}


def _scales() -> Iterator[str]:
    yield from _table("word of likelihood", "range", "also")
    for likely, span in estimates.RANGES.items():
        yield _row(f"`{likely}`", f"{span.low} to {span.high} %", span.synonym)
    others: tuple[tuple[str, Mapping[Any, str]], ...] = (
        ("word of confidence", estimates.CONFIDENCE),
        ("reliability of a source", estimates.RELIABILITY),
        ("credibility of what it says", estimates.CREDIBILITY),
        ("how a fact fits a hypothesis", matrix.FITS),
        ("step of an effect on relations", RELATIONS),
        ("step of an effect on trust", TRUST),
    )
    for title, words in others:
        yield ""
        yield from _table(title, "means")
        for step, meaning in words.items():
            yield _row(f"`{step}`", meaning)
    yield ""
    yield from _table("hypothesis that stands in every matrix", "key", "says")
    for kind, (key, says) in matrix.STANDING.items():
        yield _row(kind, f"`{key}`", says)


def _links() -> Iterator[str]:
    yield from _table("test", "article", "is met by", "mark")
    for key, one in state_link.link_tests().items():
        groups = ", and ".join(" or ".join(f"`{each}`" for each in group) for group in one.groups)
        yield _row(f"`{key}`", f"{one.article}: {one.title}", groups, one.verified)
    yield ""
    yield from _table("test", "element", "asks", "views differ whether a yes is enough")
    for key, one in state_link.link_tests().items():
        for name, element in one.elements.items():
            views = "; ".join(f"{view.who}: {view.says}" for view in element.views)
            yield _row(f"`{key}`", f"`{name}`", element.asks, views)


def _norms() -> Iterator[str]:
    yield from _table("norm", "title", "weight", "elements", "where views differ", "mark")
    for one in Norms(shipped_packs(), today=_DAY).forms:
        form = one.form
        parts = [
            f"all of {_several([*form.all])}" if form.all else "",
            f"any of {_several([*form.any])}" if form.any else "",
            f"disputed by {_several([*form.disputed_when])} alone" if form.disputed_when else "",
            f"beside: {_several([*form.beside])}" if form.beside else "",
        ]
        views = "; ".join(filter(None, (form.differ, form.views)))
        weight = f"{one.weight}, once the threshold is open" if form.threshold else one.weight
        told = "; ".join(filter(None, parts))
        yield _row(f"`{form.name}`", one.title, weight, told, views, one.mark)


def _questions() -> Iterator[str]:
    subject = ""
    asked = Norms(shipped_packs(), today=_DAY).questions.values()
    for one in sorted(asked, key=lambda one: one.place):
        if one.subject != subject:
            subject = one.subject
            yield from ("", f"### {subject[:1].upper()}{subject[1:]}", "")
            yield from _table("question", "asks", "what counts")
        yield _row(f"`{one.key}`", one.text, one.means)


def _rungs() -> Iterator[str]:
    yield from _table("rung", "what stands on it", "answers")
    for number, words in enumerate(ladder.RUNGS):
        here = [one.key for one in catalogue.RESPONSES if one.rung == number]
        yield _row(number, words, _several([*here]) or ladder.NO_ANSWER)
    beside = [one.key for one in catalogue.RESPONSES if one.rung is None]
    yield _row("beside", "ways to calm", _several([*beside]))


def _answers() -> Iterator[str]:
    for one in catalogue.RESPONSES:
        yield from ("", f"### `{one.key}`", "", one.what, "")
        yield from _table("what", "says")
        yield _row("rung", "beside the ladder" if one.rung is None else one.rung)
        yield _row("may be used by", ", ".join(one.roles))
        law = "; ".join(f"{need.by.article}: {need.words}{_marked(need.by)}" for need in one.legal)
        yield _row("rests on", law)
        yield _row("touches persons", one.touches)
        yield _row("persons to sign", 2 if one.two_persons else 1)
        yield _row("asks of an attribution", _attribution(one))
        yield _row("asks of a case", f"that it is at least `{one.status}`")
        yield _row("where a policy does not speak of it", "open" if one.open else "closed")
        yield _row("cost", f"{one.cost}: {COSTS[one.cost]}")
        yield _row("effect", f"{one.effect.words} ({one.effect.source})")
        yield _row("ways off", _several([*one.exits]) or "none")
        yield _row("ends when the other state complies", "yes" if one.stops else "no")


def _attribution(one: Response) -> str:
    if not one.kinds:
        return "nothing"
    parts = [f"to a {' or a '.join(one.kinds)}"]
    parts += [f"at least `{one.least}`"] if one.least else []
    parts += [f"no policy goes below `{one.floor}`"] if one.floor else []
    parts += [f"with at least `{one.confidence}` confidence"] if one.confidence else []
    return ", ".join([*parts, "set by two persons"])


def _marked(by: Article) -> str:
    return f" ({by.mark})" if by.mark else ""


def _reasons() -> Iterator[str]:
    yield from _table("answer", "opens", "reason", "where it stands")
    for told in _asked_in(options):
        yield _row("each that it fits", *told)
    for module in vars(catalogue).values():
        if isinstance(module, ModuleType) and isinstance(
            found := getattr(module, "RESPONSE", None), Response
        ):
            for told in _asked_in(module):
                yield _row(f"`{found.key}`", *told)


def _asked_in(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Yield each reason that the rules of a module may give."""
    seen: dict[tuple[str, str], list[Article]] = {}
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    for node in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        kind = ast.unparse(node.func)
        if kind not in _KINDS or not isinstance(node.args[0], ast.Name):
            continue
        words = str(getattr(module, node.args[0].id))
        names = [one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)]
        articles = [getattr(module, name, None) for name in names]
        seen.setdefault((kind, words), []).extend(
            one for one in articles if isinstance(one, Article)
        )
    for (kind, words), by in seen.items():
        places = dict.fromkeys(f"{one.article}{_marked(one)}" for one in by)
        yield _KINDS[kind], words, "; ".join(places)


def _policy() -> Iterator[str]:
    yield from _table("key", "must be there", "what may stand in it", "what it is")
    yield from (line for line in list(_fields(Policy))[2:] if "`answers" not in line)
    yield from ("", "In `[answers.KEY]`, KEY being that of an answer:", "")
    yield from _fields(Asked)
    yield from ("", "What holds where a policy does not speak of an answer:", "")
    yield from _table("answer", "open", "likelihood", "confidence", "persons who sign")
    for one in catalogue.RESPONSES:
        asked = asked_of(one, msgspec.structs.replace(default_policy(), answers={}))
        told = (asked.likelihood or "none", asked.confidence or "none", asked.persons)
        yield _row(f"`{one.key}`", "yes" if asked.open else "no", *told)


def _words_of_documents() -> Iterator[str]:
    yield from _table("field", "what it is")
    for name, means in {**FIELDS, **ATTRIBUTION_PARTS}.items():
        yield _row(f"`{{{name}}}`" if name in FIELDS else f"`{name}`", means)


def _playbooks() -> Iterator[str]:
    yield from _table("playbook", "title", "offered in cases of", "steps", "mark")
    for one in plays.shipped_playbooks():
        threats = ", ".join(one.threats)
        yield _row(f"`{one.key}`", one.title, threats, len(one.step), one.verified)


def _gaps(words: Mapping[Any, tuple[str, str]]) -> Iterator[str]:
    yield from _table("gap", "what is missing", "what to do")
    yield from (_row(f"`{key}`", *told) for key, told in words.items())


def _terms() -> Iterator[str]:
    told = _meanings(Terms)
    yield from _table("rule", "value", "what it is, and why")
    yield from (_row(f"`{one}`", getattr(Terms(), one), told[one]) for one in told)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(updated(page.read_text("utf-8")), "utf-8")
