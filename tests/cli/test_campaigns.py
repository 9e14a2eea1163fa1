"""`legation campaign`: the latest run's findings as a list, in words, and as files."""

import csv
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring

import msgspec
import pytest
from docx import Document
from pypdf import PdfReader

from legation.cli.campaign_words import in_words
from legation.formats.campaign import PSEUDONYM
from legation.store import open_store
from legation.text.hosts import readable
from legation.threats.disinformation.findings import CAVEAT, LanguageShare
from worlds.found_campaigns import RUN, found_campaign
from worlds.judges import judge_by_stix2, oasis_faults
from worlds.shell import legation


@pytest.fixture(scope="module")
def campaign_id(watched: Path) -> str:
    told = json.loads(legation("campaign", "list", "--home", watched, "--json").out)
    found = [one["campaign_id"] for one in told["campaigns"]]
    assert len(found) == 1
    return str(found[0])


def test_the_list_has_a_line_for_each_campaign(watched: Path, campaign_id: str) -> None:
    said = legation("campaign", "list", "--home", watched)
    header, line = said.out.splitlines()
    heads = ["id", "grade", "accounts", "validated ties", "first", "last", "name"]
    assert re.split(" {2,}", header) == heads
    assert line.split()[:4] == [campaign_id, "high", "8", "28"]
    assert CAVEAT in said.err


def test_before_any_run_the_list_says_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    legation("init", "--home", home)
    said = legation("campaign", "list", "--home", home)
    assert (said.out, said.code) == ("", 0)
    assert "legation watch --once" in said.err


def test_a_campaign_is_shown_by_the_start_of_its_id(watched: Path, campaign_id: str) -> None:
    said = legation("campaign", "show", campaign_id[:5], "--home", watched)
    assert said.out.startswith(campaign_id)
    for sentence in ("grade: high", "cannot show: Who directs", "p = ", "160 shared objects"):
        assert sentence in said.out
    assert "ring_" not in said.out


def test_a_campaign_says_of_what_it_counts_pairs_and_in_which_language_it_speaks(
    watched: Path, campaign_id: str
) -> None:
    said = legation("campaign", "show", campaign_id, "--home", watched).out
    for sentence in (
        "28 of 28 pairs of accounts beyond their 1-in-1,000 mark",
        "against chance: 28 of 28 pairs of accounts beyond",
        "mark, chance explains 0.028",
        "with what: 4,480 pairs of posts; co-actions: repost 4,480",
        "languages: English ",
        "p: under 0.0001 (",
        "  0.885  under 0.0001  160  ",
    ):
        assert sentence in said


def test_a_campaign_tells_in_words_what_the_registers_know_of_it() -> None:
    found = msgspec.structs.replace(found_campaign(), posts_read=9)
    (alike,) = found.domains
    plain = msgspec.structs.replace(alike, host="", way=None)
    others = [
        msgspec.structs.replace(alike, host=host, way=way)
        for host, way in (("xn--mf-vlc.test", "inside"), ("evil.test", "before @"))
    ]
    said = in_words(msgspec.structs.replace(found, domains=(plain, alike, *others)), RUN)
    whose = "the official domain of XA: foreign ministry, by the rule 'its own list'"
    how_many = "5 posts by 2 members"
    untold = "whose it is, and what for, cannot be told from its name"
    lines = said.splitlines()
    assert "beside it: fans, 1 member by the rule 'names in fans.csv' (from desk)" in lines
    led = f"{whose} (from its own list): {how_many}"
    assert f"links to www.mfa.aldria.example, {led}" in lines
    looks = "links to mfa.a1dria.example, which looks, letter by letter, like"
    other = f"is another ({whose}, from its own list): {how_many}; {untold}"
    assert f"{looks} www.mfa.aldria.example and {other}" in lines
    read = "9 posts of 276, evenly spaced in time"
    named = f"the protected name of head of mission, paris: in 2 posts of {read}"
    assert f"{named}; whether they mean this person cannot be told" in lines
    assert f"links to {others[0].host} ({readable(others[0].host)}), which holds a name" in said
    assert 'links to evil.test, which stands behind an "@" that follows a name' in said


def test_what_a_campaign_does_not_tell_is_said_and_not_left_out(
    watched: Path, campaign_id: str
) -> None:
    said = legation("campaign", "show", campaign_id, "--home", watched).out
    assert re.search(r"^(terms, in at most|cannot tell by what narrative: ).+", said, re.MULTILINE)
    assert re.search(r"^days far above their usual", said, re.MULTILINE)
    assert re.search(r"^technique(s)? suggested: ", said, re.MULTILINE)


