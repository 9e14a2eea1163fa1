"""The verifier page: one HTML file that checks statements without a server and without us.

Its scripts are plain modules, kept in `safeguards/statements/page`. Here they are put into one
file, each in a scope of its own, with a policy that forbids every connection and every script but
this one. The same modules and the same anchor give the same bytes, so that anybody can make the
page again and compare.
"""

import base64
import hashlib
import re
from importlib.resources import files
from typing import Final

from legation.crypto.directory.roots import Anchor

LARGEST: Final = 100_000
"""Bytes that the page may have."""
SUFFIX: Final = ".html"

_MODULES: Final = (
    "octets",
    "wording",
    "alignment",
    "lookup",
    "files",
    "statement",
    "signing",
    "log",
    "directory",
    "register",
    "carriers",
    "words",
    "telling",
    "page",
)
_IMPORT: Final = re.compile(r'^import \{([^}]++)\} from "\./(\w++)\.js";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ((?:async )?(?:const|function|class) (\w++))", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ ]*+(?://.*+|/\*\*.*+)\n", re.MULTILINE)
_INDENT: Final = re.compile(r"^[ \n]++", re.MULTILINE)
_STRING: Final = re.compile(r'("(?:[^"\\\n]|\\.)*+")')
_UNCERTAIN: Final = re.compile(r"[\"'`/\\]")
_BLANKS: Final = re.compile(r" ?([=<>&|?:,;{}()\[\]]) ?")
_GOES_ON: Final = re.compile(r"([{(,])\n")
_STYLE: Final = re.compile(r" ?([{};,]) ?|(?<=:) ")


def verifier_page(anchor: Anchor | None = None) -> bytes:
    """Return the page.

    Args:
        anchor: Hash of the root keys that it trusts; None lets its reader put one in.
    """
    script = '"use strict";\n' + "".join(_scoped(name) for name in _MODULES)
    style = _STYLE.sub(r"\1", _INDENT.sub("", _read("page.css")))
    page = _INDENT.sub("", _read("page.html"))
    for name, value in (
        ("{anchor}", anchor.sha256.hex() if anchor else ""),
        ("{style-hash}", _hash(style)),
        ("{script-hash}", _hash(script)),
        ("{style}", style),
        ("{script}", script),
    ):
        page = page.replace(name, value)
    return page.encode()


def _scoped(name: str) -> str:
    """Return a module as a function that runs once and gives what it exports."""
    text = _COMMENT.sub("", _read(f"{name}.js"))
    exported = [found[2] for found in _EXPORT.finditer(text)]
    text = _EXPORT.sub(r"\1", text)
    text = _IMPORT.sub(lambda found: f"const {{{_one_line(found[1])}}} = {found[2]}_js;", text)
    text = "\n".join(map(_tight, _INDENT.sub("", text).split("\n")))
    text = _GOES_ON.sub(r"\1", text)
    return f"const {name}_js = (() => {{\n{text}return {{ {', '.join(exported)} }};\n}})();\n"


def _tight(line: str) -> str:
    """Return a line of a script without blanks around its signs, where no pattern is in it."""
    parts = _STRING.split(line)  # between the strings stand the even ones
    if any(map(_UNCERTAIN.search, parts[::2])):
        return line
    parts[::2] = [_BLANKS.sub(r"\1", part) for part in parts[::2]]
    return "".join(parts)


def _one_line(names: str) -> str:
    return " ".join(names.split()).rstrip(",")


def _read(name: str) -> str:
    return (files("legation.safeguards.statements") / "page" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
