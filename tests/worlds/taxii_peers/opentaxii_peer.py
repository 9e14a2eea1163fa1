"""Start OpenTAXII 0.9.3 on SQLite, with empty collections; the one argument is a folder.

As it is, this release answers every POST on SQLite with 500: the ids of its statuses are UUIDs,
which its JSON writer refuses. So its answers are written by one that writes them as text;
nothing else of it is changed.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from worlds.taxii_peers.serving import serve

USER, PASSWORD = "desk", "a password of the peer"
CONFIGURATION = """---
domain: "{place}"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters:
    db_connection: "sqlite:///{folder}/auth.db"
    create_tables: yes
    secret: a secret of the peer
    token_ttl_secs: 3600
taxii1:
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
  title: peer
  public_discovery: true
  max_content_length: 10000000
logging: {{opentaxii: error, root: error}}
"""


class Text:
    """Writes JSON, and what is none as text."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Write a value."""
        return json.dumps(value, default=str)

    JSONEncoder = json.JSONEncoder


def made(address: str) -> tuple[Any, dict[str, Any]]:
    """Return the application, and what the tests are told."""
    folder = Path(sys.argv[1])
    file = folder / "opentaxii.yml"
    file.write_text(CONFIGURATION.format(place=urlsplit(address).netloc, folder=folder), "utf-8")
    os.environ["OPENTAXII_CONFIG"] = str(file)
    door: Any = importlib.import_module("opentaxii.http")
    importlib.import_module("opentaxii.taxii2.http").json = Text  # type: ignore[attr-defined]  # the one change
    with door.app.app_context():
        accounts = door.server.auth.api
        accounts.create_account(USER, PASSWORD, is_admin=True)
        # An administrator may do everything, so that rights are seen by whoever is none.
        accounts.create_account("other", PASSWORD)
        api = door.server.servers.taxii2.persistence.api
        root = api.add_api_root("root", default=True, is_public=False)
        names = [f"both-{number}" for number in range(40)]
        collections = {
            name: str(api.add_collection(root.id, name, is_public=True, is_public_write=True).id)
            for name in names
        }
        collections["read"] = str(api.add_collection(root.id, "read", is_public=True).id)
        collections["none"] = str(api.add_collection(root.id, "none").id)
        token = door.server.auth.authenticate(USER, PASSWORD)
    told = {
        "discovery": f"{address}/taxii2/",
        "api_root": f"{address}/taxii2/{root.id}/",
        "user": USER,
        "password": PASSWORD,
        "token": token.decode() if isinstance(token, bytes) else token,
    }
    return door.app, told | {"collections": collections}


if __name__ == "__main__":
    serve(made)
