"""DISARM and ATT&CK by number, name, STIX id and MISP tag.

Both name kill chain and source `mitre-attack` in their STIX editions, and both number techniques
with a T. So a number is told by its page, its tactics and the tables that ship, and where these
do not agree or two things have one number, the answer is None: cannot tell. A table holds facts
alone, each with its source; descriptions are their owners' text. Nothing is read before the first
question. Threat actors by state and agencies are not here: who stands behind an act is stated in
a case, by somebody, on a day.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, Literal, TypeVar, cast, final
from urllib.parse import urlsplit

import msgspec

from legation.knowledge.framework_tables import FrameworkTable, framework_tables
from legation.knowledge.techniques import Source, techniques

Framework = Literal["disarm", "attack"]
Kind = Literal[
    "technique",
    "tactic",
    "mitigation",
    "group",
    "software",
    "countermeasure",
    "detection",
    "actor-type",
]
Status = Literal["current", "deprecated", "revoked", ""]
Matrix = Literal["enterprise", "mobile", "ics", "pre", ""]
_Key = TypeVar("_Key")

_NUMBER: Final = re.compile(r"/(T\d{4})(?:[./](\d{3}))?(?![\d])")
# Some values have quotation marks within, and MISP writes them as they are.
_TAG: Final = re.compile(r'misp-galaxy:([a-z0-9-]{1,80})="([^\r\n]{1,200})"')
# Who publishes what, by the host of a page and the beginning of its path.
_PAGES: Final[tuple[tuple[str, str, Framework | None], ...]] = (
    ("attack.mitre.org", "/", "attack"),
    ("github.com", "/disarmfoundation/", "disarm"),
    ("raw.githubusercontent.com", "/disarmfoundation/", "disarm"),
    ("disarmframework.herokuapp.com", "/", "disarm"),
    ("disarm.foundation", "/", "disarm"),
    ("www.disarm.foundation", "/", "disarm"),
    # AM!TT came before DISARM: the same numbers for things that were renamed and divided since.
    ("github.com", "/misinfosecproject/", None),
    ("github.com", "/cogsec-collaborative/", None),
)
# Names of sources and kill chains; `mitre-attack` stands in both frameworks and says nothing.
_CALLED: Final[dict[str, Framework | None]] = {
    "disarm": "disarm",
    "mitre-mobile-attack": "attack",
    "mitre-ics-attack": "attack",
    "mitre-pre-attack": "attack",
    "amitt": None,
    "am!tt": None,
    "misinformation-tactics": None,
    "mitre-atlas": None,
}
_OF_MATRIX: Final[dict[str, Matrix]] = {
    "mitre-mobile-attack": "mobile",
    "mitre-ics-attack": "ics",
    "mitre-pre-attack": "pre",
}
# Types under which MISP's converter writes clusters that have no STIX id of their owner's.
_WRITTEN_AS: Final = {"technique": "attack-pattern", "countermeasure": "course-of-action"}


@final
class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered thing of a framework: facts alone, no description.

    Attributes:
        framework: Whose number it is.
        kind: What it is there.
        number: Its number, such as `T0049.001`.
        name: Its name there.
        phases: Tactics that it serves, as short names.
        status: What the edition says of it; empty where it says nothing of the kind.
        matrix: Part of ATT&CK; empty where the source does not say, and for DISARM.
        stix_id: Its object in the owner's STIX edition; empty where no source has it.
        cluster: Its UUID in MISP's galaxy, where that is not the one of `stix_id`.
        galaxy: Name of MISP's galaxy.
        tag: Its value in that galaxy; empty where that has none.
        page: Form of its page at the owner's.
        source: Where the facts were taken from.
    """

    framework: Framework
    kind: Kind
    number: str
    name: str
    phases: tuple[str, ...] = ()
    status: Status = ""
    matrix: Matrix = ""
    stix_id: str = ""
    cluster: str = ""
    galaxy: str = ""
    tag: str = ""
    page: str = ""
    source: Source

    @property
    def parent(self) -> str:
        """Return the number of the technique that it is a part of; empty if it is none."""
        return self.number.partition(".")[0] if "." in self.number else ""

    @property
    def url(self) -> str:
        """Return its page at the owner's."""
        return self.page.format(number=self.number, path=self.number.replace(".", "/"))

    @property
    def misp_tag(self) -> str:
        """Return MISP's tag of it; empty where its galaxy has none."""
        return f'misp-galaxy:{self.galaxy}="{self.tag}"' if self.tag else ""


