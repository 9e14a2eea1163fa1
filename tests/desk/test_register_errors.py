"""Whatever is refused of a register or a calendar is told in the language of the page."""

import csv
import importlib.util
import io
from pathlib import Path

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.registers import Registers
from legation.desk.saying import state, state_called, told
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.tongues import TOLD, speaking, tongues
from legation.errors import BadInputError
from legation.formats.rows import Refused
from legation.knowledge.states import states
from legation.missions.calendar import Assumed
from legation.store.opening import Store
from worlds.gates import open_gate
from worlds.ministry import TABLES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/legation"
# A register, and what a row of it says wrongly.
BAD_CELLS: tuple[tuple[str, dict[str, str]], ...] = (
    ("missions", {"state": "Aldria"}),
    ("missions", {"state": "Sweden"}),
    ("missions", {"host": "Nowhere"}),
    ("missions", {"host": "EU"}),
    ("missions", {"kind": "embassy", "host": ""}),
    ("missions", {"kind": "consulate", "host": ""}),
    ("missions", {"kind": "virtual", "host": "", "seat": ""}),
    ("missions", {"host": "XA"}),
    ("missions", {"since": "2026-01-02", "until": "2026-01-01"}),
    ("missions", {"since": "soon"}),
    ("missions", {"kind": "villa"}),
    ("missions", {"key": "No Key"}),
    ("missions", {"key": "-"}),
    ("missions", {"name": ""}),
    ("missions", {"name": "n" * 30_000}),
    ("missions", {"name": "n" * 2000}),
    ("missions", {"name": "a\u202eb"}),
    ("missions", {"name": "a\u0007b"}),
    ("channels", {"mission": "never"}),
    ("channels", {"fallback": "many"}),
    ("channels", {"fallback": "-1"}),
    ("channels", {"fallback": "1000000"}),
    ("jewels", {"value": "9"}),
    ("holders", {"protected": "perhaps"}),
    ("plans", {"fallbacks": "bevora-mail|bevora-mail"}),
    ("proofs", {"threats": ""}),
    ("proofs", {"threats": "T9"}),
    ("proofs", {"kind": "breach", "outcome": "held"}),
    ("proofs", {"on": "2026-01-02", "known": "2026-01-01"}),
    ("proofs", {"on": "2036-01-01", "known": "2036-01-01"}),
    ("voices", {"kind": "domain", "name": "no domain", "platform": ""}),
    ("voices", {"kind": "account", "name": "https://nowhere.example/a", "platform": ""}),
    ("voices", {"kind": "account", "name": "a", "platform": ""}),
    ("voices", {"kind": "account", "name": "@", "platform": "x"}),
    ("voices", {"kind": "account", "name": "m\u0444a", "platform": "x"}),
    ("voices", {"kind": "account", "name": "mfa", "platform": "tw\u0456tter"}),
    ("voices", {"kind": "account", "name": "https://x.com/a", "platform": "facebook"}),
    ("voices", {"kind": "domain", "name": "https://who@mfa.example/", "platform": ""}),
    ("talks", {"starts": "2026-03-02T10:00"}),
    ("talks", {"starts": "2026-03-02T24:00Z"}),
    ("talks", {"starts": "2026-03-02T10:00:61Z"}),
    ("talks", {"starts": "2026-03-02T10:00Z", "ends": "2026-03-01T10:00Z"}),
    ("talks", {"starts": "1026-03-02T10:00Z", "ends": "1026-03-02T11:00Z"}),
    ("talks", {"parties": "", "others": ""}),
    ("talks", {"parties": "XA|XA"}),
    ("talks", {"parties": "Aldria"}),
)
BAD_FILES = (
    b"",
    b"colour,shape\n1,2\n",
    b"key,name,colour\na,b,c\n",
    b"key,key\na,b\n",
    "k\u00e9y".encode("latin-1"),
    "key".encode("utf-16"),
    b"PK\x03\x04 book",
    b"key\x00\n",
    b'key,"na\nme',
    b'key,name\n"a"b,c\n',
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
)
EVENT = (
    ("UID", "one"),
    ("SUMMARY", "A round"),
    ("CATEGORIES", "vote"),
    ("DTSTART", "20260302T100000Z"),
    ("DTEND", "20260302T110000Z"),
    ("X-LEGATION-PARTIES", "XA"),
)
BAD_EVENTS: tuple[dict[str, str], ...] = (
    {"SUMMARY": ""},
    {"CATEGORIES": ""},
    {"CATEGORIES": "dance"},
    {"DTSTART": ""},
    {"DTSTART": "soon"},
    {"DTSTART": "20261302T100000Z"},
    {"DTSTART": "20260302T100000"},
    {"DTSTART;TZID=Nowhere": "20260302T100000"},
    {"DTSTART;TZID=Europe/Paris": "20260329T023000"},
    {"DTSTART;TZID=Europe/Paris": "20261025T023000"},
    {"DTEND": ""},
    {"DTEND": "", "DURATION": "long"},
    {"DURATION": "PT2H"},
    {"DTEND": "20260303"},
    {"DTEND": "20260301T100000Z"},
    {"RRULE": "FREQ=DAILY"},
    {"X-LEGATION-PARTIES": ""},
    {"STATUS": "CANCELLED"},
    {"SEQUENCE": "one"},
    {"SEQUENCE": "3000000000"},
)


