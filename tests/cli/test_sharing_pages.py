"""What the page on sharing with partners shows works as it is written there."""

import json
import re
import shutil
from pathlib import Path

from worlds.shell import legation

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "share-with-partners.md"


def test_the_small_policy_lets_a_found_campaign_go(watched: Path, tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    home, policy = tmp_path / "home", tmp_path / "aldria.toml"
    shutil.copytree(watched, home)
    policy.write_text(page.split("```toml\n")[1].split("```")[0])
    party = re.search(r"partner add Aldria --party (\w+)", page)
    assert party is not None
    found = json.loads(legation("campaign", "list", "--json", "--home", home).out)
    campaign = found["campaigns"][0]["campaign_id"]
    legation("partner", "add", "Aldria", "--party", party[1], "--home", home)
    said = legation("partner", "policy", "Aldria", policy, "--home", home)
    assert (said.code, said.err[:14]) == (0, "It holds until")
    words = ("share", "preview", "Aldria", "--campaign", campaign, "--json", "--home", home)
    shown = json.loads(legation(*words).out)
    left = [one["object_id"] for one in shown["verdicts"] if one["outcome"] != "held"]
    assert any(one.startswith("campaign--") for one in left)
    assert any(one.startswith("user-account--") for one in left)
