"""The server under trial brings what the tests need."""

from standards.taxii.reading import names, taxii, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller


def test_our_own_server_brings_everything(served: Served) -> None:
    if served.name != "legation":
        served.needed("hidden")
    missing = [name for name in Served.__slots__ if getattr(served, name) is None]
    assert missing == []
    assert served.ro_objects
    assert 10_000 < served.max_content_length < 10_000_000


def test_the_grants_are_those_that_are_told(served: Served, first: Caller) -> None:
    told = {"rw": (True, True), "ro": (True, False), "wo": (False, True), "other": (True, True),
            "hidden": (True, True), "closed": (False, False)}  # fmt: skip
    for name, rights in told.items():
        if (collection := getattr(served, name)) is not None:
            found = taxii(first.get(first.collection(collection)))
            assert (found["can_read"], found["can_write"]) == rights, name


def test_the_maximum_is_the_one_that_is_told(served: Served, first: Caller) -> None:
    assert taxii(first.get(served.api_root))["max_content_length"] == served.max_content_length


def test_the_read_only_collection_is_filled(served: Served, first: Caller) -> None:
    held = served.needed("ro_objects")
    path = first.objects(served.collection("ro"))
    assert names(walk(first, path, ("match[version]", "all"))) == names(list(held))
