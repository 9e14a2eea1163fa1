"""Readers of other languages: whatever a finding says is told to them in their own."""

import re
from collections.abc import Iterable
from typing import Final

from legation.desk.saying import told, told_text
from legation.desk.tongues import speaking, tongues
from legation.threats.disinformation.findings import Campaign

# What stays as it is in any language: a letter of statistics.
_ENGLISH: Final = re.compile(r"[A-Za-z]{2,}")


def require_told(sentences: Iterable[str]) -> None:
    """Fail where a sentence stays English, as a whole or in a part, for a reader of another."""
    for code in ("fr", "ar"):
        with speaking(tongues()[code]):
            for one in sentences:
                assert 'lang="en"' not in told(one), (code, one)
                assert told_text(one) != one, (code, one)
                assert code != "ar" or not _ENGLISH.search(told_text(one)), told_text(one)


def require_read(campaign: Campaign) -> None:
    """Fail where a campaign says something that a reader of another language is not told."""
    require_told(campaign.grade_reasons)
    require_told(campaign.cannot_show)
    require_told(technique.because for technique in campaign.techniques)