def test_empty_sections_are_said_with_their_reason() -> None:
    why = "too few posts of other people in Russian to compare with: 12 of at least 300"
    bare = msgspec.structs.replace(
        found_campaign(),
        terms=(),
        quotations=(),
        techniques=(),
        bursts=(),
        no_narrative=why,
        more_languages=2,
        posts_read=300,
        languages=(LanguageShare(language="ru", share=0.98),),
    )
    said = in_words(bare, RUN)
    for sentence in (
        f"\ncannot tell by what narrative: {why}\n",
        "\nposts: the data holds no texts to quote\n",
        "\ntechniques suggested: none\n",
        "\ndays far above their usual: none\n",
        "Russian 98 %, 2 more languages 2 %",
    ):
        assert sentence in said


def test_a_list_of_bursts_that_is_cut_says_of_how_many() -> None:
    said = in_words(msgspec.structs.replace(found_campaign(), burst_days=104), RUN)
    assert "days far above their usual, the 1 with most posts of 104; usual: median of" in said


def test_an_unknown_campaign_is_not_found(watched: Path) -> None:
    said = legation("campaign", "show", "c-nothing", "--home", watched)
    assert said.code == 3
    assert "run: legation campaign list" in said.err


def test_the_stix_export_pleases_its_judges(watched: Path, campaign_id: str) -> None:
    said = legation("campaign", "export", campaign_id, "--stix", "--home", watched)
    things = json.loads(said.out)["objects"]
    assert [fault for thing in things for fault in oasis_faults(thing)] == []
    for thing in things:
        judge_by_stix2(thing, allow_custom=True)
    assert sum(thing["type"] == "user-account" for thing in things) == 8


def levels(bundle: str) -> set[str]:
    """Return the names of the levels that a bundle's objects carry."""
    things = {thing["id"]: thing for thing in json.loads(bundle)["objects"]}
    used = {ref for thing in things.values() for ref in thing.get("object_marking_refs", ())}
    return {things[ref]["name"] for ref in used}


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ((), "TLP:AMBER"),
        (("--tlp", "amber"), "TLP:AMBER"),
        (("--tlp", "amber+strict"), "TLP:AMBER+STRICT"),
        (("--tlp", "red"), "TLP:RED"),
    ],
)
def test_a_bundle_leaves_under_the_level_asked_for(
    watched: Path, campaign_id: str, asked: tuple[str, ...], level: str
) -> None:
    said = legation("campaign", "export", campaign_id, "--stix", *asked, "--home", watched)
    assert levels(said.out) == {level}


@pytest.mark.parametrize("asked", ["green", "clear"])
def test_a_level_wider_than_the_stores_is_refused(
    watched: Path, campaign_id: str, asked: str
) -> None:
    said = legation("campaign", "export", campaign_id, "--stix", "--tlp", asked, "--home", watched)
    assert (said.out, said.code) == ("", 4)
    assert f"under TLP:AMBER, and TLP:{asked.upper()} would tell more people" in said.err
    assert "ask for TLP:AMBER or stricter" in said.err


@pytest.mark.parametrize(
    ("given", "code"), [(("--stix", "--tlp", "pink"), 2), (("--csv", "--tlp", "red"), 2)]
)
def test_a_level_that_is_none_or_that_a_file_cannot_carry_is_refused(
    watched: Path, campaign_id: str, given: tuple[str, ...], code: int
) -> None:
    said = legation("campaign", "export", campaign_id, *given, "--home", watched)
    assert (said.out, said.code) == ("", code)


def test_the_table_lists_pseudonyms(watched: Path, campaign_id: str) -> None:
    said = legation("campaign", "export", campaign_id, "--csv", "--home", watched)
    rows = list(csv.DictReader(said.out.splitlines()))
    assert len(rows) == 8
    assert all(PSEUDONYM.fullmatch(row["account_id"]) for row in rows)


