"""Writes the documentation as the desk's help: one file of pages, and their pictures.

The pages go into the frame of the desk, whose fence lets no inline style or script pass
and nothing from elsewhere. So of Sphinx's HTML only plain structure is kept, by a list of
what may stay, and an address of another host becomes text: on a closed network it leads
nowhere. The reference of modules is for who changes the program, and stays in `make docs`.

    python docs/desk_help.py
"""

import html
import json
import re
import shutil
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import msgspec
from sphinx.application import Sphinx

DOCS = Path(__file__).parent
PLACE = DOCS.parent / "src" / "legation" / "desk" / "help_pages"
sys.path.insert(0, str(DOCS.parent / "src"))

from legation.desk.help import HOME, Book, Section, Topic  # noqa: E402 - found by the line above

LEFT_OUT = "reference/generated/"
MODULES = re.compile(r"```\{toctree\}[^`]*\ngenerated/\*\n```\n")
EMPTY = {"img", "br", "hr", "col"}
KEPT = (
    EMPTY
    | {"section", "h1", "h2", "h3", "h4", "p", "a", "code", "pre", "kbd", "em", "strong"}
    | {"ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    | {"blockquote", "figure", "figcaption", "aside"}
)
ATTRIBUTES = {"id", "href", "src", "alt", "colspan", "rowspan", "start", "scope"}
HEADINGS = {"h1", "h2", "h3", "h4"}


def main() -> None:
    """Build and write."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "json"
        app = Sphinx(
            srcdir=str(DOCS),
            confdir=str(DOCS),
            outdir=str(out),
            doctreedir=str(Path(scratch) / "trees"),
            buildername="json",
            tags=["desk"],
            confoverrides={
                "html_theme": "basic",
                "extensions": "myst_parser",
                "exclude_patterns": f"_build,{LEFT_OUT}*",
            },
            status=None,
            warningiserror=True,
        )
        app.connect("source-read", _without_modules)
        app.build()
        if app.statuscode:
            sys.exit(app.statuscode)
        topics = {_short(name): _topic(app, out, name) for name in sorted(app.env.found_docs)}
        made = Path(tempfile.mkdtemp(prefix="help_pages.", dir=PLACE.parent))
        made.chmod(0o755)
        (made / "images").mkdir()
        for picture in (out / "_images").glob("*"):
            shutil.copy(picture, made / "images")
    (made / "topics.json").write_bytes(msgspec.json.encode(Book(topics=topics)))
    shutil.rmtree(PLACE, ignore_errors=True)
    made.rename(PLACE)


def _without_modules(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = MODULES.sub("", source[0])
    source[0] = re.sub(r"\[([^\]]+)\]\(generated/[^)]+\)", r"\1", source[0])


def _short(name: str) -> str:
    return name.removesuffix("/index")


def _topic(app: Sphinx, out: Path, name: str) -> Topic:
    told = json.loads((out / f"{name}.fjson").read_text("utf-8"))
    page = Plain(_short(name))
    page.feed(told["body"])
    page.close()
    above: list[str] = []
    while above[:1] != [HOME] and name != HOME:
        # Each page of a built documentation stands under the first one.
        under = above[0] if above else name
        above.insert(0, next(k for k, v in app.env.toctree_includes.items() if under in v))
    return Topic(
        name=_short(name),
        title=app.env.titles[name].astext(),
        body="".join(page.written),
        above=tuple(map(_short, above)),
        below=tuple(map(_short, dict.fromkeys(app.env.toctree_includes.get(name, ())))),
        sections=tuple(page.told()),
    )


class Plain(HTMLParser):
    """Reads one page of Sphinx and writes what may stand on the desk."""

    def __init__(self, name: str) -> None:
        """Read a page of this name."""
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._base = "/help/" if name == HOME else f"/help/{name}/"
        self._open: list[tuple[str, str]] = []  # each open tag, and what closes it
        self._silent = 0
        self._anchors: list[str] = []
        self._sections: list[tuple[str, list[str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, change it, or leave it out."""
        given = {key: value or "" for key, value in attrs}
        if self._silent or "headerlink" in given.get("class", ""):
            self._silent += tag not in EMPTY
            self._open += [(tag, "silence")] * (tag not in EMPTY)
            return
        opening, closing = self._written_as(tag, given)
        self._write(opening)
        if tag not in EMPTY:
            self._open.append((tag, closing))
        if tag == "section":
            self._anchors.append(given.get("id", ""))
        elif tag in HEADINGS:
            self._sections.append((self._anchors[-1], [], []))

    def _written_as(self, tag: str, given: dict[str, str]) -> tuple[str, str]:
        """Return what opens and what closes it on the desk."""
        if tag == "a" and "://" in given.get("href", ""):
            address = given["href"].partition("://")[2].rstrip("/")
            return "", f' <span class="none">({html.escape(address)})</span>'
        if tag == "a" and "_downloads/" in given.get("href", ""):
            return "", ""  # a file of the documentation: the help names it and does not carry it
        if tag not in KEPT:
            anchor = given.get("id")
            return f'<span id="{html.escape(anchor)}"></span>' if anchor else "", ""
        if tag == "table":
            frame = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
            return frame + self._tag(tag, given), "</table></div>"
        if tag == "pre":
            given["tabindex"] = "0"
        if tag == "th" and any(opened == "thead" for opened, _ in self._open):
            given["scope"] = "col"
        return self._tag(tag, given), f"</{tag}>"

    def handle_endtag(self, tag: str) -> None:
        """Close what was kept."""
        if tag in EMPTY:
            return  # written as `<img />`, which opens nothing
        while self._open:
            opened, closing = self._open.pop()
            if closing == "silence":
                self._silent -= 1
            else:
                self._write(closing)
            if opened == "section":
                self._anchors.pop()
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep words, and note them for the search."""
        if self._silent:
            return
        self._write(html.escape(data))
        if self._sections:
            in_heading = any(opened in HEADINGS for opened, _ in self._open)
            self._sections[-1][1 if in_heading else 2].append(data)

    def told(self) -> list[Section]:
        """Return the sections as the search reads them."""
        return [
            Section(
                anchor=anchor,
                title=" ".join("".join(title).split()),
                text=" ".join("".join(words).split()),
            )
            for anchor, title, words in self._sections
        ]

    def _tag(self, tag: str, given: dict[str, str]) -> str:
        kept = {key: value for key, value in given.items() if key in {*ATTRIBUTES, "tabindex"}}
        if "href" in kept:
            kept["href"] = self._inside(kept["href"])
        if "src" in kept:
            kept["src"] = f"/help-image/{Path(kept['src']).name}"
        told = "".join(f' {key}="{html.escape(value)}"' for key, value in kept.items())
        return f"<{tag}{told}>"

    def _inside(self, href: str) -> str:
        place, anchor = urldefrag(urljoin(self._base, href))
        return place.rstrip("/") + (f"#{anchor}" if anchor else "")

    def _write(self, text: str) -> None:
        self.written.append(text)


if __name__ == "__main__":
    main()
