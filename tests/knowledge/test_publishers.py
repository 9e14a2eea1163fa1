"""Names of publishers: no two that a reader takes for one another."""

import pytest

from legation.errors import BadInputError, ConflictError
from legation.knowledge.pack_file import read_pack
from legation.knowledge.publishers import skeleton, verify_apart, verify_publisher
from worlds.packs import PACK

KNOWN = "Office of Aldria"


@pytest.mark.parametrize(
    "name",
    [
        "Office of Aldria",
        "Minist\u00e8re des Affaires \u00e9trang\u00e8res (MAE)",
        "\u041c\u0438\u043d\u0438\u0441\u0442\u0435\u0440\u0441\u0442\u0432\u043e",
        "\u0648\u0632\u0627\u0631\u0629 \u0627\u0644\u062e\u0627\u0631\u062c\u064a\u0629",
        "\u5916\u4ea4\u90e8",
        "O'Neill & Co., Unit 3",
    ],
)
def test_a_plain_name_of_any_script_is_taken(name: str) -> None:
    verify_publisher(name, "x")
    verify_apart(name, [KNOWN, name], "x")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (" ", "no letters"),
        ("12", "no letters"),
        (" Office", "blanks"),
        ("Office  of Aldria", "blanks"),
        ("Office\u00a0of Aldria", "NFKC"),
        ("O\ufb03ce", "NFKC"),
        ("Office\u200b of Aldria", "U+200B"),
        ("Office \u202eof Aldria", "U+202E"),
        ("Office\u2066 of Aldria", "U+2066"),
        ("Off\u00adice", "U+00AD"),
        ("Office\u034f", "U+034F"),
        ("Office/Aldria", "U+002F"),
        ("Office \U0001f600", "U+1F600"),
        ("\u041effice of Aldria", "mixes the scripts CYRILLIC and LATIN"),
        ("Offic\u03b5 of Aldria", "mixes the scripts GREEK and LATIN"),
    ],
)
def test_a_name_that_hides_something_is_refused_by_name(name: str, said: str) -> None:
    with pytest.raises(BadInputError) as bad:
        verify_publisher(name, "x")
    assert said in str(bad.value)
    assert bad.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "office of aldria",
        "OFFICE OF ALDRIA",
        "0ffice of Aldria",
        "Office of A1dria",
        "Office of AIdria",
        "Office of \u00c0ldria",
        "Office-of-Aldria",
    ],
)
def test_a_name_that_looks_like_a_known_one_is_refused(name: str) -> None:
    verify_publisher(name, "x")
    with pytest.raises(ConflictError, match="looks like the known publisher 'Office of Aldria'"):
        verify_apart(name, [KNOWN], "x")


@pytest.mark.parametrize(
    "name", ["Legation", "1egation", "LEGATION", "leg\u00e1tion", "This desk", "this-desk"]
)
def test_the_name_of_what_ships_and_of_the_desk_cannot_be_imitated(name: str) -> None:
    with pytest.raises(ConflictError, match="looks like the known publisher"):
        verify_apart(name, [], "x")


def test_whole_words_of_another_script_have_the_skeleton_of_what_they_look_like() -> None:
    cyrillic = "\u0420\u043e\u0440\u0435"  # four letters of Cyrillic
    greek = "\u03a1\u03bf\u03c1\u03b5"
    assert skeleton(cyrillic) == skeleton(greek) == skeleton("Pope")
    assert skeleton("modern") == skeleton("modem")
    assert skeleton("Office of Aldria") != skeleton("Office of Bevora")


def test_a_pack_with_such_a_name_is_refused_with_its_place() -> None:
    content = PACK.replace(b"Office of Aldria", "Off\u0456ce of Aldria".encode())
    with pytest.raises(BadInputError, match=r"^x: publisher: the publisher's name mixes"):
        read_pack(content, place="x")
