"""Every profile stands in the catalogue, and answers as the others do."""

import json
from importlib.util import find_spec
from typing import Any

import pytest

from legation.errors import BadInputError
from legation.formats.profiles.catalogue import EXPORTS, IMPORTS
from legation.formats.profiles.losses import Loss, Piece, covers, leaves
from legation.stix.codec import mapping_of
from worlds.found_campaigns import MINISTRY


def test_what_is_written_can_be_read() -> None:
    assert set(EXPORTS) < set(IMPORTS)


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_a_profile_writes_what_it_reads(name: str) -> None:
    if name == "misp" and find_spec("pymisp") is None:
        pytest.skip("PyMISP is not installed: it comes with the extra `misp`")
    sent = EXPORTS[name]([Piece(mapping_of(MINISTRY))])
    assert json.loads(sent.content)
    assert sent.losses == tuple(sorted(sent.losses))
    got = IMPORTS[name](sent.content)
    assert mapping_of(MINISTRY) in got.objects


@pytest.mark.parametrize("name", sorted(IMPORTS))
@pytest.mark.parametrize("data", [b"", b"\xff", b"[1", b"[[[[]]]]", b'"text"'])
def test_what_cannot_be_read_is_refused_alike(name: str, data: bytes) -> None:
    with pytest.raises(BadInputError) as caught:
        IMPORTS[name](data)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("at", "covered"), [("/a", True), ("/a/0", True), ("/ab", False), ("", False)]
)
def test_a_loss_covers_what_is_inside_its_property(at: str, covered: bool) -> None:
    loss = Loss(object_id="x", property="/a", what="dropped", why="w")
    assert covers(loss, "x", at) is covered
    assert not covers(loss, "y", at)


def test_leaves_are_all_that_holds_nothing() -> None:
    value: dict[str, Any] = {"a/b": [1, [], {}], "c": {"d~": None}}
    assert dict(leaves(value)) == {"/a~1b/0": 1, "/a~1b/1": [], "/a~1b/2": {}, "/c/d~0": None}
