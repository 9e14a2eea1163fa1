"""A mapping that says what a mapping cannot say is refused with its fault, never half read."""

import os
from pathlib import Path

import pytest

from legation.app.known import read_known
from legation.errors import BadInputError
from legation.sources.mapping_file import read_mapping
from legation.sources.posts import read_shorteners

FIELDS = '[fields]\npost_id = "id"\naccount_id = "who"\ntime = "when"\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("handles = 5\n" + FIELDS, "handles is not a list"),
        ('handles = "who"\n' + FIELDS, "handles is not a list"),
        ("handles = [5]\n" + FIELDS, "handles is neither a column nor a table"),
        ("handles = [{}]\n" + FIELDS, "handles names no column"),
        ("fields = 5\n", "fields is not a table"),
        (FIELDS + "text = { columns = [] }\n", "text names no column"),
        (FIELDS + "text = []\n", "text names no column"),
        (FIELDS + 'text = ""\n', "text names no column"),
        (FIELDS + "text = { columns = [5] }\n", "Expected `str`"),
        (FIELDS + "text = { columns = 5 }\n", "Expected `array`"),
        (FIELDS + "text = 5\n", "text is neither a column nor a table"),
        (FIELDS + 'urls = { columns = ["t"], shape = "find" }\n', "urls finds nothing"),
        (
            FIELDS + 'is_repost = { columns = ["who"], shape = "text" }\n',
            "is_repost is a yes or no, and the shape text gives a text",
        ),
        (FIELDS + 'is_repost = { columns = ["r"], shape = "list" }\n', "is_repost is a yes or no"),
        (FIELDS + 'lang = { columns = ["l"], shape = "flag" }\n', "lang is no yes or no"),
        (FIELDS + 'platform = "who"\n', "the column 'who' names accounts"),
        (
            'handles = ["screen"]\n' + FIELDS + 'platform = "screen"\n',
            "the column 'screen' names accounts",
        ),
        ('only = [{ column = "kind", among = [] }]\n' + FIELDS, "only names no value"),
        ('platform = "\\u0000"\n' + FIELDS, "NUL"),
        ("zone = 5\n" + FIELDS, "Expected `str`"),
        ("records = 5\n" + FIELDS, "Expected `array`"),
        ("name = []\n" + FIELDS, "Expected `str`"),
        ("x = " + "[" * 5000 + "]" * 5000 + "\n", "m.toml"),
    ],
)
def test_a_value_that_does_not_fit_is_told(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "m.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(BadInputError) as refused:
        read_mapping(file)
    assert told in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize("read", [read_mapping, read_known, read_shorteners])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_only_a_regular_file_is_read(tmp_path: Path, read: object, kind: str) -> None:
    assert callable(read)
    place = tmp_path / "list"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    else:
        place.mkdir()
    with pytest.raises(BadInputError, match="this is"):
        read(place)
