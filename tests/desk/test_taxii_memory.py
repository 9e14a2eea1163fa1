"""The memory of a server does not grow with what it has taken in.

LEGATION_TEST_ENVELOPES says how many envelopes of a thousand objects are posted; the standing
promise is 200.
"""

import logging
import os
from pathlib import Path
from typing import Final

from worlds.sharing_process import SharingHome, SharingProcess, campaign

ENVELOPES: Final = int(os.environ.get("LEGATION_TEST_ENVELOPES", "24"))
EACH: Final = 1_000
_WARM: Final = 8
# SQLite keeps some megabytes of pages for each of its connections, Python its freed arenas.
_BOUND: Final = 48_000_000
_log = logging.getLogger(__name__)


def test_memory_stays_within_a_bound_however_much_comes(tmp_path: Path) -> None:
    home = SharingHome(tmp_path / "home", "Aldria")
    server = SharingProcess(home.folder)
    line, path = home.visitor(server, "Aldria"), home.inboxes["Aldria"]
    taken = []
    for number in range(ENVELOPES):
        raws = [campaign(number * EACH + at, description="x" * 200) for at in range(EACH)]
        assert line.post(path, raws).status == 202
        taken.append(server.memory())
    line.close()
    assert server.stop() == 0
    _log.info("%d MB warm, %d MB at the end", taken[_WARM] // 10**6, taken[-1] // 10**6)
    assert taken[-1] - taken[_WARM] < _BOUND
