"""The server under trial: legation's own, or the peer that LEGATION_TAXII_PEER names.

    LEGATION_TAXII_PEER=medallion:/folder/of/environments  python -m pytest tests/standards/taxii

The folder holds one virtual environment for each peer, `medallion` and `opentaxii`. A peer fails
some of these tests: that is what proves them.
"""

import os
from collections.abc import Iterator

import pytest

from standards.taxii.own import serve_legation
from standards.taxii.peers import serve_peer
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

PEER = os.environ.get("LEGATION_TAXII_PEER", "")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The running server."""
    folder = tmp_path_factory.mktemp("taxii")
    with serve_peer(PEER, folder) if PEER else serve_legation(folder) as found:
        yield found


@pytest.fixture
def first(served: Served) -> Caller:
    """The partner with every grant."""
    return Caller(served, served.first)


@pytest.fixture
def second(served: Served) -> Caller:
    """The partner who may not know some collections."""
    return Caller(served, served.needed("second"))


@pytest.fixture
def nobody(served: Served) -> Caller:
    """Somebody without credentials."""
    return Caller(served, None)


@pytest.fixture
def maker(request: pytest.FixtureRequest) -> StixMaker:
    """A maker of objects that no other test makes."""
    seed = int.from_bytes(request.node.nodeid.encode(), "big")
    return StixMaker(seed)