def enter(home: Home, store: Store) -> Registers:
    registers = Registers(home.library(store, "command line").scope())
    for name, content in TABLES.items():
        assert not registers.take(content, name).refused
    return registers


def changed(register: str, cells: dict[str, str]) -> bytes:
    row = next(csv.DictReader(TABLES[register].decode().splitlines()))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*row])
    writer.writeheader()
    writer.writerow(row | {"key": "new-one"} | cells)
    return out.getvalue().encode()


def calendar(changes: dict[str, str]) -> bytes:
    names = {name.partition(";")[0] for name in changes}
    lines = [(name, text) for name, text in EVENT if name not in names]
    lines += [(name, text) for name, text in changes.items() if text]
    inside = "".join(f"{name}:{text}\r\n" for name, text in lines)
    return (f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{inside}END:VEVENT\r\nEND:VCALENDAR\r\n").encode()


def require_told(*sentences: str) -> None:
    for code in ("fr", "ar"):
        with speaking(tongues()[code]):
            for one in sentences:
                assert 'lang="en"' not in told(one), (code, one)


def require_refused(registers: Registers, content: bytes, register: str = "") -> Refused:
    (refused,) = registers.take(content, "f", register=register, assumed=Assumed()).refused
    require_told(refused.reason, refused.hint)
    return refused


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_every_error_of_registers_and_calendars_stands_in_the_catalogues(code: str) -> None:
    found = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert found is not None
    assert found.loader is not None
    tool = importlib.util.module_from_spec(found)
    found.loader.exec_module(tool)
    catalogue = tool.read(code)
    paths = sorted({path for pattern in tool.REGISTERS for path in SOURCE.glob(pattern)})
    sentences = [one for path in paths for one in tool.of_errors(path.read_text("utf-8"))]
    assert len(sentences) > 150
    missing = [one for one in sentences if catalogue.get(one, TOLD) is None]
    assert missing == []


def test_what_rows_say_wrongly_is_told_in_each_language(home: Home, store: Store) -> None:
    registers = enter(home, store)
    for register, cells in BAD_CELLS:
        refused = require_refused(registers, changed(register, cells), register)
        assert refused.line == 2, (register, cells)


def test_what_events_say_wrongly_is_told_in_each_language(home: Home, store: Store) -> None:
    registers = enter(home, store)
    for changes in BAD_EVENTS:
        require_refused(registers, calendar(changes))


def test_why_an_older_message_of_a_calendar_is_refused_is_told_in_each_language(
    home: Home, store: Store
) -> None:
    registers = enter(home, store)
    assert registers.take(calendar({"SEQUENCE": "1"}), "f").added == 1
    require_refused(registers, calendar({"SEQUENCE": "0", "LOCATION": "Oslo"}))
    assert registers.take(calendar({"SEQUENCE": "1", "STATUS": "CANCELLED"}), "f").changed == 1
    require_refused(registers, calendar({"SEQUENCE": "1"}))


def test_rows_that_do_not_fit_what_is_there_are_told_in_each_language(
    home: Home, store: Store
) -> None:
    registers = enter(home, store)
    voice = {"kind": "account", "name": "oslo_talks", "platform": "x", "state": "XA"}
    assert registers.take(changed("voices", voice | {"key": "real"}), "f").refused == ()
    require_refused(registers, changed("voices", voice | {"key": "twin", "name": "os1o_talks"}))
    require_refused(registers, changed("voices", voice | {"key": "same"}))
    two = changed("missions", {}) + changed("missions", {}).splitlines(keepends=True)[1]
    refused = registers.take(two.replace(b"new-one", b"new-two"), "f").refused
    require_told(*(each for one in refused for each in (one.reason, one.hint)))
    assert refused
    holder = changed("holders", {"person": "Aino Virtanen"})
    require_refused(registers, holder)
    short = b"\n".join([TABLES["missions"].splitlines()[0], b"a,b"])
    require_refused(registers, short)


@pytest.mark.parametrize("content", BAD_FILES)
def test_a_file_that_is_no_register_is_told_in_each_language(
    home: Home, store: Store, content: bytes
) -> None:
    registers = Registers(home.library(store, "command line").scope())
    with pytest.raises(BadInputError) as refused:
        registers.take(content, "f.csv")
    message = str(refused.value).removeprefix(f"{refused.value.place}: ")
    require_told(message, refused.value.hint)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_every_state_of_the_standard_has_its_name_in_each_language(code: str) -> None:
    with speaking(tongues()[code]):
        named = {one: state(one) for one in states()}
        assert not [one for one, name in named.items() if 'lang="en"' in name]
        assert len(set(named.values())) == len(named)
        english = [one for one, name in named.items() if name == states()[one]]
        assert len(english) < (len(named) // 2 if code == "fr" else 1)
        # A name of a pack is whose it is.
        assert 'lang="en"' in state_called("Aldria", "XA")


def test_the_page_of_states_names_them_in_its_language_and_the_table_does_not(
    home: Home, store: Store
) -> None:
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate("security officer"),
    )
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        client.get("/language/fr?to=/states")
        assert "Allemagne" in client.get("/states?words=DE").text
        assert "<title>Allemagne" in client.get("/state/DE").text
        assert "Germany" in client.get("/states/as/csv").text
