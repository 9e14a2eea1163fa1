"""Redraws are what they claim to be, and the calibration holds in its short form."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from legation.threats.disinformation.batches import Actions

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def redraw() -> ModuleType:
    spec = importlib.util.spec_from_file_location("redraw_of_accounts", BENCHMARKS / "redraw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sample(redraw: ModuleType, seed: int) -> Any:
    """Posts of three days; each reposts one of few originals, some have a link beside."""
    draw = np.random.default_rng(seed)
    posts, accounts = 400, 30
    time = np.sort(draw.integers(0, 3 * 86_400, posts))
    linked = np.flatnonzero(draw.random(posts) < 0.3)
    post = np.concatenate([np.arange(posts), linked])
    layer = np.concatenate([np.zeros(posts, np.int64), np.ones(len(linked), np.int64)])
    item = np.concatenate([draw.integers(0, 9, posts), 9 + draw.integers(0, 5, len(linked))])
    order = np.lexsort((post, layer))
    return redraw.Sample(
        account=draw.integers(0, accounts, posts),
        time=time,
        layer=layer,
        object=item,
        post=post,
        objects=np.ones(len(post), np.int64),
        unit_post=post[order],
        unit_family=layer[order],
        languages=np.zeros(accounts, np.int64),
        spoken=np.arange(14, dtype=np.int64) % 2,
        window_s=3600,
    )


def counted(*columns: Any) -> dict[tuple[int, ...], int]:
    rows, counts = np.unique(np.stack(columns), axis=1, return_counts=True)
    return dict(zip(map(tuple, rows.T.tolist()), counts.tolist(), strict=True))


def posted(actions: Actions) -> dict[tuple[int, ...], int]:
    """Count what each post acts on: this no redraw may change."""
    return counted(actions.layer, actions.object, actions.post)


@pytest.mark.parametrize("seed", range(5))
def test_the_hours_redraw_keeps_who_was_active_in_each_hour_and_layer(
    redraw: ModuleType, seed: int
) -> None:
    people = sample(redraw, seed)
    actions = redraw.by_hour(people, np.random.default_rng(seed)).shared
    assert posted(actions) == counted(people.layer, people.object, people.post)
    assert np.array_equal(actions.time, people.time[actions.post])
    before = counted(people.layer, people.time[people.post] // 3600, people.account[people.post])
    assert counted(actions.layer, actions.time // 3600, actions.account) == before
    assert not np.array_equal(actions.account, people.account[actions.post])


@pytest.mark.parametrize("seed", range(5))
def test_the_days_redraw_keeps_the_times_of_each_day_and_nothing_else_of_who_and_when(
    redraw: ModuleType, seed: int
) -> None:
    people = sample(redraw, seed)
    actions = redraw.by_day(people, np.random.default_rng(seed)).shared
    assert posted(actions) == counted(people.layer, people.object, people.post)
    reposts = actions.layer == 0
    assert sorted(actions.time[reposts].tolist()) == sorted(people.time.tolist())
    assert np.array_equal(actions.time // 86_400, people.time[actions.post] // 86_400)
    assert not np.array_equal(actions.time, people.time[actions.post])
    assert set(actions.account.tolist()) <= set(people.account.tolist())


def test_an_account_speaks_after_a_redraw_what_it_then_acts_on(redraw: ModuleType) -> None:
    people = sample(redraw, 1)
    dealt = redraw.by_day(people, np.random.default_rng(1))
    actions, spoken = dealt.shared, redraw.languages_of(people, dealt)
    for account in range(30):
        heard = np.bincount(people.spoken[actions.object[actions.account == account]], minlength=2)
        assert spoken[account] == (heard.argmax() if heard.sum() else -1)


@pytest.mark.data
def test_redrawn_accounts_show_no_campaign_and_a_planted_one_is_found(
    shared: Path, tmp_path: Path
) -> None:
    assert (shared / "posts").is_dir()
    command = [sys.executable, str(BENCHMARKS / "calibration.py"), "--work", str(tmp_path)]
    size = ["--runs", "10", "--posts", "100000", "--planted", "1"]
    run = subprocess.run([*command, *size], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    for null in ("day", "hour"):
        assert f"calibration-{null}-short:" in run.stdout
        assert f"calibration-{null}-planted-short:" in run.stdout
    assert "calibration-day-planted-short: 1 of 1 found whole" in run.stdout
