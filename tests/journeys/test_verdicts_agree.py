"""Every door says the same: Python, the command line, the verifier page, byte for byte.

`LEGATION_VERDICT_CASES` says how many cases are asked; `make verdicts` asks 10,000. The command
line opens its copy anew each time, so it is asked every tenth.
"""

import base64
import io
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, Page

from legation.app.statements.page import verifier_page
from legation.cli.doors import Doors
from legation.cli.statements import lookup, verify
from legation.errors import LegationError
from legation.safeguards.statements.verdict import serialised, verdict_on_file, verdict_on_text
from worlds.browsing import IN_BROWSER
from worlds.hidden_changes import SAID, STANDS, UNSAID
from worlds.verdict_cases import Case, Cases, Copy, laid

COUNT = int(os.environ.get("LEGATION_VERDICT_CASES", "300"))
AT_ONCE = 250
ASK = """async ({copies, cases}) => {
  const octets = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const {Refusal, Trust, openCopy, serialised} = legation;
  const trust = await Trust.ofBrowser();
  if (trust.missing.size) throw new Error("this browser has no ML-DSA");
  const told = async (act) => {
    try {
      return await act();
    } catch (fault) {
      return fault instanceof Refusal ? {refused: fault.kind} : {refused: `${fault.stack}`};
    }
  };
  globalThis.opened ??= new Map();
  for (const {name, data, anchor, now, remembered} of copies) {
    opened.set(name, await told(() => openCopy(trust, octets(data), anchor, now, remembered)));
  }
  const answers = [];
  for (const {copy, text, file} of cases) {
    const register = opened.get(copy);
    if (register.refused) answers.push(register.refused);
    else if (text === null && file === null) {
      answers.push(`opened ${register.faults.map(({index}) => index)}`);
    } else {
      const said = await told(() => file ? register.onFile(octets(file)) : register.onText(text));
      answers.push(said.refused ?? serialised(said.said));
    }
  }
  return answers;
}"""

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path: Path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_bytes(verifier_page())
    opened = browser.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def by_python(case: Case) -> str:
    try:
        register = case.copy.opened
        if case.text is not None:
            return serialised(verdict_on_text(case.text, register.held)).decode()
        if case.file is not None:
            found = verdict_on_file(case.file, register.verify, register.held)
            return serialised(found).decode()
    except LegationError as refused:
        return type(refused).__name__
    return f"opened {','.join(str(fault.index) for fault in register.faults)}"


def by_command(case: Case, folder: Path) -> str:
    """Ask the command line's function, which raises what the front door would tell."""
    copy, what = folder / "register", folder / "what"
    copy.write_bytes(case.copy.data)
    what.write_bytes(case.file or (case.text or "").encode())
    doors = Doors(
        now=lambda: case.copy.now,
        open_desk=_not_asked,
        ask_secret=_not_asked,
        write_paper=_not_asked,
        write_sheet=_not_asked,
    )
    asked: dict[str, Any] = {
        "register": copy,
        "anchor": str(case.copy.anchor),
        "as_json": True,
        "doors": doors,
    }
    out = io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            code = verify(what, **asked) if case.file else lookup(str(what), **asked)
    except LegationError as refused:
        return type(refused).__name__
    assert code == 0
    return out.getvalue()


def by_page(page: Page, cases: list[Case], known: set[int]) -> list[str]:
    copies = [copy for copy in laid(cases) if id(copy) not in known]
    known.update(id(copy) for copy in copies)
    answers: list[str] = page.evaluate(
        ASK, {"copies": list(map(_copy, copies)), "cases": list(map(_case, cases))}
    )
    return answers


def test_python_and_the_page_give_the_same_bytes_or_the_same_refusal(
    page: Page, tmp_path: Path
) -> None:
    made, known = Cases(), set[int]()
    kept, words, names = [], Counter[str](), Counter[str]()
    for first in range(0, COUNT, AT_ONCE):
        cases = [made.case(number) for number in range(first, min(first + AT_ONCE, COUNT))]
        kept.extend(cases)  # a copy that is gone could lend its number to another
        answers = by_page(page, cases, known)
        for number, (case, theirs) in enumerate(zip(cases, answers, strict=True), first):
            ours = by_python(case)
            assert theirs == ours, f"case {number}: {case.name}: {case.text!r}"
            if number % 10 == 0 and (case.file or case.text):
                assert by_command(case, tmp_path) == ours, f"case {number}: {case.name}"
            words[_word(ours)] += 1
            names[case.name] += 1
    print(  # noqa: T201 -- shown by `pytest -s`
        f"{COUNT} cases: {dict(words.most_common())}"
    )
    assert min(words[word] for word in ("current", "replaced", "altered", "not-found")) > 0
    assert min(words[word] for word in ("BadInputError", "VerificationError")) > 0


def test_python_and_the_page_say_the_same_of_every_copy_from_which_something_was_taken(
    page: Page,
) -> None:
    made = Cases()
    cases = [Case(name=name, copy=copy) for name, copy in made.tampered.items()]
    cases += [
        Case(name=name, copy=copy, text=text)
        for name, copy in made.unproved.items()
        for text in (SAID, UNSAID, STANDS)
    ]
    answers = by_page(page, cases, set())
    for case, theirs in zip(cases, answers, strict=True):
        assert theirs == by_python(case), case.name


def _not_asked(*_: object) -> NoReturn:
    raise AssertionError


def _word(answer: str) -> str:
    return answer.partition('"verdict":"')[2].partition('"')[0] or answer.partition(" ")[0]


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "name": id(copy),
        "data": base64.b64encode(copy.data).decode(),
        "anchor": copy.anchor.sha256.hex(),
        "now": copy.now.timestamp(),
        "remembered": copy.remembered,
    }


def _case(case: Case) -> dict[str, Any]:
    file = None if case.file is None else base64.b64encode(case.file).decode()
    return {"copy": id(case.copy), "text": case.text, "file": file}