@pytest.mark.parametrize("kind", ["csv", "graphml", "gexf"])
def test_what_leaves_the_command_line_says_its_label(
    watched: Path, campaign_id: str, kind: str
) -> None:
    said = legation("campaign", "export", campaign_id, f"--{kind}", "--home", watched)
    if kind == "csv":
        rows = list(csv.DictReader(said.out.splitlines()))
        assert {row["marking"] for row in rows} == {"TLP:AMBER"}
    else:
        root = fromstring(said.out)  # noqa: S314 - our own text
        places = {"graphml": "./{*}graph/{*}data", "gexf": "./{*}meta/{*}description"}
        found = root.find(places[kind])
        assert found is not None
        assert found.text == "TLP:AMBER"


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_the_network_has_every_member_and_tie(
    watched: Path, campaign_id: str, kind: str, tmp_path: Path
) -> None:
    target = tmp_path / "network.xml"
    said = legation(
        "campaign", "export", campaign_id, f"--{kind}", "--out", target, "--home", watched
    )
    tags = [part.tag.rsplit("}", 1)[1] for part in fromstring(target.read_text("utf-8")).iter()]  # noqa: S314 - our own file
    assert said.out == ""
    assert (tags.count("node"), tags.count("edge")) == (8, 28)


def test_an_export_is_written_into_the_audit_trail(watched: Path, campaign_id: str) -> None:
    def entries() -> int:
        told = legation("audit", "verify", "--home", watched, "--json")
        return int(json.loads(told.out)["entries"])

    before = entries()
    legation("campaign", "export", campaign_id, "--csv", "--home", watched)
    assert entries() == before + 1


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_brief_is_written_and_its_hash_stands_in_the_trail(
    watched: Path, campaign_id: str, kind: str, tmp_path: Path
) -> None:
    target = tmp_path / f"brief.{kind}"
    said = legation(
        "campaign", "export", campaign_id[:6], f"--{kind}", "--out", target, "--home", watched
    )
    assert (said.out, said.code) == ("", 0)
    if kind == "pdf":
        pages = [page.extract_text() for page in PdfReader(target).pages]
    else:
        document = Document(str(target))
        pages = ["\n".join(one.text for one in document.sections[0].footer.paragraphs)]
    with open_store(
        f"sqlite:///{watched / 'objects.sqlite'}", home=watched, now=lambda: datetime.now(UTC)
    ) as store:
        entry = list(store.audit.every("campaign.export"))[-1]
    assert entry.event.subject == campaign_id
    assert (entry.event.actor, entry.event.detail["kind"]) == ("command line", kind)
    assert entry.event.detail["label"] == "TLP:AMBER"
    for text in pages:
        assert "TLP:AMBER" in text
        assert entry.event.detail["contents"] in text


@pytest.mark.parametrize("given", [(), ("--tlp", "red", "--out", "x.pdf")])
def test_a_brief_needs_a_file_and_takes_no_level(
    watched: Path, campaign_id: str, given: tuple[str, ...]
) -> None:
    said = legation("campaign", "export", campaign_id, "--pdf", *given, "--home", watched)
    assert (said.out, said.code) == ("", 2)


def test_without_the_part_the_command_says_what_to_install(
    watched: Path, campaign_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    target = tmp_path / "brief.docx"
    said = legation("campaign", "export", campaign_id, "--docx", "--out", target, "--home", watched)
    assert said.code == 2
    assert "run: make pdf" in said.err
    assert not target.exists()


@pytest.mark.parametrize("options", [[], ["--stix", "--csv"]])
def test_an_export_is_of_one_kind(watched: Path, campaign_id: str, options: list[str]) -> None:
    assert legation("campaign", "export", campaign_id, *options, "--home", watched).code == 2


def test_an_export_into_no_folder_is_refused(
    watched: Path, campaign_id: str, tmp_path: Path
) -> None:
    target = tmp_path / "gone" / "a.csv"
    said = legation("campaign", "export", campaign_id, "--csv", "--out", target, "--home", watched)
    assert said.code == 3


def test_the_doctor_finds_a_watched_home_sound_and_a_changed_one_not(
    watched: Path, tmp_path: Path
) -> None:
    import shutil

    home = shutil.copytree(watched, tmp_path / "home")
    assert legation("doctor", "--home", home).code == 0
    file = next((home / "lake").glob("evidence/*/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    said = legation("doctor", "--home", home, "--json")
    bad = [line["what"] for line in json.loads(said.out) if not line["good"]]
    assert (bad, said.code) == (["lake"], 65)


def test_a_head_kept_elsewhere_finds_a_trail_that_was_cut(watched: Path) -> None:
    head = legation("audit", "verify", "--home", watched).out.strip()
    assert legation("audit", "verify", "--head", head, "--home", watched).code == 0
    number = int(head.split()[1])
    longer = head.replace(f" {number} ", f" {number + 1} ")
    assert legation("audit", "verify", "--head", longer, "--home", watched).code == 65
