"""What a TAXII server must bring with it to be tried: addresses, accounts, collections, a clock.

Every test of this folder knows the server by this alone. What a foreign server cannot bring is
None, and the tests that need it are skipped; legation's own server brings everything
(`test_served.py` says so).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may ask.

    Attributes:
        user: Name for HTTP Basic.
        password: Password for HTTP Basic.
        token: Bearer token; None where the server has none.
    """

    user: str
    password: str
    token: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A running server and what is known about it.

    Attributes:
        name: What it is called in a skip's reason.
        url: Where it listens, as http://127.0.0.1:port, without a slash at the end.
        api_root: Path of the API root, between slashes.
        discovery: Path of discovery.
        first: A partner with every grant below.
        second: A partner with the same grants on `rw`, `ro` and `wo`, and none on the others.
        disabled: An account that is switched off.
        newcomer: A partner without any grant.
        rw: Collection that `first` and `second` may read and write.
        ro: Collection that they may read only; it holds `ro_objects`.
        wo: Collection that they may write only.
        other: A second collection that `first` may read and write.
        hidden: A collection that `first` may read and write and that `second` may not know.
        closed: A collection that `first` knows and may neither read nor write.
        ro_objects: What `ro` holds, in the order in which it was added, at least two versions of
            one object among them.
        max_content_length: What the API root tells, in bytes; at most a few megabytes.
        public_discovery: Whether discovery asks for no authentication.
        step: Moves the server's clock by so many seconds, also back.
        restart: Stops the server and starts it at the same address on the same store.
        traits: Whatever else a foreign server is known for.
    """

    name: str
    url: str
    api_root: str
    discovery: str = "/taxii2/"
    first: Account
    second: Account | None = None
    disabled: Account | None = None
    newcomer: Account | None = None
    rw: str
    ro: str | None = None
    wo: str | None = None
    other: str | None = None
    hidden: str | None = None
    closed: str | None = None
    ro_objects: tuple[dict[str, Any], ...] = ()
    max_content_length: int
    public_discovery: bool = False
    step: Callable[[float], None] | None = None
    restart: Callable[[], None] | None = None
    traits: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    def collection(self, name: str) -> str:
        """Give the id of a collection; skip the test where the server has none such."""
        return str(self.needed(name))

    def needed(self, name: str) -> Any:
        """Give what the server brings; skip the test where it does not."""
        found = getattr(self, name)
        if found is None or found == ():
            pytest.skip(f"{self.name} has no {name}")
        return found
