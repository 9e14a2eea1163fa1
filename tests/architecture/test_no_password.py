"""There is no password, and nobody who could enter before somebody let them in."""

import re
from pathlib import Path

from legation.app.home import Home
from legation.settings import Settings
from legation.store.tables import metadata
from worlds.browsing import now
from worlds.homes import make_home

# A passphrase opens a key for one signature; it lets nobody in, and nothing keeps it.
SIGNING = ["draft.html"]
DESK = Path(__file__).parents[2] / "src" / "legation" / "desk"


def test_no_form_asks_for_a_password_and_no_table_keeps_one() -> None:
    found = [*DESK.rglob("*.html"), *DESK.rglob("*.js"), *DESK.rglob("*.ts")]
    forms = [path for path in found if "node_modules" not in path.parts]
    assert len(forms) > 20
    asking = re.compile(r"""type=["']?password|current-password|new-password""", re.IGNORECASE)
    assert [path.name for path in forms if asking.search(path.read_text("utf-8"))] == SIGNING
    columns = {column.name for table in metadata.tables.values() for column in table.columns}
    assert "person_id" in columns
    assert [name for name in columns if "password" in name] == []


def test_a_new_store_has_no_person_no_session_and_no_token(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), now)
    make_home(home)
    with home.store() as store:
        assert store.people.count() == 0
        assert store.people.every() == []
        assert store.tokens.every() == []
