"""What leaves as a file is judged, labelled and written into the trail by one function."""

from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "src/legation/app"


@pytest.mark.parametrize("name", ["library.py", "registers.py"])
def test_a_page_that_leaves_is_recorded_by_one_function(name: str) -> None:
    written = (APP / name).read_text("utf-8")
    assert '"page.export"' not in written
    assert '"contents"' not in written
    assert (APP / "leaving.py").read_text("utf-8").count('"page.export"') == 1
