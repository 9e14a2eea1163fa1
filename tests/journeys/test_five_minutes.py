"""The tutorial in a real browser: its own lines are read from the page and done, by keyboard."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, Page

from worlds.browsing import IN_BROWSER, heard, home_desk, press, tab_to
from worlds.pictures import picture

pytestmark = IN_BROWSER

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
MOST = 12
# Pages that say the same each time; pictures of campaigns are of the invented shelf.
PICTURES = ("mapping",)
STEP = re.compile(
    r"^(\d+)\. \*\*(Open|Choose|Press)\*\* (.*?)(?=^\d+\. |^\S|\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Step:
    """One action as the tutorial words it."""

    verb: str
    target: str
    sees: str
    pictures: tuple[str, ...]


def steps() -> list[Step]:
    """Read the actions from the tutorial, in order."""
    found = STEP.findall(PAGE.read_text("utf-8"))
    assert [int(number) for number, _, _ in found] == list(range(1, len(found) + 1))
    return [_step(verb, words) for _, verb, words in found]


def _step(verb: str, words: str) -> Step:
    told, _, after = words.partition("You see ")
    target = re.search(r"\*([^*]+)\*", told)
    sees = re.match(r"\*([^*]+)\*", after)
    return Step(
        verb=verb,
        target=target[1] if target else "",
        sees=sees[1] if sees else "",
        pictures=tuple(re.findall(r"images/([\w-]+)\.png", words)),
    )


@dataclass
class Reader:
    """Whoever follows the tutorial: has a keyboard, a table of posts, and a folder."""

    page: Page
    table: Path
    actions: int = 0
    kept: list[bytes] = field(default_factory=list)

    def do(self, step: Step) -> None:
        """Do one action, and see what the tutorial says that one sees."""
        self.actions += 1
        if step.verb == "Open":
            self.page.goto("/")
        elif step.verb == "Choose":
            self._choose(step.target)
        elif ", " in step.target:  # a file that is kept; the page stays
            tab_to(self.page, step.target)
            with self.page.expect_download() as coming:
                self.page.keyboard.press("Enter")
            self.kept.append(Path(coming.value.path()).read_bytes())
        else:
            press(self.page, step.target)
        if step.sees:
            self.page.get_by_text(step.sees).first.wait_for(timeout=180_000)
        for name in step.pictures:
            if name in PICTURES:
                picture(self.page, name)

    def _choose(self, label: str) -> None:
        tab_to(self.page, label)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        opened: FileChooser = chooser.value
        opened.set_files(self.table)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the table of posts by the tutorial's own command."""
    folder = tmp_path_factory.mktemp("five-minutes")
    (command,) = re.findall(r"```sh\npython (.*?)\n```", PAGE.read_text("utf-8"), re.DOTALL)
    subprocess.run(["bash", "-euc", f'"{sys.executable}" {command}'], cwd=folder, check=True)
    return folder / "posts.csv"


def test_the_tutorial_has_at_most_twelve_actions_and_each_says_what_it_does() -> None:
    told = steps()
    assert 8 < len(told) <= MOST
    assert [step for step in told if step.verb != "Open" and not step.target] == []
    numbered = re.findall(r"^\d+\. ", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(numbered) == len(told), "a step of the tutorial is worded as no step can be"


def test_the_first_campaign_is_found_and_taken_along_as_the_tutorial_says(
    browser: Browser, tmp_path: Path, table: Path
) -> None:
    with (
        home_desk(tmp_path) as (address, home),
        heard(browser, address, viewport={"width": 1280, "height": 900}) as page,
    ):
        page.on("filechooser", lambda _: None)  # heard from the beginning, not from the key on
        reader = Reader(page, table)
        for step in steps():
            reader.do(step)
        assert reader.actions <= MOST
        assert "Why acct-" in page.locator("h1").inner_text()
        assert page.locator("article.meeting").count() > 3
        brief, bundle = reader.kept
        assert brief.startswith(b"%PDF-")
        objects = json.loads(bundle)["objects"]
        assert [one["type"] for one in objects].count("campaign") == 1
        with home.store(sweep=False) as store:
            exports = [one.event for one in store.audit.entries(limit=1000)]
        assert sum(event.verb.endswith("export") for event in exports) == 2