@final
class Frameworks:
    """The terms of the frameworks, each found in one step."""

    def __init__(self, terms: Iterable[Term]) -> None:
        """Index terms.

        Args:
            terms: In any order; two may have one number, and then it tells neither.
        """
        self.terms: Final = tuple(sorted(terms, key=lambda one: (one.framework, one.number)))
        self._numbered: dict[str, tuple[Term, ...]] = {}
        self._named: dict[str, tuple[Term, ...]] = {}
        self._tagged: dict[tuple[str, str], tuple[Term, ...]] = {}
        self._stix: dict[str, tuple[Term, ...]] = {}
        self._phases: dict[str, frozenset[Framework]] = {}
        for term in self.terms:
            _add(self._numbered, term.number, term)
            _add(self._named, _folded(term.name), term)
            if term.tag:
                _add(self._tagged, (term.galaxy, term.tag.casefold()), term)
            for one in _ids(term):
                _add(self._stix, one, term)
            for phase in term.phases:
                self._phases[phase] = self._phases.get(phase, frozenset()) | {term.framework}

    def numbered(
        self, number: str, *, kind: Kind | None = None, framework: Framework | None = None
    ) -> Term | None:
        """Return the one term with a number; None if there is none, or more than one."""
        found = self._numbered.get(number.strip().upper(), ())
        return _only(_those(found, kind, framework))

    def named(
        self, name: str, *, kind: Kind | None = None, framework: Framework | None = None
    ) -> tuple[Term, ...]:
        """Return the terms with a name, whatever its case: more than one may have it."""
        return _those(self._named.get(_folded(name), ()), kind, framework)

    def by_stix_id(self, stix_id: str) -> Term | None:
        """Return the term whose object has an id, the owner's or the one that MISP's writes."""
        return _only(self._stix.get(stix_id, ()))

    def by_tag(self, tag: str) -> Term | None:
        """Return the term of a tag such as `misp-galaxy:disarm-techniques="Build Network"`."""
        parts = parsed_tag(tag)
        return _only(self._tagged.get((parts[0], parts[1].casefold()), ())) if parts else None

    def framework_of(
        self,
        number: str,
        url: str = "",
        *,
        source: str = "",
        chain: str = "",
        phases: Iterable[str] = (),
    ) -> Framework | None:
        """Tell whose a number is, also one that no table has.

        Args:
            number: The number, as `external_id` has it.
            url: Page that stands with it.
            source: Name of the source that stands with it.
            chain: Name of the kill chain.
            phases: Names of phases of it.

        Returns:
            The framework; None where two things that were given disagree, where they name a work
            that is not here, or where nothing tells.
        """
        told = {*_by_page(number, url), *_by_name(source), *_by_name(chain)}
        for phase in phases:
            of_phase = self._phases.get(_slug(phase), frozenset())
            told |= of_phase if len(of_phase) == 1 else set()
        told = told or {one.framework for one in self._numbered.get(number.strip().upper(), ())}
        return told.pop() if len(told) == 1 else None

    def term_by(
        self,
        number: str,
        url: str = "",
        *,
        kind: Kind = "technique",
        name: str = "",
        source: str = "",
        chain: str = "",
        phases: Iterable[str] = (),
    ) -> Term | None:
        """Return the term that somebody else's object names.

        Args:
            number: The number, as `external_id` has it.
            url: Page that stands with it.
            kind: What the object is.
            name: Its name there; another name than the table's is another edition or thing.
            source: Name of the source that stands with it.
            chain: Name of the kill chain.
            phases: Names of phases of it.

        Returns:
            The term; None if no table has it, or what was given does not settle which it is.
        """
        whose = self.framework_of(number, url, source=source, chain=chain, phases=phases)
        if whose is None:
            return None
        matrix = _OF_MATRIX.get(_folded(chain)) or _OF_MATRIX.get(_folded(source), "")
        found = _those(self._numbered.get(number.strip().upper(), ()), kind, whose)
        return _only(
            tuple(
                one
                for one in found
                if (not name or _folded(name) == _folded(one.name))
                and (not matrix or one.matrix in ("", matrix))
            )
        )


@cache
def frameworks() -> Frameworks:
    """Return the frameworks that ship; the first call reads them.

    >>> frameworks().numbered("T0049.001").name
    'Trolls Amplify and Manipulate'
    """
    return Frameworks(_shipped())


