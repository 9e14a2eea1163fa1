"""Time for a TAXII client that waits for nothing, and remembers how long it would have waited."""

from legation.sources.taxii.client import TaxiiClient
from legation.sources.taxii.line import Bounds
from legation.sources.taxii.patience import Patience, Tempo
from worlds.taxii_partner import NOW, ROOT, Partner


class Waits:
    """A clock that moves only by waiting."""

    def __init__(self, chance: float = 1.0) -> None:
        self.waited: list[float] = []
        self.chance = chance

    def tempo(self) -> Tempo:
        """Return what a client is given."""
        return Tempo(
            sleep=self.waited.append,
            chance=lambda: self.chance,
            monotonic=lambda: sum(self.waited),
            now=lambda: NOW,
        )


def direct(partner: Partner, *, waits: Waits | None = None, most: int = 10**8) -> TaxiiClient:
    """Return a client that asks a simulated partner without a line."""
    return TaxiiClient(
        f"https://partner.example{ROOT}",
        bounds=Bounds(page_bytes=most),
        patience=Patience(),
        tempo=(waits or Waits()).tempo(),
        transport=partner.transport(),
    )
