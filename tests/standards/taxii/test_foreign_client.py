"""taxii2-client, which knows nothing of us, walks everything.

Where it is not installed beside the tests, LEGATION_TAXII_CLIENT names a Python that has it.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import names, taxii, walk
from standards.taxii.serving import Served
from standards.taxii.wire import Caller
from worlds.stix_made import StixMaker

PROGRAM = Path(__file__).with_name("client_program.py")


def _python() -> str:
    if find_spec("taxii2client") is not None:
        return sys.executable
    if not (told := os.environ.get("LEGATION_TAXII_CLIENT")):
        pytest.skip("taxii2-client is not installed, and LEGATION_TAXII_CLIENT is not set")
    return told


@clause("8-L1", "1.6.9-M2", "4.1-D1", "3.5-D1", "3.5-D2")
def test_taxii2_client_walks_everything(
    served: Served, first: Caller, maker: StixMaker, tmp_path: Path
) -> None:
    sent = [*maker.some(6), maker.marking(), maker.observable(), maker.odd()]
    file = tmp_path / "envelope.json"
    file.write_text(json.dumps({"objects": sent}), "utf-8")
    done = subprocess.run(
        [_python(), PROGRAM, served.url + served.discovery, served.first.user,
         served.first.password, served.rw, file],
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    assert seen["status"] == ["complete", len(sent), len(sent), 0]
    assert seen["at_once"] == seen["in_pages"] == seen["manifest"] == names(sent)
    assert seen["one"] == [sent[0]]
    assert seen["versions"] == [sent[0]["modified"]]
    assert seen["left"] == []
    assert seen["title"] == taxii(first.get(served.discovery))["title"]
    (root,) = seen["roots"]
    assert root["max_content_length"] == served.max_content_length
    listed = taxii(first.get(first.collections()))["collections"]
    assert list(root["collections"]) == names(listed)
    for name in ("ro", "other"):
        if (collection := getattr(served, name)) is not None:
            count = len(walk(first, first.objects(collection)))
            assert root["collections"][collection] == count
