"""How a verdict on a statement is said in a terminal: one sentence, then the words that differ.

The words of a pasted text are a stranger's: what is not seen, or looks like another letter, is
shown by its number, and what was added or left out is said in words, not by colour.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from legation.cli.words import answer, counted, tell

if TYPE_CHECKING:
    from pathlib import Path

    from legation.safeguards.statements.verdict import Verdict
    from legation.text.alignment import Difference

CHANGED: Final = {
    "corrects": "corrected",
    "retracts": "withdrawn",
    "supersedes": "superseded",
}
"""What became of a statement, by what the later one did."""
_PARTS: Final = {
    "excerpt": "An excerpt, each word as issued: {} before or after it are left out, which can"
    " change its meaning.",
    "quoted": "The whole statement is quoted in it, unchanged, with other words around.",
}

_ATTACHED: Final = {
    "same": "as issued",
    "other": "not as issued: other bytes",
    "missing": "missing",
    "stranger": "no attachment of this statement",
}


def shown(text: str) -> str:
    r"""Return a stranger's text in one line, with what is unseen written by its number.

    >>> shown("pay\u202e me\nnow")
    'pay\\u202e me\\nnow'
    """
    return "".join(sign if sign.isprintable() else _numbered(sign) for sign in text)


def say_verdict(verdict: "Verdict") -> None:
    """Say a verdict: what it is, of which register and time, what came later, what differs."""
    from legation.safeguards.statements.verdict import told

    answer(told(verdict))
    if verdict.issued:
        languages = ", ".join(verdict.languages)
        answer(f"Issued {verdict.issued} ({languages}); register as of {verdict.as_of}.")
    if verdict.embargo:
        answer(f"Not public before {verdict.embargo}.")
    for later in verdict.see:
        answer(
            f"  {later.issued}: {CHANGED[later.relation]} by {later.number}: {shown(later.reason)}"
        )
    if verdict.part in _PARTS:
        left = counted(sum(one.words for one in verdict.differences), "word")
        answer(_PARTS[verdict.part].format(left))
    for one in verdict.differences:
        _say_difference(one)


def say_attachments(data: bytes, given: "Sequence[Path] | None") -> int:
    """Say what files that were handed in are to a verified statement.

    Returns:
        1 where an attachment is missing or other, or a file is none; 0 otherwise.
    """
    from legation.app.statements.attachments import compared
    from legation.safeguards.statements.statement import read_statement
    from legation.safeguards.statements.statement_file import read_file

    attachments = read_statement(read_file(data).signed).attachments
    if not given:
        if attachments:
            tell(f"It names {counted(len(attachments), 'attachment')}: compare by --attachment.")
        return 0
    found = compared(attachments, given)
    for one in found:
        tell(f"{shown(one.name)}: {_ATTACHED[one.state]}")
    return int(any(one.state != "same" for one in found))


def _say_difference(one: "Difference") -> None:
    issued, pasted = shown(one.registered), _apart(one.pasted, one.registered)
    if one.kind == "added":
        answer(f"  after word {one.at}: added [+ {pasted} +]")
    elif one.kind == "missing":
        answer(f"  word {one.at + 1}: left out [- {issued} -]")
    else:
        answer(f"  word {one.at + 1}: issued as [- {issued} -], here [+ {pasted} +]")


def _apart(pasted: str, registered: str) -> str:
    """Show the letters by their numbers where they would be read as those that were issued."""
    from legation.text.confusables import skeleton

    if registered and skeleton(pasted) == skeleton(registered):
        return "".join(sign if sign.isascii() else _numbered(sign) for sign in pasted)
    return shown(pasted)


def _numbered(sign: str) -> str:
    return sign.encode("unicode_escape", "backslashreplace").decode("ascii")
