"""The TAXII server over a home: its partners, its collections, one key for all its processes."""

import os
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from legation.app.sharing.admitting import Admitting
from legation.app.sharing.committing import Committing
from legation.app.sharing.receipting import Receipting
from legation.errors import BadInputError
from legation.safeguards.sharing.taxii.cursors import KEY_BYTES
from legation.safeguards.sharing.taxii.server import Offer, TaxiiServer

if TYPE_CHECKING:
    from legation.store.opening import Store

_CURSORS: Final = "taxii cursors"


def taxii_server(
    store: "Store",
    now: Callable[[], datetime],
    *,
    offer: Offer | None = None,
    maker: Callable[[], UUID] = uuid4,
) -> TaxiiServer:
    """Return the server over an open store.

    Args:
        store: With partners and collections.
        now: The clock.
        offer: What the server says of itself, and its limits.
        maker: Gives the ids of statuses.
    """
    return TaxiiServer(
        Admitting(store.doorkeeper),
        store.collections,
        Committing(store.collections, now),
        now=now,
        maker=maker,
        key=store.collections.secret(_CURSORS, os.urandom(KEY_BYTES)),
        offer=offer or Offer(),
        receipts=Receipting(store.receipts, now),
    )


def read_authority(file: Path) -> Path:
    """Return a file of certificates by which those of clients are judged, once it can be read.

    Raises:
        BadInputError: No certificate is in it.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(
            cadata=file.read_text("ascii")
        )
    except (ssl.SSLError, ValueError) as bad:
        raise BadInputError(
            "there is no certificate in it", place=str(file), hint="give certificates in PEM"
        ) from bad
    return file
