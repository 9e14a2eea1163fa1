"""How good an answer is: accounts flagged against what is known of them.

An account is flagged when any row of accounts.csv names it. Precision is over all labelled
accounts; recall over the operation accounts with at least ten posts, because one that hardly
posts cannot act with another. Ranking figures give an account that is not flagged the score 0.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import data
import numpy as np
from blind import Truth
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Flagged:
    """An answer, by the rows of a `Truth`.

    Attributes:
        score: Best score of each account; 0 when it is not flagged.
        campaign: Number of the campaign of its best row, -1 for none.
    """

    score: Reals
    campaign: NDArray[np.int64]

    @property
    def accounts(self) -> NDArray[np.bool_]:
        """Mark the accounts that are flagged."""
        marked: NDArray[np.bool_] = self.campaign >= 0
        return marked


@dataclass(frozen=True)
class Quality:
    """The figures that an answer is judged by."""

    precision: float
    recall: float
    false_alarms: int
    debate: int
    flagged: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    def told(self) -> str:
        """Return precision, recall and F1."""
        return f"{self.precision:.3f} / {self.recall:.3f} / {self.f1:.3f}"


def read_accounts(file: Path, truth: Truth) -> Flagged:
    """Read an accounts.csv, which has the best score first."""
    place = {account: number for number, account in enumerate(truth.account.tolist())}
    score, campaign = np.zeros(len(place)), np.full(len(place), -1, dtype=np.int64)
    names: dict[str, int] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            number = place[row["account_id"]]
            if campaign[number] < 0:
                campaign[number] = names.setdefault(row["campaign_id"], len(names))
            score[number] = max(score[number], float(row["score"]), 1e-9)
    return Flagged(score, campaign)


def plain(accounts: set[str], truth: Truth) -> Flagged:
    """Return the answer of a rule that only flags."""
    marked = np.isin(truth.account, sorted(accounts))
    return Flagged(marked.astype(np.float64), np.where(marked, 0, -1))


def judge(truth: Truth, flagged: Flagged, *, least: int = data.LEAST_POSTS) -> Quality:
    """Compare an answer with the truth; recall over accounts with at least `least` posts."""
    marked = flagged.accounts
    right = int((marked & (truth.label == 1)).sum())
    wrong = int((marked & (truth.label == 0)).sum())
    asked = (truth.label == 1) & (truth.posts >= least)
    return Quality(
        precision=right / max(right + wrong, 1),
        recall=float(marked[asked].mean()) if asked.any() else 0.0,
        false_alarms=wrong,
        debate=int((marked & (truth.source == data.DEBATE)).sum()),
        flagged=int(marked.sum()),
    )


def by_source(truth: Truth, flagged: Flagged) -> dict[str, tuple[int, int]]:
    """Return for each collection the accounts flagged, and all of them."""
    return _shares(truth.source, flagged.accounts)


def by_group(truth: Truth, flagged: Flagged) -> dict[str, tuple[int, int]]:
    """Return the same for each category of operation accounts with at least ten posts."""
    asked = (truth.label == 1) & (truth.posts >= data.LEAST_POSTS)
    return _shares(truth.group[asked], flagged.accounts[asked])


def ranking(truth: Truth, flagged: Flagged) -> tuple[float, float]:
    """Return average precision and area under the ROC curve of the scores.

    Over controls and operation accounts with at least ten posts; equal scores are one step.
    """
    asked = (truth.label == 0) | ((truth.label == 1) & (truth.posts >= data.LEAST_POSTS))
    score, right = flagged.score[asked], truth.label[asked] == 1
    _, step = np.unique(-score, return_inverse=True)
    hits, all_ = np.bincount(step, right), np.bincount(step)
    seen_hits, seen = np.cumsum(hits), np.cumsum(all_)
    positives, negatives = seen_hits[-1], seen[-1] - seen_hits[-1]
    average = float((hits / positives * seen_hits / seen).sum())
    misses = all_ - hits
    below = negatives - np.cumsum(misses)
    area = float((hits * (below + misses / 2)).sum() / (positives * negatives))
    return average, area


def pairwise(truth: Truth, flagged: Flagged) -> tuple[float, float, float]:
    """Return precision, recall and F1 of "same campaign" as "same category", over pairs.

    Over operation accounts with at least ten posts; those not flagged are in no pair.
    """
    asked = (truth.label == 1) & (truth.posts >= data.LEAST_POSTS)
    group, campaign = truth.group[asked].tolist(), flagged.campaign[asked].tolist()
    inside = [(g, c) for g, c in zip(group, campaign, strict=True) if c >= 0]
    both = _pairs(Counter(inside))
    together = _pairs(Counter(c for _, c in inside))
    alike = _pairs(Counter(group))
    precision, recall = both / max(together, 1), both / max(alike, 1)
    return precision, recall, 2 * both / max(together + alike, 1)


def _pairs(sizes: Counter[object]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _shares(kind: NDArray[np.str_], marked: NDArray[np.bool_]) -> dict[str, tuple[int, int]]:
    return {
        str(name): (int(marked[kind == name].sum()), int((kind == name).sum()))
        for name in np.unique(kind)
    }
