"""Which campaigns are found: planted ones of known size among real ordinary people.

    python benchmarks/injection.py --seeds 3

The whole command is run as shipped on files made by `planting.py`. Recall is the share of
planted accounts in accounts.csv; beside it stands how many ordinary users came along.
"""

import csv
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import data
import measuring
import planting
import results

SIZES = (3, 5, 10, 20)


@dataclass(frozen=True)
class Cell:
    """One size of campaign, over several seeds.

    Attributes:
        members: Accounts planted.
        objects: Objects that all of them act on.
        recall: For each seed the share of them found.
        joined: For each seed the ordinary users flagged.
    """

    members: int
    objects: int
    recall: tuple[float, ...]
    joined: tuple[int, ...]


def tried(crowd: planting.Crowd, members: int, objects: int, seeds: int, work: Path) -> Cell:
    """Plant and search once for each seed."""
    file, out = work / "planted.parquet", work / "accounts.csv"
    recall, joined = [], []
    for seed in range(seeds):
        crowd.write(file, members=members, objects=objects, seed=seed)
        command = [*data.legation(), "detect", "coordination", str(file), "--accounts", str(out)]
        measuring.measure(command, work)
        with out.open(encoding="utf-8", newline="") as rows:
            found = {row["account_id"] for row in csv.DictReader(rows)}
        hits = sum(map(planting.is_planted, found))
        recall.append(hits / members)
        joined.append(len(found) - hits)
    print(
        f"  {members} accounts x {objects} objects: recall {statistics.mean(recall):.2f}, "
        f"ordinary users {joined}",
        flush=True,
    )
    return Cell(members, objects, tuple(recall), tuple(joined))


def curves(cells: Sequence[Cell], command: str) -> Iterable[results.Result]:
    """Yield one curve for each number of accounts."""
    for members in sorted({cell.members for cell in cells}):
        mine = [cell for cell in cells if cell.members == members]
        points = ", ".join(f"{c.objects}: {statistics.mean(c.recall):.2f}" for c in mine)
        lows = ", ".join(f"{c.objects}: {min(c.recall):.2f} to {max(c.recall):.2f}" for c in mine)
        joined = max(count for cell in mine for count in cell.joined)
        yield results.Result(
            f"injection-{members}-accounts",
            f"recall by objects shared: {points}",
            f"{len(mine[0].recall)} seeds, {lows}; at most {joined} ordinary users flagged",
            "",
            command,
        )


def main() -> None:
    """Plant campaigns of every size."""
    parser = data.options(__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    command = f"benchmarks/injection.py --seeds {given.seeds}"
    crowd = planting.Crowd(data.posts())
    with data.workplace(given.work) as work:
        cells = [
            tried(crowd, members, objects, given.seeds, work)
            for members in given.sizes
            for objects in given.sizes
        ]
        results.show(curves(cells, command), keep=given.keep)


if __name__ == "__main__":
    main()
