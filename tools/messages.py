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
from datetime import UTC, datetime
from pathlib import Path

import jinja2.nodes
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from legation import errors
from legation.desk.tongues import TOLD
from legation.desk.vocabulary import TOLD as SENTENCES
from legation.desk.vocabulary import VOCABULARY

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/legation"
DESK = SOURCE / "desk"
LOCALE = DESK / "locale"
# Whose errors a person meets on a page; those of the command line and of set-up stay English.
MET = (
    "desk/**/*.py",
    "app/access/clearing.py",
    "app/duty.py",
    "app/access/entering.py",
    "app/access/guests.py",
    "app/access/people.py",
    "app/access/rules.py",
    "app/balancing.py",
    "app/days.py",
    "app/deciding.py",
    "app/evidence/vault.py",
    "app/import_record.py",
    "app/importing.py",
    "app/jobs.py",
    "app/library.py",
    "app/mappings.py",
    "app/marking.py",
    "app/uploads.py",
    "app/work.py",
    "rights/policies.py",
    "rights/roles.py",
    "rights/sealed_names.py",
    "sources/catalogue.py",
    "store/database.py",
    "store/decisions.py",
    "store/faults.py",
    "store/imports.py",
    "store/intake_undo.py",
    "store/jobs.py",
    "store/people.py",
    "store/posts_kept.py",
    "store/proofs.py",
    "store/reading/*.py",
    "store/scratch.py",
)
ERRORS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and name.endswith("Error")
) | {"HTTPException", "NotAuthorizedException", "TooManyRequestsException"}
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
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
            hints = [word.value for word in node.keywords if word.arg == "hint"]
            for said in (*node.args[:1], *hints):
                yield from _sentences(said, known)


def _sentences(said: ast.expr, known: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(said, ast.Name) and said.id in known:
        said = known[said.id]
    if isinstance(said, ast.IfExp):
        yield from _sentences(said.body, known)
        yield from _sentences(said.orelse, known)
    elif isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value:
        yield said.value.replace("%", "%%") if "%" in said.value else said.value
    elif isinstance(said, ast.JoinedStr):
        text, gaps = "", 0
        for part in said.values:
            if isinstance(part, ast.Constant):
                text += str(part.value).replace("%", "%%")
            else:
                gaps += 1
                text += f"%(v{gaps})s"
        # One that is all gaps would match whatever is said, and pass English off as translated.
        if any(letter.isalpha() for letter in re.sub(r"%\(v\d+\)s", "", text)):
            yield text


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
        after.add(
            (one, more) if more else one,
            kept,
            locations=[(where, 1)],
            context=context,
            flags=("python-format",) if "%(" in one or "%%" in one else (),
        )
    return after


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
