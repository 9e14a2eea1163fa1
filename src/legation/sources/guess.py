"""Which preset fits a file, or, when none does, a guess from the names of its columns.

A guess is never used unseen: it is shown as a mapping file, which a person checks,
changes and passes with `--mapping`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from time import strptime

from legation.errors import BadInputError
from legation.sources.catalogue import PRESETS
from legation.sources.mapping_file import write_mapping
from legation.sources.social.preset import HASHTAG, LINK, MENTION, Preset
from legation.store.reading.mapping import LISTS, REQUIRED, Column, Field, Mapping, Shape
from legation.store.reading.peek import Peek, peek

_NAMES: dict[Column, tuple[str, ...]] = {
    "post_id": ("postid", "tweetid", "messageid", "statusid", "contentid", "idstr", "id", "uri"),
    "account_id": (
        "accountid", "userid", "authorid", "useridstr", "author", "username", "user", "account",
        "screenname", "handle", "fromid", "from",
    ),
    "time": (
        "createdat", "timestamp", "tweettime", "timestampshare", "publisheddate", "publishdate",
        "creationtime", "datetime", "published", "posted", "date", "time", "created",
    ),
    "text": ("text", "fulltext", "message", "content", "body", "tweettext", "caption"),
    "lang": ("lang", "language", "tweetlanguage"),
    "urls": ("urls", "url", "links", "link", "expandedurls"),
    "hashtags": ("hashtags", "tags"),
    "mentions": ("mentions", "usermentions"),
    "image_hashes": ("imagehashes", "imagehash", "phash"),
    "is_repost": ("isrepost", "isretweet", "retweet", "reblogged"),
    "repost_key": ("repostkey", "repostid", "retweetid", "retweettweetid", "retweetedid"),
    "reply_to": ("replyto", "replyid", "inreplytoid", "inreplytotweetid", "parentid"),
    "platform": ("platform", "network"),
}  # fmt: skip
_MANY_NAMES = 30
_LONG_NAME = 60  # the longest column of the presets has some 40
_EPOCHS = ((10, "epoch_s"), (13, "epoch_ms"), (16, "epoch_us"))
_ZONED = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_TWITTER = "%a %b %d %H:%M:%S %z %Y"
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y",
)  # fmt: skip
_HOURS = (" %H:%M:%S", " %H:%M", ", %H:%M:%S", ", %H:%M", " %I:%M:%S %p", " %I:%M %p", "")
_ZONES = ("", " %z")


def choose(file: Path) -> Mapping:
    """Return the mapping of the preset whose signs the file bears.

    Raises:
        BadInputError: None fits; the hint is a guess, as a mapping file to be checked.
    """
    seen = peek(file)
    fitting = fitting_preset(seen)
    if fitting is not None:
        return fitting.mapping
    guessed = guess_mapping(seen.columns, seen.rows)
    if not set(REQUIRED) <= guessed.fields.keys():
        missing = ", ".join(name for name in REQUIRED if name not in guessed.fields)
        raise BadInputError(
            f"no preset fits, and no column looks like {missing}",
            place=str(file),
            hint=f"write a mapping file; {_told(seen.columns)}",
        )
    raise BadInputError(
        "no preset fits this file",
        place=str(file),
        hint=f"check this guess, keep it as a file and pass it with --mapping:\n\n"
        f"{write_mapping(guessed)}",
    )


def _told(columns: Sequence[str]) -> str:
    """Name columns, some of them and none at any length: they are a stranger's words."""
    if not columns:
        return "no column could be read in its first rows"
    shown = [name if len(name) <= _LONG_NAME else f"{name[:_LONG_NAME]}..." for name in columns]
    more = len(shown) - _MANY_NAMES
    rest = f" and {more:,} more" if more > 0 else ""
    return f"the columns are {', '.join(shown[:_MANY_NAMES])}{rest}"


def fitting_preset(seen: Peek) -> Preset | None:
    """Return the preset with the most signs, all of which the file bears."""
    columns = set(seen.columns)
    fitting = [preset for preset in PRESETS if columns.issuperset(preset.signs)]
    return max(fitting, key=lambda preset: len(preset.signs), default=None)


def guess_mapping(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> Mapping:
    """Guess a mapping from the names of columns and some rows.

    The guess may lack what is required, and states a zone only where the times do.
    """
    plain = {
        re.sub(r"[^a-z]", "", column.lower()): column
        for column in reversed(columns)
        if len(column) <= _LONG_NAME
    }
    fields: dict[Column, Field] = {}
    for ours, names in _NAMES.items():
        theirs = next((plain[name] for name in names if name in plain), None)
        if theirs is not None and (theirs,) not in {f.columns for f in fields.values()}:
            shape: Shape = "list" if ours in LISTS else "flag" if ours == "is_repost" else "text"
            fields[ours] = Field((theirs,), shape)
    if "repost_key" in fields and "is_repost" not in fields:
        fields["is_repost"] = Field(fields["repost_key"].columns, "present")
    if "text" in fields:
        for ours, pattern in (("hashtags", HASHTAG), ("mentions", MENTION), ("urls", LINK)):
            fields.setdefault(ours, Field(fields["text"].columns, "find", pattern=pattern))
    samples = [row.get(fields["time"].columns[0], "") for row in rows] if "time" in fields else []
    return Mapping(name="guess", fields=fields, time_format=_time_format(samples), lenient=True)


def _time_format(samples: Sequence[str]) -> str:
    stated = [sample.strip() for sample in samples if sample.strip()]
    if stated and all(sample.isdigit() for sample in stated):
        digits = len(stated[0])
        return min(_EPOCHS, key=lambda epoch: abs(epoch[0] - digits))[1]
    if stated and all(re.match(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d ", sample) for sample in stated):
        return _TWITTER
    if stated and not any(_ISO.match(sample) for sample in stated):
        return _written(stated)
    return "iso"


def _written(samples: Sequence[str]) -> str:
    """Return the one way in which people write times that fits all samples, else `iso`.

    03/04/2024 alone fits two ways: which of them is meant is not guessed.
    """
    ways = (f"{day}{hour}{zone}" for day in _DAYS for hour in _HOURS for zone in _ZONES)
    fitting = [way for way in ways if all(_reads(sample, way) for sample in samples)]
    # The name of a short month, May, is its whole name too: both ways read the same.
    meant = {way.replace("%B", "%b"): way for way in fitting}
    return next(iter(meant.values())) if len(meant) == 1 else "iso"


def _reads(sample: str, way: str) -> bool:
    try:
        strptime(sample, way)
    except ValueError:
        return False
    return True
