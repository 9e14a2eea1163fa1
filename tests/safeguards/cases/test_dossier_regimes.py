"""A regime is a file: what ships fits, a ministry's own loads, and a fault has its place."""

from importlib.resources import files

import pytest

from legation.errors import BadInputError
from legation.safeguards.cases.dossier import regimes
from legation.safeguards.cases.dossier.regimes import read_regime, shipped_regimes

SHIPPED = (
    files(regimes.__package__).joinpath("regimes", "eu-cyber-2019-797.toml").read_text("utf-8")
)


def refused(text: str | bytes) -> BadInputError:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadInputError) as bad:
        read_regime(content, place="own.toml")
    assert bad.value.hint
    return bad.value


def test_the_regime_that_ships_asks_what_the_decision_asks() -> None:
    regime = next(one for one in shipped_regimes() if one.key == "eu-cyber-2019-797")
    assert [one.key for one in regime.threshold] == ["significant-effect", "external-threat"]
    assert len(regime.factor) == 7
    assert [one.key for one in regime.ground] == ["responsible", "support", "associated"]
    assert regime.review_months == 12
    assert regime.verified == "from-memory"
    assert {regime.mark(one) for one in (*regime.threshold, *regime.factor)} == {"verified-excerpt"}
    assert {regime.mark(one) for one in (*regime.ground, *regime.remedy)} == {"from-memory"}
    assert "memory" in regime.note
    assert regime.fields_of("person") != regime.fields_of("body")
    assert {one.key for one in regime.remedy} == {"notice", "observations", "review"}


def test_a_regime_of_ones_own_loads_from_a_file() -> None:
    own = SHIPPED.replace('key = "eu-cyber-2019-797"', 'key = "own"').replace(
        "review_months = 12", "review_months = 6"
    )
    regime = read_regime(own.encode(), place="own.toml")
    assert (regime.key, regime.review_months) == ("own", 6)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("review_months = 12", "review_months = 13", "own.toml: review_months"),
        ('article = "art. 3(b)"', "article = 3", "own.toml: factor persons-affected article"),
        ('key = "support"', 'key = "responsible"', "own.toml: ground responsible"),
        ('kind = "gender"', 'kind = "colour"', "own.toml: field gender kind"),
        (
            'property = "birthDate"',
            'property = "shoeSize"',
            "own.toml: field date-of-birth property",
        ),
        ('needed = "always"', 'needed = "if-known"', "own.toml: field name"),
        ('verified = "from-memory"', 'verified = "surely"', "own.toml: verified"),
        ('key = "link"', 'key = "link", weight = 3', "own.toml: part link"),
        ("as_of = 2025-10-29", "as_of = 2025-10-29T10:00:00Z", "own.toml: as_of"),
    ],
)
def test_a_fault_is_named_by_table_row_and_key(old: str, new: str, place: str) -> None:
    assert old in SHIPPED
    assert refused(SHIPPED.replace(old, new, 1)).place == place


def test_a_table_that_is_missing_is_named() -> None:
    start = SHIPPED.index("ground = [")
    end = SHIPPED.index("]\n", SHIPPED.index('key = "associated"')) + 2
    assert "ground" in str(refused(SHIPPED[:start] + SHIPPED[end:]))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"key = ",
        b"x" * 300_000,
        b"a = " + b"[" * 50_000,
        b".".join([b"a"] * 60_000) + b" = 1",
        b"review_months = " + b"9" * 10_000,
        b"",
    ],
    ids=["not UTF-8", "no TOML", "too large", "too deep", "deep key", "endless number", "empty"],
)
def test_what_is_no_regime_is_refused_with_its_file(content: bytes) -> None:
    assert refused(content).place.startswith("own.toml")
