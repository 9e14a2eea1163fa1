"""Whatever a page refuses is told in the reader's language: no module's errors are forgotten.

Each module that raises an error is either read for the catalogues, or stands here with the reason
why no page can show what it says.
"""

import importlib.util
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from legation.app.duty import Duty
from legation.app.home import Home
from legation.app.ordering import add_order
from legation.desk.saying import told
from legation.desk.tongues import TOLD, speaking, tongues
from legation.errors import LegationError
from legation.formats.rota import read_rota
from legation.rights.intrusion import Intrusion
from legation.rights.orders import Draft
from legation.rights.sealed_names import Look
from legation.store.opening import Store
from worlds.gates import Clock

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src/legation"
# Why no page can show what a module says.
APART: Final = {
    "__main__.py": "the command line",
    "cli/*": "the command line",
    "settings.py": "read before there is a desk",
    "app/access/*": "",
    "app/binding.py": "asked before the desk listens",
    "app/checks.py": "legation doctor",
    "app/detecting.py": "legation detect reads files",
    "app/evidence/checking.py": "a job of its own, whose page counts the faults",
    "app/heads.py": "legation audit verify",
    "app/knowledge/*": "packs come in by the command line",
    "app/known.py": "a list that the command line reads",
    "app/outputs.py": "files that the command line writes",
    "app/sharing/pulling.py": "feeds are pulled by the command line",
    "app/sharing/serving.py": "asked before the door for partners listens",
    "app/statements/carriers.py": "carriers are made and read by the command line",
    "app/statements/directories.py": "the key directory is made by the command line",
    "app/statements/keys.py": "keys are made by the command line",
    "app/statements/page.py": "the verifier page is written by the command line",
    "app/statements/pictures.py": "screenshots are read by the command line",
    "app/statements/postings.py": "postings are listed by the command line",
    "crypto/*": "keys are opened before the desk is",
    "formats/bundle.py": "bundles are read by the command line",
    "formats/campaign.py": "a fault of the program, not of who reads",
    "formats/graph.py": "a fault of the program, not of who reads",
    "knowledge/*": "packs come in by the command line",
    "rights/pseudonyms.py": "keys are opened before the desk is",
    "safeguards/duty/gateway.py": "kept beside a sending, as another program said it",
    "safeguards/duty/mail.py": "kept beside a sending, as another program said it",
    "safeguards/duty/secret.py": "read before there is a desk",
    "safeguards/duty/webhook.py": "kept beside a sending, as another program said it",
    "safeguards/statements/books.py": "the register's folder, which the command line checks",
    "safeguards/statements/carriers/*": "carriers are made and read by the command line",
    "safeguards/statements/gathering.py": "witnesses are asked by the command line",
    "safeguards/statements/logging.py": "the register's folder, which the command line checks",
    "safeguards/statements/mirroring.py": "mirrors are kept by the command line",
    "safeguards/statements/register_folder.py": "the folder is checked by the command line",
    "safeguards/statements/statement_file.py": "told by the byte, which is the same everywhere",
    "safeguards/statements/verdict.py": "a fault of the program, not of who reads",
    "safeguards/statements/witness*.py": "a witness is run from the command line",
    "sources/folder.py": "the watch of the command line",
    "sources/taxii/*": "feeds are pulled by the command line",
    "sources/well_known.py": "hosts are asked by the command line",
    "sources/witnesses.py": "witnesses are asked by the command line",
    "stix/*": "a fault of what is kept, for who keeps the store",
    "store/*": "",
    "text/lookup.py": "a fault of the program, not of who reads",
    "threats/*": "a fault of the program, not of who reads",
}
# Of the store: what is found when it is opened, migrated or verified, and files that the command
# line reads.
KEEPING: Final = frozenset(
    {
        *("agreement", "audit", "cards", "coaction", "coaction_files", "coaction_keys"),
        *("coaction_state", "heads", "intake", "labels_verify", "lake", "manifests"),
        *("migrating", "objects_verify", "outbox", "postgresql", "provided", "runs"),
        *("search", "signed_heads", "soundness", "sqlite", "values", "wordings"),
        "feeds",
        *("admission", "evidence_sorted", "plain_files", "proofs_turned", "roster", "sessions"),
    }
)
REASONS: Final = {
    "legality": "the act on the foreign service, section 12",
    "aim": "to warn the missions that accounts imitate",
    "necessity": "nothing less would show who acts together",
    "proportionality": "only public posts of 14 days are read",
    "safeguards": "a second person reads it, and it ends by itself",
}


def tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def is_apart(path: str) -> bool:
    if path.startswith("store/"):
        return Path(path).stem in KEEPING
    return any(reason and fnmatch(path, pattern) for pattern, reason in APART.items())


def test_every_module_with_errors_is_read_for_the_catalogues_or_stands_apart() -> None:
    messages = tool()
    met = {path for pattern in messages.MET for path in SOURCE.glob(pattern)}
    forgotten = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        says = any(True for _ in messages.of_errors(path.read_text("utf-8")))
        if says and path not in met and not is_apart(name):
            forgotten.append(name)
    assert forgotten == []


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_every_sentence_that_a_page_can_refuse_with_is_translated(code: str) -> None:
    messages = tool()
    catalogue = messages.read(code)
    lacking = []
    for path in sorted({path for pattern in messages.MET for path in SOURCE.glob(pattern)}):
        for sentence in messages.of_errors(path.read_text("utf-8")):
            message = catalogue.get(sentence, TOLD)
            if message is None or not message.string:
                lacking.append((path.name, sentence))
    assert lacking == []


def require_told(*sentences: str) -> None:
    for code in ("fr", "ar"):
        with speaking(tongues()[code]):
            for one in sentences:
                assert 'lang="en"' not in told(one), (code, one)


def refused(act: object, *given: object, **named: object) -> LegationError:
    assert callable(act)
    with pytest.raises(LegationError) as raised:
        act(*given, **named)
    place = getattr(raised.value, "place", "")
    require_told(str(raised.value).removeprefix(f"{place}: "), raised.value.hint)
    return raised.value


def draft(**changes: str) -> Draft:
    words = {
        "threat": "T1",
        "target": "accounts-acting-together",
        "watched": "accounts that post one text about the treaty within seconds",
        "expression": "no text is judged; who posts alone is not kept",
        "actor": "Ann",
        "ends": "2026-04-01",
    }
    return Draft(**{**words, **REASONS, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "journalists"},
        {"target": "nobody-at-all"},
        {"threat": "T9"},
        {"aim": "short"},
        {"aim": "to find the journalists who report on the talks"},
        {"watched": "what the o\u0440position says about the talks of this spring"},
        {"expression": "none"},
        {"actor": ""},
        {"ends": ""},
        {"ends": "2020-01-01"},
        {"ends": "2099-01-01"},
        {"safeguards": "it names a@b.example and acts on every one of them"},
    ],
)
def test_a_refused_order_says_why_in_each_language(
    home: Home, store: Store, changes: dict[str, str]
) -> None:
    refused(add_order, store, draft(**changes), now=home.now())


def test_what_an_intrusive_step_lacks_is_named_in_each_language() -> None:
    for part in REASONS:
        refused(lambda part=part: Intrusion(**{**REASONS, part: "too short"}))
        refused(lambda part=part: Intrusion(**{**REASONS, part: "long " * 1000}))
    now = Clock()()
    refused(lambda: Look(purpose="why", actor="Ann", at=now, **bare()))
    with speaking(tongues()["fr"]):
        said = told("the legality of the look is too short (letters: 8)")
    assert said == "la légalité de la consultation : texte trop court (lettres : 8)"


def bare() -> dict[str, str]:
    return {name: text for name, text in REASONS.items() if name != "aim"}


def test_what_a_rota_says_wrongly_is_told_in_each_language(home: Home, store: Store) -> None:
    rows = (
        *("Ann,soon,2026-03-02 08:00,UTC", "Ann,2026-03-02 08:00,2026-03-01 08:00,UTC"),
        *(",2026-03-01 08:00,2026-03-02 08:00,UTC", "Zoe,2026-03-01 08:00,2026-03-02 08:00,UTC"),
        *("Ann,2026-03-01 08:00,2026-03-02 08:00,Mars", "Ann,2026-03-01 08:00,2026-03-02 08:00,"),
    )
    content = "\n".join(["person,starts,ends,zone", *rows]).encode()
    done = Duty(home, store, "test").take_in(content)
    assert len(done.rejected) == len(rows)
    require_told(*(text for one in done.rejected for text in (one.reason, one.hint)))
    refused(read_rota, b"colour\nred\n")


def test_whom_nothing_reaches_is_told_in_each_language(home: Home, store: Store) -> None:
    store.people.add("p-ann", "Ann", ("analyst",))
    content = b"person,starts,ends,zone\nAnn,2026-01-01T08:00Z,2026-12-31T08:00Z,UTC\n"
    duty = Duty(home, store, "test")
    duty.take_in(content)
    faults = duty.outlook().faults
    assert faults
    require_told(*faults)
    require_told("Ann: has no channel", "Ann: mail is dead: refused", "Ann: nobody has that name")
