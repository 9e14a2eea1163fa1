"""The catalogues of the desk: finds its messages, and keeps `.po` and `.mo` in step with them.

`make messages` runs it. Messages stand in the templates (`_`, `ngettext`, `{% trans %}`, and the
filters `many` and `of_many` with their noun), in the desk's Python, in its vocabulary, and in
the errors of all parts that a person of the desk can meet. A catalogue that lacks one,
or holds one that nothing says any more, fails the tests.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2.nodes
from babel import Locale
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from legation import errors
from legation.desk.tongues import TOLD
from legation.desk.vocabulary import TOLD as SENTENCES
from legation.desk.vocabulary import VOCABULARY
from legation.knowledge.states import states

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/legation"
DESK = SOURCE / "desk"
LOCALE = DESK / "locale"
# Whose errors stand beside a row of a register or a calendar.
REGISTERS = (
    "app/persons.py",
    "app/registers.py",
    "app/registers_judged.py",
    "app/sheets/*.py",
    "formats/cells.py",
    "formats/icalendar.py",
    "formats/rows.py",
    "formats/timezones.py",
    "knowledge/objects.py",
    "knowledge/shipped.py",
    "knowledge/states.py",
    "missions/*.py",
)
# Whose errors a person meets on a page; those of the command line and of set-up stay English.
MET = (
    *REGISTERS,
    "app/access/admission.py",
    "app/access/clearing.py",
    "app/access/entering.py",
    "app/access/guests.py",
    "app/access/keys.py",
    "app/access/kits.py",
    "app/access/people.py",
    "app/access/rules.py",
    "app/access/tokens.py",
    "app/access/vouching.py",
    "app/acting.py",
    "app/agreeing.py",
    "app/balancing.py",
    "app/cases/*.py",
    "app/days.py",
    "app/deciding.py",
    "app/digests.py",
    "app/duty.py",
    "app/duty_checks.py",
    "app/evidence/leaving.py",
    "app/evidence/room.py",
    "app/evidence/taking.py",
    "app/evidence/vault.py",
    "app/evidence/words.py",
    "app/filters.py",
    "app/handing.py",
    "app/home.py",
    "app/import_record.py",
    "app/importing.py",
    "app/jobs.py",
    "app/knowledge/checking.py",
    "app/labelling.py",
    "app/library.py",
    "app/mappings.py",
    "app/marking.py",
    "app/names.py",
    "app/ordering.py",
    "app/reports.py",
    "app/seals.py",
    "app/searching.py",
    "app/sharing/answering.py",
    "app/sharing/arrived.py",
    "app/sharing/aside.py",
    "app/sharing/aligning.py",
    "app/sharing/files.py",
    "app/sharing/gathering.py",
    "app/sharing/outgoing.py",
    "app/sharing/packages.py",
    "app/sharing/policies.py",
    "app/sharing/recalling.py",
    "app/sharing/receiving.py",
    "app/sharing/roster.py",
    "app/sharing/putting.py",
    "app/sharing/standing.py",
    "app/sharing/taking.py",
    "app/sharing/unpacking.py",
    "app/shifts.py",
    "app/statements/asking.py",
    "app/statements/attachments.py",
    "app/statements/desk.py",
    "app/statements/drafts.py",
    "app/statements/handed.py",
    "app/statements/house.py",
    "app/statements/signing.py",
    "app/statements/speaking.py",
    "app/statements/trust.py",
    "app/uploads.py",
    "app/work.py",
    "crypto/locked_files.py",
    "crypto/regular_files.py",
    "desk/**/*.py",
    "formats/documents/*.py",
    "formats/elements.py",
    "formats/envelope.py",
    "formats/follow_the_money.py",
    "formats/profiles/**/*.py",
    "formats/rota.py",
    "formats/siem.py",
    "rights/clearance.py",
    "rights/intrusion.py",
    "rights/orders.py",
    "rights/policies.py",
    "rights/purposes.py",
    "rights/roles.py",
    "rights/sealed_names.py",
    "rights/vault.py",
    "knowledge/toml_file.py",
    "safeguards/cases/**/*.py",
    "safeguards/duty/channels.py",
    "safeguards/duty/hours.py",
    "safeguards/sharing/gate/labels.py",
    "safeguards/sharing/gate/policy.py",
    "safeguards/statements/carriers/page.py",
    "safeguards/statements/carriers/pdf.py",
    "safeguards/statements/carriers/plain.py",
    "safeguards/statements/carriers/told.py",
    "safeguards/statements/drafting.py",
    "safeguards/statements/holding.py",
    "safeguards/statements/key_directories.py",
    "safeguards/statements/limits.py",
    "safeguards/statements/publishing.py",
    "safeguards/statements/register_copy.py",
    "safeguards/statements/releasing.py",
    "safeguards/statements/statement.py",
    "safeguards/statements/statement_file.py",
    "safeguards/statements/verifying.py",
    "sources/catalogue.py",
    "sources/guess.py",
    "sources/mapping_file.py",
    "sources/posts.py",
    "sources/web_page.py",
    "store/bulk.py",
    "store/calls.py",
    "store/cases.py",
    "store/database.py",
    "store/decisions.py",
    "store/digests.py",
    "store/evidence.py",
    "store/exchange/collections.py",
    "store/exchange/partners.py",
    "store/exchange/quarantined.py",
    "store/faults.py",
    "store/held_keys.py",
    "store/imports.py",
    "store/intake_undo.py",
    "store/jobs.py",
    "store/labels.py",
    "store/names.py",
    "store/orders.py",
    "store/people.py",
    "store/personal.py",
    "store/posts_kept.py",
    "store/proofs.py",
    "store/readable.py",
    "store/reading/*.py",
    "store/rota.py",
    "store/saved_filters.py",
    "store/scratch.py",
    "store/shift_log.py",
    "store/statement_copies.py",
    "store/statements.py",
    "store/tokens.py",
)
ERRORS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and name.endswith("Error")
) | {"HTTPException", "NotAuthorizedException", "TooManyRequestsException"}
# What fills a gap, by the name of what gives it: a word that has its own translation.
GAPS_NAMED = {
    "listed_parts": "list",
    "listed_targets": "list",
    "listed_ways": "list",
    "hidden": "told",
    "plainly": "told",
    "silent": "told",
    "sides": "state",
    "states": "state",
    "target": "register",
    "told_act": "told",
    "told_name": "told",
    "told_target": "told",
    "told_what": "told",
}
STATE = "name of a state"
COUNTED = {"many": "counted", "of_many": "counted, behind a preposition"}
CALLS = {"gettext": 1, "_": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 ? 4 : 5);"
    ),
}
# Context (or None), message, plural (or None).
Message = tuple[str | None, str, str | None]


def messages() -> dict[Message, str]:
    """Return all messages of the desk, each with the file that says it first."""
    found: dict[Message, str] = {}
    for path in sorted((DESK / "templates").iterdir()):
        for message in of_template(path.read_text("utf-8")):
            found.setdefault(message, path.relative_to(DESK).as_posix())
    for path in sorted(DESK.rglob("*.py")):
        for message in of_python(path.read_text("utf-8")):
            found.setdefault(message, path.relative_to(DESK).as_posix())
    for context, words in VOCABULARY.items():
        for word in words:
            found.setdefault((context, word, None), "vocabulary.py")
    for sentence in SENTENCES:
        found.setdefault((TOLD, sentence, None), "vocabulary.py")
    for path in sorted({path for pattern in MET for path in SOURCE.glob(pattern)}):
        for sentence in of_errors(path.read_text("utf-8")):
            found.setdefault((TOLD, sentence, None), path.relative_to(SOURCE).as_posix())
    return found


def environment() -> Environment:
    """Return what reads the templates as the desk does."""
    reads = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]
    )
    reads.policies["ext.i18n.trimmed"] = True
    reads.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    return reads


def of_template(text: str) -> Iterator[Message]:
    """Yield the messages of a template."""
    tree = environment().parse(text)
    for _, call, said in extract_from_ast(tree, gettext_functions=tuple(CALLS)):
        yield _message(call, said if isinstance(said, tuple) else (said,))
    for node in tree.find_all(jinja2.nodes.Filter):
        given = [one.value for one in node.args if isinstance(one, jinja2.nodes.Const)]
        if node.name in COUNTED and given:
            yield _counted(node.name, *given)


def of_python(text: str) -> Iterator[Message]:
    """Yield the messages of a module."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        given = [
            one.value
            for one in node.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name in CALLS and len(given) >= CALLS[name]:
            yield _message(name, given)
        elif name in COUNTED and given:
            yield _counted(name, *given)


