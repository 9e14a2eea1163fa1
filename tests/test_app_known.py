"""The user's list of look-alikes: read whole or refused with its line, under a home's names."""

import json
from pathlib import Path

import pytest

from legation.app.known import read_known
from legation.errors import BadInputError, LegationError, NotFoundError, RecordError
from legation.rights.pseudonyms import Pseudonymiser
from legation.threats.disinformation.description import Known
from worlds.planted_posts import write_town
from worlds.shell import legation

HEADER = "account_id,kind,rule,source"
AGENCY = Known(kind="press agency", rule="listed by the press council", source="our desk")
ROW = "press agency,listed by the press council,our desk"


def written(folder: Path, *lines: str) -> Path:
    file = folder / "known.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_each_account_of_the_list_comes_with_what_is_known_of_it(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, f"ann,{ROW}", f'"ben, jr",{ROW}')
    assert read_known(file) == {"ann": AGENCY, "ben, jr": AGENCY}


def test_names_are_turned_into_ids_by_their_platform(tmp_path: Path) -> None:
    file = written(tmp_path, f"platform,{HEADER}", f"here,ann,{ROW}", f",ann,{ROW}")
    found = read_known(file, lambda handle, platform: f"{handle}@{platform}")
    assert set(found) == {"ann@here", "ann@"}


@pytest.mark.parametrize(
    ("lines", "place", "kind"),
    [
        ((HEADER, f"ann,{ROW}", f"ben,{ROW.rpartition(',')[0]},"), ":3", RecordError),
        ((HEADER, "ann,press agency"), ":2", RecordError),
        ((HEADER, f" ,{ROW}"), ":2", RecordError),
        ((HEADER, f"ann,{ROW}", f"ann,{ROW}"), ":3", RecordError),
        (("account_id,kind", "ann,press agency"), ":1", BadInputError),
        ((HEADER, f'"ann,{ROW}'), "known.csv", BadInputError),
    ],
)
def test_a_bad_row_is_refused_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], place: str, kind: type[BadInputError]
) -> None:
    with pytest.raises(kind) as refused:
        read_known(written(tmp_path, *lines))
    assert refused.value.place.endswith(place)
    assert refused.value.hint


def test_an_account_without_a_name_is_refused_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, f"ann,{ROW}", f"@,{ROW}")
    with pytest.raises(RecordError, match="the account has no name") as refused:
        read_known(file, Pseudonymiser(bytes(range(32))).of)
    assert refused.value.place == f"{file}:3"


def test_a_list_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    with pytest.raises(NotFoundError):
        read_known(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LegationError):
        read_known(file)


def test_an_entry_stands_beside_the_campaign_it_explains(tmp_path: Path) -> None:
    town = write_town(tmp_path / "town.jsonl")
    listed = written(tmp_path, HEADER, f"ring_1,{ROW}", f"person_1,{ROW}")
    said = legation("detect", "coordination", town, "--json", "--known", listed)
    (campaign,) = json.loads(said.out)["campaigns"]
    expected = {
        "kind": AGENCY.kind,
        "rule": AGENCY.rule,
        "source": AGENCY.source,
        "accounts": 1,
    }
    assert campaign["lookalikes"] == [expected]
    assert len(campaign["accounts"]) == 8


def test_a_home_knows_the_list_by_pseudonyms_and_a_changed_list_is_looked_at_anew(
    tmp_path: Path,
) -> None:
    town, home = write_town(tmp_path / "town.jsonl"), tmp_path / "home"
    assert legation("init", "--home", home).code == 0
    assert legation("import", "posts", town, "--home", home).code == 0

    def watched(*more: str | Path) -> int:
        said = legation("watch", "--once", "--home", home, *more)
        assert said.code == 0
        shown = legation("campaign", "list", "--json", "--home", home)
        name = json.loads(shown.out)["campaigns"][0]["campaign_id"]
        campaign = json.loads(legation("campaign", "show", name, "--json", "--home", home).out)
        one = campaign.get("campaign", campaign)
        return sum(entry["accounts"] for entry in one["lookalikes"])

    assert watched() == 0
    assert watched("--known", written(tmp_path, HEADER, f"@Ring_1,{ROW}")) == 1
    assert watched("--known", written(tmp_path, HEADER, f"ring_1,{ROW}", f"ring_2,{ROW}")) == 2
