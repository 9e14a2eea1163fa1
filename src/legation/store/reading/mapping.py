"""How the columns of an export become the columns of a post.

A mapping is data: it says which column (or JSON path) feeds which of our columns
and in what shape it comes. `select.py` turns it into one SQL select, so that a
million rows cost one scan. Presets in `sources/` and a user's TOML file both end
here.
"""

from typing import Literal

import msgspec

Shape = Literal["text", "glue", "list", "find", "flag", "present", "plain", "html", "digest"]
Column = Literal[
    "post_id",
    "account_id",
    "time",
    "text",
    "lang",
    "urls",
    "hashtags",
    "mentions",
    "image_hashes",
    "is_repost",
    "repost_key",
    "reply_to",
    "platform",
]

REQUIRED: tuple[Column, ...] = ("post_id", "account_id", "time")
LISTS: tuple[Column, ...] = ("urls", "hashtags", "mentions", "image_hashes")
TYPES: dict[Column, str] = {
    "post_id": "VARCHAR",
    "account_id": "VARCHAR",
    "time": "BIGINT",
    "text": "VARCHAR",
    "lang": "VARCHAR",
    "urls": "VARCHAR[]",
    "hashtags": "VARCHAR[]",
    "mentions": "VARCHAR[]",
    "image_hashes": "VARCHAR[]",
    "is_repost": "BOOLEAN",
    "repost_key": "VARCHAR",
    "reply_to": "VARCHAR",
    "platform": "VARCHAR",
}


class Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition: the column holds one of these values."""

    column: str
    among: tuple[str, ...]


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one of our columns comes from.

    Attributes:
        columns: Names of columns, or paths into a JSON record (`author.id`, `tags[*].name`).
        shape: `text` takes the first that is not empty; `glue` joins all with the separator;
            `list` reads a list (native, JSON, `[a, b]`, or split at the separator); `find`
            collects what the pattern finds; `flag` is true when the value is one of `equals`;
            `present` is true when it is not empty; `plain` reads text given as a string or as
            a list of pieces; `html` strips markup; `digest` joins like `glue` and hashes.
        separator: Between the parts of `glue`, or where a `list` is split.
        pattern: Regular expression (RE2); its first group is taken.
        equals: Values that mean true.
        when: Taken only where this holds, else empty.
    """

    columns: tuple[str, ...]
    shape: Shape = "text"
    separator: str = ""
    pattern: str = ""
    equals: tuple[str, ...] = ("true", "t", "1", "yes")
    when: Only | None = None


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record's part that stands elsewhere in its page.

    Attributes:
        name: Name under which the part is put into the record.
        table: Path to the list in the page (`includes`, `users`).
        key: Name of the record's own property that names the part.
        id: Name of the part's property that is named.
    """

    name: str
    table: tuple[str, ...]
    key: str
    id: str = "id"


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one kind of file is read.

    Attributes:
        name: Name of the preset or of the user's file.
        fields: Our column to its source.
        platform: Platform of all rows, unless `fields` has it.
        time_format: `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, or a strptime format.
        zone: Zone of times that state none (`UTC`, `Europe/Berlin`); empty: none is assumed.
        clock_resolution_s: Resolution of the clock when known; 0: detected.
        only: Which records are posts at all.
        records: Path to the list of records in a JSON document.
        carry: Name to path: properties of the document put into each record.
        lookups: Parts of a record that stand elsewhere in its page.
        handles: Further names of the author, masked at import like the account's id.
        lenient: Columns that are not required may be absent from the file.
    """

    name: str
    fields: dict[Column, Field]
    platform: str = ""
    time_format: str = "iso"
    zone: str = ""
    clock_resolution_s: Literal[0, 1, 60, 86400] = 0
    only: tuple[Only, ...] = ()
    records: tuple[str, ...] = ()
    carry: dict[str, tuple[str, ...]] = {}
    lookups: tuple[Lookup, ...] = ()
    handles: tuple[Field, ...] = ()
    lenient: bool = False


def field(*columns: str) -> Field:
    """Return the plain source: the first of these columns that is not empty."""
    return Field(columns)


CANONICAL = Mapping(
    name="legation",
    fields={
        "post_id": field("post_id"),
        "account_id": field("account_id"),
        "time": field("created_at"),
        "text": field("text"),
        "lang": field("lang"),
        "urls": Field(("urls",), "list"),
        "hashtags": Field(("hashtags",), "list"),
        "mentions": Field(("mentions",), "list"),
        "image_hashes": Field(("image_hashes",), "list"),
        "is_repost": Field(("is_repost",), "flag"),
        "repost_key": field("repost_key"),
        "reply_to": field("reply_to"),
        "platform": field("platform"),
    },
    zone="UTC",
    lenient=True,
)
"""Our own columns; times without a zone are UTC by definition."""
