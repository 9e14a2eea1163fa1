"""What the program says of a campaign in figures is what a plain count of the posts gives."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from legation.text.language import identify
from legation.text.normalise import normalise
from legation.text.terms import MIN_RATIO, words
from legation.threats.disinformation.findings import Report
from worlds.planted_posts import RING, write_town
from worlds.shell import legation

_ENGLISH = """
bridge harbour minister summer council market signal window garden thunder paper river
mountain election speaker captain village orchard lantern winter soldier teacher morning
"""
_ARABIC = """
الجسر الميناء الوزير الصيف المجلس السوق النافذة الحديقة الرعد الورق النهر الجبل
الانتخابات القبطان القرية البستان الشتاء الجندي المعلم الصباح المدينة الطريق الكتاب
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town where a link and a picture go round together, each time in other words."""
    path = write_town(tmp_path_factory.mktemp("harbour") / "town.jsonl")
    chance = random.Random(5)  # noqa: S311 - an invented world, no secret
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        row = json.loads(line)
        if row["is_repost"]:
            said = chance.sample((_ARABIC if number % 3 == 0 else _ENGLISH).split(), 12)
            row |= {
                "text": " ".join(said),
                "urls": [f"https://news.example/{row['repost_key']}"],
                "image_hashes": [f"hash-{row['repost_key']}"],
                "is_repost": False,
                "repost_key": None,
            }
        rows.append(json.dumps(row))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def found(harbour: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:
    folder = tmp_path_factory.mktemp("figures")
    campaigns, evidence = folder / "campaigns.json", folder / "evidence.parquet"
    asked = ("--campaigns", campaigns, "--evidence", evidence)
    assert legation("detect", "coordination", harbour, *asked).code == 0
    return msgspec.json.decode(campaigns.read_bytes(), type=Report), evidence


def counted(harbour: Path, question: str, *values: object) -> tuple[Any, ...]:
    with duckdb.connect() as reader:
        post = f"(SELECT * FROM read_json('{harbour}') WHERE account_id LIKE 'ring_%')"
        return reader.execute(question.format(post=post), list(values)).fetchall()[0]


def test_a_quotation_counts_who_has_its_text_and_who_shares_its_object(
    found: tuple[Report, Path], harbour: Path
) -> None:
    (campaign,) = found[0].campaigns
    assert {one.account_id for one in campaign.accounts} == set(RING)
    assert campaign.quotations
    for one in campaign.quotations:
        ask = "SELECT count(DISTINCT account_id), count(*) FROM {post} WHERE text = ?"
        assert (one.accounts, one.posts) == counted(harbour, ask, one.text) == (1, 1)
        column = {"link": "urls", "image": "image_hashes"}[one.layer]
        ask = f"SELECT any_value({column})[1] FROM {{post}} WHERE post_id = ?"
        (thing,) = counted(harbour, ask, one.post_id)
        ask = (
            "SELECT count(DISTINCT account_id), count(*) FROM {post} "
            f"WHERE list_contains({column}, ?)"
        )
        sharing = (one.object_accounts, one.object_posts)
        assert sharing == counted(harbour, ask, thing) == (8, 8)


def test_shares_of_languages_and_posts_of_terms_are_of_all_posts_of_the_members(
    found: tuple[Report, Path], harbour: Path
) -> None:
    (campaign,) = found[0].campaigns
    texts, written = counted(harbour, "SELECT list(text), count(*) FROM {post}")
    normal = [normalise(text) for text in texts]
    assert campaign.posts_read == written == 1280
    spoken = Counter(identify(normal))
    assert len(spoken) > 1
    assert {one.language: one.share for one in campaign.languages} == {
        code: round(posts / written, 4) for code, posts in spoken.items()
    }
    assert campaign.more_languages == 0


def test_all_figures_of_a_term_are_of_the_same_posts_of_one_language(
    found: tuple[Report, Path], harbour: Path
) -> None:
    (campaign,) = found[0].campaigns
    ask = "SELECT list([account_id, text] ORDER BY account_id, created_at, post_id) FROM {post}"
    (rows,) = counted(harbour, ask)
    chosen = []
    for account in RING:
        own = [normalise(text) for who, text in rows if who == account]
        spaced = (n for n in range(1, len(own) + 1) if _spaced(n, len(own), 20))
        chosen += [(account, own[n - 1]) for n in spaced]
    codes = identify([text for _, text in chosen])
    of = campaign.compared
    assert of
    kept = [row for row, code in zip(chosen, codes, strict=True) if code == of.language]
    assert (of.posts, of.accounts) == (len(kept), len({account for account, _ in kept}))
    said = [(account, f" {' '.join(words(text))} ") for account, text in kept]
    for one in campaign.terms:
        having = [account for account, text in said if f" {one.term} " in text]
        assert (one.posts, one.accounts) == (len(having), len(set(having)))
        share = (one.background + 0.5) / (of.background + 1)
        assert one.ratio == pytest.approx(one.posts / of.posts / share)
        assert MIN_RATIO <= one.low <= one.ratio
    assert campaign.terms


def test_no_post_of_a_member_is_background(found: tuple[Report, Path], harbour: Path) -> None:
    (campaign,) = found[0].campaigns
    of = campaign.compared
    assert of
    rows = [json.loads(line) for line in harbour.read_text("utf-8").splitlines()]
    others = [row for row in rows if row["account_id"] not in RING]
    assert of.others <= len({row["account_id"] for row in others})
    assert of.background <= 20 * of.others
    said = [f" {' '.join(words(normalise(row['text'])))} " for row in others if row["text"]]
    for one in campaign.terms:
        assert one.background <= sum(f" {one.term} " in text for text in said)


def _spaced(place: int, written: int, limit: int) -> bool:
    return place * limit // written > (place - 1) * limit // written


def test_a_pair_of_posts_counts_once_and_its_meetings_are_told_apart(
    found: tuple[Report, Path], harbour: Path
) -> None:
    (campaign,), evidence = found[0].campaigns, found[1]
    pairs, rows = counted(
        harbour, f"SELECT count(DISTINCT (post_a, post_b)), count(*) FROM '{evidence}'"
    )
    assert campaign.post_pairs == pairs
    assert sum(campaign.co_actions.values()) == rows == 2 * pairs
    assert campaign.co_actions == {"link": pairs, "image": pairs}


def test_the_home_says_the_same_figures_in_words(
    found: tuple[Report, Path], harbour: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    legation("init", "--home", home)
    legation("import", "posts", harbour, "--home", home)
    legation("watch", "--once", "--home", home)
    (kept,) = json.loads(legation("campaign", "list", "--home", home, "--json").out)["campaigns"]
    (campaign,) = found[0].campaigns
    said = legation("campaign", "show", kept["campaign_id"], "--home", home).out
    pairs = campaign.post_pairs or 0
    assert kept["languages"] == list(msgspec.to_builtins(campaign.languages))
    assert kept["post_pairs"] == pairs
    for sentence in (
        f"with what: {pairs:,} pairs of posts; co-actions: link {pairs:,}, image {pairs:,}",
        "; shares of all 1,280 posts",
        "terms, in at most 20 posts of each account in ",
        "days far above their usual: none",
        "exactly this text: 1 post by 1 account; same link: 8 posts by 8 accounts",
        "cannot show: What these texts say in clear",
    ):
        assert sentence in said
    assert "What these texts say in clear" not in " ".join(campaign.cannot_show)


def test_a_home_finds_what_is_found_in_the_same_posts_with_names_masked(
    harbour: Path, tmp_path: Path
) -> None:
    """So where home and file differ, the masked words are all of it."""
    town, masked, home = tmp_path / "town.jsonl", tmp_path / "masked.jsonl", tmp_path / "home"
    rows = harbour.read_text("utf-8").replace('"person_0"', '"bridge"')
    town.write_text(rows, "utf-8")
    legation("init", "--home", home)
    legation("import", "posts", town, "--home", home)
    legation("watch", "--once", "--home", home)
    (kept,) = json.loads(legation("campaign", "list", "--home", home, "--json").out)["campaigns"]
    with duckdb.connect() as reader:
        posts = f"read_parquet('{home}/lake/posts/*/*.parquet', hive_partitioning = false)"
        reader.execute(
            "COPY (SELECT post_id, account_id, make_timestamp(time * 1000000)::VARCHAR || 'Z' AS "
            "created_at, text, urls, image_hashes, is_repost, repost_key FROM "
            f"{posts} ORDER BY time, post_id) TO '{masked}' (FORMAT json)"
        )
    assert "bridge" not in masked.read_text("utf-8")
    told = json.loads(legation("detect", "coordination", masked, "--json").out)
    (campaign,) = told["campaigns"]
    same = ("accounts", "co_actions", "grade", "languages", "post_pairs", "quotations", "terms")
    assert {name: kept[name] for name in same} == {name: campaign[name] for name in same}
    assert kept["significance"] == pytest.approx(campaign["significance"])
