"""Starts a foreign TAXII server; it runs with the Python of that server's environment.

    python peer_programs.py medallion|opentaxii PORT FOLDER

It prints one line of JSON about what it serves. `held.json` of the folder is what the collection
`ro` holds.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

NAMES = ("rw", "ro", "wo", "other", "closed")
IDS = {name: f"91a7b528-80eb-42ed-a74d-c6fbd5a2611{number}" for number, name in enumerate(NAMES)}
RIGHTS = {"rw": (1, 1), "ro": (1, 0), "wo": (0, 1), "other": (1, 1), "closed": (0, 0)}
PEOPLE = {"first": "Password0", "second": "Password1"}
STIX = "application/stix+json;version=2.1"


def say(about: dict[str, Any]) -> None:
    """Tell the tests."""
    print(json.dumps(about), flush=True)  # noqa: T201


def medallion(port: int, folder: Path) -> Any:
    """Fill medallion's memory and give its application."""
    package = importlib.import_module("medallion")
    held = json.loads((folder / "held.json").read_text("utf-8"))
    records = [
        {
            "id": thing["id"],
            "date_added": f"2025-01-01T00:00:0{number}.000000Z",
            "version": thing.get("modified", thing.get("created", "2025-01-01T00:00:00.000000Z")),
            "media_type": STIX,
        }
        for number, thing in enumerate(held)
    ]
    for thing, record in zip(held, records, strict=True):
        if "modified" not in thing:
            thing["_date_added"] = record["version"]  # where it looks for a version
    collections = [
        {
            "id": IDS[name],
            "title": name,
            "can_read": bool(RIGHTS[name][0]),
            "can_write": bool(RIGHTS[name][1]),
            "media_types": [STIX],
            "objects": held if name == "ro" else [],
            "manifest": records if name == "ro" else [],
        }
        for name in NAMES
    ]
    root = f"http://127.0.0.1:{port}/trust/"
    content = {
        "/discovery": {"title": "peer", "api_roots": [root], "default": root},
        "trust": {
            "information": {
                "title": "peer",
                "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": 2_000_000,
            },
            "status": [],
            "collections": collections,
        },
    }
    file = folder / "content.json"
    file.write_text(json.dumps(content), "utf-8")
    told = {
        "users": PEOPLE,
        "taxii": {"max_page_size": 100},
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(file),
        },
    }
    for part in told:
        package.set_config(package.application_instance, part, told)
    package.register_blueprints(package.application_instance)
    say(
        {
            **IDS,
            **{name: [name, word] for name, word in PEOPLE.items()},
            "api_root": "/trust/",
            "ro_held": True,
            "public_discovery": False,
        }
    )
    return package.application_instance


class Lenient:
    """json for OpenTAXII 0.9.3, which else answers every POST on SQLite with a 500."""

    JSONEncoder = json.JSONEncoder

    @staticmethod
    def dumps(thing: Any, **_: Any) -> str:
        """Write anything, UUIDs too."""
        return json.dumps(thing, default=str)


def opentaxii(port: int, folder: Path) -> Any:
    """Set OpenTAXII up on SQLite and give its application."""
    written = folder / "opentaxii.yml"
    written.write_text(
        f"""---
domain: "127.0.0.1:{port}"
support_basic_auth: yes
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters:
    db_connection: "sqlite:///{folder}/auth.db"
    create_tables: yes
    secret: for-tests-only
    token_ttl_secs: 36000
taxii1:
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {{db_connection: "sqlite:///{folder}/data.db", create_tables: yes}}
  title: peer
  public_discovery: true
  max_content_length: 2000000
logging: {{opentaxii: error, root: error}}
""",
        "utf-8",
    )
    os.environ["OPENTAXII_CONFIG"] = str(written)
    http = importlib.import_module("opentaxii.http")
    importlib.import_module("opentaxii.taxii2.http").json = Lenient  # type: ignore[attr-defined]
    with http.app.app_context():
        auth = http.server.auth.api
        for number, (name, word) in enumerate(PEOPLE.items()):
            auth.create_account(name, word, is_admin=not number)
        api = http.server.servers.taxii2.persistence.api
        root = api.add_api_root("peer", default=True, is_public=False)
        ids = {
            name: str(
                api.add_collection(
                    root.id, name, is_public=bool(reads), is_public_write=bool(writes)
                ).id
            )
            for name, (reads, writes) in RIGHTS.items()
        }
        tokens = {name: http.server.auth.authenticate(name, word) for name, word in PEOPLE.items()}
    people = {
        name: [
            name,
            word,
            _text(tokens[name]),
        ]
        for name, word in PEOPLE.items()
    }
    say(
        {
            **ids,
            # Its administrator may do everything; the other account has the rights told.
            "first": people["second"],
            "second": people["first"],
            "api_root": f"/taxii2/{root.id}/",
            "ro_held": False,
            "public_discovery": True,
        }
    )
    return http.app


def _text(token: Any) -> str:
    return token.decode() if isinstance(token, bytes) else str(token)


def main() -> None:
    """Serve until the end comes from outside."""
    name, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    application = {"medallion": medallion, "opentaxii": opentaxii}[name](port, folder)
    serving = importlib.import_module("gunicorn.app.base")

    class Gunicorn(serving.BaseApplication):  # type: ignore[misc,name-defined]
        def load_config(self) -> None:
            told = {
                "bind": f"127.0.0.1:{port}",
                "workers": 1,
                "threads": 8,
                "timeout": 600,
                "worker_class": "gthread",
                "loglevel": "error",
            }
            for key, value in told.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            return application

    Gunicorn().run()


if __name__ == "__main__":
    main()
