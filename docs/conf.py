"""How the documentation is built: Sphinx, with pages in Markdown.

The reference of modules is written anew at each build from the code's own docstrings, one
page for each room of the house, so that a new module cannot be left out. Nothing is fetched.
"""

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import legation

project = "legation"
author = "the authors of legation"
release = version = legation.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "legation"
html_copy_source = False
html_show_sphinx = False
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# A property may be called `object`, which type hints then name in two ways.
suppress_warnings = ["ref.python"]

# Compiled by a make target only; needs a part that is no dependency of the program.
BUILD_ONLY = ("_query",)


def setup(app: Sphinx) -> None:
    """Write the reference of modules before Sphinx looks for pages; tidy what it reads."""
    if "desk" in app.tags:
        return  # the help of the desk leaves it out
    app.connect("config-inited", lambda app, _: _write_reference(Path(app.srcdir)))
    app.connect("autodoc-process-docstring", _plain)


def _write_reference(docs: Path) -> None:
    folder = docs / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    home = Path(legation.__file__).parent
    found = [module for module in pkgutil.iter_modules([str(home)]) if module.name != "__main__"]
    pages = {room.name: _modules(f"legation.{room.name}") for room in found if room.ispkg}
    pages["house"] = [f"legation.{single.name}" for single in found if not single.ispkg]
    for page in folder.glob("*.md"):
        if page.stem not in pages:
            page.unlink()
    for room, names in pages.items():
        text = "\n".join([f"# Modules: {room}", "", *(_entry(name) for name in names)])
        page = folder / f"{room}.md"
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


def _modules(package: str) -> list[str]:
    found = pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
    names = [name for _, name, _ in found if ".migrations" not in name]
    return [package, *(name for name in names if not name.endswith(BUILD_ONLY))]


def _entry(module: str) -> str:
    return f"## {module}\n\n```{{eval-rst}}\n.. automodule:: {module}\n```\n"


def _plain(*told: Any) -> None:
    """Let a type's last underscore (`object_`) be a letter, not the mark of a link."""
    lines: list[str] = told[-1]
    lines[:] = [re.sub(r"\b(numpy\.\w+)_\b", r"\1\\_", line) for line in lines]
