"""Whatever is handed in, the page and Python take it for the same, or refuse it alike."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from legation.app.statements.handed import handed_in, text_handed_in
from legation.app.statements.page import verifier_page
from legation.errors import LegationError
from legation.safeguards.statements.statement import Version
from legation.safeguards.statements.verdict import serialised, verdict_on_text
from worlds.browsing import IN_BROWSER
from worlds.handed_in import CASES
from worlds.register_copies import copied, signed
from worlds.statements import statement
from worlds.verdict_cases import Copy

pytestmark = IN_BROWSER

ASK = """async ({files, texts}) => {
  const {Refusal, inFile, inText} = legation;
  const octets = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const digits = (data) => Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("");
  const told = async (act) => {
    try {
      const {kind, data, text, alone} = await act();
      if (kind === "nothing") return {refused: "BadInputError"};
      const what = data ? digits(data) : text ?? "";
      return {kind, what, alone: (alone ?? "").replace("alone-", "")};
    } catch (fault) {
      return {refused: fault instanceof Refusal ? fault.kind : `${fault.stack}`};
    }
  };
  const answers = [];
  for (const file of files) answers.push(await told(() => inFile(octets(file))));
  for (const text of texts) answers.push(await told(() => inText(text)));
  return answers;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path: Path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_bytes(verifier_page())
    opened = browser.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


def by_page(page: Page, files: list[bytes], texts: list[str]) -> list[Any]:
    given = {"files": [base64.b64encode(one).decode() for one in files], "texts": texts}
    answers: list[Any] = page.evaluate(ASK, given)
    return answers


def by_python(given: bytes | str) -> dict[str, str]:
    try:
        found = handed_in(given) if isinstance(given, bytes) else text_handed_in(given)
    except LegationError as refused:
        return {"refused": type(refused).__name__}
    kind = "statement" if found.data else "text"
    return {"kind": kind, "what": found.data.hex() or found.text, "alone": found.alone}


def test_each_file_is_taken_for_the_same_or_refused_alike(page: Page) -> None:
    answers = by_page(page, list(CASES.values()), [])
    for (name, data), answer in zip(CASES.items(), answers, strict=True):
        assert answer == by_python(data), name


def test_each_pasted_text_is_taken_for_the_same_or_refused_alike(page: Page) -> None:
    texts = {}
    for name, data in CASES.items():
        try:
            texts[name] = data.decode()
        except UnicodeDecodeError:
            continue
    answers = by_page(page, [], list(texts.values()))
    for (name, text), answer in zip(texts.items(), answers, strict=True):
        assert answer == by_python(text), name


@pytest.mark.parametrize(
    "piece",
    [
        "<script ",
        "<script type='application/vnd.legation.statement+base64' ",
        "<script>&",
        "-----BEGIN LEGATION STATEMENT-----",
        "-----BEGIN LEGATION STATEMENT TEXT----- \n",
        " ",
        "\n",
        "- ",
    ],
)
def test_a_page_made_to_cost_time_is_answered(page: Page, piece: str) -> None:
    text = "<!doctype html>" + piece * (1_000_000 // len(piece))
    (answer,) = by_page(page, [text.encode()], [])
    assert answer == {"refused": "BadInputError"}


BEGUN = "The talks with Tarvia be\u00ad\ngin on 3\u00a0May in Vel\u00ad\r\nmar."
PASTED = (
    f"{BEGUN} We did not or\u00adder any",
    f"{BEGUN} We did not or\u00adder any at\u00ad\ntack.",
    "The talks with Tarvia begin on 3 May in Velmar. We did not\u00ad\norder any attack.",
    "The talks with Tarvia begin on 3 May in Velmar. We did not\u00ad \norder any attack.",
    "両国は協力を続けることで",
    "协力",
    "NATO会合は、来年五月に",
    "彼は述べた。日本国政府は、本日、東京において首脳会談を行った。",
    " 会談を行った。 両国は協力を",
)
JAPANESE = (
    "日本国政府は、本日、東京において首脳会談を行った。両国は協力を続けることで一致した。"
    "次回のNATO会合は、来年五月に開かれる。"
)
VERDICTS = """async ({copy, anchor, now, texts}) => {
  const {Trust, openCopy, serialised} = legation;
  const data = Uint8Array.from(atob(copy), (sign) => sign.charCodeAt(0));
  const register = await openCopy(await Trust.ofBrowser(), data, anchor, now);
  return Promise.all(texts.map(async (text) => serialised((await register.onText(text)).said)));
}"""


def test_what_was_pasted_from_a_paper_or_without_blanks_has_one_verdict(page: Page) -> None:
    japanese = Version(language="ja", text=JAPANESE)
    copy = Copy(data=copied([signed(statement()), signed(statement("2", versions=(japanese,)))]))
    given = {
        "copy": base64.b64encode(copy.data).decode(),
        "anchor": copy.anchor.sha256.hex(),
        "now": copy.now.timestamp(),
        "texts": PASTED,
    }
    answers = page.evaluate(VERDICTS, given)
    found = [verdict_on_text(text, copy.opened.held) for text in PASTED]
    assert answers == [serialised(one).decode() for one in found]
    verdicts = ["altered", "current", "altered", "current"]
    assert [one.verdict for one in found[:4]] == verdicts
    assert [one.part for one in found if one.languages == ("ja",)] == [
        "excerpt", "excerpt", "mixed", "excerpt",
    ]  # fmt: skip