def technique(number: str, framework: Framework | None = None) -> Term | None:
    """Return the technique with a number; None if there is none, or more than one.

    >>> technique("T1566").framework, technique("T0049").framework
    ('attack', 'disarm')
    """
    return frameworks().numbered(number, kind="technique", framework=framework)


def technique_by(
    number: str,
    url: str = "",
    *,
    name: str = "",
    source: str = "",
    chain: str = "",
    phases: Iterable[str] = (),
) -> Term | None:
    """Return the technique that somebody else's object names; see `Frameworks.term_by`.

    >>> technique_by("T0049", "https://attack.mitre.org/techniques/T0049") is None
    True
    """
    return frameworks().term_by(number, url, name=name, source=source, chain=chain, phases=phases)


def parsed_tag(tag: str) -> tuple[str, str] | None:
    """Return galaxy and value of a tag of a MISP galaxy; None if it is none.

    >>> parsed_tag('misp-galaxy:sector="Diplomacy"')
    ('sector', 'Diplomacy')
    """
    found = _TAG.fullmatch(tag)
    return (found[1], found[2]) if found else None


def _shipped() -> Iterator[Term]:
    """Yield the terms of the tables, joined with what `disarm.toml` has of DISARM's own edition."""
    stated = {fact.id: fact for fact in techniques()}
    pages = ""
    for table in framework_tables():
        if table.head.framework not in ("disarm", "attack"):
            continue
        disarm = table.head.table == "disarm-techniques"
        pages = table.head.url if disarm else pages
        for term in _terms(table):
            fact = stated.pop(term.number, None) if disarm else None
            yield msgspec.structs.replace(term, stix_id=fact.stix_id) if fact else term
    for fact in stated.values():
        yield Term(
            framework="disarm",
            kind="technique",
            number=fact.id,
            name=fact.name,
            phases=(fact.tactic,),
            stix_id=fact.stix_id,
            page=pages,
            source=fact.source,
        )


def _terms(table: FrameworkTable) -> Iterator[Term]:
    head, source = table.head, table.head.source()
    phases: dict[str, tuple[str, ...]] = {}
    common: dict[str, Any] = {
        "framework": head.framework,
        "kind": head.kind,
        "matrix": head.matrix,
        "galaxy": head.galaxy,
        "page": head.url,
        "source": source,
    }
    for row in table.rows:
        tag = {"-": "", "=": head.tag}.get(row["tag"], row["tag"])
        yield Term(
            **common,
            number=row["number"],
            name=row["name"],
            phases=phases.setdefault(row["phases"], tuple(row["phases"].split())),
            status=cast("Status", row["status"]),
            stix_id=row["stix"],
            cluster=row["cluster"],
            tag=tag.format(name=row["name"], number=row["number"]) if row["tag"] == "=" else tag,
        )


def _ids(term: Term) -> Iterator[str]:
    if term.stix_id:
        yield term.stix_id
    if term.cluster and term.kind in _WRITTEN_AS:
        yield f"{_WRITTEN_AS[term.kind]}--{term.cluster}"


def _by_page(number: str, url: str) -> set[Framework | None]:
    """Tell whose a page is; None among it says that it is nobody's here, or of another number."""
    try:
        page = urlsplit(url.strip())
        host = page.hostname or ""
    except ValueError:
        return set()
    if page.scheme not in ("http", "https"):
        return set()
    path = page.path.casefold()
    told = {whose for of, begin, whose in _PAGES if of == host and path.startswith(begin)}
    found = _NUMBER.search(page.path)
    on_page = ".".join(part for part in found.groups() if part) if found else ""
    if told and on_page and on_page != number.strip().upper():
        told.add(None)
    return told


def _by_name(called: str) -> set[Framework | None]:
    name = called.strip().casefold()
    return {_CALLED[name]} if name in _CALLED else set()


def _add(index: dict[_Key, tuple[Term, ...]], key: _Key, term: Term) -> None:
    index[key] = (*index.get(key, ()), term)


def _those(
    found: tuple[Term, ...], kind: Kind | None, framework: Framework | None
) -> tuple[Term, ...]:
    return tuple(
        one
        for one in found
        if (kind is None or one.kind == kind) and (framework is None or one.framework == framework)
    )


def _only(found: tuple[Term, ...]) -> Term | None:
    return found[0] if len(found) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _slug(phase: str) -> str:
    return _folded(phase).replace(" ", "-")
