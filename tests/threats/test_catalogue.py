"""The list of detectors leads to each of them."""

import pytest

from legation.errors import UsageError
from legation.threats.catalogue import DETECTORS, Detector, detector


@pytest.mark.parametrize("entry", DETECTORS, ids=lambda entry: entry.name)
def test_an_entry_loads_the_detector_of_its_name(entry: Detector) -> None:
    assert entry.load().name == entry.name
    assert detector(entry.name) is entry


def test_an_unknown_detector_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        detector("disinformation.narratives")
    assert DETECTORS[0].name in refused.value.hint
