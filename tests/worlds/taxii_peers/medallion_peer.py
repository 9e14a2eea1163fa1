"""Start medallion 3.0.0, the reference TAXII 2.1 server of OASIS, with empty collections.

Its data and its cursors live in this process. The one argument is the number of seconds after
which it forgets a cursor.
"""

import importlib
import sys
from typing import Any

from worlds.taxii_peers.serving import serve

USER, PASSWORD = "desk", "a password of the peer"
STIX = "application/stix+json;version=2.1"
RIGHTS = {"both": (True, True), "read": (True, False), "write": (False, True), "none": (False,) * 2}


def made(address: str) -> tuple[Any, dict[str, Any]]:
    """Return the application, and what the tests are told."""
    medallion: Any = importlib.import_module("medallion")
    forget_s = float(sys.argv[1])
    collections = {f"both-{n}": RIGHTS["both"] for n in range(40)} | RIGHTS
    root = f"{address}/api-root/"
    information = {"title": "root", "versions": ["application/taxii+json;version=2.1"]}
    backend = {
        "module": "medallion.backends.memory_backend",
        "module_class": "MemoryBackend",
        "session_timeout": forget_s,
        "check_interval": forget_s / 4,
    }
    configured = {
        "users": {USER: PASSWORD},
        "taxii": {"max_page_size": 500},
        "backend": backend,
    }
    application = medallion.application_instance
    for name in configured:
        medallion.set_config(application, name, configured)
    application.medallion_backend.data = {
        "/discovery": {"title": "peer", "default": root, "api_roots": [root]},
        "api-root": {
            "information": information | {"max_content_length": 10_000_000},
            "status": [],
            "collections": [
                {
                    "id": name,
                    "title": name,
                    "can_read": can_read,
                    "can_write": can_write,
                    "media_types": [STIX],
                    "objects": [],
                    "manifest": [],
                }
                for name, (can_read, can_write) in collections.items()
            ],
        },
    }
    medallion.register_blueprints(application)
    told = {"discovery": f"{address}/taxii2/", "api_root": root, "user": USER, "password": PASSWORD}
    return application, told | {"collections": {name: name for name in collections}}


if __name__ == "__main__":
    serve(made)