def of_errors(text: str) -> Iterator[str]:
    """Yield what errors say and hint; a value that is put in becomes a gap with a name."""
    tree = ast.parse(text)
    outer = _Scope.of(tree, tree.body)
    seen: set[str] = set()
    for place in ast.walk(tree):
        if isinstance(place, ast.FunctionDef | ast.AsyncFunctionDef):
            scope = outer.within(place)
            for node in ast.walk(place):
                for said in _said_by(node):
                    seen |= (found := dict.fromkeys(scope.sentences(said)).keys() - seen)
                    yield from sorted(found)


def _said_by(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
        yield from node.args[:1]
        yield from (word.value for word in node.keywords if word.arg == "hint")


# A piece of what is said, and whether it is a gap.
_Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """What names stand for where an error is raised, and what the functions beside it return."""

    known: dict[str, list[ast.expr]]
    functions: dict[str, ast.FunctionDef]

    @classmethod
    def of(cls, tree: ast.Module, body: Iterable[ast.AST]) -> "_Scope":
        functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
        return cls(known=_assigned(body), functions=functions)

    def within(self, place: ast.FunctionDef | ast.AsyncFunctionDef) -> "_Scope":
        """Return the scope of a function: its arguments hide what stands outside."""
        given = place.args
        hidden = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
        known = {name: some for name, some in self.known.items() if name not in hidden}
        return _Scope(known=known | _assigned(ast.walk(place)), functions=self.functions)

    def sentences(self, said: ast.expr) -> Iterator[str]:
        """Yield all that an expression may say."""
        for pieces in self.ways(said) or ():
            text, gaps = "", 0
            for piece, is_gap in pieces:
                gaps += is_gap
                text += f"%({piece}{gaps})s" if is_gap else piece
            # What is all gaps would match whatever is said, and pass English off as translated.
            if any(letter.isalpha() for letter in re.sub(r"%\(\w+\)s", "", text)):
                yield text

    def ways(self, said: ast.expr, depth: int = 0) -> list[_Pieces] | None:
        """Return the ways in which an expression may be said; None where only a run can tell."""
        if depth > _DEEPEST:
            return None
        ways: list[_Pieces] | None = None
        match said:
            case ast.Constant(value=str(text)):
                ways = [((text.replace("%", "%%"), False),)]
            case ast.IfExp():
                ways = self._any((said.body, said.orelse), depth)
            case ast.BinOp(op=ast.Add()):
                ways = _joined([self.ways(one, depth + 1) for one in (said.left, said.right)])
            case ast.JoinedStr():
                ways = _joined([self._part(one, depth) for one in said.values])
            case ast.Name(id=name) if name in self.known:
                ways = self._any(self.known[name], depth)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                inner, body = self.within(self.functions[name]), ast.walk(self.functions[name])
                given = [one.value for one in body if isinstance(one, ast.Return) and one.value]
                ways = inner._any(given, depth)  # noqa: SLF001 - of its own kind
        return ways

    def _any(self, some: Iterable[ast.expr], depth: int) -> list[_Pieces] | None:
        """Return the ways of several expressions of which one is said."""
        return [way for one in some for way in self.ways(one, depth + 1) or ()] or None

    def _part(self, part: ast.expr, depth: int) -> list[_Pieces]:
        if isinstance(part, ast.Constant):
            return [((str(part.value).replace("%", "%%"), False),)]
        value = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(value, ast.IfExp) or (isinstance(value, ast.Name) and value.id in self.known):
            values = self.known[value.id] if isinstance(value, ast.Name) else [value]
            if all(map(_is_said, values)) and (ways := self.ways(value, depth + 1)):
                return ways
        while isinstance(value, ast.Subscript):
            value = value.value
        called = _name(value.func) if isinstance(value, ast.Call) else _name(value)
        return [((GAPS_NAMED.get(called, "v"), True),)]


_DEEPEST = 6


def _is_said(value: ast.expr) -> bool:
    """Tell whether a value is written out where it is given."""
    if isinstance(value, ast.IfExp):
        return _is_said(value.body) and _is_said(value.orelse)
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def _joined(parts: list[list[_Pieces] | None]) -> list[_Pieces]:
    """Return the ways to say parts one after the other; what only a run can tell is a gap."""
    found: list[_Pieces] = [()]
    for ways in parts:
        found = [(*before, *way) for before in found for way in ways or [(("v", True),)]]
    return found


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = (
                    node.value.elts
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [node.value] * len(names)
                )
                for name, value in zip(names, values, strict=True):
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _message(call: str, said: Iterable[str | None]) -> Message:
    texts = [text for text in said if text is not None]
    context = texts.pop(0) if call in ("pgettext", "npgettext") else None
    return context, texts[0], texts[1] if call in ("ngettext", "npgettext") else None


def _counted(name: str, one: str, more: str = "") -> Message:
    return COUNTED[name], f"%(number)s {one}", f"%(number)s {more or one + 's'}"


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def po_of(code: str) -> Path:
    """Return where a language's messages are translated."""
    return LOCALE / code / "LC_MESSAGES" / "desk.po"


def read(code: str) -> Catalog:
    """Return a language's catalogue."""
    path = po_of(code)
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as stream:
        return read_po(stream, locale=code)


def updated(code: str) -> Catalog:
    """Return a language's catalogue with all messages that there are now, and no other."""
    before = read(code)
    after = Catalog(locale=code, domain="desk", fuzzy=False)
    for context, one, more in sorted(messages(), key=lambda of: (of[1], of[0] or "")):
        where = messages_at(context, one, more)
        old = before.get(one, context)
        kept = old.string if old is not None and old.pluralizable == (more is not None) else None
        if context == STATE:
            kept = kept or _called(one, code)
        after.add(
            (one, more) if more else one,
            kept,
            locations=[(where, 1)],
            context=context,
            flags=("python-format",) if "%(" in one or "%%" in one else (),
        )
    return after


def _called(name: str, code: str) -> str | None:
    """Return what a language calls a state, where English has no other name for it than ours."""
    english, other = (Locale(one).territories for one in ("en", code))
    at = next((one for one, ours in states().items() if ours == name), "")
    return other.get(at) if english.get(at) == name else None


def messages_at(context: str | None, one: str, more: str | None) -> str:
    """Return the file that says a message first."""
    return _ALL[context, one, more]


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as text: the same messages give the same bytes."""
    out = io.BytesIO()
    write_po(
        out, catalogue, width=100, omit_header=True, ignore_obsolete=True, include_lineno=False
    )
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[str(catalogue.locale)]}\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def compiled(code: str) -> bytes:
    """Return what the desk reads of a language."""
    out = io.BytesIO()
    catalogue = read(code)
    # The head has the hour of its making: the same messages must give the same bytes.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(out, catalogue)
    return out.getvalue()


_ALL = messages()


def main() -> None:
    """Bring the catalogues up to date, and say what is left to translate."""
    for code in tongues_with_catalogue():
        po_of(code).parent.mkdir(parents=True, exist_ok=True)
        po_of(code).write_bytes(written(updated(code)))
        po_of(code).with_suffix(".mo").write_bytes(compiled(code))
        left = [one.id for one in read(code) if one.id and not any(_strings(one.string))]
        sys.stdout.write(f"{code}: {len(_ALL)} messages, {len(left)} to translate\n")


def tongues_with_catalogue() -> tuple[str, ...]:
    """Return the languages that are translated into."""
    return tuple(PLURALS)


def _strings(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, tuple | list) else (str(said),)


if __name__ == "__main__":
    main()
