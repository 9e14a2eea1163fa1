"""Walks a TAXII server with taxii2-client, and prints what it saw as JSON.

    python client_program.py URL USER PASSWORD COLLECTION ENVELOPE

It runs with a Python that has taxii2-client. ENVELOPE is a file whose objects are added, read in
every way that the client knows, and deleted.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Walk."""
    url, user, password, chosen, file = sys.argv[1:]
    taxii = importlib.import_module("taxii2client.v21")
    sent = json.loads(Path(file).read_text("utf-8"))
    server = taxii.Server(url, user=user, password=password)
    roots = [_root(root) for root in server.api_roots]
    (collection,) = (
        one for root in server.api_roots for one in root.collections if one.id == chosen
    )
    status = collection.add_objects(sent, wait_for_completion=True, poll_interval=1, timeout=30)
    ids = [thing["id"] for thing in sent["objects"]]
    only = {"id": ",".join(ids)}
    seen: dict[str, Any] = {
        "title": server.title,
        "default": server.default.url,
        "roots": roots,
        "status": [status.status, status.total_count, status.success_count, status.failure_count],
        "at_once": _ids(collection.get_objects(**only)),
        "in_pages": [
            name
            for page in taxii.as_pages(collection.get_objects, per_request=2, **only)
            for name in _ids(page)
        ],
        "manifest": [
            name
            for page in taxii.as_pages(collection.get_manifest, per_request=3, **only)
            for name in _ids(page)
        ],
        "one": collection.get_object(ids[0])["objects"],
        "versions": collection.object_versions(ids[0])["versions"],
    }
    for name in ids:
        collection.delete_object(name)
    seen["left"] = _ids(collection.get_objects(**only))
    print(json.dumps(seen))  # noqa: T201


def _root(root: Any) -> dict[str, Any]:
    return {
        "title": root.title,
        "versions": root.versions,
        "max_content_length": root.max_content_length,
        "collections": {one.id: _walked(one) for one in root.collections},
    }


def _walked(collection: Any) -> int | None:
    """Count the objects of a collection, when it may be read."""
    if not collection.can_read:
        return None
    taxii = importlib.import_module("taxii2client.v21")
    return sum(len(_ids(page)) for page in taxii.as_pages(collection.get_objects, per_request=50))


def _ids(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found.get("objects", [])]


if __name__ == "__main__":
    main()
