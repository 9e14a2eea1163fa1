"""What the values of a column look like: times and how they are written, handles, texts, ids.

03/04/2024 can be read in two ways. Where all values can, both are told and none is chosen.
"""

import re
from collections.abc import Sequence
from time import strptime
from typing import Final

_EPOCHS: Final = ((10, "epoch_s"), (13, "epoch_ms"), (16, "epoch_us"))
# 2001 to 2065: a number of that size is rather a time than anything else.
_FIRST, _LAST = 1_000_000_000, 3_000_000_000
_ZONED: Final = re.compile(r"(Z|[+-]\d\d:?\d\d|GMT|UTC)$")
_TWITTER: Final = "%a %b %d %H:%M:%S %z %Y"
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS: Final = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y",
)  # fmt: skip
_HOURS: Final = (
    " %H:%M:%S", " %H:%M", ", %H:%M:%S", ", %H:%M", " %I:%M:%S %p", " %I:%M %p", "",
)  # fmt: skip
_ZONES: Final = ("", " %z")
_HANDLE: Final = re.compile(r"@[\w.@-]{1,80}|https?://[^/\s]+/@?[\w.-]+/?")
_ID: Final = re.compile(r"[^\s]{4,300}")
_LINK: Final = re.compile(r"https?://[^\s]+")
_KNOWN: Final = (
    "twitter x facebook fb instagram telegram tg vk vkontakte вконтакте youtube tiktok reddit "
    "threads mastodon bluesky weibo wechat whatsapp linkedin discord odnoklassniki ok rumble "
    "gab gettr parler truthsocial 微博 微信"
)
_PLATFORMS: Final = frozenset(_KNOWN.split())
_NAME: Final = 40  # signs of an account's name, at most
_NAME_WORDS: Final = 3
_TEXT: Final = 20  # signs of a text on the average, at least


def filled(samples: Sequence[str]) -> list[str]:
    """Return the values that are not empty, without blanks around them."""
    return [sample.strip() for sample in samples if sample.strip()]


def time_formats(samples: Sequence[str]) -> tuple[str, ...]:
    """Return the ways in which all values can be read as times; `iso` where none is seen.

    More than one means that nobody can tell day from month.

    >>> time_formats(["06/08/2015 18:55"])
    ('%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M')
    """
    stated = filled(samples)
    if stated and all(sample.isdigit() for sample in stated):
        digits = len(stated[0])
        return (min(_EPOCHS, key=lambda epoch: abs(epoch[0] - digits))[1],)
    if stated and all(re.match(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d ", sample) for sample in stated):
        return (_TWITTER,)
    if stated and not any(_ISO.match(sample) for sample in stated):
        return _written(stated) or ("iso",)
    return ("iso",)


def are_times(samples: Sequence[str]) -> bool:
    """Tell whether all values are times."""
    stated = filled(samples)
    if not stated:
        return False
    if all(sample.isascii() and sample.isdigit() for sample in stated):
        scale = {digits: 10 ** (digits - 10) for digits, _ in _EPOCHS}
        return all(
            len(sample) in scale and _FIRST <= int(sample) // scale[len(sample)] <= _LAST
            for sample in stated
        )
    if all(_ISO.match(sample) for sample in stated):
        return True
    ways = time_formats(stated)
    return all(_reads(sample, ways[0]) for sample in stated)


def state_a_zone(samples: Sequence[str], way: str) -> bool:
    """Tell whether times say their zone."""
    stated = filled(samples)
    if way.startswith("epoch_") or "%z" in way:
        return True
    return bool(stated) and all(_ZONED.search(sample) for sample in stated)


def are_handles(samples: Sequence[str]) -> bool:
    """Tell whether all values are written as accounts are: `@name`, or the link to a profile."""
    stated = filled(samples)
    return bool(stated) and all(_HANDLE.fullmatch(sample) for sample in stated)


def are_ids(samples: Sequence[str]) -> bool:
    """Tell whether all values are words of their own, none twice."""
    stated = filled(samples)
    several = len(stated) > 1 and len(stated) == len(samples) == len(set(stated))
    return several and all(_ID.fullmatch(sample) for sample in stated)


def are_links(samples: Sequence[str]) -> bool:
    """Tell whether all values are links."""
    stated = filled(samples)
    return bool(stated) and all(_LINK.fullmatch(sample) for sample in stated)


def are_numbers(samples: Sequence[str]) -> bool:
    """Tell whether all values are numbers."""
    stated = filled(samples)
    return bool(stated) and all(re.fullmatch(r"[\d.,%+-]+", sample) for sample in stated)


def are_platforms(samples: Sequence[str]) -> bool:
    """Tell whether the values name platforms, most of them well-known ones."""
    stated = [sample.casefold() for sample in filled(samples)]
    known = sum(sample in _PLATFORMS for sample in stated)
    return bool(stated) and known * 2 > len(stated)


def repeated_words(samples: Sequence[str]) -> int:
    """Return how many names the values are, if they are short and some come again; else 0.

    Who posts, posts again: a column of authors repeats some of few words.
    """
    stated = filled(samples)
    different = len(set(stated))
    if not 1 < different < len(stated) or are_numbers(stated) or are_times(stated):
        return 0
    if are_links(stated) or are_platforms(stated) or max(map(len, stated)) <= 2:  # noqa: PLR2004 # codes
        return 0
    short = all(len(one) <= _NAME and len(one.split()) <= _NAME_WORDS for one in stated)
    return different if short else 0


def text_size(samples: Sequence[str]) -> float:
    """Return how long the values are on the average; 0 when they are no texts."""
    stated = filled(samples)
    if not stated or sum(" " in sample for sample in stated) * 2 < len(stated):
        return 0
    size = sum(map(len, stated)) / len(stated)
    return size if size >= _TEXT else 0


def _written(samples: Sequence[str]) -> tuple[str, ...]:
    """Return the ways in which people write times that fit all samples."""
    ways = [f"{day}{hour}{zone}" for day in _DAYS for hour in _HOURS for zone in _ZONES]
    for sample in samples:
        ways = [way for way in ways if _reads(sample, way)]
    # The name of a short month, May, is its whole name too: both ways read the same.
    return tuple({way.replace("%B", "%b"): way for way in ways}.values())


def _reads(sample: str, way: str) -> bool:
    try:
        strptime(sample, way)
    except ValueError:
        return False
    return True
