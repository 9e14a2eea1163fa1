"""Requests as a server hands them to the desk, for tests that send a body piece by piece."""

from typing import Any


def scope(method: str, path: str, *, port: int = 80, **headers: str) -> Any:
    """Return what a server says of a request; `_` in a header's name stands for a hyphen."""
    said = {"host": f"127.0.0.1:{port}" if port != 80 else "127.0.0.1"} | headers
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [
            (name.replace("_", "-").encode(), text.encode()) for name, text in said.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", port),
        "state": {},
    }
