"""How good the shipped default is on posts whose truth is known.

    python benchmarks/quality.py

The whole command is run once on a blind file of the developer sample (`blind.py`), then with
exact layers alone, then with the operation accounts thinned to the debate users. Plain rules
stand in the same table. What is flagged is any row of accounts.csv.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import baselines
import blind
import data
import duckdb
import measuring
import results
import scoring

_COMMAND = "benchmarks/quality.py"
_GERMAN = "ge2021"


@dataclass(frozen=True)
class Answer:
    """One way of looking at one file."""

    name: str
    told: str
    flagged: scoring.Flagged


def answers(file: Path, truth: blind.Truth, work: Path, suffix: str) -> Iterable[Answer]:
    """Yield the default's answer, that of exact layers alone, and those of plain rules."""
    layers = ",".join(data.EXACT_LAYERS)
    ways: tuple[tuple[str, str, list[str]], ...] = (
        ("default", "shipped default", []),
        ("exact", "exact layers", ["--layers", layers]),
    )
    for name, told, given in ways:
        accounts = work / f"accounts-{name}{suffix}.csv"
        command = [*data.legation(), "detect", "coordination", str(file), *given]
        took = measuring.measure([*command, "--accounts", str(accounts)], work)
        print(f"  {told}: {took.wall_s:.1f} s, {took.peak_mib:.0f} MiB", flush=True)
        yield Answer(f"{name}{suffix}", told, scoring.read_accounts(accounts, truth))
    flagged = baselines.flagged(file)
    for rule in baselines.RULES:
        found = scoring.plain(flagged[rule.name], truth)
        yield Answer(f"rule-{rule.name}{suffix}", rule.told, found)


def row(truth: blind.Truth, answer: Answer, *, goal: str = "") -> results.Result:
    """Return an answer's line of the table."""
    found = scoring.judge(truth, answer.flagged)
    return results.Result(
        name=f"quality-{answer.name}",
        figure=f"precision / recall / F1 {found.told()}; {found.debate} debate users flagged",
        detail=f"{answer.told}; {found.false_alarms} controls among {found.flagged} flagged",
        goal=goal,
        command=_COMMAND,
    )


def inside(truth: blind.Truth, answer: Answer) -> Iterable[results.Result]:
    """Yield what the figures of one answer are made of."""
    sources = scoring.by_source(truth, answer.flagged)
    german, germans = sources.get(_GERMAN, (0, 0))
    average, area = scoring.ranking(truth, answer.flagged)
    precision, recall, f1 = scoring.pairwise(truth, answer.flagged)
    told = (
        ("sources", f"flagged by collection: {_told(sources)}", "accounts flagged of all", ""),
        (
            "groups",
            f"recall by category: {_told(scoring.by_group(truth, answer.flagged))}",
            f"operation accounts with at least {data.LEAST_POSTS} posts",
            "",
        ),
        (
            "german",
            f"{german / max(germans, 1):.2%} of unlabelled German accounts flagged",
            f"{german} of {germans}",
            "at most 2 %",
        ),
        (
            "ranking",
            f"average precision {average:.3f}, AUC {area:.3f}",
            "scores of controls and operation accounts; not flagged is 0",
            "",
        ),
        (
            "pairwise",
            f"pairwise F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f})",
            "same campaign against same category; no true campaign labels exist",
            "",
        ),
    )
    for name, figure, detail, goal in told:
        yield results.Result(f"quality-{answer.name}-{name}", figure, detail, goal, _COMMAND)


def whole(connection: duckdb.DuckDBPyConnection, work: Path) -> Iterable[results.Result]:
    """Yield the figures on the whole sample."""
    file = work / "blind.parquet"
    truth = blind.write(connection, file)
    goals = {"default": "precision >= 0.985, recall >= 0.82, F1 >= 0.894, at most 10 debate users"}
    for answer in answers(file, truth, work, ""):
        yield row(truth, answer, goal=goals.get(answer.name, ""))
        if answer.name in {"default", "exact"}:
            yield from inside(truth, answer)


def thinned(
    connection: duckdb.DuckDBPyConnection, work: Path, *, to_few: bool
) -> Iterable[results.Result]:
    """Yield the figures with operation accounts cut down to what debate users are."""
    span = blind.thin(connection, to_few=to_few)
    name = "thinned" if to_few else "sixteen-hours"
    file = work / f"{name}.parquet"
    truth = blind.write(connection, file)
    present = int((truth.label == 1).sum())
    posts = int(truth.posts[truth.label == 1].sum())
    for answer in answers(file, truth, work, f"-{name}"):
        found = scoring.judge(truth, answer.flagged, least=1)
        yield results.Result(
            name=f"quality-{answer.name}",
            figure=f"precision / recall / F1 {found.told()}; {found.debate} debate users flagged",
            detail=f"{answer.told}; {present} operation accounts with {posts} posts in {span}; "
            "recall over all of them",
            goal="",
            command=_COMMAND,
        )


def _told(shares: Mapping[str, tuple[int, int]]) -> str:
    return ", ".join(f"{name} {found} of {all_}" for name, (found, all_) in shares.items())


def main() -> None:
    """Make the files, run, judge."""
    parser = data.options(__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the random ids")
    parser.add_argument("--no-thinned", action="store_true", help="only the whole sample")
    given = parser.parse_args()
    with data.workplace(given.work) as work, blind.opened(data.posts(), given.seed) as connection:
        for result in whole(connection, work):
            results.show([result], keep=given.keep)
        if given.no_thinned:
            return
        for to_few in (False, True):
            for result in thinned(connection, work, to_few=to_few):
                results.show([result], keep=given.keep)


if __name__ == "__main__":
    main()
